/* SPDX-License-Identifier: ISC */
#include "conf/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/map.h"
#include "conf/open.h"
#include "conf/secret.h"
#include "conf/used.h"

#define DB_NAME "doorward.db"

static bool
put(char ret[4096], const char *a, const char *b)
{
	int n = snprintf(ret, 4096, "%s%s", a, b);

	return n > 0 && n < 4096;
}

static bool
find_under(const char *dir, struct home *ret)
{
	char abs[4096] = "";
	size_t n = 0;

	if (dir[0] != '/') {
		if (getcwd(abs, sizeof(abs) - 1) == NULL)
			return false;
		n = strlen(abs);
		abs[n++] = '/';
	}
	if (n + strlen(dir) >= sizeof(abs))
		return false;
	memcpy(abs + n, dir, strlen(dir) + 1);
	return put(ret->config, abs, "/config") &&
	    put(ret->data, abs, "/data") && put(ret->run, abs, "/run");
}

static const char *
env_dir(const char *name)
{
	const char *p = getenv(name);

	/* XDG Base Directory: a path that is not absolute is ignored. */
	return p != NULL && p[0] == '/' ? p : NULL;
}

static bool
find_user(const char *user, struct home *ret)
{
	const char *conf = env_dir("XDG_CONFIG_HOME");
	const char *data = env_dir("XDG_DATA_HOME");
	const char *run = env_dir("XDG_RUNTIME_DIR");

	return put(ret->config, conf != NULL ? conf : user,
		   conf != NULL ? "/doorward" : "/.config/doorward") &&
	    put(ret->data, data != NULL ? data : user,
		data != NULL ? "/doorward" : "/.local/share/doorward") &&
	    put(ret->run, run != NULL ? run : ret->data,
		run != NULL ? "/doorward" : "/run");
}

enum err
home_find(const char *dir, struct home *ret, const char **reterr_text)
{
	const char *user = geteuid() != 0 ? env_dir("HOME") : NULL;
	bool found;

	if (dir != NULL)
		found = dir[0] != '\0' && find_under(dir, ret);
	else if (user != NULL)
		found = find_user(user, ret);
	else
		found = put(ret->config, "/etc/doorward", "") &&
		    put(ret->data, "/var/lib/doorward", "") &&
		    put(ret->run, "/run/doorward", "");
	if (!found) {
		*reterr_text = "the home directory's path is empty, too long, "
			       "or relative to no working directory";
		return ERR_CONF;
	}
	return ERR_OK;
}

bool
home_owner(const struct home *h, uid_t *ret_uid, gid_t *ret_gid)
{
	char path[sizeof(h->data)];
	struct stat st;
	char *slash;

	memcpy(path, h->data, sizeof(path));
	while (stat(path, &st) < 0) {
		if ((slash = strrchr(path, '/')) == NULL)
			return false;
		path[slash == path ? 1 : slash - path] = '\0';
		if (slash == path && stat(path, &st) < 0)
			return false;
	}
	*ret_uid = st.st_uid;
	*ret_gid = st.st_gid;
	return true;
}

/* A user that was led to the system's directories. */
static bool
is_homeless(const struct home *h)
{
	return geteuid() != 0 && env_dir("HOME") == NULL &&
	    strcmp(h->data, "/var/lib/doorward") == 0;
}

enum err
home_open(const struct home *h, bool make, struct dir *ret_config,
    struct dir *ret_data, const char **reterr_text)
{
	struct dir config CLEANUP(dir_close) = DIR_INIT;
	struct dir data CLEANUP(dir_close) = DIR_INIT;
	char why[512] = "";
	enum err e = dir_open(h->data, DIR_OURS, make, &data, reterr_text);

	if (e == ERR_OK)
		e = dir_open(h->config, DIR_CONFIG, make, &config, reterr_text);
	if (e != ERR_OK && is_homeless(h)) {
		memcpy(why, *reterr_text,
		    strnlen(*reterr_text, sizeof(why) - 1));
		*reterr_text = conf_say("%s; HOME is not set, so it is the "
					"system's: set it, or use --home",
		    why);
	}
	if (e != ERR_OK)
		return e;
	/* Root looks at anybody's home, but at one owner's. */
	if (config.uid != data.uid && config.uid != 0) {
		*reterr_text =
		    conf_say("%s: belongs to uid %u, but %s to %u", h->config,
			(unsigned)config.uid, h->data, (unsigned)data.uid);
		return ERR_CONF;
	}
	*ret_config = config;
	*ret_data = data;
	config.fd = data.fd = -1;
	return ERR_OK;
}

/* What there is. */
struct look {
	struct secret master;
	struct secret token;
	struct token_map *map;
	bool uses; /* when tokens were used */
	bool tidy;
};

static void
look_end(struct look *l)
{
	secret_wipe(&l->master);
	secret_wipe(&l->token);
	map_close(&l->map);
}

