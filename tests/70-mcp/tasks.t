#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# tasks.t - the extension of tasks: what goes on behind tools/call is asked
# for on any later connection, after a restart too, by its own token alone;
# and is ended, while it still goes on.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use JSON::PP;
use Test::More;
use Time::HiRes qw(sleep time);

Doorward->need;
my $X = 'io.modelcontextprotocol/tasks';
my $DECLARED = { extensions => { $X => {} } };
my $home = Doorward->new_home;
my $s = Doorward->start(home => $home);

# (result or error, status)
sub ask {
	my ($method, $params, %opt) = @_;
	my ($status, $a) = $s->mcp_modern($method, $params,
	    capabilities => $DECLARED, %opt);
	return ($a->{result} // $a->{error}, $status);
}

sub tool {
	my ($name, $args, %opt) = @_;
	return (ask('tools/call', { name => $name, arguments => $args },
	    %opt))[0];
}

sub get { my ($id, %opt) = @_; return (ask('tasks/get', { taskId => $id }, %opt))[0] }

sub cancel { return (ask('tasks/cancel', { taskId => $_[0] }))[0] }

# Until it has ended; what was told last.
sub ended {
	my ($id, $seconds) = @_;
	my $end = time() + ($seconds // 60);
	my $t;
	do {
		$t = get($id);
		return $t if ($t->{status} // '') ne 'working';
		sleep(0.05);
	} while (time() < $end);
	return $t;
}

sub spew {
	my ($path, $text) = @_;
	open(my $fh, '>', $path) or die("$path: $!");
	print($fh $text);
	close($fh) or die($!);
}

# ---- what there is: a table of 2,500 items, and files to read

tool('create_table', { table => 'big', partition_key => { name => 'k',
    type => 'string' }, sort_key => { name => 'n', type => 'number' } });
for my $from (map { $_ * 25 } 0 .. 99) {
	my ($status) = $s->dynamo('BatchWriteItem', { RequestItems => { big => [
	    map { { PutRequest => { Item => { k => { S => 'a' },
	    n => { N => "$_" }, t => { S => "text $_" } } } } }
	    $from .. $from + 24] } });
	die("put: $status") if $status != 200;
}
tool('update_continuous_backups', { table => 'big', enabled => JSON::PP::true },
    capabilities => {});
mkdir("$home/data/imports", 0700);
mkdir("$home/data/imports/in", 0700);
mkdir("$home/data/imports/in/$_", 0700) for 'slow', 'few';
spew("$home/data/imports/in/few/a.json", join('', map {
    qq({"Item":{"k":{"S":"b"},"n":{"N":"$_"}}}\n) } 1 .. 20));
my $large = 'x' x 390000;
spew("$home/data/imports/in/slow/a.json", join('', map {
    qq({"Item":{"k":{"S":"c"},"n":{"N":"$_"},"l":{"S":"$large"}}}\n) }
    1 .. 60));

# Work of some 20 s, behind which all other has to wait; until release().
my $brake;
sub brake {
	my ($status, $a) = $s->dynamo('StartBulkPutItems', { TableName => 'big',
	    InputS3Configuration => { S3Bucket => 'in', S3KeyPrefix => 'slow/',
	    InputFormat => 'DYNAMODB_JSON' }, MaxWriteRequestUnits => 1024,
	    OutputS3Configuration => { OutputType => ['ERROR'] } });
	$brake = $a->{BulkOperationDescription}{BulkOperationArn} // die($status);
	for (1 .. 500) {
		(undef, $a) = $s->dynamo('DescribeBulkOperation',
		    { BulkOperationArn => $brake });
		return if $a->{BulkOperationDescription}{ProcessedItemCount} > 0;
		sleep(0.02);
	}
	die('the load does not begin');
}
sub release {
	$s->dynamo('CancelBulkOperation', { BulkOperationArn => $brake });
}

# ---- who has declared it, and who has not

my ($found) = ask('server/discover', {});
is_deeply($found->{capabilities}{extensions}, { $X => {} }, 'advertised');
ok(!exists($found->{capabilities}{tasks}), 'as an extension alone');
my ($error, $status);
for my $method (qw(get update cancel)) {
	($error, $status) = ask("tasks/$method", { taskId => 'x',
	    inputResponses => {} }, capabilities => {});
	is_deeply([$status, $error->{code}, $error->{data}], [400, -32021,
	    { requiredCapabilities => { extensions => { $X => {} } } }],
	    "tasks/$method of a client that has not declared it");
	($error, $status) = ask("tasks/$method", { taskId => 'x',
	    inputResponses => {} });
	is_deeply([$status, $error->{code}], [200, -32602],
	    "tasks/$method of no task of ours");
	($error) = ask("tasks/$method", {}, named => 'x');
	is($error->{code}, -32020, "tasks/$method without a taskId");
	($error, $status) = (ask("tasks/$method", { taskId => 'x',
	    inputResponses => {} }, named => 'y'));
	is_deeply([$status, $error->{code}], [400, -32020],
	    "tasks/$method: another name in the head");
}
for my $method (qw(list result)) {
	($error, $status) = ask("tasks/$method", { taskId => 'x' });
	is_deeply([$status, $error->{code}], [404, -32601],
	    "tasks/$method is not of this revision");
}

my $r = tool('create_backup', { table => 'big', name => 'plain' },
    capabilities => {});
is_deeply([@$r{qw(resultType taskId)}], ['complete', undef],
    'no task for a client that has not declared them');
is($r->{structuredContent}{status}, 'CREATING', '... but its answer as always');

# ---- what is done at once is no task

tool('create_table', { table => 'small', partition_key => { name => 'k',
    type => 'string' } });
$r = tool('create_backup', { table => 'small', name => 'small' });
is_deeply([@$r{qw(resultType taskId)}], ['complete', undef],
    'what is done at once is no task');
is($r->{structuredContent}{status}, 'AVAILABLE', '... and is whole');
my $small = $r->{structuredContent}{backup};
$r = tool('update_table', { table => 'small', protected => JSON::PP::false });
is($r->{structuredContent}{status}, 'ACTIVE', 'a change of a table, too');

# ---- each kind, while it goes on and when it is done

brake();
my %ids;
my %begins = (
	backup => ['create_backup', { table => 'big', name => 'kept' }],
	export => ['export_table', { table => 'big', bucket => 'out' }],
	import => ['import_table', { table => 'made', bucket => 'in',
	    prefix => 'few/', format => 'dynamodb_json',
	    partition_key => { name => 'k', type => 'string' },
	    sort_key => { name => 'n', type => 'number' } }],
	load => ['load_items', { table => 'big', bucket => 'in',
	    prefix => 'few/', format => 'dynamodb_json' }],
	broken => ['load_items', { table => 'big', bucket => 'in',
	    prefix => 'nothing/', format => 'dynamodb_json' }],
);
for my $kind (sort(keys(%begins))) {
	$r = tool(@{$begins{$kind}});
	is($r->{resultType}, 'task', "$kind: a task") or diag(explain($r));
	is($r->{status}, 'working', "$kind: it goes on");
	like($r->{$_}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, "$kind: $_")
	    for 'createdAt', 'lastUpdatedAt';
	is_deeply([@$r{qw(ttlMs pollIntervalMs)}], [86400000, 500],
	    "$kind: for how long, and how often to ask");
	ok(!exists($r->{$_}), "$kind: no $_ yet")
	    for qw(result error inputRequests requestState content);
	$ids{$kind} = $r->{taskId};
	my $t = get($ids{$kind});
	is_deeply([@$t{qw(resultType taskId status createdAt)}], ['complete',
	    $ids{$kind}, 'working', $r->{createdAt}], "$kind: asked for");
	ok(!exists($t->{result}), "$kind: without a result");
}
like($ids{backup}, qr/^[\w-]{100,400}$/, 'an opaque id');
like(get($ids{backup})->{statusMessage}, qr/^0 of 2[5-9]\d\d items$/,
    'it says how far it is');

# ---- whose it is

sub other_token {
	my ($name, @more) = @_;
	my ($code, $out, $err) = Doorward->command($home, 'token', 'new', $name,
	    @more);
	my ($token) = "$out$err" =~ /(dw_\w{8}_[\w-]{43})/;
	$s->secret($token) if defined($token);
	return $token // die("$code $out $err");
}
my $other = other_token('other', '--scope', 'read,write,admin');
my $unknown = get('nonsense');
is_deeply(get($ids{backup}, token => $other), $unknown,
    'A20: to another token it is not there, in the same words');
($error) = ask('tasks/cancel', { taskId => $ids{backup} }, token => $other);
is_deeply($error, $unknown, '... nor is it to be cancelled by it');
my $damaged = $ids{backup};
substr($damaged, 60, 1) = substr($damaged, 60, 1) eq 'A' ? 'B' : 'A';
is_deeply(get($damaged), $unknown, 'A20: nor is one that was changed');
my %was = $s->edit_token(rights => 1);
is_deeply(get($ids{backup}), $unknown,
    'A20: nor to its own token, which may not make backups any more');
$s->edit_token(%was);

# ---- a restart, and the end

$s->stop;
$s = Doorward->start(home => $home);
is(get($ids{backup})->{status}, 'working', 'it is asked for after a restart');
release();
my %told = map { $_ => ended($ids{$_}) } sort(keys(%ids));
is_deeply({ map { $_ => $told{$_}{status} } keys(%told) },
    { map { $_ => 'completed' } keys(%told) }, 'all have ended');
my $get = sub { return $_[0]{result}{structuredContent} };
is($get->($told{backup})->{status}, 'AVAILABLE', 'a backup');
is($get->($told{export})->{status}, 'COMPLETED', 'an export');
cmp_ok($get->($told{export})->{items}, '>=', 2500, '... of all items');
is_deeply([@{$get->($told{import})}{qw(status items table)}], ['COMPLETED',
    20, 'made'], 'an import');
is_deeply([@{$get->($told{load})}{qw(status items failed)}], ['COMPLETED',
    20, 0], 'a load');
is_deeply([$told{broken}{result}{isError},
    $get->($told{broken})->{status}], [JSON::PP::true, 'FAILED'],
    'one that failed has a result that says so');
ok(!$told{$_}{result}{isError}, "$_: no error")
    for qw(backup export import load);
for my $kind (sort(keys(%told))) {
	my $result = $told{$kind}{result};
	is_deeply(JSON::PP->new->decode($result->{content}[0]{text}),
	    $result->{structuredContent}, "$kind: as text, too");
	is($result->{resultType}, 'complete', "$kind: as the tool would answer");
}
cmp_ok($told{load}{lastUpdatedAt}, 'ge', $told{load}{createdAt},
    'a load knows when it ended');
is_deeply([sort(grep { !/^_meta$/ } keys(%{cancel($ids{load})}))],
    ['resultType'], 'to cancel what has ended is no error');
is(get($ids{load})->{status}, 'completed', '... and changes nothing');

# ---- told of by themselves: subscriptions/listen

sub listen_for {
	my ($ids, %opt) = @_;
	my $c = $s->client;
	$c->send($s->mcp_modern('subscriptions/listen', { notifications => {
	    taskIds => $ids } }, bytes => 1, capabilities => $DECLARED, id => 9,
	    %opt));
	return ($c, $c->answer(head => 1));
}

brake();
my $wait = tool(@{$begins{load}})->{taskId};
my ($l, $head) = listen_for([$wait, 'x', $wait, $ids{load}]);
is($head->{status}, 200, 'listened for');
my $m = $l->event;
is_deeply($m->{params}{notifications}{taskIds}, [$wait, $ids{load}],
    'those that there are, once');
$m = $l->event;
is_deeply([$m->{method}, @{$m->{params}}{qw(taskId status)},
    $m->{params}{_meta}{'io.modelcontextprotocol/subscriptionId'}],
    ['notifications/tasks', $wait, 'working', 9], 'how it is');
$m = $l->event;
is_deeply([@{$m->{params}}{qw(taskId status)}], [$ids{load}, 'completed'],
    'one that has ended, too');
is_deeply($m->{params}{result}, $told{load}{result}, '... with its result');
is($l->event(0.5), undef, 'and nothing else');
release();
my $since = time();
$m = $l->event;
is_deeply([@{$m->{params}}{qw(taskId status)},
    $m->{params}{result}{structuredContent}{items}], [$wait, 'completed', 20],
    'and when it is another');
$l->close;
($l, $head) = listen_for([$wait], token => $other);
is_deeply($l->event->{params}{notifications}{taskIds}, [],
    'A20: to another token it is not there to listen for');
is($l->event(0.3), undef, '... and nothing is told');
$l->close;
($l, $head) = listen_for([$wait], capabilities => {});
ok(!exists($l->event->{params}{notifications}{taskIds}),
    'nor to a client that has not declared them');
$l->close;
for ([100, 200], [101, 200]) {
	my ($n) = @$_;
	my ($c, $h) = listen_for([('x') x $n]);
	is($h->{h}{'content-type'}, $n > 100 ? 'application/json' :
	    'text/event-stream', "$n of them");
	$c->close;
}

# ---- tables that are made

my $kept = $get->($told{backup})->{backup};
my ($at) = ask('tasks/update', { taskId => $ids{load}, inputResponses => {} });
is($at->{resultType}, 'complete', 'an update that nothing waits for');
($error) = ask('tasks/update', { taskId => $ids{load}, inputResponses => [] });
is($error->{code}, -32602, 'inputResponses that are none');
brake();
$r = tool('restore_backup', { backup => $kept, to => 'again' });
is($r->{resultType}, 'task', 'a restore: a task');
like(get($r->{taskId})->{statusMessage}, qr/^0 of 2[5-9]\d\d items$/,
    '... at its start');
my $index = tool('update_table', { table => 'big', create_index => {
    name => 'by_t', partition_key => { name => 't', type => 'string' } } });
is($index->{resultType}, 'task', 'an index that is filled: a task') or diag(explain($index));
my $vectors = tool('create_vector_index', { table => 'big', index => 'near',
    attribute => 'v', dimensions => 2, distance => 'cosine' });
is($vectors->{resultType}, 'task', 'and one of vectors');
release();
$r = ended($r->{taskId});
is_deeply([$r->{status}, $get->($r)], ['completed', { table => 'again',
    status => 'ACTIVE' }], 'the table is there');
is(ended($_->{taskId})->{status}, 'completed', 'and so is the index')
    for $index, $vectors;
$r = tool('restore_backup', { backup => $small, to => 'tiny' });
is_deeply([$r->{resultType}, $r->{structuredContent}{status}], ['complete',
    'ACTIVE'], 'a small table is there at once');

# ---- cancelled while it goes on

brake();
%ids = ();
$begins{restore} = ['restore_backup', { backup => $kept, to => 'never' }];
$begins{import}[1]{table} = 'half';
for my $kind (qw(backup export import load restore)) {
	$ids{$kind} = tool(@{$begins{$kind}})->{taskId};
	my $a = cancel($ids{$kind});
	is_deeply([sort(grep { !/^_meta$/ } keys(%$a))], ['resultType'],
	    "$kind: cancelled, which is acknowledged alone");
}
is(get($ids{$_})->{status}, 'cancelled', "$_: at once")
    for qw(backup restore);
release();
is(ended($ids{$_})->{status}, 'cancelled', "$_: when its turn comes")
    for qw(export import load);
ok(!exists(get($ids{load})->{result}), 'without a result');
$r = tool('describe_table', { table => 'never' });
ok($r->{isError}, 'the table that was to be restored is not there');
$r = tool('list_backups', { table => 'big' });
is_deeply([sort(map { $_->{name} } @{$r->{structuredContent}{backups}})],
    ['kept', 'plain'], 'nor is the backup');
$s->finish;
done_testing();
