#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a12-limits.t - A12: each limit holds at its number and refuses one past
# it; slow peers end, and nobody else waits for them.
use strict;
use warnings;
use Test::More;
use Time::HiRes qw(time sleep);
use Doorward;

Doorward->need;

# The numbers of limits.h, read from there.
my %limit = numbers('src/base/limits.h');

sub numbers {
	my ($file) = @_;
	my %n;
	for (split(/\n/, Doorward::slurp($file))) {
		next if !/^#define LIMIT_(\w+)\s+(?:([KM])IB\((\d+)\)|(\d+))/;
		$n{$1} = defined($4) ? $4 : $3 * ($2 eq 'K' ? 1024 : 1 << 20);
	}
	return %n;
}

my $s = Doorward->start;
my @auth = $s->auth;
my @json = ('Content-Type', 'application/json');
my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

# GET / with a field that makes the head exactly n bytes.
sub head_of {
	my ($n, $terminated) = @_;
	my $text = $s->text('GET', '/', ['X-Fill', '']);
	my $need = $n - length($text);
	$text =~ s/X-Fill: /'X-Fill: ' . 'a' x $need/e;
	return $text;
}

is($s->once(head_of($limit{HEAD}))->{status}, 200,
    "A12: a head of $limit{HEAD} bytes is served");
my $a = $s->once(head_of($limit{HEAD} + 1));
is($a->{status}, 431, 'A12: one byte more is 431');
is($a->{h}{connection}, 'close', 'A12: and closes');
is($s->once(substr(head_of($limit{HEAD} + 100), 0, $limit{HEAD} + 1))->{status},
    431, 'A12: it does not wait for the end of such a head');

sub fields_of {
	my ($n) = @_;
	return $s->text('GET', '/', [map { ("X-$_", 'x') } 2 .. $n]);
}
is($s->once(fields_of($limit{FIELDS}))->{status}, 200,
    "A12: $limit{FIELDS} fields are served");
is($s->once(fields_of($limit{FIELDS} + 1))->{status}, 431,
    'A12: one field more is 431');

sub target_of {
	my ($n) = @_;
	return $s->text('GET', '/?' . 'a' x ($n - 2));
}
is($s->once(target_of($limit{TARGET}))->{status}, 200,
    "A12: a target of $limit{TARGET} bytes is served");
is($s->once(target_of($limit{TARGET} + 1))->{status}, 414,
    'A12: one byte more is 414');

# ---- bodies: what the operation takes

sub length_of {
	my ($path, $n, @headers) = @_;
	my $c = $s->client;
	$c->send($s->text('POST', $path, [@auth, @headers,
	    'Content-Length', $n]));
	my $a = $c->quiet(0.5) ? undef : $c->answer;
	$c->close;
	return $a ? $a->{status} : 'waits';
}
my @aws = ('Content-Type', 'application/x-amz-json-1.0');
for my $case (
	['/', 'PutItem', $limit{BODY_ITEM}],
	['/', 'UpdateItem', $limit{BODY_ITEM}],
	['/', 'GetItem', $limit{BODY_SMALL}],
	['/', 'BatchWriteItem', $limit{BODY}],
) {
	my ($path, $op, $n) = @$case;
	my @t = (@aws, 'X-Amz-Target', "DynamoDB_20120810.$op");
	is(length_of($path, $n, @t), 'waits',
	    "A12: $op waits for a body of $n bytes");
	is(length_of($path, $n + 1, @t), 413, 'A12: one byte more is 413');
	is(length_of($path, '9' x 18, @t), 413, 'A12: and so is very many');
}
for my $n ('18446744073709551615', '18446744073709551616', '9' x 40) {
	like(length_of('/mcp', $n, @json), qr/^4(?:00|13)$/,
	    "A12: a length of $n is refused");
}

sub chunked {
	my ($op, $n, $last) = @_;
	my $c = $s->client;
	$c->send($s->text('POST', '/', [@auth, @aws,
	    'X-Amz-Target', "DynamoDB_20120810.$op",
	    'Transfer-Encoding', 'chunked']));
	my $piece = '10000' . "\r\n" . ' ' x 65536 . "\r\n";
	for (1 .. $n / 65536) {
		$c->send($piece);
	}
	$c->send($last);
	my $a = $c->answer;
	$c->close;
	return $a;
}
is(chunked('GetItem', $limit{BODY_SMALL}, "0\r\n\r\n")->{status}, 400,
    'A12: chunks up to the limit are read (and here are no JSON)');
