#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a13-rate.t - A13: how often a token may ask, and a peer be wrong: one count
# for all connections, protocols, doors and processes, that outlives them.
use strict;
use warnings;
no warnings qw(exec);
use Cwd qw(abs_path);
use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/../85-doors";
use Door;
use Doorward;
use IO::Socket::IP;
use Rooms;
use SigV4;
use Test::More;
use Time::HiRes qw(time sleep);

Doorward->need;
my @wrong = ('Authorization', 'Bearer dw_AAAAAAAA_' . 'x' x 43);

# What an answer says of the limit.
sub told {
	my ($a) = @_;
	return [map { $a->{h}{$_} } qw(x-ratelimit-limit x-ratelimit-remaining
	    x-ratelimit-reset retry-after)];
}

sub ask { my ($s, %opt) = @_; return $s->dynamo('ListTables', {}, %opt) }

# ---- a token: the burst, both protocols, many connections

my $conf = "rate = 6/h\nrate-token = big 1000/s burst 2000\n" .
    "rate-token = free none\n";
my $home = Doorward->new_home(conf => $conf);
my $s = Doorward->start(home => $home);

sub token {
	my ($name) = @_;
	my ($status, $out) = Doorward->command($home, 'token', 'new', $name);
	my ($text) = $out =~ /\b(dw_\w{8}_[\w-]{43})\b/;
	die("token new: $status $out") if !defined($text);
	$s->secret($text);
	return ('Authorization', "Bearer $text");
}

