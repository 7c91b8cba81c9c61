#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a18-secrets.t - A18: no token, signature, cookie or body is ever in a log,
# an error, a file it has no business in, or a core.
use strict;
use warnings;
use File::Find qw(find);
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start;
my $right = $s->bearer;
my ($akid, $secret) = $s->aws;
my @json = ('Content-Type', 'application/json');
my @aws = ('Content-Type', 'application/x-amz-json-1.0',
    'X-Amz-Target', 'DynamoDB_20120810.PutItem');

# Every secret of every request begins with this.
my $mark = 'ZQXJKVWPBG';
my $n = 0;
sub mark { return $mark . ++$n }

my @answers;
sub try {
	push(@answers, $s->request(@_));
}
sub raw {
	push(@answers, $s->once(@_));
}
for my $path ('/', '/mcp', '/nowhere', '/compliance-status', '/metrics') {
	for my $auth ("Bearer dw_AAAAAAAA_" . mark(), 'Bearer ' . mark(),
		'Basic ' . mark(), mark(), "AWS4-HMAC-SHA256 Credential=$akid/" .
		"20260101/us-east-1/dynamodb/aws4_request, " .
		"SignedHeaders=host;x-amz-date, Signature=" . mark(),
		"AWS4-HMAC-SHA256 Signature=" . mark()) {
		try('POST', $path, ['Authorization', $auth, @aws, 'X-Amz-Date',
		    '20260101T000000Z', 'Cookie', 'c=' . mark(),
		    'X-Amz-Security-Token', mark()], '{"body":"' . mark() . '"}');
	}
	try('GET', "$path?token=" . mark(), ['Cookie', mark()]);
}
my @auth = ('Authorization', "Bearer $right", 'Cookie', mark());
for my $body ('{', mark(), '{"' . mark() . '":', '"' . mark(), '[' . mark(),
	'{"a":"' . mark() . "\x01\"}", '{"a":"' . mark() . "\xff\"}",
	'{"TableName":"' . mark() . '","Item":{"k":{"S":"' . mark() . '"}}}',
	'{"TableName":5,"Item":"' . mark() . '"}',
	'{"TableName":"x","Item":{"k":{"Q":"' . mark() . '"}}}',
	'{"jsonrpc":"2.0","id":1,"method":"' . mark() . '"}',
	'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"' .
	    mark() . '","arguments":{"x":"' . mark() . '"}}}') {
	try('POST', '/', [@auth, @aws], $body);
	try('POST', '/mcp', [@auth, @json], $body);
}
try('POST', '/mcp', [@auth, @json, 'Host', 'evil.example', 'X-Secret', mark()],
    mark());
try('POST', '/mcp', [@auth, @json, 'Origin', 'null'], mark());
raw("GET / HTTP/1.1\r\nAuthorization: Bearer " . mark() . "\r\nX : y\r\n\r\n");
raw("POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer $right\r\n" .
    "Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" .
    mark() . "\r\n");
raw(mark() . " / HTTP/1.1\r\n\r\n");

# One item whose content must lie in the database, and nowhere else.
my ($made) = $s->dynamo('CreateTable', { TableName => 'secrets',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
my ($put) = $s->dynamo('PutItem', { TableName => 'secrets',
    Item => { k => { S => mark() } } });
is("$made $put", '200 200', 'A18: an item is written') or diag($s->log);

# ---- no error tells what was sent, with one exception: names of things

my $told = 0;
for my $a (@answers) {
	$told++ if index($a->{head} . $a->{body}, $right) >= 0 ||
	    index($a->{head} . $a->{body}, $secret) >= 0;
	$told++ if $a->{status} =~ /^(?:401|403)$/ &&
	    index($a->{head} . $a->{body}, $mark) >= 0;
	$told++ if $a->{head} =~ /$mark/;
}
cmp_ok(scalar(@answers), '>', 60, 'A18: ' . @answers . ' errors provoked');
is($told, 0, 'A18: no answer tells a secret');
is(join(', ', map { $_->{error} // () } @answers), '',
    'A18: each of them was answered');

# ---- a room that is killed leaves no core

my $c = $s->client;
$c->send(substr($s->text('POST', '/mcp', [@auth, @json], '{"' . mark() . '":1}'),
    0, -3));
select(undef, undef, undef, 0.3);
my @held = $s->holders($c);
cmp_ok(scalar(@held), '>', 0, 'A18: a process holds the connection');
for my $pid (@held) {
	my ($core) = Doorward::slurp("/proc/$pid/limits") =~
	    /^Max core file size\s+(\d+|unlimited)\s+(\d+|unlimited)/m;
	is($core, '0', 'A18: it may leave no core');
	kill('SEGV', $pid) if !Doorward->sanitized;
}
$c->close;
is($s->request('GET', '/healthz')->{status}, 200, 'B8: the next one is served');

$s->secret($mark);
my $log = $s->log;
isnt($log, '', 'A18: there is a log to look at');
$s->finish;

# ---- the files

my (@found, @holds);
find({ no_chdir => 1, wanted => sub {
	return if !-f $_;
	my $text = Doorward::slurp($_);
	my $file = $File::Find::name =~ s{^\Q$s->{home}\E/}{}r;
	push(@found, $file) if index($text, $mark) >= 0;
	push(@holds, $file) if index($text, $right) >= 0 ||
	    index($text, $secret) >= 0;
} }, $s->home);
my @elsewhere = grep { !m{^data/doorward\.db(?:-wal)?$} } @found;
is_deeply(\@elsewhere, [], 'A18: bodies lie in the database alone');
is_deeply(\@holds, ['config/token'],
    'A8: the default token lies in one file alone, its AWS secret in none');
is_deeply([grep { m{(?:^|/)core[^/]*$} } glob("$s->{home}/*/*"), glob('core*')],
    [], 'A18: no core');
done_testing();
