#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# mistakes.t - what is said of what goes wrong at a start: which file or
# address it is, what is wrong with it and what to do.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use POSIX ();
use Test::More;

Doorward->need;
my $nobody = 65534;

# The exit status, and what was written, of the command of somebody who is not
# root.
sub run {
	my ($env, @args) = @_;
	my $pid = open(my $p, '-|') // die("fork: $!");
	if ($pid == 0) {
		if ($> == 0) {
			$( = $) = "$nobody $nobody";
			POSIX::setuid($nobody);
		}
		open(STDERR, '>&', \*STDOUT);
		delete(@ENV{qw(XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
		    HOME)});
		%ENV = (%ENV, %$env);
		{ no warnings; exec('timeout', 5, Doorward::program(), @args); }
		POSIX::_exit(127);
	}
	local $/;
	my $said = <$p> // '';
	close($p);
	return ($? >> 8, $said);
}

my $top = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod(0755, $top);
mkdir("$top/home");
chown($nobody, $nobody, "$top/home") if $> == 0;
my %me = (HOME => "$top/home");
my ($status, $said) = run(\%me, '--version');
plan(skip_all => 'somebody else cannot run it where it lies') if $status != 0;
my $data = "$top/home/.local/share/doorward";
my $port = Doorward::free_port();
my @serve = ('serve', '--listen', "127.0.0.1:$port");

sub says {
	my ($name, $env, $args, $want, $text) = @_;
	my ($status, $said) = run($env, @$args);
	is($status, $want, $name);
	like($said, $text, 'and it is said') or diag($said);
}

says('without a home directory', {}, ['credentials', 'bearer'], 78,
    qr{^doorward: /var/lib/doorward: .*; HOME is not set, .* use --home$})
    if !-e '/var/lib/doorward';
my $s = Doorward->start;
says('an address that is in use', \%me, ['serve', '--listen', '127.0.0.1:' .
    $s->port], 69, qr/listen why="127\.0\.0\.1:\d+: is in use: something /);
$s->finish;
put("$top/file", 'x');
chmod(0644, "$top/file");
says('a path that is there', \%me, ['serve', '--listen', "$top/file"], 69,
    qr/file: is there already: a socket that something listens on, or another/);
says('a path that is too long', \%me, ['serve', '--listen', '/' . 'x' x 107],
    69, qr/expected .* path of a unix socket, 107 bytes at most/);
mkdir("$top/bin");
system('cp', Doorward::program(), "$top/bin/doorward");
for my $what (-e '/usr/local/libexec/doorward' ? () : ('mcp', 'sweep')) {
	no warnings 'redefine';
	local *Doorward::program = sub { "$top/bin/doorward" };
	says("$what without its worker", \%me, [$what], 69,
	    qr{^doorward: cannot start /\S+/doorward-worker: No such file or }m);
}
SKIP: {
	open(my $fh, '<', '/proc/sys/net/ipv4/ip_unprivileged_port_start');
	skip('every port is free to use', 2)
	    if !defined($fh) || <$fh> <= 1;
	says('a port of root\'s', \%me, ['serve', '--listen', '127.0.0.1:1'], 69,
	    qr/127\.0\.0\.1:1: permission denied; a port below 1024 needs root/);
}

# ---- the database

is((run(\%me, 'audit', 'show'))[0], 0, 'a first start');
sub spoil {
	my ($how) = @_;
	unlink("$data/doorward.lock", glob("$data/doorward.db*"));
	$how->("$data/doorward.db");
	chown($nobody, $nobody, "$data/doorward.db") if $> == 0;
}
sub put {
	my ($path, $text) = @_;
	open(my $fh, '>', $path) or die("$path: $!");
	print($fh $text);
	close($fh) or die("$path: $!");
	chmod(0600, $path);
}
spoil(sub { put($_[0], 'a letter to mother' x 100) });
for my $args (\@serve, ['audit', 'show']) {
	says("$args->[0]: another kind of file", \%me, $args,
	    $args->[0] eq 'serve' ? 69 : 74,
	    qr/doorward\.db: is no database of doorward; move it away, or /);
}
spoil(sub { mkdir($_[0]) });
says('a directory', \%me, \@serve, 69,
    qr/doorward\.db: unable to open database file: Is a directory/);
rmdir("$data/doorward.db");
chmod(0500, $data);
says('a data directory that is not to be written', \%me, \@serve, 69,
    qr/doorward\.(?:db|lock): .*Permission denied/);
chmod(0700, $data);

# ---- a terminal

# Its name; root's children may open it.
my $master;
my ($number, $lock) = (pack('i', 0), pack('i', 0));
SKIP: {
	skip('there is no terminal', 2)
	    if !open($master, '+<', '/dev/ptmx') ||
	    !ioctl($master, 0x40045431, $lock) ||	# TIOCSPTLCK
	    !ioctl($master, 0x80045430, $number);	# TIOCGPTN
	my $tty = '/dev/pts/' . unpack('i', $number);
	my $home = Doorward->new_home;
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDERR, '>', $tty) or POSIX::_exit(1);
		open(STDOUT, '>', '/dev/null');
		exec(Doorward::program(), '--home', $home, @serve);
	}
	my $c;
	for (1 .. 100) {
		$c = eval { Doorward::Client->new($port) } and last;
		select(undef, undef, undef, 0.05);
	}
	$c->send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
	is($c->answer->{status}, 401, 'a server at a terminal refuses somebody');
	my $log = '';
	for (1 .. 20) {
		last if $log =~ /refused/ || !sysread($master, $log, 4096,
		    length($log));
	}
	like($log, qr/^doorward: refused gate=token/m,
	    'and says so there without a priority, from its sandbox, too');
	kill('TERM', $pid);
	waitpid($pid, 0);
}
done_testing();
