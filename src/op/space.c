/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypto/crypto.h"
#include "op/op.h"

uint64_t
op_space(struct str key_id, struct str region)
{
	unsigned char hash[CRYPTO_HASH_BYTES];
	struct crypto_hash h;
	uint64_t space;

	if (key_id.p == NULL && region.p == NULL)
		return 0;
	/* A NUL stands in neither; an absent key is none that is empty. */
	crypto_hash_init(&h, NULL);
	if (key_id.p != NULL)
		crypto_hash_add(&h, key_id.p, key_id.len);
	crypto_hash_add(&h, key_id.p == NULL ? "" : "\0", 1);
	if (region.p != NULL)
		crypto_hash_add(&h, region.p, region.len);
	crypto_hash_end(&h, hash);
	memcpy(&space, hash, sizeof(space));
	/* Positive in SQLite, and not the shared one. */
	space &= INT64_MAX;
	return space == 0 ? 1 : space;
}
