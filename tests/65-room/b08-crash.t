#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b08-crash.t - claim B8: the crash of any process costs one connection at
# the most, the next one is served, nothing is left, and the log says so.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use POSIX ();
use Rooms;
use Test::More;
use Time::HiRes qw(sleep);

Doorward->need;
Rooms::need_root();
my $s = Doorward->start;
my $crashes = 0;
# A sanitizer makes an exit of SIGSEGV.
my @signals = Doorward->sanitized ? ('KILL') : ('SEGV', 'KILL');

is((Rooms::create($s, 'crash'))[0], 200, 'a table');
is(Rooms::put($s, 'crash', 'kept', 'word'), 200, 'an item');
my $idle = Rooms::rested($s);
cmp_ok($idle->{processes}, '>=', 10, 'rooms wait ready');

# Somebody else, who was there before and must not notice.
my $other = $s->client;
is(Rooms::put($s, 'crash', 'other', '0', on => $other), 200, 'another client');

sub request {
	my ($op, $args) = @_;
	return $s->text('POST', '/', [$s->auth,
	    'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', "DynamoDB_20120810.$op"],
	    $s->json->encode($args));
}

my $get = request('GetItem', { TableName => 'crash',
    Key => { k => { S => 'kept' } } });
my $put = request('PutItem', { TableName => 'crash',
    Item => { k => { S => 'mine' }, v => { S => 'x' } } });

sub ask {
	my ($c, @requests) = @_;
	for my $r (@requests) {
		$c->send($r);
		my $a = $c->answer;
		return 0 if $a->{status} != 200;
	}
	return 1;
}

# How to get there, which rooms there are, what is still to be sent.
my @stages = (
	['before the first byte', sub { }, ['read'], $get],
	['in the head', sub { $_[0]->send(substr($get, 0, 60)) }, ['read'],
	    substr($get, 60)],
	['in the body of a read',
	    sub { $_[0]->send(substr($get, 0, -10)) }, ['read'],
	    substr($get, -10)],
	['in the body of a write',
	    sub { $_[0]->send(substr($put, 0, -10)) }, ['read', 'write'],
	    substr($put, -10)],
	['between reads', sub { ask($_[0], $get, $get) }, ['read'], $get],
	['between writes', sub { ask($_[0], $put, $put) }, ['read', 'write'],
	    $put],
	['after a write and a read', sub { ask($_[0], $put, $get) },
	    ['read', 'write'], $put],
	['in the head behind a write',
	    sub { ask($_[0], $put) and $_[0]->send(substr($get, 0, 60)) },
	    ['read', 'write'], substr($get, 60)],
	['in the body of a read behind a write',
	    sub { ask($_[0], $put) and $_[0]->send(substr($get, 0, -10)) },
	    ['read', 'write'], substr($get, -10)],
);

sub crash_at {
	my ($stage, $victim, $sig) = @_;
	my ($what, $reach, $kinds, $rest) = @$stage;
	my $name = "SIG$sig to the $victim room $what";
	my $c = $s->client;
	$reach->($c);
	my $rooms = Rooms::wait_for(2, sub {
		my $r = Rooms::rooms($s, $c);
		return keys(%$r) == @$kinds ? $r : undef;
	});
	return fail("$name: it has its rooms") if !$rooms;
	kill($sig, $rooms->{$victim}) == 1 or return fail("$name: kill: $!");
	$crashes++;
	Rooms::served_soon($s, 'crash', "B8: $name: the next is served");
	$c->send($rest);
	my $a = $c->answer(seconds => 5);
	ok($a->{status} == 200 || $a->{error} =~ /^(?:closed|reset|cut)/,
	    "B8: $name: that connection ends, or goes on in order")
	    or diag("$a->{status} $a->{error} $a->{body}");
	$c->close;
	is(Rooms::put($s, 'crash', 'other', $crashes, on => $other), 200,
	    "B8: $name: another one goes on");
}

for my $stage (@stages) {
	for my $victim (@{$stage->[2]}) {
		crash_at($stage, $victim, $_) for @signals;
	}
}
is(Rooms::get($s, 'crash', 'kept'), 'word', 'B8: the data is there');
sleep(0.2);

sub logged { return scalar(() = $s->log =~ /^\S*doorward: crash /mg) }

is(logged(), $crashes, 'B8: each crash is in the log, once');
like($s->log, qr/doorward: crash room=\d+ signal=9 /, 'B8: by its signal');

# Everyone who waits, one kind after the other, all at once.
for my $sig (@signals) {
	for my $kind ('read', 'write') {
		my $spares = Rooms::spares($s)->{$kind};
		cmp_ok(scalar(@$spares), '>=', 2, "there are spare $kind rooms");
		$crashes += kill($sig, @$spares);
		# One that is dying may still take a connection along: its one.
		Rooms::wait_for(2, sub { !grep { -e "/proc/$_/exe" } @$spares });
		Rooms::served_soon($s, 'crash',
		    "B8: SIG$sig to all spare $kind rooms: the next is served");
	}
}
Rooms::wait_for(2, sub { logged() == $crashes });
is(logged(), $crashes, 'B8: each is in the log, once');
is(Rooms::put($s, 'crash', 'other', 'y', on => $other), 200,
    'B8: another connection goes on');

