/* SPDX-License-Identifier: ISC */
/* doorward token - named tokens, and the default one. */
#include "cli/token.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "cli/when.h"
#include "json/json.h"

static int token(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_token = {
	.name = "token",
	.args = "new NAME [--scope SCOPES] [--tables PATTERNS]\n"
		"           [--groups GROUPS] [--expires WHEN] [--json]\n"
		"       doorward token list [--all] [--json]\n"
		"       doorward token show TOKEN [--json]\n"
		"       doorward token rotate NAME [--overlap TIME]\n"
		"           [--expires WHEN] [--json]\n"
		"       doorward token revoke TOKEN\n"
		"       doorward token scope TOKEN [--scope SCOPES]\n"
		"           [--tables PATTERNS] [--groups GROUPS]\n"
		"           [--expires WHEN]",
	.summary = "make, show, rotate and revoke tokens",
	.run = token,
};

static const struct {
	struct str name;
	uint32_t rights; /* who may write or administer may read */
} scopes[] = {
	{ STR_INIT("read"), TOKEN_READ },
	{ STR_INIT("write"), TOKEN_READ | TOKEN_WRITE },
	{ STR_INIT("admin"), TOKEN_READ | TOKEN_ADMIN },
};

int
token_usage(const char *odd)
{
	return cmd_usage(&cmd_token, odd);
}

void
token_put_rights(struct buf *out, uint32_t rights)
{
	static const uint32_t bit[] = { TOKEN_READ, TOKEN_WRITE, TOKEN_ADMIN };
	bool more = false;

	for (size_t i = 0; i < NELEM(bit); i++) {
		if ((rights & bit[i]) == 0)
			continue;
		if (more)
			buf_putc(out, ',');
		buf_puts(out, scopes[i].name);
		more = true;
	}
}

bool
token_say(const struct buf *b)
{
	return buf_err(b) == ERR_OK &&
	    fwrite(b->p, 1, b->len, stdout) == b->len && fflush(stdout) == 0;
}

int
token_map_of(const struct cmd_env *env, struct home *ret_home,
    struct token_map **ret)
{
	const char *why = "";

	if (home_find(env->home, ret_home, &why) == ERR_OK &&
	    token_map_open(ret_home->data, ret, &why) == ERR_OK)
		return EX_OK;
	cmd_complain(why);
	return EX_CONFIG;
}

/* ---- options */

struct options {
	struct token_new new;
	unsigned set; /* TOKEN_SET_... */
	uint64_t overlap;
	bool json;
};

static bool
parse_scopes(const char *value, uint32_t *ret)
{
	struct str rest = str_from(value), name;
	uint32_t rights = 0, more;

	do {
		name = str_cut(rest, ',', &rest);
		more = 0;
		for (size_t i = 0; i < NELEM(scopes); i++)
			if (str_eq(name, scopes[i].name))
				more = scopes[i].rights;
		rights |= more;
	} while (more != 0 && rest.p != NULL);
	if (more == 0)
		return cmd_bad_value("scope", value,
		    "some of read, write, admin, separated by commas");
	*ret = rights;
	return true;
}

static bool
parse_groups(const char *value, uint32_t *ret)
{
	struct buf names CLEANUP(buf_free) = BUF_INIT(512);
	struct str rest = str_from(value);
	uint32_t groups = 0, bit;

	if (str_eq(rest, STR("all"))) {
		*ret = 0;
		return true;
	}
	do {
		bit = token_group_bit(str_cut(rest, ',', &rest));
		groups |= bit;
	} while (bit != 0 && rest.p != NULL);
	if (bit != 0) {
		*ret = groups;
		return true;
	}
	BUF_LIT(&names, "all or some of");
	for (unsigned g = 0; g < TOKEN_GROUP__MAX; g++)
		buf_printf(&names, "%s %s", g == 0 ? "" : ",",
		    token_group_name((enum token_group)g));
	buf_putc(&names, '\0');
	return cmd_bad_value("groups", value, names.p);
}

static bool
parse_one(struct options *o, int c, const char *value)
{
	switch (c) {
	case 's':
		o->set |= TOKEN_SET_RIGHTS;
		return parse_scopes(value, &o->new.rights);
	case 't':
		o->set |= TOKEN_SET_TABLES;
		o->new.tables = str_from(value);
		if (str_eq(o->new.tables, STR("*")))
			o->new.tables.len = 0;
		else if (value[0] == '\0')
			return cmd_bad_value("tables", value,
			    "patterns separated by commas, or '*' for all");
		return true;
	case 'g':
		o->set |= TOKEN_SET_GROUPS;
		return parse_groups(value, &o->new.groups);
	case 'e':
		o->set |= TOKEN_SET_EXPIRES;
		return when_point(str_from(value), clock_wall_ns(),
			   &o->new.expires) ||
		    cmd_bad_value("expires", value,
			"30d, 12h, 2027-01-31, 2027-01-31T12:00:00Z, to "
			"come, or never");
	case 'o':
		return when_span(str_from(value), &o->overlap) ||
		    cmd_bad_value("overlap", value, "a time such as 1h or 0s");
	case 'j':
		o->json = true;
		return true;
	default:
		return false;
	}
}

/* One name, and of the options those that the letters allow.  What is wrong
 * is said. */
static bool
parse(struct options *o, int argc, char **argv, const char *letters)
{
	static const struct option longopts[] = {
		{ "scope", required_argument, NULL, 's' },
		{ "tables", required_argument, NULL, 't' },
		{ "groups", required_argument, NULL, 'g' },
		{ "expires", required_argument, NULL, 'e' },
		{ "overlap", required_argument, NULL, 'o' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		if (strchr(letters, c) == NULL)
			return token_usage(NULL) == EX_OK;
		if (!parse_one(o, c, optarg))
			return false;
	}
	if (optind + 1 != argc)
		return token_usage(optind == argc ? NULL : argv[optind + 1]) ==
		    EX_OK;
	o->new.name = str_from(argv[optind]);
	return true;
}

/* ---- what is shown once */

struct faces {
	const struct policy *policy;
	bool json;
};

static void
put_faces(struct buf *b, const struct faces *f, const char *text,
    const struct token_record *t)
{
	char akid[TOKEN_AKID_BYTES + 1], secret[TOKEN_SECRET_BYTES + 1];

	token_aws(t, f->policy->keys->aws, akid, secret);
	if (f->json)
		buf_printf(b,
		    "{\"name\":\"%.*s\",\"token\":\"%s\","
		    "\"access_key_id\":\"%s\",\"secret_access_key\":\"%s\"}\n",
		    STR_ARG(token_name(t)), text, akid, secret);
	else
		buf_printf(b,
		    "DOORWARD_TOKEN=%s\nAWS_ACCESS_KEY_ID=%s\n"
		    "AWS_SECRET_ACCESS_KEY=%s\n",
		    text, akid, secret);
	crypto_wipe(secret, sizeof(secret));
}

static bool
show_faces(void *arg, const char *text, const struct token_record *t)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(1));
	bool said;

	put_faces(&b, arg, text, t);
	said = token_say(&b);
	crypto_wipe(b.p, b.len);
	return said;
}

