#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# handover.t - claim B2, the way between the two rooms: whatever the order
# of reads and writes, however the bytes arrive and however large they are,
# answers come in order and right; what the token may do is looked at anew
# in either room.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
my $s = Doorward->start;
my $json = $s->json;
is((Rooms::create($s, 'hop'))[0], 200, 'a table');

sub head_of {
	my ($op, @more) = @_;
	return ($s->auth, 'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', "DynamoDB_20120810.$op", @more);
}

sub request {
	my ($op, $args, @more) = @_;
	return $s->text('POST', '/', [head_of($op, @more)],
	    ref($args) ? $json->encode($args) : $args);
}

sub put_args {
	my ($k, $v) = @_;
	return { TableName => 'hop',
	    Item => { k => { S => "$k" }, v => { S => "$v" } } };
}
sub get_args { return { TableName => 'hop', Key => { k => { S => "$_[0]" } } } }
sub put { return request('PutItem', put_args(@_)) }
sub get { return request('GetItem', get_args(@_)) }

# The same body in chunks of about n bytes, with an extension and a trailer.
sub chunked {
	my ($op, $args, $n, @more) = @_;
	my $body = $json->encode($args);
	my $text = $s->text('POST', '/', [head_of($op,
	    'Transfer-Encoding', 'chunked', @more)]);
	while (length($body) > 0) {
		my $part = substr($body, 0, $n, '');
		$text .= sprintf("%x;a=b\r\n%s\r\n", length($part), $part);
	}
	return "${text}0\r\nX-Trailer: t\r\n\r\n";
}

