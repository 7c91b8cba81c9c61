// SPDX-License-Identifier: ISC
//
// schema.mjs PROGRAM - requests to the program, its answers to the validator.
// PROGRAM "answer" takes one request a line and prints "STATUS BODY" for each.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const MODERN = '2026-07-28';
const P = 'io.modelcontextprotocol/';
const program = process.argv[2];

let count = 0;
let failed = 0;
function ok(good, name, why = '') {
	count++;
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (!good) {
		failed++;
		console.log(String(why).replace(/^/gm, '# '));
	}
}

function answers(requests) {
	const r = spawnSync(program, ['answer'], {
		input: requests.map((q) => JSON.stringify(q) + '\n').join(''),
		maxBuffer: 1 << 30,
	});
	const lines = r.stdout.toString().split('\n').slice(0, -1);
	if (r.status !== 0 || lines.length !== requests.length)
		throw new Error(`${program}: ${r.status} ${r.signal}, ` +
		    `${lines.length} of ${requests.length}`);
	return lines.map((line) => {
		const at = line.indexOf(' ');
		const text = line.slice(at + 1);
		return { status: Number(line.slice(0, at)),
			body: text === '' ? undefined : JSON.parse(text) };
	});
}

function modern(method, params = {}, id = 1, name = params.name) {
	const _meta = {
		[P + 'protocolVersion']: MODERN,
		[P + 'clientCapabilities']: {},
		[P + 'clientInfo']: { name: 'schema', version: '1' },
	};
	return { version: MODERN, method, name, body: JSON.stringify(
	    { jsonrpc: '2.0', id, method, params: { ...params, _meta } }) };
}

function before(method, params, id = 1, version = '2025-11-25') {
	return { version, body: JSON.stringify(
	    { jsonrpc: '2.0', id, method, params }) };
}

// ---- every kind of message against the schema of its revision

const schema = {};
for (const v of [MODERN, '2025-11-25']) {
	const ajv = new Ajv2020({ strict: false, validateFormats: false });
	const at = new URL(`schema/${v}.json`, import.meta.url);
	ajv.addSchema(JSON.parse(readFileSync(at)), 'mcp');
	schema[v] = (type) => ajv.getSchema(`mcp#/$defs/${type}`);
}

function conforms(v, type, value, name) {
	const check = schema[v](type);
	ok(check(value), `${v}: ${name} is a ${type}`,
	    JSON.stringify(check.errors?.slice(0, 3), null, 1) +
	    JSON.stringify(value)?.slice(0, 400));
}

// Arguments for every tool.
const calls = Object.entries(JSON.parse(readFileSync(
    new URL('examples.json', import.meta.url))));

{
	const [discover, list, unknown, version, header, parse, none, tool] =
	    answers([
		modern('server/discover'),
		modern('tools/list'),
		modern('ping'),
		{ ...modern('tools/list'), version: 'x', body: modern(
		    'tools/list').body.replace(MODERN, 'x') },
		{ ...modern('tools/list'), method: 'x' },
		{ version: MODERN, body: '{' },
		before('tools/list', {}, 1, MODERN),
		modern('tools/call', { name: 'nope' }),
	    ]);
	conforms(MODERN, 'DiscoverResultResponse', discover.body, 'discover');
	conforms(MODERN, 'ListToolsResultResponse', list.body, 'list');
	conforms(MODERN, 'JSONRPCErrorResponse', unknown.body, 'no method');
	conforms(MODERN, 'MethodNotFoundError', unknown.body.error, 'its error');
	conforms(MODERN, 'UnsupportedProtocolVersionError', version.body,
	    'a version');
	conforms(MODERN, 'HeaderMismatchError', header.body, 'a header');
	conforms(MODERN, 'JSONRPCErrorResponse', parse.body, 'no JSON');
	conforms(MODERN, 'ParseError', parse.body.error, 'its error');
	conforms(MODERN, 'InvalidParamsError', none.body.error, 'no envelope');
	conforms(MODERN, 'InvalidParamsError', tool.body.error, 'no tool');
}
{
	const old = '2025-11-25';
	const [init, ping, list, unknown, parse] = answers([
		before('initialize', { protocolVersion: old, capabilities: {},
			clientInfo: { name: 'x', version: '1' } }),
		before('ping'),
		before('tools/list'),
		before('tasks/list'),
		{ version: old, body: '{' },
	]);
	conforms(old, 'JSONRPCResultResponse', init.body, 'initialize');
	conforms(old, 'InitializeResult', init.body.result, 'its result');
	conforms(old, 'EmptyResult', ping.body.result, 'ping');
	conforms(old, 'ListToolsResult', list.body.result, 'tools/list');
	conforms(old, 'JSONRPCErrorResponse', unknown.body, 'no method');
	conforms(old, 'JSONRPCErrorResponse', parse.body, 'no JSON');
}

