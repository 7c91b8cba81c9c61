/* SPDX-License-Identifier: ISC */
/*
 * token - bearer tokens and the shared map of them.
 *
 * A token's text is "dw_" id "_" secret: id is 8 characters of [A-Z2-7],
 * secret 43 characters of base64url (32 random bytes).  Its AWS face is the
 * access key id "DOORWARDAKID" id, and the secret access key
 * base64(HMAC-SHA256(aws key, access key id, generation)), 40 characters.
 *
 * The map is data/tokens.map: a header and TOKEN_MAP_RECORDS fixed records,
 * each with a checksum, mapped read-only and shared before the sandbox is
 * entered and changed in place.  So a running process sees a revocation at
 * its next look without a system call.  Readers take a snapshot of a record
 * and check its sum; a torn one is read again.
 *
 * Layer: conf.
 */
#ifndef CONF_TOKEN_H
#define CONF_TOKEN_H

#include "base/err.h"
#include "base/str.h"
#include "crypto/crypto.h"

#define TOKEN_ID_BYTES	  8
#define TOKEN_TEXT_BYTES  (3 + TOKEN_ID_BYTES + 1 + 43)
#define TOKEN_NAME_MAX	  32
#define TOKEN_MAP_RECORDS 1024
#define TOKEN_AKID_BYTES  20
#define TOKEN_SECRET_BYTES 40

#define TOKEN_READ  0x1u
#define TOKEN_WRITE 0x2u
#define TOKEN_ADMIN 0x4u

/* One record, as it lies in the file.  Little-endian, no padding. */
struct token_record {
	char id[TOKEN_ID_BYTES]; /* all zero: free */
	unsigned char hash[CRYPTO_HASH_BYTES]; /* BLAKE2b-256 of the text */
	char name[TOKEN_NAME_MAX];	       /* NUL-padded */
	uint64_t created;		       /* ns since 1970 */
	uint64_t expires;		       /* ns since 1970, 0: never */
	uint64_t revoked;		       /* ns since 1970, 0: not */
	uint32_t rights;		       /* TOKEN_READ | ... */
	uint32_t generation;		       /* of the AWS secret */
	char tables[64];  /* patterns, NUL-padded; all zero: every table */
	char groups[32];  /* tool groups, NUL-padded; all zero: all */
	unsigned char spare[52];
	uint32_t sum; /* crc32 of all before it */
};
_Static_assert(sizeof(struct token_record) == 256, "256 bytes on disk");

struct token_map; /* mapped read-only; owned by who opened it */

/* data_dir, the map's owner and mode are checked as home.h says. */

enum err token_map_open(const char *data_dir, struct token_map **ret,
    const char **reterr_text) NONNULL NODISCARD;
void token_map_close(struct token_map *m);

/* The configuration generation now.  One load, no system call. */
uint64_t token_map_generation(const struct token_map *m) NONNULL;

/*
 * The record of a bearer text (without "Bearer "), if it is right, not
 * expired and not revoked at now_ns.  Takes the same time for every wrong
 * text of the same length.  A copy: nothing is borrowed.
 */
bool token_map_bearer(const struct token_map *m, struct str text,
    uint64_t now_ns, struct token_record *ret) NONNULL NODISCARD;

/* The live record whose access key id is akid; not yet a proof of anything. */
bool token_map_akid(const struct token_map *m, struct str akid,
    uint64_t now_ns, struct token_record *ret) NONNULL NODISCARD;

/* Neither revoked nor expired. */
bool token_live(const struct token_record *t, uint64_t now_ns) NONNULL
    NODISCARD;

/* Is there a live token beside the default one? */
bool token_map_named(const struct token_map *m, uint64_t now_ns) NONNULL
    NODISCARD;

/*
 * The records in the order of their making, live or not: for listing.
 * False, *ret untouched: i is past the last, or (*ret_torn) the record is
 * damaged.
 */
bool token_map_at(const struct token_map *m, size_t i,
    struct token_record *ret, bool *ret_torn) NONNULL NODISCARD;

/* What a named token is to be.  The patterns may be empty: all. */
struct token_new {
	struct str name; /* 1 to TOKEN_NAME_MAX of [A-Za-z0-9._-], unused */
	uint64_t expires; /* ns since 1970, 0: never */
	uint32_t rights; /* TOKEN_READ | ..., not 0 */
	struct str tables; /* up to 64 bytes */
	struct str groups; /* up to 32 bytes */
};

/*
 * For the command, while any number of processes read the map.  Each holds
 * the lock of the map's file and returns when the change is on disk.
 * ERR_CONF with the reason: bad or used name, no room, no such token.
 *
 * token_map_add: the text is in ret_text alone, with a NUL behind it; show
 * it once and wipe it.  token_map_revoke: by name, of the live token; holds
 * for the next request of every connection.  token_map_bump: rooms of the
 * generation before end.
 */
enum err token_map_add(const char *data_dir, const struct token_new *n,
    char ret_text[TOKEN_TEXT_BYTES + 1], const char **reterr_text) NONNULL
    NODISCARD;
enum err token_map_revoke(const char *data_dir, struct str name,
    const char **reterr_text) NONNULL NODISCARD;
enum err token_map_bump(const char *data_dir, const char **reterr_text) NONNULL
    NODISCARD;

/* The AWS face of a record, each with a NUL behind it. */
void token_aws(const struct token_record *t,
    const unsigned char aws_key[CRYPTO_KEY_BYTES],
    char ret_akid[TOKEN_AKID_BYTES + 1],
    char ret_secret[TOKEN_SECRET_BYTES + 1]) NONNULL;

#endif
