#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# awake.t - a room that waits awake for a quick peer's next request does not
# for one that thinks, nor for one that says nothing: the processor's time of
# its waits is counted, in nanoseconds.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;
use Time::HiRes qw(sleep);

use constant {
	AWAKE_NS => 100_000, # LIMIT_AWAKE_NS
	WAITS => 300,
};

Doorward->need;
Rooms::need_root();
plan(skip_all => 'this kernel does not count so finely')
    if Doorward::slurp('/proc/self/schedstat') !~ /^[1-9]/;

sub spent { return (split(' ', Doorward::slurp("/proc/$_[0]/schedstat")))[0] }

my $s = Doorward->start;
my $c = $s->client;
is(($s->dynamo('ListTables', {}, on => $c))[0], 200, 'a first request');
my $room = Rooms::rooms($s, $c)->{read};
ok($room, 'its room');

my ($right, $sum) = (0, 0);
for (1 .. WAITS) {
	$right++ if ($s->dynamo('ListTables', {}, on => $c))[0] == 200;
	my $before = spent($room);
	sleep(0.004);
	$sum += spent($room) - $before;
}
is($right, WAITS, 'a peer that thinks between its requests is served');
cmp_ok($sum, '<', WAITS * AWAKE_NS / 3, 'and hardly ever waited for awake')
    or diag("$sum ns in all");

my $before = spent($room);
sleep(0.5);
cmp_ok(spent($room) - $before, '<', 2 * AWAKE_NS,
    'a peer that says nothing costs nothing');

$right = 0;
for (1 .. WAITS) {
	$right++ if ($s->dynamo('ListTables', {}, on => $c))[0] == 200;
}
is($right, WAITS, 'a quick one is served');
$s->finish;
done_testing();
