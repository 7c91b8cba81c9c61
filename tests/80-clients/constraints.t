#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# constraints.t - every operation's input by AWS's own model, which botocore
# carries: each constraint kept and not, each member of each wrong kind.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Node;
use Test::More;

Doorward->need;
my $python = Clients::boto3();
plan(skip_all => 'boto3 is not here') if !$python;
my $s = Doorward->start;
Node::tap('constraints', {}, $python, "$Bin/constraints.py",
    '127.0.0.1:' . $s->port, $s->bearer);
$s->finish;
done_testing();
