#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# collection.t - item collections, which local indexes make: how large each is
# said to be, that it ends at 10 GB whatever writes, and that the counters are
# right behind everything that makes, moves or drops items.
#
# 10 GB are not written: the counter is set to what lacks a few bytes.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

Doorward->need('sqlite3');
my $MAX = 10 * 2**30;
my $s = Doorward->start(conf => "mcp-list = all\n");
my $json = Doorward::json();

sub call {
	my ($op, $in) = @_;
	my ($status, $a, $raw) = $s->dynamo($op, $in);
	is($status, 200, $op) or diag($raw->{body} // '');
	return $a;
}

# The exception and its text, of a call that fails.
sub refused {
	my ($op, $in) = @_;
	my ($status, $a) = $s->dynamo($op, $in);
	my ($type) = ($a->{__type} // 'none') =~ /(\w+)$/;
	return "$status $type: " . ($a->{message} // $a->{Message} // '');
}
my $FULL = '400 ItemCollectionSizeLimitExceededException: ' .
    'Collection size exceeded.';

sub create {
	my ($table, @local) = @_;
	return call('CreateTable', { TableName => $table,
	    BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions => [map { {
	    AttributeName => $_, AttributeType => 'S' } } 'p', 's',
	    @local ? 'l' : ()], KeySchema => [
	    { AttributeName => 'p', KeyType => 'HASH' },
	    { AttributeName => 's', KeyType => 'RANGE' }],
	    @local ? (LocalSecondaryIndexes => [map { { IndexName => "by-$_",
	    KeySchema => [{ AttributeName => 'p', KeyType => 'HASH' },
	    { AttributeName => 'l', KeyType => 'RANGE' }],
	    Projection => { ProjectionType => $_ } } } @local]) : () });
}

sub item {
	my ($p, $sort, %more) = @_;
	return { p => { S => $p }, s => { S => $sort },
	    map { $_ => { S => $more{$_} } } keys(%more) };
}
sub key { my ($p, $sort) = @_; return item($p, $sort) }

# SQL on the file itself, while nobody else writes.
sub set {
	return is(system('sqlite3', '-batch', $s->home . '/data/doorward.db',
	    '.dbconfig no_ckpt_on_close on', $_[0]), 0, 'the counter is set');
}

# {p => bytes}, by the counters of a table that is there, of any state.
sub counted {
	my ($table) = @_;
	return { map { split(/\|/) } Rooms::sql($s, "SELECT substr(c.hash, 5),
	    c.bytes FROM collection AS c JOIN incarnation AS i ON i.id = c.tbl
	    WHERE i.kind = 1 AND i.state != 2 AND i.name = '$table'") };
}

sub near {
	my ($table, $p, $left) = @_;
	my $bytes = $MAX - $left;
	set("UPDATE collection SET bytes = $bytes WHERE substr(hash, 5) =
	    CAST('$p' AS BLOB) AND tbl = (SELECT id FROM incarnation WHERE
	    kind = 1 AND state = 1 AND name = '$table')");
}

# ---- what is counted

create('music', qw(ALL KEYS_ONLY));
create('plain');
call('PutItem', { TableName => 'plain', Item => item('a', '1') });
is_deeply(counted('plain'), {}, 'without local indexes nothing is counted');
call('PutItem', { TableName => 'music', Item => item('a', '1') });
is_deeply(counted('music'), { a => 4 }, 'an item that is in no index');
call('PutItem', { TableName => 'music', Item => item('a', '2', l => 'x',
    v => 'y' x 100) });
# The item 4 + 2 + 101, as much in ALL, 4 + 2 in KEYS_ONLY.
is_deeply(counted('music'), { a => 4 + 107 + 107 + 6 }, 'and one in both');
call('PutItem', { TableName => 'music', Item => item('b', '1', l => 'x') });
call('UpdateItem', { TableName => 'music', Key => key('a', '2'),
    UpdateExpression => 'SET v = :v REMOVE l',
    ExpressionAttributeValues => { ':v' => { S => '' } } });
is_deeply(counted('music'), { a => 4 + 5, b => 18 }, 'each its own');
call('DeleteItem', { TableName => 'music', Key => key('b', '1') });
is_deeply(counted('music'), { a => 9 }, 'and none where nothing is left');

# ---- how large it is said to be

sub range {
	my $a = call('PutItem', { TableName => 'music', Item =>
	    item('a', '1'), ReturnItemCollectionMetrics => 'SIZE' });
	return $a->{ItemCollectionMetrics}{SizeEstimateRangeGB};
}

is_deeply(range(), [0, 1], 'small');
near('music', 'a', 2**30 + 1);
is_deeply(range(), [8, 9], 'nearly 9 GB');
near('music', 'a', 2**30);
is_deeply(range(), [9, 10], 'one byte more');

# ---- at the limit and one past it

sub full { near('music', 'a', 10) }
my $fits = item('a', '3', v => '12345');   # 2 + 2 + 6 bytes
my $more = item('a', '3', v => '123456');

full();
is(refused('PutItem', { TableName => 'music', Item => $more }), $FULL,
    'PutItem, one byte past it');
is(counted('music')->{a}, $MAX - 10, 'nothing has changed');
call('PutItem', { TableName => 'music', Item => $fits });
is(counted('music')->{a}, $MAX, 'PutItem, at the limit');
is(refused('PutItem', { TableName => 'music', Item => $more }), $FULL,
    'a larger item in its place');
call('PutItem', { TableName => 'music', Item => item('a', '3',
    v => '54321') });
call('PutItem', { TableName => 'music', Item => item('b', '3') });
is(refused('UpdateItem', { TableName => 'music', Key => key('a', '1'),
    UpdateExpression => 'SET v = :v', ExpressionAttributeValues =>
    { ':v' => { S => '' } } }), $FULL, 'UpdateItem');
is(refused('UpdateItem', { TableName => 'music', Key => key('a', '1'),
    UpdateExpression => 'SET l = :v', ExpressionAttributeValues =>
    { ':v' => { S => 'l' } } }), $FULL, 'UpdateItem, into an index');
call('UpdateItem', { TableName => 'music', Key => key('a', '3'),
    UpdateExpression => 'REMOVE v' });
is(counted('music')->{a}, $MAX - 6, 'what makes it smaller is done');
call('UpdateItem', { TableName => 'music', Key => key('a', '3'),
    UpdateExpression => 'SET v = :v', ExpressionAttributeValues =>
    { ':v' => { S => '12345' } } });

my @two = ({ PutRequest => { Item => item('c', '1') } },
    { PutRequest => { Item => item('a', '4') } });
is(refused('BatchWriteItem', { RequestItems => { music => \@two } }), $FULL,
    'BatchWriteItem');
is(counted('music')->{c}, undef, 'and none of it is done');
call('DeleteItem', { TableName => 'music', Key => key('a', '3') });
call('BatchWriteItem', { RequestItems => { music => \@two } });
is_deeply([@{counted('music')}{qw(a c)}], [$MAX - 6, 4], 'where it fits');

# 6 bytes are left: the first of two fits.
my ($status, $a) = $s->dynamo('TransactWriteItems', { TransactItems => [
    map { { Put => { TableName => 'music', Item => item(@$_) } } }
    (['a', '5'], ['b', '5'], ['a', '6'])] });
is($status, 400, 'a transaction is cancelled');
is_deeply([map { $_->{Code} } @{$a->{CancellationReasons}}],
    [qw(None None ItemCollectionSizeLimitExceeded)], 'by the second one');
is($a->{CancellationReasons}[2]{Message}, 'Collection size exceeded.',
    'which says so');
is(counted('music')->{a}, $MAX - 6, 'nothing has changed');

my $insert = q(INSERT INTO "music" VALUE {'p':'a','s':'%s','v':'%s'});
is(refused('ExecuteStatement', { Statement => sprintf($insert, 9, '12') }),
    $FULL, 'a statement');
my $batch = call('BatchExecuteStatement', { Statements => [map { {
    Statement => sprintf($insert, @$_) } } (['8', '12'], ['9', '1'])] });
is_deeply([map { $_->{Error}{Code} // 'none' } @{$batch->{Responses}}],
    ['ItemCollectionSizeLimitExceeded', 'none'], 'one of two');
is(counted('music')->{a}, $MAX, 'the other one is done');
($status, $a) = $s->dynamo('ExecuteTransaction', { TransactStatements => [
    { Statement => sprintf($insert, 7, '1') }] });
is($a->{CancellationReasons}[0]{Code}, 'ItemCollectionSizeLimitExceeded',
    'a transaction of statements');

# ---- a model is told what it is

sub tool {
	my ($name, $args) = @_;
	my ($st, $r) = $s->mcp('tools/call', { name => $name,
	    arguments => $args });
	return $r->{result};
}
my $told = tool('put_item', { table => 'music', item => { p => 'a',
    s => '6' } });
like($told->{content}[0]{text}, qr/Collection\ size\ exceeded\.\nNothing\ was\ .*
    items\ of\ one\ partition\ key.*10\ GB.*delete\ some/x, 'put_item');
like(tool('transact_write_items', { actions => [{ action => 'put',
    table => 'music', item => { p => 'a', s => '6' } }] })
    ->{content}[0]{text}, qr/\[ItemCollectionSizeLimitExceeded\]\n.*
    after\ ItemCollectionSizeLimitExceeded\ delete/sx, 'a transaction');

# What would come back does not fit any more.
my $gone = tool('delete_item', { table => 'music', key => { p => 'a',
    s => '9' } })->{structuredContent};
call('PutItem', { TableName => 'music', Item => item('a', '7', v => '1') });
like(tool('undo', { change => $gone->{undo} })->{content}[0]{text},
    qr/^\S*ItemCollectionSizeLimitExceeded\S* Collection size exceeded/,
    'undo is refused, too');
call('DeleteItem', { TableName => 'music', Key => key('a', '7') });
is(tool('undo', { change => $gone->{undo} })->{structuredContent}{items}, 1,
    'and works where there is room');
is(counted('music')->{a}, $MAX, 'it is counted');

# ---- the table as a whole

sub settled {
	my ($what, $is) = @_;
	ok(Rooms::wait_for(20, $is), $what);
}

# Counted anew from the items, where there is no counter: so the file of an
# older version is.
set('DELETE FROM collection');
call('PutItem', { TableName => 'music', Item => item('c', '9', l => 'x') });
is_deeply(counted('music'), { c => 4 + 18 },
    'a collection is counted when it is written to');
call('UpdateItem', { TableName => 'music', Key => key('a', '1'),
    UpdateExpression => 'SET v = :v', ExpressionAttributeValues =>
    { ':v' => { S => '1' } } });
# 1 (6), 2 (5), 4 (4), 9 (6)
is(counted('music')->{a}, 6 + 5 + 4 + 6, 'with what was there before');

my $backup = call('CreateBackup', { TableName => 'music', BackupName =>
    'full' })->{BackupDetails}{BackupArn};
call('RestoreTableFromBackup', { TargetTableName => 'again',
    BackupArn => $backup });
settled('a restored table', sub { my $c = counted('again');
    ($c->{a} // 0) == 21 && ($c->{c} // 0) == 22 });
call('RestoreTableFromBackup', { TargetTableName => 'less',
    BackupArn => $backup, LocalSecondaryIndexOverride => [] });
is_deeply(counted('less'), {}, 'none where it has no local index');

my $asked = tool('delete_table', { table => 'again' });
my ($confirm) = $json->encode($asked) =~ /"confirm\W+([\w.-]{20,})/;
$gone = tool('delete_table', { table => 'again', confirm => $confirm });
is(counted('again')->{a}, 21, 'a table that is set aside keeps them');
tool('undo', { change => $gone->{structuredContent}{undo} });
call('PutItem', { TableName => 'again', Item => item('a', 'z') });
is(counted('again')->{a}, 25, 'and goes on with them');

call('PutItem', { TableName => 'again', Item => { %{item('a', 'x')},
    exp => { N => time() - 10 . '' } } });
call('UpdateTimeToLive', { TableName => 'again', TimeToLiveSpecification =>
    { Enabled => \1, AttributeName => 'exp' } });
settled('an item expires', sub { counted('again')->{a} == 25 });

call('DeleteTable', { TableName => 'again' });
my $left = q(SELECT count(*) FROM collection WHERE tbl NOT IN
    (SELECT id FROM incarnation WHERE state = 1));
settled('they go with their table', sub {
	$s->dynamo('PutItem', { TableName => 'plain', Item => item('a', '1') });
	(Rooms::sql($s, $left))[0] == 0;
});
Rooms::sound($s, 'the file is sound');

# ---- a file of the version before

my $home = $s->home;
$s->stop;
is(system('sqlite3', '-batch', "$home/data/doorward.db", 'DROP TABLE
    collection; PRAGMA user_version = 3; PRAGMA wal_checkpoint(TRUNCATE)
    '), 0, 'a file of version 3');
unlink("$home/data/doorward.lock");
$s = Doorward->start(home => $home);
call('PutItem', { TableName => 'music', Item => item('a', 'new') });
is_deeply(counted('music'), { a => 21 + 6 }, 'is counted rightly');
$s->finish;
done_testing();