$a = chunked('GetItem', $limit{BODY_SMALL}, "1\r\n \r\n0\r\n\r\n");
is($a->{status}, 413, 'A12: one byte more in chunks is 413');
# The room's buffer has grown and moved since the head was read.
is($a->{h}{'content-type'}, 'application/x-amz-json-1.0',
    'A12: and the answer still knows what the head said') or
    diag($a->{error});
$a = $s->request('POST', '/mcp', [@auth, @json, 'Transfer-Encoding', 'chunked'],
    '1;' . 'x' x ($limit{CHUNK_LINE} + 10) . "\r\n");
like($a->{status}, qr/^4(?:00|13)$/, 'A12: a chunk line too long is refused');

# JSON depth.  The text is refused for its depth, or for what it says.
sub depth_of {
	my ($n) = @_;
	my ($status, $answer) = Doorward::result($s->request('POST', '/mcp',
	    [@auth, @json], '[' x $n . ']' x $n));
	return $status . ' ' .
	    (ref($answer) eq 'HASH' ? $answer->{error}{code} : 'batch');
}
isnt(depth_of($limit{JSON_DEPTH}), '400 -32700',
    "A12: JSON $limit{JSON_DEPTH} levels deep is read");
is(depth_of($limit{JSON_DEPTH} + 1), '400 -32700', 'A12: one level more is not');
is(depth_of(100_000), '400 -32700', 'A12: nor are 100,000');

# ---- slow peers, all at once; everybody else is served meanwhile

my @slow;

# wait => seconds within which the answer or the end must come
sub slow {
	my ($name, $status, $from, $to, $bytes, $drip) = @_;
	my $c = $s->client;
	$c->send($bytes);
	push(@slow, { name => $name, status => $status, from => $from,
	    to => $to, client => $c, drip => $drip, at => time() });
}
# A machine with much to do may be late by so much.
my $grace = 10;
my ($head_s, $request_s) = ($limit{HEAD_MS} / 1000, $limit{REQUEST_MS} / 1000);
my $body = $s->text('POST', '/mcp', [@auth, @json, 'Content-Length', 1000]);
slow('half a request line', 408, $head_s, $head_s + $grace, 'GET /hea');
slow('half a head', 408, $head_s, $head_s + $grace, "GET / HTTP/1.1\r\nHost: x\r\n");
slow('a head that drips', 408, $head_s, $head_s + $grace,
    "GET / HTTP/1.1\r\nX-Drip: ", 'a');
slow('no body', 408, $request_s, $request_s + $grace, $body);
slow('a body that drips', 408, $request_s, $request_s + $grace, $body, ' ');
slow('half of a large body', 408, $request_s, $request_s + $grace,
    $s->text('POST', '/mcp', [@auth, @json, 'Content-Length', 200_000]) .
    'x' x 100_000);
slow('chunks that drip', 408, $request_s, $request_s + $grace,
    $s->text('POST', '/mcp', [@auth, @json, 'Transfer-Encoding', 'chunked']),
    "1\r\n \r\n");
slow('nothing at all', 'closed', $head_s, $limit{IDLE_MS} / 1000 + $grace, '')
    if Doorward::slow();
slow('idle after an answer', 'closed', $limit{IDLE_MS} / 1000,
    $limit{IDLE_MS} / 1000 + $grace, $s->text('GET', '/healthz'))
    if Doorward::slow();

my ($pings, $late, $end) = (0, 0, time() + $request_s + $grace + 1);
$end += $limit{IDLE_MS} / 1000 - $request_s if Doorward::slow();
while (time() < $end && grep { !$_->{done} } @slow) {
	for my $x (grep { !$_->{done} } @slow) {
		$x->{client}->send($x->{drip}) if $x->{drip};
		next if $x->{client}->quiet(0.01);
		my $a = $x->{client}->answer(seconds => 1);
		if ($a->{status} == 200 && $x->{status} eq 'closed') {
			$x->{at} = time();
			next;
		}
		$x->{done} = time() - $x->{at};
		$x->{got} = $a->{status} || $a->{error};
	}
	my $at = time();
	$late++ if $s->request('GET', '/healthz')->{status} != 200 ||
	    time() - $at > 5;
	$pings++;
	sleep(0.3);
}
for my $x (@slow) {
	my $took = $x->{done} // 0;
	is($x->{got}, $x->{status}, "A12: $x->{name}: ends");
	ok($took >= $x->{from} - 0.2 && $took <= $x->{to},
	    "A12: $x->{name}: after $x->{from} s") or diag("took $took");
	$x->{client}->close;
}
cmp_ok($pings, '>', 20, "A12: $pings requests meanwhile");
is($late, 0, 'A12: none of them waited');

