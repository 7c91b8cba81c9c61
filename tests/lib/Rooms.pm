# SPDX-License-Identifier: ISC
#
# Rooms.pm - look at the processes of a server from outside, and at what
# they left in the database.  All of it needs root: rooms are not dumpable.
package Rooms;
use strict;
use warnings;
no warnings qw(exec);
use Doorward;
use File::Copy qw(copy);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use List::Util qw(max);
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

sub need_root {
	plan(skip_all => 'needs root to look into the rooms') if $> != 0;
}

# Compile a helper of the tests; its path.  Where that fails the test ends.
sub compile {
	my ($source) = @_;
	my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my ($name) = $source =~ m{([^/]+)\.c$};
	system($ENV{CC} || 'cc', '-O2', '-Wall', '-Wextra', '-Werror',
	    '-D_GNU_SOURCE', '-o', "$dir/$name", $source) == 0
	    or die("$source does not compile");
	return "$dir/$name";
}

# Until it is true, at most so many seconds, and some more for those who share
# the machine: what it gave last.
sub wait_for {
	my ($seconds, $what) = @_;
	my $end = time() + max($seconds, 15);
	my $got;
	until ($got = $what->()) {
		return $got if time() > $end;
		sleep(0.02);
	}
	return $got;
}

# ---- processes

sub fds { my ($pid) = @_; return scalar(() = glob("/proc/$pid/fd/*")) }

# In ticks since the machine's start: process ids begin anew.
sub started {
	my ($pid) = @_;
	my ($rest) = Doorward::slurp("/proc/$pid/stat") =~ /^.*\) (.*)/s;
	return defined($rest) ? (split(' ', $rest))[19] : 0;
}

# The newest worker that the listener started.
sub template {
	my ($s) = @_;
	my ($t) = sort { started($b) <=> started($a) || $b <=> $a }
	    grep {
		my ($name, $state) = Doorward::stat_of($_);
		defined($name) && $name eq 'doorward-worker' && $state ne 'Z';
	    } Doorward::children($s->pid);
	return $t;
}

