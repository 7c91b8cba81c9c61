// SPDX-License-Identifier: ISC
//
// All real clients through one door, on one table: each writes an item, and
// then each reads what all have written.  Speaks TAP.
//
//	node together.mjs PORT|SOCKET [COMMAND [ARGUMENT ...]]
//
// With COMMAND those that speak MCP speak it to that, on its standard input
// and output, and the others come by the port.  Of these clients only curl
// can speak to a unix socket: the others come through a relay in here, from a
// port of loopback, byte by byte.
//
// DOORWARD_TOKEN and the environment of the AWS SDK hold the credentials.
// DOORWARD_CLIENTS says how the clients that are programs are called,
// { name: [program, argument ...] }; one that is not named is not run.  HOME
// is a directory to write to.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { promisify } from 'node:util';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient,
	PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { make, transport } from './mcp-client.mjs';
import { done, test } from './tap.mjs';

const [door, ...command] = process.argv.slice(2);
const programs = JSON.parse(process.env.DOORWARD_CLIENTS);
const token = process.env.DOORWARD_TOKEN;
const bearer = `Authorization: Bearer ${token}`;
const socket = /^\d+$/.test(door) ? undefined : door;
const stdio = command.length > 0;
const TableName = `together-${process.pid}`;
const table = { table: TableName };

const relay = net.createServer((from) => {
	const to = net.connect(door);
	from.on('error', () => to.destroy()).pipe(to);
	to.on('error', () => from.destroy()).pipe(from);
});
if (socket !== undefined)
	await new Promise((f) => relay.listen(0, '127.0.0.1', f));
const url = `http://127.0.0.1:${socket === undefined ? door :
    relay.address().port}`;
const mcp = stdio ? command : [`${url}/mcp`];
const by = (direct) => socket === undefined || direct ? '' : ', relayed';

// What a program prints; it has a minute.
async function run(name, ...args) {
	const [program, ...first] = programs[name];
	const child = promisify(execFile)(program, [...first, ...args],
	    { timeout: 60000 });
	child.child.stdin.end();
	return (await child).stdout;
}

// ---- the clients: put(name) writes an item, names() are of all items

const clients = {};

function client(name, put, names) {
	clients[name] = { put, names };
}

function tools(name, call) {
	client(name, (k) => call('put_item', { ...table, item: { k } }),
	    async () => (await call('scan', table)).items.map((i) => i.k));
}

// Of one of the official SDKs; connected at its first call.
function sdk(name, which, to) {
	let made;
	tools(name, async (tool, args) => {
		made ??= (async () => {
			const c = await make(which);
			await c.connect(await transport(which, to, token));
			return c;
		})();
		const c = await made;
		const r = await c.callTool({ name: tool, arguments: args });
		assert.ok(!r.isError, r.content?.[0]?.text);
		return r.structuredContent;
	});
	clients[name].close = async () => (await made).close();
}

const kind = stdio ? ', stdio' : by(false);
for (const which of ['v1', 'v2', 'v2-auto', 'v2-pin'])
	sdk(`MCP SDK ${which}${kind}`, which, mcp);
if (!stdio)
	sdk(`mcp-remote${kind}`, 'v1', [...programs['mcp-remote'], mcp[0],
	    '--header', bearer, '--transport', 'http-only']);

for (const era of ['legacy', 'modern']) {
	const name = `MCP Inspector, ${era}${kind}`;
	const inspect = (...args) => run('inspector', '--cli', '--format',
	    'json', ...args, '--protocol-era', era, ...stdio
	    ? ['--transport', 'stdio', ...mcp]
	    : [mcp[0], '--transport', 'http', '--header', bearer]);
	tools(name, async (tool, args) => {
		const r = JSON.parse(await inspect('--method', 'tools/call',
		    '--tool-name', tool, '--tool-args-json',
		    JSON.stringify(args)));
		return (r.result ?? r).structuredContent;
	});
	clients[name].strict = () => inspect('--method', 'tools/list',
	    '--strict');
}

writeFileSync(`${process.env.HOME}/together.json`, JSON.stringify({
	imports: [], mcpServers: { doorward: stdio
	    ? { command: mcp[0], args: mcp.slice(1) }
	    : { type: 'http', url: mcp[0],
		headers: { Authorization: `Bearer ${token}` } } } }));
tools(`mcporter${kind}`, async (tool, args) => JSON.parse(await run('mcporter',
    '--config', `${process.env.HOME}/together.json`, 'call',
    `doorward.${tool}`, '--args', JSON.stringify(args), '--output', 'json')));

const aws = new DynamoDBClient({ endpoint: url });
client(`AWS SDK${by(false)}`, (k) => aws.send(new PutItemCommand({ TableName,
    Item: { k: { S: k } } })), async () =>
    (await aws.send(new ScanCommand({ TableName }))).Items.map((i) => i.k.S));

if (programs.aws) {
	const cli = (...args) => run('aws', '--endpoint-url', url, '--output',
	    'json', 'dynamodb', ...args, '--table-name', TableName);
	client(`awscli${by(false)}`, (k) => cli('put-item', '--item',
	    JSON.stringify({ k: { S: k } })), async () =>
	    JSON.parse(await cli('scan')).Items.map((i) => i.k.S));
}
if (programs.boto3) {
	const python = (code, ...args) => run('boto3', '-c',
	    'import boto3, json, sys\n' +
	    'url, table, *more = sys.argv[1:]\n' +
	    't = boto3.resource("dynamodb", endpoint_url=url).Table(table)\n' +
	    code, url, TableName, ...args);
	client(`boto3${by(false)}`, (k) => python(
	    't.put_item(Item={"k": more[0]})', k), async () => JSON.parse(
	    await python('print(json.dumps([i["k"] for i in ' +
	    't.scan()["Items"]]))')));
}
if (programs.curl) {
	const curl = async (op, args) => JSON.parse(await run('curl', '-sSf',
	    ...socket === undefined ? [`${url}/`]
	    : ['--unix-socket', socket, 'http://localhost/'], '-H', bearer,
	    '-H', 'Content-Type: application/x-amz-json-1.0', '-H',
	    `X-Amz-Target: DynamoDB_20120810.${op}`, '-d',
	    JSON.stringify({ TableName, ...args })));
	client(`curl${by(true)}`, (k) => curl('PutItem', { Item: {
	    k: { S: k } } }), async () =>
	    (await curl('Scan', {})).Items.map((i) => i.k.S));
}

// ---- the table

// body(name, client) for each of them, some at a time; then their tests.
async function each(what, body) {
	const todo = Object.entries(clients);
	const ends = [];
	await Promise.all([1, 2, 3].map(async () => {
		for (let next; (next = todo.shift()) !== undefined;) {
			const [name, c] = next;
			const end = { name };
			ends.push(end);
			await body(name, c).catch((e) => { end.error = e; });
		}
	}));
	for (const { name, error } of ends)
		await test(`${name}: ${what}`, () => {
			if (error !== undefined)
				throw error;
		});
}

await test(`AWS SDK${by(false)}: makes a table`, () => aws.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }] })));
await each('writes', async (name, c) => c.put(name));
const all = Object.keys(clients).sort();
await each('reads what all have written', async (name, c) =>
    assert.deepEqual((await c.names()).sort(), all));
for (const [name, { strict }] of Object.entries(clients))
	if (strict)
		await test(`${name}: tools/list --strict`, strict);
await test(`AWS SDK${by(false)}: removes the table`, () =>
    aws.send(new DeleteTableCommand({ TableName })));
for (const { close } of Object.values(clients))
	await close?.();
aws.destroy();
relay.close();
done();
