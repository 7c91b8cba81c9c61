#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# credentials.t - A7: the default token and the master key as credentials of a
# real systemd, LoadCredential= and LoadCredentialEncrypted=.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Door;
use Machine;
use SigV4;
use Test::More;

Machine->need;
plan(skip_all => 'systemd-creds is not here')
    if !grep { -x "$_/systemd-creds" } split(/:/, $ENV{PATH});
my $m = Machine->start;
my @text = map { "dw_CREDENT${_}_" . 'abcdefghijklmnopqrstuvwxyz01234567890123456' }
    'A', 'B';
my @key = ('0f' x 32, 'f0' x 32);

sub succeeds {
	my ($what, @command) = @_;
	my ($status, $out) = $m->run(@command);
	is($status, 0, $what) or diag($out);
	return $out;
}

sub put { Machine::put($m->path($_[0]), $_[1]) }

# In all services: these lines.
sub drop_in {
	my (@lines) = @_;
	for my $unit ('doorward@.service', 'doorward-serve.service',
	    'doorward-check.service') {
		my $dir = "/etc/systemd/system/$unit.d";
		$m->run('mkdir', '-p', $dir);
		put("$dir/credentials.conf", join("\n", '[Service]', @lines, ''));
	}
	succeeds('daemon-reload', 'systemctl', 'daemon-reload');
}

sub encrypt {
	my ($key) = @_;
	put('/etc/cred/plain', $key);
	succeeds('A7: the master key is encrypted', 'systemd-creds', 'encrypt',
	    '--with-key=host', '--name=master.key', '/etc/cred/plain',
	    '/etc/cred/master.cred');
	unlink($m->path('/etc/cred/plain'));
}

succeeds('the user is made', 'systemd-sysusers', 'doorward.conf');
succeeds('the directories are made', 'systemd-tmpfiles', '--create',
    'doorward.conf');
$m->run('mkdir', '-m', '700', '/etc/cred');
put('/etc/cred/token', "$text[0]\n");
encrypt($key[0]);
my @load = ('LoadCredential=token:/etc/cred/token',
    'LoadCredentialEncrypted=master.key:/etc/cred/master.cred');
drop_in(@load);

# The command with the same credentials, as doorward(1) shows it.
sub with_credentials {
	my ($what, @command) = @_;
	return succeeds($what, 'systemd-run', '--pipe', '--wait', '--quiet',
	    '--uid=doorward', (map { ('-p', $_) } @load), 'env', '-u', 'HOME',
	    'doorward', @command);
}

my $list = 'DynamoDB_20120810.ListTables';
sub signed {
	my ($s, $id, $secret) = @_;
	my @h = SigV4::headers(id => $id, secret => $secret, path => '/',
	    method => 'POST', body => '{}', region => 'us-east-1',
	    service => 'dynamodb', headers => ['Host', '127.0.0.1:3667',
	    'Content-Type', 'application/x-amz-json-1.0', 'X-Amz-Target',
	    $list]);
	return $s->request('POST', '/', \@h, '{}')->{status};
}

my ($id, $secret);
for my $unit ('doorward.socket', 'doorward-serve.socket') {
	succeeds("$unit is started", 'systemctl', 'start', $unit);
	my $s = Door::at(3667, $text[0]);
	is(($s->dynamo('ListTables', {}))[0], 200,
	    "A7: $unit: the credential is the default token");
	my $aws = with_credentials('A7: the command reads both, too',
	    'credentials', 'aws');
	my @face = $aws =~ /=(\S+)$/mg;
	is($face[0], 'DOORWARDAKIDCREDENTA', 'A7: its access key id');
	$id //= $face[0];
	$secret //= $face[1];
	is($face[1], $secret, 'A7: the same AWS secret by every door');
	is(signed($s, @face), 200, 'A7: which signs');
	my $out = with_credentials('A8: a named token, as the manual shows it',
	    'token', 'new', $unit =~ s/\..*//r);
	my ($named) = $out =~ /^DOORWARD_TOKEN=(\S+)$/m;
	is((Door::at(3667, $named)->dynamo('ListTables', {}))[0], 200,
	    'A8: is good');
	succeeds("$unit is stopped", 'systemctl', 'stop', $unit,
	    'doorward-serve.service');
	is_deeply([$m->quiet(10)], [], 'nothing of ours is left');
}
is_deeply([glob($m->path('/etc/doorward/*'))], [],
    'A7: neither lies in a file of the configuration');

# ---- another token is the default one from the next start on

put('/etc/cred/token', $text[1]);
succeeds('started', 'systemctl', 'start', 'doorward.socket');
is((Door::at(3667, $text[1])->dynamo('ListTables', {}))[0], 200,
    'A7: a changed credential is the default token');
is((Door::at(3667, $text[0])->dynamo('ListTables', {}))[0], 401,
    'A7: and the one before is not');
my ($status, $out) = $m->run('systemd-run', '--pipe', '--wait', '--quiet',
    '--uid=doorward', (map { ('-p', $_) } @load), 'env', '-u', 'HOME',
    'doorward', 'token', 'rotate', 'default');
isnt($status, 0, 'A8: a credential is not rotated here');
like($out, qr/credential of systemd/, 'A8: but there, it says');

# ---- no master key, or another: nothing is made anew

sub refused {
	my ($what, $why) = @_;
	is((Door::at(3667, $text[1])->dynamo('ListTables', {}))[0], 500,
	    "A7: $what: nobody is served");
	$m->quiet(5);
	like($m->journal('-u', 'doorward@*'), $why, "A7: $what: the log says it");
	is_deeply([glob($m->path('/etc/doorward/*'))], [],
	    "A7: $what: nothing is made in its place");
}
encrypt($key[1]);
refused('another master key', qr/master\.key as a credential: is not the key/);
drop_in($load[0]);
refused('no master key', qr/master\.key: is gone/);
encrypt($key[0]);
drop_in(@load);
is((Door::at(3667, $text[1])->dynamo('ListTables', {}))[0], 200,
    'A7: with the right one it is served again');
succeeds('stopped', 'systemctl', 'stop', 'doorward.socket');
is_deeply([$m->quiet(10)], [], 'nothing of ours is left');
ok($m->stop, 'the machine ends');
done_testing();
