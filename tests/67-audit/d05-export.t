#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d05-export.t - D5: rows are delivered at least once: a sink that was down
# for long misses nothing, nor does one whose exporter was killed; C8: what a
# sink does not have is not dropped.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Clock;
use Doorward;
use IO::Select;
use IO::Socket::UNIX;
use JSON::PP;
use Rooms;
use Socket qw(SOCK_DGRAM);
use Test::More;

Doorward->need('strace');
Clock->need;
my $json = JSON::PP->new->utf8->canonical;
my $home = Doorward->new_home(conf => '');
my $sink = "$home/syslog";
my $file = "$home/data/exports/audit.jsonl";
mkdir("$home/config", 0700);
open(my $fh, '>', "$home/config/doorward.conf") or die($!);
print($fh "audit-export = json\naudit-export = syslog:$sink\naudit-days = 1\n");
close($fh);
chmod(0600, "$home/config/doorward.conf");

my %seen;	# by sink: the sequence numbers that it got

sub json_lines {
	my @lines = split(/^/, Doorward::slurp($file));
	my @rows = map { $json->decode($_) } grep { /\n\z/ } @lines;
	$seen{json} = { map { $_->{seq} => 1 } @rows };
	return @rows;
}

my $server;
sub listen_there {
	unlink($sink);
	$server = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $sink)
	    or die("$sink: $!");
	return;
}

# What has come, read until the exporter has ended.
sub export {
	my $dir = File::Temp::tempdir(CLEANUP => 1);
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDOUT, '>', "$dir/out");
		open(STDERR, '>', "$dir/err");
		exec(Doorward::program(), '--home', $home, 'audit', 'export');
		POSIX::_exit(127);
	}
	my @got;
	for (;;) {
		my $gone = waitpid($pid, POSIX::WNOHANG()) == $pid;
		my $status = $? >> 8;
		while ($server && IO::Select->new($server)->can_read(
		    $gone ? 0 : 0.05)) {
			$server->recv(my $m, 65536) // last;
			push(@got, $m);
		}
		next if !$gone;
		$seen{syslog}{$_} = 1 for map { / seq="(\d+)"/ } @got;
		return ($status, Doorward::slurp("$dir/err"), @got);
	}
}

sub rows {
	my ($status, $out) = Doorward->command($home, 'audit', 'show',
	    '--json', '--limit', 0);
	return map { $json->decode($_) } split(/\n/, $out);
}

# Every row is in the sink.
sub has_all {
	my ($what, $name) = @_;
	json_lines();
	my @missing = grep { !$seen{$name}{$_->{seq}} } rows();
	is_deeply([map { $_->{seq} } @missing], [], "D5: $what: $name has all");
	return;
}

my $s = Doorward->start(home => $home);
is((Rooms::create($s, 'tab'))[0], 200, 'a table');
is(Rooms::put($s, 'tab', "k$_", 'v'), 200, "put $_") for 1 .. 30;
$s->request('GET', '/audit', ['Authorization', 'Bearer x']);
ok(Rooms::wait_for(10, sub { json_lines() >= 30 }),
    'D5: the listener delivers when it is quiet');
$s->stop;
ok(!$seen{syslog}, 'one sink is down');

# ---- down for long, then up

my ($status, $err) = export();
is($status, 75, 'D5: a sink that is down: exit status 75');
like($err, qr/syslog did not take all/, 'D5: which one');
has_all('while another is down', 'json');

# Three days later: what is old would have gone, had it been taken.
Clock->at(3 * 86400, sub {
	my $t = Doorward->start(home => $home);
	is(Rooms::put($t, 'tab', "l$_", 'v'), 200, "later: put $_")
	    for 1 .. 300;
	$t->stop;
});
is(scalar(grep { $_->{seq} == 1 } rows()), 1,
    'C8: what a sink does not have is not dropped');
listen_there();
($status, $err, my @got) = export();
is($status, 0, 'D5: it is up again') or diag($err);
has_all('down for three days, then up', 'syslog');
has_all('the other', 'json');
my %count;
$count{$_}++ for map { / seq="(\d+)"/ } @got;
is_deeply([grep { $_ > 1 } values(%count)], [], 'each once, when all is well');
($status, $err, @got) = export();
is("$status " . scalar(@got), '0 0', 'and nothing twice');

# RFC 5424: PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP SP PROCID SP MSGID SP
# STRUCTURED-DATA SP MSG
Doorward->command($home, 'token', 'new', 'eve');
($status, $err, @got) = export();
like($got[0], qr/^<110>1\ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\ \S+\ doorward
    \ -\ log\ \[doorward\@32473\ seq="\d+"(?:\ \w+="[^"\]]*")+\]\ \{.*\}\z/x,
    'a message of RFC 5424');
Clock->at(4 * 86400 + 7200, sub {
	my $t = Doorward->start(home => $home);
	is(Rooms::put($t, 'tab', 'm', 'v'), 200, 'a day later');
	$t->stop;
});
is(scalar(grep { $_->{seq} == 1 } rows()), 0,
    'C8: what all have is dropped after its days');
is((Doorward->command($home, 'audit', 'verify'))[0], 0, 'and it verifies');

# ---- killed on the way, at every system call that writes

export();
my $tries = 0;
for my $call ('write', 'fdatasync', 'sendto', 'pwrite64', 'ftruncate') {
	for my $n (1 .. 3) {
		Doorward->command($home, 'token', 'new', "k$call$n-$_")
		    for 1 .. 3;
		my $pid = fork() // die("fork: $!");
		if ($pid == 0) {
			open(STDOUT, '>', '/dev/null');
			open(STDERR, '>', '/dev/null');
			exec('strace', '-qq', '-o', '/dev/null', '-e',
			    "trace=$call", '-e',
			    "inject=$call:signal=SIGKILL:when=$n",
			    Doorward::program(), '--home', $home, 'audit',
			    'export');
			POSIX::_exit(127);
		}
		waitpid($pid, 0);
		$tries++ if $? != 0;
	}
}
cmp_ok($tries, '>=', 5, 'exporters were killed');
($status) = export();
is($status, 0, 'the next one');
has_all('killed on the way', $_) for 'json', 'syslog';
open($fh, '>>', $file) or die($!);
print($fh '{"seq":99999999,"ti');
close($fh);
Doorward->command($home, 'token', 'new', 'last');
($status) = export();
is($status, 0, 'behind a line that was cut');
my @lines = split(/^/, Doorward::slurp($file));
is(scalar(grep { !eval { $json->decode($_) } } @lines), 0,
    'D5: a line that was cut is taken off');
has_all('behind it', 'json');
my ($row) = grep { ($_->{operation} // '') eq 'NewToken' } reverse(json_lines());
is($row->{detail}{about}, 'last', 'lines are the rows');
is(((stat($file))[2] & 07777), 0600, 'the file is its owner\'s alone');
done_testing();
