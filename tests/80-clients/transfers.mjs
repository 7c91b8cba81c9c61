// SPDX-License-Identifier: ISC
//
// transfers.mjs PART DATA-DIRECTORY - exports read, and imports written, with
// the AWS SDK and with ion-js.  Speaks TAP.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
	CreateTableCommand, DeleteItemCommand, DescribeExportCommand,
	DescribeImportCommand, DynamoDBClient, ExportTableToPointInTimeCommand,
	ImportTableCommand, paginateScan, PutItemCommand,
	UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import ion from 'ion-js';
import { done, test } from './tap.mjs';

const [part, data] = process.argv.slice(2);
const client = new DynamoDBClient({});
const TableName = 'transfers';
const TableArn =
    `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const key = (k) => ({ k: { S: k } });
const numbers = ['0', '1', '-1', '1.5', '100', '-100', '1000000', '0.001',
	'12345678901234567890123456789012345678', '1E-130', '-1E-130',
	'9.9999999999999999999999999999999999999E+125',
	'-9.9999999999999999999999999999999999999E+125', '1E+125',
	'0.00000000000000000000000000000000000001', '3.14159', '1e2'];
const strings = ['', ' ', 'plain', 'it\'s', '"quoted"', '\'\'\'', '\\', '/*',
	'//', '{{', '\0', '\x01\x1f\x7f', '\t\r\n', '\u2028\u2029',
	'é\u0301', '漢字', '😀', '\ufeff', '\u{10ffff}', '$dynamodb_SS::[]'];

// One item of each kind of trouble.
const items = [
	{ ...key('types'), s: { S: 'a' }, n: { N: '1' }, b: { B: every },
		t: { BOOL: true }, f: { BOOL: false }, z: { NULL: true },
		m: { M: { x: { S: 'y' }, e: { M: {} } } },
		l: { L: [{ N: '1' }, { L: [] }, { NULL: true }] },
		ss: { SS: ['a', 'b c', '"'] }, ns: { NS: ['1', '2.5', '3e9'] },
		bs: { BS: [every, Buffer.from('x')] } },
	{ ...key('numbers'), l: { L: numbers.map((N) => ({ N })) },
		ns: { NS: ['0', '-0.5', '100', '1E-130'] } },
	{ ...key('strings'), l: { L: strings.map((S) => ({ S })) } },
	{ ...key('names'), m: { M: Object.fromEntries(
	    ['null', 'true', 'false', 'nan', 'a b', 'a\'b', 'a"b', 'a\\b', '$1',
		'$ion', '1', '-', 'é', '😀', '\n', 'null.int', '_', 'A1']
		.map((n) => [n, { S: n }])) } },
	{ ...key('deep'), d: Array.from({ length: 30 }).reduce(
	    (v, _, i) => i % 2 ? { L: [v] } : { M: { m: v } }, { S: 'x' }) },
	{ ...key('empty'), b: { B: Buffer.alloc(0) }, l: { L: [] },
		m: { M: {} } },
];

// A number as digits and exponent: equal where the numbers are.
function digits(n) {
	const [, sign, whole, frac = '', exp = '0'] =
	    /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(n);
	const all = (whole + frac).replace(/^0+/, '');
	const short = all.replace(/0+$/, '');
	if (short === '')
		return '0';
	return (sign === '-' ? '-' : '') + short + 'e' +
	    (Number(exp) - frac.length + all.length - short.length);
}

// An AttributeValue in a form that is equal where they are.
function plain(v) {
	const [[type, x]] = Object.entries(v).filter(([, y]) => y !== undefined);
	const b64 = (b) => Buffer.from(b).toString('base64');
	switch (type) {
	case 'N': return { N: digits(x) };
	case 'B': return { B: b64(x) };
	case 'M': return { M: plainMap(x) };
	case 'L': return { L: x.map(plain) };
	case 'SS': return { SS: [...x].sort() };
	case 'NS': return { NS: x.map(digits).sort() };
	case 'BS': return { BS: x.map(b64).sort() };
	default: return { [type]: x };
	}
}

const plainMap = (m) => Object.fromEntries(
    Object.entries(m).map(([k, v]) => [k, plain(v)]));
const byKey = (all) => Object.fromEntries(all.map((i) => [i.k.S, plainMap(i)]));

// What ion-js has read, as an AttributeValue.
function attribute(v) {
	const [set] = v.getAnnotations();
	const number = (x) => {
		assert.equal(x.getType().name, 'decimal', 'numbers are decimals');
		return x.decimalValue().toString();
	};
	if (set !== undefined) {
		assert.match(set, /^\$dynamodb_(SS|NS|BS)$/);
		const of = { SS: (x) => x.stringValue(), NS: number,
			BS: (x) => x.uInt8ArrayValue() }[set.slice(-2)];
		return { [set.slice(-2)]: v.elements().map(of) };
	}
	if (v.isNull())
		return { NULL: true };
	switch (v.getType().name) {
	case 'bool': return { BOOL: v.booleanValue() };
	case 'decimal': return { N: number(v) };
	case 'string': return { S: v.stringValue() };
	case 'blob': return { B: v.uInt8ArrayValue() };
	case 'list': return { L: v.elements().map(attribute) };
	case 'struct': return { M: attributes(v) };
	default: throw new Error(`no type of an item: ${v.getType().name}`);
	}
}

const attributes = (v) => Object.fromEntries(
    v.fields().map(([name, x]) => [name, attribute(x)]));

async function ended(command, of, status) {
	for (;;) {
		const d = (await client.send(command))[of];
		if (d[status] !== 'IN_PROGRESS')
			return d;
		await new Promise((done) => setTimeout(done, 30));
	}
}

async function exported(more) {
	const r = await client.send(new ExportTableToPointInTimeCommand({
		TableArn, S3Bucket: 'bucket', S3Prefix: 'some/where', ...more }));
	assert.equal(r.ExportDescription.ExportStatus, 'IN_PROGRESS');
	const { ExportArn } = r.ExportDescription;
	const d = await ended(new DescribeExportCommand({ ExportArn }),
	    'ExportDescription', 'ExportStatus');
	assert.equal(d.ExportStatus, 'COMPLETED', d.FailureMessage);
	return d;
}

const file = (name) => readFileSync(`${data}/exports/bucket/${name}`);
const md5 = (bytes) => createHash('md5').update(bytes).digest('base64');

// The members of a manifest, all of them and no others, as they are
// documented: a value, or what it looks like.
function fits(json, members) {
	assert.deepEqual(Object.keys(json).sort(), Object.keys(members).sort());
	for (const [name, want] of Object.entries(members)) {
		if (want instanceof RegExp)
			assert.match(json[name], want, name);
		else
			assert.deepEqual(json[name], want, name);
	}
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

// The texts of an export's files, whose manifests say what they should.
function read(d, members) {
	const id = d.ExportArn.split('/').pop();
	const dir = `some/where/AWSDynamoDB/${id}`;
	assert.match(id, /^\d{14}-[0-9a-f]{8}$/);
	assert.equal(d.ExportManifest, `${dir}/manifest-summary.json`);
	assert.equal(file(`${dir}/_started`).length, 0);
	for (const name of ['summary', 'files'])
		assert.equal(file(`${dir}/manifest-${name}.md5`).toString(),
		    md5(file(`${dir}/manifest-${name}.json`)));
	fits(JSON.parse(file(d.ExportManifest)), {
		exportArn: d.ExportArn, startTime: time, endTime: time,
		tableArn: TableArn, tableId: d.TableId, s3Bucket: 'bucket',
		s3Prefix: 'some/where', s3SseAlgorithm: null, s3SseKmsKeyId: null,
		manifestFilesS3Key: `${dir}/manifest-files.json`,
		billedSizeBytes: d.BilledSizeBytes, itemCount: d.ItemCount,
		outputFormat: d.ExportFormat, exportType: d.ExportType, ...members,
	});
	const files = file(`${dir}/manifest-files.json`).toString().trimEnd()
	    .split('\n').map((line) => JSON.parse(line));
	assert.equal(files.reduce((n, f) => n + f.itemCount, 0), d.ItemCount);
	return files.map((f) => {
		const bytes = file(f.dataFileS3Key);
		fits(f, { itemCount: f.itemCount, md5Checksum: md5(bytes),
			etag: /^[0-9a-f]{32}-1$/, dataFileS3Key: d.ExportType ===
			    'FULL_EXPORT' ? /AWSDynamoDB\/[-\w]+\/data\/[-\w]+\.\w+\.gz$/ :
			    /AWSDynamoDB\/data\/[-\w]+\.\w+\.gz$/ });
		return gunzipSync(bytes).toString();
	}).join('');
}

const full = (d) => read(d, { version: '2020-06-30', exportTime: time });
const lines = (text) => text.trimEnd().split('\n').map((x) => JSON.parse(x));

const changed = items.filter((i) => !['empty', 'deep'].includes(i.k.S))
    .concat([{ ...key('deep'), n: { N: '700' } }, key('new')]);

async function begin() {
	await client.send(new CreateTableCommand({ TableName,
		AttributeDefinitions: [{ AttributeName: 'k', AttributeType: 'S' }],
		KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
		BillingMode: 'PAY_PER_REQUEST' }));
	await client.send(new UpdateContinuousBackupsCommand({ TableName,
		PointInTimeRecoverySpecification: {
			PointInTimeRecoveryEnabled: true } }));
	for (const Item of items)
		await client.send(new PutItemCommand({ TableName, Item }));
}

async function change() {
	await client.send(new DeleteItemCommand({ TableName, Key: key('empty') }));
	for (const Item of changed.slice(-2))
		await client.send(new PutItemCommand({ TableName, Item }));
}

async function incremental(ExportFormat, more) {
	const now = Date.now();
	const d = await exported({ ExportFormat, ExportType: 'INCREMENTAL_EXPORT',
		IncrementalExportSpecification: {
			ExportFromTime: new Date(now - 1800000),
			ExportToTime: new Date(now) }, ...more });
	const text = read(d, { version: '2023-08-01', exportFromTime: time,
		exportToTime: time, outputView: 'NEW_AND_OLD_IMAGES' });
	return text;
}

const without = Object.fromEntries(items.map((i) => [i.k.S, plainMap(i)]));
const changes = [
	{ Keys: plainMap(key('deep')), OldImage: without.deep,
		NewImage: plainMap(changed.at(-2)) },
	{ Keys: plainMap(key('empty')), OldImage: without.empty },
	{ Keys: plainMap(key('new')), NewImage: plainMap(key('new')) },
];
const inOrder = (all) => all.sort((a, b) => a.Keys.k.S < b.Keys.k.S ? -1 : 1);
const micros = (t) => Math.abs(Number(t) / 1000 - Date.now()) < 60000;

// ---- imports

// An AttributeValue, by a writer of ion-js.
function write(w, v) {
	const [[type, x]] = Object.entries(v);
	const { IonTypes } = ion;
	const decimal = (n) => w.writeDecimal(ion.Decimal.parse(
	    n.replace(/e/i, 'd')));
	const list = (all, of) => {
		w.stepIn(IonTypes.LIST);
		all.forEach(of);
		w.stepOut();
	};
	const set = (of) => {
		w.setAnnotations([`$dynamodb_${type}`]);
		list(x, of);
	};
	({
		S: () => w.writeString(x), N: () => decimal(x),
		B: () => w.writeBlob(x), BOOL: () => w.writeBoolean(x),
		NULL: () => w.writeNull(IonTypes.NULL), M: () => writeMap(w, x),
		L: () => list(x, (y) => write(w, y)),
		SS: () => set((y) => w.writeString(y)), NS: () => set(decimal),
		BS: () => set((y) => w.writeBlob(y)),
	})[type]();
}

function writeMap(w, m) {
	w.stepIn(ion.IonTypes.STRUCT);
	for (const [name, v] of Object.entries(m)) {
		w.writeFieldName(name);
		write(w, v);
	}
	w.stepOut();
}

function written(w, all) {
	for (const i of all) {
		w.stepIn(ion.IonTypes.STRUCT);
		w.writeFieldName('Item');
		writeMap(w, i);
		w.stepOut();
	}
	w.close();
	return Buffer.from(w.getBytes());
}

let tables = 0;
async function imported(bytes, InputFormat) {
	const name = `imported-${++tables}`;
	mkdirSync(`${data}/imports/in/${name}`, { recursive: true, mode: 0o700 });
	writeFileSync(`${data}/imports/in/${name}/file`, bytes, { mode: 0o600 });
	const r = await client.send(new ImportTableCommand({ InputFormat,
		S3BucketSource: { S3Bucket: 'in', S3KeyPrefix: `${name}/` },
		TableCreationParameters: { TableName: name,
			AttributeDefinitions: [{ AttributeName: 'k',
				AttributeType: 'S' }],
			KeySchema: [{ AttributeName: 'k', KeyType: 'HASH' }],
			BillingMode: 'PAY_PER_REQUEST' } }));
	const { ImportArn } = r.ImportTableDescription;
	const d = await ended(new DescribeImportCommand({ ImportArn }),
	    'ImportTableDescription', 'ImportStatus');
	const got = [];
	for await (const page of paginateScan({ client }, { TableName: name }))
		got.push(...page.Items);
	return { d, got: byKey(got) };
}

// As a human may write it; ion-js reads it too.
const handmade = `// a comment
$ion_1_0
$ion_symbol_table::{symbols:["unused"]}
/* { */ { 'Item' : { "k" : "a", n: -1.50e-3, i: 1000, d: 5d2, z: 0d-3 } }
{Item:{k:'''b'''
 '''so long
 and "so" it''s''',}}{Item:{k:"c",e:"\\x41\\u00e9\\U0001F600\\0\\a\\b\\t\\n\\f\\r\\v\\"\\'\\?\\/\\\\ \\
end"}}
{
  Item: {
    k: d,
    'it is': {{ AAEC
      /w== }},
    none: null.list,
    list: [[], {}, "}", true,],
  },
}
{Item:{k:"e",t:2007-02-23T12:14:33.079-08:00}}
{
  Item: {
    k: "f",
    t: 2007-02-23T,
  }
}
{Item:{k:"g",s:(a b)}}
{Item:{k:"h",c:{{"text"}}}}
{Item:{k:"i",a:other::[1]}}
// the end`;
const refused = ['e', 'f', 'g', 'h', 'i'];

// ---- the parts

const parts = {
	begin: async () => await test('items are put', begin),
	change: async () => await test('and changed', change),
	async full() {
		await test('DynamoDB JSON, by the SDK', async () => {
			const got = lines(full(await exported({})));
			assert.ok(got.every((x) => Object.keys(x).join() === 'Item'));
			assert.deepEqual(byKey(got.map((x) => fromBase64(x.Item))),
			    byKey(changed));
			assert.equal(unmarshall(got[0].Item).k, got[0].Item.k.S);
		});
		await test('Ion, by ion-js', async () => {
			const text = full(await exported({ ExportFormat: 'ION' }));
			const got = ion.loadAll(text).map((v) => {
				assert.deepEqual(v.fieldNames(), ['Item']);
				return attributes(v.get('Item'));
			});
			assert.deepEqual(byKey(got), byKey(changed));
		});
	},
	async incremental() {
		await test('changes in JSON', async () => {
			const got = lines(await incremental('DYNAMODB_JSON'));
			assert.ok(got.every((x) => micros(
			    x.Metadata.WriteTimestampMicros)));
			assert.deepEqual(inOrder(got.map(({ Metadata, ...x }) =>
			    Object.fromEntries(Object.entries(x).map(
				([n, m]) => [n, plainMap(fromBase64(m))])))),
			    changes);
		});
		await test('changes in Ion', async () => {
			const text = await incremental('ION');
			assert.deepEqual(inOrder(ion.loadAll(text).map((v) => {
				assert.deepEqual(v.fieldNames(), ['Record']);
				const { Metadata, ...x } = Object.fromEntries(
				    v.get('Record').fields());
				assert.ok(micros(Metadata.get(
				    'WriteTimestampMicros').decimalValue()));
				return Object.fromEntries(Object.entries(x).map(
				    ([n, m]) => [n, plainMap(attributes(m))]));
			})), changes);
		});
		await test('those that a filter shows', async () => {
			const got = lines(await incremental('DYNAMODB_JSON', {
				FilterSpecification: {
					FilterExpression: 'attribute_exists(n)' } }));
			assert.equal(got.length, 1);
			assert.deepEqual(Object.keys(got[0]),
			    ['Metadata', 'Keys', 'NewImage']);
		});
	},
	async import() {
		for (const [name, writer] of [['lines', ion.makeTextWriter],
			['pretty', ion.makePrettyWriter]]) {
			await test(`Ion by ion-js, ${name}`, async () => {
				const { d, got } = await imported(
				    written(writer(), items), 'ION');
				assert.equal(d.ImportStatus, 'COMPLETED');
				assert.deepEqual(got, byKey(items));
			});
		}
		await test('Ion by hand, as ion-js reads it', async () => {
			const { d, got } = await imported(handmade, 'ION');
			const want = ion.loadAll(handmade)
			    .map((v) => v.get('Item'))
			    .filter((i) => !refused.includes(i.get('k').stringValue()))
			    .map(lenient);
			assert.equal(want.length, 4);
			assert.deepEqual(got, byKey(want));
			assert.equal(d.ImportStatus, 'FAILED');
			assert.equal(d.FailureCode, 'ItemValidationError');
			assert.deepEqual([d.ProcessedItemCount, d.ImportedItemCount,
				d.ErrorCount], [9, 4, 5]);
			assert.equal(d.ProcessedSizeBytes, Buffer.byteLength(handmade));
		});
		await test('DynamoDB JSON by the SDK, with a mark before it',
		    async () => {
			const text = '\ufeff' + items.map((i) => JSON.stringify(
			    { Item: toBase64(i) })).join('\r\n');
			const { d, got } = await imported(text, 'DYNAMODB_JSON');
			assert.equal(d.ImportStatus, 'COMPLETED');
			assert.deepEqual(got, byKey(items));
		});
	},
};

// Ion has more ways to say a number and a string than are exported.
function lenient(v) {
	const text = { decimal: (x) => x.decimalValue().toString(),
		int: (x) => x.bigIntValue().toString(),
		float: (x) => x.numberValue().toString() };
	return Object.fromEntries(v.fields().map(([name, x]) => {
		const type = x.getType().name;
		return [name, x.isNull() ? { NULL: true } :
		    text[type] ? { N: text[type](x) } :
		    type === 'symbol' ? { S: x.stringValue() } : attribute(x)];
	}));
}

// Binaries, which JSON has in base64, as the SDK has them; and back.
function bytes(v, one) {
	if (Array.isArray(v))
		return v.map((x) => bytes(x, one));
	if (typeof v !== 'object' || ArrayBuffer.isView(v))
		return v;
	return Object.fromEntries(Object.entries(v).map(([name, x]) =>
	    [name, name === 'M' ? Object.fromEntries(Object.entries(x).map(
		([n, y]) => [n, bytes(y, one)])) :
		name === 'B' ? one(x) :
		name === 'BS' ? x.map(one) : bytes(x, one)]));
}
const map = (m, one) => bytes({ M: m }, one).M;
const fromBase64 = (m) => map(m, (x) => Buffer.from(x, 'base64'));
const toBase64 = (m) => map(m, (x) => Buffer.from(x).toString('base64'));

await parts[part]();
done();
