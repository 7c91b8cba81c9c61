#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# data-model.t - a data-model file at work: what is refused by whatever
# operation and what is not, what agents are told, how it is changed while the
# server runs, and files that are not right.  The model is doorward-model(5)'s
# example.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use Rooms;
use Test::More;

Doorward->need;
my $json = JSON::PP->new->utf8->canonical;
my ($example) = Doorward::slurp("$Bin/../../man/doorward-model.5") =~
    /^\.Sh EXAMPLES\n.*?^\.Bd [^\n]*\n(.*?)^\.Ed$/ms;
my $sandbox = Doorward::sanitized() ? "sandbox = none\n" : '';
my $refused = "The item does not fit the table's data model: ";

sub spew {
	my ($file, $text) = @_;
	open(my $fh, '>:raw', $file) or die("$file: $!");
	print($fh $text);
	close($fh) or die($!);
	chmod(0600, $file);
}

sub configure {
	my ($s, $text) = @_;
	spew($s->home . '/config/doorward.conf', "$text\n$sandbox");
	kill('HUP', $s->pid);
}

my $home = Doorward->new_home(conf => "model = other* shop.json\n");
spew("$home/config/shop.json", $example);
my $s = Doorward->start(home => $home);

sub ok_call {
	my ($op, $args) = @_;
	my ($status, $answer, $raw) = $s->dynamo($op, $args);
	is($status, 200, $op) or diag($raw->{body} // '');
	return $answer;
}

# The refusal's text without what is the same in all.
sub is_refused {
	my ($op, $args, $want, $name) = @_;
	my ($status, $answer) = $s->dynamo($op, $args);
	is($status, 400, "$op: $name");
	like($answer->{__type}, qr/ValidationException$/, 'its type');
	is($answer->{message}, $refused . $want, 'its text');
}

sub make {
	my ($table) = @_;
	ok_call('CreateTable', { TableName => $table, BillingMode =>
	    'PAY_PER_REQUEST', AttributeDefinitions => [map { {
	    AttributeName => $_, AttributeType => 'S' } } qw(pk sk gs1pk)],
	    KeySchema => [{ AttributeName => 'pk', KeyType => 'HASH' },
	    { AttributeName => 'sk', KeyType => 'RANGE' }],
	    GlobalSecondaryIndexes => [{ IndexName => 'gs1', KeySchema =>
	    [{ AttributeName => 'gs1pk', KeyType => 'HASH' }],
	    Projection => { ProjectionType => 'ALL' } }] });
}

sub item { my (%i) = @_; return { map { $_ => { S => $i{$_} } } keys(%i) } }
my %customer = (pk => 'customer#7', sk => 'profile', id => '7');
my %key = (Key => item(pk => 'customer#7', sk => 'profile'));

# ---- before it is enforced

make('shop');
my $old = item(pk => 'old', sk => 'item');
ok_call('PutItem', { TableName => 'shop', Item => $old });
ok_call('PutItem', { TableName => 'shop', Item => item(%customer, pk => 'x') });
configure($s, 'model = shop* shop.json enforce');
ok(Rooms::wait_for(10, sub {
	my ($status) = $s->dynamo('PutItem', { TableName => 'shop',
	    Item => item(pk => 'old', sk => 'other') });
	return $status == 400;
}), 'after SIGHUP it is enforced');
# It may have been written before that.
ok_call('DeleteItem', { TableName => 'shop', Key => item(pk => 'old',
    sk => 'other') });

# ---- what is refused

my $none = "the item's key fits no entity's, expected one of Customer, Order";
my $id = 'Customer.id is missing, it is required';
my $email = 'Customer.gs1pk is "email#a", expected "email#b" by its template '
    . '"email#${email}"';
my %good = (TableName => 'shop', Item => item(%customer));
my %bad = (TableName => 'shop', Item => item(pk => 'customer#7',
    sk => 'profile'));
ok_call('PutItem', \%good);
is_refused('PutItem', \%bad, $id, 'what is required is not there');
is_refused('PutItem', { TableName => 'shop', Item => item(pk => 'a',
    sk => 'b') }, $none, 'of no entity');
is_refused('PutItem', { TableName => 'shop', Item => item(%customer,
    emial => 'a') }, 'Customer.emial is not known, expected one of id, email, '
    . 'address, pk, sk, gs1pk', 'a name that is not known');
is_refused('UpdateItem', { TableName => 'shop', %key,
    UpdateExpression => 'REMOVE id' }, $id, 'what is required goes');
ok_call('UpdateItem', { TableName => 'shop', %key, UpdateExpression =>
    'SET email = :e, gs1pk = :g', ExpressionAttributeValues => {
    ':e' => { S => 'a' }, ':g' => { S => 'email#a' } } });
is_refused('UpdateItem', { TableName => 'shop', %key, UpdateExpression =>
    'SET email = :e', ExpressionAttributeValues => { ':e' => { S => 'b' } } },
    $email, "an index's key that would be stale");
is_refused('BatchWriteItem', { RequestItems => { shop => [{ PutRequest =>
    { Item => item(%customer, pk => 'customer#8', id => '8') } },
    { PutRequest => { Item => item(%customer, sk => 'order#000001') } }] } },
    'Order.number is missing, it is required; Order.status is missing, it is '
    . 'required', 'one of a batch');
is_deeply(ok_call('GetItem', { TableName => 'shop', Key => item(
    pk => 'customer#8', sk => 'profile') }), {}, 'the other was not written');
is_refused('ExecuteStatement', { Statement =>
    q(INSERT INTO shop VALUE {'pk': 'customer#9', 'sk': 'profile'}) }, $id,
    'PartiQL');

my ($status, $got) = $s->dynamo('TransactWriteItems', { TransactItems => [
    { Put => { TableName => 'shop', Item => item(%customer,
    pk => 'customer#9', id => '9') } },
    { Put => { TableName => 'shop', Item => item(pk => 'customer#7',
    sk => 'order#000001', number => '1', status => 'lost') } }] });
is($status, 400, 'TransactWriteItems');
like($got->{__type}, qr/TransactionCanceledException$/, 'its type');
is_deeply($got->{CancellationReasons}, [{ Code => 'None' },
    { Code => 'ValidationError', Message => $refused
    . 'Order.number is of the type string, expected number; Order.status is '
    . '"lost", expected one of ["new","paid","sent"]' }], 'its reasons');

# ---- what is not asked

ok_call('PutItem', { %good, Item => item(%customer, pk => 'customer#8',
    id => '8') });
make('free');
ok_call('PutItem', { %bad, TableName => 'free' });
is_refused('UpdateItem', { TableName => 'shop', Key => $old,
    UpdateExpression => 'SET a = :a', ExpressionAttributeValues => {
    ':a' => { S => 'a' } } }, $none, 'an item of before must be made to fit');

sub call {
	my ($tool, $args) = @_;
	my ($status, $a) = $s->mcp_modern('tools/call', { name => $tool,
	    arguments => $args });
	my $r = $a->{result} // return $json->encode($a);
	return $r->{isError} ? $r->{content}[0]{text} : $r->{structuredContent};
}

my $gone = call('delete_item', { table => 'shop', key => { pk => 'old',
    sk => 'item' } });
ok($gone->{undo}, 'an item of before is deleted');
is(call('undo', { change => $gone->{undo} })->{items}, 1,
    'and brought back');
my $backup = ok_call('CreateBackup', { TableName => 'shop',
    BackupName => 'kept' })->{BackupDetails}{BackupArn};
ok_call('RestoreTableFromBackup', { BackupArn => $backup,
    TargetTableName => 'shop-restored' });
ok(Rooms::wait_for(30, sub {
	my (undef, $t) = $s->dynamo('GetItem', { TableName => 'shop-restored',
	    Key => $old });
	return $t->{Item};
}), 'a restored table has the item of before');
ok_call('UpdateTimeToLive', { TableName => 'shop', TimeToLiveSpecification =>
    { Enabled => \1, AttributeName => 'number' } });
# A number long ago does not expire, one of today does.
sub paid {
	my ($number) = @_;
	return { %{item(pk => 'customer#7', sk => "order#$number",
	    status => 'paid')}, number => { N => "$number" } };
}
my ($past, $future) = (time - 60, time + 3600);
ok_call('PutItem', { TableName => 'shop', Item => paid($past) });
configure($s, "model = shop* strict.json enforce");
(my $strict = $example) =~ s/"paid", //;
spew("$home/config/strict.json", $strict);
kill('HUP', $s->pid);
ok(Rooms::wait_for(10, sub {
	return ($s->dynamo('PutItem', { TableName => 'shop',
	    Item => paid($future) }))[0] == 400;
}), 'another file: an order is not paid any more');
is((Doorward->command($home, 'sweep'))[0], 0, 'doorward sweep');
ok(Rooms::wait_for(30, sub {
	my (undef, $t) = $s->dynamo('GetItem', { TableName => 'shop',
	    Key => item(pk => 'customer#7', sk => "order#$past") });
	return !$t->{Item};
}), 'an item that does not fit expires');

# The file itself is another one.
spew("$home/config/strict.json", $example);
kill('HUP', $s->pid);
ok(Rooms::wait_for(10, sub {
	return ($s->dynamo('PutItem', { TableName => 'shop',
	    Item => paid($future) }))[0] == 200;
}), 'the file was changed: it is paid');

# ---- imports and bulk loads

mkdir("$home/data/imports", 0700);
mkdir("$home/data/imports/in", 0700);
spew("$home/data/imports/in/items.json", join('', map {
	$json->encode({ Item => $_ }) . "\n" }
	item(%customer), $bad{Item}, item(%customer, pk => 'customer#8',
	id => '8')));
my $import = ok_call('ImportTable', { S3BucketSource => { S3Bucket => 'in' },
    InputFormat => 'DYNAMODB_JSON', TableCreationParameters => {
    TableName => 'shop-imported', BillingMode => 'PAY_PER_REQUEST',
    AttributeDefinitions => [map { { AttributeName => $_, AttributeType =>
    'S' } } qw(pk sk)], KeySchema => [{ AttributeName => 'pk',
    KeyType => 'HASH' }, { AttributeName => 'sk', KeyType => 'RANGE' }] } });
my $d;
Rooms::wait_for(30, sub {
	$d = ($s->dynamo('DescribeImport', { ImportArn =>
	    $import->{ImportTableDescription}{ImportArn} }))[1]
	    ->{ImportTableDescription};
	return $d->{ImportStatus} ne 'IN_PROGRESS';
});
is("$d->{ImportedItemCount} of $d->{ProcessedItemCount}, $d->{ErrorCount}",
    '2 of 3, 1', 'an import counts what does not fit among its errors');

# ---- what agents are told

my ($t) = @{call('get_overview', { table => 'shop' })->{tables}};
is_deeply([$t->{entities}, $t->{enforced}], [['Customer', 'Order'],
    JSON::PP::true], 'get_overview');
like(call('get_overview', {})->{note}, qr/get_data_model/, 'and leads on');
($t) = @{call('get_overview', { table => 'free' })->{tables}};
is($t->{entities}, undef, 'a table without a model');
is_deeply(call('describe_table', { table => 'shop' })->{entities},
    ['Customer', 'Order'], 'describe_table');
my $told = call('get_data_model', { table => 'shop' });
is_deeply($told, { table => 'shop', enforced => JSON::PP::true,
    model => $json->decode($example) }, 'get_data_model');
is_deeply(call('get_data_model', { table => 'shop', entity => 'Order' })
    ->{model}, { entities => { Order =>
    $json->decode($example)->{entities}{Order} } }, 'of one entity');
like(call('get_data_model', { table => 'shop', entity => 'Ordre' }),
    qr/entity: the data model of shop\* has no Ordre/, 'of none');
like(call('get_data_model', { table => 'free' }),
    qr/no data model says what free holds/, 'of a table without one');
like(call('put_item', { table => 'shop', item => { pk => 'customer#7',
    sk => 'profile' } }), qr/\Q$id\E/, 'a tool that writes is refused');

sub read_uri {
	my ($uri) = @_;
	my ($status, $a) = $s->mcp_modern('resources/read', { uri => $uri });
	my $c = $a->{result}{contents} // return $a->{error}{code};
	return $json->decode($c->[0]{text});
}
is_deeply(read_uri('doorward://tables/shop/model'), $told, 'the resource');
is(read_uri('doorward://tables/free/model'), -32602,
    'there is none of a table without a model');
my $sample = read_uri('doorward://tables/shop/sample');
my %label = map { ($sample->{items}[$_]{pk} . ' ' . $sample->{items}[$_]{sk} =>
    $sample->{entities}[$_]) } 0 .. $#{$sample->{items}};
is_deeply(\%label, { 'customer#7 profile' => 'Customer', 'customer#8 profile'
    => 'Customer', 'old item' => undef, 'x profile' => undef,
    "customer#7 order#$future" => 'Order' }, 'a sample says what each item is');
is(read_uri('doorward://tables/free/sample')->{entities}, undef,
    'of a table without a model it does not');
my ($st, $p) = $s->mcp_modern('prompts/get', { name => 'explore_table',
    arguments => { table => 'shop' } });
is_deeply([map { $_->{content}{resource}{uri} } @{$p->{result}{messages}}],
    [undef, 'doorward://tables/shop', 'doorward://tables/shop/model'],
    'a prompt about a table has its model in it');
($st, $p) = $s->mcp_modern('completion/complete', { ref => { type =>
    'ref/resource', uri => 'doorward://tables/{name}/model' },
    argument => { name => 'name', value => 'shop-i' } });
is_deeply($p->{result}{completion}{values}, ['shop-imported'],
    'its template is completed');
my ($other) = (Doorward->command($home, 'token', 'new', 'else', '--scope',
    'read', '--tables', 'free'))[1] =~ /(dw_\S+)/;
$s->secret($other);
{
	local $s->{bearer} = $other;
	$p = call('get_data_model', { table => 'shop' });
}
like($p, qr/does not allow/,
    'a token that may not see the table is not told');

# ---- the prompt that asks for a file shows one that is taken

($st, $p) = $s->mcp_modern('prompts/get', { name =>
    'design_single_table_model', arguments => { purpose => 'a shop' } });
my ($shown) = $p->{result}{messages}[1]{content}{text} =~ /(\{.*\})/s;
spew("$home/other.json", $shown);
configure($s, "model = shop* $home/other.json");
ok(Rooms::wait_for(10, sub {
	my $m = call('get_data_model', { table => 'shop' });
	return ref($m) && $json->encode($m->{model}) eq
	    $json->encode($json->decode($shown)) && !$m->{enforced};
}), 'an absolute path, and what the prompt shows');
ok_call('PutItem', \%bad);

# ---- a wrong one changes nothing

spew("$home/other.json", "{\n");
kill('HUP', $s->pid);
ok(Rooms::wait_for(10, sub {
	$s->log =~ m{warning step=reload .*other\.json: line 2: };
}), 'a wrong file is complained of');
ok(ref(call('get_data_model', { table => 'shop' })), 'and changes nothing');
$s->finish;

# ---- files that are not right

sub cannot_start {
	my ($want, $name) = @_;
	my (undef, $log) = Doorward->try_start(home => $home);
	like($log, $want, $name);
}

sub conf {
	my ($line) = @_;
	spew("$home/config/doorward.conf", "model = $line\n$sandbox");
}
my $file = "$home/config/new.json";
conf('shop new.json');
cannot_start(qr{config/new\.json: does not exist}, 'no such file');
conf('shop /nowhere/new.json');
cannot_start(qr{^doorward: /nowhere/new\.json: does not exist}, 'by its path');
conf('shop new.json');
spew($file, "{\n\"format\": \"doorward:1\",\n}");
cannot_start(qr{config/new\.json: line 3: }, 'not JSON');
spew($file, '{"format":"doorward:1","entities":{"A":{"key":{}}}}');
cannot_start(qr{config/new\.json: entities\.A\.key: not known here, expected one of text, keys, attributes, closed},
    'a member that is not known');
my $max = 256 * 1024;
my $small = '{"format":"doorward:1","entities":{"A":{}}}';
spew($file, $small . ' ' x ($max + 1 - length($small)));
cannot_start(qr{config/new\.json: .*262144}, 'one past 256 KiB');
spew($file, $small . ' ' x ($max - length($small)));
$s = Doorward->start(home => $home);
is_deeply(call('get_data_model', { table => 'shop' })->{model}{entities},
    { A => {} }, '256 KiB are read');
$s->finish;
chmod(0620, $file);
cannot_start(qr{config/new\.json: has mode 0620, expected 0600 or 0644},
    'others may write it');
chmod(0600, $file);
rename($file, "$file.real");
symlink("$file.real", $file);
cannot_start(qr{config/new\.json: is a symbolic link}, 'a symbolic link');
conf('shop');
cannot_start(qr{bad value 'shop' of 'model', expected TABLE FILE},
    'no file is named');
done_testing();
