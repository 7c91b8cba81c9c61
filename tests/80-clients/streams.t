#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# streams.t - the AWS SDK for JavaScript v3 and boto3 read a stream from its
# beginning to its end, and see who deleted what had expired; and what
# Terraform and its like ask for around a table, with boto3 and the AWS
# command line.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Node;
use Test::More;

my $s = Doorward->start;
my $url = 'http://127.0.0.1:' . $s->port;
my $env = Clients::env($s);
$env->{AWS_ENDPOINT_URL_DYNAMODB_STREAMS} = $url;
# How a program here has expired items deleted at once.
$env->{SWEEP} = join(' ', Doorward::program(), '--home', $s->home, 'sweep');

SKIP: {
	my $why = Node::missing('@aws-sdk/client-dynamodb-streams');
	skip($why, 1) if defined($why);
	Node::tap('AWS SDK for JavaScript v3', $env, Node::program(),
	    "$Bin/streams-js.mjs");
}

my $python = Clients::boto3();
SKIP: {
	skip('boto3 is not here', 1) if !$python;
	Node::tap('boto3', $env, $python, "$Bin/streams-boto3.py", $url);
}

my $aws = Clients::found('aws');
SKIP: {
	skip('the AWS command line is not here', 9) if !$aws;
	my $call = sub {
		my ($api, $want, @args) = @_;
		my ($status, $out, $err) = Node::run($env, $aws,
		    '--endpoint-url', $url, '--output', 'json', $api, @args);
		like("$status\n$out", qr/^0\n.*$want/s, "aws $args[0]")
		    or diag($err);
		return $out;
	};
	my @name = ('--table-name', 'cli');
	$call->('dynamodb', 'CREATING', 'create-table', @name,
	    '--attribute-definitions', 'AttributeName=k,AttributeType=S',
	    '--key-schema', 'AttributeName=k,KeyType=HASH', '--billing-mode',
	    'PAY_PER_REQUEST', '--stream-specification',
	    'StreamEnabled=true,StreamViewType=NEW_IMAGE', '--tags',
	    'Key=a,Value=b');
	$call->('dynamodb', '', 'wait', 'table-exists', @name);
	$call->('dynamodb', '"Enabled": true', 'update-time-to-live', @name,
	    '--time-to-live-specification', 'Enabled=true,AttributeName=exp');
	$call->('dynamodb', '"PointInTimeRecoveryStatus": "ENABLED"',
	    'update-continuous-backups', @name,
	    '--point-in-time-recovery-specification',
	    'PointInTimeRecoveryEnabled=true');
	$call->('dynamodb', '"EarliestRestorableDateTime"',
	    'describe-continuous-backups', @name);
	$call->('dynamodb', '"TableMaxReadCapacityUnits": 40000',
	    'describe-limits');
	my $out = $call->('dynamodbstreams', '"TableName": "cli"',
	    'list-streams', @name);
	my ($arn) = $out =~ /"StreamArn": "([^"]+)"/;
	$call->('dynamodbstreams', '"StreamStatus": "ENABLED"',
	    'describe-stream', '--stream-arn', $arn);
	$call->('dynamodb', 'DELETING', 'delete-table', @name);
}
$s->finish;
done_testing();
