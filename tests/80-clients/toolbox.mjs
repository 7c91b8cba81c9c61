// SPDX-License-Identifier: ISC
//
// A program that keeps its items with DynamoDB-Toolbox.  Speaks TAP.
import assert from 'node:assert/strict';
import * as ddb from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
	$add, $append, $delete, $remove, BatchGetCommand, BatchGetRequest,
	BatchPutRequest, BatchWriteCommand, ConditionCheck, DeleteItemCommand,
	Entity, EntityRepository, GetItemCommand, GetTransaction,
	PutItemCommand, PutTransaction, QueryCommand, ScanCommand, Table,
	UpdateItemCommand, UpdateTransaction, any, binary, boolean, executeBatchGet, executeBatchWrite, executeTransactGet,
	executeTransactWrite, item, list, map, number, record, set, string,
} from 'dynamodb-toolbox';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const client = new ddb.DynamoDBClient({});
const seen = watch(client, ddb);
const T = new Table({
	documentClient: DynamoDBDocumentClient.from(client, {
		marshallOptions: { removeUndefinedValues: true } }),
	name: 'toolbox',
	partitionKey: { name: 'pk', type: 'string' },
	sortKey: { name: 'sk', type: 'number' },
	indexes: {
		byKind: { type: 'global',
			partitionKey: { name: 'kind', type: 'string' },
			sortKey: { name: 'level', type: 'number' } },
		byLevel: { type: 'local', sortKey: { name: 'level',
			type: 'number' } },
	},
});
const Beast = new Entity({
	name: 'Beast', table: T, timestamps: true,
	schema: item({
		trainer: string().key().savedAs('pk'),
		id: number().key().savedAs('sk'),
		kind: string().enum('fire', 'water').default('fire'),
		level: number().default(1),
		owned: boolean().optional(),
		moves: list(string()).default([]),
		types: set(string()).optional(),
		stats: map({ hp: number(), speed: number() }).optional(),
		bag: record(string(), number()).optional(),
		face: binary().optional(),
		more: any().optional(),
	}),
});
const refused = (promise) => assert.rejects(promise,
	ddb.ConditionalCheckFailedException);

await test('the table', async () => {
	const key = (AttributeName, KeyType) => ({ AttributeName, KeyType });
	await client.send(new ddb.CreateTableCommand({ TableName: 'toolbox',
	    BillingMode: 'PAY_PER_REQUEST',
	    AttributeDefinitions: Object.entries({ pk: 'S', sk: 'N', kind: 'S',
		level: 'N' }).map(([AttributeName, AttributeType]) =>
		({ AttributeName, AttributeType })),
	    KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
	    GlobalSecondaryIndexes: [{ IndexName: 'byKind', KeySchema:
		[key('kind', 'HASH'), key('level', 'RANGE')],
		Projection: { ProjectionType: 'ALL' } }],
	    LocalSecondaryIndexes: [{ IndexName: 'byLevel', KeySchema:
		[key('pk', 'HASH'), key('level', 'RANGE')],
		Projection: { ProjectionType: 'ALL' } }] }));
});

const first = { trainer: 'ash', id: 1, kind: 'fire', level: 5, owned: true,
	moves: ['bite'], types: new Set(['a', 'b']),
	stats: { hp: 10, speed: 2.5 }, bag: { berry: 3 },
	face: new Uint8Array([0, 255]), more: { deep: [null, { x: 1 }] } };

await test('put with a condition, and get every type', async () => {
	const put = () => Beast.build(PutItemCommand).item(first).options({
	    condition: { attr: 'trainer', exists: false },
	    returnValues: 'ALL_OLD', capacity: 'INDEXES', metrics: 'SIZE' })
	    .send();
	const r = await put();
	assert.equal(r.ConsumedCapacity.TableName, 'toolbox');
	await refused(put());
	const { Item } = await Beast.build(GetItemCommand).key(
	    { trainer: 'ash', id: 1 }).options({ consistent: true }).send();
	const { created, modified, entity, ...rest } = Item;
	assert.equal(typeof created + typeof modified, 'stringstring');
	assert.deepEqual(rest, first);
	const some = await Beast.build(GetItemCommand).key(
	    { trainer: 'ash', id: 1 }).options({ attributes: ['stats.hp',
	    'moves[0]'] }).send();
	assert.deepEqual(some.Item, { stats: { hp: 10 }, moves: ['bite'] });
});

