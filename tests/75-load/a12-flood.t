#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a12-flood.t - claim A12 under load: 10,000 connections in 2 s, 200 slow
# peers of each kind at once, early ends and malformed heads in a flood.
# Others are served meanwhile, service is normal a second later, and no
# process and no descriptor is left.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need(split(/ /, $ENV{CC} || 'cc'));
Rooms::need_root();
my $slow = Doorward->slow;
my $flood = Rooms::compile("$Bin/../lib/flood.c");
my $s = Doorward->start;
is((Rooms::create($s, 'load'))[0], 200, 'a table');
my $big = 'v' x 400_000;
is(Rooms::put($s, 'load', 'big', $big), 200, 'an item of 400 KB');
Rooms::served($s, 'load') for (1 .. 3);
my $idle = Rooms::rested($s);

# Those who wait for their time to be over, from now on.
my $begin = time();
my $late = $s->client;
$late->send("POST / HTTP/1.1\r\nHost: loc");
my $drips = $s->client;
my @drops = split(//, 'POST / HTTP/1.1');
sub drip { $drips->send(shift(@drops)) if @drops }

sub request {
	my ($op, $args, @more) = @_;
	return $s->text('POST', '/', [$s->auth,
	    'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', "DynamoDB_20120810.$op", @more],
	    $s->json->encode($args));
}
my @close = ('Connection', 'close');
my @get = ('GetItem', { TableName => 'load', Key => { k => { S => 'a' } } });
my @put = ('PutItem', { TableName => 'load',
    Item => { k => { S => 'flood' }, v => { S => 'x' x 300 } } });
my $get = request(@get);
my $put = request(@put);
my $get_big = request('GetItem', { TableName => 'load',
    Key => { k => { S => 'big' } } });

# { name => { result => count } }
sub flood {
	my ($count, $ms, %payload) = @_;
	my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	for my $name (keys(%payload)) {
		open(my $fh, '>:raw', "$dir/$name") or die($!);
		print($fh $payload{$name});
		close($fh) or die($!);
	}
	my $pid = open(my $out, '-|', $flood, $s->port, $count, $ms,
	    map { "$dir/$_" } sort(keys(%payload))) // die("flood: $!");
	my %got;
	while (<$out>) {
		my ($name, $what, $n) = split(' ');
		$got{$name}{$what} = $n;
	}
	close($out);
	return \%got;
}

sub sums {
	my ($what, $got) = @_;
	my %sum;
	for my $name (grep { $_ ne 'all' } keys(%$got)) {
		$sum{$_} += $got->{$name}{$_} for keys(%{$got->{$name}});
	}
	diag("$what in $got->{all}{ms} ms: ", join(', ', map { "$sum{$_} $_" }
	    sort(keys(%sum))));
	return \%sum;
}

sub normal {
	my ($name) = @_;
	sleep(1);
	drip();
	Rooms::served_soon($s, 'load',
	    "A12: $name: served normally a second later");
}

# ---- 10,000 in 2 s

my $many = Doorward->sanitized ? 1_000 : 10_000;
my $got = flood($many, 2000, get => request(@get, @close),
    put => request(@put, @close),
    health => $s->text('GET', '/healthz', \@close));
my $sum = sums("$many connections", $got);
my $all = 0;
$all += $_ for values(%$sum);
is($all, $many, "A12: $many connections came to an end");
# The client has the same two processors.
cmp_ok($got->{all}{ms}, '<', 60_000, 'A12: they were made at once');
cmp_ok($sum->{200} // 0, '>=', $many / 20, 'A12: many were served');
is_deeply([grep { !/^(?:200|503|closed|reset)$/ } keys(%$sum)], [],
    'A12: the others were told 503, or closed');
cmp_ok(($sum->{200} // 0) + ($sum->{503} // 0), '>=', 0.95 * $many,
    'A12: nearly all of them in words');
normal('10,000 in 2 s');

# ---- 200 slow ones of each kind: how it begins, and how it goes on

my %kinds = (
	'slow heads' => [sub { $_[0]->send(substr($get, 0, 30)) },
	    sub { $_[0]->send('x') }],
	'slow bodies' => [sub { $_[0]->send(substr($put, 0, -200)) },
	    sub { $_[0]->send('x') }],
	'slow readers' => [sub { $_[0]->send($get_big x 8) },
	    sub { sysread($_[0]{sock}, my $waste, 1) }],
	'idle ones' => [sub { }, sub { }],
	'idle ones after a write' => [sub { $_[0]->send($put) }, sub { }],
);
for my $name (sort(keys(%kinds))) {
	my ($start, $more) = @{$kinds{$name}};
	my @clients = grep { defined } map { $s->client(rcvbuf => 4096) }
	    (1 .. 200);
	is(scalar(@clients), 200, "200 of $name");
	$start->($_) for @clients;
	for (1 .. 3) {
		sleep(0.1);
		$more->($_) for @clients;
	}
	my ($worst) = sort { $b <=> $a } map {
	    Rooms::served($s, 'load') // 99 } (1 .. 5);
	# Behind the slow ones it would be 10 s and more.
	cmp_ok($worst, '<', 8, "A12: 200 of $name: others are served meanwhile");
	cmp_ok(scalar($s->descendants), '<=', 450,
	    "A12: 200 of $name: two rooms each at the most");
	$_->close for @clients;
	normal("200 of $name");
}

# ---- ends too early, at each stage

my %early;
for my $how ('fin', 'rst') {
	%early = (%early, "$how-nothing" => '',
	    "$how-in-the-head" => substr($put, 0, 50),
	    "$how-behind-the-head" => ($put =~ /^(.*?\r\n\r\n)/s)[0],
	    "$how-in-the-body" => substr($put, 0, -50),
	    "$how-behind-a-write" => $put,
	    "$how-behind-a-read" => $get,
	    "$how-behind-large-reads" => $get_big x 4,
	    "$how-behind-both" => $put . $get . $put . substr($get, 0, 70));
}
$got = flood(800, 1600, %early);
$sum = sums('800 early ends', $got);
cmp_ok($sum->{sent} // 0, '>=', 700, 'A12: 800 early ends');
normal('early ends and resets');

# ---- malformed heads

my $host = "Host: localhost\r\n";
my %bad = (
	'bare-lf' => "GET /healthz HTTP/1.1\nHost: localhost\n\n",
	'nul' => "GET /healthz HTTP/1.1\r\nHost: local\0host\r\n\r\n",
	'space-before-colon' => "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
	'folded' => "GET /healthz HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
	'no-host' => "GET /healthz HTTP/1.1\r\n\r\n",
	'two-hosts' => "GET /healthz HTTP/1.1\r\n$host$host\r\n",
	'two-spaces' => "GET  /healthz HTTP/1.1\r\n$host\r\n",
	'no-version' => "GET /healthz\r\n$host\r\n",
	'version-9' => "GET /healthz HTTP/9.9\r\n$host\r\n",
	'http2' => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	'tls' => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
	'bytes' => "\xff\xfe\xfd" x 100 . "\r\n\r\n",
	'length-and-chunks' => "POST / HTTP/1.1\r\n${host}Content-Length: 5\r\n" .
	    "Transfer-Encoding: chunked\r\n\r\nhello",
	'two-lengths' => "POST / HTTP/1.1\r\n${host}Content-Length: 5\r\n" .
	    "Content-Length: 6\r\n\r\nhello",
	'length-plus' => "POST / HTTP/1.1\r\n${host}Content-Length: +5\r\n\r\nhello",
	'length-huge' => "POST / HTTP/1.1\r\n${host}Content-Length: " .
	    '9' x 30 . "\r\n\r\nhello",
	'gzip' => "POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip\r\n\r\nhello",
	'long-target' => 'GET /' . 'a' x 9000 . " HTTP/1.1\r\n$host\r\n",
	'many-fields' => "GET /healthz HTTP/1.1\r\n$host" .
	    join('', map { "X-$_: y\r\n" } (1 .. 70)) . "\r\n",
	'large-field' => "GET /healthz HTTP/1.1\r\n${host}X: " . 'y' x 17000 .
	    "\r\n\r\n",
	'endless-line' => 'A' x 20000,
);
my $n = 50 * keys(%bad);
$got = flood($n, $n, %bad);
sums("$n malformed heads", $got);
for my $class (sort(keys(%bad))) {
	my %r = %{$got->{$class} // {}};
	ok(keys(%r) && !(grep { !/^(?:4\d\d|501|505)$/ } keys(%r)),
	    "A12: malformed ($class): refused") or diag(join(' ', %r));
}
is($got->{'long-target'}{414}, 50, 'A12: 414 for a long target');
is($got->{'many-fields'}{431}, 50, 'A12: 431 for many fields');
is($got->{'large-field'}{431}, 50, 'A12: 431 for a large field');
normal('malformed heads');

# ---- more than there may be

my $full = Doorward->start(conf => "max-connections = 8\n");
my @held = map { $full->client } (1 .. 8);
for my $c (@held) {
	$c->send($full->text('GET', '/healthz'));
	is($c->answer->{status}, 200, 'held');
}
my $over = $full->client;
my $a = $over->answer;
is($a->{status}, 503, 'A12: one past max-connections: 503');
like($a->{h}{'retry-after'} // '', qr/^\d+$/, 'A12: with Retry-After');
ok($over->closed, 'A12: and closed');
is($full->request('POST', '/', [], 'x' x 300_000)->{status}, 503,
    'A12: one that sends much is told so, too');
like($full->log, qr/doorward: overload limit=connections /,
    'A12: and the log says so');
my @more = map { $full->client } (1 .. 300);
my %told;
$told{$_->answer(seconds => 5)->{status} || 'closed'}++ for @more;
is($told{200}, undef, 'A12: of 300 more none is served');
cmp_ok($told{503} // 0, '>=', 200, 'A12: and they are told so');
is(scalar(grep { $_->quiet(0) } @held), 8, 'A12: those who are there stay');
$_->close for @more;
(shift(@held))->close;
ok(Rooms::wait_for(1, sub {
	return $full->request('GET', '/healthz')->{status} == 200;
}), 'A12: one less, and the next is served within a second');
$_->close for @held;
ok(Rooms::wait_for(2, sub { !Rooms::busy($full, $full->descendants) }),
    'A12: and nothing is left of them');
# It ends with the other: finish waits for both.
kill('TERM', $full->pid);

# ---- those whose time is over

while (time() - $begin < 10.5) {
	sleep(0.3);
	drip();
}
is($late->answer(seconds => 15)->{status}, 408,
    'A12: a head that does not end: 408 after 10 s');
is($drips->answer(seconds => 15)->{status}, 408, 'A12: one that drips, too');
$late->close;
$drips->close;
if ($slow) {
	my $body = $s->client;
	my $reader = $s->client(rcvbuf => 4096);
	my $quiet = $s->client;
	my $from = time();
	$body->send(substr($put, 0, -50));
	$reader->send($get_big x 100);
	is($body->answer(seconds => 40)->{status}, 408,
	    'A12: a body that does not end: 408');
	cmp_ok(abs(time() - $from - 30), '<', 3, 'A12: after 30 s');
	ok(Rooms::wait_for(10, sub { !$s->holders($reader) }),
	    'A12: an answer that is not taken ends after 30 s');
	ok($quiet->closed(60), 'A12: an idle connection is closed');
	cmp_ok(abs(time() - $from - 75), '<', 3, 'A12: after 75 s');
	$_->close for $body, $reader, $quiet;
}
Rooms::settled($s, $idle, 5,
    'A12: no process, no zombie and no descriptor is left');
unlike($s->log, qr/doorward: (?:crash|failed|violation)/,
    'A12: nothing crashed and nothing failed');
$s->finish;
done_testing();
