#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a17-no-config.t - A17: a request configures nothing.
use strict;
use warnings;
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start;
my $right = $s->bearer;
my @auth = $s->auth;
my @json = ('Content-Type', 'application/json');
my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
my $plain = $s->request('POST', '/mcp', [@auth, @json], $ping);
is($plain->{status}, 200, 'A17: a request without any');

# The answer's fields but for the time.
sub fields {
	my ($a) = @_;
	my %h = %{$a->{h}};
	delete($h{date});
	return \%h;
}

my @queries = ("api_key=$right", "token=$right", "access_token=$right",
    "authorization=Bearer%20$right", 'no_auth=1', 'no-auth=yes', 'auth=none',
    'config=eyJhIjoxfQ==', 'config=%7B%22read_only%22%3Atrue%7D', 'read_only=1',
    'debug=1', 'sandbox=none', 'home=/tmp', 'db=/tmp/x.db', 'profile=x',
    'X-Amz-Target=DynamoDB_20120810.ListTables', '?', '&&&', 'a=b&a=c');
for my $q (@queries) {
	my $name = $q =~ s/\Q$right\E/TOKEN/r;
	is($s->request('POST', "/mcp?$q", [@json], $ping)->{status}, 401,
	    "A17: ?$name stands for no token");
	my $a = $s->request('POST', "/mcp?$q", [@auth, @json], $ping);
	is_deeply([$a->{status}, $a->{body}], [200, $plain->{body}],
	    "A17: ?$name changes nothing");
}

my @fields = (['X-Api-Key', $right], ['X-Auth-Token', $right],
    ['Cookie', "token=$right"], ['Proxy-Authorization', "Bearer $right"],
    ['X-Forwarded-For', '127.0.0.1'], ['X-Real-Ip', '127.0.0.1'],
    ['Forwarded', 'for=127.0.0.1;host=localhost'], ['X-Remote-User', 'root'],
    ['X-Http-Method-Override', 'GET'], ['X-Method-Override', 'DELETE'],
    ['X-Original-Url', '/healthz'], ['X-Rewrite-Url', '/healthz'],
    ['X-Forwarded-Host', 'evil.example'], ['X-Forwarded-Proto', 'https'],
    ['X-Doorward-Config', 'sandbox=none'], ['X-Mcp-Config', '{"a":1}'],
    ['Upgrade', 'websocket'], ['Mcp-Session-Id', 'x']);
for (@fields) {
	my ($name, $value) = @$_;
	is($s->request('POST', '/mcp', [@json, $name, $value], $ping)->{status},
	    401, "A17: $name stands for no token");
	my $a = $s->request('POST', '/mcp', [@auth, @json, $name, $value], $ping);
	is_deeply([$a->{status}, $a->{body}, fields($a)],
	    [200, $plain->{body}, fields($plain)], "A17: $name changes nothing");
}
$s->finish;
done_testing();
