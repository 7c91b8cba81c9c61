#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# conformance.t - the public conformance suite of MCP, in the requirement
# sets of both eras, against the real program.  What is not built is in the
# file baseline: whatever else fails is red, and so is what passes and is
# listed there.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use Messages;
use Node;
use Test::More;

my $suite = '@modelcontextprotocol/conformance';
Doorward->need;
my $why = Node::missing($suite);
plan(skip_all => $why) if defined($why);

# { check => reason }
sub baseline {
	my (%known, $reason);
	for (split(/\n/, Doorward::slurp("$Bin/baseline"))) {
		next if /^(#|$)/;
		if (/^\t(\S+)$/) {
			die("baseline: twice or without a reason: $1\n")
			    if $known{$1} || !defined($reason);
			$known{$1} = $reason;
		} else {
			$reason = $_;
		}
	}
	return %known;
}

my $wire = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# ({ scenario => { check => whether it failed } }, what the suite printed)
sub results {
	my ($port, $revision) = @_;
	my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my (undef, @said) = Node::run({ NO_PROXY => '127.0.0.1',
	    Messages::wire_env($wire) },
	    Node::program(), Node::package_dir($suite) . '/dist/index.js',
	    'server', '--url', "http://127.0.0.1:$port/mcp", '--requirements',
	    $revision, '--output-dir', $dir);
	my %got;
	for my $file (glob("$dir/*/checks.json")) {
		my ($scenario) = $file =~ m{/server-([^/]+)-\d{4}-\d\d-\d\dT[^/]*/[^/]*$};
		$got{$scenario} = {};
		for my $c (@{Doorward::json()->decode(Doorward::slurp($file))}) {
			next if $c->{status} !~ /^(SUCCESS|WARNING|FAILURE)$/;
			$got{$scenario}{$c->{id}} ||= $c->{status} ne 'SUCCESS';
		}
	}
	return (\%got, join('', @said));
}

my $s = Doorward->start(fixtures => 1, conf => "table-header = required\n");
my $proxy = Node::proxy($s->port, $s->bearer);

my %known = baseline();
my %unseen = %known;
for (['2025-11-25', 33], ['2026-07-28', 50]) {
	my ($revision, $scenarios) = @$_;
	my ($got, $said) = results($proxy->{port}, $revision);
	is(scalar(keys(%$got)), $scenarios, "$revision: scenarios") or
	    diag($said);
	for my $scenario (sort(keys(%$got))) {
		my $checks = $got->{$scenario};
		my (@wrong, %reasons);
		for my $check (sort(keys(%$checks))) {
			my $reason = delete($unseen{"$scenario:$check"}) //
			    $known{"$scenario:$check"};
			$reasons{$reason} = 1 if defined($reason);
			push(@wrong, "$check " . ($checks->{$check} ?
			    'fails' : 'passes, and is in the baseline'))
			    if $checks->{$check} xor defined($reason);
		}
		is_deeply(\@wrong, [], "$revision: $scenario" .
		    join('', map { " (but: $_)" } sort(keys(%reasons))));
	}
}
# What the suite says wrongly is its business.
SKIP: {
	skip('nothing is here to check messages by', 3) if !Messages::able();
	my ($wrong, undef, $many) = Messages::wire($wire);
	is($wrong, '', 'every message is of its revision\'s schema');
	for ('2025-11-25', '2026-07-28') {
		note("$_: of the suite $many->{$_}[0], of the server $many->{$_}[1]");
		cmp_ok($many->{$_}[1] // 0, '>', 20, "$_: messages");
	}
}
is_deeply([sort(keys(%unseen))], [], 'nothing else is in the baseline');
Node::end_proxy($proxy);
$s->finish;
done_testing();
