#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# doors.t - real clients through the doors that start a worker for each
# connection: a socket passed as systemd does with Accept=yes, as inetd does,
# and openbsd-inetd itself.
use strict;
use warnings;
no warnings qw(exec);
use Cwd qw(abs_path);
use File::Temp;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../85-doors", "$Bin/../lib";
use Clients;
use Door;
use Doorward;
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
my $why = Clients::missing();
plan(skip_all => $why) if defined($why);
my $worker = abs_path($ENV{BUILD} || 'build') . '/doorward-worker';
my $activate = '/usr/bin/systemd-socket-activate';

# What listens before the workers of $s, until it goes out of scope.
sub door {
	my ($s, @command) = @_;
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>>', $s->home . '/door.log');
		open(STDERR, '>&', \*STDOUT);
		exec(@command);
		POSIX::_exit(127);
	}
	my $end = time() + 20;
	until (IO::Socket::INET->new("127.0.0.1:$s->{port}")) {
		die("$command[0]: " . Doorward::slurp($s->home . '/door.log'))
		    if time() > $end || waitpid($pid, WNOHANG) != 0;
		sleep(0.02);
	}
	return $pid;
}

sub through {
	my ($what, $command) = @_;
	my $s = bless({ home => Doorward->new_home, secrets => [],
	    port => Doorward::free_port() }, 'Doorward');
	my $pid = door($s, $command->($s));
	Clients::sdks($s, $what);
	Clients::together($s, $what);
	kill('TERM', $pid);
	waitpid($pid, 0);
	my $end = time() + 10;
	my @left;
	do {
		# Orphans of the door are ours now.
		1 while waitpid(-1, WNOHANG) > 0;
		sleep(0.05);
	} while ((@left = Doorward::descendants($$)) && time() < $end);
	is(scalar(@left), 0, "$what: no worker is left");
	is_deeply([grep { index(Doorward::slurp($s->home . '/door.log'), $_) >=
	    0 } @{$s->{secrets}}], [], "A18: $what: no secret is in its log");
}

SKIP: {
	skip('systemd-socket-activate is not here', 1) if !-x $activate;
	for my $way (['Accept=yes'], ['inetd', '--inetd']) {
		my ($what, @args) = @$way;
		through($what, sub { my ($s) = @_;
			return ($activate, '--accept', @args, '-l',
			    '127.0.0.1:' . $s->port, $worker, '--home',
			    $s->home); });
	}
}
SKIP: {
	my ($inetd, $no) = Door::find('inetd');
	skip("openbsd-$no", 1) if !defined($inetd);
	through('openbsd-inetd', sub {
		my ($s) = @_;
		my $conf = $s->home . '/inetd.conf';
		open(my $fh, '>', $conf) or die("$conf: $!");
		printf($fh "127.0.0.1:%d\tstream\ttcp\tnowait.10000\troot\t%s" .
		    "\tdoorward-worker --home %s\n", $s->port, $worker,
		    $s->home);
		close($fh) or die("$conf: $!");
		return ($inetd, '-i', $conf); });
}
done_testing();
