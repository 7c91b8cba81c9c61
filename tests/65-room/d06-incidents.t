#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d06-incidents.t - D6: what an operator should hear of is told once, in the
# journal and as a row of the log, and then it is quiet; B8: a crash is
# counted, also one that nobody of ours has seen.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use Rooms;
use Test::More;
use Time::HiRes qw(time sleep);

Doorward->need_hardened;
Rooms::need_root();
my $json = JSON::PP->new->utf8;
my @wrong = ('Authorization', 'Bearer dw_AAAAAAAA_' . 'x' x 43,
    'Content-Type', 'application/json');

sub told {
	my ($s, $kind) = @_;
	return scalar(() = $s->log =~ /^<2>doorward: incident kind=$kind /mg);
}

# The line is there, and once.
sub once {
	my ($s, $kind, $what) = @_;
	Rooms::wait_for(5, sub { told($s, $kind) > 0 });
	return is(told($s, $kind), 1, "D6: $kind: $what: told once");
}

# The rows of the log about incidents, by kind.
sub rows {
	my ($home) = @_;
	my ($status, $out, $err) = Doorward->command($home, 'audit', 'show',
	    '--json', '--limit', 0, '--result', 'INCIDENT');
	is($status, 0, 'audit show') or diag($err);
	my %n;
	$n{$_->{operation}}++ for map { $json->decode($_) } split(/\n/, $out);
	return \%n;
}

sub metric {
	my ($s, $name) = @_;
	my $a = $s->request('GET', '/metrics', [$s->auth]);
	return $a->{body} =~ /^\Q$name\E (\d+)$/m ? $1 : undef;
}

my $s = Doorward->start(fixtures => 1,
    conf => "incident-logins = 5/h\nrate-token = busy 2/h\n");
my $home = $s->home;
is(told($s, '\w+'), 0, 'D6: nothing is told when nothing is wrong');

# ---- a burst of wrong credentials

$s->request('POST', '/mcp', [@wrong], '{}') for 1 .. 5;
is(told($s, 'logins'), 0, 'D6: five wrong credentials are no incident');
$s->request('POST', '/mcp', [@wrong], '{}') for 1 .. 10;
once($s, 'logins', 'but six are, and nine more');
like($s->log, qr/incident kind=logins before=0 peer=127\.0\.0\.1 /,
    'D6: logins: by whom');
unlike($s->log, qr/xxxxxxxx/, 'A18: and not with what');

# ---- a budget

my (undef, $out) = Doorward->command($home, 'token', 'new', 'busy');
my ($busy) = $out =~ /\b(dw_\w{8}_[\w-]{43})\b/;
$s->secret($busy);
my @codes = map { $s->request('POST', '/', ['Authorization', "Bearer $busy",
    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
    'DynamoDB_20120810.ListTables'], '{}')->{status} } 1 .. 6;
is_deeply(\@codes, [200, 200, 429, 429, 429, 429], 'a budget of two');
once($s, 'rate', 'a budget that is spent');
like($s->log, qr/incident kind=rate before=0 token=busy /, 'D6: rate: whose');

# ---- the sandbox

my $machine = (POSIX::uname())[4];
my %socket = (x86_64 => 41, aarch64 => 198);
my $caught = 0;
SKIP: {
	skip("no table of system calls for $machine", 3)
	    if !defined($socket{$machine});
	my $probe = $s->text('POST', '/', [$s->auth, 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    'DoorwardFixture_1.ProbeRead'], $s->json->encode({ calls =>
	    [{ nr => $socket{$machine}, args => [1, 1, 0] }] }));
	$s->once($probe) for 1 .. 3;
	$caught = 3;
	once($s, 'violation', 'a socket, three times');
	is(-s "$home/data/violations", 3 * 32, 'D6: all are in the file');
	is(metric($s, 'doorward_sandbox_violations_total'), 3,
	    'and are counted');
}

# ---- a crash that the parent sees, by each kind of room

