/* SPDX-License-Identifier: ISC */
/*
 * OneTable's schema in JSON.  What it says beside what a model holds is passed
 * over, as that library does itself.  How it stores things: its Model.js, 2.7.
 */
#include "model/parse.h"

#define STANDARD_FIELDS 3 /* that it adds to a model's own */

struct schema {
	struct parse *p;
	const struct json *params;
	const struct json *fields; /* of the model that is read */
	unsigned items;            /* below so many, where types get lost */
};

#define BIT(id) (1u << MODEL_##id)

static const struct {
	const char *name;
	unsigned types;
} types[] = {
	{ "string", BIT(S) },
	{ "number", BIT(N) },
	{ "boolean", BIT(BOOL) },
	{ "date", BIT(N) },
	{ "object", BIT(M) },
	{ "array", BIT(L) },
	{ "typed-array", BIT(L) },
	/* What was given as an array is stored as a list. */
	{ "set", BIT(SS) | BIT(NS) | BIT(BS) | BIT(L) },
	/* A Buffer is stored as base64 in a string. */
	{ "buffer", BIT(S) | BIT(B) },
	{ "arraybuffer", BIT(S) | BIT(B) },
	{ "binary", BIT(S) | BIT(B) },
};

static bool
is_date(const struct json *field)
{
	return str_caseeq(json_str(json_get(field, "type")), STR("date"));
}

static bool
is_set(const struct json *j, const char *name)
{
	const enum json_kind kind = json_kind(json_get(j, name));

	return kind == JSON_BOOL ? json_bool(json_get(j, name)) :
				   kind != JSON_ABSENT && kind != JSON_NULL;
}

/* ---- a field */

static void
take_date(const struct schema *s, const struct json *field,
    struct model_attr *ret)
{
	ret->types = BIT(N);
	if (is_set(field, "ttl")) {
		ret->text = STR("Seconds since 1970; the item's end.");
	} else if (is_set(field, "isoDates") || is_set(s->params, "isoDates")) {
		ret->types = BIT(S);
		ret->text = STR("A date in ISO 8601, UTC.");
	} else {
		ret->text = STR("Milliseconds since 1970.");
	}
}

static enum err
take_type(const struct schema *s, const struct place *at,
    const struct json *field, struct model_attr *ret)
{
	const struct place here = PLACE(at, "type");
	const struct json *type = json_get(field, "type");
	const struct json *nulls = json_get(field, "nulls");
	size_t i = 0;

	if (type == NULL && s->items > 0) {
		ret->types = is_set(field, "schema") ? BIT(M) : 0;
		return ERR_OK;
	}
	if (type == NULL)
		return parse_fail(s->p, &here,
		    "missing, expected \"string\" and the like: "
		    "JSON.stringify() drops String, but not what "
		    "table.getCurrentSchema() gives");
	while (i < NELEM(types) &&
	    !str_caseeq(json_str(type), str_from(types[i].name)))
		i++;
	if (i == NELEM(types))
		return parse_fail(s->p, &here,
		    "not known, expected one of string, number, boolean, "
		    "date, object, array, set, buffer, arraybuffer, binary");
	ret->types = types[i].types;
	if (is_date(field))
		take_date(s, field, ret);
	if (is_set(field, "crypt")) {
		ret->types = BIT(S);
		ret->text = STR("Encrypted.");
	}
	if (json_kind(nulls) != JSON_BOOL)
		nulls = json_get(s->params, "nulls");
	if (json_bool(nulls))
		ret->types |= BIT(NULL);
	return ERR_OK;
}

static enum err take_block(struct schema *s, const struct place *at,
    const struct json *fields, struct model_attr *ret);
static enum err take_items(struct schema *s, const struct place *at,
    const struct json *items, struct model_attr *ret);

static enum err
take_field(struct schema *s, const struct place *at, const struct json *field,
    struct model_attr *ret)
{
	const unsigned scalars = BIT(S) | BIT(N) | BIT(NULL);
	const struct place in_enum = PLACE(at, "enum");
	const struct place in_validate = PLACE(at, "validate");
	const struct place in_schema = PLACE(at, "schema");
	const struct place in_items = PLACE(at, "items");
	const struct json *validate = json_get(field, "validate");
	const struct json *items = json_get(field, "items");
	const struct json *block = json_get(field, "schema");
	enum err e = parse_kind(s->p, at, field, JSON_OBJECT);

