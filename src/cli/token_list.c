/* SPDX-License-Identifier: ISC */
/* doorward token list, doorward token show. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "cli/token.h"
#include "cli/when.h"
#include "conf/used.h"
#include "json/json.h"

struct listing {
	struct token_uses *uses;
	struct buf out;
	uint64_t now;
	bool json;
	size_t n; /* tokens in it */
};

static const char *const states[] = {
	[TOKEN_LIVE] = "live",
	[TOKEN_RETIRING] = "retiring",
	[TOKEN_EXPIRED] = "expired",
	[TOKEN_REVOKED] = "revoked",
};

static struct str
tables_of(const struct token_record *t)
{
	return (struct str){ t->tables, strnlen(t->tables, sizeof(t->tables)) };
}

static void
put_groups(struct buf *b, uint32_t groups)
{
	bool more = false;

	for (unsigned g = 0; g < TOKEN_GROUP__MAX; g++) {
		if ((groups >> g & 1) == 0)
			continue;
		buf_printf(b, "%s%s", more ? "," : "",
		    token_group_name((enum token_group)g));
		more = true;
	}
}

/* ,"NAME":["a","b"] of a list with commas. */
static void
put_array(struct buf *b, const char *name, struct str list)
{
	struct str part, rest = list;
	bool more = false;

	buf_printf(b, ",\"%s\":[", name);
	while (list.len > 0 && rest.p != NULL) {
		part = str_cut(rest, ',', &rest);
		if (more)
			buf_putc(b, ',');
		json_put_str(b, part);
		more = true;
	}
	buf_putc(b, ']');
}

static void
put_time(struct buf *b, const char *name, uint64_t ns)
{
	buf_printf(b, ",\"%s\":", name);
	if (ns == 0) {
		BUF_LIT(b, "null");
		return;
	}
	buf_putc(b, '"');
	when_put(b, ns);
	buf_putc(b, '"');
}

static void
put_json(struct listing *l, const struct token_record *t)
{
	struct buf rights CLEANUP(buf_free) = BUF_INIT(64);
	struct buf groups CLEANUP(buf_free) = BUF_INIT(512);
	struct buf *b = &l->out;

	token_put_rights(&rights, t->rights);
	put_groups(&groups, t->groups);
	BUF_LIT(b, "{\"name\":");
	json_put_str(b, token_name(t));
	buf_printf(b,
	    ",\"prefix\":\"" TOKEN_PREFIX "%.8s\",\"access_key_id\":"
	    "\"" TOKEN_AKID_PREFIX "%.8s\",\"state\":\"%s\"",
	    t->id, t->id, states[token_state(t, l->now)]);
	put_array(b, "scopes", buf_str(&rights));
	put_array(b, "tables", tables_of(t));
	put_array(b, "groups", buf_str(&groups));
	put_time(b, "created", t->created);
	put_time(b, "expires", t->expires);
	put_time(b, "revoked", t->revoked);
	put_time(b, "last_use", token_last_use(l->uses, t));
	buf_putc(b, '}');
}

/* The text of a column, padded to the width. */
static void
put_cell(struct buf *b, size_t width, struct str s)
{
	buf_puts(b, s);
	for (size_t i = s.len; i < width; i++)
		buf_putc(b, ' ');
	buf_putc(b, ' ');
}

static struct str
time_cell(struct buf *b, uint64_t ns)
{
	buf_reset(b);
	if (ns == 0)
		BUF_LIT(b, "never");
	else
		when_put(b, ns);
	return buf_str(b);
}

static void
put_row(struct listing *l, const struct token_record *t)
{
	struct buf cell CLEANUP(buf_free) = BUF_INIT(512);
	struct buf *b = &l->out;

	if (l->n == 0)
		BUF_LIT(b,
		    "NAME             PREFIX      STATE    SCOPES"
		    "           EXPIRES              LAST USE"
		    "             TABLES GROUPS\n");
	put_cell(b, 16, token_name(t));
	buf_printf(b, TOKEN_PREFIX "%.8s %-8s ", t->id,
	    states[token_state(t, l->now)]);
	token_put_rights(&cell, t->rights);
	put_cell(b, 16, buf_str(&cell));
	put_cell(b, 20, time_cell(&cell, t->expires));
	put_cell(b, 20, time_cell(&cell, token_last_use(l->uses, t)));
	put_cell(b, 6, t->tables[0] == '\0' ? STR("all") : tables_of(t));
	buf_reset(&cell);
	put_groups(&cell, t->groups);
	buf_puts(b, t->groups == 0 ? STR("all") : buf_str(&cell));
	buf_putc(b, '\n');
}

