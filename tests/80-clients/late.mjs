// SPDX-License-Identifier: ISC
//
// What a stream's reader is told who comes too late, with the AWS SDK for
// JavaScript v3.  The server's clock is so many seconds ahead; what one run
// leaves for the next is a file.  Speaks TAP.
//
//	late.mjs begin|later|end SECONDS FILE
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import {
	CreateTableCommand, DeleteTableCommand, DynamoDBClient,
	PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as api from '@aws-sdk/client-dynamodb-streams';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const [phase, seconds, file] = process.argv.slice(2);
const how = { systemClockOffset: seconds * 1000, maxAttempts: 1 };
const client = new DynamoDBClient(how);
const streams = new api.DynamoDBStreamsClient(how);
const seen = watch(streams, api);
const kept = phase === 'begin' ? {} : JSON.parse(readFileSync(file));

async function make(TableName) {
	const { TableDescription: t } = await client.send(
	    new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST',
		AttributeDefinitions: [{ AttributeName: 'k',
		    AttributeType: 'S' }],
		KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
		StreamSpecification: { StreamEnabled: true,
		    StreamViewType: 'KEYS_ONLY' } }));
	const StreamArn = t.LatestStreamArn;
	await client.send(new PutItemCommand({ TableName,
	    Item: { k: { S: 'x' } } }));
	const d = await streams.send(new api.DescribeStreamCommand({
	    StreamArn }));
	const { ShardId } = d.StreamDescription.Shards[0];
	return { StreamArn, ShardId };
}

async function iterator(of, more = { ShardIteratorType: 'TRIM_HORIZON' }) {
	return (await streams.send(new api.GetShardIteratorCommand({ ...of,
	    ...more }))).ShardIterator;
}

const read = (ShardIterator) => streams.send(new api.GetRecordsCommand({
	ShardIterator }));
const at = () => ({ ShardIteratorType: 'AT_SEQUENCE_NUMBER',
	SequenceNumber: kept.number });

const phases = {
	async begin() {
		await test('streams of two tables, one of which goes', async () => {
			kept.table = await make('late');
			kept.gone = await make('gone');
			kept.first = await iterator(kept.table);
			const { Records } = await read(kept.first);
			kept.number = Records[0].dynamodb.SequenceNumber;
			await client.send(new DeleteTableCommand({
			    TableName: 'gone' }));
		});
	},
	async later() {
		await test('a day less 5 minutes: all is there', async () => {
			kept.later = await iterator(kept.table, at());
			assert.equal((await read(kept.later)).Records.length, 1);
			kept.lost = await iterator(kept.gone);
			assert.equal((await read(kept.lost)).Records.length, 1);
		});
		await test('an iterator has its 15 minutes', () =>
			assert.rejects(read(kept.first),
			    api.ExpiredIteratorException));
	},
	async end() {
		await test('a day and 5 minutes: the record is trimmed', () =>
			assert.rejects(read(kept.later),
			    api.TrimmedDataAccessException));
		await test('no iterator begins there', () =>
			assert.rejects(iterator(kept.table, at()),
			    api.TrimmedDataAccessException));
		await test('the stream of the table that went, too', () =>
			assert.rejects(read(kept.lost),
			    api.ResourceNotFoundException));
		await test('from the horizon on there is nothing', async () =>
			assert.deepEqual((await read(await iterator(
			    kept.table))).Records, []));
	},
};
await phases[phase]();
await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
writeFileSync(file, JSON.stringify(kept));
done();
