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

/* The master key itself goes with f. */
static enum err
make_keys(const struct home_files *f, const struct policy_keys **ret,
    const char **reterr_text)
{
	unsigned char master[CRYPTO_KEY_BYTES];
	struct policy_keys *k;

	if (!secret_key(&f->master, master)) {
		*reterr_text = conf_say("%s/" SECRET_MASTER ": does not exist; "
					"start doorward once",
		    f->config.path);
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
take_map(struct home_files *f, struct policy *p, const char **reterr_text)
{
	if (f->map == NULL) {
		*reterr_text = conf_say("%s/" MAP_NAME ": does not exist; "
					"start doorward once",
		    f->data.path);
		return ERR_CONF;
	}
	/* Before the file is read: a change in between makes p stale. */
	p->generation = token_map_generation(f->map);
	p->tokens = TAKE(f->map);
	return token_uses_open(&f->data, true, &p->uses, reterr_text);
}

static enum err
load(const struct home *home, struct home_files *f,
    const struct policy_flags *flags, struct policy **ret,
    const char **reterr_text)
{
	struct policy *p CLEANUP(policy_end) = calloc(1, sizeof(*p));
	enum err e;

	if (p == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	if ((e = take_map(f, p, reterr_text)) != ERR_OK ||
	    (e = conf_load(&f->config, p, reterr_text)) != ERR_OK ||
	    (e = conf_load_models(&f->config, p, reterr_text)) != ERR_OK ||
	    (e = make_keys(f, &p->keys, reterr_text)) != ERR_OK)
		return e;
	p->no_auth = flags->no_auth;
	p->any_aws = flags->ephemeral;
	p->sync_off = flags->ephemeral;
	p->read_only |= flags->read_only;
	p->home = *home;
	*ret = TAKE(p);
	return ERR_OK;
}

enum err
policy_load(const struct home *home, const struct policy_flags *flags,
    struct policy **ret, const char **reterr_text)
{
	struct home_files f CLEANUP(home_close) = HOME_FILES_INIT;
	enum err e = home_look(home, &f, reterr_text);

	return e == ERR_OK ? load(home, &f, flags, ret, reterr_text) : e;
}

enum err
policy_begin(const struct home *home, const struct policy_flags *flags,
    struct policy **ret, const char **reterr_text)
{
	struct home_files f CLEANUP(home_close) = HOME_FILES_INIT;
	enum err e = home_make(home, &f, reterr_text);

	return e == ERR_OK ? load(home, &f, flags, ret, reterr_text) : e;
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
			"[::1]:3667 or the absolute path of a unix socket, "
			"107 bytes at most";
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
