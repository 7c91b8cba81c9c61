// SPDX-License-Identifier: ISC
//
// compare.mjs - the same requests to this program and to its peers.
//
//	node compare.mjs [-v] [-g GROUP]... doorward=PORT dynoxide=PORT dynalite=PORT
//
// Each generator of cases/ yields { op, in }, or a list of them, of which the
// last is compared and the others make it ready.  Answers that are not alike
// are printed in classes, those first in which both peers agree: one request
// and its answers for each class, with -v up to five requests.
//
// A difference is a question, not a fault: what is settled is in the tests of
// tests/50-ddb, with the expected text.
import http from 'node:http';
import { readdirSync } from 'node:fs';

const auth = 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/' +
	'us-east-1/dynamodb/aws4_request, ' +
	'SignedHeaders=host;x-amz-date;x-amz-target, Signature=' + '0'.repeat(64);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

export function ask(port, op, body) {
	const text = Buffer.from(typeof body === 'string' ? body :
		JSON.stringify(body));
	return new Promise((resolve) => {
		const r = http.request({ port, agent, method: 'POST', host: '127.0.0.1',
			headers: { 'Content-Type': 'application/x-amz-json-1.0',
				'X-Amz-Target': 'DynamoDB_20120810.' + op,
				'X-Amz-Date': '20260101T000000Z', Authorization: auth,
				'Content-Length': text.length } }, (res) => {
			const parts = [];
			res.on('data', (d) => parts.push(d));
			res.on('end', () => {
				const said = Buffer.concat(parts).toString();
				let json = said;
				try { json = JSON.parse(said); } catch { /* as it is */ }
				resolve({ status: res.statusCode, json });
			});
		});
		r.setTimeout(3000, () => r.destroy(new Error('no answer in 3 s')));
		// It died of this request: let it come back.
		r.on('error', (e) => setTimeout(resolve, 700,
			{ status: 0, json: e.message.replace(/[\d.:]+$/, '') }));
		r.end(text);
	});
}

// What is a matter of the moment, or of no order.
const passing = new Set(['TableId', 'CreationDateTime', 'TableArn', 'IndexArn',
	'LatestStreamArn', 'LatestStreamLabel', 'LastIncreaseDateTime',
	'LastDecreaseDateTime', 'LastUpdateToPayPerRequestDateTime',
	'TableSizeBytes', 'ItemCount', 'IndexSizeBytes', 'WarmThroughput',
	'DeletionProtectionEnabled', 'TableClassSummary', 'Replicas']);

function plain(v, name) {
	if (Array.isArray(v)) {
		const all = v.map((x) => plain(x));
		return ['SS', 'NS', 'BS', 'GlobalSecondaryIndexes', 'Items', 'Responses',
			'LocalSecondaryIndexes', 'AttributeDefinitions', 'ConsumedCapacity',
			'NonKeyAttributes'].includes(name) || name === 'sorted' ?
			all.map((x) => JSON.stringify(x)).sort() : all;
	}
	if (v === null || typeof v !== 'object')
		return v;
	return Object.fromEntries(Object.keys(v).sort()
		.filter((k) => !passing.has(k)).map((k) => [k, plain(v[k], k)]));
}

export function saying({ status, json }) {
	if (json && typeof json === 'object' && typeof json.__type === 'string') {
		const { __type, message, Message, ...more } = json;
		return `${status} ${__type.replace(/^.*#/, '')}: ` +
			`${message ?? Message}`.replace(/Value '[[{].*?' at '/g, "Value '...' at '") + (Object.keys(more).length ?
				' ' + JSON.stringify(plain(more)) : '');
	}
	return `${status} ` + (typeof json === 'string' ? json.slice(0, 300) :
		JSON.stringify(plain(json)));
}

// Answers in which a peer is known to be wrong: its parser's own words, an
// operation that it does not have, a request that it died of, a value that
// it cannot print, a bound that it has in its own words.
const wrong = {
	dynoxide: [/line \d+ column \d+/, /Exception: (sequence|map|expected)/,
		/missing field/, /Syntax error/, /Exception: (\d VED: )?Expected /,
		/Cannot convert partition key value to string/, /^0 /,
		/Value at '/, /Some\(PutRequest/, /at 'tableName' .*a;b|a;b.* at 'tableName'/,
		/Tag (key|value) must be between/],
	dynalite: [/UnknownOperation/, /Syntax error/, /^0 /, /User: arn:aws:iam/],
};

