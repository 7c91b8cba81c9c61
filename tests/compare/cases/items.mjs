// SPDX-License-Identifier: ISC
//
// items - values of every kind, well and ill formed, wherever a request has
// values; keys of every kind; sizes at the limit.
import { tables } from '../tables.mjs';

const n38 = '1'.repeat(38);
const values = [
	...['', 'a', 'é', '\u0001', '😀', 'x'.repeat(1024), 'x'.repeat(1025), 'x'.repeat(2048),
		'x'.repeat(2049)].map((S) => ({ S })),
	...['', ' ', '0', '-0', '00', '+1', '1.', '.1', '-.5', '.', '-', '+', '1e', 'e1', '1e1', '1E+5', '1e-5',
		'0e200', '0.0', '1.10', '100', '1e40', '123e37', ' 1', '1 ', '1_0', '0x1', 'NaN', 'Infinity',
		'-Infinity', '1,0', '1e1.5', '--1', '1e125', '9.9e125', '1e126', '-1e126', '1e-130', '1e-131', n38,
		n38 + '0', n38 + '1', n38 + '.0', '0.' + n38, '0.' + n38 + '1', '1' + '0'.repeat(125),
		'1' + '0'.repeat(126), '1e9999', '1e-9999', '9'.repeat(38) + 'e88',
		'9'.repeat(38) + 'e87', '0.0000001', '0.00000001', '12345678901234567890.123', '१',
		'1'.repeat(400), '0'.repeat(400), '0'.repeat(400) + '1', '1e00000000000000000000005'].map((N) => ({ N })),
	...['', 'YQ==', 'YQ', 'YQ=', 'YR==', '====', 'Y===', 'YWE=', 'YW E=', 'YQ==YQ==', '!!!!', 'YWJj\n', '-_-_']
		.map((B) => ({ B })),
	...[true, false, 'true', 'FALSE', 1, 0, null, ''].flatMap((b) => [{ BOOL: b }, { NULL: b }]),
	...[[], ['a'], ['a', 'b'], ['a', 'a'], [''], ['', ''], ['a', null], [1], ['a', 'b', 'a', 'b'], null,
		'a', ['a', 'b', 'c', 'b']].map((SS) => ({ SS })),
	...[[], ['1'], ['1', '2'], ['1', '1.0'], ['1', '1'], ['x'], ['1', 'x'], [''], [1], ['1e126'],
		['0', '-0'], ['10', '1e1']].map((NS) => ({ NS })),
	...[[], ['YQ=='], ['YQ==', 'YQ=='], [''], ['', ''], ['YQ'], ['YQ==', 'Yg==']].map((BS) => ({ BS })),
	{ L: [] }, { L: [{ S: 'a' }, {}] }, { L: [{ N: 'x' }] }, { L: [null] }, { L: [{ L: [{ SS: [] }] }] },
	{ L: [{ S: '' }] }, { L: [{ B: '' }] }, { L: ['a'] }, { L: [[]] },
	{ M: {} }, { M: { a: { S: 'a' } } }, { M: { '': { S: 'a' } } }, { M: { a: {} } }, { M: { a: { N: 'x' } } },
	{ M: { a: { M: { b: { NS: ['1', '1'] } } } } }, { M: { a: null } }, { M: [] },
	{}, { X: 'a' }, { S: 'a', N: '1' }, { S: 'a', N: 'x' }, { S: null, N: '1' }, { SS: [], S: 'a' },
	{ NULL: false, S: 'a' }, { N: 'x', NULL: true }, { s: 'a' }, { L: [], M: {} },
];

const deep = (n) => { let v = { S: 'a' }; while (n-- > 0) v = n % 2 ? { L: [v] } : { M: { a: v } }; return v; };