# Two more than a second apart: a template that dies at once is another case.
for my $sig (@signals) {
	my $template = Rooms::template($s);
	sleep(1.1);
	kill($sig, $template);
	$crashes++;
	Rooms::served_soon($s, 'crash',
	    "B8: SIG$sig to the template: the next is served");
	is(Rooms::get($s, 'crash', 'other', on => $other), 'y',
	    "B8: SIG$sig to the template: a connection's read goes on");
	is(Rooms::put($s, 'crash', 'other', 'y', on => $other), 200,
	    "B8: SIG$sig to the template: and its write");
	Rooms::wait_for(2, sub { $s->log =~ /crash template=$template / });
	like($s->log, qr/doorward: crash template=$template signal=\d+ /,
	    "B8: SIG$sig to the template is in the log");
	ok(Rooms::wait_for(2, sub {
		my $new = Rooms::template($s);
		return defined($new) && $new != $template &&
		    scalar(Doorward::children($new)) >= 20;
	}), "B8: SIG$sig to the template: there is another, with its rooms");
	# The rooms of the dead one wait on, and serve the next connections.
	Rooms::served($s, 'crash') for (1 .. 20);
}
$other->close;
Rooms::settled($s, $idle, 5,
    'B8: no zombie, no process and no descriptor is left');
is(logged(), $crashes, 'B8: as many crashes in the log as there were');
Rooms::sound($s, 'the database is sound') if -x '/usr/bin/sqlite3';
$s->finish;

# A connection whose read room is gone is counted, while its write room lives.
my $full = Doorward->start(conf => "max-connections = 1\n");
Rooms::create($full, 'crash');
my $served = sub { $full->request('GET', '/healthz')->{status} };
my $one;
ok(Rooms::wait_for(5, sub { $one = $full->client;
    Rooms::put($full, 'crash', 'full', '0', on => $one) == 200 }),
    'a connection that writes');
is($served->(), 503, 'it is the one that there may be');
kill('KILL', Rooms::rooms($full, $one)->{read});
sleep(0.2);
is($served->(), 503, 'B8: also when its read room is gone');
is(Rooms::put($full, 'crash', 'full', '1', on => $one), 200,
    'B8: for it goes on');
$one->close;
ok(Rooms::wait_for(5, sub { $served->() == 200 }), 'then another is served');
$full->finish;

# One connection without a listener: its worker ends with its rooms.
my $home = Doorward->new_home;
for my $sig (@signals) {
	for my $victim ('room', 'worker') {
		my $name = "single, SIG$sig to the $victim";
		my ($c, $pid, $log) = Rooms::single($home);
		$c->send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
		is($c->answer->{status}, 200, "$name: served");
		my ($room) = Doorward::children($pid);
		my $target = $victim eq 'worker' ? $pid : $room;
		kill($sig, $target);
		# A room without its worker goes on with what it has.
		ok($c->closed, "B8: $name: the connection is closed")
		    if $victim eq 'room';
		$c->close;
		ok(Rooms::wait_for(5, sub {
			waitpid($pid, POSIX::WNOHANG()) == $pid }),
		    "B8: $name: and the worker gone");
		like(Doorward::slurp($log),
		    qr/doorward: crash room=$target signal=\d+ /,
		    "B8: $name: and in the log") if $victim eq 'room';
		ok(Rooms::wait_for(5, sub { !-e "/proc/$room" ||
		    waitpid($room, POSIX::WNOHANG()) == $room }),
		    "B8: $name: and no room is left");
	}
}

# Many templates before it, whose rooms have connections: all end with it.
my $many = Doorward->start;
my (%dead, @open);
while (keys(%dead) < 12) {
	my $t = Rooms::wait_for(3, sub {
		my $t = Rooms::template($many);
		return defined($t) && !$dead{$t} &&
		    Doorward::children($t) >= 16 ? $t : undef;
	}) or last;
	push(@open, map { $many->client } (1 .. 16));
	sleep(1.1) if keys(%dead) % 3 == 2;
	kill('KILL', $t);
	$dead{$t} = 1;
}
is(scalar(keys(%dead)), 12, 'templates, one after the other');
is($many->request('GET', '/healthz')->{status}, 200, 'B8: served behind them');
$many->finish;

# A template that dies as often as it is started: no storm, a clear end.
my $loop = Doorward->start;
my %seen;
my $ended = Rooms::wait_for(10, sub {
	return 1 if waitpid($loop->{top}, POSIX::WNOHANG()) == $loop->{top};
	my $t = Rooms::template($loop);
	kill('KILL', $t) if defined($t) && !$seen{$t}++;
	return 0;
});
ok($ended && $? != 0 && !($? & 127),
    'B8: a template that only dies ends the listener, with a status');
like($loop->log, qr/doorward: start-failed step=worker /, 'B8: and the log says so');
cmp_ok(scalar(keys(%seen)), '<=', 10, 'B8: after few attempts')
    or diag($loop->log);
$loop->kill_all;
done_testing();
