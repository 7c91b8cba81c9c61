#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# inetd.t - the doors that hand one connection to one worker: openbsd-inetd
# and xinetd with the lines of contrib/, systemd-socket-activate in its three
# ways, and a parent that leaves too much open.
use strict;
use warnings;
no warnings qw(exec);
use Cwd qw(abs_path);
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Claims;
use Door;
use Doorward;
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
Doorward->need_hardened;
my $build = abs_path($ENV{BUILD} || 'build');
my $worker = "$build/doorward-worker";
my @nobody = getpwnam('nobody');
my $root = $> == 0 && @nobody;
my @nobody_is = ('setpriv', '--reuid', $nobody[2] // 0, '--regid',
    $nobody[3] // 0, '--clear-groups');

# ---- doors

# A home of nobody's where we are root: the worker has to become nobody.
sub new_home {
	my $home = Doorward->new_home(conf => $Claims::conf);
	return $home if !$root;
	for my $dir ($home, map { "$home/$_" } qw(config data run)) {
		mkdir($dir, 0700);
		chown($nobody[2], $nobody[3], $dir, glob("$dir/*.conf"))
		    or die("$dir: $!");
	}
	return $home;
}

# The command as who owns it: (status, what it said)
sub command {
	my ($home, @args) = @_;
	my $pid = open(my $fh, '-|') // die("fork: $!");
	if ($pid == 0) {
		open(STDERR, '>&', \*STDOUT);
		exec($root ? @nobody_is : (), Doorward::program(), '--home',
		    $home, @args);
		POSIX::_exit(127);
	}
	my $out = do { local $/; <$fh> } // '';
	close($fh);
	return ($? >> 8, $out);
}

sub bearer {
	my ($home) = @_;
	my ($status, $text) = command($home, 'credentials', 'bearer');
	die("credentials: $text") if $status != 0;
	chomp($text);
	return $text;
}

# Start what listens, and wait until it does.
sub door {
	my ($port, @command) = @_;
	my $log = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1) . '/log';
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>>', $log);
		open(STDERR, '>&', \*STDOUT);
		exec(@command);
		POSIX::_exit(127);
	}
	my $end = time() + 30;
	while (time() < $end) {
		my $port4 = sprintf('%04X', $port);
		last if Doorward::slurp('/proc/net/tcp') =~
		    /^\s*\d+: \w+:$port4 \w+:0000 0A /m;
		die("$command[0]: " . Doorward::slurp($log))
		    if waitpid($pid, WNOHANG) != 0;
		sleep(0.02);
	}
	die("$command[0] does not listen: " . Doorward::slurp($log))
	    if time() >= $end;
	return bless({ pid => $pid, log => $log }, 'Running');
}

# All that is left below it when the last connection has ended.
sub Running::left {
	my ($self, $seconds) = @_;
	my $end = time() + $seconds;
	my @left;
	while (@left = grep { Door::ours($_) }
	    Doorward::descendants($self->{pid})) {
		last if time() > $end;
		sleep(0.02);
	}
	return scalar(@left);
}

sub Running::DESTROY {
	my ($self) = @_;
	local ($?, $!);
	return if !$self->{pid};
	kill('TERM', $self->{pid});
	waitpid($self->{pid}, 0);
	my @left = Doorward::descendants($$);
	kill('KILL', @left) if @left;
	1 while waitpid(-1, WNOHANG) > 0;
}

# The entry of contrib/ as it is, but for the port, the program and its home.
sub entry {
	my ($file, $port, $home) = @_;
	my $text = Doorward::slurp("$Bin/../../contrib/$file");
	$text =~ s/3667/$port/g;
	$text =~ s/^\[::1\].*\n//m if Doorward::slurp('/proc/net/if_inet6') !~
	    /^0{31}1 /m;
	$text =~ s{\t\S+\tdoorward-worker$}
	    {\t$worker\tdoorward-worker --home $home}mg;
	$text =~ s{^(\tserver\t\t= ).*$}
	    {$1$worker\n\tserver_args\t= --home $home}m;
	my $at = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1) .
	    '/conf';
	open(my $fh, '>', $at) or die("$at: $!");
	print($fh $text);
	close($fh) or die($!);
	return $at;
}

# ---- what is asked of each

