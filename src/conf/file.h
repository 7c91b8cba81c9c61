/* SPDX-License-Identifier: ISC */
/*
 * file - open, read and make the files that trust rests on.
 *
 * A directory must be ours (or, for root, anybody's) with mode 0700.  A file
 * in it must be a regular one of the directory's owner with mode 0600 and
 * not empty; symbolic links are not followed.  What is made is made whole:
 * written under another name, synced, linked into place, and the directory
 * synced.  Root makes things as the owner of the directory they come to lie
 * in, and with no more than that owner's rights.
 *
 * *reterr_text of all these is in one static buffer.  Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_FILE_H
#define CONF_FILE_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct dir {
	int fd; /* -1: not open */
	uid_t uid;
	gid_t gid;
	const char *path; /* borrowed */
};

#define DIR_INIT ((struct dir){ .fd = -1 })

enum dir_kind {
	DIR_OURS,   /* 0700, of our own user */
	DIR_CONFIG, /* or root's, then not writable by anybody else */
};

/* Formats into the static buffer and returns it. */
const char *conf_say(const char *fmt, ...) NONNULL PRINTF(1, 2);

/* With make, it and what is missing above it is made first. */
enum err dir_open(const char *path, enum dir_kind kind, bool make,
    struct dir *ret, const char **reterr_text) NONNULL NODISCARD;
void dir_close(struct dir *d) NONNULL;

/* A directory that others check: made if it can be, 0700. */
void dir_try(const char *path) NONNULL;

enum file_kind {
	FILE_SECRET,  /* 0600, to be read */
	FILE_EDITED,  /* the same, to be read and written */
	FILE_SETTINGS /* not writable by others; may be root's, and empty */
};

/* Owned descriptor, or -1 where there is no such file.
 * *ret_tidy: false where a killed start left its second name. */
enum err file_open(const struct dir *d, const char *name, enum file_kind kind,
    int *ret_fd, bool *ret_tidy, const char **reterr_text) NONNULL NODISCARD;

/* One that d's owner may read, wherever it lies: beneath d, or by an absolute
 * path.  Its kind is FILE_SETTINGS. */
enum err file_open_path(const struct dir *d, const char *path, int *ret_fd,
    const char **reterr_text) NONNULL NODISCARD;

/* Up to n bytes from fd; ERR_CONF where it holds more. */
enum err file_read(int fd, const char *path, const char *name, void *p,
    size_t n, size_t *ret_n, const char **reterr_text) NONNULL NODISCARD;

/* The caller holds the lock under which files of this directory are made.
 * A file of that name that is there already stays as it is. */
enum err file_make(const struct dir *d, const char *name, const void *p,
    size_t n, const char **reterr_text) NONNULL NODISCARD;

/* The same in the place of a file that is there, which stays whole until the
 * new one is. */
enum err file_replace(const struct dir *d, const char *name, const void *p,
    size_t n, const char **reterr_text) NONNULL NODISCARD;

/* Remove what a killed file_make() left.  Under the same lock. */
void file_tidy(const struct dir *d, const char *name) NONNULL;

void fd_close(int *fd) NONNULL; /* for CLEANUP */

#endif
