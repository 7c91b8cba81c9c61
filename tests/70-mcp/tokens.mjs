// SPDX-License-Identifier: ISC
//
// tokens.mjs - for each line of standard input, a JSON string: how many tokens
// it is to a model, in the encoding o200k.
import { readFileSync } from 'node:fs';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';

const encoding = new Tiktoken(o200k);
for (const line of readFileSync(0).toString().split('\n').slice(0, -1))
	console.log(encoding.encode(JSON.parse(line)).length);
