// SPDX-License-Identifier: ISC
//
// agent.mjs URL READER [disguised] - tasks of every day, done by a script that
// knows MCP, the form of DynamoDB's expressions and, of this server, nothing
// but what tools/list says.
//
// It names no tool, and arguments and members of results only by words of
// their definitions: { 'whole key': ... } is whichever argument has these in
// its name or description.  To prove it, "disguised" puts another name in
// place of each on the wire.  What it sends and gets is checked against the
// schemas.  A call that fails is a surprise, unless the text of the tool or of
// one of its arguments said so; and its error must name a tool that helps.
//
// DOORWARD_TOKEN is the token of URL; READER, a token that may only read.
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Disguise, END } from './disguise.mjs';

const [url, reader, disguised] = process.argv.slice(2);
const P = 'io.modelcontextprotocol/';
const ajv = new Ajv2020({ strict: false });
const surprises = [];
let id = 0;
let calls = 0;

// Of [text, value], the one that has most of the words; none has any:
// undefined.
function best(words, all) {
	const scored = all.map(([text, value]) => [words.filter((w) =>
	    text.toLowerCase().includes(w)).length, value, text])
	    .sort((a, b) => b[0] - a[0]);
	if (scored.length === 0 || scored[0][0] === 0)
		return undefined;
	assert.ok(scored.length === 1 || scored[0][0] > scored[1][0],
	    `${words}: ${scored[0][2]} or ${scored[1]?.[2]}`);
	return scored[0][1];
}

// The name of the member that the words are of, each of them: in its own
// name they count most.
function member(schema, words) {
	const all = Object.entries(schema.properties).map(([name, { description
	    = '' }]) => [words.split(' ').map((w) => 2 * name.includes(w) +
	    description.toLowerCase().includes(w)), name])
	    .filter(([hits]) => hits.every((n) => n > 0))
	    .map(([hits, name]) => [hits.reduce((a, b) => a + b), name])
	    .sort((a, b) => b[0] - a[0]);
	assert.ok(all.length > 0, `nothing is "${words}"`);
	assert.ok(all.length === 1 || all[0][0] > all[1][0],
	    `"${words}": ${all[0]?.[1]} or ${all[1]?.[1]}`);
	return all[0][1];
}

class Answer {
	constructor(tool, data) {
		this.tool = tool;
		this.data = data;
	}

	get(words) {
		return this.data[member(this.tool.outputSchema, words)];
	}

	// A text that no schema lists and that begins with a tool's name: what
	// to do, and with what.
	advice(known) {
		const listed = this.tool.outputSchema.properties;
		for (const [name, text] of Object.entries(this.data))
			if (!(name in listed) && typeof text === 'string' &&
			    known.has(text.match(/^\w+/)?.[0]))
				return text;
		return undefined;
	}
}

class Agent {
	constructor(token, capabilities = {}) {
		this.token = token;
		this.capabilities = capabilities;
		this.known = new Map();
		this.disguise = new Disguise(disguised !== undefined);
	}

