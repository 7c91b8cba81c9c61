#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d03-chain.t - D3: what anybody without the key does to the log is found:
# edits, deletions, rows that changed places; and against a checkpoint that
# has left the file a cut end and an older copy.  C8, D3: retention trims the
# start, and it still verifies.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Clock;
use Doorward;
use File::Copy qw(copy);
use JSON::PP;
use Rooms;
use Test::More;

Doorward->need('sqlite3');
my $json = JSON::PP->new->utf8->canonical;
my $home = Doorward->new_home;
my $db = "$home/data/doorward.db";

sub verify {
	my (@args) = @_;
	my ($status, $out, $err) = Doorward->command($home, 'audit', 'verify',
	    '--json', @args);
	return ($status, eval { $json->decode($out) } // { fault => $err });
}

sub sql {
	my ($text) = @_;
	open(my $out, '-|', 'sqlite3', '-batch', $db,
	    '.dbconfig no_ckpt_on_close on', $text) or die("sqlite3: $!");
	my @told = <$out>;
	close($out) or die("sqlite3: @told");
	return;
}

sub whole {
	my ($what, @args) = @_;
	my ($status, $r) = verify(@args);
	is($status, 0, "D3: $what: whole") or diag(explain($r));
	return $r;
}

sub found {
	my ($what, $bad, $like, @args) = @_;
	my ($status, $r) = verify(@args);
	is($status, 65, "D3: $what: found");
	is($r->{bad}, $bad, "D3: $what: at row $bad");
	like($r->{fault}, $like, "D3: $what: what it is");
	return;
}

# The files of the database, to and from a place beside them.
sub keep {
	my ($name) = @_;
	copy("$db$_", "$home/$name$_") or die("$db$_: $!") for '', '-wal';
	return;
}

sub put_back {
	my ($name) = @_;
	unlink("$db-shm");
	copy("$home/$name$_", "$db$_") or die("$db$_: $!") for '', '-wal';
	return;
}

# ---- a log of some rows

my $s = Doorward->start(home => $home);
is((Rooms::create($s, 'tab'))[0], 200, 'a table');
is(Rooms::put($s, 'tab', "k$_", 'v'), 200, "put $_") for 1 .. 20;
$s->finish;
unlink("$home/data/exports/audit.chain");
keep('early');

sub write_more {
	my ($n) = @_;
	my $t = Doorward->start(home => $home);
	is(Rooms::put($t, 'tab', "m$_", 'v'), 200, "put $_") for 1 .. $n;
	$t->stop;
	return;
}

write_more(10);
my $r = whole('as it was made');
is($r->{first}, 1, 'from the first');
is($r->{last}, $r->{rows}, 'to the last');
my $point = $r->{checkpoint};
unlink("$home/data/exports/audit.chain");
keep('kept');

# ---- what is done to it

for my $edit ("token = 'other'", 'token = NULL', "peer = '::1'",
    "detail = '{}'", "outcome = 'NO'", "operation = 'GetItem'",
    'time = time + 1', 'tbl = tbl + 1', 'item = zeroblob(16)', 'change = 3',
    "name = 'x'", 'version = 1', "client = 'nobody'", "request_id = ''",
    "surface = 'cli'", "traceparent = 'x'", 'images = zeroblob(16)',
    'prev = zeroblob(32)', 'hash = zeroblob(32)') {
	sql("UPDATE log SET $edit WHERE seq = 7");
	found("edited: $edit", 7, qr/changed|follow|version/);
	put_back('kept');
}
sql('DELETE FROM log WHERE seq = 7');
found('a row less', 8, qr/missing/);
put_back('kept');
sql('DELETE FROM log WHERE seq = 7; UPDATE log SET seq = seq - 1 ' .
    'WHERE seq > 7');
found('a row less, and the gap closed', 7, qr/changed/);
put_back('kept');
sql('UPDATE log SET seq = -1 WHERE seq = 5; UPDATE log SET seq = 5 ' .
    'WHERE seq = 6; UPDATE log SET seq = 6 WHERE seq = -1');
found('two rows in each other\'s place', 5, qr/changed/);
put_back('kept');
sql('DELETE FROM log WHERE seq < 4');
found('the start cut off', 4, qr/missing/);
put_back('kept');
sql("INSERT INTO log SELECT 1000, version, key_id, time, token, client,
    request_id, traceparent, surface, operation, outcome, change, tbl, name,
    item, images, prev, hash, peer, detail FROM log WHERE seq = 3");
found('a row more', 1000, qr/missing/);
put_back('kept');
my $end = $r->{last};
sql("INSERT INTO log SELECT seq + 1, version, key_id, time, token, client,
    request_id, traceparent, surface, operation, outcome, change, tbl, name,
    item, images, hash, hash, peer, detail FROM log WHERE seq = $end");
found('a row copied to the end', $end + 1, qr/changed/);
put_back('kept');
whole('put back', '--checkpoint', $point);

# ---- a cut end, and an older copy

unlink("$home/data/exports/audit.chain");
sql('DELETE FROM log WHERE seq > 25');
whole('a cut end, by itself');
found('a cut end, against a checkpoint', $end, qr/ends before/,
    '--checkpoint', $point);
put_back('kept');
unlink("$home/data/exports/audit.chain");
whole('a checkpoint is kept in exports/');
sql("DELETE FROM log WHERE seq > 25");
found('a cut end, against the file of checkpoints', $end, qr/ends before/);
put_back('early');
found('an older copy', $end, qr/older copy/);
unlink("$home/data/exports/audit.chain");
write_more(30);
unlink("$home/data/exports/audit.chain");
whole('an older copy that went on, by itself');
found('an older copy that went on, against a checkpoint', $end,
    qr/another row/, '--checkpoint', $point);
is((Doorward->command($home, 'audit', 'verify', '--checkpoint', '5:zz'))[0],
    64, 'what is no checkpoint');

# ---- another key

my $other = Doorward->new_home;
Doorward->command($other, 'credentials', 'bearer');
copy("$home/data/doorward.db$_", "$other/data/doorward.db$_") for '', '-wal';
chmod(0600, glob("$other/data/*"));
my ($status) = Doorward->command($other, 'audit', 'verify');
isnt($status, 0, 'D3: with another key nothing is good');

# ---- retention

SKIP: {
	skip('the clock cannot be moved with sanitizers', 1)
	    if Doorward::sanitized();
	Clock->need;
	my $days = Doorward->new_home(conf => "audit-days = 30\n");
	$home = $days;
	$db = "$home/data/doorward.db";
	my $t = Doorward->start(home => $home);
	is((Rooms::create($t, 'tab'))[0], 200, 'a table');
	is(Rooms::put($t, 'tab', "k$_", 'v'), 200, "put $_") for 1 .. 9;
	$t->stop;
	write_more(3);
	my $before = whole('before its days are over');
	is($before->{first}, 1, 'nothing is dropped');
	# 29 days: stays.  31 days: what is older goes, the newest stays.
	for my $case ([29, 1], [31, 0]) {
		my ($n, $stays) = @$case;
		Clock->at($n * 86400, sub {
			write_more(1);
			my $r = whole("after $n days");
			is($r->{first} == 1 ? 1 : 0, $stays,
			    "C8: after $n days: audit-days");
			cmp_ok($r->{last}, '>', $before->{last}, 'it goes on');
		});
	}
	my $r = whole('trimmed');
	is($r->{first}, $before->{last} + 1, 'C8: all that was old is gone') or
	    diag(explain($r));
	my ($status, $out) = Doorward->command($home, 'audit', 'show',
	    '--operation', 'Retention', '--json');
	is($json->decode($out)->{detail}{droppedBefore}, $r->{first},
	    'what was dropped has a record');
	sql("DELETE FROM log WHERE seq = $r->{first}");
	found('more is cut off than was trimmed', $r->{first} + 1,
	    qr/missing/);
}
done_testing();
