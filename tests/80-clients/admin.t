#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# admin.t - dynamodb-admin, the common page to look at tables with, on the
# real program: what a person does there.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use HTTP::Tiny;
use JSON::PP;
use Node;
use Rooms;
use Test::More;

my $why = Node::missing('dynamodb-admin');
plan(skip_all => $why) if defined($why);

my $s = Doorward->start;
my ($id, $secret) = $s->aws;
my $port = Doorward::free_port();
my $log = $s->home . '/admin.log';
my $pid = fork() // die("fork: $!");
if ($pid == 0) {
	open(STDOUT, '>', $log);
	open(STDERR, '>&', \*STDOUT);
	%ENV = (PATH => $ENV{PATH}, AWS_ACCESS_KEY_ID => $id,
	    AWS_SECRET_ACCESS_KEY => $secret, AWS_REGION => 'us-east-1',
	    HOST => '127.0.0.1', PORT => $port,
	    DYNAMO_ENDPOINT => 'http://127.0.0.1:' . $s->port);
	exec(Node::program(), Node::package_dir('dynamodb-admin') .
	    '/dist/dynamodb-admin.js') or POSIX::_exit(127);
}
END { kill('KILL', $pid) if $pid; }

my $http = HTTP::Tiny->new(timeout => 20);
sub ask {
	my ($method, $path, $body) = @_;
	my $a = $http->request($method, "http://127.0.0.1:$port$path", {
	    headers => { 'Content-Type' => 'application/json' },
	    defined($body) ? (content => encode_json($body)) : () });
	return ($a->{status}, $a->{content}, eval { decode_json($a->{content}) });
}

ok(Rooms::wait_for(20, sub { (ask('GET', '/'))[0] == 200 }), 'it shows a page')
    or diag(Doorward::slurp($log));
my ($status, $text, $got) = ask('POST', '/create-table', { TableDefinition => {
    TableName => 'people', HashAttributeName => 'name',
    HashAttributeType => 'S', RangeAttributeName => 'born',
    RangeAttributeType => 'N', ReadCapacityUnits => 3,
    WriteCapacityUnits => 3 }, SecondaryIndexes => [{
    IndexName => 'bytown', IndexType => 'global', HashAttributeName => 'town',
    HashAttributeType => 'S', ReadCapacityUnits => 3, WriteCapacityUnits => 3,
    ProjectionType => 'ALL' }] });
is($status, 204, 'a table with an index') or diag($text);
for my $p (['Ada', 1815, 'London'], ['Grace', 1906, 'New York'],
    ['Alan', 1912, 'London']) {
	($status, $text) = ask('PUT', '/tables/people/add-item', {
	    name => $p->[0], born => $p->[1], town => $p->[2] });
	is($status, 200, "item $p->[0]") or diag($text);
}
($status, $text, $got) = ask('GET', '/api/tables');
like($text, qr/"people"/, 'the list of tables');
($status, $text) = ask('GET', '/tables/people');
is($status, 200, 'the table');
($status, $text, $got) = ask('GET', '/tables/people/items');
is(scalar(@{$got->{Items} // []}), 3, 'its items');
($status, $text, $got) = ask('GET', '/tables/people/items?operationType=query' .
    '&queryableSelection=bytown&filters=' .
    '%7B%22town%22%3A%7B%22value%22%3A%22London%22%2C%22type%22%3A%22S%22%2C' .
    '%22operator%22%3A%22%3D%22%7D%7D');
is(join(' ', sort(map { $_->{name} } @{$got->{Items} // []})), 'Ada Alan',
    'a query on the index') or diag($text);
($status, $text, $got) = ask('GET', '/tables/people/items?pageSize=2');
ok($got->{nextKey}, 'a page, and where the next begins');
($status) = ask('GET', '/tables/people/meta');
is($status, 200, 'what the table is');
($status) = ask('GET', '/tables/people/ttl');
is($status, 200, 'its time to live');
($status, $text) = ask('DELETE', '/tables/people/all');
is($status, 200, 'all items are removed') or diag($text);
($status, $text, $got) = ask('GET', '/tables/people/items');
is(scalar(@{$got->{Items} // [1]}), 0, 'none is left');
($status, $text) = ask('DELETE', '/tables/people');
is($status, 204, 'the table is deleted') or diag($text);
is_deeply(($s->dynamo('ListTables', {}))[1]{TableNames}, [], 'and gone');
kill('TERM', $pid);
waitpid($pid, 0);
$pid = 0;
$s->finish;
done_testing();
