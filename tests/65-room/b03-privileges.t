#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b03-privileges.t - claims B1 and B3, from outside: every process that holds
# a connection, in the middle of a request, has nothing left.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;
use Time::HiRes qw(sleep);

Doorward->need_hardened;
my $s = Doorward->start;

sub check {
	my ($what, $client) = @_;
	my @pids = $s->holders($client);
	cmp_ok(scalar(@pids), '>=', 1, "$what: somebody holds the connection");
	cmp_ok(scalar(@pids), '<=', 2, "$what: two rooms at the most");
	for my $pid (@pids) {
		my $st = Doorward->status($pid);
		like($st->{CapEff}, qr/^0+$/, "B3: $what: no effective capability");
		like($st->{CapPrm}, qr/^0+$/, "B3: $what: none permitted");
		like($st->{CapInh}, qr/^0+$/, "B3: $what: none to inherit");
		is($st->{NoNewPrivs}, 1, "B3: $what: no new privileges");
		is($st->{Seccomp}, 2, "B3: $what: a seccomp filter");
		my @ids = split(' ', $st->{Uid});
		is_deeply(\@ids, [($>) x 4], "B3: $what: the right uid, four times");
		is($st->{CoreDumping} // 0, 0, "A18: $what: no core");
		my ($core) = Doorward::slurp("/proc/$pid/limits")
		    =~ /^Max core file size\s+(\S+)/m;
		is($core, '0', "A18: $what: the limit of a core file is 0");
	}
	return @pids;
}

my ($status) = $s->dynamo('CreateTable', { TableName => 'held',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
is($status, 200, 'a table');

sub head {
	my ($op, $length) = @_;
	return $s->text('POST', '/', [$s->auth,
	    'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', "DynamoDB_20120810.$op",
	    'Content-Length', $length]);
}

# Held where nothing was sent, in the head, in the body of a read, and in
# the body of a write.
my %held = (
	'before the first byte' => '',
	'in the head' => "POST / HTTP/1.1\r\nHost: local",
	'in the body of a read' => head('GetItem', 100) . '{"TableName"',
	'in the body of a write' => head('PutItem', 100) . '{"TableName"',
);
for my $what (sort(keys(%held))) {
	my $c = $s->client;
	$c->send($held{$what});
	sleep(0.2);
	my @pids = check($what, $c);
	is(scalar(@pids), 2, "B2: $what: the write room has come")
	    if $what =~ /write/;
	$c->close;
}
$s->finish;

SKIP: {
	skip('needs root to become another user', 3) if $> != 0;
	my @nobody = getpwnam('nobody') or skip('no user nobody', 3);
	my $home = Doorward->new_home;
	chown($nobody[2], $nobody[3], $home) or die($!);
	for my $dir ('config', 'data', 'run') {
		mkdir("$home/$dir", 0700);
		chown($nobody[2], $nobody[3], "$home/$dir") or die($!);
	}
	my $as = Doorward->start(home => $home,
	    wrap => ['setpriv', '--reuid', $nobody[2], '--regid', $nobody[3],
	    '--clear-groups']);
	my $c = $as->client;
	$c->send("POST / HTTP/1.1\r\n");
	sleep(0.2);
	my ($pid) = $as->holders($c);
	my $st = Doorward->status($pid);
	is((split(' ', $st->{Uid}))[1], $nobody[2], 'B3: served as that user');
	is($st->{Groups} =~ s/\s//gr, '', 'B3: without more groups');
	like($st->{CapEff}, qr/^0+$/, 'B3: without capabilities');
	$c->close;
	$as->stop;
}
done_testing();
