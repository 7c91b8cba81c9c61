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

/*
 * How a value lies in the API's request or answer, for those members that
 * map.h carries over.
 */
enum form_as {
	FORM_AS_IS,
	FORM_AS_VALUE,	/* an attribute value: plain here, typed there */
	FORM_AS_ITEM,	/* an object of such: an item, a key */
	FORM_AS_CODE,	/* one of values; there the one of codes beside it */
	FORM_AS_TIME,	/* UTC as text; there seconds since 1970 */
	FORM_AS_TABLE,	/* a table's name; there its ARN, or longer */
	FORM_AS_LIMIT,	/* how many to ask for; see tool_run.limit */
	FORM_AS_CURSOR, /* opaque; there whatever JSON marks the place */
	FORM_AS_NOTE,	/* of a result that has such a cursor: says so */
};

struct form {
	const char *name; /* of the member; NULL at the root, in an array */
	enum form_type type;
	enum form_as as;
	bool required;
	bool mirrored; /* has a header too, Mcp-Param-Table, where asked for */
	/* Characters, value, elements or members; max 0: no upper bound. */
	int64_t min, max;
	const char *const *values; /* NULL-ended; the only ones */
	const struct form *member; /* FORM_OBJECT; of a map: some that it has */
	size_t members;
	const struct form *each; /* FORM_ARRAY, FORM_MAP: every value */
	const char *text;        /* the description */
	const char *schema; /* in place of all that: nothing else is checked */
	/* Of a member, for map.h: "Limit", or "Specification.Enabled" for a
	 * member of a member.  NULL: the tool's own functions see to it. */
	const char *api;
	const char *const *codes; /* FORM_AS_CODE: beside values */
	int64_t init;		  /* FORM_AS_LIMIT: where none is given */
};

#define FORM(n, t, ...)                                    \
	{                                                  \
		.name = (n), .type = FORM_##t, __VA_ARGS__ \
	}
#define FORM_MEMBERS(a) .member = (a), .members = NELEM(a)
/* The same in place: FORM_LIST(FORM(...), FORM(...)), FORM_EACH(MAP, ...). */
#define FORM_LIST(...)                                  \
	.member = (const struct form[]){ __VA_ARGS__ }, \
	.members = sizeof((const struct form[]){ __VA_ARGS__ }) / \
	    sizeof(struct form)
#define FORM_EACH(t, ...) \
	.each = &(const struct form){ .type = FORM_##t, __VA_ARGS__ }
#define FORM_ONE_OF(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The schema of arguments, headers: with x-mcp-header; and of a result, where it is enough to say what
 * each member is: bounds and closedness are for form_check() alone. */
void form_put(struct buf *out, const struct form *s, bool headers) NONNULL;
void form_put_result(struct buf *out, const struct form *s) NONNULL;

/*
 * Append to wrong one line for each fault: where, what was expected, what
 * was there.  Nothing is appended for a value that fits.
 */
void form_check(const struct form *s, const struct json *v, struct buf *wrong)
    __attribute__((nonnull(1, 3)));

/* An integer as JSON Schema has it: 20, 20.0 and 2e1 are the same. */
bool form_int(const struct json *v, int64_t *ret) NODISCARD;

#endif