// ---- resources, prompts, completion, in both eras

{
	const table = { table: 'abc' };
	const kinds = [
		['resources/list', {}, 'ListResourcesResult'],
		['resources/templates/list', {}, 'ListResourceTemplatesResult'],
		...['', '/abc', '/abc/schema', '/abc/sample'].map((path) =>
		    ['resources/read', { uri: `doorward://tables${path}` },
			'ReadResourceResult']),
		['prompts/list', {}, 'ListPromptsResult'],
		['prompts/get', { name: 'explore_table', arguments: table },
		    'GetPromptResult'],
		['prompts/get', { name: 'design_single_table_model',
		    arguments: { purpose: 'x' } }, 'GetPromptResult'],
		['completion/complete', { ref: { type: 'ref/prompt',
		    name: 'migrate' }, argument: { name: 'table', value: 'a' } },
		    'CompleteResult'],
		['completion/complete', { ref: { type: 'ref/resource',
		    uri: 'doorward://tables/{name}' }, argument: { name: 'name',
		    value: '' } }, 'CompleteResult'],
	];
	const said = answers(kinds.flatMap(([method, params]) => [
		modern(method, params, 1, params.name ?? params.uri),
		before(method, params)]));
	kinds.forEach(([method, params, type], i) => {
		const [now, old] = said.slice(2 * i);
		const what = `${method} ${params.name ?? params.uri ?? ''}`;
		conforms(MODERN, `${type}Response`, now.body, what);
		conforms('2025-11-25', type, old.body.result, what);
	});
	const uri = 'doorward://nothing';
	const [now, old, prompt] = answers([
		modern('resources/read', { uri }, 1, uri),
		before('resources/read', { uri }),
		modern('prompts/get', { name: 'nope' })]);
	conforms(MODERN, 'InvalidParamsError', now.body.error, 'r45: its error');
	conforms('2025-11-25', 'JSONRPCErrorResponse', old.body, 'r45: no resource');
	ok(old.body.error.code === -32002, 'r45: before it was -32002');
	conforms(MODERN, 'InvalidParamsError', prompt.body.error, 'r46: no prompt');
}

// ---- the tools

// Those that are listed, and those that are told on demand.
const core = answers([modern('tools/list')])[0].body.result.tools;
const listed = answers(calls.map(([name]) => modern('tools/call',
    { name: 'describe_tools', arguments: { tools: [name] } })))
    .map((a) => a.body.result.structuredContent.tools[0]);
for (const t of core)
	ok(JSON.stringify(t) === JSON.stringify(
	    listed.find((d) => d.name === t.name)),
	    `${t.name}: describe_tools says what tools/list does`);
const tools = {};
for (const t of listed) {
	const ajv = new Ajv2020({ strict: true, allErrors: true });
	tools[t.name] = { in: ajv.compile(t.inputSchema),
		out: ajv.compile(t.outputSchema) };
	ok(true, `r42: ${t.name}: both schemas compile, strictly`);
	ok(!['oneOf', 'anyOf', 'allOf', 'not', '$ref'].some(
	    (k) => k in t.inputSchema), `${t.name}: no top-level combinators`);
}

