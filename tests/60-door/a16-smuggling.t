#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a16-smuggling.t - A16: HTTP/1.1 is strict.  What two parsers could read in
# two ways is refused with 400 and the connection closed, before any gate.
use strict;
use warnings;
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start;
my $host = '127.0.0.1:' . $s->port;
my ($auth) = 'Authorization: Bearer ' . $s->bearer;
my $ok = "GET / HTTP/1.1\r\nHost: $host\r\n";
my $post = "POST /mcp HTTP/1.1\r\nHost: $host\r\n$auth\r\n" .
    "Content-Type: application/json\r\n";
my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
my $n = length($ping);
my $next = "GET /healthz HTTP/1.1\r\nHost: $host\r\n\r\n";

sub shown { return $_[0] =~ s/([^ -~])/sprintf('\\x%02x', ord($1))/ger }

# Refused with this status, closed, and what follows is never answered.
sub refused {
	my ($class, $bytes, $status) = @_;
	$status //= 400;
	my $c = $s->client;
	$c->send($bytes . $next);
	my $a = $c->answer;
	my $closed = $c->closed;
	$c->close;
	my $name = "A16: $class: " . substr(shown($bytes =~ s/\Q$auth\E\r\n//r), 0, 150);
	is($a->{status} . ($closed ? ' closed' : ' open'), "$status closed",
	    $name) or diag($a->{error} // $a->{body});
}

# Served, and so is what follows on the connection.
sub served {
	my ($class, $bytes, $status, $last) = @_;
	my $c = $s->client;
	$c->send($bytes . ($last ? '' : $next));
	my $a = $c->answer;
	my $b = $last ? undef : $c->answer;
	$c->close;
	is($a->{status}, $status // 200, "A16: $class: served") or
	    diag($a->{error} // $a->{body});
	is($b->{status}, 200, "A16: $class: and the next one") if $b;
}

# ---- the request line

refused('request line', $_) for "GET\r\n\r\n", "GET /\r\n\r\n",
    "GET / HTTP/1.1 \r\nHost: $host\r\n\r\n", "GET  / HTTP/1.1\r\nHost: $host\r\n\r\n",
    "GET /  HTTP/1.1\r\nHost: $host\r\n\r\n", "GET\t/ HTTP/1.1\r\nHost: $host\r\n\r\n",
    " GET / HTTP/1.1\r\nHost: $host\r\n\r\n", "GET / http/1.1\r\nHost: $host\r\n\r\n",
    "GET / HTTP/1\r\nHost: $host\r\n\r\n", "GET / HTTP/1.\r\nHost: $host\r\n\r\n",
    "GET / HTTP/01.1\r\nHost: $host\r\n\r\n", "GET / HTTP/1.11\r\nHost: $host\r\n\r\n",
    "GET / HTTP /1.1\r\nHost: $host\r\n\r\n", "GET / FTP/1.1\r\nHost: $host\r\n\r\n",
    "GET / HTTP/1.1x\r\nHost: $host\r\n\r\n", "G\@T / HTTP/1.1\r\nHost: $host\r\n\r\n",
    "G(T / HTTP/1.1\r\nHost: $host\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: $host\r\n\r\n",
    "GET /\x00 HTTP/1.1\r\nHost: $host\r\n\r\n", "GET /\x7f HTTP/1.1\r\nHost: $host\r\n\r\n",
    "GET /\xe9 HTTP/1.1\r\nHost: $host\r\n\r\n", "GET /\x0b HTTP/1.1\r\nHost: $host\r\n\r\n",
    "GET healthz HTTP/1.1\r\nHost: $host\r\n\r\n", "GET * HTTP/1.1\r\nHost: $host\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH-2.0-x\r\n\r\n",
    "\r\n\r\n\r\n" . $ok . "\r\n", "\n$ok\r\n", "\x00";
refused('request line', "$_\r\nHost: $host\r\n\r\n", 505)
    for 'GET / HTTP/2.0', 'GET / HTTP/0.9', 'GET / HTTP/3.0';
like($s->once("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")->{status}, qr/^(?:400|505)$/,
    'A16: request line: the preface of HTTP/2');
served('an empty line before', "\r\n$ok\r\n");
served('a later minor version', "GET / HTTP/1.2\r\nHost: $host\r\n\r\n");

# ---- ends of lines

refused('bare LF', $_) for "GET / HTTP/1.1\nHost: $host\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: $host\n\r\n", "GET / HTTP/1.1\nHost: $host\n\n",
    "$ok" . "X: y\n\r\n", "${ok}X: y\nZ: w\r\n\r\n", "$ok\n", "${ok}X: a\nb\r\n\r\n";
refused('bare CR', $_) for "GET / HTTP/1.1\rHost: $host\r\n\r\n",
    "${ok}X: y\rZ: w\r\n\r\n", "${ok}X: y\r\r\n\r\n", "${ok}\rX: y\r\n\r\n",
    "$ok\r\rx";
refused('obs-fold', $_) for "${ok}X: a\r\n b\r\n\r\n", "${ok}X: a\r\n\tb\r\n\r\n",
    "${ok}X:\r\n a\r\n\r\n", "GET / HTTP/1.1\r\n X: y\r\nHost: $host\r\n\r\n",
    "${ok}Transfer-Encoding:\r\n chunked\r\n\r\n", "$ok \r\n\r\n";

# ---- field names and values

refused('field name', "$ok$_\r\n\r\n") for 'X : y', "X\t: y", 'X', ': y', ' : y',
    'X y: z', "X\x00: y", "X\x7f: y", "X\xe9: y", 'X(: y', '"X": y', 'X[0]: y',
    'X{: y', 'X@: y', 'X/: y', 'X=: y', 'X;: y', 'X,: y', '<X>: y',
    'Content-Length : 0', 'Transfer-Encoding : chunked', "Host\x0b: x",
    "\x0bContent-Length: 0", "Content\x00-Length: 0";
refused('control in a value', "${ok}X: a${_}b\r\n\r\n")
    for map { chr } grep { $_ != 9 && $_ != 10 && $_ != 13 } 0 .. 31, 127;
served('bytes 0x80-0xff in a value', "${ok}X: \x80\x85\xa0\xc3\xa9\xff\r\n\r\n");
served('tab in a value', "${ok}X: a\tb\r\n\r\n");
served('an empty value', "${ok}X:\r\nY: \r\nZ: \t \r\n\r\n");
served('no space after the colon', "GET / HTTP/1.1\r\nHost:$host\r\n\r\n");
served('every token character',
    "${ok}!#\$%&'*+-.^_`|~09azAZ: x\r\n\r\n");

# ---- length

refused('Content-Length', "$post$_\r\n\r\n$ping") for map { "Content-Length: $_" }
    '', '+' . $n, '-1', '-0', "$n$n$n$n$n$n$n$n$n$n$n$n", "$n,$n", "$n, $n",
    "$n $n", "0x27", "${n}x", "$n.0", "1e1", "' $n'", "$n;", "\xb2", "$n\x0b",
    "0,$n", 'chunked';
refused('two lengths', "${post}Content-Length: $n\r\nContent-Length: $n\r\n\r\n$ping");
refused('two lengths', "${post}Content-Length: $n\r\ncontent-length: 0\r\n\r\n$ping");
refused('two lengths', "${post}Content-Length: 0\r\nContent-Length: $n\r\n\r\n$ping");
served('spaces around a length', "${post}Content-Length: \t $n \t\r\n\r\n$ping");

# ---- transfer coding

my $chunks = sprintf("%x\r\n%s\r\n0\r\n\r\n", $n, $ping);
refused('both framings', "${post}Content-Length: $n\r\nTransfer-Encoding: chunked\r\n\r\n$chunks");
refused('both framings', "${post}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n$chunks");
refused('coding', "${post}Transfer-Encoding: $_\r\n\r\n$chunks") for 'gzip', 'identity',
    'gzip, chunked', 'chunked, gzip', 'chunked, chunked', 'chunked, identity',
    'xchunked', 'chunkedx', 'chunked;q=1', '"chunked"', 'chunked,', ', chunked',
    '', "chunked\x0b", "\x0bchunked", "chunked\x00", "chunk\xe9d", 'cow',
    'x, chunked', 'chunked foo', 'chun ked';
refused('two codings', "${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: $_\r\n\r\n$chunks")
    for 'chunked', 'identity', 'cow', '';
refused('coding in HTTP/1.0', $post =~ s{HTTP/1\.1}{HTTP/1.0}r .
    "Transfer-Encoding: chunked\r\n\r\n$chunks");
served('chunked', "${post}Transfer-Encoding: chunked\r\n\r\n$chunks");
served('chunked in any case', "${post}transfer-encoding: CHUNKED\r\n\r\n$chunks");
served('chunks', "${post}Transfer-Encoding: chunked\r\n\r\n" .
    join('', map { "1\r\n$_\r\n" } split(//, $ping)) . "0\r\n\r\n");
served('chunk extension', "${post}Transfer-Encoding: chunked\r\n\r\n" .
    sprintf("%X;a=b;c=\"d\"\r\n%s\r\n000\r\n\r\n", $n, $ping));
served('trailers', "${post}Transfer-Encoding: chunked\r\n\r\n" .
    sprintf("%x\r\n%s\r\n0\r\nX: y\r\nContent-Length: 5\r\n\r\n", $n, $ping));

my $te = "${post}Transfer-Encoding: chunked\r\n\r\n";
refused('chunk', $te . $_) for "x\r\n", "\r\n", "-1\r\n", "+1\r\n", "0x1\r\n ",
    " 1\r\n ", "1 \r\n \r\n", "1\n \r\n0\r\n\r\n", "1\r\n  \r\n0\r\n\r\n",
    "1\r\n \n0\r\n\r\n", "1\r\n0\r\n\r\n", "g\r\n", "1g\r\n ",
    "10000000000000000\r\n", "ffffffffffffffffff\r\n", "1;a=\x00\r\n ",
    "1;\n\r\n ", sprintf("%x\r\n%s\r\n0\r\nX : y\r\n\r\n", $n, $ping),
    sprintf("%x\r\n%s\r\n0\r\nX: y\n\r\n", $n, $ping),
    sprintf("%x\r\n%s\r\n0\r\n X: y\r\n\r\n", $n, $ping),
    sprintf("%x\r\n%s\r\n0\n\r\n", $n, $ping), "1\r\r\n ";

# ---- the classics: what would the next request be?

# CL.TE, TE.CL, TE.TE and CL.CL, each with a request hidden in the body.
my $hidden = "GET /hidden HTTP/1.1\r\nHost: $host\r\n\r\n";
refused('CL.TE', "${post}Content-Length: " . length("0\r\n\r\n$hidden") .
    "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n$hidden");
refused('TE.CL', "${post}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" .
    sprintf("%x\r\n%s\r\n0\r\n\r\n", length($hidden), $hidden));
refused('TE.TE', "${post}Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n$hidden");
refused('TE hidden', "${post}X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n$hidden");
refused('CL.0', "GET / HTTP/1.1\r\nHost: $host\r\nContent-Length: 0\r\n" .
    "Content-Length: " . length($hidden) . "\r\n\r\n$hidden");

# A body that is declared is a body, with GET, too.
my $c = $s->client;
$c->send("${ok}Content-Length: " . length($hidden) . "\r\n\r\n$hidden$next");
my @status = map { $_->{status} } grep { $_->{status} } $c->answer,
    $c->answer(seconds => 2);
isnt("@status", '200 404', 'A16: the body of a GET is never read as a request');
isnt("@status", '200 401', 'A16: the body of a GET is not answered by itself');
$c->close;

# ---- fields that may stand once

refused('twice', "$ok$_") for "Host: $host\r\n\r\n",
    "Origin: null\r\nOrigin: null\r\n\r\n";
refused('twice', "$post${_}Content-Length: $n\r\n\r\n$ping") for "$auth\r\n",
    "Content-Type: application/json\r\n", "Authorization: Bearer x\r\n";

# ---- order, and the connection

$c = $s->client;
my $text = "${post}Content-Length: $n\r\n\r\n$ping";
my @ids = (1 .. 20);
$c->send(join('', map {
	my $p = $ping =~ s/"id":1/"id":$_/r;
	"${post}Content-Length: " . length($p) . "\r\n\r\n$p";
} @ids));
my @got;
for (@ids) {
	my ($status, $answer) = Doorward::result($c->answer);
	push(@got, ref($answer) ? $answer->{id} : "status $status");
}
is("@got", "@ids", 'A16: pipelined requests are answered in their order');
my $nowhere = "GET /nowhere HTTP/1.1\r\nHost: $host\r\n$auth\r\n\r\n";
$c->send($nowhere . $next . $nowhere . $nowhere . $next);
is(join(' ', map { $c->answer->{status} } 1 .. 5), '404 200 404 404 200',
    'A16: refusals, too, and each once');
ok($c->quiet(0.3), 'A16: and nothing more');
for my $byte (split(//, $text)) {
	$c->send($byte);
}
is($c->answer->{status}, 200, 'A16: one byte at a time is the same request');
$c->send($text =~ s/\r\n\r\n/\r\nConnection: close\r\n\r\n/r . $next);
my $a = $c->answer;
is($a->{h}{connection}, 'close', 'A16: Connection: close is answered so');
ok($c->closed, 'A16: and nothing follows');

$c = $s->client;
$c->send("GET / HTTP/1.0\r\nHost: $host\r\n\r\n$next");
$a = $c->answer;
is($a->{status}, 200, 'A16: HTTP/1.0 is served');
ok($c->closed, 'A16: and closed');
$c = $s->client;
$c->send("HEAD / HTTP/1.1\r\nHost: $host\r\n\r\n$next");
my $h = $c->answer(head => 1);
is($h->{status}, 200, 'A16: HEAD');
cmp_ok($h->{h}{'content-length'}, '>', 0, 'A16: tells the length of GET');
is($c->answer->{status}, 200, 'A16: and sends no body');
$s->finish;
done_testing();
