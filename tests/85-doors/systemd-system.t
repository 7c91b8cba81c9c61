#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# systemd-system.t - both pairs of units under a system manager, as installed.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Claims;
use Door;
use Machine;
use Test::More;
use Time::HiRes qw(sleep);

Machine->need;
my $m = Machine->start;
my $units = '/usr/local/lib/systemd/system';

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

# Units of connections that systemd knows, in whatever state.
sub instances {
	my (undef, $out) = $m->run('systemctl', 'list-units', '--all',
	    '--plain', '--no-legend', 'doorward@*');
	return scalar(my @lines = split(/\n/, $out));
}

# ---- installed

is(succeeds('systemd-analyze verify finds nothing wrong', 'systemd-analyze',
    'verify', '--man=no', map { "$units/$_" } 'doorward.socket',
    'doorward@.service', 'doorward-serve.socket', 'doorward-serve.service',
    'doorward-sweep.timer', 'doorward-sweep.service'),
    '', 'and says nothing');
succeeds('the user is made', 'systemd-sysusers', 'doorward.conf');
succeeds('the directories are made', 'systemd-tmpfiles', '--create',
    'doorward.conf');
my ($uid) = $m->user('doorward');
ok($uid, 'the user doorward is not root');
for my $dir (['/etc/doorward', 0700], ['/var/lib/doorward', 0700],
    ['/run/doorward', 0755]) {
	my @st = stat($m->path($dir->[0]));
	is_deeply([$st[4], $st[2] & 07777], [$uid, $dir->[1]],
	    "$dir->[0] is the user's own");
}

# ---- root's commands

my ($refused, $why) = $m->run('doorward', 'audit', 'verify');
is($refused, 77, 'root does not work on what is the user\'s');
my ($line) = $why =~ /^  (sudo .*)$/m;
is($line, 'sudo -u doorward env -u HOME doorward audit verify',
    'and is told the line');
$line =~ s/^sudo -u doorward/setpriv --reuid doorward --regid doorward --init-groups/;
succeeds('which does it', split(' ', $line));

# ---- a machine without IPv6 addresses

Machine::put('/proc/sys/net/ipv6/conf/lo/disable_ipv6', 1);
like(succeeds('doorward serve without IPv6', 'doorward', '--home', '/tmp/home',
    'serve', '--idle-exit', 1), qr/^doorward: ready on 127\.0\.0\.1:3667$/m,
    'listens where it can');
succeeds('enabled without IPv6', 'systemctl', 'enable', '--now',
    'doorward.socket');
Door::healthy(Door::at(3667), 'without IPv6');
Machine::put('/proc/sys/net/ipv6/conf/lo/disable_ipv6', 0);

# ---- Accept=yes

succeeds('the socket can be restarted', 'systemctl', 'restart',
    'doorward.socket');
is_deeply([$m->quiet(5)], [], 'nothing of ours runs before a connection');
my $token = succeeds('the user reads its token', 'setpriv', '--reuid',
    'doorward', '--regid', 'doorward', '--init-groups', 'env', '-u', 'HOME',
    'doorward', 'credentials', 'bearer');
chomp($token);
my $s = Door::at(3667, $token);
Door::healthy($s, 'Accept=yes');
Door::database($s, 'Accept=yes');

for my $address ('[::1]:3667', 'unix') {
	my @how = $address eq 'unix' ? ('--unix-socket',
	    '/run/doorward/doorward.sock', 'http://localhost/healthz') :
	    "http://$address/healthz";
	is(succeeds("curl by $address", 'curl', '-sS', @how), "ok\n",
	    "Accept=yes: answered by $address");
}
my @curl = Door::curl_tools('--unix-socket', '/run/doorward/doorward.sock',
    'http://localhost/mcp');
is(succeeds('curl as the user', 'setpriv', '--reuid', 'doorward', '--regid',
    'doorward', '--init-groups', @curl), '200',
    'A11: the unit\'s own user needs no token');
is(succeeds('curl as root', @curl), '401', 'A11: root is somebody else');

$m->quiet(5);
my @clients = map { $s->client } 1 .. 3;
$_->send("POST / HTTP/1.1\r\n") for @clients;
Door::holders($s, $clients[0], $uid, 'Accept=yes, in the head');
is(instances(), 3, 'Accept=yes: an instance for each connection');
my $writer = $s->client;
$writer->send($s->text('POST', '/', [$s->auth, 'Content-Type',
    'application/x-amz-json-1.0', 'X-Amz-Target',
    'DynamoDB_20120810.PutItem', 'Content-Length', 100]) . '{"TableName"');
sleep(0.3);
cmp_ok(scalar(Door::holders($s, $writer, $uid, 'Accept=yes, in a write')),
    '>=', 2, 'Accept=yes: a read room and a write room');
