#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d01-records.t - D1: every change has exactly one record, whichever way it
# came; so has a refused caller, and what is read where that is asked for.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need();
my $json = JSON::PP->new->utf8->canonical;

# The rows of the log as the command shows them, the oldest first.
sub rows {
	my ($home, @args) = @_;
	my ($status, $out, $err) = Doorward->command($home, 'audit', 'show',
	    '--json', '--oldest', '--limit', 0, @args);
	is($status, 0, "audit show @args") or diag($err);
	return map { $json->decode($_) } split(/\n/, $out);
}

sub stdio {
	my ($home, @messages) = @_;
	my $pid = open(my $out, '-|') // die("fork: $!");
	if ($pid == 0) {
		open(my $in, '|-', Doorward::program(), '--home', $home, 'mcp')
		    or POSIX::_exit(127);
		print($in map { $json->encode($_) . "\n" } @messages);
		close($in);
		POSIX::_exit(0);
	}
	local $/;
	my $got = <$out>;
	close($out);
	return map { $json->decode($_) } split(/\n/, $got);
}

my $s = Doorward->start(conf => "audit-reads = wat*\n");
my $home = $s->home;
my $bearer = $s->bearer;

sub table {
	my ($name) = @_;
	my ($status) = $s->dynamo('CreateTable', { TableName => $name,
	    BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions =>
	    [{ AttributeName => 'k', AttributeType => 'S' }],
	    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }] });
	is($status, 200, "a table $name");
}

sub item { return { k => { S => $_[0] } } }

# ---- one write through each surface