static enum err
look(const struct dir *config, const struct dir *data, struct look *ret,
    const char **reterr_text)
{
	int fd CLEANUP(fd_close) = -1;
	enum err e;

	ret->tidy = true;
	e = secret_read(config, SECRET_MASTER, &ret->master, &ret->tidy,
	    reterr_text);
	if (e == ERR_OK)
		e = secret_read(config, SECRET_TOKEN, &ret->token, &ret->tidy,
		    reterr_text);
	if (e == ERR_OK)
		e = file_open(data, USED_NAME, FILE_SECRET, &fd, &ret->tidy,
		    reterr_text);
	ret->uses = fd >= 0;
	if (e == ERR_OK)
		e = map_open(data, &ret->map, &ret->tidy, reterr_text);
	return e;
}

static enum err
judge_token(const struct look *l, const struct home *h, bool *ret_adopt,
    const char **reterr_text)
{
	unsigned char hash[CRYPTO_HASH_BYTES] = { 0 };
	const bool file = l->token.from == SECRET_FILE;
	struct token_record t;

	if (l->token.from != SECRET_NONE)
		crypto_hash_of(hash,
		    (struct str){ l->token.text, l->token.len }, NULL);
	if (!map_default(l->map, hash, &t))
		return ERR_OK;
	if (l->token.from == SECRET_NONE) {
		if (t.revoked != 0)
			return ERR_OK;
		*reterr_text = conf_say("%s/" SECRET_TOKEN ": is gone; put it "
					"back from a backup; for a new one "
					"move %s/" MAP_NAME " away, with which "
					"every token ends",
		    h->config, h->data);
		return ERR_CONF;
	}
	if (crypto_equal(hash, t.hash, sizeof(hash)) &&
	    (t.flags & TOKEN_RETIRED) == 0)
		return ERR_OK;
	if (file && t.revoked == 0) {
		*reterr_text = conf_say("%s/" SECRET_TOKEN ": is not the token "
					"that %s/" MAP_NAME " knows; put the "
					"right one back, or move the map away, "
					"with which every token ends",
		    h->config, h->data);
		return ERR_CONF;
	}
	*ret_adopt = true;
	return ERR_OK;
}

/*
 * The map comes last, so where it is the home was whole once.  *ret_adopt:
 * the token is another than the map's, and is to take its place.
 */
static enum err
judge(const struct look *l, const struct home *h, bool *ret_adopt,
    const char **reterr_text)
{
	unsigned char key[CRYPTO_KEY_BYTES];
	bool right;

	*ret_adopt = false;
	if (l->master.from == SECRET_NONE) {
		*reterr_text = conf_say("%s/" SECRET_MASTER ": is gone; put it "
					"back from a backup: AWS secrets and "
					"the log's chain depend on it",
		    h->config);
		return ERR_CONF;
	}
	right = secret_key(&l->master, key) && map_master_is(l->map, key);
	crypto_wipe(key, sizeof(key));
	if (!right) {
		*reterr_text = conf_say(
		    "%s/" SECRET_MASTER "%s: is not the key that %s/" MAP_NAME
		    " was made with; put the right one back: AWS secrets and "
		    "the log's chain depend on it",
		    h->config,
		    l->master.from == SECRET_CREDENTIAL ? " as a credential" :
							  "",
		    h->data);
		return ERR_CONF;
	}
	return judge_token(l, h, ret_adopt, reterr_text);
}

static enum err
make_map(const struct dir *config, const struct dir *data,
    const char **reterr_text)
{
	struct secret token CLEANUP(secret_wipe) = { 0 };
	struct secret master CLEANUP(secret_wipe) = { 0 };
	unsigned char key[CRYPTO_KEY_BYTES] = { 0 };
	bool tidy;
	enum err e;

	e = secret_read(config, SECRET_TOKEN, &token, &tidy, reterr_text);
	if (e == ERR_OK)
		e = secret_read(config, SECRET_MASTER, &master, &tidy,
		    reterr_text);
	if (e != ERR_OK)
		return e;
	if (!secret_key(&master, key))
		return ERR_INTERNAL;
	e = map_make(data, token.text, key, reterr_text);
	crypto_wipe(key, sizeof(key));
	return e;
}

