/* SPDX-License-Identifier: ISC */
/* The first pass: JSON kinds, in the words of the service's Java decoder. */
#include "ddb/shape.h"

#include <string.h>

#include "crypto/crypto.h"
#include "ddb/shape_pass.h"

/* SerializationException has this text where a list is not expected. */
#define PARAMETERIZED                                                         \
	"class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl " \
	"cannot be cast to class java.lang.Class "                            \
	"(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "  \
	"java.lang.Class are in module java.base of loader 'bootstrap')"

static const struct shape string[] = { { "member", SHAPE_STRING } };
const struct shape shape_attribute[] = { { "member", SHAPE_STRING,
    .max = LIMIT_ATTRIBUTE } };
const struct shape shape_value[] = { { "member", SHAPE_VALUE } };

static const struct shape binary[] = { { "member", SHAPE_BINARY } };

/* An AttributeValue, which holds itself. */
static const struct shape attribute_value[] = {
	{ "S", SHAPE_STRING },
	{ "N", SHAPE_STRING },
	{ "B", SHAPE_BINARY },
	{ "BOOL", SHAPE_BOOLEAN },
	{ "NULL", SHAPE_BOOLEAN },
	{ "SS", SHAPE_LIST, .of = string },
	{ "NS", SHAPE_LIST, .of = string },
	{ "BS", SHAPE_LIST, .of = binary },
	{ "L", SHAPE_LIST, .of = shape_value },
	{ "M", SHAPE_MAP, .of = shape_value },
	{ NULL },
};

static enum err
check(struct op_ctx *ctx, const struct shape *s, const struct json *v);

static enum err
wrong(struct op_ctx *ctx, const char *what)
{
	return op_fail(ctx, ERR_SERIALIZATION, "%s", what);
}

/* What the service's reader calls the token that it did not expect. */
static const char *
token_name(const struct json *v)
{
	int64_t n;

	switch (json_kind(v)) {
	case JSON_BOOL:
		return json_bool(v) ? "TRUE_VALUE" : "FALSE_VALUE";
	case JSON_NUMBER:
		return json_int(v, &n) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
	case JSON_STRING:
		return "STRING_VALUE";
	case JSON_ABSENT:
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
	case JSON_KIND__MAX:
		break;
	}
	return "NULL_VALUE";
}

static const char *
class_name(enum shape_kind kind)
{
	switch (kind) {
	case SHAPE_INTEGER:
		return "Integer";
	case SHAPE_LONG:
		return "Long";
	case SHAPE_DOUBLE:
		return "Double";
	case SHAPE_BOOLEAN:
		return "Boolean";
	case SHAPE_STRING:
	case SHAPE_BINARY:
	case SHAPE_LIST:
	case SHAPE_MAP:
	case SHAPE_STRUCT:
	case SHAPE_VALUE:
		break;
	}
	return "String";
}

static bool
bool_text(struct str s, bool *ret)
{
	bool yes = str_caseeq(s, STR("true")) || str_eq(s, STR("1")) ||
	    str_caseeq(s, STR("yes"));

	*ret = yes;
	return yes || str_caseeq(s, STR("false")) || str_eq(s, STR("0")) ||
	    str_caseeq(s, STR("no"));
}

static enum err
check_base64(struct op_ctx *ctx, struct str text)
{
	struct buf raw CLEANUP(buf_free) = BUF_INIT(text.len);

	if (text.len % 4 != 0)
		return op_fail(ctx, ERR_SERIALIZATION,
		    "Base64 encoded length is expected a multiple of 4 bytes "
		    "but found: %zu",
		    text.len);
	if (!crypto_unbase64(&raw, text))
		return wrong(ctx,
		    "Invalid last non-pad Base64 character dectected");
	return buf_err(&raw);
}

/* v is neither an array nor an object. */
static enum err
check_scalar(struct op_ctx *ctx, const struct shape *s, const struct json *v)
{
	enum json_kind kind = json_kind(v);
	int64_t n;
	bool b;

	if (s->kind == SHAPE_BINARY)
		return kind == JSON_STRING ?
		    check_base64(ctx, json_str(v)) :
		    wrong(ctx,
			"only base-64-encoded strings are convertible to bytes");
	if (s->kind == SHAPE_BOOLEAN && kind == JSON_STRING)
		return bool_text(json_str(v), &b) ?
		    ERR_OK :
		    wrong(ctx, "Unexpected token received from parser");
	if ((s->kind == SHAPE_STRING && kind == JSON_STRING) ||
	    (s->kind == SHAPE_BOOLEAN && kind == JSON_BOOL) ||
	    (s->kind == SHAPE_DOUBLE && kind == JSON_NUMBER) ||
	    ((s->kind == SHAPE_INTEGER || s->kind == SHAPE_LONG) &&
		kind == JSON_NUMBER && json_int(v, &n) &&
		(s->kind == SHAPE_LONG || (n >= INT32_MIN && n <= INT32_MAX))))
		return ERR_OK;
	return op_fail(ctx, ERR_SERIALIZATION, "%s cannot be converted to %s",
	    token_name(v), class_name(s->kind));
}

