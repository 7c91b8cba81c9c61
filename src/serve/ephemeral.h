/* SPDX-License-Identifier: ISC */
/*
 * ephemeral - a data directory in memory that lasts as long as the server.
 *
 * It lies in /dev/shm where that is, else in the temporary directory, and
 * its name holds the server's process id: what a killed server left behind
 * is removed by the next one of the same user.
 *
 * Layer: serve.
 */
#ifndef SERVE_EPHEMERAL_H
#define SERVE_EPHEMERAL_H

#include "base/err.h"

/* Make one; its path goes to ret with a NUL. */
enum err ephemeral_make(char *ret, size_t size, const char **reterr_text)
    NONNULL NODISCARD;

/* That of the one running server of this user; more or none: ERR_CONF. */
enum err ephemeral_find(char *ret, size_t size, const char **reterr_text)
    NONNULL NODISCARD;

/* Remove the directory and all that is in it. */
void ephemeral_remove(const char *path) NONNULL;

#endif