table('tab');
my $begin = time();
is(($s->dynamo('PutItem', { TableName => 'tab', Item => item('ddb') },
    headers => ['User-Agent', 'the-client/1', 'traceparent',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']))[0], 200,
    'a write by the DynamoDB API');
my ($status, $a) = $s->mcp('tools/call', { name => 'put_item',
    arguments => { table => 'tab', item => { k => 'mcp' } } });
is($status, 200, 'a write by MCP') && ok(!$a->{result}{isError}, 'done')
    or diag(explain($a));
my @said = stdio($home, { jsonrpc => '2.0', id => 1, method => 'initialize',
    params => { protocolVersion => '2025-06-18', capabilities => {},
    clientInfo => { name => 'the-stdio', version => '1' } } },
    { jsonrpc => '2.0', method => 'notifications/initialized' },
    { jsonrpc => '2.0', id => 2, method => 'tools/call', params => {
    name => 'put_item', arguments => { table => 'tab',
    item => { k => 'stdio' } } } });
ok((grep { ($_->{id} // 0) == 2 && !$_->{result}{isError} } @said),
    'a write by stdio') or diag(explain(\@said));
is((Doorward->command($home, 'token', 'new', 'bob'))[0], 0,
    'a change by the command');
is((Doorward->command($home, 'token', 'revoke', 'bob'))[0], 0, 'another');
my $end = time();

my @rows = rows($home);
is_deeply([map { $_->{seq} } @rows], [1 .. @rows], 'no row is missing');
my %by;
push(@{$by{$_->{surface} . ' ' . $_->{operation}}}, $_) for @rows;
is(scalar(@{$by{$_} // []}), 1, "D1: one record: $_")
    for 'ddb CreateTable', 'ddb PutItem', 'mcp PutItem', 'stdio PutItem',
    'cli NewToken', 'cli RevokeToken';
is(scalar(@rows), 6, 'D1: and no others');

my ($put) = @{$by{'ddb PutItem'}};
is($put->{actor}, 'default', 'D1: the token');
is($put->{client}, 'the-client/1', 'D1: the client');
is($put->{peer}, '127.0.0.1', 'D1: the peer');
is($put->{table}, 'tab', 'D1: the table');
is($put->{result}, 'OK', 'D1: the outcome');
is($put->{kind}, 'put', 'what it was');
like($put->{key}, qr/^[0-9a-f]{32}$/, 'D1: a digest of the key');
like($put->{requestId}, qr/^[A-Z0-9]{52}$/, 'D1: the request id');
like($put->{traceparent}, qr/^00-0af76519/, 'and the trace');
like($put->{time}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/,
    'D1: the time in ns');
unlike($json->encode(\@rows), qr/dw_|ddb"\s*}/, 'no token, no key in plain');
is($by{'cli RevokeToken'}[0]{peer}, "uid:$<", 'who gave the command');

# ---- what is refused, or fails, changes nothing: no record of a change

my $n = @rows;
is(($s->dynamo('PutItem', { TableName => 'tab', Item => item('ddb'),
    ConditionExpression => 'attribute_not_exists(k)' }))[0], 400, 'a condition');
is(($s->dynamo('DeleteItem', { TableName => 'tab', Key => item('no') }))[0],
    200, 'a delete of nothing');
is(scalar(rows($home)), $n, 'D1: what changes nothing has no record');

# ---- refused callers

is($s->request('POST', '/mcp', ['Authorization', 'Bearer dw_nobody',
    'Content-Type', 'application/json', 'User-Agent', 'evil/1'],
    '{}')->{status}, 401, 'a wrong token');
is($s->request('GET', '/audit', [])->{status}, 401, 'no token');
is($s->request('POST', '/', ['Content-Type', 'application/json',
    'Authorization', "Bearer $bearer", 'X-Amz-Target',
    'DynamoDB_20120810.PutItem', 'Origin', 'http://evil.example'], '{}')
    ->{status}, 403, 'a foreign origin');
is($s->request('GET', '/healthz', [])->{status}, 200, 'health');
is($s->request('GET', '/nothing', ["Authorization", "Bearer $bearer"])
    ->{status}, 404, 'no such path: nobody is refused');
my @refused = grep { $_->{kind} eq 'refused' } rows($home);
is(scalar(@refused), 3, 'D1: a record for each refused attempt');
is_deeply([map { $_->{result} } @refused], ['TOKEN', 'TOKEN', 'ORIGIN'],
    'D1: why');
is_deeply([map { $_->{detail}{gate} } @refused], ['token', 'token', 'origin'],
    'by which gate');
is($refused[0]{client}, 'evil/1', 'who it said it was');
is($refused[0]{peer}, '127.0.0.1', 'D1: from where');
ok(!exists($refused[0]{actor}), 'nobody knows who it is');
is($refused[2]{actor}, 'default', 'unless the token was right');
is($refused[2]{operation}, 'PutItem', 'and for what');
is(scalar(grep { $_->{kind} eq 'refused' } rows($home)), 3, 'not again');

is($s->request('GET', '/mcp', ['Authorization', 'Bearer x', 'User-Agent',
    "a\xff\"\\b"])->{status}, 401, 'a client that is no UTF-8');
@refused = grep { $_->{kind} eq 'refused' } rows($home);
is($refused[3]{client}, "a\x{ff}\"\\b", 'is told byte by byte');

# ---- more than 10 a minute become one with a count

sleep(61 - time() % 60) if time() % 60 > 50;
for (1 .. 25) {
	$s->request('GET', '/mcp', ['Authorization', 'Bearer x']);
}
my @many = grep { $_->{kind} eq 'refused' } rows($home);
my @counted = grep { exists($_->{detail}{count}) } @many;
is(scalar(@counted), 1, 'D1: past 10 a minute: one record with a count');
my $all = 0;
$all += $_->{detail}{count} // 1 for @many;
is($all, 29, 'D1: none is missing');
cmp_ok(@many - 4, '<=', 11, 'D1: and no more than 10 have their own');
is($counted[0]{peer}, '127.0.0.1', 'from where');
for (1 .. 5) {
	$s->request('GET', '/mcp', ['Authorization', 'Bearer x']);
}
my @later = grep { $_->{kind} eq 'refused' } rows($home);
cmp_ok(@later - @many, '<=', 1, 'D1: nor later in that minute');

# ---- reads on request

table('watched');
is(($s->dynamo('GetItem', { TableName => 'watched', Key => item('a') }))[0],
    200, 'a read');
is(($s->dynamo('BatchGetItem', { RequestItems => { watched =>
    { Keys => [item('a'), item('b')] }, tab => { Keys => [item('c')] } } }))[0],
    200, 'reads of two tables');
is(($s->mcp('tools/call', { name => 'scan', arguments =>
    { table => 'watched' } }))[0], 200, 'a scan by MCP');
is(($s->dynamo('Query', { TableName => 'tab', KeyConditionExpression =>
    'k = :k', ExpressionAttributeValues => { ':k' => { S => 'a' } } }))[0],
    200, 'a read of another table');
my @reads = grep { $_->{kind} eq 'read' } rows($home);
is_deeply([map { "$_->{surface} $_->{operation} $_->{table} $_->{actor}" }
    @reads], ['ddb GetItem watched default',
    'ddb BatchGetItem watched default', 'mcp Scan watched default'],
    'D1: reads are recorded by table, on request');

is((Doorward->command($home, 'audit', 'verify'))[0], 0,
    'the chain is whole');
$s->finish;

# ---- addresses as keyed hashes

$s = Doorward->start(conf => "audit-address = hashed\n");
table('tab');
$s->request('GET', '/mcp', ['Authorization', 'Bearer x']);
@rows = rows($s->home);
like($_->{peer}, qr/^hash:[0-9a-f]{16}$/, "a hash: $_->{kind}") for @rows;
is($rows[0]{peer}, $rows[1]{peer}, 'the same one for the same peer');
is(scalar(@rows), 2, 'two rows');
$s->finish;
done_testing();
