#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# read-only.t - read-only by token, by configuration and by the command line:
# what changes something is neither listed nor done, and by the latter two
# there is no process that could write the database.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Digest::SHA;
use Doorward;
use Test::More;

Doorward->need;
my $json = Doorward::json();

sub digest {
	my ($s) = @_;
	return join(' ', map { Digest::SHA->new(256)
	    ->addfile($s->home . "/data/doorward.db$_")->hexdigest } '', '-wal');
}

# Every descriptor and map of a file of the database that could be written.
sub writable {
	my ($s) = @_;
	my (@found, $seen);
	for my $pid ($s->pid, Doorward::descendants($s)) {
		for my $link (glob("/proc/$pid/fd/*")) {
			my $to = readlink($link) // next;
			next if $to !~ m{/doorward\.db};
			$seen++;
			my ($n) = $link =~ /(\d+)$/;
			my ($flags) = Doorward::slurp("/proc/$pid/fdinfo/$n")
			    =~ /^flags:\s+(\d+)/m;
			push(@found, "$pid: $to") if oct($flags) & 3;
		}
		push(@found, grep { /^\S+ .w.s .*doorward\.db/ }
		    split(/\n/, Doorward::slurp("/proc/$pid/maps") // ''));
	}
	return ($seen, @found);
}

# What a caller sees who may only read: by a token, or wherever $server is set.
sub reads_only {
	my ($s, $what, $server) = @_;
	my $who = $server ? 'a server that only reads' : 'the token';
	my ($status, $a) = $s->mcp_modern('tools/list', {});
	my @tools = @{$a->{result}{tools}};
	cmp_ok(scalar(@tools), '>', 5, "$what: tools");
	is_deeply([grep { !$_->{annotations}{readOnlyHint} } @tools], [],
	    "$what: none that changes something is listed");
	($status, $a) = $s->mcp_modern('tools/call', { name => 'list_groups',
	    arguments => {} });
	unlike($json->encode($a), qr/put_item|create_table|call_tool/,
	    "$what: nor named by list_groups");
	($status, $a) = $s->mcp_modern('tools/call', { name => 'get_overview',
	    arguments => {} });
	is_deeply($a->{result}{structuredContent}{token},
	    { may => ['read', $server ? 'admin' : ()] },
	    "$what: get_overview says so");
	my $item = { table => 'one', item => { k => 'new' } };
	for (['put_item', $item], ['call_tool', { tool => 'put_item',
	    arguments => $item }]) {
		my ($tool, $args) = @$_;
		($status, $a) = $s->mcp_modern('tools/call', { name => $tool,
		    arguments => $args });
		is($status, 403, "$what: $tool is refused");
		is($a->{error}{message}, "$who does not allow $tool",
		    "$what: ... and says by whom");
		($status, $a, my $answer) = $s->mcp('tools/call',
		    { name => $tool, arguments => $args });
		is($status, 403, "$what: and by an older message");
		is($a->{error}{message}, "$who does not allow $tool",
		    "$what: ... in the same words");
		is(exists($answer->{h}{'www-authenticate'}) ? 1 : 0,
		    $server ? 0 : 1,
		    "$what: another token is asked for where it would help");
	}
	($status, $a) = $s->mcp_modern('tools/call', {
	    name => 'call_reading_tool', arguments => { tool => 'put_item',
	    arguments => $item } });
	ok($a->{result}{isError}, "$what: call_reading_tool does not write");
	like($a->{result}{content}[0]{text},
	    $server ? qr/this server only reads/ : qr/this token may/,
	    "$what: ... and says why");
	($status, $a) = $s->dynamo('PutItem', { TableName => 'one',
	    Item => { k => { S => 'new' } } });
	is($status, 400, "$what: PutItem is refused");
	like($a->{__type}, qr/AccessDenied/, "$what: ... for want of a right");
	is($a->{Message} // $a->{message},
	    $server ? 'this server only reads' : 'the token does not allow this',
	    "$what: ... and says of what");
	for my $to ('SELECT * FROM "one"', 'DELETE FROM "one" WHERE k=\'old\'') {
		($status, $a) = $s->dynamo('ExecuteStatement',
		    { Statement => $to });
		is($status, $to =~ /^S/ ? 200 : 400, "$what: PartiQL, $to");
	}
	is($a->{Message} // $a->{message},
	    $server ? 'this server only reads' : 'the token does not allow this',
	    "$what: ... and says why");
	($status, $a) = $s->dynamo('GetItem', { TableName => 'one',
	    Key => { k => { S => 'old' } } });
	is($a->{Item}{v}{N}, '1', "$what: reading goes on");
	($status, $a) = $s->dynamo('GetItem', { TableName => 'one',
	    Key => { k => { S => 'new' } } });
	is_deeply($a, {}, "$what: nothing was written");
}

my $home = Doorward->new_home;
my $s = Doorward->start(home => $home);
my ($status) = $s->dynamo('CreateTable', { TableName => 'one',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
is($status, 200, 'a table');
($status) = $s->dynamo('PutItem', { TableName => 'one',
    Item => { k => { S => 'old' }, v => { N => "1" } } });
is($status, 200, 'an item');

my %was = $s->edit_token(rights => 1);
reads_only($s, 'a token');
$s->edit_token(rights => $was{rights});
is(($s->dynamo('PutItem', { TableName => 'one',
    Item => { k => { S => 'old' }, v => { N => "1" } } }))[0], 200,
    'with its rights again it writes');
$s->finish;

for (['--read-only', args => ['--read-only']],
    ['read-only = yes', conf => "read-only = yes\n"]) {
	my ($what, %how) = @$_;
	my $conf = delete($how{conf});
	if (defined($conf)) {
		open(my $fh, '>>', "$home/config/doorward.conf") or die($!);
		print($fh $conf);
		close($fh) or die($!);
		chmod(0600, "$home/config/doorward.conf");
	}
	$s = Doorward->start(home => $home, %how);
	my $before = digest($s);
	reads_only($s, $what, 1);
	is(($s->request('GET', '/audit', [$s->auth]))->{status}, 200,
	    "$what: the record is read by who may");
	is(digest($s), $before, "B2: $what: the database is as it was");
	SKIP: {
		skip('needs root to look into the rooms', 2) if $> != 0;
		my ($seen, @found) = writable($s);
		cmp_ok($seen, '>', 3, "$what: processes have it open");
		is_deeply(\@found, [], "B2: $what: none of them to write");
	}
	$s->finish;
}
done_testing();
