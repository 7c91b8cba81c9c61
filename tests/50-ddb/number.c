/* SPDX-License-Identifier: ISC */
/*
 * number.t - against arithmetic of another kind: every number is laid out as
 * digits on a line from 10^125 down to 10^-168, and lines are compared.
 */
#include <string.h>

#include "ddb/number.h"
#include "tap.h"

#define LINE	(126 + 168)
#define NUMBERS 3000

struct sample {
	char text[256];
	int sign;
	unsigned char line[LINE];
	struct number number;
	unsigned char key[NUMBER_KEY_BYTES];
	size_t key_len;
};

static struct sample all[NUMBERS];
static uint64_t seed = 88172645463325252;

static unsigned
any(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

/* d[0].d[1]... * 10^exp onto the line. */
static void
lay(struct sample *s, int sign, const char *digits, int exp)
{
	s->sign = sign;
	memset(s->line, 0, sizeof(s->line));
	for (size_t i = 0; digits[i] != '\0'; i++)
		s->line[125 - exp + (int)i] = (unsigned char)(digits[i] - '0');
}

/* One of the many ways to write it. */
static void
spell(struct sample *s, int sign, const char *digits, int exp)
{
	const char *mark = sign < 0 ? "-" : any(4) == 0 ? "+" : "";
	const char *zeros = any(2) == 0 ? "" : "000";

	if (any(2) == 0)
		(void)snprintf(s->text, sizeof(s->text), "%s%s%c.%s%s%c%d",
		    mark, zeros, digits[0], digits + 1, any(2) ? "0" : "00",
		    any(2) ? 'e' : 'E', exp);
	else
		(void)snprintf(s->text, sizeof(s->text), "%s%s%se%s%d", mark,
		    zeros, digits,
		    exp - (int)strlen(digits) + 1 > 0 && any(2) ? "+" : "",
		    exp - (int)strlen(digits) + 1);
}

/* Plain text, from the line. */
static void
plain(const struct sample *s, char *to)
{
	int first = 0, last = LINE - 1;

	while (last >= 0 && s->line[last] == 0)
		last--;
	if (last < 0) {
		strcpy(to, "0");
		return;
	}
	while (s->line[first] == 0 && first < 125)
		first++;
	if (s->sign < 0)
		*to++ = '-';
	for (int i = first; i <= (last > 125 ? last : 125); i++) {
		if (i == 126)
			*to++ = '.';
		*to++ = (char)('0' + s->line[i]);
	}
	*to = '\0';
}

static int
order(const struct sample *a, const struct sample *b)
{
	if (a->sign != b->sign)
		return a->sign < b->sign ? -1 : 1;
	return a->sign * memcmp(a->line, b->line, LINE);
}

static void
make(struct sample *s)
{
	static const int exps[] = { -130, -129, -2, -1, 0, 1, 2, 37, 38, 124,
		125 };
	char digits[LIMIT_NUMBER_DIGITS + 1];
	unsigned n = any(3) == 0 ? 38 : 1 + any(38);
	int exp = any(3) == 0 ? exps[any(NELEM(exps))] : (int)any(256) - 130;

	for (unsigned i = 0; i < n; i++)
		digits[i] = (char)('0' + (any(3) == 0 ? 9 * any(2) : any(10)));
	digits[0] = (char)('1' + any(9));
	if (any(4) == 0)
		memset(digits, any(2) ? '9' : '1', n);
	digits[n] = '\0';
	if (any(200) == 0) {
		lay(s, 0, "0", 0);
		strcpy(s->text, any(2) ? "-0.00e7" : "0");
		return;
	}
	lay(s, any(2) ? 1 : -1, digits, exp);
	spell(s, s->sign, digits, exp);
}

static void
test_generated(void)
{
	unsigned bad_text = 0, bad_key = 0, bad_order = 0, bad_cmp = 0;

	for (size_t i = 0; i < NUMBERS; i++) {
		struct buf out CLEANUP(buf_free) = BUF_INIT(512);
		struct sample *s = &all[i];
		struct number back;
		char want[LINE + 3];

		make(s);
		plain(s, want);
		if (number_parse(str_from(s->text), &s->number) != NUMBER_OK) {
			printf("# %s is refused\n", s->text);
			bad_text++;
			continue;
		}
		number_put(&out, &s->number);
		if (!str_eq(buf_str(&out), str_from(want))) {
			printf("# %s: %.*s, not %s\n", s->text,
			    STR_ARG(buf_str(&out)), want);
			bad_text++;
		}
		s->key_len = number_encode(&s->number, s->key);
		if (!number_decode((struct str){ (char *)s->key, s->key_len },
			&back) ||
		    memcmp(&back, &s->number, sizeof(back)) != 0)
			bad_key++;
	}
	for (size_t i = 0; i < NUMBERS; i++)
		for (size_t k = 0; k < NUMBERS; k++) {
			const struct sample *a = &all[i], *b = &all[k];
			int want = order(a, b);
			int key = str_cmp(
			    (struct str){ (const char *)a->key, a->key_len },
			    (struct str){ (const char *)b->key, b->key_len });
			int cmp = number_cmp(&a->number, &b->number);

			bad_order += (want > 0) != (key > 0) ||
			    (want < 0) != (key < 0);
			bad_cmp += (want > 0) != (cmp > 0) ||
			    (want < 0) != (cmp < 0);
		}
	is_int(bad_text, 0, "%d numbers: normalised text", NUMBERS);
	is_int(bad_key, 0, "%d numbers: key and back", NUMBERS);
	is_int(bad_order, 0, "every pair: keys in numeric order");
	is_int(bad_cmp, 0, "every pair: compared by value");
}

/* A number of n nines, 9.99 * 10^exp: written, read and encoded.  Its text and
 * its key give it back, and its key is on the right side of the last one. */
static bool
nines(int sign, int exp, unsigned n, struct str *last, unsigned char *key)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(512);
	struct number number, again, back;
	char digits[LIMIT_NUMBER_DIGITS + 1], text[256];
	unsigned char new[NUMBER_KEY_BYTES];
	struct str s = { (char *)new, 0 };
	bool good;

	memset(digits, '9', n);
	digits[n] = '\0';
	(void)snprintf(text, sizeof(text), "%s%s0e%d", sign < 0 ? "-" : "",
	    digits, exp - (int)n);
	if (number_parse(str_from(text), &number) != NUMBER_OK)
		return false;
	number_put(&out, &number);
	s.len = number_encode(&number, new);
	good = number_parse(buf_str(&out), &again) == NUMBER_OK &&
	    number_cmp(&number, &again) == 0 && number_decode(s, &back) &&
	    number_cmp(&number, &back) == 0 &&
	    (last->len == 0 || sign * str_cmp(s, *last) > 0);
	memcpy(key, new, s.len);
	*last = (struct str){ (char *)key, s.len };
	return good;
}

