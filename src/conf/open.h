/* SPDX-License-Identifier: ISC */
/*
 * open - the two directories of a home, checked, and what is read of them.
 *
 * Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_OPEN_H
#define CONF_OPEN_H

#include "conf/home.h"
#include "conf/map.h"
#include "conf/secret.h"

/* With make, what is missing is made.  Both are one owner's, or the
 * configuration is root's. */
enum err home_open(const struct home *h, bool make, struct dir *ret_config,
    struct dir *ret_data, const char **reterr_text) NONNULL NODISCARD;

/* What policy.c makes a policy of; the paths are borrowed from the home. */
struct home_files {
	struct dir config, data;
	struct secret master;  /* SECRET_NONE: there is none */
	struct token_map *map; /* NULL: there is none */
};

#define HOME_FILES_INIT ((struct home_files){ DIR_INIT, DIR_INIT, { 0 }, NULL })

/* home_init(), which keeps what it has found. */
enum err home_make(const struct home *h, struct home_files *ret,
    const char **reterr_text) NONNULL NODISCARD;
/* The same of a home that was made. */
enum err home_look(const struct home *h, struct home_files *ret,
    const char **reterr_text) NONNULL NODISCARD;
void home_close(struct home_files *f) NONNULL; /* for CLEANUP */

#endif
