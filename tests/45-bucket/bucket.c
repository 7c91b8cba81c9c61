/* SPDX-License-Identifier: ISC */
/*
 * bucket.t - files beneath a directory: written and read, whole and gzip,
 * and what is refused.
 */
#include "bucket/internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "tap.h"

static char top[] = "/tmp/doorward-bucket-XXXXXX";
static int dir;

static void
is_md5(const char *text, const char *want)
{
	struct buf hex CLEANUP(buf_free) = BUF_INIT(64);
	unsigned char sum[BUCKET_MD5_BYTES];
	struct md5 m;

	md5_init(&m);
	md5_add(&m, text, strlen(text));
	md5_end(&m, sum);
	crypto_hex(&hex, sum, sizeof(sum));
	is_str(buf_str(&hex), str_from(want), "MD5 of %zu bytes", strlen(text));
}

/* RFC 1321, A.5. */
static void
test_md5(void)
{
	is_md5("", "d41d8cd98f00b204e9800998ecf8427e");
	is_md5("abc", "900150983cd24fb0d6963f7d28e17f72");
	is_md5("abcdefghijklmnopqrstuvwxyz",
	    "c3fcd3d76192e4007dfb496cca67e13b");
	is_md5("1234567890123456789012345678901234567890123456789012345678901234"
	       "5678901234567890",
	    "57edf4a22be3c955ac49da2e2107b67a");
}

static enum err
write_file(const char *path, bool gzip, struct str bytes)
{
	struct bucket_out *f CLEANUP(bucket_out_freep) = NULL;
	struct bucket_sum sum, again;
	enum err e = bucket_create(dir, str_from(path), gzip, &f);

	if (e == ERR_OK)
		e = bucket_put(f, bytes);
	if (e == ERR_OK)
		e = bucket_finish(f, &sum);
	if (e == ERR_OK)
		e = bucket_sum(dir, str_from(path), &again);
	if (e == ERR_OK)
		ok(sum.bytes == again.bytes &&
			memcmp(sum.md5, again.md5, sizeof(sum.md5)) == 0,
		    "the sum of %s", path);
	return e;
}

static enum err
read_file(const char *path, bool gzip, uint64_t skip, struct buf *out)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = NULL;
	bool end = false;
	enum err e = bucket_open(dir, str_from(path), gzip, &f);

	buf_reset(out);
	if (e == ERR_OK)
		e = bucket_skip(f, skip, out);
	while (e == ERR_OK && !end)
		e = bucket_read(f, out, &end);
	return e;
}

static void
test_content(void)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct str rest;

	for (unsigned i = 0; i < 50000; i++)
		buf_printf(&text, "%u,%x\n", i, i * 2654435761u);
	for (int gzip = 0; gzip < 2; gzip++) {
		is_int(write_file("a/b/c", gzip, buf_str(&text)), ERR_OK,
		    "write");
		is_int(read_file("a/b/c", gzip, 0, &got), ERR_OK, "read");
		ok(str_eq(buf_str(&got), buf_str(&text)), "the same");
		is_int(read_file("a/b/c", gzip, 300001, &got), ERR_OK,
		    "read from the middle");
		rest = buf_str(&text);
		rest.p += 300001;
		rest.len -= 300001;
		ok(str_eq(buf_str(&got), rest), "the rest");
	}
	is_int(write_file("a/empty", true, STR("")), ERR_OK, "empty");
	is_int(read_file("a/empty", true, 0, &got), ERR_OK, "read it");
	is_int(got.len, 0, "nothing in it");
	is_int(read_file("a/none", false, 0, &got), ERR_NOT_FOUND, "no file");
}

static void
test_put_at(void)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));

	is_int(bucket_put_at(dir, STR("m"), 0, STR("one\ntwo\n")), ERR_OK,
	    "write at 0");
	is_int(bucket_put_at(dir, STR("m"), 4, STR("2\n")), ERR_OK, "at 4");
	is_int(read_file("m", false, 0, &got), ERR_OK, "read");
	is_str(buf_str(&got), STR("one\n2\n"), "what was behind is gone");
}

