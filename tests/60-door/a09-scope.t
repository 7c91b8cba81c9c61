#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a09-scope.t - A9: token x operation x table over the DynamoDB API: what a
# token may not do is refused, before the body is read where the head tells,
# changes nothing and is not listed.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Test::More;
use Doorward;
use SigV4;

Doorward->need;
my $json = Doorward::json();
my $s = Doorward->start;
my $admin = $s->bearer;

# ---- every operation, asked so that nothing but the token stands against it

my %key = (k => { S => 'a' });
my $kinesis = 'arn:aws:kinesis:us-east-1:000000000000:stream/s';
sub arn { return "arn:aws:dynamodb:us-east-1:000000000000:table/$_[0]" }
sub stream { return arn($_[0]) . '/stream/2026-01-01T00:00:00.000' }
sub backup { return arn($_[0]) . '/backup/01489602797149-73d8d5bc' }
sub made {
	return (AttributeDefinitions => [{ AttributeName => 'k',
	    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k',
	    KeyType => 'HASH' }], BillingMode => 'PAY_PER_REQUEST');
}
my @global = (ReplicationGroup => [{ RegionName => 'us-east-1' }]);

# Those that write, and below those that read: arguments for a table.
my %writes = (
	BatchWriteItem => sub { { RequestItems => { $_[0] => [{ PutRequest =>
	    { Item => { %key } } }] } } },
	CreateBackup => sub { { TableName => $_[0], BackupName => 'kept' } },
	CreateGlobalTable => sub { { GlobalTableName => $_[0], @global } },
	CreateTable => sub { { TableName => $_[0], made() } },
	DeleteBackup => sub { { BackupArn => backup($_[0]) } },
	DeleteItem => sub { { TableName => $_[0], Key => { %key } } },
	DeleteResourcePolicy => sub { { ResourceArn => arn($_[0]) } },
	DeleteTable => sub { { TableName => $_[0] } },
	DisableKinesisStreamingDestination => sub { { TableName => $_[0],
	    StreamArn => $kinesis } },
	EnableKinesisStreamingDestination => sub { { TableName => $_[0],
	    StreamArn => $kinesis } },
	ExportTableToPointInTime => sub { { TableArn => arn($_[0]),
	    S3Bucket => 'here' } },
	CancelBulkOperation => sub { { BulkOperationArn => arn($_[0]) .
	    '/bulk-operation/01695353076000-a1b2c3d4' } },
	StartBulkPutItems => sub { { TableName => $_[0],
	    InputS3Configuration => { S3Bucket => 'here',
	    InputFormat => 'DYNAMODB_JSON' }, OutputS3Configuration => {
	    OutputType => ['ERROR'] } } },
	ImportTable => sub { { S3BucketSource => { S3Bucket => 'here' },
	    InputFormat => 'CSV', TableCreationParameters => {
	    TableName => $_[0], made() } } },
	CancelWork => sub { { Name => $_[0] } },
	PutItem => sub { { TableName => $_[0], Item => { %key } } },
	PutResourcePolicy => sub { { ResourceArn => arn($_[0]),
	    Policy => $json->encode({ Version => '2012-10-17', Statement => [{
	    Effect => 'Allow', Principal => '*', Action => 'dynamodb:GetItem',
	    Resource => '*' }] }) } },
	RestoreTableFromBackup => sub { { TargetTableName => 'app-back',
	    BackupArn => backup($_[0]) } },
	RestoreTableToPointInTime => sub { { TargetTableName => 'app-back',
	    SourceTableName => $_[0],
	    UseLatestRestorableTime => JSON::PP::true } },
	TagResource => sub { { ResourceArn => arn($_[0]), Tags => [{
	    Key => 'a', Value => 'b' }] } },
	TransactWriteItems => sub { { TransactItems => [{ Put => {
	    TableName => $_[0], Item => { %key } } }] } },
	UntagResource => sub { { ResourceArn => arn($_[0]),
	    TagKeys => ['a'] } },
	UpdateContinuousBackups => sub { { TableName => $_[0],
	    PointInTimeRecoverySpecification => {
	    PointInTimeRecoveryEnabled => JSON::PP::true } } },
	UpdateContributorInsights => sub { { TableName => $_[0],
	    ContributorInsightsAction => 'ENABLE' } },
	UpdateGlobalTable => sub { { GlobalTableName => $_[0],
	    ReplicaUpdates => [{ Create => { RegionName => 'us-west-2' } }] } },
	UpdateGlobalTableSettings => sub { { GlobalTableName => $_[0],
	    GlobalTableBillingMode => 'PAY_PER_REQUEST' } },
	UpdateItem => sub { { TableName => $_[0], Key => { %key } } },
	UpdateKinesisStreamingDestination => sub { { TableName => $_[0],
	    StreamArn => $kinesis, UpdateKinesisStreamingConfiguration => {
	    ApproximateCreationDateTimePrecision => 'MILLISECOND' } } },
	UpdateTable => sub { { TableName => $_[0],
	    DeletionProtectionEnabled => JSON::PP::false } },
	UpdateTableReplicaAutoScaling => sub { { TableName => $_[0] } },
	UpdateTimeToLive => sub { { TableName => $_[0],
	    TimeToLiveSpecification => { AttributeName => 't',
	    Enabled => JSON::PP::true } } },
);
my %reads = (
	BatchGetItem => sub { { RequestItems => { $_[0] => {
	    Keys => [{ %key }] } } } },
	DescribeBackup => sub { { BackupArn => backup($_[0]) } },
	DescribeContinuousBackups => sub { { TableName => $_[0] } },
	DescribeContributorInsights => sub { { TableName => $_[0] } },
	DescribeBulkOperation => sub { { BulkOperationArn => arn($_[0]) .
	    '/bulk-operation/01695353076000-a1b2c3d4' } },
	DescribeExport => sub { { ExportArn => arn($_[0]) .
	    '/export/01695353076000-a1b2c3d4' } },
	DescribeImport => sub { { ImportArn => arn($_[0]) .
	    '/import/01695353076000-a1b2c3d4' } },
	DescribeGlobalTable => sub { { GlobalTableName => $_[0] } },
	DescribeGlobalTableSettings => sub { { GlobalTableName => $_[0] } },
	DescribeKinesisStreamingDestination => sub { { TableName => $_[0] } },
	DescribeStream => sub { { StreamArn => stream($_[0]) } },
	DescribeTable => sub { { TableName => $_[0] } },
	DescribeTableReplicaAutoScaling => sub { { TableName => $_[0] } },
	DescribeTimeToLive => sub { { TableName => $_[0] } },
	DescribeWork => sub { { Name => $_[0] } },
	GetItem => sub { { TableName => $_[0], Key => { %key } } },
	GetShardIterator => sub { { StreamArn => stream($_[0]),
	    ShardIteratorType => 'TRIM_HORIZON',
	    ShardId => 'shardId-00000001600000000000-00000001' } },
	GetResourcePolicy => sub { { ResourceArn => arn($_[0]) } },
	ListTagsOfResource => sub { { ResourceArn => arn($_[0]) } },
	Query => sub { { TableName => $_[0], KeyConditionExpression => 'k = :k',
	    ExpressionAttributeValues => { ':k' => { S => 'a' } } } },
	SearchVectors => sub { { TableName => $_[0], IndexName => 'vec',
	    SearchVector => [{ N => '1' }], TopK => 1 } },
	Scan => sub { { TableName => $_[0] } },
	TransactGetItems => sub { { TransactItems => [{ Get => {
	    TableName => $_[0], Key => { %key } } }] } },
);
# No table is named, or what is shown is filtered.
my %free = map { $_ => sub { {} } } qw(DescribeEndpoints DescribeLimits
    ListBackups ListBulkOperations ListContributorInsights ListExports ListGlobalTables ListImports
    ListStreams ListTables);
