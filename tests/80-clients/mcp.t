#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# mcp.t - real clients of MCP through the listener: the official SDKs of both
# eras, over TCP and a unix socket, the Inspector's command line, mcp-remote
# and mcporter.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use File::Temp qw(tempdir);
use Test::More;

Doorward->need;
my $why = Clients::missing();
plan(skip_all => $why) if defined($why);

my $path = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1) . '/sock';
my $port = Doorward::free_port();
my $s = Doorward->start(port => $port, listen => ["127.0.0.1:$port", $path]);
Clients::http($s, 'listener');
Clients::unix($s, $path, 'unix socket');
$s->finish;
done_testing();
