// SPDX-License-Identifier: ISC
//
// A program as a user would write it, with the AWS SDK for JavaScript v3: the
// client and the document client.  Speaks TAP.  Endpoint and credentials come
// from the environment, as for any program.
import assert from 'node:assert/strict';
import * as ddb from '@aws-sdk/client-dynamodb';
import {
	BatchExecuteStatementCommand, BatchWriteItemCommand,
	CreateTableCommand, DeleteItemCommand, DeleteTableCommand,
	DescribeTableCommand, DuplicateItemException, DynamoDBClient,
	ExecuteStatementCommand, ExecuteTransactionCommand, GetItemCommand,
	ListTablesCommand, PutItemCommand, QueryCommand,
	ResourceNotFoundException, ScanCommand, TransactWriteItemsCommand,
	TransactionCanceledException, UpdateItemCommand,
	waitUntilTableExists,
	waitUntilTableNotExists, paginateQuery, paginateScan,
} from '@aws-sdk/client-dynamodb';
import {
	BatchGetCommand, DynamoDBDocumentClient, GetCommand, PutCommand,
	UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const client = new DynamoDBClient({});
const seen = watch(client, ddb);
const table = 'sdk-js';
const key = (a, b) => ({ artist: { S: a }, year: { N: `${b}` } });

await test('CreateTable, and the waiter sees it', async () => {
	const r = await client.send(new CreateTableCommand({
		TableName: table,
		AttributeDefinitions: [
			{ AttributeName: 'artist', AttributeType: 'S' },
			{ AttributeName: 'year', AttributeType: 'N' },
		],
		KeySchema: [
			{ AttributeName: 'artist', KeyType: 'HASH' },
			{ AttributeName: 'year', KeyType: 'RANGE' },
		],
		BillingMode: 'PAY_PER_REQUEST',
	}));
	assert.match(r.TableDescription.TableArn, /:table\/sdk-js$/);
	await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 10 },
	    { TableName: table });
});

await test('ListTables', async () => {
	const r = await client.send(new ListTablesCommand({}));
	assert.ok(r.TableNames.includes(table));
});

await test('PutItem and GetItem, every type', async () => {
	const item = {
		...key('Nina', 1958),
		s: { S: 'gr\u00fc\u00df \u{1f6aa} "quoted" \\ \n' },
		n: { N: '-1.5' },
		b: { B: new Uint8Array([0, 1, 254, 255]) },
		yes: { BOOL: true }, nothing: { NULL: true },
		l: { L: [{ N: '1' }, { S: 'two' }, { L: [] }] },
		m: { M: { deep: { M: { er: { S: '' } } } } },
		ss: { SS: ['a', 'b'] }, ns: { NS: ['1', '2.5'] },
		bs: { BS: [new Uint8Array([1]), new Uint8Array([2])] },
	};
	await client.send(new PutItemCommand({ TableName: table, Item: item }));
	const r = await client.send(new GetItemCommand({ TableName: table,
	    Key: key('Nina', 1958), ConsistentRead: true }));
	assert.deepEqual(r.Item, item);
});

await test('GetItem of what is not there', async () => {
	const r = await client.send(new GetItemCommand({ TableName: table,
	    Key: key('nobody', 1) }));
	assert.equal(r.Item, undefined);
});

await test('BatchWriteItem of 25, then Query in both directions', async () => {
	const puts = [];
	for (let i = 0; i < 25; i++)
		puts.push({ PutRequest: { Item: { ...key('Miles', 1945 + i),
		    title: { S: `t${i}` } } } });
	const w = await client.send(new BatchWriteItemCommand({
	    RequestItems: { [table]: puts } }));
	assert.deepEqual(w.UnprocessedItems, {});
	const q = (more) => client.send(new QueryCommand({ TableName: table,
	    KeyConditionExpression: 'artist = :a AND #y BETWEEN :lo AND :hi',
	    ExpressionAttributeNames: { '#y': 'year' },
	    ExpressionAttributeValues: { ':a': { S: 'Miles' },
		':lo': { N: '1950' }, ':hi': { N: '1959' } }, ...more }));
	const up = await q({});
	assert.deepEqual(up.Items.map((i) => +i.year.N),
	    [1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959]);
	const down = await q({ ScanIndexForward: false, Limit: 3 });
	assert.deepEqual(down.Items.map((i) => +i.year.N), [1959, 1958, 1957]);
	assert.deepEqual(down.LastEvaluatedKey, key('Miles', 1957));
});

