/* SPDX-License-Identifier: ISC */
/*
 * secret - the two files that hold one: config/token, config/master.key.
 *
 * Each is one line.  A file of the same name in $CREDENTIALS_DIRECTORY
 * (systemd.exec(5)) is taken instead, whatever its owner and mode.
 *
 * Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_SECRET_H
#define CONF_SECRET_H

#include "conf/file.h"
#include "conf/token.h"

#define SECRET_TOKEN  "token"
#define SECRET_MASTER "master.key"

enum secret_from {
	SECRET_NONE,
	SECRET_FILE,
	SECRET_CREDENTIAL
};

struct secret {
	enum secret_from from;
	char text[80]; /* the line, wiped by secret_wipe() */
	size_t len;
};

/* from is SECRET_NONE where there is neither.  *ret_tidy: see file_open(). */
enum err
secret_read(const struct dir *config, const char *name, struct secret *ret,
    bool *ret_tidy, const char **reterr_text) NONNULL NODISCARD;

/* A new random one in a file, under the lock of file_make(). */
enum err secret_make(const struct dir *config, const char *name,
    const char **reterr_text) NONNULL NODISCARD;

/* 64 lower-case hexadecimal digits -> 32 bytes. */
bool secret_key(const struct secret *s,
    unsigned char ret[CRYPTO_KEY_BYTES]) NONNULL NODISCARD;

void secret_wipe(struct secret *s) NONNULL; /* for CLEANUP */

#endif
