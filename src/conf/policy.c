/* SPDX-License-Identifier: ISC */
#include "conf/policy.h"

#include <stdlib.h>

#include "base/clock.h"
#include "conf/conf.h"
#include "conf/map.h"
#include "conf/open.h"
#include "conf/secret.h"

static void
policy_end(struct policy **p)
{
	policy_free(*p);
}

void
policy_free(struct policy *p)
{
	if (p == NULL)
		return;
	crypto_secret_free((void *)(uintptr_t)p->keys);
	token_map_close((void *)(uintptr_t)p->tokens);
	token_uses_close(p->uses);
	models_free(p->models);
	free(p->text);
	free(p);
}

/* The master key is in memory only while the four are made of it. */
static enum err
load_keys(const struct dir *config, const struct policy_keys **ret,
    const char **reterr_text)
{
	struct secret s CLEANUP(secret_wipe) = { 0 };
	unsigned char master[CRYPTO_KEY_BYTES];
	struct policy_keys *k;
	bool tidy;
	enum err e;

	e = secret_read(config, SECRET_MASTER, &s, &tidy, reterr_text);
	if (e != ERR_OK)
		return e;
	if (!secret_key(&s, master)) {
		*reterr_text = conf_say("%s/" SECRET_MASTER ": does not exist; "
					"start doorward once",
		    config->path);
		return ERR_CONF;
	}
	if ((k = crypto_secret_alloc(sizeof(*k))) == NULL) {
		crypto_wipe(master, sizeof(master));
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	crypto_derive(k->aws, master, "dw-aws--");
	crypto_derive(k->chain, master, "dw-chain");
	crypto_derive(k->digest, master, "dw-diges");
	crypto_derive(k->seal, master, "dw-seal-");
	crypto_wipe(master, sizeof(master));
	*ret = k;
	return ERR_OK;
}

static enum err
load_map(const struct dir *data, struct policy *p, const char **reterr_text)
{
	struct token_map *m;
	bool tidy;
	enum err e = map_open(data, &m, &tidy, reterr_text);

	if (e == ERR_OK && m == NULL) {
		*reterr_text = conf_say("%s/" MAP_NAME ": does not exist; "
					"start doorward once",
		    data->path);
		e = ERR_CONF;
	}
	if (e != ERR_OK)
		return e;
	p->tokens = m;
	/* Before the file is read: a change in between makes p stale. */
	p->generation = token_map_generation(m);
	return token_uses_open(data, true, &p->uses, reterr_text);
}

enum err
policy_load(const struct home *home, const struct policy_flags *flags,
    struct policy **ret, const char **reterr_text)
{
	struct dir config CLEANUP(dir_close) = DIR_INIT;
	struct dir data CLEANUP(dir_close) = DIR_INIT;
	struct policy *p CLEANUP(policy_end) = calloc(1, sizeof(*p));
	enum err e;

	if (p == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	if ((e = crypto_init()) != ERR_OK) {
		*reterr_text = "libsodium cannot be initialised";
		return e;
	}
	e = home_open(home, false, &config, &data, reterr_text);
	if (e == ERR_OK)
		e = load_map(&data, p, reterr_text);
	if (e == ERR_OK)
		e = conf_load(&config, p, reterr_text);
	if (e == ERR_OK)
		e = conf_load_models(&config, p, reterr_text);
	if (e == ERR_OK)
		e = load_keys(&config, &p->keys, reterr_text);
	if (e != ERR_OK)
		return e;
	p->no_auth = flags->no_auth;
	p->any_aws = flags->ephemeral;
	p->sync_off = flags->ephemeral;
	p->read_only |= flags->read_only;
	p->home = *home;
	*ret = TAKE(p);
	return ERR_OK;
}

size_t
policy_sinks(const struct policy *p, struct str ret[POLICY_SINKS])
{
	size_t n = 0;

	if (p->export_journal)
		ret[n++] = STR("journal");
	if (p->export_json)
		ret[n++] = STR("json");
	if (p->export_syslog.p != NULL)
		ret[n++] = STR("syslog");
	return n;
}

bool
policy_stale(const struct policy *p)
{
	return token_map_generation(p->tokens) != p->generation;
}

enum err
policy_listen_ok(const struct policy *p, struct str addr,
    const char **reterr_text)
{
	enum conf_where where;
	const char *wrong = NULL;

	if (!conf_where(addr, true, &where))
		wrong = "is no address to listen at, expected 127.0.0.1:3667, "
			"[::1]:3667 or the absolute path of a unix socket";
	else if (where != WHERE_PUBLIC)
		return ERR_OK;
	else if (p->no_auth)
		wrong = "is not loopback, and --no-auth serves everybody: "
			"listen on loopback or on a unix socket";
	else if (p->any_aws)
		wrong = "is not loopback, and --ephemeral takes any AWS "
			"credentials: listen on loopback or on a unix socket";
	else if (!p->public_ok)
		wrong = "is not loopback; set public = yes in " CONF_NAME
			" if everybody may knock there";
	else if (!token_map_named(p->tokens, clock_wall_ns()))
		wrong = "is not loopback, which needs a named token; "
			"the default one does not count";
	if (wrong == NULL)
		return ERR_OK;
	*reterr_text = conf_say("%.*s %s", addr.len < 200 ? (int)addr.len : 200,
	    addr.p, wrong);
	return ERR_CONF;
}