/* Two members are one file; a cut one, and what is none, are bad. */
static void
test_gzip(void)
{
	struct buf one CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf two CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));

	is_int(write_file("z", true, STR("hello ")), ERR_OK, "a member");
	is_int(read_file("z", false, 0, &one), ERR_OK, "as it is");
	buf_puts(&two, buf_str(&one));
	buf_puts(&two, buf_str(&one));
	is_int(bucket_put_at(dir, STR("zz"), 0, buf_str(&two)), ERR_OK, "two");
	is_int(read_file("zz", true, 0, &got), ERR_OK, "are read");
	is_str(buf_str(&got), STR("hello hello "), "as one");
	for (size_t n = 1; n < one.len; n++) {
		if (bucket_put_at(dir, STR("cut"), 0,
			(struct str){ one.p, n }) != ERR_OK ||
		    read_file("cut", true, 0, &got) != ERR_FILE_DATA)
			ok(false, "cut at %zu", n);
	}
	is_int(bucket_put_at(dir, STR("cut"), 0, STR("{\"Item\":{}}\n")),
	    ERR_OK, "plain text");
	is_int(read_file("cut", true, 0, &got), ERR_FILE_DATA, "no gzip");
}

static void
test_names(void)
{
	static const char *const bad[] = { "", "/", "/etc/passwd", "..", "../x",
		"a/../../x", ".", "a/./x", "a//x", "a/", "link", "link/x",
		"away", "fifo", "a", "hard/", "proc/self/environ" };
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char name[BUCKET_NAME_MAX + 2];

	ok(symlinkat("m", dir, "link") == 0 &&
		symlinkat("/tmp", dir, "away") == 0 &&
		symlinkat("/proc", dir, "proc") == 0 &&
		mkfifoat(dir, "fifo", 0600) == 0 &&
		linkat(dir, "m", dir, "hard", 0) == 0,
	    "links and a FIFO");
	for (size_t i = 0; i < NELEM(bad); i++) {
		is_int(read_file(bad[i], false, 0, &got), ERR_FILE_NAME,
		    "B7: no reading of '%s'", bad[i]);
		is_int(write_file(bad[i], false, STR("x")), ERR_FILE_NAME,
		    "B7: no writing of '%s'", bad[i]);
	}
	is_int(write_file("hard", false, STR("x")), ERR_FILE_NAME,
	    "B7: no writing of a file that has another name");
	ok(!bucket_path_ok((struct str){ "a\0b", 3 }), "B7: no NUL");
	memset(name, 'n', sizeof(name));
	ok(bucket_path_ok((struct str){ name, BUCKET_NAME_MAX }),
	    "a name of the largest length");
	ok(!bucket_path_ok((struct str){ name, BUCKET_NAME_MAX + 1 }),
	    "one more");
}

static void
test_list(void)
{
	struct arena *a = arena_new(MIB(1));
	struct bucket_found *f = NULL;
	size_t n = 0;

	(void)write_file("l/p-1", false, STR("x"));
	(void)write_file("l/p-0/y", false, STR("xy"));
	(void)write_file("l/q", false, STR("x"));
	is_int(symlinkat("q", dir, "l/p-2"), 0, "and a link");
	is_int(bucket_list(dir, STR("l/p"), 2, a, &f, &n), ERR_OK, "list");
	is_int((long long)n, 2, "two");
	if (n == 2) {
		is_str(f[0].path, STR("l/p-0/y"), "in order");
		is_int((long long)f[0].bytes, 2, "of two bytes");
		is_str(f[1].path, STR("l/p-1"), "and then");
	}
	is_int(bucket_list(dir, STR("l/"), 2, a, &f, &n), ERR_LIMIT,
	    "one more than wanted");
	is_int(bucket_list(dir, STR("none/"), 2, a, &f, &n), ERR_OK, "none");
	is_int((long long)n, 0, "nothing");
	arena_free(a);
}

int
main(void)
{
	char cmd[64];

	if (mkdtemp(top) == NULL ||
	    (dir = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) {
		puts("Bail out! no directory");
		return 1;
	}
	test_md5();
	test_content();
	test_put_at();
	test_gzip();
	test_names();
	test_list();
	(void)snprintf(cmd, sizeof(cmd), "rm -r %s", top);
	is_int(system(cmd), 0, "taken away");
	(void)close(dir);
	return tap_done();
}
