/* SPDX-License-Identifier: ISC */
/*
 * reader.t - what a reader holds, what it sees, and that both modes work
 * when no file can be opened any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "fixture.h"
#include "tap.h"

static struct store_table t;

/* Every descriptor of the database's files is O_RDONLY; there are n. */
static bool
all_rdonly(int n)
{
	char link[64], target[512];
	ssize_t len;
	int found = 0, flags;

	for (int fd = 0; fd < 64; fd++) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		if ((len = readlink(link, target, sizeof(target) - 1)) < 0)
			continue;
		target[len] = '\0';
		if (strstr(target, fix_dir) == NULL)
			continue;
		found++;
		flags = fcntl(fd, F_GETFL);
		if ((flags & O_ACCMODE) != O_RDONLY)
			return false;
		if (write(fd, "x", 1) >= 0 || errno != EBADF)
			return false;
	}
	if (found != n)
		printf("# %d descriptors\n", found);
	return found == n;
}

/* Every map of -shm refuses PROT_WRITE; there is one at least. */
static bool
maps_refuse(void)
{
	char line[1024], perms[8];
	unsigned long from, to;
	bool good = true;
	int found = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, STORE_DB) == NULL ||
		    sscanf(line, "%lx-%lx %7s", &from, &to, perms) != 3)
			continue;
		found++;
		if (strchr(perms, 'w') != NULL ||
		    mprotect((void *)from, to - from, /* NOLINT */
			PROT_READ | PROT_WRITE) == 0 ||
		    errno != EACCES)
			good = false;
	}
	if (f != NULL)
		(void)fclose(f);
	return good && found > 0;
}

/* From here on who opens a file is killed: that none is opened is the claim. */
static bool
seal(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0),
#ifdef SYS_open
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1),
#else
		BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0),
