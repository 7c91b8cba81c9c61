// SPDX-License-Identifier: ISC
//
// A program that keeps its items with ElectroDB: one table, two entities, a
// collection over both.  Speaks TAP.
import assert from 'node:assert/strict';
import * as ddb from '@aws-sdk/client-dynamodb';
import { Entity, Service } from 'electrodb';
import { watch } from './answer.mjs';
import { done, test } from './tap.mjs';

const client = new ddb.DynamoDBClient({});
const seen = watch(client, ddb);
const table = 'electrodb';

const Task = new Entity({
	model: { entity: 'task', version: '1', service: 'work' },
	attributes: {
		team: { type: 'string', required: true },
		task: { type: 'string', required: true },
		project: { type: 'string', required: true },
		closed: { type: 'boolean', default: false },
		points: { type: 'number', default: 1 },
		tags: { type: 'set', items: 'string' },
		notes: { type: 'list', items: { type: 'map', properties: {
			by: { type: 'string' }, text: { type: 'string' } } } },
		meta: { type: 'map', properties: {
			source: { type: 'string' }, score: { type: 'number' } } },
		changed: { type: 'number', watch: '*',
			set: () => 1700000000000, readOnly: false },
	},
	indexes: {
		byTask: { pk: { field: 'pk', composite: ['team'] },
			sk: { field: 'sk', composite: ['task'] } },
		byProject: { index: 'gsi1', collection: 'ofProject',
			pk: { field: 'gsi1pk', composite: ['project'] },
			sk: { field: 'gsi1sk', composite: ['points', 'task'] } },
	},
}, { client, table });
const Project = new Entity({
	model: { entity: 'project', version: '1', service: 'work' },
	attributes: {
		project: { type: 'string', required: true },
		name: { type: 'string', required: true },
		state: { type: ['open', 'done'], default: 'open' },
	},
	indexes: {
		byName: { pk: { field: 'pk', composite: ['project'] },
			sk: { field: 'sk', composite: [] } },
		withTasks: { index: 'gsi1', collection: 'ofProject',
			pk: { field: 'gsi1pk', composite: ['project'] },
			sk: { field: 'gsi1sk', composite: [] } },
	},
}, { client, table });
const work = new Service({ Task, Project }, { client, table });
const many = [...Array(60).keys()].map((i) => ({ team: 'blue',
	task: `t${String(i).padStart(3, '0')}`, project: i % 2 ? 'odd' : 'even',
	points: i % 7 }));
const refused = (promise) => assert.rejects(promise, (e) =>
	/The conditional request failed/.test(e.message));

await test('the table of its indexes', async () => {
	const key = (AttributeName, KeyType) => ({ AttributeName, KeyType });
	await client.send(new ddb.CreateTableCommand({ TableName: table,
	    BillingMode: 'PAY_PER_REQUEST',
	    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((a) =>
		({ AttributeName: a, AttributeType: 'S' })),
	    KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
	    GlobalSecondaryIndexes: [{ IndexName: 'gsi1',
		KeySchema: [key('gsi1pk', 'HASH'), key('gsi1sk', 'RANGE')],
		Projection: { ProjectionType: 'ALL' } }] }));
});

await test('create once, and get', async () => {
	const task = { team: 'red', task: 'one', project: 'odd',
	    tags: ['a', 'b'], notes: [{ by: 'me', text: '' }],
	    meta: { source: 'mail', score: 1.5 } };
	const { data } = await Task.create(task).go();
	assert.equal(data.closed, false);
	await refused(Task.create(task).go());
	const got = await Task.get({ team: 'red', task: 'one' }).go();
	assert.deepEqual(got.data, { ...task, closed: false, points: 1,
	    changed: 1700000000000 });
	assert.equal((await Task.get({ team: 'red', task: 'no' }).go()).data,
	    null);
});

