#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# c03-many-writers.t - claims C3 and C4: 32 processes write at once to the
# same and to other keys and tables, while others read, scan, create and
# delete tables and checkpoints run: nothing lost, nothing twice, no 500, no
# stale schema, and the file is sound.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need('sqlite3');
# In memory: the more they meet each other, and a disk that others keep busy
# for seconds is no failure of ours.
$ENV{TMPDIR} = '/dev/shm' if -d '/dev/shm' && -w _;
my $slow = Doorward->slow;
my $seconds = $slow ? 60 : 6;
my $writers = 32;
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $s = Doorward->start;
$s->bearer;
for my $t ('own', 'shared', 'other') {
	is((Rooms::create($s, $t))[0], 200, "table $t");
}

# Each process says what it saw that is wrong, and last what it has done.
sub process {
	my ($name, $run) = @_;
	my $pid = fork() // die("fork: $!");
	return $pid if $pid != 0;
	open(my $fh, '>', "$dir/$name") or die($!);
	srand($$);
	my %done = (wrong => []);
	eval { $run->(\%done); 1 } or push(@{$done{wrong}}, "died: $@");
	print($fh $s->json->encode(\%done));
	close($fh);
	POSIX::_exit(0);
}

sub expect {
	my ($done, $op, $want, $status, $a, $whole) = @_;
	return 1 if $status =~ /^(?:$want)$/;
	push(@{$done->{wrong}}, "$op: $status " . ($whole->{error} // '') .
	    substr($whole->{body}, 0, 200)) if @{$done->{wrong}} < 3;
	return 0;
}

my $end = time() + $seconds;

# Own keys: put, read back on this and on a new connection, delete some;
# a shared key, where every value is whole and some process's.
sub writer {
	my ($me, $done) = @_;
	my $c = $s->client;
	my ($n, %own) = (0);
	while (time() < $end) {
		my $k = "$me-" . ++$n;
		my $t = $n % 3 ? 'own' : 'other';
		my $v = join('.', $me, $n, 'x' x int(rand(600)));
		expect($done, 'PutItem', 200, $s->dynamo('PutItem', {
		    TableName => $t, Item => { k => { S => $k },
		    v => { S => $v } } }, on => $c)) or return;
		$own{$t}{$k} = $v;
		expect($done, 'PutItem', 200, $s->dynamo('PutItem', {
		    TableName => 'shared', Item => {
		    k => { S => 'k' . ($n % 4) }, v => { S => "$k $k" } } },
		    on => $c)) or return if $n % 4 == 0;
		if ($n % 5 == 0) {
			my $got = Rooms::get($s, $t, $k, on => $c);
			push(@{$done->{wrong}}, "$k is not what was put")
			    if !defined($got) || $got ne $v;
		}
		if ($n % 7 == 0) {
			$c->close;
			$c = $s->client;
			my ($gone) = keys(%{$own{own}});
			expect($done, 'DeleteItem', 200, $s->dynamo(
			    'DeleteItem', { TableName => 'own',
			    Key => { k => { S => $gone } } }, on => $c))
			    or return;
			delete($own{own}{$gone});
			$done->{deleted}++;
		}
	}
	$done->{n} = $n;
	$done->{own} = \%own;
}

# Batches that are all or nothing to a reader.
sub batcher {
	my ($me, $done) = @_;
	my $c = $s->client;
	my $n = 0;
	while (time() < $end) {
		my $v = "batch $me " . ++$n;
		expect($done, 'BatchWriteItem', 200, $s->dynamo(
		    'BatchWriteItem', { RequestItems => { shared => [map { {
		    PutRequest => { Item => { k => { S => "batch-$me-$_" },
		    v => { S => $v } } } } } (1 .. 10)] } }, on => $c))
		    or return;
	}
	$done->{n} = $n;
	$done->{last} = "batch $me $n";
}

# A scan sees one moment: the ten of a batch are of one batch.
sub reader {
	my ($me, $done) = @_;
	my $c = $s->client;
	while (time() < $end) {
		my ($status, $a, $whole) = $s->dynamo('Scan',
		    { TableName => 'shared', ConsistentRead =>
		    JSON::PP::true }, on => $c);
		expect($done, 'Scan', 200, $status, $a, $whole) or return;
		my %seen;
		for (@{$a->{Items}}) {
			my ($k, $v) = ($_->{k}{S}, $_->{v}{S});
			$seen{$1}{$v}++ if $k =~ /^batch-(\d+)-/;
			push(@{$done->{wrong}}, "$k: $v")
			    if $k =~ /^k\d$/ && $v !~ /^(\d+-\d+) \1$/;
		}
		for (keys(%seen)) {
			push(@{$done->{wrong}}, "half a batch: $_")
			    if keys(%{$seen{$_}}) != 1 ||
			    (values(%{$seen{$_}}))[0] != 10;
		}
		expect($done, 'DescribeTable', 200, $s->dynamo('DescribeTable',
		    { TableName => 'own' }, on => $c)) or return;
		$done->{n}++;
	}
}

# A table of two shapes by turns: an item of the one is never accepted by,
# or found in, the other.
sub maker {
	my ($me, $done) = @_;
	my $c = $s->client;
	my $t = "turn-$me";
	my $n = 0;
	while (time() < $end) {
		my $range = ++$n % 2 ? 'r' : undef;
		my $key = { k => { S => 'a' }, $range ? (r => { S => 'b' }) : () };
		expect($done, 'CreateTable', 200, Rooms::create($s, $t,
		    range => $range, on => $c)) or return;
		# On a connection of its own: another process's schema.
		expect($done, 'PutItem', 200, $s->dynamo('PutItem',
		    { TableName => $t, Item => { %$key, n => { N => "$n" } } }))
		    or return;
		my ($status, $a, $whole) = $s->dynamo('GetItem', { TableName => $t,
		    Key => $key, ConsistentRead => JSON::PP::true }, on => $c);
		expect($done, 'GetItem', 200, $status, $a, $whole) or return;
		push(@{$done->{wrong}}, "$t $n is of another table")
		    if ($a->{Item}{n}{N} // '') ne $n;
		expect($done, 'PutItem of the other shape', 400, $s->dynamo(
		    'PutItem', { TableName => $t, Item => $range ?
		    { k => { S => 'a' } } : { r => { S => 'b' } } }, on => $c))
		    or return;
		($status, $a, $whole) = $s->dynamo('DescribeTable',
		    { TableName => $t });
		expect($done, 'DescribeTable', 200, $status, $a, $whole)
		    or return;
		push(@{$done->{wrong}}, "$t $n has another schema") if
		    @{$a->{Table}{KeySchema}} != ($range ? 2 : 1);
		expect($done, 'DeleteTable', 200, $s->dynamo('DeleteTable',
		    { TableName => $t }, on => $c)) or return;
		expect($done, 'GetItem of a deleted table', 400, $s->dynamo(
		    'GetItem', { TableName => $t, Key => $key })) or return;
		$done->{n}++;
	}
}

# Somebody who reads and writes a table that comes and goes.
sub stranger {
	my ($me, $done) = @_;
	my $c = $s->client;
	while (time() < $end) {
		for my $op ('GetItem', 'PutItem', 'Scan', 'DescribeTable') {
			my %args = (TableName => 'turn-1');
			$args{Key} = { k => { S => 'a' } } if $op eq 'GetItem';
			$args{Item} = { k => { S => 'z' } } if $op eq 'PutItem';
			expect($done, $op, '200|400', $s->dynamo($op, \%args,
			    on => $c)) or return;
			$done->{n}++;
		}
	}
}

my %pids;
$pids{"writer-$_"} = 0 for (1 .. $writers - 6);
for my $name (sort(keys(%pids))) {
	my ($me) = $name =~ /(\d+)/;
	$pids{$name} = process($name, sub { writer($me, @_) });
}
for my $me (1 .. 3) {
	$pids{"batcher-$me"} = process("batcher-$me", sub { batcher($me, @_) });
	$pids{"maker-$me"} = process("maker-$me", sub { maker($me, @_) });
	$pids{"reader-$me"} = process("reader-$me", sub { reader($me, @_) });
}
$pids{"stranger-$_"} = process("stranger-$_", sub { stranger($_, @_) })
    for (1 .. 2);

# Meanwhile: how large does the WAL get, and does it begin anew?
my $wal = $s->home . '/data/doorward.db-wal';
my ($largest, %salts) = (0);
while (time() < $end) {
	my $size = -s $wal // 0;
	$largest = $size if $size > $largest;
	open(my $fh, '<:raw', $wal) or last;
	my $head;
	$salts{substr($head, 16, 8)} = 1 if read($fh, $head, 32) == 32;
	close($fh);
	sleep(0.1);
}
waitpid($_, 0) for values(%pids);

my (%done, @wrong);
for my $name (keys(%pids)) {
	$done{$name} = eval { $s->json->decode(Doorward::slurp("$dir/$name")) }
	    // { wrong => ['it said nothing'] };
	push(@wrong, map { "$name: $_" } @{$done{$name}{wrong}});
}
is_deeply([@wrong > 10 ? @wrong[0 .. 9] : @wrong], [],
    'C3: no 500, nothing stale, nothing half there');
for my $kind ('writer', 'batcher', 'maker', 'reader', 'stranger') {
	my @n = map { $done{$_}{n} // 0 } grep { /^$kind/ } keys(%done);
	my ($least) = sort { $a <=> $b } @n;
	my $sum = 0;
	$sum += $_ for @n;
	diag("$kind: $sum in all, $least at the least");
	cmp_ok($least, '>=', 1, "each $kind got its turn");
}

# What is there, by the program and by SQL.
my (%want, %got);
for my $d (map { $done{$_} } grep { /^writer/ } keys(%done)) {
	for my $t (keys(%{$d->{own} // {}})) {
		$want{"$t $_"} = $d->{own}{$t}{$_} for keys(%{$d->{own}{$t}});
	}
}
for my $line (Rooms::sql($s, "SELECT i.name,
    json_extract(CAST(text AS TEXT), '\$.k.S'),
    json_extract(CAST(text AS TEXT), '\$.v.S') FROM item
    JOIN incarnation AS i ON i.id = tbl
    WHERE i.state = 1 AND i.name IN ('own', 'other')")) {
	my ($t, $k, $v) = split(/\|/, $line);
	$got{"$t $k"} = $v;
}
my @lost = grep { !exists($got{$_}) } keys(%want);
my @more = grep { !exists($want{$_}) } keys(%got);
my @else = grep { exists($got{$_}) && $got{$_} ne $want{$_} } keys(%want);
is_deeply([scalar(@lost), scalar(@more), scalar(@else)], [0, 0, 0],
    'C3: of ' . keys(%want) . ' items none is lost, more, or another')
    or diag("lost: @lost[0 .. 2], more: @more[0 .. 2]");
for my $me (1 .. 3) {
	is(Rooms::get($s, 'shared', "batch-$me-7"), $done{"batcher-$me"}{last},
	    'C3: the last batch is the last');
}
for my $t ('own', 'other') {
	is(Rooms::item_count($s, $t), scalar(grep { /^$t / } keys(%want)),
	    "C3: ItemCount of $t");
}
Rooms::sound($s, 'C3, C4: integrity_check, the tallies and the log');
my ($images) = Rooms::sql($s, "SELECT count(*) FROM log WHERE item IS NOT NULL
    AND tbl IN (SELECT id FROM incarnation WHERE name IN ('own', 'other'))");
my $deleted = 0;
$deleted += $done{$_}{deleted} // 0 for keys(%done);
is($images, keys(%want) + 2 * $deleted,
    'D2: a record for each put and each deletion');

diag(sprintf("WAL: %.1f MB at the most, begun %d times", $largest / 1e6,
    scalar(keys(%salts))));
cmp_ok(scalar(keys(%salts)), '>=', 2, 'C4: checkpoints let the WAL begin anew');
cmp_ok($largest, '<', 64e6, 'C4: and it does not grow without bound');
$s->finish;
done_testing();
