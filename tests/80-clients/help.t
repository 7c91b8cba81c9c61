#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# help.t - what --help says: every command has it, and usage and manual pages
# name the same options.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

Doorward->need;
my $build = $ENV{BUILD} || 'build';

# (exit status, standard output, standard error)
sub run {
	my ($program, @args) = @_;
	my $errors = File::Temp->new;
	open(my $p, '-|', 'sh', '-c', 'exec "$@" 2>"$0"', $errors->filename,
	    "$build/$program", @args) or die($!);
	local $/;
	my $out = <$p> // '';
	close($p);
	return ($? >> 8, $out, Doorward::slurp($errors->filename));
}

sub options {
	my %seen = map { $_ => 1 } $_[0] =~ /--([a-z][a-z-]*)/g;
	return \%seen;
}

# Those of a manual page: ".Fl -name", ".Op Fl -name".
sub documented {
	my %seen = map { $_ => 1 }
	    Doorward::slurp("man/$_[0]") =~ /\bFl -([a-z][a-z-]*)/g;
	return \%seen;
}

my ($status, $help, $errors) = run('doorward', '--help');
is("$status$errors", '0', 'doorward --help');
my @commands = $help =~ /^  ([a-z]+) /mg;
cmp_ok(@commands, '>=', 8, 'it lists the commands');
my %usage = (help => 1, version => 1, home => 1);
for my $c (@commands) {
	($status, my $out, $errors) = run('doorward', $c, '--help');
	is("$status$errors", '0', "doorward $c --help");
	like($out, qr/^usage: doorward $c(?: |$)/m,
	    "doorward $c --help: the usage");
	%usage = (%usage, %{options($out)});
	my ($sub) = $out =~ /^usage: doorward $c ([a-z]+) / or next;
	is_deeply([run('doorward', $c, $sub, '--help')], [0, $out, ''],
	    "doorward $c $sub --help says the same");
}
is_deeply([sort(keys(%usage))], [sort(keys(%{documented('doorward.1')}))],
    'usage and doorward.1 name the same options');

($status, $help, $errors) = run('doorward-worker', '--help');
is("$status$errors", '0', 'doorward-worker --help');
is_deeply([sort(keys(%{options($help)}))],
    [sort(keys(%{documented('doorward-worker.8')}))],
    'usage and doorward-worker.8 name the same options');

for my $args ([], ['nonsense'], ['--nonsense'], ['token'],
    ['audit', 'nonsense']) {
	($status, my $out, $errors) = run('doorward', @$args);
	is($status, 64, "doorward @$args: bad usage");
	like($errors, qr/usage: doorward|expected/, 'and says what is right');
	is($out, '', 'on standard error alone');
}
for my $args (['serve', '-x'], ['-x'], ['mcp', 'odd'], ['serve', 'odd'],
    ['sweep', 'odd'], ['check', 'odd'], ['credentials', 'odd'],
    ['credentials', 'aws', 'odd'], ['token', 'odd'], ['audit', 'odd'],
    ['audit', 'verify', 'odd'], ['token', 'list', 'odd'],
    ['token', 'new', 'a', 'odd'], ['token', 'show', 'a', 'odd']) {
	($status, undef, $errors) = run('doorward', @$args);
	is($status, 64, "doorward @$args");
	like($errors, $args->[-1] eq 'odd' ?
	    qr/^doorward: $args->[0]: unexpected argument 'odd'\nusage: / :
	    qr/^(?:doorward: -x: no such|serve: invalid) option.*\nusage: /,
	    'says what it did not understand');
}
done_testing();
