# SPDX-License-Identifier: ISC
#
# Machine - a real systemd as PID 1, in namespaces of its own.
#
#	use Machine;
#	Machine->need;			# skips the file where it cannot be
#	my $m = Machine->start(users => { alice => 4711 });
#	my ($status, $out) = $m->run('systemctl', 'start', 'a.socket');
#	$m->stop;			# also at the end of the test
#
# It sees this machine's files through an overlay in memory, with the
# program installed into it; it has its own processes, network, host name and
# control group, and cannot touch ours.  Never start a systemd in the
# control group of the machine: it would move every process there.
#
# The calling process joins its network: a client then connects as if it
# were inside.  Processes keep the numbers of our own /proc.
package Machine;
use strict;
use warnings;
no warnings qw(exec);
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);
use Door;
use Doorward;

my @running;
my %setns = (x86_64 => 308, aarch64 => 268);
my $setns = $setns{(POSIX::uname())[4]};
my $CLONE_NEWNET = 0x40000000;
my $systemd = '/usr/lib/systemd/systemd';
my $SIGRTMIN = 34;

# Units that reach for the machine itself, or that nobody here waits for.
my @masked = map { "systemd-$_" } qw(sysctl.service udevd.service
    udevd-control.socket udevd-kernel.socket udev-trigger.service
    udev-settle.service modules-load.service timesyncd.service
    remount-fs.service random-seed.service resolved.service
    networkd.service hwdb-update.service firstboot.service
    update-utmp.service machine-id-commit.service binfmt.service
    journal-flush.service tmpfiles-clean.timer tmpfiles-setup-dev.service
    pcrphase.service pcrphase-sysinit.service);
push(@masked, qw(dev-hugepages.mount dev-mqueue.mount
    sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount
    sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount
    networking.service apparmor.service keyboard-setup.service
    console-setup.service kmod-static-nodes.service ldconfig.service
    proc-sys-fs-binfmt_misc.mount));

# $1: an empty directory; $2: what is laid over our files.
my $inside = <<'END';
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 none "$1"
mkdir "$1/up" "$1/work" "$1/root"
cp -a "$2/." "$1/up"
mount -t overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" none "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -o bind,ro proc/sys proc/sys
mount -t sysfs -o ro none sys
mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 none dev
for n in null:3 zero:5 full:7 random:8 urandom:9; do
	mknod -m 666 "dev/${n%:*}" c 1 "${n#*:}"
done
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 none dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777 none dev/shm
mount -t tmpfs -o mode=755 none run
mount -t tmpfs -o mode=1777 none tmp
# The first process of a control group of its own, or nothing at all.
group=$(sed -n 's/^0:://p' proc/self/cgroup)
[ "$group" = / ] || { echo "control group $group" >&2; exit 1; }
mkdir tmp/old
pivot_root . tmp/old
cd /
umount -l /tmp/old
rmdir /tmp/old
mount --make-rshared /
hostname doorward-test
exec env -i container=doorward-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 /usr/lib/systemd/systemd --unit=basic.target \
    --show-status=no </dev/null
END

# ---- may it be?

sub why_not {
	return 'needs root' if $> != 0;
	return 'systemd is not here' if !-x $systemd;
	return 'the machine\'s type is unknown' if !defined($setns);
	for my $c (qw(unshare nsenter pivot_root)) {
		return "$c is not here"
		    if !grep { -x "$_/$c" } qw(/usr/bin /usr/sbin /bin /sbin);
	}
	return 'no cgroup2 is mounted' if !defined(cgroup_parent());
	system('unshare -pmiunC --fork true >/dev/null 2>&1') == 0
	    or return 'no namespaces may be made';
	return;
}

sub need {
	Doorward->need_hardened;
	my $why = why_not();
	plan(skip_all => $why) if defined($why);
	plan(skip_all => 'the program is not built')
	    if !-x Doorward::program();
}

