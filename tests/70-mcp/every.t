#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# every.t - the tools that are not listed by default, at work in the program:
# what one writes another reads.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

Doorward->need;
my $json = Doorward::json();
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my $s = Doorward->start;

# Its structured result; of a failure the text.
sub call {
	my ($tool, $args) = @_;
	my ($status, $a) = $s->mcp_modern('tools/call', { name => $tool,
	    arguments => $args });
	my $r = $a->{result} // return $json->encode($a);
	return $r->{isError} ? $r->{content}[0]{text} : $r->{structuredContent};
}

# The same where a human is asked, who agrees.
sub sure {
	my ($tool, $args) = @_;
	my ($confirm) = call($tool, $args) =~ /"confirm":"([^"]+)"/;
	ok($confirm, "$tool: asked first");
	return call($tool, { %$args, confirm => $confirm });
}

# Once a second until it is as wanted, for some seconds.
sub until_is {
	my ($want, $name, $get) = @_;
	my $got;
	for (1 .. 40) {
		$got = $get->();
		last if defined($got) && $got eq $want;
		select(undef, undef, undef, 0.25);
	}
	is($got, $want, $name);
}

call('create_table', { table => 'songs',
    partition_key => { name => 'artist', type => 'string' },
    sort_key => { name => 'year', type => 'number' } });
my @q = (artist => 'Queen');

# ---- transactions

my @two = (actions => [
    { action => 'put', table => 'songs', item => { @q, year => 1975, n => 1 } },
    { action => 'put', table => 'songs', item => { @q, year => 1980 },
    condition => 'attribute_not_exists(artist)' }]);
my $done = call('transact_write_items', { @two });
ok($done->{done}, 'transact_write_items');
my $undone = call('undo', { change => $done->{undo} });
is($undone->{items}, 2, 'undo');
is(call('scan', { table => 'songs' })->{count}, 0, 'there is nothing again');
is(call('undo', { change => $undone->{undo} })->{items}, 2,
    'and that is undone, too');
like(call('transact_write_items', { actions => [
    { action => 'check', table => 'songs', key => { @q, year => 1975 },
    condition => 'n = :n', values => { ':n' => 2 } },
    { action => 'delete', table => 'songs', key => { @q, year => 1980 } }] }),
    qr/^TransactionCanceledException:\ .*\ \[ConditionalCheckFailed,\ None\]
	\nactions\[0\]:\ ConditionalCheckFailed:\ The\ conditional\ request\ failed
	\nNothing\ was\ changed\. /x, 'a condition that does not hold: by its place');
my $misfit = call('transact_write_items', { actions => [
    { action => 'delete', table => 'songs', key => { @q, year => 1980 } },
    { action => 'put', table => 'songs', item => { @q, year => 'x' } },
    { action => 'update', table => 'songs', key => { @q, year => 1975 },
    update => 'SET n = artist + :n', values => { ':n' => 1 } }] });
like($misfit, qr/\[None,\ ValidationError,\ ValidationError\]
	\nactions\[1\]:\ ValidationError:\ .*Type\ mismatch\ for\ key\ year\ .*
	\nactions\[2\]:\ ValidationError:\ .*operand.*\n/x,
    'what does not fit: each with its reason') or diag($misfit);
$misfit = call('transact_get_items', { items => [
    { table => 'songs', key => { @q, year => 1975 } },
    { table => 'songs', key => { @q } }] });
like($misfit, qr/\[None,\ ValidationError\]
	\nitems\[1\]:\ ValidationError:\ The\ provided\ key\ element/x,
    'transact_get_items: what does not fit') or diag($misfit);
is_deeply(call('transact_get_items', { items => [
    { table => 'songs', key => { @q, year => 1975 }, attributes => ['n'] },
    { table => 'songs', key => { @q, year => 1980 } },
    { table => 'songs', key => { @q, year => 1 } }] }),
    { results => [{ item => { n => 1 } }, { item => { @q, year => 1980 } },
    {}] }, 'transact_get_items: nothing was deleted');
like(call('transact_write_items', { actions => [{ action => 'put',
    table => 'songs', key => { @q, year => 1 } }] }),
    qr/^ValidationException: actions\[0\]: put needs item, and takes no key/,
    'an action without its item');