# ---- a peer that does not read

my ($made) = $s->dynamo('CreateTable', { TableName => 'big',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
SKIP: {
	skip('30 s more: DOORWARD_SLOW=1', 2) if !Doorward::slow();
	skip("no table: $made", 2) if $made != 200;
	for my $k (1 .. 3) {
		$s->dynamo('PutItem', { TableName => 'big', Item => {
		    k => { S => "$k" }, v => { S => 'x' x 390_000 } } });
	}
	my $c = $s->client(rcvbuf => 2048);
	my $scan = $s->text('POST', '/', [@auth, @aws,
	    'X-Amz-Target', 'DynamoDB_20120810.Scan'], '{"TableName":"big"}');
	# more than the socket's buffers hold
	$c->send($scan x 20);
	sleep(1);
	my @held = $s->holders($c);
	cmp_ok(scalar(@held), '>', 0, 'A12: a peer that does not read is waited for');
	sleep($limit{SEND_MS} / 1000 + 3);
	is(scalar($s->holders($c)), 0, 'A12: but not for ever');
	$c->close;
}

# ---- many

my @many = map { $s->client } 1 .. 200;
is(scalar(grep { defined } @many), 200, 'A12: 200 connections at once');
$_->send($s->text('POST', '/mcp', [@auth, @json], $ping)) for @many;
is(scalar(grep { $_->answer(seconds => 20)->{status} == 200 } @many), 200,
    'A12: each is answered');
$_->close for @many;

my ($opened, $at) = (0, time());
while ($opened < 10_000 && time() - $at < 20) {
	my $c = $s->client or next;
	$opened++;
	$c->reset if $opened % 2;
	$c->close if $opened % 2 == 0;
}
note(sprintf('%d connects in %.1f s', $opened, time() - $at));
sleep(1);
# As soon as the backlog is done with, and those who share the machine let it
# be.
my ($then, $took);
for (1 .. 100) {
	$at = time();
	$then = $s->request('POST', '/mcp', [@auth, @json], $ping)->{status};
	$took = time() - $at;
	last if $then == 200 && $took < 0.5;
	sleep(0.1);
}
is($then, 200, "A12: after $opened connects there is service a second later");
cmp_ok($took, '<', 0.5, 'A12: and it is quick');

# Early ends of every kind.
for my $n (0, 1, 5, 20, 60, 100) {
	my $c = $s->client;
	$c->send(substr($s->text('POST', '/mcp', [@auth, @json], $ping), 0, $n));
	$n % 2 ? $c->close : $c->reset;
}
for my $how ('close', 'reset', 'shut') {
	my $c = $s->client;
	$c->send($s->text('POST', '/mcp', [@auth, @json], $ping));
	$c->$how;
}
my @left;
for (1 .. 50) {
	@left = sockets();
	last if !@left;
	sleep(0.1);
}
is_deeply(\@left, [], 'A12: no connection is left in any process');
my @dead;
for (1 .. 50) {
	@dead = $s->zombies;
	last if !@dead;
	sleep(0.1);
}
is_deeply(\@dead, [], 'A12: and no dead process');

# Connected sockets of our port that some process of ours still holds.
sub sockets {
	my %inode;
	my $port = sprintf('%04X', $s->port);
	for (split(/\n/, Doorward::slurp('/proc/net/tcp'))) {
		my @f = split(' ');
		$inode{"socket:[$f[9]]"} = 1
		    if @f > 9 && $f[1] =~ /:$port$/ && $f[3] ne '0A';
	}
	my @held;
	for my $pid ($s->pid, $s->descendants) {
		push(@held, grep { $inode{$_} } map { readlink($_) // '' }
		    glob("/proc/$pid/fd/*"));
	}
	return @held;
}
$s->finish;
done_testing();