/* Both signs, every exponent, every number of digits, in rising size. */
static void
test_every(void)
{
	unsigned char key[NUMBER_KEY_BYTES];
	unsigned n = 0, wrong = 0;

	for (int sign = -1; sign <= 1; sign += 2) {
		struct str last = { NULL, 0 };

		for (int exp = -130; exp <= 125; exp++)
			for (unsigned d = 1; d <= LIMIT_NUMBER_DIGITS; d++) {
				n++;
				wrong += !nines(sign, exp, d, &last, key);
			}
	}
	is_int(wrong, 0, "%u numbers: text, key, order", n);
	is_int(n, 2 * 256 * 38, "which are all");
}

#define NINES "99999999999999999999999999999999999999" /* 38 */

static void
test_limits(void)
{
	static const struct {
		const char *text;
		enum number_error want;
	} cases[] = {
		{ NINES, NUMBER_OK },
		{ "1" NINES, NUMBER_DIGITS },
		{ "0.1" NINES, NUMBER_DIGITS },
		{ "000" NINES "000.000", NUMBER_OK },
		{ "9." NINES, NUMBER_DIGITS },
		{ "1E125", NUMBER_OK },
		{ "1E126", NUMBER_OVERFLOW },
		{ "-1E126", NUMBER_OVERFLOW },
		{ "9.9999999999999999999999999999999999999E125", NUMBER_OK },
		{ "10E125", NUMBER_OVERFLOW },
		{ "0.1E126", NUMBER_OK },
		{ "1E-130", NUMBER_OK },
		{ "1E-131", NUMBER_UNDERFLOW },
		{ "0.1E-130", NUMBER_UNDERFLOW },
		{ "10E-131", NUMBER_OK },
		{ "1E99999999999999999999999", NUMBER_OVERFLOW },
		{ "-1E-99999999999999999999999", NUMBER_UNDERFLOW },
		{ "0E99999999999999999999999", NUMBER_OK },
		{ "-0", NUMBER_OK },
		{ ".5", NUMBER_OK },
		{ "5.", NUMBER_OK },
		{ "+1", NUMBER_OK },
		{ "", NUMBER_SYNTAX },
		{ ".", NUMBER_SYNTAX },
		{ "+", NUMBER_SYNTAX },
		{ "-", NUMBER_SYNTAX },
		{ "--1", NUMBER_SYNTAX },
		{ "1.2.3", NUMBER_SYNTAX },
		{ "1e", NUMBER_SYNTAX },
		{ "1e+", NUMBER_SYNTAX },
		{ "e5", NUMBER_SYNTAX },
		{ "1e1.5", NUMBER_SYNTAX },
		{ " 1", NUMBER_SYNTAX },
		{ "1 ", NUMBER_SYNTAX },
		{ "1x", NUMBER_SYNTAX },
		{ "0x1", NUMBER_SYNTAX },
		{ "NaN", NUMBER_SYNTAX },
		{ "Infinity", NUMBER_SYNTAX },
		{ "1,5", NUMBER_SYNTAX },
	};
	struct number n;

	for (size_t i = 0; i < NELEM(cases); i++)
		is_int(number_parse(str_from(cases[i].text), &n),
		    cases[i].want, "'%s'", cases[i].text);
	is_int(number_parse(STR("1\0"), &n), NUMBER_SYNTAX, "a NUL");
}

