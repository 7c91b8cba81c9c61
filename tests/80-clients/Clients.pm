# SPDX-License-Identifier: ISC
#
# Clients - what real clients are asked to do, at any door.
#
#	my $why = Clients::missing();
#	Clients::http($s, 'listener');		# all of them
#	Clients::sdks($s, 'inetd');		# the official SDKs alone, quicker
#	Clients::stdio($s, @command);		# over pipes
#	Clients::unix($s, $path, 'unix');	# these, over a unix socket
#	Clients::together($s, 'inetd');		# all, those of AWS and curl too
#
# Each makes, reads and removes, beside the AWS SDK on the same database.
# $s is a server: its methods port, bearer and aws are used.  All that is said
# in MCP, by them and by the server, is checked by the schema of its revision.
package Clients;
use strict;
use warnings;
use Cwd qw(abs_path);
use Doorward;
use File::Basename;
use File::Temp;
use JSON::PP;
use Messages;
use Node;
use POSIX ();
use Test::More;

my $dir = abs_path(dirname(__FILE__));
my $json = JSON::PP->new->utf8->canonical;
my $home = File::Temp->newdir('doorward-XXXXXX', TMPDIR => 1);
my %main = (
	inspector => '@modelcontextprotocol/inspector/clients/launcher/build/index.js',
	'mcp-remote' => 'mcp-remote/dist/proxy.js',
	mcporter => 'mcporter/dist/cli.js',
);

sub missing {
	return Node::missing('@aws-sdk/client-dynamodb',
	    map { "\@modelcontextprotocol/$_" } qw(sdk client inspector));
}

# A client's command.
sub client {
	my ($name, @args) = @_;
	return (Node::program(), Node::package_dir($main{$name}), @args);
}

# Debian's programs first: one in PATH may lack what it needs.
sub found {
	my ($name) = @_;
	return (grep { -x } map { "$_/$name" } '/usr/bin',
	    split(/:/, $ENV{PATH}))[0];
}

# A python3 that has boto3.
sub boto3 {
	return (grep { -x && system("$_ -c 'import boto3' 2>/dev/null") == 0 }
	    map { "$_/python3" } '/usr/bin', split(/:/, $ENV{PATH}))[0];
}

# What a client finds in its environment: nothing of whoever runs the test.
sub env {
	my ($s) = @_;
	my ($id, $secret) = $s->aws;
	return { Messages::wire_env("$home/wire"),
	    HOME => "$home", DOORWARD_TOKEN => $s->bearer,
	    XDG_CONFIG_HOME => "$home", XDG_DATA_HOME => "$home",
	    AWS_ACCESS_KEY_ID => $id, AWS_SECRET_ACCESS_KEY => $secret,
	    AWS_REGION => 'us-east-1', AWS_CONFIG_FILE => '/dev/null',
	    AWS_DEFAULT_REGION => 'us-east-1', AWS_PAGER => '',
	    AWS_EC2_METADATA_DISABLED => 'true',
	    AWS_ENDPOINT_URL_DYNAMODB => 'http://127.0.0.1:' . $s->port,
	    AWS_SHARED_CREDENTIALS_FILE => '/dev/null',
	    NO_PROXY => '127.0.0.1', no_proxy => '127.0.0.1' };
}

