#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# layers.t - includes point down only, and each library has one user.
use strict;
use warnings;
use Test::More;

# directory => directories whose headers it may include
my %may = (
	base    => '',
	crypto  => 'base',
	conf    => 'base crypto model',
	conn    => 'base',
	http    => 'base',
	json    => 'base',
	model   => 'base json',
	bucket  => 'base',
	sandbox => 'base',
	gate    => 'base conf crypto http',
	limit   => 'base',
	store   => 'base crypto',
	op      => 'base crypto json store',
	audit   => 'base crypto json op store',
	ddb     => 'base bucket crypto json model op store',
	mcp     => 'base crypto json model op store',
	room    => 'audit base conf conn crypto ddb gate http json limit mcp op sandbox store',
	worker  => 'audit base conf conn crypto limit room sandbox store',
	serve   => 'audit base conf conn crypto limit store',
	cli     => 'audit base conf crypto json limit op sandbox serve store',
);

# library header => directories that may include it
my %only = (
	'sqlite3.h' => 'store',
	'json-c/'   => 'json',
	'sodium.h'  => 'crypto',
	'systemd/'  => 'serve cli',
	'linux/'    => 'sandbox bucket limit',
	'zlib.h'    => 'bucket',
	'zstd'      => 'bucket',
);

for my $file (sort(glob('src/*/*.[ch]'))) {
	my ($dir) = $file =~ m{^src/(\w+)/};
	BAIL_OUT("$file: $dir is not in the table") if !defined($may{$dir});
	my %ok = map { $_ => 1 } $dir, split(' ', $may{$dir});
	my @bad;
	open(my $fh, '<', $file) or die("$file: $!");
	while (<$fh>) {
		push(@bad, "$.: $1/") if m{^#\s*include "(\w+)/} && !$ok{$1};
		for my $lib (keys(%only)) {
			push(@bad, "$.: $lib")
			    if m{^#\s*include <\Q$lib\E}
			    && !grep { $_ eq $dir } split(' ', $only{$lib});
		}
	}
	close($fh);
	is("@bad", '', $file);
}
done_testing();
