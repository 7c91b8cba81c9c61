# SPDX-License-Identifier: ISC
#
# Doorward.pm - drive the real program from a test, with core modules alone.
#
#	use Doorward;
#	my $s = Doorward->start;		# a server with a home of its own
#	my $a = $s->request('GET', '/healthz');
#	is($a->{status}, 200, ...);
#	my ($status, $answer) = $s->dynamo('ListTables', {});
#	$s->finish;				# two tests: nothing left, no secret told
#
# BUILD names the build directory, SANITIZE=1 says that it is the one with
# sanitizers.  A server that was started is ended with the test, however that
# ends, and so is all that it left behind: this process is its reaper.
package Doorward;
use strict;
use warnings;
no warnings qw(exec);
use Compress::Zlib qw(crc32);
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Messages;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

my $build = abs_path($ENV{BUILD} || 'build') || 'build';
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my @running;

# Orphans of a server come to this process, so that none is missed.
# prctl(PR_SET_CHILD_SUBREAPER): its number differs by machine.
my %prctl = (x86_64 => 157, aarch64 => 167);
my $prctl = $prctl{(POSIX::uname())[4]};
syscall($prctl, 36, 1, 0, 0, 0) if defined($prctl);
$SIG{PIPE} = 'IGNORE';

# ---- what a test may need

# In what is run with a library preloaded: the worker of the other is static.
our $preloaded = 0;
sub program {
	return $_[0] || $preloaded ? "$build/fixtures/doorward" : "$build/doorward";
}
sub slow { return $ENV{DOORWARD_SLOW} ? 1 : 0 }
sub sanitized { return $ENV{SANITIZE} ? 1 : 0 }

# End the test file as skipped where one of these commands is not there.
sub need {
	my ($class, @commands) = @_;
	plan(skip_all => 'the program is not built') if !-x program();
	for my $c (@commands) {
		next if grep { -x "$_/$c" } split(/:/, $ENV{PATH});
		plan(skip_all => "$c is not here");
	}
}

sub need_hardened {
	plan(skip_all => 'the build with sanitizers is not the hardened one')
	    if sanitized();
}

# ---- a server

sub free_port {
	my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
	    or die("no port: $@");
	return $s->sockport;
}

# A directory for one instance, removed at the end.
sub new_home {
	my ($class, %opt) = @_;
	my $home = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $conf = $opt{conf} // '';
	$conf .= "sandbox = none\n" if sanitized();
	if ($conf ne '') {
		mkdir("$home/config", 0700) or die("$home/config: $!");
		open(my $fh, '>', "$home/config/doorward.conf") or die($!);
		print($fh $conf);
		close($fh) or die($!);
		chmod(0600, "$home/config/doorward.conf");
	}
	return $home;
}

# Run the command to its end: (exit status, stdout, stderr).  128+n: signal.
sub command {
	my ($class, $home, @args) = @_;
	my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>', "$dir/out");
		open(STDERR, '>', "$dir/err");
		exec('timeout', 60, program(), '--home', $home, @args);
		POSIX::_exit(127);
	}
	waitpid($pid, 0);
	my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return ($status, slurp("$dir/out"), slurp("$dir/err"));
}

sub slurp {
	my ($file) = @_;
	open(my $fh, '<:raw', $file) or return '';
	local $/;
	return scalar(<$fh>) // '';
}

# home => DIR, conf => text of doorward.conf, args => [...] behind "serve",
# listen => [...], env => {...}, wrap => [command to run it under],
# fixtures => 1.  Dies with the log when it does not start; try_start
# returns undef and the log.
sub start {
	my ($class, %opt) = @_;
	my ($self, $log) = $class->try_start(%opt);
	die("the server did not start: $log") if !$self;
	return $self;
}

