/* SPDX-License-Identifier: ISC */
/*
 * form - what is allowed of a tool's arguments and results.
 *
 * One const table says it; from it both the published JSON Schema (2020-12)
 * is written and values are checked, so that they cannot disagree.
 *
 * Layer: mcp.
 */
#ifndef MCP_FORM_H
#define MCP_FORM_H

#include "json/json.h"

#define FORM_WRONG_MAX 8 /* faults told at once */

enum form_type {
	FORM_ANY,
	FORM_STRING,
	FORM_INTEGER,
	FORM_BOOL,
	FORM_ARRAY,
	FORM_OBJECT, /* its members and no others */
	FORM_MAP,    /* members of any name */
};

struct form {
	const char *name; /* of the member; NULL at the root, in an array */
	enum form_type type;
	bool required;
	/* Characters, value, elements or members; max 0: no upper bound. */
	int64_t min, max;
	const char *const *values; /* NULL-ended; the only ones */
	const struct form *member; /* FORM_OBJECT */
	size_t members;
	const struct form *each; /* FORM_ARRAY, FORM_MAP: every value */
	const char *text;        /* the description */
};

#define FORM(n, t, ...)                                    \
	{                                                  \
		.name = (n), .type = FORM_##t, __VA_ARGS__ \
	}
#define FORM_MEMBERS(a) .member = (a), .members = NELEM(a)

void form_put(struct buf *out, const struct form *s) NONNULL;

/*
 * Append to wrong one line for each fault: where, what was expected, what
 * was there.  Nothing is appended for a value that fits.
 */
void form_check(const struct form *s, const struct json *v, struct buf *wrong)
    __attribute__((nonnull(1, 3)));

/* An integer as JSON Schema has it: 20, 20.0 and 2e1 are the same. */
bool form_int(const struct json *v, int64_t *ret) NODISCARD;

#endif
