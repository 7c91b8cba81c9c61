#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# c01-power.t - claims C1 and D2 where the power fails: what the program has
# written is taken from a trace of its system calls, and what a disk would
# hold at some moment is made of it: all that was synced, and of the rest
# nothing, or some sectors.  What was acknowledged by then must be there.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use Rooms;
use Test::More;

Doorward->need('strace', 'sqlite3');
Rooms::need_root();

my $CLIENTS = 3;
my $STEPS = 130;	# of each, 8 KB: the WAL is copied back now and then
my $CUTS = Doorward->slow ? 400 : 60;
my $SECTOR = 512;
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
srand(1);

# ---- a server under a tracer, and clients that say which key they mean

sub trace {
	my $s = Doorward->start(wrap => ['strace', '-f', '-y', '-qq', '-xx',
	    '-s', 100000, '-e', 'signal=none', '-e', 'trace=pwrite64,' .
	    'pwritev,pwritev2,fdatasync,fsync,sync_file_range,ftruncate,' .
	    'fallocate,sendmsg,sendto', '-o', "$dir/trace"]);
	is((Rooms::create($s, 'power'))[0], 200, 'a table');
	$s->bearer;
	my @pids = map { my $me = $_; fork() // die("fork: $!") or
	    client($s, $me) } 1 .. $CLIENTS;
	my $bad = 0;
	for my $pid (@pids) {
		waitpid($pid, 0);
		$bad++ if $? != 0;
	}
	is($bad, 0, 'all clients were answered');
	$s->stop(20);
	return $s->home;
}

# Answers that have the key in them: of one that is new, of one that goes.
sub client {
	my ($s, $me) = @_;
	my $c = $s->client;
	my $good = 1;
	for my $n (1 .. $STEPS) {
		my ($status) = $n % 5 ? $s->dynamo('UpdateItem', {
		    TableName => 'power', Key => { k => { S => "k$me-$n" } },
		    UpdateExpression => 'SET v = :v', ReturnValues => 'ALL_NEW',
		    ExpressionAttributeValues => { ':v' => { S => 'x' x 8000 } }
		    }, on => $c) : $s->dynamo('DeleteItem', { TableName =>
		    'power', Key => { k => { S => "k$me-" . ($n - 2) } },
		    ReturnValues => 'ALL_OLD' }, on => $c);
		$good = 0 if $status != 200;
	}
	POSIX::_exit($good ? 0 : 1);
}

# ---- what was done, in its order

sub text { my ($hex) = @_; return pack('H*', $hex =~ s/\\x//gr) }

# { of => 'db', write => bytes, at => n }, { of, size }, { of, least => size },
# { of, begin => id }, { of, end => id }, { said => key }.  A write is there
# when its call has returned; a sync holds for what was there when it began;
# an answer counts from where it began.
sub read_trace {
	my (@events, %open, $id);
	open(my $fh, '<', "$dir/trace") or die($!);
	while (<$fh>) {
		my ($pid, $rest) = /^(\d+)\s+(.*)$/ or next;
		my ($begun, $ended) = (1, 1);
		if ($rest =~ s/ <unfinished \.\.\.>$//) {
			$open{$pid} = [$rest, ++$id];
			$ended = 0;
		} elsif ($rest =~ s/^<\.\.\. \w+ resumed>//) {
			my $was = delete($open{$pid}) or next;
			$rest = $was->[0] . $rest;
			$begun = 0;
			push(@events, calls($rest, 0, 1, $was->[1]));
			next;
		}
		push(@events, calls($rest, $begun, $ended,
		    $ended ? ++$id : $id));
	}
	return @events;
}

sub calls {
	my ($line, $begun, $ended, $id) = @_;
	my ($call, $path) = $line =~ /^(\w+)\(\d+<((?:\\x..)*)>/ or return;
	if ($call =~ /^send/) {
		my $answer = join('', map { text($_) }
		    $line =~ /iov_base="((?:\\x..)*)"/g);
		return if !$begun || $answer !~ m{^HTTP/1\.1 200 };
		my ($key) = $answer =~ /"k":\{"S":"(k\d+-\d+)"\}/ or return;
		return { said => $key };
	}
	my ($of) = text($path) =~ m{/doorward\.(db|db-wal)$} or return;
	if ($call =~ /sync/) {
		my @e;
		push(@e, { of => $of, begin => $id }) if $begun;
		push(@e, { of => $of, end => $id })
		    if $ended && $line =~ /= 0$/;
		return @e;
	}
	return if !$ended || $line !~ /= \d+$/;
	return { of => $of, size => $1 }
	    if $call eq 'ftruncate' && $line =~ /, (\d+)\)\s+= 0/;
	return { of => $of, write => text($1), at => $2 }
	    if $call eq 'pwrite64' &&
	    $line =~ /, "((?:\\x..)*)", \d+, (\d+)\)\s+= /;
	# Blocks are made ready: the size grows, what is read is zero.
	return { of => $of, least => $1 + $2 }
	    if $call eq 'fallocate' && $line =~ /, 0, (\d+), (\d+)\)\s+= 0/;
	die("not understood: " . substr($line, 0, 200));
}

