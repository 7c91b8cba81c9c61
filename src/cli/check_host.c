/* SPDX-License-Identifier: ISC */
/* What the machine has around the store: key, files, sockets, limits. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/check.h"
#include "limit/limit.h"

#define DEPTH     3        /* of directories below the data directory */
#define FREE_MIN  MIB(128) /* bytes of the disk */
#define FREE_PART 50       /* of the disk's size, at least 1/50 */
#define LISTENS   0x0a     /* TCP_LISTEN in /proc/net/tcp */
/* Fields of its lines */
#define PORT_AT  1
#define STATE_AT 3
#define UID_AT   7

/* ---- the key, and what the configuration says */

static bool
is_there(const char *dir, const char *name)
{
	char path[4352];

	return dir != NULL &&
	    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) <
	    sizeof(path) &&
	    access(path, F_OK) == 0;
}

/* An instance that was used has its key; a new one gets it now. */
enum check_state
check_key(struct check *c)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	const bool given = is_there(credentials, "master.key");

	if (!given && !is_there(c->home.config, "master.key") &&
	    is_there(c->home.data, "tokens.map")) {
		buf_printf(&c->text,
		    "%s/master.key: is gone; put back what it held",
		    c->home.config);
		return CHECK_FAIL;
	}
	buf_printf(&c->text, "the master key is %s",
	    given ? "a credential of the service manager" :
		    "in the configuration's directory");
	return CHECK_OK;
}

enum check_state
check_configuration(struct check *c)
{
	const struct policy_flags flags = { 0 };
	const char *why = "";

	if (policy_begin(&c->home, &flags, &c->policy, &why) != ERR_OK) {
		buf_printf(&c->text, "%s", why);
		return CHECK_FAIL;
	}
	buf_printf(&c->text, "%s is as it should be", c->home.config);
	return CHECK_OK;
}

/* ---- modes and owners */

struct tree {
	struct check *check;
	uid_t uid;
	size_t n;
};

static bool
good_entry(struct tree *t, const char *path, const struct stat *st)
{
	const bool dir = S_ISDIR(st->st_mode);
	const char *wrong = NULL;

	if (!dir && !S_ISREG(st->st_mode))
		wrong = "is neither a file nor a directory";
	else if (st->st_uid != t->uid)
		wrong = "belongs to another user";
	else if ((st->st_mode & 077) != 0)
		wrong = "is open to others";
	t->n++;
	if (wrong != NULL)
		buf_printf(&t->check->text, "%s: %s (mode %04o, uid %lu)", path,
		    wrong, (unsigned)st->st_mode & 07777,
		    (unsigned long)st->st_uid);
	return wrong == NULL;
}

static bool
good_tree(struct tree *t, const char *path, int depth)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	char name[4352];
	struct stat st;
	bool good = true;

	if (d == NULL) {
		buf_printf(&t->check->text, "%s: %s", path, strerror(errno));
		return false;
	}
	while (good && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if ((size_t)snprintf(name, sizeof(name), "%s/%s", path,
			e->d_name) >= sizeof(name) ||
		    lstat(name, &st) < 0)
			continue; /* it went meanwhile */
		good = good_entry(t, name, &st);
		if (good && S_ISDIR(st.st_mode) && depth > 0)
			good = good_tree(t, name, depth - 1);
	}
	(void)closedir(d);
	return good;
}

/* The configuration's directory may be root's: policy_begin() has looked. */
enum check_state
check_files(struct check *c)
{
	struct tree t = { c, geteuid(), 0 };
	struct stat st;

	if (stat(c->home.data, &st) < 0) {
		buf_printf(&c->text, "%s: %s", c->home.data, strerror(errno));
		return CHECK_FAIL;
	}
	if (!good_entry(&t, c->home.data, &st) ||
	    !good_tree(&t, c->home.data, DEPTH))
		return CHECK_FAIL;
	buf_printf(&c->text,
	    "%zu files and directories are their owner's "
	    "alone",
	    t.n);
	return CHECK_OK;
}

/* ---- who listens */

/* A line of /proc/net/tcp: the uid of who listens there at the port, or -1.
 * Fields: number, ADDRESS:PORT, the peer's, state, three more, uid. */
