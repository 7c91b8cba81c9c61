#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a08-tokens.t - A8: named tokens: shown once, stored as hashes, expiring,
# last used, rotated and revoked under the eyes of open connections.
use strict;
use warnings;
use File::Find;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use POSIX qw(strftime);
use Test::More;
use Time::HiRes qw(sleep time);
use Doorward;
use SigV4;

Doorward->need;
my $json = Doorward::json();
my $s = Doorward->start;
my $default = $s->bearer;

sub token { return Doorward->command($s->home, 'token', @_) }

# The faces of a token that a command has just shown.
sub faces {
	my ($out) = @_;
	my %f = $out =~ /^(\w+)=(\S+)$/mg;
	$s->secret($f{DOORWARD_TOKEN} // (), $f{AWS_SECRET_ACCESS_KEY} // ());
	return @f{qw(DOORWARD_TOKEN AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY)};
}

sub made {
	my ($status, $out, $err) = token('new', @_);
	is($status, 0, "A8: token new @_") or diag($err);
	return faces($out);
}

# The status of ListTables with a token, on a connection or a new one.
sub with {
	my ($token, $client) = @_;
	local $s->{bearer} = $token;
	return ($s->dynamo('ListTables', {}, on => $client))[0];
}

sub mcp_with {
	my ($token) = @_;
	local $s->{bearer} = $token;
	return ($s->mcp('ping'))[0];
}

sub signed {
	my ($id, $secret) = @_;
	my @h = SigV4::headers(id => $id, secret => $secret, path => '/',
	    method => 'POST', body => '{}', region => 'us-east-1',
	    service => 'dynamodb', headers => ['Host', "127.0.0.1:$s->{port}",
	    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
	    'DynamoDB_20120810.ListTables']);
	return $s->request('POST', '/', \@h, '{}')->{status};
}

sub listed {
	my (@args) = @_;
	my ($status, $out) = token('list', '--json', @args);
	return @{$json->decode($out)};
}

sub shown {
	my ($which) = @_;
	my ($status, $out) = token('show', $which, '--json');
	return $status == 0 ? @{$json->decode($out)} : ();
}

# ---- a named token, its two faces, its record

my ($ci, $id, $secret) = made('ci', '--scope', 'write', '--expires', '30d');
like($ci, qr/^dw_[A-Z2-7]{8}_[A-Za-z0-9_-]{43}$/, 'A8: its text');
is($id, 'DOORWARDAKID' . substr($ci, 3, 8), 'A8: its access key id');
is(length($secret), 40, 'A8: its secret access key');
is(with($ci), 200, 'A8: it is good for the DynamoDB API');
is(mcp_with($ci), 200, 'A8: and for MCP');
is(signed($id, $secret), 200, 'A8: and signs');
is(signed($id, (substr($secret, 0, 1) eq 'x' ? 'y' : 'x') . substr($secret, 1)),
    400, 'A8: another secret does not');
is(with(substr($ci, 0, -1) . ($ci =~ /A$/ ? 'B' : 'A')), 401,
    'A8: another text is refused');

my ($r) = shown('ci');
is_deeply([@$r{qw(name prefix access_key_id state scopes tables groups revoked)}],
    ['ci', substr($ci, 0, 11), $id, 'live', ['read', 'write'], [], [], undef],
    'A8: what it may do is shown');
my $month = strftime('%Y-%m-%d', gmtime(time() + 30 * 86400));
like($r->{expires}, qr/^\Q$month\E/, 'A8: and when it ends');
is_deeply([map { $_->{name} } listed()], ['default', 'ci'], 'A8: both are listed');
like((token('list'))[1], qr/^ci +\Q$r->{prefix}\E live +read,write /m,
    'A8: also for people');
is_deeply([shown($_)], [$r], "A8: found by $_") for $r->{prefix}, $id;

# ---- in no file

sub holders {
	my @holds;
	my @what = @_;
	find({ no_chdir => 1, wanted => sub {
		return if !-f $_;
		my $text = Doorward::slurp($_);
		for my $what (@what) {
			push(@holds, s{^\Q$s->{home}\E/}{}r)
			    if index($text, $what) >= 0;
		}
	} }, $s->home);
	return \@holds;
}
is_deeply(holders($ci, substr($ci, 12), $secret), [],
    'A8: neither its text nor its secret is in any file');
is_deeply(holders($default), ['config/token'],
    'A8: the default token is in one');
unlike(join('', map { (token($_->[0], @$_[1 .. $#$_]))[1] } ['list', '--all'],
    ['show', 'ci'], ['list', '--json'], ['show', 'ci', '--json']),
    qr/\Q${\substr($ci, 12)}\E|\Q$secret\E/, 'A8: nor is it shown again');

# ---- last use, to the minute

my ($idle) = made('idle');
is((shown('idle'))[0]{last_use}, undef, 'A8: never used');
is(with('dw_' . substr($idle, 3, 8) . '_' . 'x' x 43), 401, 'A8: a wrong text');
is((shown('idle'))[0]{last_use}, undef, 'A8: is no use of it');
my ($sign, $sign_id, $sign_secret) = made('sign');
is(signed($sign_id, $secret), 400, 'A8: a wrong signature');
is((shown('sign'))[0]{last_use}, undef, 'A8: is no use either');
with($idle);
signed($sign_id, $sign_secret);
my $near = join('|', map { strftime('%Y-%m-%dT%H:%M', gmtime($_)) } time() - 60,
    time());
like((shown($_))[0]{last_use} // 'never', qr/^(?:$near)/,
    "A8: the use of $_ is told") for 'idle', 'sign', 'ci';

# ---- expiry

my ($brief) = made('brief', '--expires', '2s');
my $c = $s->client;
is(with($brief, $c), 200, 'A8: a token for two seconds');
sleep(2.1);
is(with($brief, $c), 401, 'A8: then it is refused, on an open connection too');
is((shown('brief'))[0]{state}, 'expired', 'A8: and shown as expired');
ok(!grep({ $_->{name} eq 'brief' } listed()), 'A8: and no longer listed');
ok(grep({ $_->{name} eq 'brief' } listed('--all')), 'A8: but with --all');

# ---- revocation: the next request of an open connection

for my $by (sub { substr($_[0], 0, 11) }, sub { $_[1] }, sub { 'leak' },
	sub { $_[0] }) {
	my ($leak, $leak_id) = made('leak', '--expires', 'never');
	my $which = $by->($leak, $leak_id);
	my @open = map { $s->client } 1 .. 2;
	is(with($leak, $open[0]), 200, 'A8: an open connection');
	is(with($ci, $open[1]), 200, 'A8: and another token\'s');
	is((token('revoke', $which))[0], 0, 'A8: revoked by ' .
	    ($which eq $leak ? 'its text' : $which));
	is(with($leak, $open[0]), 401, 'A8: the next request is refused');
	is(with($ci, $open[1]), 200, 'A8: the other one\'s is not');
	my ($status, undef, $err) = token('revoke', $which);
	isnt($status, 0, 'A8: a second time there is nothing to revoke');
	like($err, qr/no live token/, 'A8: and it says so');
	is(index($err, substr($leak, 12)), -1, 'A18: without its text');
	is_deeply(holders(substr($leak, 12)), [], 'A18: which is in no file');
}

# ---- rotation: both are good until the old one expires

my ($old) = made('turn', '--scope', 'write', '--expires', '10d');
$c = $s->client;
my ($new) = faces((token('rotate', 'turn', '--overlap', '2s'))[1]);
my $turned = time();
is(with($old, $c), 200, 'A8: rotated: the old one is good');
is(with($new), 200, 'A8: and so is the new one');
is_deeply([map { $_->{state} } shown('turn')], ['retiring', 'live'],
    'A8: as it is shown');
sleep(2.1 - (time() - $turned)) if time() - $turned < 2.1;
is(with($old, $c), 401, 'A8: behind the overlap the old one is not');
is(with($new), 200, 'A8: the new one is');
my ($newer) = faces((token('rotate', 'turn', '--overlap', '0s'))[1]);
is(with($new), 401, 'A8: without an overlap the old one ends at once');
is(with($newer), 200, 'A8: the new one is good');
is(($r) = (shown('turn'))[-1]{expires} =~ /^\Q${\strftime('%Y-%m-%d',
    gmtime(time() + 10 * 86400))}\E/ ? 1 : 0, 1,
    'A8: for as long as the first was made for');

$c = $s->client;
is(with($default, $c), 200, 'A8: the default token');
is((token('rotate', 'default'))[0], 0, 'A8: is rotated');
delete($s->{bearer});
isnt($s->bearer, $default, 'A8: into another');
is(with($s->bearer), 200, 'A8: which is good');
is(with($default, $c), 200, 'A8: as the old one is for an hour');
is_deeply(holders($s->bearer), ['config/token'], 'A8: it lies in the file');
is_deeply(holders($default), [], 'A8: the old one no longer does');
is((token('revoke', substr($default, 0, 11)))[0], 0,
    'A8: the old one is revoked by its prefix');
is(with($default, $c), 401, 'A8: and refused');
is(with($s->bearer), 200, 'A8: the new one is not');

is((token('revoke', 'default'))[0], 0, 'A8: the default token is revoked');
is(with($s->bearer), 401, 'A8: and refused');
is((Doorward->command($s->home, 'credentials', 'aws'))[0], 77,
    'A8: it has no AWS face any more');
is((token('rotate', 'default'))[0], 0, 'A8: there is a way to another');
delete($s->{bearer});
is(with($s->bearer), 200, 'A8: which is good');

# ---- absolute expiry

made('day', '--expires', '2550-01-31');
made('second', '--expires', '2550-01-31T12:34:56Z');
made('week', '--expires', '2w');
is((shown('day'))[0]{expires}, '2550-01-31T00:00:00Z', 'A8: a day\'s start');
is((shown('second'))[0]{expires}, '2550-01-31T12:34:56Z', 'A8: a second');
like((shown('week'))[0]{expires}, qr/^\Q${\strftime('%Y-%m-%d',
    gmtime(time() + 14 * 86400))}\E/, 'A8: two weeks');
is((token('scope', 'day', '--expires', 'never'))[0], 0, 'A8: changed');
is((shown('day'))[0]{expires}, undef, 'A8: to never');

# ---- what is not understood changes nothing

sub map_now { return Doorward::slurp($s->home . '/data/tokens.map') }
my $was = map_now();
for my $bad (['new'], ['new', 'a', 'b'], ['new', 'a b'], ['new', ''],
	['new', 'x' x 33], ['new', 'default'], ['new', 'ci'],
	['new', 'dw_ABCDEFGH'], ['new', 'a', '--scope', ''],
	['new', 'a', '--scope', 'all'], ['new', 'a', '--scope', 'read,'],
	['new', 'a', '--tables', ''], ['new', 'a', '--tables', 'a,,b'],
	['new', 'a', '--tables', 'a b'], ['new', 'a', '--tables', 'x' x 129],
	['new', 'a', '--groups', ''], ['new', 'a', '--groups', 'items,no'],
	(map { ['new', 'a', '--expires', $_] } '', '30', 'd', '-1d', '30x',
	'0s', '2020-01-01', '2027-02-30', '2027-1-1', '2027-01-01T25:00:00Z',
	'2027-01-01T00:00:00', '2999-01-31', '36501d', 'tomorrow'),
	['new', 'a', '--overlap', '1h'], ['new', 'a', '--what'],
	['rotate', 'nobody'], ['rotate', 'ci', '--overlap', '31d'],
	['rotate', 'ci', '--overlap', 'x'], ['rotate', 'ci', '--scope', 'read'],
	['rotate'], ['revoke', 'nobody'], ['revoke'], ['revoke', 'dw_'],
	['revoke', 'dw_AAAAAAA'], ['scope', 'ci'], ['scope', 'nobody',
	'--scope', 'read'], ['scope', 'ci', '--tables', ','],
	['show', 'nobody'], ['show'], ['list', 'x'], ['what'], []) {
	my ($status, $out, $err) = token(@$bad);
	ok($status >= 64 && $status < 80 && $out eq '' && $err ne '',
	    "A8: token @$bad: refused, and it says why") or
	    diag("$status $out $err");
}
is(map_now(), $was, 'A8: and none of these has changed anything');
{
	open(my $full, '>', '/dev/full') or die($!);
	my $pid = fork() // die($!);
	if ($pid == 0) {
		open(STDOUT, '>&', $full);
		open(STDERR, '>', '/dev/null');
		exec(Doorward::program(), '--home', $s->home, 'token',
		    'rotate', 'ci') or POSIX::_exit(127);
	}
	waitpid($pid, 0);
	isnt($?, 0, 'A8: a token that cannot be shown is an error');
	is_deeply([map { $_->{state} } shown('ci')], ['live', 'revoked'],
	    'A8: is void, and the old one lives');
	is(with($ci), 200, 'A8: as it did');
}

# ---- the rights are changed for the next request

$c = $s->client;
sub put_on {
	my ($token) = @_;
	local $s->{bearer} = $token;
	return ($s->dynamo('PutItem', { TableName => 'none',
	    Item => { k => { S => 'a' } } }, on => $c))[1]{__type} =~ s/.*#//r;
}
is(put_on($ci), 'ResourceNotFoundException', 'A8: it may write');
is((token('scope', 'ci', '--scope', 'read'))[0], 0, 'A8: no longer');
is(put_on($ci), 'AccessDeniedException', 'A8: refused on the open connection');
is((token('scope', $id, '--scope', 'write', '--tables', 'other-*'))[0], 0,
    'A8: again, but to some tables');
$c = $s->client;
is(put_on($ci), 'AccessDeniedException', 'A8: this is none of them');
$s->finish;

# ---- killed at every call: the tokens that there were are good

SKIP: {
	skip('strace is not here', 1)
	    if !grep { -x "$_/strace" } split(/:/, $ENV{PATH});
	skip('leak detection does not go with a tracer', 1)
	    if Doorward->sanitized;
	my ($runs, @bad) = (0);
	for my $cmd (['rotate', 'default'], ['rotate', 'ci'], ['new', 'other'],
		['scope', 'ci', '--scope', 'read']) {
		for my $call (qw(openat write msync fsync rename renameat
		    unlinkat flock munmap close)) {
			my $home = Doorward->new_home;
			Doorward->command($home, 'token', 'new', 'ci');
			for my $n (1 .. 40) {
				my @cmd = map { s/^other$/other$n/r } @$cmd;
				last if !killed($home, $call, $n, @cmd);
				$runs++;
				my $why = sound($home);
				push(@bad, "@$cmd, $call $n: $why") if $why;
			}
		}
	}
	cmp_ok($runs, '>', 40, "A8: killed at $runs points of changes");
	is_deeply(\@bad, [], 'A8: no token is lost, and the next command works');
}

sub killed {
	my ($home, $call, $n, @cmd) = @_;
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDOUT, '>', '/dev/null');
		open(STDERR, '>', '/dev/null');
		exec('strace', '-qq', '-f', '-o', '/dev/null', '-e',
		    "trace=$call", '-e', "inject=$call:signal=KILL:when=$n",
		    Doorward::program(), '--home', $home, 'token', @cmd) or
		    POSIX::_exit(127);
	}
	waitpid($pid, 0);
	return ($? & 127) == 9;
}

# What is wrong with a home, or nothing.
sub sound {
	my ($home) = @_;
	my ($status, $text, $err) = Doorward->command($home, 'credentials',
	    'aws');
	return "default: $err" if $status != 0;
	($status, $text, $err) = Doorward->command($home, 'token', 'list',
	    '--json');
	return "list: $err" if $status != 0 || $err ne '';
	my %live = map { $_->{prefix} => $_ } @{$json->decode($text)};
	my $file = Doorward::slurp("$home/config/token");
	return 'the file\'s token is not live'
	    if ($live{substr($file, 0, 11)}{state} // '') ne 'live';
	return 'ci is gone'
	    if !grep { $_->{name} eq 'ci' && $_->{state} eq 'live' }
	    values(%live);
	return;
}
done_testing();
