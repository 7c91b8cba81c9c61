# SPDX-License-Identifier: ISC
#
# Messages.pm - every message of MCP that the program sends to a test is of
# the published schema of its revision.
#
# Doorward.pm tells of what goes and comes on each connection; finish() has
# all of it checked by messages.mjs, where node and its packages are here.
# What real clients said and heard is written down by wire.mjs and checked
# with wire(), both ways.
package Messages;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename;
use File::Temp;
use JSON::PP;
use MIME::Base64;

my $most = 4000;    # of one test file, so that a flood stays quick
my $long = 1 << 17;    # bytes of one, likewise
my $dir = abs_path(dirname(__FILE__) . '/../70-mcp');
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my @seen;

# A request of a test's own is meant to be valid where it got what it asks for.
our $ours = 1;

# One that came: the body of the request (undef: not known) and the revision
# that its head named.
sub came {
	my ($text, $asked, $version) = @_;
	return if @seen >= $most || length($text) > $long ||
	    (!defined($asked) && $text !~ /"jsonrpc"/);
	my $got = eval { $json->decode($text) } // return;
	my $was = length($asked // '') <= $long ? eval { $json->decode($asked) } :
	    undef;
	if (ref($got) ne 'ARRAY') {
		seen($got, $was, $version);
		return;
	}
	my %by = ref($was) eq 'ARRAY' ? map { ref($_) eq 'HASH' ?
	    ($json->encode($_->{id}) => $_) : () } @$was : ();
	seen($_, $by{$json->encode($_->{id})}, '2025-03-26') for @$got;
}

sub seen {
	my ($got, $was, $version) = @_;
	my $known = ref($was) eq 'HASH' && exists($got->{result});
	my $meta = $known && ref($was->{params}) eq 'HASH' ?
	    $was->{params}{_meta} : undef;
	$version = $meta->{'io.modelcontextprotocol/protocolVersion'}
	    if ref($meta) eq 'HASH';
	push(@seen, { message => $got, method => $known ? $was->{method} :
	    undef, server => 1, version => $version });
	push(@seen, { message => $was, server => 0, version => $version })
	    if $ours && $known && !(ref($got->{result}) eq 'HASH' &&
	    $got->{result}{isError});
}

# What goes on a connection: a request of MCP over HTTP, whole, is kept for
# the answer that is to come.
sub went {
	my ($c, $bytes) = @_;
	my ($body) = $bytes =~ m{^POST /mcp[ ?].*?\r\n\r\n(.*)\z}s;
	my ($version) = $bytes =~ /^MCP-Protocol-Version: *(\S+)\r$/mi;
	push(@{$c->{asked}}, defined($body) ? { body => $body,
	    version => $version } : undef);
}

sub answered {
	my ($c, $body) = @_;
	my $asked = @{$c->{asked} // []} == 1 ? $c->{asked}[0] : undef;
	$c->{asked} = [];
	came($body, $asked->{body}, $asked->{version});
}

# ---- what real clients said and heard

# (where wire.mjs is to write, what starts it); nothing where there is nothing
# to check it by.
sub wire_env {
	my ($to) = @_;
	return if !able();
	mkdir($to);
	return (DOORWARD_WIRE => $to, NODE_OPTIONS => '--import=' .
	    abs_path(dirname(__FILE__) . '/wire.mjs'));
}

# (what is wrong of the server, what of the client, { revision => [of the
# client, of the server] }) of all that was written there since the last time.
sub wire {
	my ($from) = @_;
	my @kept = splice(@seen);
	local $ours = 0;
	my %all;
	for my $file (glob("$from/*")) {
		open(my $fh, '<', $file) or die("$file: $!");
		while (my $line = <$fh>) {
			my ($n, $kind, $way, $bytes) = split(' ', $line);
			push(@{$all{"$file $n"}}, [$kind, $way,
			    decode_base64($bytes // '')]);
		}
		unlink($file);
	}
	for my $name (sort(keys(%all))) {
		my @pieces = @{$all{$name}};
		$pieces[0][0] eq 'tcp' ? http(@pieces) : lines(@pieces);
	}
	my @these = splice(@seen);
	@seen = @kept;
	my (%many, @wrong);
	$many{$_->{version} // 'none named'}[$_->{server}]++ for @these;
	for (split(/^/, judged(@these))) {
		push(@{$wrong[/^(\d+): / ? $these[$1]{server} : 1]}, $_);
	}
	return (join('', @{$wrong[1] // []}), $wrong[0] // [], \%many);
}

# What a client said: (what it was, the revision that it names).
sub said {
	my ($text, $version) = @_;
	my $m = eval { $json->decode($text) };
	return if ref($m) ne 'HASH' || !$m->{jsonrpc};
	my $params = ref($m->{params}) eq 'HASH' ? $m->{params} : {};
	my $v = $params->{_meta}{'io.modelcontextprotocol/protocolVersion'} //
	    (($m->{method} // '') eq 'initialize' ?
	    $params->{protocolVersion} : $version);
	push(@seen, { message => $m, version => $v, server => 0 });
	return ($m, $v);
}

# Requests and their answers, in turn.
sub http {
	my %at = map { my $way = $_; $way => join('', map { $_->[2] }
	    grep { $_->[1] eq $way } @_) } qw(in out);
	my ($n, $head, $body, $asked, $answer);
	while (($head, $asked) = whole(\$at{out})) {
		my $mcp = $head =~ m{^\w+ /mcp[ ?]};
		my $version = $head =~ /^MCP-Protocol-Version: *(\S+)\r$/mi ?
		    $1 : undef;
		(undef, $version) = said($asked, $version) if $mcp && $asked ne '';
		($head, $body) = whole(\$at{in}, 1) or return;
		next if !$mcp;
		came($_, $asked, $version) for
		    $head =~ m{^Content-Type: *text/event-stream}mi ?
		    $body =~ /^data: (.*)$/mg : $body;
	}
}

# The next message of HTTP: (head, body); nothing where it is not all there.
# An answer without a length goes to the end.
sub whole {
	my ($text, $answer) = @_;
	$$text =~ s{\AHTTP/1\.1 1\d\d .*?\r\n\r\n}{}s;
	$$text =~ s/\A(.*?\r\n)\r\n//s or return;
	my ($head, $body) = ($1, '');
	if ($head =~ /^Transfer-Encoding: *chunked/mi) {
		while ($$text =~ s/\A([0-9a-f]+)\r\n//i) {
			my $n = hex($1);
			$body .= substr($$text, 0, $n, '');
			$$text =~ s/\A\r\n//;
			last if $n == 0;
		}
	} elsif ($head =~ /^Content-Length: *(\d+)/mi) {
		return if length($$text) < $1;
		$body = substr($$text, 0, $1, '');
	} elsif ($answer && $head !~ m{\AHTTP/1\.1 (?:204|304) }) {
		($body, $$text) = ($$text, '');
	}
	return ($head, $body);
}

# One message a line; of the revision that was agreed on.
sub lines {
	my (%left, %asked, $version);
	for (@_) {
		my (undef, $way, $bytes) = @$_;
		$left{$way} .= $bytes;
		while ($left{$way} =~ s/\A(.*)\n//) {
			my $line = $1;
			if ($way eq 'out') {
				my ($m, $v) = said($line, $version);
				$asked{$m->{id}} = [$line, $v]
				    if defined($m->{method}) && defined($m->{id});
				next;
			}
			my $m = eval { $json->decode($line) };
			next if ref($m) ne 'HASH' || !$m->{jsonrpc};
			my $was = $asked{$m->{id} // ''} // [];
			came($line, $was->[0], $was->[1] // $version);
			$version = $m->{result}{protocolVersion} // $version
			    if ref($m->{result}) eq 'HASH';
		}
	}
}

# ---- the verdict

my $able;
sub able {
	return $able //= -d "$dir/node_modules/ajv" &&
	    system('node --version >/dev/null 2>&1') == 0;
}

# (how many, what is wrong); none where there is nothing to check them by.
sub check {
	my @all = splice(@seen);
	return if !@all || !able();
	return (scalar(@all), judged(@all));
}

sub judged {
	my $file = File::Temp->new(TEMPLATE => 'doorward-XXXXXX', TMPDIR => 1);
	print($file $json->encode($_) . "\n") for @_;
	close($file) or die($!);
	my $said = qx(node '$dir/messages.mjs' < '$file' 2>&1);
	return $said . ($? == 0 ? '' : "it ended with $?\n");
}

1;
