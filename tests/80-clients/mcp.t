#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# mcp.t - real clients of MCP through the listener: the official SDKs of both
# eras, the Inspector's command line, mcp-remote and mcporter.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use Test::More;

Doorward->need;
my $why = Clients::missing();
plan(skip_all => $why) if defined($why);

my $s = Doorward->start;
Clients::http($s, 'listener');
$s->finish;
done_testing();