my ($status, $body, $a) = ask($s);
is($status, 200, 'A13: the first is served');
is_deeply(told($a), [6, 5, 600, undef], 'A13: and told what is left');
my $c = $s->client;
is((ask($s, on => $c))[0], 200, 'A13: a second connection counts too');
is(($s->mcp('tools/list', undef, on => $c))[0], 200, 'A13: a second protocol');
is(($s->mcp_modern('tools/list'))[0], 200, 'A13: of either era');
is(($s->dynamo('CreateTable', { TableName => 'rate',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' }, on => $c))[0], 200,
    'A13: a write, in another process, is counted once');
($status, $body, $a) = ($s->dynamo('GetItem', { TableName => 'rate',
    Key => { k => { S => 'x' } } }, on => $c));
is($status, 200, 'A13: the last of the burst');
is($a->{h}{'x-ratelimit-remaining'}, 0, 'A13: says that it is');

($status, $body, $a) = ask($s, on => $c);
is($status, 429, 'A13: one more is 429');
is($body->{__type}, 'com.amazon.coral.availability#ThrottlingException',
    'A13: an error that the clients of AWS try again');
my $t = told($a);
is_deeply([@$t[0, 1]], [6, 0], 'A13: with the limit');
ok($t->[2] > 3500 && $t->[2] <= 3600, 'A13: when all is back');
ok($t->[3] > 500 && $t->[3] <= 600, 'A13: and when to come again');
($status, $body, $a) = $s->mcp('tools/list', undef, on => $c);
is($status, 429, 'A13: on the other protocol, too, on the same connection');
is($body->{error}{code}, -32000, 'A13: as an error of JSON-RPC');
is(ref($a) && $a->{h}{'retry-after'} > 500, 1, 'A13: with the same fields');
is($s->request('GET', '/metrics', [$s->auth])->{status}, 429,
    'A13: and for what is read by GET');
is(scalar(grep { (ask($s))[0] == 429 } 1 .. 20), 20,
    'A13: on every new connection');
is($s->request('GET', $_)->{status}, 200, "A13: $_ is exempt")
    for ('/', '/healthz');
is($s->request('POST', '/', [@wrong, 'X-Amz-Target', 'x'], '')->{status}, 401,
    'A13: a wrong token is still told that it is wrong');
$c->close;

# ---- budgets by name

my @big = token('big');
my @free = token('free');
my @same = token('same');
my $list = [ 'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
    'DynamoDB_20120810.ListTables' ];
$a = $s->request('POST', '/', [@big, @$list], '{}');
is_deeply([$a->{status}, @{told($a)}[0, 1]], [200, 2000, 1999],
    'A13: a token with a budget of its own');
$a = $s->request('POST', '/', [@same, @$list], '{}');
is_deeply([$a->{status}, @{told($a)}[0, 1]], [200, 6, 5],
    'A13: another one has the same rate, and its own count');
$a = $s->request('POST', '/', [@free, @$list], '{}');
is_deeply([$a->{status}, told($a)], [200, [undef, undef, undef, undef]],
    'A13: and one has none, of which nothing is said');

# Somebody knows an access key id, and not the secret: it costs the token
# nothing.
my $akid = 'DOORWARDAKID' . substr($same[1], length('Bearer dw_'), 8);
my $date = POSIX::strftime('%Y%m%d', gmtime());
my $stamp = POSIX::strftime('%Y%m%dT%H%M%SZ', gmtime());
for (1 .. 10) {
	$a = $s->request('POST', '/', ['Authorization',
	    "AWS4-HMAC-SHA256 Credential=$akid/$date/us-east-1/dynamodb/" .
	    'aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, ' .
	    'Signature=' . '0' x 64, 'X-Amz-Date', $stamp, @$list], '{}');
}
is($a->{status}, 400, 'a wrong signature');
$a = $s->request('POST', '/', [@same, @$list], '{}');
is_deeply([$a->{status}, @{told($a)}[0, 1]], [200, 6, 4],
    'A13: wrong signatures with its key do not spend a token\'s budget');
is(scalar(() = $s->log =~ /incident kind=rate /g), 1,
    'D6: that a budget was spent is told once');

# ---- a restart, a kill of everything

$s->finish;
$s = Doorward->start(home => $home);
is((ask($s))[0], 429, 'A13: a restart gives nothing back');
kill('KILL', $s->pid, $s->descendants);
$s->kill_all;
$s = Doorward->start(home => $home);
is((ask($s))[0], 429, 'A13: nor does kill -9 of all');
my $file = $s->home . '/data/limits';
is((stat($file))[2] & 07777, 0600, 'the file is the user\'s alone');
cmp_ok(-s $file, '<', 128 * 1024, 'and small');

# ---- the same count through the doors that have one process a connection

SKIP: {
	my $program = '/usr/bin/systemd-socket-activate';
	skip('systemd-socket-activate is not here', 1) if !-x $program;
	for my $way (['LISTEN_FDS', '--accept'],
	    ['inetd', '--accept', '--inetd']) {
		my ($name, @args) = @$way;
		my $port = Doorward::free_port();
		my $worker = Doorward::program() . '-worker';
		my $pid = fork() // die("fork: $!");
		if ($pid == 0) {
			open(STDERR, '>', "$home/log");
			exec($program, @args, '-l', "127.0.0.1:$port",
			    abs_path($worker), '--home', $home);
			POSIX::_exit(127);
		}
		my $door = Door::at($port, $s->bearer);
		Rooms::wait_for(10, sub { $door->client });
		is($door->request('GET', '/healthz')->{status}, 200,
		    "A13: $name: health is exempt");
		($status, $body, $a) = ask($door);
		is($status, 429, "A13: $name: the same count");
		is(ref($a) && $a->{h}{'x-ratelimit-limit'}, 6,
		    "A13: $name: and the same limit");
		kill('TERM', $pid);
		waitpid($pid, 0);
	}
}
$s->finish;

# ---- a window's edge: no double burst

$s = Doorward->start(conf => "rate = 10/s\n");
$c = $s->client;
ask($s, on => $c) for 1 .. 30;
sleep(1.2);
my $now = time();
sleep(int($now) + 1.9 - $now);    # just before a second begins
my ($begin, $served) = (time(), 0);
while (time() - $begin < 0.3) {
	$served++ if (ask($s, on => $c))[0] == 200;
}
my $most = 10 + int((time() - $begin) * 10) + 1;
cmp_ok($served, '>=', 10, 'A13: around a second\'s edge: the burst');
cmp_ok($served, '<=', $most, "A13: and what $most of the rate gives, not two");
$c->close;

# Eight connections at once: together no more.
my $reader = sub {
	my ($end, $n) = (time() + 1, 0);
	my $c = $s->client;
	while (time() < $end) {
		$n++ if (ask($s, on => $c))[0] == 200;
	}
	return $n;
};
sleep(1.1);
$begin = time();
my @out;
for (1 .. 4) {
	my $pid = open(my $fh, '-|') // die("fork: $!");
	if ($pid == 0) {
		print($reader->());
		close(STDOUT);
		POSIX::_exit(0);
	}
	push(@out, $fh);
}
my $sum = 0;
$sum += <$_> for @out;
close($_) for @out;
$most = 10 + int((time() - $begin) * 10) + 1;
cmp_ok($sum, '<=', $most, "A13: four clients at once: $sum of $most");
cmp_ok($sum, '>=', 10, 'A13: and not fewer than the burst');
$s->finish;

# ---- a peer that is wrong

$s = Doorward->start(conf => "refusals = 3/h\nrefusals-local = yes\n" .
    "incident-logins = 5/h\n");
my @statuses = map { $s->request('POST', '/mcp', [@wrong, 'Content-Type',
    'application/json'], '{}')->{status} } 1 .. 5;
is_deeply(\@statuses, [401, 401, 401, 429, 429],
    'A13: wrong credentials: three are told so, then come again later');
$a = $s->request('POST', '/mcp', [@wrong], '{}');
$t = told($a);
ok($t->[3] > 4700 && $t->[3] <= 4800,
    'A13: with Retry-After: longer by each that came too soon');
$t = told((map { $s->request('POST', '/mcp', [@wrong], '{}') } 1 .. 20)[-1]);
ok($t->[3] > 10800 && $t->[3] <= 12000, 'A13: but not for ever');
is($a->{h}{connection}, 'close', 'A13: and the connection is closed');
is($s->request('GET', '/', [@wrong])->{status}, 200,
    'A13: what needs no token is served');
($status, $body, $a) = ask($s);
is($status, 200, 'A13: a right token is never refused for its peer');
is($a->{h}{'x-ratelimit-limit'}, undef, 'A13: nor told of it');
is($s->request('POST', '/', [@$list], '{}')->{status}, 429,
    'A13: no credential at all counts, too, on either protocol');
is(scalar(grep { $s->request('POST', '/mcp', [$s->auth, 'Host', 'evil',
    'Content-Type', 'application/json'], '{}')->{status} == 403 } 1 .. 5), 5,
    'A13: with a right one one may be refused as often as one likes');
is(scalar(() = $s->log =~ /refused gate=token/g), 3,
    'A13: of what is over the limit there is no line each');
$s->stop;
$s = Doorward->start(home => $s->home);
is($s->request('POST', '/mcp', [@wrong], '{}')->{status}, 429,
    'A13: a restart forgives nothing');
$s->finish;

# ---- by default not on loopback

$s = Doorward->start(conf => "refusals = 2/h\n");
is(scalar(grep { $s->request('POST', '/mcp', [@wrong], '{}')->{status} == 401 }
    1 .. 20), 20, 'A13: on loopback it is off by default');
is((ask($s))[2]{h}{'x-ratelimit-limit'}, undef,
    'A13: and so is the budget of a token');
$s->finish;

# ---- signed requests, and those whose body alone says what they do

$s = Doorward->start(conf => "rate = 7/h\n");
my ($id, $secret) = $s->aws;
sub signed {
	my ($op, $args, %opt) = @_;
	my $text = $s->json->encode($args);
	my @h = SigV4::headers(id => $id, secret => $secret, method => 'POST',
	    body => $text, headers => ['Host', '127.0.0.1:' . $s->port,
	    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
	    "DynamoDB_20120810.$op"]);
	$opt{on}->send($s->text('POST', '/', \@h, $text));
	my $a = $opt{on}->answer;
	return [$a->{status}, $a->{h}{'x-ratelimit-remaining'}];
}
$c = $s->client;
my %table = (TableName => 'signed', BillingMode => 'PAY_PER_REQUEST',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }]);
is_deeply(signed('ListTables', {}, on => $c), [200, 6],
    'A13: a signed read is counted');
is_deeply(signed('CreateTable', \%table, on => $c), [200, 5],
    'A13: a signed write once, though two processes see it');
is_deeply(signed('GetItem', { TableName => 'signed',
    Key => { k => { S => 'a' } } }, on => $c), [200, 4],
    'A13: and a read behind it');
is(signed('ExecuteStatement', { Statement =>
    q{INSERT INTO "signed" VALUE {'k': 'a'}} }, on => $c)->[0], 200,
    'A13: a statement that writes');
is_deeply(signed('ExecuteStatement', { Statement =>
    q{SELECT * FROM "signed"} }, on => $c), [200, 2],
    'A13: is counted once, and one that reads');
is(($s->dynamo('ExecuteStatement', { Statement =>
    q{INSERT INTO "signed" VALUE {'k': 'b'}} }, on => $c))[0], 200,
    'A13: the same with a bearer token');
is_deeply(signed('ListTables', {}, on => $c), [200, 0],
    'A13: which is the same token: the last');
is_deeply(signed('ListTables', {}, on => $c), [429, 0],
    'A13: and one too many');
$c->close;
$s->finish;

# ---- off loopback, where it is on by default: a network of our own

my %unshare = (x86_64 => 272, aarch64 => 97);
my $unshare = $unshare{(POSIX::uname())[4]};
SKIP: {
	my $net = 0x40000000;    # CLONE_NEWNET
	skip('needs root, ip(8) and a network of its own', 1)
	    if $> != 0 || !defined($unshare) || !-x '/usr/sbin/ip' ||
	    !-e '/proc/net/if_inet6' || syscall($unshare, $net) != 0;
	my @ips = ('2001:db8::1', '2001:db8:1::1', '2001:db8:1::2',
	    '2001:db8:2::1', '192.0.2.1', '192.0.2.2');
	system('ip', 'link', 'set', 'lo', 'up');
	system('ip', 'addr', 'add', $_, 'dev', 'lo', /:/ ? 'nodad' : ())
	    for @ips;
	off_loopback();
}

# From an address: the status of a wrong token.
sub from {
	my ($to, $from, @auth) = @_;
	my $sock = IO::Socket::IP->new(PeerHost => $to, LocalHost => $from,
	    PeerPort => $s->port, Timeout => 10) or return "connect: $@";
	$sock->autoflush(1);
	my $c = bless({ sock => $sock, in => '' }, 'Doorward::Client');
	my $host = $to =~ /:/ ? "[$to]" : $to;
	$c->send($s->text('POST', '/', ['Host', $host . ':' . $s->port,
	    @auth ? @auth : @wrong, @$list], '{}'));
	my $a = $c->answer;
	$c->close;
	return $a->{status} || $a->{error};
}

sub off_loopback {
	my $home = Doorward->new_home(conf => "public = yes\n" .
	    "host = [2001:db8::1]\nhost = 192.0.2.1\nrefusals = 3/h\n");
	my ($status, $out) = Doorward->command($home, 'token', 'new', 'ci');
	my ($text) = $out =~ /\b(dw_\w{8}_[\w-]{43})\b/;
	my $port = Doorward::free_port();
	$s = Doorward->start(home => $home, port => $port,
	    listen => ["[2001:db8::1]:$port", "192.0.2.1:$port"]);
	$s->secret($text);
	my @right = ('Authorization', "Bearer $text");
	my $to = '2001:db8::1';
	is_deeply([map { from($to, "2001:db8:1::$_") } 1, 2, 1, 2, 1],
	    [401, 401, 401, 429, 429],
	    'A13: off loopback by default; 64 bits of IPv6 are one peer');
	is(from($to, '2001:db8:2::1'), 401, 'A13: other 64 bits another');
	is(from($to, '2001:db8:1::1', @right), 200,
	    'A13: a right token passes from there');
	is_deeply([map { from('192.0.2.1', '192.0.2.2') } 1 .. 4],
	    [401, 401, 401, 429], 'A13: of IPv4 each address');
	is(from('192.0.2.1', '192.0.2.1'), 401, 'A13: alone');
	is(from('192.0.2.1', '192.0.2.2', @right), 200,
	    'A13: and the right token');
	$s->finish;
}
done_testing();
