/* SPDX-License-Identifier: ISC */
#include "ddb/extra.h"

#include "base/clock.h"
#include "ddb/shape.h"

#define DEF_DEPTH LIMIT_JSON_DEPTH
#define DEF_MAX   MIB(1)
#define LINES     3

static void
cut_lines(struct str def, struct str ret[LINES])
{
	for (size_t i = 0; i < LINES; i++)
		ret[i] = str_cut(def, '\n', &def);
}

enum err
extra_read(const struct table *t, enum extra_line line, struct json **ret)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct json_error error;
	struct str lines[LINES];
	enum err e;

	cut_lines(t->row.def, lines);
	if (line == EXTRA_DESCRIPTION)
		buf_putc(&text, '{');
	buf_puts(&text,
	    line == EXTRA_DESCRIPTION ? t->description : lines[line]);
	if (line == EXTRA_DESCRIPTION)
		buf_putc(&text, '}');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = json_parse(buf_str(&text), DEF_DEPTH, ret, &error);
	return e == ERR_JSON ? ERR_STORE_VERSION : e;
}

static void
put_member(struct buf *out, size_t start, struct str name)
{
	if (out->len > start)
		buf_putc(out, ',');
	json_put_str(out, name);
	buf_putc(out, ':');
}

/* The members of an object, one of them another.  False: there is none. */
static bool
put_members(struct buf *out, const struct json *old, struct str name,
    struct str text)
{
	struct json_member m = { 0 };
	size_t start = out->len;

	while (json_next(old, &m)) {
		if (str_eq(m.name, name))
			continue;
		put_member(out, start, m.name);
		json_put(out, m.value);
	}
	if (text.p != NULL) {
		put_member(out, start, name);
		buf_puts(out, text);
	}
	return out->len > start;
}

static enum err
put_line(struct buf *out, const struct table *t, enum extra_line line,
    struct str name, struct str text)
{
	struct json *old CLEANUP(json_freep) = NULL;
	enum err e = extra_read(t, line, &old);

	if (e != ERR_OK)
		return e;
	if (line != EXTRA_DESCRIPTION)
		buf_putc(out, '{');
	(void)put_members(out, old, name, text);
	if (line != EXTRA_DESCRIPTION)
		buf_putc(out, '}');
	return ERR_OK;
}

enum err
extra_set(struct op_ctx *ctx, struct table *t, enum extra_line line,
    const char *name, struct str text)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct str lines[LINES];
	enum err e;

	cut_lines(t->row.def, lines);
	for (size_t i = 0; i < LINES; i++) {
		if (i > 0)
			buf_putc(&def, '\n');
		if (i != (size_t)line)
			buf_puts(&def, lines[i]);
		else if ((e = put_line(&def, t, line, str_from(name), text)) !=
		    ERR_OK)
			return e;
	}
	if ((e = buf_err(&def)) != ERR_OK)
		return e;
	t->row.def = arena_str(ctx->arena, buf_str(&def));
	if (t->row.def.p == NULL)
		return ERR_NO_MEMORY;
	cut_lines(t->row.def, lines);
	t->description = lines[EXTRA_DESCRIPTION];
	return store_table_update(ctx->store, &t->row);
}

enum err
extra_set_in(struct op_ctx *ctx, struct table *t, const char *name,
    struct str key, struct str text)
{
	struct buf object CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct json *rest CLEANUP(json_freep) = NULL;
	bool some;
	enum err e = extra_read(t, EXTRA_REST, &rest);

	if (e != ERR_OK)
		return e;
	buf_putc(&object, '{');
	some = put_members(&object, json_get(rest, name), key, text);
	buf_putc(&object, '}');
	if ((e = buf_err(&object)) != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_REST, name,
	    some ? buf_str(&object) : (struct str){ NULL, 0 });
}

static bool
all_of(struct str s, bool (*is)(char))
{
	for (size_t i = 0; i < s.len; i++)
		if (!is(s.p[i]))
			return false;
	return s.len > 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_region(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
}

static bool
is_name(char c)
{
	return is_region(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

bool
extra_arn(struct str arn, struct extra_arn *ret)
{
	struct extra_arn got = { 0 };
	struct str part[5];

	for (size_t i = 0; i < NELEM(part); i++)
		part[i] = str_cut(arn, ':', &arn);
	if (!str_eq(part[0], STR("arn")) || !str_starts(part[1], STR("aws")) ||
	    !str_eq(part[2], STR("dynamodb")) || !all_of(part[3], is_region) ||
	    !all_of(part[4], is_digit) || arn.p == NULL ||
	    !str_eq(str_cut(arn, '/', &arn), STR("table")) || arn.p == NULL)
		return false;
	got.table = str_cut(arn, '/', &arn);
	if (!all_of(got.table, is_name) || got.table.len < 3 ||
	    got.table.len > LIMIT_TABLE_NAME)
		return false;
	if (arn.p != NULL) {
		got.kind = str_cut(arn, '/', &got.rest);
		if (got.kind.len == 0 || got.rest.len == 0)
			return false;
	}
	*ret = got;
	return true;
}

enum err
extra_read_arn(struct op_ctx *ctx, const struct json *in, struct extra_arn *ret)
{
	struct str arn = json_str(json_get(in, "ResourceArn"));

	if (!extra_arn(arn, ret))
		return op_fail(ctx, ERR_VALIDATION,
		    "Invalid TableArn: Invalid ResourceArn provided as input "
		    "%.*s",
		    STR_ARG(arn));
	return ERR_OK;
}

enum err
extra_open(struct op_ctx *ctx, const struct json *in,
    const struct extra_arn *arn, struct table *ret)
{
	enum err e = table_open(ctx, arn->table, ret);

	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, e,
		    "Requested resource not found: ResourcArn: %.*s not found",
		    STR_ARG(json_str(json_get(in, "ResourceArn"))));
	return e;
}

enum err
extra_open_table(struct op_ctx *ctx, const struct json *in, struct table *ret)
{
	struct str name = table_name(json_str(json_get(in, "TableName")));
	enum err e = table_open(ctx, name, ret);

	if (e == ERR_NOT_FOUND)
		return op_fail(ctx, ERR_TABLE_NOT_FOUND,
		    "Table not found: %.*s", STR_ARG(name));
	return e;
}

bool
extra_has_index(const struct json *description, struct str name)
{
	const struct json *list =
	    json_get(description, "GlobalSecondaryIndexes");

	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_get(json_at(list, i), "IndexName")),
			name))
			return true;
	return false;
}

void
extra_put_time(struct buf *out, uint64_t ns)
{
	uint64_t ms = ns / (NS_PER_S / MS_PER_S);

	buf_printf(out, "%llu.%03u", (unsigned long long)(ms / MS_PER_S),
	    (unsigned)(ms % MS_PER_S));
}
