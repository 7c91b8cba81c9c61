#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a09-tools.t - A9: token x tool x table over MCP, in both eras: what a token
# may not do, by scope, table or group of tools, is refused and not listed.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Test::More;
use Doorward;

Doorward->need;
my $json = Doorward::json();
my $s = Doorward->start(conf => "mcp-list = all\n");
my $admin = $s->bearer;

sub token {
	my ($name, @args) = @_;
	my ($status, $out, $err) = Doorward->command($s->home, 'token', 'new',
	    $name, @args);
	is($status, 0, "A9: token $name @args") or diag($err);
	my %f = $out =~ /^(\w+)=(\S+)$/mg;
	$s->secret($f{DOORWARD_TOKEN}, $f{AWS_SECRET_ACCESS_KEY});
	return $f{DOORWARD_TOKEN};
}

# Everything of these in the answer of one call with a token.
sub with {
	my ($text, $how, @args) = @_;
	local $s->{bearer} = $text;
	return $how eq 'modern' ? $s->mcp_modern(@args) : $s->mcp(@args);
}

sub listed {
	my ($text, $how) = @_;
	my ($status, $a) = with($text, $how, 'tools/list', {});
	return map { $_->{name} => $_ } @{$a->{result}{tools}};
}

# Each tool by its group, as list_groups says it.
sub grouped {
	my ($text) = @_;
	my ($status, $a) = with($text, 'modern', 'tools/call', {
	    name => 'list_groups', arguments => {} });
	return map { my $g = $_->{group}; map { $_ => $g } @{$_->{tools}} }
	    @{$a->{result}{structuredContent}{groups}};
}

my @made = (KeySchema => [{ AttributeName => 'a', KeyType => 'HASH' }],
    AttributeDefinitions => [{ AttributeName => 'a', AttributeType => 'S' }],
    BillingMode => 'PAY_PER_REQUEST');
for my $table ('abc', 'other') {
	is(($s->dynamo('CreateTable', { TableName => $table, @made }))[0], 200,
	    "a table $table");
	is(($s->dynamo('PutItem', { TableName => $table, Item => {
	    a => { S => 'x' }, v => { S => 'secret' } } }))[0], 200, 'an item');
}
my %all = listed($admin, 'modern');
my %group = grouped($admin);
my %must = (list_tables => 'tables', describe_table => 'tables',
    create_table => 'tables', delete_table => 'tables', get_item => 'items',
    put_item => 'items', update_item => 'items', delete_item => 'items',
    query => 'query', scan => 'query', batch_get_items => 'batch',
    batch_write_items => 'batch');
is_deeply({ map { $_ => $group{$_} } keys(%must) }, \%must,
    'A9: tools are in their groups');

# ---- listed: by scope and group, in both eras, and by no other way

my @groups = ('tables', 'items', 'query', 'batch', 'transactions', 'partiql',
    'ttl', 'streams', 'backups', 'vectors', 'admin');
