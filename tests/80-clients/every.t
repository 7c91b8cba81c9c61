#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# every.t - every operation of the API, each paginator, each waiter and each
# modelled error with the AWS SDK for JavaScript v3 and with boto3, and all
# answers by their own models of the API.
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
my ($id, $secret) = $s->aws;
my $env = Clients::env($s);
$env->{AWS_ENDPOINT_URL} = 'http://127.0.0.1:' . $s->port;

# What is imported.  The second is not to have ended when it is cancelled.
my $in = $s->home . '/data/imports';
mkdir($_, 0700) || die("$_: $!") for $in, "$in/bucket";
for (['in', 5], ['many', 50000]) {
	my ($prefix, $n) = @$_;
	mkdir("$in/bucket/$prefix", 0700) or die($!);
	open(my $fh, '>', "$in/bucket/$prefix/one.json") or die($!);
	print($fh map { qq({"Item":{"k":{"S":"i$_"}}}\n) } 1 .. $n);
	close($fh) or die($!);
}

# Servers that fail at everything, with the same credentials.
my @failing;
for my $name (qw(InternalServerError ThrottlingException RequestLimitExceeded
    ProvisionedThroughputExceededException LimitExceededException
    ItemCollectionSizeLimitExceededException TransactionConflictException)) {
	my $f = Doorward->start(conf => "fault = * * $name every:1\n",
	    args => ['--ephemeral']);
	push(@failing, [$name, $f]);
}
my @at = map { "$_->[0]=http://127.0.0.1:" . $_->[1]->port } @failing;

SKIP: {
	my $why = Node::missing('@aws-sdk/client-dynamodb-streams');
	skip($why, 1) if defined($why);
	Node::tap('AWS SDK for JavaScript v3', $env, Node::program(),
	    "$Bin/every.mjs", @at);
}

my $python = Clients::boto3();
SKIP: {
	skip('boto3 is not here', 1) if !$python;
	Node::tap('boto3', $env, $python, "$Bin/every-boto3.py",
	    $env->{AWS_ENDPOINT_URL}, @at);
}
for (@failing) {
	kill('TERM', $_->[1]->pid);
	waitpid($_->[1]->pid, 0);
}
$s->finish;
done_testing();
