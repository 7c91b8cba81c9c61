#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# idle.t - doorward serve --idle-exit with a socket that it was passed: it
# ends when nobody is there, and a connection made in that very moment waits
# for the next start.  The test is the service manager.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Door;
use Doorward;
use Fcntl qw(F_SETFD);
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
Doorward->need_hardened;

# A manager: starts the listener whenever the socket can be read and no
# listener runs.  Says a line "status seconds" on the pipe at each end.
sub manager {
	my ($socket, $home, $pipe, @wrap) = @_;
	my $select = IO::Select->new($socket);
	for (;;) {
		next if !$select->can_read(10);
		my $began = time();
		my $pid = fork() // POSIX::_exit(1);
		if ($pid == 0) {
			open(STDIN, '<', '/dev/null');
			open(STDOUT, '>', '/dev/null');
			open(STDERR, '>>', "$home/log");
			POSIX::dup2(fileno($socket), 3) if fileno($socket) != 3;
			open(my $three, '<&=', 3) or POSIX::_exit(126);
			fcntl($three, F_SETFD, 0);
			@ENV{qw(LISTEN_FDS LISTEN_PID)} = (1, $$);
			exec(@wrap, Doorward::program(), '--home', $home, 'serve',
			    '--idle-exit', 1);
			POSIX::_exit(127);
		}
		waitpid($pid, 0);
		syswrite($pipe, sprintf("%d %.3f\n", $?, time() - $began));
	}
}

sub start {
	my ($home, @wrap) = @_;
	my $socket = IO::Socket::INET->new(Listen => 64,
	    LocalAddr => '127.0.0.1') or die("listen: $!");
	pipe(my $r, my $w) or die("pipe: $!");
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		close($r);
		manager($socket, $home, $w, @wrap);
	}
	close($w);
	$r->blocking(0);
	return { home => $home, port => $socket->sockport, pid => $pid,
	    ends => $r, socket => $socket };
}

sub stop {
	my ($m) = @_;
	my @all = ($m->{pid}, Doorward::descendants($m->{pid}));
	kill('KILL', @all);
	waitpid($m->{pid}, 0);
}

sub ends {
	my ($m) = @_;
	sysread($m->{ends}, my $text, 65536) or return ();
	return split(/\n/, $text);
}

# ---- it ends, with 0, and leaves nothing

my $m = start(Doorward->new_home);
my $s = Door::at($m->{port});
Door::healthy($s, 'the first connection');
my $c = $s->client;
$c->send("GET /healthz HTTP/1.1\r\n");
sleep(2.2);
is_deeply([ends($m)], [], 'it does not end while there is a connection');
$c->close;
my $closed = time();
my @ends;
sleep(0.02) while !(@ends = ends($m)) && time() < $closed + 10;
my $took = time() - $closed;
like($ends[0] // '', qr/^0 /, 'it ends, in order');
cmp_ok($took, '>=', 0.99, 'not before its time');
is_deeply([grep { Door::ours($_) } Doorward::descendants($m->{pid})], [],
    'and leaves no process');
like(Doorward::slurp("$m->{home}/log"), qr/doorward: stopped /,
    'and says so');
Door::healthy($s, 'the next connection');

stop($m);

# ---- the moment itself, made long: between its word that it stops and its
# last look at anything a tracer holds it up

SKIP: {
	skip('strace is not here', 3) if system('strace -V >/dev/null 2>&1');
	my $home = Doorward->new_home;
	my $notify = IO::Socket::UNIX->new(Type => SOCK_DGRAM,
	    Local => "$home/notify") or die("notify: $!");
	local $ENV{NOTIFY_SOCKET} = "$home/notify";
	my $m = start($home, 'strace', '-D', '-o', "$home/trace", '-e',
	    'trace=sendmsg', '-e', 'inject=sendmsg:delay_exit=300000');
	my $s = Door::at($m->{port});
	my $a = $s->request('GET', '/healthz');
	skip('strace cannot trace here', 3) if $a->{status} != 200;
	my $said = '';
	my $end = time() + 20;
	while ($said !~ /STOPPING=1/ && time() < $end) {
		next if !IO::Select->new($notify)->can_read(1);
		recv($notify, $said, 4096, 0);
	}
	like($said, qr/STOPPING=1/, 'the service manager is told of its end');
	$a = $s->request('GET', '/healthz');
	is($a->{status}, 200, 'a connection made after that is not lost');
	like(join("\n", ends($m)), qr/^0 /, 'the next start has it');
	stop($m);
}

# ---- the race: connections made about the moment of its end

my @lanes;
for my $lane (0 .. 3) {
	pipe(my $r, my $w) or die("pipe: $!");
	my $pid = fork() // die("fork: $!");
	if ($pid) {
		push(@lanes, [$pid, $r]);
		next;
	}
	my $m = start(Doorward->new_home);
	my $s = Door::at($m->{port});
	my ($lost, $starts) = (0, 1);
	$s->request('GET', '/healthz');
	for my $round (0 .. 11) {
		my $last = time();
		# From before to after: 0.96 to 1.10 s, in steps of 3 ms.
		my $at = $last + 0.96 + ($round * 4 + $lane) * 0.003;
		sleep($at - time()) if $at > time();
		my $a = $s->request('GET', '/healthz',
		    ['Connection', 'close']);
		$lost++ if $a->{status} != 200;
		my @ends = ends($m);
		$starts += @ends;
		$lost += grep { !/^0 / } @ends;
	}
	stop($m);
	syswrite($w, "$lost $starts");
	POSIX::_exit(0);
}
my ($lost, $starts) = (0, 0);
for my $lane (@lanes) {
	my $r = $lane->[1];
	my ($l, $n) = split(' ', <$r> // '1 0');
	waitpid($lane->[0], 0);
	$lost += $l;
	$starts += $n;
}
is($lost, 0, 'of 48 requests at the moment of its end none is lost');
cmp_ok($starts, '>', 8, 'some of them started it anew');
cmp_ok($starts, '<', 52, 'and some found it running');
note("$starts starts");
done_testing();