export async function* cases(all) {
	await tables(all);
	const key = { a: { S: 'k0' }, b: { N: '0' } };
	const t = { TableName: 'abc' };
	for (const v of values) {
		yield { op: 'PutItem', in: { ...t, Item: { ...key, x: v } } };
		yield { op: 'GetItem', in: { ...t, Key: key } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, x: { L: [{ S: 'b' }, v] } } } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, x: { M: { y: v } } } } };
		yield { op: 'GetItem', in: { ...t, Key: key } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, a: v } } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, b: v } } };
		yield { op: 'PutItem', in: { TableName: 'bin', Item: { a: v, b: { S: 'a' } } } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, c: v } } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, d: v } } };
		yield { op: 'PutItem', in: { ...t, Item: { ...key, c: { S: 'a' }, d: v } } };
		yield { op: 'GetItem', in: { ...t, Key: { ...key, a: v } } };
		yield { op: 'GetItem', in: { ...t, Key: { ...key, b: v } } };
		yield { op: 'GetItem', in: { TableName: 'one', Key: { a: v } } };
		yield { op: 'DeleteItem', in: { ...t, Key: { a: { S: 'no' }, b: v } } };
		yield { op: 'UpdateItem', in: { ...t, Key: { ...key, b: v } } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, UpdateExpression: 'SET x = :v',
			ExpressionAttributeValues: { ':v': v } } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, UpdateExpression: 'SET c = :v',
			ExpressionAttributeValues: { ':v': v } } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, UpdateExpression: 'ADD x :v',
			ExpressionAttributeValues: { ':v': v }, ReturnValues: 'ALL_NEW' } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, UpdateExpression: 'DELETE x :v',
			ExpressionAttributeValues: { ':v': v }, ReturnValues: 'ALL_NEW' } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, ReturnValues: 'UPDATED_NEW',
			AttributeUpdates: { x: { Value: v, Action: 'PUT' } } } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, ReturnValues: 'UPDATED_NEW',
			AttributeUpdates: { x: { Value: v, Action: 'ADD' } } } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, ReturnValues: 'UPDATED_OLD',
			AttributeUpdates: { x: { Value: v, Action: 'DELETE' } } } };
		yield { op: 'UpdateItem', in: { ...t, Key: key, AttributeUpdates: { c: { Value: v } } } };
		yield { op: 'PutItem', in: { ...t, Item: key, Expected: { zz: { Value: v } } } };
		yield { op: 'PutItem', in: { ...t, Item: key, Expected: { zz: { AttributeValueList: [v],
			ComparisonOperator: 'NE' } } } };
		yield { op: 'PutItem', in: { ...t, Item: key, ConditionExpression: 'zz <> :v',
			ExpressionAttributeValues: { ':v': v } } };
		yield { op: 'Scan', in: { ...t, FilterExpression: 'f = :v', ExpressionAttributeValues: { ':v': v } } };
		yield { op: 'Scan', in: { ...t, ScanFilter: { f: { ComparisonOperator: 'EQ', AttributeValueList: [v] } } } };
		yield { op: 'Query', in: { ...t, KeyConditionExpression: 'a = :v', ExpressionAttributeValues: { ':v': v } } };
		yield { op: 'Query', in: { ...t, KeyConditionExpression: 'a = :a AND b > :v',
			ExpressionAttributeValues: { ':v': v, ':a': { S: 'k0' } } } };
		yield { op: 'Query', in: { ...t, IndexName: 'gsi', KeyConditionExpression: 'c = :v',
			ExpressionAttributeValues: { ':v': v } } };
		yield { op: 'Query', in: { ...t, KeyConditions: { a: { ComparisonOperator: 'EQ', AttributeValueList: [v] } } } };
		yield { op: 'Query', in: { ...t, KeyConditions: { a: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'k0' }] },
			b: { ComparisonOperator: 'LT', AttributeValueList: [v] } } } };
		yield { op: 'BatchGetItem', in: { RequestItems: { abc: { Keys: [{ ...key, a: v }] } } } };
		yield { op: 'BatchWriteItem', in: { RequestItems: { abc: [{ PutRequest: { Item: { ...key, x: v } } }] } } };
		yield { op: 'BatchWriteItem', in: { RequestItems: { abc: [{ PutRequest: { Item: { ...key, a: v } } }] } } };
		yield { op: 'BatchWriteItem', in: { RequestItems: { abc: [{ PutRequest: { Item: { ...key, c: v } } }] } } };
		yield { op: 'BatchWriteItem', in: { RequestItems: { abc: [{ DeleteRequest: { Key: { a: { S: 'no' }, b: v } } }] } } };
		yield { op: 'TransactGetItems', in: { TransactItems: [{ Get: { ...t, Key: { ...key, a: v } } }] } };
		yield { op: 'TransactWriteItems', in: { TransactItems: [{ Put: { ...t, Item: { ...key, x: v } } }] } };
		yield { op: 'TransactWriteItems', in: { TransactItems: [{ Put: { ...t, Item: { ...key, b: v } } }] } };
		yield { op: 'TransactWriteItems', in: { TransactItems: [{ Put: { ...t, Item: { ...key, c: v } } }] } };
		yield { op: 'TransactWriteItems', in: { TransactItems: [{ Update: { ...t, Key: { ...key, a: { S: 'no' }, b: v },
			UpdateExpression: 'REMOVE x' } }] } };
		yield { op: 'Scan', in: { ...t, ExclusiveStartKey: { a: { S: 'k0' }, b: v } } };
		yield { op: 'Query', in: { ...t, ExclusiveStartKey: { a: { S: 'k0' }, b: v }, KeyConditionExpression: 'a = :a',
			ExpressionAttributeValues: { ':a': { S: 'k0' } } } };
	}
	for (const Key of [{}, { a: { S: 'x' } }, { b: { N: '1' } }, { ...key, c: { S: 'x' } }, { x: { S: 'x' }, y: { N: '1' } },
		{ a: { N: '1' }, b: { N: '1' } }, { a: { S: 'x' }, b: { S: 'x' } }, { a: { S: '' }, b: { N: '1' } },
		{ a: { S: 'x' }, c: { N: '1' } }, { '': { S: 'x' }, b: { N: '1' } }])
		for (const [op, body] of [['GetItem', { ...t, Key }], ['PutItem', { ...t, Item: Key }], ['DeleteItem', { ...t, Key }],
			['UpdateItem', { ...t, Key }], ['BatchGetItem', { RequestItems: { abc: { Keys: [Key] } } }],
			['UpdateItem', { ...t, Key, UpdateExpression: 'SET a = :a', ExpressionAttributeValues: { ':a': { S: 'x' } } }],
			['UpdateItem', { ...t, Key, AttributeUpdates: { a: { Value: { S: 'x' } } } }],
			['BatchWriteItem', { RequestItems: { abc: [{ PutRequest: { Item: Key } }] } }],
			['BatchWriteItem', { RequestItems: { abc: [{ DeleteRequest: { Key } }] } }],
			['TransactGetItems', { TransactItems: [{ Get: { ...t, Key } }] }],
			['TransactWriteItems', { TransactItems: [{ Put: { ...t, Item: Key } }] }],
			['TransactWriteItems', { TransactItems: [{ Delete: { ...t, Key } }] }],
			['TransactWriteItems', { TransactItems: [{ Update: { ...t, Key, UpdateExpression: 'SET zz = :z',
				ExpressionAttributeValues: { ':z': { S: 'z' } } } }] }],
			['TransactWriteItems', { TransactItems: [{ ConditionCheck: { ...t, Key, ConditionExpression: 'attribute_not_exists(zzz)' } }] }],
			['Scan', { ...t, ExclusiveStartKey: Key }],
			['Scan', { ...t, IndexName: 'gsi', ExclusiveStartKey: Key }],
			['Query', { ...t, ExclusiveStartKey: Key, KeyConditionExpression: 'a = :a',
				ExpressionAttributeValues: { ':a': { S: 'k0' } } }],
			['Query', { ...t, IndexName: 'lsi', ExclusiveStartKey: Key, KeyConditionExpression: 'a = :a',
				ExpressionAttributeValues: { ':a': { S: 'k0' } } }]])
			yield { op, in: body };
	for (const n of [29, 30, 31, 32, 33, 34])
		for (const [op, body] of [['PutItem', { TableName: 'one', Item: { a: { S: 'deep' }, x: deep(n) } }],
			['UpdateItem', { TableName: 'one', Key: { a: { S: 'deep' } }, UpdateExpression: 'SET x = :x',
				ExpressionAttributeValues: { ':x': deep(n) } }],
			['PutItem', { TableName: 'one', Item: { a: { S: 'deep' } }, ConditionExpression: 'x <> :x',
				ExpressionAttributeValues: { ':x': deep(n) } }]])
			yield { op, in: body };
	for (const n of [409596, 409597, 409598, 409599, 409600, 409601])
		for (const [op, body] of [['PutItem', { TableName: 'one', Item: { a: { S: 'b' }, x: { S: 'x'.repeat(n) } } }],
			['BatchWriteItem', { RequestItems: { one: [{ PutRequest: { Item: { a: { S: 'b' }, x: { S: 'x'.repeat(n) } } } }] } }],
			['TransactWriteItems', { TransactItems: [{ Put: { TableName: 'one', Item: { a: { S: 'b' }, x: { S: 'x'.repeat(n) } } } }] }],
			['UpdateItem', { TableName: 'one', Key: { a: { S: 'b' } }, UpdateExpression: 'SET x = :x',
				ExpressionAttributeValues: { ':x': { S: 'x'.repeat(n) } } }],
			['UpdateItem', { TableName: 'one', Key: { a: { S: 'b' } }, AttributeUpdates: { x: { Value: { S: 'x'.repeat(n) } } } }],
			['PutItem', { TableName: 'one', Item: { a: { S: 'b' } }, ConditionExpression: 'x <> :x',
				ExpressionAttributeValues: { ':x': { S: 'x'.repeat(n) } } }],
			['Scan', { TableName: 'one', FilterExpression: 'x = :x', ExpressionAttributeValues: { ':x': { S: 'x'.repeat(n) } } }]])
			yield { op, in: body };
}
