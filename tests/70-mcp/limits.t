#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# limits.t - each bound in each tool's input schema: what is at it is not
# refused for it, what is one past it is.  The bounds themselves are written
# down here.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Test::More;

# By member, over all tools; what is not here is the schema's own affair.
my %limits = (
	attributes => 'maxItems 64',
	indexes => 'maxItems 20, minItems 1',
	limit => 'maximum 10, maximum 100, maximum 1000, maximum 25, minimum 1',
	statement => 'maxLength 8192, minLength 1',
	once => 'maxLength 36, minLength 1',
	keys => 'maxItems 100, minItems 1',
	actions => 'maxItems 100, minItems 1',
	put => 'maxItems 25',
	delete => 'maxItems 25',
	dimensions => 'maximum 8192, minimum 1',
	days => 'maximum 35, minimum 1',
	change => 'maxLength 64, minLength 1',
);

Doorward->need;
my $s = Doorward->start(conf => "mcp-list = all\n");
my (undef, $a) = $s->mcp_modern('tools/list', {});
my $json = Doorward::json();

# n of what a schema wants.
sub sample {
	my ($schema, $n) = @_;
	my $type = $schema->{type} // 'string';
	return $n if $type =~ /^(integer|number)$/;
	return 'x' x $n if $type eq 'string';
	return [map { sample($schema->{items} // {}, 1) } 1 .. $n]
	    if $type eq 'array';
	return { map { ("a$_" => 'x') } 1 .. $n };
}

my %bounds = (minimum => -1, minItems => -1, minLength => -1,
    minProperties => -1, maximum => 1, maxItems => 1, maxLength => 1,
    maxProperties => 1);
my %seen;

# Is it said against the member at the end of a path?
sub against {
	my ($tool, $args, $member) = @_;
	my ($status, $r) = $s->mcp('tools/call', { name => $tool,
	    arguments => $args });
	my $text = $r->{result}{content}[0]{text} //
	    $r->{error}{message} // "status $status";
	return $text =~ /^(?:\S+\.)?\Q$member\E(?:\[\d+\])*: expected/m ?
	    1 : 0;
}

sub look {
	my ($tool, $schema, $member, $put, $of) = @_;
	for my $bound (grep { defined($schema->{$_}) } sort(keys(%bounds))) {
		my $n = $schema->{$bound};
		$seen{$of // $member}{"$bound $n"} = 1;
		is(against($tool, $put->(sample($schema, $n)), $member), 0,
		    "$tool, $member: $bound $n is good");
		is(against($tool, $put->(sample($schema, $n + $bounds{$bound})),
		    $member), 1, "$tool, $member: past it is not");
	}
	for my $name (sort(keys(%{$schema->{properties} // {}}))) {
		look($tool, $schema->{properties}{$name}, $name,
		    sub { return $put->({ $name => $_[0] }) });
	}
	look($tool, $schema->{items}, $member,
	    sub { return $put->([$_[0]]) }, "each of $member")
	    if ref($schema->{items}) eq 'HASH';
}

look($_->{name}, $_->{inputSchema}, '', sub { return $_[0] })
    for @{$a->{result}{tools}};
is_deeply({ map { $_ => join(', ', sort(keys(%{$seen{$_} // {}}))) }
    keys(%limits) }, \%limits, 'the bounds are these');
$s->finish;
done_testing();
