#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# readme.t - every example of README.md and of the manual pages is run, as it
# stands there, against a server on the port that they name.
#
# As root the files of a user are meant: all runs as nobody then, with a home
# directory of its own.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Cwd qw(abs_path);
use Doorward;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use Test::More;

Doorward->need('curl', 'aws', 'setpriv');
plan(skip_all => 'another server has port 3667')
    if IO::Socket::INET->new(PeerAddr => '127.0.0.1:3667', Timeout => 1);
my $build = abs_path($ENV{BUILD} || 'build');

# The programs where nobody can reach them, as the examples name them.
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
mkdir("$dir/$_") or die($!) for qw(build home);
for my $p ('doorward', 'doorward-worker') {
	system('cp', "$build/$p", "$dir/build/$p") == 0 or die('cp');
}
chmod(0755, $dir);
my @user;
if ($> == 0) {
	my @nobody = getpwnam('nobody') or plan(skip_all => 'no user nobody');
	@user = ('setpriv', '--reuid', $nobody[2], '--regid', $nobody[3],
	    '--clear-groups');
	chown($nobody[2], $nobody[3], "$dir/home", $dir) or die($!);
}
delete(@ENV{grep { /^(?:AWS|XDG)_/ } keys(%ENV)});
$ENV{HOME} = "$dir/home";
$ENV{PATH} = "$dir/build:/usr/bin:$ENV{PATH}"; # Debian's aws before others
$ENV{AWS_EC2_METADATA_DISABLED} = 'true';
$ENV{AWS_PAGER} = '';

sub slurp { return Doorward::slurp($_[0]) }

sub shell {
	my ($text) = @_;
	open(my $p, '-|', @user, 'timeout', 60, 'sh', '-c',
	    "cd $dir && exec 2>&1 && set -e\n$text") or die($!);
	local $/;
	my $out = <$p> // '';
	close($p);
	return ($? >> 8, $out);
}

# Runs in the background until the end; its ready line.
sub server {
	my ($text) = @_;
	my $pid = open(my $p, '-|', @user, 'sh', '-c',
	    "cd $dir && exec $text 2>$dir/home/log") or die($!);
	my $line = <$p> // '';
	return ($pid, $line, $p);
}

# Indented blocks of the README; "$ command" lines of the manual pages.
my @readme = map { s/^    //mgr } slurp('README.md') =~ /^((?:    .*\n)+)/mg;
my @man = map { [$_ => [slurp("man/$_") =~ /^(?:\.Dl )?\$ (.*)$/mg]] }
    qw(doorward.1);

my @serve = grep { /^(?:build\/)?doorward .*serve|^doorward serve/ }
    map { @{$_->[1]} } @man;
is_deeply(\@serve, ['doorward serve',
    'doorward serve --ephemeral --listen 127.0.0.1:0'], 'servers in doorward.1');
my ($pid, $line, $handle) = server('doorward serve');
like($line, qr/^doorward: ready on 127\.0\.0\.1:3667( |$)/, 'doorward serve');

my $n = 0;
for my $block (@readme) {
	next if $block =~ m{contrib\/bootstrap|systemctl|inetd|sudo |\bserve\b};
	next if $block !~ /\S/;
	# A build with sanitizers is not locked in, and the check says so.
	$block =~ s{^build/doorward check\n}{}m if Doorward::sanitized();
	my ($status, $out) = shell($block);
	is($status, 0, 'README: ' . (split(/\n/, $block))[0]) or diag($out);
	ok($out !~ /"error"|"__type"|refused|denied/i, 'and no word of an error')
	    or diag(substr($out, 0, 400));
	$n++;
}
cmp_ok($n, '>=', 3, 'blocks of the README were run');

for my $page (@man) {
	my ($name, $lines) = @$page;
	my @rest = grep { !/ serve\b/ } @$lines;
	my ($status, $out) = shell(join("\n", @rest));
	is($status, 0, "$name: @rest") or diag($out);
	like($out, qr/"TableNames": \[\]/, "$name: the tables are listed");
}
kill('TERM', $pid);
close($handle);

($pid, $line, $handle) = server($serve[1]);
like($line, qr/^doorward: ready on 127\.0\.0\.1:\d+$/, $serve[1]);
kill('TERM', $pid);
close($handle);
done_testing();
