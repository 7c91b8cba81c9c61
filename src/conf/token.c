/* SPDX-License-Identifier: ISC */
#include "conf/token.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/crc32.h"
#include "conf/map.h"

#define TOKEN_MAP_TRIES 1000 /* looks at a record that is being changed */

uint32_t
map_record_sum(const struct token_record *t)
{
	return crc32_add(0, t, offsetof(struct token_record, sum));
}

uint32_t
map_count(const struct token_map *m)
{
	uint32_t n = __atomic_load_n(&m->file->header.count, __ATOMIC_ACQUIRE);

	return n < TOKEN_MAP_RECORDS ? n : TOKEN_MAP_RECORDS;
}

/* Word by word, so that a writer beside us is no data race; the sum tells
 * whether the words belong together. */
static bool
copy_once(const struct token_record *from, struct token_record *to)
{
	const uint64_t *src = (const void *)from;
	uint64_t words[sizeof(*to) / sizeof(uint64_t)];

	for (size_t w = 0; w < NELEM(words); w++)
		words[w] = __atomic_load_n(src + w, __ATOMIC_ACQUIRE);
	memcpy(to, words, sizeof(*to));
	return map_record_sum(to) == to->sum;
}

bool
map_record(const struct token_map *m, size_t i, struct token_record *ret)
{
	struct token_record t;

	/* Writers follow each other: redo may be another's by now, and then
	 * ours is whole again. */
	for (int n = 0; n < TOKEN_MAP_TRIES; n++)
		if (copy_once(&m->file->records[i], &t) ||
		    (copy_once(&m->file->redo, &t) && t.slot == i)) {
			*ret = t;
			return true;
		}
	return false;
}

static const char *
map_wrong(const struct map_file *f)
{
	const struct map_header *h = &f->header;

	if (memcmp(h->magic, MAP_MAGIC, sizeof(h->magic)) != 0 ||
	    h->sum != crc32_add(0, h, offsetof(struct map_header, sum)))
		return "is damaged; put it back from a backup";
	if (h->version != MAP_VERSION || h->key_id != 0)
		return "was made by another version of this program";
	return NULL;
}

static enum err
map_memory(const struct dir *data, int fd, int prot, struct token_map **ret,
    const char **reterr_text)
{
	const char *wrong = NULL;
	struct token_map *m;
	struct stat st;
	void *p = MAP_FAILED;

	if (fstat(fd, &st) < 0 || st.st_size != sizeof(struct map_file))
		wrong = "has the wrong length; put it back from a backup";
	else if ((p = mmap(NULL, sizeof(struct map_file), prot, MAP_SHARED, fd,
		      0)) == MAP_FAILED)
		wrong = strerror(errno);
	else
		wrong = map_wrong(p);
	if (wrong == NULL && (m = malloc(sizeof(*m))) != NULL) {
		*m = (struct token_map){ .file = p };
		m->dummy.sum = map_record_sum(&m->dummy);
		*ret = m;
		return ERR_OK;
	}
	if (p != MAP_FAILED)
		(void)munmap(p, sizeof(struct map_file));
	*reterr_text = wrong == NULL ?
	    "out of memory" :
	    conf_say("%s/" MAP_NAME ": %s", data->path, wrong);
	return wrong == NULL ? ERR_NO_MEMORY : ERR_CONF;
}

static enum err
open_as(const struct dir *data, enum file_kind kind, struct token_map **ret,
    int *ret_fd, bool *ret_tidy, const char **reterr_text)
{
	int prot = kind == FILE_EDITED ? PROT_READ | PROT_WRITE : PROT_READ;
	enum err e;

	e = file_open(data, MAP_NAME, kind, ret_fd, ret_tidy, reterr_text);
	if (e != ERR_OK || *ret_fd < 0)
		return e;
	return map_memory(data, *ret_fd, prot, ret, reterr_text);
}

enum err
map_open(const struct dir *data, struct token_map **ret, bool *ret_tidy,
    const char **reterr_text)
{
	int fd CLEANUP(fd_close) = -1;

	*ret = NULL;
	return open_as(data, FILE_SECRET, ret, &fd, ret_tidy, reterr_text);
}

enum err
map_edit(const struct dir *data, struct token_map **ret, int *ret_fd,
    const char **reterr_text)
{
	int fd CLEANUP(fd_close) = -1;
	struct token_map *m = NULL;
	bool tidy;
	enum err e;

	e = open_as(data, FILE_EDITED, &m, &fd, &tidy, reterr_text);
	if (e != ERR_OK)
		return e;
	if (m == NULL) {
		*reterr_text = conf_say("%s/" MAP_NAME ": does not exist; "
					"start doorward once",
		    data->path);
		return ERR_CONF;
	}
	*ret = m;
	*ret_fd = fd;
	fd = -1;
	return ERR_OK;
}

