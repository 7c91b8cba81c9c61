/* SPDX-License-Identifier: ISC */
#include "ddb/images.h"

#include "ddb/extra.h"

#define DEPTH 16

unsigned
images_of(struct str def)
{
	struct json *head CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct str rest;
	int64_t n;

	if (json_parse(str_cut(def, '\n', &rest), DEPTH, &head, &error) !=
		ERR_OK ||
	    !json_int(json_get(head, "images"), &n))
		return 0;
	return (unsigned)n;
}

enum err
images_set(struct op_ctx *ctx, struct table *t, unsigned reason, bool on)
{
	unsigned all = images_of(t->row.def) & ~reason;
	char *text = arena_printf(ctx->arena, "%u", on ? all | reason : all);

	if (text == NULL)
		return ERR_NO_MEMORY;
	t->row.images = on || t->row.images;
	return extra_set(ctx, t, EXTRA_HEAD, "images", str_from(text));
}
