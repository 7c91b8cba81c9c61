// SPDX-License-Identifier: ISC
//
// agent.mjs URL READER - ten tasks, done by a script that knows MCP and
// nothing of this server but what tools/list says.  It chooses a tool by the
// words of its definition, checks what it sends and gets against the schemas,
// and counts every call that failed without the tool's text having said that
// it may, or whose error did not name the call that helped.
//
// DOORWARD_TOKEN is the token of URL; READER, a token that may only read.
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';

const [url, reader] = process.argv.slice(2);
const P = 'io.modelcontextprotocol/';
const ajv = new Ajv2020({ strict: false });
let id = 0;
let calls = 0;
let surprises = [];

class Agent {
	constructor(token) {
		this.token = token;
		this.known = new Map();
	}

	async request(method, params = {}) {
		const headers = { 'Content-Type': 'application/json',
		    Accept: 'application/json, text/event-stream',
		    Authorization: `Bearer ${this.token}`,
		    'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method };
		if (params.name !== undefined)
			headers['Mcp-Name'] = params.name;
		const r = await fetch(url, { method: 'POST', headers, body:
		    JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: {
		    ...params, _meta: { [P + 'protocolVersion']: '2026-07-28',
		    [P + 'clientCapabilities']: {} } } }) });
		const text = await r.text();
		const body = JSON.parse(text);
		if (body.error)
			surprises.push(`${method}: ${JSON.stringify(body.error)}`);
		return { ...body.result, text };
	}

	learn(tools) {
		for (const t of tools)
			this.known.set(t.name, { ...t,
			    takes: ajv.compile(t.inputSchema),
			    gives: ajv.compile(t.outputSchema) });
	}

	async start() {
		const { tools } = await this.request('tools/list');
		this.listed = new Set(tools.map((t) => t.name));
		this.learn(tools);
		return this;
	}

	// The one tool whose definition has most of the words.
	find(words, fits = () => true) {
		const score = (t) => words.filter((w) => `${t.name} ${t.title} ${
		    t.description}`.toLowerCase().includes(w)).length;
		const all = [...this.known.values()].filter(fits).map((t) =>
		    [score(t), t]).sort((a, b) => b[0] - a[0]);
		if (all.length === 0 || all[0][0] === 0)
			return undefined;
		assert.ok(all.length === 1 || all[0][0] > all[1][0],
		    `${words}: ${all[0][1].name} or ${all[1]?.[1].name}`);
		return all[0][1];
	}

	// predicted: a part of the tool's own text that says it may fail.
	async call(tool, args, predicted) {
		const fits = tool.takes(args);
		if (!fits)
			surprises.push(`${tool.name}: ${JSON.stringify(args)}: ${
			    JSON.stringify(tool.takes.errors)}`);
		calls++;
		const inner = this.listed.has(tool.name) ? tool : this.find(
		    ['call any', tool.annotations.readOnlyHint ? 'reads' : 'also'],
		    (t) => t.annotations.readOnlyHint ===
			tool.annotations.readOnlyHint);
		const r = await this.request('tools/call', inner === tool ?
		    { name: tool.name, arguments: args } :
		    { name: inner.name, arguments: { tool: tool.name,
			arguments: args } });
		if (r.isError) {
			const why = r.content[0].text;
			const said = JSON.stringify(tool).toLowerCase();
			if (predicted === undefined || !said.includes(predicted))
				surprises.push(`${tool.name}: ${why}`);
			return { failed: why };
		}
		if (!tool.gives(r.structuredContent))
			surprises.push(`${tool.name}: result: ${JSON.stringify(
			    tool.gives.errors)}`);
		return Object.assign(r.structuredContent, { raw: r.text });
	}

	// What is not listed: by the groups, then by its definition.
	async beyond(words) {
		const groups = await this.call(this.find(['every tool', 'not listed']),
		    {});
		const group = groups.groups.map((g) => [words.filter((w) =>
		    g.about.toLowerCase().includes(w)).length, g.group])
		    .sort((a, b) => b[0] - a[0])[0][1];
		const got = await this.call(this.find(['description', 'arguments',
		    'names', 'group']), { group });
		this.learn(got.tools);
		return this.find(words);
	}

	// Every page, by the cursor alone.
	async *pages(tool, args) {
		let cursor;
		do {
			const page = await this.call(tool, cursor === undefined ? args :
			    { ...args, cursor });
			yield page;
			cursor = page.next_cursor;
			assert.ok(cursor === undefined || page.note !== undefined,
			    'what was left out is said');
		} while (cursor !== undefined);
	}
}

