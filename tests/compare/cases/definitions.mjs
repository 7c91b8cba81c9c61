// SPDX-License-Identifier: ISC
//
// definitions - CreateTable and UpdateTable: keys, indexes, throughput and
// streams that do not fit together, and pairs of such faults.

const H = (AttributeName) => ({ AttributeName, KeyType: 'HASH' });
const R = (AttributeName) => ({ AttributeName, KeyType: 'RANGE' });
const D = (...names) => names.map((AttributeName) =>
	({ AttributeName, AttributeType: 'S' }));
const units = (r, w) => ({ ReadCapacityUnits: r, WriteCapacityUnits: w });
const index = (more) => ({ IndexName: 'idx', KeySchema: [H('a'), R('c')],
	Projection: { ProjectionType: 'ALL' }, ...more });

const base = { TableName: 'fresh', KeySchema: [H('a'), R('b')],
	AttributeDefinitions: D('a', 'b'), BillingMode: 'PAY_PER_REQUEST' };
const more = { AttributeDefinitions: D('a', 'b', 'c') };

// Each with one thing wrong, or right.
const faults = {
	one_key: { KeySchema: [H('a')] },
	no_hash: { KeySchema: [R('a'), R('b')] },
	two_hash: { KeySchema: [H('a'), H('b')] },
	same: { KeySchema: [H('a'), R('a')] },
	undefined_key: { KeySchema: [H('x'), R('b')] },
	twice_defined: { AttributeDefinitions: D('a', 'b', 'b') },
	left_over: { AttributeDefinitions: D('a', 'b', 'q') },
	demand_and_units: { ProvisionedThroughput: units(1, 1) },
	no_units: { BillingMode: 'PROVISIONED' },
	no_mode: { BillingMode: undefined },
	units: { BillingMode: undefined, ProvisionedThroughput: units(1, 1) },
	many_units: { BillingMode: undefined,
		ProvisionedThroughput: units(1000000000001, 1) },
	lsi_empty: { LocalSecondaryIndexes: [] },
	gsi_empty: { GlobalSecondaryIndexes: [] },
	lsi: { ...more, LocalSecondaryIndexes: [index()] },
	lsi_hash: { ...more, LocalSecondaryIndexes: [
		index({ KeySchema: [H('c'), R('b')] })] },
	lsi_one_key: { LocalSecondaryIndexes: [index({ KeySchema: [H('a')] })] },
	lsi_twice: { ...more, LocalSecondaryIndexes: [index(), index()] },
	lsi_undefined: { LocalSecondaryIndexes: [index()] },
	gsi_undefined: { GlobalSecondaryIndexes: [index()] },
	gsi: { ...more, GlobalSecondaryIndexes: [index()] },
	gsi_units: { ...more, GlobalSecondaryIndexes: [
		index({ ProvisionedThroughput: units(1, 1) })] },
	gsi_no_units: { ...more, BillingMode: undefined,
		ProvisionedThroughput: units(1, 1),
		GlobalSecondaryIndexes: [index()] },
	both_named: { ...more, LocalSecondaryIndexes: [index()],
		GlobalSecondaryIndexes: [index()] },
	no_type: { ...more, GlobalSecondaryIndexes: [index({ Projection: {} })] },
	include_none: { ...more, GlobalSecondaryIndexes: [
		index({ Projection: { ProjectionType: 'INCLUDE' } })] },
	all_some: { ...more, GlobalSecondaryIndexes: [index({ Projection:
		{ ProjectionType: 'ALL', NonKeyAttributes: ['e'] } })] },
	keys_some: { ...more, GlobalSecondaryIndexes: [index({ Projection:
		{ ProjectionType: 'KEYS_ONLY', NonKeyAttributes: ['e'] } })] },
	include_twice: { ...more, GlobalSecondaryIndexes: [index({ Projection:
		{ ProjectionType: 'INCLUDE', NonKeyAttributes: ['e', 'e'] } })] },
	stream: { StreamSpecification: { StreamEnabled: true } },
	stream_off: { StreamSpecification: { StreamEnabled: false,
		StreamViewType: 'NEW_IMAGE' } },
	taken: { TableName: 'abc' },
};

const create = (IndexName, key, extra) => ({ Create: { IndexName,
	KeySchema: [H(key)], Projection: { ProjectionType: 'ALL' }, ...extra } });
const updates = [
	{}, { BillingMode: 'PAY_PER_REQUEST' }, { BillingMode: 'PROVISIONED' },
	{ ProvisionedThroughput: units(2, 2) }, { ProvisionedThroughput: units(0, 1) },
	{ BillingMode: 'PAY_PER_REQUEST', ProvisionedThroughput: units(1, 1) },
	{ GlobalSecondaryIndexUpdates: [] }, { GlobalSecondaryIndexUpdates: [{}] },
	{ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'none' } }] },
	{ GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'none',
		ProvisionedThroughput: units(1, 1) } }] },
	{ GlobalSecondaryIndexUpdates: [{ Update: { IndexName: 'gsi',
		ProvisionedThroughput: units(1, 1) } }] },
	{ GlobalSecondaryIndexUpdates: [create('newer', 'z')] },
	{ GlobalSecondaryIndexUpdates: [create('gsi', 'a')],
		AttributeDefinitions: D('a') },
	{ GlobalSecondaryIndexUpdates: [create('lsi', 'a')],
		AttributeDefinitions: D('a') },
	{ GlobalSecondaryIndexUpdates: [create('newer', 'a'), create('other', 'a')],
		AttributeDefinitions: D('a') },
	{ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'gsi' } },
		{ Delete: { IndexName: 'gsi' } }] },
	{ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'gsi' },
		...create('newer', 'a') }], AttributeDefinitions: D('a') },
	{ StreamSpecification: { StreamEnabled: true } },
	{ StreamSpecification: { StreamEnabled: false } },
	{ AttributeDefinitions: D('a') }, { DeletionProtectionEnabled: false },
];

export async function* cases(all) {
	const { tables } = await import('../tables.mjs');
	await tables(all);
	const drop = { op: 'DeleteTable', in: { TableName: 'fresh' } };
	const names = Object.keys(faults);
	for (const a of names)
		for (const b of names.filter((n) => n >= a))
			yield [drop, { op: 'CreateTable',
				in: { ...base, ...faults[a], ...faults[b] } }];
	for (const u of updates)
		for (const TableName of ['abc', 'none'])
			yield { op: 'UpdateTable', in: { TableName, ...u } };
	for (const [op, body] of [['ListTables', {}], ['ListTables', { Limit: 1 }],
		['ListTables', { ExclusiveStartTableName: 'abc' }],
		['ListTables', { ExclusiveStartTableName: 'zzz' }],
		['DescribeTable', { TableName: 'abc' }],
		['DescribeTable', { TableName: 'none' }],
		['DeleteTable', { TableName: 'none' }],
		['DeleteTable', { TableName: 'bin' }]])
		yield { op, in: body };
}
