// SPDX-License-Identifier: ISC
//
// writes - what is returned, consumed and measured; conditions that fail;
// batches and transactions.
import { items, tables } from '../tables.mjs';

const k = { a: { S: 'k0' }, b: { N: '0' } };
const new_ = { a: { S: 'new' }, b: { N: '1' } };
const big = { S: 'x'.repeat(1500) };

function* returned() {
	for (const ReturnValues of [undefined, 'NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW'])
		for (const ReturnConsumedCapacity of ['NONE', 'TOTAL', 'INDEXES'])
			for (const ReturnItemCollectionMetrics of ['NONE', 'SIZE'])
				for (const TableName of ['abc', 'one']) {
					const cut = ({ b, ...key }) => TableName === 'one' ? key : { b, ...key };
					const more = { TableName, ReturnValues, ReturnConsumedCapacity, ReturnItemCollectionMetrics };
					for (const it of [k, new_, { ...k, c: { S: 'z' } }, { ...k, c: { S: 'z' }, d: { N: '7' } }, { ...k, x: big }])
						yield { op: 'PutItem', in: { ...more, Item: cut(it) } };
					for (const [UpdateExpression, v] of [['SET x = :v', { S: 'y' }], ['SET c = :v', { S: 'q' }], ['SET c = :v, d = d', { S: 'r' }],
						['REMOVE c'], ['ADD n :v', { N: '1' }], ['REMOVE nothing'], ['SET m = :v', { M: { x: { S: 'a' }, y: { L: [{ N: '1' }] } } }],
						['SET m.x = :v, m.y[0] = :v', { S: 'new' }], ['REMOVE m.x'], ['SET x = :v', big]])
						yield { op: 'UpdateItem', in: { ...more, Key: cut(k), UpdateExpression,
							ExpressionAttributeValues: v && { ':v': v } } };
					yield { op: 'UpdateItem', in: { ...more, Key: cut(new_) } };
					yield { op: 'UpdateItem', in: { ...more, Key: cut({ ...k, a: { S: 'no' } }), UpdateExpression: 'REMOVE c' } };
					for (const key of [new_, k, { ...k, a: { S: 'no' } }])
						yield { op: 'DeleteItem', in: { ...more, Key: cut(key) } };
				}
	for (const ReturnValuesOnConditionCheckFailure of [undefined, 'NONE', 'ALL_OLD'])
		for (const Key of [{ a: { S: 'k1' }, b: { N: '4' } }, new_])
			for (const [op, more] of [['PutItem', { Item: Key }], ['UpdateItem', { Key, UpdateExpression: 'REMOVE x' }], ['DeleteItem', { Key }]])
				yield { op, in: { TableName: 'abc', ...more, ConditionExpression: 'attribute_exists(nothing)', ReturnValuesOnConditionCheckFailure,
					ReturnConsumedCapacity: 'TOTAL', ReturnValues: 'ALL_OLD' } };
}

function* batches() {
	const put = (Item) => ({ PutRequest: { Item } });
	const del = (Key) => ({ DeleteRequest: { Key } });
	for (const ReturnConsumedCapacity of ['NONE', 'TOTAL', 'INDEXES'])
		for (const ReturnItemCollectionMetrics of ['NONE', 'SIZE'])
			for (const RequestItems of [{ abc: [put({ ...k, c: { S: 'b' } }), put(new_), del({ a: { S: 'no' }, b: { N: '1' } })], one: [put({ a: { S: 'k1' } })] },
				{ abc: [del(new_), put({ ...k, x: big })] }])
				yield { op: 'BatchWriteItem', in: { RequestItems, ReturnConsumedCapacity, ReturnItemCollectionMetrics } };
	for (const RequestItems of [{ abc: [put(k), put(k)] }, { abc: [put(k), del(k)] }, { abc: [put(k)], none: [put(k)] }, { none: [put(k)] }, { abc: [{}] },
		{ abc: [put(k), {}] }, { abc: [put({})] }, { abc: [del({})] }, { abc: [null] }, { abc: [put(k), put({ ...k, b: { N: '0.0' } })] },
		{ abc: Array.from({ length: 26 }, (_, i) => put({ ...k, b: { N: String(i) } })) }, { abc: Array.from({ length: 20 }, (_, i) => put({ ...k, b: { N: String(i) } })),
			one: Array.from({ length: 6 }, (_, i) => put({ a: { S: 'z' + i } })) }, { abc: [del({ ...k, x: { S: 'x' } })] }])
		yield { op: 'BatchWriteItem', in: { RequestItems } };
}

