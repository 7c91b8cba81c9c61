// SPDX-License-Identifier: ISC
//
// pairs - requests with two and with three things wrong: which is told.
import { tables } from '../tables.mjs';

const S = (S) => ({ S });
const N = (n) => ({ N: String(n) });
const key = (n) => ({ a: S('k0'), b: N(n) });

// What may be wrong, one at a time: each changes a request at r.
const capacity = { capacity: (r) => { r.ReturnConsumedCapacity = 'MUCH'; } };
const metrics = { metrics: (r) => { r.ReturnItemCollectionMetrics = 'MUCH'; } };
const table = {
	no_table: (r) => { delete r.TableName; },
	bad_table: (r) => { r.TableName = 'a;b'; },
	other_table: (r) => { r.TableName = 'nobody'; },
};
const keyed = (m) => ({
	no_key: (r) => { delete r[m]; },
	empty_key: (r) => { r[m] = {}; },
	key_type: (r) => { r[m] = { a: S('k0'), b: S('x') }; },
	key_empty: (r) => { r[m] = { a: S(''), b: N(1) }; },
	key_number: (r) => { r[m] = { a: S('k0'), b: N('x') }; },
	key_none: (r) => { r[m] = { a: S('k0'), b: {} }; },
	key_two: (r) => { r[m] = { a: { S: 'k0', N: '1' }, b: N(1) }; },
	key_kind: (r) => { r[m] = { a: S(1), b: N(1) }; },
	key_more: (r) => { r[m] = { ...key(0), x: S('x') }; },
});
const itemed = {
	set_empty: (r) => { r.Item = { ...r.Item, x: { SS: [] } }; },
	set_twice: (r) => { r.Item = { ...r.Item, x: { NS: ['1', '1.0'] } }; },
	null_false: (r) => { r.Item = { ...r.Item, x: { NULL: false } }; },
	number_large: (r) => { r.Item = { ...r.Item, x: N('1e126') }; },
	item_large: (r) => { r.Item = { ...r.Item, x: S('x'.repeat(410000)) }; },
	index_type: (r) => { r.Item = { ...r.Item, c: N(1) }; },
};
const names = {
	names_empty: (r) => { r.ExpressionAttributeNames = {}; },
	names_key: (r) => { r.ExpressionAttributeNames = { ...r.ExpressionAttributeNames, x: 'f' }; },
	names_more: (r) => { r.ExpressionAttributeNames = { ...r.ExpressionAttributeNames, '#q': 'f' }; },
};
const values = {
	values_empty: (r) => { r.ExpressionAttributeValues = {}; },
	values_key: (r) => { r.ExpressionAttributeValues = { ...r.ExpressionAttributeValues, x: N(0) }; },
	values_more: (r) => { r.ExpressionAttributeValues = { ...r.ExpressionAttributeValues, ':q': N(0) }; },
	values_bad: (r) => { r.ExpressionAttributeValues = { ...r.ExpressionAttributeValues, ':v': N('x') }; },
	values_set: (r) => { r.ExpressionAttributeValues = { ...r.ExpressionAttributeValues, ':v': { SS: [] } }; },
};
const text = (m, more = {}) => ({
	[m + '_empty']: (r) => { r[m] = ''; },
	[m + '_syntax']: (r) => { r[m] = 'f f'; },
	[m + '_name']: (r) => { r[m] = (more.pre ?? '') + (more.name ?? '#none = :v'); },
	[m + '_word']: (r) => { r[m] = (more.pre ?? '') + (more.word ?? 'size = :v'); },
	[m + '_value']: (r) => { r[m] = (more.pre ?? '') + (more.value ?? '#f = :none'); },
	[m + '_type']: (r) => { r[m] = (more.pre ?? '') + (more.type ?? 'begins_with(#f, :v)'); },
	[m + '_key']: (r) => { r[m] = (more.pre ?? '') + (more.key ?? '#f = :v AND b.x = :v'); },
});
const condition = { ...names, ...values, ...text('ConditionExpression'),
	condition_false: (r) => { r.ConditionExpression = '#f = :v AND attribute_exists(zz)'; },
	no_condition: (r) => { delete r.ConditionExpression; } };
