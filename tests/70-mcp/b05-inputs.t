#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b05-inputs.t - B5: whatever the schema of a tool does not allow is refused
# before anything runs; the DynamoDB API ignores members that it does not know
# and checks all others.  Needs node and the packages of package-lock.json.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Node;
use Rooms;
use Test::More;

Doorward->need('sqlite3');
my $node = Node::program() // plan(skip_all => 'no node 22 here');
plan(skip_all => "no packages: npm ci in $Bin")
    if !-d "$Bin/node_modules/ajv";

my $home = Doorward->new_home;
mkdir("$home/config", 0700);
open(my $fh, '>', "$home/config/doorward.conf") or die($!);
print($fh "mcp-list = all\n");
close($fh);
my $s = Doorward->start(home => $home);
Rooms::create($s, 'inputs');
is(Rooms::put($s, 'inputs', 'a', 'v'), 200, 'an item');

sub state {
	return join(' ', Rooms::sql($s, 'SELECT max(seq) FROM log',
	    'SELECT count(*) FROM item', 'SELECT count(*) FROM incarnation'));
}

# ---- tools

my $before = state();
$ENV{DOORWARD_TOKEN} = $s->bearer;
open(my $out, '-|', $node, "$Bin/b05-inputs.mjs",
    'http://127.0.0.1:' . $s->port . '/mcp') or die("node: $!");
my ($first, @taken) = <$out>;
close($out);
is($?, 0, 'all was asked');
my ($tools, $calls) = ($first // '') =~ /^(\d+) (\d+)$/;
cmp_ok($tools // 0, '>=', 13, 'every tool is listed');
cmp_ok($calls // 0, '>', 20 * ($tools // 0),
    'B5: ' . ($calls // 0) . ' calls that no schema allows');
is(scalar(@taken), 0, 'B5: each is refused, in words') or
    diag(@taken[0 .. ($#taken > 9 ? 9 : $#taken)]);
is(state(), $before, 'B5: and nothing was done');

# ---- the DynamoDB API

my ($status, $got) = $s->dynamo('PutItem', { TableName => 'inputs',
    Item => { k => { S => 'b' } }, Unknown => { a => [1] }, unknown => 'x' });
is($status, 200, 'B5: the API ignores what it does not know');
for my $bad ({ TableName => ['inputs'] }, { Item => 'text' },
    { Item => { k => 'b' } }, { Item => { k => { S => {} } } },
    { ReturnValues => 'SOME' }, { ReturnConsumedCapacity => {} },
    { ExpressionAttributeNames => [] }, { ConditionExpression => {} }) {
	($status, $got) = $s->dynamo('PutItem', { TableName => 'inputs',
	    Item => { k => { S => 'c' } }, %$bad });
	my ($member) = keys(%$bad);
	is($status, 400, "B5: and checks $member");
	like($got->{__type} // '', qr/#(?:Serialization|Validation)Exception$/,
	    'in its own words');
}
$s->finish;
done_testing();
