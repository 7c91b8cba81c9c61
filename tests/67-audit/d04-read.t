#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d04-read.t - D4: the log is read by the admin scope alone, whatever the way;
# filters by time, actor, operation, result and table; pages.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use POSIX qw(strftime);
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need();
my $json = JSON::PP->new->utf8->canonical;
my $s = Doorward->start;
my $home = $s->home;

sub new_token {
	my ($name, $scope) = @_;
	my ($status, $out) = Doorward->command($home, 'token', 'new', $name,
	    '--scope', $scope, '--json');
	is($status, 0, "a token: $scope");
	my $token = $json->decode($out)->{token};
	$s->secret($token);
	return $token;
}

my %token = (map { $_ => new_token("t-$_", $_) } 'read', 'write', 'admin');
$token{default} = $s->bearer;
my @auth = ('Authorization', "Bearer $token{admin}");

# ---- who may: token x way

sub by_get {
	return $s->request('GET', '/audit', ['Authorization',
	    "Bearer $_[0]"])->{status};
}
sub by_api {
	return $s->request('POST', '/', ['Authorization', "Bearer $_[0]",
	    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
	    'Doorward.ReadAudit'], '{}')->{status};
}
sub by_tool {
	my ($token) = @_;
	my $a = $s->request('POST', '/mcp', ['Authorization',
	    "Bearer $token", 'Content-Type', 'application/json', 'Accept',
	    'application/json, text/event-stream'], $json->encode({
	    jsonrpc => '2.0', id => 1, method => 'tools/call', params => {
	    name => 'read_audit', arguments => {} } }));
	my $r = eval { $json->decode($a->{body}) } // {};
	return $r->{result} && !$r->{result}{isError} ? 200 : 403;
}
my %want = (read => [403, 400, 403], write => [403, 400, 403],
    admin => [200, 200, 200], default => [200, 200, 200]);
for my $t (sort(keys(%want))) {
	is_deeply([by_get($token{$t}), by_api($token{$t}),
	    by_tool($token{$t})], $want{$t},
	    "D4: a token that is $t: GET, the API, MCP");
}
is(by_get('dw_wrong'), 401, 'D4: a wrong token');
is($s->request('GET', '/audit', [])->{status}, 401, 'D4: no token');
is($s->request('POST', '/audit', [@auth, 'Content-Type',
    'application/json'], '{}')->{status}, 404, 'no POST there');
