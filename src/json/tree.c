/* SPDX-License-Identifier: ISC */
#include "json/tree.h"

#include <string.h>

#include "json/json.h"

/* Names up to this length are looked up by their hash. */
#define NAME_SHORT 255

struct json {
	char unused;
};

char json_number_mark[1];

static struct json null_value;

static const struct json_object *
tree(const struct json *j)
{
	return (const struct json_object *)(const void *)j;
}

static const struct json *
value(const struct json_object *o)
{
	return o == NULL ? &null_value : (const struct json *)(const void *)o;
}

struct json *
json_own(struct json_object *o)
{
	return o == NULL ? &null_value : (struct json *)(void *)o;
}

void
json_free(struct json *j)
{
	if (j != NULL && j != &null_value)
		(void)json_object_put((struct json_object *)(void *)j);
}

void
json_freep(struct json **j)
{
	json_free(*j);
	*j = NULL;
}

/* json-c's reader of user data is not const, but does not write. */
static bool
is_number(const struct json *j)
{
	struct json_object *o = (struct json_object *)(uintptr_t)j;

	return json_object_get_userdata(o) == json_number_mark;
}

enum json_kind
json_kind(const struct json *j)
{
	if (j == NULL)
		return JSON_ABSENT;
	if (j == &null_value)
		return JSON_NULL;
	switch (json_object_get_type(tree(j))) {
	case json_type_string:
		return is_number(j) ? JSON_NUMBER : JSON_STRING;
	case json_type_object:
		return JSON_OBJECT;
	case json_type_array:
		return JSON_ARRAY;
	case json_type_boolean:
		return JSON_BOOL;
	case json_type_null:
	case json_type_double:
	case json_type_int:
		break;
	}
	return JSON_NULL;
}

static struct str
text(const struct json *j, enum json_kind kind)
{
	struct json_object *o = (struct json_object *)(uintptr_t)j;

	if (json_kind(j) != kind)
		return (struct str){ NULL, 0 };
	return (struct str){ json_object_get_string(o),
		(size_t)json_object_get_string_len(o) };
}

struct str
json_str(const struct json *j)
{
	return text(j, JSON_STRING);
}

struct str
json_number(const struct json *j)
{
	return text(j, JSON_NUMBER);
}

bool
json_bool(const struct json *j)
{
	return json_kind(j) == JSON_BOOL && json_object_get_boolean(tree(j));
}

bool
json_int(const struct json *j, int64_t *ret)
{
	struct str n = json_number(j);
	bool negative = n.len > 0 && n.p[0] == '-';
	uint64_t v;

	if (negative) {
		n.p++;
		n.len--;
	}
	if (!str_u64(n, (uint64_t)INT64_MAX + negative, &v))
		return false;
	/* In this order no step leaves the range, INT64_MIN included. */
	*ret = negative && v > 0 ? -(int64_t)(v - 1) - 1 : (int64_t)v;
	return true;
}

static const char *const kind_name[] = {
	[JSON_ABSENT] = "nothing",
	[JSON_NULL] = "null",
	[JSON_BOOL] = "a boolean",
	[JSON_NUMBER] = "a number",
	[JSON_STRING] = "a string",
	[JSON_ARRAY] = "an array",
	[JSON_OBJECT] = "an object",
};
_Static_assert(NELEM(kind_name) == JSON_KIND__MAX, "a name for each");

const char *
json_kind_name(const struct json *j)
{
	return kind_name[json_kind(j)];
}

size_t
json_len(const struct json *j)
{
	enum json_kind kind = json_kind(j);

	if (kind == JSON_ARRAY)
		return json_object_array_length(tree(j));
	if (kind == JSON_OBJECT)
		return (size_t)json_object_object_length(tree(j));
	return 0;
}

const struct json *
json_at(const struct json *j, size_t i)
{
	if (json_kind(j) != JSON_ARRAY ||
	    i >= json_object_array_length(tree(j)))
		return NULL;
	return value(json_object_array_get_idx(tree(j), i));
}

const struct json *
json_get(const struct json *j, const char *name)
{
	struct json_object *o;

	if (json_kind(j) != JSON_OBJECT ||
	    !json_object_object_get_ex(tree(j), name, &o))
		return NULL;
	return value(o);
}

const struct json *
json_find(const struct json *j, struct str name)
{
	struct json_member m = { 0 };
	char z[NAME_SHORT + 1];

	if (name.len > NAME_SHORT) {
		while (json_next(j, &m))
			if (str_eq(m.name, name))
				return m.value;
		return NULL;
	}
	if (name.len > 0)
		memcpy(z, name.p, name.len);
	z[name.len] = '\0';
	return strlen(z) == name.len ? json_get(j, z) : NULL;
}

bool
json_next(const struct json *object, struct json_member *m)
{
	const struct lh_entry *e = m->pos;

	if (e != NULL)
		e = e->next;
	else if (json_kind(object) == JSON_OBJECT)
		e = json_object_get_object(tree(object))->head;
	if (e == NULL)
		return false;
	m->name = str_from(e->k);
	m->value = value(e->v);
	m->pos = e;
	return true;
}
