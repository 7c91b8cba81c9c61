#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# unix.t - claim A11: a unix socket takes the peer's uid in place of a token.
use strict;
use warnings;
no warnings qw(exec);
use FindBin qw($Bin);
use lib $Bin, "$Bin/../lib";
use Door;
use Doorward;
use File::Temp qw(tempdir);
use Test::More;

Doorward->need('curl');
my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $path = "$dir/sock";
my $port = Doorward::free_port();
my $s = Doorward->start(port => $port,
    listen => ["127.0.0.1:$port", $path]);
like($s->ready, qr/ \Q$path\E$/, 'it says that it listens there');
is((stat($path))[2] & 07777, 0600, 'the socket is its user\'s alone');

sub curl {
	my ($as, @more) = @_;
	my $pid = open(my $fh, '-|') // die("fork: $!");
	if ($pid == 0) {
		exec(@$as, Door::curl_tools('--max-time', 20, @more,
		    '--unix-socket', $path, 'http://localhost/mcp'));
		POSIX::_exit(127);
	}
	my $out = do { local $/; <$fh> } // '';
	close($fh);
	return $out;
}

my $bearer = $s->bearer;
is(curl([]), '200', 'A11: the same uid passes without a token');
is(curl([], '-H', "Authorization: Bearer $bearer"), '200',
    'A11: and with the right one');
is(curl([], '-H', 'Authorization: Bearer ' . ('x' x length($bearer))), '401',
    'A11: a wrong token is refused, whoever brings it');
is(curl([], '-H', 'Authorization: Basic Zm9vOmJhcg=='), '401',
    'A11: what is no token at all too');
is(curl([], '-H', 'Host: evil.example'), '403',
    'A3: the name is looked at here too');
is($s->request('POST', '/mcp', [Door::tools()], '{}')->{status}, 401,
    'A11: the uid counts for nothing over TCP');

SKIP: {
	my @nobody = getpwnam('nobody');
	skip('needs root to be another user', 3) if $> != 0 || !@nobody;
	chmod(0755, $dir);
	chmod(0666, $path);
	my @as = ('setpriv', '--reuid', $nobody[2], '--regid', $nobody[3],
	    '--clear-groups');
	is(curl(\@as), '401', 'A11: another uid is refused');
	is(curl(\@as, '-H', "Authorization: Bearer $bearer"), '200',
	    'A11: and passes with a token');
	is(curl(\@as, '-H', 'Authorization: Bearer dw_x'), '401',
	    'A11: but not with a wrong one');
}

my ($status, undef, $log) = Doorward->command($s->home, 'serve', '--listen',
    $path);
isnt($status, 0, 'a socket in use is not taken away');
like($log, qr/start-failed .*\Q$path\E/, 'and the log says which');
is(curl([]), '200', 'it still answers');
$s->finish;
ok(!-e $path, 'the socket is gone with the server');

$s = Doorward->start(port => $port, listen => [$path]);
$s->kill_all;
ok(-S $path, 'a server that was killed leaves its socket');
$s = Doorward->start(port => $port, listen => [$path]);
is(curl([]), '200', 'the next one takes it over');
$s->finish;
done_testing();