# What was said since the last time: all that the server said is valid.  What
# a client said that is not is its own affair, and told.
sub wire {
	my ($what) = @_;
	return if !Messages::able();
	my ($wrong, $foreign, $many) = Messages::wire("$home/wire");
	my @each = map { sprintf('%s: %d and %d', $_, map { $_ // 0 }
	    @{$many->{$_}}[0, 1]) } sort(keys(%$many));
	is(@each ? $wrong : 'nothing', '', "$what: of its schema, what it and " .
	    'the server said (' . join(', ', @each) . ')');
	diag("$what: ", scalar(@$foreign), " of its own are not: $foreign->[0]")
	    if @$foreign;
}

# The official SDK, one process for each way to use it.
sub sdk {
	my ($s, $which, $what, @to) = @_;
	Node::tap("$what: SDK $which", env($s), Node::program(),
	    "$dir/mcp-sdk.mjs", $which, @to);
	wire("$what: SDK $which");
}

# A token that may only read: what is refused is seen as that.
sub reader {
	my ($s, $which, $what) = @_;
	Node::tap("$what: SDK $which", { %{env($s)}, DOORWARD_RIGHTS => 'read' },
	    Node::program(), "$dir/mcp-sdk.mjs", $which,
	    'http://127.0.0.1:' . $s->port . '/mcp');
	wire("$what: SDK $which");
}

# Over HTTP, or the command that is spoken to on its standard input.
sub sdks {
	my ($s, $what, @to) = @_;
	@to = ('http://127.0.0.1:' . $s->port . '/mcp') if !@to;
	sdk($s, $_, $what, @to) for qw(v1 v2 v2-auto v2-pin);
}

# The AWS SDK beside them comes over TCP.
sub unix {
	my ($s, $path, $what) = @_;
	my $proxy = Node::proxy($path, $s->bearer);
	sdks($s, $what, "http://127.0.0.1:$proxy->{port}/mcp");
	Node::end_proxy($proxy);
}

sub http {
	my ($s, $what) = @_;
	my $url = 'http://127.0.0.1:' . $s->port . '/mcp';
	my $auth = 'Authorization: Bearer ' . $s->bearer;

	sdks($s, $what);
	sdk($s, 'v1', "$what: mcp-remote", client('mcp-remote', $url,
	    '--header', $auth, '--transport', 'http-only'));
	my ($ends, @said) = Node::run(env($s), client('mcp-remote', $url,
	    '--header', "${auth}x", '--transport', 'http-only'));
	is($ends, 1, "$what: mcp-remote: a wrong token");
	like(join('', @said), qr/HTTP 401\): A token is needed/,
	    "$what: mcp-remote: it says so");
	for my $era (qw(legacy modern)) {
		inspector($s, "$what: Inspector, $era", $url, '--transport',
		    'http', '--header', $auth, '--protocol-era', $era);
		my ($status, $out, $err) = Node::run(env($s),
		    client('inspector', '--cli', $url, '--transport', 'http',
		    '--header', "${auth}x", '--protocol-era', $era,
		    '--method', 'tools/list', '--stored-auth-only',
		    '--format', 'json'));
		my $error = eval { $json->decode($err) } // {};
		is_deeply([$status, $error->{error}{code}],
		    [3, 'auth_required'],
		    "$what: Inspector, $era: a wrong token") or
		    diag("$out$err");
	}
	mcporter($s, "$what: mcporter", $url);
}

# The command speaks on its standard input and output.
sub stdio {
	my ($s, @command) = @_;
	sdks($s, 'stdio', @command);
	inspector($s, "stdio: Inspector, $_", '--transport', 'stdio',
	    '--protocol-era', $_, @command) for qw(legacy modern);
}

