/* SPDX-License-Identifier: ISC */
/* base.t - strings, buffers, arenas, checksums at their edges. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crc32.h"
#include "tap.h"

static void
test_str(void)
{
	struct str rest;
	uint64_t n = 7;

	ok(str_caseeq(STR("LocalHost"), STR("localhost")), "case folds");
	ok(!str_caseeq(STR("local"), STR("localhost")), "not a prefix");
	is_str(str_cut(STR("a:b:c"), ':', &rest), STR("a"), "cut: head");
	is_str(rest, STR("b:c"), "cut: rest");
	(void)str_cut(STR("abc"), ':', &rest);
	ok(rest.p == NULL, "cut: no separator");
	is_str(str_trim(STR(" \ta b\t ")), STR("a b"), "trim");
	ok(str_cmp(STR("a"), STR("ab")) < 0, "the shorter first");
	ok(str_u64(STR("18446744073709551615"), UINT64_MAX, &n) &&
		n == UINT64_MAX, "the largest");
	ok(!str_u64(STR("18446744073709551616"), UINT64_MAX, &n), "one past");
	ok(!str_u64(STR(""), 9, &n) && !str_u64(STR("+1"), 9, &n) &&
		!str_u64(STR("1 "), 9, &n) && !str_u64(STR("10"), 9, &n),
	    "not a number, or past max");
}

static void
test_utf8(void)
{
	static const char *const bad[] = { "\x80", "\xc0\xaf", "\xc1\xbf",
		"\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xff" };

	ok(str_utf8(STR("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\xaa")), "1 to 4");
	ok(str_utf8(STR("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf")), "edges");
	for (size_t i = 0; i < NELEM(bad); i++)
		ok(!str_utf8(str_from(bad[i])), "malformed %zu", i);
}

static void
test_buf(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(8);

	buf_putu(&b, 12345678);
	is_str(buf_str(&b), STR("12345678"), "up to the limit");
	buf_putc(&b, 'x');
	is_int(buf_err(&b), ERR_TOO_LARGE, "one past it");
	is_str(buf_str(&b), STR("12345678"), "nothing is lost");
	buf_reset(&b);
	buf_printf(&b, "%s", "abc");
	buf_eat(&b, 1);
	is_str(buf_str(&b), STR("bc"), "eat");
}

static void
test_arena(void)
{
	struct arena *a = arena_new(KIB(64));
	char *p;

	ok(arena_alloc(a, KIB(64)) != NULL, "up to the cap");
	ok(arena_alloc(a, 1) == NULL, "one past it");
	arena_reset(a);
	p = arena_printf(a, "%d-%s", 7, "x");
	ok(p != NULL && strcmp(p, "7-x") == 0, "formatted");
	is_str(arena_str(a, STR("a\0b")), STR("a\0b"), "bytes");
	arena_free(a);
}

int
main(void)
{
	static const char text[] = "123456789123456789";

	test_str();
	test_utf8();
	test_buf();
	test_arena();
	is_int(crc32_add(0, text, 9), 0xcbf43926, "the check value");
	is_int(crc32_add(crc32_add(0, text, 5), text + 5, 13),
	    crc32_add(0, text, 18), "in pieces");
	return tap_done();
}
