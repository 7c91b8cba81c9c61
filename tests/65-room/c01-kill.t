#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# c01-kill.t - claims C1 and D2: an acknowledged write survives kill -9 at
# any moment and at every system call of a write, nothing unacknowledged is
# half there, no lock is left behind, and a mutation and its record are
# there together or not at all.
#
# Every key is put once and deleted once at the most, so what must be there
# follows from what each client was told.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use POSIX qw(:sys_wait_h);
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need('strace', 'sqlite3');
Rooms::need_root();
my $slow = Doorward->slow;
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $s = Doorward->start;
my $table = 'kill';
my @made = Rooms::create($s, $table);
is($made[0], 200, 'a table') or BAIL_OUT($made[2]{error} . $s->log);
$s->bearer;

# What each key must be: { value, put => told, delete => told, batch => id };
# told: 1 acknowledged, 0 not known, undef not asked.
my %keys;
my %batches;

sub item {
	my ($k, $v) = @_;
	return { k => { S => $k }, v => { S => $v } };
}

# ---- the clients: each writes what it asks and what it is told to a file

# Long enough that an item needs more than one page now and then.
sub value { my ($k, $n) = @_; return "$k:" . ($k x (1 + $n % 400)) }

sub one_step {
	my ($me, $n, $c, $say, $mine) = @_;
	my $dice = int(rand(10));
	my ($op, $args, @what);

	if ($dice < 4 || !@$mine) {
		my $k = "p$me-$n";
		$op = 'PutItem';
		$args = { TableName => $table, Item => item($k, value($k, $n)) };
		@what = ("+$k");
	} elsif ($dice < 8) {
		my @k = map { "b$me-$n-$_" } (1 .. 6);
		my $gone = splice(@$mine, int(rand(@$mine)), 1);
		$op = 'BatchWriteItem';
		$args = { RequestItems => { $table => [
		    (map { { PutRequest => { Item => item($_, value($_, $n)) } } }
		    @k), { DeleteRequest => { Key => { k => { S => $gone } } } },
		    ] } };
		@what = ((map { "+$_" } @k), "-$gone");
	} else {
		my $gone = splice(@$mine, int(rand(@$mine)), 1);
		$op = 'DeleteItem';
		$args = { TableName => $table, Key => { k => { S => $gone } } };
		@what = ("-$gone");
	}
	$say->("? $n @what");
	my ($status, $a, $whole) = $s->dynamo($op, $args, on => $c);
	$say->("! $n $status" . ($status ? '' : " $whole->{error}"));
	push(@$mine, map { /^\+(.*)/ ? $1 : () } @what) if $status == 200;
	return $status == 200;
}

sub client_process {
	my ($me, $from, $seconds) = @_;
	open(my $fh, '>>', "$dir/$me") or die($!);
	$fh->autoflush(1);
	my $end = time() + $seconds;
	my ($n, $c, @mine) = ($from);

	srand($me * 1000 + $from);
	while (time() < $end) {
		# One that read before must be handed over to write.
		$c //= $s->client // next;
		if ($n % 3 == 0 && !defined(Rooms::get($s, $table, 'x',
		    on => $c))) {
			undef($c);
			next;
		}
		one_step($me, ++$n, $c, sub { print($fh "@_\n") }, \@mine)
		    or undef($c);
	}
	POSIX::_exit(0);
}

sub start_clients {
	my ($n, $from, $seconds) = @_;
	return map {
		my $me = $_;
		my $pid = fork() // die("fork: $!");
		client_process($me, $from, $seconds) if $pid == 0;
		$pid;
	} (1 .. $n);
}

# Take in what the clients wrote; ret: acknowledged, not known, odd answers.
sub read_accounts {
	my ($acked, $unknown, %odd) = (0, 0);

	for my $file (glob("$dir/[0-9]*")) {
		my ($me) = $file =~ m{(\d+)$};
		my %asked;
		for (split(/\n/, Doorward::slurp($file))) {
			my ($mark, $n, @rest) = split(' ');
			$asked{$n}{what} = \@rest if $mark eq '?';
			$asked{$n}{status} = $rest[0] if $mark eq '!';
		}
		for my $n (keys(%asked)) {
			my $status = $asked{$n}{status} // 0;
			my $told = $status == 200 ? 1 : 0;
			$odd{$status}++ if $status != 200 && $status != 0;
			$told ? $acked++ : $unknown++;
			note_asked("$me.$n", $told, $n, @{$asked{$n}{what}});
		}
		unlink($file);
	}
	return ($acked, $unknown, \%odd);
}

