#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a03-host.t - A3, A4: which Host and Origin pass the door, and that a
# refused write is not carried out.
use strict;
use warnings;
use Test::More;
use Doorward;

Doorward->need;
my $s = Doorward->start;
my $p = $s->port;
my $q = $p == 65535 ? 65534 : $p + 1;
my @auth = $s->auth;
my $ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

sub ping {
	my ($target, @headers) = @_;
	return $s->request('POST', $target, [@headers, @auth, 'Content-Type',
	    'application/json'], $ping);
}

# ---- A3

my @served = ('localhost', "localhost:$p", '127.0.0.1', "127.0.0.1:$p",
    '[::1]', "[::1]:$p", 'LOCALHOST', "LocalHost:$p");
my @foreign = ('evil.example', "evil.example:$p", 'localhost.evil.com',
    "localhost.evil.com:$p", 'evil-localhost', 'xlocalhost', 'localhos',
    'localhost.', "localhost.:$p", '127.0.0.1.', '127.1', "127.1:$p",
    '127.0.0.2', '127.0.0.1.evil.com', '127.0.0.10', '0.0.0.0',
    "0.0.0.0:$p", '2130706433', '0x7f.1', '[::]', "[::]:$p",
    '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::1].evil.com',
    "localhost:$q", 'localhost:80', 'localhost:1', "127.0.0.1:$q");
# Refused as well; some of these are no valid Host at all.
my @broken = ('', ':', ":$p", 'localhost:', 'localhost:0', "localhost:0$p",
    "localhost:+$p", "localhost:$p ,", "localhost:${p}x", 'localhost:65536',
    "localhost:" . ($p + 65536), "localhost:$p:$p", "localhost: $p",
    "user\@localhost", "user:pw\@localhost:$p", "localhost\@evil.example",
    "localhost#evil", "localhost/evil", "localhost?evil", 'localhost,evil',
    '::1', '[::1', '::1]', '[::1]]', "[::1]$p", '[localhost]', 'local host',
    "http://localhost:$p", '*', '%6cocalhost', "localhost\x80", 'null');

for my $h (@served) {
	is(ping('/mcp', 'Host', $h)->{status}, 200, "A3: Host '$h' is served");
}
for my $h (@foreign) {
	is(ping('/mcp', 'Host', $h)->{status}, 403, "A3: Host '$h' is refused");
}
for my $h (@broken) {
	like(ping('/mcp', 'Host', $h)->{status}, qr/^40[03]$/,
	    "A3: Host '" . ($h =~ s/[^ -~]/?/gr) . "' is refused");
}
is(ping('/mcp', 'Host', undef)->{status}, 400, 'A3: no Host in HTTP/1.1');
is(ping('/mcp', 'Host', 'localhost', 'Host', 'localhost')->{status}, 400,
    'A3: two of them, even if they agree');
is(ping('/mcp', 'Host', 'localhost', 'host', 'evil.example')->{status}, 400,
    'A3: two that do not agree');
is(ping('/mcp', 'X-Forwarded-Host', 'localhost', 'Host',
    'evil.example')->{status}, 403, 'A3: no other field stands for it');

is(ping("http://localhost:$p/mcp", 'Host', "localhost:$p")->{status}, 200,
    'A3: an absolute-form target that agrees is served');
is(ping("http://localhost:$p/mcp", 'Host', "127.0.0.1:$p")->{status}, 400,
    'A3: one that disagrees is refused');
is(ping("http://evil.example/mcp", 'Host', "localhost:$p")->{status}, 400,
    'A3: a foreign one with a right Host is refused');
is(ping("http://evil.example/mcp", 'Host', 'evil.example')->{status}, 403,
    'A3: a foreign one that agrees is still foreign');
like(ping("https://localhost:$p/mcp", 'Host', "localhost:$p")->{status},
    qr/^40[03]$/, 'A3: another scheme is refused');

# ---- A4

my @ours = ("http://localhost:$p", "http://127.0.0.1:$p", "http://[::1]:$p");
my @theirs = ('null', '', 'http://evil.example', 'https://evil.example',
    "https://localhost:$p", "http://localhost", 'http://localhost:80',
    "http://localhost:$q", "http://localhost:$p.evil.com",
    "http://localhost:$p/", "http://localhost:$p/x", "http://localhost:$p?x",
    "http://localhost:0$p", "http://localhost.:$p", "http://localhost.evil.com:$p",
    "http://user\@localhost:$p", "http://evil.example\@localhost:$p",
    "http://127.1:$p", "http://0.0.0.0:$p", "http://[::]:$p",
    "http://127.0.0.2:$p", "localhost:$p", "//localhost:$p",
    "http:localhost:$p", "http:/localhost:$p", "ftp://localhost:$p",
    "http://localhost:$p http://evil.example", 'file://', "*",
    "http://localhost:$p,http://localhost:$p", 'chrome-extension://abc');

for my $o (@ours) {
	my $a = ping('/mcp', 'Origin', $o);
	is($a->{status}, 200, "A4: Origin $o is served");
	is($a->{h}{'access-control-allow-origin'}, $o,
	    'A4: and the answer may be read by it');
	like($a->{h}{vary} // '', qr/\bOrigin\b/i,
	    'A4: and the answer says that it varies');
}
for my $o (@theirs) {
	my $a = ping('/mcp', 'Origin', $o);
	is($a->{status}, 403, "A4: Origin '$o' is refused");
	is($a->{h}{'access-control-allow-origin'}, undef,
	    'A4: and the answer is not for it');
}
is(ping('/mcp', 'Origin', $ours[0], 'Origin', $ours[0])->{status}, 400,
    'A4: two of them are refused');
is(ping('/mcp')->{h}{'access-control-allow-origin'}, undef,
    'A4: without Origin there is no CORS field');

my $bad = 0;
for my $h (@served[0 .. 5], @foreign[0 .. 3]) {
	for my $o (undef, @ours, @theirs[0 .. 5]) {
		my $good = (grep { $_ eq $h } @served) &&
		    (!defined($o) || grep { $_ eq $o } @ours);
		my $a = ping('/mcp', 'Host', $h,
		    defined($o) ? ('Origin', $o) : ());
		$bad++ if $a->{status} != ($good ? 200 : 403);
	}
}
is($bad, 0, 'A3, A4: all pairs of Host and Origin');

# A4: not executed
my ($made) = $s->dynamo('CreateTable', { TableName => 'door',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
is($made, 200, 'A4: a table to write to');
my %put = (TableName => 'door', Item => { k => { S => 'x' } });
my %get = (TableName => 'door', Key => { k => { S => 'x' } });
for my $case (['Origin', 'https://evil.example'], ['Origin', 'null'],
	['Host', 'evil.example'], ['Authorization', 'Bearer x']) {
	my $bytes = $s->text('POST', '/', [
	    ($case->[0] eq 'Authorization' ? () : @auth), @$case,
	    'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', 'DynamoDB_20120810.PutItem'],
	    $s->json->encode(\%put));
	like($s->once($bytes)->{status}, qr/^40[13]$/,
	    "A4: a write with $case->[0] $case->[1] is refused");
	my ($status, $answer) = $s->dynamo('GetItem', \%get);
	is_deeply([$status, $answer], [200, {}], 'A4: and not carried out');
}
is(($s->dynamo('PutItem', \%put))[0], 200, 'A4: the same write without it');
is(($s->dynamo('GetItem', \%get))[1]{Item}{k}{S}, 'x', 'A4: is carried out');
$s->finish;
done_testing();
