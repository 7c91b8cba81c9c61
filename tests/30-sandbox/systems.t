#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# systems.t - the files of other systems and of the other architecture,
# compile-checked only: none of them can run here.
use strict;
use warnings;
use Test::More;

my $poison = 'tests/30-sandbox/poison';
my @warn   = qw(-std=gnu17 -Wall -Wextra -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wundef -Werror -fsyntax-only -Isrc);
my $glibc = '/usr/include/x86_64-linux-gnu';

plan skip_all => 'no clang' if system('clang --version >/dev/null 2>&1') != 0;

sub compiles {
	my ($what, @flags) = @_;

	for my $file (sort(glob('src/sandbox/*.c'))) {
		my $said = qx(clang @warn @flags $file 2>&1);
		is($? >> 8, 0, "$file for $what, compile-checked only")
		    or diag($said);
	}
}

# A number of a system's own compiler, this machine's headers, our stubs.
for my $system ([ 'OpenBSD', 'openbsd' ], [ 'FreeBSD', 'freebsd14' ]) {
	my ($name, $target) = @$system;
	(my $stubs = $target) =~ s/\d+$//;
	compiles(
		$name, "--target=x86_64-unknown-$target", "-I$poison/$stubs",
		"-I$poison/linux-not", '-D_GNU_SOURCE', "-isystem $glibc",
		'-isystem /usr/include'
	);
}

# Another Unix: nothing but none.c may be left.
compiles('a system without a sandbox', '-U__linux__', '-D_GNU_SOURCE',
	"-I$poison/linux-not");

# The other architecture, where its headers are installed.
SKIP: {
	my $arm = $ENV{AARCH64_INCLUDE} // '/usr/aarch64-linux-gnu/include';
	skip('no headers of aarch64', 1) if !-d $arm;
	compiles('aarch64', '--target=aarch64-linux-gnu', '-nostdinc',
		'-D_GNU_SOURCE', "-isystem $arm",
		'-isystem ' . qx(clang -print-resource-dir) =~ s/\n//r . '/include');
}
done_testing();