is($s->request('HEAD', '/audit', [@auth])->{status}, 200, 'HEAD');
my ($listed) = map { scalar(grep { $_->{name} eq 'read_audit' }
    @{$_->{result}{tools} // []}) } ($s->mcp('tools/list', {}))[1];
ok(defined($listed), 'tools are listed');

# ---- something to look for

is((Rooms::create($s, $_))[0], 200, "a table $_") for 'one', 'two';
my $early = time();
sleep(0.01);
for my $t ('write', 'default') {
	local $s->{bearer} = $token{$t};
	is(Rooms::put($s, $_, "k$t", 'v'), 200, "$t writes $_")
	    for 'one', 'two', 'one';
}
is(($s->dynamo('DeleteItem', { TableName => 'one', Key =>
    { k => { S => 'kwrite' } } }))[0], 200, 'a delete');
sleep(0.01);
my $late = time();
is((Rooms::create($s, 'three'))[0], 200, 'another table');
my $all = (Doorward->command($home, 'audit', 'show', '--limit', 0))[1];

sub stamp {
	my ($t) = @_;
	return strftime('%Y-%m-%dT%H:%M:%S', gmtime($t)) .
	    sprintf('.%06dZ', ($t - int($t)) * 1e6);
}

# By each way the same rows come, as "kind table actor".
sub words {
	return map { join(' ', map { $_ // '-' } @{$_}{qw(kind table actor)}) }
	    @_;
}
sub get {
	my (%q) = @_;
	my $query = join('&', map { my $v = $q{$_};
	    $v =~ s/([^A-Za-z0-9._-])/sprintf('%%%02X', ord($1))/ge;
	    "$_=$v" } sort(keys(%q)));
	my $a = $s->request('GET', "/audit?$query", [@auth]);
	is($a->{status}, 200, "GET /audit?$query") or diag($a->{body});
	my $r = $json->decode($a->{body});
	return ([@{$r->{Records}}], $r->{NextToken});
}
my %flag = (from => '--since', to => '--until');
sub show {
	my (%q) = @_;
	my @args = map { ($flag{$_} // "--$_", $q{$_}) } sort(keys(%q));
	my ($status, $out, $err) = Doorward->command($home, 'audit', 'show',
	    '--json', @args);
	is($status, 0, "audit show @args") or diag($err);
	return [map { $json->decode($_) } split(/\n/, $out)];
}
sub same {
	my ($what, $want, %q) = @_;
	is_deeply([words(@{(get(%q))[0]})], $want, "D4: $what: GET");
	is_deeply([words(@{show(%q)})], $want, "D4: $what: the command");
	return;
}

my ($w, $d) = ('t-write', 'default');
same('by actor', ["replace one $w", "put two $w", "put one $w"],
    actor => $w, operation => 'PutItem');
same('by operation', ["delete one $d"], operation => 'DeleteItem');
same('by table', ["put two $d", "put two $w", "create-table two $d"],
    table => 'two');
same('by a table that is not there', [], table => 'no');
same('by table and actor', ["put two $w"], table => 'two', actor => $w);
same('by result', [], result => 'NOSUCH');
same('by time', ["delete one $d", "replace one $d", "put two $d",
    "put one $d", "replace one $w", "put two $w", "put one $w"],
    from => stamp($early), to => stamp($late));
same('by time, to', ["create-table two $d", "create-table one $d"],
    to => stamp($early), operation => 'CreateTable');
my ($refused) = get(result => 'refused');
cmp_ok(scalar(@$refused), '>=', 4, 'D4: all that were refused');
is_deeply([grep { $_->{kind} ne 'refused' } @$refused], [], 'and no others');
my ($scope) = get(result => 'SCOPE');
cmp_ok(scalar(@$scope), '>=', 2, 'D4: by an error\'s name');
is($scope->[0]{kind}, 'refused', 'refused for the scope');

# ---- pages

for my $order ('newest', 'oldest') {
	my (@rows, $after);
	for (1 .. 50) {
		my ($some, $next) = get(limit => 3, order => $order,
		    $after ? (after => $after) : ());
		cmp_ok(@$some, '<=', 3, "at most 3, $order");
		push(@rows, map { $_->{seq} } @$some);
		$after = $next // last;
	}
	my @want = 1 .. @rows;
	@want = reverse(@want) if $order eq 'newest';
	is_deeply(\@rows, \@want, "D4: pages, $order: each row once");
	is(scalar(@rows), scalar(split(/\n/, $all)), 'all of them');
}
my $shown = show(limit => 2);
my $more = show(limit => 2, after => $shown->[1]{seq});
is($more->[0]{seq}, $shown->[1]{seq} - 1, 'D4: the command goes on, too');

# ---- what is no filter

for my $bad ('nonsense=1', 'limit=0', 'limit=1001', 'limit=x', 'from=today',
    'from=2026-02-30', 'actor=a&actor=b', 'order=up', 'after=x', 'after=0',
    'actor=%zz', 'actor=%ff', 'limit') {
	is($s->request('GET', "/audit?$bad", [@auth])->{status}, 400,
	    "D4: $bad: 400");
}
is($s->request('GET', '/audit?limit=1000', [@auth])->{status}, 200,
    'limit=1000');
is((Doorward->command($home, 'audit', 'show', '--since', 'today'))[0], 64,
    'a wrong time');
for my $case (['show', '--since', 'today', qr/--since: bad value 'today', expected 2027/],
    ['tail', '--until', '5y', qr/--until: bad value '5y'/],
    ['show', '--limit', '2147483648', qr/--limit: bad value .* a number of rows/],
    ['show', '--after', '-1', qr/--after: bad value/],
    ['verify', '--checkpoint', '1:zz', qr/--checkpoint: bad value .* NUMBER:HASH/],
    ['verify', '--actor', 'a', qr/audit verify has no option --actor/],
    ['show', '--quick', undef, qr/audit show has no option --quick/],
    ['export', '--limit', 1, qr/audit export has no option --limit/]) {
	my ($sub, $option, $value, $like) = @$case;
	my ($status, $out, $err) = Doorward->command($home, 'audit', $sub,
	    $option, defined($value) ? $value : ());
	is("$status$out", 64, "audit $sub $option is refused");
	like($err, qr/^doorward: $like/, 'and says why');
}
is((Doorward->command($home, 'audit', 'show', '--limit', 2147483647))[0], 0,
    'the largest number of rows');
is((Doorward->command($home, 'audit', 'nonsense'))[0], 64, 'no such command');

# ---- tail

my $pid = open(my $tail, '-|', Doorward::program(), '--home', $home, 'audit',
    'tail', '--json') // die($!);
my @first = map { $json->decode(scalar(<$tail>)) } 1 .. 10;
is(scalar(grep { $first[$_]{seq} == $first[0]{seq} + $_ } 0 .. 9), 10,
    'D4: tail shows the last ten');
is(Rooms::put($s, 'one', 'tailed', 'v'), 200, 'a write');
my $row = $json->decode(scalar(<$tail>));
is("$row->{kind} $row->{seq}", 'put ' . ($first[9]{seq} + 1),
    'D4: and each as it comes');
kill('TERM', $pid);
close($tail);
is($?, 0, 'until it is told to end');
$s->finish;
done_testing();
