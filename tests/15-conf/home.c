/* SPDX-License-Identifier: ISC */
/*
 * home.t - claim A7: the first start, alone, among many, and killed at every
 * system call; and what is refused afterwards.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "conf/token.h"
#include "home_dir.h"

#define STARTERS  32
#define KILLS_MAX 4000
#define SOMEBODY  54321 /* a uid that nobody has */

static const char *const secrets[] = { "config/token", "config/master.key",
	"data/tokens.map" };

static unsigned
mode_of(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? 0 : (unsigned)st.st_mode & 07777;
}

static bool
starts(void)
{
	const char *why = "";
	bool good = home_init(&home, &why) == ERR_OK;

	if (!good)
		printf("# %s\n", why);
	return good;
}

/* Refused, with a text that has all of this in it. */
static void
refused(const char *what, const char *file, const char *word)
{
	const char *why = "";
	enum err e = home_init(&home, &why);

	ok(e == ERR_CONF && strstr(why, file) != NULL &&
		strstr(why, word) != NULL,
	    "refused: %s", what);
	printf("# %s\n", why);
}

static void
test_first(void)
{
	struct str token, again;
	char *secret;
	unsigned char *master;
	const char *why;

	home_fresh();
	(void)umask(0);
	ok(starts(), "first start, umask 0");
	ok(mode_of(at("config")) == 0700 && mode_of(at("data")) == 0700 &&
		mode_of(at("run")) == 0700,
	    "directories are 0700");
	for (size_t i = 0; i < NELEM(secrets); i++)
		is_int(mode_of(at(secrets[i])), 0600, "%s is 0600", secrets[i]);
	token = slurp(at("config/token"));
	is_int(token.len, TOKEN_TEXT_BYTES + 1, "a token and a newline");
	ok(starts(), "and again");
	again = slurp(at("config/token"));
	ok(str_eq(token, again), "nothing changed");
	is_int(umask(022), 0, "the umask is as it was");

	ok(home_token(&home, &secret, &why) == ERR_OK &&
		str_eq(str_from(secret),
		    str_trim((struct str){ token.p, token.len - 1 })),
	    "the default token's text");
	crypto_secret_free(secret);
	ok(home_master(&home, &master, &why) == ERR_OK, "the master key");
	crypto_secret_free(master);

	home_fresh();
	(void)umask(0777);
	ok(starts(), "first start, umask 0777");
	(void)umask(022);
	is_int(mode_of(at("config/token")), 0600, "and still 0600");
}

/* All of a home, or why not. */
static bool
whole(void)
{
	struct token_map *m;
	struct token_record t;
	const char *why = "";
	struct str text = slurp(at("config/token"));
	bool good;

	if (token_map_open(home.data, &m, &why) != ERR_OK) {
		printf("# %s\n", why);
		return false;
	}
	text.len--;
	good = token_map_bearer(m, text, 1, &t) && !token_map_named(m, 1);
	token_map_close(m);
	return good && access(at("config/.token.new"), F_OK) < 0 &&
	    access(at("config/.master.key.new"), F_OK) < 0 &&
	    access(at("data/.tokens.map.new"), F_OK) < 0;
}

static void
test_together(void)
{
	int go[2], bad = 0, status;
	char byte;

	home_fresh();
	if (pipe(go) < 0)
		return;
	for (int i = 0; i < STARTERS; i++) {
		if (fork() == 0) {
			const char *why;

			(void)close(go[1]);
			(void)!read(go[0], &byte, 1); /* until all are here */
			_exit(home_init(&home, &why) == ERR_OK ? 0 : 1);
		}
	}
	(void)close(go[0]);
	(void)close(go[1]);
	for (int i = 0; i < STARTERS; i++)
		if (wait(&status) < 0 || status != 0)
			bad++;
	is_int(bad, 0, "%d first starts at once, all well", STARTERS);
	ok(whole(), "one token, and it is the map's");
}

