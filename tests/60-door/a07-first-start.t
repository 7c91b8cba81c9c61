#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a07-first-start.t - A7: the token of the first start.
use strict;
use warnings;
use File::Temp qw(tempdir);
use POSIX qw(:sys_wait_h);
use Test::More;
use Doorward;
use Rooms;

Doorward->need;
my $form = qr/^dw_[A-Z2-7]{8}_[A-Za-z0-9_-]{43}\n?$/;
my @bearer = ('credentials', 'bearer');

sub mode { return sprintf('%04o', (stat($_[0]))[2] & 07777) }
sub token { return Doorward::slurp("$_[0]/config/token") }

# ---- one start

umask(0);
my $home = Doorward->new_home;
my ($status, $out) = Doorward->command($home, @bearer);
is($status, 0, 'A7: the first command makes what is missing');
like($out, $form, 'A7: 256 random bits in its form');
is(token($home) =~ s/\n//r . "\n", $out, 'A7: the file has what is printed');
for my $f ('config/token', 'config/master.key', 'data/tokens.map',
    'data/tokens.used') {
	is(mode("$home/$f"), '0600', "A7: $f is 0600, whatever the umask");
}
for my $d ('config', 'data') {
	is(mode("$home/$d"), '0700', "A7: $d is 0700, whatever the umask");
}
is((Doorward->command($home, @bearer))[1], $out, 'A7: it stays the same');
my @names = sort(map { s{.*/}{}r } glob("$home/config/* $home/config/.[!.]*"));
is_deeply(\@names, ['master.key', 'token'], 'A7: no temporary file is left')
    if !Doorward->sanitized;

# ---- 32 at once

$home = Doorward->new_home;
my $dir = tempdir(CLEANUP => 1);
my @pids;
for my $n (1 .. 32) {
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDOUT, '>', "$dir/$n");
		open(STDERR, '>', "$dir/$n.err");
		exec(Doorward::program(), '--home', $home, @bearer) or
		    POSIX::_exit(127);
	}
	push(@pids, $pid);
}
my $failed = 0;
for (@pids) {
	waitpid($_, 0);
	$failed++ if $? != 0;
}
is($failed, 0, 'A7: 32 first starts at once all succeed') or
    diag(map { Doorward::slurp("$dir/$_.err") } 1 .. 32);
my %seen = map { Doorward::slurp("$dir/$_") => 1 } 1 .. 32;
is(scalar(keys(%seen)), 1, 'A7: and agree on one token');
like((keys(%seen))[0], $form, 'A7: which is one');

# ---- all kinds of them at once: servers of MCP, commands, new tokens

$home = Doorward->new_home;
@pids = ();
my $hello = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
my $request = "$dir/request";
put($request, "$hello\n");
for my $n (1 .. 32) {
	my @cmd = @{([@bearer], ['mcp'], ['token', 'new', "n$n"],
	    ['token', 'rotate', 'default'])[$n % 4]};
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<', $request);
		open(STDOUT, '>', "$dir/$n");
		open(STDERR, '>', "$dir/$n.err");
		exec(Doorward::program(), '--home', $home, @cmd) or
		    POSIX::_exit(127);
	}
	push(@pids, $pid);
}
$failed = 0;
for (@pids) {
	waitpid($_, 0);
	$failed++ if $? != 0;
}
is($failed, 0, 'A7: 32 first starts of many kinds all succeed') or
    diag(map { Doorward::slurp("$dir/$_.err") } 1 .. 32);
is(scalar(grep { Doorward::slurp("$dir/$_") =~ /"name":"get_item"/ }
    grep { $_ % 4 == 1 } 1 .. 32), 8, 'A7: eight of them have served');
my ($listed) = (Doorward->command($home, 'token', 'list', '--json'))[1];
is(scalar(my @n = $listed =~ /"name":"n\d+"/g), 8,
    'A8: eight tokens are there');
is(scalar(my @live = $listed =~ /"name":"default"[^}]*"state":"live"/g), 1,
    'A7: and one default token');
is((Doorward->command($home, @bearer))[1] =~ s/^(dw_\w{8}).*/$1/sr,
    ($listed =~ /"default","prefix":"(\w+)"[^}]*"state":"live"/)[0],
    'A7: that of the file');

# ---- what was tampered with is refused and left as it is

# Kind, mode and content.
sub what {
	my ($file) = @_;
	my $mode = (lstat($file))[2];
	return (sprintf('%o', $mode), -l $file ? readlink($file) :
	    -f _ ? Doorward::slurp($file) : '');
}

