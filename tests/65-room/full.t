#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# full.t - no room is left, by max-size or on the disk: a write is refused in
# words, over both protocols, and loses nothing; reads and deletes go on; what
# was deleted makes room.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

my $words = 'no room is left: the disk is full, or the store has reached '
    . 'max-size';
my $value = 'v' x 8000;
my $s;

sub tool {
	my ($name, %args) = @_;
	my ($status, $r) = $s->mcp('tools/call', { name => $name,
	    arguments => { table => 'full', %args } });
	return $r->{result};
}

sub get {
	my ($k) = @_;
	my ($status, $a) = $s->dynamo('GetItem', { TableName => 'full',
	    Key => { k => { S => "$k" } }, ConsistentRead => JSON::PP::true });
	is($status, 200, "a read of $k");
	return defined($a->{Item}) ? $a->{Item}{v}{S} eq $value : undef;
}

# Put until one is refused: (how many are there, the refusal).
sub fill {
	my ($most) = @_;
	for my $n (0 .. $most - 1) {
		my ($status, $a) = $s->dynamo('PutItem', { TableName => 'full',
		    Item => { k => { S => "$n" }, v => { S => $value } } });
		return ($n, $status, $a) if $status != 200;
	}
	return ($most);
}

sub full {
	my ($what, $most) = @_;
	is((Rooms::create($s, 'full'))[0], 200, "$what: a table");
	my ($n, $status, $a) = fill($most);
	ok($n > 3 && $n < $most, "$what: it ends, after $n items");
	is($status, 400, "$what: a write is refused");
	is($a->{__type},
	    'com.amazonaws.dynamodb.v20120810#LimitExceededException',
	    "$what: by name");
	is($a->{message}, $words, "$what: in words");
	my $r = tool('put_item', item => { k => 'more', v => $value });
	ok($r->{isError}, "$what: an agent's, too");
	like($r->{content}[0]{text}, qr/\Q$words\E.*Delete what is not needed/s,
	    "$what: and is told what to do");
	is(get('more'), undef, "$what: it is not there");
	is(get($n), undef, "$what: nor the first that was refused");
	ok(get($_), "$what: item $_ is") for (0, $n - 1);
	return $n;
}

# ---- max-size

$s = Doorward->start(conf => "max-size = 1M\n");
my $n = full('max-size', 200);
is(Rooms::item_count($s, 'full'), $n, 'max-size: as many as were acknowledged');
my $bad = 0;
for my $k (0 .. $n - 1) {
	my ($status) = $s->dynamo('DeleteItem', { TableName => 'full',
	    Key => { k => { S => "$k" } } });
	$bad++ if $status != 200;
}
is($bad, 0, 'max-size: each can be deleted');
is(Rooms::put($s, 'full', 'again', $value), 200, 'max-size: there is room');
ok(get('again'), 'max-size: and an item in it');
Rooms::sound($s, 'max-size: the database is sound');
$s->finish;

# ---- a disk

SKIP: {
	my $home = Doorward->new_home;
	my $data = "$home/data";
	mkdir($data, 0700);
	skip('no small file system here', 1) if $> != 0 ||
	    system("mount -t tmpfs -o size=2m,mode=700 none $data 2>&1") != 0;
	$s = Doorward->start(home => $home);
	full('disk', 500);
	system('mount', '-o', 'remount,size=16m', $data);
	is(Rooms::put($s, 'full', 'again', $value), 200, 'disk: there is room');
	ok(get('again'), 'disk: and an item in it');
	Rooms::sound($s, 'disk: the database is sound');
	$s->finish;
	system('umount', '-l', $data);
}
done_testing();
