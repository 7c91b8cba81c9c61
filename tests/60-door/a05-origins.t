#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a05-origins.t - A5, A3: names and origins of the configuration; a wildcard
# stands for one label and no more.
use strict;
use warnings;
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start(conf => <<'END');
host = db.internal
origin = https://*.example.com
origin = http://localhost:*
origin = https://app.test:8443
END
my $p = $s->port;

sub status {
	my (@headers) = @_;
	return $s->request('POST', '/mcp', [@headers, $s->auth,
	    'Content-Type', 'application/json'],
	    '{"jsonrpc":"2.0","id":1,"method":"ping"}')->{status};
}

for my $o ('https://a.example.com', 'https://a-b.example.com',
	'http://localhost:3000', 'http://localhost:1', 'http://localhost:65535',
	'https://app.test:8443', "http://127.0.0.1:$p") {
	is(status('Origin', $o), 200, "A5: $o is allowed");
}
for my $o ('https://evil-example.com', 'https://example.com',
	'https://.example.com', 'https://a.b.example.com',
	'https://a.example.com.evil.com', 'https://a.example.com:8443',
	'http://a.example.com', 'https://a.example.comx',
	'https://*.example.com', 'https://evil.com/.example.com',
	'https://evil.com#.example.com', 'https://evil.com?.example.com',
	'https://evil.com\.example.com', 'https://x@a.example.com',
	'http://localhost:3000.evil.com', 'http://localhost:',
	'http://localhost:0', 'http://localhost:65536', 'http://localhost:3000/',
	'http://localhost:*', 'http://localhost:3000x', 'http://localhost.:3000',
	'https://localhost:3000', 'http://127.0.0.1:3000',
	'https://app.test', 'https://app.test:443', 'null') {
	is(status('Origin', $o), 403, "A5: $o is refused");
}
for my $h ('db.internal', 'DB.Internal', "db.internal:$p", "localhost:$p") {
	is(status('Host', $h), 200, "A3: Host $h of the configuration is served");
}
for my $h ('x.db.internal', 'db.internal.', 'db.internal.evil.com',
	"db.internal:1", 'internal') {
	is(status('Host', $h), 403, "A3: Host $h is refused");
}
$s->finish;
done_testing();
