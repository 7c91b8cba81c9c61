/* SPDX-License-Identifier: ISC */
#include "ddb/stream_record.h"

#include "base/clock.h"
#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/key.h"
#include "ddb/value.h"

#define EVENT_ID 16 /* bytes, of which the id is the hexadecimal */

/* Bytes of a map of attributes, as the API counts them, added to *sum. */
static enum err
add_size(struct op_ctx *ctx, struct str map, uint64_t *sum)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct value_out w = { .ctx = ctx, .out = &text, .prefix = "" };
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e = json_parse(map, LIMIT_JSON_DEPTH, &j, &error);

	if (e == ERR_OK)
		e = value_put_map(&w, j);
	*sum += w.size;
	return e == ERR_JSON || e == ERR_VALIDATION ? ERR_STORE : e;
}

/* The same record has the same id whenever it is read. */
static void
put_event_id(const struct stream *s, uint64_t seq, struct buf *out)
{
	const uint64_t numbers[2] = { s->o.id, seq };
	unsigned char hash[CRYPTO_HASH_BYTES];

	crypto_hash_of(hash,
	    (struct str){ (const char *)numbers, sizeof(numbers) }, NULL);
	crypto_hex(out, hash, EVENT_ID);
}

static enum err
put_image(struct op_ctx *ctx, const char *name, struct str image,
    struct buf *out, uint64_t *size)
{
	if (image.p == NULL)
		return ERR_OK;
	answer_member(out, name);
	buf_puts(out, image);
	return add_size(ctx, image, size);
}

static enum err
put_change(struct op_ctx *ctx, const struct stream *s,
    const struct store_image *i, struct buf *out, uint64_t *size)
{
	bool both = str_eq(s->view, STR("NEW_AND_OLD_IMAGES"));
	size_t start;
	enum err e;

	buf_printf(out, "{\"ApproximateCreationDateTime\":%llu,\"Keys\":",
	    (unsigned long long)(i->time / NS_PER_S));
	start = out->len;
	if ((e = key_put(out, &s->t, &i->key)) != ERR_OK ||
	    (e = buf_err(out)) != ERR_OK)
		return e;
	e = add_size(ctx, (struct str){ out->p + start, out->len - start },
	    size);
	if (e == ERR_OK && (both || str_eq(s->view, STR("NEW_IMAGE"))))
		e = put_image(ctx, "NewImage", i->new, out, size);
	if (e == ERR_OK && (both || str_eq(s->view, STR("OLD_IMAGE"))))
		e = put_image(ctx, "OldImage", i->old, out, size);
	if (e != ERR_OK)
		return e;
	answer_member(out, "SequenceNumber");
	stream_put_sequence(out, i->seq);
	buf_printf(out, ",\"SizeBytes\":%llu", (unsigned long long)*size);
	answer_member(out, "StreamViewType");
	json_put_str(out, s->view);
	buf_putc(out, '}');
	return ERR_OK;
}

enum err
stream_record_put(struct op_ctx *ctx, const struct stream *s,
    const struct store_image *i, struct buf *out, uint64_t *ret_size)
{
	uint64_t size = 0;
	enum err e;

	BUF_LIT(out, "{\"eventID\":\"");
	put_event_id(s, i->seq, out);
	buf_printf(out,
	    "\",\"eventName\":\"%s\",\"eventVersion\":\"1.1\","
	    "\"eventSource\":\"aws:dynamodb\",\"awsRegion\":",
	    i->old.p == NULL     ? "INSERT" :
		i->new.p == NULL ? "REMOVE" :
				   "MODIFY");
	json_put_str(out, ctx->region);
	BUF_LIT(out, ",\"dynamodb\":");
	if ((e = put_change(ctx, s, i, out, &size)) != ERR_OK)
		return e;
	/* SDKs read the model's names, what reads JSON the documented ones. */
	if (str_eq(i->surface, STR(STREAM_TTL_SURFACE)) &&
	    str_eq(i->operation, STR(STREAM_TTL_OPERATION)))
		BUF_LIT(out,
		    ",\"userIdentity\":{\"Type\":\"Service\","
		    "\"PrincipalId\":\"dynamodb.amazonaws.com\","
		    "\"type\":\"Service\","
		    "\"principalId\":\"dynamodb.amazonaws.com\"}");
	buf_putc(out, '}');
	*ret_size = size;
	return ERR_OK;
}