await test('patch, update and upsert with conditions', async () => {
	const key = { team: 'red', task: 'one' };
	const { data } = await Task.patch(key).set({ closed: true })
	    .add({ points: 4, tags: ['c'] }).append({ notes: [{ by: 'you' }] })
	    .data(({ meta }, { subtract }) => subtract(meta.score, 0.5))
	    .composite({ project: 'odd' })
	    .where(({ closed }, { eq }) => eq(closed, false))
	    .go({ response: 'all_new' });
	assert.deepEqual([data.points, data.tags.sort(), data.notes.length,
	    data.meta.score], [5, ['a', 'b', 'c'], 2, 1]);
	await refused(Task.patch(key).set({ closed: false })
	    .where(({ closed, meta }, { eq, gt }) =>
		`${eq(closed, false)} OR ${gt(meta.score, 9)}`).go());
	await refused(Task.patch({ team: 'red', task: 'no' })
	    .remove(['notes']).go());
	await Project.upsert({ project: 'odd', name: 'Odd' }).go();
	await Project.upsert({ project: 'odd', name: 'Odd ones' }).go();
	assert.equal((await Project.get({ project: 'odd' }).go()).data.name,
	    'Odd ones');
});

await test('batches are cut as the API wants them', async () => {
	const put = await Task.put(many).go({ concurrency: 3 });
	assert.deepEqual(put.unprocessed, []);
	const got = await Task.get([...many, { team: 'x', task: 'y' }]).go(
	    { preserveBatchOrder: true });
	assert.deepEqual(got.data.map((t) => t?.task),
	    [...many.map((t) => t.task), undefined]);
	await Task.delete(many.slice(50).map(({ team, task }) =>
	    ({ team, task }))).go();
});

await test('query with paging, ranges and filters', async () => {
	const found = [];
	let cursor = null;
	do {
		const r = await Task.query.byTask({ team: 'blue' })
		    .go({ cursor, limit: 7 });
		found.push(...r.data.map((t) => t.task));
		cursor = r.cursor;
	} while (cursor);
	assert.deepEqual(found, many.slice(0, 50).map((t) => t.task));
	const some = await Task.query.byTask({ team: 'blue' })
	    .between({ task: 't010' }, { task: 't019' })
	    .where(({ points }, { gte }) => gte(points, 3))
	    .go({ order: 'desc', pages: 'all' });
	assert.deepEqual(some.data.map((t) => t.task),
	    ['t019', 't018', 't017', 't013', 't012', 't011', 't010']);
	const begins = await Task.query.byTask({ team: 'blue' })
	    .begins({ task: 't04' }).go({ attributes: ['task'] });
	assert.deepEqual(begins.data[0], { task: 't040' });
});

await test('a collection has both entities', async () => {
	const { data } = await work.collections.ofProject({ project: 'odd' })
	    .go({ pages: 'all' });
	assert.equal(data.Project[0].name, 'Odd ones');
	assert.equal(data.Task.length, 26);
});

await test('match and scan', async () => {
	const all = await Task.scan.go({ pages: 'all', limit: 9 });
	assert.equal(all.data.length, 51);
	const closed = await Task.match({ closed: true }).go({ pages: 'all' });
	assert.deepEqual(closed.data.map((t) => t.task), ['one']);
});

await test('transactions', async () => {
	const write = (...of) => work.transaction.write(({ Task: t,
	    Project: p }) => [
		t.create({ team: 'tx', task: 'a', project: 'odd' }).commit(
		    { response: 'all_old' }),
		p.check({ project: 'odd' }).where(({ state }, { eq }) =>
		    eq(state, 'open')).commit(),
		...of.map((f) => f(t, p))]).go();
	const first = await write((t) => t.upsert({ team: 'tx', task: 'b',
	    project: 'odd', points: 2 }).commit());
	assert.equal(first.canceled, false);
	const again = await write();
	assert.equal(again.canceled, true);
	assert.deepEqual(again.data.map((d) => [d.rejected, d.code]),
	    [[true, 'ConditionalCheckFailed'], [false, 'None']]);
	assert.equal(again.data[0].item.task, 'a');
	const got = await work.transaction.get(({ Task: t }) => [
		t.get({ team: 'tx', task: 'a' }).commit(),
		t.get({ team: 'tx', task: 'no' }).commit()]).go();
	assert.deepEqual(got.data.map((d) => d.item?.task ?? null), ['a', null]);
});

await test('remove what is there', async () => {
	await Task.remove({ team: 'tx', task: 'a' }).go();
	await refused(Task.remove({ team: 'tx', task: 'a' }).go());
});

await test('every answer is of its schema', () =>
	assert.deepEqual(seen.wrong, []));
done();
