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

#define SIGV4_SIGNED_MAX 64 /* signed header names */

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
	struct str amz_date; /* YYYYMMDDTHHMMSSZ */
	uint64_t time;	     /* of amz_date, seconds since 1970 */
	uint64_t expires;    /* seconds, presigned only, else 0 */
	struct str signed_headers;
	struct str signature;	   /* 64 hexadecimal digits */
	struct str payload_sha256; /* x-amz-content-sha256, absent if not sent */
	struct str token;	   /* x-amz-security-token, absent if not sent */
	bool query;		   /* presigned */
};

/* Does the request carry any material of SigV4, in header or query? */
bool sigv4_present(const struct sigv4_request *r) NONNULL NODISCARD;

/*
 * Parse and check all that does not need the secret or the body: parts,
 * scope (service dynamodb, ending aws4_request), date against now within 15
 * minutes (presigned: within its expiry), signed headers that must include
 * host (and x-amz-* where sent).
 *
 * scratch owns what had to be decoded and must outlive *ret.  On failure
 * *reterr_text gets the service's own wording, in scratch or constant.
 * ERR_SIGNATURE_PART: parts missing, all listed.  ERR_SIGNATURE: both forms
 * at once, bad scope, skew, unsigned payload.
 */
enum err sigv4_parse(const struct sigv4_request *r, uint64_t now_s,
    struct buf *scratch, struct sigv4 *ret, struct str *reterr_text) NONNULL
    NODISCARD;

/*
 * Verify the signature with secret (the text that the client configured)
 * over the payload whose SHA-256 is given.  Constant time in the secret.
 * ERR_CLIENT when it does not match, ERR_NO_MEMORY.
 */
enum err sigv4_verify(const struct sigv4_request *r, const struct sigv4 *s,
    struct str secret, const unsigned char payload_sha256[CRYPTO_HASH_BYTES])
    NONNULL NODISCARD;

#endif
