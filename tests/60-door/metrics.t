#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# metrics.t - GET /metrics: the text format of Prometheus 0.0.4, read
# strictly; each number against what was done.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;
use Time::HiRes qw(time sleep);

Doorward->need;

# By https://prometheus.io/docs/instrumenting/exposition_formats/: lines that
# end in \n; HELP, then TYPE, then all samples of a family, once and together.
# Dies where it is not so: ({ sample => value }, { family => type }).
sub parse {
	my ($text) = @_;
	my (%value, %type, %help, $family);
	my $name = qr/[a-zA-Z_:][a-zA-Z0-9_:]*/;
	my $number = qr/(?:[0-9]+(?:\.[0-9]+)?|\+Inf)/;
	die("no newline at the end\n") if $text !~ /\n\z/;
	for (split(/\n/, $text, -1)) {
		next if $_ eq '' && $text =~ /[^\n]\n\z/;
		if (/^# HELP ($name) ([^\\]+)\z/) {
			die("$1: HELP twice\n") if $help{$1}++;
			$family = $1;
		} elsif (/^# TYPE ($name) (counter|gauge|histogram)\z/) {
			die("$1: TYPE not behind its HELP\n")
			    if $1 ne $family || $type{$1};
			$type{$1} = $2;
		} elsif (/^($name)(\{(.*)\})? ($number)\z/) {
			my ($n, $key, $labels, $v) = ($1, $1 . ($2 // ''), $3, $4);
			my $of = $n;
			$of =~ s/_(?:bucket|sum|count)$//
			    if ($type{$family // ''} // '') eq 'histogram';
			die("$n: not below its TYPE\n")
			    if $of ne ($family // '') || !$type{$of};
			die("$n: a counter's name\n")
			    if $type{$of} eq 'counter' && $n !~ /_total$/;
			my %seen;
			for (split(/,/, $labels // '')) {
				/^([a-zA-Z_][a-zA-Z0-9_]*)="([^"\\\n]*)"\z/
				    or die("label: $_\n");
				die("$1 twice\n") if $seen{$1}++;
			}
			die("$key twice\n") if defined($value{$key});
			$value{$key} = $v;
		} else {
			die("line: $_\n");
		}
	}
	histogram(\%value, $_) for grep { $type{$_} eq 'histogram' } keys(%type);
	return (\%value, \%type);
}

# Buckets only grow, the last is +Inf and the count.
sub histogram {
	my ($v, $name) = @_;
	for my $room ('read', 'write') {
		my @le = map { /^\Q$name\E_bucket\{room="$room",le="(.*)"\}$/ ?
		    $1 : () } keys(%$v);
		my @sorted = sort { ($a eq '+Inf') <=> ($b eq '+Inf') ||
		    $a <=> $b } @le;
		die("$name: no +Inf\n") if $sorted[-1] ne '+Inf';
		my $last = 0;
		for (@sorted) {
			my $n = $v->{"${name}_bucket{room=\"$room\",le=\"$_\"}"};
			die("$name: $_ is less\n") if $n < $last;
			$last = $n;
		}
		die("$name: count\n")
		    if $v->{"${name}_count{room=\"$room\"}"} != $last;
		die("$name: sum\n")
		    if !defined($v->{"${name}_sum{room=\"$room\"}"});
	}
}

my $s = Doorward->start(conf => "max-connections = 8\n");

sub scrape {
	my $a = $s->request('GET', '/metrics', [$s->auth]);
	is($a->{status}, 200, 'GET /metrics');
	my ($v, $type) = eval { parse($a->{body}) };
	is($@, '', 'its form is right');
	return wantarray ? ($v, $type, $a) : $v;
}
sub requests {
	my ($v, $surface, $room, $status) = @_;
	return $v->{"doorward_requests_total{surface=\"$surface\"," .
	    "room=\"$room\",status=\"$status\"}"} // 0;
}

my ($v, $type, $a) = scrape();
is($a->{h}{'content-type'}, 'text/plain; version=0.0.4; charset=utf-8',
    'its type is the format\'s');
is($a->{h}{'cache-control'}, 'no-store', 'A14: and it is kept by nobody');
is(scalar(grep { !/^doorward_/ } keys(%$type)), 0, 'all names are ours');
for my $what (qw(doorward_requests_total doorward_refusals_total
    doorward_request_duration_seconds doorward_connections_total
    doorward_connections_refused_total doorward_crashes_total
    doorward_checkpoints_total doorward_sandbox_violations_total
    doorward_database_bytes doorward_wal_bytes doorward_tables
    doorward_counters_start_time_seconds)) {
	ok($type->{$what}, "$what is there");
}
ok(abs($v->{doorward_counters_start_time_seconds} - time()) < 60,
    'counting began now');

# ---- who may

is($s->request('GET', '/metrics')->{status}, 401, 'A1: not without a token');
is($s->request('GET', '/metrics', ['Authorization', 'Bearer x'])->{status},
    401, 'A1: nor with a wrong one');
is($s->request('POST', '/metrics', [$s->auth, 'Content-Type',
    'application/json'], '{}')->{status}, 404, 'only GET');
my ($status, $some) = Doorward->command($s->home, 'token', 'new', 'some',
    '--scope', 'read', '--tables', 'no-*');
is($status, 0, 'a token for some tables');
($some) = $some =~ /^DOORWARD_TOKEN=(\S+)$/m;
$s->secret($some);
my ($of) = parse($s->request('GET', '/metrics', [$s->auth($some)])->{body});
is($of->{doorward_tables}, undef, 'A9: is not told how many others there are');
ok(defined($of->{doorward_database_bytes}), 'and of the rest as any other');
my $head = $s->request('HEAD', '/metrics', [$s->auth]);
is_deeply([$head->{status}, $head->{body}], [200, ''], 'and HEAD');
my $before = scrape();

# ---- what is counted

is((Rooms::create($s, 'metrics'))[0], 200, 'a table');
is(Rooms::put($s, 'metrics', "k$_", 'v'), 200, 'a write') for 1 .. 3;
Rooms::get($s, 'metrics', 'k1') for 1 .. 5;
$s->dynamo('GetItem', { TableName => 'none', Key => { k => { S => 'x' } } });
$s->mcp('tools/list') for 1 .. 2;
$s->request('GET', '/healthz') for 1 .. 4;
$s->request('POST', '/mcp', [$s->auth, 'Host', 'evil', 'Content-Type',
    'application/json'], '{}');
$s->request('POST', '/mcp', [$s->auth, 'Origin', 'http://evil',
    'Content-Type', 'application/json'], '{}');
$s->once("GET / HTTP/1.1\nHost: x\n\n");
# A room counts behind its answer.
select(undef, undef, undef, 0.5);
my $now = scrape();

sub grew {
	my ($n, $what, $of) = @_;
	return is($of->($now) - $of->($before), $n, $what);
}
grew(4, 'writes, by the room that wrote',
    sub { requests($_[0], 'dynamodb', 'write', 200) });
grew(5, 'reads', sub { requests($_[0], 'dynamodb', 'read', 200) });
grew(1, 'an error of the caller',
    sub { requests($_[0], 'dynamodb', 'read', 400) });
grew(2, 'MCP', sub { requests($_[0], 'mcp', 'read', 200) });
grew(2, 'MCP, refused', sub { requests($_[0], 'mcp', 'read', 403) });
grew(5, 'what is neither: health, and a scrape',
    sub { requests($_[0], 'other', 'read', 200) });
grew(1, 'a head that was none',
    sub { requests($_[0], 'other', 'read', 400) });
for my $gate (['host', 1], ['origin', 1], ['head', 1], ['token', 0]) {
	grew($gate->[1], "refusals of the gate $gate->[0]",
	    sub { $_[0]{"doorward_refusals_total{gate=\"$gate->[0]\"}"} });
}
grew(4, 'latencies of the write room', sub {
    $_[0]{'doorward_request_duration_seconds_count{room="write"}'} });
my $sum = $now->{'doorward_request_duration_seconds_sum{room="write"}'};
ok($sum > 0 && $sum < 60, 'and their sum is of seconds');
grew(1, 'tables', sub { $_[0]{doorward_tables} });
is($now->{doorward_database_bytes}, -s $s->home . '/data/doorward.db',
    'the size of the database');
is($now->{doorward_wal_bytes}, -s $s->home . '/data/doorward.db-wal',
    'and of its log');
ok($now->{doorward_connections_total} > $before->{doorward_connections_total},
    'connections');

# ---- checkpoints: some hundred writes make one

my $c = $s->client;
for (1 .. 400) {
	last if Rooms::put($s, 'metrics', "c$_", 'x' x 2000, on => $c) != 200;
}
cmp_ok(scrape()->{doorward_checkpoints_total}, '>=', 1,
    'checkpoints, by whoever made them');
$c->close;

# ---- connections that were told 503

my @many = map { my $c = $s->client; $c->send('G'); $c } 1 .. 12;
sleep(0.3);
my @refused = grep { !$_->quiet(0) } @many;
cmp_ok(scalar(@refused), '>=', 4, 'connections that are too many');
is($refused[0]->answer->{status}, 503, 'are told 503');
$_->close for @many;
Rooms::wait_for(5, sub { $s->request('GET', '/healthz')->{status} == 200 });
cmp_ok(scrape()->{doorward_connections_refused_total}, '>=', scalar(@refused),
    'and are counted');

# ---- a read that comes behind a write, and on the command's side

$c = $s->client;
Rooms::put($s, 'metrics', 'a', 'b', on => $c);
$c->send($s->text('GET', '/metrics', [$s->auth]));
$a = $c->answer;
is($a->{status}, 200, 'on a connection that has written');
ok(eval { parse($a->{body}); 1 }, 'in the same form') or diag($@);
$c->close;

# ---- it survives

my $last = scrape();
$s->finish;
$s = Doorward->start(home => $s->home);
$now = scrape();
cmp_ok(requests($now, 'dynamodb', 'write', 200), '==',
    requests($last, 'dynamodb', 'write', 200), 'a restart loses no count');
is($now->{doorward_counters_start_time_seconds},
    $v->{doorward_counters_start_time_seconds}, 'and counts on from there');
$s->finish;
done_testing();