static enum err
check_list(struct op_ctx *ctx, const struct shape *s, const struct json *v)
{
	enum err e = ERR_OK;

	if (json_kind(v) == JSON_OBJECT)
		return wrong(ctx,
		    "Start of structure or map found where not expected");
	if (json_kind(v) != JSON_ARRAY)
		return wrong(ctx,
		    s->flags & SHAPE_FIELD ? PARAMETERIZED :
					     "Unexpected field type");
	for (size_t i = 0; i < json_len(v) && e == ERR_OK; i++)
		e = check(ctx, s->of, json_at(v, i));
	return e;
}

static enum err
check_map(struct op_ctx *ctx, const struct shape *s, const struct json *v)
{
	struct json_member m = { 0 };
	enum err e = ERR_OK;

	if (json_kind(v) == JSON_ARRAY)
		return op_fail(ctx, ERR_SERIALIZATION,
		    "Unrecognized collection type java.util.Map"
		    "<java.lang.String, %s>",
		    s->of->kind == SHAPE_STRING    ? "java.lang.String" :
			s->of->kind == SHAPE_VALUE ? SHAPE_MODEL
			"AttributeValue" :
						     s->of->type);
	if (json_kind(v) != JSON_OBJECT)
		return wrong(ctx,
		    s->flags & SHAPE_FIELD ? PARAMETERIZED :
					     "Unexpected field type");
	while (e == ERR_OK && json_next(v, &m))
		e = check(ctx, s->of, m.value);
	return e;
}

static const struct shape *
find(const struct shape *members, struct str name)
{
	for (; members->name != NULL; members++)
		if (strncmp(members->name, name.p, name.len) == 0 &&
		    members->name[name.len] == '\0')
			return members;
	return NULL;
}

static enum err
check_struct(struct op_ctx *ctx, const struct shape *s, const struct json *v)
{
	bool is_value = s->kind == SHAPE_VALUE;
	const struct shape *members = is_value ? attribute_value : s->of;

	if (json_kind(v) == JSON_ARRAY)
		return op_fail(ctx, ERR_SERIALIZATION,
		    "Unrecognized collection type class %s",
		    is_value ? SHAPE_MODEL "AttributeValue" : s->type);
	if (json_kind(v) != JSON_OBJECT)
		return wrong(ctx,
		    s->flags & SHAPE_FIELD ?
			"Unexpected field type" :
			"Unexpected value type in payload");
	return shape_types(ctx, members, v);
}

static enum err
check(struct op_ctx *ctx, const struct shape *s, const struct json *v)
{
	enum json_kind kind = json_kind(v);

	if (kind == JSON_NULL)
		return ERR_OK;
	if (s->kind == SHAPE_LIST)
		return check_list(ctx, s, v);
	if (s->kind == SHAPE_MAP)
		return check_map(ctx, s, v);
	if (s->kind == SHAPE_STRUCT || s->kind == SHAPE_VALUE)
		return check_struct(ctx, s, v);
	if (kind == JSON_OBJECT)
		return wrong(ctx,
		    "Start of structure or map found where not expected");
	if (kind == JSON_ARRAY)
		return op_fail(ctx, ERR_SERIALIZATION,
		    "Unrecognized collection type class java.%s%s",
		    s->kind == SHAPE_BINARY ? "nio." : "lang.",
		    s->kind == SHAPE_BINARY ? "ByteBuffer" :
					      class_name(s->kind));
	return check_scalar(ctx, s, v);
}

enum err
shape_types(struct op_ctx *ctx, const struct shape *members,
    const struct json *in)
{
	struct json_member m = { 0 };
	const struct shape *s;
	enum err e = ERR_OK;

	while (e == ERR_OK && json_next(in, &m))
		if ((s = find(members, m.name)) != NULL)
			e = check(ctx, s, m.value);
	return e;
}

void
shape_put(struct buf *out, const struct shape *s, const struct json *v)
{
	const struct json *one;
	char open = s->kind == SHAPE_LIST ? '[' : '{';

	if (s->kind != SHAPE_LIST && s->kind != SHAPE_STRUCT) {
		json_put(out, v);
		return;
	}
	buf_putc(out, open);
	for (size_t i = 0; s->kind == SHAPE_LIST && i < json_len(v); i++) {
		if (i > 0)
			buf_putc(out, ',');
		shape_put(out, s->of, json_at(v, i));
	}
	for (const struct shape *of = s->of;
	     s->kind == SHAPE_STRUCT && of->name != NULL; of++) {
		if ((one = shape_get(v, of->name)) == NULL)
			continue;
		if (out->len > 0 && out->p[out->len - 1] != '{')
			buf_putc(out, ',');
		json_put_str(out, str_from(of->name));
		buf_putc(out, ':');
		shape_put(out, of, one);
	}
	buf_putc(out, s->kind == SHAPE_LIST ? ']' : '}');
}

const struct json *
shape_get(const struct json *in, const char *name)
{
	const struct json *v = json_get(in, name);

	return json_kind(v) == JSON_NULL ? NULL : v;
}

int64_t
shape_int(const struct json *in, const char *name, int64_t absent)
{
	int64_t n;

	return json_int(shape_get(in, name), &n) ? n : absent;
}

bool
shape_bool(const struct json *in, const char *name)
{
	const struct json *v = shape_get(in, name);
	bool yes;

	if (json_kind(v) != JSON_STRING)
		return json_bool(v);
	return bool_text(json_str(v), &yes) && yes;
}