# 'read', 'write' or undef: by how a process has the database open.
sub kind {
	my ($pid) = @_;
	for my $fd (glob("/proc/$pid/fd/*")) {
		next if (readlink($fd) // '') !~ m{/doorward\.db$};
		my ($n) = $fd =~ /(\d+)$/;
		my ($flags) = Doorward::slurp("/proc/$pid/fdinfo/$n")
		    =~ /^flags:\s+(\d+)/m;
		return defined($flags) && (oct($flags) & 3) ? 'write' : 'read';
	}
	return;
}

# Those of these processes that hold a connection of the server.
sub busy {
	my ($s, @pids) = @_;
	my %conn;
	for (split(/\n/, Doorward::slurp('/proc/net/tcp'))) {
		my @f = split(' ');
		$conn{"socket:[$f[9]]"} = 1 if @f >= 10 &&
		    $f[1] =~ /:([0-9A-F]{4})$/ && hex($1) == $s->port &&
		    $f[3] ne '0A';
	}
	return grep {
		grep { $conn{readlink($_) // ''} } glob("/proc/$_/fd/*");
	} @pids;
}

# Kill one of the rooms that serve, again and again; how often.
sub kill_busy {
	my ($s, $seconds) = @_;
	my ($end, $kills) = (time() + $seconds, 0);
	while (time() < $end) {
		my $template = template($s) // 0;
		my @busy = busy($s, grep { $_ != $template && $_ != $s->pid &&
		    Doorward::name($_) eq 'doorward-worker' } $s->descendants);
		$kills += kill('KILL', $busy[rand(@busy)]) if @busy;
		sleep(0.03);
	}
	return $kills;
}

# { read => [pid ...], write => [...] }: rooms that wait for work.
sub spares {
	my ($s) = @_;
	my %of = (read => [], write => []);
	my @all = grep { $_ != $s->pid } $s->descendants;
	my %busy = map { $_ => 1 } busy($s, @all);
	for my $pid (grep { !$busy{$_} } @all) {
		my $kind = kind($pid);
		push(@{$of{$kind}}, $pid) if $kind;
	}
	return \%of;
}

# { read => pid, write => pid } of a client's connection.
sub rooms {
	my ($s, $client) = @_;
	my %of;
	for my $pid ($s->holders($client)) {
		my $kind = kind($pid);
		$of{$kind} = $pid if $kind;
	}
	return \%of;
}

# End whatever works on jobs just now: how many were.
sub kill_jobs {
	my ($s) = @_;
	my $n = 0;
	for my $pid (Doorward::all_pids()) {
		open(my $fh, '<', "/proc/$pid/cmdline") or next;
		my $line = <$fh> // '';
		next if $line !~ /--jobs/ || index($line, $s->home) < 0;
		$n += kill('KILL', $pid);
	}
	return $n;
}

# Orphans come to the test itself; bury them, but not the server.
sub bury {
	my ($s) = @_;
	for my $pid (Doorward::children($$)) {
		waitpid($pid, WNOHANG) if $pid != $s->{top} &&
		    ((Doorward::stat_of($pid))[1] // '') eq 'Z';
	}
}

# What a server consists of when it has nothing to do.
sub census {
	my ($s) = @_;
	bury($s);
	return { fds => fds($s->pid), zombies => scalar($s->zombies),
	    processes => scalar($s->descendants),
	    template => fds(template($s) // 0) };
}

# The same, once nothing has been started or has ended for half a second.
sub rested {
	my ($s) = @_;
	my ($was, $since) = ('', time());
	my $end = time() + 10;
	while (time() < $end) {
		my $now = join(' ', sort($s->descendants));
		($was, $since) = ($now, time()) if $now ne $was;
		last if time() - $since > 0.5;
		sleep(0.02);
	}
	return census($s);
}

# Wait until it is no more than before; a test with that name.  A template that
# was replaced may have left rooms that wait for work: they get some, and end.
sub settled {
	my ($s, $before, $seconds, $name) = @_;
	my ($now, $n) = (undef, 0);
	my $ok = wait_for(max($seconds, 40), sub {
		$now = census($s);
		return 1 if !grep { $now->{$_} > $before->{$_} } keys(%$before);
		put($s, 'no-such-table', 'a', 'b') if ++$n % 20 == 0;
		return 0;
	});
	return ok($ok, $name) || diag('before ',
	    Doorward->json->encode($before), ' now ',
	    Doorward->json->encode($now), "\n",
	    map { "$_ " . join(' ', grep { defined } (Doorward::stat_of($_))[0..2],
		kind($_), map { readlink } glob("/proc/$_/fd/*")) . "\n" }
	    $s->pid, $s->descendants);
}

# ---- requests

sub create {
	my ($s, $table, %opt) = @_;
	my @range = $opt{range} ? ($opt{range}) : ();
	my ($status, $a) = $s->dynamo('CreateTable', { TableName => $table,
	    AttributeDefinitions => [map { { AttributeName => $_,
	    AttributeType => 'S' } } 'k', @range],
	    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' },
	    map { { AttributeName => $_, KeyType => 'RANGE' } } @range],
	    BillingMode => 'PAY_PER_REQUEST' }, on => $opt{on});
	return ($status, $a);
}

sub put {
	my ($s, $table, $k, $v, %opt) = @_;
	return ($s->dynamo('PutItem', { TableName => $table,
	    Item => { k => { S => "$k" }, v => { S => "$v" } } }, %opt))[0];
}

# The text of attribute v, '' where there is no such item, undef: no answer.
sub get {
	my ($s, $table, $k, %opt) = @_;
	my ($status, $a) = $s->dynamo('GetItem', { TableName => $table,
	    Key => { k => { S => $k } }, ConsistentRead => JSON::PP::true },
	    %opt);
	return if $status != 200;
	return $a->{Item}{v}{S} // '';
}

sub item_count {
	my ($s, $table, %opt) = @_;
	my ($status, $a) = $s->dynamo('DescribeTable',
	    { TableName => $table }, %opt);
	return $status == 200 ? $a->{Table}{ItemCount} : undef;
}

# A write and a read on one new connection: seconds it took, or undef.
sub served {
	my ($s, $table) = @_;
	my $begin = time();
	my $c = $s->client or return;
	my $put = put($s, $table, 'served', "v$begin", on => $c);
	my $got = $put == 200 ? get($s, $table, 'served', on => $c) : undef;
	$c->close;
	return if !defined($got) || $got ne "v$begin";
	return time() - $begin;
}

# The next is served, and one within a second, as soon as those who share the
# machine let it be.
sub served_soon {
	my ($s, $table, $name) = @_;
	my ($t, $end) = (served($s, $table), time() + 30);
	while (defined($t) && $t >= 1 && time() < $end) {
		sleep(0.2);
		$t = served($s, $table);
	}
	return ok(defined($t) && $t < 1, $name)
	    || diag(defined($t) ? "it took $t s" : 'no answer');
}

# ---- the file

# Run SQL with the sqlite3 command on a copy; its lines.
sub sql {
	my ($s, @sql) = @_;
	my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	for my $suffix ('', '-wal') {
		my $from = $s->home . "/data/doorward.db$suffix";
		copy($from, "$dir/doorward.db$suffix") or die("$from: $!");
	}
	my $pid = open(my $out, '-|', 'sqlite3', '-batch', '-noheader',
	    "$dir/doorward.db", @sql) // die("sqlite3: $!");
	my @lines = <$out>;
	close($out);
	chomp(@lines);
	unlink(glob("$dir/*"));
	return @lines;
}

# integrity_check, and what the tables say of each other, as one test:
# a tally for each table that is alive, equal to what is there; of each index
# as many entries.
sub sound {
	my ($s, $name) = @_;
	my @bad = sql($s, 'PRAGMA integrity_check;
	    SELECT i.name, t.items, (SELECT count(*) FROM item
	      WHERE tbl = i.id), t.bytes, (SELECT ifnull(sum(size), 0) FROM item
	      WHERE tbl = i.id)
	    FROM incarnation AS i LEFT JOIN tally AS t ON t.tbl = i.id
	    WHERE i.state = 1 AND i.kind IN (1, 4) AND (t.items IS NULL
	      OR t.items <> (SELECT count(*) FROM item WHERE tbl = i.id)
	      OR t.bytes <> (SELECT ifnull(sum(size), 0) FROM item
	        WHERE tbl = i.id));
	    SELECT i.name, t.items, (SELECT count(*) FROM index_entry
	      WHERE idx = i.id)
	    FROM incarnation AS i LEFT JOIN tally AS t ON t.tbl = i.id
	    WHERE i.state = 1 AND i.kind = 2 AND (t.items IS NULL
	      OR t.items <> (SELECT count(*) FROM index_entry
	        WHERE idx = i.id));
	    SELECT \'gap\', seq FROM log AS l WHERE seq > (SELECT min(seq)
	      FROM log) AND NOT EXISTS (SELECT 1 FROM log WHERE seq = l.seq - 1
	      AND hash = l.prev);');
	return is_deeply(\@bad, ['ok'], $name);
}

# ---- one connection without a listener

# Start doorward-worker with an accepted socket as its standard input:
# (client, pid, file that its standard error goes to).
sub single {
	my ($home, %opt) = @_;
	my $l = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
	    or die("no port: $@");
	my $client = Doorward::Client->new($l->sockport);
	my $sock = $l->accept or die("accept: $!");
	my $port = $l->sockport;
	my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $worker = Doorward::program($opt{fixtures}) . '-worker';
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		POSIX::dup2(fileno($sock), 0);
		open(STDOUT, '>', '/dev/null');
		open(STDERR, '>>', "$dir/log");
		close($sock);
		close($l);
		exec(@{$opt{wrap} // []}, $worker, '--home', $home,
		    @{$opt{args} // []});
		POSIX::_exit(127);
	}
	close($sock);
	close($l);
	return ($client, $pid, "$dir/log", $port);
}

1;