enum err
token_map_open(const char *data_dir, struct token_map **ret,
    const char **reterr_text)
{
	struct dir data CLEANUP(dir_close) = DIR_INIT;
	bool tidy;
	enum err e;

	e = dir_open(data_dir, DIR_OURS, false, &data, reterr_text);
	if (e == ERR_OK)
		e = map_open(&data, ret, &tidy, reterr_text);
	if (e == ERR_OK && *ret == NULL) {
		*reterr_text = conf_say("%s/" MAP_NAME ": does not exist; "
					"start doorward once",
		    data_dir);
		e = ERR_CONF;
	}
	return e;
}

void
token_map_close(struct token_map *m)
{
	if (m == NULL)
		return;
	(void)munmap(m->file, sizeof(struct map_file));
	free(m);
}

void
map_close(struct token_map **m)
{
	token_map_close(TAKE(*m));
}

uint64_t
token_map_generation(const struct token_map *m)
{
	return __atomic_load_n(&m->file->header.generation, __ATOMIC_ACQUIRE);
}

/*
 * Every used record is looked at, found or not: the time tells nothing of
 * which ids exist.  The one found is copied, else a dummy.
 */
static bool
find(const struct token_map *m, const char *id, struct token_record *ret)
{
	const struct token_record *r = m->file->records;
	uint32_t n = map_count(m), at = TOKEN_MAP_RECORDS;
	uint64_t want, have;
	bool whole;

	memcpy(&want, id, sizeof(want));
	for (uint32_t i = 0; i < n; i++) {
		have = __atomic_load_n((const uint64_t *)(const void *)r[i].id,
		    __ATOMIC_RELAXED);
		if (have == want)
			at = i;
	}
	whole = at < TOKEN_MAP_RECORDS ? map_record(m, at, ret) :
					 copy_once(&m->dummy, ret);
	return whole && at < TOKEN_MAP_RECORDS && memcmp(ret->id, id, 8) == 0;
}

bool
token_live(const struct token_record *t, uint64_t now_ns)
{
	return t->revoked == 0 && (t->expires == 0 || now_ns < t->expires);
}

bool
token_map_bearer(const struct token_map *m, struct str text, uint64_t now_ns,
    struct token_record *ret)
{
	unsigned char hash[CRYPTO_HASH_BYTES];
	struct token_record t;
	bool found, same;

	if (text.len != TOKEN_TEXT_BYTES)
		return false;
	crypto_hash_of(hash, text, NULL);
	found = find(m, text.p + sizeof(TOKEN_PREFIX) - 1, &t);
	same = crypto_equal(hash, t.hash, sizeof(hash));
	crypto_wipe(hash, sizeof(hash));
	if (!(found & same & token_live(&t, now_ns)))
		return false;
	*ret = t;
	return true;
}

bool
token_map_akid(const struct token_map *m, struct str akid, uint64_t now_ns,
    struct token_record *ret)
{
	struct token_record t;

	if (akid.len != TOKEN_AKID_BYTES ||
	    !str_starts(akid, STR(TOKEN_AKID_PREFIX)))
		return false;
	if (!find(m, akid.p + sizeof(TOKEN_AKID_PREFIX) - 1, &t) ||
	    !token_live(&t, now_ns))
		return false;
	*ret = t;
	return true;
}

bool
token_map_named(const struct token_map *m, uint64_t now_ns)
{
	struct token_record t;

	for (uint32_t i = 0; i < map_count(m); i++)
		if (map_record(m, i, &t) && token_live(&t, now_ns) &&
		    !str_eq(token_name(&t), STR(MAP_DEFAULT)))
			return true;
	return false;
}

bool
token_map_at(const struct token_map *m, size_t i, struct token_record *ret,
    bool *ret_torn)
{
	struct token_record t;

	*ret_torn = false;
	if (i >= map_count(m))
		return false;
	if (!map_record(m, i, &t)) {
		*ret_torn = true;
		return false;
	}
	*ret = t;
	return true;
}

bool
map_default(const struct token_map *m,
    const unsigned char hash[CRYPTO_HASH_BYTES], struct token_record *ret)
{
	struct token_record t;
	bool found = false;

	for (uint32_t i = 0; i < map_count(m); i++) {
		if (!map_record(m, i, &t) ||
		    !str_eq(token_name(&t), STR(MAP_DEFAULT)))
			continue;
		if (crypto_equal(hash, t.hash, sizeof(t.hash))) {
			*ret = t;
			return true;
		}
		if ((t.flags & TOKEN_RETIRED) == 0) {
			*ret = t;
			found = true;
		}
	}
	return found;
}

bool
map_master_is(const struct token_map *m,
    const unsigned char master[CRYPTO_KEY_BYTES])
{
	static const unsigned char unknown[CRYPTO_HASH_BYTES];
	const unsigned char *made = m->file->header.master;
	unsigned char now[CRYPTO_KEY_BYTES];

	crypto_derive(now, master, MAP_CHECK);
	return crypto_equal(made, now, sizeof(now)) ||
	    crypto_equal(made, unknown, sizeof(unknown));
}