# All clients on one table.  socket => path of a unix socket; command => [...]
# that speaks MCP on its standard input.
sub together {
	my ($s, $what, %opt) = @_;
	my %found = (aws => found('aws'), boto3 => boto3(),
	    curl => found('curl'));
	my %run = map { $_ => [client($_)] } keys(%main);
	for my $name (sort(keys(%found))) {
		SKIP: {
			skip("$what: $name is not here", 1)
			    if !defined($found{$name});
			$run{$name} = [$found{$name}];
		}
	}
	Node::tap("$what: together", { %{env($s)},
	    DOORWARD_CLIENTS => $json->encode(\%run) }, Node::program(),
	    "$dir/together.mjs", $opt{socket} // $s->port,
	    @{$opt{command} // []});
	wire("$what: together");
}

# One tool after the other, each by a process of its own: $call gives the
# exit status and what was printed, in JSON.
sub tools {
	my ($what, $call) = @_;
	my $table = 'tools-' . time() . "-$$";
	my $key = { k => 'one' };
	my @steps = (
		[create_table => { partition_key => { name => 'k',
		    type => 'string' } }, qr/"table":"$table"/],
		[put_item => { item => { k => 'one', v => 1.5 } },
		    qr/"replaced":false/],
		[get_item => { key => $key }, qr/"v":1\.5/],
		[query => { key => $key }, qr/"count":1/],
		[delete_item => { key => $key }, qr/"deleted":true/],
	);
	my $said;
	my $step = sub {
		my ($tool, $args, $want) = @_;
		my ($status, $out, $err) = $call->($tool, $json->encode($args));
		$said = $json->encode(eval { $json->decode($out) } // [$out]);
		like("$status $said", qr/^0 .*$want/s, "$what: $tool") or
		    diag("$out\n$err");
	};
	$step->($_->[0], { table => $table, %{$_->[1]} }, $_->[2]) for @steps;
	# The way back, by a tool that is not listed.
	my ($undo) = $said =~ /undo\\*":\\*"(change-\d+-\d+)/;
	$step->('call_tool', { tool => 'undo', arguments =>
	    { change => $undo // 'none' } }, qr/"items":1/);
	$step->('get_item', { table => $table, key => $key }, qr/"v":1\.5/);
	my ($status, $out) = $call->('get_item',
	    $json->encode({ table => "no-$table", key => $key }));
	like($out, qr/"isError": ?true/, "$what: a tool's error is shown");
	isnt($status, 0, "$what: and is its exit status");
}

sub inspector {
	my ($s, $what, @to) = @_;
	my @run = client('inspector', '--cli', '--format', 'json');
	my ($status, $out, $err) = Node::run(env($s), @run, '--method',
	    'tools/list', '--strict', @to);
	my $list = eval { $json->decode($out) } // {};
	is($status, 0, "$what: tools/list --strict") or diag("$out$err");
	cmp_ok(scalar(@{$list->{tools} // $list->{result}{tools} // []}), '>=',
	    10, "$what: every tool is listed") or diag($out);
	tools($what, sub {
		my ($tool, $args) = @_;
		return Node::run(env($s), @run, '--method', 'tools/call',
		    '--tool-name', $tool, '--tool-args-json', $args, @to);
	});
	wire($what);
}

sub mcporter {
	my ($s, $what, $url) = @_;
	my $config = sub {
		my ($name, $token) = @_;
		open(my $fh, '>', "$home/$name.json") or die("$home: $!");
		print($fh $json->encode({ imports => [], mcpServers => {
		    doorward => { type => 'http', url => $url, headers =>
		    { Authorization => "Bearer $token" } } } }));
		close($fh) or die("$home: $!");
		return client('mcporter', '--config', "$home/$name.json");
	};
	my @run = $config->('right', $s->bearer);
	my ($status, $out, $err) = Node::run(env($s), @run, 'list', 'doorward',
	    '--json');
	my $list = eval { $json->decode($out) } // {};
	is_deeply([$status, $list->{status}], [0, 'ok'], "$what: list") or
	    diag("$out$err");
	tools($what, sub {
		my ($tool, $args) = @_;
		return Node::run(env($s), @run, 'call', "doorward.$tool",
		    '--args', $args, '--output', 'json');
	});
	@run = $config->('wrong', $s->bearer . 'x');
	($status, $out, $err) = Node::run(env($s), @run, 'call',
	    'doorward.list_tables', '--output', 'json');
	my $issue = (eval { $json->decode($out) } // {})->{issue} // {};
	is_deeply([$status, $issue->{kind}, $issue->{statusCode}],
	    [1, 'auth', 401], "$what: a wrong token") or diag("$out$err");
	wire($what);
}

1;
