#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# c05-modes.t - C5: the files of an instance are its owner's alone, whatever
# the umask, from the first start on and after writes.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use File::Find;
use Test::More;

for my $mask (0, 0777) {
	umask(0);
	my $home = Doorward->new_home;
	umask($mask);
	my $s = Doorward->start(home => $home);
	umask(022);
	my ($status) = $s->dynamo('CreateTable', { TableName => 'modes',
	    BillingMode => 'PAY_PER_REQUEST', AttributeDefinitions =>
	    [{ AttributeName => 'k', AttributeType => 'S' }],
	    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }] });
	is($status, 200, sprintf('umask %04o: a write', $mask));
	my ($n, @loose) = 0;
	find(sub {
		return if $File::Find::name eq $home;
		my ($mode) = (lstat($_))[2];
		my $want = -d _ ? 0700 : 0600;
		$n++;
		push(@loose, sprintf('%s %04o', $File::Find::name, $mode & 07777))
		    if ($mode & 07777) != $want;
	}, $home);
	is("@loose", '', sprintf('C5: umask %04o: 0700 and 0600 everywhere', $mask));
	cmp_ok($n, '>=', 10, 'there was something to look at');
	ok(-f "$home/data/$_", "$_ was looked at")
	    for qw(doorward.db doorward.db-wal doorward.db-shm);
	$s->finish;
}
done_testing();