/* One byte, and one for each two digits, paired from the point. */
static void
test_size(void)
{
	static const struct {
		const char *text;
		unsigned want;
	} cases[] = {
		{ "0", 1 },
		{ "1", 2 },
		{ "-1", 3 },
		{ "12", 2 },
		{ "123", 3 },
		{ "1234", 3 },
		{ "-1234", 4 },
		{ "1.5", 3 },
		{ "12.5", 3 },
		{ "0.01", 2 },
		{ "0.001", 2 },
		{ NINES, 20 },
		{ "-" NINES, 21 },
	};
	struct number n;

	for (size_t i = 0; i < NELEM(cases); i++)
		is_int(number_parse(str_from(cases[i].text), &n) == NUMBER_OK ?
			number_size(&n) : 0, cases[i].want, "size of %s",
		    cases[i].text);
}

static void
test_bad_keys(void)
{
	static const struct str bad[] = {
		STR_INIT(""),
		STR_INIT("\x01"),
		STR_INIT("\x03"),
		STR_INIT("\x03\x82"),
		STR_INIT("\x04\x82\x0b"),
		STR_INIT("\x03\x82\x01"),	 /* digits 00 */
		STR_INIT("\x03\x82\x0b\x01"),	 /* a pair of zeros behind */
		STR_INIT("\x03\x82\x65"),	 /* past 99 */
		STR_INIT("\x01\x7d\xf4"),	 /* no end */
		STR_INIT("\x03\x82\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
			 "\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"),
	};
	struct number n;

	for (size_t i = 0; i < NELEM(bad); i++)
		ok(!number_decode(bad[i], &n), "no key %zu", i);
}

int
main(void)
{
	test_generated();
	test_every();
	test_limits();
	test_size();
	test_bad_keys();
	return tap_done();
}