// What of our answers is settled against both peers, and by what.
const settled = [
	// AWS's model has the bound, the enumeration, the lengths; they do not.
	/'totalSegments' failed .* 1000000/, /\.action' failed .* enum value set/,
	/'tags\.\d+\.member\.(key|value)' failed/, /keys\.\d+\.member' failed .* not be null/,
	// AWS's documentation: what DeleteItem returns; what tags may be; that a
	// WriteRequest is one of two, and how many a batch has; what an operator
	// of Expected takes; that an index shows what it projects.
	/^DeleteItem .*ReturnValues can only be/, /Tag keys that begin with aws:/,
	/Duplicate tag keys/, /Too many tags/,
	/^BatchWriteItem .*(more than one datatypes set|Too many items requested)/,
	/^(Put|Update|Delete)Item .* ComparisonOperator \w+ is not valid/,
	/^Scan .* does not project/,
	// What the other kind of expression has is known by name, as the service
	// says it of updates; both peers know no such function.
	/The function is not allowed in an? (\w+ )+expression/,
	// The service's own text; neither peer looks at the parameter alone.
	/ConditionalOperator cannot be used without/,
	/(Must specify the AttributesToGet or|ALL_PROJECTED_ATTRIBUTES can be used only)/,
	// Which one of several tables is told about changes from run to run.
	/^Batch(Get|Write)Item .*(ResourceNotFound|key element does not|key attribute cannot|for Index Key)/,
	// Neither peer looks at the stream of UpdateTable.
	/^UpdateTable .*(StreamViewType must|already without a stream)/,
];

// One of the peers has no prefix in writes.
const bare = (s) => s.replace('Exception: 1 validation error detected: ',
	'Exception: ').replace(/ $/, '');
// Texts are of one class if only values differ.
const shape = (s) => s.replace(/\d+/g, '#').replace(/'[^']*'/g, "'…'")
	.replace(/"[^"]*"/g, '"…"').slice(0, 250);

async function main(args) {
	const peers = [];
	const groups = [];
	let verbose = false;
	while (args.length) {
		const a = args.shift();
		if (a === '-g')
			groups.push(args.shift());
		else if (a === '-v')
			verbose = true;
		else
			peers.push(a.split('='));
	}
	const classes = new Map();
	let n = 0, alike = 0;
	const dir = new URL('cases/', import.meta.url);
	for (const file of readdirSync(dir).sort()) {
		const name = file.replace('.mjs', '');
		if (groups.length && !groups.includes(name))
			continue;
		const m = await import(new URL(file, dir));
		const all = (op, body) => Promise.all(peers.map(([, port]) =>
			ask(port, op, body)));
		for await (const one of m.cases(all)) {
			const steps = Array.isArray(one) ? one : [one];
			let said;
			for (const { op, in: body } of steps)
				said = (await all(op, body)).map(saying);
			n++;
			const [us, ...them] = said;
			const missing = them.map((s, i) =>
				wrong[peers[i + 1][0]].some((r) => r.test(s)));
			const same = them.map((s, i) => s === us ||
				(peers[i + 1][0] === 'dynalite' && bare(s) === bare(us)));
			const last = steps[steps.length - 1];
			if (same.every((s, i) => s || missing[i]) ||
				settled.some((r) => r.test(`${last.op} ${us}`))) {
				alike++;
				continue;
			}
			const name_of = (i) => peers[i + 1][0];
			const kind =
				missing.some((m) => m) ? `D ${name_of(missing.indexOf(false))} alone` :
				same.some((s) => s) ? `C only ${name_of(same.indexOf(false))} differs` :
				bare(them[0]) === bare(them[1]) ? 'A both against us' :
				'B three answers';
			const key = [kind, name, ...said.map(shape)].join('\n');
			const c = classes.get(key) ?? { kind, name, n: 0, said, last, more: [] };
			c.n++;
			if (c.n > 1 && c.more.length < 4)
				c.more.push(last);
			classes.set(key, c);
		}
	}
	const short = (v) => { const s = typeof v === 'string' ? v : JSON.stringify(v);
		return s.length > 600 ? s.slice(0, 600) + '…' : s; };
	for (const c of [...classes.values()].sort((a, b) =>
		a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : b.n - a.n)) {
		console.log(`\n== ${c.kind} (${c.name}, ${c.n})`);
		console.log(`   ${c.last.op} ${short(c.last.in)}`);
		if (verbose)
			for (const m of c.more)
				console.log(`   ${m.op} ${short(m.in)}`);
		c.said.forEach((s, i) => console.log(`   ${peers[i][0].padEnd(9)}${
			s.slice(0, 900).replace(/[\0-\x1f]/g, '?')}`));
	}
	console.log(`\n${n} requests, ${alike} alike, ${classes.size} classes of differences`);
}

await main(process.argv.slice(2));
process.exit(0);
