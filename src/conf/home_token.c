/* SPDX-License-Identifier: ISC */
/* The two secrets of a home, and another default token. */
#include <string.h>

#include "conf/home.h"
#include "conf/map.h"
#include "conf/open.h"
#include "conf/secret.h"

static enum err
read_secret(const struct home *h, const char *name, struct secret *ret,
    const char **reterr_text)
{
	struct dir config CLEANUP(dir_close) = DIR_INIT;
	struct dir data CLEANUP(dir_close) = DIR_INIT;
	bool tidy;
	enum err e = home_open(h, false, &config, &data, reterr_text);

	if (e == ERR_OK)
		e = secret_read(&config, name, ret, &tidy, reterr_text);
	if (e == ERR_OK && ret->from == SECRET_NONE) {
		*reterr_text =
		    conf_say("%s/%s: does not exist", h->config, name);
		e = ERR_CONF;
	}
	return e;
}

enum err
home_token(const struct home *h, char **ret, const char **reterr_text)
{
	struct secret s CLEANUP(secret_wipe) = { 0 };
	enum err e = read_secret(h, SECRET_TOKEN, &s, reterr_text);
	char *p;

	if (e != ERR_OK)
		return e;
	if ((p = crypto_secret_alloc(TOKEN_TEXT_BYTES + 1)) == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	memcpy(p, s.text, TOKEN_TEXT_BYTES);
	p[TOKEN_TEXT_BYTES] = '\0';
	*ret = p;
	return ERR_OK;
}

enum err
home_master(const struct home *h, unsigned char **ret, const char **reterr_text)
{
	struct secret s CLEANUP(secret_wipe) = { 0 };
	enum err e = read_secret(h, SECRET_MASTER, &s, reterr_text);
	unsigned char *p;

	if (e != ERR_OK)
		return e;
	if ((p = crypto_secret_alloc(CRYPTO_KEY_BYTES)) == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	if (!secret_key(&s, p)) {
		crypto_secret_free(p);
		return ERR_INTERNAL;
	}
	*ret = p;
	return ERR_OK;
}

static bool
replace_token(void *arg, const char *text, const struct token_record *t UNUSED)
{
	char line[TOKEN_TEXT_BYTES + 1];
	const char *why;
	enum err e;

	memcpy(line, text, TOKEN_TEXT_BYTES);
	line[TOKEN_TEXT_BYTES] = '\n';
	e = file_replace(arg, SECRET_TOKEN, line, sizeof(line), &why);
	crypto_wipe(line, sizeof(line));
	return e == ERR_OK;
}

enum err
home_rotate_token(const struct home *h, uint64_t overlap_ns,
    const uint64_t *expires, const char **reterr_text)
{
	struct dir config CLEANUP(dir_close) = DIR_INIT;
	struct dir data CLEANUP(dir_close) = DIR_INIT;
	struct secret s CLEANUP(secret_wipe) = { 0 };
	const struct token_show show = { replace_token, &config };
	bool tidy;
	enum err e = home_open(h, false, &config, &data, reterr_text);

	if (e == ERR_OK)
		e = secret_read(&config, SECRET_TOKEN, &s, &tidy, reterr_text);
	if (e != ERR_OK)
		return e;
	if (s.from == SECRET_CREDENTIAL) {
		*reterr_text = "the default token is a credential of systemd; "
			       "change it there and start again";
		return ERR_CONF;
	}
	return token_map_rotate(h->data, STR(MAP_DEFAULT), overlap_ns, expires,
	    &show, reterr_text);
}