await test('Query and Scan by the SDK\'s paginators', async () => {
	const years = [], all = [];
	for await (const page of paginateQuery({ client, pageSize: 4 }, {
	    TableName: table, KeyConditionExpression: 'artist = :a',
	    ExpressionAttributeValues: { ':a': { S: 'Miles' } } }))
		years.push(...page.Items.map((i) => +i.year.N));
	assert.deepEqual(years, [...Array(25).keys()].map((i) => 1945 + i));
	for await (const page of paginateScan({ client, pageSize: 7 },
	    { TableName: table }))
		all.push(...page.Items);
	assert.equal(all.length, 26);
	assert.equal(new Set(all.map((i) => i.artist.S + i.year.N)).size, 26);
});

await test('DeleteItem gives the old item', async () => {
	const r = await client.send(new DeleteItemCommand({ TableName: table,
	    Key: key('Miles', 1945), ReturnValues: 'ALL_OLD' }));
	assert.equal(r.Attributes.title.S, 't0');
	const again = await client.send(new DeleteItemCommand({
	    TableName: table, Key: key('Miles', 1945),
	    ReturnValues: 'ALL_OLD' }));
	assert.equal(again.Attributes, undefined);
});

await test('the document client', async () => {
	const doc = DynamoDBDocumentClient.from(client);
	const Item = { artist: 'Bill', year: 1961, tags: new Set(['a', 'b']),
	    nested: { list: [1, 'x', null, true] } };
	await doc.send(new PutCommand({ TableName: table, Item }));
	const r = await doc.send(new GetCommand({ TableName: table,
	    Key: { artist: 'Bill', year: 1961 } }));
	assert.deepEqual(r.Item, Item);
	const u = await doc.send(new UpdateCommand({ TableName: table,
	    Key: { artist: 'Bill', year: 1961 }, ReturnValues: 'UPDATED_NEW',
	    UpdateExpression: 'SET nested.#l = list_append(nested.#l, :l), ' +
		'plays = if_not_exists(plays, :no) + :one ADD tags :t',
	    ConditionExpression: 'size(nested.#l) = :four',
	    ExpressionAttributeNames: { '#l': 'list' },
	    ExpressionAttributeValues: { ':l': [{ x: 1 }], ':no': 0, ':one': 1,
		':t': new Set(['b', 'c']), ':four': 4 } }));
	assert.deepEqual(u.Attributes, { nested: { list: [1, 'x', null, true,
	    { x: 1 }] }, plays: 1, tags: new Set(['a', 'b', 'c']) });
});

await test('ExecuteStatement, its pages and its exceptions', async () => {
	const run = (Statement, more) => client.send(
	    new ExecuteStatementCommand({ Statement, ...more }));
	const w = await run(`INSERT INTO "${table}" VALUE ` +
	    "{'artist': ?, 'year': 1977, 'tags': <<'x', 'y'>>}",
	    { Parameters: [{ S: 'Elvis' }] });
	assert.deepEqual(w.Items, []);
	await assert.rejects(run(`INSERT INTO "${table}" VALUE ` +
	    "{'artist': 'Elvis', 'year': 1977}"), DuplicateItemException);
	const years = [];
	let NextToken;
	do {
		const r = await run(`SELECT "year" FROM "${table}" WHERE ` +
		    "artist = 'Miles' AND \"year\" > 1960 ORDER BY " +
		    '"year" DESC', { Limit: 4, NextToken });
		years.push(...r.Items.map((i) => +i.year.N));
		NextToken = r.NextToken;
	} while (NextToken);
	assert.deepEqual(years, [1969, 1968, 1967, 1966, 1965, 1964, 1963,
	    1962, 1961]);
	const b = await client.send(new BatchExecuteStatementCommand({
	    Statements: [{ Statement: `SELECT * FROM "${table}" WHERE ` +
		"artist = 'Elvis' AND \"year\" = 1977" },
		{ Statement: 'SELECT' }] }));
	assert.deepEqual(b.Responses[0].Item.tags, { SS: ['x', 'y'] });
	assert.equal(b.Responses[1].Error.Code, 'ValidationError');
	await client.send(new ExecuteTransactionCommand({ TransactStatements: [
	    { Statement: `DELETE FROM "${table}" WHERE artist = 'Elvis' ` +
		'AND "year" = 1977' }] }));
});

