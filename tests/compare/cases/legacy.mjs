// SPDX-License-Identifier: ISC
//
// legacy - the parameters from before there were expressions, each with good
// and bad operators and values, two of them together, and beside expressions.
import { items, tables } from '../tables.mjs';

const S = (S) => ({ S });
const N = (n) => ({ N: String(n) });
const key = { a: S('k0'), b: N(1) };

const operators = ['EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'BETWEEN', 'IN', 'CONTAINS', 'NOT_CONTAINS', 'BEGINS_WITH',
	'NULL', 'NOT_NULL', 'LIKE', 'eq', ''];
const lists = [undefined, [], [N(1)], [S('a')], [N(1), N(2)], [N(2), N(1)], [N(1), N(1)], [S('b'), S('a')], [S('a'), N(1)],
	[{ SS: ['a'] }], [{ SS: [] }], [{ L: [] }], [{ M: {} }], [{ BOOL: true }], [{ NULL: true }], [{}], [null], [N('x')],
	[{ B: 'YQ==' }], [{ S: 'a', N: '1' }], [N(1), N(2), N(3)], [{ NS: ['1', '1'] }], [S(''), S('')]];

function* conditions() {
	for (const ComparisonOperator of [undefined, ...operators])
		for (const AttributeValueList of lists)
			yield { ComparisonOperator, AttributeValueList };
	yield null;
	yield {};
}

function* expectations() {
	yield* conditions();
	for (const ComparisonOperator of [undefined, 'EQ', 'NULL', 'BETWEEN', 'IN', 'CONTAINS'])
		for (const Exists of [undefined, true, false, 'true', 'maybe', null])
			for (const Value of [undefined, N(1), { SS: [] }, { SS: ['a'] }, N('x'), {}, null])
				for (const AttributeValueList of [undefined, [], [N(1)]])
					yield { ComparisonOperator, Exists, Value, AttributeValueList };
}

function* changes() {
	for (const Action of [undefined, 'PUT', 'ADD', 'DELETE', 'put', ''])
		for (const Value of [undefined, null, {}, N(1), N('x'), S('a'), S(''), { B: 'YQ==' }, { SS: ['a'] }, { SS: [] },
			{ NS: ['1'] }, { BOOL: true }, { NULL: true }, { NULL: false }, { L: [] }, { M: {} }, { S: 'a', N: '1' }])
			yield { Action, Value };
}

// Each of its parameters well, badly, and not at all.
const good = { ComparisonOperator: 'GE', AttributeValueList: [N(0)] };
const count = { ComparisonOperator: 'EQ', AttributeValueList: [] };
const value = { ComparisonOperator: 'EQ', AttributeValueList: [N('x')] };
const filters = [{ f: good }, { f: count }, { f: value }, { b: good }, {}, { f: good, g: count }];
const parameters = {
	AttributesToGet: [['f'], ['f', 'f'], []],
	ProjectionExpression: ['f', '', '#x'],
	ConditionalOperator: ['OR', 'XOR'],
	ExpressionAttributeNames: [{ '#x': 'f' }, {}],
	ExpressionAttributeValues: [{ ':v': N(0) }, {}],
};
const by = { a: { ComparisonOperator: 'EQ', AttributeValueList: [S('k0')] } };
const operations = {
	GetItem: [{ TableName: 'abc', Key: key }, ['AttributesToGet', 'ProjectionExpression', 'ExpressionAttributeNames']],
	Query: [{ TableName: 'abc' }, Object.keys(parameters), {
		QueryFilter: filters, FilterExpression: ['f >= :v', ''],
		KeyConditions: [by, { a: count }, { a: value }, { f: good }, {}, { ...by, b: good },
			{ ...by, b: { ComparisonOperator: 'NE', AttributeValueList: [N(1)] } }, { ...by, b: good, f: good }],
		KeyConditionExpression: ['a = :v', ''],
		ExclusiveStartKey: [key, { a: S('k0') }, { a: {} }] }],
	Scan: [{ TableName: 'abc' }, Object.keys(parameters), {
		ScanFilter: filters, FilterExpression: ['f >= :v', ''], Segment: [0, 2], TotalSegments: [1],
		ExclusiveStartKey: [key, { a: S('k0') }, { a: {} }] }],
	PutItem: [{ TableName: 'abc', Item: key }, ['ConditionalOperator', 'ExpressionAttributeNames', 'ExpressionAttributeValues'], {
		Expected: [{ zz: { Exists: false } }, { zz: {} }, { zz: count }, { zz: value }, {}, { zz: { Value: N('x') } }],
		ConditionExpression: ['attribute_not_exists(zz)', '', 'zz <> :v'], ReturnValues: ['ALL_OLD', 'UPDATED_NEW'] }],
	DeleteItem: [{ TableName: 'abc', Key: { a: S('no'), b: N(1) } }, ['ConditionalOperator', 'ExpressionAttributeNames', 'ExpressionAttributeValues'], {
		Expected: [{ zz: { Exists: false } }, { zz: {} }, { zz: count }, { zz: value }, {}],
		ConditionExpression: ['attribute_not_exists(zz)', '', 'zz <> :v'] }],
	UpdateItem: [{ TableName: 'abc', Key: key }, ['ConditionalOperator', 'ExpressionAttributeNames', 'ExpressionAttributeValues'], {
		AttributeUpdates: [{ h: { Value: N(1) } }, { h: {} }, { h: { Action: 'ADD', Value: S('a') } }, { a: { Value: S('x') } }, {}, { h: { Value: N('x') } }],
		UpdateExpression: ['REMOVE h', '', 'SET h = :v'],
		Expected: [{ zz: { Exists: false } }, { zz: {} }, { zz: count }, { zz: value }, {}],
		ConditionExpression: ['attribute_not_exists(zz)', ''] }],
};

