#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# libraries.t - what people put on top of the AWS SDK: ElectroDB, Dynamoose,
# DynamoDB-Toolbox and a store of web sessions, each with a program of its own
# on one server.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Node;
use Test::More;

Doorward->need;
my $s = Doorward->start;
for (['electrodb', 'electrodb'], ['dynamoose', 'dynamoose'],
    ['toolbox', 'dynamodb-toolbox'], ['session', 'connect-dynamodb']) {
	my ($program, $package) = @$_;
	SKIP: {
		my $why = Node::missing($package);
		skip($why, 1) if defined($why);
		Node::tap($package, Clients::env($s), Node::program(),
		    "$Bin/$program.mjs");
	}
}
$s->finish;
done_testing();
