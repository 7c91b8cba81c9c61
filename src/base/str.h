/* SPDX-License-Identifier: ISC */
/*
 * str - a borrowed run of bytes.
 *
 * A struct str owns nothing and need not end in NUL.  It may hold any byte,
 * NUL included.  The absent string is { NULL, 0 }; the empty one has p set.
 *
 * Layer: base.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/cdefs.h"

struct str {
	const char *p;
	size_t len;
};

/* A string literal as a struct str, in an initialiser and in an expression. */
#define STR_INIT(lit) { (lit), sizeof(lit) - 1 }
#define STR(lit)      ((struct str)STR_INIT(lit))

/* For "%.*s": the length is cut to INT_MAX. */
#define STR_ARG(s) ((s).len > 0x7fffffff ? 0x7fffffff : (int)(s).len), (s).p

struct str str_from(const char *z); /* borrows z; NULL: absent */

bool str_eq(struct str a, struct str b);     /* byte for byte */
bool str_caseeq(struct str a, struct str b); /* ASCII letters fold */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Does s fit the pattern, in which a star stands for any run of bytes? */
bool str_matches(struct str pattern, struct str s) NODISCARD;

/* memcmp order, the shorter of two equal prefixes first. */
int str_cmp(struct str a, struct str b);

/* The part before the first c; *rest gets what follows it, or absent. */
struct str str_cut(struct str s, char c, struct str *rest) NONNULL;

/* Without leading and trailing spaces and tabs. */
struct str str_trim(struct str s);

/*
 * A decimal number of digits alone, no sign, no space, 0 to max.
 * False, *ret untouched: empty, anything else in it, or past max.
 */
bool str_u64(struct str s, uint64_t max, uint64_t *ret) NONNULL NODISCARD;

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool str_utf8(struct str s);

#endif
