#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# stale.t - reads that are really not consistent, where the configuration
# asks for them.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Time::HiRes qw(sleep);
use Test::More;

my $home = Doorward->new_home;
mkdir("$home/config", 0700);
open(my $fh, '>', "$home/config/doorward.conf") or die($!);
print($fh "stale-reads = 1500ms\n");
close($fh);
my $s = Doorward->start(home => $home);
Rooms::create($s, 'stale');
my $on = $s->client;

sub put {
	my ($v) = @_;
	return ($s->dynamo('PutItem', { TableName => 'stale',
	    Item => { k => { S => 'a' }, v => { S => $v } } }, on => $on))[0];
}

sub get {
	my ($consistent, $client) = @_;
	my (undef, $got) = $s->dynamo('GetItem', { TableName => 'stale',
	    Key => { k => { S => 'a' } },
	    $consistent ? (ConsistentRead => $consistent) : () },
	    on => $client // $on);
	return $got->{Item}{v}{S} // 'none';
}

my $true = Doorward->json->decode('[true]')->[0];
is(put('1'), 200, 'a write');
is(get(), 'none', 'a read sees what was there before it');
sleep(1.6);
is(get(), '1', 'and the write when it is old enough');
is(put('2'), 200, 'another');
is(get(), '1', 'the one before');
my (undef, $page) = $s->dynamo('Query', { TableName => 'stale',
    KeyConditionExpression => 'k = :k',
    ExpressionAttributeValues => { ':k' => { S => 'a' } } }, on => $on);
is($page->{Items}[0]{v}{S}, '1', 'a query, too');
my (undef, $batch) = $s->dynamo('BatchGetItem', { RequestItems => { stale =>
    { Keys => [{ k => { S => 'a' } }], ConsistentRead => $true } } }, on => $on);
is($batch->{Responses}{stale}[0]{v}{S}, '2', 'not a consistent batch');
is(get(), '2', 'nor what comes behind one');
is(put('3'), 200, 'another');
is(get($true), '3', 'a consistent read');
is(get(undef, $s->client), '3', 'another connection had not seen it before');
$s->finish;

# Without the setting every read sees what is there.
unlink("$home/config/doorward.conf");
$s = Doorward->start(home => $home);
$on = $s->client;
is(get(), '3', 'a read');
is(put('4'), 200, 'a write');
is(get(), '4', 'is seen');
$s->finish;
done_testing();
