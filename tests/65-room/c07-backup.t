#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# c07-backup.t - C7: a backup is of one moment though others write, is whole
# though the process that makes it is killed again and again, and gives a
# table that holds what the first one held then.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Rooms;
use Test::More;

my $N = 6000;
my $s = Doorward->start;
Rooms::create($s, 'source');

sub fill {
	my ($from, $to, $v) = @_;
	for (my $i = $from; $i < $to; $i += 25) {
		my @put = map { { PutRequest => { Item => {
		    k => { S => sprintf('k%06d', $_) }, v => { S => $v } } } } }
		    $i .. $i + 24;
		my ($status) = $s->dynamo('BatchWriteItem',
		    { RequestItems => { source => \@put } });
		return $status if $status != 200;
	}
	return 200;
}

# Every item of a table, by its key.
sub items {
	my ($table) = @_;
	my (%all, $start);
	do {
		my ($status, $page) = $s->dynamo('Scan', { TableName => $table,
		    $start ? (ExclusiveStartKey => $start) : () });
		return {} if $status != 200;
		$all{$_->{k}{S}} = $_->{v}{S} for @{$page->{Items}};
		$start = $page->{LastEvaluatedKey};
	} while ($start);
	return \%all;
}

sub until_status {
	my ($ask, $want) = @_;
	my $killed = 0;
	my $done = Rooms::wait_for(60, sub {
		return 1 if $ask->() eq $want;
		$killed += Rooms::kill_jobs($s) if $killed < 5;
		# A write: its room finds the job that was left.
		$s->dynamo('PutItem', { TableName => 'source', Item => {
		    k => { S => 'extra' . int(rand(50)) }, v => { S => 'x' } } });
		return 0;
	});
	return ($done, $killed);
}

is(fill(0, $N, 'old'), 200, "$N items");
my ($status, $made) = $s->dynamo('CreateBackup',
    { TableName => 'source', BackupName => 'large' });
is($status, 200, 'a backup is begun');
my $arn = $made->{BackupDetails}{BackupArn};
is(fill($N / 2, $N / 2 + 1000, 'new'), 200, 'and items change');
my ($done, $killed) = until_status(sub {
	my (undef, $d) = $s->dynamo('DescribeBackup', { BackupArn => $arn });
	return $d->{BackupDescription}{BackupDetails}{BackupStatus} // '';
}, 'AVAILABLE');
ok($done, "C7: it becomes whole, its maker killed $killed times");

($status) = $s->dynamo('RestoreTableFromBackup',
    { BackupArn => $arn, TargetTableName => 'target' });
is($status, 200, 'a restore is begun');
($done, $killed) = until_status(sub {
	my (undef, $d) = $s->dynamo('DescribeTable', { TableName => 'target' });
	return $d->{Table}{TableStatus} // '';
}, 'ACTIVE');
ok($done, "C7: so does the table, its maker killed $killed times");
my $got = items('target');
is(scalar(keys(%$got)), $N, 'C7: as many items as there were');
is(scalar(grep { $_ ne 'old' } values(%$got)), 0, 'C7: each as it was');
Rooms::sound($s, 'the file is sound');
$s->finish;
done_testing();