for (1, 2) {
	ok(call('transact_write_items', { once => 'one', actions => [
	    { action => 'update', table => 'songs', key => { @q, year => 1975 },
	    update => 'ADD n :n', values => { ':n' => 1 } }] })->{done},
	    "once: call $_");
}
is(call('get_item', { table => 'songs', key => { @q, year => 1975 } })
    ->{item}{n}, 2, 'once: it was done once');

# ---- PartiQL

is_deeply(call('execute_statement', { statement =>
    "INSERT INTO songs VALUE {'artist': ?, 'year': ?}",
    values => ['Abba', 1976] })->{items}, [], 'execute_statement');
is_deeply(call('select_items', { statement =>
    'SELECT * FROM songs WHERE artist = ?', values => ['Abba'] }),
    { items => [{ artist => 'Abba', year => 1976 }] }, 'select_items');
my $page = call('select_items', { statement =>
    "SELECT year FROM songs WHERE artist = 'Queen'", limit => 1 });
is_deeply($page->{items}, [{ year => 1975 }], 'a page');
is_deeply(call('select_items', { statement =>
    "SELECT year FROM songs WHERE artist = 'Queen'", limit => 5,
    cursor => $page->{next_cursor} }), { items => [{ year => 1980 }] },
    'and the next');
like(call('select_items', { statement =>
    "DELETE FROM songs WHERE artist = 'Abba' AND year = 1976" }),
    qr/^ValidationException: statement: expected SELECT/,
    'select_items: it does not write');
like(call('execute_statement', { statement => 'SELECT * FROM songs' }),
    qr/^ValidationException: statement: expected INSERT/,
    'execute_statement: it does not read');
is_deeply(call('batch_execute_statement', { statements => [
    { statement => "INSERT INTO songs VALUE {'artist': 'Abba', 'year': 1976}" },
    { statement => "UPDATE songs SET n = ? WHERE artist = 'Queen' AND year = " .
    '1980', values => [7] }] })->{results}[0]{error}, 'DuplicateItem',
    'batch_execute_statement: one fails');
is_deeply(call('execute_transaction', { statements => [map { { statement =>
    "SELECT n FROM songs WHERE artist = 'Queen' AND year = $_" } } 1980, 1] }),
    { results => [{ item => { n => 7 } }, {}] }, 'execute_transaction');

# ---- one long attribute does not fill a model's window unasked

my $long = 'x' x 70_000;
my %big = (artist => 'Long', year => 1);
my $get_item = 'get_item reads them where attributes names them';
call('put_item', { table => 'songs', item => { %big, text => $long } });
my $said = call('put_item', { table => 'songs', return_old => $yes,
    item => { %big, text => $long, n => 1 } });
is_deeply([$said->{old}, $said->{note}], [\%big,
    'too long to be shown: "text"; undo brings the old item back'],
    'put_item: what it replaced');
$said = call('update_item', { table => 'songs', key => \%big,
    update => 'ADD n :one', values => { ':one' => 1 }, return_item => $yes });
is_deeply([$said->{item}, $said->{note}], [{ %big, n => 2 },
    "too long to be shown: \"text\"; $get_item"], 'update_item');
is_deeply(call('select_items', { statement =>
    "SELECT * FROM songs WHERE artist = 'Long'" }), { items => [{ %big,
    n => 2 }], left_out => ['text'], note => 'left_out were too long to be ' .
    'shown: name them in SELECT to read them' }, 'SELECT *');
is(call('select_items', { statement =>
    "select text FROM songs WHERE artist = 'Long'" })->{items}[0]{text}, $long,
    'SELECT text: as it is');
my $whole = "SELECT * FROM songs WHERE artist = 'Long' AND year = 1";
for my $tool ('batch_execute_statement', 'execute_transaction') {
	is_deeply(call($tool, { statements => [{ statement => $whole }] }),
	    { results => [{ item => { %big, n => 2 } }], left_out => ['text'],
	    note => "left_out were too long to be shown: $get_item" }, $tool);
}
$said = call('execute_statement', { statement => 'DELETE FROM songs WHERE ' .
    "artist = 'Long' AND year = 1 RETURNING ALL OLD *" });
