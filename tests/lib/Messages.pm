# SPDX-License-Identifier: ISC
#
# Messages.pm - every message of MCP that the program sends to a test is of
# the published schema of its revision.
#
# Doorward.pm tells of what goes and comes on each connection; finish() has
# all of it checked by messages.mjs, where node and its packages are here.
package Messages;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename;
use File::Temp;
use JSON::PP;

my $most = 4000;    # of one test file, so that a flood stays quick
my $long = 1 << 17;    # bytes of one, likewise
my $dir = abs_path(dirname(__FILE__) . '/../70-mcp');
my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my @seen;

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
	push(@seen, { message => $got, method => $known ? $was->{method} :
	    undef, version => ref($meta) eq 'HASH' ?
	    $meta->{'io.modelcontextprotocol/protocolVersion'} : $version });
}

# What goes on a connection: a request of MCP over HTTP, whole, is kept for
# the answer that is to come.
sub went {
	my ($c, $bytes) = @_;
	push(@{$c->{asked}}, $bytes =~ m{^POST /mcp[ ?]} &&
	    $bytes =~ /\r\n\r\n(.*)\z/s ? { body => $1,
	    version => $bytes =~ /^MCP-Protocol-Version: *(\S+)\r$/mi ? $1 :
	    undef } : undef);
}

sub answered {
	my ($c, $body) = @_;
	my $asked = @{$c->{asked} // []} == 1 ? $c->{asked}[0] : undef;
	$c->{asked} = [];
	came($body, $asked->{body}, $asked->{version});
}

# (how many, what is wrong); none where there is nothing to check them by.
sub check {
	my @all = splice(@seen);
	return if !@all || !-d "$dir/node_modules/ajv" ||
	    system('node --version >/dev/null 2>&1') != 0;
	my $file = File::Temp->new(TEMPLATE => 'doorward-XXXXXX', TMPDIR => 1);
	print($file $json->encode($_) . "\n") for @all;
	close($file) or die($!);
	my $said = qx(node '$dir/messages.mjs' < '$file' 2>&1);
	return (scalar(@all), $said . ($? == 0 ? '' : "it ended with $?"));
}

1;
