# SPDX-License-Identifier: ISC
#
# Node.pm - programs for Node.js from a test.
#
#	use Node;
#	my $why = Node::missing('@aws-sdk/client-dynamodb');
#	my $node = Node::program();
#
# The clients need Node 22; where the system's is older, the one among the
# packages of tests/80-clients is taken.
package Node;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename;
use File::Temp;
use IPC::Open2;
use POSIX ();
use Test::More;

my $clients = abs_path(dirname(__FILE__) . '/../80-clients');
my $least = 22;
my $program;

# Where npm puts a package: its directory.
sub package_dir { return "$clients/node_modules/$_[0]" }

# A node that is new enough, or undef.
sub program {
	return $program if defined($program);
	for my $node ((map { "$_/node" } split(/:/, $ENV{PATH})),
	    glob("$clients/node_modules/node-linux-*/bin/node")) {
		next if !-x $node;
		my $version = qx('$node' --version 2>/dev/null);
		return $program = $node
		    if $version =~ /^v(\d+)\./ && $1 >= $least;
	}
	return;
}

# Why programs that need these packages cannot run; undef when they can.
sub missing {
	my (@packages) = @_;
	return 'npm ci in tests/80-clients has not been run'
	    if grep { !-d package_dir($_) } @packages;
	return "no node $least or newer here" if !defined(program());
	return;
}

# Run a command to its end, for 2 minutes at most: (exit status, stdout,
# stderr).  env => {...} beside what there is.
sub run {
	my ($env, @cmd) = @_;
	my $dir = File::Temp->newdir('doorward-XXXXXX', TMPDIR => 1);
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', "$dir/out");
		open(STDERR, '>', "$dir/err");
		%ENV = (%ENV, %$env);
		{ no warnings; exec('timeout', '-k', 5, 120, @cmd); }
		POSIX::_exit(127);
	}
	waitpid($pid, 0);
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return ($status, map { Doorward::slurp("$dir/$_") } qw(out err));
}

# A program that speaks TAP itself, as a subtest.
sub tap {
	my ($name, $env, @cmd) = @_;
	my ($status, $out, $err) = run($env, @cmd);
	subtest($name => sub {
		my $more = 0;
		for (split(/\n/, $out)) {
			if (/^(not )?ok \d+ - (.*)/) {
				ok(!$1, $2);
				$more = defined($1);
			} elsif ($more) {
				diag($_);
			}
		}
		is($status, 0, 'it ends well') or diag("$out$err");
		done_testing();
	});
}

# A proxy before a server's port or unix socket, on a port of its own: for
# clients that cannot send a token, or cannot speak to a socket.
sub proxy {
	my ($to, $token) = @_;
	local $ENV{DOORWARD_TOKEN} = $token;
	my %p;
	$p{pid} = open2($p{out}, $p{in}, program(),
	    dirname(__FILE__) . '/proxy.mjs', $to);
	my $fh = $p{out};
	chomp($p{port} = <$fh> // '');
	die("no proxy\n") if $p{port} !~ /^\d+$/;
	return \%p;
}

sub end_proxy {
	my ($p) = @_;
	close($p->{in});
	waitpid($p->{pid}, 0);
}

1;
