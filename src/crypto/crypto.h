/* SPDX-License-Identifier: ISC */
/*
 * crypto - the primitives, all of them libsodium's.
 *
 * Nothing here does I/O but crypto_init(), which opens the system's source
 * of random bytes once.  Call it before the sandbox is entered.
 *
 * Layer: crypto.
 */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include "base/buf.h"
#include "base/str.h"

#define CRYPTO_HASH_BYTES 32 /* BLAKE2b-256, SHA-256 and their keyed forms */
#define CRYPTO_KEY_BYTES  32

enum err crypto_init(void) NODISCARD;

void crypto_random(void *p, size_t n) NONNULL;

/* Same time for every content of the same length. */
bool crypto_equal(const void *a, const void *b, size_t n) NONNULL NODISCARD;
void crypto_wipe(void *p, size_t n) NONNULL;

/*
 * Memory for secrets: guarded, out of core dumps, wiped when freed.  It is
 * inherited over fork.  NULL: no memory.
 */
void *crypto_secret_alloc(size_t n) NODISCARD;
void crypto_secret_free(void *p);

/* BLAKE2b-256; key is NULL or CRYPTO_KEY_BYTES long.  (libsodium exports a
 * crypto_hash of its own, hence the name.) */
void crypto_hash_of(unsigned char ret[CRYPTO_HASH_BYTES], struct str data,
    const unsigned char *key);

/* The same over pieces.  The struct is opaque; it holds no pointer. */
struct crypto_hash {
	_Alignas(64) unsigned char opaque[384];
};
void crypto_hash_init(struct crypto_hash *h, const unsigned char *key);
void crypto_hash_add(struct crypto_hash *h, const void *p, size_t n);
void crypto_hash_end(struct crypto_hash *h,
    unsigned char ret[CRYPTO_HASH_BYTES]) NONNULL;

void crypto_sha256(unsigned char ret[CRYPTO_HASH_BYTES], struct str data)
    NONNULL;
void crypto_hmac_sha256(unsigned char ret[CRYPTO_HASH_BYTES], struct str key,
    struct str data) NONNULL;

/* A key for one purpose; context is 8 characters. */
void crypto_derive(unsigned char ret[CRYPTO_KEY_BYTES],
    const unsigned char master[CRYPTO_KEY_BYTES], const char context[8])
    NONNULL;

/*
 * Seal data so that only who has the key can read or make it: a text in
 * base64url (version, key id, nonce, XChaCha20-Poly1305).  crypto_open()
 * appends the data; false: it is no such text, or of another key.
 */
void crypto_seal(struct buf *out, struct str data,
    const unsigned char key[CRYPTO_KEY_BYTES]) NONNULL;
bool crypto_open(struct buf *out, struct str text,
    const unsigned char key[CRYPTO_KEY_BYTES]) NONNULL NODISCARD;

/* Lower-case hexadecimal. */
void crypto_hex(struct buf *out, const void *p, size_t n) NONNULL;

/*
 * Base64 (RFC 4648, 4): standard alphabet with padding.  Decoding refuses
 * white space, missing padding and stray bits.  crypto_base64url() is
 * section 5 without padding.
 */
void crypto_base64(struct buf *out, struct str data) NONNULL;
void crypto_base64url(struct buf *out, struct str data) NONNULL;
bool crypto_unbase64(struct buf *out, struct str text) NONNULL NODISCARD;

#endif
