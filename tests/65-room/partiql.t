#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# partiql.t - claim B2 for operations whose body alone says whether they
# write: it is parsed in the read room, and only what writes is handed over.
# And a ClientRequestToken is good for one time, whichever processes it comes
# to.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

Doorward->need;
my $s = Doorward->start;
my $json = $s->json;
is((Rooms::create($s, 'hop'))[0], 200, 'a table');

sub request {
	my ($op, $args) = @_;
	return $s->text('POST', '/', [$s->auth, 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    "DynamoDB_20120810.$op"], $json->encode($args));
}
sub statement { return request('ExecuteStatement', { Statement => $_[0] }) }

sub said {
	my ($a) = @_;
	my $body = eval { $json->decode($a->{body}) } // {};
	return $a->{status} . ' ' . ($a->{error} // '') . $a->{body}
	    if $a->{status} != 200;
	return join(',', map { $_->{v}{N} // '-' } @{$body->{Items} // []});
}

# ---- each statement in its room: what the connection's processes are

sub kinds {
	my ($c) = @_;
	return join(' ', sort(grep { defined } map { Rooms::kind($_) }
	    $s->holders($c)));
}

SKIP: {
	skip('needs root to look into the rooms', 4) if $> != 0;
	my $c = $s->client;
	$c->send(statement(q(SELECT * FROM hop WHERE k = 'a')));
	is(said($c->answer), '', 'a SELECT');
	is(kinds($c), 'read', 'is carried out by the room that reads');
	$c->send(statement(q(INSERT INTO hop VALUE {'k': 'a', 'v': 1})));
	is(said($c->answer), '', 'an INSERT');
	like(kinds($c), qr/write/, 'by the one that writes');
	$c->close;
}

# ---- by turns on one connection, in one segment and in pieces

for my $piece (0, 11, 1021) {
	my $c = $s->client;
	my $bytes = statement(q(DELETE FROM hop WHERE k = 'a')) .
	    statement(q(INSERT INTO hop VALUE {'k': 'a', 'v': 1}));
	my @want = ('', '');
	for my $n (2 .. 6) {
		$bytes .= statement(q(SELECT v FROM hop WHERE k = 'a')) .
		    statement(q(UPDATE hop SET v = v + 1 WHERE k = 'a' ) .
		    q(RETURNING ALL NEW *)) . statement(q(nonsense)) .
		    request('GetItem', { TableName => 'hop',
		    Key => { k => { S => 'a' } } });
		push(@want, $n - 1, $n, qr/^400 .*Expected data manip/, '');
	}
	if ($piece) {
		while (length($bytes) > 0) {
			$c->send(substr($bytes, 0, $piece, ''));
		}
	} else {
		$c->send($bytes);
	}
	my @wrong;
	for my $i (0 .. $#want) {
		my $got = said($c->answer(seconds => 20));
		push(@wrong, "$i: $got, not $want[$i]") if ref($want[$i]) ?
		    $got !~ $want[$i] : $got ne $want[$i];
	}
	is_deeply(\@wrong, [], 'by turns, ' . ($piece ?
	    "cut at every ${piece}th byte" : 'in one segment'));
	ok($c->quiet(0.05), 'and nothing more');
	$c->close;
}

# ---- one token, many processes

sub add {
	my ($token) = @_;
	return $s->dynamo('TransactWriteItems', {
	    ClientRequestToken => $token, TransactItems => [{ Update => {
	    TableName => 'hop', Key => { k => { S => 'sum' } },
	    UpdateExpression => 'ADD v :one',
	    ExpressionAttributeValues => { ':one' => { N => '1' } } } }] });
}

my ($tokens, $processes) = (10, 12);
my @pids;
$s->bearer;
for my $p (1 .. $processes) {
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		my $bad = 0;
		for my $t (1 .. $tokens) {
			my ($status, $a) = add("token $t");
			$bad++ if $status != 200 &&
			    ($a->{__type} // '') !~
			    /#TransactionInProgressException$/;
		}
		POSIX::_exit($bad > 0 ? 1 : 0);
	}
	push(@pids, $pid);
}
my $bad = 0;
for my $pid (@pids) {
	waitpid($pid, 0);
	$bad++ if $? != 0;
}
is($bad, 0, 'each is answered as if it had done it, or told to wait');
is((add('token 1'))[0], 200, 'and so is a later one');
is(said({ status => 200, body => $json->encode(($s->dynamo(
    'ExecuteStatement', { Statement => q(SELECT v FROM hop WHERE k = 'sum') }
    ))[1]) }), $tokens, 'each token was good for one time');

# ---- an item that an error shows is whole, however long its text is

{
	my $v = "\x01" x 400_000;    # six bytes each in JSON
	is(($s->dynamo('PutItem', { TableName => 'hop', Item => {
	    k => { S => 'long' }, v => { S => $v } } }))[0], 200, 'a long item');
	my ($status, $a) = $s->dynamo('ExecuteStatement', {
	    Statement => q(DELETE FROM hop WHERE k = 'long' AND v = 'x'),
	    ReturnValuesOnConditionCheckFailure => 'ALL_OLD' });
	is($status, 400, 'a condition that does not hold for it');
	ok(($a->{Item}{v}{S} // '') eq $v, 'the answer has it, whole');
}

$s->finish;
done_testing();