/* home_init() in a child that is killed at its n-th stop on the way into or
 * out of a system call.  1: killed, 0: it was done before, -1: cannot. */
static int
killed_at(int n)
{
	const char *why;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(9);
		(void)raise(SIGSTOP);
		_exit(home_init(&home, &why) == ERR_OK ? 0 : 1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
		return -1;
	for (int i = 0; i < n; i++) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) < 0 ||
		    waitpid(pid, &status, 0) < 0)
			return -1;
		if (!WIFSTOPPED(status))
			return WIFEXITED(status) && WEXITSTATUS(status) == 0 ?
			    0 :
			    -1;
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, &status, 0);
	return 1;
}

/* None or whole, by length. */
static bool
none_or(const char *path, off_t size)
{
	struct stat st;

	return lstat(path, &st) < 0 ||
	    (S_ISREG(st.st_mode) && st.st_size == size &&
		(st.st_mode & 07777) == 0600);
}

static void
test_killed(void)
{
	int bad_state = 0, bad_start = 0, n, rc = 1;

	for (n = 1; n < KILLS_MAX && rc == 1; n++) {
		home_fresh();
		if ((rc = killed_at(n)) != 1)
			break;
		if (!none_or(at("config/token"), TOKEN_TEXT_BYTES + 1) ||
		    !none_or(at("config/master.key"), 65) ||
		    !none_or(at("data/tokens.map"),
			256 * (2 + TOKEN_MAP_RECORDS)))
			bad_state++;
		if (!starts() || !whole())
			bad_start++;
	}
	if (rc < 0 && n == 1) {
		ok(true, "killed at every call # SKIP no ptrace here");
		return;
	}
	is_int(rc, 0, "killed at each of %d stops", n - 1);
	ok(n > 50, "which are many");
	is_int(bad_state, 0, "every file is none or whole");
	is_int(bad_start, 0, "and the next start succeeds");
}

static void
test_file_refused(const char *name)
{
	char aside[256];

	(void)snprintf(aside, sizeof(aside), "%s.aside", at(name));
	for (unsigned bit = 0; bit < 12; bit++) {
		if (bit == 7 || bit == 8)
			continue;
		home_made();
		(void)chmod(at(name), 0600 | 1u << bit);
		refused("one bit too many", name, "has mode");
	}
	home_made();
	(void)chmod(at(name), 0400);
	if (geteuid() == 0 || strcmp(name, "data/tokens.map") != 0)
		ok(starts(), "%s: 0400 passes", name);

	home_made();
	(void)snprintf(aside, sizeof(aside), "%s.aside", at(name));
	(void)!rename(at(name), aside);
	(void)!symlink(aside, at(name));
	refused("a symbolic link", name, "symbolic link");
	(void)unlink(at(name));
	(void)mkdir(at(name), 0700);
	refused("a directory", name, "directory");
	(void)rmdir(at(name));
	(void)mkfifo(at(name), 0600);
	refused("a FIFO", name, "no regular file");
	(void)unlink(at(name));
	spew(at(name), STR(""), 0600);
	refused("empty", name, "empty");
	spew(at(name), STR("dw_ABCDEFGH_short\n"), 0600);
	refused("damaged", name, "put");
	if (geteuid() == 0) {
		home_made();
		(void)!chown(at(name), SOMEBODY, (gid_t)-1);
		refused("another owner", name, "belongs to uid 54321");
	}
}

static void
test_dir_refused(const char *name)
{
	home_made();
	(void)chmod(at(name), 0750);
	refused("a directory that others see", name, "0700");
	(void)chmod(at(name), 0701);
	refused("or pass", name, "0700");
	(void)chmod(at(name), 0700);
	(void)!rename(at(name), at("aside"));
	(void)!symlink(at("aside"), at(name));
	refused("a symbolic link to a directory", name, "symbolic link");
	(void)unlink(at(name));
	spew(at(name), STR("x"), 0600);
	refused("a file for a directory", name, "directory");
}

