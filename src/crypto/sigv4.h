/* SPDX-License-Identifier: ISC */
/*
 * sigv4 - verify AWS Signature Version 4.
 *
 * Source: AWS, "Signature Version 4 signing process": Authorization header
 * and presigned query string.  Only AWS4-HMAC-SHA256 and only a payload that
 * is signed: UNSIGNED-PAYLOAD and the streaming forms are refused.
 *
 * Pure: no I/O, no clock.  Everything borrows from the request.
 *
 * Layer: crypto.
 */
#ifndef CRYPTO_SIGV4_H
#define CRYPTO_SIGV4_H

#include "base/buf.h"
#include "crypto/crypto.h"

#define SIGV4_SIGNED_MAX 64	 /* signed header names */
#define SIGV4_PARAMS_MAX 64	 /* parameters of the query */
#define SIGV4_SKEW_S	 900	 /* between the client's clock and ours */
#define SIGV4_EXPIRES_MAX 604800 /* X-Amz-Expires: a week */

/* What one header field is to the signature: name and value, trimmed. */
struct sigv4_field {
	struct str name;
	struct str value;
};

struct sigv4_request {
	struct str method;
	struct str target; /* as sent: path, and query behind '?' */
	const struct sigv4_field *fields;
	size_t nfields;
};

/* The parsed credential.  Borrows from the request or its scratch buffer. */
struct sigv4 {
	struct str key_id;
	struct str date;   /* YYYYMMDD of the scope */
	struct str region;
	struct str service;
	struct str amz_date; /* YYYYMMDDTHHMMSSZ; of X-Amz-Date, else Date */
	uint64_t time;	     /* of amz_date, seconds since 1970 */
	uint64_t expires;    /* seconds, presigned only, else 0 */
	struct str signed_headers;
	struct str signature;	   /* 64 hexadecimal digits */
	struct str payload_sha256; /* x-amz-content-sha256, 64 lower-case
				    * digits, absent if not sent */
	struct str token;	   /* x-amz-security-token, absent if not sent */
	bool query;		   /* presigned */
};

/*
 * Does the request carry any material of SigV4: an Authorization that begins
 * with "AWS4-", or a query parameter X-Amz-Algorithm, -Credential,
 * -Signature or -SignedHeaders?
 */
bool sigv4_present(const struct sigv4_request *r) NONNULL NODISCARD;

/*
 * Parse and check all that does not need the secret or the body: parts,
 * scope (service dynamodb, ending aws4_request), date against now within 15
 * minutes (presigned: within its expiry), signed headers that must include
 * host (and x-amz-* where sent).
 *
 * scratch owns what had to be decoded and must outlive *ret; its max must
 * leave room for twice the target and 512 bytes.  On failure
 * *reterr_text gets the service's own wording, in scratch or constant; it
 * repeats nothing of the request but dates.
 * ERR_SIGNATURE_PART: parts missing, all listed.  ERR_SIGNATURE: both forms
 * at once, bad scope, skew, unsigned payload.  ERR_NO_MEMORY.
 */
enum err sigv4_parse(const struct sigv4_request *r, uint64_t now_s,
    struct buf *scratch, struct sigv4 *ret, struct str *reterr_text) NONNULL
    NODISCARD;

/*
 * The payload's SHA-256 that the head claims and signs.  With it
 * sigv4_verify() can be asked before the body is read; the body must then
 * have this hash.  False: the head claims none, the body is needed first.
 */
bool sigv4_claimed(const struct sigv4 *s,
    unsigned char ret[CRYPTO_HASH_BYTES]) NONNULL NODISCARD;

/*
 * Verify the signature with secret (the text that the client configured)
 * over the payload whose SHA-256 is given.  Constant time in the secret.
 * ERR_CLIENT when it does not match, or the head claims another payload;
 * ERR_NO_MEMORY.
 */
enum err sigv4_verify(const struct sigv4_request *r, const struct sigv4 *s,
    struct str secret, const unsigned char payload_sha256[CRYPTO_HASH_BYTES])
    NONNULL NODISCARD;

#endif
