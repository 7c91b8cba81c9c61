// SPDX-License-Identifier: ISC
//
// A stream read from its beginning to its end with the AWS SDK for JavaScript
// v3.  Speaks TAP.  Endpoints and credentials come from the environment.
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import * as api from '@aws-sdk/client-dynamodb-streams';
import {
	CreateTableCommand, DeleteItemCommand, DeleteTableCommand,
	DescribeTableCommand, DynamoDBClient, PutItemCommand,
	TransactWriteItemsCommand, UpdateItemCommand, UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
	DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand,
	GetShardIteratorCommand, ListStreamsCommand, ResourceNotFoundException,
	TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const client = new DynamoDBClient({});
const streams = new DynamoDBStreamsClient({});
const seen = watch(streams, api);
const TableName = 'stream-js';
let StreamArn;

async function iterator(ShardIteratorType, SequenceNumber) {
	const d = await streams.send(new DescribeStreamCommand({ StreamArn }));
	const { ShardId } = d.StreamDescription.Shards[0];
	const r = await streams.send(new GetShardIteratorCommand({
		StreamArn, ShardId, ShardIteratorType, SequenceNumber }));
	return r.ShardIterator;
}

// All records of a shard, a page at a time, until it has no more now.
async function read(ShardIterator, Limit) {
	const all = [];
	for (;;) {
		const r = await streams.send(
		    new GetRecordsCommand({ ShardIterator, Limit }));
		all.push(...r.Records);
		ShardIterator = r.NextShardIterator;
		if (r.Records.length === 0 || ShardIterator === undefined)
			return { all, next: ShardIterator };
	}
}

await test('a table with a stream, and ListStreams has it', async () => {
	await client.send(new CreateTableCommand({
		TableName,
		AttributeDefinitions: [{ AttributeName: 'k',
			AttributeType: 'S' }],
		KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
		BillingMode: 'PAY_PER_REQUEST',
		StreamSpecification: { StreamEnabled: true,
			StreamViewType: 'NEW_AND_OLD_IMAGES' },
	}));
	const t = (await client.send(
	    new DescribeTableCommand({ TableName }))).Table;
	StreamArn = t.LatestStreamArn;
	const r = await streams.send(new ListStreamsCommand({ TableName }));
	assert.deepEqual(r.Streams, [{ StreamArn, TableName,
		StreamLabel: t.LatestStreamLabel }]);
});

await test('each change is a record, in order', async () => {
	const Key = { k: { S: 'one' } };
	await client.send(new PutItemCommand({ TableName,
		Item: { ...Key, v: { N: '1' } } }));
	await client.send(new UpdateItemCommand({ TableName, Key,
		UpdateExpression: 'SET v = v + :one',
		ExpressionAttributeValues: { ':one': { N: '1' } } }));
	await client.send(new DeleteItemCommand({ TableName, Key }));
	await client.send(new TransactWriteItemsCommand({ TransactItems: [
		{ Put: { TableName, Item: { k: { S: 'two' } } } },
		{ Put: { TableName, Item: { k: { S: 'three' } } } }] }));
	const { all, next } = await read(await iterator('TRIM_HORIZON'), 2);
	assert.deepEqual(all.map((r) => [r.eventName, r.dynamodb.Keys.k.S]),
	    [['INSERT', 'one'], ['MODIFY', 'one'], ['REMOVE', 'one'],
	    ['INSERT', 'two'], ['INSERT', 'three']]);
	assert.deepEqual(all[1].dynamodb.OldImage.v, { N: '1' });
	assert.deepEqual(all[1].dynamodb.NewImage.v, { N: '2' });
	assert.ok(all[0].dynamodb.ApproximateCreationDateTime instanceof Date);
	assert.ok(next !== undefined, 'an open shard goes on');
	const numbers = all.map((r) => BigInt(r.dynamodb.SequenceNumber));
	assert.ok(numbers.every((n, i) => i === 0 || n > numbers[i - 1]));
	const after = await read(await iterator('AFTER_SEQUENCE_NUMBER',
	    all[3].dynamodb.SequenceNumber));
	assert.equal(after.all[0].dynamodb.Keys.k.S, 'three');
});

await test('what expires is removed by the service', async () => {
	await client.send(new UpdateTimeToLiveCommand({ TableName,
		TimeToLiveSpecification: { Enabled: true,
			AttributeName: 'exp' } }));
	const latest = await iterator('LATEST');
	const past = Math.floor(Date.now() / 1000) - 60;
	await client.send(new PutItemCommand({ TableName,
		Item: { k: { S: 'old' }, exp: { N: `${past}` } } }));
	execSync(process.env.SWEEP);
	const { all } = await read(latest);
	assert.deepEqual(all.map((r) => r.eventName), ['INSERT', 'REMOVE']);
	assert.equal(all[0].userIdentity, undefined);
	assert.equal(all[1].userIdentity.PrincipalId,
	    'dynamodb.amazonaws.com');
	assert.equal(all[1].userIdentity.Type, 'Service');
});

await test('errors are the SDK\'s classes', async () => {
	await assert.rejects(streams.send(new DescribeStreamCommand({
		StreamArn: StreamArn + '0' })), ResourceNotFoundException);
	assert.ok(TrimmedDataAccessException);
});

await test('a deleted table\'s stream is read to its end', async () => {
	await client.send(new DeleteTableCommand({ TableName }));
	const d = await streams.send(new DescribeStreamCommand({ StreamArn }));
	assert.equal(d.StreamDescription.StreamStatus, 'DISABLED');
	assert.ok(d.StreamDescription.Shards[0].SequenceNumberRange
	    .EndingSequenceNumber);
	const { all, next } = await read(await iterator('TRIM_HORIZON'));
	assert.equal(all.length, 7);
	assert.equal(next, undefined);
});

await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
done();