sub note_asked {
	my ($batch, $told, $n, @what) = @_;
	for (@what) {
		my ($sign, $k) = /^([+-])(.*)/;
		if ($sign eq '+') {
			$keys{$k} = { %{$keys{$k} // {}}, put => $told,
			    value => value($k, $n) };
		} else {
			$keys{$k}{delete} = $told;
		}
	}
	$batches{$batch} = [@what] if @what > 1 && !$told;
}

# ---- what is there

# { key => value }; '' => [what is no item].  By SQL: JSON::PP is slow.
sub there {
	my %got;
	for my $line (Rooms::sql($s, "SELECT
	    ifnull(json_extract(CAST(text AS TEXT), '\$.k.S'), ''),
	    json_extract(CAST(text AS TEXT), '\$.v.S') FROM item
	    WHERE tbl = (SELECT id FROM incarnation WHERE name = '$table'
	    AND state = 1)")) {
		my ($k, $v) = split(/\|/, $line);
		if ($k eq '') {
			push(@{$got{''}}, $line);
		} else {
			$got{$k} = $v // '';
		}
	}
	return \%got;
}

# What is wrong with it: a few lines at the most.
sub wrong {
	my ($got) = @_;
	my @bad;

	push(@bad, "not an item: $got->{''}[0]") if $got->{''};
	for my $k (sort(keys(%keys))) {
		my $e = $keys{$k};
		my $is = exists($got->{$k});
		push(@bad, "$k lost") if $e->{put} && !defined($e->{delete}) &&
		    !$is;
		push(@bad, "$k not deleted") if $e->{delete} && $is;
		push(@bad, "$k is not whole") if $is &&
		    $got->{$k} ne $e->{value};
	}
	for my $k (grep { $_ ne '' && !$keys{$_} } keys(%$got)) {
		push(@bad, "$k from nowhere");
	}
	for my $b (sort(keys(%batches))) {
		my %done = map {
			my ($sign, $k) = /^([+-])(.*)/;
			my $is = exists($got->{$k}) ? 1 : 0;
			# A put of it that was deleted later says nothing.
			$sign eq '+' && defined($keys{$k}{delete}) ? () :
			    ($sign eq '+' ? $is : 1 - $is, 1);
		} @{$batches{$b}};
		push(@bad, "batch $b is half there") if keys(%done) > 1;
	}
	return @bad > 5 ? (@bad[0 .. 4], '...') : @bad;
}

sub check {
	my ($name) = @_;
	my $got = there();
	is_deeply([wrong($got)], [], "C1: $name: what was acknowledged is " .
	    'there, and nothing is half there');
	Rooms::sound($s, "C1: $name: integrity_check, the counts and the chain");
	is(Rooms::item_count($s, $table), scalar(keys(%$got)),
	    "C1: $name: ItemCount");
	records($name, $got);
}

# Each key that was put has one record, each deletion one.
sub records {
	my ($name, $got) = @_;
	my %n;
	for (Rooms::sql($s, "SELECT count(*), count(DISTINCT item) FROM log
	    WHERE item IS NOT NULL AND tbl = (SELECT id FROM incarnation
	    WHERE name = '$table' AND state = 1)")) {
		@n{'rows', 'keys'} = split(/\|/);
	}
	# A key that is there has an odd number of records: 1; one that was
	# there has 2; one that never was has none.
	my $once = (Rooms::sql($s, "SELECT count(*) FROM (SELECT item FROM log
	    WHERE item IS NOT NULL AND tbl = (SELECT id FROM incarnation
	    WHERE name = '$table' AND state = 1)
	    GROUP BY item HAVING count(*) = 1)"))[0];
	is($once, scalar(keys(%$got)),
	    "D2: $name: an item has its one record, one that is gone has two");
	is($n{rows}, 2 * $n{keys} - $once, "D2: $name: and there are no others");
}

# Behind a lock that is left it would be 10 s; on a machine that has nothing
# else to do it takes milliseconds.
my $soon = 5;

sub next_write {
	my ($name) = @_;
	my $begin = time();
	my $k = "n" . scalar(keys(%keys));
	my $c = $s->client;
	my $status = Rooms::put($s, $table, $k, value($k, 1), on => $c);
	my $t = time() - $begin;
	$c->close;
	note_asked('', $status == 200 ? 1 : 0, 1, "+$k");
	return ok($status == 200 && $t < $soon,
	    "C1: $name: no lock is left, the next write need not wait")
	    || diag("status $status after $t s");
}

# ---- 1. at random

sub workers {
	my $template = Rooms::template($s) // 0;
	return ($template, grep { $_ != $template && $_ != $s->pid &&
	    Doorward::name($_) eq 'doorward-worker' } $s->descendants);
}

sub kill_at_random {
	my ($seconds) = @_;
	my @clients = start_clients(8, 0, $seconds);
	my $end = time() + $seconds;
	my ($kills, $last) = (0, time());

	while (time() < $end) {
		my ($template, @rooms) = workers();
		Rooms::bury($s);
		if (time() - $last > 1.3 && $template) {
			$kills += kill('KILL', $template);
			$last = time();
		}
		# Those with work are few among those that wait.
		my @busy = Rooms::busy($s, @rooms);
		for my $from (\@busy, \@rooms) {
			next if !@$from;
			$kills += kill('KILL', $from->[rand(@$from)]);
		}
		sleep(0.02 + rand(0.04));
	}
	waitpid($_, 0) for @clients;
	return $kills;
}

my $kills = kill_at_random($slow ? 40 : 3);
next_write('killed at random');
my ($acked, $unknown, $odd) = read_accounts();
diag("$kills processes killed, $acked writes acknowledged, $unknown not");
cmp_ok($kills, '>=', 20, 'processes were killed');
cmp_ok($acked, '>=', 50, 'writes were acknowledged');
cmp_ok($unknown, '>=', 5, 'writes were cut off');
is_deeply($odd, {}, 'C1: no answer but 200, however many were killed');
check('killed at random');

# ---- 2. at every system call of a write, in either room

# A connection with both rooms, the reading one being its owner.
sub warmed {
	my $c = $s->client;
	my $k = 'w' . scalar(keys(%keys));
	my $status = Rooms::put($s, $table, $k, value($k, 1), on => $c);
	note_asked('', $status == 200 ? 1 : 0, 1, "+$k");
	Rooms::get($s, $table, $k, on => $c);
	return ($c, Rooms::rooms($s, $c), $k);
}

sub tracer {
	my ($pid, @args) = @_;
	my $tracer = fork() // die("fork: $!");
	if ($tracer == 0) {
		open(STDERR, '>', '/dev/null');
		exec('strace', '-qq', '-o', "$dir/trace", @args, '-p', $pid);
		POSIX::_exit(127);
	}
	my $on = Rooms::wait_for(3, sub {
		return (Doorward->status($pid)->{TracerPid} // 0) == $tracer;
	});
	sleep(0.03);
	return $tracer;
}

sub untrace {
	my ($tracer) = @_;
	kill('TERM', $tracer);
	waitpid($tracer, 0);
}

# One batch: 5 puts (one of several pages) and a deletion.
my $batch = 0;
sub send_batch {
	my ($c, $gone) = @_;
	my $id = ++$batch;
	my @k = map { "s$id-$_" } (1 .. 5);
	my ($status) = $s->dynamo('BatchWriteItem', { RequestItems => {
	    $table => [(map { { PutRequest => { Item =>
	    item($_, value($_, $_ eq $k[0] ? 399 : 1)) } } } @k),
	    { DeleteRequest => { Key => { k => { S => $gone } } } }] } },
	    on => $c);
	my $told = $status == 200 ? 1 : 0;
	note_asked("s$id", $told, $_ eq $k[0] ? 399 : 1, "+$_") for @k;
	note_asked("s$id", $told, 1, "-$gone");
	$batches{"s$id"} = [(map { "+$_" } @k), "-$gone"] if !$told;
	return $status;
}

# The system calls of one write in that room: { name => how often }.
sub calls_of {
	my ($kind) = @_;
	my ($c, $rooms, $gone) = warmed();
	my $tracer = tracer($rooms->{$kind});
	my $status = send_batch($c, $gone);
	untrace($tracer);
	$c->close;
	my %n;
	/^(\w+)\(/ and $n{$1}++ for split(/\n/, Doorward::slurp("$dir/trace"));
	return ($status, \%n);
}

my ($points, $died, $bad) = (0, 0, 0);
for my $kind ('write', 'read') {
	my ($status, $calls) = calls_of($kind);
	is($status, 200, "a traced $kind room serves");
	cmp_ok($calls->{$_} // 0, '>=', 1, "a write calls $_")
	    for $kind eq 'write' ? ('pwrite64', 'fdatasync', 'flock', 'fcntl',
	    'sendmsg', 'recvfrom') : ('sendmsg', 'recvfrom');
	for my $call (sort(keys(%$calls))) {
		my $max = $calls->{$call};
		# The first and the last ones, where it is not to be long.
		my @n = $slow || $max <= 8 ? (1 .. $max) :
		    (1 .. 3, map { int(3 + $_ * ($max - 4) / 3) } (1 .. 3),
		    $max);
		for my $n (@n) {
			my ($c, $rooms, $gone) = warmed();
			my $tracer = tracer($rooms->{$kind}, '-e',
			    "trace=$call", '-e',
			    "inject=$call:signal=SIGKILL:when=$n");
			my $status = send_batch($c, $gone);
			untrace($tracer);
			$c->close;
			$points++;
			$died++ if $status == 0;
			my $begin = time();
			$bad++, diag("$kind room, $call, $n: status $status")
			    if $status != 0 && $status != 200;
			my $k = 'n' . scalar(keys(%keys));
			my $again = Rooms::put($s, $table, $k, value($k, 1));
			note_asked('', $again == 200 ? 1 : 0, 1, "+$k");
			my $t = time() - $begin;
			$bad++, diag("$kind room, $call, $n: next write: " .
			    "status $again after $t s")
			    if $again != 200 || $t >= $soon;
			next if !$slow && $points % 4 != 0;
			my @wrong = wrong(there());
			$bad++, diag("$kind room, $call, $n: @wrong") if @wrong;
		}
	}
}
diag("$points points, $died connections ended there");
is($bad, 0, 'C1: killed at every system call of a write, all is well');
cmp_ok($died, '>=', $points / 2, 'and it was killed there');
next_write('killed at every system call');
check('killed at every system call');

# ---- 3. the same with many writers, rooms that start, and the template

sub kill_by_injection {
	my ($call, $n, $from, $seconds) = @_;
	my ($template, @rooms) = workers();
	my $tracer = fork() // die("fork: $!");
	if ($tracer == 0) {
		open(STDERR, '>', '/dev/null');
		exec('strace', '-f', '-qq', '-o', '/dev/null', '-e',
		    "trace=$call", '-e', "inject=$call:signal=SIGKILL:when=$n",
		    map { ('-p', $_) } $template, @rooms);
		POSIX::_exit(127);
	}
	my @clients = start_clients(8, $from, $seconds);
	sleep($seconds);
	untrace($tracer);
	# No answer in 10 s is the longest that one waits.
	waitpid($_, 0) for @clients;
	Rooms::bury($s);
}

is((Rooms::create($s, 'idle'))[0], 200, 'a table beside it');
my @calls = $slow ? qw(pwrite64 fdatasync fcntl flock sendmsg recvmsg
    recvfrom pread64 openat mmap write close) : qw(pwrite64 recvmsg);
my $round = 0;
for my $call (@calls) {
	for my $n ($slow ? (1 .. 6) : (2)) {
		my $name = "killed at call $n of $call, everyone";
		kill_by_injection($call, $n, ++$round * 1_000_000,
		    $slow ? 1.5 : 0.7);
		ok(Rooms::wait_for(3, sub { Rooms::served($s, 'idle') }),
		    "C1: $name: served again");
		(undef, undef, $odd) = read_accounts();
		is_deeply($odd, {}, "C1: $name: no answer but 200");
		next_write($name);
	}
}
check('killed at a call, everyone');
$s->finish;
done_testing();
