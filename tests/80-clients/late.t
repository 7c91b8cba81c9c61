#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# late.t - the errors of a stream that only time brings about, as the AWS SDK
# for JavaScript v3 sees them: the server's clock is moved.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Clock;
use Doorward;
use Node;
use Test::More;

Doorward->need;
my $why = Node::missing('@aws-sdk/client-dynamodb-streams');
plan(skip_all => $why) if defined($why);
Clock->need;
my $home = Doorward->new_home;
for (['begin', 0], ['later', 86400 - 300], ['end', 86400 + 300]) {
	my ($phase, $seconds) = @$_;
	my $s = Doorward->start(home => $home, fixtures => 1, env =>
	    { Clock->shift_by($seconds) });
	my $env = Clients::env($s);
	$env->{AWS_ENDPOINT_URL} = 'http://127.0.0.1:' . $s->port;
	Node::tap($phase, $env, Node::program(), "$Bin/late.mjs", $phase,
	    $seconds, "$home/late");
	$s->finish;
}
done_testing();
