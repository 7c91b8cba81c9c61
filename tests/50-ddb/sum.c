/* SPDX-License-Identifier: ISC */
/* sum.t - number_add() beside Python's decimal, which sums.py asks. */
#include "ddb/number.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define LINES 6000

/* a + b, or a - b, as sums.py shows it. */
static void
shown(struct buf *out, const char *a, const char *b, bool minus)
{
	struct number x, y, sum;

	buf_reset(out);
	if (number_parse(str_from(a), &x) != NUMBER_OK ||
	    number_parse(str_from(b), &y) != NUMBER_OK) {
		buf_puts(out, STR("not a number"));
		return;
	}
	switch (number_add(&x, &y, minus, &sum)) {
	case NUMBER_OK:
		number_put(out, &sum);
		break;
	case NUMBER_OVERFLOW:
		buf_puts(out, STR("overflow"));
		break;
	case NUMBER_UNDERFLOW:
		buf_puts(out, STR("underflow"));
		break;
	case NUMBER_DIGITS:
		buf_puts(out, STR("digits"));
		break;
	case NUMBER_SYNTAX:
		buf_puts(out, STR("syntax"));
		break;
	}
}

static void
test_generated(void)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(4));
	static char a[512], b[512], sum[512], difference[512];
	unsigned n = 0, wrong = 0;
	FILE *f = popen("python3 tests/50-ddb/sums.py", "r");

	while (f != NULL && fscanf(f, "%511s %511s %511s %511s", a, b, sum,
	    difference) == 4) {
		n++;
		shown(&out, a, b, false);
		if (!str_eq(buf_str(&out), str_from(sum)) && wrong++ < 10)
			printf("# %s + %s = %s, got %.*s\n", a, b, sum,
			    STR_ARG(buf_str(&out)));
		shown(&out, a, b, true);
		if (!str_eq(buf_str(&out), str_from(difference)) &&
		    wrong++ < 10)
			printf("# %s - %s = %s, got %.*s\n", a, b, difference,
			    STR_ARG(buf_str(&out)));
	}
	if (f != NULL)
		(void)pclose(f);
	if (n == 0) {
		printf("ok %d - generated sums # SKIP no python3\n", ++tap_n);
		return;
	}
	is_int(n, LINES, "all of them were read");
	is_int(wrong, 0, "sums and differences are Python's");
}

int
main(void)
{
	static const char *const cases[][4] = {
		{ "0", "0", "0", "0" },
		{ "0", "-1", "-1", "1" },
		{ "-0", "0", "0", "0" },
		{ "1", "-1", "0", "2" },
		{ "9", "1", "10", "8" },
		{ "0.1", "0.2", "0.3", "-0.1" },
		{ "99999999999999999999999999999999999999", "1",
		    "100000000000000000000000000000000000000",
		    "99999999999999999999999999999999999998" },
		{ "99999999999999999999999999999999999999", "0.1", "digits",
		    "digits" },
		{ "1e37", "1", "10000000000000000000000000000000000001",
		    "9999999999999999999999999999999999999" },
		{ "1e38", "1", "digits",
		    "99999999999999999999999999999999999999" },
		{ "1e125", "1e-130", "digits", "digits" },
		{ "9e125", "1e125", "overflow", NULL },
		{ "1.1e-130", "1e-130", NULL, "underflow" },
	};
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(4));

	for (size_t i = 0; i < NELEM(cases); i++)
		for (unsigned k = 0; k < 2; k++) {
			if (cases[i][2 + k] == NULL)
				continue;
			shown(&out, cases[i][0], cases[i][1], k == 1);
			is_str(buf_str(&out), str_from(cases[i][2 + k]),
			    "%s %s %s", cases[i][0], k == 1 ? "-" : "+",
			    cases[i][1]);
		}
	test_generated();
	return tap_done();
}
