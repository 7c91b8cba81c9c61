#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# b02-read-room.t - claims B1 and B2, from inside: the room that reads has no means
# to write the database, whatever the token may do.
#
# The test build has operations that do raw system calls inside a room.
# What would only come from an intruder ends the room (the connection closes
# without an answer); the rest fails.  Either way the database is the same
# after it, byte for byte where nothing else wrote.
use strict;
use warnings;
no warnings qw(portable);
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Digest::SHA;
use Doorward;
use Test::More;

Doorward->need_hardened;
plan(skip_all => 'needs root to look into the rooms') if $> != 0;

my $machine = (POSIX::uname())[4];
my %calls = (    # name => [x86-64, aarch64]
	write => [1, 64], pwrite64 => [18, 68], ftruncate => [77, 46],
	fallocate => [285, 47], mmap => [9, 222], mprotect => [10, 226],
	dup => [32, 23], dup3 => [292, 24], fcntl => [72, 25],
	openat => [257, 56], fsync => [74, 82], fdatasync => [75, 83],
	pwritev2 => [328, 287], splice => [275, 76], sendfile => [40, 71],
	copy_file_range => [326, 285], io_uring_setup => [425, 425],
	process_vm_writev => [311, 271], flock => [73, 32],
	socket => [41, 198], execve => [59, 221], ptrace => [101, 117],
	memfd_create => [319, 279], mremap => [25, 216],
	userfaultfd => [323, 282], sync_file_range => [277, 84],
	shmat => [30, 196], pkey_mprotect => [329, 288], vmsplice => [278, 75],
);
my $column = { x86_64 => 0, aarch64 => 1 }->{$machine};
plan(skip_all => "no table of system calls for $machine")
    if !defined($column);
my %nr = map { $_ => $calls{$_}[$column] } keys(%calls);

my $s = Doorward->start(fixtures => 1);

sub probe {
	my ($client, $kind, @do) = @_;
	my $bytes = $s->text('POST', '/', [$s->auth,
	    'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', "DoorwardFixture_1.Probe$kind"],
	    $s->json->encode({ calls => \@do }));
	my ($status, $answer) = Doorward::result($s->send_on($bytes, $client));
	return $status == 200 ? $answer->{results} : undef;
}

sub nr { my ($name, @args) = @_; return { nr => $nr{$name}, args => \@args } }

# The room of that connection, seen from outside: pid, and its descriptors.
sub room {
	my ($client, $kind) = @_;
	my ($r) = @{probe($client, $kind,
	    { nr => $column == 0 ? 39 : 172, args => [] })};    # getpid
	my %fd;
	for my $link (glob("/proc/$r->{ret}/fd/*")) {
		my $to = readlink($link) // next;
		my ($n) = $link =~ /(\d+)$/;
		my ($flags) = Doorward::slurp("/proc/$r->{ret}/fdinfo/$n")
		    =~ /^flags:\s+(\d+)/m;
		$fd{$n} = { to => $to, flags => oct($flags) };
	}
	return ($r->{ret}, \%fd);
}

sub of { my ($fd, $re) = @_; return grep { $fd->{$_}{to} =~ $re } sort(keys(%$fd)) }

sub digest {
	return join(' ', map { Digest::SHA->new(256)
	    ->addfile($s->home . "/data/doorward.db$_")->hexdigest }
	    '', '-wal');
}

my ($status) = $s->dynamo('CreateTable', { TableName => 'rooms',
    AttributeDefinitions => [{ AttributeName => 'k', AttributeType => 'S' }],
    KeySchema => [{ AttributeName => 'k', KeyType => 'HASH' }],
    BillingMode => 'PAY_PER_REQUEST' });
is($status, 200, 'a table');

# One connection: a write, then a read, as a client with a writing token
# would; the probe then runs in the room that read.
sub warmed {
	my $c = $s->client;
	my ($w) = $s->dynamo('PutItem', { TableName => 'rooms',
	    Item => { k => { S => 'a' } } }, on => $c);
	my ($r) = $s->dynamo('GetItem', { TableName => 'rooms',
	    Key => { k => { S => 'a' } } }, on => $c);
	die("warm-up: $w $r") if $w != 200 || $r != 200;
	return $c;
}

my $c = warmed();
my ($pid, $fd) = room($c, 'Read');
my @files = of($fd, qr{/data/});
cmp_ok(scalar(of($fd, qr{doorward\.db})), '>=', 3,
    'B2: the read room has the database, its WAL and its -shm');
is_deeply([map { $fd->{$_}{to} } grep { $fd->{$_}{flags} & 3 }
    of($fd, qr{doorward\.db})], [], 'B2: ... and all are O_RDONLY');
my @maps = grep { m{/data/} } split(/\n/, Doorward::slurp("/proc/$pid/maps"));
is_deeply([grep { /^\S+ .w/ && !m{/data/(?:tokens\.used|limits)$} } @maps],
    [], 'B2: no writable map of a file there, but of the times of use of '
    . 'tokens and of what is counted');
