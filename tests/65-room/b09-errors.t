#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b09-errors.t - B9: errors say what is wrong with the request, and nothing of
# paths, SQL or memory; not even where the store itself is broken.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

my $s = Doorward->start;
my %told = (
	'a path' => qr{/(?:tmp|home|root|var|usr|work|etc|proc|dev)\b|\.db\b|\.c:\d},
	'SQL' => qr/sqlite|\b(?:SELECT|INSERT|REPLACE|PRAGMA|WHERE|BEGIN|COMMIT)\b
	    |\bincarnation\b|\btally\b|database disk image/xi,
	'memory' => qr/0x[0-9a-f]{4}|\bsegmentation|\bstack\b|malloc|\berrno\b/i,
);
my $looked = 0;

sub look {
	my ($name, $a) = @_;
	my $text = "$a->{head}\n$a->{body}";
	$text =~ s/^x-amzn-requestid:.*$//mi;
	my @bad = grep { $text =~ $told{$_} } sort(keys(%told));
	is("@bad", '', "B9: $name ($a->{status})") or diag($text);
	$looked++ if $a->{status} >= 400;
}

my $table = { TableName => 'errors', BillingMode => 'PAY_PER_REQUEST',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }] };
my ($status) = $s->dynamo('CreateTable', $table);
is($status, 200, 'a table');

my %ops = (
	CreateTable => [$table, {}, { TableName => 'x' }, { %$table, KeySchema => 1 }],
	DescribeTable => [{}, { TableName => 'none' }, { TableName => '!' }],
	DeleteTable => [{}, { TableName => 'none' }],
	ListTables => [{ Limit => 0 }, { Limit => 'x' }],
	PutItem => [{}, { TableName => 'errors', Item => {} }, { TableName =>
	    'errors', Item => { k => { N => '1' } } }, { TableName => 'errors',
	    Item => { k => { S => 'a' }, n => { N => '1e999' } } },
	    { TableName => 'errors', Item => { k => { S => 'a' } },
	    ConditionExpression => 'attribute_exists(' }],
	GetItem => [{}, { TableName => 'errors', Key => {} }, { TableName =>
	    'none', Key => { k => { S => 'a' } } }],
	DeleteItem => [{ TableName => 'errors', Key => { x => { S => 'a' } } }],
	BatchWriteItem => [{}, { RequestItems => {} },
	    { RequestItems => { none => [] } }],
	Query => [{ TableName => 'errors' }, { TableName => 'errors',
	    KeyConditionExpression => 'k > :a', ExpressionAttributeValues =>
	    { ':a' => { S => 'x' } } }],
	Scan => [{ TableName => 'errors', TotalSegments => 1 }],
	Nonsense => [{}],
);
for my $op (sort(keys(%ops))) {
	my $n = 0;
	for my $args (@{$ops{$op}}, '', 'null', '[', '{"a":1,"a":2}', "\xff") {
		my (undef, undef, $a) = $s->dynamo($op, $args);
		look("$op " . $n++, $a);
	}
}
my @json = ($s->auth, 'Content-Type', 'application/json');
for my $body ('', 'x', '[]', '{}', '{"jsonrpc":"2.0","id":1,"method":"no"}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_item",'
    . '"arguments":{"table":"none","key":{"k":"a"}}}}',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"none"}}') {
	look("mcp $body", $s->request('POST', '/mcp', \@json, $body));
}
look('no token', $s->request('POST', '/', [], ''));
look('no path', $s->request('GET', '/etc/passwd', [$s->auth]));
look('no HTTP', $s->once("x\r\n\r\n"));

# The store breaks under a running server: 500, and no more than that.
my $db = $s->home . '/data/doorward.db';
open(my $fh, '+<:raw', $db) or die($!);
my $size = -s $db;
seek($fh, 100, 0);
print($fh "\xff" x ($size - 100));
close($fh) or die($!);
open($fh, '+<:raw', "$db-wal") or die($!);
truncate($fh, 0);
close($fh);
for my $op ('ListTables', 'DescribeTable', 'GetItem', 'PutItem') {
	my (undef, undef, $a) = $s->dynamo($op, { TableName => 'errors',
	    Key => { k => { S => 'a' } }, Item => { k => { S => 'a' } } });
	cmp_ok($a->{status}, '>=', 400, "$op of a broken store is no success")
	    if $op ne 'ListTables';
	look("$op of a broken store", $a);
}
cmp_ok($looked, '>=', 60, 'errors were looked at');
$s->stop;
done_testing();