sub try_start {
	my ($class, %opt) = @_;
	my $home = $opt{home} // $class->new_home(conf => $opt{conf});
	my $port = $opt{port} // free_port();
	my $out = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my @listen = @{$opt{listen} // ["127.0.0.1:$port"]};
	my @cmd = (@{$opt{wrap} // []}, program($opt{fixtures}), '--home',
	    $home, 'serve', (map { ('--listen', $_) } @listen),
	    @{$opt{args} // []});

	pipe(my $r, my $w) or die("pipe: $!");
	my $pid = fork() // die("fork: $!");
	if ($pid == 0) {
		close($r);
		open(STDIN, '<', '/dev/null');
		open(STDOUT, '>&', $w);
		open(STDERR, '>>', "$out/log");
		close($w);
		%ENV = (%ENV, %{$opt{env} // {}});
		exec(@cmd);
		POSIX::_exit(127);
	}
	close($w);
	my $self = bless({ home => $home, port => $port, pid => $pid,
	    top => $pid, out => "$out/log", stdout => $r, secrets => [],
	    owner => $$ }, $class);
	my $ready = $self->ready_line(15);
	if (!defined($ready)) {
		$self->kill_all;
		return (undef, slurp("$out/log"));
	}
	$self->{ready} = $ready;
	$self->{pid} = $self->find_server if $opt{wrap};
	push(@running, $self);
	return $self;
}

sub ready_line {
	my ($self, $seconds) = @_;
	my ($line, $end) = ('', time() + $seconds);
	while ($line !~ /\n/ && time() < $end) {
		next if !IO::Select->new($self->{stdout})->can_read(0.2);
		sysread($self->{stdout}, $line, 4096, length($line)) or last;
	}
	return $line =~ /^(doorward: ready on \S.*)\n\z/ ? $1 : undef;
}

# Below a tracer, or in its place: the process that is the server.
sub find_server {
	my ($self) = @_;
	for my $pid ($self->{top}, $self->descendants) {
		my $exe = readlink("/proc/$pid/exe") // '';
		return $pid if $exe =~ m{/doorward$};
	}
	die('no server in or below what it was wrapped in');
}

sub port { return $_[0]{port} }
sub pid { return $_[0]{pid} }
sub home { return $_[0]{home} }
sub ready { return $_[0]{ready} }
sub log { return slurp($_[0]{out}) }

sub bearer {
	my ($self) = @_;
	return $self->{bearer} if defined($self->{bearer});
	my ($status, $out, $err) = Doorward->command($self->{home},
	    'credentials', 'bearer');
	die("credentials bearer: $status $err") if $status != 0;
	chomp($out);
	push(@{$self->{secrets}}, $out);
	return $self->{bearer} = $out;
}

# (access key id, secret access key)
sub aws {
	my ($self) = @_;
	return @{$self->{aws}} if $self->{aws};
	my ($status, $out, $err) = Doorward->command($self->{home},
	    'credentials', 'aws');
	die("credentials aws: $status $err") if $status != 0;
	my ($id) = $out =~ /^AWS_ACCESS_KEY_ID=(\S+)$/m;
	my ($secret) = $out =~ /^AWS_SECRET_ACCESS_KEY=(\S+)$/m;
	push(@{$self->{secrets}}, $secret);
	return ($id, $secret);
}

# Change the default token's record in the map, as another process would:
# expires and revoked in ns since 1970 (0: not), rights.  Returns what was.
sub edit_token {
	my ($self, %set) = @_;
	my %at = (expires => [80, 'Q<'], revoked => [88, 'Q<'],
	    rights => [96, 'L<']);
	my $id = substr($self->bearer, 3, 8);
	open(my $fh, '+<:raw', "$self->{home}/data/tokens.map") or die($!);
	for (my $pos = 256; ; $pos += 256) {
		seek($fh, $pos, 0);
		read($fh, my $r, 256) == 256 or die('the token is not there');
		next if substr($r, 0, 8) ne $id;
		my %was;
		for my $name (keys(%set)) {
			my ($off, $type) = @{$at{$name}};
			my $n = length(pack($type, 0));
			$was{$name} = unpack($type, substr($r, $off, $n));
			substr($r, $off, $n) = pack($type, $set{$name});
		}
		substr($r, 252, 4) = pack('L<', crc32(substr($r, 0, 252)));
		seek($fh, $pos, 0);
		print($fh $r);
		close($fh) or die($!);
		return %was;
	}
}

# Never to be seen in any output, beside the credentials.
sub secret { my ($self, @s) = @_; push(@{$self->{secrets}}, @s) }

# Which of the secrets has been told in the log?
sub told {
	my ($self) = @_;
	my $log = $self->log;
	return grep { index($log, $_) >= 0 } @{$self->{secrets}};
}

# SIGTERM, then what is left: (exit status, names of processes that live on).
sub stop {
	my ($self, $seconds) = @_;
	@running = grep { $_ != $self } @running;
	kill('TERM', $self->{pid});
	my $end = time() + ($seconds // 10);
	my $status;
	my @left;
	for (;;) {
		while ((my $pid = waitpid(-1, WNOHANG)) > 0) {
			$status = $? if $pid == $self->{top};
		}
		@left = children($$);
		last if !@left || time() > $end;
		sleep(0.02);
	}
	my @names = map { "$_ " . name($_) } @left;
	$self->kill_all;
	return ($status, @names);
}

# Stop and say whether all is well, as tests.
sub finish {
	my ($self) = @_;
	my ($status, @left) = $self->stop;
	is_deeply([$status, @left], [0],
	    'B8: the server ends with 0 and leaves no process behind');
	is_deeply([$self->told], [], 'A18: no secret is in its log');
	my $bad = join('', grep { /ERROR: \w+Sanitizer|runtime error:/ }
	    split(/^/, $self->log));
	is($bad, '', 'no sanitizer has spoken') if sanitized();
	valid();
}

# All that came of MCP is of its schema, as a test.
sub valid {
	my ($n, $wrong) = Messages::check();
	is($wrong, '', "$n messages of MCP are of their schemas") if $n;
}

sub kill_all {
	my ($self) = @_;
	for (1 .. 100) {
		my @all = descendants($$);
		last if !@all;
		kill('KILL', @all);
		1 while waitpid(-1, WNOHANG) > 0;
		sleep(0.01);
	}
	@running = grep { $_ != $self } @running;
}

END {
	my $status = $?;
	for my $s (@running) {
		$s->kill_all if $s->{owner} == $$;
	}
	$? = $status;
}

# ---- processes

sub stat_of {
	my ($pid) = @_;
	return slurp("/proc/$pid/stat") =~ /^\d+ \((.*)\) (\S) (\d+) /s;
}
sub name { my ($n) = stat_of($_[0]); return $n // '?' }
sub all_pids { return map { m{/(\d+)$} ? $1 : () } glob('/proc/[0-9]*') }

sub children {
	my ($parent) = @_;
	return grep {
		my (undef, undef, $ppid) = stat_of($_);
		defined($ppid) && $ppid == $parent;
	} all_pids();
}

# Called with a pid, or for a server.
sub descendants {
	my ($of) = @_;
	my %of;
	for my $pid (all_pids()) {
		my (undef, undef, $ppid) = stat_of($pid);
		push(@{$of{$ppid}}, $pid) if defined($ppid);
	}
	my @todo = ref($of) ? $of->{top} : $of;
	my @all;
	while (defined(my $p = shift(@todo))) {
		push(@all, @{$of{$p} // []});
		push(@todo, @{$of{$p} // []});
	}
	return @all;
}

sub zombies {
	my ($self) = @_;
	return grep { ((stat_of($_))[1] // '') eq 'Z' } $self->descendants;
}

# /proc/PID/status as a hash: Uid, Gid, Groups, CapEff, NoNewPrivs, Seccomp ...
sub status {
	my ($class, $pid) = @_;
	return { slurp("/proc/$pid/status") =~ /^(\w+):\t(.*)$/mg };
}

# The processes that hold the server's end of a client's connection.
sub holders {
	my ($self, $client) = @_;
	my $inode = server_inode($self->{port}, $client->{sock}->sockport);
	return () if !defined($inode);
	my @pids;
	for my $fd (glob('/proc/[0-9]*/fd/*')) {
		my $to = readlink($fd) // next;
		next if $to ne "socket:[$inode]";
		push(@pids, $fd =~ m{^/proc/(\d+)/});
	}
	my %seen;
	return grep { !$seen{$_}++ } @pids;
}

sub server_inode {
	my ($port, $peer) = @_;
	for my $table ('/proc/net/tcp', '/proc/net/tcp6') {
		for (split(/\n/, slurp($table))) {
			my @f = split(' ');
			next if @f < 10 || $f[1] !~ /:([0-9A-F]{4})$/;
			next if hex($1) != $port;
			next if $f[2] !~ /:([0-9A-F]{4})$/ || hex($1) != $peer;
			return $f[9];
		}
	}
	return;
}

# ---- requests

sub client {
	my ($self, %opt) = @_;
	return Doorward::Client->new($self->{port}, %opt);
}

# The text of a request.  headers: [name, value, ...]; Host and, with a
# body, Content-Length are added unless named there (undef: leave it out).
sub text {
	my ($self, $method, $target, $headers, $body) = @_;
	my @h = @{$headers // []};
	my %has;
	for (my $i = 0; $i < @h; $i += 2) {
		$has{lc($h[$i])} = 1;
	}
	unshift(@h, 'Host', "127.0.0.1:$self->{port}") if !$has{host};
	push(@h, 'Content-Length', length($body))
	    if defined($body) && !$has{'content-length'} &&
	    !$has{'transfer-encoding'};
	my $text = "$method $target HTTP/1.1\r\n";
	while (my ($n, $v) = splice(@h, 0, 2)) {
		$text .= "$n: $v\r\n" if defined($v);
	}
	return "$text\r\n" . ($body // '');
}

# One request on a connection of its own, and its one answer.
sub request {
	my ($self, $method, $target, $headers, $body) = @_;
	return $self->once($self->text($method, $target, $headers, $body),
	    $method eq 'HEAD');
}

# These bytes on a connection of their own, and the first answer.
sub once {
	my ($self, $bytes, $head) = @_;
	my $c = $self->client;
	$c->send($bytes);
	my $a = $c->answer(head => $head);
	$c->close;
	return $a;
}

sub auth {
	my ($self, $token) = @_;
	return ('Authorization', 'Bearer ' . ($token // $self->bearer));
}

# (status, decoded answer, the whole answer).  on => client: kept alive;
# api => the target's prefix, where it is not the tables' own.
sub dynamo {
	my ($self, $op, $args, %opt) = @_;
	my $bytes = $self->text('POST', '/', [$self->auth,
	    'Content-Type', 'application/x-amz-json-1.0',
	    'X-Amz-Target', ($opt{api} // 'DynamoDB_20120810') . ".$op",
	    @{$opt{headers} // []}], ref($args) ? $json->encode($args) : $args);
	return result($self->send_on($bytes, $opt{on}));
}

# A legacy call (no envelope) of MCP.  bytes => 1: it is only written.
sub mcp {
	my ($self, $method, $params, %opt) = @_;
	my $body = { jsonrpc => '2.0', id => $opt{id} // 1, method => $method };
	$body->{params} = $params if defined($params);
	my $bytes = $self->text('POST', '/mcp', [$self->auth($opt{token}),
	    'Content-Type', 'application/json',
	    'Accept', $opt{accept} // 'application/json, text/event-stream',
	    @{$opt{headers} // []}], $json->encode($body));
	return $bytes if $opt{bytes};
	return result($self->send_on($bytes, $opt{on}));
}

# An enveloped call of MCP 2026-07-28, with its mirrored headers.
sub mcp_modern {
	my ($self, $method, $params, %opt) = @_;
	my $p = 'io.modelcontextprotocol';
	my %params = (%{$params // {}}, _meta => {
	    "$p/protocolVersion" => '2026-07-28',
	    "$p/clientInfo" => { name => 'test', version => '1' },
	    "$p/clientCapabilities" => $opt{capabilities} // {},
	    %{$opt{meta} // {}} });
	my $named = $opt{named} // $params{name} // $params{uri} // $params{taskId};
	return $self->mcp($method, \%params, %opt, headers => [
	    'MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', $method,
	    defined($named) ? ('Mcp-Name', $named) : (),
	    @{$opt{headers} // []}]);
}

sub send_on {
	my ($self, $bytes, $client) = @_;
	return $self->once($bytes) if !$client;
	$client->send($bytes);
	return $client->answer;
}

sub result {
	my ($a) = @_;
	my $body = eval { $json->decode($a->{body}) };
	return ($a->{status}, $body, $a);
}

sub json { return $json }

# ---- a raw client

package Doorward::Client;
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use Socket qw(SOL_SOCKET SO_LINGER SO_RCVBUF);
use Time::HiRes qw(time);

# rcvbuf => bytes: a peer that takes little at a time
sub new {
	my ($class, $port, %opt) = @_;
	my $sock = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $port, Timeout => 10) or return;
	$sock->autoflush(1);
	setsockopt($sock, SOL_SOCKET, SO_RCVBUF, $opt{rcvbuf})
	    if $opt{rcvbuf};
	return bless({ sock => $sock, in => '' }, $class);
}

# All bytes; false when the peer no longer takes them within 30 s.
sub send {
	my ($self, $bytes) = @_;
	Messages::went($self, $bytes);
	my $end = time() + 30;
	my $at = 0;
	while ($at < length($bytes)) {
		return 0 if time() > $end;
		next if !IO::Select->new($self->{sock})->can_write(1);
		my $n = syswrite($self->{sock}, $bytes, 65536, $at);
		return 0 if !defined($n);
		$at += $n;
	}
	return 1;
}

# More bytes into in: 1, 0 at the end, undef on timeout or reset.
sub more {
	my ($self, $end) = @_;
	my $left = $end - time();
	return if $left <= 0 ||
	    !IO::Select->new($self->{sock})->can_read($left);
	my $n = sysread($self->{sock}, $self->{in}, 65536, length($self->{in}));
	if (!defined($n)) {
		$self->{reset} = 1;
		return;
	}
	return $n > 0 ? 1 : 0;
}

# One answer, read strictly: { status, reason, headers => [n, v, ...],
# h => { lower-case name => value }, body, head, error }.  What is not an
# answer has status 0 and an error.  seconds => 10; head => 1 for HEAD.
sub answer {
	my ($self, %opt) = @_;
	my $end = time() + ($opt{seconds} // 10);
	while ($self->{in} !~ /\r\n\r\n/) {
		my $n = $self->more($end);
		return bad($self, !defined($n) ? $self->{reset} ? 'reset' :
		    'timeout' : $self->{in} eq '' ? 'closed' : 'cut short')
		    if !$n;
	}
	$self->{in} =~ s/^(.*?\r\n)\r\n//s;
	my $head = $1;
	my %a = (head => $head, headers => [], h => {}, body => '');
	my ($line, @fields) = split(/\r\n/, $head);
	$line =~ m{^HTTP/1\.1 ([1-5][0-9][0-9]) ([ -~]*)$}
	    or return bad($self, "status line: $line");
	@a{'status', 'reason'} = ($1, $2);
	for (@fields) {
		/^([!#\$%&'*+.^_`|~0-9A-Za-z-]+): ([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])$/
		    or return bad($self, "field: $_");
		return bad($self, "twice: $1") if exists($a{h}{lc($1)});
		push(@{$a{headers}}, $1, $2);
		$a{h}{lc($1)} = $2;
	}
	return \%a if $opt{head} || $a{status} =~ /^1|204|304/;
	my $length = $a{h}{'content-length'};
	return bad($self, 'no Content-Length')
	    if !defined($length) || $length !~ /^(?:0|[1-9][0-9]*)$/;
	while (length($self->{in}) < $length) {
		my $n = $self->more($end);
		return bad($self, 'body cut short') if !$n;
	}
	$a{body} = substr($self->{in}, 0, $length, '');
	Messages::answered($self, $a{body});
	return \%a;
}

# The next message of a stream of events; '' it has ended, undef: nothing came.
sub event {
	my ($self, $seconds) = @_;
	my $end = time() + ($seconds // 30);
	for (;;) {
		$self->{in} =~ s/^(: \n\n)+//;
		if ($self->{in} =~ s/^data: (.*)\n\n//) {
			my ($text, $of) = ($1, $self->{asked}[0]);
			Messages::came($text, $of->{body}, $of->{version});
			return $json->decode($text);
		}
		my $n = $self->more($end);
		return defined($n) ? '' : undef if !$n;
	}
}

sub bad {
	my ($self, $error) = @_;
	return { status => 0, error => $error, headers => [], h => {},
	    body => '', head => '', reason => '' };
}

# Closed by the peer within seconds, without another byte?
sub closed {
	my ($self, $seconds) = @_;
	my $end = time() + ($seconds // 15);
	my $n;
	1 while $n = $self->more($end);
	return $self->{in} eq '' && (defined($n) || $self->{reset}) ? 1 : 0;
}

# Nothing comes and nothing ends for so long?
sub quiet {
	my ($self, $seconds) = @_;
	return !IO::Select->new($self->{sock})->can_read($seconds);
}

sub shut { shutdown($_[0]{sock}, 1) }
sub close { CORE::close($_[0]{sock}) }

# End it with RST.
sub reset {
	my ($self) = @_;
	setsockopt($self->{sock}, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0));
	CORE::close($self->{sock});
}

1;
