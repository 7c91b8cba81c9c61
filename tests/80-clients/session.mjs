// SPDX-License-Identifier: ISC
//
// Sessions of a web server kept with connect-dynamodb: express-session and a
// browser's cookies, as in an application.  Speaks TAP.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import * as ddb from '@aws-sdk/client-dynamodb';
import connect from 'connect-dynamodb';
import session from 'express-session';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const client = new ddb.DynamoDBClient({});
const seen = watch(client, ddb);
const Store = connect(session);
const store = new Store({ table: 'sessions', client, specialKeys: [
	{ name: 'user', type: 'S' }], skipThrowMissingSpecialKeys: true });
const sessions = session({ store, secret: 'none', resave: false,
	saveUninitialized: false, cookie: { maxAge: 60000 } });
const pages = {
	'/add'(kept) {
		kept.user = 'ann';
		return kept.n = (kept.n ?? 0) + 1;
	},
	'/see': (kept) => kept.n ?? 'none',
	'/leave': (kept) => new Promise((left) =>
	    kept.destroy(() => left('gone'))),
};
const server = createServer((req, res) => sessions(req, res, async () =>
	res.end(JSON.stringify(await pages[req.url](req.session)))));

let url, cookie = '';
async function visit(path) {
	const r = await fetch(url + path, { headers: { cookie } });
	cookie = r.headers.get('set-cookie')?.split(';')[0] ?? cookie;
	return r.json();
}
const call = (name, ...args) => new Promise((good, bad) =>
	store[name](...args, (e, got) => e ? bad(e) : good(got)));

await test('it makes its table, or finds it', async () => {
	await store.initialize();
	await new Store({ table: 'sessions', client }).initialize();
	await ddb.waitUntilTableExists({ client, minDelay: 0.1,
	    maxWaitTime: 10 }, { TableName: 'sessions' });
});

await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
url = `http://127.0.0.1:${server.address().port}`;

await test('a session lives from request to request', async () => {
	assert.equal(await visit('/see'), 'none');
	assert.equal(await visit('/add'), 1);
	assert.equal(await visit('/add'), 2);
	assert.equal(await visit('/see'), 2);
	const { Items } = await client.send(new ddb.ScanCommand({
	    TableName: 'sessions' }));
	assert.equal(Items.length, 1);
	assert.deepEqual(Items[0].user, { S: 'ann' });
	assert.match(Items[0].expires.N, /^\d{10}(\.\d+)?$/);
});

await test('and ends', async () => {
	assert.equal(await visit('/leave'), 'gone');
	assert.equal(await visit('/see'), 'none');
});

await test('what has expired is not given, and swept', async () => {
	const old = { cookie: { maxAge: -5000 } };
	await call('set', 'old', old);
	await call('set', 'new', { cookie: { maxAge: 60000 }, n: 7 });
	assert.equal(await call('get', 'old'), null);
	assert.equal((await call('get', 'new')).n, 7);
	await call('touch', 'new', { cookie: { maxAge: 90000 } });
	await call('reap');
	const { Items } = await client.send(new ddb.ScanCommand({
	    TableName: 'sessions' }));
	assert.deepEqual(Items.map((i) => i.id.S), ['sess:new']);
});

server.close();
await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
done();
