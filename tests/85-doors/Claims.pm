# SPDX-License-Identifier: ISC
#
# Claims - those of SECURITY.md that a door could break, asked of each door.
#
#	Claims::at($s, 'inetd', sub { ... })	# as Door::at; the command of
#						# the owner: (status, output)
#
# The door's doorward.conf has to begin with $Claims::conf.
package Claims;
use strict;
use warnings;
use Doorward;
use Test::More;
use Time::HiRes qw(time);

our $conf = "rate-token = busy 3/h\nrefusals = 20/h\nrefusals-local = yes\n";

my $json = Doorward::json();
my $list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
my $never = 'dw_AAAAAAAA_' . 'x' x 43;
my %want = ('x-content-type-options' => 'nosniff',
    'cache-control' => 'no-store', 'x-frame-options' => 'DENY',
    'referrer-policy' => 'no-referrer', 'content-security-policy' =>
    "default-src 'none'; frame-ancestors 'none'");
my $refused; # the one answer, at the first door

sub at {
	my ($s, $what, $command) = @_;
	my $c = { s => $s, what => $what, command => $command,
	    table => 'claims' };
	made($c);
	$c->{before} = known_refusals(rows($c));
	refusals($c);
	foreign($c);
	smuggled($c);
	tokens($c);
	scopes($c);
	budget($c);
	record($c);
	pages($c);
	peer($c);
	for my $secret (@{$s->{secrets}}) {
		my (undef, $out) = $command->('audit', 'show', '--limit', 0);
		is(index($out, $secret), -1, "A18: $what: no secret in the log");
	}
}

sub with {
	my ($c, $token, $op, $args, %opt) = @_;
	local $c->{s}{bearer} = $token;
	return $c->{s}->dynamo($op, $args, %opt);
}

sub item { return { TableName => $_[0]{table}, Item => { k => { S => $_[1] } } } }
sub key { return { TableName => $_[0]{table}, Key => { k => { S => $_[1] } } } }

sub there {
	my ($c, $key) = @_;
	return exists(($c->{s}->dynamo('GetItem', key($c, $key)))[1]{Item})
	    ? 1 : 0;
}

sub new_token {
	my ($c, @args) = @_;
	my ($status, $out) = $c->{command}->('token', 'new', @args);
	my ($text) = $out =~ /^DOORWARD_TOKEN=(\S+)$/m;
	is($status, 0, "A8: $c->{what}: token new @args") or diag($out);
	push(@{$c->{s}{secrets}}, $text);
	return $text;
}

sub made {
	my ($c) = @_;
	my ($status) = $c->{s}->dynamo('CreateTable', { TableName =>
	    $c->{table}, BillingMode => 'PAY_PER_REQUEST',
	    AttributeDefinitions => [{ AttributeName => 'k',
	    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k',
	    KeyType => 'HASH' }] });
	is($status, 200, "$c->{what}: a table");
}

# A1, A2, A14: whatever is wrong, at once, without a byte of the body.
sub refusals {
	my ($c) = @_;
	my %seen;
	my $begin = time();
	for my $with ([], ['Authorization', 'Basic eDp5'], ['Authorization',
	    "Bearer $never"], ['Authorization', 'Bearer ' .
	    substr($c->{s}->bearer, 0, -1) . '.']) {
		for my $path ('/mcp', '/audit', '/nothing') {
			my $a = $c->{s}->request('POST', $path, [@$with,
			    'Content-Type', 'application/json',
			    'Content-Length', 1_000_000]);
			$seen{"$a->{head}\r\n$a->{body}"}++;
			$c->{refused}++;
		}
	}
	my @seen = keys(%seen);
	is(scalar(@seen), 1, "A1: $c->{what}: one answer, the same bytes");
	$refused //= $seen[0];
	is($seen[0], $refused, "A1: $c->{what}: those of every door");
	like($seen[0], qr/^HTTP\/1\.1 401 /, "A1: $c->{what}: it is a 401");
	cmp_ok(time() - $begin, '<', 5, "A2: $c->{what}: no body is waited for");
	for my $path ('/healthz', '/compliance-status', '/.well-known/x') {
		my $a = $c->{s}->request('GET', $path);
		is_deeply({ map { $_ => $a->{h}{$_} } keys(%want) }, \%want,
		    "A14: $c->{what}: $path");
	}
}

