#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# long.t - work that goes on behind a call, with the official MCP SDK: how far
# it is, and as a task.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Node;
use Test::More;

Doorward->need;
my $why = Node::missing('@modelcontextprotocol/client',
    '@modelcontextprotocol/sdk', '@modelcontextprotocol/ext-tasks');
plan(skip_all => $why) if defined($why);

my $s = Doorward->start;
$s->dynamo('CreateTable', { TableName => 'large', AttributeDefinitions => [{
    AttributeName => 'k', AttributeType => 'S' }], KeySchema => [{
    AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
for my $from (map { $_ * 25 } 0 .. 159) {
	my ($status) = $s->dynamo('BatchWriteItem', { RequestItems => { large =>
	    [map { { PutRequest => { Item => { k => { S => "$_" } } } } }
	    $from .. $from + 24] } });
	die("put: $status") if $status != 200;
}
for my $client ('v1', 'v2', 'v2-auto', 'v2-pin') {
	my ($status, $out, $err) = Node::run(Clients::env($s), Node::program(),
	    "$Bin/long.mjs", $client, 'http://127.0.0.1:' . $s->port . '/mcp',
	    'large');
	for (split(/\n/, $out)) {
		next if !/^(not )?ok \d+ - (.*)/;
		ok(!$1, $2) or diag($out, $err);
	}
	is($status, 0, "$client: all of it") or diag($out, $err);
	Clients::wire($client);
}
$s->finish;
done_testing();
