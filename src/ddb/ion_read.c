/* SPDX-License-Identifier: ISC */
/*
 * Ion's text, as far as it can say an item: what it has beside that, a time
 * or an S-expression, is refused.  Nothing is kept of a record that is not
 * whole: it is read again from its start.
 */
#include <string.h>

#include "ddb/ion.h"
#include "ddb/ion_lex.h"
#include "json/json.h"

#define DEPTH_MAX 40 /* an item's own limit is 32 */

struct parser {
	struct ion_lex *lex;
	size_t from; /* where the value at top level begins */
	unsigned depth;
	bool last; /* no more text comes */
	struct buf *out;
};

enum mode {
	ION_VALUE,
	ION_PLAIN
}; /* {"S":"x"} or "x" */

static bool put_value(struct parser *p, enum mode mode);

static void
open_type(struct parser *p, enum mode mode, const char *type)
{
	if (mode == ION_VALUE)
		buf_printf(p->out, "{\"%s\":", type);
}

static bool
close_type(struct parser *p, enum mode mode)
{
	if (mode == ION_VALUE)
		buf_putc(p->out, '}');
	return buf_err(p->out) == ERR_OK;
}

static bool
put_text(struct parser *p, enum mode mode)
{
	const struct str s = buf_str(&p->lex->token);

	if (buf_err(&p->lex->token) != ERR_OK || !str_utf8(s))
		return false;
	open_type(p, mode, "S");
	json_put_str(p->out, s);
	return close_type(p, mode);
}

/* What needs no escape. */
static bool
put_token(struct parser *p)
{
	buf_putc(p->out, '"');
	buf_puts(p->out, buf_str(&p->lex->token));
	buf_putc(p->out, '"');
	return true;
}

static bool
put_number(struct parser *p)
{
	return ion_number(p->lex) && put_token(p);
}

static bool
put_blob(struct parser *p)
{
	return ion_blob(p->lex) && put_token(p);
}

static bool
put_string(struct parser *p)
{
	return ion_quoted(p->lex) && put_text(p, ION_PLAIN);
}

static bool
put_element(struct parser *p)
{
	return put_value(p, ION_VALUE);
}

static bool
put_list(struct parser *p, bool (*put)(struct parser *p))
{
	if (!ion_take(p->lex, "["))
		return false;
	buf_putc(p->out, '[');
	for (size_t n = 0;; n++) {
		if (!ion_space(p->lex))
			return false;
		if (ion_take(p->lex, "]"))
			break;
		if (n > 0)
			buf_putc(p->out, ',');
		if (!put(p) || !ion_space(p->lex))
			return false;
		if (!ion_take(p->lex, ",") && ion_peek(p->lex) != ']')
			return false;
	}
	buf_putc(p->out, ']');
	return buf_err(p->out) == ERR_OK;
}

/* mode: of the members' values. */
static bool
put_struct(struct parser *p, enum mode mode, bool top)
{
	if (!ion_take(p->lex, "{"))
		return false;
	buf_putc(p->out, '{');
	for (size_t n = 0;; n++) {
		enum mode inner = mode;

		if (!ion_space(p->lex))
			return false;
		if (ion_take(p->lex, "}"))
			break;
		if (n > 0)
			buf_putc(p->out, ',');
		if (!(ion_is_letter(ion_peek(p->lex)) ? ion_word(p->lex) :
							ion_quoted(p->lex)) ||
		    !put_text(p, ION_PLAIN) || !ion_space(p->lex) ||
		    !ion_take(p->lex, ":"))
			return false;
		/* What holds values of attributes: their names are its own. */
		if (top &&
		    (str_eq(buf_str(&p->lex->token), STR("Item")) ||
			str_eq(buf_str(&p->lex->token),
			    STR("ExpressionAttributeValues"))))
			inner = ION_VALUE;
		buf_putc(p->out, ':');
		if (!ion_space(p->lex) ||
		    !(top && inner == ION_VALUE ?
			    put_struct(p, ION_VALUE, false) :
			    put_value(p, inner)) ||
		    !ion_space(p->lex) ||
		    (!ion_take(p->lex, ",") && ion_peek(p->lex) != '}'))
			return false;
	}
	buf_putc(p->out, '}');
	return buf_err(p->out) == ERR_OK;
}

/* A set, of its annotation. */
static bool
put_set(struct parser *p)
{
	static const struct {
		struct str name;
		const char *type;
		bool (*put)(struct parser *p);
	} sets[] = {
		{ STR_INIT("$dynamodb_SS"), "SS", put_string },
		{ STR_INIT("$dynamodb_NS"), "NS", put_number },
		{ STR_INIT("$dynamodb_BS"), "BS", put_blob },
	};

	for (size_t i = 0; i < NELEM(sets); i++) {
		if (!str_eq(buf_str(&p->lex->token), sets[i].name))
			continue;
		open_type(p, ION_VALUE, sets[i].type);
		return put_list(p, sets[i].put) && close_type(p, ION_VALUE);
	}
	return false;
}

