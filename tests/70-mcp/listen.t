#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# listen.t - subscriptions/listen: told of what changed, by whichever door,
# and of nothing else; woken at once; at most 64; it ends in order.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;
use Time::HiRes qw(time sleep);

Doorward->need;
my $json = Doorward::json();
my $p = 'io.modelcontextprotocol';

# Ask for what is in filter: (client, head of the answer).
sub listen_to {
	my ($s, $filter, %opt) = @_;
	my $c = $s->client;
	$c->send($s->text('POST', '/mcp', [
	    'Authorization', 'Bearer ' . ($opt{token} // $s->bearer),
	    'Content-Type', 'application/json',
	    'Accept', 'application/json, text/event-stream',
	    'MCP-Protocol-Version', '2026-07-28',
	    'Mcp-Method', 'subscriptions/listen'], $json->encode({
	    jsonrpc => '2.0', id => $opt{id} // 'sub-1',
	    method => 'subscriptions/listen', params => {
	    notifications => $filter, _meta => {
	    "$p/protocolVersion" => '2026-07-28',
	    "$p/clientInfo" => { name => 'test', version => '1' },
	    "$p/clientCapabilities" => {} } } })));
	return ($c, $c->answer(head => 1));
}

sub methods { return [map { ref($_) ? $_->{method} // 'result' : $_ } @_] }

# What came within so long, as "method uri".
sub told {
	my ($c, $seconds) = @_;
	my @all;
	while (my $m = $c->event($seconds)) {
		push(@all, join(' ', $m->{method} // 'result',
		    $m->{params}{uri} // ()));
	}
	return \@all;
}

sub table {
	my ($s, $name) = @_;
	my ($status) = $s->dynamo('CreateTable', { TableName => $name,
	    AttributeDefinitions => [{ AttributeName => 'k',
	    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k',
	    KeyType => 'HASH' }], BillingMode => 'PAY_PER_REQUEST' });
	return $status;
}

sub put {
	my ($s, $name) = @_;
	return ($s->dynamo('PutItem', { TableName => $name,
	    Item => { k => { S => 'a' }, t => { N => '' . int(time() * 1000) }
	    } }))[0];
}

my $home = Doorward->new_home;
my $s = Doorward->start(home => $home);
my $other = Doorward->start(home => $home);
my $updated = 'notifications/resources/updated';
is(table($s, 'one'), 200, 'a table');
table($s, 'two');

# ---- what is told

my ($status, $a) = $s->mcp_modern('server/discover', {});
is_deeply([@{$a->{result}{capabilities}}{qw(tools resources)}], [
    { listChanged => JSON::PP::true },
    { listChanged => JSON::PP::true, subscribe => JSON::PP::true }],
    'r33: it is advertised');

my ($c, $head) = listen_to($s, { toolsListChanged => JSON::PP::true,
    promptsListChanged => JSON::PP::true, resourceSubscriptions => [
    'doorward://tables/one', 'doorward://tables/one/schema',
    'doorward://nothing', 'doorward://tables/one'] }, id => 7);
is($head->{status}, 200, 'a stream');
is($head->{h}{'content-type'}, 'text/event-stream', '... of events');
is($head->{h}{'x-accel-buffering'}, 'no', 'r8: not to be buffered');
is_deeply($c->event, { jsonrpc => '2.0',
    method => 'notifications/subscriptions/acknowledged', params => {
    _meta => { "$p/subscriptionId" => 7 }, notifications => {
    toolsListChanged => JSON::PP::true, resourceSubscriptions => [
    'doorward://tables/one', 'doorward://tables/one/schema'] } } },
    'r33: first what is honoured, once each');

put($s, 'two');
is_deeply(told($c, 0.3), [], 'another table: nothing');
my $began = time();
put($s, 'one');
my $m = $c->event;
cmp_ok(time() - $began, '<', 0.5, 'told at once, not by the clock');
is_deeply($m, { jsonrpc => '2.0', method => $updated, params => {
    _meta => { "$p/subscriptionId" => 7 },
    uri => 'doorward://tables/one' } }, 'an item has changed');
is_deeply(told($c, 0.3), [], '... its schema has not');
put($other, 'one');
is($c->event->{params}{uri}, 'doorward://tables/one',
    'a change by another door');
$s->dynamo('UpdateTable', { TableName => 'one',
    AttributeDefinitions => [{ AttributeName => 'x', AttributeType => 'S' }],
    GlobalSecondaryIndexUpdates => [{ Create => { IndexName => 'byx',
    KeySchema => [{ AttributeName => 'x', KeyType => 'HASH' }],
    Projection => { ProjectionType => 'ALL' } } }] });
my %seen = map { $_ => 1 } @{told($c, 0.5)};
is_deeply([sort(keys(%seen))], ["$updated doorward://tables/one",
    "$updated doorward://tables/one/schema"], 'another definition: both');
table($s, 'three');
is_deeply(told($c, 0.3), [], 'r33: nothing that was not asked for');
$s->dynamo('GetItem', { TableName => 'one', Key => { k => { S => 'a' } } });
is_deeply(told($c, 0.3), [], 'nor of a read');
$c->close;

($c) = listen_to($s, { resourcesListChanged => JSON::PP::true,
    resourceSubscriptions => ['doorward://tables'] });
my $ack = $c->event;
is($ack->{params}{_meta}{"$p/subscriptionId"}, 'sub-1',
    'r33: an id that is a string stays one');
put($s, 'two');
is_deeply(told($c, 0.3), ["$updated doorward://tables"], 'all tables');
for (['CreateTable', sub { table($other, 'four') }], ['DeleteTable', sub {
    $other->dynamo('DeleteTable', { TableName => 'four' }) }]) {
	$_->[1]->();
	my %all = map { $_ => 1 } @{told($c, 0.3)};
	ok($all{'notifications/resources/list_changed'} &&
	    $all{"$updated doorward://tables"}, "$_->[0]: the list is another");
}

# ---- many at once are told together

put($s, 'one') for 1 .. 50;
cmp_ok(scalar(@{told($c, 0.3)}), '<=', 50, 'no more than changes');
$c->close;

# ---- what is refused

for (['no filter', undef], ['a list', []],
    ['a flag', { toolsListChanged => 'yes' }],
    ['URIs', { resourceSubscriptions => 'doorward://tables' }],
    ['a URI', { resourceSubscriptions => [1] }],
    ['101 URIs', { resourceSubscriptions => [('doorward://tables') x 101] }]) {
	my ($st, $e) = $s->mcp_modern('subscriptions/listen',
	    { notifications => $_->[1] });
	is($e->{error}{code}, -32602, "refused: $_->[0]");
}
($c, $head) = listen_to($s, { resourceSubscriptions => [map {
    "doorward://tables/t$_" } 100 .. 199] });
is(scalar(@{$c->event->{params}{notifications}{resourceSubscriptions}}),
    100, '100 URIs');
$c->close;
my ($st) = $s->mcp('subscriptions/listen', { notifications => {} });
is($st, 200, 'an older revision');
is(($s->mcp('subscriptions/listen', { notifications => {} }))[1]{error}{code},
    -32601, '... has it not');

# ---- a token, its tables, its end

my ($token) = (Doorward->command($home, 'token', 'new', 'few',
    '--tables', 'one,three'))[1] =~ /(dw_[0-9A-Za-z_-]+)/;
ok($token, 'a token for some tables');
if ($token) {
	($c, $head) = listen_to($s, { resourcesListChanged => JSON::PP::true,
	    resourceSubscriptions => ['doorward://tables/one',
	    'doorward://tables/two', 'doorward://tables'] }, token => $token);
	is_deeply($c->event->{params}{notifications}{resourceSubscriptions},
	    ['doorward://tables/one', 'doorward://tables'],
	    'only its own tables');
	put($s, 'two');
	table($s, 'five');
	is_deeply(told($c, 0.3), [], 'of others it is told nothing');
	Doorward->command($home, 'token', 'revoke', 'few');
	is_deeply(methods($c->event(5), $c->event(5)), ['result', ''],
	    'revoked: it ends');
}

# ---- the caller's own rights

for (['rights', sub { return $s->edit_token(rights => 1) },
    sub { $s->edit_token(@_) }],
    ['settings', sub { kill('HUP', $s->pid); return () }, sub {}]) {
	my ($what, $change, $back) = @$_;
	($c) = listen_to($s, { toolsListChanged => JSON::PP::true });
	my ($quiet) = listen_to($s, {});
	$_->event for $c, $quiet;
	my @was = $change->();
	is_deeply(methods($c->event(5), $c->event(5), $c->event(5)),
	    ['notifications/tools/list_changed', 'result', ''],
	    "$what: the tools are others, and it ends");
	is_deeply(methods($quiet->event(5), $quiet->event(5)),
	    ['result', ''], 'r33: who did not ask is not told');
	$back->(@was);
}

# Rooms that waited ready are of the settings before.
for my $door ($s, $other) {
	for (1 .. 20) {
		($c) = listen_to($door, {});
		$c->event;
		last if !defined($c->event(0.3));
	}
	$c->close;
}

# ---- 64, and one more

my @all;
sub fill {
	while (@all < 65) {
		my ($one, $h) = listen_to(@all % 2 ? $other : $s, {});
		push(@all, $one);
		return $h if $h->{status} != 200;
	}
	return;
}
sleep(1.2);    # who has gone is looked for once a second
$head = fill();
is(scalar(@all), 65, 'A12: 64 may listen, over all doors');
is($head->{status}, 503, 'one more is refused') or die('no refusal');
is($head->{h}{'retry-after'}, '1', '... and may come again');
my $last = pop(@all);
$last->more(time() + 5) while length($last->{in}) < $head->{h}{'content-length'};
my $why = $json->decode($last->{in});
is($why->{id}, 'sub-1', '... with its id');
like($why->{error}{message}, qr/\b64 subscriptions are open/, '... and why');
is(put($s, 'one'), 200, 'others are served');
$_->close for splice(@all, 0, 2);
my $end = time() + 10;
do {
	sleep(0.2);
	($c, $head) = listen_to($s, {});
} while ($head->{status} != 200 && time() < $end);
is($head->{status}, 200, 'who has gone leaves room');
$_->close for @all;

# ---- nothing happens for long

SKIP: {
	skip('DOORWARD_SLOW is not set: 80 s', 2) if !Doorward::slow();
	$c->event;
	my $from = time();
	$c->more($from + 20);
	is($c->{in}, ": \n\n", 'a comment keeps the connection open');
	$c->{in} = '';
	while (time() - $from < 80) { last if !$c->more($from + 80) }
	like($c->{in}, qr/^(: \n\n)+\z/, 'also longer than others may idle');
}

# ---- the end of the server

$c->event;
kill('TERM', $other->pid);
my ($exit, @left) = $s->stop;
is_deeply([$exit, @left], [0], 'the servers end, nothing is left');
my $over = $c->event;
is_deeply($over->{result}{resultType}, 'complete', 'r33: it ends in order');
is($over->{id}, 'sub-1', '... with its id');
is($over->{result}{_meta}{"$p/subscriptionId"}, 'sub-1', '... twice');
is($c->event, '', '... and the stream with it');
Doorward::valid();
done_testing();
