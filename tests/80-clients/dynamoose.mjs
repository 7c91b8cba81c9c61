// SPDX-License-Identifier: ISC
//
// A program that keeps its items with Dynamoose, which makes its tables by
// itself and waits for them.  Speaks TAP.
import assert from 'node:assert/strict';
import * as ddb from '@aws-sdk/client-dynamodb';
import dynamoose from 'dynamoose';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const client = new ddb.DynamoDB({});
const seen = watch(client, ddb);
dynamoose.aws.ddb.set(client);

const Book = dynamoose.model('Book', new dynamoose.Schema({
	shelf: { type: String, hashKey: true },
	number: { type: Number, rangeKey: true },
	title: { type: String, required: true,
		index: { name: 'byTitle', type: 'global', rangeKey: 'number' } },
	author: { type: String,
		index: { name: 'byAuthor', type: 'local' } },
	price: { type: Number, default: 0 },
	bought: Date,
	cover: Buffer,
	tags: { type: Set, schema: [String] },
	loans: { type: Array, schema: [{ type: Object, schema: {
		who: String, days: Number } }] },
	place: { type: Object, schema: { room: String, row: Number } },
}, { timestamps: true, saveUnknown: false }));
const table = new dynamoose.Table('books', [Book], {
	waitForActive: { enabled: true, check: { timeout: 10000, frequency: 50 } },
	throughput: 'ON_DEMAND', update: ['indexes', 'ttl', 'tags'],
	expires: { ttl: 3600, attribute: 'ttl' }, tags: { made: 'dynamoose' },
	initialize: false, streamOptions: { enabled: true, type: 'NEW_IMAGE' } });
const fails = (promise, name) => assert.rejects(promise,
	(e) => e.name === name);