sub ask {
	my ($what, $home, $port, $door, %opt) = @_;
	my $uid = $root ? $nobody[2] : $>;
	my $s = Door::at($port, bearer($home));
	Door::healthy($s, $what);
	Door::database($s, $what);
	Claims::at($s, $what, sub { return command($home, @_) });

	my $c = $s->client;
	$c->send("POST / HTTP/1.1\r\n");
	my @pids = Door::holders($s, $c, $uid, $what);
	my @open = map { readlink($_) // () }
	    map { glob("/proc/$_/fd/{[3-9],[0-9][0-9]*}") } @pids;
	is_deeply([grep { m{/etc/hostname|/log$} } @open], [],
	    "$what: none of the door's own descriptors is open");
	$c->close;
	is($door->left(5), 0, "$what: all are gone after the connection")
	    if !$opt{listener};

	my @clients = map { $s->client } 1 .. $opt{flood};
	$_->close for grep { defined } @clients;
	Door::healthy($s, "$what: after $opt{flood} connections at once");
	return $s;
}

# fd 2 may be the connection: what the log says must not go there.
sub broken {
	my ($what, $home, $s, $door) = @_;
	my $conf = "$home/config/doorward.conf";
	unlink($conf);
	open(my $fh, '>', $conf) or die("$conf: $!");
	print($fh "max-size = many\n");
	close($fh);
	chmod(0644, $conf);
	my $c = $s->client;
	$c->send($s->text('GET', '/healthz'));
	is($c->answer->{status}, 500,
	    "$what: a worker that cannot start answers so");
	ok($c->closed, "$what: and nothing else comes");
	is($door->left(5), 0, "$what: and leaves nothing");
	unlink($conf);
	Door::healthy($s, "$what: mended");
}

# ---- inetd, xinetd

for my $inetd (['inetd', 'inetd.conf', '-i'], ['xinetd', 'xinetd.doorward',
    '-dontfork', '-f']) {
	my ($name, $file, @args) = @$inetd;
	SKIP: {
		my ($program, $why) = Door::find($name);
		skip($why, 1) if !defined($program);
		skip('there is no user nobody', 1) if !$root;
		my $port = Doorward::free_port();
		my $home = new_home();
		my $door = door($port, $program, @args,
		    entry($file, $port, $home));
		my $s = ask($name, $home, $port, $door, flood => 300);
		broken($name, $home, $s, $door);
	}
}

# ---- systemd-socket-activate: not systemd, but its way of passing sockets

for my $way (['LISTEN_FDS', '--accept'], ['--inetd', '--accept', '--inetd'],
    ['the listener']) {
	my ($name, @args) = @$way;
	my $what = "systemd-socket-activate, $name";
	SKIP: {
		my $program = '/usr/bin/systemd-socket-activate';
		skip('systemd-socket-activate is not here', 1)
		    if !-x $program;
		my $port = Doorward::free_port();
		my $home = new_home();
		# The listener stays who it is.
		my $door = door($port, @args || !$root ? () : @nobody_is,
		    $program, @args, '-l',
		    "127.0.0.1:$port", @args ? ($worker, '--home', $home) :
		    (Doorward::program(), '--home', $home, 'serve'));
		my $s = ask($what, $home, $port, $door, flood => 50,
		    listener => !@args);
		broken($what, $home, $s, $door) if @args;
	}
}

# ---- a parent that leaves a file open, and makes 0, 1 and 2 the connection

{
	my $what = 'a careless parent';
	my $home = new_home();
	my $port = Doorward::free_port();
	my $listener = IO::Socket::INET->new(Listen => 64, ReuseAddr => 1,
	    LocalAddr => "127.0.0.1:$port") or die("listen: $!");
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		$SIG{CHLD} = 'IGNORE';
		while (my $conn = $listener->accept) {
			my $child = fork() // POSIX::_exit(1);
			next if $child != 0;
			$SIG{CHLD} = 'DEFAULT';
			POSIX::dup2(fileno($conn), $_) for 0 .. 2;
			open(my $file, '<', '/etc/hostname');
			POSIX::dup2(fileno($file), $_) for 9, 900;
			exec($worker, '--home', $home);
			POSIX::_exit(127);
		}
		POSIX::_exit(1);
	}
	close($listener);
	my $door = bless({ pid => $pid }, 'Running');
	my $s = ask($what, $home, $port, $door, flood => 50);
	broken($what, $home, $s, $door);
}

# ---- what is no connection

sub worker_with {
	my ($in) = @_;
	my $home = new_home();
	my $err = "$home/err";
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<&', $in);
		open(STDERR, '>', $err);
		exec('timeout', 20, $worker, '--home', $home);
		POSIX::_exit(127);
	}
	waitpid($pid, 0);
	return ($? >> 8, Doorward::slurp($err));
}

my $listening = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');
open(my $null, '<', '/dev/null') or die($!);
for my $case (['a listening socket', $listening], ['/dev/null', $null]) {
	my ($what, $in) = @$case;
	my ($status, $log) = worker_with($in);
	is($status, 78, "$what in place of a connection: refused");
	like($log, qr/start-failed step=socket /, "$what: the log says why");
}
done_testing();