	if (e == ERR_OK)
		e = take_type(s, at, field, ret);
	ret->required = is_set(field, "required");
	if (e == ERR_OK && is_set(field, "enum") &&
	    (ret->types & ~scalars) == 0 && !is_set(field, "crypt"))
		e = parse_one_of(s->p, &in_enum, json_get(field, "enum"), ret);
	/* A RegExp is {} where nobody has made text of it. */
	if (e == ERR_OK && json_kind(validate) == JSON_STRING)
		e = parse_text(s->p, &in_validate, validate, LIMIT_MODEL_TEXT,
		    &ret->pattern);
	if (e == ERR_OK && items != NULL && (ret->types & BIT(L)) != 0)
		e = take_items(s, &in_items, items, ret);
	else if (e == ERR_OK && block != NULL && (ret->types & BIT(M)) != 0)
		e = take_block(s, &in_schema, block, ret);
	return e;
}

static enum err
deeper(struct schema *s, const struct place *at)
{
	if (++s->p->depth <= LIMIT_MODEL_DEPTH)
		return ERR_OK;
	return parse_fail(s->p, at, "more than %d schemas deep",
	    LIMIT_MODEL_DEPTH);
}

static enum err
take_items(struct schema *s, const struct place *at, const struct json *items,
    struct model_attr *ret)
{
	enum err e = deeper(s, at);

	s->items++;
	if (e == ERR_OK)
		e = parse_attrs(s->p, at, 1, &ret->each);
	if (e == ERR_OK)
		e = take_field(s, at, items, ret->each);
	s->items--;
	s->p->depth--;
	return e;
}

static enum err
take_block(struct schema *s, const struct place *at, const struct json *fields,
    struct model_attr *ret)
{
	struct json_member m = { 0 };
	enum err e = deeper(s, at);

	if (e == ERR_OK)
		e = parse_names(s->p, at, fields, LIMIT_MODEL_ATTRIBUTES);
	if (e == ERR_OK)
		e = parse_attrs(s->p, at, json_len(fields), &ret->attrs);
	while (e == ERR_OK && json_next(fields, &m)) {
		const struct place here = { at, m.name };

		ret->attrs[ret->nattrs].name = m.name;
		e = take_field(s, &here, m.value, &ret->attrs[ret->nattrs++]);
	}
	s->p->depth--;
	return e;
}

/* ---- a model */

/*
 * Of which attribute a template's name speaks, and whether what is stored is
 * what the template had: it is filled in before dates are converted, sealed
 * text is sealed, and a property that is encoded is only in the template.
 */
static enum err
resolve(const struct schema *s, struct model_piece *piece)
{
	struct str rest;
	const struct str first = str_cut(piece->path, '.', &rest);
	const struct json *field = json_find(s->fields, first);
	const struct str map = json_str(json_get(field, "map"));
	char *path;

	piece->free = field == NULL || is_date(field) ||
	    is_set(field, "crypt") || is_set(field, "encode");
	if (map.len == 0)
		return ERR_OK;
	if (rest.p == NULL) {
		piece->path = map;
		return ERR_OK;
	}
	path =
	    arena_printf(s->p->arena, "%.*s.%.*s", STR_ARG(map), STR_ARG(rest));
	piece->path = str_from(path);
	return path == NULL ? ERR_NO_MEMORY : ERR_OK;
}

static enum err
take_value(const struct schema *s, const struct place *at,
    const struct json *field, struct model_attr *ret)
{
	const struct place here = PLACE(at, "value");
	const struct json *value = json_get(field, "value");
	enum err e;

	if (json_kind(value) != JSON_STRING || json_str(value).len == 0)
		return ERR_OK;
	e = parse_template(s->p, &here, value, &ret->template);
	for (size_t i = 0; e == ERR_OK && i < ret->template.n; i++)
		if (ret->template.pieces[i].text.p == NULL)
			e = resolve(s, &ret->template.pieces[i]);
	return e;
}

/* Those of "packed.name" lie in one map, of which no more is known. */
static enum err
take_top(struct schema *s, const struct place *at, const struct json_member *m,
    struct model_entity *ret)
{
	const struct json *map = json_get(m->value, "map");
	struct str sub = { NULL, 0 };
	struct str name = m->name;
	struct model_attr *a;
	enum err e;

