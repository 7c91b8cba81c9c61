/* SPDX-License-Identifier: ISC */
/*
 * model - what the items of a table are: entities, their attributes, and the
 * templates that keys are made by.
 *
 * Two forms of file are read, both JSON: ours (doorward-model(5)) and the
 * schema of OneTable (npm dynamodb-onetable, "format": "onetable:1.1.0").
 * Whatever it came from, a model is told in ours.
 *
 * Nothing of a file is run.  A regular expression is text that is shown; a
 * template is compared, with one place to go back to, in at most the product
 * of the lengths of template and value.
 *
 * Layer: model.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "json/json.h"

enum model_type {
#define TYPE(id, code, word) MODEL_##id,
#include "model/type.tbl"
#undef TYPE
	MODEL_TYPE__MAX
};
extern const struct model_type_row {
	const char *code, *word;
} model_types[MODEL_TYPE__MAX];

/* Of a typed value, {"S":"x"}; MODEL_TYPE__MAX: it is none. */
enum model_type model_type_of(const struct json *value);

/*
 * A piece of a template: text as it stands, or what an attribute holds.
 * "user#${id:6:0}" is "user#", then id, made 6 long by zeros before it.
 */
struct model_piece {
	struct str text; /* absent: an attribute */
	struct str path; /* of the attribute: "address.zip" */
	uint64_t width;  /* 0: as it is */
	char pad;
	bool free; /* what is stored is not what stands in the text */
};

struct model_template {
	struct str text; /* absent: there is none */
	struct model_piece *pieces;
	size_t n;
};

struct model_attr {
	struct str name;
	unsigned types; /* 1u << MODEL_S | ...; 0: any */
	bool required;
	bool closed;               /* a map's other attributes are refused */
	const struct json *one_of; /* strings and numbers; NULL: any value */
	struct str text;
	struct str pattern; /* shown, never run */
	struct model_template template;
	struct model_attr *attrs; /* of a map */
	size_t nattrs;
	struct model_attr *each; /* of a list; NULL: anything */
};

struct model_entity {
	struct str name;
	struct str text;
	struct model_attr *attrs;
	size_t nattrs;
	bool closed; /* other attributes are refused */
	bool aside;  /* the tool's own: taken by name as it is, not told */
};

struct model {
	struct str text;
	struct str entity_attribute; /* holds an item's entity; absent: none */
	struct model_entity *entities;
	size_t nentities;
	struct json *tree; /* the strings above borrow from it; model_end() */
};

/*
 * ERR_CONF: *reterr_wrong says where and what, and what was expected.
 * Everything else lives in the arena.
 */
enum err model_parse(struct arena *a, struct str text, struct model *ret,
    struct buf *reterr_wrong) NONNULL NODISCARD;
void model_end(struct model *m) NONNULL;

/* In our form; of an entity its object alone. */
void model_put(struct buf *out, const struct model *m) NONNULL;
void model_put_entity(struct buf *out, const struct model_entity *e) NONNULL;

const struct model_entity *
model_find(const struct model *m, struct str name) NONNULL NODISCARD;

/* An item in the API's form, and how its table calls its keys (range absent:
 * it has none). */
struct model_item {
	const struct json *item;
	struct str hash, range;
};

/*
 * What it is: the entity that its entity attribute names; where it has no
 * such attribute, of those whose templates fit its primary key the one with
 * the most text of its own in them, the first of equals.  NULL: none.
 */
const struct model_entity *model_match(const struct model *m,
    const struct model_item *i) NONNULL NODISCARD;

/*
 * Does the item fit the model?  Else what is wrong is appended, up to
 * LIMIT_MODEL_FAULTS faults in one line.  Fitting is: it is of an entity and
 * says so where the model has an attribute for that; what is required is
 * there; types, values and closed lists of attributes are kept; and an
 * attribute that has a template, and is there, is what the template makes of
 * the others: of those that the item has, for any others anything may stand.
 */
bool model_check(const struct model *m, const struct model_item *i,
    struct buf *wrong) NONNULL NODISCARD;

/* ---- those of a configuration */

struct models {
	struct models_row {
		struct str table; /* a pattern of names */
		struct model model;
		bool enforced;
	} * rows;
	size_t n;
	struct arena *arena;
};

/* The first whose pattern the table's name fits.  models may be NULL. */
const struct models_row *
models_find(const struct models *models, struct str table) NODISCARD;
void models_free(struct models *models);

#endif