# ---- a disk

sub apply {
	my ($file, $e) = @_;
	if (defined($e->{write})) {
		my $end = $e->{at} + length($e->{write});
		$$file .= "\0" x ($end - length($$file))
		    if length($$file) < $end;
		substr($$file, $e->{at}, length($e->{write})) = $e->{write};
	} else {
		my $size = $e->{size} // $e->{least};
		$$file .= "\0" x ($size - length($$file))
		    if length($$file) < $size;
		substr($$file, $size) = '' if defined($e->{size});
	}
}

# Some of a write's sectors; each of them whole.
sub apply_some {
	my ($file, $e) = @_;
	if (!defined($e->{write})) {
		apply($file, $e) if rand() < 0.5;
		return;
	}
	for (my $at = $e->{at}; $at < $e->{at} + length($e->{write}); ) {
		my $n = $SECTOR - $at % $SECTOR;
		my $part = substr($e->{write}, $at - $e->{at}, $n);
		apply($file, { write => $part, at => $at }) if rand() < 0.5;
		$at += length($part);
	}
}

sub lay_down {
	my ($to, $disk, $pending, $torn) = @_;
	unlink(glob("$to/doorward.db*"));
	for my $of ('db', 'db-wal') {
		my $file = $disk->{$of} // '';
		if ($torn) {
			apply_some(\$file, $_) for @{$pending->{$of} // []};
		}
		open(my $fh, '>:raw', "$to/doorward.$of") or die($!);
		print($fh $file);
		close($fh) or die($!);
	}
}

# Was its end asked for, and not answered yet?  See client().
sub going {
	my ($said, $key) = @_;
	my ($who, $n) = $key =~ /^(k\d+-)(\d+)$/;
	return $n % 5 == 3 && $said->{$who . ($n + 1)};
}

# What is wrong with what is there, in a few words.
sub wrong {
	my ($to, $said, $gone) = @_;
	my @got = split(/\n/, `sqlite3 $to/doorward.db "PRAGMA integrity_check;
	    SELECT 'rows', (SELECT count(*) FROM log WHERE operation =
	    'UpdateItem') - (SELECT count(*) FROM log WHERE operation =
	    'DeleteItem'); SELECT json_extract(CAST(text AS TEXT), '\$.k.S')
	    FROM item WHERE tbl = (SELECT id FROM incarnation WHERE
	    name = 'power' AND state = 1)" 2>&1`);
	my @bad;
	my $sound = shift(@got) // 'nothing';
	push(@bad, "not sound: $sound") if $sound ne 'ok';
	my ($rows) = (shift(@got) // '') =~ /^rows\|(-?\d+)$/;
	my %there = map { $_ => 1 } @got;
	push(@bad, 'D2: ' . ($rows // 'no') . ' rows of the log, ' . @got .
	    ' items') if ($rows // -1) != @got;
	my @lost = grep { !$there{$_} && !$gone->{$_} && !going($said, $_) }
	    sort(keys(%$said));
	my @left = grep { $there{$_} && $gone->{$_} } sort(keys(%$said));
	push(@bad, scalar(@lost) . " lost: $lost[0]") if @lost;
	push(@bad, scalar(@left) . " came back: $left[0]") if @left;
	return @bad;
}

# Play the trace; at each cut call $look->(disk, pending, said, gone).
sub play {
	my ($events, $cuts, $look) = @_;
	my (%disk, %pending, %written, %begun, %said, %gone);
	my $answers = grep { $_->{said} } @$events;
	my $n = 0;
	for my $e (@$events) {
		if ($e->{said}) {
			# A key is said twice where it is deleted.
			my $k = $e->{said};
			$gone{$k} = 1 if $said{$k};
			$said{$k} = 1;
			$n++;
			$look->(\%disk, \%pending, \%said, \%gone)
			    if int($n * $cuts / $answers) >
			    int(($n - 1) * $cuts / $answers);
		} elsif (defined($e->{begin})) {
			# What others sync meanwhile goes from the front.
			$begun{$e->{begin}} = $written{$e->{of}} // 0;
		} elsif (defined($e->{end})) {
			my ($of, $list) = ($e->{of}, $pending{$e->{of}} // []);
			my $rest = ($written{$of} // 0) - $begun{$e->{end}};
			while (@$list > $rest) {
				apply(\($disk{$of} //= ''), shift(@$list));
			}
		} else {
			push(@{$pending{$e->{of}}}, $e);
			$written{$e->{of}}++;
		}
	}
	return $n;
}

my $home = trace();
my @events = read_trace();
my $syncs = grep { defined($_->{end}) } @events;
my $copied = grep { $_->{of} && $_->{of} eq 'db' && defined($_->{write}) } @events;
my $to = "$dir/disk";
mkdir($to) or die($!);
my (@bad, $looked);
my $n = play(\@events, $CUTS, sub {
	my ($disk, $pending, $said, $gone) = @_;
	for my $torn (0, 1) {
		lay_down($to, $disk, $pending, $torn);
		$looked++;
		my @wrong = wrong($to, $said, $gone);
		push(@bad, keys(%$said) . " keys, " . ($torn ? 'torn' :
		    'cut') . ": @wrong") if @wrong;
	}
});
is($n, $CLIENTS * $STEPS, 'every answer is in the trace');
cmp_ok($syncs, '>', $n / $CLIENTS, "$syncs syncs");
cmp_ok($copied, '>', 100, "$copied pages were copied back meanwhile");
is($looked, 2 * $CUTS, "C1: the power failed $looked times");
is_deeply(\@bad, [], 'C1, D2: what was acknowledged is there, with its row');

# The program itself goes on with the last of them.
system('rm', '-f', glob("$home/data/doorward.db*"));
system('cp', glob("$to/doorward.db*"), "$home/data/") == 0 or die('cp');
chmod(0600, glob("$home/data/doorward.db*"));
my $s = Doorward->start(home => $home);
ok(defined(Rooms::get($s, 'power', 'k1-1')), 'C1: it serves what is there');
is((Doorward->command($home, 'audit', 'verify'))[0], 0,
    'D3: and the chain is whole');
Rooms::sound($s, 'the database is sound');
$s->finish;

# ---- a program that does not wait for its log: this test would see it

my $lost = 0;
play([grep { !defined($_->{end}) || $_->{of} eq 'db' } @events], 6, sub {
	lay_down($to, @_[0, 1], 0);
	$lost++ if wrong($to, @_[2, 3]);
});
is($lost, 6, 'without the syncs of the WAL writes are lost, and it is seen');
done_testing();
