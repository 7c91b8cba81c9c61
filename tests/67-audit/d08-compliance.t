#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d08-compliance.t - D8: /compliance-status answers what doorward check has
# found, to who may know: minimal without a token and without the admin scope,
# the one 401 for a wrong one.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use Test::More;

Doorward->need();
my $json = JSON::PP->new->utf8->canonical;
my $s = Doorward->start;
my $minimal = "{\"status\":\"serving\"}\n";

sub status { return $s->request('GET', '/compliance-status', [@_]) }

sub new_token {
	my ($name, $scope) = @_;
	my ($status, $out) = Doorward->command($s->home, 'token', 'new', $name,
	    '--scope', $scope, '--json');
	is($status, 0, "a token: $scope");
	my $token = $json->decode($out)->{token};
	$s->secret($token);
	return ('Authorization', "Bearer $token");
}

my $a = status();
is($a->{status}, 200, 'D8: without a token: 200');
is($a->{body}, $minimal, 'D8: minimal');
my @reader = new_token('r', 'read,write');
$a = status(@reader);
is($a->{status}, 200, 'D8: without the admin scope: 200');
is($a->{body}, $minimal, 'D8: minimal');

my $wrong = status('Authorization', 'Bearer dw_x');
my $other = $s->request('GET', '/nothing', ['Authorization', 'Bearer y']);
is($wrong->{status}, 401, 'D8: a wrong token: 401');
is("$wrong->{head}$wrong->{body}", "$other->{head}$other->{body}",
    'D8: the one');

my @admin = new_token('a', 'admin');
$a = status(@admin);
is($a->{status}, 200, 'D8: for admin: 200');
my $d = $json->decode($a->{body});
is($d->{status}, 'serving', 'it serves');
ok(!exists($d->{check}), 'no check was made yet');
is($d->{sealed}, Doorward::sanitized() ? JSON::PP::false : JSON::PP::true,
    'D8: what the room sees of itself');
like($d->{log}, qr/^\d+:[0-9a-f]{64}$/, "D8: the log's newest row");

my ($status, $out) = Doorward->command($s->home, 'check', '--json');
my $check = $json->decode($out);
is($status, 0, 'doorward check');
$a = status(@admin);
$d = $json->decode($a->{body});
is_deeply($d->{check}, $check, 'D8: in detail, what the check found');
cmp_ok($d->{checkedSecondsAgo}, '<', 60, 'D8: and how long ago');
is(status(@reader)->{body}, $minimal, 'D8: still minimal for others');

chmod(0644, $s->home . '/data/doorward.lock');
($status) = Doorward->command($s->home, 'check');
is($status, 1, 'a check that fails');
$d = $json->decode(status(@admin)->{body});
is($d->{check}{ok}, JSON::PP::false, 'D8: it is answered');
is_deeply([map { $_->{name} } grep { $_->{state} eq 'fail' }
    @{$d->{check}{checks}}], ['files'], 'D8: by name');
chmod(0600, $s->home . '/data/doorward.lock');
is($s->request('HEAD', '/compliance-status', [@admin])->{status}, 200, 'HEAD');
is($s->request('POST', '/compliance-status', [@admin, 'Content-Type',
    'application/json'], '{}')->{status}, 404, 'no POST');
$s->finish;
done_testing();
