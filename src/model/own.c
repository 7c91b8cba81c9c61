/* SPDX-License-Identifier: ISC */
/* Our own form of a model's file; what it does not know it refuses. */
#include "model/parse.h"

static enum err parse_list(struct parse *p, const struct place *at,
    const struct json *j, size_t more, struct model_attr **ret, size_t *ret_n);

/* ---- an attribute */

static enum err
put_type(struct parse *p, const struct place *at, struct str word,
    unsigned *types)
{
	struct buf words CLEANUP(buf_free) = BUF_INIT(KIB(1));

	for (enum model_type t = 0; t < MODEL_TYPE__MAX; t++) {
		if (str_eq(word, str_from(model_types[t].word))) {
			*types |= 1u << t;
			return ERR_OK;
		}
		buf_printf(&words, "%s%s", t == 0 ? "" : ", ",
		    model_types[t].word);
	}
	return parse_fail(p, at, "'%.*s', expected one of %.*s",
	    word.len > 40 ? 40 : (int)word.len, word.p,
	    STR_ARG(buf_str(&words)));
}

/* One word, or some of them. */
static enum err
take_types(struct parse *p, const struct place *at, const struct json *j,
    struct model_attr *ret)
{
	struct str word;
	enum err e = ERR_OK;

	if (json_kind(j) == JSON_STRING)
		return put_type(p, at, json_str(j), &ret->types);
	if (json_kind(j) != JSON_ARRAY || json_len(j) == 0)
		return parse_fail(p, at,
		    "%s, expected a type or an array of types",
		    json_kind(j) == JSON_ARRAY ? "empty" : json_kind_name(j));
	for (size_t i = 0; e == ERR_OK && i < json_len(j); i++) {
		e = parse_text(p, at, json_at(j, i), LIMIT_MODEL_NAME, &word);
		if (e == ERR_OK)
			e = put_type(p, at, word, &ret->types);
	}
	return e;
}

static enum err take_attr(struct parse *p, const struct place *at,
    const struct json *j, struct model_attr *ret);

static enum err
take_each(struct parse *p, const struct place *at, const struct json *j,
    struct model_attr *ret)
{
	enum err e = parse_attrs(p, at, 1, &ret->each);

	return e == ERR_OK ? take_attr(p, at, j, ret->each) : e;
}

static enum err
take_member(struct parse *p, const struct place *at,
    const struct json_member *m, struct model_attr *ret)
{
	if (str_eq(m->name, STR("type")))
		return take_types(p, at, m->value, ret);
	if (str_eq(m->name, STR("required")))
		return parse_bool(p, at, m->value, &ret->required);
	if (str_eq(m->name, STR("enum")))
		return parse_one_of(p, at, m->value, ret);
	if (str_eq(m->name, STR("text")))
		return parse_text(p, at, m->value, LIMIT_MODEL_TEXT,
		    &ret->text);
	if (str_eq(m->name, STR("pattern")))
		return parse_text(p, at, m->value, LIMIT_MODEL_TEXT,
		    &ret->pattern);
	if (str_eq(m->name, STR("attributes")))
		return parse_list(p, at, m->value, 0, &ret->attrs,
		    &ret->nattrs);
	if (str_eq(m->name, STR("closed")))
		return parse_bool(p, at, m->value, &ret->closed);
	if (str_eq(m->name, STR("each")))
		return take_each(p, at, m->value, ret);
	return parse_unknown(p, at,
	    "type, required, enum, text, pattern, attributes, closed, each");
}

/* Members that say something of a type that it cannot have. */
static enum err
check_types(struct parse *p, const struct place *at, const struct model_attr *a)
{
	const unsigned scalars =
	    1u << MODEL_S | 1u << MODEL_N | 1u << MODEL_NULL;
	const char *wrong = NULL;

	if (a->one_of != NULL && (a->types & ~scalars) != 0)
		wrong = "enum goes with the types string and number";
	else if (a->closed && a->nattrs == 0)
		wrong = "closed goes with attributes";
	else if (a->nattrs > 0 && a->types != 0 &&
	    (a->types & 1u << MODEL_M) == 0)
		wrong = "attributes go with the type map";
	else if (a->each != NULL && a->types != 0 &&
	    (a->types & 1u << MODEL_L) == 0)
		wrong = "each goes with the type list";
	return wrong == NULL ? ERR_OK : parse_fail(p, at, "%s", wrong);
}

static enum err
take_attr(struct parse *p, const struct place *at, const struct json *j,
    struct model_attr *ret)
{
	struct json_member m = { 0 };
	enum err e = parse_kind(p, at, j, JSON_OBJECT);

