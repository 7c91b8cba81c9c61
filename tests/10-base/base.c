/* SPDX-License-Identifier: ISC */
/* base.t - strings, formats, buffers, arenas, checksums at their edges. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crc32.h"
#include "base/format.h"
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

__attribute__((format(printf, 3, 4))) static void
same_format(int line, size_t size, const char *fmt, ...)
{
	char mine[64], theirs[64];
	va_list ap;
	int n, want;

	memset(mine, 'x', sizeof(mine));
	memset(theirs, 'x', sizeof(theirs));
	va_start(ap, fmt);
	n = format_v(mine, size, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	want = vsnprintf(theirs, size, fmt, ap);
	va_end(ap);
	tap_ok(n == want && memcmp(mine, theirs, sizeof(mine)) == 0, __FILE__,
	    line, "%s: as vsnprintf: %s", fmt, theirs[0] == 'x' ? "" : theirs);
}

__attribute__((format(printf, 3, 4))) static int
formatted(char *to, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = format_v(to, size, fmt, ap);
	va_end(ap);
	return n;
}

static void
test_format(void)
{
	char b[64];
	struct arena *a = arena_new(KIB(64));
	struct buf buf CLEANUP(buf_free) = BUF_INIT(64);
	struct str s = STR("x\0y");

#define SAME(...) same_format(__LINE__, 64, __VA_ARGS__)
	SAME("plain");
	SAME("100%%");
	SAME("%s-%c-%s", "a", 'b', "");
	SAME("%d %d %d", INT_MIN, 0, INT_MAX);
	SAME("%ld %lu", LONG_MIN, ULONG_MAX);
	SAME("%lld %llu", LLONG_MIN, ULLONG_MAX);
	SAME("%zu %zu", (size_t)0, SIZE_MAX);
	SAME("%x %X %o", 0xbeefu, 0xbeefu, 0777u);
	SAME("%04x|%02X|%04o|%llx", 0xau, 0xau, 0600u, 0xfeedfacecafeull);
	SAME("%020llu|%03u|%02d|%05d", 7ull, 1234u, -3, -42);
	SAME("%8d|%-8d|%3d", -5, -5, 12345);
	SAME("%8s|%-8s|%2s", "abc", "abc", "abc");
	SAME("%.8s|%.2s|%-4.2s|", "abc", "abc", "abc");
	SAME("%.*s|%.*s", 2, "abc", 0, "abc");
	SAME("%0*d|%*s|%-*s", 7, -42, 5, "abc", 5, "abc");
	SAME("%.9g %g", 0.1, 1e300);
	same_format(__LINE__, 4, "%s", "abc");
	same_format(__LINE__, 3, "%s-%d", "abc", 5);
	same_format(__LINE__, 1, "%s", "abc");
	is_int(formatted(NULL, 0, "%s", "abc"), 3, "what it takes");
	is_int(formatted(b, sizeof(b), "<%.*s>", STR_ARG(s)), 5, "a NUL");
	ok(memcmp(b, "<x\0y>", 6) == 0, "and what is behind it");
	is_int(formatted(b, sizeof(b), "%hd", (short)1), -1, "none that is known");
	buf_printf(&buf, "<%.*s>", STR_ARG(s));
	is_str(buf_str(&buf), STR("<x\0y>"), "in a buffer");
	buf_printf(&buf, "%.*s", STR_ARG(STR("")));
	is_int(buf.len, 5, "nothing");
	ok(memcmp(arena_printf(a, "<%.*s>", STR_ARG(s)), "<x\0y>", 6) == 0,
	    "in an arena");
	arena_free(a);
}

int
main(void)
{
	static const char text[] = "123456789123456789";

	test_str();
	test_utf8();
	test_format();
	test_buf();
	test_arena();
	is_int(crc32_add(0, text, 9), 0xcbf43926, "the check value");
	is_int(crc32_add(crc32_add(0, text, 5), text + 5, 13),
	    crc32_add(0, text, 18), "in pieces");
	return tap_done();
}
