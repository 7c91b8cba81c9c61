/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/crc32.h"
#include "conf/map.h"

#define NAME_ALPHABET \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
#define ALL_RIGHTS (TOKEN_READ | TOKEN_WRITE | TOKEN_ADMIN)

/* The map under its lock. */
struct edit {
	struct dir data;
	struct token_map *map;
	int fd;
};

static void
edit_end(struct edit *e)
{
	map_close(&e->map);
	fd_close(&e->fd);
	dir_close(&e->data);
}

static enum err
edit_lock(const struct dir *data, struct token_map **ret, int *ret_fd,
    const char **reterr_text)
{
	enum err e = map_edit(data, ret, ret_fd, reterr_text);

	if (e != ERR_OK)
		return e;
	while (flock(*ret_fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		*reterr_text = conf_say("%s/" MAP_NAME ": cannot be locked: %s",
		    data->path, strerror(errno));
		return ERR_CONF;
	}
	return ERR_OK;
}

static enum err
edit_begin(const char *data_dir, struct edit *ret, const char **reterr_text)
{
	enum err e =
	    dir_open(data_dir, DIR_OURS, false, &ret->data, reterr_text);

	if (e != ERR_OK)
		return e;
	return edit_lock(&ret->data, &ret->map, &ret->fd, reterr_text);
}

/* Words first to last: the sum is in the last. */
static void
store(struct token_record *slot, struct token_record *t)
{
	uint64_t *to = (void *)slot;
	uint64_t words[sizeof(*t) / sizeof(uint64_t)];

	t->sum = map_record_sum(t);
	memcpy(words, t, sizeof(*t));
	for (size_t w = 0; w < NELEM(words); w++)
		__atomic_store_n(to + w, words[w], __ATOMIC_RELEASE);
}

static enum err
sync_map(const struct token_map *m, const struct dir *data,
    const char **reterr_text)
{
	if (msync(m->file, sizeof(*m->file), MS_SYNC) == 0)
		return ERR_OK;
	*reterr_text = conf_say("%s/" MAP_NAME ": cannot be written: %s",
	    data->path, strerror(errno));
	return ERR_CONF;
}

static void
record_text(struct token_record *t, const char text[TOKEN_TEXT_BYTES])
{
	memcpy(t->id, text + 3, TOKEN_ID_BYTES);
	crypto_hash_of(t->hash, (struct str){ text, TOKEN_TEXT_BYTES }, NULL);
}

enum err
map_make(const struct dir *data, const char text[TOKEN_TEXT_BYTES],
    const char **reterr_text)
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
	t = &f->records[0];
	record_text(t, text);
	memcpy(t->name, MAP_DEFAULT, sizeof(MAP_DEFAULT));
	t->created = clock_wall_ns();
	t->rights = ALL_RIGHTS;
	t->generation = 1;
	t->sum = map_record_sum(t);
	e = file_make(data, MAP_NAME, f, sizeof(*f), reterr_text);
	free(f);
	return e;
}

static bool
named(const struct token_record *t, struct str name)
{
	return str_eq(name,
	    (struct str){ t->name, strnlen(t->name, sizeof(t->name)) });
}

enum err
map_adopt(const struct dir *data, const char text[TOKEN_TEXT_BYTES],
    const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = { .data = DIR_INIT, .fd = -1 };
	struct token_record t;
	enum err e = edit_lock(data, &edit.map, &edit.fd, reterr_text);

	if (e != ERR_OK)
		return e;
	for (uint32_t i = 0; i < map_count(edit.map); i++) {
		if (!map_record(edit.map, i, &t) ||
		    !named(&t, STR(MAP_DEFAULT)))
			continue;
		record_text(&t, text);
		t.created = clock_wall_ns();
		t.revoked = 0;
		t.generation++;
		store(&edit.map->file->records[i], &t);
		return sync_map(edit.map, data, reterr_text);
	}
	*reterr_text = conf_say("%s/" MAP_NAME ": the default token's record "
				"is damaged; put the file back from a backup",
	    data->path);
	return ERR_CONF;
}

static bool
name_ok(struct str s)
{
	if (s.len == 0 || s.len > TOKEN_NAME_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(NAME_ALPHABET, s.p[i]) == NULL)
			return false;
	return true;
}

static bool
field_ok(struct str s, size_t max)
{
	return s.len <= max && (s.len == 0 || memchr(s.p, '\0', s.len) == NULL);
}

