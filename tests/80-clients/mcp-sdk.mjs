// SPDX-License-Identifier: ISC
//
// A program as a user would write it, with the official MCP SDK.  Speaks TAP.
//
//	node mcp-sdk.mjs CLIENT URL
//	node mcp-sdk.mjs CLIENT COMMAND [ARGUMENT ...]
//
// CLIENT as in mcp-client.mjs.  A command is spoken to on its standard input
// and output.  DOORWARD_TOKEN is the token, and DOORWARD_RIGHTS=read says that
// it may only read.
// AWS_ENDPOINT_URL_DYNAMODB and the credentials of the AWS SDK lead to the
// same database.
import assert from 'node:assert/strict';
import { DynamoDBClient, GetItemCommand, PutItemCommand }
    from '@aws-sdk/client-dynamodb';
import { make, transport } from './mcp-client.mjs';
import { done, test } from './tap.mjs';

const [which, ...to] = process.argv.slice(2);
const stdio = !/^https?:/.test(to[0]);
const modern = which === 'v2-auto' || which === 'v2-pin';
const reads = process.env.DOORWARD_RIGHTS === 'read';
const table = `mcp-${which}-${process.pid}`;

const client = await make(which);
let closed = false;
client.onclose = () => { closed = true; };

// The result of a tool: structured content that agrees with the text.
async function call(name, args) {
	const r = await client.callTool({ name, arguments: args });
	assert.ok(!r.isError, r.content?.[0]?.text);
	assert.deepEqual(JSON.parse(r.content[0].text), r.structuredContent);
	// What takes it back is another with each change.
	const { undo, ...rest } = r.structuredContent;
	if (undo !== undefined)
		assert.match(undo, /^(change-\d+-\d+|table-\d+)$/);
	return rest;
}

// What it says where it fails.
async function failure(name, args) {
	const r = await client.callTool({ name, arguments: args });
	assert.equal(r.isError, true);
	assert.equal(r.content[0].type, 'text');
	return r.content[0].text;
}

await test('connect', async () => {
	await client.connect(await transport(which, to,
	    process.env.DOORWARD_TOKEN));
	assert.equal(client.getServerVersion()?.name, 'doorward');
	assert.ok(client.getServerCapabilities().tools);
	if (which !== 'v1')
		assert.equal(client.getNegotiatedProtocolVersion(),
		    modern ? '2026-07-28' : '2025-11-25');
});

await test('tools/list', async () => {
	const { tools } = await client.listTools();
	const names = tools.map((t) => t.name);
	for (const name of ['get_item', 'query', 'scan'])
		assert.ok(names.includes(name), name);
	for (const name of ['create_table', 'put_item', 'delete_item',
	    'delete_table'])
		assert.equal(names.includes(name), !reads, name);
	for (const t of tools) {
		assert.equal(t.inputSchema.type, 'object', t.name);
		assert.equal(t.outputSchema.type, 'object', t.name);
		assert.equal(t.inputSchema.additionalProperties, false, t.name);
		assert.equal(typeof t.annotations.readOnlyHint, 'boolean', t.name);
	}
});

if (reads) {
	await test('a write is refused with its reason, reading goes on',
	    async () => {
		await assert.rejects(client.callTool({ name: 'delete_table',
		    arguments: { table } }), (e) =>
		    /token does not allow/.test(e.errorDescription ?? e.message));
		await call('list_tables', {});
	});
	await client.close();
	done();
}

await test('create a table', async () => {
	const r = await call('create_table', { table,
	    partition_key: { name: 'artist', type: 'string' },
	    sort_key: { name: 'year', type: 'number' } });
	assert.equal(r.table, table);
});

await test('put, get and replace an item', async () => {
	const item = { artist: 'Nina', year: 1958, live: false, none: null,
	    text: 'gr\u00fc\u00df \u{1f6aa} "quoted" \\ \n', half: 0.5,
	    list: [1, 'two', []], map: { deep: { er: '' } } };
	assert.deepEqual(await call('put_item', { table, item }),
	    { replaced: false });
	assert.deepEqual(await call('get_item', { table,
	    key: { artist: 'Nina', year: 1958 } }), { found: true, item });
	assert.deepEqual(await call('put_item', { table, item }),
	    { replaced: true });
	assert.deepEqual(await call('get_item', { table,
	    key: { artist: 'nobody', year: 1 } }), { found: false });
});

await test('100 calls, 10 at a time', async () => {
	let next = 0;
	await Promise.all(Array.from({ length: 10 }, async () => {
		for (let i; (i = next++) < 100;) {
			const item = { artist: 'Miles', year: 1900 + i, title: `t${i}` };
			if (i % 2 === 0)
				await call('put_item', { table, item });
			else
				assert.equal((await call('get_item', { table,
				    key: { artist: 'Nina', year: 1958 } })).found, true);
		}
	}));
});

