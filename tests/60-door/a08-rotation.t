#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# a08-rotation.t - A8: rotation under load with 8 clients: no request fails.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);
use Doorward;
use SigV4;

Doorward->need;
my $s = Doorward->start;
$s->bearer;
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
is(($s->dynamo('CreateTable', { TableName => 'load', BillingMode =>
    'PAY_PER_REQUEST', AttributeDefinitions => [{ AttributeName => 'k',
    AttributeType => 'S' }], KeySchema => [{ AttributeName => 'k', KeyType =>
    'HASH' }] }))[0], 200, 'a table');

sub token {
	my ($status, $out, $err) = Doorward->command($s->home, 'token', @_);
	is($status, 0, "A8: token @_") or diag($err);
	my %f = $out =~ /^(\w+)=(\S+)$/mg;
	$s->secret(@f{qw(DOORWARD_TOKEN AWS_SECRET_ACCESS_KEY)}) if %f;
	return join(' ', map { $_ // '' } @f{qw(DOORWARD_TOKEN AWS_ACCESS_KEY_ID
	    AWS_SECRET_ACCESS_KEY)});
}

# The token that clients are to take from now on.
sub publish {
	my ($faces) = @_;
	open(my $fh, '>', "$dir/new") or die($!);
	print($fh $faces);
	close($fh);
	rename("$dir/new", "$dir/token") or die($!);
}

# A client: reads and writes, half of them signed, on connections that live
# for 20 requests.  It looks for its token only now and then: what it has is
# often the one before.
sub client {
	my ($n, $end) = @_;
	my ($requests, @bad, $c, @faces) = (0);
	for (my $i = 0; time() < $end; $i++) {
		@faces = split(' ', Doorward::slurp("$dir/token"))
		    if $i % (10 + $n) == 0;
		$c = $s->client if $i % 20 == 0;
		my ($op, $body) = $i % 3 == 0 ?
		    ('PutItem', qq({"TableName":"load","Item":{"k":{"S":"$n"}}})) :
		    ('GetItem', qq({"TableName":"load","Key":{"k":{"S":"$n"}}}));
		my @h = ('Host', "127.0.0.1:$s->{port}", 'Content-Type',
		    'application/x-amz-json-1.0', 'X-Amz-Target',
		    "DynamoDB_20120810.$op");
		@h = $n % 2 ? (@h, 'Authorization', "Bearer $faces[0]") :
		    SigV4::headers(id => $faces[1], secret => $faces[2],
		    path => '/', method => 'POST', body => $body, region =>
		    'us-east-1', service => 'dynamodb', headers => \@h);
		$c->send($s->text('POST', '/', \@h, $body));
		my $a = $c->answer;
		$requests++;
		push(@bad, "$a->{status} " . ($a->{error} // $a->{body}))
		    if $a->{status} != 200;
	}
	return ($requests, @bad);
}

publish(token('new', 'load', '--scope', 'write'));
my $end = time() + (Doorward->sanitized ? 12 : 5);
my @pids;
for my $n (0 .. 7) {
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		my ($requests, @bad) = client($n, $end);
		open(my $fh, '>', "$dir/$n") or POSIX::_exit(1);
		print($fh join("\n", $requests, @bad));
		close($fh);
		POSIX::_exit(0);
	}
	push(@pids, $pid);
}
my $rotations = 0;
while (time() < $end - 0.5) {
	# The scope is changed in place, too: nobody may see it half done.
	publish(token('rotate', 'load', '--overlap', '1m'));
	token('scope', 'load', '--scope', 'write,admin');
	token('scope', 'load', '--scope', 'write');
	$rotations++;
	sleep(0.05);
}
waitpid($_, 0) for @pids;
my ($requests, @bad) = (0);
for my $n (0 .. 7) {
	my ($count, @lines) = split(/\n/, Doorward::slurp("$dir/$n"));
	cmp_ok($count // 0, '>', 20, "A8: client $n has asked");
	$requests += $count // 0;
	push(@bad, @lines);
}
cmp_ok($rotations, '>', 5, "A8: $rotations rotations in $requests requests");
is(scalar(@bad), 0, 'A8: no request has failed') or diag(@bad[0 .. 4]);

# ---- starts while the default token is rotated: each finds one that is good

my $until = time() + (Doorward->sanitized ? 6 : 3);
@pids = ();
for my $n (0 .. 3) {
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		my ($starts, @lines) = (0);
		while (time() < $until) {
			my ($status, $out, $err) = Doorward->command($s->home,
			    'credentials', 'bearer');
			$starts++;
			push(@lines, "$status $err")
			    if $status != 0 || $out !~ /^dw_/;
		}
		open(my $fh, '>', "$dir/start$n") or POSIX::_exit(1);
		print($fh join("\n", $starts, @lines));
		close($fh);
		POSIX::_exit(0);
	}
	push(@pids, $pid);
}
for (my $i = 0; time() < $until - 0.3; $i++) {
	my ($status, $out, $err) = Doorward->command($s->home, 'token',
	    'rotate', 'default', '--overlap', $i % 2 ? '1m' : '0s');
	is($status, 0, 'A8: token rotate default') or diag($err);
}
waitpid($_, 0) for @pids;
my ($starts, @failed) = (0);
for my $n (0 .. 3) {
	my ($count, @lines) = split(/\n/, Doorward::slurp("$dir/start$n"));
	$starts += $count // 0;
	push(@failed, @lines);
}
cmp_ok($starts, '>', 20, "A8: $starts starts meanwhile");
is_deeply(\@failed, [], 'A8: none has failed');
delete($s->{bearer});
is(($s->dynamo('ListTables', {}))[0], 200, 'A8: the last one is good');
$s->finish;
done_testing();