	async request(method, params = {}) {
		const message = this.disguise.off({ jsonrpc: '2.0', id: ++id,
		    method, params: { ...params, _meta: {
		    [P + 'protocolVersion']: '2026-07-28',
		    [P + 'clientCapabilities']: this.capabilities } } });
		const headers = { 'Content-Type': 'application/json',
		    Accept: 'application/json, text/event-stream',
		    Authorization: `Bearer ${this.token}`,
		    'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method };
		if (message.params.name !== undefined)
			headers['Mcp-Name'] = message.params.name;
		const r = await fetch(url, { method: 'POST', headers,
		    body: JSON.stringify(message) });
		const body = await r.json();
		if (body.error)
			surprises.push(`${method}: ${JSON.stringify(body.error)}`);
		return this.disguise.on(body.result ?? {});
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
		return best(words, [...this.known.values()].filter(fits).map(
		    (t) => [`${t.name} ${t.title} ${t.description}`, t]));
	}

	// The arguments whose words are given.
	fill(tool, wish) {
		return Object.fromEntries(Object.entries(wish).map(([words, v]) =>
		    [member(tool.inputSchema, words), v]));
	}

	// What is not listed is called by a tool that calls others.
	wrap(tool, args) {
		if (this.listed.has(tool.name))
			return { name: tool.name, arguments: args };
		const { readOnlyHint } = tool.annotations;
		const by = this.find(['call any tool'], (t) =>
		    t.annotations.readOnlyHint === readOnlyHint);
		return { name: by.name, arguments: this.fill(by, {
		    tool: tool.name, arguments: args }) };
	}

	// may: what the texts say of the failure that may come.
	async call(tool, wish, may) {
		const args = this.fill(tool, wish);
		if (!tool.takes(args))
			surprises.push(`${tool.name}: ${JSON.stringify(args)}: ${
			    JSON.stringify(tool.takes.errors)}`);
		calls++;
		const sent = this.wrap(tool, args);
		let r = await this.request('tools/call', sent);
		if (r.resultType === 'input_required')
			r = await this.request('tools/call', { ...sent,
			    ...this.answer(r) });
		if (r.isError)
			return this.failed(tool, r.content[0].text, may);
		if (!tool.gives(r.structuredContent))
			surprises.push(`${tool.name}: result: ${JSON.stringify(
			    tool.gives.errors)}`);
		return new Answer(tool, r.structuredContent);
	}

	failed(tool, why, may) {
		const said = [tool.description, ...Object.values(tool.inputSchema
		    .properties).map((p) => p.description ?? '')];
		const next = why.match(/\w+/g).filter((w) => this.known.has(w));
		if (may === undefined || !said.some((s) => s.includes(may)))
			surprises.push(`${tool.name}: not predicted: ${why}`);
		if (next.length === 0)
			surprises.push(`${tool.name}: no way on: ${why}`);
		return { failed: why, next: this.known.get(next.at(-1)) };
	}

	// The human agrees to whatever is asked.
	answer({ inputRequests, requestState }) {
		const responses = Object.entries(inputRequests).map(([name, q]) =>
		    [name, { action: 'accept', content: Object.fromEntries(
			Object.entries(q.params.requestedSchema.properties).map(
			([p, s]) => [p, s.type === 'boolean'])) }]);
		this.asked = Object.values(inputRequests)[0].params.message;
		return { inputResponses: Object.fromEntries(responses),
		    requestState };
	}

	// What is not listed: by the groups, then by its definition.
	async beyond(about, words, fits) {
		const groups = (await this.call(this.find(['every tool',
		    'not listed']), {})).get('groups');
		const row = best(about, groups.map((g) => [JSON.stringify(g), g]));
		const show = this.find(['description', 'arguments', 'by group']);
		const group = member(show.inputSchema, 'group');
		this.learn((await this.call(show, { group: row[group] }))
		    .get('tools'));
		return this.find(words, fits);
	}

	// Every page, by what leads on: the argument's text names it.
	async *pages(tool, wish) {
		const cursor = tool.inputSchema.properties[
		    member(tool.inputSchema, 'page before')];
		const [next] = cursor.description.match(/\w+/);
		let at;
		do {
			const page = await this.call(tool, at === undefined ?
			    wish : { ...wish, 'page before': at });
			yield page;
			at = page.data[next];
			assert.ok(at === undefined || page.get('note'),
			    'what was left out is said');
		} while (at !== undefined);
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
		why = `${e.stack}\n`;
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
const make = agent.find(['create a table'], writes);
assert.equal(one.name.endsWith(END), disguised !== undefined);
const TABLE = member(one.inputSchema, 'table');
const PARTITION = member(make.inputSchema, 'found by');
const SORT = member(make.inputSchema, 'sorted by');

// The tables of which each word is somewhere: all that is known at first.
async function tables(...words) {
	const rows = (await agent.call(overview, {})).get('tables');
	return rows.filter((row) => words.every((w) =>
	    JSON.stringify(row).includes(`"${w}"`)));
}
const read = async (table, key) => agent.call(one, { table, 'whole key': key });
let orders;

await task('find the table of orders by its purpose', async () => {
	const fit = await tables('total', 'state', 'customer');
	assert.equal(fit.length, 1);
	orders = { table: fit[0][TABLE], partition: fit[0][PARTITION].name,
	    sort: fit[0][SORT].name };
	assert.deepEqual(orders, { table: 'shop-7', partition: 'customer',
	    sort: 'number' });
});

await task('count the open orders', async () => {
	let n = 0;
	for await (const page of agent.pages(all, { table: orders.table,
	    filter: '#s = :s', '{"#': { '#s': 'state' },
	    '{":': { ':s': 'open' } }))
		n += page.get('count');
	assert.equal(n, 80);
});

await task('page through the orders of one customer', async () => {
	const seen = [];
	let n = 0;
	for await (const page of agent.pages(many, { table: orders.table,
	    'partition key': { [orders.partition]: 'c3' }, limit: 7 })) {
		n++;
		seen.push(...page.get('items').map((i) => i[orders.sort]));
	}
	assert.equal(seen.length, 24);
	assert.equal(new Set(seen).size, 24);
	assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
	assert.ok(n >= 4, `${n} pages`);
});

await task('find the wrong item and mend it', async () => {
	const wrong = [];
	for await (const page of agent.pages(all, { table: orders.table,
	    filter: 'attribute_type(#t, :s)', '{"#': { '#t': 'total' },
	    '{":': { ':s': 'S' } }))
		wrong.push(...page.get('items'));
	assert.equal(wrong.length, 1);
	const [item] = wrong;
	const key = { [orders.partition]: item[orders.partition],
	    [orders.sort]: item[orders.sort] };
	const total = Number(item.total);
	const r = await agent.call(change, { table: orders.table,
	    'whole key': key, 'update expression': 'SET #t = :new',
	    'only where': '#t = :old', '{"#': { '#t': 'total' },
	    '{":': { ':new': total, ':old': item.total } });
	assert.equal(r.get('changed').total, total);
	assert.deepEqual((await read(orders.table, key)).get('item'),
	    { ...item, total });
});

await task('add one to a number that no double holds', async () => {
	const [fit] = await tables('amount');
	const key = { [fit[PARTITION].name]: 'big' };
	const amount = async () =>
		(await read(fit[TABLE], key)).get('item').amount;
	assert.deepEqual(await amount(), { N: '123456789012345678901234' });
	await agent.call(change, { table: fit[TABLE], 'whole key': key,
	    'update expression': 'SET amount = amount + :one',
	    '{":': { ':one': 1 } });
	assert.deepEqual(await amount(), { N: '123456789012345678901235' });
});

await task('make a table with an index and query by that', async () => {
	const string = (name) => ({ name, type: 'string' });
	const { items } = make.inputSchema.properties[
	    member(make.inputSchema, 'other keys')];
	await agent.call(make, { table: 'notes', 'found by': string('id'),
	    'other keys': [{ name: 'by_day',
	    [member(items, 'partition key')]: string('day') }] });
	for (const [id, day] of [['a', 'mon'], ['b', 'tue'], ['c', 'mon']])
		await agent.call(put, { table: 'notes', item: { id, day } });
	const got = await agent.call(many, { table: 'notes', index: 'by_day',
	    'partition key': { day: 'mon' }, 'only these': ['id'] });
	assert.deepEqual(got.get('items').map((i) => i.id).sort(), ['a', 'c']);
});

await task('write many items by a tool that is not listed', async () => {
	const batch = await agent.beyond(['many items', 'one call', 'write'],
	    ['many', 'one call', 'write', 'put']);
	assert.ok(!agent.listed.has(batch.name));
	const items = Array.from({ length: 20 }, (_, i) => ({ id: `n${i}`,
	    day: 'sun' }));
	assert.equal((await agent.call(batch, { table: 'notes',
	    'whole items': items })).get('carried out'), 20);
	const got = await agent.call(many, { table: 'notes', index: 'by_day',
	    'partition key': { day: 'sun' } });
	assert.equal(got.get('count'), 20);
});

await task('delete an item that another has changed, and undo it', async () => {
	const key = { id: 'a' };
	const item = { ...key, day: 'wed' };
	await agent.call(put, { table: 'notes', item });
	const drop = (day) => agent.call(remove, { table: 'notes',
	    'whole key': key, 'only where': '#d = :d', '{"#': { '#d': 'day' },
	    '{":': { ':d': day } }, 'Only where it holds');
	const { failed, next } = await drop('mon');
	assert.match(failed, /^ConditionalCheckFailedException: /);
	assert.equal(next, one, 'the error names what helps');
	const now = (await agent.call(next, { table: 'notes',
	    'whole key': key })).get('item');
	const gone = await drop(now.day);
	assert.equal(gone.get('deleted'), true);
	assert.ok((await drop('wed')).failed);
	assert.equal((await read('notes', key)).get('found'), false);
	const back = await agent.beyond(['bring them back', 'undo'],
	    ['take back', 'undo a change'], writes);
	await agent.call(back, { change: gone.get('undo') });
	assert.deepEqual((await read('notes', key)).get('item'), item);
});

await task('see that a token may not write, and leave it', async () => {
	const other = await new Agent(reader).start();
	const token = JSON.stringify((await other.call(other.find(['first',
	    'every table'], reads), {})).get('token'));
	assert.match(token, /"read"/);
	assert.doesNotMatch(token, /"write"|"admin"/);
	assert.equal(other.find(['write one whole item'], writes), undefined);
	const got = await other.call(other.find(['read one item', 'key'],
	    reads), { table: 'notes', 'whole key': { id: 'b' } });
	assert.equal(got.get('found'), true);
});

await task('make a key as the data model has it', async () => {
	const look = await agent.beyond(['describe', 'tables', 'change'],
	    ['entities', 'how their keys are made'], reads);
	const first = await agent.call(overview, {});
	assert.ok(first.get('note').includes(look.name), 'its note leads there');
	const [fit] = await tables('Customer');
	const model = (await agent.call(look, { table: fit[TABLE] }))
	    .get('model');
	const { Customer } = Object.values(model).find((v) => v.Customer);
	const [, form] = Object.entries(Customer).find(([n]) =>
	    n.includes('key'));
	const key = Object.fromEntries([PARTITION, SORT].map((part) =>
	    [fit[part].name, form[fit[part].name].replaceAll('${id}', '7')]));
	const item = (await read(fit[TABLE], key)).get('item');
	assert.equal(item.city, 'Ghent');
});

await task('protect a table, and take that back as its result says', async () => {
	const alter = await agent.beyond(['describe', 'tables', 'change'],
	    ['change a table', 'protection'], writes);
	const r = await agent.call(alter, { table: 'notes',
	    'cannot be deleted': true });
	const advice = r.advice(agent.known);
	const by = agent.known.get(advice.match(/^\w+/)[0]);
	const name = member(by.inputSchema, 'cannot be deleted');
	const [, was] = advice.match(new RegExp(`\\b${name} (\\w+)`));
	const shielded = async () => (await tables('notes')).some((t) =>
	    t[name] === true);
	assert.ok(await shielded());
	await agent.call(by, { table: 'notes',
	    'cannot be deleted': JSON.parse(was) });
	assert.ok(!await shielded());
});

await task('begin what takes a while, and wait for it', async () => {
	const keep = await agent.beyond(['keep tables', 'back'],
	    ['keep a', 'as it is now'], writes);
	const made = await agent.call(keep, { table: 'notes',
	    'for people': 'before' });
	const [, ready, name] = keep.description.match(
	    /It is ([A-Z]+),.*: (\w+) tells/);
	const tell = agent.known.get(name);
	const [which] = tell.inputSchema.required;
	let now;
	for (let i = 0; i < 100 && now?.get('status') !== ready; i++) {
		await new Promise((done) => setTimeout(done, 50));
		now = await agent.call(tell, { [which]: made.data[which] });
	}
	assert.equal(now.get('status'), ready);
	// As the result says, and with a client that can ask its human.
	const advice = made.advice(agent.known);
	agent.capabilities = { elicitation: {} };
	await agent.call(agent.known.get(advice.match(/^\w+/)[0]),
	    { [which]: made.data[which] });
	agent.capabilities = {};
	assert.ok(agent.asked.includes(made.data[which]),
	    'the human is told of which');
});

await task('clean up what was made, and nothing else', async () => {
	const drop = agent.find(['delete a table'], writes);
	assert.equal(drop.annotations.destructiveHint, true);
	const agreed = async () => {
		const { failed, next } = await agent.call(drop, { table:
		    'notes' }, "first call's answer");
		assert.equal(next, drop, 'the error says to call it again');
		const name = member(drop.inputSchema, "first call's answer");
		const [, confirm] = failed.match(new RegExp(
		    `"${name}":"([^"]+)"`));
		return agent.call(drop, { table: 'notes',
		    "first call's answer": confirm });
	};
	const gone = await agreed();
	const back = agent.find(['take back', 'undo a change'], writes);
	await agent.call(back, { change: gone.get('undo') });
	assert.equal((await tables('notes')).length, 1, 'it is back');
	await agreed();
	assert.deepEqual((await tables()).map((t) => t[TABLE]), ['crm',
	    'ledger', 'shop-7', 'visits']);
});

console.log(`# ${calls} calls`);
console.log(`1..${count}`);
process.exit(bad === 0 ? 0 : 1);
