/* SPDX-License-Identifier: ISC */
/*
 * used - when each token was last used: data/tokens.used.
 *
 * A header and one time for each record of the token map.  A worker maps it
 * before the sandbox is entered, so a room can write these times and, of the
 * token map, nothing.  A time is written at most once a minute for a token:
 * what is told is at most a minute too early.  The kernel writes it to disk
 * when it likes, so a power cut may lose some minutes.
 *
 * The file is no proof of anything: any room of the user could write it.
 *
 * Layer: conf.
 */
#ifndef CONF_USED_H
#define CONF_USED_H

#include "conf/file.h"
#include "conf/token.h"

#define USED_NAME "tokens.used"

struct token_uses; /* mapped; owned by who opened it */

/* Without write the times can be read alone.  The file must be there. */
enum err token_uses_open(const struct dir *data, bool write,
    struct token_uses **ret, const char **reterr_text) NONNULL NODISCARD;
void token_uses_close(struct token_uses *u);

/* One without an id, which stands for no record, is passed over. */
void token_used(struct token_uses *u, const struct token_record *t,
    uint64_t now_ns) NONNULL;

/* ns since 1970; 0: never. */
uint64_t token_last_use(const struct token_uses *u,
    const struct token_record *t) NONNULL NODISCARD;

/* Private to conf: make the file; under the lock of file_make(). */
enum err
used_make(const struct dir *data, const char **reterr_text) NONNULL NODISCARD;

#endif
