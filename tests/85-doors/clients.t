#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# clients.t - real clients through the sockets of a real systemd, the units as
# installed: a worker for each connection, then the listener that the first
# connection starts.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../80-clients", "$Bin/../lib";
use Clients;
use Door;
use Machine;
use Test::More;

Machine->need;
my $why = Clients::missing();
plan(skip_all => $why) if defined($why);
my $m = Machine->start;
for my $command (['systemd-sysusers', 'doorward.conf'],
    ['systemd-tmpfiles', '--create', 'doorward.conf']) {
	my ($status, $out) = $m->run(@$command);
	is($status, 0, $command->[0]) or diag($out);
}

# What its own user is told.
sub credentials {
	my ($status, $out) = $m->run('setpriv', '--reuid', 'doorward',
	    '--regid', 'doorward', '--init-groups', 'env', '-u', 'HOME',
	    'doorward', 'credentials', @_);
	is($status, 0, "credentials $_[0]") or diag($out);
	return $out =~ /^(?:AWS_\w+=)?(\S+)$/mg;
}

my ($token) = credentials('bearer');
my $s = Door::at(3667, $token);
$s->{aws} = [credentials('aws')];
for my $way (['Accept=yes', 'doorward.socket'],
    ['Accept=no', 'doorward-serve.socket']) {
	my ($what, $unit) = @$way;
	my ($status, $out) = $m->run('systemctl', 'enable', '--now', $unit);
	is($status, 0, "$what: enabled") or diag($out);
	is_deeply([$m->ours], [], "$what: nothing runs before a connection");
	Clients::together($s, "systemd, $what");
	is_deeply([$m->quiet(10)], [], "$what: nothing is left")
	    if $what eq 'Accept=yes';
	($status, $out) = $m->run('systemctl', 'disable', '--now', $unit);
	is($status, 0, "$what: disabled") or diag($out);
}
for my $secret ($token, $s->{aws}[1]) {
	is(index($m->journal, $secret), -1,
	    'A18: the journal holds no secret');
}
ok($m->stop, 'the machine goes down in order');
done_testing();
