#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# import.t - an import, and a bulk put, go on where they were when the process
# that works on them is killed: every record counts once.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use IO::Compress::Gzip qw(gzip $GzipError);
use IPC::Open2;
use Rooms;
use Test::More;

my $N = 12000;
my $s = Doorward->start;
my $bucket = $s->home . '/data/imports/my-bucket';
Rooms::create($s, 'other');
mkdir($s->home . '/data/imports', 0700);
mkdir($bucket, 0700) or die("$bucket: $!");
mkdir("$bucket/zstd", 0700) or die("$bucket/zstd: $!");

sub spew {
	my ($file, $text) = @_;
	open(my $fh, '>', $file) or die("$file: $!");
	binmode($fh);
	print $fh $text;
	close($fh);
}

# By its own tool, with the largest window that it takes unasked.
sub zstd {
	my ($text) = @_;
	my $pid = open2(my $out, my $in, 'zstd', '-q', '-c', '--long=27');
	if (fork() == 0) {
		print $in $text;
		close($in);
		require POSIX;
		POSIX::_exit(0);
	}
	close($in);
	local $/;
	my $packed = <$out>;
	waitpid($pid, 0);
	return $packed;
}

# Until it has ended; what was answered last.
sub ends {
	my ($ask, $status) = @_;
	my ($killed, $d) = (0);
	Rooms::wait_for(120, sub {
		$d = $ask->();
		return 1 if $d->{$status} ne 'IN_PROGRESS';
		$killed += Rooms::kill_jobs($s) if $killed < 10;
		# A write: its room finds the job that was left.
		Rooms::put($s, 'other', 'k' . int(rand(50)), 'x');
		select(undef, undef, undef, 0.03);
		return 0;
	});
	ok($killed > 0, "its worker was killed $killed times");
	return $d;
}

for my $part (0 .. 2) {
	my ($text, $gz) = ('');
	for my $i ($part * $N / 3 .. ($part + 1) * $N / 3 - 1) {
		$text .= $i % 100 == 7 ? "{\"Item\":{\"k\":{\"N\":\"$i\"}}}\n" :
		    sprintf("{\"Item\":{\"k\":{\"S\":\"k%06d\"},\"v\":{\"S\":" .
			"\"%s\"}}}\n", $i, 'x' x 300);
	}
	gzip(\$text => \$gz) or die($GzipError);
	spew("$bucket/part-$part.json.gz", $gz);
	spew("$bucket/zstd/part-$part.json.zst", zstd($text));
}
my $bad = $N / 100;
my $arn;
my %source = (S3Bucket => 'my-bucket', S3KeyPrefix => 'part-');

# What was not taken, beneath exports.
sub written_down {
	my ($dir, $name) = @_;
	my ($id) = $arn =~ m{([^/]+)$};
	my @lines = split(/\n/,
	    Doorward::slurp($s->home . "/data/exports/$dir/$id/$name.json"));
	is(scalar(@lines), $bad, 'each bad one is written down once');
	my %seen = map { Doorward->json->decode($_)->{Record} => 1 } @lines;
	is(scalar(keys(%seen)), $bad, 'none of them twice');
}

my ($status, $made) = $s->dynamo('ImportTable', { S3BucketSource => \%source,
    InputFormat => 'DYNAMODB_JSON', InputCompressionType => 'GZIP',
    TableCreationParameters => { TableName => 'new', AttributeDefinitions =>
    [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' } });
is($status, 200, 'an import is begun');
$arn = $made->{ImportTableDescription}{ImportArn};
my $got = ends(sub {
	my (undef, $d) = $s->dynamo('DescribeImport', { ImportArn => $arn });
	return $d->{ImportTableDescription};
}, 'ImportStatus');
is($got->{ImportStatus}, 'FAILED', 'some records were bad');
is($got->{FailureCode}, 'ItemValidationError', 'it says');
is($got->{ProcessedItemCount}, $N, 'every record counts once');
is($got->{ErrorCount}, $bad, 'the bad ones too');
is($got->{ImportedItemCount}, $N - $bad, 'and the good ones');
is($got->{ProcessedSizeBytes}, eval { my $n = 0;
    $n += -s $_ for glob("$bucket/part-*"); $n }, 'so do bytes');
is(Rooms::item_count($s, 'new'), $N - $bad, 'these are in the table');
written_down('aws-dynamodb/imports', 'errors');

Rooms::create($s, 'old');
($status, $made) = $s->dynamo('StartBulkPutItems', { TableName => 'old',
    InputS3Configuration => { S3Bucket => 'my-bucket',
    S3KeyPrefix => 'zstd/', InputFormat => 'DYNAMODB_JSON',
    InputCompressionType => 'ZSTD' }, OutputS3Configuration => {
    S3Bucket => 'report', OutputType => ['ERROR'] } });
is($status, 200, 'a bulk put is begun');
$arn = $made->{BulkOperationDescription}{BulkOperationArn};
$got = ends(sub {
	my (undef, $d) = $s->dynamo('DescribeBulkOperation',
	    { BulkOperationArn => $arn });
	return $d->{BulkOperationDescription};
}, 'BulkOperationStatus');
is($got->{BulkOperationStatus}, 'COMPLETED_WITH_ERRORS', 'it ends');
is($got->{ProcessedItemCount}, $N, 'every record counts once');
is($got->{FailedItemCount}, $bad, 'the bad ones too');
is(Rooms::item_count($s, 'old'), $N - $bad, 'the good ones are there');
written_down('report', 'output');
Rooms::sound($s, 'the database is sound');
$s->finish;
done_testing();
