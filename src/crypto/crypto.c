/* SPDX-License-Identifier: ISC */
#include "crypto/crypto.h"

#include <sodium.h>
#include <stdalign.h>
#include <string.h>

#define CRYPTO_B64_PIECE 768 /* bytes encoded at once: 1024 characters */

_Static_assert(sizeof(struct crypto_hash) >= sizeof(crypto_generichash_state) &&
	alignof(struct crypto_hash) >= alignof(crypto_generichash_state),
    "the state fits");
_Static_assert(CRYPTO_HASH_BYTES == crypto_generichash_BYTES &&
	CRYPTO_HASH_BYTES == crypto_hash_sha256_BYTES &&
	CRYPTO_HASH_BYTES == crypto_auth_hmacsha256_BYTES &&
	CRYPTO_KEY_BYTES == crypto_generichash_KEYBYTES &&
	CRYPTO_KEY_BYTES == crypto_kdf_KEYBYTES && crypto_kdf_CONTEXTBYTES == 8,
    "the sizes of crypto.h are libsodium's");

enum err
crypto_init(void)
{
	return sodium_init() < 0 ? ERR_INTERNAL : ERR_OK;
}

void
crypto_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}

bool
crypto_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
crypto_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

void *
crypto_secret_alloc(size_t n)
{
	return sodium_malloc(n);
}

void
crypto_secret_free(void *p)
{
	sodium_free(p);
}

static size_t
key_len(const unsigned char *key)
{
	return key != NULL ? CRYPTO_KEY_BYTES : 0;
}

/* The calls below fail only for sizes that are constants here. */

void
crypto_hash_of(unsigned char ret[CRYPTO_HASH_BYTES], struct str data,
    const unsigned char *key)
{
	(void)crypto_generichash(ret, CRYPTO_HASH_BYTES,
	    (const unsigned char *)data.p, data.len, key, key_len(key));
}

static crypto_generichash_state *
state(struct crypto_hash *h)
{
	return (void *)h->opaque;
}

void
crypto_hash_init(struct crypto_hash *h, const unsigned char *key)
{
	(void)crypto_generichash_init(state(h), key, key_len(key),
	    CRYPTO_HASH_BYTES);
}

void
crypto_hash_add(struct crypto_hash *h, const void *p, size_t n)
{
	(void)crypto_generichash_update(state(h), p, n);
}

void
crypto_hash_end(struct crypto_hash *h, unsigned char ret[CRYPTO_HASH_BYTES])
{
	(void)crypto_generichash_final(state(h), ret, CRYPTO_HASH_BYTES);
}

void
crypto_sha256(unsigned char ret[CRYPTO_HASH_BYTES], struct str data)
{
	(void)crypto_hash_sha256(ret, (const unsigned char *)data.p, data.len);
}

void
crypto_hmac_sha256(unsigned char ret[CRYPTO_HASH_BYTES], struct str key,
    struct str data)
{
	crypto_auth_hmacsha256_state s;

	(void)crypto_auth_hmacsha256_init(&s, (const unsigned char *)key.p,
	    key.len);
	(void)crypto_auth_hmacsha256_update(&s, (const unsigned char *)data.p,
	    data.len);
	(void)crypto_auth_hmacsha256_final(&s, ret);
	crypto_wipe(&s, sizeof(s));
}

void
crypto_derive(unsigned char ret[CRYPTO_KEY_BYTES],
    const unsigned char master[CRYPTO_KEY_BYTES], const char context[8])
{
	(void)crypto_kdf_derive_from_key(ret, CRYPTO_KEY_BYTES, 1, context,
	    master);
}

void
crypto_hex(struct buf *out, const void *p, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *byte = p;
	char *to = buf_reserve(out, 2 * n);

	if (to == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		*to++ = digit[byte[i] >> 4];
		*to++ = digit[byte[i] & 0xf];
	}
	out->len += 2 * n;
}

/* libsodium ends its text with NUL, so it goes by way of a small piece: the
 * buffer may be filled to its last byte. */