static long
listener(char *line, unsigned port)
{
	char *rest = NULL, *word = strtok_r(line, " ", &rest), *end;
	unsigned long n[UID_AT + 1] = { 0 };

	for (int i = 0; i <= UID_AT; i++) {
		if (word == NULL)
			return -1;
		end = i == PORT_AT ? strchr(word, ':') : NULL;
		n[i] = strtoul(end != NULL ? end + 1 : word, NULL,
		    i == UID_AT ? 10 : 16);
		word = strtok_r(NULL, " ", &rest);
	}
	return n[PORT_AT] == port && n[STATE_AT] == LISTENS ? (long)n[UID_AT] :
							      -1;
}

/* The uid of another who listens at that port; -1: nobody else. */
static long
stranger(const char *table, unsigned port, size_t *ret_n)
{
	FILE *f = fopen(table, "re");
	char line[512];
	long uid, found = -1;

	if (f == NULL)
		return -1;
	while (fgets(line, sizeof(line), f) != NULL) {
		if ((uid = listener(line, port)) < 0)
			continue;
		++*ret_n;
		if (uid != (long)geteuid() && uid != 0)
			found = uid;
	}
	(void)fclose(f);
	return found;
}

static bool
good_port(struct check *c, struct str addr, size_t *n)
{
	size_t colon = addr.len;
	uint64_t port;
	long uid;

	while (colon > 0 && addr.p[colon - 1] != ':')
		colon--;
	if (!str_u64((struct str){ addr.p + colon, addr.len - colon },
		UINT16_MAX, &port))
		return true;
	uid = stranger("/proc/net/tcp", (unsigned)port, n);
	if (uid < 0)
		uid = stranger("/proc/net/tcp6", (unsigned)port, n);
	if (uid >= 0)
		buf_printf(&c->text,
		    "uid %ld listens at port %llu: it would get the tokens "
		    "that are meant for us",
		    uid, (unsigned long long)port);
	return uid < 0;
}

static bool
good_path(struct check *c, struct str path, size_t *n)
{
	char text[128];
	struct stat st;

	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(path));
	if (lstat(text, &st) < 0)
		return true;
	++*n;
	if (S_ISSOCK(st.st_mode) &&
	    (st.st_uid == geteuid() || st.st_uid == 0) &&
	    (st.st_mode & S_IWOTH) == 0)
		return true;
	buf_printf(&c->text, "%s: is no socket of ours alone", text);
	return false;
}

enum check_state
check_socket(struct check *c)
{
	const struct policy *p = c->policy;
	const char *why = "";
	size_t n = 0;

	if (p == NULL) {
		buf_printf(&c->text, "the configuration is not valid");
		return CHECK_FAIL;
	}
	for (size_t i = 0; i < p->nlisten; i++) {
		if (policy_listen_ok(p, p->listen[i], &why) != ERR_OK) {
			buf_printf(&c->text, "%s", why);
			return CHECK_FAIL;
		}
		if (p->listen[i].p[0] == '/' ? !good_path(c, p->listen[i], &n) :
					       !good_port(c, p->listen[i], &n))
			return CHECK_FAIL;
	}
	buf_printf(&c->text,
	    "%zu addresses, all as the configuration allows; "
	    "%zu sockets listen there, of this user or root",
	    p->nlisten, n);
	return CHECK_OK;
}

/* ---- limits */

/* The disk, and the file without which no worker starts. */
enum check_state
check_limits(struct check *c)
{
	const char *why = "";
	struct rlimit files;
	struct statvfs fs;
	uint64_t left, all;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0 ||
	    files.rlim_max < LIMIT_FILES) {
		buf_printf(&c->text, "at most %llu descriptors, expected %d",
		    (unsigned long long)files.rlim_max, LIMIT_FILES);
		return CHECK_FAIL;
	}
	if (limit_open(c->home.data, &why) != ERR_OK) {
		buf_printf(&c->text, "%s", why);
		return CHECK_FAIL;
	}
	limit_close();
	if (statvfs(c->home.data, &fs) < 0) {
		buf_printf(&c->text, "%s: %s", c->home.data, strerror(errno));
		return CHECK_FAIL;
	}
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	all = (uint64_t)fs.f_blocks * fs.f_frsize;
	buf_printf(&c->text,
	    "the file " LIMIT_FILE
	    " can be used; %llu MiB of the disk are free",
	    (unsigned long long)(left / MIB(1)));
	if (left < FREE_MIN || left < all / FREE_PART) {
		buf_printf(&c->text, ", which is little");
		return CHECK_FAIL;
	}
	return CHECK_OK;
}
