/* SPDX-License-Identifier: ISC */
/* doorward audit - the log: show it, follow it, verify it, deliver it. */
#include "cli/audit.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "audit/pending.h"
#include "base/clock.h"
#include "serve/export.h"

static int audit(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_audit = {
	.name = "audit",
	.args =
	    "show [--since WHEN] [--until WHEN] [--actor NAME]\n"
	    "           [--operation NAME] [--result RESULT]\n"
	    "           [--table NAME] [--limit NUMBER] [--after SEQ]\n"
	    "           [--oldest] [--json]\n"
	    "       doorward audit tail [filters as above] [--json]\n"
	    "       doorward audit verify [--quick] [--checkpoint SEQ:HASH]\n"
	    "           [--json]\n"
	    "       doorward audit export [--json]",
	.summary = "show, follow, verify and deliver the log",
	.run = audit,
};

static const struct {
	const char *name;
	int (*run)(struct audit_at *, const struct audit_args *);
} rows[] = {
	{ "show", audit_show },
	{ "tail", audit_tail },
	{ "verify", audit_verify },
	{ "export", audit_export_all },
};

int
audit_failed(const struct audit_at *at, enum err e)
{
	const char *words = at->store == NULL ? "" : store_error(at->store);

	(void)fprintf(stderr, "doorward: %s%s%s\n", err_row(e)->text,
	    words[0] == '\0' ? "" : ": ", words);
	return e == ERR_BUSY ? EX_TEMPFAIL : EX_IOERR;
}

/* "90s", "15m", "24h", "7d" ago, or a time. */
static bool
moment(const char *text, uint64_t *ret)
{
	static const struct {
		char unit;
		uint64_t s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	const uint64_t now = clock_wall_ns();
	struct str s = str_from(text);
	uint64_t n;

	if (audit_time(s, ret))
		return true;
	for (size_t i = 0; i < NELEM(units) && s.len > 1; i++) {
		if (s.p[s.len - 1] != units[i].unit)
			continue;
		s.len--;
		if (!str_u64(s, now / NS_PER_S / units[i].s, &n))
			return false;
		*ret = now - n * units[i].s * NS_PER_S;
		return true;
	}
	return false;
}

enum audit_option {
	OPT_SINCE = 256,
	OPT_UNTIL,
	OPT_ACTOR,
	OPT_OPERATION,
	OPT_RESULT,
	OPT_TABLE,
	OPT_LIMIT,
	OPT_AFTER,
	OPT_OLDEST,
	OPT_JSON,
	OPT_QUICK,
	OPT_CHECKPOINT,
};

static bool
take(struct audit_args *a, int option, const char *arg)
{
	struct str s = str_from(arg == NULL ? "" : arg);

	switch (option) {
	case OPT_SINCE:
		return moment(arg, &a->filter.from);
	case OPT_UNTIL:
		return moment(arg, &a->filter.to);
	case OPT_ACTOR:
		a->filter.actor = s;
		return true;
	case OPT_OPERATION:
		a->filter.operation = s;
		return true;
	case OPT_RESULT:
		a->filter.result = s;
		return true;
	case OPT_TABLE:
		a->filter.table = s;
		return true;
	case OPT_LIMIT:
		return str_u64(s, INT32_MAX, &a->limit);
	case OPT_AFTER:
		return str_u64(s, INT64_MAX, &a->after);
	case OPT_OLDEST:
		return a->oldest = true;
	case OPT_JSON:
		return a->json = true;
	case OPT_QUICK:
		return a->quick = true;
	case OPT_CHECKPOINT:
		return audit_point_parse(s, &a->point);
	default:
		return false;
	}
}

static bool
parse(struct audit_args *a, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "since", required_argument, NULL, OPT_SINCE },
		{ "until", required_argument, NULL, OPT_UNTIL },
		{ "actor", required_argument, NULL, OPT_ACTOR },
		{ "operation", required_argument, NULL, OPT_OPERATION },
		{ "result", required_argument, NULL, OPT_RESULT },
		{ "table", required_argument, NULL, OPT_TABLE },
		{ "limit", required_argument, NULL, OPT_LIMIT },
		{ "after", required_argument, NULL, OPT_AFTER },
		{ "oldest", no_argument, NULL, OPT_OLDEST },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "quick", no_argument, NULL, OPT_QUICK },
		{ "checkpoint", required_argument, NULL, OPT_CHECKPOINT },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", longopts, NULL)) != -1)
		if (!take(a, o, optarg))
			return false;
	return optind == argc;
}

static enum err
open_store(struct audit_at *at, const char **reterr_text)
{
	const struct policy *p = at->policy;
	enum err e;

	at->conf = (struct store_conf){
		.dir = p->home.data,
		.chain_key = p->keys->chain,
		.digest_key = p->keys->digest,
		.max_size = p->max_size,
	};
	if ((e = store_prepare(&at->conf, reterr_text)) != ERR_OK)
		return e;
	return store_open(&at->conf, STORE_WRITE, &at->store, reterr_text);
}

static void
close_at(struct audit_at *at)
{
	if (at->pending >= 0)
		(void)close(at->pending);
	store_close(at->store);
	policy_free(at->policy);
}

/* The reason of a failure was said. */
static int
open_at(const struct cmd_env *env, struct audit_at *ret)
{
	const struct policy_flags flags = { 0 };
	const char *why = "";
	int r;

	*ret = (struct audit_at){ .pending = -1 };
	if ((r = cmd_load(env, &flags, &ret->policy)) != EX_OK)
		return r;
	if (open_store(ret, &why) != ERR_OK) {
		cmd_complain(why);
		close_at(ret);
		return EX_IOERR;
	}
	ret->pending = audit_intake_open(ret->conf.dir);
	return EX_OK;
}

static int
run(const struct cmd_env *env, size_t row, const struct audit_args *a)
{
	struct audit_at at;
	int r = open_at(env, &at);

	if (r != EX_OK)
		return r;
	(void)audit_intake(at.store, at.pending, true);
	r = rows[row].run(&at, a);
	close_at(&at);
	return fflush(stdout) == 0 ? r : EX_IOERR;
}

int
audit_tend(const struct cmd_env *env)
{
	struct audit_at at;
	int r = open_at(env, &at);

	if (r != EX_OK)
		return r;
	while (export_tend(at.policy, at.store, at.pending))
		continue;
	close_at(&at);
	return EX_OK;
}

static int
audit(const struct cmd_env *env, int argc, char **argv)
{
	struct audit_args a = { .limit = 100 };

	for (size_t i = 0; argc > 1 && i < NELEM(rows); i++) {
		if (strcmp(rows[i].name, argv[1]) != 0)
			continue;
		if (!parse(&a, argc - 1, argv + 1))
			return cmd_usage(&cmd_audit);
		return run(env, i, &a);
	}
	return cmd_usage(&cmd_audit);
}