// Each choice of one value, of two, and of three of the parameters.
function* mixtures(op) {
	const [base, shared, own] = operations[op];
	const all = Object.entries({ ...Object.fromEntries(shared.map((n) => [n, parameters[n]])), ...own })
		.flatMap(([name, values]) => values.map((v) => [name, v]));

	for (const [i, [a, av]] of all.entries()) {
		yield { ...base, [a]: av };
		for (const [k, [b, bv]] of all.entries()) {
			if (k <= i || a === b)
				continue;
			yield { ...base, [a]: av, [b]: bv };
			for (const [n, [c, cv]] of all.entries())
				if (n > k && c !== b && (i + k + n) % 3 === 0)
					yield { ...base, [a]: av, [b]: bv, [c]: cv };
		}
	}
}

export async function* cases(all) {
	await tables(all);
	const on = (of) => ({ TableName: 'abc', ...of });
	for (const c of conditions()) {
		yield { op: 'Scan', in: on({ ScanFilter: { f: c } }) };
		yield { op: 'Query', in: on({ KeyConditions: by, QueryFilter: { f: c } }) };
		yield { op: 'Query', in: on({ KeyConditions: { a: c } }) };
		yield { op: 'Query', in: on({ KeyConditions: { ...by, b: c } }) };
		yield { op: 'Query', in: on({ IndexName: 'gsi', KeyConditions: { c } }) };
	}
	for (const c of expectations()) {
		yield { op: 'PutItem', in: on({ Item: { ...key, f: N(1) }, Expected: { f: c } }) };
		yield { op: 'DeleteItem', in: on({ Key: { a: S('no'), b: N(1) }, Expected: { f: c } }) };
	}
	for (const c of changes()) {
		await all('PutItem', on({ Item: { ...key, x: N(1) } }));
		yield { op: 'UpdateItem', in: on({ Key: key, AttributeUpdates: { x: c }, ReturnValues: 'ALL_NEW' }) };
		yield { op: 'UpdateItem', in: on({ Key: key, AttributeUpdates: { y: c }, ReturnValues: 'ALL_NEW' }) };
		yield { op: 'UpdateItem', in: on({ Key: key, AttributeUpdates: { a: c } }) };
		yield { op: 'UpdateItem', in: on({ Key: key, AttributeUpdates: { y: { Value: N(1) }, x: c } }) };
		yield { op: 'UpdateItem', in: on({ Key: key, AttributeUpdates: { c } }) };
	}
	await items(all);
	for (const op of Object.keys(operations))
		for (const body of mixtures(op))
			yield { op, in: body };
}
