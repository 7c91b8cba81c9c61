#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# faults.t - failures and delays that the configuration asks for.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Time::HiRes qw(time);
use Test::More;

my $home = Doorward->new_home;
mkdir("$home/config", 0700);

sub configure {
	open(my $fh, '>', "$home/config/doorward.conf") or die($!);
	print($fh map { "fault = $_\n" } @_);
	close($fh);
	return Doorward->start(home => $home);
}

sub put {
	my ($s, $table, $k, %opt) = @_;
	my ($status, $got) = $s->dynamo('PutItem', { TableName => $table,
	    Item => { k => { S => $k } } }, %opt);
	return $status . ($status == 200 ? '' : ' ' . $got->{__type} =~ s/.*#//r);
}

sub count {
	my ($s, $table) = @_;
	my (undef, $got) = $s->dynamo('Scan',
	    { TableName => $table, Select => 'COUNT' });
	return $got->{Count};
}

# ---- by count, over connections

my $s = configure('Put* fa*ed ProvisionedThroughputExceededException first:3',
    'BatchWriteItem failed ItemCollectionSizeLimitExceededException first:1',
    'GetItem * InternalServerError every:3');
Rooms::create($s, $_) for qw(failed spared);
my $on = $s->client;
is(put($s, 'failed', 'a', on => $on),
    '400 ProvisionedThroughputExceededException', 'the first');
is(put($s, 'failed', 'b'), '400 ProvisionedThroughputExceededException',
    'the second, on another connection');
is(put($s, 'spared', 'c'), '200', 'another table');
is(put($s, 'failed', 'd', on => $on),
    '400 ProvisionedThroughputExceededException', 'the third');
is(put($s, 'failed', 'e'), '200', 'no fourth');
is(count($s, 'failed'), 1, 'what failed was not carried out');
my ($status, $got) = $s->dynamo('BatchWriteItem', { RequestItems => { failed =>
    [{ PutRequest => { Item => { k => { S => 'f' } } } }] } });
is($got->{__type} =~ s/.*#//r, 'ItemCollectionSizeLimitExceededException',
    'a table of a batch');
my @each = map { ($s->dynamo('GetItem', { TableName => 'spared',
    Key => { k => { S => 'c' } } }))[0] } 1 .. 6;
is("@each", '200 200 500 200 200 500', 'each third');
$s->kill_all;
$s = Doorward->start(home => $home);
is(put($s, 'failed', 'g'), '200', 'a start does not count anew');
$s->finish;

# ---- transactions, MCP, delays, chance

$s = configure('TransactWriteItems spared TransactionConflictException first:1',
    'PutItem spared TransactionConflictException first:1',
    'GetItem spared delay:300ms first:1', 'Query * ThrottlingException 100%',
    'Scan failed ServiceUnavailable 0%', 'DeleteItem * ThrottlingException 50%');
my @two = map { { Put => { TableName => 'spared',
    Item => { k => { S => $_ } } } } } qw(x y);
($status, $got) = $s->dynamo('TransactWriteItems', { TransactItems => \@two });
is($got->{__type} =~ s/.*#//r, 'TransactionCanceledException', 'a transaction');
is_deeply([map { $_->{Code} } @{$got->{CancellationReasons}}],
    [('TransactionConflict') x 2], 'with a reason for each action');
($status) = $s->dynamo('TransactWriteItems', { TransactItems => \@two });
is($status, 200, 'and again');
is(put($s, 'spared', 'z'), '400 TransactionConflictException', 'alone');
my $from = time();
$s->dynamo('GetItem', { TableName => 'spared', Key => { k => { S => 'x' } } });
cmp_ok(time() - $from, '>=', 0.3, 'a delay');
($status) = $s->dynamo('Query', { TableName => 'spared',
    KeyConditionExpression => 'k = :k',
    ExpressionAttributeValues => { ':k' => { S => 'x' } } });
is($status, 429, 'always');
is(count($s, 'failed'), 2, 'never');
my $failed = grep { ($s->dynamo('DeleteItem', { TableName => 'spared',
    Key => { k => { S => "d$_" } } }))[0] != 200 } 1 .. 100;
ok($failed > 15 && $failed < 85, "by chance: $failed of 100");
my (undef, $mcp) = $s->mcp('tools/call', { name => 'query',
    arguments => { table => 'spared', key => { k => 'x' } } });
like(Doorward->json->encode($mcp), qr/Rate exceeded/, 'a tool, too');
$s->finish;
done_testing();
