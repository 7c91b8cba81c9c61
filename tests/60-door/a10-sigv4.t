#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a10-sigv4.t - A10: signatures of AWS are verified, and cover the body.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Digest::SHA qw(sha256_hex);
use Doorward;
use SigV4;
use Test::More;

my $s = Doorward->start;
my ($id, $secret) = $s->aws;
my $host = '127.0.0.1:' . $s->port;
my $body = '{"Limit":10}';
my @base = ('Host', $host, 'Content-Type', 'application/x-amz-json-1.0',
    'X-Amz-Target', 'DynamoDB_20120810.ListTables');
my %right = (id => $id, secret => $secret, headers => \@base, body => $body);

sub send_it {
	my ($target, $headers, $text) = @_;
	return $s->request('POST', $target, $headers, $text);
}

# "200", or "400 Name" of the exception
sub outcome {
	my ($a) = @_;
	my (undef, $answer) = Doorward::result($a);
	my $type = ref($answer) eq 'HASH' ? $answer->{__type} // '' : '';
	return $a->{status} . ($type ne '' ? ' ' . $type =~ s/.*#//r : '');
}

sub signed {
	my (%over) = @_;
	my %r = (%right, %over);
	return [SigV4::headers(%r)];
}

is(outcome(send_it('/', signed(), $body)), '200', 'A10: a right signature');
is(outcome(send_it('/', signed(headers => [@base, 'X-Amz-Content-Sha256',
    sha256_hex($body)]), $body)), '200', 'A10: with the payload\'s hash');
is(outcome(send_it('/', signed(region => 'localhost'), $body)), '200',
    'A10: any region');

# ---- one byte changed

my $refused = '400 UnrecognizedClientException';
my $other = (substr($secret, 0, 1) eq 'x' ? 'y' : 'x') . substr($secret, 1);
my $wrong = send_it('/', signed(secret => $other), $body);
is(outcome($wrong), $refused, 'A10: a wrong secret');
is(outcome(send_it('/', signed(), '{"Limit":11}')), $refused,
    'A10: a byte of the body');
is(outcome(send_it('/?a=b', signed(), $body)), $refused, 'A10: a query added');
for my $i (0, 4) {
	my $h = signed();
	$h->[$i + 1] =~ s/dynamo/Dynamo/i if $i == 4;
	$h->[$i + 1] = 'localhost:' . $s->port if $i == 0;
	$h->[5] = 'DynamoDB_20120810.DescribeLimits' if $i == 4;
	is(outcome(send_it('/', $h, $body)), $refused,
	    "A10: another $h->[$i]");
}
my $digit = signed();
$digit->[-1] =~ s/(.)$/$1 eq '0' ? '1' : '0'/e;
is(outcome(send_it('/', $digit, $body)), $refused,
    'A10: a digit of the signature');
is(outcome(send_it('/', signed(headers => [@base, 'X-Amz-Content-Sha256',
    sha256_hex($body)]), '{"Limit":11}')), $refused,
    'A10: a body that is not the one whose hash was signed');

# ---- an unknown key tells nothing more than a wrong signature

my $unknown = send_it('/', signed(id => substr($id, 0, 12) . 'AAAAAAAA'), $body);
is(outcome($unknown), $refused, 'A10: an unknown key');
is($unknown->{head} . $unknown->{body}, $wrong->{head} . $wrong->{body},
    'A10: and a wrong signature: the same bytes');

# ---- before the body

my $c = $s->client;
$c->send($s->text('POST', '/', [@{signed(headers => [@base,
    'X-Amz-Content-Sha256', sha256_hex($body)], secret => 'wrong')},
    'Content-Length', 1000000]));
is($c->answer(seconds => 3)->{status}, 400,
    'A2: a signed hash is judged before the body is read');
$c->close;
$c = $s->client;
$c->send($s->text('POST', '/', [@{signed(id => 'AKIDAKIDAKIDAKIDAKID')},
    'Content-Length', 1000000]));
is($c->answer(seconds => 3)->{status}, 400,
    'A2: an unknown key is refused before the body is read');
$c->close;

# ---- the date

for my $case ([-890, '200', '15 minutes ago'], [890, '200', 'in 15 minutes'],
    [-910, '400 InvalidSignatureException', 'longer ago'],
    [910, '400 InvalidSignatureException', 'later']) {
	my ($skew, $want, $name) = @$case;
	is(outcome(send_it('/', signed(time => time() + $skew), $body)), $want,
	    "A10: signed $name");
}

# ---- what is not served

for my $payload ('UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD') {
	isnt(outcome(send_it('/', signed(payload => $payload,
	    headers => [@base, 'X-Amz-Content-Sha256', $payload]), $body)),
	    '200', "A2: $payload is refused");
}
isnt(outcome(send_it('/', signed(service => 's3'), $body)), '200',
    'A10: the scope of another service');
isnt(outcome(send_it('/', signed(signed => ['content-type', 'x-amz-date']),
    $body)), '200', 'A10: the host is not signed');

# ---- in the query

my ($target, @h) = SigV4::presigned(%right);
is(outcome(send_it($target, \@h, $body)), '200', 'A10: presigned');
is(outcome(send_it($target, \@h, '{"Limit":11}')), $refused,
    'A10: presigned, and another body');
($target, @h) = SigV4::presigned(%right, expires => 10, time => time() - 60);
isnt(outcome(send_it($target, \@h, $body)), '200', 'A10: presigned, expired');
($target) = SigV4::presigned(%right);
is(outcome(send_it($target, signed(), $body)),
    '400 InvalidSignatureException', 'A10: both forms at once');

# ---- a write that is refused is not done

my @put = ('Host', $host, 'Content-Type', 'application/x-amz-json-1.0',
    'X-Amz-Target', 'DynamoDB_20120810.CreateTable');
my $create = $s->json->encode({ TableName => 'never', BillingMode =>
    'PAY_PER_REQUEST', AttributeDefinitions => [{ AttributeName => 'k',
    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k',
    KeyType => 'HASH' }] });
is(outcome(send_it('/', signed(headers => \@put, body => $create,
    secret => 'wrong'), $create)), $refused, 'A10: a write, wrongly signed');
my (undef, $tables) = $s->dynamo('ListTables', {});
is_deeply($tables, { TableNames => [] }, 'A10: is not done');
is(outcome(send_it('/', signed(headers => \@put, body => $create), $create)),
    '200', 'A10: rightly signed it is');
$s->finish;

# ---- the documented exception

my $e = Doorward->start(args => ['--ephemeral']);
$s = $e;
$host = '127.0.0.1:' . $e->port;
$base[1] = $host;
is(outcome(send_it('/', [SigV4::headers(%right, id => 'anything',
    secret => 'at all', time => 0)], $body)), '200',
    'A1: --ephemeral takes any AWS credentials');
is($e->request('POST', '/', [@base, 'Authorization', 'Bearer wrong'],
    $body)->{status}, 401, 'A1: but no wrong bearer token');
like($e->log, qr/any AWS credentials are accepted/, 'A1: and says so');
$e->finish;
done_testing();
