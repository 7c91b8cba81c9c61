/* SPDX-License-Identifier: ISC */
#include "ddb/key.h"

#include <string.h>

#include "crypto/crypto.h"
#include "ddb/index.h"
#include "ddb/number.h"

#define INVALID "One or more parameter values were invalid: "

enum value_type
key_value_type(char type)
{
	return type == 'S' ? VALUE_S : type == 'N' ? VALUE_N : VALUE_B;
}

static enum err
binary_bytes(struct op_ctx *ctx, struct str text, struct str *ret)
{
	struct buf raw CLEANUP(buf_free) = BUF_INIT(text.len);

	if (!crypto_unbase64(&raw, text))
		return ERR_VALIDATION;
	*ret = arena_str(ctx->arena, buf_str(&raw));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
key_bytes(struct op_ctx *ctx, char type, struct str s, struct str *ret)
{
	unsigned char form[NUMBER_KEY_BYTES];
	struct number n;

	if (type == 'B')
		return binary_bytes(ctx, s, ret);
	if (type == 'N') {
		if (number_parse(s, &n) != NUMBER_OK)
			return ERR_VALIDATION;
		s = (struct str){ (char *)form, number_encode(&n, form) };
	}
	*ret = arena_str(ctx->arena, s);
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
key_hash(struct op_ctx *ctx, struct str part, struct str *ret)
{
	unsigned char digest[CRYPTO_HASH_BYTES];
	char *p = arena_alloc(ctx->arena, KEY_PREFIX_BYTES + part.len);

	if (p == NULL)
		return ERR_NO_MEMORY;
	crypto_hash_of(digest, part, NULL);
	memcpy(p, digest, KEY_PREFIX_BYTES);
	if (part.len > 0)
		memcpy(p + KEY_PREFIX_BYTES, part.p, part.len);
	*ret = (struct str){ p, KEY_PREFIX_BYTES + part.len };
	return ERR_OK;
}

enum err
key_part(struct op_ctx *ctx, const struct table_key *k, bool is_hash,
    const struct json *content, struct str *ret)
{
	enum err e = key_bytes(ctx, k->type, json_str(content), ret);

	if (e != ERR_OK)
		return e;
	if (ret->len == 0)
		return op_fail(ctx, ERR_VALIDATION,
		    "One or more parameter values are not valid. The "
		    "AttributeValue for a key attribute cannot contain an "
		    "empty %s value. Key: %.*s",
		    k->type == 'B' ? "binary" : "string", STR_ARG(k->name));
	if (is_hash && ret->len > LIMIT_KEY_HASH)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Size of hashkey has exceeded the maximum size limit "
		    "of2048 bytes");
	if (!is_hash && ret->len > LIMIT_KEY_RANGE)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Aggregated size of all range keys has exceeded the size "
		    "limit of 1024 bytes");
	return ERR_OK;
}

static enum err
item_part(struct op_ctx *ctx, const struct table_key *k, bool is_hash,
    const struct json *item, struct str *ret)
{
	const struct json *value = json_find(item, k->name), *content = NULL;
	enum value_type t;

	if (value == NULL || json_kind(value) == JSON_NULL)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "Missing the key %.*s in the item",
		    STR_ARG(k->name));
	t = value_type(value, &content);
	if (t != key_value_type(k->type))
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID
		    "Type mismatch for key %.*s expected: %c actual: %s",
		    STR_ARG(k->name), k->type, value_type_name(t));
	return key_part(ctx, k, is_hash, content, ret);
}

static enum err
map_part(struct op_ctx *ctx, const struct table_key *k, bool is_hash,
    const struct json *map, struct str *ret)
{
	const struct json *content = NULL;

	if (value_type(json_find(map, k->name), &content) !=
	    key_value_type(k->type))
		return op_fail(ctx, ERR_VALIDATION,
		    "The provided key element does not match the schema");
	return key_part(ctx, k, is_hash, content, ret);
}

static enum err
both(struct op_ctx *ctx, const struct table *t, const struct json *map,
    enum err (*get)(struct op_ctx *ctx, const struct table_key *k, bool is_hash,
	const struct json *map, struct str *ret),
    struct store_key *ret)
{
	struct str hash, range = { "", 0 };
	enum err e = get(ctx, &t->hash, true, map, &hash);

	if (e == ERR_OK && t->range.name.p != NULL)
		e = get(ctx, &t->range, false, map, &range);
	if (e == ERR_OK)
		e = key_hash(ctx, hash, &hash);
	if (e == ERR_OK)
		*ret = (struct store_key){ hash, range };
	return e;
}

enum err
key_of_item(struct op_ctx *ctx, const struct table *t, const struct json *item,
    struct store_key *ret)
{
	enum err e = both(ctx, t, item, item_part, ret);

	return e == ERR_OK ? index_check_item(ctx, t, item) : e;
}

enum err
key_of_map(struct op_ctx *ctx, const struct table *t, const struct json *map,
    struct store_key *ret)
{
	if (json_len(map) != (t->range.name.p == NULL ? 1 : 2))
		return op_fail(ctx, ERR_VALIDATION,
		    "The provided key element does not match the schema");
	return both(ctx, t, map, map_part, ret);
}

enum err
key_in_map(struct op_ctx *ctx, const struct table *t, const struct json *map,
    struct store_key *ret)
{
	return both(ctx, t, map, map_part, ret);
}

bool
key_fits(const struct table *t, const struct json *item)
{
	const struct table_key *keys[] = { &t->hash, &t->range };
	size_t n = t->range.name.p == NULL ? 1 : 2;
	const struct json *content;

	for (size_t i = 0; i < n; i++)
		if (value_type(json_find(item, keys[i]->name), &content) !=
		    key_value_type(keys[i]->type))
			return false;
	return true;
}

bool
key_map_fits(const struct table *t, const struct json *map)
{
	return json_len(map) == (t->range.name.p == NULL ? 1 : 2) &&
	    key_fits(t, map);
}

enum err
key_put_part(struct buf *out, const struct table_key *k, struct str part)
{
	struct number n;

	json_put_str(out, k->name);
	buf_printf(out, ":{\"%c\":", k->type);
	if (k->type == 'S') {
		json_put_str(out, part);
	} else if (k->type == 'N') {
		if (!number_decode(part, &n))
			return ERR_STORE;
		buf_putc(out, '"');
		number_put(out, &n);
		buf_putc(out, '"');
	} else {
		buf_putc(out, '"');
		crypto_base64(out, part);
		buf_putc(out, '"');
	}
	buf_putc(out, '}');
	return ERR_OK;
}

enum err
key_put(struct buf *out, const struct table *t, const struct store_key *k)
{
	struct str hash = k->hash;
	enum err e;

	if (hash.len < KEY_PREFIX_BYTES)
		return ERR_STORE;
	hash.p += KEY_PREFIX_BYTES;
	hash.len -= KEY_PREFIX_BYTES;
	buf_putc(out, '{');
	if ((e = key_put_part(out, &t->hash, hash)) != ERR_OK)
		return e;
	if (t->range.name.p != NULL) {
		buf_putc(out, ',');
		if ((e = key_put_part(out, &t->range, k->range)) != ERR_OK)
			return e;
	}
	buf_putc(out, '}');
	return ERR_OK;
}
