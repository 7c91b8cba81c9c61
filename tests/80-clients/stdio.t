#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# stdio.t - doorward mcp: MCP on standard input and output, alone and with
# real clients, beside a listener on the same database.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Clients;
use Doorward;
use File::Temp;
use IO::Select;
use JSON::PP;
use Messages;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

my $json = JSON::PP->new->utf8->canonical;
my $body = 16 * 1024 * 1024;	# LIMIT_BODY

# ---- a client of our own

sub start {
	my ($home, @args) = @_;
	my $dir = File::Temp->newdir('doorward-XXXXXX', TMPDIR => 1);
	pipe(my $r, my $in) or die("pipe: $!");
	pipe(my $out, my $w) or die("pipe: $!");
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<&', $r);
		open(STDOUT, '>&', $w);
		open(STDERR, '>', "$dir/err");
		exec(Doorward::program(), '--home', $home, 'mcp', @args);
		POSIX::_exit(127);
	}
	$in->autoflush(1);
	return { pid => $pid, in => $in, out => $out, dir => $dir, got => '' };
}

# The next line within seconds; '' at the end, undef when there is none.
sub line {
	my ($c, $seconds) = @_;
	my $end = time() + ($seconds // 20);
	while ($c->{got} !~ /\n/) {
		my $left = $end - time();
		return if $left <= 0 ||
		    !IO::Select->new($c->{out})->can_read($left);
		return '' if !sysread($c->{out}, $c->{got}, 65536,
		    length($c->{got}));
	}
	$c->{got} =~ s/^(.*\n)//;
	my $line = $1;
	Messages::came($line, delete($c->{asked}));
	return $line;
}

sub tell_it {
	my ($c, @text) = @_;
	$c->{asked} = @text == 1 ? $text[0] : undef;
	print({$c->{in}} map { "$_\n" } @text);
}

sub message {
	my ($method, $params, $id) = @_;
	return $json->encode({ jsonrpc => '2.0', method => $method,
	    defined($id) ? (id => $id) : (),
	    defined($params) ? (params => $params) : () });
}

sub ask {
	my ($c, $method, $params, $id) = @_;
	tell_it($c, message($method, $params, $id // 1));
	return eval { $json->decode(line($c)) } // {};
}

sub tool {
	my ($c, $name, $args) = @_;
	my $a = ask($c, 'tools/call', { name => $name, arguments => $args });
	return $a->{result} // $a;
}

# (exit status, seconds) once it has ended by itself.
sub ended {
	my ($c) = @_;
	my $from = time();
	while (time() < $from + 10) {
		return ($?, time() - $from) if waitpid($c->{pid}, WNOHANG) > 0;
		sleep(0.005);
	}
	return;
}

sub finish {
	my ($c, $what) = @_;
	close($c->{in});
	my ($status, $seconds) = ended($c);
	is($status, 0, "$what: it ends with its input");
	cmp_ok($seconds // 99, '<', Doorward::sanitized() ? 5 : 1,
	    "$what: and promptly");
	is(line($c), '', "$what: nothing more is said");
}

sub count { my ($c) = @_; return scalar(Doorward::descendants($c->{pid})) }

Doorward->need;
my $s = Doorward->start;
my $table = { table => 'lines' };
my $key = { %$table, key => { k => 'one' } };
my $c = start($s->home);

# ---- messages and their answers

my $a = ask($c, 'initialize', { protocolVersion => '2025-11-25',
    capabilities => {}, clientInfo => { name => 't', version => '1' } }, 0);
is($a->{result}{protocolVersion}, '2025-11-25', 'initialize');
is($a->{id}, 0, 'the id comes back');
is(count($c), 1, 'reading takes one room');
tell_it($c, message('notifications/initialized'), '', "\r");
is_deeply(ask($c, 'ping', undef, 'p')->{result}, {},
    'notifications and empty lines get no answer');
my @tools = @{ask($c, 'tools/list')->{result}{tools} // []};
cmp_ok(scalar(@tools), '>=', 10, 'tools/list');

$a = tool($c, 'create_table', { %$table, partition_key =>
    { name => 'k', type => 'string' } });
is($a->{structuredContent}{table}, 'lines', 'a table is made');
is(count($c), 2, 'by the write room');
$a = tool($c, 'put_item', { %$table, item => { k => 'one',
    text => "two\nlines" } });
ok(!$a->{isError}, 'an item is written');
is(tool($c, 'get_item', $key)->{structuredContent}{item}{text},
    "two\nlines", 'and read, on one line');

my ($status, $got) = $s->dynamo('GetItem', { TableName => 'lines',
    Key => { k => { S => 'one' } } });
is($got->{Item}{text}{S}, "two\nlines", 'the listener reads it');
($status) = $s->dynamo('PutItem', "{\n\t\"TableName\": \"lines\",\n" .
    "\t\"Item\": {\n\t\t\"k\": { \"S\": \"two\" }\n\t}\n}\n");
is(tool($c, 'scan', $table)->{structuredContent}{count}, 2,
    'what came to the listener on many lines is read on one');

# What stands in the pipe already, reads and writes in turn.
tell_it($c, map { $_ % 2 ? message('tools/call', { name => 'put_item',
    arguments => { %$table, item => { k => "p$_" } } }, $_) :
    message('tools/call', { name => 'get_item',
    arguments => { %$table, key => { k => 'p' . ($_ - 1) } } }, $_) } 1 .. 60);
my @ids = map { my $l = $json->decode(line($c));
    $_ % 2 || $l->{result}{structuredContent}{found} ? $l->{id} : 'lost' }
    1 .. 60;
is_deeply(\@ids, [1 .. 60], '60 at once: answered in their order');

# The current revision, as the very first line too.
my $p = 'io.modelcontextprotocol';
my $meta = { _meta => { "$p/protocolVersion" => '2026-07-28',
    "$p/clientCapabilities" => {} } };
is(ask($c, 'server/discover', $meta)->{result}{resultType}, 'complete',
    'server/discover in the same process');
my $other = start($s->home);
is(ask($other, 'tools/list', $meta)->{result}{resultType}, 'complete',
    'an enveloped request as the first line');
finish($other, 'a second one');

# ---- what is wrong

tell_it($c, '{"jsonrpc":"2.0",', '[]', '17');
is($json->decode(line($c))->{error}{code}, -32700, 'half a message');
is($json->decode(line($c))->{error}{code}, -32600, 'an empty batch');
is($json->decode(line($c))->{error}{code}, -32600, 'no message');
is(ask($c, 'no/such')->{error}{code}, -32601, 'an unknown method');
is(tool($c, 'no_such', {})->{error}{code}, -32602, 'an unknown tool');
is(tool($c, 'get_item', { table => 'missing', key => { k => 'a' } })
    ->{isError}, JSON::PP::true, 'a tool that fails');

my $long = message('ping', undef, 1);
my $fill = $body - length($long);
tell_it($c, $long . ' ' x $fill);
is_deeply($json->decode(line($c))->{result}, {}, 'a line at the limit');
tell_it($c, $long . ' ' x ($fill + 1));
is_deeply($json->decode(line($c))->{error}, { code => -32600, message =>
    "a line is too long: expected at most $body bytes" },
    'one past it is refused');
is(line($c), '', 'and the end');
is_deeply([(ended($c))[0]], [0], 'of the process');

# ---- how it ends

$c = start($s->home);
tool($c, 'put_item', { %$table, item => { k => 'three' } });
print({$c->{in}} message('tools/call', { name => 'put_item', arguments =>
    { %$table, item => { k => 'cut' } } }, 1));
finish($c, 'a line without an end');
$c = start($s->home);
is(tool($c, 'get_item', { %$table, key => { k => 'cut' } })
    ->{structuredContent}{found}, JSON::PP::false, 'and that was no message');
finish($c, 'again');

for my $signal (qw(TERM KILL)) {
	$c = start($s->home);
	tool($c, 'put_item', { %$table, item => { k => 'four' } });
	my @rooms = Doorward::descendants($c->{pid});
	is(scalar(@rooms), 2, "SIG$signal: two rooms");
	kill($signal, $c->{pid});
	ended($c);
	my ($end, @left) = (time() + 20);
	do {
		sleep(0.05);
		@left = grep { ((Doorward::stat_of($_))[1] // 'Z') ne 'Z' }
		    @rooms;
	} while (@left && time() < $end);
	is(scalar(@left), 0, "SIG$signal: they end though the input goes on");
}

# ---- what it may do

SKIP: {
	skip('the build with sanitizers is not the hardened one', 3)
	    if Doorward::sanitized();
	$c = start($s->home);
	tool($c, 'put_item', { %$table, item => { k => 'five' } });
	my @all = ($c->{pid}, Doorward::descendants($c->{pid}));
	is(scalar(@all), 3, 'B1: a worker and two rooms');
	is_deeply([map { my $st = Doorward->status($_);
	    "$st->{Seccomp} $st->{NoNewPrivs} $st->{CapEff}" } @all],
	    [('2 1 0000000000000000') x 3], 'B1: all of them sealed');
	is_deeply([grep { /^socket:/ && -1 < index($_, 'inet') }
	    map { readlink($_) // '' } map { glob("/proc/$_/fd/*") } @all], [],
	    'no network');
	finish($c, 'sealed');
}

$c = start($s->home, '--read-only');
is(tool($c, 'get_item', $key)->{structuredContent}{found}, JSON::PP::true,
    '--read-only reads');
my $no = tool($c, 'put_item', { %$table, item => { k => 'six' } });
is($no->{error}{message}, 'a server that only reads does not allow put_item',
    '--read-only does not write, and says that it is not the token');
$no = tool($c, 'call_reading_tool', { tool => 'put_item', arguments => {} });
like($no->{content}[0]{text}, qr/: it changes data, and this server only reads\n/,
    'nor by another tool');
$no = tool($c, 'call_reading_tool', { tool => 'put_it', arguments => {} });
like($no->{content}[0]{text}, qr/: there is no such tool\n/,
    'which says so where there is none');
is_deeply([grep { !$_->{annotations}{readOnlyHint} }
    @{ask($c, 'tools/list')->{result}{tools}}], [],
    '--read-only does not list what writes');
finish($c, '--read-only');
($status) = Doorward->command($s->home, 'mcp', '--no-such');
is($status, 64, 'bad usage');
($status) = Doorward->command($s->home, 'mcp', 'more');
is($status, 64, 'bad usage: an argument');

# ---- real clients

SKIP: {
	my $why = Clients::missing();
	skip($why, 4) if defined($why);
	my @command = (Doorward::program(), '--home', $s->home, 'mcp');
	Clients::stdio($s, @command);
	Clients::together($s, 'stdio, beside the listener',
	    command => \@command);
}
$s->finish;
done_testing();