my ($wpid, $wfd) = room($c, 'Write');
isnt($wpid, $pid, 'B2: a writing request runs in another process');
is((room($c, 'Read'))[0], $pid, 'B2: the next reading one in the first again');

my $before = digest();
my ($shm) = map { /^([0-9a-f]+)-/ ? hex($1) : () } grep { /-shm/ } @maps;
ok(defined($shm), 'the -shm is mapped');
$c->close;

my $O_RDWR = 2;
my %try = (
	'a shared writable map' => sub {
		my ($f) = @_;
		return map { nr('mmap', 0, 4096, 3, 1, $_, 0) } @$f;
	},
	'a private map made shared and writable' => sub {
		my ($f) = @_;
		return (nr('mmap', 0, 4096, 1, 1, $f->[0], 0),
		    nr('mprotect', { result => 0 }, 4096, 3),
		    { poke => { result => 0 } });
	},
	'mprotect of the -shm' => sub { nr('mprotect', $shm, 4096, 3) },
	'pkey_mprotect of the -shm' =>
	    sub { nr('pkey_mprotect', $shm, 4096, 3, -1) },
	'a write into the map of the -shm' => sub { return { poke => $shm } },
	'write' => sub { map { nr('write', $_, 'forged', 6) } @{$_[0]} },
	'pwrite64' => sub { map { nr('pwrite64', $_, 'forged', 6, 0) } @{$_[0]} },
	'pwritev2' => sub { nr('pwritev2', $_[0][0], { zero => 16 }, 1, 0, 0, 0) },
	'ftruncate' => sub { nr('ftruncate', $_[0][0], 0) },
	'fallocate' => sub { nr('fallocate', $_[0][0], 3, 0, 4096) },
	'dup' => sub { nr('dup', $_[0][0]) },
	'dup onto the socket' => sub { nr('dup3', $_[0][0], $_[1], 0) },
	'F_DUPFD' => sub { nr('fcntl', $_[0][0], 0, 0) },
	'F_SETFL' => sub { nr('fcntl', $_[0][0], 4, $O_RDWR) },
	'opening it again by /proc/self/fd' =>
	    sub { nr('openat', -100, "/proc/self/fd/$_[0][0]", $O_RDWR, 0) },
	'opening it again by name' =>
	    sub { nr('openat', -100, $s->home . '/data/doorward.db', $O_RDWR, 0) },
	'opening /proc/self/mem' =>
	    sub { nr('openat', -100, '/proc/self/mem', $O_RDWR, 0) },
	'fsync' => sub { nr('fsync', $_[0][0]) },
	'sync_file_range' => sub { nr('sync_file_range', $_[0][0], 0, 0, 7) },
	'splice' => sub { nr('splice', $_[1], 0, $_[0][0], 0, 16, 0) },
	'vmsplice' => sub { nr('vmsplice', $_[0][0], { zero => 16 }, 1, 0) },
	'sendfile' => sub { nr('sendfile', $_[0][0], $_[0][0], 0, 16) },
	'copy_file_range' =>
	    sub { nr('copy_file_range', $_[0][0], 0, $_[0][1], 0, 16, 0) },
	'io_uring' => sub { nr('io_uring_setup', 4, { zero => 256 }) },
	'process_vm_writev' => sub { nr('process_vm_writev', $wpid,
	    { zero => 16 }, 1, { zero => 16 }, 1, 0) },
	'ptrace' => sub { nr('ptrace', 16, $wpid, 0, 0) },
	'the writers\' lock' => sub { nr('flock', $_[0][0], 2) },
	'memfd_create' => sub { nr('memfd_create', 'x', 0) },
	'userfaultfd' => sub { nr('userfaultfd', 0) },
	'a socket' => sub { nr('socket', 1, 1, 0) },
	'exec' => sub { nr('execve', '/bin/true', 0, 0) },
);

for my $name (sort(keys(%try))) {
	my $client = $s->client;
	my (undef, $now) = room($client, 'Read');
	my @db = of($now, qr{doorward\.db});
	my ($socket) = of($now, qr{^socket:});
	my @do = $try{$name}->(\@db, $socket);
	my $r = probe($client, 'Read', @do);
	# Calls that fail, or that only read, are fine; one that must fail is
	# the last of its list.
	my $held = !defined($r) || $r->[-1]{errno} != 0;
	my $claim = $name =~ /^(?:a socket|exec|ptrace|opening)/ ? 'B1' : 'B2';
	ok($held, "$claim: $name " . (defined($r) ? 'fails' : 'ends the room'))
	    or diag($s->json->encode($r));
	$client->close;
}

is(digest(), $before, 'B2: not a byte of database and WAL has changed');
($status, my $got) = $s->dynamo('GetItem', { TableName => 'rooms',
    Key => { k => { S => 'a' } } });
is_deeply([$status, $got], [200, { Item => { k => { S => 'a' } } }],
    'B2: and it is whole');
like($s->log, qr/crash|signal|violation/, 'the ended rooms are in the log')
    or diag($s->log);
$s->finish;
done_testing();
