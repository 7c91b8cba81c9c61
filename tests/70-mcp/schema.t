#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# schema.t - our messages against the published JSON Schemas of MCP, and our
# reading of the tools' schemas against a validator's.  Needs node and the
# packages of package-lock.json beside it.
use strict;
use warnings;
use File::Basename;

my $dir = dirname($0);
my $build = $ENV{BUILD} || 'build';
my $program = "$build/tests/70-mcp/messages.t";
my $why;

$why = 'no node here' if system('node --version >/dev/null 2>&1') != 0;
$why //= "no packages: npm ci in $dir" if !-d "$dir/node_modules/ajv";
$why //= "$program is not built" if !-x $program;
if (defined($why)) {
	print("1..0 # SKIP $why\n");
	exit(0);
}
exec('node', "$dir/schema.mjs", $program) or die("node: $!\n");