static void
base64(struct buf *out, struct str data, int variant)
{
	char text[CRYPTO_B64_PIECE / 3 * 4 + 1];

	while (data.len > 0) {
		size_t n =
		    data.len < CRYPTO_B64_PIECE ? data.len : CRYPTO_B64_PIECE;

		(void)sodium_bin2base64(text, sizeof(text),
		    (const unsigned char *)data.p, n, variant);
		buf_put(out, text, strlen(text));
		data.p += n;
		data.len -= n;
	}
	crypto_wipe(text, sizeof(text));
}

void
crypto_base64(struct buf *out, struct str data)
{
	base64(out, data, sodium_base64_VARIANT_ORIGINAL);
}

void
crypto_base64url(struct buf *out, struct str data)
{
	base64(out, data, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium takes bytes past ASCII for digits: 1.0.18, where char is signed. */
static bool
unbase64(struct str text, int variant, unsigned char *to, size_t max,
    size_t *ret_n)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return false;
	return sodium_base642bin(to, max, text.p, text.len, NULL, ret_n, NULL,
		   variant) == 0;
}

bool
crypto_unbase64(struct buf *out, struct str text)
{
	size_t max, n;
	char *to;

	if (text.len % 4 != 0)
		return false;
	if (text.len == 0)
		return true;
	max = text.len / 4 * 3;
	for (size_t i = 1; i <= 2 && text.p[text.len - i] == '='; i++)
		max--;
	if ((to = buf_reserve(out, max)) == NULL ||
	    !unbase64(text, sodium_base64_VARIANT_ORIGINAL, (unsigned char *)to,
		max, &n))
		return false;
	out->len += n;
	return true;
}

/* ---- seals: version, key id, nonce, what is sealed, tag */

enum {
	SEAL_VERSION = 1,
	SEAL_HEAD = 2,
	SEAL_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	SEAL_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	SEAL_BEFORE = SEAL_HEAD + SEAL_NONCE,
	SEAL_MAX = 4096, /* bytes of data */
};
_Static_assert(CRYPTO_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "any key will do");

static void
seal_head(unsigned char *ret, const unsigned char *key)
{
	unsigned char id[CRYPTO_HASH_BYTES];

	crypto_hash_of(id, STR("doorward seal key id"), key);
	ret[0] = SEAL_VERSION;
	ret[1] = id[0];
}

void
crypto_seal(struct buf *out, struct str data,
    const unsigned char key[CRYPTO_KEY_BYTES])
{
	unsigned char box[SEAL_BEFORE + SEAL_MAX + SEAL_TAG];

	if (data.len > SEAL_MAX) {
		out->error = ERR_TOO_LARGE;
		return;
	}
	seal_head(box, key);
	crypto_random(box + SEAL_HEAD, SEAL_NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(box + SEAL_BEFORE,
	    NULL, (const unsigned char *)data.p, data.len, box, SEAL_HEAD, NULL,
	    box + SEAL_HEAD, key);
	crypto_base64url(out,
	    (struct str){ (const char *)box,
		SEAL_BEFORE + data.len + SEAL_TAG });
}

bool
crypto_open(struct buf *out, struct str text,
    const unsigned char key[CRYPTO_KEY_BYTES])
{
	unsigned char box[SEAL_BEFORE + SEAL_MAX + SEAL_TAG], head[SEAL_HEAD];
	size_t n;
	char *to;

	if (!unbase64(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, box,
		sizeof(box), &n) ||
	    n < SEAL_BEFORE + SEAL_TAG)
		return false;
	seal_head(head, key);
	n -= SEAL_BEFORE;
	if (memcmp(head, box, SEAL_HEAD) != 0 ||
	    (to = buf_reserve(out, n - SEAL_TAG)) == NULL ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)to,
		NULL, NULL, box + SEAL_BEFORE, n, box, SEAL_HEAD,
		box + SEAL_HEAD, key) != 0)
		return false;
	out->len += n - SEAL_TAG;
	return true;
}
