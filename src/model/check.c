/* SPDX-License-Identifier: ISC */
/* Which entity an item is of, and whether it fits. */
#include "model/parse.h"

#define SHOWN 80 /* bytes of a value, of a list of names */

/* ---- which entity */

const struct model_entity *
model_find(const struct model *m, struct str name)
{
	for (size_t i = 0; i < m->nentities; i++)
		if (str_eq(m->entities[i].name, name))
			return &m->entities[i];
	return NULL;
}

enum model_type
model_type_of(const struct json *value)
{
	struct json_member m = { 0 };
	enum model_type t = 0;

	if (!json_next(value, &m))
		return MODEL_TYPE__MAX;
	while (t < MODEL_TYPE__MAX &&
	    !str_eq(m.name, str_from(model_types[t].code)))
		t++;
	return t;
}

/* Does a key fit, as far as it can be said?  *weight is added to. */
static bool
key_fits(const struct model_entity *e, const struct model_item *i,
    struct str name, size_t *weight)
{
	const struct model_attr *a;
	struct str text;

	if (name.p == NULL ||
	    (a = attr_by_name(e->attrs, e->nattrs, name)) == NULL ||
	    a->template.text.p == NULL)
		return true;
	text = value_text(json_find(i->item, name));
	*weight += template_weight(&a->template);
	return text.p != NULL && template_fits(&a->template, text, NULL);
}

static const struct model_entity *
match_keys(const struct model *m, const struct model_item *i)
{
	const struct model_entity *best = NULL;
	size_t most = 0;

	for (size_t n = 0; n < m->nentities; n++) {
		const struct model_entity *e = &m->entities[n];
		size_t weight = 0;

		if (e->aside || !key_fits(e, i, i->hash, &weight) ||
		    !key_fits(e, i, i->range, &weight))
			continue;
		if (best == NULL || weight > most) {
			best = e;
			most = weight;
		}
	}
	return best;
}

/* What the item says that it is; absent: nothing. */
static struct str
named(const struct model *m, const struct model_item *i)
{
	const struct json *v = json_find(i->item, m->entity_attribute);

	return m->entity_attribute.p == NULL ? (struct str){ NULL, 0 } :
					       json_str(json_get(v, "S"));
}

const struct model_entity *
model_match(const struct model *m, const struct model_item *i)
{
	const struct str name = named(m, i);

	return name.p != NULL ? model_find(m, name) : match_keys(m, i);
}

/* ---- what is wrong */

struct path {
	const struct path *up;
	struct str name;
};

struct check {
	const struct json *item;
	struct str entity, entity_attribute;
	struct buf *wrong;
	unsigned faults;
};

static void
put_path(struct buf *out, const struct path *at)
{
	if (at->up != NULL)
		put_path(out, at->up);
	if (at->up != NULL && at->name.p != NULL)
		buf_putc(out, '.');
	if (at->name.p != NULL)
		buf_puts(out, at->name);
	else
		BUF_LIT(out, "[]");
}

/* "; User.address.zip ": the words follow, if it returns true. */
static bool
fault(struct check *c, const struct path *at)
{
	if (c->faults++ >= LIMIT_MODEL_FAULTS)
		return false;
	if (c->faults > 1)
		BUF_LIT(c->wrong, "; ");
	buf_puts(c->wrong, c->entity);
	buf_putc(c->wrong, '.');
	put_path(c->wrong, at);
	buf_putc(c->wrong, ' ');
	return true;
}

/* It has words of its own, and need not be listed. */
static bool
is_entity_attribute(const struct check *c, const struct path *at)
{
	return at->up == NULL && c->entity_attribute.p != NULL &&
	    str_eq(at->name, c->entity_attribute);
}

/* In quotes, cut between characters. */
static void
put_quoted(struct buf *out, struct str s)
{
	size_t n = s.len < SHOWN ? s.len : SHOWN;

	while (n < s.len && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	json_put_str(out, (struct str){ s.p, n });
	if (n < s.len)
		BUF_LIT(out, "...");
}

static void
put_types(struct buf *out, unsigned types)
{
	const char *before = "";

	for (enum model_type t = 0; t < MODEL_TYPE__MAX; t++)
		if ((types & 1u << t) != 0) {
			buf_printf(out, "%s%s", before, model_types[t].word);
			before = " or ";
		}
}

static void
put_names(struct buf *out, const struct model_attr *attrs, size_t n)
{
	const size_t start = out->len;

	for (size_t i = 0; i < n; i++) {
		if (out->len - start > SHOWN) {
			BUF_LIT(out, ", ...");
			return;
		}
		if (i > 0)
			BUF_LIT(out, ", ");
		buf_puts(out, attrs[i].name);
	}
}

/* ---- an attribute */

static void check_attrs(struct check *c, const struct path *up,
    const struct model_attr *attrs, size_t n, const struct json *map,
    bool closed);

static bool
is_one_of(const struct json *one_of, enum model_type type, struct str text)
{
	for (size_t i = 0; i < json_len(one_of); i++) {
		const struct json *v = json_at(one_of, i);
		const bool number = json_kind(v) == JSON_NUMBER;

		if (number == (type == MODEL_N) &&
		    str_eq(number ? json_number(v) : json_str(v), text))
			return true;
	}
	return false;
}

static void
check_one_of(struct check *c, const struct path *at, const struct model_attr *a,
    enum model_type type, struct str text)
{
	if (is_one_of(a->one_of, type, text) || !fault(c, at))
		return;
	BUF_LIT(c->wrong, "is ");
	put_quoted(c->wrong, text);
	BUF_LIT(c->wrong, ", expected one of ");
	json_put(c->wrong, a->one_of);
}

static void
check_template(struct check *c, const struct path *at,
    const struct model_template *t, enum model_type type, struct str text)
{
	struct buf made CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	struct buf template CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);

	if (text.p != NULL && template_fits(t, text, c->item))
		return;
	if (!fault(c, at))
		return;
	BUF_LIT(c->wrong, "is ");
	if (text.p != NULL)
		put_quoted(c->wrong, text);
	else
		buf_puts(c->wrong, str_from(model_types[type].word));
	template_put(&made, t, c->item);
	BUF_LIT(c->wrong, ", expected ");
	put_quoted(c->wrong, buf_str(&made));
	BUF_LIT(c->wrong, " by its template ");
	template_put(&template, t, NULL);
	put_quoted(c->wrong, buf_str(&template));
}

