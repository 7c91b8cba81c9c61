#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# consent.t - A19: what destroys is done when a human has agreed: asked by the
# client (input_required), or by a second call with what the first gave.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

Doorward->need;
my $s = Doorward->start;
my $json = Doorward::json();
my %ask = (capabilities => { elicitation => {} });

sub make {
	my ($table, $n) = @_;
	my ($status) = $s->dynamo('CreateTable', { TableName => $table,
	    BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions => [{
	    AttributeName => 'k', AttributeType => 'S' }], KeySchema => [{
	    AttributeName => 'k', KeyType => 'HASH' }] });
	is($status, 200, "table $table");
	fill($table, $n) if $n;
}

sub fill {
	my ($table, $n) = @_;
	$s->dynamo('BatchWriteItem', { RequestItems => { $table => [map {
	    { PutRequest => { Item => { k => { S => "k$_" } } } } } 1 .. $n] } });
}

sub count {
	my ($table) = @_;
	my ($status, $a) = $s->dynamo('Scan', { TableName => $table,
	    Select => 'COUNT' });
	return $status == 200 ? $a->{Count} : 'gone';
}

sub old {
	my ($tool, $args) = @_;
	my ($status, $a) = $s->mcp('tools/call', { name => $tool,
	    arguments => $args });
	return $a->{result} // $a;
}

