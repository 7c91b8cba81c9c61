#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# input.t - what a request asks of its client first (2026-07-28), beyond what
# the conformance suite tries: whose a state is, what for, and how it goes on.
# The tools are those of the test build; what they stand on is a consent's.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Doorward;
use Messages;
use Test::More;

Doorward->need;
my $s = Doorward->start(fixtures => 1);
my $json = Doorward::json();
my $all = { elicitation => {}, sampling => {}, roots => {} };

sub call {
	my ($tool, $more, %opt) = @_;
	my (undef, $a) = $s->mcp_modern('tools/call', {
	    name => "test_input_required_result_$tool", %{$more // {}} },
	    capabilities => $all, %opt);
	return $a->{result} // $a;
}

sub give {
	my ($asked, %answers) = @_;
	my $state = $asked->{requestState};
	return { defined($state) ? (requestState => $state) : (),
	    inputResponses => { map { ($_ => { action => 'accept',
	    content => $answers{$_} }) } keys(%answers) } };
}

sub text { return $_[0]{content}[0]{text} // $json->encode($_[0]) }

sub wrong {
	my ($r, $why, $what) = @_;
	is($r->{error}{code}, -32602, $what) or diag($json->encode($r));
	like($r->{error}{message} // '', $why, "$what: why");
}

# ---- rounds
my $one = call('multi_round');
is_deeply([keys(%{$one->{inputRequests}})], ['step1'], 'the first round');
my $two = call('multi_round', give($one, step1 => { name => 'Ada' }));
is_deeply([$two->{resultType}, keys(%{$two->{inputRequests}})],
    ['input_required', 'step2'], 'the second');
isnt($two->{requestState}, $one->{requestState}, 'another state');
my $end = call('multi_round', give($two, step2 => { color => 'red' }));
is($end->{resultType}, 'complete', 'the end');
like(text($end), qr/Ada.*red/, 'knows the answers of both');
is(text(call('multi_round', give($two, step2 => { color => 'red' }))),
    text($end), 'and comes again: nothing was kept');
my $again = call('multi_round', give($two, step1 => { name => 'Eve' }));
is_deeply([$again->{resultType}, keys(%{$again->{inputRequests}})],
    ['input_required', 'step2'], 'what is missing is asked for again');
like(text(call('multi_round', give($again, step2 => { color => 'red' }))),
    qr/Ada.*red/, 'and what was answered still counts');
my $first = call('multi_round', { inputResponses =>
    give($two, step2 => { color => 'red' })->{inputResponses} });
is_deeply([$first->{resultType}, keys(%{$first->{inputRequests}})],
    ['input_required', 'step1'], 'without a state it begins anew');

# ---- a state
my $ok = { ok => JSON::PP::true };
my $asked = call('request_state');
my $state = $asked->{requestState};
like(text(call('request_state', give($asked, confirm => $ok))),
    qr/^state-ok/, 'a state of ours');
unlike($state, qr/Ada|confirm/, 'nobody reads it');
for my $at (0, 1, 5, 30, int(length($state) / 2), length($state) - 1) {
	my $bent = $state;
	substr($bent, $at, 1) = substr($bent, $at, 1) eq 'A' ? 'B' : 'A';
	wrong(call('request_state', give({ requestState => $bent },
	    confirm => $ok)), qr/was changed/, "changed at $at");
}
for ('', 'x', substr($state, 1), "${state}A", 'A' x 600, 7, JSON::PP::true,
    [$state], { of => $state }) {
	local $Messages::ours = 0;	# some are bent on purpose
	wrong(call('request_state', give({ requestState => $_ },
	    confirm => $ok)), qr/did not give it/,
	    'not one: ' . substr($json->encode($_), 0, 20));
}
wrong(call('tampered_state', give($asked, confirm => $ok)),
    qr/another call/, 'of another tool');
my ($status, $out) = Doorward->command($s->home, 'token', 'new', 'other');
my ($other) = $out =~ /(dw_\S+)/;
$s->secret($other);
{
	local $s->{bearer} = $other;
	wrong(call('request_state', give($asked, confirm => $ok)),
	    qr/another call/, 'of another token');
}
my $prompt = 'test_input_required_result_prompt';
my (undef, $p) = $s->mcp_modern('prompts/get', { name => $prompt },
    capabilities => $all);
is($p->{result}{resultType}, 'input_required', 'a prompt asks, too');
(undef, $p) = $s->mcp_modern('prompts/get', { name => $prompt,
    %{give($p->{result}, user_context => { context => 'tea' })} },
    capabilities => $all);
like($p->{result}{messages}[0]{content}{text}, qr/tea/, 'and has its answer');

# ---- what the client can
is_deeply([sort(keys(%{call('multiple_inputs')->{inputRequests}}))],
    [qw(client_roots greeting user_name)], 'all that it can');
is_deeply([sort(keys(%{call('multiple_inputs', {}, capabilities =>
    { roots => {} })->{inputRequests}}))], ['client_roots'],
    'nothing that it cannot');
for ([{}, {}], [{ elicitation => { url => {} } }, { form => {} }],
    [{ elicitation => [] }, {}]) {
	my ($can, $must) = @$_;
	my $r = call('elicitation', {}, capabilities => $can);
	is($r->{error}{code}, -32021, $json->encode($can) . ': cannot');
	is_deeply($r->{error}{data}, { requiredCapabilities =>
	    { elicitation => $must } }, 'and what it would need');
}
is(call('request_state', give($asked, confirm => $ok),
    capabilities => {})->{error}{code}, -32021,
    'a state is no way around that');
my (undef, $old) = $s->mcp('tools/call', {
    name => 'test_input_required_result_elicitation' });
is($old->{error}{code}, -32021, 'an older client cannot be asked');
$s->finish;
done_testing();
