#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# vectors.t - a vector index on a table with many items: it is filled by the
# jobs' process, searches find everything meanwhile, its counts are right
# behind that, and what an older version made becomes the same.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

Doorward->need('sqlite3');
my $ROWS = 9000; # every third has no vector
my $s = Doorward->start;
my $c = $s->client;

sub call {
	my ($op, $in) = @_;
	my ($status, $a, $raw) = $s->dynamo($op, $in, on => $c);
	is($status, 200, $op) or diag($raw->{body} // '');
	return $a;
}

sub vector { return { L => [map { { N => "$_" } } @_] } }

is((Rooms::create($s, 'near', on => $c))[0], 200, 'a table');
my $bad = 0;
for (my $i = 0; $i < $ROWS; $i += 25) {
	my ($status) = $s->dynamo('BatchWriteItem', { RequestItems => { near =>
	    [map { { PutRequest => { Item => { k => { S => "$_" },
	    $_ % 3 ? (v => vector($_, 1)) : () } } } } ($i .. $i + 24)] } },
	    on => $c);
	$bad++ if $status != 200;
}
is($bad, 0, "$ROWS items");

sub described {
	my ($table) = @_;
	my ($status, $a) = $s->dynamo('DescribeTable',
	    { TableName => $table // 'near' });
	my ($x) = @{$a->{Table}{VectorIndexes} // []};
	return $x;
}

sub nearest {
	my ($to, %more) = @_;
	my $a = call('SearchVectors', { TableName => 'near', IndexName => 'far',
	    SearchVector => vector($to, 1)->{L}, TopK => 1,
	    ReturnConsumedCapacity => 'TOTAL', %more });
	return "$a->{SearchResults}[0]{Item}{k}{S}: " .
	    $a->{ConsumedCapacity}{VectorSearchRequestBytes};
}

my $create = { TableName => 'near', VectorIndexUpdates => [{ Create => {
    IndexName => 'far', VectorAttribute => { AttributeName => 'v' },
    Dimensions => 2, DistanceFunction => 'EUCLIDEAN',
    Projection => { ProjectionType => 'KEYS_ONLY' } } }] };
my $delete = { TableName => 'near', VectorIndexUpdates => [{ Delete => {
    IndexName => 'far' } }] };

my $a = call('UpdateTable', $create);
is($a->{TableDescription}{VectorIndexes}[0]{IndexStatus}, 'CREATING',
    'it is being made');
my $last = $ROWS - 1;
like(nearest($last), qr/^$last: /, 'a search finds what is not in it yet');
call('PutItem', { TableName => 'near', Item => { k => { S => '3' },
    v => vector(-5, 1) } });
call('DeleteItem', { TableName => 'near', Key => { k => { S => '4' } } });
ok(Rooms::wait_for(30, sub { described()->{IndexStatus} eq 'ACTIVE' }),
    'it is filled');

# Of the vectors, 3 has come and 4 has gone.
my $n = $ROWS * 2 / 3;
sub right {
	my ($name) = @_;
	# k and its value, v and four bytes for each number.
	my $bytes = (Rooms::sql($s, "SELECT sum(1 + length(hash) - 4 + 1 + 8)
	    FROM item WHERE instr(text, CAST('\"v\"' AS BLOB)) > 0 AND tbl =
	    (SELECT id FROM incarnation WHERE kind = 1 AND name = 'near')"))[0];
	my $x = described();
	is($x->{ItemCount}, $n, "$name: each vector is counted");
	is($x->{IndexSizeBytes}, $bytes, "$name: and its bytes");
	is(nearest($last), "$last: $bytes",
	    "$name: a search looks at these alone");
	is(nearest(-9), "3: $bytes", "$name: what came meanwhile is there");
	Rooms::sound($s, "$name: the file is sound");
	return;
}
right('filled');

# Away while it is being filled.
call('UpdateTable', $delete);
call('UpdateTable', $create);
call('UpdateTable', $delete);
is(described(), undef, 'it goes while it comes');
ok(Rooms::wait_for(30, sub {
	Rooms::put($s, 'near', 'tidy', time()); # each write tidies something
	return (Rooms::sql($s, 'SELECT count(*) FROM index_entry'))[0] == 0;
}), 'its entries, too');
call('DeleteItem', { TableName => 'near', Key => { k => { S => 'tidy' } } });

# ---- a file of the version before, which kept nothing of vector indexes

call('UpdateTable', $create);
ok(Rooms::wait_for(30, sub { described()->{IndexStatus} eq 'ACTIVE' }),
    'it is there again');
is((Rooms::create($s, 'aside', on => $c))[0], 200, 'and another table');
call('PutItem', { TableName => 'aside', Item => { k => { S => "$_" },
    v => vector($_, 1) } }) for (1 .. 3);
call('UpdateTable', { %$create, TableName => 'aside' });
my ($aside) = Rooms::sql($s, q(SELECT id FROM incarnation WHERE kind = 1
    AND name = 'aside'));
my $home = $s->home;
$s->stop;
my $old = q(
    UPDATE incarnation SET state = 3, ended = created
      WHERE kind = 1 AND name = 'aside';
    UPDATE incarnation SET state = 2 WHERE kind = 2;
    UPDATE incarnation SET def = CAST(substr(def, 1, instr(def,
      CAST(',"vectors":' AS BLOB)) - 1) || substr(def, instr(def,
      CAST(x'7d0a' AS BLOB))) AS BLOB) WHERE kind = 1;
    DROP TABLE collection;
    PRAGMA user_version = 3;
    PRAGMA wal_checkpoint(TRUNCATE));
is(system('sqlite3', '-batch', "$home/data/doorward.db", $old), 0,
    'a file of version 3');
unlink("$home/data/doorward.lock");
$s = Doorward->start(home => $home);
$c = $s->client;
like(nearest($last), qr/^$last: /, 'a search finds it at once');
is(described()->{Backfilling}, JSON::PP::true, 'it is to be filled');
# By what the listener does when nobody comes for a while.
ok(Rooms::wait_for(30, sub { (Rooms::sql($s, q(SELECT instr(def, '"vectors"')
    AND NOT instr(def, '"building"') FROM incarnation WHERE kind = 1
    AND state = 1)))[0] }),
    'it becomes one of today');
is(described()->{IndexStatus}, 'ACTIVE', 'and is ready');
right('of an older version');

# That one was set aside, and none of those that were looked at.
my ($status, $r) = $s->mcp('tools/call', { name => 'undo',
    arguments => { change => "table-$aside" } });
is_deeply($r->{result}{structuredContent}, { table => 'aside' },
    'a table that was deleted before comes back');
ok(Rooms::wait_for(30, sub { described('aside')->{IndexStatus} eq 'ACTIVE' }),
    'with its index');
is(described('aside')->{ItemCount}, 3, 'which is filled');
$s->finish;
done_testing();
