#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# systemd-claims.t - what SECURITY.md claims of the door, through the sockets
# of a real systemd: a process for each connection, and the listener.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Claims;
use Door;
use Machine;
use Test::More;

Machine->need;
my $m = Machine->start;

sub succeeds {
	my ($what, @command) = @_;
	my ($status, $out) = $m->run(@command);
	is($status, 0, $what) or diag($out);
}

# The command as the units' own user: (status, what it said)
sub command {
	return $m->run('setpriv', '--reuid', 'doorward', '--regid',
	    'doorward', '--init-groups', 'env', '-u', 'HOME', 'doorward', @_);
}

succeeds('the user is made', 'systemd-sysusers', 'doorward.conf');
my @secrets;
for my $way (['Accept=yes', 'doorward.socket'],
    ['Accept=no', 'doorward-serve.socket']) {
	my ($what, $unit) = @$way;
	succeeds("$what: the directories", 'systemd-tmpfiles', '--create',
	    'doorward.conf');
	Machine::put($m->path('/etc/doorward/doorward.conf'), $Claims::conf);
	succeeds("$what: enabled", 'systemctl', 'enable', '--now', $unit);
	my ($status, $token) = command('credentials', 'bearer');
	is($status, 0, "$what: the token") or diag($token);
	chomp($token);
	my $s = Door::at(3667, $token);
	Claims::at($s, "systemd, $what", \&command);
	push(@secrets, $token, @{$s->{secrets}});
	succeeds("$what: stopped", 'systemctl', 'disable', '--now', $unit);
	$m->run('systemctl', 'stop', 'doorward-serve.service');
	is_deeply([$m->quiet(10)], [], "$what: nothing is left");
	# The next one begins anew.
	succeeds("$what: removed", 'rm', '-rf', '/etc/doorward',
	    '/var/lib/doorward');
}
my $journal = $m->journal;
is(scalar(grep { index($journal, $_) >= 0 } @secrets), 0,
    'A18: the journal holds no secret');
unlike($journal, qr{doorward: (?:sandbox-failed|violation)},
    'B4: no sandbox failed');
ok($m->stop, 'the machine goes down in order');
done_testing();
