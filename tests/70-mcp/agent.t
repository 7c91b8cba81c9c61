#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# agent.t - a scripted agent that knows nothing but tools/list does its tasks,
# and does them again where every name is another.
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

my %model = (format => 'doorward:1', entities => { Customer => {
    keys => { pk => 'customer#${id}', sk => 'profile' }, attributes => {
    id => { type => 'string', required => JSON::PP::true },
    city => { type => 'string' } } } });
my $s;

sub begin {
	my $home = Doorward->new_home(conf => "model = crm crm.json\n");
	open(my $fh, '>', "$home/config/crm.json") or die($!);
	print($fh Doorward::json()->encode(\%model));
	close($fh) or die($!);
	$s = Doorward->start(home => $home);
}

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

sub fill {
	table('shop-7', HASH => ['customer', 'S'], RANGE => ['number', 'N']);
	put('shop-7', map { +{ customer => { S => 'c' . $_ % 10 },
	    number => { N => "$_" }, state => { S => (qw(open paid sent))[$_ % 3] },
	    total => $_ == 77 ? { S => '19.50' } : { N => "$_.5" } } } 0 .. 239);
	table('ledger', HASH => ['id', 'S']);
	put('ledger', { id => { S => 'big' },
	    amount => { N => '123456789012345678901234' } });
	table('visits', HASH => ['page', 'S']);
	put('visits', map { +{ page => { S => "p$_" }, state => { N => '200' } } }
	    1 .. 5);
	table('crm', HASH => ['pk', 'S'], RANGE => ['sk', 'S']);
	put('crm', map { +{ pk => { S => "customer#$_" },
	    sk => { S => 'profile' }, id => { S => "$_" },
	    city => { S => $_ == 7 ? 'Ghent' : 'Bruges' } } } 1 .. 9);
}

sub tasks {
	my ($how, @disguised) = @_;
	begin();
	fill();
	my ($status, $reader) = Doorward->command($s->home, 'token', 'new',
	    'reader', '--scope', 'read');
	is($status, 0, 'a token that may only read');
	my ($text) = $reader =~ /(dw_\S+)/;
	$s->secret($text);
	$ENV{DOORWARD_TOKEN} = $s->bearer;
	open(my $fh, '-|', 'node', "$Bin/agent.mjs", 'http://127.0.0.1:' .
	    $s->port . '/mcp', $text, @disguised) or die("node: $!");
	my $n = 0;
	while (<$fh>) {
		if (/^(not )?ok \d+ - (.*)/) {
			ok(!$1, "$how: $2");
			$n++;
		} else {
			diag($_) if /^# (?!\d+ calls)/;
		}
	}
	close($fh);
	is($n, 13, "$how: all tasks");
	$s->finish;
}

tasks('as it is');
tasks('every name is another', 'disguised');
done_testing();