# What it names is asked for further below.
my %other = (GetRecords => 1, Undo => 1);
# Asks for the admin scope, and for every table.
my %admins = (ReadAudit => 1);

# Statements tell by themselves whether they write.
my %statement = (read => q(SELECT * FROM "%s" WHERE k = 'a'),
    write => q(INSERT INTO "%s" VALUE {'k': 'b'}));
for my $kind (['read', \%reads], ['write', \%writes]) {
	my ($name, $ops) = @$kind;
	my $say = sub { sprintf($statement{$name}, $_[0]) };
	$ops->{"ExecuteStatement $name"} = sub { { Statement => $say->(@_) } };
	$ops->{"BatchExecuteStatement $name"} = sub { { Statements => [{
	    Statement => $say->(@_) }] } };
	$ops->{"ExecuteTransaction $name"} = sub { { TransactStatements => [{
	    Statement => $say->(@_) }] } };
}

my %here = map { join('', map { ucfirst } split(/_/)) => 1 }
    grep { !/^fixture/ } Doorward::slurp('src/op/op.tbl') =~ /^OP\((\w+)\)/mg;
for my $ops (\%reads, \%writes) {
	delete($ops->{$_}) for grep { !$here{s/ .*//r} } keys(%$ops);
}
my %known = map { s/ .*//r => 1 } keys(%reads), keys(%writes), keys(%free),
    keys(%other), keys(%admins);
is_deeply([grep { !$known{$_} } sort(keys(%here))], [],
    'A9: every operation has its line in this test');

# ---- the tokens

sub token {
	my ($name, @args) = @_;
	my ($status, $out, $err) = Doorward->command($s->home, 'token', 'new',
	    $name, @args);
	is($status, 0, "A9: token $name @args") or diag($err);
	my %f = $out =~ /^(\w+)=(\S+)$/mg;
	$s->secret($f{DOORWARD_TOKEN}, $f{AWS_SECRET_ACCESS_KEY});
	return { name => $name, text => $f{DOORWARD_TOKEN},
	    id => $f{AWS_ACCESS_KEY_ID}, secret => $f{AWS_SECRET_ACCESS_KEY},
	    write => "@args" =~ /write/ ? 1 : 0,
	    admin => "@args" =~ /admin/ ? 1 : 0,
	    some => "@args" =~ /tables/ ? 1 : 0 };
}
my @some = ('--tables', 'app-*,log');
my @tokens = (token('reader'), token('writer', '--scope', 'write'),
    token('auditor', '--scope', 'admin'), token('some-reader', @some),
    token('some-writer', '--scope', 'read,write', @some),
    token('some-admin', '--scope', 'write,admin', @some));

# (status, decoded answer, the whole answer)
sub ask {
	my ($text, $op, $args) = @_;
	my $a = $s->request('POST', '/', ['Authorization', "Bearer $text",
	    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
	    target($op)],
	    $json->encode($args));
	return ($a->{status}, eval { $json->decode($a->{body}) }, $a);
}

sub denied {
	my ($status, $body) = @_;
	return $status == 400 &&
	    ($body->{__type} // '') =~ /#AccessDeniedException$/ ? 1 : 0;
}

is((ask($admin, 'CreateTable', { TableName => $_, made() }))[0], 200,
    "a table $_") for 'app-one', 'other';
is((ask($admin, 'PutItem', { TableName => 'other',
    Item => { %key, v => { S => 'secret' } } }))[0], 200, 'an item');
is((ask($admin, 'PutItem', { TableName => 'app-one',
    Item => { %key } }))[0], 200, 'another');
my $other = $json->encode((ask($admin, 'Scan', { TableName => 'other' }))[1]);
my $about = $json->encode((ask($admin, 'DescribeTable',
    { TableName => 'other' }))[1]);

# ---- the matrix

for my $t (@tokens) {
	my (@bad, $n);
	my $c;
	for my $ops (\%reads, \%writes) {
		my $writes = $ops == \%writes;
		for my $op (sort(keys(%$ops))) {
			# Tables that are there are changed by nobody here: what
			# is allowed is asked of one that is not.
			for my $table ('other', 'none', 'app', 'logs', 'xapp-one',
			    'App-one', 'app-new', $writes ? () : 'app-one') {
				my $mine = !$t->{some} || $table =~ /^app-/;
				next if $mine && $writes && $table ne 'app-new' &&
				    $t->{write};
				my $may = $mine && ($t->{write} || !$writes);
				my ($status, $body, $a) = ask($t->{text},
				    $op =~ s/ .*//r, $ops->{$op}->($table));
				$n++;
				# Each statement of a batch answers for itself.
				my $no = denied($status, $body) ||
				    ($a->{body} // '') =~ /AccessDenied/;
				push(@bad, "$op $table: $status $a->{body}")
				    if $no ? $may : !$may;
				push(@bad, "$op $table: $a->{body}")
				    if $no && $a->{body} =~ /secret/ ||
				    # What was asked is said again in a batch.
				    $no && $op !~ /^Batch/ &&
				    $a->{body} =~ /\Q$table\E/;
			}
		}
	}
	is_deeply(\@bad, [], "A9: $t->{name}: $n operations on tables");
	for my $op (sort(grep { $here{$_} } keys(%free))) {
		is((ask($t->{text}, $op, $free{$op}->()))[0], 200,
		    "A9: $t->{name}: $op");
	}
	for my $op (sort(grep { $here{$_} } keys(%admins))) {
		my ($status, $body) = ask($t->{text}, $op, {});
		my $may = $t->{admin} && !$t->{some};
		ok($may ? $status == 200 : denied($status, $body),
		    "A9: $t->{name}: $op");
	}
	is(denied(ask($t->{text}, 'Undo', { Change => 'table-1000000' })),
	    1 - $t->{write}, "A9: $t->{name}: Undo");
	my $a = $s->request('GET', '/audit', ['Authorization',
	    "Bearer $t->{text}"]);
	isnt($a->{status}, 200, "A9: $t->{name}: GET /audit")
	    if !$t->{admin} || $t->{some};
	ask($admin, 'DeleteTable', { TableName => 'app-new' });
}
is($json->encode((ask($admin, 'Scan', { TableName => 'other' }))[1]), $other,
    'A9: and the table that most may not use is as it was');
is($json->encode((ask($admin, 'DescribeTable', { TableName => 'other' }))[1]),
    $about, 'A9: as is what is said of it');
is_deeply((ask($admin, 'ListTables', {}))[1]{TableNames}, ['app-one', 'other'],
    'A9: and no other is there');

# ---- a table that may not be used is refused in the same words if it is there

my ($some) = grep { $_->{name} eq 'some-writer' } @tokens;
for my $op ('GetItem', 'PutItem', 'DescribeTable', 'CreateTable', 'DeleteTable') {
	my $ask = $reads{$op} // $writes{$op};
	my @said = map { (ask($some->{text}, $op, $ask->($_)))[2]{body} }
	    'other', 'none';
	is($said[0], $said[1], "A9: $op tells nothing of a table");
}

# ---- one forbidden table among allowed ones refuses all

my @mixed = (
	[BatchGetItem => { RequestItems => { map { $_ => { Keys => [{ %key }] } }
	    'app-one', 'other' } }],
	[BatchWriteItem => { RequestItems => { map { $_ => [{ PutRequest =>
	    { Item => { k => { S => 'mixed' } } } }] } 'app-one', 'other' } }],
	[TransactGetItems => { TransactItems => [map { { Get => { TableName =>
	    $_, Key => { %key } } } } 'app-one', 'other'] }],
	[TransactWriteItems => { TransactItems => [map { { Put => { TableName =>
	    $_, Item => { k => { S => 'mixed' } } } } } 'app-one', 'other'] }],
	[TransactWriteItems => { TransactItems => [{ Put => { TableName =>
	    'app-one', Item => { k => { S => 'mixed' } } } }, { ConditionCheck =>
	    { TableName => 'other', Key => { %key }, ConditionExpression =>
	    'v = :v', ExpressionAttributeValues => { ':v' => { S =>
	    'secret' } } } }] }]);
for my $m (@mixed) {
	my ($status, $body, $a) = ask($some->{text}, @$m);
	ok(denied($status, $body), "A9: $m->[0] with another's table") or
	    diag($a->{body});
	unlike($a->{body}, qr/secret/, 'A9: shows nothing of it');
}
is((ask($admin, 'Scan', { TableName => $_, Select => 'COUNT' }))[1]{Count}, 1,
    "A9: nothing was written to $_") for 'app-one', 'other';

# ---- what one token did is not another's to repeat

my $once = { ClientRequestToken => 'once', TransactItems => [{ Update => {
    TableName => 'other', Key => { %key }, UpdateExpression => 'SET n = :n',
    ExpressionAttributeValues => { ':n' => { N => '1' } } } }] };
is((ask($admin, 'TransactWriteItems', $once))[0], 200, 'a transaction');
ok(denied(ask($some->{text}, 'TransactWriteItems', $once)),
    'A9: asked again by who may not do it: refused');

# ---- streams: an iterator is no right

SKIP: {
	skip('there are no streams', 1) if !$here{GetRecords};
	my %iterator;
	for my $table ('app-stream', 'other-stream') {
		my ($status, $body) = ask($admin, 'CreateTable', { TableName =>
		    $table, made(), StreamSpecification => { StreamEnabled =>
		    JSON::PP::true, StreamViewType => 'NEW_AND_OLD_IMAGES' } });
		is($status, 200, "a stream of $table") or
		    diag($json->encode($body));
		my $arn = $body->{TableDescription}{LatestStreamArn};
		ask($admin, 'PutItem', { TableName => $table, Item => { %key,
		    v => { S => 'secret streamed' } } });
		($status, $body) = ask($admin, 'DescribeStream', {
		    StreamArn => $arn });
		($status, $body) = ask($admin, 'GetShardIterator', {
		    StreamArn => $arn, ShardIteratorType => 'TRIM_HORIZON',
		    ShardId => $body->{StreamDescription}{Shards}[0]{ShardId} });
		$iterator{$table} = { ShardIterator => $body->{ShardIterator} };
		for my $op ('DescribeStream', 'GetShardIterator') {
			my $no = denied(ask($some->{text}, $op, { %{$reads{$op}
			    ->($table)}, StreamArn => $arn }));
			is($no, $table =~ /^app-/ ? 0 : 1,
			    "A9: $op of a stream of $table");
		}
	}
	my ($status, $body, $a) = ask($some->{text}, 'GetRecords',
	    $iterator{'other-stream'});
	isnt($status, 200, 'A9: another\'s iterator is no right to its records');
	unlike($a->{body}, qr/secret/, 'A9: and shows none');
	($status, $body) = ask($some->{text}, 'GetRecords',
	    $iterator{'app-stream'});
	is($status, 200, 'A9: one\'s own table\'s is');
	is_deeply([map { $_->{TableName} } @{(ask($some->{text}, 'ListStreams',
	    {}))[1]{Streams}}], ['app-stream'], 'A9: ListStreams: its own');
	ask($admin, 'DeleteTable', { TableName => $_ }) for keys(%iterator);
}

# ---- what is restored becomes a table: it must be one's own

SKIP: {
	skip('there are no backups', 1) if !$here{RestoreTableFromBackup};
	my %arn;
	for my $table ('app-one', 'other') {
		my ($status, $body) = ask($admin, 'CreateBackup', {
		    TableName => $table, BackupName => 'kept' });
		is($status, 200, "a backup of $table");
		$arn{$table} = $body->{BackupDetails}{BackupArn};
	}
	for my $try (['app-one', 'other'], ['app-one', 'none'],
	    ['other', 'app-back']) {
		my ($from, $to) = @$try;
		ok(denied(ask($some->{text}, 'RestoreTableFromBackup', {
		    BackupArn => $arn{$from}, TargetTableName => $to })),
		    "A9: a backup of $from is not restored to $to");
	}
	for my $op ('DescribeBackup', 'DeleteBackup') {
		ok(denied(ask($some->{text}, $op, { BackupArn =>
		    $arn{other} })), "A9: $op of another's");
	}
	isnt((ask($some->{text}, 'DescribeBackup', { BackupArn =>
	    $arn{other} =~ s/other/app-one/r }))[0], 200,
	    'A9: nor under the name of one\'s own');
	is_deeply([map { $_->{TableName} } @{(ask($some->{text}, 'ListBackups',
	    {}))[1]{BackupSummaries}}], ['app-one'], 'A9: ListBackups: its own');
}

# ---- what was exported may be of another's table

SKIP: {
	skip('there are no exports', 1) if !$here{ExportTableToPointInTime};
	my $until = sub {
		my ($op, $arg, $arn, $of, $status) = @_;
		my $body;
		for (1 .. 100) {
			$body = (ask($admin, $op, { $arg => $arn }))[1]{$of};
			last if $body->{$status} ne 'IN_PROGRESS';
			select(undef, undef, undef, 0.1);
		}
		return $body->{$status} . ' ' . ($body->{FailureCode} // '');
	};
	my $put = sub {
		my ($text, $table) = @_;
		my ($status, $body) = ask($text, 'ImportTable', {
		    S3BucketSource => { S3Bucket => 'of-other' },
		    InputFormat => 'DYNAMODB_JSON',
		    InputCompressionType => 'GZIP',
		    TableCreationParameters => { TableName => $table, made() } });
		is($status, 200, 'an import is begun');
		return $until->('DescribeImport', 'ImportArn',
		    $body->{ImportTableDescription}{ImportArn},
		    'ImportTableDescription', 'ImportStatus');
	};
	ask($admin, 'UpdateContinuousBackups', { TableName => 'other',
	    PointInTimeRecoverySpecification => {
	    PointInTimeRecoveryEnabled => JSON::PP::true } });
	my ($status, $body) = ask($admin, 'ExportTableToPointInTime', {
	    TableArn => arn('other'), S3Bucket => 'of-other' });
	is($until->('DescribeExport', 'ExportArn',
	    $body->{ExportDescription}{ExportArn}, 'ExportDescription',
	    'ExportStatus'), 'COMPLETED ', 'an export of other');
	# Its data alone: the manifests beside them are no items.
	my ($gz) = glob($s->home . '/data/exports/of-other/AWSDynamoDB/*/data/*.gz');
	$gz =~ s{^.*/exports/of-other/}{};
	my %from = (S3Bucket => 'of-other', S3KeyPrefix => $gz);
	is($put->($some->{text}, 'app-taken'), 'FAILED S3NoSuchKey',
	    'A9: an export of another\'s is not imported');
	($status, $body) = ask($some->{text}, 'StartBulkPutItems', {
	    TableName => 'app-one', InputS3Configuration => { %from,
	    InputFormat => 'DYNAMODB_JSON', InputCompressionType => 'GZIP' },
	    OutputS3Configuration => { OutputType => ['ERROR'] } });
	is($status, 200, 'a bulk put is begun');
	is($until->('DescribeBulkOperation', 'BulkOperationArn',
	    $body->{BulkOperationDescription}{BulkOperationArn},
	    'BulkOperationDescription', 'BulkOperationStatus'),
	    'FAILED S3NoSuchKey', 'A9: nor put into one\'s own');
	unlike((ask($admin, 'Scan', { TableName => 'app-one' }))[2]{body},
	    qr/secret/, 'A9: nothing of it is there');
	# What the operator laid ready is for all who may write.
	my $in = $s->home . '/data/imports/of-other';
	system('mkdir', '-p', $in) == 0 or die("mkdir: $!");
	system('cp', $s->home . "/data/exports/of-other/$gz", "$in/") == 0
	    or die("cp: $!");
	is($put->($some->{text}, 'app-given'), 'COMPLETED ',
	    'A9: what lies in imports is');
	ask($admin, 'DeleteTable', { TableName => $_ })
	    for 'app-given', 'app-taken';
	system('rm', '-r', $in) == 0 or die("rm: $!");
	my $all = token('writer-too', '--scope', 'write');
	($status, $body) = ask($all->{text}, 'StartBulkPutItems', {
	    TableName => 'app-one', InputS3Configuration => { %from,
	    InputFormat => 'DYNAMODB_JSON', InputCompressionType => 'GZIP' },
	    OutputS3Configuration => { OutputType => ['ERROR'] } });
	is($until->('DescribeBulkOperation', 'BulkOperationArn',
	    $body->{BulkOperationDescription}{BulkOperationArn},
	    'BulkOperationDescription', 'BulkOperationStatus'), 'COMPLETED ',
	    'A9: and an export by a token for all tables');
}

# ---- what may not be used is not listed, and pages are full all the same

for my $n (1 .. 12) {
	ask($admin, 'CreateTable', { TableName => sprintf('%s-%02d', $n % 3 ?
	    'hidden' : 'app', $n), made() });
}
my @mine = ('app-03', 'app-06', 'app-09', 'app-12', 'app-one');
for my $limit (1 .. 6, 100) {
	my (@seen, @sizes, $from);
	do {
		my ($status, $body) = ask($some->{text}, 'ListTables', {
		    Limit => $limit, defined($from) ?
		    (ExclusiveStartTableName => $from) : () });
		$from = $body->{LastEvaluatedTableName};
		push(@sizes, scalar(@{$body->{TableNames}}));
		push(@seen, @{$body->{TableNames}});
	} while (defined($from) && @sizes < 20);
	is_deeply(\@seen, \@mine, "A9: ListTables by $limit: those it may use");
	my $last = pop(@sizes);
	is_deeply([grep { $_ != $limit } @sizes], [], 'A9: in full pages');
	cmp_ok($last, '>', 0, 'A9: none of them empty');
}
is_deeply((ask($some->{text}, 'ListTables', { ExclusiveStartTableName =>
    'hidden-99' }))[1]{TableNames}, [], 'A9: nor behind a hidden one');

# ---- the head tells: refused without a byte of the body

sub target {
	my ($op) = @_;
	return ($op =~ /Stream$|Streams$|Shard|Records/ && $op !~ /Kinesis/ ?
	    'DynamoDBStreams_20120810' :
	    $op =~ /^(?:ReadAudit|Undo|.*Work)$/ ? 'Doorward' :
	    'DynamoDB_20120810') . ".$op";
}

sub head_only {
	my ($text, @h) = @_;
	my $c = $s->client;
	$c->send($s->text('POST', '/', ['Authorization', "Bearer $text",
	    'Content-Type', 'application/x-amz-json-1.0', 'Content-Length',
	    1_000_000, @h]));
	return $c->answer(seconds => 5);
}
my ($reader) = grep { $_->{name} eq 'reader' } @tokens;
for my $op (sort(grep { !/ / } keys(%writes))) {
	my $a = head_only($reader->{text}, 'X-Amz-Target', target($op));
	ok(denied($a->{status}, eval { $json->decode($a->{body}) } // {}),
	    "A9: $op is refused before its body comes") or
	    diag("$a->{status} " . ($a->{error} // $a->{body}));
}

# ---- who signs wrongly learns nothing of what a key may do

sub signed {
	my ($id, $secret, $op, @more) = @_;
	my $body = $json->encode($writes{$op}->('app-one'));
	my @h = SigV4::headers(id => $id, secret => $secret, path => '/',
	    method => 'POST', body => $body, region => 'us-east-1',
	    service => 'dynamodb', headers => ['Host', "127.0.0.1:$s->{port}",
	    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
	    target($op), @more]);
	my $a = $s->request('POST', '/', \@h, $body);
	return "$a->{status} $a->{body}";
}
for my $more ([], ['X-Amz-Content-Sha256', 'of the body']) {
	my $hash = Digest::SHA::sha256_hex($json->encode(
	    $writes{PutItem}->('app-one')));
	my @more = @$more ? ($more->[0], $hash) : ();
	my $with = @more ? 'a signed hash' : 'no hash';
	like(signed($reader->{id}, $reader->{secret}, 'PutItem', @more),
	    qr/AccessDenied/, "A9: a reader's signature, $with: refused");
	is(signed($reader->{id}, 'x' x 40, 'PutItem', @more),
	    signed('DOORWARDAKIDAAAAAAAA', 'x' x 40, 'PutItem', @more),
	    "A9: a wrong one, $with: as if there were no such key");
	like(signed($some->{id}, $some->{secret}, 'PutItem', @more), qr/^200 /,
	    "A9: a writer's signature, $with");
}
$s->finish;
done_testing();