sub refuses {
	my ($name, $change, $file) = @_;
	my $home = Doorward->new_home;
	Doorward->command($home, @bearer);
	$file = "$home/$file";
	my $was = Doorward::slurp($file);
	$change->($file, $home);
	my @now = what($file);
	my ($status, $out, $err) = Doorward->command($home, @bearer);
	isnt($status, 0, "A7: $name is refused");
	is($out, '', "A7: $name: nothing is printed");
	isnt($err, '', "A7: $name: it says why");
	is(index($err, $was =~ s/\n//gr), -1, "A7: $name: the secret is not told")
	    if $file =~ /token$|key$/ && $was ne '';
	is_deeply([what($file)], \@now,
	    "A7: $name: nothing is repaired or made anew");
	my ($s) = Doorward->try_start(home => $home);
	ok(!$s, "A7: $name: no server starts either");
	$s->stop if $s;
}

sub put {
	my ($file, $text) = @_;
	open(my $fh, '>', $file) or die("$file: $!");
	print($fh $text);
	close($fh);
}

for my $f ('config/token', 'config/master.key', 'data/tokens.map',
    'data/tokens.used') {
	refuses("$f readable by others", sub { chmod(0644, $_[0]) }, $f);
	refuses("$f writable by the group", sub { chmod(0620, $_[0]) }, $f);
	refuses("$f as a symbolic link", sub {
		rename($_[0], "$_[1]/elsewhere");
		symlink("$_[1]/elsewhere", $_[0]);
	}, $f);
	refuses("$f as a dangling link", sub {
		unlink($_[0]);
		symlink("$_[1]/nowhere", $_[0]);
	}, $f);
	refuses("$f empty", sub { put($_[0], '') }, $f);
	refuses("$f cut", sub { truncate($_[0], 20) }, $f);
	refuses("$f as a directory", sub { unlink($_[0]); mkdir($_[0], 0700) },
	    $f);
	refuses("$f as a pipe", sub {
		unlink($_[0]);
		POSIX::mkfifo($_[0], 0600);
	}, $f);
}
for my $d ('config', 'data') {
	refuses("$d open to others", sub { chmod(0755, $_[0]) }, $d);
	refuses("$d as a symbolic link", sub {
		rename($_[0], "$_[1]/elsewhere");
		symlink("$_[1]/elsewhere", $_[0]);
	}, $d);
}
refuses('a token with something behind it', sub {
	put($_[0], token($_[1]) . "x\n");
	chmod(0600, $_[0]);
}, 'config/token');
SKIP: {
	skip('another owner needs root', 1) if $> != 0;
	refuses("a token of another owner", sub { chown(12345, -1, $_[0]) },
	    'config/token');
}

sub quietly {
	my (@cmd) = @_;
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDOUT, '>', '/dev/null');
		open(STDERR, '>', '/dev/null');
		exec(@cmd) or POSIX::_exit(127);
	}
	waitpid($pid, 0);
	return $?;
}

# ---- killed at every call: none or a whole file, and the next start works

SKIP: {
	skip('strace is not here', 1)
	    if !grep { -x "$_/strace" } split(/:/, $ENV{PATH});
	skip('leak detection does not go with a tracer', 1)
	    if Doorward->sanitized;
	my ($runs, @bad) = (0);
	for my $call (qw(mkdir mkdirat openat write pwrite64 fsync fdatasync
	    link linkat rename renameat renameat2 unlink unlinkat flock
	    ftruncate)) {
		for my $n (1 .. 60) {
			my $home = Doorward->new_home;
			my $rc = quietly('strace', '-qq', '-f', '-o', '/dev/null',
			    '-e', "trace=$call", '-e',
			    "inject=$call:signal=KILL:when=$n",
			    Doorward::program(), '--home', $home, @bearer);
			last if $rc == 0; # fewer than n of them
			last if $rc >> 8 == 1 && $n == 1; # no such call here
			$runs++;
			my $left = token($home);
			push(@bad, "$call $n: half a file")
			    if -e "$home/config/token" && $left !~ $form;
			my ($status, $out, $err) =
			    Doorward->command($home, @bearer);
			push(@bad, "$call $n: the next start: $err")
			    if $status != 0 || $out !~ $form;
			push(@bad, "$call $n: made anew")
			    if $left ne '' && $left =~ s/\n//r ne $out =~ s/\n//r;
		}
	}
	cmp_ok($runs, '>', 20, "A7: killed at $runs points of a first start");
	is_deeply(\@bad, [], 'A7: none or a whole file, and the next start works');

	# A worker starts for each connection: what it reads of the home once
	# is not read again.
	my $home = Doorward->new_home;
	my $trace = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1) . '/t';
	Doorward->command($home, @bearer);
	my ($c, $pid) = Rooms::single($home, wrap => ['strace', '-qq', '-f',
	    '-e', 'trace=openat', '-o', $trace]);
	$c->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
	is($c->answer->{status}, 200, 'a worker alone');
	$c->close;
	waitpid($pid, 0);
	my %opened;
	$opened{$_}++ for Doorward::slurp($trace) =~
	    /openat\(\d+, "(master\.key|tokens\.map|token|doorward\.conf)"/g;
	is_deeply(\%opened, { 'master.key' => 1, 'tokens.map' => 1, token => 1,
	    'doorward.conf' => 1 }, 'reads each file of its home once');
}
done_testing();
