// SPDX-License-Identifier: ISC
//
// shapes - each member of each operation, as it must not be: from the
// service's own model, which botocore has.
import { readFileSync } from 'node:fs';
import { tables, requests } from '../tables.mjs';

const model = JSON.parse(readFileSync(process.env.AWS_MODEL));

function* wrong(shape) {
	yield undefined;
	for (const v of [null, 1, 1.5, true, false, '', 'a', [], {}, ['a'], [1],
		{ a: 1 }, { a: 'b' }, { S: 'a' }, [{}], [[]], [null]])
		yield v;
	switch (shape.type) {
	case 'string':
		yield 'ab;cd';
		yield 'ab\u0000cd';
		if (shape.min > 1)
			yield 'a'.repeat(shape.min - 1);
		if (shape.max)
			yield 'a'.repeat(shape.max + 1);
		break;
	case 'integer':
	case 'long':
		yield -1;
		yield 0;
		yield 2147483648;
		yield '1';
		if (shape.min !== undefined)
			yield shape.min - 1;
		if (shape.max !== undefined)
			yield shape.max + 1;
		break;
	case 'boolean':
		yield 'true';
		yield 'maybe';
		break;
	}
}

// Every path of the input.  An AttributeValue is looked into once, where
// it is first met; its kinds then stand alone.
function* paths(name, met, at = []) {
	const s = model.shapes[name];
	if (at.length > 7 || (met.has(name) && name === 'AttributeValue'))
		return;
	if (at.length)
		yield [at, s];
	if (name === 'AttributeValue') {
		met.add(name);
		for (const [m, to] of Object.entries(s.members))
			for (const [below, shape] of [[[], model.shapes[to.shape]],
				...paths(to.shape, met)])
				yield [[...at, '=' + m, ...below], shape];
	} else if (s.type === 'structure') {
		for (const [m, to] of Object.entries(s.members))
			yield* paths(to.shape, met, [...at, m]);
	} else if (s.type === 'list') {
		yield* paths(s.member.shape, met, [...at, 0]);
	} else if (s.type === 'map') {
		yield* paths(s.value.shape, met, [...at, '*']);
	}
}

// A copy of v with x at the path; '*' is the first member.
function put(v, at, x) {
	if (at.length === 0)
		return x;
	const [k, ...rest] = at;
	if (typeof k === "string" && k[0] === "=")
		return { [k.slice(1)]: put(undefined, rest, x) };
	if (typeof k === 'number') {
		const a = Array.isArray(v) ? [...v] : [];
		a[0] = put(a[0], rest, x);
		return a;
	}
	const o = v !== null && typeof v === 'object' && !Array.isArray(v) ? { ...v } : {};
	const name = k === '*' ? Object.keys(o)[0] ?? 'abc' : k;
	o[name] = put(o[name], rest, x);
	if (o[name] === undefined)
		delete o[name];
	return o;
}

export async function* cases(all) {
	await tables(all);
	for (const [op, base] of requests()) {
		const input = model.operations[op].input.shape;
		for (const [at, shape] of paths(input, new Set())) {
			for (const v of wrong(shape)) {
				yield { op, in: put(base, at, v) };
			}
		}
	}
	await tables(all);
}
