/* SPDX-License-Identifier: ISC */
#include "conf/used.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define USED_MAGIC   "DWTKUSED"
#define USED_VERSION 1
#define USED_EVERY   (60 * NS_PER_S)

struct used_file {
	char magic[8];
	uint32_t version;
	uint32_t key_id; /* 0: in clear */
	unsigned char spare[48];
	uint64_t at[TOKEN_MAP_RECORDS]; /* by slot, ns since 1970 */
};
_Static_assert(sizeof(struct used_file) == 64 + 8 * TOKEN_MAP_RECORDS,
    "as it lies on disk");

struct token_uses {
	struct used_file *file;
};

enum err
used_make(const struct dir *data, const char **reterr_text)
{
	struct used_file f = { .version = USED_VERSION };

	memcpy(f.magic, USED_MAGIC, sizeof(f.magic));
	return file_make(data, USED_NAME, &f, sizeof(f), reterr_text);
}

static const char *
map_wrong(const struct used_file *f)
{
	if (memcmp(f->magic, USED_MAGIC, sizeof(f->magic)) != 0)
		return "is damaged; move it away, it will be made anew";
	if (f->version != USED_VERSION || f->key_id != 0)
		return "was made by another version of this program";
	return NULL;
}

enum err
token_uses_open(const struct dir *data, bool write, struct token_uses **ret,
    const char **reterr_text)
{
	const int prot = write ? PROT_READ | PROT_WRITE : PROT_READ;
	int fd CLEANUP(fd_close) = -1;
	const char *wrong = NULL;
	void *p = MAP_FAILED;
	struct token_uses *u;
	struct stat st;
	bool tidy;
	enum err e;

	e = file_open(data, USED_NAME, write ? FILE_EDITED : FILE_SECRET, &fd,
	    &tidy, reterr_text);
	if (e != ERR_OK)
		return e;
	if (fd < 0)
		wrong = "does not exist; start doorward once";
	else if (fstat(fd, &st) < 0 || st.st_size != sizeof(struct used_file))
		wrong = "has the wrong length; move it away, it will be made "
			"anew";
	else if ((p = mmap(NULL, sizeof(struct used_file), prot, MAP_SHARED, fd,
		      0)) == MAP_FAILED)
		wrong = strerror(errno);
	else
		wrong = map_wrong(p);
	if (wrong == NULL && (u = malloc(sizeof(*u))) != NULL) {
		u->file = p;
		*ret = u;
		return ERR_OK;
	}
	if (p != MAP_FAILED)
		(void)munmap(p, sizeof(struct used_file));
	*reterr_text = wrong == NULL ?
	    "out of memory" :
	    conf_say("%s/" USED_NAME ": %s", data->path, wrong);
	return wrong == NULL ? ERR_NO_MEMORY : ERR_CONF;
}

void
token_uses_close(struct token_uses *u)
{
	if (u == NULL)
		return;
	(void)munmap(u->file, sizeof(*u->file));
	free(u);
}

uint64_t
token_last_use(const struct token_uses *u, const struct token_record *t)
{
	uint64_t at;

	if (t->slot >= TOKEN_MAP_RECORDS)
		return 0;
	at = __atomic_load_n(&u->file->at[t->slot], __ATOMIC_RELAXED);
	/* Else it is the one's that had the place before. */
	return at >= t->created ? at : 0;
}

void
token_used(struct token_uses *u, const struct token_record *t, uint64_t now_ns)
{
	const uint64_t last = token_last_use(u, t);

	if (t->id[0] == '\0' || t->slot >= TOKEN_MAP_RECORDS ||
	    (last <= now_ns && now_ns - last < USED_EVERY))
		return;
	__atomic_store_n(&u->file->at[t->slot], now_ns, __ATOMIC_RELAXED);
}
