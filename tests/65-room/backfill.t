#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# backfill.t - an index that is made on a table with many items: the request
# is answered at once, the jobs' process fills it, also when it is killed on
# the way, writes go on, and the index is read when it is whole.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

my $ROWS = 12000;
my $s = Doorward->start;
my $c = $s->client;
my ($status) = Rooms::create($s, 'fill', on => $c);
is($status, 200, 'a table');
for (my $i = 0; $i < $ROWS; $i += 25) {
	($status) = $s->dynamo('BatchWriteItem', { RequestItems => { fill => [
	    map { { PutRequest => { Item => { k => { S => "$_" },
	    g => { S => 'g' . $_ % 10 } } } } } ($i .. $i + 24) ] } },
	    on => $c);
	last if $status != 200;
}
is($status, 200, "$ROWS items");

sub describe {
	my ($st, $a) = $s->dynamo('DescribeTable', { TableName => 'fill' });
	return $a->{Table}{GlobalSecondaryIndexes}[0];
}

# The jobs' process, if there is one.
sub jobs {
	return grep {
		Doorward::slurp("/proc/$_/cmdline") =~ /--jobs\0/
	} $s->descendants;
}

sub update {
	return $s->dynamo('UpdateTable', { TableName => 'fill', @_ });
}

# One that goes while it comes leaves nothing.
my ($st, $a) = update(AttributeDefinitions => [{ AttributeName => 'g',
    AttributeType => 'S' }], GlobalSecondaryIndexUpdates => [{ Create => {
    IndexName => 'gone', KeySchema => [{ AttributeName => 'g',
    KeyType => 'HASH' }], Projection => { ProjectionType => 'ALL' } } }]);
is($st, 200, 'an index');
($st, $a) = $s->dynamo('Scan', { TableName => 'fill', IndexName => 'gone' });
is($a->{message}, 'Cannot read from backfilling global secondary index: gone',
    'it is not read yet');
($st, $a) = update(GlobalSecondaryIndexUpdates => [{ Delete => {
    IndexName => 'gone' } }]);
is($st, 200, 'it goes again');
is(describe(), undef, 'at once');

my $begin = time();
($st, $a) = update(AttributeDefinitions => [{ AttributeName => 'g',
    AttributeType => 'S' }], GlobalSecondaryIndexUpdates => [{ Create => {
    IndexName => 'late', KeySchema => [{ AttributeName => 'g',
    KeyType => 'HASH' }], Projection => { ProjectionType => 'ALL' } } }]);
is($st, 200, 'UpdateTable is answered');
my $x = describe();
is($x->{IndexStatus}, 'CREATING', 'and the index is not whole');
is($x->{Backfilling}, JSON::PP::true, 'it is being filled');

# Writes go on: one item changes its place, one goes, one comes.
($st) = $s->dynamo('PutItem', { TableName => 'fill', Item => {
    k => { S => '3' }, g => { S => 'moved' } } });
is($st, 200, 'a write meanwhile');
($st) = $s->dynamo('DeleteItem', { TableName => 'fill',
    Key => { k => { S => '4' } } });
is($st, 200, 'a deletion');
($st) = $s->dynamo('PutItem', { TableName => 'fill', Item => {
    k => { S => 'new' }, g => { S => 'moved' } } });
is($st, 200, 'a new item');

# The listener has started one; the next ones are started here.
my $worker = Doorward::program() . '-worker';
my $killed = 0;
Rooms::wait_for(5, sub { $killed = kill('KILL', jobs()) ||
    describe()->{IndexStatus} eq 'ACTIVE' });
ok($killed > 0 || describe()->{IndexStatus} eq 'ACTIVE',
    "the jobs' process was started by itself");
for (1 .. 10) {
	my $pid = fork // die("fork: $!\n");
	if ($pid == 0) {
		exec($worker, '--home', $s->home, '--jobs');
		exit(1);
	}
	sleep(0.004 * $_);
	kill('KILL', $pid);
	waitpid($pid, 0);
	$killed++ if $? == 9;
	last if describe()->{IndexStatus} eq 'ACTIVE';
}
is(system($worker, '--home', $s->home, '--jobs'), 0, 'the last one ends');
is(describe()->{IndexStatus}, 'ACTIVE', "it is whole, $killed were killed");

$x = describe();
is($x->{ItemCount}, $ROWS, 'each item is in it once');
my ($n, $start) = (0);
do {
	($st, $a) = $s->dynamo('Scan', { TableName => 'fill',
	    IndexName => 'late', Select => 'COUNT',
	    $start ? (ExclusiveStartKey => $start) : () });
	$n += $a->{Count};
	$start = $a->{LastEvaluatedKey};
} while ($start);
is($n, $ROWS, 'and is found there');
($st, $a) = $s->dynamo('Query', { TableName => 'fill', IndexName => 'late',
    KeyConditionExpression => 'g = :g',
    ExpressionAttributeValues => { ':g' => { S => 'moved' } } });
is_deeply([sort(map { $_->{k}{S} } @{$a->{Items}})], ['3', 'new'],
    'what was written meanwhile is where it belongs');
Rooms::sound($s, 'the file is sound');

($st) = update(GlobalSecondaryIndexUpdates => [{ Delete => {
    IndexName => 'late' } }]);
is($st, 200, 'the index goes');
is(describe(), undef, 'and is not described');
ok(Rooms::wait_for(30, sub {
	# Each write tidies something.
	Rooms::put($s, 'fill', 'tidy', time());
	return (Rooms::sql($s, 'SELECT count(*) FROM index_entry'))[0] == 0;
}), 'its entries go, too');
$s->stop;
done_testing();