static void
put_block(struct listing *l, const struct token_record *t)
{
	struct buf cell CLEANUP(buf_free) = BUF_INIT(512);
	struct buf *b = &l->out;

	if (l->n > 0)
		buf_putc(b, '\n');
	buf_printf(b,
	    "name          %.*s\nprefix        " TOKEN_PREFIX
	    "%.8s\naccess key id " TOKEN_AKID_PREFIX
	    "%.8s\nstate         %s\nscopes        ",
	    STR_ARG(token_name(t)), t->id, t->id,
	    states[token_state(t, l->now)]);
	token_put_rights(b, t->rights);
	buf_printf(b, "\ntables        %.*s\ngroups        ",
	    STR_ARG(t->tables[0] == '\0' ? STR("all") : tables_of(t)));
	put_groups(b, t->groups);
	buf_puts(b, t->groups == 0 ? STR("all\n") : STR("\n"));
	BUF_LIT(b, "created       ");
	buf_puts(b, time_cell(&cell, t->created));
	BUF_LIT(b, "\nexpires       ");
	buf_puts(b, time_cell(&cell, t->expires));
	if (t->revoked != 0) {
		BUF_LIT(b, "\nrevoked       ");
		buf_puts(b, time_cell(&cell, t->revoked));
	}
	BUF_LIT(b, "\nlast use      ");
	buf_puts(b, time_cell(&cell, token_last_use(l->uses, t)));
	buf_putc(b, '\n');
}

static enum err
open_uses(const char *data_dir, struct token_uses **ret, const char **reterr)
{
	struct dir data CLEANUP(dir_close) = DIR_INIT;
	enum err e = dir_open(data_dir, DIR_OURS, false, &data, reterr);

	return e != ERR_OK ? e : token_uses_open(&data, false, ret, reterr);
}

/* Of all records those that which means, dead ones too; or, where it is
 * absent, all or the live ones. */
static void
fill(struct listing *l, const struct token_map *map, struct str which, bool all)
{
	struct token_record t;
	bool torn = false;

	for (size_t i = 0; token_map_at(map, i, &t, &torn) || torn; i++) {
		if (torn) {
			cmd_complain("a damaged token was passed over");
			continue;
		}
		if (which.p != NULL ? !token_is(&t, which) :
				      !all && !token_live(&t, l->now))
			continue;
		if (l->json) {
			buf_puts(&l->out, l->n > 0 ? STR(",\n ") : STR(""));
			put_json(l, &t);
		} else if (which.p != NULL) {
			put_block(l, &t);
		} else {
			put_row(l, &t);
		}
		l->n++;
	}
}

static int
list(const struct cmd_env *env, struct str which, bool all, bool json)
{
	struct listing l = { .now = clock_wall_ns(), .json = json };
	const char *why = "";
	struct token_map *map;
	struct home home;
	int r = token_map_of(env, &home, &map);

	if (r != EX_OK)
		return r;
	if (open_uses(home.data, &l.uses, &why) != ERR_OK) {
		cmd_complain(why);
		token_map_close(map);
		return EX_CONFIG;
	}
	l.out = BUF_INIT(MIB(1));
	if (json)
		BUF_LIT(&l.out, "[");
	fill(&l, map, which, all);
	if (json)
		BUF_LIT(&l.out, "]\n");
	if (which.p != NULL && l.n == 0) {
		cmd_complain("no such token");
		r = EX_DATAERR;
	} else if (l.out.len > 0 && !token_say(&l.out)) {
		r = EX_IOERR;
	}
	buf_free(&l.out);
	token_uses_close(l.uses);
	token_map_close(map);
	return r;
}

int
token_cmd_list(const struct cmd_env *env, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	bool all = false, json = false;
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (c != 'a' && c != 'j')
			return token_usage(NULL);
		all |= c == 'a';
		json |= c == 'j';
	}
	if (optind != argc)
		return token_usage(argv[optind]);
	return list(env, (struct str){ NULL, 0 }, all, json);
}

int
token_cmd_show(const struct cmd_env *env, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false;
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (c != 'j')
			return token_usage(NULL);
		json = true;
	}
	if (optind + 1 != argc)
		return token_usage(optind == argc ? NULL : argv[optind + 1]);
	return list(env, str_from(argv[optind]), true, json);
}
