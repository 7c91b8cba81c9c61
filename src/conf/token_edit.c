/* SPDX-License-Identifier: ISC */
/* The map under its lock: how a record gets into it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "base/crc32.h"
#include "conf/edit.h"

#define TABLE_ALPHABET \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-*"
#define NAME_ALPHABET \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

void
edit_end(struct edit *e)
{
	map_close(&e->map);
	fd_close(&e->fd);
	dir_close(&e->data);
}

/* Word by word, the sum is in the last. */
static void
store(struct token_record *slot, const struct token_record *t)
{
	uint64_t *to = (void *)slot;
	uint64_t words[sizeof(*t) / sizeof(uint64_t)];

	memcpy(words, t, sizeof(*t));
	for (size_t w = 0; w < NELEM(words); w++)
		__atomic_store_n(to + w, words[w], __ATOMIC_RELEASE);
}

void
edit_store(struct edit *e, struct token_record *t)
{
	t->sum = map_record_sum(t);
	store(&e->map->file->redo, t);
	store(&e->map->file->records[t->slot], t);
}

enum err
edit_sync(struct edit *e, const char **reterr_text)
{
	if (msync(e->map->file, sizeof(*e->map->file), MS_SYNC) == 0)
		return ERR_OK;
	*reterr_text = conf_say("%s/" MAP_NAME ": cannot be written: %s",
	    e->data.path, strerror(errno));
	return ERR_CONF;
}

/* What a killed writer left half stored in its place is whole in redo, which
 * is about to be used again. */
static void
mend(struct token_map *m)
{
	struct token_record t = m->file->redo;

	if (map_record_sum(&t) == t.sum && t.slot < map_count(m))
		store(&m->file->records[t.slot], &t);
}

static enum err
edit_lock(const struct dir *data, struct edit *e, const char **reterr_text)
{
	enum err err = map_edit(data, &e->map, &e->fd, reterr_text);

	e->data.path = data->path;
	if (err != ERR_OK)
		return err;
	while (flock(e->fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		*reterr_text = conf_say("%s/" MAP_NAME ": cannot be locked: %s",
		    data->path, strerror(errno));
		return ERR_CONF;
	}
	e->now = clock_wall_ns();
	mend(e->map);
	return ERR_OK;
}

enum err
edit_begin(const char *data_dir, struct edit *ret, const char **reterr_text)
{
	enum err e =
	    dir_open(data_dir, DIR_OURS, false, &ret->data, reterr_text);

	return e != ERR_OK ? e : edit_lock(&ret->data, ret, reterr_text);
}

enum err
map_make(const struct dir *data, const char text[TOKEN_TEXT_BYTES],
    const unsigned char master[CRYPTO_KEY_BYTES], const char **reterr_text)
{
	struct map_file *f = calloc(1, sizeof(*f));
	struct token_record *t;
	enum err e;

	if (f == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	memcpy(f->header.magic, MAP_MAGIC, sizeof(f->header.magic));
	f->header.version = MAP_VERSION;
	f->header.sum =
	    crc32_add(0, &f->header, offsetof(struct map_header, sum));
	f->header.generation = 1;
	f->header.count = 1;
	crypto_derive(f->header.master, master, MAP_CHECK);
	t = &f->records[0];
	token_text_put(t, text);
	memcpy(t->name, MAP_DEFAULT, sizeof(MAP_DEFAULT));
	t->created = clock_wall_ns();
	t->rights = TOKEN_ALL;
	t->generation = 1;
	t->sum = map_record_sum(t);
	e = file_make(data, MAP_NAME, f, sizeof(*f), reterr_text);
	free(f);
	return e;
}

enum err
map_adopt(const struct dir *data, const char text[TOKEN_TEXT_BYTES],
    const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = EDIT_INIT;
	struct token_record t, new = { 0 };
	enum err e = edit_lock(data, &edit, reterr_text);

	if (e != ERR_OK)
		return e;
	token_text_put(&new, text);
	if (!map_default(edit.map, new.hash, &t)) {
		*reterr_text = conf_say("%s/" MAP_NAME ": the default token's "
					"record is damaged; put the file back "
					"from a backup",
		    data->path);
		return ERR_CONF;
	}
	token_text_put(&t, text);
	t.created = edit.now;
	t.revoked = t.expires = 0;
	t.flags = 0;
	t.generation++;
	edit_store(&edit, &t);
	/* The others end, or are retiring already. */
	for (uint32_t i = 0; i < map_count(edit.map); i++)
		if (i != t.slot && map_record(edit.map, i, &new) &&
		    str_eq(token_name(&new), STR(MAP_DEFAULT)) &&
		    token_state(&new, edit.now) == TOKEN_LIVE) {
			new.revoked = edit.now;
			edit_store(&edit, &new);
		}
	return edit_sync(&edit, reterr_text);
}

static bool
all_in(struct str s, const char *alphabet)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(alphabet, s.p[i]) == NULL)
			return false;
	return true;
}

