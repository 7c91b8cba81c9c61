// SPDX-License-Identifier: ISC
//
// A program that keeps its items with OneTable.  `schema`: its schema as JSON,
// the way doorward-model(5) says.  Else, against a server that enforces it:
// whatever OneTable writes is taken, what others write must fit.  Speaks TAP.
import assert from 'node:assert/strict';
import {
	DynamoDBClient, PutItemCommand, TransactWriteItemsCommand,
	UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Table } from 'dynamodb-onetable';
import { done, test } from './tap.mjs';

const schema = {
	format: 'onetable:1.1.0',
	version: '0.0.1',
	indexes: {
		primary: { hash: 'pk', sort: 'sk' },
		gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' },
	},
	models: {
		Account: {
			pk: { type: String, value: 'account:${id}' },
			sk: { type: String, value: 'account:' },
			id: { type: String, generate: 'ulid',
				validate: /^[0-9A-HJKMNP-TV-Z]{26}$/ },
			name: { type: String, required: true, unique: true },
			status: { type: String, enum: ['active', 'closed'],
				default: 'active' },
			address: { type: Object, schema: {
				zip: { type: String, required: true },
				street: { type: String } } },
			lines: { type: Array, items: { type: Object, schema: {
				n: { type: Number, required: true } } } },
			nothing: { type: String, nulls: true },
		},
		User: {
			pk: { type: String, value: 'account:${accountId}' },
			sk: { type: String, value: 'user:${email}' },
			accountId: { type: String, required: true },
			email: { type: String, required: true, map: 'em' },
			age: { type: Number },
			on: { type: Boolean },
			since: { type: Date },
			end: { type: Date, ttl: true },
			tags: { type: Set },
			raw: { type: 'buffer' },
			pin: { type: String, crypt: true },
			city: { type: String, map: 'packed.city' },
			land: { type: String, map: 'packed.land' },
			gs1pk: { type: String, value: 'user' },
			gs1sk: { type: String, value: '${since}#${age:4}' },
		},
		Event: {
			pk: { type: String, value: 'event:${kind}' },
			sk: { type: String, value: '${kind}#${number:8:0}' },
			kind: { type: String, encode: ['sk', '#', 0] },
			number: { type: Number, required: true },
		},
	},
	queries: {},
	params: { isoDates: true, timestamps: true, typeField: 'kind_' },
};
const client = new DynamoDBClient({});
const table = new Table({ client, name: 'onetable', schema, partial: true,
	crypto: { primary: { cipher: 'aes-256-gcm', password: 'a b c' } } });

if (process.argv[2] === 'schema') {
	console.log(JSON.stringify({ ...table.getCurrentSchema(),
		params: schema.params }));
	process.exit(0);
}

const Account = table.getModel('Account');
const User = table.getModel('User');
const Event = table.getModel('Event');
const kept = new Date('2026-01-31T12:00:00Z');
let id;

await test('createTable', () => table.createTable());

await test('saveSchema and readSchema', async () => {
	await table.saveSchema();
	assert.equal((await table.readSchema()).version, '0.0.1');
});

await test('create, with a unique attribute and a nested schema', async () => {
	({ id } = await Account.create({ name: 'Acme', nothing: null,
		address: { zip: '1', street: 'Way' }, lines: [{ n: 1 }] }));
	await assert.rejects(Account.create({ name: 'Acme' }), /unique/i);
	const a = await Account.get({ id });
	assert.equal(a.name, 'Acme');
	assert.deepEqual(a.lines, [{ n: 1 }]);
});

await test('create with every other type', async () => {
	await User.create({ accountId: id, email: 'a@b.c', age: 7, on: true,
		since: kept, end: new Date(Date.now() + 86400000),
		tags: new Set(['x', 'y']), raw: Buffer.from('raw'), pin: '1234',
		city: 'Ulm', land: 'DE' });
	const u = await User.get({ accountId: id, email: 'a@b.c' });
	assert.equal(u.pin, '1234');
	assert.equal(u.city, 'Ulm');
	assert.equal(u.since.getTime(), kept.getTime());
});

