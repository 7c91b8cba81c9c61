// SPDX-License-Identifier: ISC
//
// every.json, step by step, with the AWS SDK for JavaScript v3; then: was
// every operation that the packages have answered, was every paginator and
// every waiter used, and has every error that is modelled for an operation
// come as its class?  What each answer must be is answer.mjs's.
//
//	every.mjs NAME=ENDPOINT...
//
// The last are servers that answer everything with the error of that name.
// Speaks TAP.  Endpoint and credentials come from the environment.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as ddb from '@aws-sdk/client-dynamodb';
import * as streams from '@aws-sdk/client-dynamodb-streams';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

// What this server cannot answer, and why.
const NO_KINESIS = ['DisableKinesisStreamingDestination',
	'UpdateKinesisStreamingDestination'];
// Errors that are modelled and that no request can bring about here: for all
// operations, or for these.
const unmade = {
	// One server has no other region that could write.
	ReplicatedWriteConflictException: /./,
	// A backup needs nothing that could be switched off.
	ContinuousBackupsUnavailableException: /./,
	// Several may work on a table at once, on a backup too.
	TableInUseException: /./,
	BackupInUseException: /^CreateBackup$/,
	// A table can be tagged and the like while it is made.
	ResourceInUseException: new RegExp('^((Delete|Put)ResourcePolicy|' +
	    '(Disable|Enable|Update)KinesisStreamingDestination|' +
	    'StartBulkPutItems|(Unt|T)agResource|UpdateGlobalTableSettings|' +
	    'UpdateTableReplicaAutoScaling|UpdateTimeToLive)$'),
	// All regions are here: the table is there, or the global one is not.
	TableNotFoundException: /^UpdateGlobalTable$/,
	// Without the table there are no streams of it, says the service too;
	// an iterator's stream goes in time alone: late.mjs.
	ResourceNotFoundException: /^(ListStreams|GetRecords)$/,
	// Between two locks of one request: tests/50-ddb/transact.c.
	TransactionInProgressException: /./,
	// Of time alone, too.
	ExpiredIteratorException: /^GetRecords$/,
	TrimmedDataAccessException: /^GetRecords$|^GetShardIterator$/,
	// Of the SDK itself, where it looks for an endpoint.
	InvalidEndpointException: /./,
	DynamoDBServiceException: /./,
	DynamoDBStreamsServiceException: /./,
};

const sdk = { ...streams, ...ddb };
const commands = (from) => Object.keys(from)
    .filter((k) => /.Command$/.test(k) && !k.startsWith('$'))
    .map((k) => k.replace(/Command$/, ''));
const ofStreams = new Set(commands(streams));
const operations = [...commands(ddb), ...ofStreams];

// The clients of one server, and what is seen there.
function clients(endpoint) {
	const how = { endpoint, maxAttempts: 1 };
	const main = new ddb.DynamoDBClient(how);
	const other = new streams.DynamoDBStreamsClient(how);
	return { main, of: (op) => ofStreams.has(op) ? other : main,
	    seen: [watch(main, ddb), watch(other, streams)] };
}
const { main, of, seen } = clients();
const send = (op, input, to = of) =>
	to(op).send(new sdk[`${op}Command`](input));

const vars = { t: 'js', i: '', policy: JSON.stringify({
	Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*',
	    Action: 'dynamodb:GetItem', Resource: '*' }] }) };
const used = new Set();

// With its variables filled in, and in the types that the SDK takes.
function fill(v, name) {
	if (typeof v === 'string' && (name === 'B'))
		return Buffer.from(v, 'base64');
	if (typeof v === 'string')
		return v.replace(/\$\{?(\w+)\}?/g, (_, k) => vars[k]);
	if (typeof v === 'number' && /Time$/.test(name))
		return new Date(v * 1000);
	if (Array.isArray(v))
		return v.map((x) => fill(x, name === 'BS' ? 'B' : ''));
	if (typeof v !== 'object' || v === null)
		return v;
	return Object.fromEntries(Object.entries(v).map(([k, x]) =>
	    [fill(k), fill(x, k)]));
}
const at = (v, path) => path.split('.').reduce((x, k) => x?.[k], v);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// Is it this, by its class where it is modelled?
function is(e, op, name) {
	const model = ofStreams.has(op) ? streams : ddb;
	return e.name === name && (!model[name] || e instanceof model[name]);
}

// One call; false where it should have failed, and has not.
async function call([op, input, more = {}]) {
	const wanted = typeof more === 'string' ? more : undefined;
	let r;
	for (let tries = 0; ; tries++) {
		try {
			r = await send(op, fill(input));
		} catch (e) {
			if (wanted === undefined || !is(e, op, wanted))
				throw e;
			return true;
		}
		if (!more.until || at(r, more.until[0]) === more.until[1])
			break;
		assert.ok(tries < 300, `it is ${at(r, more.until[0])}`);
		await sleep(100);
	}
	for (const [name, path] of Object.entries(more.save ?? {}))
		assert.ok(vars[name] = at(r, path), `${path} is there`);
	return wanted === undefined;
}

