#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# changes.t - an incremental export, and a restore to a moment, are exact though
# others write and all processes of the server are killed again and again: what
# starts next goes on by itself.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Clock;
use Doorward;
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use Rooms;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
Clock->need;
my $N = 4000;
my $arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/source';
my $pad = join('', map { chr(97 + ($_ * 7919) % 26) } 1 .. 2500);
my $home = Doorward->new_home;
my $s;
srand(my $seed = $ENV{SEED} // time() % 100000);
diag("SEED=$seed");

# Items of these numbers: put with this value, or deleted where it is undef.
sub change {
	my ($v, @numbers) = @_;
	my $bad = 0;
	while (my @some = splice(@numbers, 0, 25)) {
		my ($status) = $s->dynamo('BatchWriteItem', { RequestItems => {
		    source => [map { my $k = { S => sprintf('k%05d', $_) };
		    defined($v) ? { PutRequest => { Item => { k => $k,
		    v => { S => $v }, pad => { S => $pad } } } } :
		    { DeleteRequest => { Key => { k => $k } } } } @some] } });
		$bad++ if $status != 200;
	}
	is($bad, 0, 'changes are made');
}

# Until it has ended, at most 60 seconds: what was answered last.
sub ends {
	my ($what, $ask, $going) = @_;
	my ($killed, $ended, $d) = (0);
	my $until = time() + 60;
	until ($ended || time() > $until) {
		if ($killed < 6) {
			# A write: its room finds the job that was left.  The
			# last time nothing is written.
			Rooms::put($s, 'source', 'later', 'x');
			sleep(rand(0.25));
			$s->kill_all;
			$s = Doorward->start(home => $home);
			$killed++;
		}
		sleep(0.05);
		$d = $ask->();
		$ended = defined($d) && !$going->($d);
	}
	ok($ended, "$what ends, all processes killed $killed times");
	return $d;
}

Clock->at(-3600, sub {
	$s = Doorward->start(home => $home);
	Rooms::create($s, 'source');
	my ($status) = $s->dynamo('UpdateContinuousBackups', { TableName =>
	    'source', PointInTimeRecoverySpecification => {
	    PointInTimeRecoveryEnabled => JSON::PP::true } });
	is($status, 200, 'point-in-time recovery is on');
	change('old', 0 .. $N - 1);
	$s->stop;
});
$s = Doorward->start(home => $home);
my %want;
change('between', 0 .. 999);
change('new', 0 .. 1999);
$want{$_} = ['old', 'new'] for 0 .. 1999;
change(undef, 2000 .. 2499);
$want{$_} = ['old', undef] for 2000 .. 2499;
change('new', $N .. $N + 499);
$want{$_} = [undef, 'new'] for $N .. $N + 499;
change('gone', $N + 500 .. $N + 699);
change(undef, $N + 500 .. $N + 699);
sleep(0.01);
my $now = time();
sleep(0.01);
change('later', 0 .. 99, 3000 .. 3099, $N + 700 .. $N + 799);

my ($status, $made) = $s->dynamo('ExportTableToPointInTime', {
    TableArn => $arn, S3Bucket => 'bucket', ExportType => 'INCREMENTAL_EXPORT',
    IncrementalExportSpecification => { ExportFromTime => $now - 1800,
    ExportToTime => $now } });
is($status, 200, 'an incremental export is begun') or diag(explain($made));
my $export = ends('it', sub {
	my (undef, $d) = $s->dynamo('DescribeExport',
	    { ExportArn => $made->{ExportDescription}{ExportArn} });
	return $d->{ExportDescription};
}, sub { $_[0]{ExportStatus} eq 'IN_PROGRESS' });
is($export->{ExportStatus}, 'COMPLETED', 'well');
is($export->{ItemCount}, scalar(keys(%want)), 'with all that was changed');
my $summary = Doorward->json->decode(Doorward::slurp(
    "$home/data/exports/bucket/$export->{ExportManifest}"));
my (%got, $twice);
for (split(/\n/, Doorward::slurp(
    "$home/data/exports/bucket/$summary->{manifestFilesS3Key}"))) {
	my $file = Doorward->json->decode($_)->{dataFileS3Key};
	my $text;
	gunzip("$home/data/exports/bucket/$file" => \$text)
	    or die($GunzipError);
	for (split(/\n/, $text)) {
		my $c = Doorward->json->decode($_);
		my $k = $c->{Keys}{k}{S} =~ s/^k0*(?=.)//r;
		$twice++ if $got{$k};
		$got{$k} = [map { $_->{v}{S} } @$c{qw(OldImage NewImage)}];
	}
}
is($twice, undef, 'each once');
is_deeply(\%got, \%want, 'as it was before and after');

($status, $made) = $s->dynamo('RestoreTableToPointInTime', { SourceTableName =>
    'source', TargetTableName => 'target', RestoreDateTime => $now - 1800 });
is($status, 200, 'a restore is begun') or diag(explain($made));
my $table = ends('it', sub {
	my (undef, $d) = $s->dynamo('DescribeTable', { TableName => 'target' });
	return $d->{Table};
}, sub { $_[0]{TableStatus} eq 'CREATING' });
is($table->{TableStatus}, 'ACTIVE', 'well');
is($table->{ItemCount}, $N, 'with as many items as there were');
my ($start, %items);
do {
	my (undef, $page) = $s->dynamo('Scan', { TableName => 'target',
	    ProjectionExpression => 'k, v',
	    $start ? (ExclusiveStartKey => $start) : () });
	$items{$_->{k}{S}} = $_->{v}{S} for @{$page->{Items}};
	$start = $page->{LastEvaluatedKey};
} while ($start);
is_deeply(\%items, { map { (sprintf('k%05d', $_), 'old') } 0 .. $N - 1 },
    'each as it was');
(undef, my $backups) = $s->dynamo('ListBackups', {});
is_deeply($backups->{BackupSummaries}, [], 'what they were made of is gone');
Rooms::sound($s, 'the database is sound');
$s->finish;
done_testing();
