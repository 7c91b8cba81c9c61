// SPDX-License-Identifier: ISC
//
// expressions - every operator and function with operands of every type,
// errors at each token, names and values that are missing or left over.
import { tables } from '../tables.mjs';

const all = { ':s': { S: 'a' }, ':n': { N: '1' }, ':b': { B: 'YQ==' }, ':t': { BOOL: true }, ':z': { NULL: true },
	':ss': { SS: ['a'] }, ':ns': { NS: ['1'] }, ':bs': { BS: ['YQ=='] }, ':l': { L: [] }, ':m': { M: {} } };
const item = { a: { S: 'e' }, s: { S: 'abc' }, n: { N: '5' }, b: { B: 'YWJj' }, t: { BOOL: true }, z: { NULL: true },
	ss: { SS: ['a', 'b'] }, ns: { NS: ['1', '2'] }, bs: { BS: ['YQ==', 'Yg=='] },
	l: { L: [{ S: 'a' }, { N: '1' }, { M: { x: { S: 'y' } } }] }, m: { M: { x: { S: 'y' }, l: { L: [{ N: '1' }] } } } };

// Only what the text mentions.
const used = (text, from) => {
	const some = Object.fromEntries(Object.entries(from).filter(([k]) =>
		new RegExp(k.replace(/[#$]/g, '\\$&') + '(?![A-Za-z0-9_])').test(text)));
	return Object.keys(some).length ? some : undefined;
};
const names = { '#s': 's', '#m': 'm', '#x': 'x', '#dot': 'a.b', '#r': 'size' };
const req = (kind, text, more = {}) => ({ [kind]: text, ExpressionAttributeNames: used(text, names),
	ExpressionAttributeValues: used(text, all), ...more });
const scan = (text, more) => ({ op: 'Scan', in: { TableName: 'one', ...req('FilterExpression', text, more) } });
const check = (text, more) => ({ op: 'PutItem', in: { TableName: 'one', Item: item, ...req('ConditionExpression', text, more) } });
const update = (text, more) => [{ op: 'PutItem', in: { TableName: 'one', Item: item } },
	{ op: 'UpdateItem', in: { TableName: 'one', Key: { a: item.a }, ReturnValues: 'ALL_NEW', ...req('UpdateExpression', text, more) } }];
const project = (text, more) => ({ op: 'GetItem', in: { TableName: 'one', Key: { a: item.a },
	ProjectionExpression: text, ExpressionAttributeNames: used(text, names), ...more } });
const query = (text, more) => ({ op: 'Query', in: { TableName: 'abc', ...req('KeyConditionExpression', text, more) } });

function* conditions() {
	const vals = Object.keys(all), attrs = Object.keys(item).filter((k) => k !== 'a');
	for (const v of vals) {
		for (const op of ['=', '<>', '<', '<=', '>', '>='])
			for (const x of ['s', 'n', 'ss', 'l', 'none'])
				yield `${x} ${op} ${v}`;
		for (const x of ['s', 'n'])
			yield* [`${x} BETWEEN ${v} AND ${v}`, `${x} IN (${v})`, `begins_with(${x}, ${v})`, `contains(${x}, ${v})`,
				`attribute_type(${x}, ${v})`, `size(${x}) > ${v}`, `size(${v}) > :n`, `attribute_exists(${v})`,
				`begins_with(${v}, ${x})`, `contains(${v}, ${x})`, `${v} = ${x}`, `${v} < ${v}`, `${x} BETWEEN :s AND ${v}`,
				`${x} BETWEEN ${v} AND :n`, `attribute_not_exists(${v})`];
	}
	for (const x of attrs)
		yield* [`size(${x}) > :n`, `size(${x}) = :n`, `contains(${x}, :s)`, `contains(${x}, :n)`, `contains(${x}, :b)`,
			`begins_with(${x}, :s)`, `begins_with(${x}, :b)`, `attribute_exists(${x})`, `${x} = ${x}`, `${x} < ${x}`,
			`contains(s, ${x})`, `${x} IN (s, n, :s)`, `attribute_type(${x}, :s)`];
	for (const t of ['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL', 'L', 'M', 'X', ''])
		yield [`attribute_type(s, :ty)`, { ExpressionAttributeValues: { ':ty': { S: t } } }];
	yield* ['', ' ', 's', ':s', '(s = :s)', '((s = :s))', '(((s = :s)))', '(s = :s) AND (n = :n)', '(s = :s AND n = :n)',
		'((s = :s) AND (n = :n))', 'NOT s = :s', 'NOT NOT s = :s', 'NOT (s = :s)', 'NOT ((s = :s))', 'not s = :s and n = :n or n = :n',
		's = :s OR n = :n AND n = :n', 's = :s AND', 'AND s = :s', 's = ', '= :s', 's :s', 's == :s', 's != :s', 's = :s :n',
		's = :s; n = :n', 's = (:s)', '(s) = :s', 's = ((:s))', 's = "a"', "s = 'a'", 's = 1', '1 = s', 's = :', 's = #', '# = :s',
		'#s = :s', '#none = :s', 's = :none', '#s.#m = :s', 'm.x = :s', 'm.#x = :s', 'm.y.z = :s', 'l[0] = :s', 'l[00] = :s',
		'l[-1] = :s', 'l[1.5] = :s', 'l[:n] = :s', 'l[99999999999] = :s', 'l[] = :s', 'l[0][0] = :s', 'l[2].x = :s', 'm. x = :s',
		'm .x = :s', 'm..x = :s', '.x = :s', 'm. = :s', 'l [0] = :s', 'l[ 0 ] = :s', 'l[0 = :s', 'l0] = :s',
		'size = :s', 'name = :s', 'Name = :s', '#r = :s', 'm.size = :s', 'size(s)', 'size(s) = size(s)', 'size(size(s)) = :n',
		'size(s, s) = :n', 'size() = :n', 'Size(s) > :n', 'SIZE(s) > :n', 'foo(s)', 'foo(s) = :s', 'attribute_exists', 'attribute_exists()',
		'attribute_exists(s', 'attribute_exists s', 'attribute_exists(s, n)', 'attribute_exists(s) = :t', 'Attribute_Exists(s)',
		'attribute_exists((s))', 'attribute_exists(size(s))', 'attribute_not_exists(s) AND attribute_not_exists(none)',
		'begins_with(s)', 'begins_with(s, :s, :s)', 'begins_with(s, s)', 'begins_with(:s, :s)', 'contains(s)', 'contains(s, s)',
		'contains(:s, :s)', 'contains(s, :s) = :t', 'attribute_type(s)', 'attribute_type(s, s)', 's BETWEEN :s', 's BETWEEN :s AND',
		's BETWEEN :s, :s', 's BETWEEN :s AND :s AND :s', 's BETWEEN (:s AND :s)', 's between :s and :s', 's NOT BETWEEN :s AND :s',
		':n BETWEEN n AND n', 's IN :s', 's IN ()', 's IN (:s', 's IN (:s,)', 's IN (:s, :n)', 's in (:s)', 's NOT IN (:s)',
		's IN (:s) AND', 's IN ((:s))', 's = :s AND AND n = :n', 's = :s OR OR n = :n', 's AND n', 'NOT s', 'NOT', 's = NOT :s',
		's = :s NOT', '(s = :s', 's = :s)', '()', '(', ')', 's = :s AND ()', '()()', 's = :s AND n = :n)', 'if_not_exists(s, :s) = :s',
		'list_append(l, :l) = :l', 's + :n = :n', 's = :n + :n', 'n = n + :n', '$ = :s', 's = :s $', 's = @s', 's\t=\n:s', 's=:s', 'é = :s',
		's = :é', '_s = :s', '0s = :s', 's0 = :s', 's-t = :s', 's_t = :s', '#s-t = :s', ':s = :s', ':s = :n', ':n < :n', ':s <> :s',
		's = :s AND :s = s', 's = s', 's < s', 's IN (s)', 's BETWEEN s AND s', 'begins_with(s, n)', 'SELECT = :s', 'a = :s', 'a = :s AND s = :s',
		's = :s and n = :n AND t = :t or z = :z', 'BETWEEN = :s', 'IN = :s', 'and = :s', 's BETWEEN :n AND :s', 'l[0] = l[0]', 'm = m', 'l = l',
		'contains(l, :s)', 'contains(l, :n)', 'contains(m, :s)', 'contains(ss, :ss)', 'contains(ns, :ns)', 'contains(l, :l)', 'size(m.x) = :n',
		'size(:s) = :n', 'size(:ss) = :n', 'size(:m) = :n', 'size(:l) = :n', 'size(:n) = :n', 'size(:t) = :n', 'size(:z) = :n',
		'attribute_exists(m.x.y)', 'attribute_exists(l[9])', 'attribute_exists(m.#dot)', 'm.x.#s.y[0][1].z = :s', 's = :s--', '/* */ s = :s'];
	yield ['s = :s', { ExpressionAttributeValues: { ':s': { S: 'a' }, ':x': { S: 'b' } } }];
	yield ['s = :s', { ExpressionAttributeValues: { ':s': { S: 'a' }, ':x': { S: 'b' }, ':w': { S: 'b' } } }];
	yield ['s = :s', { ExpressionAttributeNames: { '#x': 'x' } }];
	yield ['s = :s', { ExpressionAttributeNames: { '#x': 'x', '#w': 'w' } }];
	yield ['s = :s', { ExpressionAttributeNames: { '#x': 'x' }, ExpressionAttributeValues: { ':x': { S: 'b' } } }];
	yield ['s = :s', { ExpressionAttributeNames: {} }];
	yield ['s = :s', { ExpressionAttributeValues: {} }];
	yield ['attribute_exists(s)', { ExpressionAttributeValues: {} }];
	yield ['attribute_exists(s)', { ExpressionAttributeNames: {} }];
	for (const k of ['x', '#', '#a-b', '#a b', '', '##', '#1', '#_', '#é', ':x', '#' + 'a'.repeat(254), '#' + 'a'.repeat(255)])
		yield ['s = :s', { ExpressionAttributeNames: { [k]: 's' } }];
	for (const v of ['', 'a.b', ' ', 'é', 'x'.repeat(65535), 'x'.repeat(65536)])
		yield ['#q = :s', { ExpressionAttributeNames: { '#q': v } }];
	for (const k of ['x', ':', ':a-b', ':a b', '', '::', ':1', ':_', ':é', '#x', ':' + 'a'.repeat(254), ':' + 'a'.repeat(255)])
		yield ['attribute_exists(s)', { ExpressionAttributeValues: { [k]: { S: 'a' } } }];
	for (const n of [4096, 4097])
		yield ['s = :s' + ' '.repeat(n - 6)];
	for (const n of [99, 100, 101])
		yield ['s IN (' + Array(n).fill(':s').join(',') + ')'];
	for (const n of [299, 300, 301, 302])
		yield [Array(n).fill('s=:s').join(' OR ')];
	for (const n of [2, 20, 100, 299])
		yield ['NOT '.repeat(n) + 's = :s'];
	for (const n of [31, 32, 33])
		yield [Array(n).fill('m').join('.') + ' = :s'];
	yield ['s = :s', { Expected: { s: { Exists: false } }, ConditionalOperator: 'AND', ScanFilter: {
		s: { ComparisonOperator: 'NULL' } } }];
	yield ['s = :s', { AttributesToGet: ['s'] }];
	yield ['', { Expected: { s: { Exists: false } } }];
	// Each token taken away, and each doubled.
	for (const text of ['(s = :s OR n BETWEEN :n AND :n) AND NOT contains(m.l[0], #x)', 'size(s) >= :n AND #s IN (:s, :n) AND attribute_type(n, :s)']) {
		const tokens = text.match(/[#:]?\w+|[<>=]+|\S/g);
		for (let i = 0; i < tokens.length; i++) {
			yield tokens.filter((_, k) => k !== i).join(' ');
			yield tokens.flatMap((t, k) => k === i ? [t, t] : [t]).join(' ');
			yield tokens.map((t, k) => k === i ? '%' : t).join(' ');
			yield tokens.map((t, k) => k === i ? 'x' : t).join(' ');
			yield tokens.map((t, k) => k === i ? '(' : t).join(' ');
			yield tokens.map((t, k) => k === i ? 'AND' : t).join(' ');
		}
	}
}

function* updates() {
	for (const v of Object.keys(all)) {
		for (const x of ['s', 'n', 'ss', 'l', 'none', 'm.x', 'l[0]', 'l[9]'])
			yield* [`SET ${x} = ${v}`, `ADD ${x} ${v}`, `DELETE ${x} ${v}`, `SET ${x} = n + ${v}`, `SET ${x} = ${v} - n`,
				`SET ${x} = list_append(l, ${v})`, `SET ${x} = if_not_exists(${x}, ${v})`];
		yield* [`SET x = if_not_exists(${v}, :s)`, `SET x = list_append(${v}, l)`, `SET x = ${v} + ${v}`, `SET x = if_not_exists(none, ${v}) + :n`];
	}
	yield* ['', ' ', 'SET', 'SET s', 'SET s =', 'SET s = :s,', 'SET s = :s, n = :n', 'SET s = :s SET n = :n', 'SET s = :s REMOVE n',
		'REMOVE s SET n = :n', 'REMOVE s, n', 'REMOVE s REMOVE n', 'REMOVE none', 'REMOVE l[0]', 'REMOVE l[0], l[1]', 'REMOVE l[9]', 'REMOVE m.x',
		'REMOVE m.none.x', 'REMOVE s.x', 'REMOVE', 'REMOVE :s', 'REMOVE s = :s', 'ADD', 'ADD n', 'ADD n n', 'ADD n :n, none :n', 'ADD m.n :n',
		'ADD l[0] :n', 'ADD n :n + :n', 'DELETE', 'DELETE ss', 'DELETE ss ss', 'DELETE ss :ss', 'DELETE none :ss', 'DELETE n :ns', 'DELETE ns :ss',
		'ADD ss :ns', 'ADD ss :ss', 'ADD none :ss', 'ADD none :n', 'set s = :s', 'Set s = :s', 'remove s', 'add n :n', 'delete ss :ss', 'UPDATE s = :s',
		'SET a = :s', 'REMOVE a', 'ADD a :n', 'DELETE a :ss', 'SET a.b = :s', 'SET #a = :s', 'SET s = :s, s = :s', 'SET m.x = :s, m = :m',
		'SET m = :m, m.x = :s', 'SET m.x = :s REMOVE m.x', 'SET l[0] = :s, l[0] = :n', 'SET l[0] = :s, l.x = :n', 'SET m.x = :s, m[0] = :s',
		'SET l[0].x = :s, l = :l', 'REMOVE m, m.x', 'SET s = n', 'SET s = none', 'SET s = m.x', 'SET s = m.none', 'SET s = l[9]', 'SET s = :s + s',
		'SET n = n + :n', 'SET n = n - :n', 'SET n = n + :n + :n', 'SET n = (n + :n)', 'SET n = (n) + (:n)', 'SET n = n * :n', 'SET n = none + :n',
		'SET n = s + :n', 'SET n = :n + none', 'SET n += :n', 'SET s = if_not_exists(s, :s)', 'SET x = if_not_exists(none, none)',
		'SET x = if_not_exists(s)', 'SET x = if_not_exists(s, :s, :s)', 'SET x = if_not_exists(none, if_not_exists(none, :s))',
		'SET x = if_not_exists(none, list_append(l, l))', 'SET x = list_append(if_not_exists(none, :l), l)', 'SET x = list_append(l, l)',
		'SET x = list_append(l)', 'SET x = list_append(l, l, l)', 'SET x = list_append(none, l)', 'SET x = list_append(s, l)', 'SET x = list_append(l, s)',
		'SET x = list_append(list_append(l, l), l)', 'SET x = list_append(l, :l) + :n', 'SET x = size(s)', 'SET x = contains(s, :s)', 'SET x = foo(s)',
		'SET x = IF_NOT_EXISTS(s, :s)', 'SET x = attribute_exists(s)', 'SET m.y = :s', 'SET m.y.z = :s', 'SET none.x = :s', 'SET s.x = :s', 'SET s[0] = :s',
		'SET l[3] = :s', 'SET l[99] = :s', 'SET l[99] = :s, l[98] = :n', 'SET l[0] = :s REMOVE l[0]', 'SET l[1] = :s REMOVE l[0]', 'SET l[2].x = :n',
		'SET l[0].x = :s', 'SET m.l[0] = :s', 'SET m.l[5] = :s', 'SET ss = list_append(ss, :l)', 'SET #none = :s', 'SET s = :none', 'SET s = #none',
		'SET size = :s', 'SET s = size', 'SET m.size = :s', 'SET s = :s;', 'SET s = (:s)', 'SET s = ((:s))', 'SET (s) = :s', 'SET s = :s AND n = :n',
		'SET s : :s', 'SET :s = s', 'SET s = :s WHERE n = :n', 'SET s == :s', 'SET s = "x"', 'SET s = 1', 'SET s = s', 'SET s = n, n = s', 'SET x = l REMOVE l',
		'SET x = m.x, m.x = :s', 'ADD n :n SET s = n', 'REMOVE n SET s = n', 'REMOVE n ADD n :n', 'SET n = :n ADD n :n', 'ADD n :n DELETE ss :ss REMOVE s SET b = :b',
		'ADD n :n ADD x :n', 'DELETE ss :ss, ns :ns', 'DELETE ss :ss DELETE ns :ns', 'SET x = -:n', 'SET x = :n - -:n', 'SET x=:n-:n', 'SET x=n+:n',
		'SET l[1], l[2]', 'REMOVE l[0][0]', 'REMOVE l[0].x', 'REMOVE m.l[0]', 'REMOVE m.l[3]', 'REMOVE #m.#x', 'ADD m :n', 'ADD t :n', 'ADD l :n', 'DELETE m :ss'];
	for (const text of ['SET s = if_not_exists(m.x, :s), n = n + :n REMOVE l[0] ADD #x :n DELETE ss :ss']) {
		const tokens = text.match(/[#:]?\w+|[<>=]+|\S/g);
		for (let i = 0; i < tokens.length; i++) {
			yield tokens.filter((_, k) => k !== i).join(' ');
			yield tokens.flatMap((t, k) => k === i ? [t, t] : [t]).join(' ');
			yield tokens.map((t, k) => k === i ? '%' : t).join(' ');
			yield tokens.map((t, k) => k === i ? 'x' : t).join(' ');
			yield tokens.map((t, k) => k === i ? 'SET' : t).join(' ');
		}
	}
	for (const n of [4096, 4097])
		yield 'SET s = :s' + ' '.repeat(n - 10);
	for (const n of [300, 301])
		yield 'REMOVE ' + Array(n).fill(0).map((_, i) => 'q' + i).join(',');
	for (const n of [100, 101, 300])
		yield 'SET x = ' + Array(n).fill(':n').join(' + ');
}

export async function* cases(ask) {
	await tables(ask);
	await ask('PutItem', { TableName: 'one', Item: item });
	for (const c of conditions()) {
		const [text, more] = Array.isArray(c) ? c : [c];
		yield check(text, more);
		yield scan(text, more);
		await ask('PutItem', { TableName: 'one', Item: item });
	}
	for (const text of updates())
		yield update(text);
	for (const text of ['', ' ', 's', 's, n', 's,n,', ',s', 's,,n', 's n', 's, s', 'm, m.x', 'm.x, m', 'm.x, m.l', 'm.x, m.x', 'l[0], l[1]', 'l[1], l[0]',
		'l[0], l', 'l[2].x', 'l[9]', 'm.none', 'none', 's.x', 's[0]', 'm[0], m.x', '#s', '#s, s', '#none', ':s', 's = :s', 'size(s)', 'size', '(s)', '#dot',
		'm.#x', 'm.#dot', 'l[0][0]', 'a', 'a, s', 'a.b', 'l[', 'l[0', 'l[a]', 'm.', '.m', 'm..x', 'm .x', 'l[0], l[2].x, m.l[0], s', 's;n', 's, #none', 'é', '0',
		'l[00]', 'l[-1]', 'l[99999999999]', 'SELECT', '*', "'s'", 's '.repeat(10), 'm.l[0], m.l', 'ss, ns, bs', 's' + ' '.repeat(4095), 's' + ' '.repeat(4096),
		'l[0].#x, l[2]', 'm.x.y, m.x'])
		yield project(text);
	for (const more of [{ ExpressionAttributeNames: { '#q': 's' } }, { ExpressionAttributeNames: {} }, { AttributesToGet: ['s'] }])
		yield project('s', more);
	yield { op: 'GetItem', in: { TableName: 'one', Key: { a: item.a }, ExpressionAttributeNames: { '#q': 's' } } };
	for (const op of ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'])
		yield { op, in: { TableName: 'one', Key: { a: item.a }, Item: item, KeyConditions: {}, ExpressionAttributeValues: { ':q': { S: 's' } } } };
	for (const text of ['', 'a', 'a = :s', ':s = a', '(a = :s)', '((a = :s))', 'a = :s AND b = :n', 'b = :n AND a = :s', '(a = :s) AND (b = :n)',
		'(a = :s AND b = :n)', 'a = :s AND b > :n', 'a = :s AND :n < b', 'a = :s AND b BETWEEN :n AND :n', 'a = :s AND (b BETWEEN :n AND :n)',
		'a = :s AND :n BETWEEN b AND b', 'a = :s AND begins_with(b, :n)', 'a = :s AND begins_with(b, :s)', 'a = :s AND b <> :n', 'a = :s AND b IN (:n)',
		'a = :s OR b = :n', 'NOT a = :s', 'a = :s AND NOT b = :n', 'a > :s', 'a <> :s', 'a BETWEEN :s AND :s', 'begins_with(a, :s)', 'a IN (:s)',
		'b = :n', 'c = :s', 'a = :s AND c = :s', 'a = :s AND b = :n AND c = :s', 'a = :s AND a = :s', 'a = :s AND b > :n AND b < :n', 'a.x = :s', 'a[0] = :s',
		'a = :s AND b.x = :n', 'size(a) = :n', 'a = size(a)', 'attribute_exists(a)', 'a = :s AND attribute_exists(b)', 'a = :s AND contains(b, :n)',
		'a = a', ':s = :s', 'a = :n', 'a = :s AND b = :s', 'a = :s AND b = :none', '#none = :s', '#s = :s', 'a = :s AND', 'a :s', 'a = :l', 'a = :ss',
		'a = :s AND b > :ss', 'a = :s AND b > :t', 'a = :s AND b = :l', 'a = :s AND b BETWEEN :n AND :s', 'a = :s AND b BETWEEN :s AND :s',
		'a = :s AND attribute_type(b, :s)', 'a = :s AND size(b) > :n', 'a = :s AND b', 'a = :s AND (b = :n OR b = :n)', 'a = :s AND b + :n = :n',
		'a = b', 'a = :s AND b = a', 'a = :s AND b BETWEEN a AND a', 'if_not_exists(a, :s) = :s', 'SELECT = :s', 'a = :s AND begins_with(:n, b)',
		'a = :s' + ' '.repeat(4091), 'a = :s AND b = :n AND b = :n AND b = :n'])
		for (const more of [{}, { IndexName: 'lsi' }, { IndexName: 'gsi' }, { IndexName: 'gsk' }])
			yield query(text, more);
	for (const more of [{ IndexName: 'nope' }, { ConsistentRead: true, IndexName: 'gsi' }, { ConsistentRead: true, IndexName: 'lsi' },
		{ FilterExpression: 'b = :n' }, { FilterExpression: 'a = :s' }, { FilterExpression: 'f = :n' }, { FilterExpression: 'f = :n', IndexName: 'gsi' },
		{ FilterExpression: 'c = :s', IndexName: 'gsi' }, { ProjectionExpression: 'a.x' }, { ProjectionExpression: 'c.x' }, { FilterExpression: 'c.x = :n' },
		{ FilterExpression: 'b.x = :n' }])
		yield query('a = :s', { ...more, ExpressionAttributeValues: used('a = :s' + (more.FilterExpression ?? ''), all) });
}