for my $kind ('read', 'write') {
	my $c = $s->client;
	my $get = $s->text('GET', '/healthz');
	$c->send($get);
	$c->answer;
	Rooms::put($s, 'none', 'a', 'b', on => $c) if $kind eq 'write';
	my $rooms = Rooms::wait_for(2, sub {
		my $r = Rooms::rooms($s, $c);
		return $r->{$kind} ? $r : undef;
	});
	kill('SEGV', $rooms->{$kind});
	$c->close;
}
Rooms::wait_for(5, sub { (metric($s, 'doorward_crashes_total') // 0) == 2 });
is(metric($s, 'doorward_crashes_total'), 2, 'B8: two crashes are counted');
once($s, 'crash', 'two rooms');

# ---- a crash that nobody sees: all of it is killed at once

my $c = $s->client;
$c->send($s->text('GET', '/healthz'));
$c->answer;
kill('KILL', $s->pid, $s->descendants);
$s->kill_all;
$s->secret($busy);
$s = Doorward->start(home => $home, fixtures => 1);
is(metric($s, 'doorward_crashes_total'), 3,
    'B8: a room that was killed with all others is found at the next start');
is(told($s, 'crash'), 0, 'D6: within the quiet time nothing is told again');
is(metric($s, 'doorward_crashes_total'), 3, 'B8: and counted once');
$s->request('POST', '/mcp', [@wrong], '{}') for 1 .. 40;
is(told($s, 'logins'), 0, 'D6: the quiet time outlives a restart');

# A stop in order leaves nothing to be found.
$c = $s->client;
$c->send($s->text('GET', '/healthz'));
$c->answer;
$s->stop;
$s = Doorward->start(home => $home);
is(metric($s, 'doorward_crashes_total'), 3, 'B8: a stop is no crash');
$s->finish;

# ---- the disk

$s = Doorward->start(home => $home);
is(told($s, 'disk'), 0, 'D6: disk: there is enough');
$s->finish;
open(my $fh, '>>', "$home/config/doorward.conf") or die($!);
print($fh "disk-free = 4095T\n");
close($fh);
$s = Doorward->start(home => $home);
$s->request('GET', '/healthz') for 1 .. 3;
sleep(2.5);
once($s, 'disk', 'less is free than is asked for');
like($s->log, qr/incident kind=disk before=0 free=\d+ /,
    'D6: disk: how much is');
$s->finish;

# ---- the rows, and the chain

my $n = rows($home);
is_deeply($n, { logins => 1, rate => 1, crash => 1, disk => 1,
    $caught ? (violation => 1) : () }, 'D6: each is one row of the log')
    or diag($json->encode($n));

SKIP: {
	skip('needs sqlite3', 3) if !-x '/usr/bin/sqlite3';
	system('sqlite3', "$home/data/doorward.db",
	    "UPDATE log SET operation = 'x' WHERE seq = (SELECT min(seq) + 1 FROM log)");
	my @got = Doorward->command($home, 'audit', 'verify');
	is($got[0], 65, 'a log that was changed');
	like($got[2], qr/incident kind=chain before=0 row=\d+ /,
	    'D6: chain: told');
	@got = Doorward->command($home, 'audit', 'verify');
	is($got[0], 65, 'it still is');
	unlike($got[2], qr/incident/, 'D6: chain: and then quiet');
}

# ---- one connection, one process: nobody stays who would know

$home = Doorward->new_home;
my ($client, $pid, $log) = Rooms::single($home);
$client->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
is($client->answer->{status}, 200, 'a single worker serves');
kill('KILL', $pid, Doorward::children($pid));
waitpid($pid, 0);
1 while waitpid(-1, POSIX::WNOHANG()) > 0;
sleep(0.1);
1 while waitpid(-1, POSIX::WNOHANG()) > 0;
$client->close;
for my $try (1 .. 3) {
	($client, $pid, $log) = Rooms::single($home);
	$client->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
	$client->answer;
	$client->close;
	waitpid($pid, 0);
	is(scalar(() = Doorward::slurp($log) =~ /incident kind=crash /g),
	    $try == 1 ? 1 : 0, "D6: crash: found by the next worker, run $try");
}
done_testing();