sub new {
	my ($tool, $args, $more, %opt) = @_;
	my ($status, $a) = $s->mcp_modern('tools/call', { name => $tool,
	    arguments => $args, %{$more // {}} }, %ask, %opt);
	return $a->{result} // $a;
}

sub text { return $_[0]{content}[0]{text} // '' }
sub confirm { return text($_[0]) =~ /"confirm":"([^"]+)"/ ? $1 : '' }

sub answer {
	my ($asked, $action, $content) = @_;
	return { requestState => $asked->{requestState}, inputResponses => {
	    confirm => { action => $action,
	    $content ? (content => $content) : () } } };
}
my $yes = { confirm => JSON::PP::true };

# Nothing was done, and the answer says so and why.
sub refused {
	my ($r, $why, $what) = @_;
	ok($r->{isError} && text($r) =~ $why &&
	    text($r) =~ /Nothing was done/, $what) or diag($json->encode($r));
}

# It was the client that did so, not its model: an error of the protocol.
sub wrong {
	my ($r, $why, $what) = @_;
	is($r->{error}{code}, -32602, $what) or diag($json->encode($r));
	like($r->{error}{message} // '', $why, "$what: why");
}

sub many { return { table => $_[0], delete => [map { { k => "k$_" } }
    1 .. $_[1]] } }

# ---- a client that cannot ask
make('one', 12);
my $dry = old('delete_table', { table => 'one' });
refused($dry, qr/\nItems in the table: 12, /, 'the first call says what would be lost');
like(text($dry), qr/"one"/, 'and of which table');
is(count('one'), 12, 'and does nothing');
my $confirm = confirm($dry);
my $done = old('delete_table', { table => 'one', confirm => $confirm });
is($done->{structuredContent}{table}, 'one', 'the second does it');
is(count('one'), 'gone', 'the table is deleted');
like($done->{structuredContent}{undo}, qr/^table-\d+$/, 'its way back');
my $undo = $json->encode({ Change => $done->{structuredContent}{undo} });
is(($s->request('POST', '/', [$s->auth, 'Content-Type',
    'application/x-amz-json-1.0', 'X-Amz-Target', 'Doorward.Undo'], $undo))
    ->{status}, 200, 'undo takes it');
is(count('one'), 12, 'and the items are back');
refused(old('delete_table', { table => 'one', confirm => $confirm }),
    qr/used already/, 'what was agreed to once is done once');
is(count('one'), 12, 'not twice');

# ---- what was changed, and what is for another call
$confirm = confirm(old('delete_table', { table => 'one' }));
for my $at (0, 1, 2, 20, 34, 60, length($confirm) - 1) {
	my $c = $confirm;
	substr($c, $at, 1) = substr($c, $at, 1) eq 'A' ? 'B' : 'A';
	refused(old('delete_table', { table => 'one', confirm => $c }),
	    qr/did not give it, or it was changed/, "changed at $at");
}
refused(old('delete_table', { table => 'one', confirm => $_ }),
    qr/did not give it/, 'not one: ' . substr($_, 0, 20))
    for '', 'yes', substr($confirm, 0, -1), substr($confirm, 1),
    "${confirm}A", "$confirm\n", 'A' x 300;
refused(old('delete_table', { table => 'one', confirm => JSON::PP::true }),
    qr/confirm/, 'true is no string');
make('two', 0);
refused(old('delete_table', { table => 'two', confirm => $confirm }),
    qr/another call/, 'other arguments');
my ($status, $out) = Doorward->command($s->home, 'token', 'new', 'other',
    '--scope', 'write');
my ($other) = $out =~ /(dw_\S+)/;
$s->secret($other);
my $bytes = $s->text('POST', '/mcp', ['Authorization', "Bearer $other",
    'Content-Type', 'application/json'], $json->encode({ jsonrpc => '2.0',
    id => 1, method => 'tools/call', params => { name => 'delete_table',
    arguments => { table => 'one', confirm => $confirm } } }));
my (undef, $a) = Doorward::result($s->once($bytes));
refused($a->{result}, qr/another call/, 'another token');
is(count('one'), 12, 'all of that does nothing');
is(old('call_tool', { tool => 'delete_table', arguments => { table => 'one',
    confirm => $confirm } })->{structuredContent}{table}, 'one',
    'the right one counts on another way to the same tool');

# ---- a client that can
make('one', 3);
my $asked = new('delete_table', { table => 'one' });
is($asked->{resultType}, 'input_required', 'its human is asked');
ok(!exists($asked->{content}) && !exists($asked->{ttlMs}), 'nothing else');
my $q = $asked->{inputRequests}{confirm};
is("$q->{method} $q->{params}{mode}", 'elicitation/create form', 'by a form');
like($q->{params}{message}, qr/deleted with all its items.*\nItems in the table: 3, /s,
    'in plain words');
is($q->{params}{requestedSchema}{properties}{confirm}{type}, 'boolean',
    'yes or no');
is(new('delete_table', { table => 'one' },
    { inputResponses => answer($asked, 'accept', $yes)->{inputResponses} })
    ->{resultType}, 'input_required', 'an answer without a question');
is(new('delete_table', { table => 'one' },
    { requestState => $asked->{requestState} })->{resultType},
    'input_required', 'a question without an answer');
refused(new('delete_table', { table => 'one' }, answer($asked, @$_)),
    qr/did not agree/, "@{[$json->encode($_)]}") for ['decline'], ['cancel'],
    ['accept'], ['accept', { confirm => JSON::PP::false }],
    ['accept', { confirm => 'true' }], ['yes', $yes], ['decline', $yes];
wrong(new('delete_table', { table => 'two' }, answer($asked, 'accept',
    $yes)), qr/another call/, 'other arguments');
wrong(new('delete_table', { table => 'one' }, answer({ requestState =>
    "$asked->{requestState}-" }, 'accept', $yes)), qr/was changed/,
    'a state that was changed');
refused(new('delete_table', { table => 'one',
    confirm => $asked->{requestState} }), qr/another call/,
    'what a human is asked by is no confirm');
my $given = confirm(new('delete_table', { table => 'one' }, {},
    capabilities => {}));
wrong(new('delete_table', { table => 'one' }, answer({ requestState =>
    $given }, 'accept', $yes)), qr/another call/, 'nor the other way round');
isnt(confirm(new('delete_table', { table => 'one' }, {},
    capabilities => { elicitation => { url => {} } })), '',
    'who can only show a page cannot ask');
is(new('delete_table', { table => 'one' }, {}, capabilities =>
    { elicitation => { form => {} } })->{resultType}, 'input_required',
    'who can show a form can');
is(count('one'), 3, 'all of that does nothing');
is(new('delete_table', { table => 'one' }, answer($asked, 'accept', $yes))
    ->{structuredContent}{table}, 'one', 'a human agreed');
is(count('one'), 'gone', 'and it is done');
like(text(new('delete_table', { table => 'one' })),
    qr/ResourceNotFoundException/, 'what is not there needs no question');

# ---- a table of the same name is another table
sub again { $s->dynamo('DeleteTable', { TableName => $_[0] }); make(@_) }
make('twin', 3);
$asked = new('delete_table', { table => 'twin' });
$dry = old('delete_table', { table => 'twin' });
again('twin', 5);
refused(new('delete_table', { table => 'twin' }, answer($asked, 'accept',
    $yes)), qr/twin was made after the consent was asked for/,
    'a table made since the human was asked');
refused(old('delete_table', { table => 'twin', confirm => confirm($dry) }),
    qr/twin was made after/, 'or since the first call');
is(count('twin'), 5, 'is left alone');
make('other', 0);
$dry = old('delete_table', { table => 'twin' });
again('other', 0);
is(old('delete_table', { table => 'twin', confirm => confirm($dry) })
    ->{structuredContent}{table}, 'twin', 'another that is made does not count');
make('bulk', 12);
$dry = old('batch_write_items', many('bulk', 11));
my $mixed = { actions => [map { { table => $_ % 2 ? 'bulk' : 'other',
    action => 'delete', key => { k => "k$_" } } } 1 .. 12] };
my $both = old('transact_write_items', $mixed);
my $each = { statements => [map { { statement =>
    'DELETE FROM "bulk" WHERE k = ?', values => ["k$_"] } } 1 .. 12] };
my $sql = old('execute_transaction', $each);
again('bulk', 12);
refused(old('batch_write_items', { %{many('bulk', 11)},
    confirm => confirm($dry) }), qr/bulk was made after/, 'many at once');
refused(old('transact_write_items', { %$mixed, confirm => confirm($both) }),
    qr/bulk was made after/, 'in several tables');
refused(old('execute_transaction', { %$each, confirm => confirm($sql) }),
    qr/bulk was made after/, 'in statements');
is(count('bulk'), 12, 'and all is there');
$s->dynamo('DeleteTable', { TableName => 'bulk' });

# ---- many at once
make('bulk', 12);
like(old('batch_write_items', many('bulk', 10))->{structuredContent}{undo},
    qr/^change-\d+-\d+$/, '10 deletes need nobody');
fill('bulk', 12);
my $eleven = new('batch_write_items', many('bulk', 11));
is($eleven->{resultType}, 'input_required', '11 do');
my @both = map { $s->client } 1, 2;
my $p = 'io.modelcontextprotocol';
my $twice = $s->text('POST', '/mcp', [$s->auth, 'Content-Type',
    'application/json', 'MCP-Protocol-Version', '2026-07-28', 'Mcp-Method',
    'tools/call', 'Mcp-Name', 'batch_write_items'], $json->encode({
    jsonrpc => '2.0', id => 1, method => 'tools/call', params => {
    name => 'batch_write_items', arguments => many('bulk', 11),
    %{answer($eleven, 'accept', $yes)}, _meta => {
    "$p/protocolVersion" => '2026-07-28',
    "$p/clientCapabilities" => { elicitation => {} } } } }));
$_->send($twice) for @both;
my @got = map { (Doorward::result($_->answer))[1]{result} } @both;
is(scalar(grep { ($_->{structuredContent}{done} // 0) == 11 } @got), 1,
    'of two at the same time one is done');
is(scalar(grep { text($_) =~ /used already/ } @got), 1, 'the other is not');
is(count('bulk'), 1, 'all or nothing');
$_->close for @both;

# ---- what else deletes many, and the way back of whatever changes items
make('back', 11);
my %many = (
	transact_write_items => sub { return { actions => [map { {
	    table => 'back', action => 'delete', key => { k => "k$_" } } }
	    1 .. $_[0]] } },
	batch_execute_statement => sub { return { statements => [map { {
	    statement => ' delete FROM "back" WHERE k = ?',
	    values => ["k$_"] } } 1 .. $_[0]] } },
	execute_transaction => sub { return { statements => [map { {
	    statement => 'DELETE FROM "back" WHERE k = ?',
	    values => ["k$_"] } } 1 .. $_[0]] } },
	batch_write_items => sub { return many('back', $_[0]) },
	put_item => sub { return { table => 'back', item => { k => 'k1',
	    new => 1 } } },
	update_item => sub { return { table => 'back', key => { k => 'k1' },
	    update => 'SET v = :v', values => { ':v' => 1 } } },
	delete_item => sub { return { table => 'back', key => { k => 'k1' } } },
	execute_statement => sub { return { statement =>
	    'DELETE FROM "back" WHERE k = ?', values => ['k1'] } },
);
my (undef, $before) = $s->dynamo('Scan', { TableName => 'back' });
for my $tool (sort(keys(%many))) {
	my $n = $tool =~ /_item$|_statement$/ && $tool !~ /batch/ ? 1 : 10;
	if ($n > 1) {
		refused(old($tool, $many{$tool}(11)), qr/More than 10/,
		    "$tool: 11 deletes");
	}
	my $r = old($tool, $many{$tool}($n));
	my (undef, $now) = $s->dynamo('Scan', { TableName => 'back' });
	isnt($json->encode($now), $json->encode($before), "$tool: $n changed");
	my $undone = old('call_tool', { tool => 'undo', arguments => {
	    change => $r->{structuredContent}{undo} // 'none' } });
	is($undone->{structuredContent}{items}, $n, "$tool: undone") or
	    diag($json->encode($r), $json->encode($undone));
	(undef, $now) = $s->dynamo('Scan', { TableName => 'back' });
	is($json->encode($now), $json->encode($before), "$tool: as it was");
}
is_deeply(old('delete_item', { table => 'back', key => { k => 'none' } })
    ->{structuredContent}, { deleted => JSON::PP::false },
    'what changed nothing has no way back');

# ---- a batch of the oldest revision, and a token that may not read
(undef, $a) = Doorward::result($s->request('POST', '/mcp', [$s->auth,
    'Content-Type', 'application/json'], $json->encode([map { {
    jsonrpc => '2.0', id => $_, method => 'tools/call', params => {
    name => 'delete_table', arguments => { table => 'bulk' } } } } 1, 2])));
isnt(confirm($_->{result}), '', 'a batch is told') for @$a;
is(count('bulk'), 1, 'and not done');
$s->finish;

# ---- what the configuration names
my $named = Doorward->start(conf =>
    "mcp-consent = put_*\nmcp-consent = create_table\n");
$s = $named;
make('one', 2);
my $put = { table => 'one', item => { k => 'new' } };
my $first = old('put_item', $put);
refused($first, qr/\nItems in the table: 2, /, 'a tool that the configuration names');
(undef, $a) = $s->mcp('tools/list', {});
my %tool = map { ($_->{name} => $_) } @{$a->{result}{tools}};
is_deeply([sort(grep { $tool{$_}{inputSchema}{properties}{confirm} }
    keys(%tool))], [qw(create_table delete_table put_item)], 'confirm is in its schema');
is(old('put_item', { %$put, confirm => confirm($first) })
    ->{structuredContent}{replaced}, JSON::PP::false, 'is confirmed');
is(count('one'), 3, 'and done');
my %new = (table => 'new', partition_key => { name => 'k', type => 'string' });
is(old('create_table', { %new, confirm => confirm(old('create_table',
    \%new)) })->{structuredContent}{table}, 'new', 'a table that it makes');
$s->finish;
$s = Doorward->start(conf => "mcp-consent = none\n");
make('one', 2);
is(old('delete_table', { table => 'one' })->{structuredContent}{table},
    'one', 'mcp-consent = none: none asks');
$s->finish;
done_testing();
