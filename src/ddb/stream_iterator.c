/* SPDX-License-Identifier: ISC */
#include "ddb/stream_iterator.h"

#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"

#define VERSION '1'
#define KEY_ID  '0'
#define NUMBERS 3
#define HEAD    2
#define BODY    (HEAD + NUMBERS * 8)
#define CHECK   8
#define WHOLE   (BODY + CHECK)

static void
checksum(const unsigned char *body, unsigned char ret[CRYPTO_HASH_BYTES])
{
	crypto_hash_of(ret, (struct str){ (const char *)body, BODY }, NULL);
}

void
stream_iterator_put(struct buf *out, const struct stream_iterator *i)
{
	const uint64_t numbers[NUMBERS] = { i->stream, i->at, i->made };
	unsigned char raw[WHOLE] = { VERSION, KEY_ID };
	unsigned char check[CRYPTO_HASH_BYTES];

	for (size_t k = 0; k < NUMBERS * 8; k++)
		raw[HEAD + k] =
		    (unsigned char)(numbers[k / 8] >> (56 - k % 8 * 8));
	checksum(raw, check);
	memcpy(raw + BODY, check, CHECK);
	buf_putc(out, '"');
	crypto_base64(out, (struct str){ (const char *)raw, WHOLE });
	buf_putc(out, '"');
}

enum err
stream_iterator_read(struct op_ctx *ctx, struct str text,
    struct stream_iterator *ret)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
	unsigned char raw[WHOLE], check[CRYPTO_HASH_BYTES];
	uint64_t numbers[NUMBERS] = { 0 };

	if (!crypto_unbase64(&b, text) || b.len != WHOLE)
		return op_fail(ctx, ERR_VALIDATION, "Invalid ShardIterator");
	memcpy(raw, b.p, WHOLE);
	checksum(raw, check);
	if (raw[0] != VERSION || raw[1] != KEY_ID ||
	    memcmp(raw + BODY, check, CHECK) != 0)
		return op_fail(ctx, ERR_VALIDATION, "Invalid ShardIterator");
	for (size_t k = 0; k < NUMBERS * 8; k++)
		numbers[k / 8] = numbers[k / 8] << 8 | raw[HEAD + k];
	*ret = (struct stream_iterator){ numbers[0], numbers[1], numbers[2] };
	if (clock_wall_ns() >= ret->made + STREAM_ITERATOR_S * NS_PER_S)
		return op_fail(ctx, ERR_EXPIRED_ITERATOR,
		    "The shard iterator has expired");
	return ERR_OK;
}