let count = 0;
let bad = 0;
async function task(name, run) {
	const before = surprises.length;
	let why = '';
	try {
		await run();
	} catch (e) {
		why = e.stack;
	}
	why += surprises.slice(before).join('\n');
	count++;
	bad += why !== '';
	console.log(`${why === '' ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (why !== '')
		console.log(why.replace(/^/gm, '# '));
}

const agent = await new Agent(process.env.DOORWARD_TOKEN).start();
const writes = (t) => !t.annotations.readOnlyHint;
const reads = (t) => t.annotations.readOnlyHint;
const overview = agent.find(['first', 'every table', 'attributes'], reads);
const one = agent.find(['read one item', 'key'], reads);
const many = agent.find(['one partition key', 'in the order'], reads);
const all = agent.find(['all items', 'table'], reads);
const put = agent.find(['write one whole item'], writes);
const change = agent.find(['change some attributes'], writes);
const remove = agent.find(['delete one item'], writes);
let orders;

await task('1: find the table of orders by its purpose', async () => {
	const { tables } = await agent.call(overview, {});
	const fit = tables.filter((t) => t.attributes?.total && t.attributes
	    .status && t.attributes.customer);
	assert.equal(fit.length, 1);
	orders = fit[0];
	assert.equal(orders.table, 'shop-7');
	assert.equal(orders.items, 240);
});

await task('2: count the open orders', async () => {
	let n = 0;
	for await (const page of agent.pages(all, { table: orders.table,
	    filter: '#s = :s', names: { '#s': 'status' },
	    values: { ':s': 'open' } }))
		n += page.count;
	assert.equal(n, 80);
});

await task('3: page through the orders of one customer', async () => {
	const seen = [];
	let n = 0;
	for await (const page of agent.pages(many, { table: orders.table,
	    key: { [orders.partition_key.name]: 'c3' }, limit: 7 })) {
		n++;
		seen.push(...page.items.map((i) => i[orders.sort_key.name]));
	}
	assert.equal(seen.length, 24);
	assert.equal(new Set(seen).size, 24);
	assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
	assert.ok(n >= 4, `${n} pages`);
});

await task('4: find the wrong item and mend it', async () => {
	const wrong = [];
	for await (const page of agent.pages(all, { table: orders.table,
	    filter: 'attribute_type(#t, :s)', names: { '#t': 'total' },
	    values: { ':s': 'S' } }))
		wrong.push(...page.items);
	assert.equal(wrong.length, 1);
	const [item] = wrong;
	const key = { [orders.partition_key.name]: item.customer,
	    [orders.sort_key.name]: item.number };
	const r = await agent.call(change, { table: orders.table, key,
	    update: 'SET #t = :new', condition: '#t = :old',
	    names: { '#t': 'total' },
	    values: { ':new': Number(item.total), ':old': item.total } });
	assert.equal(r.changed.total, Number(item.total));
	const now = await agent.call(one, { table: orders.table, key });
	assert.deepEqual(now.item, { ...item, total: Number(item.total) });
});

await task('5: add one to a number that no double holds', async () => {
	const table = 'ledger';
	const key = { id: 'big' };
	const before = await agent.call(one, { table, key });
	assert.deepEqual(before.item.amount, { N: '123456789012345678901234' });
	await agent.call(change, { table, key, update: 'SET amount = amount + :one',
	    values: { ':one': 1 } });
	const after = await agent.call(one, { table, key });
	assert.deepEqual(after.item.amount, { N: '123456789012345678901235' });
});

await task('6: make a table with an index and query by that', async () => {
	const make = agent.find(['create a table'], writes);
	await agent.call(make, { table: 'notes', partition_key: { name: 'id',
	    type: 'string' }, indexes: [{ name: 'by_day', partition_key:
	    { name: 'day', type: 'string' } }] });
	for (const [id, day] of [['a', 'mon'], ['b', 'tue'], ['c', 'mon']])
		await agent.call(put, { table: 'notes', item: { id, day } });
	const got = await agent.call(many, { table: 'notes', index: 'by_day',
	    key: { day: 'mon' }, attributes: ['id'] });
	assert.deepEqual(got.items.map((i) => i.id).sort(), ['a', 'c']);
});

await task('7: write many items by a tool that is not listed', async () => {
	const batch = await agent.beyond(['many', 'one call', 'write', 'put']);
	assert.ok(!agent.listed.has(batch.name));
	const items = Array.from({ length: 20 }, (_, i) => ({ id: `n${i}`,
	    day: 'sun' }));
	assert.equal((await agent.call(batch, { table: 'notes', put: items }))
	    .done, 20);
	const got = await agent.call(many, { table: 'notes', index: 'by_day',
	    key: { day: 'sun' } });
	assert.equal(got.count, 20);
});

await task('8: delete an item that another has changed meanwhile', async () => {
	const key = { id: 'a' };
	await agent.call(put, { table: 'notes', item: { ...key, day: 'wed' } });
	const drop = (day) => agent.call(remove, { table: 'notes', key,
	    condition: '#d = :d', names: { '#d': 'day' }, values: { ':d': day } },
	    'only where it holds');
	const { failed } = await drop('mon');
	assert.match(failed, /^ConditionalCheckFailedException: /);
	assert.ok(failed.includes(one.name), 'the error names what helps');
	const now = await agent.call(one, { table: 'notes', key });
	assert.equal((await drop(now.item.day)).deleted, true);
	assert.equal((await drop('wed')).failed === undefined, false);
	assert.equal((await agent.call(one, { table: 'notes', key })).found, false);
});

await task('9: see that a token may not write, and leave it', async () => {
	const other = await new Agent(reader).start();
	const { token } = await other.call(other.find(['first', 'every table'],
	    reads), {});
	assert.deepEqual(token.may, ['read']);
	assert.equal(other.find(['write one whole item'], writes), undefined);
	const got = await other.call(other.find(['read one item', 'key'], reads),
	    { table: 'notes', key: { id: 'b' } });
	assert.equal(got.found, true);
});

await task('10: clean up what was made, and nothing else', async () => {
	const drop = agent.find(['delete a table'], writes);
	assert.equal(drop.annotations.destructiveHint, true);
	const agreed = async () => {
		const { failed } = await agent.call(drop, { table: 'notes' },
		    'confirm');
		assert.match(failed, /Nothing was done yet/);
		const [, confirm] = failed.match(/"confirm":"([^"]+)"/);
		return agent.call(drop, { table: 'notes', confirm });
	};
	const { undo } = await agreed();
	const back = await agent.beyond(['back', 'undo a change']);
	await agent.call(back, { change: undo });
	const there = await agent.call(overview, {});
	assert.ok(there.tables.some((t) => t.table === 'notes'), 'it is back');
	await agreed();
	const { tables } = await agent.call(overview, {});
	assert.deepEqual(tables.map((t) => t.table), ['ledger', 'shop-7',
	    'visits']);
});

console.log(`# ${calls} calls`);
console.log(`1..${count}`);
process.exit(bad === 0 ? 0 : 1);
