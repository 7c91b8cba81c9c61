#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# d05-journal.t - D5: the log's rows in the journal, in fields of their own;
# one that was down for a while misses nothing.  D3: an older copy of all that
# is there shows against it.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../85-doors", "$Bin/../lib";
use Door;
use JSON::PP;
use Machine;
use Test::More;

Machine->need;
my $m = Machine->start;
my $json = JSON::PP->new->utf8;
my @as = ('setpriv', '--reuid', 'doorward', '--regid', 'doorward',
    '--init-groups', 'env', '-u', 'HOME', 'doorward');

sub succeeds {
	my ($what, @command) = @_;
	my ($status, $out) = $m->run(@command);
	is($status, 0, $what) or diag($out);
	return $out;
}

succeeds('the user is made', 'systemd-sysusers', 'doorward.conf');
succeeds('the directories are made', 'systemd-tmpfiles', '--create',
    'doorward.conf');
Machine::put($m->path('/etc/doorward/doorward.conf'),
    "audit-export = journal\n");
chmod(0644, $m->path('/etc/doorward/doorward.conf'));
succeeds('a row', @as, 'token', 'new', 'one');
succeeds('export', @as, 'audit', 'export');

sub in_journal {
	my $out = succeeds('journalctl', 'journalctl', '--sync');
	$out = succeeds('journalctl', 'journalctl', '-o', 'json', '--no-pager',
	    'SYSLOG_IDENTIFIER=doorward-audit');
	return map { $json->decode($_) } grep { /^\{/ } split(/\n/, $out);
}

my @rows = in_journal();
is(scalar(@rows), 1, 'D5: it is in the journal');
is($rows[0]{DOORWARD_SEQ}, 1, 'in fields of its own: the number');
is($rows[0]{DOORWARD_OPERATION}, 'NewToken', 'the operation');
is($rows[0]{DOORWARD_SURFACE}, 'cli', 'the surface');
like($rows[0]{DOORWARD_HASH}, qr/^[0-9a-f]{64}$/, 'a checkpoint with each');

succeeds('a copy', 'cp', '-a', '/var/lib/doorward', '/var/lib/older');

succeeds('the journal goes', 'systemctl', 'stop', 'systemd-journald.socket',
    'systemd-journald-dev-log.socket', 'systemd-journald');
unlink($m->path('/run/systemd/journal/socket'));
succeeds("a row: $_", @as, 'token', 'new', "later-$_") for 1 .. 20;
my ($status, $out) = $m->run(@as, 'audit', 'export');
is($status, 75, 'D5: a journal that is down: exit status 75') or diag($out);
like($out, qr/journal did not take all: it is not there, or takes nothing; /,
    'and says so');
succeeds('the journal comes', 'systemctl', 'start', 'systemd-journald.socket',
    'systemd-journald');
succeeds('export', @as, 'audit', 'export');
@rows = in_journal();
my %seen = map { $_->{DOORWARD_SEQ} => 1 } @rows;
is_deeply([grep { !$seen{$_} } 1 .. 21], [],
    'D5: down for a while, then up: nothing is missing');

# ---- put back as it was, checkpoints and all

my ($last) = sort { $b->{DOORWARD_SEQ} <=> $a->{DOORWARD_SEQ} } @rows;
my @against = ('--checkpoint', "$last->{DOORWARD_SEQ}:$last->{DOORWARD_HASH}");
succeeds('verify', @as, 'audit', 'verify', @against);
succeeds('put back', 'sh', '-c',
    'rm -r /var/lib/doorward && cp -a /var/lib/older /var/lib/doorward');
succeeds('by itself it is whole', @as, 'audit', 'verify');
($status, $out) = $m->run(@as, 'audit', 'verify', @against);
is($status, 65, 'D3: an older copy shows against what the journal has');
like($out, qr/^row 21: the log ends before a checkpoint/m, 'D3: and why');

# ---- the same, read there

my @reads = @as;
s/^--init-groups$/--groups=systemd-journal/ for @reads;
($status, $out) = $m->run(@as, 'audit', 'verify', '--journal');
is($status, 69, 'who may not read the journal is told so') or diag($out);
like($out, qr/the journal has no row of this log that you may read/, 'and why');
($status, $out) = $m->run(@reads, 'audit', 'verify', '--journal');
is($status, 65, 'D3: --journal: an older copy shows') or diag($out);
like($out, qr/^row 21: the log ends before a checkpoint/m, 'D3: and why');
succeeds('rows of the older copy', @as, 'token', 'new', "other-$_")
    for 1 .. 21;
($status, $out) = $m->run(@reads, 'audit', 'verify', '--journal');
is($status, 65, 'D3: also one that went on') or diag($out);
like($out, qr/^row \d+: the log has another row than a checkpoint/m,
    'D3: and why');
# Rows that are of another log, or of somebody else, prove nothing.
succeeds('another', 'sh', '-c', 'mkdir -m 700 /var/lib/other && ' .
    'cp -a /etc/doorward /var/lib/other/config && ' .
    'chown -R doorward: /var/lib/other');
my @other = (@reads, "--home", "/var/lib/other");
succeeds('its first row', @other, 'token', 'new', 'one');
($status, $out) = $m->run(@other, 'audit', 'verify', '--journal');
is($status, 69, 'it has none in the journal') or diag($out);
succeeds('export', @other, 'audit', 'export');
succeeds('journalctl', 'journalctl', '--sync');
$out = succeeds('it is whole', @other, 'audit', 'verify', '--journal');
like($out, qr/^whole: 1 rows, .* 1 checkpoints/, 'by its own row alone');
succeeds('somebody else says something', 'sh', '-c', 'printf "%s\n" ' .
    'MESSAGE=x DOORWARD_DATA=/var/lib/other/data DOORWARD_SEQ=99 ' .
    'DOORWARD_HASH=' . '0' x 64 . ' | setpriv --reuid nobody --clear-groups ' .
    'logger --journald');
succeeds('journalctl', 'journalctl', '--sync');
succeeds('which counts for nothing', @other, 'audit', 'verify', '--journal');
$m->stop;
done_testing();