await test('its table: indexes, TTL, tags, stream', async () => {
	await table.initialize();
	const { Table: t } = await client.send(
	    new ddb.DescribeTableCommand({ TableName: 'books' }));
	assert.deepEqual([t.GlobalSecondaryIndexes[0].IndexName,
	    t.LocalSecondaryIndexes[0].IndexName, t.StreamSpecification],
	    ['byTitle', 'byAuthor',
	    { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' }]);
	const ttl = await client.send(
	    new ddb.DescribeTimeToLiveCommand({ TableName: 'books' }));
	assert.deepEqual(ttl.TimeToLiveDescription,
	    { TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
	const { Tags } = await client.send(
	    new ddb.ListTagsOfResourceCommand({ ResourceArn: t.TableArn }));
	assert.deepEqual(Tags, [{ Key: 'made', Value: 'dynamoose' }]);
});

await test('create once, and get every type', async () => {
	const bought = new Date('2026-01-31T12:00:00Z');
	const book = { shelf: 'a', number: 1, title: 'One', author: 'Ann',
	    price: 9.5, bought, cover: Buffer.from([0, 255]),
	    tags: new Set(['x', 'y']), loans: [{ who: 'me', days: 3 }],
	    place: { room: 'r', row: 2 } };
	await Book.create(book);
	await fails(Book.create(book), 'ConditionalCheckFailedException');
	const got = await Book.get({ shelf: 'a', number: 1 },
	    { consistent: true });
	assert.equal(got.bought.getTime(), bought.getTime());
	assert.deepEqual([...got.tags], ['x', 'y']);
	assert.deepEqual(got.loans, [{ who: 'me', days: 3 }]);
	assert.ok(got.createdAt instanceof Date);
	assert.ok(got.ttl instanceof Date);
	assert.equal(await Book.get({ shelf: 'a', number: 9 }), undefined);
});

await test('update with a condition', async () => {
	const key = { shelf: 'a', number: 1 };
	const b = await Book.update(key, { $ADD: { price: 1 },
	    $SET: { title: 'First' }, $REMOVE: ['cover'] }, { condition:
	    new dynamoose.Condition().where('title').eq('One') });
	assert.deepEqual([b.price, b.title, b.cover], [10.5, 'First', undefined]);
	await fails(Book.update(key, { title: 'No' }, { condition:
	    new dynamoose.Condition().where('price').gt(100)
		.or().where('author').beginsWith('Z') }),
	    'ConditionalCheckFailedException');
	b.author = 'Bea';
	await b.save();
	assert.equal((await Book.get(key)).author, 'Bea');
});

await test('batches', async () => {
	await Book.batchPut([...Array(25).keys()].map((i) => ({ shelf: 'b',
	    number: i, title: i % 2 ? 'Odd' : 'Even', author: `w${30 - i}` })));
	const got = await Book.batchGet([...Array(100).keys()].map((number) =>
	    ({ shelf: 'b', number })));
	assert.equal(got.length, 25);
	assert.equal(got.unprocessedKeys.length, 0);
	await Book.batchDelete([{ shelf: 'b', number: 24 }]);
});

await test('query by table, both indexes, with pages', async () => {
	const one = await Book.query('shelf').eq('b').where('number')
	    .between(3, 9).sort('descending').limit(4).exec();
	assert.deepEqual(one.map((b) => b.number), [9, 8, 7, 6]);
	const rest = await Book.query('shelf').eq('b').where('number')
	    .between(3, 9).sort('descending').startAt(one.lastKey).exec();
	assert.deepEqual(rest.map((b) => b.number), [5, 4, 3]);
	const title = await Book.query('title').eq('Odd').using('byTitle')
	    .filter('number').gt(20).exec();
	assert.deepEqual(title.map((b) => b.number), [21, 23]);
	const by = await Book.query('shelf').eq('b').where('author')
	    .beginsWith('w1').using('byAuthor').all().exec();
	assert.deepEqual(by.map((b) => b.author),
	    ['w10', 'w11', 'w12', 'w13', 'w14', 'w15', 'w16', 'w17', 'w18',
	    'w19']);
	assert.equal((await Book.query('shelf').eq('b').count().exec()).count, 24);
});

await test('scan, in parts and with a filter', async () => {
	assert.equal((await Book.scan().limit(5).all(0).exec()).length, 25);
	assert.equal((await Book.scan().parallel(3).exec()).length, 25);
	const found = await Book.scan('title').contains('ven').and()
	    .where('number').in([2, 4]).attributes(['number']).exec();
	assert.deepEqual(found.map((b) => b.number).sort(), [2, 4]);
});

await test('transactions', async () => {
	await dynamoose.transaction([
		Book.transaction.create({ shelf: 't', number: 1, title: 'T' }),
		Book.transaction.update({ shelf: 'a', number: 1 },
		    { $ADD: { price: 2 } }),
		Book.transaction.delete({ shelf: 'b', number: 0 }),
		Book.transaction.condition({ shelf: 'b', number: 1 },
		    new dynamoose.Condition('title').eq('Odd'))]);
	assert.equal((await Book.get({ shelf: 'a', number: 1 })).price, 12.5);
	const got = await dynamoose.transaction([
		Book.transaction.get({ shelf: 't', number: 1 })]);
	assert.equal(got[0].title, 'T');
	await assert.rejects(dynamoose.transaction([
		Book.transaction.create({ shelf: 't', number: 1, title: 'T' }),
		Book.transaction.create({ shelf: 't', number: 2, title: 'T' })]),
	    (e) => e instanceof ddb.TransactionCanceledException &&
		e.CancellationReasons[0].Code === 'ConditionalCheckFailed');
	assert.equal(await Book.get({ shelf: 't', number: 2 }), undefined);
});

await test('a new index of the same table', async () => {
	const Again = dynamoose.model('Book2', new dynamoose.Schema({
		shelf: { type: String, hashKey: true },
		number: { type: Number, rangeKey: true },
		title: { type: String, index: [
			{ name: 'byTitle', type: 'global', rangeKey: 'number' },
			{ name: 'byTitle2', type: 'global' }] },
		author: { type: String,
			index: { name: 'byAuthor', type: 'local' } },
	}));
	await new dynamoose.Table('books', [Again], { initialize: false,
	    throughput: 'ON_DEMAND', update: ['indexes'], waitForActive: {
	    enabled: true, check: { timeout: 10000, frequency: 50 } } })
	    .initialize();
	const got = await Again.query('title').eq('Odd').using('byTitle2').exec();
	assert.equal(got.length, 12);
});

await test('delete', async () => {
	await Book.delete({ shelf: 't', number: 1 });
	assert.equal(await Book.get({ shelf: 't', number: 1 }), undefined);
});

await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
done();