static void
test_gone(void)
{
	const char *why;
	size_t count;

	home_made();
	(void)unlink(at("config/token"));
	refused("the token is gone", "config/token", "gone");
	ok(access(at("config/token"), F_OK) < 0, "and is not made again");
	is_int(token_map_revoke(home.data, STR("default"), &count, &why),
	    ERR_OK, "until it is given up");
	ok(starts() && access(at("config/token"), F_OK) < 0,
	    "then there is none");
	spew(at("config/token"),
	    STR("dw_ABCDEFGH_0123456789012345678901234567890123456789012\n"),
	    0600);
	ok(starts() && whole(), "or a new one, put there by hand");

	spew(at("config/token"),
	    STR("dw_ABCDEFGH_1123456789012345678901234567890123456789012\n"),
	    0600);
	refused("another token", "config/token", "not the token");

	home_made();
	(void)unlink(at("config/master.key"));
	refused("the master key is gone", "master.key", "gone");

	home_made();
	spew(at("config/master.key"),
	    STR("000102030405060708090a0b0c0d0e0f"
		"101112131415161718191a1b1c1d1e1f\n"),
	    0600);
	refused("another master key", "master.key", "is not the key");

	home_made();
	(void)unlink(at("data/tokens.used"));
	ok(starts() && access(at("data/tokens.used"), F_OK) == 0,
	    "the times of use are made anew");

	home_made();
	spew(at("data/doorward.db"), STR("x"), 0600);
	(void)unlink(at("data/tokens.map"));
	refused("the map is gone beside a database", "tokens.map", "gone");
	(void)unlink(at("config/token"));
	(void)unlink(at("config/master.key"));
	refused("all is gone beside a database", "tokens.map", "gone");
	ok(access(at("config/token"), F_OK) < 0 &&
		access(at("config/master.key"), F_OK) < 0,
	    "and nothing is made");

	home_made();
	(void)unlink(at("data/tokens.map"));
	ok(starts() && whole(), "the map alone is made of the token");
}

static void
test_credentials(void)
{
	static const char text[] =
	    "dw_CREDENTI_0123456789012345678901234567890123456789012";
	struct token_map *m = NULL;
	struct token_record t = { 0 };
	const char *why;
	char *secret;

	home_fresh();
	(void)mkdir(at("cred"), 0755);
	spew(at("cred/token"), str_from(text), 0444);
	spew(at("cred/master.key"),
	    STR("000102030405060708090a0b0c0d0e0f"
		"101112131415161718191a1b1c1d1e1f\n"),
	    0444);
	(void)setenv("CREDENTIALS_DIRECTORY", at("cred"), 1);
	ok(starts(), "credentials, with modes of their own");
	ok(access(at("config/token"), F_OK) < 0 &&
		access(at("config/master.key"), F_OK) < 0,
	    "no file is made");
	ok(home_token(&home, &secret, &why) == ERR_OK &&
		str_eq(str_from(secret), str_from(text)),
	    "and they are what is used");
	crypto_secret_free(secret);
	spew(at("cred/token"),
	    STR("dw_CREDENT2_0123456789012345678901234567890123456789012"),
	    0444);
	ok(starts() && token_map_open(home.data, &m, &why) == ERR_OK &&
		token_map_bearer(m, slurp(at("cred/token")), 1, &t) &&
		!token_map_bearer(m, str_from(text), 1, &t),
	    "a changed credential is the default token from then on");
	is_int(t.generation, 2, "with another AWS secret");
	token_map_close(m);
	spew(at("cred/master.key"), STR("00"), 0444);
	refused("a damaged credential", "cred/master.key", "damaged");
	(void)unlink(at("cred/master.key"));
	(void)mkdir(at("cred/master.key"), 0700);
	refused("a directory", "cred/master.key", "no regular file");
	(void)unsetenv("CREDENTIALS_DIRECTORY");
}

