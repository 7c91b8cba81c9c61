#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a06-start.t - A6: where it listens, and what has to be said for more.
use strict;
use warnings;
use POSIX ();
use Test::More;
use Doorward;

Doorward->need;

my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

# Does it start so?  Ends it again.
sub starts {
	my (%opt) = @_;
	my ($s, $log) = Doorward->try_start(%opt);
	return (0, $log) if !$s;
	$s->stop;
	return (1, $log);
}

# An address that is not loopback: of a network of our own, where that can be.
my %unshare = (x86_64 => 272, aarch64 => 97);
my $unshare = $unshare{(POSIX::uname())[4]};
my @own;
if ($> == 0 && defined($unshare) && -x '/usr/sbin/ip' &&
    syscall($unshare, 0x40000000) == 0) {	# CLONE_NEWNET
	@own = ('192.0.2.1');
	system('ip', 'link', 'set', 'lo', 'up');
	system('ip', 'addr', 'add', $own[0], 'dev', 'lo');
}

my $port = Doorward::free_port();
my @all = ("0.0.0.0:$port", "[::]:$port");
push(@all, grep { !/^127\./ } map { "$_:$port" } addresses());

sub addresses {
	my $out = `hostname -I 2>/dev/null` // '';
	return (@own, grep { /^\d+\.\d+\.\d+\.\d+$/ } split(' ', $out));
}

for my $l ("127.0.0.1:$port", "127.0.0.2:$port", "localhost:$port") {
	next if $l =~ /^localhost/; # names are not addresses
	is((starts(port => $port, listen => [$l]))[0], 1, "A6: $l needs nothing");
}
for my $l (@all) {
	my ($up, $log) = starts(listen => [$l]);
	is($up, 0, "A6: $l is refused by default");
	like($log, qr/public/, 'A6: and says what it would take');
	is((starts(listen => [$l], conf => "public = yes\n"))[0], 0,
	    "A6: $l with public = yes and the default token alone is refused");
	is((starts(listen => [$l], args => ['--no-auth']))[0], 0,
	    "A6: $l with --no-auth is refused");
	is((starts(listen => [$l], args => ['--no-auth'],
	    conf => "public = yes\n"))[0], 0,
	    "A6: $l with --no-auth and public = yes is refused");
	is((starts(listen => [$l], args => ['--ephemeral']))[0], 0,
	    "A6: $l with --ephemeral is refused");
}
is((starts(listen => ["127.0.0.1:$port", "0.0.0.0:" . Doorward::free_port()]))[0],
    0, 'A6: one address too many refuses all');

# ---- what it takes: public = yes, and a named token that is live

{
	my $home = Doorward->new_home(conf => "public = yes\n");
	my $with = sub {
		return (starts(home => $home, listen => ["0.0.0.0:$port"],
		    @_))[0];
	};
	my ($status, $out) = Doorward->command($home, 'token', 'new', 'far');
	is($status, 0, 'A6: a named token is made');
	my ($token) = $out =~ /^DOORWARD_TOKEN=(\S+)$/m;
	my ($s, $log) = Doorward->try_start(home => $home, port => $port,
	    listen => ["0.0.0.0:$port"]);
	ok($s, 'A6: with it and public = yes 0.0.0.0 is listened at') or
	    diag($log);
	$s->secret($token);
	for my $at ('127.0.0.1', addresses()) {
		my $sock = IO::Socket::INET->new(PeerAddr => $at,
		    PeerPort => $port, Timeout => 5);
		ok($sock, "A6: $at is listened at") or next;
		my $c = bless({ sock => $sock, in => '' }, 'Doorward::Client');
		$c->send($s->text('POST', '/mcp', ['Content-Type',
		    'application/json'], $ping));
		is($c->answer->{status}, 401, "A6: at $at a token is needed");
		$c = bless({ sock => IO::Socket::INET->new(PeerAddr => $at,
		    PeerPort => $port, Timeout => 5), in => '' },
		    'Doorward::Client');
		$c->send($s->text('POST', '/mcp', ['Content-Type',
		    'application/json', 'Authorization', "Bearer $token"],
		    $ping));
		is($c->answer->{status}, 200, "A6: and the named one is good");
	}
	$s->finish;
	is($with->(args => ['--no-auth']), 0, 'A6: but not with --no-auth');
	is($with->(args => ['--ephemeral']), 0, 'A6: nor with --ephemeral');
	Doorward->command($home, 'token', 'revoke', 'far');
	is($with->(), 0, 'A6: nor when the token is revoked');
	Doorward->command($home, 'token', 'new', 'brief', '--expires', '1s');
	sleep(2);
	is($with->(), 0, 'A6: nor with one that has expired');
}

my $s = Doorward->start(args => ['--no-auth']);
is($s->request('POST', '/mcp', ['Content-Type', 'application/json'],
    $ping)->{status}, 200, 'A6: --no-auth on loopback serves without a token');
is($s->request('POST', '/mcp', ['Content-Type', 'application/json', 'Origin',
    'https://evil.example'], $ping)->{status}, 403,
    'A6: and still looks at Origin');
is($s->request('POST', '/mcp', ['Content-Type', 'application/json', 'Host',
    'evil.example'], $ping)->{status}, 403, 'A6: and at Host');
$s->finish;

# What is not understood does not start.
for my $c ("publik = yes\n", "public = perhaps\n", "public\n",
	"public = yes\npublic = no\n", "\x00\n") {
	is((starts(conf => $c))[0], 0, 'A6: the configuration ' .
	    ($c =~ s/\n/; /gr =~ s/\0/NUL/r) . 'is refused');
}
for my $a (['--listen', '127.0.0.1:0x10'], ['--listen', '127.0.0.1:65536'],
	['--listen', '127.0.0.1'], ['--what'], ['more']) {
	is((starts(args => $a))[0], 0, "A6: serve @$a is refused");
}
done_testing();