# A3, A4: with a right token, and not done.
sub foreign {
	my ($c) = @_;
	for my $h (['Origin', 'http://evil.example'], ['Origin', 'null'],
	    ['Host', 'localhost.evil.com'], ['Host', '127.0.0.1:1']) {
		my ($status) = $c->{s}->dynamo('PutItem', item($c, 'foreign'),
		    headers => $h);
		is($status, 403, "A4: $c->{what}: @$h is refused");
		$c->{refused}++;
	}
	is(there($c, 'foreign'), 0, "A4: $c->{what}: and nothing is done");
}

# A16: two lengths; what is hidden behind it is not a request.
sub smuggled {
	my ($c) = @_;
	my $inner = $c->{s}->text('POST', '/', [$c->{s}->auth, 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    'DynamoDB_20120810.PutItem'], $json->encode(item($c, 'inner')));
	my $k = $c->{s}->client;
	$k->send($c->{s}->text('POST', '/mcp', [$c->{s}->auth, 'Content-Type',
	    'application/json', 'Content-Length', 5, 'Transfer-Encoding',
	    'chunked']) . "0\r\n\r\n$inner");
	is($k->answer->{status}, 400, "A16: $c->{what}: two lengths");
	ok($k->closed, "A16: $c->{what}: and the connection ends");
	is(there($c, 'inner'), 0, "A16: $c->{what}: nothing was hidden in it");
}

# A8: rotation overlaps, revocation holds for the next request.
sub tokens {
	my ($c) = @_;
	my $old = new_token($c, 'ci', '--scope', 'write');
	my $open = $c->{s}->client;
	my @got = (with($c, $old, 'PutItem', item($c, 'ci'), on => $open))[0];
	my ($status, $out) = $c->{command}->('token', 'rotate', 'ci',
	    '--overlap', '1h');
	is($status, 0, "A8: $c->{what}: token rotate") or diag($out);
	my ($new) = $out =~ /^DOORWARD_TOKEN=(\S+)$/m;
	push(@{$c->{s}{secrets}}, $new);
	push(@got, (with($c, $_, 'PutItem', item($c, 'ci'), on => $open))[0])
	    for $old, $new;
	is_deeply(\@got, [200, 200, 200],
	    "A8: $c->{what}: old and new are good, on an open connection too");
	is(($c->{command}->('token', 'revoke', 'ci'))[0], 0,
	    "A8: $c->{what}: token revoke");
	is((with($c, $new, 'PutItem', item($c, 'late'), on => $open))[0], 401,
	    "A8: $c->{what}: the next request of that connection is refused");
	is((with($c, $old, 'ListTables', {}))[0], 401,
	    "A8: $c->{what}: with the old one too");
	$c->{refused} += 2;
	is(there($c, 'late'), 0, "A8: $c->{what}: and not done");
}

# A9: by both protocols.
sub scopes {
	my ($c) = @_;
	my $reader = new_token($c, 'reader');
	my $elsewhere = new_token($c, 'elsewhere', '--scope', 'write',
	    '--tables', 'app-*');
	for my $t (['reader', $reader], ['elsewhere', $elsewhere]) {
		my ($status, $a) = with($c, $t->[1], 'PutItem',
		    item($c, 'scope'));
		is($status, 400, "A9: $c->{what}: $t->[0] does not write");
		like($a->{__type}, qr/#AccessDeniedException$/,
		    "A9: $c->{what}: $t->[0]: why");
		local $c->{s}{bearer} = $t->[1];
		($status, $a) = $c->{s}->mcp_modern('tools/call', { name =>
		    'put_item', arguments => { table => $c->{table},
		    item => { k => 'scope' } } });
		ok($status == 403 || $a->{result}{isError},
		    "A9: $c->{what}: $t->[0]: nor by a tool");
		$c->{refused} += 2;
	}
	is_deeply((with($c, $elsewhere, 'ListTables', {}))[1]{TableNames}, [],
	    "A9: $c->{what}: what it may not use is not listed");
	is(there($c, 'scope'), 0, "A9: $c->{what}: nothing was written");
	is((with($c, $reader, 'GetItem', key($c, 'ci')))[0], 200,
	    "A9: $c->{what}: what it may do, it does");
}

# A13: three, over connections and protocols, whichever process serves them.
sub budget {
	my ($c) = @_;
	my $busy = new_token($c, 'busy');
	local $c->{s}{bearer} = $busy;
	my @got = ((map { ($c->{s}->dynamo('ListTables', {}))[0] } 1, 2),
	    ($c->{s}->mcp_modern('tools/list', {}))[0]);
	is_deeply(\@got, [200, 200, 200], "A13: $c->{what}: a burst of three");
	my ($status, $a, $all) = $c->{s}->dynamo('ListTables', {});
	is($status, 429, "A13: $c->{what}: a fourth is refused");
	like($a->{__type} // '', qr/#ThrottlingException$/,
	    "A13: $c->{what}: as the service does");
	cmp_ok($all->{h}{'retry-after'} // 0, '>', 1000,
	    "A13: $c->{what}: and when it may again");
	is(($c->{s}->mcp_modern('tools/list', {}))[0], 429,
	    "A13: $c->{what}: by MCP too");
}

