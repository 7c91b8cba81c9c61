#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# counts.t - what MCP costs a model: bytes and tokens of the listing, of
# discovery and of typical results, and that the README says the same.  Tokens
# are those of the encoding o200k; a simple measure beside it is bytes / 4.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib", "$Bin/../80-clients";
use Doorward;
use IPC::Open2;
use JSON::PP;
use List::Util qw(max);
use Test::More;

my $ceiling = 3000;    # tokens of the listing, by either measure
my $near = 0.05;       # how far the README may be off, for the version's sake

Doorward->need;
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my $s = Doorward->start;
my $all = 'mcp-list = all';

# The bytes of an answer, whole as it is sent.
sub answer {
	my ($method, $params) = @_;
	my ($status, undef, $a) = $s->mcp_modern($method, $params);
	is($status, 200, "$method") or diag($a->{body});
	return $a->{body};
}

sub call { return answer('tools/call', { name => $_[0], arguments => $_[1] }) }

call('create_table', { table => 'songs', partition_key => { name => 'artist',
    type => 'string' }, sort_key => { name => 'year', type => 'number' } });
for my $from (0, 25) {
	call('batch_write_items', { table => 'songs', put => [map { +{
	    artist => 'Queen', year => 1950 + $_, title => "Song number $_",
	    plays => 1000 * $_, live => $_ % 2 ? JSON::PP::true : JSON::PP::false
	    } } $from .. $from + 24] });
}
my @rows = (    # [as the README calls it, the answer]
	['tools/list', answer('tools/list', {})],
	['server/discover', answer('server/discover', {})],
	['get_overview, one table', call('get_overview', {})],
	['list_groups', call('list_groups', {})],
	['describe_tools of one group', call('describe_tools',
	    { group => 'batch' })],
	['get_item', call('get_item', { table => 'songs',
	    key => { artist => 'Queen', year => 1960 } })],
	['query, 10 items', call('query', { table => 'songs',
	    key => { artist => 'Queen' }, limit => 10 })],
	['query, 10 items, 2 attributes', call('query', { table => 'songs',
	    key => { artist => 'Queen' }, limit => 10,
	    attributes => ['year', 'title'] })],
);
$s->finish;
$s = Doorward->start(conf => "$all\n");
push(@rows, ["tools/list, $all", answer('tools/list', {})]);
$s->finish;

# Tokens, where node and the encoding are here.
my @tokens;
if (system('node --version >/dev/null 2>&1') == 0 &&
    -d "$Bin/node_modules/js-tiktoken") {
	my $pid = open2(my $out, my $in, 'node', "$Bin/tokens.mjs");
	print($in $json->encode($_->[1]) . "\n") for @rows;
	close($in);
	chomp(@tokens = <$out>);
	waitpid($pid, 0);
	is(scalar(@tokens), scalar(@rows), 'tokens of each');
}

my %said;    # name => [bytes, tokens]
for (split(/\n/, Doorward::slurp("$Bin/../../README.md"))) {
	$said{$1} = [map { tr/,//dr } $2, $3]
	    if /^\| (.+?) \| ([\d,]+) \| ([\d,]+) \|$/;
}

sub near {
	my ($said, $is) = @_;
	return defined($said) && abs($said - $is) <= max(3, $near * $is);
}

for my $i (0 .. $#rows) {
	my ($name, $body) = @{$rows[$i]};
	my $bytes = length($body);
	my $row = "| $name | $bytes | " . ($tokens[$i] // '?') . ' |';
	note($row);
	cmp_ok($bytes / 4, '<', $ceiling, "$name: bytes / 4 of $bytes")
	    if $i == 0;
	ok(near($said{$name}[0], $bytes), "README: $name: bytes") or diag($row);
	SKIP: {
		skip('no node, or no packages: npm ci', $i == 0 ? 2 : 1)
		    if !@tokens;
		cmp_ok($tokens[$i], '<', $ceiling, "$name: tokens") if $i == 0;
		ok(near($said{$name}[1], $tokens[$i]), "README: $name: tokens") or
		    diag($row);
	}
}
done_testing();
