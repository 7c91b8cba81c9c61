/* SPDX-License-Identifier: ISC */
/*
 * fuzz sigv4 - a request's lines into the parser and the verifier.
 *
 * Input: the target, then one "name: value" a line.  What parses must have
 * the parts that it says, and must not verify: nobody knows the secret.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/sigv4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool good)
{
	if (!good)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char secret[CRYPTO_KEY_BYTES] = { 3, 6, 6, 7 };
	unsigned char hash[CRYPTO_HASH_BYTES] = { 0 };
	struct sigv4_field fields[LIMIT_FIELDS];
	struct str rest = { (const char *)data, size }, text = { NULL, 0 };
	struct sigv4_request r = { STR("POST"), { NULL, 0 }, fields, 0 };
	struct buf scratch CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct sigv4 s;
	enum err e;

	if (size > LIMIT_HEAD || crypto_init() != ERR_OK)
		return 0;
	r.target = str_cut(rest, '\n', &rest);
	while (rest.p != NULL && r.nfields < LIMIT_FIELDS) {
		struct sigv4_field *f = &fields[r.nfields++];

		f->name = str_cut(str_cut(rest, '\n', &rest), ':', &f->value);
		if (f->value.p == NULL)
			f->value = STR("");
		f->value = str_trim(f->value);
	}
	if (!sigv4_present(&r))
		return 0;
	e = sigv4_parse(&r, 1440938160, &scratch, &s, &text);
	if (e != ERR_OK) {
		check(text.p != NULL && text.len > 0 && text.len <= 512);
		return 0;
	}
	check(s.key_id.len > 0 && s.date.len == 8 && s.region.len > 0 &&
	    s.amz_date.len == 16 && s.signature.len == 64);
	if (sigv4_claimed(&s, hash))
		check(s.payload_sha256.len == 64);
	e = sigv4_verify(&r, &s, (struct str){ (const char *)secret, 32 },
	    hash);
	check(e == ERR_CLIENT || e == ERR_NO_MEMORY);
	return 0;
}
