#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# claims.t - every test that SECURITY.md names exists and names the claim.
use strict;
use warnings;
use Test::More;

sub slurp {
	my ($file) = @_;
	open(my $fh, '<', $file) or return;
	local $/;
	return scalar(<$fh>);
}

my %seen;
for (split(/\n/, slurp('SECURITY.md'))) {
	next if !/^\| ([A-E]\d+) \|.*\| (.*) \|$/;
	my ($claim, $tests) = ($1, $2);
	ok(!$seen{$claim}++, "$claim has one row");
	my @named = $tests =~ m{\btests/[\w./-]+}g;
	cmp_ok(scalar(@named), '>=', 1, "$claim names a test");
	for my $file (@named) {
		my $text = slurp($file);
		ok(defined($text), "$claim: $file is there") or next;
		ok($file =~ /\.c$/ || $text =~ /\b$claim\b/,
		    "$claim: $file names it");
	}
}
cmp_ok(scalar(keys(%seen)), '>=', 20, 'claims were found');
done_testing();