function* transactions() {
	const T = { TableName: 'abc' };
	const actions = {
		put: { Put: { ...T, Item: k } }, update: { Update: { ...T, Key: k, UpdateExpression: 'SET x = :x', ExpressionAttributeValues: { ':x': { S: 'y' } } } },
		remove: { Delete: { ...T, Key: new_ } }, check: { ConditionCheck: { ...T, Key: { a: { S: 'k1' }, b: { N: '4' } }, ConditionExpression: 'attribute_exists(a)' } },
		fails: { ConditionCheck: { ...T, Key: { a: { S: 'k1' }, b: { N: '5' } }, ConditionExpression: 'attribute_exists(nothing)' } },
		failsOld: { ConditionCheck: { ...T, Key: { a: { S: 'k1' }, b: { N: '5' } }, ConditionExpression: 'attribute_exists(nothing)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
		failsNone: { ConditionCheck: { ...T, Key: { a: { S: 'no' }, b: { N: '5' } }, ConditionExpression: 'attribute_exists(nothing)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
		badKey: { Put: { ...T, Item: { a: { S: 'x' }, b: { S: 'x' } } } }, noKey: { Put: { ...T, Item: { a: { S: 'x' } } } },
		badIndex: { Put: { ...T, Item: { ...new_, c: { N: '1' } } } }, keyUpdate: { Update: { ...T, Key: k, UpdateExpression: 'SET a = :x', ExpressionAttributeValues: { ':x': { S: 'y' } } } },
		badPath: { Update: { ...T, Key: k, UpdateExpression: 'SET no.x = :x', ExpressionAttributeValues: { ':x': { S: 'y' } } } },
		badAdd: { Update: { ...T, Key: { a: { S: 'k1' }, b: { N: '6' } }, UpdateExpression: 'ADD e :x', ExpressionAttributeValues: { ':x': { N: '1' } } } },
		syntax: { Update: { ...T, Key: k, UpdateExpression: 'SET' } }, unused: { Delete: { ...T, Key: k, ExpressionAttributeValues: { ':x': { S: 'y' } } } },
		none: { Put: { TableName: 'none', Item: k } }, empty: {}, two: { Put: { ...T, Item: k }, Delete: { ...T, Key: k } },
		emptyKey: { Put: { ...T, Item: { a: { S: '' }, b: { N: '1' } } } }, extraKey: { Delete: { ...T, Key: { ...k, x: { S: 'x' } } } },
	};
	for (const x of Object.keys(actions)) {
		yield { op: 'TransactWriteItems', in: { TransactItems: [actions[x]] } };
		for (const y of Object.keys(actions))
			yield { op: 'TransactWriteItems', in: { TransactItems: [actions[x], actions[y]] } };
	}
	for (const ReturnConsumedCapacity of ['NONE', 'TOTAL', 'INDEXES'])
		for (const ReturnItemCollectionMetrics of ['NONE', 'SIZE'])
			yield { op: 'TransactWriteItems', in: { TransactItems: [actions.update, actions.remove, actions.check, { Put: { TableName: 'one', Item: { a: { S: 't' } } } }],
				ReturnConsumedCapacity, ReturnItemCollectionMetrics } };
	for (const ClientRequestToken of ['', 't', 't', 'x'.repeat(36), 'x'.repeat(37)])
		for (const a of ['update', 'check'])
			yield { op: 'TransactWriteItems', in: { TransactItems: [actions[a]], ClientRequestToken, ReturnConsumedCapacity: 'TOTAL' } };
	for (const n of [99, 100, 101])
		yield { op: 'TransactWriteItems', in: { TransactItems: Array.from({ length: n }, (_, i) => ({ Put: { TableName: 'one', Item: { a: { S: 'n' + i } } } })) } };
}

export async function* cases(all) {
	await tables(all);
	yield* returned();
	await items(all);
	yield* batches();
	await items(all);
	yield* transactions();
}
