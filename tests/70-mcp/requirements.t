#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# requirements.t - the numbered requirements that MCP 2026-07-28 puts on a
# server, r01 to r55, each seen from outside against the real program.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Encode ();
use File::Temp;
use JSON::PP;
use MIME::Base64 qw(encode_base64);
use Test::More;

my $P = 'io.modelcontextprotocol/';
my $V = '2026-07-28';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my %codes;    # every error code that was seen

Doorward->need;
my $s = Doorward->start;
my $t;    # the test build, after the real one

sub meta {
	return { "${P}protocolVersion" => $V, "${P}clientCapabilities" => {},
	    @_ };
}

# A POST; headers are a hash, undef leaves one out, an array sends it twice.
# Gives the status, the decoded body and the whole answer.
sub post {
	my ($body, $headers, %opt) = @_;
	my $server = $opt{server} // $s;
	my %h = ('Content-Type' => 'application/json',
	    Accept => 'application/json, text/event-stream',
	    Authorization => 'Bearer ' . $server->bearer, %{$headers // {}});
	my @h = map { my $n = $_; map { ($n, $_) }
	    ref($h{$n}) ? @{$h{$n}} : $h{$n} }
	    grep { defined($h{$_}) } sort(keys(%h));
	my $text = ref($body) ? $json->encode($body) : $body;
	my ($status, $a, $all) = Doorward::result($server->send_on(
	    $server->text($opt{method} // 'POST', $opt{path} // '/mcp', \@h,
	    $text), $opt{on}));
	$codes{$a->{error}{code}} = 1
	    if ref($a) eq 'HASH' && $a->{error} && $a->{jsonrpc};
	return ($status, $a, $all);
}

sub body {
	my ($method, $params, %opt) = @_;
	return { jsonrpc => '2.0', id => exists($opt{id}) ? $opt{id} : 1,
	    method => $method, params => { %{$params // {}},
	    _meta => $opt{meta} // meta() } };
}

sub mirrored {
	my ($method, $params) = @_;
	my $name = $params->{name} // $params->{uri};
	return ('MCP-Protocol-Version' => $V, 'Mcp-Method' => $method,
	    defined($name) ? ('Mcp-Name' => $name) : ());
}

# A whole and right request, but for what headers and opt change.
sub modern {
	my ($method, $params, $headers, %opt) = @_;
	return post(body($method, $params, %opt), { mirrored($method, $params // {}),
	    %{$headers // {}} }, %opt);
}

sub tool {
	my ($name, $args, %opt) = @_;
	my (undef, $a) = modern('tools/call', { name => $name,
	    arguments => $args // {} }, {}, %opt);
	return $a->{result};
}

# The error's code and the status, as "400 -32602".
sub refusal { my ($status, $a) = @_; return "$status " . ($a->{error}{code} // 'none') }

sub stdio {
	my ($text, @args) = @_;
	my ($status, $out, $err) = (0, '', '');
	my $home = $s->home;
	my $dir = File::Temp->newdir('doorward-XXXXXX', TMPDIR => 1);
	open(my $fh, '>', "$dir/in") or die($!);
	print($fh $text);
	close($fh);
	system(join(' ', Doorward::program(), '--home', $home, 'mcp', @args,
	    "<$dir/in", ">$dir/out", "2>$dir/err"));
	return ($? >> 8, map { $json->decode($_) }
	    split(/\n/, Doorward::slurp("$dir/out")));
}

my ($made) = tool('create_table', { table => 'reqs',
    partition_key => { name => 'k', type => 'string' } });
ok(!$made->{isError}, 'a table');
tool('put_item', { table => 'reqs', item => { k => 'one', v => 1 } });

my %r;
$r{1} = sub {
	my ($status, $a) = post([body('tools/list')],
	    { mirrored('tools/list', {}) });
	is(refusal($status, $a), '400 -32600', 'no batch');
	($status, $a) = post({ jsonrpc => '2.0', id => 1, result => {} },
	    { 'MCP-Protocol-Version' => $V });
	is(refusal($status, $a), '400 -32600', 'no response');
	($status) = modern('tools/list');
	is($status, 200, 'one request');
	($status) = modern('tools/list', {}, {}, path => '/mcp/other');
	is($status, 404, 'on one path');
};
$r{2} = sub {
	for ('https://evil.example', 'null', 'http://127.0.0.1.evil.example') {
		my ($status) = modern('tools/list', {}, { Origin => $_ });
		is($status, 403, "Origin: $_");
	}
	my ($status) = modern('tools/list');
	is($status, 200, 'no Origin');
};
$r{3} = sub {
	my $own = '127.0.0.1:' . $s->port;
	my ($status) = modern('tools/list', {}, { Host => $own,
	    Origin => "http://$own" });
	is($status, 200, 'its own Host and Origin');
	($status) = modern('tools/list', {}, { Host => 'evil.example',
	    Origin => 'http://evil.example' });
	is($status, 403, 'those of another');
	($status) = modern('tools/list', {}, { Authorization => undef });
	is($status, 401, 'no credential');
	like($s->ready, qr/127\.0\.0\.1:/, 'it listens on loopback');
};
$r{4} = sub {
	for my $method (qw(GET DELETE)) {
		my ($status, undef, $all) = post(undef, { 'Content-Type' => undef },
		    method => $method);
		is($status, 405, $method);
		is($all->{h}{allow}, 'POST', "$method: Allow");
	}
	my ($status, undef, $all) = modern('tools/list', {},
	    { 'Mcp-Session-Id' => 'abc', 'Last-Event-ID' => '7' });
	is($status, 200, 'a session id is ignored');
	ok(!exists($all->{h}{'mcp-session-id'}), 'and none is given');
};
$r{5} = sub {
	for ('*/*', 'text/event-stream', 'text/html', undef) {
		my ($status) = modern('tools/list', {}, { Accept => $_ });
		is($status, 200, 'Accept: ' . ($_ // 'none'));
	}
	my ($status) = modern('tools/list', {}, { 'Content-Type' => 'text/plain' });
	is($status, 415, 'a body that is not JSON by its type');
};
$r{6} = sub {
	my ($status, $a, $all) = modern('tools/list');
	is($all->{h}{'content-type'}, 'application/json', 'the type');
	is(ref($a), 'HASH', 'one object');
};
$r{7} = sub {
	for my $method ('notifications/cancelled', 'notifications/x') {
		my ($status, undef, $all) = post({ jsonrpc => '2.0',
		    method => $method, params => { _meta => meta() } },
		    { 'MCP-Protocol-Version' => $V });
		is($status, 202, "$method, without Mcp-Method");
		is($all->{body}, '', 'no body');
	}
	my ($status) = post({ jsonrpc => '1.0', method => 'notifications/x' });
	is($status, 400, 'one that is not acceptable');
};
$r{8} = sub {
	my ($status, $a, $all) = modern('tools/call', { name => 'list_tables',
	    arguments => {} }, { Accept => 'text/event-stream' });
	is($all->{h}{'content-type'}, 'application/json', 'never a stream');
	ok(!exists($all->{h}{'x-accel-buffering'}), 'nor its header');
};
$r{9} = sub {
	for (1 .. 20) {
		my $c = $s->client;
		my $b = $json->encode(body('tools/call', { name => 'scan',
		    arguments => { table => 'reqs' } }));
		$c->send($s->text('POST', '/mcp', [$s->auth, 'Content-Type',
		    'application/json', mirrored('tools/call',
		    { name => 'scan' })], $b));
		$c->reset;
	}
	my ($status) = modern('tools/list');
	is($status, 200, 'who goes away is gone, and others are served');
	unlike($s->log, qr/violation|crash/i, 'nothing broke');
};
$r{10} = sub {
	my $text = "gr\x{fc}\x{df} \x{1f6aa}";
	tool('put_item', { table => 'reqs', item => { k => 'utf8', v => $text } });
	is(tool('get_item', { table => 'reqs', key => { k => 'utf8' } })
	    ->{structuredContent}{item}{v}, $text, 'there and back');
	my ($status, $a) = post("{\"jsonrpc\":\"2.0\",\"id\":\"\xff\"}");
	is(refusal($status, $a), '400 -32700', 'not UTF-8');
};
$r{11} = sub {
	is(refusal(modern('tools/list', {}, { 'MCP-Protocol-Version' => undef })),
	    '400 -32020', 'missing');
	is(refusal(modern('tools/list', {}, { 'MCP-Protocol-Version' =>
	    '2025-11-25' })), '400 -32020', 'another');
};
$r{12} = sub {
	for my $version ('1999-01-01', '2025-11-25', 'x') {
		my ($status, $a) = modern('tools/list', {},
		    { 'MCP-Protocol-Version' => $version },
		    meta => meta("${P}protocolVersion" => $version));
		is(refusal($status, $a), '400 -32022', $version);
		is_deeply($a->{error}{data}, { supported => [$V],
		    requested => $version }, 'its data');
	}
};
$r{13} = sub {
	is(refusal(modern('tools/list', {}, { 'Mcp-Method' => $_ })),
	    '400 -32020', $_ // 'missing')
	    for (undef, 'tools/call', 'Tools/List');
};
$r{14} = sub {
	for (['tools/call', name => 'list_tables'],
	    ['prompts/get', name => 'migrate'],
	    ['resources/read', uri => 'doorward://tables']) {
		my ($method, $member, $value) = @$_;
		is(refusal(modern($method, { $member => $value },
		    { 'Mcp-Name' => undef })), '400 -32020', "$method: missing");
		is(refusal(modern($method, { $member => $value },
		    { 'Mcp-Name' => 'x' })), '400 -32020', "$method: another");
	}
};
$r{15} = sub {
	my $name = encode_base64('list_tables', '');
	my ($status) = modern('tools/call', { name => 'list_tables' },
	    { 'Mcp-Name' => "=?base64?$name?=" });
	is($status, 200, 'decoded before it is compared');
	($name = encode_base64('scan', '')) =~ s/=//g;
	for ("=?base64?$name?=", '=?base64?####?=', "=?base64?$name",
	    "=?BASE64?$name==?=") {
		is(refusal(modern('tools/call', { name => 'scan' },
		    { 'Mcp-Name' => $_ })), '400 -32020', $_);
	}
};
# Two fields make no list here: the head is refused before it is believed.
$r{16} = sub {
	for (['Mcp-Name' => 'scan'], ['Mcp-Method' => 'tools/call'],
	    ['MCP-Protocol-Version' => $V]) {
		my ($name, $value) = @$_;
		my ($status) = modern('tools/call', { name => 'scan' },
		    { $name => [$value, $value] });
		is($status, 400, "$name twice");
		my ($other) = modern('tools/call', { name => 'scan' },
		    { $name => "$value, $value" });
		is($other, 400, 'and as a list');
	}
};
$r{17} = sub {
	my (undef, $a) = modern('tools/list');
	unlike($json->encode($a), qr/x-mcp-header/, 'no argument wants a header');
	my ($status) = modern('tools/call', { name => 'scan',
	    arguments => { table => 'reqs' } }, { 'Mcp-Param-Table' => 'x' });
	is($status, 200, 'so one that is sent says nothing');
};
# The same with table-header = required: r17, after the others.
sub with_header {
	my ($server) = @_;
	my (undef, $a) = modern('tools/list', {}, {}, server => $server);
	my %by = map { ($_->{name} => $_) } @{$a->{result}{tools}};
	for my $n (sort(keys(%by))) {
		my $p = $by{$n}{inputSchema}{properties};
		my $must = grep { $_ eq 'table' } @{$by{$n}{inputSchema}{required} // []};
		is($p->{table}{'x-mcp-header'}, $must ? 'Table' : undef,
		    "$n: the argument") if $p->{table};
	}
	my $scan = sub {
		my ($table, $header) = @_;
		my ($status, $a) = modern('tools/call', { name => 'scan',
		    arguments => defined($table) ? { table => $table } : {} },
		    { 'Mcp-Param-Table' => $header }, server => $server);
		return $a->{result} ? "$status" : refusal($status, $a);
	};
	is($scan->('abc', 'abc'), '200', 'the same');
	is($scan->('abc', '=?base64?YWJj?='), '200', 'encoded');
	is($scan->('YWJj', '=?base64?YWJj'), '400 -32020', 'not quite');
	is($scan->('=?base64?YWJj', '=?base64?YWJj'), '200', 'a literal');
	is($scan->('abc', undef), '400 -32020', 'missing');
	is($scan->('abc', 'abd'), '400 -32020', 'another');
	is($scan->('abc', 'ABC'), '400 -32020', 'by its case');
	is($scan->('abc', '=?base64?YWJ?='), '400 -32020', 'bad padding');
	is($scan->('abc', ['abc', 'abc']), '400 -32020', 'twice');
	is($scan->(undef, undef), '200', 'no argument, no header');
	my ($status, $old) = $server->mcp('tools/call', { name => 'scan',
	    arguments => { table => 'abc' } });
	ok($old->{result}, 'not of an older message');
	# The token may use one table: the head is enough to refuse another.
	my (undef, $out) = Doorward->command($server->home, 'token', 'new',
	    'one', '--tables', 'abc*');
	my ($text) = $out =~ /(dw_\S+)/;
	$server->secret($text);
	my $head = sub {
		my $c = $server->client;
		$c->send($server->text('POST', '/mcp', [Authorization =>
		    "Bearer $text", 'Content-Type', 'application/json',
		    mirrored('tools/call', { name => 'scan' }),
		    'Mcp-Param-Table', $_[0], 'Content-Length', 1000,
		    'Expect', '100-continue']));
		my $got = $c->answer(seconds => 10)->{status};
		$c->close;
		return $got;
	};
	is($head->('other'), 403, 'a table that the token may not use, by the head');
	isnt($head->('abcd'), 403, 'one that it may');
}
$r{18} = sub {
	my $headers = { mirrored('tools/list', {}) };
	for (['no _meta', { jsonrpc => '2.0', id => 1, method => 'tools/list' }],
	    ['no capabilities', body('tools/list', {},
		meta => { "${P}protocolVersion" => $V })],
	    ['no version', body('tools/list', {},
		meta => { "${P}clientCapabilities" => {} })]) {
		is(refusal(post($_->[1], $headers)), '400 -32602', $_->[0]);
	}
	my ($status) = modern('tools/list');
	is($status, 200, 'clientInfo is not required');
};
$r{19} = sub {
	my $c = $s->client;
	my ($status, $a) = $s->mcp('tools/list', {}, on => $c);
	is($status, 200, 'an older message needs no initialize');
	($status, $a) = $s->mcp_modern('tools/list', {}, on => $c);
	is($a->{result}{resultType}, 'complete', 'nor is an era remembered');
	($status, $a) = $s->mcp('tools/list', {}, on => $c);
	ok(!exists($a->{result}{resultType}), 'either way');
	$c->close;
};
$r{20} = sub {
	my @call = ('tools/call', { name => 'test_missing_capability' }, {});
	my ($status, $a) = modern(@call, server => $t);
	is(refusal($status, $a), '400 -32021', 'not declared');
	is_deeply($a->{error}{data}, { requiredCapabilities =>
	    { sampling => {} } }, 'its data');
	($status) = modern(@call, server => $t,
	    meta => meta("${P}clientCapabilities" => { sampling => {} }));
	is($status, 200, 'declared');
};
$r{21} = sub {
	for (qw(initialize ping logging/setLevel resources/subscribe
	    resources/unsubscribe no/such)) {
		my ($status, $a) = modern($_, {}, {}, id => 'an id');
		is(refusal($status, $a), '404 -32601', $_);
		is($a->{id}, 'an id', 'its id');
	}
};
# Each step mends the first fault of the one before.
$r{22} = sub {
	my $bad = { 'MCP-Protocol-Version' => 'y', 'Mcp-Method' => 'z' };
	my %b = (jsonrpc => '1.0', id => 1, method => 'no/such',
	    params => { _meta => { "${P}protocolVersion" => 'x' } });
	my @steps = (
		['400 -32600', sub { }],
		['400 -32602', sub { $b{jsonrpc} = '2.0' }],
		['400 -32020', sub { $b{params}{_meta}{"${P}clientCapabilities"} = {} }],
		['400 -32020', sub { $bad->{'MCP-Protocol-Version'} = 'x' }],
		['400 -32022', sub { $bad->{'Mcp-Method'} = 'no/such' }],
		['404 -32601', sub { $bad->{'MCP-Protocol-Version'} =
		    $b{params}{_meta}{"${P}protocolVersion"} = $V }],
		['400 -32020', sub { $bad->{'Mcp-Method'} = $b{method} =
		    'tools/call'; $b{params}{name} = 'nope' }],
		['200 -32602', sub { $bad->{'Mcp-Name'} = 'nope' }],
	);
	for (@steps) {
		$_->[1]->();
		is(refusal(post(\%b, $bad)), $_->[0], "then $_->[0]");
	}
};
$r{23} = sub {
	my ($status) = modern('tools/list', {}, {}, meta => meta('x/y' => [1],
	    traceparent => '00-1-2-03', baggage => 'a=b', other => undef));
	is($status, 200, 'keys that we do not know');
	($status) = post('{"params":{"arguments":{},"name":"list_tables","_meta":' .
	    $json->encode(meta()) . '},"method":"tools/call","id":1,' .
	    '"jsonrpc":"2.0"}', { mirrored('tools/call',
	    { name => 'list_tables' }) });
	is($status, 200, '_meta last in params, jsonrpc last of all');
};
$r{24} = sub {
	for my $id ('0', '-7', '9007199254740991', '"x"', '"a b"',
	    '"server-discover-probe-1"', '""') {
		my $text = $json->encode(body('tools/list', {}, id => 'ID'));
		$text =~ s/"ID"/$id/;
		my (undef, undef, $all) = post($text, { mirrored('tools/list', {}) });
		like($all->{body}, qr/"id":\Q$id\E,/, "id $id");
	}
	for my $id ('null', '1.5', '[]') {
		my $text = $json->encode(body('tools/list', {}, id => 'ID'));
		$text =~ s/"ID"/$id/;
		my ($status, $a) = post($text, { mirrored('tools/list', {}) });
		is(refusal($status, $a), '400 -32600', "id $id");
		ok(!exists($a->{id}), 'and none in the answer');
	}
};
$r{26} = sub {
	is(refusal(modern('tools/call', { name => 'nope' })), '200 -32602',
	    'an unknown tool');
	is(refusal(modern('tools/list', { cursor => 'x' })), '200 -32602',
	    'a bad cursor');
};
$r{27} = sub {
	for (['server/discover'], ['tools/list'], ['resources/list'],
	    ['prompts/list'], ['tools/call', { name => 'list_tables' }],
	    ['resources/read', { uri => 'doorward://tables' }]) {
		my (undef, $a) = modern(@$_);
		is($a->{result}{resultType}, 'complete', $_->[0]);
		is($a->{result}{_meta}{"${P}serverInfo"}{name}, 'doorward',
		    'its serverInfo');
	}
};
$r{28} = sub {
	my ($status, undef, $all) = post({ jsonrpc => '2.0',
	    method => 'tools/call', params => { name => 'delete_table',
	    arguments => { table => 'reqs' } } });
	is("$status $all->{body}", '202 ', 'a method without an id');
	is(tool('get_item', { table => 'reqs', key => { k => 'one' } })
	    ->{structuredContent}{found}, JSON::PP::true, 'and nothing is done');
};
$r{29} = sub {
	my (undef, $a) = modern('server/discover');
	my $d = $a->{result};
	is_deeply($d->{supportedVersions}, [$V], 'supportedVersions');
	is_deeply([sort(keys(%{$d->{capabilities}}))],
	    [qw(completions extensions prompts resources tools)],
	    'capabilities');
	like($d->{instructions}, qr/get_overview/, 'instructions say where to begin');
};
$r{30} = sub {
	for (['server/discover'], ['tools/list'], ['prompts/list'],
	    ['resources/list'], ['resources/templates/list'],
	    ['resources/read', { uri => 'doorward://tables' }]) {
		my (undef, $a) = modern(@$_);
		like($a->{result}{ttlMs}, qr/^\d+$/, "$_->[0]: ttlMs");
		is($a->{result}{cacheScope}, 'private', 'cacheScope');
	}
	my (undef, $a) = modern('tools/call', { name => 'list_tables' });
	ok(!exists($a->{result}{ttlMs}), 'not on a call');
};
$r{31} = sub {
	my (undef, $one, $a) = modern('tools/list');
	my (undef, $two, $b) = modern('tools/list');
	is($a->{body}, $b->{body}, 'the same order, on any connection');
	my $all = tool('list_groups')->{structuredContent}{groups};
	my %group = map { ($_ => 1) } map { @{$_->{tools}} } @$all;
	ok($group{$_->{name}}, "$_->{name} is in a group")
	    for @{$one->{result}{tools}};
	my %was = $s->edit_token(rights => 1);
	my (undef, $less) = modern('tools/list');
	$s->edit_token(rights => $was{rights});
	cmp_ok(scalar(@{$less->{result}{tools}}), '<',
	    scalar(@{$one->{result}{tools}}), 'fewer for a token that may less');
};
$r{32} = sub {
	tool('create_table', { table => sprintf('page%03d', $_),
	    partition_key => { name => 'k', type => 'string' } }) for 1 .. 105;
	my (%seen, $cursor, $pages);
	do {
		my (undef, $a) = modern('resources/list',
		    defined($cursor) ? { cursor => $cursor } : {});
		$seen{$_->{uri}}++ for @{$a->{result}{resources}};
		$cursor = $a->{result}{nextCursor};
		is($a->{result}{cacheScope}, 'private', 'page ' . ++$pages);
	} while (defined($cursor) && $pages < 9);
	is($pages, 2, 'two pages');
	is(scalar(keys(%seen)), 107, 'every table, and all of them');
	is_deeply([grep { $_ != 1 } values(%seen)], [], 'each once');
	is(refusal(modern($_, { cursor => '1.0.AAAA' })), '200 -32602',
	    "$_: not a cursor") for qw(tools/list resources/list
	    resources/templates/list prompts/list);
};
$r{33} = sub {
	my (undef, $a) = modern('server/discover');
	my $true = JSON::PP::true;
	is_deeply($a->{result}{capabilities}, { tools => { listChanged => $true },
	    resources => { listChanged => $true, subscribe => $true },
	    prompts => {}, completions => {}, extensions => { "${P}tasks" => {} } },
	    'what changes can be listened for');
	is(refusal(modern('subscriptions/listen', {})), '200 -32602',
	    'listen is there: listen.t');
};
$r{34} = sub {
	my $complete = sub {
		my ($value, $ref, $name) = @_;
		my ($status, $a) = modern('completion/complete', { ref => $ref //
		    { type => 'ref/prompt', name => 'migrate' },
		    argument => { name => $name // 'table', value => $value } });
		return $a->{result}{completion} // refusal($status, $a);
	};
	my $c = $complete->('');
	is(scalar(@{$c->{values}}), 100, 'at most 100');
	is($c->{total}, 106, 'of so many');
	ok($c->{hasMore}, 'there are more');
	is_deeply($complete->('page10')->{values},
	    [map { "page$_" } 100 .. 105], 'by what was typed');
	is_deeply($complete->('re', { type => 'ref/resource',
	    uri => 'doorward://tables/{name}/sample' }, 'name')->{values},
	    ['reqs'], 'of a template');
	is_deeply($complete->('x', undef, 'change')->{values}, [],
	    'free text is not completed');
	is($complete->('', { type => 'ref/prompt', name => 'no' }),
	    '200 -32602', 'no such prompt');
	is($complete->('', undef, 'no'), '200 -32602', 'no such argument');
	is(refusal(modern('completion/complete', {})), '200 -32602', 'nothing');
};
$r{35} = sub {
	my ($status, $a) = modern('tools/list', {}, {},
	    meta => meta("${P}logLevel" => 'debug'));
	is($status, 200, 'a level is taken');
	is(refusal(modern('tools/list', {}, {},
	    meta => meta("${P}logLevel" => 'loud'))), '400 -32602', 'no level');
};
$r{36} = sub {
	my ($status, $a) = modern('tools/call', { name => 'list_tables' }, {},
	    meta => meta(progressToken => 7));
	ok($a->{result} && !exists($a->{method}),
	    'the result alone, where nothing goes on; progress.t has the others');
};
$r{37} = sub {
	my (undef, $a) = modern('tools/call', { name => 'list_tables',
	    arguments => {}, inputResponses => { x => { action => 'decline' } },
	    requestState => 'y' });
	is($a->{result}{resultType}, 'complete', 'unasked answers are ignored');
};
$r{38} = sub {
	my $declared = meta("${P}clientCapabilities" => { extensions =>
	    { "${P}tasks" => {} } });
	for (qw(tasks/get tasks/update tasks/cancel)) {
		my @ask = ($_, { taskId => 'x', inputResponses => {} },
		    { 'Mcp-Name' => 'x' });
		is(refusal(modern(@ask)), '400 -32021', "$_: not declared");
		is(refusal(modern(@ask, meta => $declared)), '200 -32602',
		    "$_: no such task");
	}
	my (undef, $a) = modern('tools/call', { name => 'list_tables' }, {},
	    meta => $declared);
	is($a->{result}{resultType}, 'complete',
	    'no task where nothing goes on; tasks.t has the others');
};
$r{39} = sub {
	my (undef, $a) = modern('server/discover');
	ok(!exists($a->{result}{capabilities}{$_}), "no $_")
	    for qw(roots sampling logging);
};

# Every tool's definition, listed or not.
my @tools = map { @{tool('describe_tools', { group => $_->{group} })
    ->{structuredContent}{tools}} }
    @{tool('list_groups')->{structuredContent}{groups}};
cmp_ok(scalar(@tools), '>', 12, 'definitions of all tools');
$r{40} = sub {
	for my $d (@tools) {
		my $in = $d->{inputSchema};
		like($d->{name}, qr/^[A-Za-z0-9_.-]{1,64}$/, $d->{name});
		ok(length($d->{description}) > 10 && length($d->{title}) > 3,
		    'description and title');
		is($in->{type}, 'object', 'the schema is an object');
		is($in->{additionalProperties}, JSON::PP::false, 'and strict');
		is(scalar(grep { exists($in->{$_}) } qw(anyOf oneOf allOf)), 0,
		    'without combinators');
	}
};
$r{41} = sub {
	is_deeply([sort(keys(%{$_->{annotations}}))], [qw(destructiveHint
	    idempotentHint openWorldHint readOnlyHint)], $_->{name}) for @tools;
};
$r{42} = sub {
	unlike($json->encode(\@tools), qr/\$ref/, 'nothing is referred to');
	my $deep = '[' x 200 . ']' x 200;
	my ($status, $a) = post($deep);
	is(refusal($status, $a), '400 -32700', 'depth is bounded');
};
$r{43} = sub {
	for (['list_tables', {}], ['scan', { table => 'reqs' }],
	    ['get_overview', { limit => 1 }]) {
		my $r = tool(@$_);
		is_deeply($json->decode(Encode::encode_utf8($r->{content}[0]{text})),
		    $r->{structuredContent}, "$_->[0]: text and structure");
	}
};
$r{44} = sub {
	is(refusal(modern('tools/call', { name => 'nope' })), '200 -32602',
	    'an unknown tool');
	is(refusal(modern('tools/call', { name => 'scan', arguments => [] })),
	    '200 -32602', 'arguments that are none');
	for ({}, { table => 1 }, { table => 'reqs', more => 1 },
	    { table => 'none' }, { table => 'reqs', filter => '(' }) {
		my $r = tool('scan', $_);
		ok($r->{isError}, $json->encode($_));
		like($r->{content}[0]{text}, qr/\nNothing was done\. .*call|shows/,
		    'what to do next');
	}
};
$r{45} = sub {
	for my $uri ('doorward://tables/none', 'doorward://tables/none/schema',
	    'doorward://tables/none/sample', 'doorward://tables/reqs/x',
	    'doorward://tables/', 'doorward://tables/a/b/schema', 'file:///etc',
	    '', 'doorward://tables/../schema') {
		my ($status, $a) = modern('resources/read', { uri => $uri });
		is(refusal($status, $a), '200 -32602', "'$uri'");
		is($a->{error}{data}{uri}, $uri, 'data.uri');
		(undef, $a) = $s->mcp('resources/read', { uri => $uri });
		is($a->{error}{code}, -32002, 'before: -32002');
	}
	my (undef, $a) = modern('resources/read',
	    { uri => 'doorward://tables/reqs/sample' });
	my $c = $a->{result}{contents}[0];
	is("$c->{uri} $c->{mimeType}",
	    'doorward://tables/reqs/sample application/json', 'one that is there');
	is(scalar(grep { $_->{k} eq 'one' && $_->{v} == 1 }
	    @{$json->decode(Encode::encode_utf8($c->{text}))->{items}}), 1, 'its items');
	(undef, $a) = modern('resources/read',
	    { uri => 'doorward://tables/reqs/schema' });
	is_deeply($json->decode($a->{result}{contents}[0]{text}),
	    { '$schema' => 'https://json-schema.org/draft/2020-12/schema',
	    title => 'reqs', type => 'object', properties => { k =>
	    { type => 'string' } }, required => ['k'] }, 'its schema');
	my $stream = sub { (undef, $a) = modern('resources/read',
	    { uri => "doorward://tables/$_[0]/stream" });
	    return $json->decode($a->{result}{contents}[0]{text}) };
	is($stream->('reqs')->{stream}, 'NONE', 'a table without a stream');
	$s->dynamo('CreateTable', { TableName => 'flow', BillingMode =>
	    'PAY_PER_REQUEST', AttributeDefinitions => [{ AttributeName => 'k',
	    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k',
	    KeyType => 'HASH' }], StreamSpecification => { StreamEnabled =>
	    JSON::PP::true, StreamViewType => 'NEW_AND_OLD_IMAGES' } });
	tool('put_item', { table => 'flow', item => { k => 'x', v => $_ } })
	    for 1 .. 30;
	tool('delete_item', { table => 'flow', key => { k => 'x' } });
	my $said = $stream->('flow');
	is($said->{view}, 'NEW_AND_OLD_IMAGES', 'what it keeps');
	is(scalar(@{$said->{changes}}), 25, 'the newest 25');
	is_deeply([map { $said->{changes}[0]{$_} } qw(change key old new)],
	    ['REMOVE', { k => 'x' }, { k => 'x', v => 30 }, undef],
	    'the newest first');
	is_deeply($said->{changes}[1]{new}, { k => 'x', v => 30 }, 'and the next');
};
$r{46} = sub {
	for ({ name => 'nope' }, { name => 'migrate' },
	    { name => 'migrate', arguments => { table => 'reqs' } },
	    { name => 'migrate', arguments => { table => 'reqs', change => 'x',
	    more => 'y' } },
	    { name => 'migrate', arguments => { table => 'none', change => 'x' } },
	    { name => 'migrate', arguments => { table => 'reqs', change => 1 } }) {
		is(refusal(modern('prompts/get', $_)), '200 -32602',
		    $json->encode($_));
	}
	my (undef, $a) = modern('prompts/list');
	for my $p (@{$a->{result}{prompts}}) {
		my %args = map { ($_->{name} => $_->{name} eq 'table' ? 'reqs' :
		    'some words') } @{$p->{arguments}};
		my (undef, $got) = modern('prompts/get', { name => $p->{name},
		    arguments => \%args });
		my $said = $json->encode($got->{result}{messages});
		unlike($got->{result}{messages}[0]{content}{text}, qr/[{}]/,
		    "$p->{name}: every place is filled");
		like($said, qr/\Q$_\E/, 'by its argument') for values(%args);
	}
};
$r{47} = sub {
	my $page = tool('list_tables', { limit => 1 })->{structuredContent};
	ok(tool('scan', { table => 'reqs', cursor => $page->{next_cursor} })
	    ->{isError}, 'a cursor of another tool');
	my %was = $s->edit_token(rights => 1);
	my ($status) = modern('tools/call', { name => 'put_item',
	    arguments => { table => 'reqs', item => { k => 'x' } } });
	$s->edit_token(rights => $was{rights});
	is($status, 403, 'a right that the token has not');
};
$r{48} = sub {
	ok(!exists($_->{icons}), "$_->{name}: no icons to be fetched") for @tools;
};
$r{49} = sub {
	for (undef, 'Bearer x', 'Bearer ' . 'x' x 55) {
		my ($status) = modern('tools/list', {}, { Authorization => $_ });
		is($status, 401, 'not a token: ' . ($_ // 'none'));
	}
	my ($status) = modern('tools/list', {}, { Authorization => undef },
	    path => '/mcp?access_token=' . $s->bearer);
	isnt($status, 200, 'nor in the query');
	my %was = $s->edit_token(rights => 1);
	(undef, undef, my $all) = modern('tools/call', { name => 'put_item',
	    arguments => { table => 'reqs', item => { k => 'x' } } });
	$s->edit_token(rights => $was{rights});
	is($all->{status}, 403, 'it lacks a scope');
	like($all->{h}{'www-authenticate'}, qr/error="insufficient_scope"/,
	    'and is told so');
};
$r{50} = sub {
	my ($status, undef, $all) = modern('tools/list', {},
	    { Authorization => undef });
	like($all->{h}{'www-authenticate'}, qr/^Bearer realm="[^"]+"$/,
	    'custom authentication');
	for ('/.well-known/oauth-protected-resource',
	    '/.well-known/oauth-protected-resource/mcp',
	    '/.well-known/oauth-authorization-server') {
		($status) = post(undef, { Authorization => undef,
		    'Content-Type' => undef }, method => 'GET', path => $_);
		is($status, 404, $_);
	}
};
$r{51} = sub {
	my ($exit, $a) = stdio($json->encode(body('tools/list')) . "\n");
	ok($a->{result}{tools}, 'standard input needs no token');
};
$r{52} = sub {
	my ($status) = modern('tools/list', {}, { Authorization => undef,
	    'Mcp-Session-Id' => $s->bearer });
	is($status, 401, 'a session id is no credential');
};
$r{53} = sub {
	my ($exit, @a) = stdio(join('', map { $json->encode($_) . "\n" }
	    body('tools/call', { name => 'put_item', arguments => {
	    table => 'reqs', item => { k => 'line', v => "a\nb" } } }, id => 1),
	    body('no/such', {}, id => 2),
	    body('tools/call', { name => 'get_item', arguments => {
	    table => 'reqs', key => { k => 'line' } } }, id => 3)));
	is($exit, 0, 'it ends where its input does');
	is_deeply([map { $_->{id} } @a], [1, 2, 3], 'one line each, in order');
	is($a[1]{error}{code}, -32601, 'an error is one of JSON-RPC');
	is($a[2]{result}{structuredContent}{item}{v}, "a\nb", 'no line is broken');
};
$r{54} = sub {
	my ($exit, @a) = stdio(join('', map { $json->encode($_) . "\n" }
	    { jsonrpc => '2.0', method => 'notifications/cancelled',
	    params => { requestId => 1 } }, body('tools/list')));
	is(scalar(@a), 1, 'a cancellation of what is not running');
	ok($a[0]{result}, 'and the next request');
};
$r{55} = sub {
	my ($exit, @a) = stdio($json->encode(body('tools/list')) . "\n");
	is($a[0]{result}{resultType}, 'complete', 'an enveloped first line');
	($exit, @a) = stdio($json->encode(body('server/discover', {},
	    id => 'server-discover-probe-1')) . "\n");
	is($a[0]{id}, 'server-discover-probe-1', 'a probe in a process of its own');
};
# Last: what was seen of all the others.
$r{25} = sub {
	my %ok = map { ($_ => 1) } -32700, -32600 .. -32600, -32601, -32602,
	    -32603, -32020, -32021, -32022;
	is_deeply([grep { !$ok{$_} } sort(keys(%codes))], [], 'codes of the protocol');
	ok($codes{$_}, $_) for -32700, -32600, -32601, -32602, -32020, -32021,
	    -32022;
};

is_deeply([sort { $a <=> $b } keys(%r)], [1 .. 55], 'a test for each');
sub requirement { my ($n) = @_; subtest(sprintf('r%02d', $n), $r{$n}) }
requirement($_) for grep { $_ != 20 && $_ != 25 } 1 .. 55;
$s->finish;
$t = Doorward->start(fixtures => 1);
requirement(20);
subtest('r17: table-header = required', sub {
	$t->finish;
	$t = Doorward->start(fixtures => 1, conf => "table-header = required\n");
	with_header($t);
});
requirement(25);
$t->finish;
done_testing();