/* null, null.string, true, false, or a symbol; or what it annotates. */
static bool
put_word(struct parser *p, enum mode mode)
{
	struct str s;

	if (!ion_word(p->lex) || !ion_space(p->lex))
		return false;
	s = buf_str(&p->lex->token);
	if (mode == ION_VALUE && ion_take(p->lex, "::"))
		return ion_space(p->lex) && put_set(p);
	if (p->lex->more)
		return false;
	if (str_eq(s, STR("null"))) {
		if (ion_take(p->lex, ".") && !ion_word(p->lex))
			return false;
		open_type(p, mode, "NULL");
		buf_puts(p->out, mode == ION_VALUE ? STR("true") : STR("null"));
		return close_type(p, mode);
	}
	if (str_eq(s, STR("nan")))
		return false;
	if (!str_eq(s, STR("true")) && !str_eq(s, STR("false")))
		return put_text(p, mode);
	open_type(p, mode, "BOOL");
	buf_puts(p->out, s);
	return close_type(p, mode);
}

/* What begins with this byte. */
static bool
put_kind(struct parser *p, int c, enum mode mode)
{
	if (ion_is_letter(c))
		return put_word(p, mode);
	if (c == '"' || c == '\'')
		return ion_quoted(p->lex) && put_text(p, mode);
	if (mode == ION_PLAIN)
		return c == '{' && put_struct(p, mode, false);
	if (ion_is_digit(c) || c == '-') {
		open_type(p, mode, "N");
		return put_number(p) && close_type(p, mode);
	}
	if (c == '[') {
		open_type(p, mode, "L");
		return put_list(p, put_element) && close_type(p, mode);
	}
	if (c != '{' || p->lex->at + 1 == p->lex->text.len) {
		p->lex->more = p->lex->more || c == '{';
		return false;
	}
	if (p->lex->text.p[p->lex->at + 1] == '{') {
		open_type(p, mode, "B");
		return put_blob(p) && close_type(p, mode);
	}
	open_type(p, mode, "M");
	return put_struct(p, mode, false) && close_type(p, mode);
}

static bool
put_value(struct parser *p, enum mode mode)
{
	const int c = ion_peek(p->lex);
	bool good;

	if (p->depth == DEPTH_MAX)
		return false;
	p->depth++;
	good = put_kind(p, c, mode);
	p->depth--;
	return good;
}

/* ---- records */

/* A table of symbols says nothing of itself: what would use it, the number of
 * a symbol, is refused where it stands. */
static bool
symbols(struct parser *p)
{
	bool good =
	    ion_space(p->lex) && ion_take(p->lex, "::") && ion_space(p->lex);

	p->from = p->lex->at;
	good = good && put_value(p, ION_VALUE);
	buf_reset(p->out);
	return good;
}

/* What stands before a record: space, version markers, tables of symbols.
 * *ret_end: and nothing else. */
static bool
begin(struct parser *p, bool *ret_end)
{
	*ret_end = false;
	while (ion_space(p->lex)) {
		p->from = p->lex->at;
		if (ion_take(p->lex, "$ion_1_0"))
			continue;
		if (!ion_take(p->lex, "$ion_symbol_table"))
			return true;
		if (!symbols(p))
			return false;
	}
	*ret_end = true;
	return false;
}

/* No record: on behind it, if its end can be found, else with the next line. */
static enum lines
bad(struct parser *p, size_t *ret_used)
{
	struct ion_lex whole = { .text = p->lex->text,
		.at = p->from,
		.token = BUF_INIT(2 * ION_TOKEN_MAX) };
	const bool passed = ion_pass(&whole);
	const size_t at = p->lex->at;
	struct str line;
	size_t used = 0;

	buf_free(&whole.token);
	if (passed) {
		*ret_used = whole.at;
		return LINES_BAD;
	}
	if ((whole.more && !p->last) ||
	    lines_next((struct str){ p->lex->text.p + at,
			   p->lex->text.len - at },
		p->last, &line, &used) == LINES_MORE)
		return LINES_MORE;
	*ret_used = at + used;
	return LINES_BAD;
}

static enum lines
next(struct parser *p, size_t *ret_used)
{
	struct ion_lex *l = p->lex;
	bool end;

	if (begin(p, &end) && !l->more && put_struct(p, ION_PLAIN, true)) {
		*ret_used = l->at;
		return LINES_ONE;
	}
	if (end)
		return p->last ? LINES_END : LINES_MORE;
	if (l->more && !p->last)
		return LINES_MORE;
	return bad(p, ret_used);
}

enum lines
ion_next(struct str text, bool last, struct buf *out, size_t *ret_used)
{
	struct ion_lex l = { .text = text,
		.token = BUF_INIT(2 * ION_TOKEN_MAX) };
	struct parser p = { .lex = &l, .last = last, .out = out };
	enum lines got;

	if (text.len == 0)
		return last ? LINES_END : LINES_MORE;
	buf_reset(out);
	got = next(&p, ret_used);
	buf_free(&l.token);
	return got;
}
