#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# model.t - claim C3: whatever several processes write at once, and wherever
# one is killed, indexes, counts and sizes say what the table says.
#
# Afterwards the table is scanned, and from its items alone it is worked out
# anew what each index must hold, in which order, and how large all of it is.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use POSIX ();
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need('sqlite3');
my $s = Doorward->start;
$s->bearer;
my $table = 'model';
my $json = Doorward::json();

# How each index is made: HASH and RANGE attributes, and what it shows.
my %indexes = (
	all => { hash => ['g'], range => ['n'], show => undef },
	keys => { hash => ['h'], range => [], show => [] },
	some => { hash => ['g'], range => ['t'], show => [qw(i j)] },
	multi => { hash => [qw(g h)], range => [qw(n t)], show => ['i'] },
	local => { hash => ['p'], range => ['n'], show => ['j'], local => 1 },
	near => { hash => ['g'], range => [], show => ['v'], vector => 1 },
	late => { hash => ['t'], range => ['n'], show => ['j'], late => 1 },
);
my %type = (p => 'S', s => 'N', g => 'S', h => 'N', n => 'N', t => 'S');

sub def {
	my ($name) = @_;
	my $x = $indexes{$name};
	return { IndexName => $name, KeySchema => [
	    (map { { AttributeName => $_, KeyType => 'HASH' } } @{$x->{hash}}),
	    (map { { AttributeName => $_, KeyType => 'RANGE' } } @{$x->{range}})
	    ], Projection => !$x->{show} ? { ProjectionType => 'ALL' } :
	    !@{$x->{show}} ? { ProjectionType => 'KEYS_ONLY' } :
	    { ProjectionType => 'INCLUDE', NonKeyAttributes => $x->{show} } };
}

# One of vectors has its HASH attribute in a search schema.
sub vector_def {
	my ($name) = @_;
	my $def = def($name);
	delete($def->{KeySchema});
	return { %$def, Projection => { ProjectionType => 'KEYS_ONLY' },
	    VectorAttribute => { AttributeName => 'v' }, Dimensions => 2,
	    DistanceFunction => 'EUCLIDEAN', SearchSchema => [{
	    AttributeName => $indexes{$name}{hash}[0],
	    SearchSchemaElementType => 'HASH' }] };
}

sub attributes {
	return [map { { AttributeName => $_, AttributeType => $type{$_} } } @_];
}

sub create {
	return ($s->dynamo('CreateTable', { TableName => $table,
	    BillingMode => 'PAY_PER_REQUEST',
	    AttributeDefinitions => attributes(sort(keys(%type))),
	    KeySchema => [{ AttributeName => 'p', KeyType => 'HASH' },
	    { AttributeName => 's', KeyType => 'RANGE' }],
	    GlobalSecondaryIndexes => [map { def($_) }
	    grep { !$indexes{$_}{local} && !$indexes{$_}{late} &&
	    !$indexes{$_}{vector} } sort(keys(%indexes))],
	    VectorIndexes => [vector_def('near')],
	    LocalSecondaryIndexes => [def('local')] }));
}

# ---- the writers

sub any { my @of = @_; return $of[rand(@of)] }
sub number { return any(1 .. 9, -7, -12, 11, 25, '3.5', '-0.75', 123) . '' }

# One of 60 keys, so that the writers meet.
sub key {
	return (p => { S => any('a' .. 'f') }, s => { N => int(rand(10)) . '' });
}

sub attribute {
	my ($a) = @_;
	return { N => int(time() - 600) . '' } if $a eq 'exp';
	return { N => number() } if $a eq 'h' || $a eq 'n';
	return { S => any('x', 'y', 'zz', "\x{e9}\"\\") } if $a =~ /[gt]/;
	return { L => [{ N => number() }, { N => number() }] } if $a eq 'v';
	return any({ S => 'i' x int(rand(300)) }, { N => number() },
	    { L => [{ S => 'l' }, { M => { k => { N => '1' } } }] },
	    { SS => ['a', 'bb'] }, { BOOL => JSON::PP::true });
}

sub item {
	return { key(), map { rand() < 0.7 ? ($_ => attribute($_)) : () }
	    qw(g h n t i j v), rand() < 0.05 ? 'exp' : () };
}

