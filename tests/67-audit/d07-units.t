#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d07-units.t - D7: the system's socket units do not start where the check
# fails, their services neither, and connections pay nothing for it.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../85-doors", "$Bin/../lib";
use Door;
use Machine;
use Test::More;

Machine->need;
my $m = Machine->start;

sub succeeds {
	my ($what, @command) = @_;
	my ($status, $out) = $m->run(@command);
	is($status, 0, $what) or diag($out);
	return $out;
}

sub state_of {
	my ($unit) = @_;
	my (undef, $out) = $m->run('systemctl', 'is-active', $unit);
	chomp($out);
	return $out;
}

sub fails {
	my ($what, $unit) = @_;
	my ($status, $out) = $m->run('systemctl', 'start', $unit);
	isnt($status, 0, "D7: $what: $unit does not start") or diag($out);
	isnt(state_of($unit), 'active', "D7: $what: $unit is not active");
	return;
}

succeeds('the user is made', 'systemd-sysusers', 'doorward.conf');
succeeds('the directories are made', 'systemd-tmpfiles', '--create',
    'doorward.conf');
my $file = $m->path('/var/lib/doorward/violations');
my @as = ('setpriv', '--reuid', 'doorward', '--regid', 'doorward',
    '--init-groups', 'env', '-u', 'HOME');

for my $socket ('doorward.socket', 'doorward-serve.socket') {
	succeeds("$socket starts", 'systemctl', 'start', $socket);
	Door::healthy(Door::at(3667), $socket);
	succeeds("$socket stops", 'systemctl', 'stop', $socket,
	    'doorward-serve.service');
	chmod(0644, $file) or die("$file: $!");
	fails('a file open to others', $socket);
	like($m->journal, qr/fail  files .*violations: is open to others/,
	    'D7: what fails is named in the journal');
	chmod(0600, $file);
	succeeds('the failure is forgotten', 'systemctl', 'reset-failed');
}
chmod(0644, $file);
fails('and the service that needs it', 'doorward-serve.service');
chmod(0600, $file);
succeeds('reset', 'systemctl', 'reset-failed');
succeeds('mended, it starts', 'systemctl', 'start', 'doorward-serve.socket');
Door::healthy(Door::at(3667), 'mended');

# The check's own rows are those of the starts alone: connections have none.
Door::healthy(Door::at(3667), "connection $_") for 1 .. 3;
my $out = succeeds('audit show', @as, 'doorward', 'audit', 'show',
    '--operation', 'Check');
my @checks = split(/\n/, $out);
# Three starts and three that failed, each of which wrote its row.
is(scalar(@checks), 6, 'D7: a check for each start, none for a connection');
$m->stop;
done_testing();
