#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# tidy.t - C8: the WAL does not grow with the writes, also where each comes on
# a connection of its own that ends with its answer.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

my $s = Doorward->start;
my ($status) = $s->dynamo('CreateTable', { TableName => 'tidy',
    BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions =>
    [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }] });
is($status, 200, 'a table');

# Three frames of 4 KiB or more for each: 700 would be over 8 MB.
my ($bad, $most) = (0, 0);
for my $i (1 .. 700) {
	my ($got) = $s->dynamo('PutItem', { TableName => 'tidy',
	    Item => { k => { S => "item $i" }, v => { S => 'x' x 300 } } },
	    headers => ['Connection', 'close']);
	$bad++ if $got != 200;
	my $now = -s $s->home . '/data/doorward.db-wal';
	$most = $now if $now > $most;
}
is($bad, 0, 'all are written');
cmp_ok($most, '<', 6_000_000, "C8: the WAL was $most bytes at the most");
$s->finish;
is(-s $s->home . '/data/doorward.db-wal', 0,
    'the listener that ends leaves nothing that the next one reads first');
done_testing();
