#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# agent.t - a scripted agent that knows nothing but tools/list does ten tasks.
# Needs node and the packages of package-lock.json beside it.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

Doorward->need;
plan(skip_all => 'no node here') if system('node --version >/dev/null 2>&1');
plan(skip_all => "no packages: npm ci in $Bin")
    if !-d "$Bin/node_modules/ajv";

my $s = Doorward->start;

sub table {
	my ($name, %keys) = @_;
	my ($status) = $s->dynamo('CreateTable', { TableName => $name,
	    BillingMode => 'PAY_PER_REQUEST',
	    AttributeDefinitions => [map { { AttributeName => $_->[0],
		AttributeType => $_->[1] } } values(%keys)],
	    KeySchema => [map { { AttributeName => $keys{$_}[0],
		KeyType => $_ } } sort(keys(%keys))] });
	is($status, 200, "table $name");
}

sub put {
	my ($table, @items) = @_;
	while (my @some = splice(@items, 0, 25)) {
		my ($status, $a) = $s->dynamo('BatchWriteItem', { RequestItems =>
		    { $table => [map { { PutRequest => { Item => $_ } } }
		    @some] } });
		die($a->{message}) if $status != 200;
	}
}

table('shop-7', HASH => ['customer', 'S'], RANGE => ['number', 'N']);
put('shop-7', map { +{ customer => { S => 'c' . $_ % 10 },
    number => { N => "$_" }, status => { S => (qw(open paid sent))[$_ % 3] },
    total => $_ == 77 ? { S => '19.50' } : { N => "$_.5" } } } 0 .. 239);
table('ledger', HASH => ['id', 'S']);
put('ledger', { id => { S => 'big' },
    amount => { N => '123456789012345678901234' } });
table('visits', HASH => ['page', 'S']);
put('visits', map { +{ page => { S => "p$_" }, status => { N => '200' } } }
    1 .. 5);

my ($status, $reader) = Doorward->command($s->home, 'token', 'new', 'reader',
    '--scope', 'read');
is($status, 0, 'a token that may only read');
my ($text) = $reader =~ /(dw_\S+)/;
$s->secret($text);
$ENV{DOORWARD_TOKEN} = $s->bearer;
open(my $fh, '-|', 'node', "$Bin/agent.mjs", 'http://127.0.0.1:' . $s->port .
    '/mcp', $text) or die("node: $!");
my ($n, $why) = (0, '');
while (<$fh>) {
	if (/^(not )?ok \d+ - (.*)/) {
		ok(!$1, $2);
		$n++;
	} else {
		diag($_) if /^# (?!\d+ calls)/;
	}
}
close($fh);
is($n, 10, 'ten tasks');
$s->finish;
done_testing();
