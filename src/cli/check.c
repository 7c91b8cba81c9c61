/* SPDX-License-Identifier: ISC */
/* doorward check - prove that what is promised holds, and name what does not.
 */
#include "cli/check.h"

#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "json/json.h"

#define TEXT_MAX KIB(4)
#define BEGIN_MS 5000
#define FAILED   1 /* exit status */

static int check(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_check = {
	.name = "check",
	.args = "[--production] [--json]",
	.summary = "prove sandbox, log, files and sockets; name what fails",
	.run = check,
};

/* In this order: what a later one needs is looked at before. */
static const struct {
	const char *name;
	enum check_state (*run)(struct check *);
} rows[] = {
	{ "key", check_key },
	{ "configuration", check_configuration },
	{ "files", check_files },
	{ "socket", check_socket },
	{ "sandbox", check_sandbox },
	{ "database", check_database },
	{ "audit", check_audit },
	{ "export", check_export },
	{ "backup", check_backup },
	{ "clock", check_clock },
	{ "limits", check_limits },
};

static const char *const states[] = {
	[CHECK_OK] = "ok",
	[CHECK_SKIP] = "skip",
	[CHECK_WARN] = "warn",
	[CHECK_FAIL] = "fail",
};

struct result {
	bool production;
	bool good;
	struct buf json; /* the array's elements */
	struct buf lines;
};

static void
note(struct result *r, const char *name, enum check_state state,
    struct str text)
{
	if (r->json.len > 0)
		buf_putc(&r->json, ',');
	buf_printf(&r->json,
	    "{\"name\":\"%s\",\"state\":\"%s\",\"text\":", name, states[state]);
	json_put_str(&r->json, text);
	buf_putc(&r->json, '}');
	buf_printf(&r->lines, "%-4s  %-13s  %.*s\n", states[state], name,
	    STR_ARG(text));
}

static void
run_all(struct check *c, struct result *r)
{
	enum check_state state;

	r->good = true;
	for (size_t i = 0; i < NELEM(rows); i++) {
		buf_reset(&c->text);
		state = rows[i].run(c);
		if (state == CHECK_WARN && r->production)
			state = CHECK_FAIL;
		if (state == CHECK_FAIL)
			r->good = false;
		note(r, rows[i].name, state, buf_str(&c->text));
	}
}

static void
put_result(struct buf *out, const struct result *r)
{
	buf_printf(out,
	    "{\"ok\":%s,\"production\":%s,\"version\":\"%s\","
	    "\"time\":\"",
	    r->good ? "true" : "false", r->production ? "true" : "false",
	    DOORWARD_VERSION);
	audit_put_time(out, clock_wall_ns());
	BUF_LIT(out, "\",\"checks\":[");
	buf_puts(out, buf_str(&r->json));
	BUF_LIT(out, "]}");
}

/* For /compliance-status, whose rooms can open nothing. */
static void
keep(struct check *c, struct str result)
{
	const struct store_memo m = { .kind = MEMO_MARK,
		.id = STR(CHECK_MEMO),
		.n = (int64_t)clock_wall_ns(),
		.data = result };
	enum err e;

	if (c->store == NULL)
		return;
	e = store_begin(c->store, true, clock_ms() + BEGIN_MS);
	if (e == ERR_OK && (e = store_memo_set(c->store, &m)) == ERR_OK)
		e = store_commit(c->store);
	else
		store_rollback(c->store);
	if (e != ERR_OK)
		cmd_complain("the result cannot be kept in the store");
}

/* What is wrong was said. */
static bool
parse(int argc, char **argv, bool *ret_production, bool *ret_json)
{
	static const struct option longopts[] = {
		{ "production", no_argument, NULL, 'p' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (o == 'p')
			*ret_production = true;
		else if (o == 'j')
			*ret_json = true;
		else
			return cmd_usage(&cmd_check, NULL) == EX_OK;
	}
	return optind == argc || cmd_usage(&cmd_check, argv[optind]) == EX_OK;
}

static int
check(const struct cmd_env *env, int argc, char **argv)
{
	struct check c = { .env = env, .text = BUF_INIT(TEXT_MAX) };
	struct result r = { .json = BUF_INIT(KIB(64)),
		.lines = BUF_INIT(KIB(64)) };
	struct buf all CLEANUP(buf_free) = BUF_INIT(KIB(128));
	const char *why = "";
	bool json = false;

	if (!parse(argc, argv, &r.production, &json))
		return EX_USAGE;
	if (home_find(env->home, &c.home, &why) != ERR_OK) {
		cmd_complain(why);
		return EX_CONFIG;
	}
	run_all(&c, &r);
	put_result(&all, &r);
	keep(&c, buf_str(&all));
	buf_putc(&all, '\n');
	(void)printf("%.*s", STR_ARG(buf_str(json ? &all : &r.lines)));
	store_close(c.store);
	policy_free(c.policy);
	buf_free(&c.text);
	buf_free(&r.json);
	buf_free(&r.lines);
	if (fflush(stdout) != 0)
		return EX_IOERR;
	return r.good ? EX_OK : FAILED;
}