sub value_of {
	my ($a) = @_;
	my $body = eval { $json->decode($a->{body}) } // {};
	return "$a->{status} " . ($a->{error} // '') if $a->{status} != 200;
	return $body->{Item}{v}{S} // 'nothing';
}

# Send in pieces: how => how many bytes at a time, 0: at once.
sub send_in {
	my ($c, $bytes, $piece) = @_;
	return $c->send($bytes) if !$piece;
	while (length($bytes) > 0) {
		$c->send(substr($bytes, 0, $piece, ''));
		sleep(0.0005);
	}
}

# ---- orders of reads and writes, pipelined

for my $case (
    ['a put and a get in one segment', 'PG', 0],
    ['a get and a put in one segment', 'GP', 0],
    ['by turns, 40 times', 'PG' x 40, 0],
    ['runs of each', 'PPPPGGGGPGGPPGPPPGGGGGGP' x 4, 0],
    ['cut at every 7th byte', 'PGGPPG', 7],
    ['cut at every 97th byte', 'PGPGGPPGPG' x 3, 97],
    ['cut at every 1021st byte', 'PGGGPPGPPPGP' x 10, 1021]) {
	my ($name, $order, $piece) = @$case;
	my $c = $s->client;
	my ($bytes, $n, @want) = ('', 0);
	my $last = '';
	for my $what (split(//, $order)) {
		if ($what eq 'P') {
			$last = "$name " . ++$n;
			$bytes .= put("key $name", $last);
			push(@want, 'nothing');
		} else {
			$bytes .= get("key $name");
			push(@want, $last eq '' ? 'nothing' : $last);
		}
	}
	send_in($c, $bytes, $piece);
	my @got = map { value_of($c->answer) } @want;
	is_deeply(\@got, \@want, "pipelined, $name: in order and right");
	ok($c->quiet(0.05), "pipelined, $name: and nothing more");
	$c->close;
}

# What is refused on the way keeps its place, too; what follows is served.
{
	my $c = $s->client;
	$c->send(put('mix', 1) . request('PutItem', '{') .
	    $s->text('GET', '/healthz') . get('mix') .
	    request('Nonsense', {}) . put('mix', 2) . get('mix') .
	    request('PutItem', { TableName => 'none', Item => {} }) .
	    $s->text('POST', '/', [head_of('GetItem'), 'Connection', 'close'],
	    $json->encode(get_args('mix'))));
	my @got = map { my $a = $c->answer; $a->{status} == 200 ?
	    $a->{h}{'content-type'} =~ /json/ ? value_of($a) : $a->{body} :
	    $a->{status} } (1 .. 9);
	is_deeply(\@got, ['nothing', 400, "ok\n", 1, 400, 'nothing', 2, 400, 2],
	    'pipelined with what is refused: each answer in its place');
	ok($c->closed, 'and closed as the last one asked');
}

# ---- large bodies across the hand-over, by length and in chunks

my $big = 'v' x (400 * 1024 - 30);
for my $way ('length', 'chunks') {
	for my $piece (0, 50_000) {
		my $name = "an item of 400 KB by $way" .
		    ($piece ? ' in pieces' : '');
		my $c = $s->client;
		my @order = ('read', 'write', 'write', 'read', 'write');
		my $v = "$way $piece $big";
		$v = substr($v, 0, length($big));
		my $put = $way eq 'length' ? put('big', $v) :
		    chunked('PutItem', put_args('big', $v), 9000);
		send_in($c, get('mix') . $put . $put . get('big') . $put .
		    get('mix'), $piece);
		my @a = map { $c->answer(seconds => 20) } (1 .. 6);
		is_deeply([map { $_->{status} } @a], [(200) x 6],
		    "$name: six answers") or diag($a[1]{error}, $a[1]{body});
		ok(value_of($a[3]) eq $v, "$name: read back whole");
		is(value_of($a[5]), 2, "$name: and what follows is right");
		$c->close;
	}
}

# A batch of 16 MB: the API's limit of a request's body.
sub batch {
	my ($mark, $total) = @_;
	my @puts = map { { PutRequest => { Item => { k => { S => "b$_" },
	    v => { S => $mark } } } } } (1 .. 25);
	my $text = $json->encode({ RequestItems => { hop => \@puts } });
	# White space between tokens fills it up to the byte.
	substr($text, 1, 0) = ' ' x ($total - length($text));
	return $text;
}
my $limit = 16 * 1024 * 1024;
for my $way ('length', 'chunks') {
	my $c = $s->client;
	my $body = batch("16 $way", $limit);
	my $bytes;
	if ($way eq 'length') {
		$bytes = request('BatchWriteItem', $body);
	} else {
		$bytes = $s->text('POST', '/', [head_of('BatchWriteItem',
		    'Transfer-Encoding', 'chunked')]);
		while (length($body) > 0) {
			my $part = substr($body, 0, 1_000_000, '');
			$bytes .= sprintf("%x\r\n%s\r\n", length($part), $part);
		}
		$bytes .= "0\r\n\r\n";
	}
	$c->send(get('mix') . $bytes . get('b25'));
	my @a = map { $c->answer(seconds => 30) } (1 .. 3);
	is($a[1]{status}, 200, "a batch of 16 MB by $way is taken")
	    or diag($a[1]{error}, substr($a[1]{body}, 0, 300));
	is(value_of($a[2]), "16 $way", "a batch of 16 MB by $way: and done");
	$c->close;
}
{
	my $c = $s->client;
	$c->send(put('mix', 3) . get('mix'));
	is(value_of($c->answer), 'nothing', 'a put');
	is(value_of($c->answer), 3, 'a get');
	$c->send(request('BatchWriteItem', batch('over', $limit + 1)));
	my $a = $c->answer(seconds => 20);
	is($a->{status}, 413, 'one byte more is refused') or diag($a->{error});
	$c->close;
	is(Rooms::get($s, 'hop', 'b1'), '16 chunks', 'and nothing of it is done');
}

# ---- Expect: 100-continue, in the room that takes the body

sub expect_continue {
	my ($name, $c, $op, $args, $chunks) = @_;
	my $all = $chunks ?
	    chunked($op, $args, 1000, 'Expect', '100-continue') :
	    request($op, $args, 'Expect', '100-continue');
	my ($head, $body) = $all =~ /^(.*?\r\n\r\n)(.*)$/s;
	$c->send($head);
	my $a = $c->answer(seconds => 5);
	is($a->{status}, 100, "$name: 100 before the body")
	    or diag($a->{error}, $a->{body});
	$c->send($body);
	return $c->answer(seconds => 5);
}
for my $chunks (0, 1) {
	my $name = 'Expect' . ($chunks ? ', in chunks' : '');
	my $c = $s->client;
	my $v = "x$chunks" x 5000;
	my $a = expect_continue("$name: a first write", $c, 'PutItem',
	    put_args('exp', $v), $chunks);
	is(value_of($a), 'nothing', "$name: a first write");
	$a = expect_continue("$name: a read behind it", $c, 'GetItem',
	    get_args('exp'), $chunks);
	ok(value_of($a) eq $v, "$name: a read behind it");
	$a = expect_continue("$name: a write again", $c, 'PutItem',
	    put_args('exp', 'y'), $chunks);
	is(value_of($a), 'nothing', "$name: a write again");
	# The body did not wait: no 100, or one; the answer is the same.
	$c->send(request('PutItem', put_args('exp', 'z'), 'Expect',
	    '100-continue') . get('exp'));
	$a = $c->answer;
	$a = $c->answer if $a->{status} == 100;
	is(value_of($a), 'nothing', "$name: with the body at once");
	is(value_of($c->answer), 'z', "$name: and what is behind it");
	$c->close;
}
{
	my $c = $s->client;
	my ($head) = request('PutItem', put_args('a', 'b'), 'Expect',
	    '100-continue') =~ /^(.*?\r\n\r\n)/s;
	$head =~ s/Bearer dw_/Bearer dx_/;
	$c->send($head);
	is($c->answer->{status}, 401, 'Expect without a token: 401, no 100');
	$c->close;
}

# ---- MCP: the body tells which room, and is handed over read
SKIP: {
	my ($status, $a) = $s->mcp_modern('tools/list', {});
	skip('no MCP here', 3) if $status != 200;
	my $c = $s->client;
	my @tools = map { $_->{name} } @{$a->{result}{tools} // []};
	my ($put) = grep { /put/i && !/batch/i } @tools;
	my ($get) = grep { /get/i && !/batch/i } @tools;
	skip('no such tools', 3) if !$put || !$get;
	# An earlier client's head does not name the tool: only the body does.
	my ($st) = $s->mcp('tools/call', { name => $put, arguments => {
	    table => 'hop', item => { k => 'mcp', v => 'by mcp' } } },
	    on => $c);
	is($st, 200, "$put on the connection");
	is(Rooms::get($s, 'hop', 'mcp', on => $c), 'by mcp',
	    'and the same connection reads it');
	($st) = $s->mcp('tools/call', { name => $put, arguments => {
	    table => 'hop', item => { k => 'mcp', v => 'again' } } },
	    on => $c);
	is(Rooms::get($s, 'hop', 'mcp', on => $c), 'again', 'and once more');
	$c->close;
}

# ---- the token is looked at anew, in either room

for my $owner ('read', 'write') {
	for my $next ('read', 'write') {
		my $c = $s->client;
		$c->send($owner eq 'write' ? get('mix') . put('tok', 1) :
		    put('tok', 1) . get('mix'));
		is($c->answer->{status}, 200, 'served') for (1, 2);
		my %was = $s->edit_token(revoked => 1);
		$c->send($next eq 'write' ? put('tok', 2) : get('tok'));
		my $a = $c->answer;
		$s->edit_token(%was);
		is($a->{status}, 401, "A7: revoked while the $owner room owns " .
		    "the connection: the next $next is refused");
		ok($c->closed, 'A7: ... and the connection closed');
		$c->close;
	}
}
is(Rooms::get($s, 'hop', 'tok'), 1, 'A7: nothing was written');
# Pipelined behind a write that is under way: at the latest the next one.
{
	my $c = $s->client;
	my %was = $s->edit_token(rights => 1);
	$c->send(put('tok', 3));
	my $a = $c->answer;
	$s->edit_token(%was);
	cmp_ok($a->{status}, '>=', 400, 'a token that may only read writes nothing');
	is(Rooms::get($s, 'hop', 'tok'), 1, 'and nothing was written');
	$c->close;
}

# ---- another server of the same user that is full of waiting connections:
# the kernel counts descriptors on their way by user
{
	my $full = Doorward->start;
	my @stopped = grep { $_ != $full->pid } $full->descendants;
	kill('STOP', @stopped);
	my @waiting = map { $full->client } (1 .. 60);
	sleep(0.3);
	for (1 .. 3) {
		my $c = $s->client;
		is(Rooms::put($s, 'hop', 'full', "f$_", on => $c), 200,
		    'served beside a server that is stuck');
		$c->close;
	}
	$_->close for @waiting;
	kill('CONT', @stopped);
	# It ends with the other: finish waits for both.
	kill('TERM', $full->pid);
}
$s->finish;
done_testing();
