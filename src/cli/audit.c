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
	    "           [--journal] [--json]\n"
	    "       doorward audit export [--json]",
	.summary = "show, follow, verify and deliver the log",
	.run = audit,
};

#define READS  1u
#define VERIFY 2u
#define EXPORT 4u

static const struct {
	const char *name;
	unsigned is;
	int (*run)(struct audit_at *, const struct audit_args *);
} rows[] = {
	{ "show", READS, audit_show },
	{ "tail", READS, audit_tail },
	{ "verify", VERIFY, audit_verify },
	{ "export", EXPORT, audit_export_all },
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
	OPT_SINCE,
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
	OPT_JOURNAL,
	OPT__MAX
};

#define A_TIME "2027-01-31T12:00:00Z, or 15m, 24h or 7d for so long ago"

/* Of which subcommands, and what a value may be; NULL: it takes none. */
static const struct {
	const char *name;
	unsigned of;
	const char *expected;
} options[] = {
	[OPT_SINCE] = { "since", READS, A_TIME },
	[OPT_UNTIL] = { "until", READS, A_TIME },
	[OPT_ACTOR] = { "actor", READS, "a token's name" },
	[OPT_OPERATION] = { "operation", READS, "an operation's name" },
	[OPT_RESULT] = { "result", READS, "a result" },
	[OPT_TABLE] = { "table", READS, "a table's name" },
	[OPT_LIMIT] = { "limit", READS, "a number of rows, 0 for all" },
	[OPT_AFTER] = { "after", READS, "a row's number" },
	[OPT_OLDEST] = { "oldest", READS, NULL },
	[OPT_JSON] = { "json", READS | VERIFY | EXPORT, NULL },
	[OPT_QUICK] = { "quick", VERIFY, NULL },
	[OPT_CHECKPOINT] = { "checkpoint", VERIFY,
	    "NUMBER:HASH, as audit verify prints it" },
	[OPT_JOURNAL] = { "journal", VERIFY, NULL },
};
_Static_assert(NELEM(options) == OPT__MAX, "a row for each");

static bool
take(struct audit_args *a, enum audit_option option, const char *arg)
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
	case OPT_JOURNAL:
		return a->journal = true;
	case OPT__MAX:
		break;
	}
	return false;
}

/* What is wrong was said. */
static bool
parse(struct audit_args *a, unsigned of, int argc, char **argv)
{
	struct option longopts[OPT__MAX + 1] = { { NULL, 0, NULL, 0 } };
	int i;

	for (i = 0; i < OPT__MAX; i++)
		longopts[i] = (struct option){ options[i].name,
			options[i].expected != NULL ? required_argument :
						      no_argument,
			NULL, i };
	while ((i = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (i < 0 || i >= OPT__MAX)
			return cmd_usage(&cmd_audit, NULL) == EX_OK;
		if ((options[i].of & of) == 0) {
			(void)fprintf(stderr,
			    "doorward: audit %s has no option --%s\n", argv[0],
			    options[i].name);
			return false;
		}
		if (!take(a, (enum audit_option)i, optarg))
			return cmd_bad_value(options[i].name, optarg,
			    options[i].expected);
	}
	return optind == argc || cmd_usage(&cmd_audit, argv[optind]) == EX_OK;
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
		if (!parse(&a, rows[i].is, argc - 1, argv + 1))
			return EX_USAGE;
		return run(env, i, &a);
	}
	return cmd_usage(&cmd_audit, argv[1]);
}