# Where we may make a control group: below our own in the cgroup2 tree.
sub cgroup_parent {
	my ($at) = Doorward::slurp('/proc/mounts') =~ /^\S+ (\S+) cgroup2 /m
	    or return;
	my ($own) = Doorward::slurp('/proc/self/cgroup') =~ /^0::(.*)$/m
	    or return;
	my $dir = $own eq '/' ? $at : "$at$own";
	return -w $dir ? $dir : undef;
}

# ---- life

# users => { name => uid }; prepare => sub(directory that is laid over /)
sub start {
	my ($class, %opt) = @_;
	my $base = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $self = bless({ base => $base, owner => $$,
	    cgroup => cgroup_parent() . "/doorward-test.$$" }, $class);
	mkdir($_) for "$base/in", "$base/over";
	$self->install("$base/over");
	$self->settle("$base/over", %opt);
	$opt{prepare}->("$base/over") if $opt{prepare};
	mkdir($self->{cgroup}) or die("$self->{cgroup}: $!");
	push(@running, $self);

	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		# A session of its own, and a control group before all else.
		setpgrp();
		open(my $fh, '>', "$self->{cgroup}/cgroup.procs")
		    or POSIX::_exit(1);
		syswrite($fh, "$$\n") or POSIX::_exit(1);
		close($fh);
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>>', "$base/log");
		open(STDERR, '>&', \*STDOUT);
		exec('unshare', '-pmiunC', '--fork', '--kill-child', 'sh',
		    '-c', $inside, 'sh', "$base/in", "$base/over");
		POSIX::_exit(127);
	}
	$self->{outer} = $pid;
	$self->wait_up;
	$self->join_network;
	return $self;
}

sub install {
	my ($self, $over) = @_;
	my $build = $ENV{BUILD} || 'build';
	my $out = `make -s install BUILD='$build' DESTDIR='$over' 2>&1`;
	die("make install: $out") if $? != 0;
}

