#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# c08-retention.t - C8: with the clock moved on day by day, what has a time to
# live goes when it is over, and what is left of a steady load stops growing.
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
Rooms::need_root();
my $json = Doorward::json();
my $home = Doorward->new_home(conf => "audit-days = 3\n");
my $DAYS = 14;
my $EACH = 150;

sub ok_call {
	my ($s, $op, $args, $prefix) = @_;
	my $bytes = $s->text('POST', '/', [$s->auth, 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    ($prefix // 'DynamoDB_20120810') . ".$op"], $json->encode($args));
	my ($status, $body, $a) = Doorward::result($s->once($bytes));
	is($status, 200, $op) or diag($a->{body});
	return $body;
}

# The code with a server of that day; then a sweep, and what is there.
sub on {
	my ($day, $code) = @_;
	my %left;
	Clock->at($day * 86400, sub {
		my $s = Doorward->start(home => $home);
		$code->($s, time() + $day * 86400);
		$s->stop;
		my ($status, undef, $err) = Doorward->command($home, 'sweep');
		is($status, 0, "day $day: sweep") or diag($err);
		my @n = Rooms::sql($s, 'SELECT count(*) FROM log;
		    SELECT count(*) FROM log_image; SELECT count(*) FROM item;
		    SELECT count(*) FROM incarnation; SELECT (SELECT page_count
		    FROM pragma_page_count) - (SELECT freelist_count FROM
		    pragma_freelist_count)');
		@left{qw(rows images items tables pages)} = @n;
	});
	return \%left;
}

sub table {
	my ($s, $name) = @_;
	ok_call($s, 'CreateTable', { TableName => $name, BillingMode =>
	    'PAY_PER_REQUEST', AttributeDefinitions => [{ AttributeName => 'k',
	    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k',
	    KeyType => 'HASH' }], StreamSpecification => { StreamEnabled =>
	    JSON::PP::true, StreamViewType => 'NEW_AND_OLD_IMAGES' } });
}

# Items that live for six hours, by both surfaces.
sub work {
	my ($s, $day, $now) = @_;
	my $c = $s->client;
	my $bad = 0;
	for my $n (1 .. $EACH) {
		my ($status) = $s->dynamo('PutItem', { TableName => 'steady',
		    Item => { k => { S => "$day-$n" }, v => { S => 'x' x 300 },
		    exp => { N => int($now + 6 * 3600) . '' } } }, on => $c);
		$bad++ if $status != 200;
	}
	my ($status, $a) = $s->mcp('tools/call', { name => 'put_item',
	    arguments => { table => 'steady', item => { k => 'kept',
	    day => $day } } }, on => $c);
	$bad++ if $a->{result}{isError};
	is($bad, 0, "day $day: a day's work");
	return $a->{result}{structuredContent}{undo};
}

sub records {
	my ($s) = @_;
	my @of = (undef, 'DynamoDBStreams_20120810');
	my $arn = ok_call($s, 'ListStreams', { TableName => 'steady' }, $of[1])
	    ->{Streams}[0]{StreamArn};
	my @all;
	for my $shard (@{ok_call($s, 'DescribeStream', { StreamArn => $arn },
	    $of[1])->{StreamDescription}{Shards}}) {
		my $it = ok_call($s, 'GetShardIterator', { StreamArn => $arn,
		    ShardId => $shard->{ShardId}, ShardIteratorType =>
		    'TRIM_HORIZON' }, $of[1])->{ShardIterator};
		push(@all, @{ok_call($s, 'GetRecords', { ShardIterator => $it },
		    $of[1])->{Records}});
	}
	return @all;
}

sub undo {
	my ($s, $what) = @_;
	my ($status, $a) = $s->mcp('tools/call', { name => 'undo',
	    arguments => { change => $what } });
	return $a->{result}{isError} ? 0 : 1;
}

# Delete the table as an agent does: asked, and then agreed.
sub set_aside {
	my ($s) = @_;
	my ($confirm, $a);
	for (1, 2) {
		(undef, $a) = $s->mcp('tools/call', { name => 'delete_table',
		    arguments => { table => 'short',
		    defined($confirm) ? (confirm => $confirm) : () } });
		($confirm) = ($a->{result}{content}[0]{text} // '')
		    =~ /"confirm\W+([\w-]{20,})/;
	}
	ok($a->{result}{structuredContent}{undo}, 'a table is set aside')
	    or diag($json->encode($a));
	return $a->{result}{structuredContent}{undo};
}

# ---- one day, and the next

my ($change, $aside, @kept);
my @left;
$left[0] = on(0, sub {
	my ($s, $now) = @_;
	table($s, 'steady');
	table($s, 'short');
	ok_call($s, 'UpdateTimeToLive', { TableName => 'steady',
	    TimeToLiveSpecification => { Enabled => JSON::PP::true,
	    AttributeName => 'exp' } });
	$change = work($s, 0, $now);
	table($s, 'back');
	ok_call($s, 'UpdateContinuousBackups', { TableName => 'back',
	    PointInTimeRecoverySpecification =>
	    { PointInTimeRecoveryEnabled => JSON::PP::true } });
	for my $k (0, 1) {
		my (undef, $a) = $s->mcp('tools/call', { name => 'put_item',
		    arguments => { table => 'back', item => { k => "$k" } } });
		$kept[$k] = $a->{result}{structuredContent}{undo};
	}
	$aside = set_aside($s);
	cmp_ok(scalar(records($s)), '>=', $EACH, 'C8: the stream has the day');
});
cmp_ok($left[0]{items}, '>=', $EACH, 'C8: its items are there');
cmp_ok($left[0]{rows}, '>=', $EACH, 'C8: and its rows');

on(0.95, sub { is(undo($_[0], $kept[0]), 1, 'C8: undo reaches back a day') });

$left[1] = on(1.05, sub {
	my ($s, $now) = @_;
	my @old = grep { ($_->{dynamodb}{Keys}{k}{S} // '') =~ /^0-/ &&
	    $_->{eventName} eq 'INSERT' } records($s);
	is(scalar(@old), 0, 'C8: a stream tells of 24 hours');
	work($s, 1, $now);
});
on(1.1, sub { is(undo($_[0], $change), 0,
    'C8: what a change of yesterday was is gone');
    is(undo($_[0], $kept[1]), 0,
    'C8: and no change of before is undone, where images are kept longer');
    ok_call($_[0], 'UpdateContinuousBackups', { TableName => 'back',
    PointInTimeRecoverySpecification =>
    { PointInTimeRecoveryEnabled => JSON::PP::false } }) });
is($left[1]{items}, $EACH + 2,
    'C8: what has expired is gone, what has not is not');
on(6.5, sub { ok(undo($_[0], $aside), 'C8: a table is kept for 7 days') });
on(6.6, sub { $aside = set_aside($_[0]) });

# ---- day after day

for my $day (15 .. 14 + $DAYS) {
	$left[$day] = on($day, sub { work($_[0], $day, $_[1]) });
	on($day, sub { is(undo($_[0], $aside), 0, 'C8: and no longer') })
	    if $day == 15;
}
my @first = map { $left[$_] } 18 .. 20;
my @last = map { $left[$_] } 12 + $DAYS .. 14 + $DAYS;
for my $what (qw(rows images items tables pages)) {
	my ($a, $b) = map { my $sum = 0; $sum += $_->{$what} for @$_; $sum / 3 }
	    \@first, \@last;
	cmp_ok($b, '<=', $a * 1.02 + 2, sprintf(
	    'C8: %s: %.0f on the third day and after, %.0f at the end', $what,
	    $a, $b));
}
cmp_ok($left[14 + $DAYS]{rows}, '<=', 4.2 * (2 * $EACH + 20),
    'C8: the log has its three days');
is((Doorward->command($home, 'audit', 'verify'))[0], 0,
    'D3: what is left of it is whole');
done_testing();
