#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# elf.t - the programs are hardened, read from the files themselves.
use strict;
use warnings;
use Test::More;

$ENV{LC_ALL} = 'C';
plan(skip_all => 'the build with sanitizers is not the hardened one')
    if $ENV{SANITIZE};

my $build = $ENV{BUILD} || 'build';
my @programs = grep { -e } "$build/doorward-worker", "$build/doorward";
plan(skip_all => 'no program is built') if !@programs;

sub readelf {
	my @args = @_;
	open(my $fh, '-|', 'readelf', '-W', @args) or die("readelf: $!");
	my $text = do { local $/; <$fh> };
	close($fh) or die('readelf failed');
	return $text;
}

for my $file (@programs) {
	my $head = readelf('-h', $file);
	my $load = readelf('-l', $file);
	my $dyn  = readelf('-d', $file);
	my $syms = readelf('-s', $file); # a static one has no others
	my @segments = $load =~ /^  (\S+)\s+0x\S+\s+0x\S+\s+0x\S+\s+0x\S+\s+0x\S+\s+([RWE ]{3})/mg;

	like($head, qr/Type:\s+DYN/, "$file: position independent");
	like($dyn, qr/FLAGS_1\).*\bPIE\b/, "$file: marked as PIE");
	like($load, qr/GNU_RELRO/, "$file: RELRO");
	like($dyn, qr/BIND_NOW|\bNOW\b/, "$file: bound at start, RELRO is full");
	unlike($dyn, qr/TEXTREL/, "$file: no text relocations");
	unlike($dyn, qr/R(?:UN)?PATH/, "$file: no library path of its own");

	my (@wx, $stack);
	while (my ($type, $flags) = splice(@segments, 0, 2)) {
		push(@wx, $type) if $flags =~ /W/ && $flags =~ /E/;
		$stack = $flags if $type eq 'GNU_STACK';
	}
	is("@wx", '', "$file: nothing is writable and executable");
	is($stack, 'RW ', "$file: the stack is not executable");

	like($syms, qr/__stack_chk_fail/, "$file: stack protector");
	like($syms, qr/__\w+_chk\b(?<!__stack_chk)/, "$file: fortified");
	unlike($dyn, qr/NEEDED.*libsystemd/, "$file: no libsystemd")
	    if $file =~ /worker/;
}
done_testing();