const kinds = {
	async wait({ wait, in: input, fails }) {
		const how = { client: main, minDelay: 0.1, maxDelay: 0.5,
		    maxWaitTime: 60 };
		const r = await sdk[`waitFor${wait}`](how, fill(input)).catch(
		    (e) => assert.ok(fails, e));
		const again = sdk[`waitUntil${wait}`](how, fill(input));
		if (fails)
			await assert.rejects(again);
		else
			assert.equal((await again).state, r.state);
		used.add(`waitFor${wait}`).add(`waitUntil${wait}`);
	},
	async pages({ pages, in: input, size, least }) {
		if (!sdk[`paginate${pages}`])	/* Python has it */
			return;
		let n = 0;
		for await (const page of sdk[`paginate${pages}`](
		    { client: main, pageSize: size }, fill(input)))
			n += page !== undefined;
		assert.ok(n >= least, `${n} pages`);
		used.add(`paginate${pages}`);
	},
	async fill({ fill: table, items }) {
		for (let i = 0; i < items; i += 25)
			await send('BatchWriteItem', { RequestItems: {
			    [fill(table)]: [...Array(25).keys()].map((j) => ({
				PutRequest: { Item: { k: { S: 'fill' },
				    n: { N: `${i + j}` }, l: { N: '1' } } } })) } });
	},
	// Its last step depends on who is quicker.
	async again({ again, steps }) {
		for (let i = 0; i < again; i++) {
			vars.i = `${i}`;
			for (const step of steps.slice(0, -1))
				await call(step);
			if (await call(steps.at(-1)))
				return;
		}
		assert.fail(`${again} times it was too late`);
	},
};

const steps = JSON.parse(readFileSync(new URL('every.json', import.meta.url)));
const about = ([op, , more]) =>
	typeof more === 'string' ? `${op}: ${more}` : op;
for (const step of steps) {
	if (Array.isArray(step)) {
		await test(about(step), async () => assert.ok(await call(step),
		    `${step[2]} is wanted`));
	} else {
		const kind = Object.keys(kinds).find((k) => k in step);
		await test(`${kind} ${step.steps ? about(step.steps.at(-1)) :
		    step[kind]}`, () => kinds[kind](step));
	}
}

// By the package's own words: { operation: [exception] }
function modelled() {
	const dir = (name) => dirname(createRequire(import.meta.url)
	    .resolve(name)).replace(/dist-cjs$/, 'dist-types/commands');
	return Object.fromEntries(operations.map((op) => {
		const from = `@aws-sdk/client-dynamodb` +
		    (ofStreams.has(op) ? '-streams' : '');
		const text = readFileSync(`${dir(from)}/${op}Command.d.ts`,
		    'utf8');
		return [op, [...text.matchAll(/@throws \{@link (\w+)\}/g)]
		    .map((m) => m[1])];
	}));
}
const errors = modelled();

for (const one of process.argv.slice(2)) {
	const [, name, endpoint] = one.match(/^(\w+)=(.*)$/);
	await test(`a server that fails: ${name}`, async () => {
		const { of: to, seen: there } = clients(endpoint);
		for (const op of operations)
			if (errors[op].includes(name))
				await assert.rejects(send(op, {}, to), (e) =>
				    is(e, op, name), `${op} ${name}`);
		seen.push(...there);
	});
}

const union = (what) => new Set(seen.flatMap((s) => [...s[what]]));
await test('every operation has been answered', () => {
	assert.ok(operations.length >= 66);
	const answered = union('answered');
	assert.deepEqual(operations.filter((op) => !answered.has(op)).sort(),
	    NO_KINESIS);
});
await test('every paginator and every waiter has been used', () => {
	const all = Object.keys(sdk).filter((k) => /^(paginate|wait)/.test(k));
	assert.ok(all.length >= 21);
	assert.deepEqual(all.filter((k) => !used.has(k)), []);
});
await test('every error that can be has come as its class', () => {
	const failed = union('failed');
	const missing = [], surprising = [];
	for (const op of operations)
		for (const name of errors[op]) {
			const never = unmade[name]?.test(op) ?? false;
			const came = failed.has(`${op} ${name}`);
			if (never === came)
				(came ? surprising : missing).push(
				    `${op} ${name}`);
		}
	assert.deepEqual({ missing, surprising },
	    { missing: [], surprising: [] });
});
await test('every answer is of its schema', () =>
	assert.deepEqual([...union('wrong')], []));
done();
