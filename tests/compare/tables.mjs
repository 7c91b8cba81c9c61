// SPDX-License-Identifier: ISC
//
// tables.mjs - what the requests are about, made anew on each server.

const S = (S) => ({ S });
const N = (n) => ({ N: String(n) });

const schema = (h, r) => [{ AttributeName: h, KeyType: 'HASH' },
	...(r ? [{ AttributeName: r, KeyType: 'RANGE' }] : [])];
const define = (o) => Object.entries(o).map(([AttributeName, AttributeType]) =>
	({ AttributeName, AttributeType }));

// abc: composite, with indexes of both kinds; one: a hash key alone.
export const definitions = [
	{ TableName: 'abc', BillingMode: 'PAY_PER_REQUEST',
		KeySchema: schema('a', 'b'),
		AttributeDefinitions: define({ a: 'S', b: 'N', c: 'S', d: 'N' }),
		LocalSecondaryIndexes: [{ IndexName: 'lsi', KeySchema: schema('a', 'c'),
			Projection: { ProjectionType: 'ALL' } },
		{ IndexName: 'lsk', KeySchema: schema('a', 'd'),
			Projection: { ProjectionType: 'KEYS_ONLY' } }],
		GlobalSecondaryIndexes: [{ IndexName: 'gsi', KeySchema: schema('c', 'd'),
			Projection: { ProjectionType: 'ALL' } },
		{ IndexName: 'gsk', KeySchema: schema('c'),
			Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['e'] } }] },
	{ TableName: 'one', BillingMode: 'PAY_PER_REQUEST', KeySchema: schema('a'),
		AttributeDefinitions: define({ a: 'S' }) },
	{ TableName: 'bin', BillingMode: 'PAY_PER_REQUEST', KeySchema: schema('a', 'b'),
		AttributeDefinitions: define({ a: 'B', b: 'S' }) },
];

export async function tables(all) {
	for (const t of definitions) {
		await all('DeleteTable', { TableName: t.TableName });
		await new Promise((done) => setTimeout(done, 50));
		await all('CreateTable', t);
	}
	await new Promise((done) => setTimeout(done, 200));
	await items(all);
}

export async function items(all) {
	for (let i = 0; i < 12; i++)
		await all('PutItem', { TableName: 'abc', Item: { a: S('k' + (i >> 2)), b: N(i),
			c: S('c' + (i % 3)), d: N(i * 10), e: S('e'.repeat(i)), f: N(i) } });
	for (let i = 0; i < 5; i++)
		await all('PutItem', { TableName: 'one', Item: { a: S('k' + i), n: N(i) } });
}

// A good request of each operation with most of its members.
export function* requests() {
	const Key = { a: S('k0'), b: N(0) };
	const TableName = 'abc';
	const names = { '#f': 'f' };
	const values = { ':v': N(0) };
	const returns = { ReturnConsumedCapacity: 'TOTAL' };
	yield ['PutItem', { TableName, Item: { ...Key, x: S('y') },
		ConditionExpression: '#f = :v', ExpressionAttributeNames: names,
		ExpressionAttributeValues: values, ...returns, ReturnValues: 'ALL_OLD' }];
	yield ['PutItem', { TableName, Item: { ...Key, x: S('y') },
		Expected: { f: { Value: N(0) } }, ConditionalOperator: 'AND' }];
	yield ['GetItem', { TableName, Key, ConsistentRead: true,
		ProjectionExpression: '#f, c', ExpressionAttributeNames: names, ...returns }];
	yield ['GetItem', { TableName, Key, AttributesToGet: ['f', 'c'] }];
	yield ['UpdateItem', { TableName, Key, UpdateExpression: 'SET #f = :v',
		ConditionExpression: '#f = :v', ExpressionAttributeNames: names,
		ExpressionAttributeValues: values, ...returns, ReturnValues: 'ALL_NEW' }];
	yield ['UpdateItem', { TableName, Key,
		AttributeUpdates: { g: { Value: N(1), Action: 'PUT' } },
		Expected: { f: { ComparisonOperator: 'EQ', AttributeValueList: [N(0)] } } }];
	yield ['DeleteItem', { TableName, Key: { a: S('nobody'), b: N(0) },
		ConditionExpression: '#f = :v', ExpressionAttributeNames: names,
		ExpressionAttributeValues: values, ...returns, ReturnValues: 'ALL_OLD' }];
	yield ['Query', { TableName, KeyConditionExpression: 'a = :a', Limit: 2,
		FilterExpression: '#f = :v', ExpressionAttributeNames: names,
		ExpressionAttributeValues: { ...values, ':a': S('k0') }, ...returns,
		ScanIndexForward: true, ConsistentRead: false, Select: 'ALL_ATTRIBUTES' }];
	yield ['Query', { TableName, IndexName: 'gsi', KeyConditions: { c: {
		ComparisonOperator: 'EQ', AttributeValueList: [S('c0')] } },
	QueryFilter: { f: { ComparisonOperator: 'EQ', AttributeValueList: [N(0)] } },
	ExclusiveStartKey: { ...Key, c: S('c0'), d: N(0) } }];
	yield ['Scan', { TableName, FilterExpression: '#f = :v', ...returns,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ExclusiveStartKey: Key, Segment: 0, TotalSegments: 1 }];
	yield ['Scan', { TableName, ScanFilter: { f: { ComparisonOperator: 'EQ',
		AttributeValueList: [N(0)] } } }];
	yield ['BatchGetItem', { RequestItems: { abc: { Keys: [Key],
		ProjectionExpression: '#f', ExpressionAttributeNames: names } }, ...returns }];
	yield ['BatchWriteItem', { RequestItems: { abc: [{ PutRequest: { Item: {
		...Key, f: N(0) } } }] }, ...returns, ReturnItemCollectionMetrics: 'SIZE' }];
	yield ['BatchWriteItem', { RequestItems: { abc: [{ DeleteRequest: { Key: {
		a: S('nobody'), b: N(0) } } }] } }];
	yield ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key,
		ProjectionExpression: '#f', ExpressionAttributeNames: names } }] }];
	for (const [what, more] of [['Put', { Item: { ...Key, f: N(0) } }],
		['Update', { Key, UpdateExpression: 'REMOVE gg' }], ['Delete', { Key:
			{ a: S('nobody'), b: N(0) } }], ['ConditionCheck', { Key }]])
		yield ['TransactWriteItems', { TransactItems: [{ [what]: { TableName, ...more,
			ConditionExpression: '#f = :v', ExpressionAttributeNames: names,
			ExpressionAttributeValues: values } }], ...returns }];
	yield ['CreateTable', { TableName, KeySchema: schema('a', 'b'),
		AttributeDefinitions: define({ a: 'S', b: 'N', c: 'S' }),
		LocalSecondaryIndexes: [{ IndexName: 'lsi', KeySchema: schema('a', 'c'),
			Projection: { ProjectionType: 'ALL' } }],
		GlobalSecondaryIndexes: [{ IndexName: 'gsi', KeySchema: schema('c'),
			Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['e'] },
			ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }],
		ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }];
	yield ['DescribeTable', { TableName }];
	yield ['DeleteTable', { TableName: 'nobody' }];
	yield ['ListTables', { Limit: 2 }];
	yield ['UpdateTable', { TableName: 'nobody', ProvisionedThroughput: {
		ReadCapacityUnits: 1, WriteCapacityUnits: 1 } }];
}
