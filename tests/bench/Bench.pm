# SPDX-License-Identifier: ISC
#
# Bench - the programs of the bench, started, stopped and asked.
#
# A program is a hash: name, argv, dir, port, pid of the server (its own
# process group), load: a loader (load.c) that talks to it.
package Bench;
use strict;
use warnings;
use Cwd 'abs_path';
use File::Path qw(make_path remove_tree);
use IO::Socket::INET;
use IPC::Open2;
use JSON::PP;
use POSIX ();
use Time::HiRes qw(sleep time);

our $build = abs_path($ENV{BUILD} // 'build') // die("no build directory\n");
our $peers = "$build/peers";
our $dir   = "$build/bench/run.$$"; # all databases: one file system for all

# The peers check no signature; any well-formed field will do.
my $aws = 'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/'
    . 'us-east-1/dynamodb/aws4_request, '
    . 'SignedHeaders=host;x-amz-date;x-amz-target, Signature=' . '0' x 64;

my @running; # pids of the servers and loaders

# ---- what there is to run

# Fetch a peer once.  Returns the reason why it is not there, or undef.
sub fetch {
	my ($at, $command) = @_;

	return undef if -e "$peers/$at";
	make_path($peers);
	my $said = `cd '$peers' && { $command; } 2>&1`;
	return undef if $? == 0 && -e "$peers/$at";
	$said =~ s/\s+/ /g;
	return 'npm: ' . substr($said || 'not found', 0, 200);
}

# name => sub(dir, port): the argument vector; missing: why it cannot run
our %kinds = (
	doorward => {
		missing => sub {
			-x "$build/doorward" ? undef : 'build/doorward is not built';
		},
		argv => sub {
			("$build/doorward", '--home', $_[0], 'serve', '--listen',
			    "127.0.0.1:$_[1]");
		},
	},
	dynoxide => {
		missing => sub {
			fetch('dynoxide-1.2.1/package/dynoxide',
				'npm pack --silent @dynoxide/linux-x64@1.2.1 && '
				. 'mkdir -p dynoxide-1.2.1 && tar -xzf '
				. 'dynoxide-linux-x64-1.2.1.tgz -C dynoxide-1.2.1');
		},
		argv => sub {
			("$peers/dynoxide-1.2.1/package/dynoxide", 'serve',
			    '--port', $_[1], '--db-path', "$_[0]/db");
		},
	},
	dynalite => {
		missing => sub {
			fetch('dynalite-4.0.0/node_modules/dynalite/cli.js',
				'npm install --silent --no-audit --no-fund '
				. '--prefix dynalite-4.0.0 dynalite@4.0.0');
		},
		argv => sub {
			(which('node'),
			    "$peers/dynalite-4.0.0/node_modules/dynalite/cli.js",
			    '--host', '127.0.0.1', '--port', $_[1], '--path',
			    "$_[0]/db", '--createTableMs', '0',
			    '--deleteTableMs', '0', '--updateTableMs', '0');
		},
	},
	# floor.c: constant answers
	inline => {
		constant => 1,
		argv => sub {
			("$build/bench/floor", 'inline', $_[1], "$_[0]/file");
		},
	},
	spares => {
		constant => 1,
		argv => sub { ("$build/bench/floor", 'spares', $_[1]) },
	},
	door => {
		constant => 1,
		argv => sub {
			("$build/bench/floor", 'door', $_[1],
			    "$build/bench/floor", 'constant');
		},
	},
);

sub which {
	my ($name) = @_;

	for my $d (split(/:/, $ENV{PATH})) {
		return "$d/$name" if -x "$d/$name";
	}
	return undef;
}

sub free_port {
	my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
	    or die("no port: $!\n");

	return $s->sockport;
}

# ---- processes

sub spawn {
	my ($log, @argv) = @_;
	my $pid = fork() // die("fork: $!\n");

	if ($pid == 0) {
		setpgrp();
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>>', $log);
		open(STDERR, '>&', \*STDOUT);
		exec({ $argv[0] } @argv) or POSIX::_exit(127);
	}
	push(@running, $pid);
	return $pid;
}

sub finish {
	my ($pid) = @_;

	kill('TERM', $pid);
	for (1 .. 200) {
		last if waitpid($pid, POSIX::WNOHANG()) != 0;
		sleep(0.025);
		kill('KILL', -$pid) if $_ == 199;
	}
	kill('KILL', -$pid);
	@running = grep { $_ != $pid } @running;
}

# Make ready, not start, a program of this kind; in: its directory's name.
sub program {
	my ($name, $in) = @_;
	my $kind = $kinds{$name};
	my $why = $kind->{missing} ? $kind->{missing}->() : undef;

	return (undef, $why) if defined($why);
	my %p = (name => $name, dir => "$dir/" . ($in // $name), port => free_port());
	make_path($p{dir}, { mode => 0700 });
	$p{argv} = [ $kind->{argv}->($p{dir}, $p{port}) ];
	$p{load_pid} = open2($p{from}, $p{to}, "$build/bench/load", $p{port},
		$kind->{constant} ? 'constant' : ());
	push(@running, $p{load_pid});
	return \%p;
}

# Start the server and wait until it accepts; before: a command to run it by.
sub start {
	my ($p, @before) = @_;

	$p->{pid} = spawn("$p->{dir}.log", @before, @{ $p->{argv} });
	ask($p, 'wait');
	my $auth = $aws;
	if ($p->{name} eq 'doorward') {
		$auth = `'$build/doorward' --home '$p->{dir}' credentials bearer`;
		die("doorward credentials bearer: status $?\n") if $? != 0;
		chomp($auth);
		$auth = "Bearer $auth";
	}
	ask($p, "auth $auth", 1);
}

sub stop {
	my ($p) = @_;

	finish($p->{pid}) if $p->{pid};
	$p->{pid} = 0;
}

# Say one command to the loader; its answer, decoded.  silent: it gives none.
sub ask {
	my ($p, $command, $silent) = @_;

	local $SIG{PIPE} = 'IGNORE';
	print { $p->{to} } "$command\n";
	$p->{to}->flush();
	return undef if $silent;
	my $line = readline($p->{from}) // '{"error":"the loader ended"}';
	if ($line =~ /"error":"(.*)"\}$/) {
		my $why = $1;
		my @log = split(/^/, slurp("$p->{dir}.log"));
		$command =~ s/\t.*//;
		die("$p->{name}: $command: $why\n",
			map { "    log: $_" } @log > 5 ? @log[-5 .. -1] : @log);
	}
	return decode_json($line);
}

# ---- what a program uses

# The process and all its descendants.
sub tree {
	my ($pid) = @_;
	my (%of, @all);

	for my $stat (glob('/proc/[0-9]*/stat')) {
		open(my $fh, '<', $stat) or next;
		my $line = <$fh> // next;
		push(@{ $of{$2} }, $1) if $line =~ /^(\d+) \(.*\) \S (\d+) /s;
	}
	my @todo = ($pid);
	while (defined(my $x = shift(@todo))) {
		push(@all, $x);
		push(@todo, @{ $of{$x} // [] });
	}
	return @all;
}

# Memory of the tree in MB: each page counted once where the system tells.
sub memory {
	my ($p) = @_;
	my $kb = 0;

	for my $pid (tree($p->{pid})) {
		my $text = slurp("/proc/$pid/smaps_rollup")
		    || slurp("/proc/$pid/status");
		$kb += $1 if $text =~ /^(?:Pss|VmRSS):\s+(\d+) kB/m;
	}
	return $kb / 1024;
}

sub slurp {
	my ($path) = @_;

	open(my $fh, '<', $path) or return '';
	local $/;
	return <$fh> // '';
}

# fsync and fdatasync for each PutItem, by strace on an instance of its own;
# a text.
sub syncs {
	my ($name) = @_;
	my $strace = which('strace') or return 'not checked: no strace';
	my $n = 40;
	my ($p) = program($name, "$name.syncs");
	my $trace = "$p->{dir}.trace";
	my $count = sub {
		my $text = slurp($trace);
		return (scalar(() = $text =~ /fsync\(/g),
		    scalar(() = $text =~ /fdatasync\(/g));
	};

	start($p, $strace, '-D', '-f', '-qq', '-e',
		'trace=fsync,fdatasync', '-o', $trace);
	ask($p, 'create');
	my @before = $count->();
	ask($p, "run put keep 1 0 $n");
	sleep(0.2);
	my @after = $count->();
	stop($p);
	quit($p);
	remove_tree($p->{dir});
	return sprintf('%.2f fsync, %.2f fdatasync for each PutItem',
		($after[0] - $before[0]) / $n, ($after[1] - $before[1]) / $n);
}

sub quit {
	my ($p) = @_;

	close($p->{to});
	waitpid($p->{load_pid}, 0);
	@running = grep { $_ != $p->{load_pid} } @running;
}

# End everything and remove the databases; the exit status is kept.
sub cleanup {
	my $status = $?;

	# Of a copy: finish() shortens the list.
	finish($_) for my @all = @running;
	remove_tree($dir) if -d $dir;
	$? = $status;
}

1;