const update = text('UpdateExpression', { pre: 'SET ', name: '#none = :v', value: '#f = :none',
	type: 'g = list_append(g, :v), #f = :v', key: '#f = :v, b = :v', word: 'size = :v' });
const projection = text('ProjectionExpression', { name: '#f, #none', word: '#f, size',
	value: '#f, :v', type: '#f, f[0], f.x', key: '#f, a.x' });
const returns = (...all) => Object.fromEntries(all.map((v) =>
	['returns_' + v, (r) => { r.ReturnValues = v; }]));
const expected = (m) => ({
	[m + '_mixed']: (r) => { r[m] = { f: { ComparisonOperator: 'EQ', AttributeValueList: [N(0)] } }; },
});
const start = {
	start_type: (r) => { r.ExclusiveStartKey = { a: N(1), b: N(1) }; },
	start_few: (r) => { r.ExclusiveStartKey = { a: S('k0') }; },
	start_bad: (r) => { r.ExclusiveStartKey = { a: S('k0'), b: N('x') }; },
	start_none: (r) => { r.ExclusiveStartKey = { a: {}, b: N(1) }; },
	start_empty: (r) => { r.ExclusiveStartKey = {}; },
};
const reading = {
	select_bad: (r) => { r.Select = 'MUCH'; },
	select_some: (r) => { r.Select = 'SPECIFIC_ATTRIBUTES'; delete r.ProjectionExpression; },
	select_all: (r) => { r.Select = 'ALL_ATTRIBUTES'; },
	select_shown: (r) => { r.Select = 'ALL_PROJECTED_ATTRIBUTES'; },
	limit: (r) => { r.Limit = 0; },
	other_index: (r) => { r.IndexName = 'nope'; },
	bad_index: (r) => { r.IndexName = 'a;b'; },
	index: (r) => { r.IndexName = 'gsk'; },
	consistent: (r) => { r.IndexName = 'gsi'; r.ConsistentRead = true; },
};

// At one of several: the element e of the list or map.
const at = (faults, e) => Object.fromEntries(Object.entries(faults)
	.map(([name, f]) => [name, (r) => f(e(r))]));
// The same fault in the second of two, beside another in the first.
const second = (faults, e) => Object.fromEntries(Object.entries(faults)
	.map(([name, f]) => ['second_' + name, (r) => f(e(r))]));

const with_values = { ExpressionAttributeNames: { '#f': 'f' },
	ExpressionAttributeValues: { ':v': N(0) } };
const put = () => ({ TableName: 'abc', Item: { ...key(0), f: N(0) },
	ConditionExpression: '#f = :v', ...with_values });
const keyed_write = () => ({ TableName: 'abc', Key: key(0),
	ConditionExpression: '#f = :v', ...with_values });
const get = () => ({ TableName: 'abc', Key: key(0), ProjectionExpression: '#f',
	ExpressionAttributeNames: { '#f': 'f' } });
const pick = (o, ...not) => Object.fromEntries(Object.entries(o)
	.filter(([k]) => !not.some((n) => k.includes(n))));

