#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a02-before-body.t - A2: token, Host and Origin are checked in that order
# and before one byte of the body is read.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;
use Time::HiRes qw(time sleep);
use Doorward;

Doorward->need;
my $s = Doorward->start;
my $port = $s->port;
my @auth = $s->auth;
my @json = ('Content-Type', 'application/json');

# The first answer to a head whose body never comes: status and seconds.  The
# server would wait for that body for 30.
sub refused {
	my ($server, @headers) = @_;
	my $c = $server->client;
	my $at = time();
	$c->send($server->text('POST', '/mcp', \@headers));
	my $a = $c->answer(seconds => 20);
	my $took = time() - $at;
	$c->close;
	return ($a->{status}, $took, $a);
}

my @cases = (
	[401, 'no token', 'Content-Length', 1000000],
	[401, 'a wrong token', 'Authorization', 'Bearer x', 'Content-Length',
	    1000000],
	[403, 'a foreign host', @auth, 'Host', 'evil.example',
	    'Content-Length', 1000000],
	[403, 'a foreign origin', @auth, 'Origin', 'https://evil.example',
	    'Content-Length', 1000000],
	[415, 'a wrong type', @auth, 'Content-Type', 'text/plain',
	    'Content-Length', 1000000],
	[413, 'a body too large', @auth, @json, 'Content-Length',
	    1_000_000_000],
	[411, 'no length', @auth, @json],
	[401, 'a wrong token and an expectation', 'Authorization', 'Bearer x',
	    'Expect', '100-continue', 'Content-Length', 1000000],
	[403, 'a foreign origin and an expectation', @auth, 'Origin', 'null',
	    'Expect', '100-continue', 'Content-Length', 1000000],
	[401, 'a wrong token and chunks', 'Authorization', 'Bearer x',
	    'Transfer-Encoding', 'chunked'],
);
for (@cases) {
	my ($status, $name, @headers) = @$_;
	my ($got, $took) = refused($s, @headers);
	is($got, $status, "A2: $name is refused without the body");
	cmp_ok($took, '<', 8, "A2: $name is refused at once");
}

# The order: each request is wrong in all that follows, too.
my @wrong = ('Host', 'evil.example', 'Origin', 'https://evil.example',
    'Content-Type', 'text/plain', 'Content-Length', 1_000_000_000);
my ($first) = refused($s, 'Authorization', 'Bearer x', @wrong);
is($first, 401, 'A2: the token comes first');
my ($host, undef, $by_host) = refused($s, @auth, @wrong);
my (undef, undef, $by_origin) = refused($s, @auth, @wrong[2 .. $#wrong]);
is($host, 403, 'A2: then Host');
is($by_origin->{status}, 403, 'A2: then Origin');
isnt($by_host->{body}, $by_origin->{body}, 'A2: Host and Origin are told apart');
is((refused($s, @auth, @wrong[4 .. $#wrong]))[0], 415, 'A2: then the type');
is((refused($s, @auth, @json, @wrong[6 .. $#wrong]))[0], 413,
    'A2: then the length');

# 100 Continue: only when the gates are passed, and then the answer.
my $c = $s->client;
my $body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
$c->send($s->text('POST', '/mcp', [@auth, @json, 'Expect', '100-continue',
    'Content-Length', length($body)]));
is($c->answer->{status}, 100, 'A2: what passes the gates is told to go on');
$c->send($body);
is($c->answer->{status}, 200, 'A2: and answered');
$c->close;

# A refused upload sees its answer, not a reset: the close lingers.
my $lost = 0;
for (1 .. 10) {
	my $c = $s->client;
	$c->send($s->text('POST', '/mcp', ['Authorization', 'Bearer x'],
	    'x' x 5_000_000));
	$lost++ if $c->answer->{status} ne '401';
	$c->close;
}
is($lost, 0, 'A2: of 10 refused uploads of 5 MB each saw its 401');
$s->finish;

# ---- what the system calls say

SKIP: {
	skip('strace is not here', 2)
	    if !grep { -x "$_/strace" } split(/:/, $ENV{PATH});
	skip('leak detection does not go with a tracer', 2)
	    if Doorward->sanitized;
	my $dir = tempdir(CLEANUP => 1);
	my ($t, $log) = Doorward->try_start(wrap => ['strace', '-ff', '-qq',
	    '-s', '64', '-e', 'trace=read,readv,recvfrom,recvmsg,write,' .
	    'writev,sendto,sendmsg,shutdown,close', '-o', "$dir/trace"]);
	skip("nothing may be traced here: $log", 2) if !$t;
	my $c = $t->client;
	$c->send($t->text('POST', '/mcp', ['Authorization', 'Bearer x',
	    'X-Marker', 'before-the-body', 'Content-Length', 1000000]));
	my $a = $c->answer;
	$c->send('BODY' x 1000);
	$c->close;
	$t->stop;
	is($a->{status}, 401, 'A2: refused while traced');
	# One file for each process; the room's is the one with the request.
	my ($lines) = grep { /"POST \/mcp/ } map { Doorward::slurp($_) }
	    glob("$dir/trace.*");
	my ($fd, @between);
	for (split(/\n/, $lines // '')) {
		if (!defined($fd)) {
			$fd = $1 if m{^(?:read|recvfrom)\((\d+), "POST /mcp};
			next;
		}
		next if !/^\w+\($fd\b/;
		push(@between, $_);
		last if /HTTP\/1\.1 401/;
	}
	is(scalar(@between), 1, 'A2: between the read of the head and the ' .
	    'refusal nothing is read from the peer') or diag(@between);
}
done_testing();