static bool
name_ok(struct str s)
{
	return s.len > 0 && s.len <= TOKEN_NAME_MAX &&
	    all_in(s, NAME_ALPHABET) && !str_starts(s, STR(TOKEN_PREFIX)) &&
	    !str_starts(s, STR(TOKEN_AKID_PREFIX));
}

static bool
tables_ok(struct str s)
{
	struct str part, rest = s;

	if (s.len > TOKEN_TABLES_MAX)
		return false;
	while (s.len > 0 && rest.p != NULL) {
		part = str_cut(rest, ',', &rest);
		if (part.len == 0 || !all_in(part, TABLE_ALPHABET))
			return false;
	}
	return true;
}

const char *
edit_wrong(const struct token_new *n, unsigned set)
{
	const uint32_t groups = (1u << TOKEN_GROUP__MAX) - 1;

	if ((set & EDIT_NAME) != 0 && !name_ok(n->name))
		return "a token's name is 1 to 32 of A-Z a-z 0-9 . _ - and "
		       "begins with neither dw_ nor DOORWARDAKID";
	if ((set & EDIT_NAME) != 0 && str_eq(n->name, STR(MAP_DEFAULT)))
		return "the name default is the default token's";
	if ((set & TOKEN_SET_RIGHTS) != 0 &&
	    (n->rights == 0 || (n->rights & ~TOKEN_ALL) != 0))
		return "a token's scopes are some of read, write, admin";
	if ((set & TOKEN_SET_TABLES) != 0 && !tables_ok(n->tables))
		return "a token's tables are names or patterns of A-Z a-z 0-9 "
		       ". _ - *, separated by commas, of 128 bytes at most";
	if ((set & TOKEN_SET_GROUPS) != 0 && (n->groups & ~groups) != 0)
		return "no such group of tools";
	return NULL;
}

void
edit_put(struct token_record *t, const struct token_new *n, unsigned set)
{
	if ((set & TOKEN_SET_EXPIRES) != 0)
		t->expires = n->expires;
	if ((set & TOKEN_SET_RIGHTS) != 0)
		t->rights = n->rights;
	if ((set & TOKEN_SET_GROUPS) != 0)
		t->groups = n->groups;
	if ((set & TOKEN_SET_TABLES) == 0)
		return;
	memset(t->tables, 0, sizeof(t->tables));
	if (n->tables.len > 0)
		memcpy(t->tables, n->tables.p, n->tables.len);
}

/* Behind the last record, and where the map is full, in the place of the one
 * that has been dead for the longest time. */
static bool
find_place(const struct edit *e, const char *id, uint32_t *ret,
    const char **reterr_text)
{
	uint32_t n = map_count(e->map), place = n;
	struct token_record t;
	uint64_t died, first = UINT64_MAX;

	for (uint32_t i = 0; i < n; i++) {
		if (!map_record(e->map, i, &t))
			continue;
		if (memcmp(t.id, id, TOKEN_ID_BYTES) == 0) {
			*reterr_text = "chance has made an id that is in use; "
				       "try again";
			return false;
		}
		died = t.revoked != 0 ? t.revoked : t.expires;
		if (n == TOKEN_MAP_RECORDS && !token_live(&t, e->now) &&
		    !str_eq(token_name(&t), STR(MAP_DEFAULT)) && died < first) {
			first = died;
			place = i;
		}
	}
	if (place == TOKEN_MAP_RECORDS) {
		*reterr_text = "all 1023 places for tokens are in use; "
			       "revoke some";
		return false;
	}
	*ret = place;
	return true;
}

enum err
edit_add(struct edit *e, struct token_record *t, const struct token_show *show,
    const char **reterr_text)
{
	char text[TOKEN_TEXT_BYTES + 1];
	enum err err;

	token_text_new(text);
	token_text_put(t, text);
	t->created = e->now;
	t->generation = 1;
	t->flags = 0;
	if (!find_place(e, t->id, &t->slot, reterr_text)) {
		crypto_wipe(text, sizeof(text));
		return ERR_CONF;
	}
	edit_store(e, t);
	if (t->slot == map_count(e->map))
		__atomic_store_n(&e->map->file->header.count, t->slot + 1,
		    __ATOMIC_RELEASE);
	err = edit_sync(e, reterr_text);
	if (err == ERR_OK && !show->show(show->arg, text, t)) {
		*reterr_text = "the token could not be shown and is void";
		err = ERR_CONF;
	}
	crypto_wipe(text, sizeof(text));
	if (err != ERR_OK) {
		t->revoked = e->now;
		edit_store(e, t);
		(void)msync(e->map->file, sizeof(*e->map->file), MS_SYNC);
	}
	return err;
}