await test('update with its extensions', async () => {
	const { Attributes } = await Beast.build(UpdateItemCommand).item({
	    trainer: 'ash', id: 1, level: $add(2), moves: $append(['fly']),
	    types: $delete(new Set(['a'])), owned: $remove(), stats: { hp: $add(-1) } })
	    .options({ returnValues: 'ALL_NEW', condition: { and: [
		{ attr: 'level', lt: 6 }, { attr: 'stats.hp', between: [9, 11] },
		{ or: [{ attr: 'moves', contains: 'bite' },
		    { not: { attr: 'kind', eq: 'fire' } }] }] } }).send();
	assert.deepEqual([Attributes.level, Attributes.moves, Attributes.types,
	    Attributes.owned, Attributes.stats.hp],
	    [7, ['bite', 'fly'], new Set(['b']), undefined, 9]);
	await refused(Beast.build(UpdateItemCommand).item({ trainer: 'ash',
	    id: 1, level: 1 }).options({ condition: { attr: 'more', type: 'S' } })
	    .send());
});

await test('batches', async () => {
	const put = [...Array(25).keys()].map((i) =>
	    Beast.build(BatchPutRequest).item({ trainer: 'may', id: i,
		kind: i % 2 ? 'fire' : 'water', level: 100 - i }));
	const w = await executeBatchWrite({ maxAttempts: 3 },
	    T.build(BatchWriteCommand).requests(...put));
	assert.deepEqual(w.UnprocessedItems ?? {}, {});
	const { Responses } = await executeBatchGet(T.build(BatchGetCommand)
	    .requests(...[1, 2, 99].map((id) => Beast.build(BatchGetRequest)
		.key({ trainer: 'may', id }))));
	assert.deepEqual(Responses[0].map((b) => b?.level), [99, 98, undefined]);
});

await test('query and scan with pages', async () => {
	const by = await T.build(QueryCommand).query({ index: 'byKind',
	    partition: 'water', range: { between: [90, 100] } })
	    .entities(Beast).options({ reverse: true }).send();
	assert.deepEqual(by.Items.map((b) => b.level), [100, 98, 96, 94, 92, 90]);
	const low = await T.build(QueryCommand).query({ index: 'byLevel',
	    partition: 'may', range: { lt: 80 } }).entities(Beast)
	    .options({ filters: { Beast: { attr: 'kind', eq: 'fire' } } }).send();
	assert.deepEqual(low.Items.map((b) => b.level), [77, 79]);
	const all = [];
	let exclusiveStartKey;
	do {
		const r = await T.build(ScanCommand).entities(Beast).options({
		    limit: 10, exclusiveStartKey }).send();
		all.push(...r.Items);
		exclusiveStartKey = r.LastEvaluatedKey;
	} while (exclusiveStartKey);
	assert.equal(all.length, 26);
	const most = await T.build(QueryCommand).query({ partition: 'may' })
	    .entities(Beast).options({ maxPages: Infinity, limit: 4 }).send();
	assert.equal(most.Count, 25);
});

await test('transactions', async () => {
	const go = (id) => executeTransactWrite({ clientRequestToken: `t${id}` },
	    Beast.build(PutTransaction).item({ trainer: 'tx', id })
		.options({ condition: { attr: 'trainer', exists: false } }),
	    Beast.build(UpdateTransaction).item({ trainer: 'may', id: 1,
		level: $add(1) }),
	    Beast.build(ConditionCheck).key({ trainer: 'ash', id: 1 })
		.condition({ attr: 'level', gte: 7 }));
	await go(1);
	await assert.rejects(executeTransactWrite(Beast.build(PutTransaction)
	    .item({ trainer: 'tx', id: 1 }).options({ condition:
		{ attr: 'trainer', exists: false } })),
	    (e) => e instanceof ddb.TransactionCanceledException &&
		e.CancellationReasons[0].Code === 'ConditionalCheckFailed');
	const { Responses } = await executeTransactGet(
	    Beast.build(GetTransaction).key({ trainer: 'may', id: 1 }),
	    Beast.build(GetTransaction).key({ trainer: 'no', id: 1 }));
	assert.deepEqual(Responses.map((r) => r.Item?.level), [100, undefined]);
});

await test('a repository, and delete', async () => {
	const beasts = Beast.build(EntityRepository);
	const { Attributes } = await beasts.delete({ trainer: 'tx', id: 1 },
	    { returnValues: 'ALL_OLD' });
	assert.equal(Attributes.id, 1);
	await refused(Beast.build(DeleteItemCommand).key({ trainer: 'tx',
	    id: 1 }).options({ condition: { attr: 'trainer', exists: true } })
	    .send());
});

await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
done();
