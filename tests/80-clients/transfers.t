#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# transfers.t - what is exported is read by others' readers, and what others'
# writers have written is imported: Ion by Amazon's ion-js, DynamoDB JSON by
# the AWS SDK, CSV by Python's.
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
my $why = Node::missing('@aws-sdk/client-dynamodb', 'ion-js');
my $python = Clients::boto3();
plan(skip_all => $why) if defined($why) && !$python;

# An incremental export is of 15 minutes at least: what it starts from is put
# an hour ago, where a clock can be preloaded.
my $clock = !Doorward::sanitized();
Clock->need if $clock;
my $home = Doorward->new_home;
my $s;

sub js {
	my ($part) = @_;
	SKIP: {
		skip($why, 1) if defined($why);
		Node::tap("$part, in JavaScript", Clients::env($s),
		    Node::program(), "$Bin/transfers.mjs", $part, "$home/data");
	}
}

if ($clock) {
	Clock->at(-3600, sub {
		$s = Doorward->start(home => $home);
		js('begin');
		$s->stop;
	});
}
$s = Doorward->start(home => $home);
js('begin') if !$clock;
js('change');
js('full');
js('incremental') if $clock;
js('import');
SKIP: {
	skip('boto3 is not here', 1) if !$python;
	Node::tap('CSV, in Python', Clients::env($s), $python,
	    "$Bin/transfers-csv.py", 'http://127.0.0.1:' . $s->port,
	    "$home/data/imports");
}
$s->finish;
done_testing();
