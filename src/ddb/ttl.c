/* SPDX-License-Identifier: ISC */
#include "ddb/ttl.h"

#include "ddb/extra.h"

enum err
ttl_attribute(struct op_ctx *ctx, const struct table *t, struct str *ret)
{
	struct json *head CLEANUP(json_freep) = NULL;
	struct str name;
	enum err e = extra_read(t, EXTRA_HEAD, &head);

	if (e != ERR_OK)
		return e;
	name = json_str(json_at(json_get(head, "ttl"), 0));
	*ret = name.p == NULL ? name : arena_str(ctx->arena, name);
	return name.p != NULL && ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

enum err
ttl_enable(struct op_ctx *ctx, struct table *t, struct str name)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));
	enum err e;

	buf_putc(&text, '[');
	json_put_str(&text, name);
	buf_putc(&text, ']');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	return extra_set(ctx, t, EXTRA_HEAD, "ttl", buf_str(&text));
}

enum err
ttl_disable(struct op_ctx *ctx, struct table *t)
{
	return extra_set(ctx, t, EXTRA_HEAD, "ttl", (struct str){ NULL, 0 });
}
