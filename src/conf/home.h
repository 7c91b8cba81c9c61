/* SPDX-License-Identifier: ISC */
/*
 * home - where the files of one instance lie, and their first making.
 *
 * --home DIR: DIR/config, DIR/data, DIR/run.  Else $XDG_CONFIG_HOME/doorward
 * (~/.config), $XDG_DATA_HOME/doorward (~/.local/share) and
 * $XDG_RUNTIME_DIR/doorward; for uid 0 or without HOME: /etc/doorward,
 * /var/lib/doorward, /run/doorward.
 *
 *   config/doorward.conf   settings; may be absent
 *   config/token           the default token's text, 0600
 *   config/master.key      32 random bytes in hexadecimal, 0600; or
 *                          $CREDENTIALS_DIRECTORY/master.key
 *   data/tokens.map        fixed records, see token.h
 *   data/tokens.used       when each was last used, see used.h
 *   data/doorward.db       the store, with -wal, -shm and doorward.lock
 *   data/limits            what all processes count together, see limit.h
 *   data/violations        what the sandbox caught, one record each
 *
 * Directories are 0700, files 0600, whatever the umask.  A file that has
 * another owner than its directory, a looser mode, or is a symbolic link is
 * refused; nothing is regenerated that existed once.  A directory must be
 * our own; the configuration's may also be root's (then others may read
 * it), which goes with credentials that systemd hands over.  doorward.conf
 * holds no secret: it may be root's too, and must not be writable by others.
 *
 * Root may work on another user's home: what it makes belongs to the owner
 * of the directory it is made in.  That is for the worker that inetd starts
 * and which becomes that user, as serve does; the other commands refuse it.
 *
 * $CREDENTIALS_DIRECTORY/token takes the place of config/token.  What lies
 * there is not subject to owner and mode, and is the default token from the
 * next start on when it changes.
 *
 * Layer: conf.
 */
#ifndef CONF_HOME_H
#define CONF_HOME_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct home {
	char config[4096]; /* absolute paths, NUL-terminated */
	char data[4096];
	char run[4096];
};

/* dir is the --home argument or NULL.  Makes nothing.  ERR_CONF: too long,
 * not absolute and no working directory. */
enum err home_find(const char *dir, struct home *ret, const char **reterr_text)
    __attribute__((nonnull(2, 3))) NODISCARD;

/* Whose data it is, or would be: that of the nearest directory there is.
 * False: there is none. */
bool home_owner(const struct home *h, uid_t *ret_uid, gid_t *ret_gid) NONNULL
    NODISCARD;

/*
 * Make what is missing: directories, master key, default token, map.  Safe
 * against concurrent first starts (all agree) and kill at any point (none
 * or a whole file).  *reterr_text: which file, what is wrong with it and
 * what was expected; static storage, for the operator's eyes only.
 */
enum err home_init(const struct home *h, const char **reterr_text) NONNULL
    NODISCARD;

/*
 * The default token's text with a NUL behind it, and the master key.  Both
 * in memory of crypto_secret_alloc(), owned by the caller.  home must have
 * been initialised.
 */
enum err home_token(const struct home *h, char **ret, const char **reterr_text)
    NONNULL NODISCARD;
enum err home_master(const struct home *h, unsigned char **ret,
    const char **reterr_text) NONNULL NODISCARD;

/*
 * Another default token in config/token; the old one stays valid for
 * overlap_ns.  Killed at any point one of the two is in the file, and valid.
 * Otherwise as token_map_rotate(); ERR_CONF also where it is a credential.
 */
enum err home_rotate_token(const struct home *h, uint64_t overlap_ns,
    const uint64_t *expires, const char **reterr_text)
    __attribute__((nonnull(1, 4))) NODISCARD;

#endif