/* A database without the map was not made by a first start. */
static enum err
refuse_bereft(const struct dir *data, const char **reterr_text)
{
	struct stat st;

	if (fstatat(data->fd, DB_NAME, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return ERR_OK;
	*reterr_text = conf_say("%s/" MAP_NAME ": is gone, but the database is "
				"there; put it back from a backup; for new "
				"tokens move " DB_NAME "* away, start once, "
				"and move them back",
	    data->path);
	return ERR_CONF;
}

/* Under the lock of the data directory; what a killed start left is gone
 * and what it had not made is made. */
static enum err
make_missing(const struct dir *config, const struct dir *data,
    const struct look *l, const char **reterr_text)
{
	enum err e;

	if (!l->tidy) {
		file_tidy(config, SECRET_MASTER);
		file_tidy(config, SECRET_TOKEN);
		file_tidy(data, MAP_NAME);
		file_tidy(data, USED_NAME);
	}
	e = l->map != NULL ? ERR_OK : refuse_bereft(data, reterr_text);
	if (e == ERR_OK && !l->uses)
		e = used_make(data, reterr_text);
	if (l->map != NULL)
		return e;
	if (e == ERR_OK && l->master.from == SECRET_NONE)
		e = secret_make(config, SECRET_MASTER, reterr_text);
	if (e == ERR_OK && l->token.from == SECRET_NONE)
		e = secret_make(config, SECRET_TOKEN, reterr_text);
	if (e == ERR_OK)
		e = make_map(config, data, reterr_text);
	return e;
}

static enum err
lock(const struct dir *data, const char **reterr_text)
{
	while (flock(data->fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		*reterr_text = conf_say("%s: cannot be locked: %s", data->path,
		    strerror(errno));
		return ERR_CONF;
	}
	return ERR_OK;
}

static enum err
first_start(const struct dir *config, const struct dir *data,
    const char **reterr_text)
{
	struct look l CLEANUP(look_end) = { 0 };
	enum err e = lock(data, reterr_text);

	if (e == ERR_OK)
		e = look(config, data, &l, reterr_text);
	if (e == ERR_OK)
		e = make_missing(config, data, &l, reterr_text);
	return e;
}

/* Also while others start, or rotate the default token. */
static enum err
make(const struct home *h, struct home_files *f, struct look *l,
    const char **reterr_text)
{
	bool adopt = false;
	enum err e;

	e = home_open(h, true, &f->config, &f->data, reterr_text);
	if (e == ERR_OK)
		e = look(&f->config, &f->data, l, reterr_text);
	if (e == ERR_OK && (l->map == NULL || !l->uses || !l->tidy)) {
		look_end(l);
		e = first_start(&f->config, &f->data, reterr_text);
		if (e == ERR_OK)
			e = look(&f->config, &f->data, l, reterr_text);
		if (e == ERR_OK && l->map == NULL) {
			*reterr_text = "what was made is gone again";
			e = ERR_CONF;
		}
	}
	if (e == ERR_OK && judge(l, h, &adopt, reterr_text) != ERR_OK) {
		/* The default token may have been rotated in between. */
		look_end(l);
		e = look(&f->config, &f->data, l, reterr_text);
		if (e == ERR_OK)
			e = judge(l, h, &adopt, reterr_text);
	}
	if (e == ERR_OK && adopt)
		e = map_adopt(&f->data, l->token.text, reterr_text);
	return e;
}

enum err
home_make(const struct home *h, struct home_files *ret,
    const char **reterr_text)
{
	struct home_files f CLEANUP(home_close) = HOME_FILES_INIT;
	struct look l CLEANUP(look_end) = { 0 };
	mode_t old;
	enum err e;

	if ((e = crypto_init()) != ERR_OK) {
		*reterr_text = "libsodium cannot be initialised";
		return e;
	}
	old = umask(077);
	e = make(h, &f, &l, reterr_text);
	/* Only who listens on a unix socket needs it, and says so then. */
	dir_try(h->run);
	(void)umask(old);
	if (e != ERR_OK)
		return e;
	f.master = l.master;
	f.map = TAKE(l.map);
	*ret = f;
	f = HOME_FILES_INIT;
	return ERR_OK;
}

enum err
home_look(const struct home *h, struct home_files *ret,
    const char **reterr_text)
{
	struct home_files f CLEANUP(home_close) = HOME_FILES_INIT;
	bool tidy;
	enum err e;

	if ((e = crypto_init()) != ERR_OK) {
		*reterr_text = "libsodium cannot be initialised";
		return e;
	}
	e = home_open(h, false, &f.config, &f.data, reterr_text);
	if (e == ERR_OK)
		e = map_open(&f.data, &f.map, &tidy, reterr_text);
	if (e == ERR_OK)
		e = secret_read(&f.config, SECRET_MASTER, &f.master, &tidy,
		    reterr_text);
	if (e != ERR_OK)
		return e;
	*ret = f;
	f = HOME_FILES_INIT;
	return ERR_OK;
}

void
home_close(struct home_files *f)
{
	secret_wipe(&f->master);
	map_close(&f->map);
	dir_close(&f->config);
	dir_close(&f->data);
}

enum err
home_init(const struct home *h, const char **reterr_text)
{
	struct home_files f CLEANUP(home_close) = HOME_FILES_INIT;

	return home_make(h, &f, reterr_text);
}
