#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# sdk.t - the AWS SDK for JavaScript v3, boto3, the AWS command line and curl
# on one server: each makes, reads and removes, and what one writes the
# others read.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Node;
use Test::More;

Doorward->need('curl');
my $s = Doorward->start;
my $url = 'http://127.0.0.1:' . $s->port;
my ($id, $secret) = $s->aws;
my %env = (AWS_ACCESS_KEY_ID => $id, AWS_SECRET_ACCESS_KEY => $secret,
    AWS_REGION => 'us-east-1', AWS_DEFAULT_REGION => 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB => $url, AWS_EC2_METADATA_DISABLED => 'true',
    AWS_CONFIG_FILE => '/dev/null', AWS_SHARED_CREDENTIALS_FILE => '/dev/null',
    AWS_PAGER => '', NO_PROXY => '127.0.0.1', no_proxy => '127.0.0.1');

# Its output, errors included; $? is its exit status.
sub run {
	my ($status, $out, $err) = Node::run(\%env, @_);
	$? = $status;
	return $out . $err;
}

SKIP: {
	my $why = Node::missing('@aws-sdk/client-dynamodb');
	skip($why, 1) if defined($why);
	Node::tap('AWS SDK for JavaScript v3', \%env, Node::program(),
	    "$Bin/aws-sdk-js.mjs");
}

my $python = Clients::boto3();
SKIP: {
	skip('boto3 is not here', 1) if !$python;
	Node::tap('boto3', \%env, $python, "$Bin/aws-boto3.py", $url);
}

my $aws = Clients::found('aws');
SKIP: {
	skip('the AWS command line is not here', 12) if !$aws;
	my @aws = ($aws, '--endpoint-url', $url, '--output', 'json', 'dynamodb');
	my $call = sub {
		my ($name, $want, @args) = @_;
		my $out = run(@aws, @args);
		like("$?\n$out", qr/\A0\n.*$want/sm, "aws $name") or diag($out);
	};
	$call->('create-table', '"TableName": "cli"', 'create-table',
	    '--table-name', 'cli', '--attribute-definitions',
	    'AttributeName=k,AttributeType=S', '--key-schema',
	    'AttributeName=k,KeyType=HASH', '--billing-mode',
	    'PAY_PER_REQUEST');
	$call->('put-item', '', 'put-item', '--table-name', 'cli', '--item',
	    '{"k":{"S":"one"},"v":{"N":"01.50"}}');
	$call->('batch-write-item', '"UnprocessedItems": \{\}',
	    'batch-write-item', '--request-items',
	    '{"cli":[{"PutRequest":{"Item":{"k":{"S":"two"}}}}]}');
	$call->('get-item', '"N": "1.5"', 'get-item', '--table-name', 'cli',
	    '--key', '{"k":{"S":"one"}}');
	$call->('query', '"Count": 1', 'query', '--table-name', 'cli',
	    '--key-condition-expression', 'k = :k',
	    '--expression-attribute-values', '{":k":{"S":"two"}}');
	$call->('scan', '"Count": 2', 'scan', '--table-name', 'cli');

	# A page for each item, two of them put together, and where the third
	# would begin; all of them, and what of them is wanted; a whole request.
	$call->('batch-write-item', '', 'batch-write-item', '--cli-input-json',
	    '{"RequestItems":{"cli":[{"PutRequest":{"Item":{"k":' .
	    '{"S":"three"},"b":{"B":"AP8="}}}}]}}');
	$call->('scan by pages', '"NextToken": "[A-Za-z0-9]+', 'scan',
	    '--table-name', 'cli', '--page-size', 1, '--max-items', 2);
	$call->('scan --query', '^\[\s+"one",\s+"three",\s+"two"\s+\]',
	    'scan', '--table-name', 'cli', '--page-size', 1, '--query',
	    'sort(Items[].k.S)');

	# What the command line wrote, curl reads with the bearer token.
	my $out = run('curl', '-sS', '-H', 'Authorization: Bearer ' . $s->bearer,
	    '-H', 'X-Amz-Target: DynamoDB_20120810.GetItem', '-H',
	    'Content-Type: application/x-amz-json-1.0', '-d',
	    '{"TableName":"cli","Key":{"k":{"S":"one"}}}', "$url/");
	is($out, '{"Item":{"k":{"S":"one"},"v":{"N":"1.5"}}}',
	    'curl reads what the AWS command line wrote');
	$call->('delete-item', '', 'delete-item', '--table-name', 'cli',
	    '--key', '{"k":{"S":"one"}}');
	$call->('delete-table', 'DELETING', 'delete-table', '--table-name',
	    'cli');
}

# curl signs by itself.
my $signs = run('curl', '--version') =~ /^curl (\d+)\.(\d+)/ &&
    $1 * 100 + $2 >= 775;
SKIP: {
	skip('this curl cannot sign', 1) if !$signs;
	my $out = run('curl', '-sS', '--aws-sigv4', 'aws:amz:us-east-1:dynamodb',
	    '--user', "$id:$secret", '-H',
	    'X-Amz-Target: DynamoDB_20120810.ListTables', '-H',
	    'Content-Type: application/x-amz-json-1.0', '-d', '{}', "$url/");
	is($out, '{"TableNames":[]}', 'A10: curl --aws-sigv4');
}
$s->finish;
done_testing();
