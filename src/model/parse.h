/* SPDX-License-Identifier: ISC */
/*
 * parse - what the two forms of a model's file share.  Private to model.
 *
 * Layer: model.
 */
#ifndef MODEL_PARSE_H
#define MODEL_PARSE_H

#include "model/model.h"

struct parse {
	struct arena *arena;
	struct buf *wrong;
	size_t attrs;   /* of the entity, those in maps too */
	unsigned depth; /* of maps in maps */
};

/* Where we are: a member of a member. */
struct place {
	const struct place *up;
	struct str name;
};
#define PLACE(up, z) ((struct place){ (up), str_from(z) })

/* "entities.User.text: " and what is wrong; ERR_CONF. */
enum err parse_fail(struct parse *p, const struct place *at, const char *fmt,
    ...) PRINTF(3, 4) NODISCARD;

/* One member's value of the right kind, or a failure; j may be NULL. */
enum err
parse_kind(struct parse *p, const struct place *at, const struct json *j,
    enum json_kind kind) __attribute__((nonnull(1, 2))) NODISCARD;
enum err parse_bool(struct parse *p, const struct place *at,
    const struct json *j, bool *ret) __attribute__((nonnull(1, 2))) NODISCARD;
/* 1 to max bytes of text. */
enum err
parse_text(struct parse *p, const struct place *at, const struct json *j,
    size_t max, struct str *ret) __attribute__((nonnull(1, 2))) NODISCARD;
enum err parse_unknown(struct parse *p, const struct place *at,
    const char *expected) NONNULL NODISCARD;

/* An object of 1 to max members, each with a name of 1 to LIMIT_MODEL_NAME
 * bytes. */
enum err parse_names(struct parse *p, const struct place *at,
    const struct json *j, size_t max) __attribute__((nonnull(1, 2))) NODISCARD;

/* Room for n of them; counts them, too. */
enum err parse_attrs(struct parse *p, const struct place *at, size_t n,
    struct model_attr **ret) NONNULL NODISCARD;

/* The values of an enum; those of a number as they are stored. */
enum err
parse_one_of(struct parse *p, const struct place *at, const struct json *j,
    struct model_attr *ret) __attribute__((nonnull(1, 2))) NODISCARD;

enum err
parse_template(struct parse *p, const struct place *at, const struct json *j,
    struct model_template *ret) __attribute__((nonnull(1, 2))) NODISCARD;

/* The two forms; ret->tree is the file. */
enum err parse_own(struct parse *p, struct model *ret) NONNULL NODISCARD;
enum err parse_onetable(struct parse *p, struct model *ret) NONNULL NODISCARD;
#define MODEL_FORMAT    "doorward:1"
#define ONETABLE_FORMAT "onetable:1."

struct model_attr *
attr_by_name(struct model_attr *attrs, size_t n, struct str name) NODISCARD;

/* Does the text fit the template, anything standing for attributes?  With an
 * item: for those that it lacks. */
bool template_fits(const struct model_template *t, struct str text,
    const struct json *item) __attribute__((nonnull(1))) NODISCARD;
/* What it makes of the item's attributes; ${...} for those that it lacks,
 * and for all where item is NULL. */
void template_put(struct buf *out, const struct model_template *t,
    const struct json *item) __attribute__((nonnull(1, 2)));
/* How a value stands in a template; absent: it cannot. */
struct str value_text(const struct json *value);

/* Bytes of text of its own. */
size_t template_weight(const struct model_template *t) NONNULL NODISCARD;

#endif