export const operations = {
	GetItem: [get, { ...capacity, ...table, ...keyed('Key'), ...names, ...projection,
		to_get: (r) => { r.AttributesToGet = ['f']; },
		to_get_twice: (r) => { r.AttributesToGet = ['f', 'f']; },
		to_get_none: (r) => { r.AttributesToGet = []; },
		no_projection: (r) => { delete r.ProjectionExpression; } }],
	PutItem: [put, { ...capacity, ...metrics, ...table, ...keyed('Item'), ...itemed, ...condition,
		...returns('ALL_NEW', 'MUCH'), ...expected('Expected') }],
	UpdateItem: [() => ({ ...keyed_write(), UpdateExpression: 'SET #f = :v' }), { ...capacity,
		...metrics, ...table, ...keyed('Key'), ...condition, ...update, ...returns('MUCH'),
		...expected('Expected'),
		updates: (r) => { r.AttributeUpdates = { f: { Value: N(1) } }; },
		no_update: (r) => { delete r.UpdateExpression; } }],
	DeleteItem: [keyed_write, { ...capacity, ...metrics, ...table, ...keyed('Key'),
		...condition, ...returns('ALL_NEW', 'MUCH'), ...expected('Expected') }],
	Query: [() => ({ TableName: 'abc', KeyConditionExpression: 'a = :a', FilterExpression: '#f = :v',
		ExpressionAttributeNames: { '#f': 'f' },
		ExpressionAttributeValues: { ':v': N(0), ':a': S('k0') } }), { ...capacity, ...table,
		...names, ...values, ...text('FilterExpression'), ...projection, ...start, ...reading,
		...text('KeyConditionExpression', { name: 'a = :a AND #none = :v', word: 'size = :v',
			value: 'a = :none', type: 'a = :v', key: 'a = :a AND f = :v' }),
		key_operator: (r) => { r.KeyConditionExpression = 'a > :a'; },
		no_conditions: (r) => { delete r.KeyConditionExpression; },
		filter_key: (r) => { r.FilterExpression = '#f = :v AND b = :v'; },
		to_get: (r) => { r.AttributesToGet = ['f']; },
		operator: (r) => { r.ConditionalOperator = 'AND'; },
		...expected('QueryFilter'), ...expected('KeyConditions') }],
	Scan: [() => ({ TableName: 'abc', FilterExpression: '#f = :v', ...with_values }), { ...capacity,
		...table, ...names, ...values, ...text('FilterExpression'), ...projection, ...start, ...reading,
		segment: (r) => { r.Segment = 1; },
		segments: (r) => { r.TotalSegments = 2; },
		segment_past: (r) => { r.Segment = 4; r.TotalSegments = 2; },
		segment_less: (r) => { r.Segment = -1; r.TotalSegments = 2; },
		segments_many: (r) => { r.Segment = 0; r.TotalSegments = 1000001; },
		to_get: (r) => { r.AttributesToGet = ['f']; },
		...expected('ScanFilter') }],
	BatchGetItem: [() => ({ RequestItems: { abc: { Keys: [key(0), key(1)], ProjectionExpression: '#f',
		ExpressionAttributeNames: { '#f': 'f' } }, one: { Keys: [{ a: S('k0') }] } } }), { ...capacity,
		...at({ ...names, ...projection,
			no_keys: (r) => { delete r.Keys; },
			keys_empty: (r) => { r.Keys = []; },
			keys_twice: (r) => { r.Keys = [key(0), key(0)]; },
			keys_many: (r) => { r.Keys = Array.from({ length: 101 }, (_, i) => key(i)); },
			to_get: (r) => { r.AttributesToGet = ['f']; } }, (r) => r.RequestItems.abc),
		...at(keyed('0'), (r) => r.RequestItems.abc.Keys ??= []),
		...second({ ...pick(projection, '_key', '_type'), to_get_twice: (r) => { r.AttributesToGet = ['a', 'a']; } },
			(r) => r.RequestItems.one),
		...second(pick(keyed('0'), 'kind', 'more'), (r) => r.RequestItems.one.Keys),
		other_table: (r) => { r.RequestItems.nobody = { Keys: [key(0)] }; },
		other_table_key: (r) => { r.RequestItems.nobody = { Keys: [{}] }; },
		bad_table: (r) => { r.RequestItems['a;b'] = { Keys: [key(0)] }; },
		none: (r) => { r.RequestItems = {}; } }],
	BatchWriteItem: [() => ({ RequestItems: { abc: [{ PutRequest: { Item: { ...key(0), f: N(0) } } },
		{ DeleteRequest: { Key: { a: S('nobody'), b: N(0) } } }], one: [{ PutRequest: { Item: { a: S('k0') } } }] } }), {
		...capacity, ...metrics,
		...at({ ...keyed('Item'), ...itemed }, (r) => (r.RequestItems.abc[0] ??= {}).PutRequest ??= {}),
		...second(keyed('Key'), (r) => (r.RequestItems.abc[1] ??= {}).DeleteRequest ??= {}),
		...second({ one: (r) => { r.Item = { a: N(1) }; }, one_set: (r) => { r.Item = { a: S('x'), s: { SS: [] } }; } },
			(r) => r.RequestItems.one[0].PutRequest),
		twice: (r) => { r.RequestItems.abc.push({ PutRequest: { Item: key(0) } }); },
		both: (r) => { r.RequestItems.abc[1] = { PutRequest: { Item: key(5) }, DeleteRequest: { Key: key(5) } }; },
		neither: (r) => { r.RequestItems.abc[1] = {}; },
		many: (r) => { for (let i = 0; i < 26; i++) r.RequestItems.abc.push({ PutRequest: { Item: key(i + 10) } }); },
		many_in_all: (r) => { for (let i = 0; i < 24; i++) r.RequestItems.one.push({ PutRequest: { Item: { a: S('i' + i) } } }); },
		list_empty: (r) => { r.RequestItems.abc = []; },
		other_table: (r) => { r.RequestItems.nobody = [{ PutRequest: { Item: key(0) } }]; },
		bad_table: (r) => { r.RequestItems['a;b'] = [{ PutRequest: { Item: key(0) } }]; },
		none: (r) => { r.RequestItems = {}; } }],
	TransactGetItems: [() => ({ TransactItems: [{ Get: get() }, { Get: { TableName: 'one', Key: { a: S('k0') } } }] }), {
		...capacity, ...at({ ...table, ...keyed('Key'), ...names, ...projection }, (r) => r.TransactItems[0].Get ??= {}),
		...second({ ...table, no_key: (r) => { delete r.Key; }, key_type: (r) => { r.Key = { a: N(1) }; },
			key_none: (r) => { r.Key = { a: {} }; }, key_empty: (r) => { r.Key = { a: S('') }; }, ...pick(projection, '_key', '_type') },
		(r) => r.TransactItems[1].Get ??= {}),
		twice: (r) => { r.TransactItems.push({ Get: { TableName: 'abc', Key: key(0) } }); },
		empty: (r) => { r.TransactItems.push({}); },
		none: (r) => { r.TransactItems.splice(0); },
		many: (r) => { for (let i = 0; i < 100; i++) r.TransactItems.push({ Get: { TableName: 'one', Key: { a: S('g' + i) } } }); } }],
	TransactWriteItems: [() => ({ TransactItems: [{ Update: { ...keyed_write(), UpdateExpression: 'SET #f = :v' } },
		{ Put: { TableName: 'one', Item: { a: S('k0') } } }] }), { ...capacity, ...metrics,
		...at({ ...table, ...keyed('Key'), ...condition, ...update, no_update: (r) => { delete r.UpdateExpression; } },
			(r) => r.TransactItems[0].Update ??= {}),
		...second({ ...table, no_item: (r) => { delete r.Item; }, key_type: (r) => { r.Item = { a: N(1) }; },
			key_empty: (r) => { r.Item = { a: S('') }; }, ...pick(itemed, 'index'), values_unused: (r) => { r.ExpressionAttributeValues = { ':v': N(1) }; },
			condition_syntax: (r) => { r.ConditionExpression = 'f f'; }, condition_false: (r) => { r.ConditionExpression = 'attribute_exists(zz)'; } },
		(r) => r.TransactItems[1].Put ??= {}),
		twice: (r) => { r.TransactItems.push({ Delete: { TableName: 'abc', Key: key(0) } }); },
		empty: (r) => { r.TransactItems.push({}); },
		two: (r) => { r.TransactItems[1].Delete = { TableName: 'one', Key: { a: S('k0') } }; },
		none: (r) => { r.TransactItems.splice(0); },
		token: (r) => { r.ClientRequestToken = 'x'.repeat(37); },
		many: (r) => { for (let i = 0; i < 100; i++) r.TransactItems.push({ Delete: { TableName: 'one', Key: { a: S('g' + i) } } }); } }],
	UpdateTable: [() => ({ TableName: 'abc', BillingMode: 'PAY_PER_REQUEST' }), {
		no_table: table.no_table, bad_table: table.bad_table, other_table: table.other_table,
		short_table: (r) => { r.TableName = 'ab'; },
		mode: (r) => { r.BillingMode = 'MUCH'; },
		units: (r) => { r.ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }; },
		units_none: (r) => { r.ProvisionedThroughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 1 }; },
		units_many: (r) => { r.ProvisionedThroughput = { ReadCapacityUnits: 1000000000001, WriteCapacityUnits: 1 }; },
		provisioned: (r) => { r.BillingMode = 'PROVISIONED'; },
		nothing: (r) => { delete r.BillingMode; },
		update_empty: (r) => { r.GlobalSecondaryIndexUpdates = [{}]; },
		update_none: (r) => { r.GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: 'none' } }]; },
		update_name: (r) => { r.GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: 'a;' } }]; },
		update_twice: (r) => { r.GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: 'gsi' } },
			{ Update: { IndexName: 'gsi', ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } } }]; },
		update_key: (r) => { r.GlobalSecondaryIndexUpdates = [{ Create: { IndexName: 'newer', KeySchema: [
			{ AttributeName: 'z', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } }]; },
		update_range: (r) => { r.GlobalSecondaryIndexUpdates = [{ Create: { IndexName: 'newer', KeySchema: [
			{ AttributeName: 'a', KeyType: 'RANGE' }], Projection: { ProjectionType: 'ALL' } } }]; r.AttributeDefinitions ??= [{ AttributeName: 'a', AttributeType: 'S' }]; },
		update_taken: (r) => { r.GlobalSecondaryIndexUpdates = [{ Create: { IndexName: 'gsi', KeySchema: [
			{ AttributeName: 'a', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } } }]; r.AttributeDefinitions ??= [{ AttributeName: 'a', AttributeType: 'S' }]; },
		update_shown: (r) => { r.GlobalSecondaryIndexUpdates = [{ Create: { IndexName: 'newer', KeySchema: [
			{ AttributeName: 'a', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['e'] } } }]; r.AttributeDefinitions ??= [{ AttributeName: 'a', AttributeType: 'S' }]; },
		definitions: (r) => { r.AttributeDefinitions = [{ AttributeName: 'a', AttributeType: 'X' }]; },
		definitions_twice: (r) => { r.AttributeDefinitions = [{ AttributeName: 'a', AttributeType: 'S' }, { AttributeName: 'a', AttributeType: 'S' }]; },
		stream: (r) => { r.StreamSpecification = { StreamEnabled: true }; },
		stream_off: (r) => { r.StreamSpecification = { StreamEnabled: false }; } }],
	UpdateTimeToLive: [() => ({ TableName: 'abc', TimeToLiveSpecification: { Enabled: false, AttributeName: 'f' } }), {
		...table,
		nothing: (r) => { delete r.TimeToLiveSpecification; },
		no_name: (r) => { delete (r.TimeToLiveSpecification ??= {}).AttributeName; },
		name_empty: (r) => { (r.TimeToLiveSpecification ??= {}).AttributeName = ''; },
		name_long: (r) => { (r.TimeToLiveSpecification ??= {}).AttributeName = 'x'.repeat(256); },
		no_enabled: (r) => { delete (r.TimeToLiveSpecification ??= {}).Enabled; },
		enabled: (r) => { (r.TimeToLiveSpecification ??= {}).Enabled = 'maybe'; } }],
	TagResource: [() => ({ ResourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/abc', Tags: [{ Key: 'k', Value: 'v' }] }), {
		no_arn: (r) => { delete r.ResourceArn; },
		bad_arn: (r) => { r.ResourceArn = 'abc'; },
		other_arn: (r) => { r.ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/nobody'; },
		short_arn: (r) => { r.ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/ab'; },
		no_tags: (r) => { delete r.Tags; },
		tags_empty: (r) => { r.Tags = []; },
		no_tag_key: (r) => { r.Tags = [{ Value: 'v' }]; },
		no_tag_value: (r) => { r.Tags = [{ Key: 'k' }]; },
		tag_key_empty: (r) => { r.Tags = [{ Key: '', Value: 'v' }]; },
		tag_key_long: (r) => { r.Tags = [{ Key: 'k'.repeat(129), Value: 'v' }]; },
		tag_value_long: (r) => { r.Tags = [{ Key: 'k', Value: 'v'.repeat(257) }]; },
		tag_aws: (r) => { r.Tags = [{ Key: 'aws:k', Value: 'v' }]; },
		tag_twice: (r) => { r.Tags = [{ Key: 'k', Value: 'v' }, { Key: 'k', Value: 'w' }]; },
		tags_many: (r) => { r.Tags = Array.from({ length: 51 }, (_, i) => ({ Key: 'k' + i, Value: 'v' })); } }],
	ExecuteStatement: [() => ({ Statement: 'SELECT * FROM "abc" WHERE a = ? AND b = ?', Parameters: [S('k0'), N(0)] }), {
		...capacity,
		no_statement: (r) => { delete r.Statement; },
		empty: (r) => { r.Statement = ''; },
		syntax: (r) => { r.Statement = 'SELECT * FORM "abc" WHERE a = ?'; },
		other_table: (r) => { r.Statement = r.Statement?.replace('abc', 'nobody'); },
		other_index: (r) => { r.Statement = r.Statement?.replace('"abc"', '"abc"."none"'); },
		key_type: (r) => { r.Parameters = [N(1), N(0)]; },
		few: (r) => { r.Parameters = [S('k0')]; },
		more: (r) => { r.Parameters = [S('k0'), N(0), N(1)]; },
		none: (r) => { delete r.Parameters; },
		parameters_empty: (r) => { r.Parameters = []; },
		number: (r) => { r.Parameters = [S('k0'), N('x')]; },
		token: (r) => { r.NextToken = 'x'; },
		limit: (r) => { r.Limit = 0; },
		insert: (r) => { r.Statement = `INSERT INTO "abc" VALUE {'a': ?}`; },
		update: (r) => { r.Statement = 'UPDATE "abc" SET f = ? WHERE a = ?'; },
		update_key: (r) => { r.Statement = 'UPDATE "abc" SET b = ? WHERE a = ? AND b = 0'; },
		remove: (r) => { r.Statement = 'DELETE FROM "abc" WHERE a = ?'; },
		consistent: (r) => { r.ConsistentRead = true; r.Statement = r.Statement?.replace('"abc"', '"abc"."gsi"'); } }],
};

function* wrong([good, faults]) {
	const all = Object.values(faults);
	const make = (...some) => {
		const r = structuredClone(good());

		for (const f of some)
			f(r);
		return r;
	};

	yield make();
	for (const [i, f] of all.entries()) {
		yield make(f);
		for (const [k, g] of all.entries()) {
			if (k <= i)
				continue;
			// In both orders, for one may take the other's place.
			for (const some of [[f, g], [g, f]])
				try { yield make(...some); } catch { /* not together */ }
			const h = all[(i * 7 + k * 3) % all.length];
			if (h !== f && h !== g)
				try { yield make(f, g, h); } catch { /* neither */ }
		}
	}
}

export async function* cases(all) {
	await tables(all);
	for (const [op, row] of Object.entries(operations)) {
		const met = new Set();

		for (const body of wrong(row)) {
			const said = JSON.stringify(body);

			if (met.has(said))
				continue;
			met.add(said);
			yield { op, in: body };
		}
	}
	await tables(all);
}
