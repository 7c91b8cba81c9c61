/* SPDX-License-Identifier: ISC */
/* fixture.h - a data directory of a test's own, gone when it ends. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/store.h"

#define FIX UNUSED static

FIX char fix_dir[256];
FIX pid_t fix_owner;
FIX const unsigned char fix_chain[CRYPTO_KEY_BYTES] = "the key of the chain";
FIX const unsigned char fix_digest[CRYPTO_KEY_BYTES] = "the key of the digests";
FIX struct store_conf fix_conf = {
	.dir = fix_dir,
	.chain_key = fix_chain,
	.digest_key = fix_digest,
};

/* dir/name, valid until the fourth call after it */
FIX const char *
fix_path(const char *name)
{
	static char path[4][512];
	static unsigned at;

	at = (at + 1) % NELEM(path);
	(void)snprintf(path[at], sizeof(path[at]), "%s/%s", fix_dir, name);
	return path[at];
}

FIX void
fix_clear(void)
{
	static const char *const names[] = { STORE_DB, STORE_DB "-wal",
		STORE_DB "-shm", STORE_DB "-journal", STORE_LOCK, "acks" };

	for (size_t i = 0; i < NELEM(names); i++)
		(void)unlink(fix_path(names[i]));
}

FIX void
fix_end(void)
{
	if (getpid() != fix_owner)
		return;
	fix_clear();
	(void)rmdir(fix_dir);
}

/* On the disk, not on tmpfs, unless TMPDIR says so. */
FIX void
fix_start(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(fix_dir, sizeof(fix_dir), "%s/store.XXXXXX",
	    tmp == NULL ? "/var/tmp" : tmp);
	if (mkdtemp(fix_dir) == NULL || crypto_init() != ERR_OK) {
		printf("Bail out! no directory\n");
		exit(1);
	}
	fix_owner = getpid();
	(void)atexit(fix_end);
}

/* A table with its items and bytes, in an open transaction. */
FIX bool
fix_count(struct store *s, const char *name, struct arena *a,
    struct store_table *ret)
{
	return store_table_get(s, 0, str_from(name), a, ret) == ERR_OK &&
	    store_table_count(s, ret) == ERR_OK;
}

FIX struct store *
fix_open(enum store_mode mode)
{
	const char *text = "";
	struct store *s = NULL;
	enum err e;

	if ((e = store_prepare(&fix_conf, &text)) != ERR_OK ||
	    (e = store_open(&fix_conf, mode, &s, &text)) != ERR_OK)
		printf("# %s: %s\n", err_row(e)->id, text);
	return s;
}

FIX uint64_t
fix_soon(void)
{
	return clock_ms() + 20000;
}

FIX enum err
fix_begin(struct store *s, bool write)
{
	static const struct store_actor actor = {
		.token = STR_INIT("default"),
		.client = STR_INIT("test/1.0"),
		.request_id = STR_INIT("0123456789"),
		.surface = STR_INIT("ddb"),
		.operation = STR_INIT("PutItem"),
	};
	enum err e = store_begin(s, write, fix_soon());

	if (e == ERR_OK)
		store_actor(s, &actor);
	return e;
}

FIX enum err
fix_table(struct store *s, const char *name, struct store_table *t)
{
	enum err e;

	*t = (struct store_table){ .name = str_from(name),
		.def = STR("{\"k\":1}") };
	if ((e = fix_begin(s, true)) != ERR_OK)
		return e;
	if ((e = store_table_create(s, t)) == ERR_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

/* In an open transaction: look, put. */
FIX enum err
fix_put(struct store *s, const struct store_table *t, struct str hash,
    struct str range, struct str text)
{
	struct store_item old, item = { .text = text,
		.size = hash.len + range.len + text.len,
		.key = { hash, range } };
	enum err e = store_get(s, t, &item.key, &old);

	return e != ERR_OK ? e : store_put(s, t, &item, &old);
}

FIX enum err
fix_del(struct store *s, const struct store_table *t, struct str hash,
    struct str range)
{
	struct store_key key = { hash, range };
	struct store_item old;
	enum err e = store_get(s, t, &key, &old);

	return e != ERR_OK ? e : store_delete(s, t, &old);
}

/* The text, copied, or absent. */
FIX struct str
fix_text(struct store *s, const struct store_table *t, struct str hash,
    struct str range)
{
	static char copy[LIMIT_ITEM];
	struct store_key key = { hash, range };
	struct store_item item;

	if (store_get(s, t, &key, &item) != ERR_OK || item.text.p == NULL)
		return (struct str){ NULL, 0 };
	memcpy(copy, item.text.p, item.text.len);
	return (struct str){ copy, item.text.len };
}

/* True if fn(arg) in a child came back with 0. */
FIX bool
fix_child(int (*fn)(void *), void *arg)
{
	int status = 0;
	pid_t pid;

	(void)fflush(stdout);
	if ((pid = fork()) == 0)
		_exit(fn(arg));
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

#endif