	if (is_set(m->value, "encode"))
		return ERR_OK;
	if (json_str(map).len > 0)
		name = str_cut(json_str(map), '.', &sub);
	a = attr_by_name(ret->attrs, ret->nattrs, name);
	if (a == NULL) {
		a = &ret->attrs[ret->nattrs++];
		a->name = name;
	} else if (sub.p == NULL) {
		return parse_fail(s->p, at,
		    "a second field that is stored as %.*s", STR_ARG(name));
	}
	if (sub.p != NULL) {
		a->types = BIT(M);
		a->required |= is_set(m->value, "required");
		return ERR_OK;
	}
	e = take_field(s, at, m->value, a);
	return e == ERR_OK ? take_value(s, at, m->value, a) : e;
}

/* What it stores though no field says so. */
static void
take_standard(const struct schema *s, const struct model *m,
    struct model_entity *ret)
{
	static const char *const names[][2] = { { "createdField", "created" },
		{ "updatedField", "updated" } };
	struct model_attr *a;

	if (attr_by_name(ret->attrs, ret->nattrs, m->entity_attribute) ==
	    NULL) {
		a = &ret->attrs[ret->nattrs++];
		*a = (struct model_attr){ .name = m->entity_attribute,
			.types = BIT(S) };
	}
	for (size_t i = 0; i < NELEM(names); i++) {
		struct str name = json_str(json_get(s->params, names[i][0]));

		if (name.len == 0)
			name = str_from(names[i][1]);
		if (attr_by_name(ret->attrs, ret->nattrs, name) != NULL)
			continue;
		a = &ret->attrs[ret->nattrs++];
		*a = (struct model_attr){ .name = name };
		take_date(s, NULL, a);
	}
}

static enum err
take_model(struct schema *s, const struct place *at,
    const struct json_member *model, struct model *m)
{
	struct model_entity *ret = &m->entities[m->nentities++];
	struct json_member field = { 0 };
	enum err e =
	    parse_names(s->p, at, model->value, LIMIT_MODEL_ATTRIBUTES);

	*ret = (struct model_entity){ .name = model->name, .closed = true };
	s->fields = model->value;
	s->p->attrs = 0;
	if (e == ERR_OK)
		e = parse_attrs(s->p, at,
		    json_len(model->value) + STANDARD_FIELDS, &ret->attrs);
	while (e == ERR_OK && json_next(model->value, &field)) {
		const struct place here = { at, field.name };

		e = take_top(s, &here, &field, ret);
	}
	if (e == ERR_OK)
		take_standard(s, m, ret);
	return e;
}

/* Its own items; they may stand among the models, too. */
static const char *const aside[] = { "_Schema", "_Migration", "_Unique" };

static bool
is_aside(struct str name)
{
	for (size_t i = 0; i < NELEM(aside); i++)
		if (str_eq(name, str_from(aside[i])))
			return true;
	return false;
}

enum err
parse_onetable(struct parse *p, struct model *ret)
{
	const struct json *list = json_get(ret->tree, "models");
	struct schema s = { .p = p, .params = json_get(ret->tree, "params") };
	const struct place at = PLACE(NULL, "models");
	const struct json *type = json_get(s.params, "typeField");
	struct json_member m = { 0 };
	enum err e = parse_names(p, &at, list, LIMIT_MODEL_ENTITIES);

	if (e != ERR_OK)
		return e;
	ret->entity_attribute =
	    json_str(type).len > 0 ? json_str(type) : STR("_type");
	ret->entities = arena_alloc(p->arena,
	    (json_len(list) + NELEM(aside)) * sizeof(*ret->entities));
	if (ret->entities == NULL)
		return ERR_NO_MEMORY;
	while (e == ERR_OK && json_next(list, &m)) {
		const struct place here = { &at, m.name };

		if (!is_aside(m.name))
			e = take_model(&s, &here, &m, ret);
	}
	for (size_t i = 0; i < NELEM(aside); i++)
		ret->entities[ret->nentities++] =
		    (struct model_entity){ .name = str_from(aside[i]),
			    .aside = true };
	return e;
}