my @tokens = map { { name => $_->[0], groups => $_->[1],
    write => ($_->[2] // '') =~ /write/ ? 1 : 0,
    admin => ($_->[2] // '') =~ /admin/ ? 1 : 0,
    text => token($_->[0], defined($_->[1]) ? ('--groups', $_->[1]) : (),
    $_->[2] ? ('--scope', $_->[2]) : ()) } }
    ['reader'], ['writer', undef, 'write'],
    (map { ["w-$_", $_, 'write'] } @groups), ['r-items', 'items'],
    ['r-two', 'query,items'], ['w-two', 'batch,tables', 'write'],
    ['auditor', undef, 'admin'], ['a-admin', 'admin,query', 'admin'],
    ['a-items', 'items', 'admin'], ['all', undef, 'write,admin'];
# What asks for the admin scope.
my %admin = (read_audit => 1);

# The two that call others are listed by list_groups alone.
sub reads {
	my ($tool) = @_;
	return $tool eq 'call_reading_tool' ||
	    exists($all{$tool}) && $all{$tool}{annotations}{readOnlyHint};
}

sub may {
	my ($t, $tool) = @_;
	my %in = map { $_ => 1 } split(/,/, $t->{groups} // '');
	return 0 if defined($t->{groups}) && !$in{$group{$tool}} &&
	    $group{$tool} ne 'guide';
	return 0 if $admin{$tool} && !$t->{admin};
	return $t->{write} || reads($tool) ? 1 : 0;
}

for my $t (@tokens) {
	my @want = sort(grep { may($t, $_) } keys(%all));
	for my $era ('modern', 'legacy') {
		my %has = listed($t->{text}, $era);
		is_deeply([sort(keys(%has))], \@want,
		    "A9: $t->{name}: listed, $era: what it may use");
	}
	my %has = grouped($t->{text});
	is_deeply([sort(grep { $all{$_} } keys(%has))], \@want,
	    "A9: $t->{name}: the same by list_groups");
	my ($status, $a) = with($t->{text}, 'modern', 'tools/call', {
	    name => 'describe_tools', arguments => {
	    tools => [sort(keys(%all))] } });
	is_deeply([sort(map { $_->{name} }
	    @{$a->{result}{structuredContent}{tools}})], \@want,
	    "A9: $t->{name}: and by describe_tools");
}

# ---- called: every tool, by every way that leads to it

my $examples = $json->decode(Doorward::slurp('tests/70-mcp/examples.json'));
is_deeply([grep { !$examples->{$_} } sort(keys(%all))], [],
    'A9: there is an example of every tool');

# Refused as what the token does not allow?
sub refused {
	my ($status, $a) = @_;
	return $status == 403 && defined($a->{error}) ? 1 : 0;
}

sub ran {
	my ($status, $a) = @_;
	return 0 if !defined($a->{result});
	return ($a->{result}{content}[0]{text} // '') !~
	    /AccessDenied|no tool of that name/ ? 1 : 0;
}

for my $t (grep { $_->{name} =~ /^[ra]|^w-(?:items|query|tables|two)/ } @tokens) {
	my @bad;
	for my $tool (sort(keys(%all))) {
		my $may = may($t, $tool);
		# What is allowed is asked of a table that is not there.
		my $args = $json->decode($json->encode($examples->{$tool}));
		$args->{table} = $may ? 'no-such-table' : 'abc'
		    if exists($args->{table});
		my %call = (name => $tool, arguments => $args);
		for my $era ('modern', 'legacy') {
			my ($status, $a) = with($t->{text}, $era, 'tools/call',
			    \%call);
			push(@bad, "$tool $era: $status " . $json->encode($a))
			    if $may ? refused($status, $a) : !refused($status, $a);
		}
		for my $by ('call_tool', 'call_reading_tool') {
			next if $tool =~ /^call_/ || !may($t, $by) || $may;
			my ($status, $a) = with($t->{text}, 'legacy',
			    'tools/call', { name => $by, arguments => {
			    tool => $tool, arguments => $args } });
			push(@bad, "$by $tool: $status " . $json->encode($a))
			    if ran($status, $a);
		}
	}
	is_deeply(\@bad, [], "A9: $t->{name}: tools are called or refused");
}

# ---- tables: of every tool that has one

my @some = ('--tables', 'abc*,log');
my %some = (read => token('some-reader', @some),
    write => token('some-writer', '--scope', 'write', @some));
for my $name (sort(keys(%some))) {
	my @bad;
	my $n = 0;
	for my $tool (sort(grep { exists($examples->{$_}{table}) } keys(%all))) {
		next if $admin{$tool} || $name eq 'read' &&
		    !$all{$tool}{annotations}{readOnlyHint};
		for my $table ('other', 'none', 'ab-c', 'Abc', 'xabc') {
			my %call = (name => $tool, arguments => {
			    %{$examples->{$tool}}, table => $table });
			# Not what stands in the example to be refused.
			delete(@{$call{arguments}}{'filter', 'cursor'});
			my ($status, $a) = with($some{$name},
			    $n++ % 2 ? 'modern' : 'legacy', 'tools/call',
			    \%call);
			my $said = $json->encode($a);
			push(@bad, "$tool $table: $said")
			    if !$a->{result}{isError} ||
			    $said !~ /AccessDenied/ || $said =~ /secret/;
		}
	}
	cmp_ok($n, '>', 20, "A9: some-$name: $n calls for others' tables");
	is_deeply(\@bad, [], 'A9: all are refused');
}
is_deeply((with($some{read}, 'modern', 'tools/call', { name => 'get_item',
    arguments => { table => 'abc', key => { a => 'x' } } }))[1]
    {result}{structuredContent}{item}, { a => 'x', v => 'secret' },
    'A9: one\'s own is read');

# ---- list_tables and get_overview show the rest of nothing

for my $n (1 .. 9) {
	$s->dynamo('CreateTable', { TableName => ($n % 3 ? 'hidden' : 'abc') .
	    "-$n", @made });
}
for my $tool ('list_tables', 'get_overview') {
	for my $limit (1, 2, 3, 50) {
		my (@seen, $cursor);
		my $pages = 0;
		do {
			my ($status, $a) = with($some{read}, 'modern',
			    'tools/call', { name => $tool, arguments => {
			    limit => $limit,
			    defined($cursor) ? (cursor => $cursor) : () } });
			my $r = $a->{result}{structuredContent};
			push(@seen, map { ref($_) ?
			    $_->{table} // $_->{name} : $_ } @{$r->{tables}});
			$cursor = $r->{next_cursor};
			$pages++;
		} while (defined($cursor) && $pages < 20);
		is_deeply(\@seen, ['abc', 'abc-3', 'abc-6', 'abc-9'],
		    "A9: $tool by $limit: the tables that it may use");
		is($pages, int((4 + $limit - 1) / $limit), 'A9: in full pages');
	}
}

# ---- the head tells: refused without a byte of the body

sub head_only {
	my ($text, $tool) = @_;
	my $c = $s->client;
	$c->send($s->text('POST', '/mcp', ['Authorization', "Bearer $text",
	    'Content-Type', 'application/json', 'Accept',
	    'application/json, text/event-stream', 'MCP-Protocol-Version',
	    '2026-07-28', 'Mcp-Method', 'tools/call', 'Mcp-Name', $tool,
	    'Content-Length', 1_000_000]));
	return $c->answer(seconds => 5);
}
my ($reader) = grep { $_->{name} eq 'reader' } @tokens;
my ($items) = grep { $_->{name} eq 'r-items' } @tokens;
for my $case ([$reader, 'put_item'], [$reader, 'delete_table'],
    [$items, 'scan'], [$items, 'put_item']) {
	my ($t, $tool) = @$case;
	my $a = head_only($t->{text}, $tool);
	is($a->{status}, 403, "A9: $t->{name}: $tool is refused before its body");
	like($a->{h}{'www-authenticate'} // '', qr/insufficient_scope/,
	    'A9: as what the token does not allow');
}

# ---- a batch of an older client, some of it forbidden

{
	local $s->{bearer} = $reader->{text};
	my $body = $json->encode([map { { jsonrpc => '2.0', id => $_->[0],
	    method => 'tools/call', params => { name => $_->[1],
	    arguments => $_->[2] } } }
	    [1, 'get_item', { table => 'abc', key => { a => 'x' } }],
	    [2, 'put_item', { table => 'abc', item => { a => 'new' } }]]);
	my $a = $s->request('POST', '/mcp', [$s->auth, 'Content-Type',
	    'application/json', 'Accept', 'application/json',
	    'MCP-Protocol-Version', '2025-03-26'], $body);
	my %by = map { $_->{id} => $_ } @{$json->decode($a->{body})};
	is($by{1}{result}{structuredContent}{item}{a}, 'x',
	    'A9: of a batch what is allowed is done');
	ok($by{2}{error} || $by{2}{result}{isError}, 'A9: what is not, is not');
}
is_deeply([map { ($s->dynamo('Scan', { TableName => $_,
    Select => 'COUNT' }))[1]{Count} } 'abc', 'other'], [1, 1],
    'A9: and nothing was written');
$s->finish;
done_testing();
