# SPDX-License-Identifier: ISC
#
# SigV4.pm - sign a request as AWS's documentation says ("Signature Version 4
# signing process"), each step open to be got wrong on purpose.
package SigV4;
use strict;
use warnings;
use Digest::SHA qw(sha256_hex hmac_sha256 hmac_sha256_hex);
use POSIX qw(strftime);

# id, secret, method, path (/), query (''), body, headers => [name, value...]
# (Host among them), region, service, time (now), payload (the hash that is
# signed), signed => [names]; query => 1 for the presigned form in a second
# step.  Returns the headers to send: those given, X-Amz-Date, Authorization.
sub headers {
	my (%r) = @_;
	my ($stamp, $scope) = scope(\%r);
	my @h = (@{$r{headers}}, 'X-Amz-Date', $stamp);
	my ($names, $canon) = canonical_headers($r{signed}, @h);
	my $sig = signature(\%r, $stamp, $scope, $r{query_string} // '',
	    $names, $canon, $r{payload} // sha256_hex($r{body} // ''));
	return (@h, 'Authorization', "AWS4-HMAC-SHA256 Credential=$r{id}/$scope"
	    . ", SignedHeaders=$names, Signature=$sig");
}

# The presigned form: (target, headers).
sub presigned {
	my (%r) = @_;
	my ($stamp, $scope) = scope(\%r);
	my ($names, $canon) = canonical_headers($r{signed}, @{$r{headers}});
	my %q = ('X-Amz-Algorithm' => 'AWS4-HMAC-SHA256',
	    'X-Amz-Credential' => "$r{id}/$scope", 'X-Amz-Date' => $stamp,
	    'X-Amz-Expires' => $r{expires} // 300,
	    'X-Amz-SignedHeaders' => $names);
	my $query = join('&', map { escape($_) . '=' . escape($q{$_}) }
	    sort(keys(%q)));
	my $sig = signature(\%r, $stamp, $scope, $query, $names, $canon,
	    $r{payload} // sha256_hex($r{body} // ''));
	return ("/?$query&X-Amz-Signature=$sig", @{$r{headers}});
}

sub scope {
	my ($r) = @_;
	my $stamp = strftime('%Y%m%dT%H%M%SZ', gmtime($r->{time} // time()));
	my $day = substr($stamp, 0, 8);
	return ($stamp, join('/', $day, $r->{region} // 'us-east-1',
	    $r->{service} // 'dynamodb', 'aws4_request'));
}

sub canonical_headers {
	my ($signed, @h) = @_;
	my %h;
	while (my ($n, $v) = splice(@h, 0, 2)) {
		$h{lc($n)} = $v =~ s/^\s+|\s+$//gr =~ s/ +/ /gr;
	}
	my @names = sort($signed ? map { lc } @$signed : keys(%h));
	return (join(';', @names), join('', map { "$_:$h{$_}\n" } @names));
}

sub signature {
	my ($r, $stamp, $scope, $query, $names, $canon, $payload) = @_;
	my $request = join("\n", $r->{method} // 'POST', $r->{path} // '/',
	    $query, $canon, $names, $payload);
	my $text = join("\n", 'AWS4-HMAC-SHA256', $stamp, $scope,
	    sha256_hex($request));
	my $key = "AWS4$r->{secret}";
	$key = hmac_sha256($_, $key) for split('/', $scope);
	return hmac_sha256_hex($text, $key);
}

sub escape {
	my ($s) = @_;
	$s =~ s/([^A-Za-z0-9_.~-])/sprintf('%%%02X', ord($1))/ge;
	return $s;
}

1;
