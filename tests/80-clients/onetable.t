#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# onetable.t - OneTable on a server that enforces its schema: what that library
# writes is taken, whatever it is, and what others write must fit.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Node;
use Test::More;

Doorward->need;
my $why = Node::missing('dynamodb-onetable');
plan(skip_all => $why) if defined($why);
my $home = Doorward->new_home(conf =>
    "model = onetable onetable.json enforce\n");
my ($status, $schema, $err) = Node::run({ AWS_REGION => 'us-east-1' },
    Node::program(), "$Bin/onetable.mjs", 'schema');
is($status, 0, 'its schema') or diag($err);
open(my $fh, '>', "$home/config/onetable.json") or die($!);
print($fh $schema);
close($fh) or die($!);
my $s = Doorward->start(home => $home);
Node::tap('OneTable', Clients::env($s), Node::program(),
    "$Bin/onetable.mjs");
my (undef, $a) = $s->mcp_modern('tools/call', { name => 'get_data_model',
    arguments => { table => 'onetable', entity => 'Event' } });
my $told = $a->{result}{structuredContent}{model}{entities}{Event};
is_deeply($told->{keys}, { pk => 'event:${kind}',
    sk => '${kind}#${number:8:0}' }, 'an agent is told how its keys are made');
$s->finish;
done_testing();
