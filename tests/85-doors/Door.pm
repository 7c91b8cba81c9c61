# SPDX-License-Identifier: ISC
#
# Door - what is asked of every door alike, as tests.
#
#	my $s = Door::at($port, $bearer);	# for the methods of Doorward
#	my ($program, $why) = Door::find('inetd');
#	Door::database($s, 'inetd');		# create, put, get, delete
#	Door::holders($s, $client, $uid, 'inetd');
package Door;
use strict;
use warnings;
use Cwd qw(abs_path);
use Doorward;
use File::Basename;
use Test::More;
use Time::HiRes qw(time sleep);

# A request that needs a token, with 401 where there is none.
my $list = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
sub tools {
	return ('Content-Type', 'application/json', 'Accept',
	    'application/json, text/event-stream');
}
sub curl_tools {
	my (@more) = @_;
	my @h = tools();
	my @args;
	push(@args, '-H', shift(@h) . ': ' . shift(@h)) while @h;
	return ('curl', '-sS', '-o', '/dev/null', '-w', '%{http_code}', @args,
	    '-d', $list, @more);
}

# A program that listens for others, installed or only unpacked beside what is
# built; or undef, and why it cannot run.
sub find {
	my ($name) = @_;
	return (undef, "$name needs root") if $> != 0;
	my $build = abs_path(dirname(__FILE__) . '/../../build') // '';
	my ($found) = grep { -x } map { "$_/$name" }
	    ($ENV{BUILD} // 'build') . '/doors/usr/sbin',
	    "$build/doors/usr/sbin", '/usr/sbin';
	return (undef, "$name is not here") if !defined($found);
	return (undef, "$name cannot run here")
	    if `ldd $found 2>&1` =~ /not found/;
	return $found;
}

# A server that something else started.
sub at {
	my ($port, $bearer) = @_;
	return bless({ port => $port, bearer => $bearer, secrets => [] },
	    'Doorward');
}

sub healthy {
	my ($s, $what) = @_;
	my $a = $s->request('GET', '/healthz');
	is($a->{status}, 200, "$what: GET /healthz is answered") or
	    diag($a->{error});
	return $a->{status} == 200;
}

sub database {
	my ($s, $what, $table) = @_;
	$table //= 'doors';
	my $key = { k => { S => "by $what" } };
	my @got = map { ($s->dynamo(@$_))[0] } [CreateTable => {
	    TableName => $table, BillingMode => 'PAY_PER_REQUEST',
	    AttributeDefinitions => [
	    { AttributeName => 'k', AttributeType => 'S' }],
	    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }] }],
	    [PutItem => { TableName => $table,
	    Item => { %$key, v => { N => '1' } } }];
	is_deeply(\@got, [200, 200], "$what: a table and an item are made");
	item($s, $what, $table);
	is($s->request('POST', '/mcp', [tools()], $list)->{status}, 401,
	    "$what: nothing without the token");
}

# What database() has put is still there.
sub item {
	my ($s, $what, $table) = @_;
	my ($status, $got) = $s->dynamo('GetItem', { TableName =>
	    $table // 'doors', Key => { k => { S => "by $what" } } });
	is_deeply([$status, $got->{Item}{v}], [200, { N => '1' }],
	    "$what: the item is read back");
}

# B3, for every process of ours that holds the connection: at least one, and
# each has nothing left.  (A service manager holds it too.)
sub holders {
	my ($s, $client, $uid, $what) = @_;
	my @pids;
	SKIP: {
		skip('only root sees what a sealed process holds', 1)
		    if $> != 0;
		@pids = look_at_holders($s, $client, $uid, $what);
	}
	return @pids;
}

sub look_at_holders {
	my ($s, $client, $uid, $what) = @_;
	my @pids;
	my $end = time() + 10;
	while (time() < $end) {
		@pids = grep { ours($_) } $s->holders($client);
		last if @pids && !grep { !sealed($_) } @pids;
		sleep(0.02);
	}
	cmp_ok(scalar(@pids), '>=', 1, "$what: somebody holds the connection");
	for my $pid (@pids) {
		my $st = Doorward->status($pid);
		my $name = Doorward::name($pid);
		my @got = (split(' ', $st->{Uid} // ''), map { $st->{$_} }
		    qw(CapEff CapPrm CapInh NoNewPrivs Seccomp));
		my $no = '0' x 16;
		is_deeply(\@got, [($uid) x 4, $no, $no, $no, 1, 2],
		    "B3: $what: $name: uid, no capabilities, sealed");
		unlike($st->{Groups} // '', qr/\b0\b/,
		    "B3: $what: $name: not in root's group");
	}
	return @pids;
}

sub ours {
	my ($pid) = @_;
	return Doorward::name($pid) =~ /^doorward(?:-worker)?$/;
}

sub sealed {
	my ($pid) = @_;
	return (Doorward->status($pid)->{Seccomp} // 0) == 2;
}

1;
