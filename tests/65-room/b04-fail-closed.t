#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b04-fail-closed.t - claim B4: a sandbox that cannot be set up ends the
# connection with 500 and a log line; nothing is ever served without one.
#
# The program runs under a filter that makes one system call fail, as on a
# kernel without it, and under a small limit of descriptors.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Errno qw(EINVAL ENOSYS EOPNOTSUPP EPERM EAGAIN EMFILE);
use POSIX ();
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need_hardened;
Doorward->need(split(/ /, $ENV{CC} || 'cc'));
my $deny = Rooms::compile("$Bin/../lib/deny.c");
my $home = Doorward->new_home;
my ($status) = Doorward->command($home, 'credentials', 'bearer');
is($status, 0, 'a home');

my %prctl = (NO_NEW_PRIVS => 38, DUMPABLE => 4, CAP_AMBIENT => 47);

# As root the store is made as who it belongs to, before the sandbox.
my $ids = qr/ids|store .*why="cannot become the owner/;

# [what, whether a room of the template meets it, its step, rules]
my @cases = (
	['no Landlock', 0, qr/Landlock/, 'landlock_create_ruleset', ENOSYS],
	['Landlock switched off at boot', 0, qr/Landlock/,
	    'landlock_create_ruleset', EOPNOTSUPP],
	['no rule for Landlock', 0, qr/Landlock/, 'landlock_add_rule', EINVAL],
	['Landlock that does not restrict', 0, qr/Landlock/,
	    'landlock_restrict_self', EPERM],
	['Landlock that does not restrict the second time', 1, qr/Landlock/,
	    'landlock_restrict_self:0=62', EPERM],
	['no seccomp', 0, qr/seccomp/, 'seccomp', ENOSYS],
	['seccomp without filters', 0, qr/seccomp/, 'seccomp', EINVAL],
	['neither', 0, qr/Landlock/, 'landlock_create_ruleset', ENOSYS,
	    'seccomp', ENOSYS],
	['no no_new_privs', 0, qr/no_new_privs/, "prctl:0=$prctl{NO_NEW_PRIVS}",
	    EINVAL],
	['dumpable', 0, qr/dumpable/, "prctl:0=$prctl{DUMPABLE}", EPERM],
	['capabilities that stay', 0, qr/capabilities/, 'capset', EPERM],
	['ambient capabilities', 0, qr/capabilities/,
	    "prctl:0=$prctl{CAP_AMBIENT}", EINVAL],
	['limits that cannot be set', 0, qr/resource limits/, 'prlimit64',
	    EPERM],
	['a user that cannot be changed', 0, $ids, 'setresuid', EPERM],
	['a group that cannot be changed', 0, $ids, 'setresgid', EPERM],
	['no handler for SIGSYS', 0, qr/SIGSYS/, 'rt_sigaction:0=31', EPERM],
);

sub deny {
	my @rules = @_;
	return ($deny, @rules, '--');
}

# Send this, and wait for the end: (answer, exit status, log).
sub single {
	my ($bytes, @wrap) = @_;
	my ($c, $pid, $log) = Rooms::single($home, wrap => \@wrap);
	$c->send($bytes);
	my $a = $c->answer(seconds => 10);
	my $ended = $c->closed;
	$c->close;
	Rooms::wait_for(10, sub { waitpid($pid, POSIX::WNOHANG()) == $pid })
	    or return ($a, undef, Doorward::slurp($log), $ended);
	return ($a, $?, Doorward::slurp($log), $ended);
}

my $hello = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" .
    "Connection: close\r\n\r\n";
my ($a, $exit, $log) = single($hello);
is($a->{status}, 200, 'with everything there the single worker serves');
is($exit, 0, '... and ends with 0') or diag($log);

for my $case (@cases) {
	my ($what, $late, $step, @rules) = @$case;
	($a, $exit, $log, my $ended) = single($hello, deny(@rules));
	is($a->{status}, 500, "B4: $what: 500") or diag($a->{error}, "\n$log");
	unlike($a->{body}, qr/ok/, "B4: $what: and nothing was served");
	like($log, qr/doorward: (?:sandbox|start)-failed step="?[^=]*(?:$step)/,
	    "B4: $what: the log says which step");
	ok($ended, "B4: $what: and closed");
	ok(defined($exit) && ($late || $exit != 0),
	    "B4: $what: the worker ends, and says that it failed");
}

# What was sent does not matter: nobody reads it, and the answer is seen.
($a) = single("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n" .
    'x' x 4000000, deny('seccomp', ENOSYS));
