#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# bent.t - the check that every message is of its schema (Messages.pm) sees
# what is bent, in each of the four revisions, and lets pass what is not.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Messages;
use Test::More;

Doorward->need;
plan(skip_all => 'no node, or npm ci in tests/70-mcp has not been run')
    if !-d "$Bin/node_modules/ajv" ||
    system('node --version >/dev/null 2>&1') != 0;
my $s = Doorward->start;
my $json = Doorward::json();
my $p = 'io.modelcontextprotocol';

my @want;    # of each message: [name, what is said of it; undef: nothing]

# The request and the answer as it came.
sub asked {
	my ($version, $method, $params) = @_;
	my %params = %{$params // {}};
	$params{_meta} = { "$p/protocolVersion" => $version,
	    "$p/clientCapabilities" => {} } if $version eq '2026-07-28';
	my $text = $json->encode({ jsonrpc => '2.0', id => 1,
	    method => $method, params => \%params });
	my $a = $s->request('POST', '/mcp', [$s->auth, 'Content-Type',
	    'application/json', 'MCP-Protocol-Version', $version, 'Mcp-Method',
	    $method, $params{name} ? ('Mcp-Name', $params{name}) : ()], $text);
	push(@want, ["$version: $method: as it is"]);
	return ($text, $a->{body});
}

sub bent {
	my ($version, $what, $text, $body, $bend) = @_;
	my $m = $json->decode($body);
	$bend->($m);
	Messages::came($json->encode($m), $text, $version);
	push(@want, ["$version: $what", qr/^\Q$version\E: not a \w+: /]);
}

for my $version ('2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28') {
	my @list = asked($version, 'tools/list');
	bent($version, 'no jsonrpc', @list, sub { delete($_[0]{jsonrpc}) });
	bent($version, 'an id that is a map', @list, sub { $_[0]{id} = {} });
	bent($version, 'a tool without a name', @list, sub {
	    delete($_[0]{result}{tools}[3]{name}) });
	bent($version, 'a schema that is a list', @list, sub {
	    $_[0]{result}{tools}[0]{inputSchema} = [] });
	my @call = asked($version, 'tools/call', { name => 'get_overview' });
	bent($version, 'content that is none', @call, sub {
	    $_[0]{result}{content} = 'text' });
	bent($version, 'isError that is text', @call, sub {
	    $_[0]{result}{isError} = 'no' });
	my @error = asked($version, 'nope');
	bent($version, 'an error without a code', @error, sub {
	    delete($_[0]{error}{code}) });
	bent($version, 'a message that is a number', @error, sub {
	    $_[0]{error}{message} = 7 });
}
my @list = asked('2026-07-28', 'tools/list');
bent('2026-07-28', 'no type of the result', @list, sub {
    delete($_[0]{result}{resultType}) });
bent('2026-07-28', 'no ttl', @list, sub { delete($_[0]{result}{ttlMs}) });
my ($n, $said) = Messages::check();
my %said;
$said{$1} .= $2 while $said =~ /^(\d+): (.*)/mg;
is($n, scalar(@want), 'all were seen');
for my $i (0 .. $#want) {
	my ($name, $why) = @{$want[$i]};
	defined($why) ? like($said{$i} // '', $why, $name) :
	    is($said{$i}, undef, $name);
}
$s->finish;
done_testing();
