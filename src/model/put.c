/* SPDX-License-Identifier: ISC */
/* A model in our own form: read again it is the same. */
#include "model/parse.h"

static void
member(struct buf *out, struct str name)
{
	if (out->len > 0 && out->p[out->len - 1] != '{')
		buf_putc(out, ',');
	json_put_str(out, name);
	buf_putc(out, ':');
}

static void
put_text(struct buf *out, const char *name, struct str text)
{
	if (text.p == NULL)
		return;
	member(out, str_from(name));
	json_put_str(out, text);
}

static void
put_true(struct buf *out, const char *name, bool is)
{
	if (!is)
		return;
	member(out, str_from(name));
	BUF_LIT(out, "true");
}

static void
put_types(struct buf *out, unsigned types)
{
	const bool many = (types & (types - 1)) != 0;
	bool any = false;

	if (types == 0)
		return;
	member(out, STR("type"));
	if (many)
		buf_putc(out, '[');
	for (enum model_type t = 0; t < MODEL_TYPE__MAX; t++) {
		if ((types & 1u << t) == 0)
			continue;
		if (any)
			buf_putc(out, ',');
		json_put_str(out, str_from(model_types[t].word));
		any = true;
	}
	if (many)
		buf_putc(out, ']');
}

static void
put_attrs(struct buf *out, const struct model_attr *attrs, size_t n);

static void
put_attr(struct buf *out, const struct model_attr *a)
{
	buf_putc(out, '{');
	put_types(out, a->types);
	put_true(out, "required", a->required);
	if (a->one_of != NULL) {
		member(out, STR("enum"));
		json_put(out, a->one_of);
	}
	put_text(out, "text", a->text);
	put_text(out, "pattern", a->pattern);
	put_attrs(out, a->attrs, a->nattrs);
	put_true(out, "closed", a->closed);
	if (a->each != NULL) {
		member(out, STR("each"));
		put_attr(out, a->each);
	}
	buf_putc(out, '}');
}

/* A key of which its template says all is not told twice. */
static bool
is_told(const struct model_attr *a)
{
	return a->template.text.p == NULL || a->types != 0 || a->required ||
	    a->one_of != NULL || a->text.p != NULL || a->pattern.p != NULL ||
	    a->nattrs > 0 || a->each != NULL;
}

static void
put_attrs(struct buf *out, const struct model_attr *attrs, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		if (!is_told(&attrs[i]))
			continue;
		if (!any) {
			member(out, STR("attributes"));
			buf_putc(out, '{');
			any = true;
		}
		member(out, attrs[i].name);
		put_attr(out, &attrs[i]);
	}
	if (any)
		buf_putc(out, '}');
}

static void
put_keys(struct buf *out, const struct model_entity *e)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY);
	bool any = false;

	for (size_t i = 0; i < e->nattrs; i++) {
		if (e->attrs[i].template.text.p == NULL)
			continue;
		if (!any) {
			member(out, STR("keys"));
			buf_putc(out, '{');
			any = true;
		}
		member(out, e->attrs[i].name);
		buf_reset(&text);
		template_put(&text, &e->attrs[i].template, NULL);
		json_put_str(out, buf_str(&text));
	}
	if (any)
		buf_putc(out, '}');
}

void
model_put_entity(struct buf *out, const struct model_entity *e)
{
	buf_putc(out, '{');
	put_text(out, "text", e->text);
	put_keys(out, e);
	put_attrs(out, e->attrs, e->nattrs);
	put_true(out, "closed", e->closed);
	buf_putc(out, '}');
}

void
model_put(struct buf *out, const struct model *m)
{
	BUF_LIT(out, "{\"format\":\"" MODEL_FORMAT "\"");
	put_text(out, "text", m->text);
	put_text(out, "entity_attribute", m->entity_attribute);
	member(out, STR("entities"));
	buf_putc(out, '{');
	for (size_t i = 0; i < m->nentities; i++) {
		if (m->entities[i].aside)
			continue;
		member(out, m->entities[i].name);
		model_put_entity(out, &m->entities[i]);
	}
	BUF_LIT(out, "}}");
}
