/* SPDX-License-Identifier: ISC */
/* What the command changes outside of the store has a row in the log, too. */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "cli/cmd.h"
#include "store/store.h"
#include "json/json.h"

static enum err
write_note(struct store *s, const char *operation, struct str about)
{
	struct buf detail CLEANUP(buf_free) = BUF_INIT(KIB(4));
	char peer[32];
	enum err e = store_begin(s, true, clock_ms() + LIMIT_LOCK_MS);

	if (e != ERR_OK)
		return e;
	BUF_LIT(&detail, "{\"about\":");
	json_put_str(&detail, about);
	buf_putc(&detail, '}');
	(void)snprintf(peer, sizeof(peer), "uid:%lu", (unsigned long)getuid());
	store_actor(s,
	    &(struct store_actor){ .token = STR("(command)"),
		.surface = STR("cli"),
		.operation = str_from(operation),
		.peer = str_from(peer) });
	e = store_log_note(s,
	    &(struct store_note){ .kind = STORE_NOTE_LOG,
		.outcome = STR("OK"),
		.detail = buf_str(&detail) });
	if (e == ERR_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

void
cmd_note(const struct cmd_env *env, const char *operation, struct str about)
{
	const struct policy_flags flags = { 0 };
	struct store *s = NULL;
	struct store_conf c = { 0 };
	struct policy *p;
	const char *why = "the log cannot be written";
	enum err e;

	if (cmd_load(env, &flags, &p) != EX_OK)
		return;
	c.dir = p->home.data;
	c.chain_key = p->keys->chain;
	c.digest_key = p->keys->digest;
	if ((e = store_prepare(&c, &why)) == ERR_OK &&
	    (e = store_open(&c, STORE_WRITE, &s, &why)) == ERR_OK &&
	    (e = write_note(s, operation, about)) != ERR_OK)
		why = err_row(e)->text;
	if (e != ERR_OK)
		(void)fprintf(stderr,
		    "doorward: done, but it has no row in the log: %s\n", why);
	store_close(s);
	policy_free(p);
}
