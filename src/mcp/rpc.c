/* SPDX-License-Identifier: ISC */
#include "mcp/rpc.h"

#include "base/limits.h"

/* Digits alone behind the sign: 1.0 and 1e0 are no integers on the wire. */
static bool
is_integer(struct str n)
{
	size_t i = n.len > 0 && n.p[0] == '-';

	if (i == n.len)
		return false;
	for (; i < n.len; i++)
		if (n.p[i] < '0' || n.p[i] > '9')
			return false;
	return true;
}

static bool
is_id(const struct json *id)
{
	if (json_kind(id) == JSON_STRING)
		return json_str(id).len <= LIMIT_RPC_ID;
	return json_kind(id) == JSON_NUMBER &&
	    json_number(id).len <= LIMIT_RPC_ID && is_integer(json_number(id));
}

static const char *
check(const struct json *j, struct rpc *r)
{
	const struct json *id = json_get(j, "id");
	const struct json *method = json_get(j, "method");
	enum json_kind params = json_kind(r->params);

	if (json_kind(j) != JSON_OBJECT)
		return "a message is an object";
	if (!str_eq(json_str(json_get(j, "jsonrpc")), STR("2.0")))
		return "jsonrpc must be \"2.0\"";
	if (id != NULL && r->id == NULL)
		return "id must be a string or an integer";
	if (method == NULL &&
	    (json_get(j, "result") != NULL || json_get(j, "error") != NULL)) {
		r->kind = RPC_RESPONSE;
		return NULL;
	}
	if (json_kind(method) != JSON_STRING)
		return "method must be a string";
	if (params != JSON_ABSENT && params != JSON_OBJECT)
		return "params must be an object";
	r->kind = id != NULL ? RPC_REQUEST : RPC_NOTIFICATION;
	return NULL;
}

void
rpc_read(const struct json *j, struct rpc *ret)
{
	const struct json *id = json_get(j, "id");

	*ret = (struct rpc){
		.kind = RPC_BAD,
		.id = is_id(id) ? id : NULL,
		.method = json_str(json_get(j, "method")),
		.params = json_get(j, "params"),
	};
	ret->wrong = check(j, ret);
}

struct str
rpc_cut(struct str s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return (struct str){ s.p, max };
}

void
rpc_put(struct buf *out, const struct json *j)
{
	if (j == NULL)
		BUF_LIT(out, "null");
	else
		json_put(out, j);
}

void
rpc_put_error(struct buf *out, const struct json *id, bool null_id, int code,
    struct str message, struct str data)
{
	BUF_LIT(out, "{\"jsonrpc\":\"2.0\"");
	if (id != NULL || null_id) {
		BUF_LIT(out, ",\"id\":");
		rpc_put(out, id);
	}
	buf_printf(out, ",\"error\":{\"code\":%d,\"message\":", code);
	json_put_str(out, message);
	if (data.p != NULL) {
		BUF_LIT(out, ",\"data\":");
		buf_puts(out, data);
	}
	BUF_LIT(out, "}}");
}
