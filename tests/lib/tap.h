/* SPDX-License-Identifier: ISC */
/*
 * tap.h - the Test Anything Protocol for a unit test in one C file.
 *
 *	ok(n == 3, "three of them");
 *	is_int(n, 3, "three of them");
 *	is_str(s, STR("abc"), "the text");
 *	return tap_done();
 */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>

#include "base/str.h"

static int tap_n, tap_bad;

#define ok(cond, ...)	    tap_ok((cond), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(a, b, ...)   tap_int((long long)(a), (long long)(b), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(a, b, ...)   tap_str((a), (b), __FILE__, __LINE__, __VA_ARGS__)

__attribute__((format(printf, 4, 5), unused)) static bool
tap_ok(bool cond, const char *file, int line, const char *fmt, ...)
{
	__builtin_va_list ap;

	printf("%s %d - ", cond ? "ok" : "not ok", ++tap_n);
	__builtin_va_start(ap, fmt);
	vprintf(fmt, ap);
	__builtin_va_end(ap);
	printf("\n");
	if (!cond) {
		tap_bad++;
		printf("# at %s line %d\n", file, line);
	}
	fflush(stdout);
	return cond;
}

__attribute__((format(printf, 5, 6), unused)) static bool
tap_int(long long a, long long b, const char *file, int line, const char *fmt,
    ...)
{
	__builtin_va_list ap;
	char name[512];

	__builtin_va_start(ap, fmt);
	(void)vsnprintf(name, sizeof(name), fmt, ap);
	__builtin_va_end(ap);
	if (!tap_ok(a == b, file, line, "%s", name))
		printf("# got %lld, expected %lld\n", a, b);
	return a == b;
}

__attribute__((format(printf, 5, 6), unused)) static bool
tap_str(struct str a, struct str b, const char *file, int line,
    const char *fmt, ...)
{
	__builtin_va_list ap;
	char name[512];

	__builtin_va_start(ap, fmt);
	(void)vsnprintf(name, sizeof(name), fmt, ap);
	__builtin_va_end(ap);
	if (!tap_ok(str_eq(a, b), file, line, "%s", name))
		printf("# got      '%.*s'\n# expected '%.*s'\n", STR_ARG(a),
		    STR_ARG(b));
	return str_eq(a, b);
}

__attribute__((unused)) static int
tap_done(void)
{
	printf("1..%d\n", tap_n);
	return tap_bad == 0 ? 0 : 1;
}

#endif
