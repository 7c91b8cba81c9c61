/* SPDX-License-Identifier: ISC */
/*
 * open - the two directories of a home, checked.
 *
 * Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_OPEN_H
#define CONF_OPEN_H

#include "conf/file.h"
#include "conf/home.h"

/* With make, what is missing is made.  Both are one owner's, or the
 * configuration is root's. */
enum err home_open(const struct home *h, bool make, struct dir *ret_config,
    struct dir *ret_data, const char **reterr_text) NONNULL NODISCARD;

#endif
