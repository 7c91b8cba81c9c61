#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# bent.t - the check that every message is of its schema (Messages.pm) sees
# what is bent, in each of the four revisions, and lets pass what is not; what
# was written down of real clients, too.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use MIME::Base64;
use Messages;
use Test::More;

Doorward->need;
plan(skip_all => 'no node, or npm ci in tests/70-mcp has not been run')
    if !Messages::able();
my $s = Doorward->start;
my $json = Doorward::json();
my $p = 'io.modelcontextprotocol';

my @want;    # of each message: [name, what is said of it; undef: nothing]

# Of an answer, and of its request where that got what it asks for.
sub want {
	my ($m, $name, $why, $request) = @_;
	push(@want, [$name, $why]);
	push(@want, ["$name: its request", $request])
	    if exists($m->{result}) && !$m->{result}{isError};
}

# The request and the answer as it came.
sub asked {
	my ($version, $method, $params) = @_;
	my %params = %{$params // {}};
	$params{_meta} = { "$p/protocolVersion" => $version,
	    "$p/clientCapabilities" => {} } if $version eq '2026-07-28';
	my $text = $json->encode({ jsonrpc => '2.0', id => 1,
	    method => $method, params => \%params });
	my $a = $s->request('POST', '/mcp', [$s->auth, 'Content-Type',
	    'application/json', 'MCP-Protocol-Version', $version, 'Mcp-Method',
	    $method, $params{name} ? ('Mcp-Name', $params{name}) : ()], $text);
	want($json->decode($a->{body}), "$version: $method: as it is");
	return ($text, $a->{body});
}

sub bent {
	my ($version, $what, $text, $body, $bend) = @_;
	my $m = $json->decode($body);
	$bend->($m);
	Messages::came($json->encode($m), $text, $version);
	want($m, "$version: $what", qr/^\Q$version\E: not a \w+: /);
}

sub bent_request {
	my ($version, $what, $text, $body, $bend) = @_;
	my $m = $json->decode($text);
	$bend->($m);
	Messages::came($body, $json->encode($m), $version);
	want($json->decode($body), "$version: $what", undef,
	    qr/^\Q$version\E: not a CallToolRequest: /);
}

for my $version ('2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28') {
	my @list = asked($version, 'tools/list');
	bent($version, 'no jsonrpc', @list, sub { delete($_[0]{jsonrpc}) });
	bent($version, 'an id that is a map', @list, sub { $_[0]{id} = {} });
	bent($version, 'a tool without a name', @list, sub {
	    delete($_[0]{result}{tools}[3]{name}) });
	bent($version, 'a schema that is a list', @list, sub {
	    $_[0]{result}{tools}[0]{inputSchema} = [] });
	my @call = asked($version, 'tools/call', { name => 'get_overview' });
	bent($version, 'content that is none', @call, sub {
	    $_[0]{result}{content} = 'text' });
	bent($version, 'isError that is text', @call, sub {
	    $_[0]{result}{isError} = 'no' });
	bent_request($version, 'a call of nothing', @call, sub {
	    delete($_[0]{params}{name}) });
	bent_request($version, 'arguments in a list', @call, sub {
	    $_[0]{params}{arguments} = [] });
	my @error = asked($version, 'nope');
	bent($version, 'an error without a code', @error, sub {
	    delete($_[0]{error}{code}) });
	bent($version, 'a message that is a number', @error, sub {
	    $_[0]{error}{message} = 7 });
}
my @list = asked('2026-07-28', 'tools/list');
bent('2026-07-28', 'no type of the result', @list, sub {
    delete($_[0]{result}{resultType}) });
bent('2026-07-28', 'no ttl', @list, sub { delete($_[0]{result}{ttlMs}) });
my $task = $json->encode({ jsonrpc => '2.0', id => 1, method => 'tasks/get',
    params => { taskId => 't' } });
for (['as it is', []], ['bent', 'text', qr/not a CallToolResult/]) {
	my ($what, $content, $why) = @$_;
	my $m = { jsonrpc => '2.0', id => 1, result => { status => 'completed',
	    resultType => 'complete', result => { resultType => 'complete',
	    content => $content } } };
	Messages::came($json->encode($m), $task, '2026-07-28');
	want($m, "a task's result: $what", $why);
}
my ($n, $said) = Messages::check();
my %said;
$said{$1} .= $2 while $said =~ /^(\d+): (.*)/mg;
is($n, scalar(@want), 'all were seen');
for my $i (0 .. $#want) {
	my ($name, $why) = @{$want[$i]};
	defined($why) ? like($said{$i} // '', $why, $name) :
	    is($said{$i}, undef, $name);
}

# ---- what is written down of real clients

my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# What is said of the server and of the client where these are the pieces.
sub written {
	my ($name, $kind, $want, @pieces) = @_;
	open(my $fh, '>', "$dir/1") or die("$dir: $!");
	while (my ($way, $bytes) = splice(@pieces, 0, 2)) {
		# Cut in two, as it may come.
		printf($fh "0 %s %s %s\n", $kind, $way, encode_base64($_, ''))
		    for unpack('a20 a*', $bytes);
	}
	close($fh) or die("$dir: $!");
	my ($wrong, $foreign, $many) = Messages::wire($dir);
	my ($client, $server) = @{$many->{'2025-11-25'} // []};
	is_deeply([$client, $server, $wrong =~ /not an? (\w+)/,
	    map { /not a (\w+)/ } @$foreign], $want, "written: $name");
}

sub posted {
	my ($text) = @_;
	return "POST /mcp HTTP/1.1\r\nMCP-Protocol-Version: 2025-11-25\r\n" .
	    'content-length: ' . length($text) . "\r\n\r\n$text";
}

my $call = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":';
my $good = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';
my $bad = '{"jsonrpc":"2.0","id":1,"result":{"content":1}}';
my $told = '{"jsonrpc":"2.0","method":"notifications/progress","params":' .
    '{"progressToken":1%s}}';
my $length = "HTTP/1.1 200 OK\r\nContent-Length: ";
my $events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
my $chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
my @post = (out => posted("$call\{\"name\":\"x\"}}"));
written('as it is, twice', 'tcp', [2, 2],
    (@post, in => "$length@{[length($good)]}\r\n\r\n$good") x 2);
written('the second answer', 'tcp', [2, 2, 'CallToolResult'],
    @post, in => "$length@{[length($good)]}\r\n\r\n$good",
    @post, in => "$length@{[length($bad)]}\r\n\r\n$bad");
written('in chunks', 'tcp', [1, 1, 'CallToolResult'], @post, in => $chunked .
    sprintf("5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", substr($bad, 0, 5),
    length($bad) - 5, substr($bad, 5)));
written('events', 'tcp', [1, 2], @post, in => $events . ": \n\ndata: " .
    sprintf($told, ',"progress":1') . "\n\ndata: $good\n\n");
written('an event', 'tcp', [1, 2, 'ProgressNotification'], @post, in =>
    $events . 'data: ' . sprintf($told, '') . "\n\ndata: $good\n\n");
written('a request', 'tcp', [1, 1, 'CallToolRequest'], out =>
    posted("$call\{}}"), in => "$length@{[length($good)]}\r\n\r\n$good");
my @agreed = (out => '{"jsonrpc":"2.0","id":0,"method":"initialize",' .
    '"params":{"protocolVersion":"2025-11-25","capabilities":{},' .
    "\"clientInfo\":{\"name\":\"x\",\"version\":\"1\"}}}\n", in =>
    '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25",' .
    '"capabilities":{},"serverInfo":{"name":"x","version":"1"}}}' . "\n");
written('lines', 'pipe', [2, 2], @agreed, out => $post[1] =~
    s/.*\r\n\r\n//sr . "\n", in => "$good\n");
written('a line', 'pipe', [2, 2, 'CallToolResult'], @agreed, out => $post[1] =~
    s/.*\r\n\r\n//sr . "\n", in => "$bad\n");
$s->finish;
done_testing();
