/* SPDX-License-Identifier: ISC */
/*
 * json - strict JSON (RFC 8259) on json-c.
 *
 * json-c's tokener is lenient, so the scanner is our own: UTF-8, grammar,
 * depth, no duplicate member names, no lone surrogates, no U+0000 in a
 * member name (in a value it is data), no number beyond what a double can
 * hold.  It makes json-c's objects, in which the tree lives.
 *
 * A const struct json * borrows from the tree it came from.  Every reader
 * takes NULL and answers as for an absent member, so that look-ups chain.
 *
 * Layer: json.  The only user of json-c.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

enum json_kind {
	JSON_ABSENT, /* a NULL pointer */
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
	JSON_KIND__MAX
};

struct json; /* one value */

struct json_error {
	size_t at;	  /* byte offset in the text */
	const char *what; /* "duplicate member name", constant */
};

/*
 * ERR_JSON: not strict JSON, *reterr says where and why.  ERR_NO_MEMORY.
 * The tree is owned by the caller and does not borrow from text.
 */
enum err json_parse(struct str text, unsigned depth_max, struct json **ret,
    struct json_error *reterr) NONNULL NODISCARD;
void json_free(struct json *j);
void json_freep(struct json **j) NONNULL; /* for CLEANUP */

/* The strict check alone. */
enum err json_check(struct str text, unsigned depth_max,
    struct json_error *reterr) NONNULL NODISCARD;

enum json_kind json_kind(const struct json *j);
const char *json_kind_name(const struct json *j); /* "a string", "nothing" */

/* Values; the wrong kind gives absent, false or 0. */
struct str json_str(const struct json *j); /* may hold NUL bytes */
bool json_bool(const struct json *j);
/* The number's text as it stood in the request, for exact use. */
struct str json_number(const struct json *j);
/* An integer without fraction or exponent; false if it is not one. */
bool json_int(const struct json *j, int64_t *ret) NODISCARD;

size_t json_len(const struct json *j); /* elements or members */
const struct json *json_at(const struct json *j, size_t i);
const struct json *json_get(const struct json *j, const char *name);
/* The same for a name that may hold any byte but NUL. */
const struct json *json_find(const struct json *j, struct str name);

/* Members in the order of the text:
 *   struct json_member m = { 0 };
 *   while (json_next(obj, &m)) use m.name, m.value; */
struct json_member {
	struct str name;
	const struct json *value;
	const void *pos; /* private */
};
bool json_next(const struct json *object, struct json_member *m);

/* Writing: text is appended to a buf by hand, strings through this. */
void json_put_str(struct buf *out, struct str s) NONNULL; /* with quotes */
void json_put(struct buf *out, const struct json *j) NONNULL; /* compact */
/*
 * The same with the members of each object in the order of their names, so
 * that a map is the same text in whatever order a client wrote it; but for
 * the member of j itself that is to be left out (NULL: none).  a is for the
 * sorting; false: it has no more memory.
 */
bool json_put_sorted(struct buf *out, const struct json *j,
    const char *leave_out, struct arena *a)
    __attribute__((nonnull(1, 4))) NODISCARD;

#endif