is($a->{status}, 500, 'B4: a peer that sends much sees the 500, too');

# No child, no pair of sockets: not the sandbox's fault, and the same end.
for my $case (['no process', 'clone', EAGAIN],
    ['no descriptors for a pair', 'socketpair', EMFILE]) {
	my ($what, @rules) = @$case;
	($a, $exit, $log) = single($hello, deny(@rules));
	is($a->{status}, 500, "B4: $what: 500") or diag($a->{error}, "\n$log");
	like($log, qr/doorward: (?:failed|sandbox-failed|start-failed) /,
	    "B4: $what: a log line");
}

# Fewer and fewer descriptors: 500 with a log line, or served in a sandbox.
my ($served, $failed) = (0, 0);
for my $n (4 .. 24) {
	($a, $exit, $log) = single($hello, 'sh', '-c',
	    "ulimit -n $n && exec \"\$0\" \"\$@\"");
	if ($a->{status} == 200) {
		$served++;
		unlike($log, qr/failed/,
		    "B4: $n descriptors are enough, and nothing failed");
	} else {
		$failed++;
		is($a->{status}, 500, "B4: $n descriptors: 500")
		    or diag($a->{error}, "\n$log");
		like($log, qr/doorward: (?:sandbox|start)?-?failed /,
		    "B4: $n descriptors: a log line");
	}
}
cmp_ok($served, '>=', 1, 'some number of descriptors is enough');
cmp_ok($failed, '>=', 1, 'and some is not');

# The listener: what fails at the start keeps it from starting.
my $dir = Doorward->new_home;
sub serve {
	my ($seconds, @wrap) = @_;
	my $port = Doorward::free_port();
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', "$dir/out");
		open(STDERR, '>', "$dir/err");
		exec(@wrap, Doorward::program(), '--home', $home, 'serve',
		    '--listen', "127.0.0.1:$port") or POSIX::_exit(127);
	}
	my $done = Rooms::wait_for($seconds, sub {
		waitpid($pid, POSIX::WNOHANG()) == $pid });
	my $exit = $done ? $? : undef;
	if (!$done) {
		kill('KILL', $pid);
		waitpid($pid, 0);
	}
	return ($exit, Doorward::slurp("$dir/out"), Doorward::slurp("$dir/err"));
}

for my $case (grep { !$_->[1] } @cases) {
	my ($what, undef, $step, @rules) = @$case;
	my ($exit, $out, $err) = serve(8, deny(@rules));
	ok(defined($exit) && $exit != 0,
	    "B4: listener, $what: it does not start, and its status says so")
	    or diag(defined($exit) ? "status $exit" : 'still running', "\n$err");
	is($out, '', "B4: listener, $what: it is never ready");
	like($err, qr/doorward: (?:sandbox|start)-failed step="?[^=]*(?:$step)/,
	    "B4: listener, $what: the log says which step");
}

# What a room meets after that: each connection gets its 500.
for my $case (grep { $_->[1] } @cases) {
	my ($what, undef, $step, @rules) = @$case;
	my $s = Doorward->start(home => $home, wrap => [deny(@rules)]);
	for (1 .. 3) {
		my $c = $s->client;
		$c->send($hello);
		is($c->answer->{status}, 500, "B4: listener, $what: 500");
		$c->close;
	}
	like($s->log, qr/doorward: (?:sandbox|start)-failed step="?[^=]*(?:$step)/,
	    "B4: listener, $what: the log says which step");
	$s->finish;
}

# A listener that has few descriptors, or comes to have few.
($served, $failed) = (0, 0);
for my $n (4 .. 32) {
	my ($s, $log) = Doorward->try_start(home => $home, wrap => ['sh', '-c',
	    "ulimit -n $n && exec \"\$0\" \"\$@\""]);
	if (!$s) {
		$failed++;
		next if $log =~ /failed|Too many open files|cannot|no /;
		fail("B4: listener with $n descriptors: it says why")
		    or diag("log: $log");
		next;
	}
	$served++;
	my $c = $s->client;
	$c->send($hello);
	my $a = $c->answer(seconds => 3);
	my $bad = $a->{status} == 200 ? $s->log =~ /sandbox-failed/ :
	    $a->{status} !~ /^50[03]$/;
	ok(!$bad, "B4: listener with $n descriptors: $a->{status}")
	    or diag($a->{error}, "\n", $s->log);
	$c->close;
	$s->stop;
	last if $served == 3;
}
cmp_ok($failed, '>=', 1, 'B4: a listener with too few descriptors does not start');
cmp_ok($served, '>=', 1, '... and with enough it does');
done_testing();