sub statement {
	my %k = @_;
	my $where = " WHERE p = '$k{p}{S}' AND s = $k{s}{N}";
	return any(qq(UPDATE "$table" SET n = 3 SET i = 'q'$where),
	    qq(UPDATE "$table" SET g = 'zz' REMOVE t$where),
	    qq(DELETE FROM "$table"$where),
	    qq(INSERT INTO "$table" VALUE {'p': '$k{p}{S}', 's': $k{s}{N}, ) .
	    "'g': 'x', 'h': 9, 'n': -7, 't': 'y', 'j': <<'a', 'b'>>}");
}

my @steps = (
	sub { return (PutItem => { TableName => $table, Item => item() }) },
	sub {
		return (PutItem => { TableName => $table, Item => item(),
		    ConditionExpression => any('attribute_exists(g)',
		    'attribute_not_exists(p)') });
	},
	sub {
		my ($a, $b) = (any(qw(g h n t v)), any(qw(i j v)));
		$b = 'i' if $a eq $b;
		return (UpdateItem => { TableName => $table, Key => { key() },
		    UpdateExpression => "SET #a = :a REMOVE #b",
		    ExpressionAttributeNames => { '#a' => $a, '#b' => $b },
		    ExpressionAttributeValues => { ':a' => attribute($a) } });
	},
	sub {
		return (UpdateItem => { TableName => $table, Key => { key() },
		    UpdateExpression => 'ADD #n :one REMOVE ' .
		    any('g', 't', 'h'),
		    ExpressionAttributeNames => { '#n' => 'n' },
		    ExpressionAttributeValues => { ':one' => { N => '1' } } });
	},
	sub { return (DeleteItem => { TableName => $table, Key => { key() } }) },
	sub {
		my %seen;
		my @some = grep { !$seen{"$_->{p}{S}/$_->{s}{N}"}++ }
		    map { item() } (1 .. 8);
		return (BatchWriteItem => { RequestItems => { $table => [map {
		    rand() < 0.6 ? { PutRequest => { Item => $_ } } :
		    { DeleteRequest => { Key => { p => $_->{p},
		    s => $_->{s} } } } } @some] } });
	},
	sub {
		my %seen;
		my @some = grep { !$seen{"$_->{p}{S}/$_->{s}{N}"}++ }
		    map { item() } (1 .. 4);
		return (TransactWriteItems => { TransactItems => [map {
		    my %key = (p => $_->{p}, s => $_->{s});
		    any({ Put => { TableName => $table, Item => $_ } },
		    { Delete => { TableName => $table, Key => { %key } } },
		    { Update => { TableName => $table, Key => { %key },
		    UpdateExpression => 'SET g = :g, j = :j',
		    ExpressionAttributeValues => { ':g' => { S => 'x' },
		    ':j' => { N => '5' } } } }) } @some] });
	},
	sub { return (ExecuteStatement => { Statement => statement(key()) }) },
	sub {
		my %of = map { $_->{p}{S} => $_ } map { { key() } } (1 .. 5);
		return (BatchExecuteStatement => { Statements =>
		    [map { { Statement => statement(%$_) } } values(%of)] });
	},
	sub {
		return (ExecuteTransaction => { TransactStatements =>
		    [{ Statement => statement(key()) }] });
	},
);

# What may be said to it: 200, or that a condition does not hold, or the item
# is there.
sub writer {
	my ($me, $seconds) = @_;
	my ($end, $n, $c) = (time() + $seconds, 0);
	srand($me);
	while (time() < $end) {
		$c //= $s->client // next;
		my ($status, $a) = $s->dynamo(any(@steps)->(), on => $c);
		undef($c) if !$status;
		POSIX::_exit(250) if $status && $status != 200 &&
		    $json->encode($a) !~ /Conditional|TransactionCancel|Duplicate/;
		$n++ if $status == 200;
	}
	POSIX::_exit($n > 200 ? 200 : $n);
}

# How many writes each of the writers has done, at most 200; 250: refused.
sub run {
	my ($seconds, $meanwhile) = @_;
	my @pids = map {
		my $me = $_;
		my $pid = fork() // die("fork: $!");
		writer($me + int($seconds * 10), $seconds) if $pid == 0;
		$pid;
	} (1 .. 6);
	$meanwhile->();
	return map { waitpid($_, 0); $? >> 8 } @pids;
}

# ---- what must be

sub scan {
	my (%more) = @_;
	my ($start, @items);
	do {
		my ($status, $a) = $s->dynamo('Scan', { TableName => $table,
		    Limit => 17, %more,
		    $start ? (ExclusiveStartKey => $start) : () });
		return ("status $status") if $status != 200;
		push(@items, @{$a->{Items}});
		$start = $a->{LastEvaluatedKey};
	} while ($start);
	return @items;
}

sub digits { my ($n) = @_; return int((length($n) + 1) / 2) }

# A value's size by the documentation; none of the numbers ends in a zero.
sub size {
	my ($v) = @_;
	my ($t, $c) = %$v;
	if ($t eq 'S') {
		my $bytes = $c;
		utf8::encode($bytes);
		return length($bytes);
	}
	if ($t eq 'N') {
		my ($sign, $int, $part) = $c =~ /^(-?)0*(\d*)\.?(\d*)$/;
		return 1 if "$int$part" =~ /^0*$/;
		return -1 if "$int$part" =~ /0$/ && $part eq '';
		return 1 + digits($int) + digits($part) + ($sign ? 1 : 0);
	}
	return 1 if $t eq 'BOOL';
	my $sum = 0;
	if ($t eq 'SS') {
		$sum += length($_) for @$c;
		return $sum;
	}
	$sum += 1 + size($_) for $t eq 'L' ? @$c : values(%$c);
	$sum += length($_) for $t eq 'M' ? keys(%$c) : ();
	return 3 + $sum;
}

# Zeros at the end count as the service counts them, which is not what is
# tested here: sizes are only added up where there are none.
sub total {
	my $sum = 0;
	for my $i (@_) {
		for my $a (keys(%$i)) {
			my $n = size($i->{$a});
			return undef if $n < 0;
			$sum += length($a) + $n;
		}
	}
	return $sum;
}

# What of the items an index must hold, as the index shows it.
sub shown {
	my ($x, @items) = @_;
	my @of = (qw(p s), @{$x->{hash}}, @{$x->{range}}, @{$x->{show} // []});
	my @in = grep {
		my $i = $_;
		!grep { !$i->{$_} } @{$x->{hash}}, @{$x->{range}},
		    $x->{vector} ? 'v' : ();
	} @items;
	return map {
		my $i = $_;
		$x->{show} ? { map { $i->{$_} ? ($_ => $i->{$_}) : () } @of } :
		    $i;
	} @in;
}

sub by_key { return "$_[0]{p}{S}/$_[0]{s}{N}" }
sub in_order { return [sort { by_key($a) cmp by_key($b) } @_] }

sub compare {
	my ($x, $p, $q) = @_;
	for my $a (@{$x->{range}}) {
		my ($l, $r) = ($p->{$a}, $q->{$a});
		my $c = $l->{N} ? $l->{N} <=> $r->{N} : do {
			my ($m, $n) = ($l->{S}, $r->{S});
			utf8::encode($m);
			utf8::encode($n);
			$m cmp $n;
		};
		return $c if $c;
	}
	return 0;
}

# All that searches find, partition by partition.
sub found {
	my ($name, $x, @items) = @_;
	my %parts = map { $_->{$x->{hash}[0]}{S} => 1 } @items;
	my @found;
	for my $k (keys(%parts)) {
		my ($status, $a) = $s->dynamo('SearchVectors', { TableName =>
		    $table, IndexName => $name, TopK => 100, SearchVector =>
		    [{ N => '1' }, { N => '1' }], SearchConditionExpression =>
		    "$x->{hash}[0] = :k", ExpressionAttributeValues =>
		    { ':k' => { S => $k } } });
		push(@found, map { $_->{Item} } @{$a->{SearchResults}});
	}
	return @found;
}

# Each partition of an index is in order, and all of them are all of it.
sub ordered {
	my ($name, $x, @items) = @_;
	my (%parts, @bad);
	for my $i (@items) {
		my $k = $json->canonical->encode([map { $i->{$_} }
		    @{$x->{hash}}]);
		push(@{$parts{$k}}, $i);
	}
	for my $k (sort(keys(%parts))) {
		my ($one, $n) = ($parts{$k}[0], 0);
		my ($status, $a) = $s->dynamo('Query', { TableName => $table,
		    IndexName => $name, KeyConditionExpression =>
		    join(' AND ', map { "#k$_ = :k$_" } @{$x->{hash}}),
		    ExpressionAttributeNames =>
		    { map { ("#k$_" => $_) } @{$x->{hash}} },
		    ExpressionAttributeValues =>
		    { map { (":k$_" => $one->{$_}) } @{$x->{hash}} } });
		my @got = @{$a->{Items} // []};
		push(@bad, "$k: " . @got . ' of ' . @{$parts{$k}})
		    if @got != @{$parts{$k}};
		push(@bad, "$k: place $_") for grep {
			compare($x, $got[$_ - 1], $got[$_]) > 0
		} (1 .. $#got);
	}
	return \@bad;
}

# Counters of item collections that are not what the items say.
sub collections {
	my (@items) = @_;
	my (%parts, %bad);
	push(@{$parts{$_->{p}{S}}}, $_) for @items;
	my %have = map { split(/\|/) } Rooms::sql($s,
	    'SELECT substr(hash, 5), bytes FROM collection');
	for my $p (keys(%have), keys(%parts)) {
		my @all = @{$parts{$p} // []};
		my $bytes = total(@all, shown($indexes{local}, @all));
		$bad{$p} = [$have{$p}, $bytes]
		    if defined($bytes) && ($have{$p} // 0) != $bytes;
	}
	return \%bad;
}

sub check {
	my ($name, @names) = @_;
	my @items = scan();
	my ($status, $a) = $s->dynamo('DescribeTable', { TableName => $table });
	my $t = $a->{Table};
	my %told = map { $_->{IndexName} => $_ }
	    map { @{$t->{"${_}Indexes"}} } qw(GlobalSecondary LocalSecondary
	    Vector);

	is($t->{ItemCount}, scalar(@items), "C3: $name: the table's ItemCount");
	for my $n (@names) {
		my $x = $indexes{$n};
		my @want = shown($x, @items);
		is_deeply(in_order($x->{vector} ? found($n, $x, @want) :
		    scan(IndexName => $n)), in_order(@want),
		    "C3: $name: $n holds what it must, each once");
		is($told{$n}{ItemCount}, scalar(@want),
		    "C3: $name: $n counts them");
		# A vector is four bytes a number there.
		my $bytes = total(map { my %i = %$_; delete($i{v})
		    if $x->{vector}; \%i } @want);
		$bytes += 9 * @want if $x->{vector} && defined($bytes);
		is($told{$n}{IndexSizeBytes}, $bytes,
		    "C3: $name: $n knows their size") if defined($bytes);
		is_deeply(ordered($n, $x, @want), [],
		    "C3: $name: $n has them in order") if !$x->{vector};
	}
	is_deeply(collections(@items), {}, "C3: $name: collections' counters");
	Rooms::sound($s, "C3: $name: the file is sound");
	return scalar(@items);
}

# ---- all of it

is((create())[0], 200, 'a table with six indexes');
my @from_start = grep { !$indexes{$_}{late} } sort(keys(%indexes));
my $seconds = Doorward->slow ? 30 : 3;
is(($s->dynamo('UpdateTimeToLive', { TableName => $table,
    TimeToLiveSpecification => { Enabled => \1, AttributeName => 'exp' } }))[0],
    200, 'whose items expire');
# And go while others are written.
my @done = run($seconds, sub {
	my $end = time() + $seconds - 0.5;
	while (time() < $end) {
		Doorward->command($s->home, 'sweep');
		sleep(0.2);
	}
});
ok(!(grep { $_ < 5 || $_ == 250 } @done), "writers wrote: @done");
cmp_ok(check('six writers', @from_start), '>', 5, 'items are there');

# An index comes while they write.
@done = run($seconds, sub {
	sleep($seconds / 3);
	my ($status, $a) = $s->dynamo('UpdateTable', { TableName => $table,
	    AttributeDefinitions => attributes(qw(t n)),
	    GlobalSecondaryIndexUpdates => [{ Create => def('late') }] });
	is($status, 200, 'an index is made while they write')
	    || diag(explain($a));
});
ok(!(grep { $_ < 5 || $_ == 250 } @done), "writers wrote: @done");
check('an index that came later', @from_start, 'late');

SKIP: {
	skip('needs root to find the rooms', 1) if $> != 0;
	@done = run($seconds, sub {
		cmp_ok(Rooms::kill_busy($s, $seconds - 0.5), '>', 5,
		    'rooms were killed');
	});
	ok(!(grep { $_ == 250 } @done), "writers wrote: @done");
	check('killed rooms', @from_start, 'late');
}
$s->stop;
done_testing();