static const char *
new_wrong(const struct token_new *n)
{
	if (!name_ok(n->name))
		return "a token's name is 1 to 32 of A-Z a-z 0-9 . _ -";
	if (str_eq(n->name, STR(MAP_DEFAULT)))
		return "the name default is the default token's";
	if (n->rights == 0 || (n->rights & ~ALL_RIGHTS) != 0)
		return "a token's rights are some of read, write, admin";
	if (!field_ok(n->tables, sizeof(((struct token_record *)0)->tables)) ||
	    !field_ok(n->groups, sizeof(((struct token_record *)0)->groups)))
		return "the patterns of tables and groups are too long";
	return NULL;
}

/*
 * Where a new record goes: behind the last, and where the map is full, in
 * the place of one that is dead.  *reterr_text where there is none, or name
 * or id are taken.
 */
static bool
find_slot(const struct token_map *m, struct str name, const char *id,
    uint64_t now, uint32_t *ret, const char **reterr_text)
{
	uint32_t n = map_count(m), dead = TOKEN_MAP_RECORDS;
	struct token_record t;

	for (uint32_t i = 0; i < n; i++) {
		if (!map_record(m, i, &t))
			continue;
		if (memcmp(t.id, id, TOKEN_ID_BYTES) == 0 ||
		    (token_live(&t, now) && named(&t, name))) {
			*reterr_text = "a token of this name is in use";
			return false;
		}
		if (!token_live(&t, now) && !named(&t, STR(MAP_DEFAULT)))
			dead = i;
	}
	if (n == TOKEN_MAP_RECORDS && dead == TOKEN_MAP_RECORDS) {
		*reterr_text = "all 1024 places for tokens are in use; "
			       "revoke some";
		return false;
	}
	*ret = n < TOKEN_MAP_RECORDS ? n : dead;
	return true;
}

enum err
token_map_add(const char *data_dir, const struct token_new *n,
    char ret_text[TOKEN_TEXT_BYTES + 1], const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = { .data = DIR_INIT, .fd = -1 };
	uint64_t now = clock_wall_ns();
	struct token_record t = { .created = now,
		.expires = n->expires,
		.rights = n->rights,
		.generation = 1 };
	const char *wrong = new_wrong(n);
	char text[TOKEN_TEXT_BYTES + 1];
	uint32_t slot;
	enum err e;

	if (wrong != NULL) {
		*reterr_text = wrong;
		return ERR_CONF;
	}
	if ((e = edit_begin(data_dir, &edit, reterr_text)) != ERR_OK)
		return e;
	token_text_new(text);
	record_text(&t, text);
	memcpy(t.name, n->name.p, n->name.len);
	if (n->tables.len > 0)
		memcpy(t.tables, n->tables.p, n->tables.len);
	if (n->groups.len > 0)
		memcpy(t.groups, n->groups.p, n->groups.len);
	if (!find_slot(edit.map, n->name, t.id, now, &slot, reterr_text))
		return ERR_CONF;
	store(&edit.map->file->records[slot], &t);
	if (slot == map_count(edit.map))
		__atomic_store_n(&edit.map->file->header.count, slot + 1,
		    __ATOMIC_RELEASE);
	if ((e = sync_map(edit.map, &edit.data, reterr_text)) == ERR_OK)
		memcpy(ret_text, text, sizeof(text));
	crypto_wipe(text, sizeof(text));
	return e;
}

enum err
token_map_revoke(const char *data_dir, struct str name,
    const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = { .data = DIR_INIT, .fd = -1 };
	uint64_t now = clock_wall_ns();
	struct token_record t;
	enum err e = edit_begin(data_dir, &edit, reterr_text);

	if (e != ERR_OK)
		return e;
	for (uint32_t i = 0; i < map_count(edit.map); i++) {
		if (!map_record(edit.map, i, &t) || !named(&t, name) ||
		    !token_live(&t, now))
			continue;
		t.revoked = now;
		store(&edit.map->file->records[i], &t);
		return sync_map(edit.map, &edit.data, reterr_text);
	}
	*reterr_text = "no live token has this name";
	return ERR_CONF;
}

enum err
token_map_bump(const char *data_dir, const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = { .data = DIR_INIT, .fd = -1 };
	enum err e = edit_begin(data_dir, &edit, reterr_text);

	if (e != ERR_OK)
		return e;
	(void)__atomic_add_fetch(&edit.map->file->header.generation, 1,
	    __ATOMIC_RELEASE);
	return sync_map(edit.map, &edit.data, reterr_text);
}