sub settle {
	my ($self, $over, %opt) = @_;
	my $units = "$over/etc/systemd/system";
	system('mkdir', '-p', $units) == 0 or die("mkdir: $!");
	symlink('/dev/null', "$units/$_") for @masked;
	# An instance that this machine has is not part of the one made here:
	# a character device 0:0 in the upper layer hides what lies below.
	for my $dir ("$over/etc", "$over/var/lib") {
		system('mkdir', '-p', $dir) == 0 or die("mkdir: $!");
		system('mknod', "$dir/doorward", 'c', 0, 0) == 0 or die('mknod');
	}
	put("$over/etc/fstab", '');
	put("$over/etc/hostname", "doorward-test\n");
	my ($passwd, $group, $shadow) = map { Doorward::slurp($_) }
	    '/etc/passwd', '/etc/group', '/etc/shadow';
	my %users = %{$opt{users} // {}};
	for my $name (sort(keys(%users))) {
		my $id = $users{$name};
		my $home = "/home/$name";
		$passwd .= "$name:x:${id}:${id}::$home:/bin/sh\n";
		$group .= "$name:x:${id}:\n";
		$shadow .= "$name:*:19000:0:99999:7:::\n";
		system('mkdir', '-p', "$over$home") == 0 or die("mkdir: $!");
		chown($id, $id, "$over$home") or die("chown: $!");
	}
	put("$over/etc/passwd", $passwd);
	put("$over/etc/group", $group);
	put("$over/etc/shadow", $shadow);
	chmod(0600, "$over/etc/shadow");
}

sub put {
	my ($file, $text) = @_;
	open(my $fh, '>', $file) or die("$file: $!");
	print($fh $text);
	close($fh) or die("$file: $!");
}

sub wait_up {
	my ($self) = @_;
	my $end = time() + 60;
	while (time() < $end) {
		die('the machine has ended: ' .
		    Doorward::slurp("$self->{base}/log"))
		    if waitpid($self->{outer}, WNOHANG) != 0;
		($self->{pid}) = Doorward::children($self->{outer});
		if (defined($self->{pid}) &&
		    Doorward::name($self->{pid}) eq 'systemd') {
			my (undef, $out) = $self->run('systemctl',
			    'is-active', 'basic.target');
			return if $out eq "active\n";
		}
		sleep(0.05);
	}
	die('the machine does not come up: ' .
	    Doorward::slurp("$self->{base}/log"));
}

sub join_network {
	my ($self) = @_;
	open(my $fh, '<', "/proc/$self->{pid}/ns/net") or die("net: $!");
	syscall($setns, fileno($fh), $CLONE_NEWNET) == 0 or die("setns: $!");
}

# Run a command inside, as root: (exit status, what it said).
sub run {
	my ($self, @command) = @_;
	my $pid = open(my $fh, '-|') // die("fork: $!");
	if ($pid == 0) {
		open(STDERR, '>&', \*STDOUT);
		open(STDIN, '<', '/dev/null');
		exec('nsenter', '-t', $self->{pid}, '-m', '-p', '-u', '-i',
		    '-n', '-C', 'timeout', '60', 'env', '-i',
		    'PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
		    'HOME=/root', 'LANG=C.UTF-8', @command);
		POSIX::_exit(127);
	}
	my $out = do { local $/; <$fh> } // '';
	close($fh);
	return ($? >> 8, $out);
}

# (uid, home) of a user inside.
sub user {
	my ($self, $user) = @_;
	return Doorward::slurp($self->path('/etc/passwd'))
	    =~ /^\Q$user\E:[^:]*:(\d+):\d+:[^:]*:([^:]*):/m;
}

# Run a command as that user, with what a login would set.
sub run_as {
	my ($self, $user, @command) = @_;
	my ($id, $home) = $self->user($user) or die("no user $user");
	return $self->run('setpriv', '--reuid', $id, '--regid', $id,
	    '--clear-groups', '--no-new-privs', 'env', "HOME=$home",
	    "USER=$user", "XDG_RUNTIME_DIR=/run/user/$id", @command);
}

# A path inside, as seen from here.
sub path { return "/proc/$_[0]{pid}/root$_[1]" }

sub journal {
	my ($self, @args) = @_;
	return ($self->run('journalctl', '--no-pager', '-o', 'short-precise',
	    @args))[1];
}

# All processes inside, by our numbers, whose program is one of ours.
sub ours {
	my ($self) = @_;
	return grep { Door::ours($_) } Doorward::descendants($self->{outer});
}

# Wait until none of ours is left; those that are.
sub quiet {
	my ($self, $seconds) = @_;
	my $end = time() + $seconds;
	my @left;
	while (@left = $self->ours) {
		last if time() > $end;
		sleep(0.05);
	}
	return map { "$_ " . Doorward::name($_) } @left;
}

sub stop {
	my ($self) = @_;
	@running = grep { $_ != $self } @running;
	kill($SIGRTMIN + 4, $self->{pid}) if $self->{pid};
	my $end = time() + 15;
	my $gone = 0;
	while (!$gone && time() < $end) {
		$gone = waitpid($self->{outer}, WNOHANG) != 0;
		sleep(0.05) if !$gone;
	}
	if (!$gone) {
		# Its first process takes all others with it.
		kill('KILL', grep { defined } $self->{pid}, $self->{outer});
		waitpid($self->{outer}, 0);
	}
	for (1 .. 50) {
		last if remove_cgroup($self->{cgroup});
		sleep(0.1);
	}
	return $gone;
}

sub remove_cgroup {
	my ($dir) = @_;
	my @below = grep { -d && !-l } glob("$dir/*");
	remove_cgroup($_) for @below;
	return rmdir($dir) || !-d $dir;
}

END {
	my $status = $?;
	for my $m (@running) {
		$m->stop if $m->{owner} == $$;
	}
	$? = $status;
}

1;
