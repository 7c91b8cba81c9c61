#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# systemd-user.t - the same units under a user's manager, as installed.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Door;
use Machine;
use Test::More;
use Time::HiRes qw(sleep);

Machine->need;
my $uid = 4711;
my $m = Machine->start(users => { alice => $uid });
my @systemctl = ('systemctl', '--user');

sub succeeds {
	my ($what, @command) = @_;
	my ($status, $out) = $m->run_as('alice', @command);
	is($status, 0, $what) or diag($out);
	return $out;
}

sub state_of {
	my ($unit) = @_;
	my (undef, $out) = $m->run_as('alice', @systemctl, 'is-active', $unit);
	chomp($out);
	return $out;
}

my ($status, $out) = $m->run('systemctl', 'start', "user\@$uid");
is($status, 0, 'alice\'s service manager runs') or diag($out);
is(succeeds('systemd-analyze --user verify finds nothing wrong',
    'systemd-analyze', '--user', 'verify', '--man=no',
    map { "/usr/local/lib/systemd/user/$_" } 'doorward.socket',
    'doorward@.service', 'doorward-serve.socket', 'doorward-serve.service',
    'doorward-sweep.timer', 'doorward-sweep.service'),
    '', 'and says nothing');

# ---- Accept=yes: the one command of the README

succeeds('systemctl --user enable --now doorward.socket', @systemctl, 'enable',
    '--now', 'doorward.socket');
is_deeply([$m->ours], [], 'nothing of ours runs before a connection');
my $token = succeeds('doorward credentials bearer', 'doorward', 'credentials',
    'bearer');
chomp($token);
my $s = Door::at(3667, $token);
Door::healthy($s, 'Accept=yes');
Door::database($s, 'Accept=yes');
for my $dir ('.config/doorward', '.local/share/doorward') {
	my @st = stat($m->path("/home/alice/$dir"));
	is_deeply([$st[4], $st[2] & 07777], [$uid, 0700],
	    "~/$dir is alice's alone");
}

my @curl = Door::curl_tools('--unix-socket',
    "/run/user/$uid/doorward/doorward.sock", 'http://localhost/mcp');
is(succeeds('curl by the unix socket', @curl), '200',
    'A11: alice needs no token there');
($status) = $m->run('setpriv', '--reuid', 65534, '--regid', 65534,
    '--clear-groups', @curl);
isnt($status, 0, 'A11: nobody else reaches it');

my $c = $s->client;
$c->send("POST / HTTP/1.1\r\n");
Door::holders($s, $c, $uid, 'Accept=yes');
$c->close;
is_deeply([$m->quiet(5)], [], 'Accept=yes: all are gone after the connection');

like(succeeds('the limits', @systemctl, 'show', '-p',
    'TriggerLimitIntervalUSec', 'doorward.socket', 'doorward-serve.socket'),
    qr/\A(?:TriggerLimitIntervalUSec=0\n\n?){2}\z/,
    'no limit on triggers, of either socket');
my @clients = map { $s->client } 1 .. 300;
$_->close for grep { defined } @clients;
is(state_of('doorward.socket'), 'active',
    '300 connections at once do not put the socket out of service');
Door::healthy($s, 'after 300 connections at once');
is_deeply([$m->quiet(30)], [], 'nor do they leave anything');

# ---- Accept=no

my $dropin = '.config/systemd/user/doorward-serve.service.d';
succeeds('a drop-in', 'mkdir', '-p', "/home/alice/$dropin");
Machine::put($m->path("/home/alice/$dropin/idle.conf"),
    "[Service]\nExecStart=\nExecStart=/usr/local/bin/doorward serve " .
    "--idle-exit 1\n");
succeeds('disabled', @systemctl, 'disable', 'doorward.socket');
succeeds('the other socket takes over', @systemctl, 'enable', '--now',
    'doorward-serve.socket');
is_deeply([$m->ours], [], 'Accept=no: nothing runs before a connection');
Door::healthy($s, 'Accept=no, the first connection');
Door::item($s, 'Accept=yes');
Door::database($s, 'Accept=no', 'listener');
is(succeeds('curl by the unix socket', @curl), '200',
    'A11: alice needs no token here either');
$c = $s->client;
$c->send("POST / HTTP/1.1\r\n");
Door::holders($s, $c, $uid, 'Accept=no');
$c->close;
for my $round (1 .. 2) {
	is_deeply([$m->quiet(10)], [], "Accept=no: nothing when idle ($round)");
	sleep(0.2);
	is(state_of('doorward-serve.service'), 'inactive',
	    'the service is inactive, not failed');
	Door::healthy($s, "Accept=no: the next request ($round)");
	Door::item($s, 'Accept=no', 'listener');
}

# The walls of doorward.socket(8), where this kernel lets a user have them.
SKIP: {
	skip('users may not make namespaces here', 4)
	    if ($m->run_as('alice', 'unshare', '-U', 'true'))[0] != 0;
	Machine::put($m->path("/home/alice/$dropin/walls.conf"),
	    "[Service]\nPrivateUsers=yes\nProtectSystem=strict\n" .
	    "ReadWritePaths=%h/.local/share/doorward %h/.config/doorward\n" .
	    "PrivateNetwork=yes\n");
	succeeds('stopped', @systemctl, 'stop', 'doorward-serve.service');
	succeeds('read again', @systemctl, 'daemon-reload');
	Door::healthy($s, 'Accept=no, with walls');
	Door::item($s, 'Accept=no', 'listener');
}

# ---- the end

succeeds('reload', @systemctl, 'reload', 'doorward-serve.service');
Door::healthy($s, 'after a reload');
succeeds('stopped', @systemctl, 'stop', 'doorward-serve.socket',
    'doorward-serve.service');
is_deeply([$m->quiet(5)], [], 'nothing of ours is left');
my $journal = $m->journal;
unlike($journal, qr/\Q$token\E/, 'A18: the journal does not hold the token');
unlike($journal, qr/doorward: (?:sandbox-failed|violation)/,
    'B4: no sandbox failed');
ok($m->stop, 'the machine goes down in order');
done_testing();