is_deeply([$said->{items}, $said->{left_out}], [[{ %big, n => 2 }], ['text']],
    'execute_statement');
call('undo', { change => $said->{undo} });
is(call('get_item', { table => 'songs', key => \%big,
    attributes => ['text'] })->{item}{text}, $long, 'and it is done as said');
call('delete_item', { table => 'songs', key => \%big });

# ---- tags, time to live

# It has a way back beside what it says.
sub done {
	my ($r, $want, $back, $before, $what) = @_;
	$r = {} if !ref($r);
	my ($take_back, $was) = delete(@{$r}{qw(take_back before)});
	is_deeply($r, $want, $what);
	like($take_back // '', $back, "$what: how it is taken back");
	is_deeply($was, $before, "$what: how it was");
}
done(call('tag_table', { table => 'songs', tags => [
    { key => 'team', value => 'x' }] }), { done => $yes },
    qr/^tag_table, .*untag_table,/, { tags => [] }, 'tag_table');
is_deeply(call('list_tags', { table => 'songs' }), { tags => [
    { key => 'team', value => 'x' }] }, 'list_tags');
done(call('untag_table', { table => 'songs', keys => ['team'] }),
    { done => $yes }, qr/^tag_table,/, { tags => [{ key => 'team',
    value => 'x' }] }, 'untag_table');
is_deeply(call('list_tags', { table => 'songs' }), { tags => [] }, 'none');
done(call('update_time_to_live', { table => 'songs', enabled => $yes,
    attribute => 'until' }), { enabled => $yes, attribute => 'until' },
    qr/^update_time_to_live,/, { status => 'DISABLED' },
    'update_time_to_live');
is(call('describe_time_to_live', { table => 'songs' })->{attribute}, 'until',
    'describe_time_to_live');

# ---- backups, undo

my $b = call('create_backup', { table => 'songs', name => 'before' });
is($b->{name}, 'before', 'create_backup');
until_is('AVAILABLE', 'describe_backup', sub {
    call('describe_backup', { backup => $b->{backup} })->{status} });
is_deeply([map { "$_->{table} $_->{name}" }
    @{call('list_backups', { table => 'songs' })->{backups}}],
    ['songs before'], 'list_backups');
is(call('restore_backup', { backup => $b->{backup}, to => 'again' })->{table},
    'again', 'restore_backup');
until_is('ACTIVE', 'the new table', sub {
    call('describe_table', { table => 'again' })->{status} });
is(scalar(@{call('scan', { table => 'again' })->{items}}), 3, 'has the items');
is(sure('delete_backup', { backup => $b->{backup} })->{status}, 'DELETED',
    'delete_backup');
is(call('describe_continuous_backups', { table => 'songs' })->{status},
    'DISABLED', 'describe_continuous_backups');
my $kept = call('update_continuous_backups', { table => 'songs',
    enabled => $yes, days => 7 });
is("$kept->{status} $kept->{days}", 'ENABLED 7', 'update_continuous_backups');
is(call('restore_table_to_time', { from => 'songs', to => 'past',
    latest => $yes })->{table}, 'past', 'restore_table_to_time');
like(call('undo', { change => 'change-900-901' }),
    qr/^ResourceNotFoundException: there is nothing to undo/,
    'undo: a name of nothing');

# ---- update_table

is(call('update_table', { table => 'songs', protected => $yes,
    create_index => { name => 'by-n', partition_key => { name => 'n',
    type => 'number' } } })->{table}, 'songs', 'update_table: an index');
until_is(2, 'it is filled', sub {
    my $r = call('query', { table => 'songs', index => 'by-n',
	key => { n => 2 } });
    ref($r) && $r->{count} ? 1 + $r->{count} : undef });
like(sure('delete_table', { table => 'songs' }), qr/protect/i,
    'a protected table is not deleted');
my $dropped = call('update_table', { table => 'songs', protected => $no,
    delete_index => 'by-n' });
is($dropped->{table}, 'songs', 'update_table: it is dropped');
is_deeply([$dropped->{before}{protected}, $dropped->{before}{indexes}], [$yes,
    [{ index => 'by-n', has => 'all', partition_key => { name => 'n',
    type => 'number' } }]], 'and it says how it was');

# ---- a load of files

my $bucket = $s->home . '/data/imports/in';
mkdir($s->home . '/data/imports', 0700);
mkdir($bucket, 0700) or die("$bucket: $!");
open(my $fh, '>', "$bucket/one.json") or die("$bucket: $!");
print $fh qq({"Item":{"artist":{"S":"Abba"},"year":{"N":"1977"}}}\n);
close($fh);
my $load = call('load_items', { table => 'songs', bucket => 'in',
    format => 'dynamodb_json' })->{load};
until_is('COMPLETED', 'load_items, describe_load', sub {
    call('describe_load', { load => $load })->{status} });
is(call('list_loads', {})->{loads}[0]{load}, $load, 'list_loads');
ok(call('get_item', { table => 'songs', key => { artist => 'Abba',
    year => 1977 } })->{found}, 'the item is there');
my $import = call('import_table', { table => 'new', bucket => 'in',
    format => 'dynamodb_json', partition_key => { name => 'artist',
    type => 'string' } })->{import};
until_is('COMPLETED', 'import_table, describe_import', sub {
    call('describe_import', { import => $import })->{status} });
is(call('list_imports', { table => 'new' })->{imports}[0]{table}, 'new',
    'list_imports');
mkdir($s->home . '/data/exports', 0700);
mkdir($s->home . '/data/exports/out', 0700);
my $export = call('export_table', { table => 'songs', bucket => 'out',
    filter => 'artist = :a AND #y = :y', names => { '#y' => 'year' },
    values => { ':a' => 'Abba', ':y' => 1977 } })->{export};
until_is('COMPLETED', 'export_table, describe_export', sub {
    call('describe_export', { export => $export })->{status} });
is(call('describe_export', { export => $export })->{items}, 1,
    'export_table: what the filter takes');
is(call('list_exports', {})->{exports}[0]{export}, $export, 'list_exports');

# ---- vectors

is(call('create_vector_index', { table => 'songs', index => 'near',
    attribute => 'v', dimensions => 2, distance => 'euclidean' })->{table},
    'songs', 'create_vector_index');
call('put_item', { table => 'songs', item => { artist => 'V', year => $_,
    v => [$_, 0] } }) for 1, 5, 9;
is_deeply([map { $_->{item} } @{call('search_vectors', { table => 'songs',
    index => 'near', vector => [6, 0], limit => 2, attributes => ['year'] })
    ->{results}}], [{ year => 5 }, { year => 9 }], 'search_vectors');
is_deeply(call('delete_vector_index', { table => 'songs', index => 'near' })
    ->{before}{vector_indexes}, [{ index => 'near', attribute => 'v',
    dimensions => 2, items => 3, distance => 'euclidean' }], 'delete_vector_index');

# ---- what is kept around a table

is(call('describe_limits', {})->{table_read}, 40000, 'describe_limits');
is(call('update_contributor_insights', { table => 'songs',
    action => 'enable' })->{table}, 'songs', 'update_contributor_insights');
like(call('describe_contributor_insights', { table => 'songs' })->{status},
    qr/^ENABL/, 'describe_contributor_insights');
is(scalar(@{call('list_contributor_insights', {})->{insights}}), 1,
    'list_contributor_insights');
my $policy = $json->encode({ Version => '2012-10-17', Statement => [{
    Effect => 'Allow', Principal => '*', Action => 'dynamodb:GetItem',
    Resource => '*' }] });
my $kept_policy = call('put_resource_policy', { table => 'songs',
    policy => $policy });
ok(!exists($kept_policy->{before}), 'there was none before');
delete($kept_policy->{take_back});
is_deeply(call('get_resource_policy', { table => 'songs' }),
    { policy => $policy, %$kept_policy }, 'put_ and get_resource_policy');
is(call('delete_resource_policy', { table => 'songs' })->{before}{policy},
    $policy, 'delete_resource_policy: as it was');
like(call('get_resource_policy', { table => 'songs' }), qr/NotFound/, 'gone');
is_deeply(call('describe_kinesis_destination', { table => 'songs' }),
    { streams => [] }, 'describe_kinesis_destination');
is_deeply(call('list_global_tables', {}), { tables => [] },
    'list_global_tables');

is(scalar(@{call('describe_endpoints', {})->{endpoints}}), 1,
    'describe_endpoints');
like(call('update_kinesis_destination', { table => 'songs', stream =>
    'arn:aws:kinesis:us-east-1:000000000000:stream/one',
    precision => 'microsecond' }), qr/^ResourceNotFoundException: /,
    'update_kinesis_destination: none is named');
call('create_table', { table => 'global', partition_key => { name => 'k',
    type => 'string' } });
call('update_table', { table => 'global', stream => 'both' });
is(scalar(@{call('create_global_table', { table => 'global', replicas => [{
    region => 'eu-west-1' }] })->{replicas}}), 1, 'create_global_table');
is(call('update_global_settings', { table => 'global', write_units => 5,
    write => { min => 2, max => 8, policy => { target => 70 } },
    replicas => [{ region => 'eu-west-1', read_units => 6,
    class => 'infrequent_access' }] })->{table}, 'global',
    'update_global_settings');
my $set = call('describe_global_settings', { table => 'global' });
is_deeply([@{$set->{replicas}[0]}{qw(region class read_units write_units)},
    $set->{replicas}[0]{write}{max}], ['eu-west-1', 'infrequent_access', 6, 5,
    8], 'describe_global_settings');
is(call('update_replica_scaling', { table => 'global', replicas => [{
    region => 'eu-west-1', read => { min => 1, max => 4 } }] })->{table},
    'global', 'update_replica_scaling');
is_deeply(call('update_global_table', { table => 'global', changes => [{
    add => 'eu-west-2' }] })->{before}{replicas}, [{ region => 'eu-west-1' }],
    'update_global_table');
is_deeply(call('update_global_table', { table => 'global', changes => [{
    remove => 'eu-west-2' }] })->{replicas}, [{ region => 'eu-west-1' }],
    'and back');
is(call('describe_replica_scaling', { table => 'global' })->{replicas}[0]
    {read}{max}, 4, 'describe_replica_scaling');

# ---- streams

like(call('read_changes', { table => 'songs' }),
    qr/^ValidationException: table: it has no stream/, 'no stream');
is(call('update_table', { table => 'songs', stream => 'both' })->{table},
    'songs', 'update_table: a stream');
is(call('describe_table', { table => 'songs' })->{stream}, 'both',
    'describe_table shows it');
is_deeply([sort(map { $_->{table} } @{call('list_streams', {})->{streams}})],
    ['global', 'songs'], 'list_streams');
my $empty = call('read_changes', { table => 'songs', from_now => $yes });
is_deeply($empty->{changes}, [], 'read_changes: nothing yet');
call('put_item', { table => 'songs', item => { @q, year => 1975, n => 9 } });
my $read = call('read_changes', { table => 'songs',
    cursor => $empty->{next_cursor} });
my $change = $read->{changes}[0];
is_deeply([scalar(@{$read->{changes}}), $change->{change}, $change->{key},
    $change->{old}{n}, $change->{new}{n}],
    [1, 'modify', { @q, year => 1975 }, 2, 9], 'read_changes: what changed');
is_deeply(call('read_changes', { table => 'songs' })->{changes},
    [$change], 'and from the start');
$s->finish;

# ---- a token that may only read has those that read

$s = Doorward->start(conf => "mcp-list = all\n");
my ($status, $out) = Doorward->command($s->home, 'token', 'new', 'reader');
my ($text) = $out =~ /^DOORWARD_TOKEN=(\S+)$/m;
$s->{bearer} = $text;
my %has = map { $_->{name} => $_ }
    @{($s->mcp_modern('tools/list', {}))[1]{result}{tools}};
is_deeply([map { $has{$_} ? 1 : 0 } 'select_items', 'transact_get_items',
    'read_changes', 'execute_statement', 'execute_transaction', 'undo'],
    [1, 1, 1, 0, 0, 0], 'r31: what a reader is shown');
$s->finish;
done_testing();