	if (e == ERR_OK && ++p->depth > LIMIT_MODEL_DEPTH)
		e = parse_fail(p, at, "more than %d maps and lists deep",
		    LIMIT_MODEL_DEPTH);
	while (e == ERR_OK && json_next(j, &m)) {
		const struct place here = { at, m.name };

		e = take_member(p, &here, &m, ret);
	}
	p->depth--;
	return e == ERR_OK ? check_types(p, at, ret) : e;
}

/* With room for so many more. */
static enum err
parse_list(struct parse *p, const struct place *at, const struct json *j,
    size_t more, struct model_attr **ret, size_t *ret_n)
{
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	*ret_n = 0;
	if (j != NULL)
		e = parse_names(p, at, j, LIMIT_MODEL_ATTRIBUTES);
	if (e == ERR_OK)
		e = parse_attrs(p, at, json_len(j) + more, ret);
	while (e == ERR_OK && json_next(j, &m)) {
		const struct place here = { at, m.name };

		(*ret)[*ret_n].name = m.name;
		e = take_attr(p, &here, m.value, &(*ret)[(*ret_n)++]);
	}
	return e;
}

/* ---- an entity */

/* A key may be described among the attributes, too. */
static enum err
take_keys(struct parse *p, const struct place *at, const struct json *j,
    struct model_entity *ret)
{
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(j, &m)) {
		const struct place here = { at, m.name };
		struct model_attr *a =
		    attr_by_name(ret->attrs, ret->nattrs, m.name);

		if (a == NULL) {
			a = &ret->attrs[ret->nattrs++];
			a->name = m.name;
		}
		e = parse_template(p, &here, m.value, &a->template);
	}
	return e;
}

static enum err
take_entity(struct parse *p, const struct place *at, const struct json *j,
    struct model_entity *ret)
{
	const struct json *keys = json_get(j, "keys");
	const struct place in_keys = PLACE(at, "keys");
	const struct place in_attrs = PLACE(at, "attributes");
	struct json_member m = { 0 };
	enum err e = parse_kind(p, at, j, JSON_OBJECT);

	while (e == ERR_OK && json_next(j, &m)) {
		const struct place here = { at, m.name };

		if (str_eq(m.name, STR("text")))
			e = parse_text(p, &here, m.value, LIMIT_MODEL_TEXT,
			    &ret->text);
		else if (str_eq(m.name, STR("closed")))
			e = parse_bool(p, &here, m.value, &ret->closed);
		else if (!str_eq(m.name, STR("keys")) &&
		    !str_eq(m.name, STR("attributes")))
			e = parse_unknown(p, &here,
			    "text, keys, attributes, closed");
	}
	p->attrs = 0;
	if (e == ERR_OK && keys != NULL)
		e = parse_names(p, &in_keys, keys, LIMIT_MODEL_ATTRIBUTES);
	if (e == ERR_OK)
		e = parse_list(p, &in_attrs, json_get(j, "attributes"),
		    json_len(keys), &ret->attrs, &ret->nattrs);
	return e == ERR_OK ? take_keys(p, &in_keys, keys, ret) : e;
}

enum err
parse_own(struct parse *p, struct model *ret)
{
	const struct json *list = json_get(ret->tree, "entities");
	const struct place at = PLACE(NULL, "entities");
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(ret->tree, &m)) {
		const struct place here = { NULL, m.name };

		if (str_eq(m.name, STR("text")))
			e = parse_text(p, &here, m.value, LIMIT_MODEL_TEXT,
			    &ret->text);
		else if (str_eq(m.name, STR("entity_attribute")))
			e = parse_text(p, &here, m.value, LIMIT_MODEL_NAME,
			    &ret->entity_attribute);
		else if (!str_eq(m.name, STR("format")) &&
		    !str_eq(m.name, STR("entities")))
			e = parse_unknown(p, &here,
			    "format, text, entity_attribute, entities");
	}
	if (e == ERR_OK)
		e = parse_names(p, &at, list, LIMIT_MODEL_ENTITIES);
	if (e != ERR_OK)
		return e;
	ret->entities =
	    arena_alloc(p->arena, json_len(list) * sizeof(*ret->entities));
	if (ret->entities == NULL)
		return ERR_NO_MEMORY;
	m = (struct json_member){ 0 };
	while (e == ERR_OK && json_next(list, &m)) {
		const struct place here = { &at, m.name };
		struct model_entity *entity = &ret->entities[ret->nentities++];

		entity->name = m.name;
		e = take_entity(p, &here, m.value, entity);
	}
	return e;
}
