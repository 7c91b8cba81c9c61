#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b07-files.t - B7: what a caller names as bucket and prefix stays beneath the
# two directories: no .., no absolute path, no NUL, and no symbolic link, hard
# link, FIFO or device that lies there is followed or opened.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Temp qw(tempdir);
use POSIX qw(mkfifo);
use Rooms;
use Test::More;

my $s = Doorward->start;
my $home = $s->home;
my $arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/secret';
my $outside = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
mkdir("$home/data/$_", 0700) for qw(imports exports);
Rooms::create($s, 'secret');
Rooms::put($s, 'secret', 'a', 'b');
$s->dynamo('UpdateContinuousBackups', { TableName => 'secret',
    PointInTimeRecoverySpecification => {
    PointInTimeRecoveryEnabled => JSON::PP::true } });

sub outside { return join(' ', sort(map { s{.*/}{}r } glob("$outside/*"))) }

sub spew {
	my ($file, $text) = @_;
	open(my $fh, '>', $file) or die("$file: $!");
	print $fh $text;
	close($fh);
}

sub export {
	my ($bucket, $prefix) = @_;
	return $s->dynamo('ExportTableToPointInTime', { TableArn => $arn,
	    S3Bucket => $bucket, defined($prefix) ?
	    (S3Prefix => $prefix) : () });
}

# How an export ends that was begun.
sub ends {
	my ($bucket, $prefix) = @_;
	my ($status, $a) = export($bucket, $prefix);
	return "refused with $status" if $status != 200;
	my $e = $a->{ExportDescription};
	Rooms::wait_for(20, sub {
		(undef, $a) = $s->dynamo('DescribeExport',
		    { ExportArn => $e->{ExportArn} });
		$e = $a->{ExportDescription};
		return $e->{ExportStatus} ne 'IN_PROGRESS';
	});
	return $e->{ExportStatus} . ' ' . ($e->{FailureCode} // '');
}

for my $prefix ('../x', 'a/../../x', '/etc', "$outside", './x', 'a//b',
    "a\0b", '..', '/proc/self/cwd') {
	my ($status, $a) = export('bucket', $prefix);
	is($status, 400, 'B7: no prefix ' . ($prefix =~ s/\0/NUL/r));
	like($a->{__type}, qr/ValidationException$/, 'in the API\'s words');
}
for my $bucket ('..', '.', '/tmp', 'a/b', "a\0b", '../../etc') {
	my ($status) = export($bucket);
	is($status, 400, 'B7: no bucket ' . ($bucket =~ s/\0/NUL/r));
}

is(ends('bucket', 'good'), 'COMPLETED ', 'an export as it should be');
symlink($outside, "$home/data/exports/linked") or die("symlink: $!");
is(ends('linked'), 'FAILED AccessDenied', 'B7: no bucket that is a link');
symlink($outside, "$home/data/exports/bucket/linked") or die("symlink: $!");
is(ends('bucket', 'linked'), 'FAILED AccessDenied', 'B7: nor a prefix');
is(ends('bucket', 'linked/deep'), 'FAILED AccessDenied',
    'B7: nor on the way');
symlink('/proc', "$home/data/exports/proc") or die("symlink: $!");
is(ends('proc', 'self/cwd'), 'FAILED AccessDenied', 'B7: nor into /proc');
mkfifo("$home/data/exports/fifo", 0600) or die("mkfifo: $!");
is(ends('fifo'), 'FAILED AccessDenied', 'B7: nor a FIFO');
spew("$home/data/exports/plain", 'as it was');
is(ends('plain'), 'FAILED AccessDenied', 'B7: nor a file');
is(Doorward::slurp("$home/data/exports/plain"), 'as it was', 'left alone');
is(outside(), '', 'B7: nothing was made outside');
# ---- imports: the same names, and what lies in the buckets

sub table {
	my ($name) = @_;
	return { TableName => $name, AttributeDefinitions =>
	    [{ AttributeName => 'k', AttributeType => 'S' }],
	    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
	    BillingMode => 'PAY_PER_REQUEST' };
}

my $tables = 0;

# "STATUS how-many-items" of an import, and why it failed.
sub import_from {
	my ($bucket, $prefix) = @_;
	my ($status, $a) = $s->dynamo('ImportTable', { InputFormat => 'CSV',
	    S3BucketSource => { S3Bucket => $bucket,
	    S3KeyPrefix => $prefix }, TableCreationParameters =>
	    table('import' . $tables++) });
	return "refused with $status" if $status != 200;
	my $i = $a->{ImportTableDescription};
	Rooms::wait_for(20, sub {
		(undef, $a) = $s->dynamo('DescribeImport',
		    { ImportArn => $i->{ImportArn} });
		$i = $a->{ImportTableDescription};
		return $i->{ImportStatus} ne 'IN_PROGRESS';
	});
	return "$i->{ImportStatus} $i->{ImportedItemCount} " .
	    ($i->{FailureCode} // '');
}

for my $prefix ('../x', '/etc', "a\0b", '..') {
	is(import_from('bucket', $prefix), 'refused with 400',
	    'B7: no import of ' . ($prefix =~ s/\0/NUL/r));
}
is(import_from('..', ''), 'refused with 400', 'B7: no bucket ..');
my $in = "$home/data/imports";
mkdir("$in/files", 0700) or die("mkdir: $!");
spew("$in/files/a.csv", "k,v\nx,1\ny,2\n");
spew("$outside/b.csv", "k,v\nsecret,1\n");
is(import_from('files', ''), 'COMPLETED 2 ', 'an import as it should be');
symlink($outside, "$in/linked") or die("symlink: $!");
symlink("$outside/b.csv", "$in/files/b.csv") or die("symlink: $!");
symlink($outside, "$in/files/c") or die("symlink: $!");
mkfifo("$in/files/d", 0600) or die("mkfifo: $!");
is(import_from('files', ''), 'COMPLETED 2 ',
    'B7: links and a FIFO among the files are passed over');
is(import_from('files', 'b.csv'), 'FAILED 0 S3NoSuchKey',
    'B7: nor is one read that is named');
is(import_from('files', 'c/b.csv'), 'FAILED 0 S3NoSuchKey',
    'B7: nor one behind a link');
is(import_from('linked', ''), 'FAILED 0 S3NoSuchKey',
    'B7: nor a bucket that is one');
SKIP: {
	skip('no device can be made here', 1)
	    if system("mknod $in/files/e c 1 5 2>/dev/null") != 0;
	is(import_from('files', 'e'), 'FAILED 0 S3NoSuchKey', 'B7: no device');
}
Rooms::sound($s, 'the database is sound');
$s->finish;
done_testing();
