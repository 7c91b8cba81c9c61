#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# sweep.t - items expire through the real programs: by doorward sweep, by the
# listener, and by a write where each connection has a worker of its own; and
# their streams say who it was.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

sub ok_call {
	my ($s, $op, $args) = @_;
	my ($status, $answer, $raw) = $s->dynamo($op, $args);
	is($status, 200, $op) or diag($raw->{body} // '');
	return $answer;
}

# The streams' own prefix of the target.
sub streams {
	my ($s, $op, $args) = @_;
	my ($status, $answer) = $s->dynamo($op, $args,
	    api => 'DynamoDBStreams_20120810');
	is($status, 200, $op);
	return $answer;
}

sub put {
	my ($s, $key, $at) = @_;
	return ok_call($s, 'PutItem', { TableName => 'ttl', Item =>
	    { k => { S => $key }, exp => { N => "$at" } } });
}

# Read where nothing sweeps: from the file.
sub keys_left {
	my ($s) = @_;
	return (Rooms::sql($s, 'SELECT count(*) FROM item'))[0];
}

my $s = Doorward->start;
ok_call($s, 'CreateTable', { TableName => 'ttl', BillingMode =>
    'PAY_PER_REQUEST', AttributeDefinitions =>
    [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    StreamSpecification => { StreamEnabled => \1,
	StreamViewType => 'OLD_IMAGE' } });
ok_call($s, 'UpdateTimeToLive', { TableName => 'ttl',
    TimeToLiveSpecification => { Enabled => \1, AttributeName => 'exp' } });
my $home = $s->home;

# The listener was asked by UpdateTimeToLive, and now waits a minute.
put($s, 'for the command', time + 2);
put($s, 'for good', time + 3600);
$s->stop;
select(undef, undef, undef, 3.2);
is(keys_left($s), 2, 'nobody sweeps while nothing runs');
my ($status, $out, $err) = Doorward->command($home, 'sweep');
is($status, 0, 'doorward sweep') or diag($err);
is($out, '', 'says nothing');
is(keys_left($s), 1, 'what has expired is gone, and no more');
($status) = Doorward->command($home, 'sweep', 'what');
is($status, 64, 'an argument is a mistake');

# ---- the listener, soon after its start

$s = Doorward->start(home => $home);
put($s, 'for the listener', time - 10);
ok(Rooms::wait_for(20, sub { keys_left($s) == 1 }),
    'the listener sweeps by itself');

my $list = streams($s, 'ListStreams', { TableName => 'ttl' });
my $arn = $list->{Streams}[0]{StreamArn};
my $shard = streams($s, 'DescribeStream', { StreamArn => $arn })
    ->{StreamDescription}{Shards}[0]{ShardId};
my $it = streams($s, 'GetShardIterator', { StreamArn => $arn,
    ShardId => $shard, ShardIteratorType => 'TRIM_HORIZON' })->{ShardIterator};
my @gone = grep { $_->{eventName} eq 'REMOVE' }
    @{streams($s, 'GetRecords', { ShardIterator => $it })->{Records}};
is(scalar(@gone), 2, 'two removals');
is_deeply([map { $_->{userIdentity}{principalId} } @gone],
    [('dynamodb.amazonaws.com') x 2], 'by the service');
is_deeply([map { $_->{dynamodb}{OldImage}{k}{S} } @gone],
    ['for the command', 'for the listener'], 'with what they were');

# ---- either prefix has its own operations

($status) = $s->dynamo('ListStreams', {});
is($status, 400, 'ListStreams is an operation of the streams\' API');
$s->finish;
done_testing();
