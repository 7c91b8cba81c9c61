#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# ledger.t - claim C3: whatever several processes write at once, in every way
# there is, and wherever one is killed, the table's stream has each change
# once, in order, as it was answered.
#
# Every write leaves a mark of its own in its item, so that each image is one
# of a kind.  Afterwards the stream is carried out anew, in memory, and what
# the writers were told is looked up in it.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use POSIX ();
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
my $s = Doorward->start;
$s->bearer;
my $table = 'ledger';
my $json = Doorward::json();
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);

sub ok_call {
	my ($op, $args, %opt) = @_;
	my ($status, $a) = $s->dynamo($op, $args, %opt);
	die("$op: $status " . $json->encode($a // {})) if $status != 200;
	return $a;
}

# ---- the writers

sub any { my @of = @_; return $of[rand(@of)] }

# One of 48 keys, so that the writers meet; not those that are there.
sub keys_of {
	my ($n) = @_;
	my %seen;
	while (keys(%seen) < $n) {
		my ($p, $k) = (any('a' .. 'f'), int(rand(8)));
		$seen{"$p/$k"} = { p => { S => $p }, s => { N => "$k" } };
	}
	return map { $seen{$_} } sort(keys(%seen));
}

# Some of them have expired long ago.
sub item {
	my ($key, $mark) = @_;
	return { %$key, w => { S => $mark }, v => { N => int(rand(99)) . '' },
	    rand() < 0.1 ? (exp => { N => int(time() - 600) . '' }) : () };
}

# It counts, so that a lost update shows.
sub update {
	my ($key, $mark) = @_;
	return (TableName => $table, Key => $key, UpdateExpression =>
	    'SET w = :w, v = if_not_exists(v, :one) + :one',
	    ExpressionAttributeValues => { ':w' => { S => $mark },
	    ':one' => { N => '1' } });
}

sub where {
	my ($key) = @_;
	return "WHERE p = '$key->{p}{S}' AND s = $key->{s}{N}";
}

sub statement {
	my ($key, $mark) = @_;
	return any(qq(INSERT INTO "$table" VALUE {'p': '$key->{p}{S}', ) .
	    "'s': $key->{s}{N}, 'w': '$mark', 'v': 1}",
	    qq(UPDATE "$table" SET w = '$mark' SET v = 7 ) . where($key));
}

sub action {
	my ($key, $mark) = @_;
	my %of = (TableName => $table);
	return any({ Put => { %of, Item => item($key, $mark) } },
	    { Update => { update($key, $mark) } });
}

# Each gives an operation and its input, with a mark from $mark->() for all
# that is to be written.
my @ways = (
	sub {
		my ($mark) = @_;
		my ($key) = keys_of(1);
		return (PutItem => { TableName => $table, ReturnValues =>
		    'ALL_OLD', Item => item($key, $mark->()), rand() < 0.5 ?
		    () : (ConditionExpression => any('attribute_exists(p)',
		    'attribute_not_exists(p)')) });
	},
	sub {
		my ($mark) = @_;
		my ($key) = keys_of(1);
		return (UpdateItem => { update($key, $mark->()),
		    ReturnValues => 'ALL_NEW' });
	},
	sub {
		return (DeleteItem => { TableName => $table, ReturnValues =>
		    'ALL_OLD', Key => (keys_of(1))[0] });
	},
	sub {
		my ($mark) = @_;
		return (BatchWriteItem => { RequestItems => { $table => [map {
		    rand() < 0.7 ?
		    { PutRequest => { Item => item($_, $mark->()) } } :
		    { DeleteRequest => { Key => $_ } } } keys_of(6)] } });
	},
	sub {
		my ($mark) = @_;
		my ($check, $gone, @rest) = keys_of(5);
		return (TransactWriteItems => { TransactItems => [
		    { ConditionCheck => { TableName => $table, Key => $check,
		    ConditionExpression => 'attribute_not_exists(p)' } },
		    { Delete => { TableName => $table, Key => $gone } },
		    map { action($_, $mark->()) } @rest] });
	},
	sub {
		my ($mark) = @_;
		my ($key) = keys_of(1);
		return (ExecuteStatement => { Statement => rand() < 0.8 ?
		    statement($key, $mark->()) : qq(DELETE FROM "$table" ) .
		    where($key) });
	},
	sub {
		my ($mark) = @_;
		return (BatchExecuteStatement => { Statements => [map {
		    { Statement => statement($_, $mark->()) } } keys_of(4)] });
	},
	sub {
		my ($mark) = @_;
		return (ExecuteTransaction => { TransactStatements => [map {
		    { Statement => statement($_, $mark->()) } } keys_of(2)] });
	},
);

# A line for each request: its operation and marks, and what was answered.
sub writer {
	my ($me, $seconds) = @_;
	my ($end, $n, $c) = (time() + $seconds, 0);
	open(my $fh, '>', "$dir/$me") or POSIX::_exit(1);
	srand($me);
	while (time() < $end) {
		$c //= $s->client // next;
		my @marks;
		my ($op, $in) = any(@ways)->(sub {
			push(@marks, "$me." . $n++);
			return $marks[-1];
		});
		my ($status, $a) = $s->dynamo($op, $in, on => $c);
		undef($c) if !$status;
		print($fh $json->encode({ op => $op, marks => \@marks,
		    status => $status, got => $a // {} }), "\n");
	}
	close($fh);
	POSIX::_exit(0);
}

sub run {
	my ($round, $seconds, $meanwhile) = @_;
	my @pids = map {
		my $me = $round * 10 + $_;
		my $pid = fork() // die("fork: $!");
		writer($me, $seconds) if $pid == 0;
		$pid;
	} (1 .. 5);
	$meanwhile->();
	is_deeply([map { waitpid($_, 0); $? } @pids], [(0) x 5],
	    "round $round: the writers end");
}

# ---- what the stream says

sub streams {
	my ($op, $args) = @_;
	return ok_call($op, $args, api => 'DynamoDBStreams_20120810');
}

sub records {
	my ($arn) = streams('ListStreams', { TableName => $table })
	    ->{Streams}[0]{StreamArn};
	my $shards = streams('DescribeStream', { StreamArn => $arn })
	    ->{StreamDescription}{Shards};
	my $at = streams('GetShardIterator', { StreamArn => $arn, ShardId =>
	    $shards->[0]{ShardId}, ShardIteratorType => 'TRIM_HORIZON' })
	    ->{ShardIterator};
	my @all;
	for (;;) {
		my $a = streams('GetRecords', { ShardIterator => $at });
		push(@all, @{$a->{Records}});
		$at = $a->{NextShardIterator};
		return @all if !@{$a->{Records}};
	}
}

sub text { return defined($_[0]) ? $json->canonical->encode($_[0]) : 'none' }
sub key_of { return "$_[0]{p}{S}/$_[0]{s}{N}" }
sub mark_of { return defined($_[0]) ? $_[0]{w}{S} : '' }

# The stream carried out: (all items, what did not fit).
sub replay {
	my (%items, @wrong);
	my $last = '';
	for my $r (@_) {
		my $d = $r->{dynamodb};
		my ($old, $new) = @$d{qw(OldImage NewImage)};
		my $key = key_of($d->{Keys});
		my $name = !$old ? 'INSERT' : $new ? 'MODIFY' : 'REMOVE';
		push(@wrong, "$d->{SequenceNumber} after $last")
		    if $d->{SequenceNumber} le $last;
		push(@wrong, "$key: " . text($old) . ', not ' .
		    text($items{$key})) if text($old) ne text($items{$key});
		push(@wrong, "$key: $r->{eventName}, not $name")
		    if $r->{eventName} ne $name;
		$last = $d->{SequenceNumber};
		$items{$key} = $new;
		delete($items{$key}) if !$new;
	}
	return (\%items, @wrong);
}

# Of one write that was carried out: is its answer what its record says?
my %holds = (
	PutItem => sub {
		my ($got, $d) = @_;
		return text($got->{Attributes}) eq text($d->{OldImage});
	},
	UpdateItem => sub {
		my ($got, $d) = @_;
		return text($got->{Attributes}) eq text($d->{NewImage});
	},
	DeleteItem => sub {
		my ($got, undef, $gone) = @_;
		return !$got->{Attributes} ||
		    @{$gone->{mark_of($got->{Attributes})} // []} == 1;
	},
);

# Is what was told to a writer so?  $at has the places of a mark's record,
# $gone those of the removal of an item that has it.
sub true {
	my ($told, $records, $at, $gone) = @_;
	my ($op, $status, $got, $marks) = @$told{qw(op status got marks)};
	my @places = sort { $a <=> $b } map { @{$at->{$_} // []} } @$marks;

	if ($op eq 'BatchExecuteStatement') {
		# Each for itself.
		my @good = map { $_->{Error} ? 0 : 1 } @{$got->{Responses}};
		my @is = map { scalar(@{$at->{$_} // []}) } @$marks;
		return !$status || "@good" eq "@is";
	}
	# All or nothing, and all where it was not heard that it was all.
	return 0 if @places != @$marks && (@places || $status == 200);
	return 0 if @places && apart($records, \@places, $marks);
	return !@places && text($got) =~
	    /Conditional|TransactionCancel|DuplicateItem/ if $status == 400;
	return !$status || !$holds{$op} || $holds{$op}->($got,
	    @places ? $records->[$places[0]]{dynamodb} : undef, $gone);
}

# Is there a change of somebody else between those of a transaction?
sub apart {
	my ($records, $places, $marks) = @_;
	my %own = map { $_ => 1 } @$marks;
	return grep {
		my $new = $records->[$_]{dynamodb}{NewImage};
		$new && !$own{mark_of($new)};
	} ($places->[0] .. $places->[-1]);
}

sub check {
	my ($round) = @_;
	my @records = records();
	my ($items, @wrong) = replay(@records);
	my (%at, %gone, %ways);
	for my $i (0 .. $#records) {
		my $d = $records[$i]{dynamodb};
		push(@{$at{mark_of($d->{NewImage})}}, $i) if $d->{NewImage};
		push(@{$gone{mark_of($d->{OldImage})}}, $i) if !$d->{NewImage};
	}
	is_deeply(\@wrong, [], "C3: $round: " . scalar(@records) .
	    ' records fit on each other');
	my ($start, @there);
	do {
		my $a = ok_call('Scan', { TableName => $table, ConsistentRead =>
		    \1, $start ? (ExclusiveStartKey => $start) : () });
		push(@there, @{$a->{Items}});
		$start = $a->{LastEvaluatedKey};
	} while ($start);
	is_deeply({ map { key_of($_) => $_ } @there }, $items,
	    "C3: $round: and make the table");
	my @untrue;
	for my $file (glob("$dir/*")) {
		for my $line (split(/\n/, Doorward::slurp($file))) {
			my $told = $json->decode($line);
			$ways{$told->{op}}++ if $told->{status} == 200;
			push(@untrue, $line)
			    if !true($told, \@records, \%at, \%gone);
		}
	}
	is_deeply(\@untrue, [], "C3: $round: all that was told is in them");
	is(scalar(keys(%ways)), scalar(@ways), "C3: $round: every way wrote: " .
	    join(', ', map { "$_ $ways{$_}" } sort(keys(%ways))));
	return @records;
}

# ---- all of it

ok_call('CreateTable', { TableName => $table, BillingMode => 'PAY_PER_REQUEST',
    AttributeDefinitions => [{ AttributeName => 'p', AttributeType => 'S' },
    { AttributeName => 's', AttributeType => 'N' }], KeySchema => [
    { AttributeName => 'p', KeyType => 'HASH' },
    { AttributeName => 's', KeyType => 'RANGE' }], StreamSpecification =>
    { StreamEnabled => \1, StreamViewType => 'NEW_AND_OLD_IMAGES' } });
ok_call('UpdateTimeToLive', { TableName => $table, TimeToLiveSpecification =>
    { Enabled => \1, AttributeName => 'exp' } });
my $seconds = Doorward->slow ? 20 : 3;

# What has expired is removed while they write.
run(1, $seconds, sub {
	my $end = time() + $seconds - 0.5;
	while (time() < $end) {
		Doorward->command($s->home, 'sweep');
		sleep(0.1);
	}
});
my @records = check('writers and a sweep');
my @swept = grep { $_->{userIdentity} } @records;
cmp_ok(scalar(@swept), '>', 3, scalar(@swept) . ' items expired');
is_deeply([grep { !$_->{dynamodb}{OldImage}{exp} || $_->{dynamodb}{NewImage} }
    @swept], [], 'and no others were swept');

SKIP: {
	skip('needs root to find the rooms', 1) if $> != 0;
	run(2, $seconds, sub {
		cmp_ok(Rooms::kill_busy($s, $seconds - 0.5), '>', 5,
		    'rooms were killed');
	});
	check('killed rooms');
}
$s->stop;
done_testing();
