#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# reload.t - a changed configuration: for new connections at once, and those
# that are open end after an answer; a wrong one changes nothing.  And the
# limit of connections of one address.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;
use Time::HiRes qw(sleep time);

my $sandbox = Doorward::sanitized() ? "sandbox = none\n" : '';
my $s = Doorward->start(conf => "host = first.test\n");
my @auth = $s->auth;

sub configure {
	my ($text) = @_;
	open(my $fh, '>', $s->home . '/config/doorward.conf') or die($!);
	print($fh "$text\n$sandbox");
	close($fh) or die($!);
	kill('HUP', $s->pid);
}

sub status {
	my ($host, $c) = @_;
	my $bytes = $s->text('POST', '/', ['Host', $host, @auth, 'Content-Type',
	    'application/x-amz-json-1.0', 'X-Amz-Target',
	    'DynamoDB_20120810.ListTables'], '{}');
	return $s->send_on($bytes, $c);
}

# Until it holds, for ten seconds at the most.
sub wait_for {
	my ($what) = @_;
	my $end = time() + 10;
	until ($what->()) {
		return 0 if time() > $end;
		sleep(0.05);
	}
	return 1;
}

is(status('first.test')->{status}, 200, 'the first host is served');
is(status('second.test')->{status}, 403, 'the second is not');
my $c = $s->client;
is(status('first.test', $c)->{status}, 200, 'a connection that stays open');

configure('host = second.test');
ok(wait_for(sub { status('second.test')->{status} == 200 }),
    'SIGHUP: the second host is served');
is(status('first.test')->{status}, 403, 'and the first is not');
my $last = status('first.test', $c);
is($last->{h}{connection}, 'close', 'the open connection ends with its answer');
ok($c->closed, 'it is closed');
like($s->log, qr/template why=configuration/, 'the log says why');

configure('nonsense = yes');
ok(wait_for(sub { $s->log =~ /warning step=reload .*nonsense/ }),
    'a wrong configuration is complained of');
is(status('second.test')->{status}, 200, 'and changes nothing');
my @said = $s->log =~ /warning step=reload/g;
is(scalar(@said), 1, 'it is said once');

# ---- connections of one address

configure("max-connections-per-source = 3\nmax-connections = 100");
my @open;
ok(wait_for(sub {
	push(@open, $s->client);
	my $a = status('localhost', $open[-1]);
	$_->close for @open > 3 ? splice(@open, 0, @open - 3) : ();
	return $a->{status} == 503;
}), 'past the limit of one address: 503');
$_->close for @open;
ok(wait_for(sub { status('localhost')->{status} == 200 }),
    'and when they are closed: 200');
ok(wait_for(sub {
	@open = map { $s->client } 1 .. 3;
	my @got = map { status('localhost', $_)->{status} } @open;
	return 1 if "@got" eq '200 200 200';
	$_->close for @open;
	return 0;
}), 'at the limit all are served');
my $over = status('localhost');
is($over->{status}, 503, 'one past it');
is($over->{h}{'retry-after'}, 1, 'with Retry-After');
$_->close for @open;
$s->finish;
done_testing();