/* ---- subcommands */

/* Of a token that is named by its text the log gets the id alone. */
static int
done(const struct cmd_env *env, const char *operation, struct str name,
    enum err e, const char *why)
{
	if (e != ERR_OK) {
		cmd_complain(why);
		return EX_DATAERR;
	}
	if (str_starts(name, STR("dw_")) && name.len > 3 + TOKEN_ID_BYTES)
		name.len = 3 + TOKEN_ID_BYTES;
	cmd_note(env, operation, name);
	return EX_OK;
}

static int
token_new(const struct cmd_env *env, int argc, char **argv)
{
	const struct policy_flags flags = { 0 };
	struct options o = { .new = { .rights = TOKEN_READ } };
	struct faces faces;
	const struct token_show show = { show_faces, &faces };
	struct policy *p;
	const char *why = "";
	enum err e;
	int r;

	if (!parse(&o, argc, argv, "stgej"))
		return EX_USAGE;
	if ((r = cmd_load(env, &flags, &p)) != EX_OK)
		return r;
	faces = (struct faces){ p, o.json };
	e = token_map_add(p->home.data, &o.new, &show, &why);
	policy_free(p);
	return done(env, "NewToken", o.new.name, e, why);
}

static int
token_rotate(const struct cmd_env *env, int argc, char **argv)
{
	const struct policy_flags flags = { 0 };
	struct options o = { .overlap = 3600 * NS_PER_S };
	const uint64_t *expires;
	struct faces faces;
	const struct token_show show = { show_faces, &faces };
	struct policy *p;
	const char *why = "";
	enum err e;
	int r;

	if (!parse(&o, argc, argv, "eoj"))
		return EX_USAGE;
	if ((r = cmd_load(env, &flags, &p)) != EX_OK)
		return r;
	expires = (o.set & TOKEN_SET_EXPIRES) != 0 ? &o.new.expires : NULL;
	faces = (struct faces){ p, o.json };
	if (str_eq(o.new.name, STR("default")))
		e = home_rotate_token(&p->home, o.overlap, expires, &why);
	else
		e = token_map_rotate(p->home.data, o.new.name, o.overlap,
		    expires, &show, &why);
	policy_free(p);
	return done(env, "RotateToken", o.new.name, e, why);
}

static int
token_revoke(const struct cmd_env *env, int argc, char **argv)
{
	struct options o = { 0 };
	struct token_map *map;
	struct home home;
	const char *why = "";
	size_t n;
	enum err e;
	int r;

	if (!parse(&o, argc, argv, ""))
		return EX_USAGE;
	if ((r = token_map_of(env, &home, &map)) != EX_OK)
		return r;
	token_map_close(map);
	e = token_map_revoke(home.data, o.new.name, &n, &why);
	return done(env, "RevokeToken", o.new.name, e, why);
}

static int
token_scope(const struct cmd_env *env, int argc, char **argv)
{
	struct options o = { 0 };
	struct token_map *map;
	struct home home;
	const char *why = "";
	enum err e;
	int r;

	if (!parse(&o, argc, argv, "stge"))
		return EX_USAGE;
	if (o.set == 0)
		return token_usage(NULL);
	if ((r = token_map_of(env, &home, &map)) != EX_OK)
		return r;
	token_map_close(map);
	e = token_map_change(home.data, &o.new, o.set, &why);
	return done(env, "ChangeToken", o.new.name, e, why);
}

static int
token(const struct cmd_env *env, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct cmd_env *, int, char **);
	} subs[] = {
		{ "new", token_new },
		{ "list", token_cmd_list },
		{ "show", token_cmd_show },
		{ "rotate", token_rotate },
		{ "revoke", token_revoke },
		{ "scope", token_scope },
	};

	for (size_t i = 0; argc > 1 && i < NELEM(subs); i++)
		if (strcmp(argv[1], subs[i].name) == 0)
			return subs[i].run(env, argc - 1, argv + 1);
	return token_usage(argv[1]);
}
