#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a14-headers.t - A14: the security fields are on every answer, and none
# names the server.
use strict;
use warnings;
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start;
my @auth = $s->auth;
my @json = ('Content-Type', 'application/json');
my @aws = ('Content-Type', 'application/x-amz-json-1.0');
my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

my %want = (
	'x-content-type-options' => qr/^nosniff$/,
	'cache-control' => qr/^no-store$/,
	'content-security-policy' =>
	    qr/^default-src 'none'; *frame-ancestors 'none'$/,
	'x-frame-options' => qr/^DENY$/,
	'referrer-policy' => qr/^no-referrer$/,
);

my @requests = (
	[200, 'GET /', 'GET', '/'],
	[200, 'HEAD /', 'HEAD', '/'],
	[200, 'GET /healthz', 'GET', '/healthz'],
	[404, 'GET /.well-known', 'GET', '/.well-known/x'],
	[200, 'compliance', 'GET', '/compliance-status'],
	[204, 'preflight', 'OPTIONS', '/mcp', ['Origin',
	    'http://localhost:' . $s->port, 'Access-Control-Request-Method',
	    'POST']],
	[401, 'no token', 'POST', '/mcp'],
	[401, 'HEAD without a token', 'HEAD', '/mcp'],
	[403, 'host', 'POST', '/mcp', [@auth, 'Host', 'x']],
	[403, 'origin', 'POST', '/mcp', [@auth, 'Origin', 'null']],
	[404, 'path', 'GET', '/nowhere', [@auth]],
	[405, 'method', 'GET', '/mcp', [@auth]],
	[415, 'type', 'POST', '/mcp', [@auth, 'Content-Type', 'text/plain'], '{}'],
	[411, 'length', 'POST', '/mcp', [@auth, @json]],
	[413, 'too large', 'POST', '/mcp', [@auth, @json, 'Content-Length',
	    999_999_999]],
	[417, 'expectation', 'POST', '/mcp', [@auth, @json, 'Expect', 'x'], '{}'],
	[400, 'no JSON', 'POST', '/mcp', [@auth, @json], '{'],
	[200, 'MCP', 'POST', '/mcp', [@auth, @json], $ping],
	[202, 'a notification', 'POST', '/mcp', [@auth, @json],
	    '{"jsonrpc":"2.0","method":"notifications/initialized"}'],
	[404, 'an unknown type on /', 'POST', '/', [@auth, 'Content-Type', 'x/y'],
	    '{}'],
	[400, 'an unknown operation', 'POST', '/', [@auth, @aws,
	    'X-Amz-Target', 'DynamoDB_20120810.Nothing'], '{}'],
	[400, 'no credential', 'POST', '/', [@aws,
	    'X-Amz-Target', 'DynamoDB_20120810.ListTables'], '{}'],
	[200, 'DynamoDB', 'POST', '/', [@auth, @aws,
	    'X-Amz-Target', 'DynamoDB_20120810.ListTables'], '{}'],
);
my @raw = (
	[400, 'no HTTP', "what\r\n\r\n"],
	[414, 'target', 'GET /' . 'a' x 9000 . " HTTP/1.1\r\nHost: x\r\n\r\n"],
	[431, 'head', "GET / HTTP/1.1\r\nHost: x\r\nX: " . 'a' x 17000 .
	    "\r\n\r\n"],
	[505, 'version', "GET / HTTP/2.0\r\nHost: x\r\n\r\n"],
	[200, 'HTTP/1.0', "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"],
);

sub look {
	my ($status, $name, $a) = @_;
	is($a->{status}, $status, "A14: $name") or diag($a->{error} // $a->{body});
	my @bad = grep { ($a->{h}{$_} // '') !~ $want{$_} } sort(keys(%want));
	is("@bad", '', "A14: $name: the security fields");
	my @told = grep { /^(?:server|x-powered-by|via)$/ } keys(%{$a->{h}});
	is("@told", '', "A14: $name: no field names the server");
	unlike($a->{head}, qr/0\.1\.0|sqlite|json-c/i, "A14: $name: no version");
}
for (@requests) {
	my ($status, $name, @request) = @$_;
	look($status, $name, $s->request(@request));
}
for (@raw) {
	my ($status, $name, $bytes) = @$_;
	look($status, $name, $s->once($bytes));
}
my $c = $s->client;
$c->send($s->text('POST', '/mcp', [@auth, @json, 'Expect', '100-continue',
    'Content-Length', 2]));
is($c->answer->{status}, 100, 'A14: an interim answer');
$c->send('{}');
look(400, 'after 100', $c->answer);
$s->finish;
done_testing();