await test('query a range, from the highest down, by pages', async () => {
	const ask = { table, key: { artist: 'Miles' }, descending: true, limit: 4,
	    sort: { attribute: 'year', operator: 'between', value: 1910,
		high: 1930 } };
	const years = [];
	let page = await call('query', ask);
	for (;;) {
		assert.equal(page.count, page.items.length);
		years.push(...page.items.map((i) => i.year));
		if (page.next_cursor === undefined)
			break;
		page = await call('query', { ...ask, cursor: page.next_cursor });
	}
	assert.deepEqual(years,
	    [1930, 1928, 1926, 1924, 1922, 1920, 1918, 1916, 1914, 1912, 1910]);
});

await test('what the AWS SDK writes is read here, and back', async () => {
	const aws = new DynamoDBClient({});
	await aws.send(new PutItemCommand({ TableName: table, Item: {
	    artist: { S: 'Bill' }, year: { N: '1961' }, by: { S: 'aws' } } }));
	assert.deepEqual(await call('get_item', { table,
	    key: { artist: 'Bill', year: 1961 } }),
	    { found: true, item: { artist: 'Bill', year: 1961, by: 'aws' } });
	const r = await aws.send(new GetItemCommand({ TableName: table,
	    Key: { artist: { S: 'Miles' }, year: { N: '1902' } } }));
	assert.deepEqual(r.Item, { artist: { S: 'Miles' },
	    year: { N: '1902' }, title: { S: 't2' } });
	aws.destroy();
});

if (modern && !stdio)
	await test('be told of changes', async () => {
		const uri = `doorward://tables/${table}`;
		const told = new Promise((resolve) => {
			client.setNotificationHandler('notifications/resources/updated',
			    (n) => resolve(n.params.uri));
		});
		const sub = await client.listen({ resourceSubscriptions: [uri],
		    promptsListChanged: true });
		assert.deepEqual(sub.honoredFilter, { resourceSubscriptions: [uri] });
		await call('put_item', { table, item: { artist: 'Carla', year: 1 } });
		assert.equal(await told, uri);
		await sub.close();
		assert.equal(await sub.closed, 'local');
	});

await test('delete an item', async () => {
	const args = { table, key: { artist: 'Nina', year: 1958 } };
	assert.deepEqual(await call('delete_item', args), { deleted: true });
	assert.deepEqual(await call('delete_item', args), { deleted: false });
	assert.deepEqual(await call('get_item', args), { found: false });
});

await test('errors that a model can act on', async () => {
	assert.match(await failure('get_item', { table: 'missing', key: { k: 1 } }),
	    /missing|not found|no such/i);
	assert.match(await failure('get_item', { table }), /key/);
	assert.match(await failure('get_item', { table, key: { artist: 'a',
	    year: 1 }, more: 1 }), /more/);
	assert.match(await failure('put_item', { table, item: { artist: 'a',
	    year: 1 }, condition: 'attribute_exists(artist)' }), /condition/i);
});

await test('an unknown tool is an error of the protocol', async () => {
	await assert.rejects(client.callTool({ name: 'no_such', arguments: {} }),
	    (e) => e.code === -32602);
});

await test('delete the table', async () => {
	const asked = await failure('delete_table', { table });
	assert.match(asked, /Nothing was done yet/);
	assert.ok((await call('list_tables', {})).tables.includes(table));
	await call('delete_table', { table,
	    confirm: asked.match(/"confirm":"([^"]+)"/)[1] });
	assert.ok(!(await call('list_tables', {})).tables.includes(table));
});

if (modern)
	await test('a human is asked before a table is deleted', async () => {
		const person = await make(which,
		    { capabilities: { elicitation: {} } });
		const seen = [];
		let answer = { action: 'decline' };
		person.setRequestHandler('elicitation/create', async (r) => {
			seen.push(r.params);
			return answer;
		});
		await person.connect(await transport(which, to,
		    process.env.DOORWARD_TOKEN));
		const drop = () => person.callTool({ name: 'delete_table',
		    arguments: { table } });
		await call('create_table', { table,
		    partition_key: { name: 'k', type: 'string' } });
		const no = await drop();
		assert.equal(no.isError, true);
		assert.match(no.content[0].text, /did not agree/);
		assert.ok((await call('list_tables', {})).tables.includes(table));
		answer = { action: 'accept', content: { confirm: true } };
		const yes = await drop();
		assert.match(yes.structuredContent.undo, /^table-\d+$/);
		assert.ok(!(await call('list_tables', {})).tables.includes(table));
		assert.equal(seen.length, 2);
		assert.match(seen[0].message, /deleted with all its items/);
		await person.close();
	});

await test('close', async () => {
	assert.equal(closed, false);
	await client.close();
});

if (!stdio)
	await test('a wrong token is an error of authentication', async () => {
		const wrong = process.env.DOORWARD_TOKEN.slice(0, -1) + '.';
		const other = await make(which);
		await assert.rejects(other.connect(await transport(which, to,
		    wrong)), (e) => (e.data?.status ?? e.code) === 401);
	});
done();