$_->close for @clients, $writer;
is_deeply([$m->quiet(5)], [], 'Accept=yes: all are gone after the connections');
sleep(0.3);
is(instances(), 0, 'Accept=yes: and their units');

# systemd's own limit is 200 in two seconds, and then for good.
like(succeeds('the limits', 'systemctl', 'show', '-p',
    'TriggerLimitIntervalUSec', 'doorward.socket', 'doorward-serve.socket'),
    qr/\A(?:TriggerLimitIntervalUSec=0\n\n?){2}\z/,
    'no limit on triggers, of either socket');
@clients = map { $s->client } 1 .. 300;
$_->close for grep { defined } @clients;
is(state_of('doorward.socket'), 'active',
    '300 connections at once do not put the socket out of service');
Door::healthy($s, 'after 300 connections at once');
is_deeply([$m->quiet(30)], [], 'nor do they leave anything');

# ---- Accept=no

my $dropin = $m->path('/etc/systemd/system/doorward-serve.service.d');
mkdir($dropin) or die("$dropin: $!");
Machine::put("$dropin/idle.conf",
    "[Service]\nExecStart=\nExecStart=/usr/local/bin/doorward serve " .
    "--idle-exit 1\n");
succeeds('disabled', 'systemctl', 'disable', 'doorward.socket');
succeeds('the other socket takes over', 'systemctl', 'enable', '--now',
    'doorward-serve.socket');
is(state_of('doorward.socket'), 'inactive', 'in place of the first');
is_deeply([$m->ours], [], 'Accept=no: nothing runs before a connection');
Door::healthy($s, 'Accept=no, the first connection');
Door::item($s, 'Accept=yes');
Door::database($s, 'Accept=no', 'listener');

my $c = $s->client;
$c->send("POST / HTTP/1.1\r\n");
Door::holders($s, $c, $uid, 'Accept=no');
for my $pid ($m->ours) {
	my $st = Doorward->status($pid);
	my @ids = split(' ', $st->{Uid} // next);
	is_deeply([@ids, $st->{CapEff}, $st->{NoNewPrivs}, $st->{Seccomp}],
	    [($uid) x 4, '0' x 16, 1, 2],
	    'B3: Accept=no: ' . Doorward::name($pid));
}
sleep(2.5);
is(state_of('doorward-serve.service'), 'active',
    'Accept=no: it does not end while there is a connection');
$c->close;

for my $round (1 .. 3) {
	is_deeply([$m->quiet(10)], [], "Accept=no: nothing when idle ($round)");
	sleep(0.2);
	is(state_of('doorward-serve.service'), 'inactive',
	    'the service is inactive, not failed');
	Door::healthy($s, "Accept=no: the next request ($round)");
	Door::item($s, 'Accept=no', 'listener');
}
$m->quiet(10);
@clients = map { $s->client } 1 .. 300;
my $healthy = 0;
for my $client (@clients) {
	$client->send($s->text('GET', '/healthz', ['Connection', 'close']));
}
for my $client (@clients) {
	$healthy++ if $client->answer->{status} == 200;
	$client->close;
}
is($healthy, 300, 'Accept=no: 300 at once wake it, and all are answered');
is(state_of('doorward-serve.socket'), 'active', 'and the socket is in service');

# ---- it cannot start: said so, and not for ever

$m->quiet(10);
my $conf = $m->path('/etc/doorward/doorward.conf');
Machine::put($conf, "max-size = many\n");
chmod(0644, $conf);
my $dead = $s->request('GET', '/healthz');
is($dead->{status}, 0, 'a wrong configuration: no answer');
for (1 .. 100) {
	last if state_of('doorward-serve.socket') eq 'failed';
	sleep(0.1);
}
is(state_of('doorward-serve.socket'), 'failed',
    'a wrong configuration is not tried for ever');
like($m->journal('-u', 'doorward-serve.service'),
    qr{/etc/doorward/doorward\.conf\b.*max-size}s, 'and the journal says why');
unlink($conf);
succeeds('mended', 'systemctl', 'reset-failed', 'doorward-serve.service');
succeeds('restarted', 'systemctl', 'restart', 'doorward-serve.socket');
Door::healthy($s, 'mended');

# ---- the end

succeeds('stopped', 'systemctl', 'stop', 'doorward-serve.socket',
    'doorward-serve.service');
is_deeply([$m->quiet(5)], [], 'nothing of ours is left');
unlike($m->journal, qr/\Q$token\E/, 'A18: the journal does not hold the token');
unlike($m->journal, qr{doorward: (?:sandbox-failed|violation)},
    'B4: no sandbox failed');
ok($m->stop, 'the machine goes down in order');
done_testing();
