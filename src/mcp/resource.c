/* SPDX-License-Identifier: ISC */
#include "mcp/resource.h"

#include <string.h>

static const struct resource *const rows[] = {
#define RESOURCE(sym) &resource_##sym,
#include "mcp/resource.tbl"
#undef RESOURCE
};

const struct resource *
resource_at(size_t i)
{
	return i < NELEM(rows) ? rows[i] : NULL;
}

bool
resource_is_template(const struct resource *r)
{
	return strchr(r->uri, '{') != NULL;
}

bool
resource_allowed(const struct resource *r, const struct op_ctx *ctx)
{
	return (ctx->rights & OP_READ) != 0 &&
	    (r->op == NULL || op_by_name(str_from(r->op)) != NULL) &&
	    (ctx->groups == 0 || (ctx->groups >> r->group & 1) != 0);
}

/* Does the URI fit the template?  A name has no slash and is not empty. */
static bool
fits(const char *pattern, struct str uri, struct str *ret_name)
{
	struct str behind, before = str_cut(str_from(pattern), '{', &behind);

	*ret_name = (struct str){ NULL, 0 };
	if (behind.p == NULL)
		return str_eq(uri, before);
	(void)str_cut(behind, '}', &behind);
	if (uri.len <= before.len + behind.len || !str_starts(uri, before) ||
	    !str_ends(uri, behind))
		return false;
	*ret_name = (struct str){ uri.p + before.len,
		uri.len - before.len - behind.len };
	return memchr(ret_name->p, '/', ret_name->len) == NULL;
}

const struct resource *
resource_find(struct str uri, const struct op_ctx *ctx, struct str *ret_name)
{
	for (size_t i = 0; i < NELEM(rows); i++)
		if (fits(rows[i]->uri, uri, ret_name))
			return resource_allowed(rows[i], ctx) ? rows[i] : NULL;
	return NULL;
}

enum err
resource_put(struct op_ctx *ctx, const struct resource *r, struct str uri,
    struct str name, struct buf *out)
{
	BUF_LIT(out, "\"uri\":");
	json_put_str(out, uri);
	BUF_LIT(out, ",\"mimeType\":");
	json_put_str(out, str_from(r->mime));
	return r->read(ctx, name, out);
}
