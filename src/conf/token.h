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
 * and check its sum; one that is being changed is read from the copy that a
 * writer makes first (map.h).
 *
 * Layer: conf.
 */
#ifndef CONF_TOKEN_H
#define CONF_TOKEN_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "crypto/crypto.h"

#define TOKEN_PREFIX       "dw_"
#define TOKEN_AKID_PREFIX  "DOORWARDAKID"
#define TOKEN_ID_BYTES     8
#define TOKEN_TEXT_BYTES   (3 + TOKEN_ID_BYTES + 1 + 43)
#define TOKEN_NAME_MAX     32
#define TOKEN_MAP_RECORDS  1023
#define TOKEN_AKID_BYTES   20
#define TOKEN_SECRET_BYTES 40

#define TOKEN_READ  0x1u
#define TOKEN_WRITE 0x2u
#define TOKEN_ADMIN 0x4u

#define TOKEN_ALL (TOKEN_READ | TOKEN_WRITE | TOKEN_ADMIN)

#define TOKEN_TABLES_MAX  128 /* bytes of the patterns of a token */
#define TOKEN_OVERLAP_MAX (30 * 24 * 3600 * NS_PER_S) /* of a rotation */

/* Tool groups, as bits of token_record.groups. */
enum token_group {
#define GROUP(name) TOKEN_GROUP_##name,
#include "conf/group.tbl"
#undef GROUP
	TOKEN_GROUP__MAX
};
_Static_assert(TOKEN_GROUP__MAX <= 32, "a bit for each");

/* Of a group's name; 0: there is no such group. */
uint32_t token_group_bit(struct str name) NODISCARD;
const char *token_group_name(enum token_group g) NODISCARD;

/* One record, as it lies in the file.  Little-endian, no padding. */
struct token_record {
	char id[TOKEN_ID_BYTES]; /* all zero: free */
	unsigned char hash[CRYPTO_HASH_BYTES]; /* BLAKE2b-256 of the text */
	char name[TOKEN_NAME_MAX];             /* NUL-padded */
	uint64_t created;                      /* ns since 1970 */
	uint64_t expires;                      /* ns since 1970, 0: never */
	uint64_t revoked;                      /* ns since 1970, 0: not */
	uint32_t rights;                       /* TOKEN_READ | ... */
	uint32_t generation;                   /* of the AWS secret */
	/* Patterns, separated by commas, NUL-padded; all zero: every table. */
	char tables[TOKEN_TABLES_MAX];
	uint32_t groups; /* 1 << enum token_group; 0: all */
	uint32_t flags;  /* TOKEN_RETIRED */
	uint32_t slot;   /* its own place in the map */
	unsigned char spare[8];
	uint32_t sum; /* crc32 of all before it */
};
#define TOKEN_RETIRED 0x1u /* rotated: a later one has its name */
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

enum token_state {
	TOKEN_LIVE,
	TOKEN_RETIRING, /* live until it expires; another has its name */
	TOKEN_EXPIRED,
	TOKEN_REVOKED,
};
enum token_state
token_state(const struct token_record *t, uint64_t now_ns) NONNULL NODISCARD;

/* The name, without the padding. */
struct str token_name(const struct token_record *t) NONNULL NODISCARD;

/*
 * Does which mean this token?  It is a name; or dw_XXXXXXXX, with what
 * follows it in a token's text or without; or an access key id.
 */
bool token_is(const struct token_record *t, struct str which) NONNULL NODISCARD;

/* What a named token is to be.  tables may be empty: all. */
struct token_new {
	struct str name;   /* 1 to TOKEN_NAME_MAX of [A-Za-z0-9._-], unused, not
			    * in the form of a prefix or of an access key id */
	uint64_t expires;  /* ns since 1970, 0: never */
	uint32_t rights;   /* TOKEN_READ | ..., not 0 */
	uint32_t groups;   /* 0: all */
	struct str tables; /* up to TOKEN_TABLES_MAX bytes of [A-Za-z0-9._*-]
			    * in parts between commas, none empty */
};

/*
 * Called once with a new token's text, NUL behind it, under the map's lock
 * and before the one that it replaces is touched.  False: nobody has seen it;
 * it is void, and all stays as it was.
 */
struct token_show {
	bool (*show)(void *arg, const char *text, const struct token_record *t);
	void *arg;
};

/*
 * For the command, while any number of processes read the map.  Each holds
 * the lock of the map's file and returns when the change is on disk; a
 * failure ends no token.  ERR_CONF with the reason: bad or used name, no
 * room, no such token.
 */
enum err token_map_add(const char *data_dir, const struct token_new *n,
    const struct token_show *show, const char **reterr_text) NONNULL NODISCARD;

/*
 * A new token in the place of the live one of that name (the default one
 * may have ended, too), with its rights;
 * the old one stays valid for overlap_ns (up to TOKEN_OVERLAP_MAX), or until
 * it would have expired.  The new one lives as long as the old one was made
 * for, or until *expires (0: for ever) where that is not NULL.
 */
enum err token_map_rotate(const char *data_dir, struct str name,
    uint64_t overlap_ns, const uint64_t *expires, const struct token_show *show,
    const char **reterr_text) __attribute__((nonnull(1, 5, 6))) NODISCARD;

/*
 * End every live token that which means (token_is()); holds for the next
 * request of every connection.  *ret_n: how many.
 */
enum err token_map_revoke(const char *data_dir, struct str which, size_t *ret_n,
    const char **reterr_text) NONNULL NODISCARD;

/* Which fields of n token_map_change() sets. */
#define TOKEN_SET_EXPIRES 0x1u
#define TOKEN_SET_RIGHTS  0x2u
#define TOKEN_SET_TABLES  0x4u
#define TOKEN_SET_GROUPS  0x8u

/* Change every live token that n->name means, at once.  A token that is
 * retiring keeps its expiry. */
enum err token_map_change(const char *data_dir, const struct token_new *n,
    unsigned set, const char **reterr_text) NONNULL NODISCARD;

/* Rooms of the generation before end. */
enum err token_map_bump(const char *data_dir,
    const char **reterr_text) NONNULL NODISCARD;

/* The AWS face of a record, each with a NUL behind it. */
void token_aws(const struct token_record *t,
    const unsigned char aws_key[CRYPTO_KEY_BYTES],
    char ret_akid[TOKEN_AKID_BYTES + 1],
    char ret_secret[TOKEN_SECRET_BYTES + 1]) NONNULL;

#endif
