#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# export.t - an export is of one moment though others write, and whole though
# the process that writes it is killed again and again; what its manifests
# say is so.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Digest::MD5 qw(md5_base64 md5_hex);
use Doorward;
use IO::Uncompress::Gunzip qw(gunzip $GunzipError);
use Rooms;
use Test::More;

my $N = 6000;
my $s = Doorward->start;
my $arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/source';
Rooms::create($s, 'source');
my $pad = join('', map { chr(32 + ($_ * 7919) % 90) } 1 .. 3000);
$pad =~ s/["\\]/-/g;

sub fill {
	my ($from, $to, $v) = @_;
	for (my $i = $from; $i < $to; $i += 25) {
		my @put = map { { PutRequest => { Item => {
		    k => { S => sprintf('k%06d', $_) }, v => { S => $v },
		    pad => { S => $pad } } } } } $i .. $i + 24;
		my ($status) = $s->dynamo('BatchWriteItem',
		    { RequestItems => { source => \@put } });
		return $status if $status != 200;
	}
	return 200;
}

my ($status, $made) = $s->dynamo('ExportTableToPointInTime',
    { TableArn => $arn, S3Bucket => 'my-bucket' });
is($status, 400, 'no export without point-in-time recovery');
like($made->{__type}, qr/PointInTimeRecoveryUnavailableException$/, 'says so');
($status) = $s->dynamo('UpdateContinuousBackups', { TableName => 'source',
    PointInTimeRecoverySpecification => {
    PointInTimeRecoveryEnabled => JSON::PP::true } });
is($status, 200, 'which is switched on');
is(fill(0, $N, 'old'), 200, "$N items");
($status, $made) = $s->dynamo('ExportTableToPointInTime', { TableArn => $arn,
    S3Bucket => 'my-bucket', S3Prefix => 'some/where' });
is($status, 200, 'an export is begun');
my $export = $made->{ExportDescription};
is($export->{ExportStatus}, 'IN_PROGRESS', 'and goes on');
is(fill($N / 2, $N / 2 + 500, 'new'), 200, 'and items change');

my $killed = 0;
my $done = Rooms::wait_for(90, sub {
	my (undef, $d) = $s->dynamo('DescribeExport',
	    { ExportArn => $export->{ExportArn} });
	$made = $d->{ExportDescription};
	return 1 if ($made->{ExportStatus} // '') eq 'COMPLETED';
	$killed += Rooms::kill_jobs($s) if $killed < 8;
	# A write: its room finds the job that was left.
	$s->dynamo('PutItem', { TableName => 'source', Item => {
	    k => { S => 'extra' . int(rand(50)) }, v => { S => 'x' } } });
	select(undef, undef, undef, 0.05);
	return 0;
});
ok($done, "it becomes whole, its writer killed $killed times");
is($made->{ItemCount}, $N, 'with as many items as there were');

my $bucket = $s->home . '/data/exports/my-bucket';
my $summary = Doorward->json->decode(
    Doorward::slurp("$bucket/$made->{ExportManifest}"));
is($summary->{itemCount}, $N, 'the summary says so too');
is($summary->{exportArn}, $export->{ExportArn}, 'and whose it is');
my ($dir) = "$bucket/$made->{ExportManifest}" =~ m{^(.*)/};
for my $name (qw(files summary)) {
	is(md5_base64(Doorward::slurp("$dir/manifest-$name.json")) . '==',
	    Doorward::slurp("$dir/manifest-$name.md5"), "the sum of $name");
}
my (%got, $files);
for (split(/\n/, Doorward::slurp("$bucket/$summary->{manifestFilesS3Key}"))) {
	my $f = Doorward->json->decode($_);
	my $gz = Doorward::slurp("$bucket/$f->{dataFileS3Key}");
	my $text;
	is(md5_base64($gz) . '==', $f->{md5Checksum}, 'the sum of a file');
	is(md5_hex($gz) . '-1', $f->{etag}, 'and its tag');
	gunzip(\$gz => \$text) or die($GunzipError);
	my @lines = split(/\n/, $text);
	is(scalar(@lines), $f->{itemCount}, 'as many items as it says');
	for my $line (@lines) {
		my $item = Doorward->json->decode($line)->{Item};
		$got{$item->{k}{S}} = $item->{v}{S};
	}
	$files++;
}
ok($files > 1, "$files files");
is(scalar(keys(%got)), $N, 'every item once');
is(scalar(grep { $_ ne 'old' } values(%got)), 0, 'each as it was');
is((stat("$dir"))[2] & 077, 0, 'nobody else may read them');

# A disk that is full: it fails and says so, and what it read is gone.
SKIP: {
	my $exports = $s->home . '/data/exports';
	skip('no small file system here', 3) if $> != 0 ||
	    system("mount -t tmpfs -o size=64k none $exports 2>/dev/null") != 0;
	(undef, $made) = $s->dynamo('ExportTableToPointInTime',
	    { TableArn => $arn, S3Bucket => 'my-bucket' });
	my %by = (ExportArn => $made->{ExportDescription}{ExportArn});
	Rooms::wait_for(60, sub {
		(undef, $made) = $s->dynamo('DescribeExport', \%by);
		return $made->{ExportDescription}{ExportStatus} ne
		    'IN_PROGRESS';
	});
	# Lazily: the process that works on jobs may have it open still.
	system('umount', '-l', $exports);
	is($made->{ExportDescription}{ExportStatus}, 'FAILED', 'a full disk');
	is($made->{ExportDescription}{FailureCode}, 'NoSpace', 'is said');
	ok(!$made->{ExportDescription}{ExportManifest}, 'and no manifest');
}
Rooms::sound($s, 'the database is sound');
$s->finish;
done_testing();
