#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a15-types.t - A15: the types and methods that each path takes.
use strict;
use warnings;
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start;
my @auth = $s->auth;
my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

sub mcp {
	my ($type) = @_;
	return $s->request('POST', '/mcp', [@auth,
	    defined($type) ? ('Content-Type', $type) : ()], $ping)->{status};
}
for my $t ('application/json', 'application/json; charset=utf-8',
	'application/json;charset=utf-8', 'application/json;charset=UTF-8',
	'Application/JSON; Charset=UTF-8', 'application/json; charset="utf-8"',
	'application/json ; charset=utf-8') {
	is(mcp($t), 200, "A15: /mcp takes $t");
}
for my $t ('text/plain', 'application/x-www-form-urlencoded',
	'multipart/form-data; boundary=x', 'text/plain; application/json',
	'application/jsonx', 'application/json-rpc', 'xapplication/json',
	'text/json', 'application/x-amz-json-1.0', 'application', '*/*',
	'application/json, text/plain', 'application/ json', '', undef) {
	is(mcp($t), 415, 'A15: /mcp refuses ' . ($t // 'no type'));
}
is($s->request('POST', '/mcp', [@auth, 'Content-Type', 'application/json',
    'Content-Type', 'text/plain'], $ping)->{status}, 400,
    'A15: two types are no valid head');

for my $m ('GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE',
	'BREW', 'post', 'Post') {
	my $a = $s->request($m, '/mcp', [@auth]);
	is($a->{status}, 405, "A15: $m /mcp is 405");
	like($a->{h}{allow} // '', qr/^POST\b/, "A15: and says what is allowed");
}

# ---- the API's own words, after the token

my $unknown = "<UnknownOperationException/>\n";
sub service {
	my ($name, $a) = @_;
	is($a->{status}, 404, "A15: $name is 404");
	is($a->{body}, $a->{head} && $name =~ /^HEAD/ ? '' : $unknown,
	    'A15: in the service\'s words');
}
for my $m ('HEAD', 'PUT', 'DELETE', 'PATCH', 'BREW') {
	next if $m eq 'HEAD';
	service("$m /", $s->request($m, '/', [@auth]));
}
for my $path ('/nowhere', '/mcp/', '/MCP', '/healthzz', '/.', '//', '/%2e',
	'/index.html', '/healthz/', '/.well-knownx') {
	service("$_ $path", $s->request($_, $path, [@auth])) for 'GET', 'POST',
	    'DELETE';
}
for my $t ('text/plain', 'application/x-www-form-urlencoded',
	'multipart/form-data; boundary=x', 'application/x-amz-json-1.2',
	'application/x-amz-json-1.0x', '', undef) {
	service('POST / with ' . ($t // 'no type'), $s->request('POST', '/',
	    [@auth, 'X-Amz-Target', 'DynamoDB_20120810.ListTables',
	    defined($t) ? ('Content-Type', $t) : ()], '{}'));
}
for my $t ('application/x-amz-json-1.0', 'application/json',
	'application/x-amz-json-1.1', 'Application/X-Amz-Json-1.0',
	'application/x-amz-json-1.0; charset=utf-8') {
	my $a = $s->request('POST', '/', [@auth, 'X-Amz-Target',
	    'DynamoDB_20120810.ListTables', 'Content-Type', $t], '{}');
	next if $t =~ /1\.1$/ && $a->{status} == 404; # not promised
	is($a->{status}, 200, "A15: POST / takes $t");
}
$s->finish;
done_testing();
