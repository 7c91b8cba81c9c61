/* SPDX-License-Identifier: ISC */
/* What the command does to tokens. */
#include <string.h>

#include "conf/edit.h"

#define SET_ALL                                                    \
	(TOKEN_SET_EXPIRES | TOKEN_SET_RIGHTS | TOKEN_SET_TABLES | \
	    TOKEN_SET_GROUPS)

/* The next live token from slot *i on that which means. */
static bool
next_live(const struct edit *e, struct str which, uint32_t *i,
    struct token_record *ret)
{
	for (; *i < map_count(e->map); ++*i)
		if (map_record(e->map, *i, ret) && token_is(ret, which) &&
		    token_live(ret, e->now)) {
			++*i;
			return true;
		}
	return false;
}

static enum err
none_live(struct str which, const char **reterr_text)
{
	const size_t prefix = sizeof(TOKEN_PREFIX) - 1 + TOKEN_ID_BYTES;
	size_t n = which.len < 80 ? which.len : 80;

	/* It may be a whole text, and that belongs in no message. */
	if (str_starts(which, STR(TOKEN_PREFIX)) && n > prefix)
		n = prefix;
	*reterr_text =
	    conf_say("no live token is called '%.*s'", (int)n, which.p);
	return ERR_CONF;
}

enum err
token_map_add(const char *data_dir, const struct token_new *n,
    const struct token_show *show, const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = EDIT_INIT;
	const char *wrong = edit_wrong(n, SET_ALL | EDIT_NAME);
	struct token_record t = { 0 }, other;
	uint32_t i = 0;
	enum err e;

	if (wrong != NULL) {
		*reterr_text = wrong;
		return ERR_CONF;
	}
	if ((e = edit_begin(data_dir, &edit, reterr_text)) != ERR_OK)
		return e;
	if (next_live(&edit, n->name, &i, &other)) {
		*reterr_text = "a token of this name is in use";
		return ERR_CONF;
	}
	memcpy(t.name, n->name.p, n->name.len);
	edit_put(&t, n, SET_ALL);
	return edit_add(&edit, &t, show, reterr_text);
}

/* Those of the name but the new one live until then, and no longer. */
static enum err
retire(struct edit *e, const struct token_record *new, uint64_t until,
    const char **reterr_text)
{
	struct token_record t;
	uint32_t i = 0;

	while (next_live(e, token_name(new), &i, &t)) {
		if (t.slot == new->slot || (t.flags & TOKEN_RETIRED) != 0)
			continue;
		t.flags |= TOKEN_RETIRED;
		if (t.expires == 0 || t.expires > until)
			t.expires = until;
		edit_store(e, &t);
	}
	return edit_sync(e, reterr_text);
}

enum err
token_map_rotate(const char *data_dir, struct str name, uint64_t overlap_ns,
    const uint64_t *expires, const struct token_show *show,
    const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = EDIT_INIT;
	struct token_record t, old = { 0 };
	uint32_t i = 0;
	enum err e;

	if (overlap_ns > TOKEN_OVERLAP_MAX) {
		*reterr_text = "an overlap is 30 days at most";
		return ERR_CONF;
	}
	if ((e = edit_begin(data_dir, &edit, reterr_text)) != ERR_OK)
		return e;
	while (next_live(&edit, name, &i, &t))
		if ((t.flags & TOKEN_RETIRED) == 0 &&
		    str_eq(token_name(&t), name))
			old = t;
	/* There is always a way to a default token. */
	if (old.created == 0 &&
	    (!str_eq(name, STR(MAP_DEFAULT)) ||
		!map_default(edit.map, old.hash, &old)))
		return none_live(name, reterr_text);
	t = old;
	t.revoked = 0;
	if (expires != NULL)
		t.expires = *expires;
	else if (old.expires != 0)
		t.expires = edit.now + (old.expires - old.created);
	e = edit_add(&edit, &t, show, reterr_text);
	return e != ERR_OK ?
	    e :
	    retire(&edit, &t, edit.now + overlap_ns, reterr_text);
}

enum err
token_map_revoke(const char *data_dir, struct str which, size_t *ret_n,
    const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = EDIT_INIT;
	struct token_record t;
	uint32_t i = 0;
	size_t n = 0;
	enum err e = edit_begin(data_dir, &edit, reterr_text);

	if (e != ERR_OK)
		return e;
	for (; next_live(&edit, which, &i, &t); n++) {
		t.revoked = edit.now;
		edit_store(&edit, &t);
	}
	if (n == 0)
		return none_live(which, reterr_text);
	*ret_n = n;
	return edit_sync(&edit, reterr_text);
}

enum err
token_map_change(const char *data_dir, const struct token_new *n, unsigned set,
    const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = EDIT_INIT;
	const char *wrong = edit_wrong(n, set);
	struct token_record t;
	uint32_t i = 0;
	size_t found = 0;
	enum err e;

	if (wrong != NULL) {
		*reterr_text = wrong;
		return ERR_CONF;
	}
	if ((e = edit_begin(data_dir, &edit, reterr_text)) != ERR_OK)
		return e;
	for (; next_live(&edit, n->name, &i, &t); found++) {
		edit_put(&t, n,
		    (t.flags & TOKEN_RETIRED) != 0 ? set & ~TOKEN_SET_EXPIRES :
						     set);
		edit_store(&edit, &t);
	}
	return found == 0 ? none_live(n->name, reterr_text) :
			    edit_sync(&edit, reterr_text);
}

enum err
token_map_bump(const char *data_dir, const char **reterr_text)
{
	struct edit edit CLEANUP(edit_end) = EDIT_INIT;
	enum err e = edit_begin(data_dir, &edit, reterr_text);

	if (e != ERR_OK)
		return e;
	(void)__atomic_add_fetch(&edit.map->file->header.generation, 1,
	    __ATOMIC_RELEASE);
	return edit_sync(&edit, reterr_text);
}
