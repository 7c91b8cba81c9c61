#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# make.t - what the Makefile finds out about the compiler: an archive is taken
# where a program links with it, and the worker is static where all of it does.
use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my ($cc) = split(/ /, $ENV{CC} || 'cc');
plan(skip_all => 'make or the compiler is not here')
    if grep { my $p = $_; !grep { -x "$_/$p" } split(/:/, $ENV{PATH}) }
    'make', $cc;

# A compiler that has another file for an archive, or does not link something.
my $n = 0;
sub found {
	my ($case) = @_;
	my $own = "$dir/" . $n++;
	mkdir($own) or die("$own: $!");
	open(my $fh, '>', "$own/cc") or die("$own/cc: $!");
	print($fh "#!/bin/sh\ncase \" \$* \" in\n$case\nesac\n",
	    "exec $cc \"\$\@\"\n");
	close($fh);
	chmod(0755, "$own/cc");
	my $out = `make -s BUILD=$own CC=$own/cc $own/flags.mk 2>&1`;
	is($?, 0, 'it is found out') or diag($out);
	open($fh, '<', "$own/flags.mk") or die("flags.mk: $!");
	my %got = map { /^(\w+) =\s*(.*)$/ ? ($1 => $2) : () } <$fh>;
	is_deeply([glob("$own/*.try*")], [], 'nothing is left of it');
	return \%got;
}

my $real = found('');
my @libs = qw(sqlite3 json-c sodium z zstd);
my @got = split(/ /, $real->{ARCHIVES});
is(scalar(@got), scalar(@libs), 'each library, as an archive or shared');
for my $i (0 .. $#libs) {
	like($got[$i], qr/(?:^-l|\/lib)\Q$libs[$i]\E(?:\.a)?$/, $libs[$i]);
}
system("printf '!<arch>\n' >$dir/empty.a");
my $bare = found("*-print-file-name=libjson-c.a*) echo $dir/empty.a; exit;;\n" .
    '*" -static-pie "*" -ljson-c "*) exit 1;;');
my @bare = split(/ /, $bare->{ARCHIVES});
is($bare[1], '-ljson-c', 'an archive that is not whole is left');
is_deeply([@bare[0, 2 .. 4]], [@got[0, 2 .. 4]], 'the others are taken');
is($bare->{STATIC}, '', 'and no worker is static without it');
my $dynamic = found('*" -static-pie "*) exit 1;;');
is($dynamic->{ARCHIVES}, $real->{ARCHIVES},
    'a compiler that links nothing statically: the archives all the same');
is($dynamic->{STATIC}, '', 'and a worker that is not static');
done_testing();
