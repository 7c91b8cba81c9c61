#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# mcp.t - real clients of MCP through the listener: the official SDKs of both
# eras, over TCP and a unix socket, the Inspector's command line, mcp-remote
# and mcporter; then all clients together, over both.
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
Clients::together($s, 'listener');
Clients::together($s, 'unix socket', socket => $path);

# A9: a token that may only read.
my $put = { name => 'put_item', arguments => { table => 'any', item =>
    { k => 'one' } } };
$s->edit_token(rights => 1);
for (['an earlier revision', sub { $s->mcp(@_) }],
    ['2026-07-28', sub { $s->mcp_modern(@_) }]) {
	my ($what, $call) = @$_;
	my ($status, $a, $all) = $call->('tools/call', $put);
	is_deeply([$status, $all->{h}{'www-authenticate'}], [403,
	    'Bearer realm="doorward", error="insufficient_scope", ' .
	    'error_description="the token does not allow this"'],
	    "A9: $what: 403 says that the token is right, and not for this");
	like($a->{error}{message}, qr/put_item/, "A9: $what: and what for");
	(undef, $a) = $call->('tools/list');
	is_deeply([grep { !$_->{annotations}{readOnlyHint} }
	    @{$a->{result}{tools}}], [], "A9: $what: nor is it listed");
}
Clients::reader($s, $_, 'A9: may only read') for qw(v1 v2 v2-auto);
$s->finish;
done_testing();