#endif
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { NELEM(code), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

static bool
sees(struct store *s, struct str key, struct str want)
{
	bool good;

	if (fix_begin(s, false) != ERR_OK)
		return false;
	good = str_eq(fix_text(s, &t, key, STR("")), want);
	store_rollback(s);
	return good;
}

static bool
writes(struct store *s, struct str key, struct str text)
{
	if (fix_begin(s, true) != ERR_OK)
		return false;
	if (fix_put(s, &t, key, STR(""), text) == ERR_OK)
		return store_commit(s) == ERR_OK;
	store_rollback(s);
	return false;
}

static bool
walks(struct store *s, size_t want)
{
	const struct store_range all = { 0 };
	struct store_cursor *c;
	struct store_item it;
	size_t n = 0;
	bool more;

	if (fix_begin(s, false) != ERR_OK ||
	    store_walk(s, &t, &all, &c) != ERR_OK)
		return false;
	while (store_walk_next(c, &it, &more) == ERR_OK && more)
		n++;
	store_walk_end(c);
	store_rollback(s);
	return n == want;
}

/*
 * A peer: a process that has opened the store, has sealed itself and does
 * what it is asked.  The test itself holds nothing while peers live, for
 * connections of one process share their descriptors.
 */
struct peer {
	pid_t pid;
	int to, from;
};

static bool
fills(struct store *s)
{
	static char text[1500];

	for (uint32_t i = 0; i < 999; i++) {
		struct str key = { (char *)&i, sizeof(i) };

		if (!writes(s, key, (struct str){ text, sizeof(text) }))
			return false;
		if (i % 100 == 0)
			(void)store_tidy(s);
	}
	return true;
}

/* Busy at the deadline, and not much later. */
static bool
is_busy(struct store *s)
{
	uint64_t start = clock_ms();

	return store_begin(s, false, start + 30) == ERR_BUSY &&
	    clock_ms() - start >= 30;
}

static bool
obey(struct store *s, char c)
{
	switch (c) {
	case '1':
		return sees(s, STR("k"), STR("one"));
	case '2':
		return sees(s, STR("k"), STR("two"));
	case 'w':
		return walks(s, 1000);
	case 'a':
		return writes(s, STR("k"), STR("one"));
	case 'b':
		return writes(s, STR("k"), STR("two"));
	case 'f':
		return fills(s);
	case 'r':
		return all_rdonly(3);
	case 'm':
		return maps_refuse();
	case 'y':
		return is_busy(s);
	default:
		return false;
	}
}

static void NORETURN
peer_run(enum store_mode mode, bool sealed, int in, int out)
{
	struct store *s = fix_open(mode);
	bool good = s != NULL;
	char c;

	/* What looks at descriptors and maps opens /proc: a reader is asked
	 * for that, and a second one seals itself. */
	if (good && sealed)
		good = seal();
	while (write(out, good ? "y" : "n", 1) == 1 && read(in, &c, 1) == 1 &&
	    c != 'q')
		good = s != NULL && obey(s, c);
	store_close(s);
	_exit(0);
}

static bool
peer_answer(struct peer *p)
{
	char answer = 'n';

	return read(p->from, &answer, 1) == 1 && answer == 'y';
}

static bool
peer_start(struct peer *p, enum store_mode mode, bool sealed)
{
	int to[2], from[2];

	(void)fflush(stdout);
	if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
		return false;
	if ((p->pid = fork()) == 0) {
		(void)close(to[1]);
		(void)close(from[0]);
		peer_run(mode, sealed, to[0], from[1]);
	}
	(void)close(to[0]);
	(void)close(from[1]);
	p->to = to[1];
	p->from = from[0];
	return peer_answer(p);
}

static bool
ask(struct peer *p, char c)
{
	return write(p->to, &c, 1) == 1 && peer_answer(p);
}

static void
peer_end(struct peer *p)
{
	/* Others have inherited the pipe: its end is no sign. */
	if (write(p->to, "q", 1) == 1)
		(void)waitpid(p->pid, NULL, 0);
	(void)close(p->to);
	(void)close(p->from);
}

/* It sees commits, checkpoints and growth, whoever else is there. */
static void
test_sees(void)
{
	struct peer r, w, sealed;

	ok(peer_start(&r, STORE_READ, false),
	    "a reader opens with nobody there");
	ok(peer_start(&sealed, STORE_READ, true), "and one that opens no more");
	ok(ask(&r, '1'), "sees what is there");
	ok(ask(&r, 'r'), "database, -wal and -shm are O_RDONLY");
	ok(peer_start(&w, STORE_WRITE, true), "a writer came");
	ok(ask(&r, '1'), "still there");
	ok(ask(&r, 'm'), "its map of -shm cannot be made writable");
	ok(ask(&w, 'b'), "the writer writes");
	ok(ask(&r, '2'), "seen");
	ok(ask(&w, 'f'), "1,000 items, checkpoints in between");
	ok(ask(&r, 'w') && ask(&sealed, 'w'), "seen");
	ok(ask(&r, 'm') && ask(&r, 'r'), "new maps are like the first");
	peer_end(&w);
	ok(ask(&r, 'w') && ask(&sealed, 'w'), "the writer is gone");
	ok(peer_start(&w, STORE_WRITE, true), "another came");
	ok(ask(&w, 'a') && ask(&r, '1') && ask(&sealed, '1'),
	    "writes and is seen");
	peer_end(&sealed);
	peer_end(&r);
	ok(peer_start(&r, STORE_READ, false), "a reader opens beside a writer");
	ok(ask(&r, '1') && ask(&r, 'r') && ask(&r, 'm'), "as the first one");
	peer_end(&w);
	peer_end(&r);
}

/* The whole life of tables and items without opening a file. */
static int
sealed_writer(void *arg)
{
	struct store *s = fix_open(STORE_WRITE);
	struct arena *a = arena_new(MIB(1));
	struct store_log_check check;
	struct store_table u, got;
	static char text[LIMIT_ITEM];

	(void)arg;
	if (s == NULL || !seal() || fix_table(s, "sealed", &u) != ERR_OK)
		return 1;
	/* Past the page cache, so that pages are written before the commit. */
	if (fix_begin(s, true) != ERR_OK)
		return 2;
	for (uint32_t i = 0; i < 25; i++) {
		struct str key = { (char *)&i, sizeof(i) };

		if (fix_put(s, &u, key, STR(""),
			(struct str){ text, sizeof(text) }) != ERR_OK)
			return 3;
	}
	u.def = STR("def");
	if (store_table_update(s, &u) != ERR_OK ||
	    !fix_count(s, "sealed", a, &got) || got.items != 25 ||
	    store_commit(s) != ERR_OK)
		return 4;
	if (!store_tidy(s)) /* a checkpoint */
		return 5;
	if (fix_begin(s, true) != ERR_OK ||
	    fix_del(s, &u, STR("\0\0\0\0"), STR("")) != ERR_OK ||
	    store_table_delete(s, &u) != ERR_OK || store_commit(s) != ERR_OK)
		return 6;
	while (store_tidy(s))
		;
	if (!walks(s, 1000) || fix_begin(s, false) != ERR_OK ||
	    store_log_verify(s, 0, &check) != ERR_OK || check.bad != 0)
		return 7;
	store_close(s);
	arena_free(a);
	return 0;
}

/* A writer that died while it changed the index of the WAL. */
static bool
scribble(void)
{
	int fd = open(fix_path(STORE_DB "-shm"), O_RDWR);
	unsigned char byte = 0;
	bool done = fd >= 0 && pread(fd, &byte, 1, 40) == 1;

	byte ^= 0xaa;
	done = done && pwrite(fd, &byte, 1, 40) == 1;

	/* This close drops the locks of this process: a child's. */
	return close(fd) == 0 && done;
}

static int
scribbler(void *arg)
{
	(void)arg;
	return scribble() ? 0 : 1;
}

static int
opener(void *arg)
{
	const char *text = "";
	struct store *s;

	(void)arg;
	return store_open(&fix_conf, STORE_READ, &s, &text) == ERR_BUSY ? 0 : 1;
}

static void
test_recovery(void)
{
	struct peer r, w;

	ok(peer_start(&r, STORE_READ, true) &&
		peer_start(&w, STORE_WRITE, true) && ask(&r, '1'),
	    "a reader and a writer");
	ok(fix_child(scribbler, NULL), "half a header in -shm");
	ok(ask(&r, 'y'), "a reader cannot mend it");
	ok(fix_child(opener, NULL), "nor can one that opens");
	ok(ask(&w, '1'), "a writer does, when it reads");
	ok(ask(&r, '1'), "then the reader reads");
	ok(fix_child(scribbler, NULL), "again");
	ok(ask(&w, 'b'), "a writer does, when it writes");
	ok(ask(&r, '2'), "then the reader reads");
	peer_end(&w);
	peer_end(&r);
	ok(fix_child(scribbler, NULL), "half a header and nobody there");
	ok(peer_start(&r, STORE_READ, true) && ask(&r, '2'),
	    "a reader that is alone does without -shm");
	peer_end(&r);
}

static int
refused(void *arg)
{
	struct store *r = fix_open(STORE_READ);
	struct store_item old = { .key = { STR("new"), STR("") } }, item = old;

	(void)arg;
	item.text = STR("x");
	if (fix_begin(r, false) != ERR_OK ||
	    store_put(r, &t, &item, &old) != ERR_INTERNAL ||
	    store_table_delete(r, &t) != ERR_INTERNAL)
		return 1;
	store_rollback(r);
	if (store_begin(r, true, fix_soon()) != ERR_INTERNAL || store_tidy(r))
		return 1;
	store_close(r);
	return 0;
}

int
main(void)
{
	struct store *s;

	fix_start();
	if ((s = fix_open(STORE_WRITE)) == NULL)
		return 1;
	is_int(fix_table(s, "read", &t), ERR_OK, "create");
	ok(writes(s, STR("k"), STR("one")), "put");
	store_close(s);
	ok(fix_child(refused, NULL), "no statement of a reader writes");
	test_sees();
	ok(fix_child(sealed_writer, NULL), "a sealed writer does all");
	test_recovery();
	return tap_done();
}
