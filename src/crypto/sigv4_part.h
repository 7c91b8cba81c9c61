/* SPDX-License-Identifier: ISC */
/*
 * sigv4_part - what parsing and canonical form of a request share.
 *
 * Private to crypto.
 *
 * Layer: crypto.
 */
#ifndef CRYPTO_SIGV4_PART_H
#define CRYPTO_SIGV4_PART_H

#include "crypto/sigv4.h"

/* The target before and behind '?'; the query is absent without one. */
struct str sigv4_path(struct str target, struct str *ret_query) NONNULL;

/* Take the next parameter off *query, as sent.  An absent value is empty. */
bool sigv4_param(struct str *query, struct str *ret_name,
    struct str *ret_value) NONNULL NODISCARD;

/* Percent-decoding.  False: '%' without two digits. */
bool sigv4_decode(struct buf *out, struct str s) NONNULL NODISCARD;

/* Is this as sent the parameter called name? */
bool sigv4_named(struct str sent, const char *name) NONNULL NODISCARD;

/* Seconds since 1970 of YYYYMMDDTHHMMSSZ, and back.  False: no such date. */
bool sigv4_time(struct str s, uint64_t *ret) NONNULL NODISCARD;
void sigv4_date(uint64_t time, char ret[17]) NONNULL;

/* The same of an IMF-fixdate (RFC 9110, 5.6.7), which botocore ends with
 * -0000 (RFC 5322, 3.3) in place of GMT. */
bool sigv4_http_time(struct str s, uint64_t *ret) NONNULL NODISCARD;

#endif
