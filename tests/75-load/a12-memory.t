#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a12-memory.t - A12: nothing is kept of a request that is done: neither a
# connection of 20,000 requests nor the listener behind 2,000 connections
# grows.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

Doorward->need_hardened;    # sanitizers keep what is freed
Rooms::need_root();
my $s = Doorward->start;
is((Rooms::create($s, 'grown'))[0], 200, 'a table');
my $json = $s->json;

# KiB of memory that is its own, and how many descriptors it has open.
sub of_process {
	my ($pid) = @_;
	my ($kb) = Doorward::slurp("/proc/$pid/status") =~ /^RssAnon:\s+(\d+)/m;
	return ($kb, Rooms::fds($pid));
}

sub ddb {
	my ($op, $args) = @_;
	return $s->text('POST', '/', [$s->auth, 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    "DynamoDB_20120810.$op"], $json->encode($args));
}

sub tool {
	my ($name, $args) = @_;
	return $s->text('POST', '/mcp', [$s->auth, 'Content-Type',
	    'application/json', 'Accept', 'application/json, text/event-stream'],
	    $json->encode({ jsonrpc => '2.0', id => 1, method => 'tools/call',
	    params => { name => $name, arguments => $args } }));
}

# Answered in runs of ten.
sub ask {
	my ($c, $n, @bytes) = @_;
	my $bad = 0;
	for (my $i = 0; $i < $n; $i += 10) {
		my @run = map { $bytes[$_ % @bytes] } $i .. $i + 9;
		$c->send(join('', @run));
		$bad += $c->answer->{status} == 0 for @run;
	}
	return $bad;
}

my %key = (TableName => 'grown', Key => { k => { S => 'a' } });
my %work = (
	read => [ddb('GetItem', \%key), ddb('ListTables', {}),
	    ddb('Nothing', {}), ddb('Query', { TableName => 'grown',
	    KeyConditionExpression => 'bad' }),
	    tool('get_item', { table => 'grown', key => { k => 'a' } }),
	    tool('scan', { table => 'none' })],
	write => [ddb('PutItem', { TableName => 'grown', Item => { k =>
	    { S => 'a' }, v => { S => 'x' x 3000 } } }), ddb('UpdateItem',
	    { %key, UpdateExpression => 'SET n = :n',
	    ExpressionAttributeValues => { ':n' => { N => '1' } } }),
	    ddb('DeleteItem', { %key, ConditionExpression => 'bad' })],
);
for my $kind ('read', 'write') {
	my $c = $s->client;
	is(ask($c, 1000, @{$work{$kind}}), 0, "$kind: 1,000 requests");
	my $pid = Rooms::rooms($s, $c)->{$kind};
	my ($kb, $fds) = of_process($pid);
	my $n = $kind eq 'read' ? 20000 : 12000;
	is(ask($c, $n, @{$work{$kind}}), 0, "$kind: $n more");
	is(Rooms::rooms($s, $c)->{$kind}, $pid, 'by the same process');
	my ($kb2, $fds2) = of_process($pid);
	# SQLite keeps up to 2,000 KiB of pages that a writer has changed.
	cmp_ok($kb2, '<=', $kb + ($kind eq 'read' ? 256 : 2256),
	    "A12: the $kind room has $kb KiB, then $kb2");
	is($fds2, $fds, 'A12: and opens nothing more');
	$c->close;
}

sub connects {
	my ($n) = @_;
	my $bad = 0;
	for (1 .. $n) {
		my $a = $s->request('GET', '/healthz', ['Connection', 'close']);
		$bad++ if $a->{status} != 200;
	}
	is($bad, 0, "$n connections");
}
connects(500);
my $was = Rooms::rested($s);
my ($kb) = of_process($s->pid);
connects(2000);
my $now = Rooms::rested($s);
my ($kb2) = of_process($s->pid);
cmp_ok($kb2, '<=', $kb + 256, "A12: the listener has $kb KiB, then $kb2");
is_deeply($now, $was, 'A12: as many descriptors and processes');
$s->finish;
done_testing();
