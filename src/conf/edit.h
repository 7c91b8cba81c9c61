/* SPDX-License-Identifier: ISC */
/*
 * edit - the token map under its lock, to be changed.
 *
 * Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_EDIT_H
#define CONF_EDIT_H

#include "conf/map.h"

struct edit {
	struct dir data;
	struct token_map *map;
	int fd;
	uint64_t now; /* of the wall, ns: one for the whole change */
};

#define EDIT_INIT ((struct edit){ .data = DIR_INIT, .fd = -1 })

/* On failure, too, edit_end() releases what there is. */
enum err edit_begin(const char *data_dir, struct edit *ret,
    const char **reterr_text) NONNULL NODISCARD;
void edit_end(struct edit *e) NONNULL; /* for CLEANUP */

/* Store t in t->slot, seen by every reader before or after, never between.
 * Not on disk before edit_sync(). */
void edit_store(struct edit *e, struct token_record *t) NONNULL;
enum err edit_sync(struct edit *e, const char **reterr_text) NONNULL NODISCARD;

/*
 * Give t a new text and a place, store it and show it.  Where it cannot be
 * shown it is revoked again.
 */
enum err edit_add(struct edit *e, struct token_record *t,
    const struct token_show *show, const char **reterr_text) NONNULL NODISCARD;

/* NULL, or what is wrong with the fields of n that set names. */
#define EDIT_NAME 0x10u /* the name, too */
const char *
edit_wrong(const struct token_new *n, unsigned set) NONNULL NODISCARD;
void edit_put(struct token_record *t, const struct token_new *n,
    unsigned set) NONNULL;

#endif