await test('update, upsert and find', async () => {
	await User.update({ accountId: id, email: 'a@b.c', on: false });
	await User.update({ accountId: id, email: 'a@b.c', since: kept, age: 8 });
	await User.upsert({ accountId: id, email: 'd@e.f', age: 12345,
		since: kept });
	await Account.update({ id, address: { zip: '2' } }, { partial: true });
	assert.equal((await User.find({ gs1pk: 'user' }, { index: 'gs1' })).length,
	    2);
});

await test('batches and transactions', async () => {
	const batch = {};
	for (let number = 1; number <= 3; number++)
		await Event.create({ kind: 'made', number }, { batch });
	await table.batchWrite(batch);
	const transaction = {};
	await Event.create({ kind: 'made', number: 4 }, { transaction });
	await User.update({ accountId: id, email: 'd@e.f', on: true },
	    { transaction });
	await table.transact('write', transaction);
	assert.equal((await Event.get({ kind: 'made', number: 4 })).kind, 'made');
});

await test('a key that an update would leave stale is refused', () =>
	assert.rejects(User.update({ accountId: id, email: 'a@b.c', age: 9 }),
	    /User\.gs1sk is .*, expected .*#0009\\?" by its template/));

await test('other programs: what does not fit is refused', async () => {
	const bad = (Item, want) => assert.rejects(client.send(new PutItemCommand(
	    { TableName: 'onetable', Item })), (e) => {
		assert.equal(e.name, 'ValidationException');
		assert.match(e.message, want);
		return true;
	});
	const user = { pk: { S: 'account:1' }, sk: { S: 'user:x' },
		kind_: { S: 'User' }, accountId: { S: '1' }, em: { S: 'x' } };
	await client.send(new PutItemCommand({ TableName: 'onetable',
		Item: user }));
	await bad({ ...user, em: { S: 'y' } },
	    /User\.sk is "user:x", expected "user:y"/);
	await bad({ ...user, age: { S: '7' } }, /User\.age is of the type string/);
	await bad({ ...user, email: { S: 'x' } }, /User\.email is not known/);
	await bad({ ...user, since: { N: '1' } }, /User\.since is of the type/);
	await bad({ ...user, kind_: { S: 'Usr' } }, /kind_ is "Usr", expected/);
	await bad({ pk: { S: 'account:1' }, sk: { S: 'account:' }, kind_:
		{ S: 'Account' }, name: { S: 'n' }, status: { S: 'gone' } },
	    /Account\.status is "gone", expected one of \["active","closed"\]/);
	await bad({ pk: { S: 'account:1' }, sk: { S: 'account:' }, kind_:
		{ S: 'Account' }, name: { S: 'n' }, address: { M: {} } },
	    /Account\.address\.zip is missing/);
});

await test('in a transaction it is the reason', () =>
	assert.rejects(client.send(new TransactWriteItemsCommand({
		TransactItems: [{ Update: { TableName: 'onetable',
			Key: { pk: { S: 'account:1' }, sk: { S: 'user:x' } },
			UpdateExpression: 'REMOVE accountId' } }] })), (e) => {
		assert.equal(e.name, 'TransactionCanceledException');
		assert.equal(e.CancellationReasons[0].Code, 'ValidationError');
		assert.match(e.CancellationReasons[0].Message,
		    /User\.accountId is missing, it is required/);
		return true;
	}));

await test('remove', async () => {
	await client.send(new UpdateItemCommand({ TableName: 'onetable',
		Key: { pk: { S: 'account:1' }, sk: { S: 'user:x' } },
		UpdateExpression: 'SET age = :a',
		ExpressionAttributeValues: { ':a': { N: '1' } } }));
	await User.remove({ accountId: id, email: 'a@b.c' });
	await Account.remove({ id });
	await Account.create({ name: 'Acme' });
});
done();