const said = answers(calls.flatMap(([name, args]) => [
	modern('tools/call', { name, arguments: args }),
	before('tools/call', { name, arguments: args }),
	modern('tools/call', { name, arguments: { nope: 1 } }),
]));
calls.forEach(([name, args], i) => {
	const [now, old, bad] = said.slice(3 * i);
	const result = now.body.result;

	conforms(MODERN, 'CallToolResultResponse', now.body, name);
	conforms('2025-11-25', 'CallToolResult', old.body.result, name);
	conforms(MODERN, 'CallToolResultResponse', bad.body, `${name}, bad`);
	ok(tools[name].in(args) && !result.isError,
	    `${name}: the example fits`, JSON.stringify(tools[name].in.errors));
	ok(tools[name].out(result.structuredContent),
	    `r43: ${name}: structuredContent fits`,
	    JSON.stringify(tools[name].out.errors));
	ok(JSON.stringify(JSON.parse(result.content[0].text)) ===
	    JSON.stringify(result.structuredContent), `r43: ${name}: the text`);
	ok(bad.body.result.isError, `B5: ${name}: an unknown member`);
});

// ---- B5: a validator and the program agree on what fits

// Deterministic, so that a failure can be seen again.
let seed = Number(process.env.SEED || 20260728);
function random(n) {
	seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
	return Math.floor((seed / 4294967296) * n);
}
const odd = [null, true, false, 0, 1, -1, 1.5, 100, 101, 1000, 1001, 1e20, '',
	'a', 'ab', 'abc', 'x'.repeat(255), 'x'.repeat(256), 'string', '=',
	'\u{1f6aa}\u{1f6aa}', '\u{1f6aa}'.repeat(3), [], {}, [1], ['a'], [''],
	[{}], [{ a: 1 }], { a: 1 }, { a: 1, b: 2 }, { a: 1, b: 2, c: 3 },
	{ name: 'a', type: 'string' }, { name: '', type: 'binary' },
	{ '#a': 'b' }, { '#a': 1 }, { '#a': '' }, Array(25).fill({ a: 1 }),
	Array(26).fill({ a: 1 }), Array(64).fill('a'), Array(65).fill('a'),
	{ attribute: 'b', operator: '=', value: null },
	{ attribute: 'b', operator: '=' }, { attribute: 'b', operator: '==',
	value: 1 }];
const members = ['table', 'key', 'item', 'limit', 'cursor', 'sort', 'names',
	'values', 'put', 'delete', 'attributes', 'return_old', 'condition',
	'filter', 'descending', 'partition_key', 'sort_key', 'x', 'name',
	'type', 'attribute', 'operator', 'value', 'high', 'toString'];

function pick(list) {
	return list[random(list.length)];
}

function mutate(value) {
	const v = structuredClone(value);
	const inner = Object.keys(v).filter((k) => v[k] !== null &&
	    typeof v[k] === 'object' && !Array.isArray(v[k]));
	if (inner.length > 0 && random(3) === 0) {
		const k = pick(inner);
		v[k] = mutate(v[k]);
	} else if (random(4) === 0) {
		delete v[pick(Object.keys(v))];
	} else {
		const keys = Object.keys(v);
		const k = random(2) && keys.length ? pick(keys) : pick(members);
		v[k] = structuredClone(pick(odd));
	}
	return v;
}

{
	const tried = [];
	const plain = calls.filter(([name]) => !name.startsWith('call_'));
	for (let i = 0; i < 20000; i++) {
		const [name, args] = plain[i % plain.length];
		let a = mutate(args);
		while (random(3) === 0)
			a = mutate(a);
		tried.push([name, a]);
	}
	const got = answers(tried.map(([name, args]) =>
	    before('tools/call', { name, arguments: args })));
	let fits = 0;
	const wrong = tried.filter(([name, args], i) => {
		const result = got[i].body.result;
		// What fits and cannot be done is told with the exception's name.
		const taken = result && (!result.isError ||
		    /^(Validation|ResourceNotFound)Exception: /.test(result.content[0].text));
		fits += tools[name].in(args);
		return Boolean(taken) !== tools[name].in(args);
	});
	ok(wrong.length === 0,
	    `B5: ${tried.length} arguments, ${fits} fit: both agree`,
	    wrong.slice(0, 3).map((w) => JSON.stringify(w)).join('\n'));
	ok(fits > 2000 && fits < 18000, 'B5: some fit and some do not');
	const results = got.filter((g) => g.body.result?.structuredContent);
	ok(results.length > 1000, 'B5: and many of them ran');
}

console.log(`1..${count}`);
process.exit(failed === 0 ? 0 : 1);
