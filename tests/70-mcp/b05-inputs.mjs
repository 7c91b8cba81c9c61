// SPDX-License-Identifier: ISC
//
// b05-inputs.mjs URL - every tool that is listed, with arguments made wrong
// in every way that its own schema knows: each must be refused by the tool,
// in words.  Prints "TOOLS CALLS" and then a line for each that was not.
//
// DOORWARD_TOKEN is the token of URL.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const url = process.argv[2];
const P = 'io.modelcontextprotocol/';
const ajv = new Ajv2020({ strict: false });
const examples = JSON.parse(readFileSync(
    new URL('examples.json', import.meta.url)));
let id = 0;

async function request(method, params = {}) {
	const headers = { 'Content-Type': 'application/json',
	    Accept: 'application/json, text/event-stream',
	    Authorization: `Bearer ${process.env.DOORWARD_TOKEN}`,
	    'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method };
	if (params.name !== undefined)
		headers['Mcp-Name'] = params.name;
	const r = await fetch(url, { method: 'POST', headers, body:
	    JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: {
	    ...params, _meta: { [P + 'protocolVersion']: '2026-07-28',
	    [P + 'clientCapabilities']: {} } } }) });
	return JSON.parse(await r.text());
}

async function tools() {
	const all = [];
	let cursor;
	do {
		const { result } = await request('tools/list',
		    cursor === undefined ? {} : { cursor });
		all.push(...result.tools);
		cursor = result.nextCursor;
	} while (cursor !== undefined);
	return all;
}

const odd = [null, true, -1, 1.5, 1e300, '', 'x'.repeat(5000), [], {}, [[]],
    { a: 1 }];

// value, and value with something wrong at each place in it.
function* wrong(value) {
	for (const o of odd)
		yield o;
	if (Array.isArray(value)) {
		yield [...value, ...Array(300).fill(value[0])];
		for (let i = 0; i < value.length; i++)
			for (const w of wrong(value[i]))
				yield value.with(i, w);
	} else if (value !== null && typeof value === 'object') {
		yield { ...value, unknown_member: 1 };
		for (const k of Object.keys(value)) {
			const { [k]: _, ...rest } = value;
			yield rest;
			for (const w of wrong(value[k]))
				yield { ...value, [k]: w };
		}
	}
}

const list = await tools();
const taken = [];
let calls = 0;
for (const tool of list) {
	const good = ajv.compile(tool.inputSchema);
	const example = examples[tool.name] ?? {};
	const seen = new Set();

	for (const args of wrong(example)) {
		const text = JSON.stringify(args);
		// What is no object is refused as a malformed request.
		if (seen.has(text) || args === null || typeof args !== 'object' ||
		    Array.isArray(args) || good(args))
			continue;
		seen.add(text);
		calls++;
		const a = await request('tools/call',
		    { name: tool.name, arguments: args });
		const said = a.error?.message ?? a.result?.content?.[0]?.text ?? '';
		if (!(a.error || a.result?.isError) || said.length < 10)
			taken.push(`${tool.name} ${text.slice(0, 200)}: ` +
			    JSON.stringify(a).slice(0, 200));
	}
}
console.log(`${list.length} ${calls}`);
for (const line of taken)
	console.log(line);
