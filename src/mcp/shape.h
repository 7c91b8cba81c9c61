/* SPDX-License-Identifier: ISC */
/*
 * shape - what is allowed of a tool's arguments and results.
 *
 * One const table says it; from it both the published JSON Schema (2020-12)
 * is written and values are checked, so that they cannot disagree.
 *
 * Layer: mcp.
 */
#ifndef MCP_SHAPE_H
#define MCP_SHAPE_H

#include "json/json.h"

#define SHAPE_WRONG_MAX 8 /* faults told at once */

enum shape_type {
	SHAPE_ANY,
	SHAPE_STRING,
	SHAPE_INTEGER,
	SHAPE_BOOL,
	SHAPE_ARRAY,
	SHAPE_OBJECT, /* its members and no others */
	SHAPE_MAP,    /* members of any name */
};

struct shape {
	const char *name; /* of the member; NULL at the root, in an array */
	enum shape_type type;
	bool required;
	/* Characters, value, elements or members; max 0: no upper bound. */
	int64_t min, max;
	const char *const *values;  /* NULL-ended; the only ones */
	const struct shape *member; /* SHAPE_OBJECT */
	size_t members;
	const struct shape *each; /* SHAPE_ARRAY, SHAPE_MAP: every value */
	const char *text;         /* the description */
};

#define SHAPE(n, t, ...)                                    \
	{                                                   \
		.name = (n), .type = SHAPE_##t, __VA_ARGS__ \
	}
#define SHAPE_MEMBERS(a) .member = (a), .members = NELEM(a)

void shape_put(struct buf *out, const struct shape *s) NONNULL;

/*
 * Append to wrong one line for each fault: where, what was expected, what
 * was there.  Nothing is appended for a value that fits.
 */
void shape_check(const struct shape *s, const struct json *v, struct buf *wrong)
    __attribute__((nonnull(1, 3)));

/* An integer as JSON Schema has it: 20, 20.0 and 2e1 are the same. */
bool shape_int(const struct json *v, int64_t *ret) NODISCARD;

#endif
