#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# next.t - what failed says what leads on: the tool that shows the names of
# that kind, not always the tables.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

Doorward->need;
my $s = Doorward->start(conf => "mcp-list = all\n");
my $no = 'Nothing was done. ';
my $again = "${no}Correct this and call again; ";
my $tables = 'get_overview shows the tables and their keys.';
my %key = (name => 'id', type => 'string');

sub failed {
	my ($tool, $args) = @_;
	my ($status, $a) = $s->mcp('tools/call', { name => $tool,
	    arguments => $args });
	return $a->{result}{isError} ? $a->{result}{content}[0]{text} :
	    'it did not fail';
}

sub leads {
	my ($tool, $args, $next) = @_;
	my ($last) = failed($tool, $args) =~ /\n(.*)\z/;
	is($last, $next, "$tool: what leads on");
}

my ($status) = $s->mcp('tools/call', { name => 'create_table',
    arguments => { table => 'songs', partition_key => \%key } });
is($status, 200, 'a table');
leads('describe_table', { table => 'ab' }, $again . $tables);
leads('get_item', { table => 'songs', key => { x => 1 } }, $again . $tables);
leads('get_item', { table => 'nope', key => { id => 'a' } },
    "${no}get_overview shows what there is.");
leads('create_table', { table => 'ab', partition_key => \%key },
    "${again}describe_tools shows its arguments.");
leads('describe_backup', { backup => 'x' },
    "${again}list_backups shows the backups.");
leads('describe_backup', { backup => 'arn:aws:dynamodb:us-east-1:' .
    '000000000000:table/songs/backup/01795831937530-1fb5906c' },
    "${no}list_backups shows the backups.");
leads('describe_global_table', { table => 'nope' },
    "${no}list_global_tables shows those that there are.");
leads('describe_export', { export => 'arn:aws:dynamodb:us-east-1:' .
    '000000000000:table/songs/export/01795831937530-1fb5906c' },
    "${no}list_exports shows the exports.");
leads('export_table', { table => 'nope', bucket => 'bb' },
    "${no}get_overview shows what there is.");
leads("describe_$_", { $_ => 'x' }, "${again}list_${_}s shows the ${_}s.")
    for qw(export import load);
leads('cancel_load', { load => 'x' }, "${again}list_loads shows the loads.");
leads('undo', { change => 'x' },
    "${again}undo in the result of a call names its change.");
leads('undo', { change => 'table-99' },
    "${no}undo in the result of a call names its change.");
leads('describe_tools', { tools => ['x'] },
    "${again}list_groups shows the groups and their tools.");

leads('export_table', { table => 'songs', bucket => 'bb' },
    "${no}update_continuous_backups switches it on, from then.");
leads('get_resource_policy', { table => 'songs' },
    "${no}put_resource_policy keeps one.");
my $item = { id => 'a' };
is_deeply([$s->mcp('tools/call', { name => 'put_item', arguments => {
    table => 'songs', item => $item } })]->[1]{result}{structuredContent}
    {replaced}, JSON::PP::false, 'an item');
leads('execute_statement', { statement =>
    q(INSERT INTO "songs" VALUE {'id':'a'}) }, 'Nothing was changed. ' .
    'get_item reads the item that is there; an UPDATE changes it.');
my $both = qr/after ValidationError correct its key or item; after \w+ .*\.\z/;
like(failed('transact_get_items', { items => [{ table => 'songs',
    key => { x => 1 } }] }), qr/\[ValidationError\]\n.*$both/s,
    'a transaction with a wrong key');
like(failed('transact_write_items', { actions => [{ action => 'check',
    table => 'songs', key => $item, condition =>
    'attribute_not_exists(id)' }] }), qr/\[ConditionalCheckFailed\]\n.*$both/s,
    'and with a condition that does not hold');
like(failed('update_table', { table => 'songs' }),
    qr/: expected something to change beside table, as stream\n/,
    'a change of nothing, in the words of the tool');

# What the protocol itself asks for names what was wrong, too.
sub told {
	my ($method, $params) = @_;
	my ($status, $a) = $s->mcp($method, $params);
	return $a->{error}{message} // 'no error';
}

is(told('no/method', {}), 'no such method: no/method', 'a method');
is(told('x' x 65, {}), 'no such method: ' . 'x' x 64, 'a long one is cut');
is(told('prompts/get', { name => 'explore_table', arguments => {
    table => 'songs', depth => '1' } }),
    'depth: explore_table takes no such argument', "a prompt's argument");
is(told('resources/read', { uri => 'doorward://tables/songs/x' }),
    'no such resource: see resources/list and resources/templates/list',
    'a resource');

# What is asked of a human, and the argument that brings the consent.
like(failed('delete_table', { table => 'songs' }),
    qr/\nItems in the table: 1, of 3 bytes together\.\n/, 'one item');
my (undef, $a) = $s->mcp('tools/list', {});
my @asks = grep { $_->{inputSchema}{properties}{confirm} }
    @{$a->{result}{tools}};
ok(@asks >= 6, scalar(@asks) . ' tools ask');
is_deeply([grep { ($_->{inputSchema}{properties}{confirm}{description} // '')
    ne "Of the first call's answer." } @asks], [],
    'each says where confirm is from');
$s->finish;
done_testing();
