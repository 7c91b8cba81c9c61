/* SPDX-License-Identifier: ISC */
#include "ddb/lines.h"

#include <string.h>

enum lines
lines_next(struct str text, bool last, struct str *ret, size_t *ret_used)
{
	const char *lf;
	struct str line = text;

	if (text.len == 0)
		return last ? LINES_END : LINES_MORE;
	lf = memchr(text.p, '\n', text.len);
	if (lf == NULL && !last)
		return LINES_MORE;
	if (lf != NULL)
		line.len = (size_t)(lf - text.p);
	*ret_used = line.len + (lf != NULL);
	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	*ret = line;
	return LINES_ONE;
}

struct parser {
	struct str text;
	size_t at;
	bool last;
	char delimiter;
	struct buf *out;
};

/* Is there a CR with a LF behind it, or with the end? */
static bool
at_line_end(const struct parser *p)
{
	if (p->at == p->text.len)
		return p->last;
	if (p->text.p[p->at] == '\n')
		return true;
	return p->text.p[p->at] == '\r' &&
	    (p->at + 1 < p->text.len ? p->text.p[p->at + 1] == '\n' : p->last);
}

/* Behind its first quote, to behind its last. */
static enum lines
quoted(struct parser *p)
{
	for (;;) {
		const size_t left = p->text.len - p->at;
		const char *q = memchr(p->text.p + p->at, '"', left);
		const size_t n =
		    q == NULL ? left : (size_t)(q - p->text.p) - p->at;

		buf_put(p->out, p->text.p + p->at, n);
		p->at += n;
		if (q == NULL)
			return p->last ? LINES_BAD : LINES_MORE;
		p->at++;
		if (p->at == p->text.len)
			return p->last ? LINES_ONE : LINES_MORE;
		if (p->text.p[p->at] != '"')
			return LINES_ONE;
		buf_putc(p->out, '"');
		p->at++;
	}
}

/* One field; behind it is a delimiter or the line's end. */
static enum lines
field(struct parser *p)
{
	enum lines l = LINES_ONE;

	if (p->at < p->text.len && p->text.p[p->at] == '"') {
		p->at++;
		l = quoted(p);
	} else {
		while (p->at < p->text.len &&
		    p->text.p[p->at] != p->delimiter &&
		    p->text.p[p->at] != '"' && !at_line_end(p))
			buf_putc(p->out, p->text.p[p->at++]);
	}
	if (l != LINES_ONE || at_line_end(p))
		return l;
	if (p->at == p->text.len)
		return LINES_MORE;
	return p->text.p[p->at] == p->delimiter ? LINES_ONE : LINES_BAD;
}

/* What is no CSV: on with the next line. */
static enum lines
give_up(const struct parser *p, size_t *ret_used)
{
	const struct str rest = { p->text.p + p->at, p->text.len - p->at };
	struct str line;
	size_t used = 0;
	enum lines l = lines_next(rest, p->last, &line, &used);

	if (l == LINES_MORE)
		return l;
	*ret_used = p->at + used;
	return LINES_BAD;
}

enum lines
lines_csv(struct str text, bool last, char delimiter, struct buf *values,
    struct lines_csv *ret, size_t *ret_used)
{
	struct parser p = { text, 0, last, delimiter, values };
	size_t begin;

	if (text.len == 0)
		return last ? LINES_END : LINES_MORE;
	buf_reset(values);
	/* So that no field moves what is there already. */
	if (buf_reserve(values, text.len) == NULL)
		return LINES_BAD;
	for (ret->n = 0;; p.at++) {
		enum lines l;

		begin = values->len;
		if ((l = field(&p)) == LINES_MORE)
			return l;
		if (l == LINES_BAD || ret->n == LINES_FIELDS_MAX)
			return give_up(&p, ret_used);
		ret->field[ret->n++] =
		    (struct str){ values->p + begin, values->len - begin };
		if (at_line_end(&p))
			break;
	}
	if (p.at < text.len && text.p[p.at] == '\r')
		p.at++;
	if (p.at < text.len)
		p.at++;
	*ret_used = p.at;
	return LINES_ONE;
}
