#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# reset.t - doorward reset, and tables of their own for keys and regions.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use SigV4;
use Test::More;

sub count {
	my ($s, $table) = @_;
	my ($status, $got) = $s->dynamo('Scan',
	    { TableName => $table, Select => 'COUNT' });
	return $status == 200 ? $got->{Count} : $got->{__type} =~ s/.*#//r;
}

sub fill {
	my ($s, $table, $n) = @_;
	$s->dynamo('PutItem', { TableName => $table,
	    Item => { k => { S => "item $_" } } }) for 1 .. $n;
}

# ---- reset

my $s = Doorward->start;
Rooms::create($s, $_) for qw(one two);
fill($s, 'one', 60);
fill($s, 'two', 3);
my ($status, $out, $err) = Doorward->command($s->home, 'reset', 'one', 'none');
isnt($status, 0, 'a table that is not there');
like($err, qr/none not found/, 'is named');
is(count($s, 'one'), 60, 'and nothing was done');
($status, $out) = Doorward->command($s->home, 'reset', 'one');
is("$status $out", "0 one: 60 items removed\n", 'one table');
is(count($s, 'one') . ' ' . count($s, 'two'), '0 3', 'is empty, the other is not');
fill($s, 'one', 2);
($status, $out) = Doorward->command($s->home, 'reset');
is("$status $out", "0 one: 2 items removed\ntwo: 3 items removed\n", 'all');
($status, $out) = Doorward->command($s->home, 'reset', '--drop', 'two');
is("$status $out", "0 two: dropped\n", 'drop one');
is(count($s, 'two'), 'ResourceNotFoundException', 'it is gone');
is(count($s, 'one'), 0, 'the other is not');
is((Doorward->command($s->home, 'reset', '--nonsense'))[0], 64, 'an option');
Rooms::sound($s, 'the file is sound');
$s->finish;

# ---- a server in memory

my $e = Doorward->start(args => ['--ephemeral']);
Rooms::create($e, 'fleeting');
fill($e, 'fleeting', 5);
($status, $out, $err) = Doorward->command($e->home, 'reset', '--ephemeral');
SKIP: {
	skip('another --ephemeral server is running', 2) if $err =~ /more than one/;
	is("$status $out", "0 fleeting: 5 items removed\n", 'in memory');
	is(count($e, 'fleeting'), 0, 'empty');
}
$e->finish;

# ---- tables of their own

# A signed request; the keys are not checked by --ephemeral.
sub signed {
	my ($srv, $op, $args, %opt) = @_;
	my $body = Doorward->json->encode($args);
	my @h = SigV4::headers(method => 'POST', path => '/',
	    headers => ['Host', 'localhost', 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    "DynamoDB_20120810.$op"], id => $opt{id} // 'AKIA',
	    secret => $opt{secret} // 'any', region => $opt{region} // 'us-east-1',
	    body => $body);
	return Doorward::result($srv->once($srv->text('POST', '/', \@h, $body)));
}

sub tables {
	my ($srv, %opt) = @_;
	my ($code, $got) = signed($srv, 'ListTables', {}, %opt);
	return "$code @{$got->{TableNames} // []}";
}

for my $case (
    [ 'no', '200 a b c', '200 a b c', '200 a b c' ],
    [ 'key', '200 a c', '200 b', '200 a c' ],
    [ 'region', '200 a b', '200 a b', '200 c' ],
    [ 'key-region', '200 a', '200 b', '200 c' ]) {
	my ($how, @want) = @$case;
	my $home = Doorward->new_home;
	mkdir("$home/config", 0700);
	open(my $fh, '>', "$home/config/doorward.conf") or die($!);
	print($fh "separate = $how\n");
	close($fh);
	my $srv = Doorward->start(home => $home, args => ['--ephemeral']);
	my @who = ({ id => 'FIRST' }, { id => 'SECOND' },
	    { id => 'FIRST', region => 'eu-west-1' });
	my @names = qw(a b c);
	for my $i (0 .. 2) {
		signed($srv, 'CreateTable', { TableName => "aaa$names[$i]",
		    BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions =>
		    [{ AttributeName => 'k', AttributeType => 'S' }],
		    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }] },
		    %{$who[$i]});
	}
	for my $i (0 .. 2) {
		(my $got = tables($srv, %{$who[$i]})) =~ s/aaa//g;
		is($got, $want[$i], "separate = $how: caller $i");
	}
	$srv->finish;
}

# A token's two faces are one key.
{
	my $home = Doorward->new_home;
	mkdir("$home/config", 0700);
	open(my $fh, '>', "$home/config/doorward.conf") or die($!);
	print($fh "separate = key\n");
	close($fh);
	my $srv = Doorward->start(home => $home);
	my ($id, $secret) = $srv->aws;
	Rooms::create($srv, 'mine');
	is(tables($srv, id => $id, secret => $secret), '200 mine',
	    'bearer and signature');
	fill($srv, 'mine', 2);
	($status, $out, $err) = Doorward->command($home, 'reset');
	isnt($status, 0, 'reset needs to know whose');
	like($err, qr/expected --key/, 'and says so');
	($status, $out) = Doorward->command($home, 'reset', '--key', $id);
	is("$status $out", "0 mine: 2 items removed\n", 'with --key');
	$srv->finish;
}
done_testing();
