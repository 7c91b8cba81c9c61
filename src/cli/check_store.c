/* SPDX-License-Identifier: ISC */
/* What the store and its log say. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/export.h"
#include "audit/keep.h"
#include "base/clock.h"
#include "cli/check.h"

#define BEGIN_MS 5000
#define WAL_MAX  MIB(64) /* bytes; a checkpoint is due at 2 MB */
#define DAY_NS   (86400 * NS_PER_S)
#define POINTS   16
#define LATE_NS  DAY_NS               /* of a sink */
#define SKEW_NS  (15 * 60 * NS_PER_S) /* as far as signatures may be off */
/* 2026-01-01: no clock of a machine that runs this is before. */
#define EPOCH_NS (UINT64_C(1767225600) * NS_PER_S)

static struct store_conf conf;

static enum check_state
no_store(struct check *c)
{
	buf_printf(&c->text, "the database cannot be opened");
	return CHECK_FAIL;
}

static enum check_state
failed(struct check *c, enum err e)
{
	store_rollback(c->store);
	buf_printf(&c->text, "%s: %s", err_row(e)->text, store_error(c->store));
	return CHECK_FAIL;
}

static uint64_t
size_of(const char *dir, const char *name)
{
	char path[4352];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Opened as every writer does; its lock can be had; checkpoints happen. */
enum check_state
check_database(struct check *c)
{
	const char *why = "";
	uint64_t wal;
	enum err e;

	if (c->policy == NULL)
		return no_store(c);
	conf = (struct store_conf){ .dir = c->home.data,
		.chain_key = c->policy->keys->chain,
		.digest_key = c->policy->keys->digest,
		.max_size = c->policy->max_size };
	if (store_prepare(&conf, &why) != ERR_OK ||
	    store_open(&conf, STORE_WRITE, &c->store, &why) != ERR_OK) {
		buf_printf(&c->text, "%s", why);
		return CHECK_FAIL;
	}
	if ((e = store_begin(c->store, true, clock_ms() + BEGIN_MS)) != ERR_OK)
		return failed(c, e);
	store_rollback(c->store);
	(void)store_tidy(c->store);
	wal = size_of(c->home.data, STORE_DB "-wal");
	buf_printf(&c->text,
	    "SQLite %s; the writers' lock is free; the WAL "
	    "has %llu KiB",
	    store_library_version(), (unsigned long long)(wal / KIB(1)));
	if (wal <= WAL_MAX)
		return CHECK_OK;
	buf_printf(&c->text, ", so no checkpoint gets through");
	return CHECK_FAIL;
}

/* A row of our own. */
static enum err
write_row(struct check *c)
{
	char peer[32];
	enum err e = store_begin(c->store, true, clock_ms() + BEGIN_MS);

	if (e != ERR_OK)
		return e;
	(void)snprintf(peer, sizeof(peer), "uid:%lu", (unsigned long)getuid());
	store_actor(c->store,
	    &(struct store_actor){ .token = STR("(command)"),
		.surface = STR("cli"),
		.operation = STR("Check"),
		.peer = str_from(peer) });
	e = store_log_note(c->store,
	    &(struct store_note){ .kind = STORE_NOTE_LOG,
		.outcome = STR("OK") });
	return e == ERR_OK ? store_commit(c->store) : e;
}

/* From the last checkpoint on that has left the file. */
static enum err
verify(struct check *c, struct store_log_check *ret)
{
	struct audit_point points[POINTS];
	const size_t n = audit_points(c->home.data, points, POINTS);
	enum err e = store_begin(c->store, false, clock_ms() + BEGIN_MS);

	if (e == ERR_OK)
		e = store_log_verify(c->store, n > 0 ? points[n - 1].seq : 0,
		    ret);
	for (size_t i = 0; e == ERR_OK && ret->bad == 0 && i < n; i++) {
		e = audit_point_check(c->store, &points[i], &ret->fault);
		if (ret->fault != NULL)
			ret->bad = points[i].seq;
	}
	store_rollback(c->store);
	return e;
}

enum check_state
check_audit(struct check *c)
{
	struct store_log_check v;
	struct audit_point at;
	enum err e;

	if (c->store == NULL)
		return no_store(c);
	if ((e = write_row(c)) != ERR_OK || (e = verify(c, &v)) != ERR_OK)
		return failed(c, e);
	if (v.bad != 0) {
		buf_printf(&c->text, "row %llu of the log: %s",
		    (unsigned long long)v.bad, v.fault);
		return CHECK_FAIL;
	}
	at.seq = v.last;
	memcpy(at.hash, v.hash, sizeof(at.hash));
	buf_printf(&c->text,
	    "a row was written, and %llu rows verified; the "
	    "last is ",
	    (unsigned long long)v.rows);
	audit_point_put(&c->text, &at);
	if (audit_point_save(c->home.data, &at))
		return CHECK_OK;
	buf_printf(&c->text, "; it cannot be saved in exports/");
	return CHECK_WARN;
}

/* How long the oldest row has waited that a sink does not have; 0: none. */
static enum err
waited(struct check *c, struct str sink, struct arena *a, uint64_t *ret)
{
	struct store_cursor *w CLEANUP(store_walk_endp) = NULL;
	const uint64_t now = clock_wall_ns();
	struct store_log_row row;
	bool more = false;
	uint64_t seq;
	enum err e;

	*ret = 0;
	if ((e = audit_mark(c->store, sink, a, &seq)) != ERR_OK ||
	    (e = store_log_walk(c->store, seq + 1, false, &w)) != ERR_OK ||
	    (e = store_log_next(w, &row, &more)) != ERR_OK || !more)
		return e;
	*ret = row.time < now ? now - row.time : 1;
	return ERR_OK;
}

enum check_state
check_export(struct check *c)
{
	struct str names[POLICY_SINKS];
	struct arena *a;
	uint64_t late = 0;
	size_t n, i = 0;
	enum err e;

	if (c->store == NULL)
		return no_store(c);
	if ((n = policy_sinks(c->policy, names)) == 0) {
		buf_printf(&c->text, "no sink is configured");
		return CHECK_SKIP;
	}
	if ((a = arena_new(KIB(64))) == NULL)
		return CHECK_FAIL;
	e = store_begin(c->store, false, clock_ms() + BEGIN_MS);
	for (; e == ERR_OK && late < LATE_NS && i < n; i++)
		e = waited(c, names[i], a, &late);
	store_rollback(c->store);
	arena_free(a);
	if (e != ERR_OK)
		return failed(c, e);
	if (late >= LATE_NS) {
		buf_printf(&c->text, "%.*s has not taken rows for %llu hours",
		    STR_ARG(names[i - 1]),
		    (unsigned long long)(late / (3600 * NS_PER_S)));
		return CHECK_FAIL;
	}
	buf_printf(&c->text, "%zu sinks have what is older than a day", n);
	return CHECK_OK;
}

/* ---- backups: objects of the store, and files in backups/ */

static enum err
newest_object(struct check *c, uint64_t *newest)
{
	struct store_object some[16];
	struct str after = { NULL, 0 };
	struct arena *a = arena_new(MIB(1));
	uint64_t after_id = 0;
	size_t n = NELEM(some);
	enum err e = a == NULL ?
	    ERR_NO_MEMORY :
	    store_begin(c->store, false, clock_ms() + BEGIN_MS);

	while (e == ERR_OK && n == NELEM(some)) {
		e = store_object_list(c->store, 0, STORE_BACKUP, STORE_ALIVE,
		    after, after_id, NELEM(some), a, some, &n);
		for (size_t i = 0; e == ERR_OK && i < n; i++) {
			if (some[i].created > *newest)
				*newest = some[i].created;
			after = some[i].name;
			after_id = some[i].id;
		}
	}
	store_rollback(c->store);
	arena_free(a);
	return e;
}

static void
newest_file(const struct check *c, uint64_t *newest)
{
	char path[4352];
	const struct dirent *e;
	struct stat st;
	uint64_t t;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/backups", c->home.data);
	if ((d = opendir(path)) == NULL)
		return;
	while ((e = readdir(d)) != NULL) {
		if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) <
			0 ||
		    !S_ISREG(st.st_mode))
			continue;
		t = (uint64_t)st.st_mtim.tv_sec * NS_PER_S;
		if (t > *newest)
			*newest = t;
	}
	(void)closedir(d);
}

