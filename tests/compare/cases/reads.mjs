// SPDX-License-Identifier: ISC
//
// reads - pages, Select, segments and indexes; what each answer has consumed.
import { tables } from '../tables.mjs';

const key = (n) => ({ a: { S: 'k' + (n >> 2) }, b: { N: String(n) } });

export async function* cases(all) {
	await tables(all);
	const a = { ':a': { S: 'k0' } };
	const shapes = [
		{ KeyConditionExpression: 'a = :a', ExpressionAttributeValues: a },
		{ KeyConditionExpression: 'a = :a', ExpressionAttributeValues: a, IndexName: 'lsi' },
		{ KeyConditionExpression: 'a = :a', ExpressionAttributeValues: a, IndexName: 'lsk' },
		{ KeyConditionExpression: 'c = :c', ExpressionAttributeValues: { ':c': { S: 'c0' } }, IndexName: 'gsi' },
		{ KeyConditionExpression: 'c = :c', ExpressionAttributeValues: { ':c': { S: 'c0' } }, IndexName: 'gsk' },
		{ scan: true }, { scan: true, IndexName: 'lsi' }, { scan: true, IndexName: 'lsk' }, { scan: true, IndexName: 'gsi' },
		{ scan: true, IndexName: 'gsk' }];
	for (const { scan, ...s } of shapes) {
		const op = scan ? 'Scan' : 'Query';
		const base = { TableName: 'abc', ...s };
		for (const ReturnConsumedCapacity of ['NONE', 'TOTAL', 'INDEXES'])
			for (const ConsistentRead of [false, true])
				for (const Select of [undefined, 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'COUNT', 'SPECIFIC_ATTRIBUTES'])
					for (const more of [{}, { ProjectionExpression: 'a' }, { ProjectionExpression: 'f' }, { AttributesToGet: ['a'] },
						{ AttributesToGet: ['f'] }, { FilterExpression: 'attribute_exists(f)' }, { FilterExpression: 'attribute_exists(zz)' }])
						yield { op, in: { ...base, ReturnConsumedCapacity, ConsistentRead, Select, ...more } };
		// Scans come in an order of the server's own.
		if (!scan)
			for (const Limit of [1, 2, 3, 4, 5, 100, 1000])
				for (const ScanIndexForward of [true, false])
					for (const more of [{}, { FilterExpression: 'f > :f' }])
						yield { op, in: { ...base, Limit, ScanIndexForward, ...more, ExpressionAttributeValues: {
							...base.ExpressionAttributeValues, ...(more.FilterExpression && { ':f': { N: '2' } }) } } };
		for (const ExclusiveStartKey of [{}, key(0), key(1), key(4), key(99), { ...key(1), c: { S: 'c0' } }, { ...key(1), c: { S: 'c1' } },
			{ ...key(1), d: { N: '10' } }, { ...key(3), c: { S: 'c0' }, d: { N: '30' } }, { ...key(3), c: { S: 'c9' }, d: { N: '30' } },
			{ ...key(3), c: { N: '1' }, d: { N: '30' } }, { ...key(3), e: { S: 'c9' }, d: { N: '30' } }, { a: { S: 'k0' } }])
			if (!scan || Object.keys(ExclusiveStartKey).length !== 2 + (base.IndexName ? 1 : 0))
				yield { op, in: { ...base, ExclusiveStartKey } };
		for (const [Segment, TotalSegments] of [[0], [1], [undefined, 1], [0, 1], [1, 1], [2, 1], [0, 1000000], [0, 1000001], [1000000, 1000000],
			[-1, 1], [0, 0]])
			yield { op, in: { ...base, Segment, TotalSegments, Select: 'COUNT' } };
		for (const Limit of [0, -1, 2147483647])
			yield { op, in: { ...base, Limit } };
	}
	for (const ReturnConsumedCapacity of ['NONE', 'TOTAL', 'INDEXES'])
		for (const ConsistentRead of [false, true])
			for (const more of [{}, { ProjectionExpression: 'f' }, { AttributesToGet: ['f'] }, { AttributesToGet: ['f', 'f'] }]) {
				for (const Key of [key(0), key(99)])
					yield { op: 'GetItem', in: { TableName: 'abc', Key, ReturnConsumedCapacity, ConsistentRead, ...more } };
				yield { op: 'BatchGetItem', in: { ReturnConsumedCapacity, RequestItems: { abc: { Keys: [key(0), key(1), key(99)], ConsistentRead, ...more },
					one: { Keys: [{ a: { S: 'k1' } }] } } } };
				yield { op: 'TransactGetItems', in: { ReturnConsumedCapacity, TransactItems: [{ Get: { TableName: 'abc', Key: key(0) } },
					{ Get: { TableName: 'abc', Key: key(99) } }, { Get: { TableName: 'one', Key: { a: { S: 'k1' } } } }] } };
			}
	for (const RequestItems of [{ abc: { Keys: [key(0), key(0)] } }, { abc: { Keys: [key(0)] }, none: { Keys: [key(0)] } }, { none: { Keys: [{}] } },
		{ abc: { Keys: [key(0), { a: { S: 'k0' } }] } }, { abc: { Keys: Array.from({ length: 101 }, (_, i) => key(i)) } },
		{ abc: { Keys: Array.from({ length: 60 }, (_, i) => key(i)) }, one: { Keys: Array.from({ length: 41 }, (_, i) => ({ a: { S: 'k' + i } })) } },
		{ abc: { Keys: [] } }, { abc: {} }, { abc: { Keys: [key(0)], ProjectionExpression: 'x, x' } }, { abc: { Keys: [{ ...key(0), b: { N: '0.0' } }, key(0)] } }])
		yield { op: 'BatchGetItem', in: { RequestItems } };
	for (const TransactItems of [[], [{}], [{ Get: { TableName: 'abc', Key: key(0) } }, { Get: { TableName: 'abc', Key: key(0) } }],
		[{ Get: { TableName: 'none', Key: key(0) } }], [{ Get: { TableName: 'abc', Key: { a: { S: 'x' } } } }],
		[{ Get: { TableName: 'abc', Key: key(0), ProjectionExpression: 'x,' } }], [{ Get: { TableName: 'abc', Key: key(0), ProjectionExpression: '#x' } }],
		[{ Get: { TableName: 'abc', Key: key(0), ExpressionAttributeNames: { '#x': 'x' } } }], [{ Get: { TableName: 'abc', Key: key(0) } }, { Get: { TableName: 'none', Key: key(0) } }]])
		yield { op: 'TransactGetItems', in: { TransactItems } };
}
