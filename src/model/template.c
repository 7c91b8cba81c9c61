/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "model/parse.h"

/* Beyond these JavaScript writes a number with an exponent. */
#define PLAIN_BYTES 21
#define PLAIN_SMALL "0.000000"

/* ---- reading */

/* "id", "id:6", "id:6:0" */
static enum err
read_attribute(struct parse *p, const struct place *at, struct str s,
    struct model_piece *ret)
{
	struct str width, pad = { NULL, 0 };

	*ret =
	    (struct model_piece){ .path = str_cut(s, ':', &width), .pad = '0' };
	if (width.p != NULL)
		width = str_cut(width, ':', &pad);
	if (ret->path.len == 0 ||
	    (width.p != NULL &&
		!str_u64(width, LIMIT_MODEL_WIDTH, &ret->width)) ||
	    (pad.p != NULL && (pad.len != 1 || (pad.p[0] & 0x80) != 0)))
		return parse_fail(p, at,
		    "'${%.*s}', expected ${name} or ${name:width:character}, "
		    "the width up to %d",
		    STR_ARG(s), LIMIT_MODEL_WIDTH);
	if (pad.p != NULL)
		ret->pad = pad.p[0];
	return ERR_OK;
}

/* The piece at the start of *rest, which is not empty. */
static enum err
read_piece(struct parse *p, const struct place *at, struct str *rest,
    struct model_piece *ret)
{
	const struct str s = *rest;
	const char *open = memmem(s.p, s.len, "${", 2);
	struct str inner;
	size_t n = open == NULL ? s.len : (size_t)(open - s.p);

	if (n > 0) {
		*ret = (struct model_piece){ .text = { s.p, n } };
		*rest = (struct str){ s.p + n, s.len - n };
		return ERR_OK;
	}
	inner = str_cut((struct str){ s.p + 2, s.len - 2 }, '}', rest);
	if (rest->p == NULL)
		return parse_fail(p, at, "'${' without a '}' behind it");
	return read_attribute(p, at, inner, ret);
}

enum err
parse_template(struct parse *p, const struct place *at, const struct json *j,
    struct model_template *ret)
{
	struct model_piece pieces[LIMIT_MODEL_PIECES];
	struct model_template t = { .n = 0 };
	enum err e = parse_text(p, at, j, LIMIT_MODEL_TEMPLATE, &t.text);

	for (struct str rest = t.text; e == ERR_OK && rest.len > 0; t.n++)
		e = t.n < NELEM(pieces) ?
		    read_piece(p, at, &rest, &pieces[t.n]) :
		    parse_fail(p, at, "more than %d pieces",
			LIMIT_MODEL_PIECES);
	if (e != ERR_OK)
		return e;
	t.pieces = arena_alloc(p->arena, t.n * sizeof(*t.pieces));
	if (t.pieces == NULL)
		return ERR_NO_MEMORY;
	memcpy(t.pieces, pieces, t.n * sizeof(*t.pieces));
	*ret = t;
	return ERR_OK;
}

size_t
template_weight(const struct model_template *t)
{
	size_t sum = 0;

	for (size_t i = 0; i < t->n; i++)
		sum += t->pieces[i].text.len;
	return sum;
}

/* ---- comparing */

/* A piece of an item: text behind so many characters, or anything. */
struct known {
	struct str text; /* absent: anything, a byte at least */
	size_t pads;
	char pad;
};

/* What lies at "a" or "a.b" of an item. */
static const struct json *
value_at(const struct json *item, struct str path)
{
	const struct json *v = json_find(item, path);
	struct str rest = path;

	while (v == NULL && rest.p != NULL) {
		v = json_find(item, str_cut(rest, '.', &rest));
		if (rest.p == NULL)
			return v;
		item = json_get(v, "M");
		v = NULL;
	}
	return v;
}

struct str
value_text(const struct json *value)
{
	struct json_member m = { 0 };

	switch (json_next(value, &m) ? model_type_of(value) : MODEL_TYPE__MAX) {
	case MODEL_S:
	case MODEL_N:
		return json_str(m.value);
	case MODEL_BOOL:
		return json_bool(m.value) ? STR("true") : STR("false");
	case MODEL_B:
	case MODEL_NULL:
	case MODEL_M:
	case MODEL_L:
	case MODEL_SS:
	case MODEL_NS:
	case MODEL_BS:
	case MODEL_TYPE__MAX:
	default:
		return (struct str){ NULL, 0 };
	}
}

/* A number that a template may have written in another way. */
static bool
ambiguous(const struct json *value, struct str text)
{
	if (model_type_of(value) != MODEL_N)
		return false;
	if (text.len > 0 && text.p[0] == '-') {
		text.p++;
		text.len--;
	}
	return text.len > PLAIN_BYTES || str_starts(text, STR(PLAIN_SMALL));
}

/* In units of UTF-16, as JavaScript counts. */
static size_t
units(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		n += (c & 0xc0) != 0x80;
		n += c >= 0xf0;
	}
	return n;
}

static struct known
know(const struct model_piece *piece, const struct json *item)
{
	const struct json *v;
	struct known k = { .text = piece->text, .pad = piece->pad };
	size_t n;

	if (k.text.p != NULL || piece->free || item == NULL)
		return k;
	v = value_at(item, piece->path);
	k.text = value_text(v);
	if (k.text.p == NULL || ambiguous(v, k.text))
		return (struct known){ .pads = 0 };
	n = units(k.text);
	k.pads = n < piece->width ? piece->width - n : 0;
	return k;
}

/* How many bytes of s it takes; SIZE_MAX: it does not stand there. */
static size_t
takes(const struct known *k, struct str s)
{
	if (s.len < k->pads || s.len - k->pads < k->text.len)
		return SIZE_MAX;
	for (size_t i = 0; i < k->pads; i++)
		if (s.p[i] != k->pad)
			return SIZE_MAX;
	if (memcmp(s.p + k->pads, k->text.p, k->text.len) != 0)
		return SIZE_MAX;
	return k->pads + k->text.len;
}

bool
template_fits(const struct model_template *t, struct str text,
    const struct json *item)
{
	struct known k[LIMIT_MODEL_PIECES];
	size_t i = 0, at = 0, star = SIZE_MAX, from = 0, n;

	for (size_t j = 0; j < t->n; j++)
		k[j] = know(&t->pieces[j], item);
	/* As with one star: only the last one is ever gone back to. */
	while (i < t->n || at < text.len) {
		n = SIZE_MAX;
		if (i < t->n && k[i].text.p != NULL)
			n = takes(&k[i],
			    (struct str){ text.p + at, text.len - at });
		else if (i < t->n && at < text.len)
			n = 1;
		if (n != SIZE_MAX) {
			at += n;
			if (k[i].text.p == NULL) {
				star = i;
				from = at;
			}
			i++;
		} else if (star != SIZE_MAX && from < text.len) {
			at = ++from;
			i = star + 1;
		} else {
			return false;
		}
	}
	return true;
}

void
template_put(struct buf *out, const struct model_template *t,
    const struct json *item)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct model_piece *piece = &t->pieces[i];
		const struct known k = know(piece, item);

		for (size_t n = 0; n < k.pads; n++)
			buf_putc(out, k.pad);
		buf_puts(out, k.text);
		if (k.text.p != NULL)
			continue;
		BUF_LIT(out, "${");
		buf_puts(out, piece->path);
		if (piece->width > 0)
			buf_printf(out, ":%llu:%c",
			    (unsigned long long)piece->width, piece->pad);
		buf_putc(out, '}');
	}
}
