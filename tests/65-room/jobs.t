#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# jobs.t - the process that works on what goes on after requests: it is
# started by hand and by the listener, is as locked in as a room, takes up
# what another was killed at, and ends when nothing is due.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Fcntl qw(:flock);
use JSON::PP;
use Rooms;
use Test::More;

my $worker = Doorward::program() . '-worker';
my $ROWS = 2500;

# Images of $ROWS changes of long ago and of one of now.
sub fill {
	my ($s) = @_;
	my $old = (time - 25 * 3600) . '0' x 9;
	my $new = time . '0' x 9;
	return system('sqlite3', '-batch', $s->home . '/data/doorward.db', "
	    DELETE FROM log_image;
	    DELETE FROM log WHERE prev = zeroblob(32) AND seq > 1;
	    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
	    WHERE i <= $ROWS) INSERT INTO log (seq, version, key_id,
	    time, outcome, change, tbl, prev, hash) SELECT
	    (SELECT max(seq) FROM log) + i, 1, 0, iif(i > $ROWS, $new, $old),
	    'OK', 1, 1, zeroblob(32), zeroblob(32) FROM n;
	    INSERT INTO log_image SELECT 1, seq, zeroblob(1), zeroblob(1), NULL,
	    zeroblob(1) FROM log WHERE prev = zeroblob(32) AND seq > 1;
	    DELETE FROM memo;");
}

sub images {
	my ($s) = @_;
	return (Rooms::sql($s, 'SELECT count(*) FROM log_image'))[0];
}

my $s = Doorward->start;
Rooms::create($s, 'jobs');
my $home = $s->home;
fill($s);
is(images($s), $ROWS + 1, 'images of yesterday and one of now');
is(system($worker, '--home', $home, '--jobs') >> 8, 0, 'the worker ends');
is(images($s), 1, 'C8: those older than 24 hours are gone');
ok(-d "$home/data/$_", "$_ is there") for qw(imports exports);

fill($s);
my ($killed, $left) = (0, images($s));
for (1 .. 200) {
	my $pid = fork // die("fork: $!\n");
	if ($pid == 0) {
		exec($worker, '--home', $home, '--jobs');
		exit(1);
	}
	select(undef, undef, undef, 0.002 * (1 + $_ % 8));
	kill('KILL', $pid);
	waitpid($pid, 0);
	$killed++ if $? == 9;
	last if images($s) == 1;
}
ok($killed > 0, "killed $killed times on the way");
system($worker, '--home', $home, '--jobs');
is(images($s), 1, 'the next one goes on');
is((Rooms::sql($s, 'PRAGMA integrity_check'))[0], 'ok', 'a sound file');

# The listener starts one soon after its own start.
fill($s);
$s->stop;
$s = Doorward->start(home => $home);
ok(Rooms::wait_for(20, sub { images($s) == 1 }),
    'the listener starts one by itself');

SKIP: {
	skip('the sandbox is not the hardened one', 3) if Doorward::sanitized();
	skip('no strace', 3) if system('strace -V >/dev/null 2>&1') != 0;
	fill($s);
	my $out = "$home/trace";
	system("strace -f -o $out $worker --home $home --jobs 2>/dev/null");
	my $trace = Doorward::slurp($out);
	my ($sealed) = $trace =~ /landlock_restrict_self.*\n(?:.*\n)*?.*landlock_restrict_self.*\n((?:.*\n)*)/;
	ok(defined($sealed), 'two stages');
	unlike($sealed // '', qr/\b(?:openat|socket|connect|execve|clone)\(.*= \d/,
	    'B1: nothing is opened after the second');
	is(images($s), 1, 'and the work is done');
}
$s->finish;

# ---- one at a time, whichever door it belongs to

$s = Doorward->start;
Rooms::create($s, 'tab');
$s->dynamo('UpdateContinuousBackups', { TableName => 'tab',
    PointInTimeRecoverySpecification => { PointInTimeRecoveryEnabled =>
    JSON::PP::true } });
my $exports = $s->home . '/data/exports';
mkdir($exports, 0700);
open(my $turn, '<', $exports) or die("$exports: $!");
flock($turn, LOCK_EX) or die("$exports: $!");
my (undef, $a) = $s->dynamo('ExportTableToPointInTime', { S3Bucket => 'out',
    TableArn => 'arn:aws:dynamodb:us-east-1:000000000000:table/tab' });
my $arn = $a->{ExportDescription}{ExportArn};
sub status {
	return ($s->dynamo('DescribeExport', { ExportArn => $arn })
	    )[1]{ExportDescription}{ExportStatus};
}
select(undef, undef, undef, 1);
is(status(), 'IN_PROGRESS', 'another has its turn');
close($turn);
Rooms::wait_for(30, sub { status() ne 'IN_PROGRESS' });
is(status(), 'COMPLETED', 'and when that has gone it is ours');
open($turn, '<', $exports) or die("$exports: $!");
flock($turn, LOCK_EX) or die("$exports: $!");
$s->dynamo('ExportTableToPointInTime', { S3Bucket => 'out',
    TableArn => 'arn:aws:dynamodb:us-east-1:000000000000:table/tab' });
$s->finish;
done_testing();
