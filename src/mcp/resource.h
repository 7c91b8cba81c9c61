/* SPDX-License-Identifier: ISC */
/*
 * resource - what can be read by its URI.
 *
 * A resource is one const row and one line in resource.tbl.  A URI with a
 * {name} in it is a template; all of ours name a table.  Those that need an
 * operation exist where it does.
 *
 * Layer: mcp.
 */
#ifndef MCP_RESOURCE_H
#define MCP_RESOURCE_H

#include "mcp/tool.h"

struct resource {
	const char *uri; /* "doorward://tables/{name}/sample" */
	const char *name;
	const char *title;
	const char *text; /* the description */
	const char *mime;
	const char *op;	       /* that must be there, or NULL */
	enum tool_group group; /* of a token that may read it */
	/*
	 * The members of the contents behind uri and mimeType: "text" or
	 * "blob", with a comma before.  name: what stands for {name}.
	 * ERR_NOT_FOUND: there is none of that name.
	 */
	enum err (*read)(struct op_ctx *ctx, struct str name, struct buf *out);
};

/* In the order of resource.tbl; NULL past the end. */
const struct resource *resource_at(size_t i) NODISCARD;
bool resource_is_template(const struct resource *r) NONNULL NODISCARD;
/* May the caller read it, and is it there? */
bool resource_allowed(const struct resource *r,
    const struct op_ctx *ctx) NONNULL NODISCARD;
/* The row whose URI this is; *ret_name: what stands for {name}. */
const struct resource *resource_find(struct str uri,
    const struct op_ctx *ctx, struct str *ret_name) NONNULL NODISCARD;

/* "uri":...,"mimeType":... and what read() writes; without braces. */
enum err resource_put(struct op_ctx *ctx, const struct resource *r,
    struct str uri, struct str name, struct buf *out) NONNULL NODISCARD;

#define RESOURCE(sym) extern const struct resource resource_##sym;
#include "mcp/resource.tbl"
#undef RESOURCE

#endif
