#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d07-check.t - D7: doorward check proves effects and names what fails: each
# is broken in turn.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Clock;
use Doorward;
use Errno qw(ENOSYS);
use Fcntl qw(:flock);
use IO::Socket::INET;
use JSON::PP;
use POSIX ();
use Rooms;
use Test::More;

Doorward->need('sqlite3');
Clock->need;
my $json = JSON::PP->new->utf8->canonical;
my $deny = Rooms::compile("$Bin/../lib/deny.c");
my $port = Doorward::free_port();
my $conf = "listen = 127.0.0.1:$port\n";
my $home = Doorward->new_home(conf => $conf);
my @names = qw(key configuration files socket sandbox database audit export
    backup clock limits);

# (exit status, { name => state }, { name => text })
sub check {
	my (@args) = @_;
	my ($status, $out, $err) = Doorward->command($home, 'check', '--json',
	    @args);
	my $r = eval { $json->decode($out) } // {};
	diag("no JSON: $out$err") if !$r->{checks};
	return ($status, { map { $_->{name} => $_->{state} } @{$r->{checks}} },
	    { map { $_->{name} => $_->{text} } @{$r->{checks}} }, $r);
}

# Exactly these fail; nothing else does.
sub broken {
	my ($what, $names, $args, $like) = @_;
	my ($status, $state, $text) = check(@{$args // []});
	is($status, 1, "D7: $what: exit status 1");
	is_deeply([grep { $state->{$_} eq 'fail' } @names], $names,
	    "D7: $what: it is named");
	like(join("\n", map { $text->{$_} } @$names), $like,
	    "D7: $what: and why") if $like;
	return;
}

sub fine {
	my ($what, @args) = @_;
	my ($status, $state, $text) = check(@args);
	is($status, 0, "D7: $what: exit status 0");
	is_deeply([grep { $state->{$_} eq 'fail' } @names], [],
	    "D7: $what: nothing fails") or diag(explain($text));
	return $text;
}

sub spew {
	my ($file, $text) = @_;
	open(my $fh, '>', $file) or die("$file: $!");
	print($fh $text);
	close($fh) or die($!);
	chmod(0600, $file);
	return;
}

sub sql {
	my ($text) = @_;
	system('sqlite3', '-batch', "$home/data/doorward.db", $text) == 0
	    or die('sqlite3');
	return;
}

# ---- as it should be

my $text = fine('an instance at its first start', '--production');
like($text->{sandbox}, qr/Seccomp 2, NoNewPrivs 1, CapEff 0; [1-9]/,
    'D7: a worker and its room were looked at');
like($text->{audit}, qr/a row was written, and \d+ rows verified/,
    'D7: the log was written');
my (undef, $state, undef, $whole) = check();
is_deeply([map { $_->{name} } @{$whole->{checks}}], \@names, 'all, in order');
is($whole->{ok}, JSON::PP::true, 'machine-readable');
my ($status, $out) = Doorward->command($home, 'check');
is($status, 0, 'for people');
like($out, qr/^ok    sandbox /m, 'a line for each');
is((Doorward->command($home, 'check', '--other'))[0], 64, 'usage');

# ---- broken, each in turn

my $key = Doorward::slurp("$home/config/master.key");
rename("$home/config/master.key", "$home/kept") or die($!);
broken('no key', [qw(key configuration socket sandbox database audit export
    backup clock)], [], qr/master\.key/);
ok(!-e "$home/config/master.key", 'it is not made anew');
spew("$home/config/master.key", 'f' x 64 . "\n");
($status, $state) = check();
is($status, 1, 'D7: another key: exit status 1');
is($state->{configuration} eq 'fail' || $state->{audit} eq 'fail', 1,
    'D7: another key: it is named');
rename("$home/kept", "$home/config/master.key") or die($!);

spew("$home/config/doorward.conf", "${conf}nonsense = 1\n");
broken('a wrong setting', [qw(configuration socket sandbox database audit
    export backup clock)], [], qr/nonsense/);

spew("$home/config/doorward.conf", $conf);
for my $f ("$home/data/violations", "$home/data/exports/audit.chain") {
	chmod(0640, $f) or die("$f: $!");
	broken("$f open to others", ['files'], [], qr/open to others.*0640/);
	chmod(0600, $f);
}
{
	my $f = "$home/data/limits";
	rename($f, "$f.was") or die($!);
	mkdir($f, 0700) or die($!);
	broken('a directory in the place of limits', ['sandbox', 'limits'], [],
	    qr/the file limits: /);
	rmdir($f);
	symlink("$f.was", $f) or die($!);
	broken('a link in its place', ['files', 'sandbox', 'limits'], [],
	    qr/the file limits: is a symbolic link/);
	unlink($f);
	rename("$f.was", $f) or die($!);
}
symlink('/etc/passwd', "$home/data/exports/link");
broken('a link', ['files'], [], qr/neither a file/);
unlink("$home/data/exports/link");
SKIP: {
	skip('only root gives files away', 6) if $> != 0;
	chown(65534, -1, "$home/data/exports/audit.chain");
	broken('a file of another user', ['files'], [], qr/another user/);
	chown(0, -1, "$home/data/exports/audit.chain");

	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		POSIX::setuid(65534);
		my $l = IO::Socket::INET->new(Listen => 1,
		    LocalAddr => '127.0.0.1', LocalPort => $port);
		print({*STDERR} "no listener: $@\n") if !$l;
		sleep(60);
		POSIX::_exit(0);
	}
	Rooms::wait_for(5, sub { IO::Socket::INET->new(
	    PeerAddr => '127.0.0.1', PeerPort => $port) });
	broken('another user at the port', ['socket'], [], qr/uid 65534/);
	kill('KILL', $pid);
	waitpid($pid, 0);
}
spew("$home/config/doorward.conf", "listen = 0.0.0.0:$port\n");
broken('an address off loopback', ['socket'], [], qr/public/);

spew("$home/config/doorward.conf", "${conf}sandbox = none\n");
broken('no sandbox', ['sandbox'], ['--production'], qr/switched off/);
fine('no sandbox, not in production');
spew("$home/config/doorward.conf", $conf);
{
	my $pid = open(my $o, '-|', $deny, 'seccomp', ENOSYS, '--',
	    Doorward::program(), '--home', $home, 'check', '--json') //
	    die($!);
	local $/;
	my $r = $json->decode(scalar(<$o>));
	close($o);
	is($? >> 8, 1, 'D7: a kernel without seccomp: exit status 1');
	is_deeply([map { $_->{name} } grep { $_->{state} eq 'fail' }
	    @{$r->{checks}}], ['sandbox'], 'D7: it is named');
}

{
	open(my $lock, '+<', "$home/data/doorward.lock") or die($!);
	flock($lock, LOCK_EX) or die($!);
	($status, $state) = check();
	is("$status $state->{database} $state->{audit}", '1 fail fail',
	    'D7: a writer that never ends: it is named');
}
fine('all is mended');

sql("UPDATE log SET peer = 'x' WHERE seq = (SELECT max(seq) FROM log)");
broken('a row that was changed', ['audit'], [], qr/it was changed/);
sql("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)");
sql("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)");
broken('an end that was cut off', ['audit'], [], qr/checkpoint/);

# From here on with another instance, whose log is whole.
$home = Doorward->new_home(conf => $conf);
fine('another instance');
spew("$home/config/doorward.conf", "${conf}backup-days = 1\n");
broken('no backup', ['backup'], [], qr/there is none/);
mkdir("$home/data/backups", 0700);
spew("$home/data/backups/one", 'x');
fine('a backup');
utime(time() - 90000, time() - 90000, "$home/data/backups/one");
broken('an old backup', ['backup'], [], qr/1 days old/);

spew("$home/config/doorward.conf", "${conf}audit-export = syslog:/nowhere\n");
fine('a sink that is down');
Clock->at(90000, sub {
	broken('a sink that is down for a day', ['export'], [], qr/syslog/);
});

$home = Doorward->new_home(conf => $conf);
Clock->at(2000, sub { fine('a clock that is 2000 s ahead') });
broken('and back again', ['clock'], [], qr/future/);
Clock->at(-10 * 365 * 86400, sub {
	($status, $state, $text) = check();
	is("$status $state->{clock}", '1 fail', 'D7: a clock of ten years ago');
});

{
	my $pid = open(my $o, '-|', 'sh', '-c',
	    'ulimit -n 512; exec "$@"', 'sh', Doorward::program(), '--home',
	    $home, 'check', '--json') // die($!);
	local $/;
	my $r = $json->decode(scalar(<$o>));
	close($o);
	my %state = map { $_->{name} => $_->{state} } @{$r->{checks}};
	is(($? >> 8) . " $state{limits}", '1 fail',
	    'D7: too few descriptors: it is named');
}
done_testing();