await test('TransactWriteItems and the reasons of its refusal', async () => {
	const put = (year) => ({ Put: { TableName: table,
	    Item: key('Chet', year),
	    ConditionExpression: 'attribute_not_exists(artist)' } });
	await client.send(new TransactWriteItemsCommand({
	    TransactItems: [put(1953)] }));
	await assert.rejects(client.send(new TransactWriteItemsCommand({
	    TransactItems: [put(1954), put(1953)] })), (e) => {
		assert.ok(e instanceof TransactionCanceledException);
		assert.deepEqual(e.CancellationReasons.map((r) => r.Code),
		    ['None', 'ConditionalCheckFailed']);
		assert.match(e.message, /\[None, ConditionalCheckFailed\]/);
		return true;
	});
	await client.send(new TransactWriteItemsCommand({ TransactItems: [
	    { Delete: { TableName: table, Key: key('Chet', 1953) } }] }));
});

await test('BatchGetCommand of 100', async () => {
	const doc = DynamoDBDocumentClient.from(client);
	const Keys = [...Array(100).keys()].map((i) =>
	    ({ artist: 'Miles', year: 1900 + i }));
	const r = await doc.send(new BatchGetCommand({ RequestItems: {
	    [table]: { Keys, ProjectionExpression: 'title, #y',
		ExpressionAttributeNames: { '#y': 'year' },
		ConsistentRead: true } }, ReturnConsumedCapacity: 'TOTAL' }));
	assert.equal(r.Responses[table].length, 24);
	assert.deepEqual(r.Responses[table][0], { title: 't1', year: 1946 });
	assert.deepEqual(r.UnprocessedKeys, {});
	assert.equal(r.ConsumedCapacity[0].CapacityUnits, 100);
});

await test('UpdateItem: the item of a condition that does not hold', async () => {
	await assert.rejects(client.send(new UpdateItemCommand({
	    TableName: table, Key: key('Bill', 1961),
	    UpdateExpression: 'SET plays = :v',
	    ConditionExpression: 'plays > :v',
	    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
	    ExpressionAttributeValues: { ':v': { N: '7' } } })),
	    (e) => e.name === 'ConditionalCheckFailedException' &&
		e.Item.plays.N === '1');
});

await test('DescribeTable counts', async () => {
	const r = await client.send(new DescribeTableCommand({
	    TableName: table }));
	assert.equal(r.Table.ItemCount, 26);
	assert.equal(r.Table.TableStatus, 'ACTIVE');
	assert.ok(r.Table.CreationDateTime instanceof Date);
});

await test('the SDK\'s exception for a missing table', async () => {
	await assert.rejects(client.send(new GetItemCommand({
	    TableName: 'missing', Key: key('a', 1) })),
	    (e) => e instanceof ResourceNotFoundException);
});

await test('eight at once on the SDK\'s pool', async () => {
	await Promise.all([...Array(200).keys()].map((i) =>
	    client.send(new PutItemCommand({ TableName: table,
		Item: key('many', i) }))));
	const r = await client.send(new ScanCommand({ TableName: table,
	    Select: 'COUNT' }));
	assert.equal(r.Count, 226);
});

await test('DeleteTable, and the waiter sees it', async () => {
	await client.send(new DeleteTableCommand({ TableName: table }));
	await waitUntilTableNotExists({ client, minDelay: 1, maxWaitTime: 10 },
	    { TableName: table });
});

await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
client.destroy();
done();
