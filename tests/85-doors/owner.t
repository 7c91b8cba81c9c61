#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# owner.t - root and another user's files: commands refuse, and say how it is
# done; serve and mcp become the owner; nothing of root's is left behind.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Door;
use Doorward;
use Test::More;

Doorward->need_hardened;
Doorward->need('setpriv');
plan(skip_all => 'needs root') if $> != 0;
my ($name, undef, $uid, $gid) = getpwnam('nobody');
plan(skip_all => 'there is no user nobody') if !defined($uid);

sub give {
	my ($home, @dirs) = @_;
	for my $dir (map { "$home/$_" } @dirs) {
		mkdir($dir, 0700) or die("$dir: $!");
	}
	chown($uid, $gid, $_) or die($!) for $home, map { "$home/$_" } @dirs;
	return $home;
}

# What is in it that is not nobody's.
sub strange {
	my ($home) = @_;
	my @todo = $home;
	my @strange;
	while (defined(my $at = shift(@todo))) {
		push(@strange, $at) if (lstat($at))[4] != $uid;
		push(@todo, glob("$at/*")) if -d $at;
	}
	return @strange;
}

# The line that it proposes, run without sudo: (status, stdout and stderr)
sub run_proposed {
	my ($line) = @_;
	$line =~ s{^\s*sudo -u $name doorward }{Doorward::program() . ' '}e
	    or return (-1, $line);
	my $out = `setpriv --reuid $uid --regid $gid --clear-groups $line 2>&1`;
	return ($? >> 8, $out);
}

my @refused = (['credentials', 'bearer'], ['token', 'list'],
    ['token', 'new', 'ci', '--tables', 'a*'], ['reset'], ['audit', 'verify'],
    ['sweep'], ['check']);
for my $case (['that is there', qw(config data run)], ['yet to be made']) {
	my ($what, @dirs) = @$case;
	my $home = give(Doorward->new_home, @dirs);
	for my $args (@refused) {
		my ($status, $out, $err) = Doorward->command($home, @$args);
		is_deeply([$status, $out], [77, ''],
		    "a home $what: @$args as root is refused");
		like($err, qr/^doorward: \Q$home\E\/data belongs to uid $uid, /,
		    'and says whose it is');
	}
	is_deeply([strange($home)], [], 'nothing was made by root');
	my ($status, undef, $err) = Doorward->command($home, 'token', 'new',
	    'ci', '--tables', 'a*', '--expires', '2d');
	my ($line) = $err =~ /^(  sudo .*)$/m;
	like($line, qr{^  sudo -u nobody doorward --home \Q$home\E token new ci --tables 'a\*' --expires 2d$},
	    'and how it is done');
	# Where the build lies root alone may come: then there is no more to see.
	SKIP: {
		system("setpriv --reuid $uid --regid $gid --clear-groups test " .
		    '-x ' . Doorward::program()) == 0
		    or skip('nobody cannot reach the program', 3);
		my ($status, $out) = run_proposed($line);
		is($status, 0, 'that line does it') or diag($out);
		like($out, qr/^DOORWARD_TOKEN=dw_/m, 'as root would have');
		is_deeply([strange($home)], [], 'and all is the owner\'s');
	}
	for my $args (['--help'], ['token', '--help'], ['--version']) {
		is((Doorward->command($home, @$args))[0], 0,
		    "@$args is not refused");
	}
}

# A home of root's own, and the way to it, stays root's.
is((Doorward->command(Doorward->new_home, 'sweep'))[0], 0,
    'root\'s own home is served');

# ---- serve and mcp become the owner

for my $case (['', []], ['--ephemeral', ['--ephemeral']]) {
	my ($more, $args) = @$case;
	my $home = give(Doorward->new_home, qw(config data run));
	my $s = Doorward->start(home => $home, args => $args,
	    env => { HOME => '/root' });
	my ($status) = $s->request('GET', '/healthz')->{status};
	is($status, 200, "serve $more as root answers");
	my $c = $s->client;
	$c->send("POST / HTTP/1.1\r\n");
	Door::holders($s, $c, $uid, "serve $more");
	for my $pid ($s->pid, $s->descendants) {
		my $st = Doorward->status($pid);
		my $no = '0' x 16;
		is_deeply([split(' ', $st->{Uid}), split(' ', $st->{Gid}),
		    @{$st}{qw(CapPrm CapEff)}],
		    [($uid) x 4, ($gid) x 4, $no, $no],
		    "serve $more: " . Doorward::name($pid) . ' is the owner');
	}
	$c->close;
	$s->stop;
	is_deeply([strange($home)], [], "serve $more: all is the owner's");
}
{
	my $home = give(Doorward->new_home, qw(config data run));
	my ($status) = Doorward->command($home, 'mcp');
	is($status, 0, 'mcp as root, a client that ends at once');
	is_deeply([strange($home)], [], 'mcp: all is the owner\'s');
}
done_testing();
