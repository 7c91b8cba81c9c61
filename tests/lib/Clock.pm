# SPDX-License-Identifier: ISC
#
# Clock.pm - run the program at another time.
#
#	Clock->need;
#	my %env = Clock->shift_by(86400);	# for env => {...}, or %ENV
package Clock;
use strict;
use warnings;
use Doorward;
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Test::More;

my $dir = tempdir('doorward-XXXXXX', TMPDIR => 1, CLEANUP => 1);

sub need {
	my @cc = split(/ /, $ENV{CC} || 'cc');
	plan(skip_all => 'a preloaded library does not go with sanitizers')
	    if Doorward::sanitized();
	plan(skip_all => "$cc[0] is not here")
	    if !grep { -x "$_/$cc[0]" } split(/:/, $ENV{PATH});
	system(@cc, '-shared', '-fPIC', '-O1', '-o', "$dir/clock.so",
	    dirname(__FILE__) . '/clock.c') == 0
	    or plan(skip_all => 'the clock cannot be compiled');
	return;
}

sub shift_by {
	my ($class, $seconds) = @_;
	return (LD_PRELOAD => "$dir/clock.so", CLOCK_SHIFT => $seconds);
}

# Run code with it in the environment.
sub at {
	my ($class, $seconds, $code) = @_;
	local %ENV = (%ENV, $class->shift_by($seconds));
	local $Doorward::preloaded = 1;
	return $code->();
}

1;