static void
check_value(struct check *c, const struct path *at, const struct model_attr *a,
    const struct json *value)
{
	const enum model_type type = model_type_of(value);
	const struct str text = value_text(value);
	const struct path in = { at, { NULL, 0 } };
	const struct json *list;

	if (type == MODEL_TYPE__MAX)
		return;
	if (a->types != 0 && (a->types & 1u << type) == 0) {
		if (fault(c, at)) {
			buf_printf(c->wrong, "is of the type %s, expected ",
			    model_types[type].word);
			put_types(c->wrong, a->types);
		}
		return;
	}
	if (type == MODEL_NULL)
		return;
	if (a->one_of != NULL)
		check_one_of(c, at, a, type, text);
	if (a->template.text.p != NULL)
		check_template(c, at, &a->template, type, text);
	if (a->nattrs > 0 && type == MODEL_M)
		check_attrs(c, at, a->attrs, a->nattrs, json_get(value, "M"),
		    a->closed);
	list = a->each != NULL ? json_get(value, "L") : NULL;
	for (size_t i = 0; i < json_len(list); i++)
		check_value(c, &in, a->each, json_at(list, i));
}

static void
check_attrs(struct check *c, const struct path *up,
    const struct model_attr *attrs, size_t n, const struct json *map,
    bool closed)
{
	struct json_member m = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct path at = { up, attrs[i].name };
		const struct json *value = json_find(map, attrs[i].name);

		if (value != NULL)
			check_value(c, &at, &attrs[i], value);
		else if (attrs[i].required && !is_entity_attribute(c, &at) &&
		    fault(c, &at))
			BUF_LIT(c->wrong, "is missing, it is required");
	}
	while (closed && json_next(map, &m)) {
		const struct path at = { up, m.name };

		if (attr_by_name((struct model_attr *)(uintptr_t)attrs, n,
			m.name) != NULL ||
		    is_entity_attribute(c, &at) || !fault(c, &at))
			continue;
		BUF_LIT(c->wrong, "is not known, expected one of ");
		put_names(c->wrong, attrs, n);
	}
}

/* ---- the item */

static void
put_entities(struct buf *out, const struct model *m)
{
	const size_t start = out->len;

	for (size_t i = 0; i < m->nentities && !m->entities[i].aside; i++) {
		if (out->len - start > SHOWN) {
			BUF_LIT(out, ", ...");
			return;
		}
		if (i > 0)
			BUF_LIT(out, ", ");
		buf_puts(out, m->entities[i].name);
	}
}

static bool
of_none(const struct model *m, const struct model_item *i, struct buf *wrong)
{
	const struct str name = named(m, i);

	if (name.p != NULL) {
		buf_puts(wrong, m->entity_attribute);
		BUF_LIT(wrong, " is ");
		put_quoted(wrong, name);
	} else {
		BUF_LIT(wrong, "the item's key fits no entity's");
	}
	BUF_LIT(wrong, ", expected one of ");
	put_entities(wrong, m);
	return false;
}

bool
model_check(const struct model *m, const struct model_item *i,
    struct buf *wrong)
{
	const struct model_entity *e = model_match(m, i);
	const struct path at = { NULL, m->entity_attribute };
	struct check c = { .item = i->item,
		.entity_attribute = m->entity_attribute,
		.wrong = wrong };

	if (e == NULL)
		return of_none(m, i, wrong);
	if (e->aside)
		return true;
	c.entity = e->name;
	if (at.name.p != NULL && named(m, i).p == NULL && fault(&c, &at)) {
		BUF_LIT(wrong, "is not there as a string, expected ");
		put_quoted(wrong, e->name);
	}
	check_attrs(&c, NULL, e->attrs, e->nattrs, i->item, e->closed);
	if (c.faults > LIMIT_MODEL_FAULTS)
		buf_printf(wrong, "; and %u more",
		    c.faults - LIMIT_MODEL_FAULTS);
	return c.faults == 0;
}
