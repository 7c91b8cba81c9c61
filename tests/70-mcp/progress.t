#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# progress.t - a call that has begun something tells how far it is, where its
# client wants to hear of it, and then has its result: over HTTP in both eras
# and on standard input.  It waits 20 seconds at most; who closes the stream,
# or speaks on, does not wait any more, and the work goes on.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use IO::Select;
use IPC::Open2;
use JSON::PP;
use Messages;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
my $json = Doorward::json();
my $X = 'io.modelcontextprotocol/tasks';
my $s = Doorward->start(fixtures => 1);

sub bytes {
	my ($name, $args, %opt) = @_;
	my %call = (name => $name, arguments => $args);
	return $opt{legacy} ? $s->mcp('tools/call', { %call, _meta =>
	    { progressToken => $opt{legacy} } }, bytes => 1, headers =>
	    ['MCP-Protocol-Version', '2025-11-25'], %opt) :
	    $s->mcp_modern('tools/call', \%call, bytes => 1, meta => {
	    defined($opt{progress}) ? (progressToken => $opt{progress}) : () },
	    %opt);
}

# (head, progress notifications, the last message, seconds)
sub watch {
	my ($bytes, $seconds) = @_;
	my $c = $s->client;
	my $began = time();
	$c->send($bytes);
	my $head = $c->answer(head => 1);
	my (@told, $m);
	push(@told, $m->{params}) while ref($m = $c->event($seconds)) &&
	    ($m->{method} // '') eq 'notifications/progress';
	my $after = ref($m) ? $c->event(5) : 'nothing';
	$c->close;
	return ($head, \@told, $m, time() - $began, $after);
}

# ---- the steps of one that has three

for my $era ('modern', 'legacy') {
	my %opt = $era eq 'legacy' ? (legacy => "t\"\x{e9}") :
	    (progress => 7);
	my ($head, $told, $m, $seconds, $after) =
	    watch(bytes('test_tool_with_progress', {}, id => 'a', %opt));
	is($head->{status}, 200, "$era: answered with a stream");
	is($head->{h}{'content-type'}, 'text/event-stream', '... of events');
	is($head->{h}{'x-accel-buffering'}, 'no', '... that is not held up');
	is_deeply([map { [@$_{qw(progressToken progress total message)}] } @$told],
	    [map { [$opt{legacy} // 7, $_, 100, "$_ of 100 parts"] } 0, 50, 100],
	    "$era: 0, 50 and 100 of 100");
	is_deeply([@$m{qw(id jsonrpc)}], ['a', '2.0'], "$era: then its result");
	is_deeply($m->{result}{structuredContent}, { status => 'COMPLETED' },
	    '... as it is at the end');
	is($m->{result}{resultType}, $era eq 'legacy' ? undef : 'complete',
	    "$era: its type");
	is($after, '', "$era: and that is the end");
	cmp_ok($seconds, '<', 10, "$era: woken by each step ($seconds s)");
}

# ---- who does not want to hear of it

my $declared = { extensions => { $X => {} } };
for (['no token', {}], ['a token that is none', { progress => [1] }],
    ['no event streams', { progress => 1, accept => 'application/json' }],
    ['another type', { progress => 1, accept => 'text/event-streams' }]) {
	my ($what, $opt) = @$_;
	local $Messages::ours = 0;	# one is bent on purpose
	my ($status, $a) = Doorward::result($s->once(
	    bytes('test_tool_with_progress', {}, %$opt)));
	is_deeply([$status, $a->{result}{structuredContent}], [200,
	    { status => 'IN_PROGRESS' }], "$what: answered at once");
}
my ($status, $a) = Doorward::result($s->once(bytes('test_tool_with_progress',
    {}, progress => 1, capabilities => $declared)));
is($a->{result}{resultType}, 'task', 'a client of tasks gets a task');
($status, $a) = Doorward::result($s->once(bytes('greet', { name => 'you' },
    progress => 1)));
is($a->{result}{content}[0]{text}, 'Hello, you!', 'what is done is answered');
(my $head) = watch(bytes('test_tool_with_progress', {}, progress => 1, accept =>
    'application/json;q=0.9 ,TEXT/Event-Stream; q=1'));
is($head->{h}{'content-type'}, 'text/event-stream', 'Accept is read well');

# ---- closed before its end: the seat is free again, as is seen below

my $c = $s->client;
$c->send(bytes('slow_compute', { seconds => 3, label => 'left' }, progress => 1));
is($c->answer(head => 1)->{status}, 200, 'a stream');
my $begun;
$c->close;

# ---- as many as may listen, and one more

sleep(1.2);	# who has gone is looked for once a second
my @listeners = map {
	my $l = $s->client;
	$l->send($s->mcp_modern('subscriptions/listen', { notifications => {} },
	    bytes => 1, id => $_));
	$l->answer(head => 1)->{status} == 200 ? $l : die("listener $_");
} 1 .. 63;
($head) = watch(bytes('test_tool_with_progress', {}, progress => 1));
is($head->{h}{'content-type'}, 'text/event-stream', 'the 64th that waits');
my $last = $s->client;
$last->send($s->mcp_modern('subscriptions/listen', { notifications => {} },
    bytes => 1));
is($last->answer(head => 1)->{status}, 200, '64 listen');
($status, $a, my $all) = Doorward::result($s->once(
    bytes('test_tool_with_progress', {}, progress => 1)));
is_deeply([$status, $all->{h}{'content-type'},
    $a->{result}{structuredContent}], [200, 'application/json',
    { status => 'IN_PROGRESS' }], 'the 65th is answered at once');
$_->close for @listeners, $last;

# ---- on standard input

my $pid = open2(my $from, my $to, Doorward::program(1), '--home',
    $s->home, 'mcp');
my $in = '';
my %asked;
sub line {
	my ($seconds) = @_;
	my $end = time() + ($seconds // 10);
	while ($in !~ /\n/) {
		my $left = $end - time();
		return if $left <= 0 || !IO::Select->new($from)->can_read($left);
		sysread($from, $in, 65536, length($in)) or return;
	}
	$in =~ s/^(.*)\n//;
	my ($text, $m) = ($1, $json->decode($1));
	Messages::came($text, $asked{$m->{id} // ''});
	return $m;
}
sub say_line {
	my ($m) = @_;
	my $text = $json->encode({ jsonrpc => '2.0', %$m });
	$asked{$m->{id} // ''} = $text;
	syswrite($to, "$text\n");
}
sub call {
	my ($id, $name, $args) = @_;
	say_line({ id => $id, method => 'tools/call', params => { name => $name,
	    arguments => $args, _meta => { progressToken => "p$id" } } });
}
call(1, 'test_tool_with_progress', {});
my @told = map { line() } 1 .. 4;
is_deeply([map { $_->{params}{progress} } @told[0 .. 2]], [0, 50, 100],
    'stdio: 0, 50 and 100');
is_deeply([$told[3]{id}, $told[3]{result}{structuredContent}], [1,
    { status => 'COMPLETED' }], 'stdio: then the result');
call(2, 'slow_compute', { seconds => 15, label => 'x' });
is(line(0.5), undef, 'stdio: it waits');
$begun = time();
say_line({ method => 'notifications/cancelled', params => { requestId => 2 } });
say_line({ id => 3, method => 'ping' });
is_deeply(line(), { jsonrpc => '2.0', id => 3, result => {} },
    'stdio: withdrawn, it gets no answer');
call(4, 'slow_compute', { seconds => 15, label => 'x' });
is(line(0.3), undef, 'stdio: another waits');
say_line({ method => 'notifications/cancelled', params => { requestId => '4' } });
my $four = line();
is_deeply([$four->{id}, $four->{result}{structuredContent}], [4, { status => 'IN_PROGRESS', text => 'x' }],
    'stdio: what the client says else ends the waiting');
call(5, 'slow_compute', { seconds => 15, label => 'y' });
say_line({ id => 6, method => 'ping' });
is_deeply([map { line()->{id} } 1, 2], [5, 6], 'stdio: so nothing waits behind it');
cmp_ok(time() - $begun, '<', 5, 'stdio: none of it took long');
call(7, 'slow_compute', { seconds => 15, label => 'z' });
close($to);
is(line()->{id}, 7, 'stdio: nor does the end of the input');
waitpid($pid, 0);
is($?, 0, 'stdio: which is the end');

# ---- no longer than 20 seconds

my (undef, $told, $m, $seconds) = watch(bytes('slow_compute', { seconds => 18,
    label => 'in time' }, progress => 1));
is($m->{result}{structuredContent}{status}, 'COMPLETED',
    'what ends within 20 seconds is waited for');
(undef, $told, $m, $seconds) = watch(bytes('slow_compute', { seconds => 60,
    label => 'long' }, progress => 1));
is($m->{result}{structuredContent}{status}, 'IN_PROGRESS',
    'after that the result is as it is then');
ok($seconds > 19.9 && $seconds < 24, "after 20 seconds ($seconds)");
$s->finish;
done_testing();