sub rows {
	my ($c) = @_;
	my ($status, $out) = $c->{command}->('audit', 'show', '--json',
	    '--limit', 0);
	is($status, 0, "D4: $c->{what}: audit show") or diag($out);
	return map { $json->decode($_) } split(/\n/, $out);
}

# Past 10 a minute from one peer they are one row with their number.
sub known_refusals {
	my $n = 0;
	$n += $_->{detail}{count} // 1 for grep { $_->{kind} eq 'refused' } @_;
	return $n;
}

# D1: one row each; D2's other half is c01-kill.t.
sub record {
	my ($c) = @_;
	is(($c->{s}->dynamo('PutItem', item($c, 'row'), headers =>
	    ['User-Agent', 'the-client/1']))[0], 200, "D1: $c->{what}: a write");
	my @rows = rows($c);
	my @put = grep { ($_->{client} // '') eq 'the-client/1' } @rows;
	is_deeply([map { "$_->{actor} $_->{peer} $_->{surface} $_->{operation} " .
	    "$_->{table} $_->{result}" } @put],
	    ["default 127.0.0.1 ddb PutItem $c->{table} OK"],
	    "D1: $c->{what}: one row, which says who and what");
	is(known_refusals(@rows) - $c->{before}, $c->{refused},
	    "D1: $c->{what}: and every refused attempt is known");
	is(($c->{command}->('audit', 'verify'))[0], 0,
	    "D3: $c->{what}: the chain is whole");
}

# D4, D8: who may see what.
sub pages {
	my ($c) = @_;
	my $s = $c->{s};
	my $auditor = new_token($c, 'auditor', '--scope', 'admin');
	my ($admin) = ['Authorization', "Bearer $auditor"];
	my $writer = new_token($c, 'writer', '--scope', 'write');
	my $no = ['Authorization', "Bearer $writer"];
	is($s->request('GET', '/audit', $admin)->{status}, 200,
	    "D4: $c->{what}: GET /audit with the admin scope");
	is($s->request('GET', '/audit', $no)->{status}, 403,
	    "D4: $c->{what}: and without it");
	like($s->request('GET', '/metrics', [$s->auth])->{body},
	    qr/^doorward_requests_total\{[^}]+\} [1-9]/m,
	    "$c->{what}: GET /metrics counts");
	my ($status, $out) = $c->{command}->('check', '--json');
	my $check = eval { $json->decode($out) } // {};
	my @bad = map { "$_->{name}: $_->{text}" }
	    grep { $_->{state} eq 'fail' } @{$check->{checks}};
	is_deeply([$status, @bad], [0], "D7: $c->{what}: doorward check");
	my $minimal = $s->request('GET', '/compliance-status')->{body};
	is($s->request('GET', '/compliance-status', $no)->{body}, $minimal,
	    "D8: $c->{what}: minimal for others");
	my $a = $s->request('GET', '/compliance-status', $admin);
	is_deeply((eval { $json->decode($a->{body}) } // {})->{check}, $check,
	    "D8: $c->{what}: for admin what the check has found");
	$a = $s->request('GET', '/compliance-status', ['Authorization',
	    "Bearer $never"]);
	is("$a->{head}\r\n$a->{body}", $refused,
	    "D8: $c->{what}: the one 401 to a wrong token");
}

# A13: the wrong ones are counted together; a right one is never refused.
sub peer {
	my ($c) = @_;
	my @got = map { $c->{s}->request('POST', '/mcp', ['Authorization',
	    "Bearer $never", 'Content-Type', 'application/json'], $list)
	    ->{status} } 1 .. 21;
	is($got[20], 429, "A13: $c->{what}: too many wrong credentials");
	is_deeply([grep { $_ != 401 && $_ != 429 } @got], [],
	    "A13: $c->{what}: and nothing else is said");
	is(($c->{s}->dynamo('ListTables', {}))[0], 200,
	    "A13: $c->{what}: a right token is never refused for its peer");
	is($c->{s}->request('GET', '/healthz')->{status}, 200,
	    "A13: $c->{what}: nor what needs none");
}

1;
