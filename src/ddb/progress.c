/* SPDX-License-Identifier: ISC */
#include "ddb/progress.h"

#include "crypto/crypto.h"

enum err
progress_read(struct op_ctx *ctx, struct str def, struct store_key *ret)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct buf raw CLEANUP(buf_free) = BUF_INIT(KIB(8));
	struct json_error error;
	struct str *parts[] = { &ret->hash, &ret->range };
	static const char *const names[] = { "hash", "range" };
	enum err e = json_parse(def, LIMIT_JSON_DEPTH, &j, &error);

	if (e != ERR_OK)
		return e == ERR_JSON ? ERR_STORE : e;
	*ret = (struct store_key){ 0 };
	for (size_t i = 0; i < NELEM(parts) && json_get(j, names[0]) != NULL;
	     i++) {
		buf_reset(&raw);
		if (!crypto_unbase64(&raw, json_str(json_get(j, names[i]))))
			return ERR_STORE;
		*parts[i] = arena_str(ctx->arena, buf_str(&raw));
		if (raw.len == 0)
			*parts[i] = STR("");
		if (parts[i]->p == NULL)
			return ERR_NO_MEMORY;
	}
	return ERR_OK;
}

void
progress_put(struct buf *out, const struct store_key *last)
{
	BUF_LIT(out, "\"hash\":\"");
	crypto_base64(out, last->hash);
	BUF_LIT(out, "\",\"range\":\"");
	crypto_base64(out, last->range);
	buf_putc(out, '"');
}
