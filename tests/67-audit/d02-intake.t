#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d02-intake.t - D1, D2: what waits beside the log gets into it once, whoever
# is killed on the way, and whoever else takes in at the same time; C8: the
# file does not grow past its limit, and the log says that it was full.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use POSIX qw(:sys_wait_h);
use Rooms;
use Test::More;

Doorward->need('strace');
my $json = JSON::PP->new->utf8;
my $s = Doorward->start;
my $home = $s->home;
my $sent = 0;

sub refused {
	for (1 .. $_[0]) {
		$sent++ if $s->request('GET', '/mcp', ['Authorization',
		    'Bearer x'])->{status} == 401;
	}
	return;
}

# How many refusals the log knows of.
sub known {
	my ($status, $out) = Doorward->command($home, 'audit', 'show',
	    '--json', '--limit', 0, '--result', 'refused');
	is($status, 0, 'audit show');
	my $n = 0;
	$n += $_->{detail}{count} // 1
	    for map { $json->decode($_) } split(/\n/, $out);
	return $n;
}

refused(3);
is(known(), $sent, 'D1: all are there');

# ---- killed at every system call of an intake

sub killed_at {
	my ($call, $n) = @_;
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDOUT, '>', '/dev/null');
		open(STDERR, '>', '/dev/null');
		exec('strace', '-qq', '-o', '/dev/null', '-e', "trace=$call",
		    '-e', "inject=$call:signal=SIGKILL:when=$n",
		    Doorward::program(), '--home', $home, 'audit', 'show');
		POSIX::_exit(127);
	}
	waitpid($pid, 0);
	return $? != 0;
}

my $died = 0;
for my $call ('pread64', 'pwrite64', 'fdatasync', 'fcntl', 'ftruncate',
    'flock', 'write') {
	for my $n (Doorward->slow ? (1 .. 12) : (1, 2, 4, 8)) {
		refused(2);
		$died += killed_at($call, $n);
	}
}
cmp_ok($died, '>=', 10, 'processes were killed');
is(known(), $sent, 'D2: killed at every call: each is there once');

# ---- many at once, while more come

my @pids;
for my $me (1 .. 4) {
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDOUT, '>', '/dev/null');
		for (1 .. 6) {
			system(Doorward::program(), '--home', $home, 'audit',
			    'show');
		}
		POSIX::_exit(0);
	}
	push(@pids, $pid);
}
my $alive = 1;
while ($alive) {
	refused(5);
	$alive = grep { waitpid($_, WNOHANG) == 0 } @pids;
}
is(known(), $sent, 'D2: many take in at once: each is there once');
is(-s "$home/data/pending", 0, 'and the file is empty');
is((Doorward->command($home, 'audit', 'verify'))[0], 0, 'the chain is whole');

# ---- full: as if nobody had taken in for long

my $record = 640;
my $max = 4 * 1024 * 1024;
$s->stop;
truncate("$home/data/pending", $max - $max % $record - 3 * $record) or die($!);
my $t = Doorward->start(home => $home, args => ['--read-only']);
$t->request('GET', '/mcp', ['Authorization', 'Bearer x']) for 1 .. 10;
cmp_ok(-s "$home/data/pending", '<=', $max, 'C8: the file has a limit');
$t->stop;
my ($status, $out) = Doorward->command($home, 'audit', 'show', '--json');
like($out, qr/"lost":"refusals from here on"/, 'C8: the log says that it was full');
is(-s "$home/data/pending", 0, 'and it is taken in');
done_testing();
