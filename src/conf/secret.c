/* SPDX-License-Identifier: ISC */
#include "conf/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/map.h"

void
secret_wipe(struct secret *s)
{
	crypto_wipe(s, sizeof(*s));
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
secret_key(const struct secret *s, unsigned char ret[CRYPTO_KEY_BYTES])
{
	if (s->len != 2 * (size_t)CRYPTO_KEY_BYTES)
		return false;
	for (size_t i = 0; i < CRYPTO_KEY_BYTES; i++) {
		int hi = nibble(s->text[2 * i]),
		    lo = nibble(s->text[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		ret[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

static bool
is_master(const char *name)
{
	return strcmp(name, SECRET_MASTER) == 0;
}

static bool
well_formed(const struct secret *s, const char *name)
{
	unsigned char key[CRYPTO_KEY_BYTES];
	bool good;

	if (!is_master(name))
		return token_text_ok((struct str){ s->text, s->len });
	good = secret_key(s, key);
	crypto_wipe(key, sizeof(key));
	return good;
}

/* The descriptor of a credential of this name, -1 where there is none. */
static enum err
open_credential(const char *name, const char **ret_dir, int *ret_fd,
    const char **reterr_text)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	int fd CLEANUP(fd_close) = -1;
	char path[4096];
	struct stat st;

	*ret_fd = -1;
	if (dir == NULL || dir[0] != '/' ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >=
		sizeof(path))
		return ERR_OK;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return ERR_OK;
	if (fd < 0 || fstat(fd, &st) < 0) {
		*reterr_text = conf_say("%s: %s", path, strerror(errno));
		return ERR_CONF;
	}
	if (!S_ISREG(st.st_mode)) {
		*reterr_text = conf_say("%s: is no regular file", path);
		return ERR_CONF;
	}
	*ret_dir = dir;
	*ret_fd = fd;
	fd = -1;
	return ERR_OK;
}

enum err
secret_read(const struct dir *config, const char *name, struct secret *ret,
    bool *ret_tidy, const char **reterr_text)
{
	int fd CLEANUP(fd_close) = -1;
	const char *path = config->path;
	enum secret_from from = SECRET_CREDENTIAL;
	enum err e;

	ret->from = SECRET_NONE;
	e = open_credential(name, &path, &fd, reterr_text);
	if (e == ERR_OK && fd < 0) {
		from = SECRET_FILE;
		e = file_open(config, name, FILE_SECRET, &fd, ret_tidy,
		    reterr_text);
	}
	if (e != ERR_OK || fd < 0)
		return e;
	e = file_read(fd, path, name, ret->text, sizeof(ret->text), &ret->len,
	    reterr_text);
	if (e != ERR_OK)
		return e;
	if (ret->len > 0 && ret->text[ret->len - 1] == '\n')
		ret->len--;
	if (!well_formed(ret, name)) {
		*reterr_text = conf_say("%s/%s: is damaged, expected %s; put "
					"back what it held",
		    path, name,
		    is_master(name) ? "64 digits 0-9 a-f" :
				      "one token, dw_ and what follows");
		return ERR_CONF;
	}
	ret->from = from;
	return ERR_OK;
}

enum err
secret_make(const struct dir *config, const char *name,
    const char **reterr_text)
{
	unsigned char key[CRYPTO_KEY_BYTES];
	char text[80];
	struct buf b = { .p = text, .cap = sizeof(text), .max = sizeof(text) };
	enum err e;

	if (is_master(name)) {
		crypto_random(key, sizeof(key));
		crypto_hex(&b, key, sizeof(key));
		crypto_wipe(key, sizeof(key));
	} else {
		token_text_new(text);
		b.len = TOKEN_TEXT_BYTES;
	}
	buf_putc(&b, '\n');
	e = file_make(config, name, b.p, b.len, reterr_text);
	crypto_wipe(text, sizeof(text));
	return e;
}
