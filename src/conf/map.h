/* SPDX-License-Identifier: ISC */
/*
 * map - how data/tokens.map lies on disk and in memory.
 *
 * A header of 256 bytes, then TOKEN_MAP_RECORDS records.  The header's sum
 * covers what never changes, up to and with key_id.  generation and count
 * are changed by one store each, so they need none; a count past the file's
 * end is cut.  Records below count are used or torn, never free again.
 *
 * A writer holds flock on the file.  It stores the whole record in redo
 * first, then in its place, its sum last, then count.  A reader copies the
 * record and checks the sum; where it is torn, redo has it, whether the
 * writer is still at it or was killed.  The next writer puts right what a
 * killed one left.
 *
 * Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_MAP_H
#define CONF_MAP_H

#include "conf/file.h"
#include "conf/token.h"

#define MAP_NAME    "tokens.map"
#define MAP_MAGIC   "DWTOKENS"
#define MAP_VERSION 1
#define MAP_CHECK   "dw-check" /* derives what tells a master key */
#define MAP_DEFAULT "default" /* the name of the default token's record */

struct map_header {
	char magic[8];
	uint32_t version;
	uint32_t key_id; /* 0: records are in clear */
	uint32_t sum;    /* crc32 of all before it */
	uint32_t count;
	uint64_t generation;
	unsigned char master[CRYPTO_HASH_BYTES]; /* derived from the master
						  * key that it was made with */
	unsigned char spare[192];
};
_Static_assert(sizeof(struct map_header) == 256, "256 bytes on disk");
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "the map is little-endian");

struct map_file {
	struct map_header header;
	struct token_record records[TOKEN_MAP_RECORDS];
	struct token_record redo; /* the last one stored, whose slot it has */
};

struct token_map {
	struct map_file *file;     /* the mapping */
	struct token_record dummy; /* looked at where an id is unknown */
};

uint32_t map_record_sum(const struct token_record *t) NONNULL NODISCARD;
uint32_t map_count(const struct token_map *m) NONNULL NODISCARD;

/* A whole copy of record i, false where it is torn. */
bool map_record(const struct token_map *m, size_t i,
    struct token_record *ret) NONNULL NODISCARD;

/* *ret is NULL where there is no map. */
enum err map_open(const struct dir *data, struct token_map **ret,
    bool *ret_tidy, const char **reterr_text) NONNULL NODISCARD;

/* The same to be changed, under the file's lock, which *ret_fd holds until
 * it is closed. */
enum err map_edit(const struct dir *data, struct token_map **ret, int *ret_fd,
    const char **reterr_text) NONNULL NODISCARD;

/* Make the file, with one record for the token text, "default". */
enum err map_make(const struct dir *data, const char text[TOKEN_TEXT_BYTES],
    const unsigned char master[CRYPTO_KEY_BYTES],
    const char **reterr_text) NONNULL NODISCARD;

/*
 * Was m made with this master key?  Another would give every token another
 * AWS secret and the log another chain, and nothing would say so.  A map of
 * before this was asked says yes.
 */
bool map_master_is(const struct token_map *m,
    const unsigned char master[CRYPTO_KEY_BYTES]) NONNULL NODISCARD;

/* The default token's record, revoked or not: the one with this hash, else
 * the last that is not retired. */
bool map_default(const struct token_map *m,
    const unsigned char hash[CRYPTO_HASH_BYTES],
    struct token_record *ret) NONNULL NODISCARD;

/* Let the default token be of this text, and live, at once. */
enum err map_adopt(const struct dir *data, const char text[TOKEN_TEXT_BYTES],
    const char **reterr_text) NONNULL NODISCARD;

/* Is it the form of a token? */
bool token_text_ok(struct str text) NODISCARD;

/* id and hash of a text. */
void token_text_put(struct token_record *t,
    const char text[TOKEN_TEXT_BYTES]) NONNULL;

/* A new random text, with a NUL behind it. */
void token_text_new(char ret[TOKEN_TEXT_BYTES + 1]) NONNULL;

void map_close(struct token_map **m) NONNULL; /* for CLEANUP */

#endif