enum check_state
check_backup(struct check *c)
{
	const uint64_t now = clock_wall_ns();
	uint64_t newest = 0, days;
	enum err e;

	if (c->store == NULL)
		return no_store(c);
	if (c->policy->backup_days == 0) {
		buf_printf(&c->text, "none is asked for: backup-days");
		return CHECK_SKIP;
	}
	if ((e = newest_object(c, &newest)) != ERR_OK)
		return failed(c, e);
	newest_file(c, &newest);
	if (newest == 0) {
		buf_printf(&c->text, "there is none");
		return CHECK_FAIL;
	}
	days = now > newest ? (now - newest) / DAY_NS : 0;
	buf_printf(&c->text, "the newest one is %llu days old",
	    (unsigned long long)days);
	return days < c->policy->backup_days ? CHECK_OK : CHECK_FAIL;
}

/* ---- the clock, by what is known to have been before now */

static enum err
newest_row(struct check *c, uint64_t *ret)
{
	struct store_cursor *w CLEANUP(store_walk_endp) = NULL;
	struct store_log_row row;
	bool more = false;
	enum err e = store_log_walk(c->store, UINT64_MAX, true, &w);

	/* The newest is the one that this command has written. */
	for (int i = 0; e == ERR_OK && i < 2; i++)
		if ((e = store_log_next(w, &row, &more)) == ERR_OK && more)
			*ret = row.time;
	return e;
}

enum check_state
check_clock(struct check *c)
{
	const uint64_t now = clock_wall_ns();
	uint64_t last = 0;
	enum err e;

	if (now < EPOCH_NS) {
		buf_printf(&c->text, "it is before 2026");
		return CHECK_FAIL;
	}
	if (c->store == NULL)
		return no_store(c);
	e = store_begin(c->store, false, clock_ms() + BEGIN_MS);
	if (e == ERR_OK)
		e = newest_row(c, &last);
	if (e != ERR_OK)
		return failed(c, e);
	store_rollback(c->store);
	if (last > now + SKEW_NS) {
		buf_printf(&c->text, "a row of the log is from the future: ");
		audit_put_time(&c->text, last);
		return CHECK_FAIL;
	}
	buf_printf(&c->text, "it is past the newest row of the log");
	return CHECK_OK;
}
