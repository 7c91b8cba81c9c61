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
Rooms::sound($s, 'the database is sound');
$s->finish;
done_testing();