static void
test_root(void)
{
	struct stat st;
	int status;

	if (geteuid() != 0) {
		ok(true, "another's home # SKIP not root");
		return;
	}
	home_fresh();
	(void)!chown(place, SOMEBODY, SOMEBODY);
	ok(starts(), "root starts in another's place");
	for (size_t i = 0; i < NELEM(secrets); i++)
		ok(stat(at(secrets[i]), &st) == 0 && st.st_uid == SOMEBODY &&
			st.st_gid == SOMEBODY,
		    "%s is the owner's", secrets[i]);
	ok(geteuid() == 0 && getegid() == 0, "root is root again");
	if (fork() == 0)
		_exit(setgid(SOMEBODY) == 0 && setuid(SOMEBODY) == 0 &&
			    starts() && whole() ?
			0 :
			1);
	ok(wait(&status) > 0 && status == 0, "the owner goes on with it");
	if (fork() == 0)
		_exit(setgid(1) == 0 && setuid(SOMEBODY + 1) == 0 && !starts() ?
			0 :
			1);
	ok(wait(&status) > 0 && status == 0, "nobody else does");
	(void)!chown(at("config"), SOMEBODY + 1, 0);
	refused("two owners", "config", "belongs to uid");
}

static void
test_find(void)
{
	static struct home h;
	const char *why;
	static char cwd[4096], lon[4200];
	int status;

	ok(home_find("/a", &h, &why) == ERR_OK &&
		strcmp(h.config, "/a/config") == 0 &&
		strcmp(h.data, "/a/data") == 0 && strcmp(h.run, "/a/run") == 0,
	    "--home");
	ok(home_find("b", &h, &why) == ERR_OK && getcwd(cwd, 4096) != NULL &&
		strncmp(h.data, cwd, strlen(cwd)) == 0 &&
		str_ends(str_from(h.data), STR("/b/data")),
	    "a relative one becomes absolute");
	memset(lon, 'x', sizeof(lon));
	lon[0] = '/';
	lon[4095 - 7] = '\0';
	is_int(home_find(lon, &h, &why), ERR_OK, "as long as it can be");
	lon[4095 - 7] = 'x';
	lon[4095 - 6] = '\0';
	is_int(home_find(lon, &h, &why), ERR_CONF, "one past it");
	is_int(home_find("", &h, &why), ERR_CONF, "empty");
	(void)setenv("XDG_CONFIG_HOME", "relative", 1);
	(void)setenv("XDG_DATA_HOME", "/xdg/data", 1);
	(void)unsetenv("XDG_RUNTIME_DIR");
	(void)setenv("HOME", "/home/me", 1);
	if (fork() == 0) {
		if (geteuid() == 0 && setuid(SOMEBODY) < 0)
			_exit(1);
		_exit(home_find(NULL, &h, &why) == ERR_OK &&
			    strcmp(h.config, "/home/me/.config/doorward") ==
				0 &&
			    strcmp(h.data, "/xdg/data/doorward") == 0 &&
			    strcmp(h.run, "/xdg/data/doorward/run") == 0 ?
			0 :
			1);
	}
	ok(wait(&status) > 0 && status == 0, "XDG, where it is absolute");
	(void)unsetenv("HOME");
	ok(home_find(NULL, &h, &why) == ERR_OK &&
		strcmp(h.config, "/etc/doorward") == 0 &&
		strcmp(h.run, "/run/doorward") == 0,
	    "no HOME");
}

int
main(void)
{
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	if (crypto_init() != ERR_OK)
		return 1;
	test_find();
	test_first();
	test_together();
	test_killed();
	for (size_t i = 0; i < NELEM(secrets); i++)
		test_file_refused(secrets[i]);
	test_dir_refused("config");
	test_dir_refused("data");
	test_gone();
	test_credentials();
	test_root();
	home_away();
	return tap_done();
}
