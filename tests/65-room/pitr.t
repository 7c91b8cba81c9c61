#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# pitr.t - C8: a table goes back as many days as it was asked to, and the images
# that it takes are kept no longer; days that were given up do not come back.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Clock;
use Doorward;
use Rooms;
use Test::More;

Doorward->need('sqlite3');
Clock->need;
my $DAY = 86400;
my $home = Doorward->new_home;
my $names = 0;

# The code with a server of that day; then a sweep: how many images are left.
sub on {
	my ($day, $code) = @_;
	my @left;
	Clock->at($day * $DAY, sub {
		my $s = Doorward->start(home => $home);
		$code->($s, time() + $day * $DAY);
		$s->stop;
		is((Doorward->command($home, 'sweep'))[0], 0, "day $day: sweep");
		@left = Rooms::sql($s, 'SELECT count(*) FROM log_image');
	});
	return $left[0];
}

sub recovery {
	my ($s, %more) = @_;
	my ($status, $d) = $s->dynamo('UpdateContinuousBackups', { TableName =>
	    'kept', PointInTimeRecoverySpecification => {
	    PointInTimeRecoveryEnabled => JSON::PP::true, %more } });
	is($status, 200, 'recovery is on') or diag(explain($d));
	return $d->{ContinuousBackupsDescription}
	    {PointInTimeRecoveryDescription};
}

# What the item was then, or the type of the error.
sub then {
	my ($s, $time) = @_;
	my $to = 'restored' . ++$names;
	my ($status, $d) = $s->dynamo('RestoreTableToPointInTime', {
	    SourceTableName => 'kept', TargetTableName => $to,
	    RestoreDateTime => $time });
	return ($d->{__type} // '') =~ s/.*#//r if $status != 200;
	Rooms::wait_for(20, sub {
		(undef, $d) = $s->dynamo('DescribeTable', { TableName => $to });
		return $d->{Table}{TableStatus} eq 'ACTIVE';
	});
	(undef, $d) = $s->dynamo('GetItem', { TableName => $to,
	    Key => { k => { S => 'a' } } });
	return $d->{Item}{v}{S};
}

is(on(0, sub {
	my ($s) = @_;
	Rooms::create($s, 'kept');
	is(recovery($s)->{RecoveryPeriodInDays}, 35, 'for 35 days');
	is(recovery($s, RecoveryPeriodInDays => 2)->{RecoveryPeriodInDays}, 2,
	    'or for two');
	for my $days (0, 36) {
		my ($status) = $s->dynamo('UpdateContinuousBackups', {
		    TableName => 'kept', PointInTimeRecoverySpecification => {
		    PointInTimeRecoveryEnabled => JSON::PP::true,
		    RecoveryPeriodInDays => $days } });
		is($status, 400, "not for $days");
	}
	is(Rooms::put($s, 'kept', 'a', 'day 0'), 200, 'an item');
}), 1, 'its image is kept');
is(on(1, sub { is(Rooms::put($_[0], 'kept', 'a', 'day 1'), 200, 'changed') }), 2,
    'and that of a change');
is(on(4, sub {
	my ($s, $now) = @_;
	my $edge = $now - 2 * $DAY;
	is(Rooms::put($s, 'kept', 'a', 'day 4'), 200, 'changed again');
	cmp_ok(abs(recovery($s, RecoveryPeriodInDays => 2)
	    ->{EarliestRestorableDateTime} - $edge), '<', 60,
	    'it goes back two days');
	is(then($s, $edge + 60), 'day 1', 'as it was then');
	is(then($s, $edge - 60), 'InvalidRestoreTimeException', 'no further');
}), 1, 'C8: what is older has no images any more');
on(4.1, sub {
	my ($s, $now) = @_;
	my $d = recovery($s);
	is($d->{RecoveryPeriodInDays}, 35, 'now 35 days are wanted');
	cmp_ok(abs($d->{EarliestRestorableDateTime} - $now + 2 * $DAY), '<', 60,
	    'what is gone stays so');
	is(then($s, $now - 2 * $DAY - 3600), 'InvalidRestoreTimeException',
	    'nothing is restored of it');
});
is(on(6, sub {
	my ($s, $now) = @_;
	is(then($s, $now - 3 * $DAY), 'day 1', 'but from there on all is');
}), 1, 'for more than two days');
done_testing();
