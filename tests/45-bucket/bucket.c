/* SPDX-License-Identifier: ISC */
/*
 * bucket.t - files beneath a directory: written and read, whole and packed,
 * and what is refused.
 */
#include "bucket/internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

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
read_file(const char *path, enum bucket_packing packing, uint64_t skip,
    struct buf *out)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = NULL;
	bool end = false;
	enum err e = bucket_open(dir, str_from(path), packing, &f);

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
		enum bucket_packing p = gzip ? BUCKET_GZIP : BUCKET_PLAIN;

		is_int(write_file("a/b/c", gzip, buf_str(&text)), ERR_OK,
		    "write");
		is_int(read_file("a/b/c", p, 0, &got), ERR_OK, "read");
		ok(str_eq(buf_str(&got), buf_str(&text)), "the same");
		is_int(read_file("a/b/c", p, 300001, &got), ERR_OK,
		    "read from the middle");
		rest = buf_str(&text);
		rest.p += 300001;
		rest.len -= 300001;
		ok(str_eq(buf_str(&got), rest), "the rest");
	}
	is_int(write_file("a/empty", true, STR("")), ERR_OK, "empty");
	is_int(read_file("a/empty", BUCKET_GZIP, 0, &got), ERR_OK, "read it");
	is_int(got.len, 0, "nothing in it");
	is_int(read_file("a/none", BUCKET_PLAIN, 0, &got), ERR_NOT_FOUND, "no file");
}

static void
test_put_at(void)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));

	is_int(bucket_put_at(dir, STR("m"), 0, STR("one\ntwo\n")), ERR_OK,
	    "write at 0");
	is_int(bucket_put_at(dir, STR("m"), 4, STR("2\n")), ERR_OK, "at 4");
	is_int(read_file("m", BUCKET_PLAIN, 0, &got), ERR_OK, "read");
	is_str(buf_str(&got), STR("one\n2\n"), "what was behind is gone");
}

/* Make it a file, and read that. */
static enum err
read_packed(enum bucket_packing packing, struct str bytes, struct buf *out)
{
	enum err e = bucket_put_at(dir, STR("packed"), 0, bytes);

	return e != ERR_OK ? e : read_file("packed", packing, 0, out);
}

static void
pack(enum bucket_packing packing, struct str text, struct buf *out)
{
	char *to = buf_reserve(out, KIB(8));
	ZSTD_CCtx *z;

	if (packing == BUCKET_ZSTD) {
		z = ZSTD_createCCtx();
		(void)ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
		out->len += ZSTD_compress2(z, to, KIB(8), text.p, text.len);
		(void)ZSTD_freeCCtx(z);
		return;
	}
	is_int(write_file("z", true, text), ERR_OK, "a member");
	is_int(read_file("z", BUCKET_PLAIN, 0, out), ERR_OK, "as it is");
}

/* Many frames are one file; a cut one, and what is none, are bad. */
static void
test_frames(enum bucket_packing packing)
{
	struct buf one CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf many CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf want CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));

	pack(packing, STR("hello "), &one);
	for (int i = 0; i < 5000; i++) {
		buf_puts(&many, buf_str(&one));
		BUF_LIT(&want, "hello ");
	}
	is_int(read_packed(packing, buf_str(&many), &got), ERR_OK,
	    "frames are read");
	ok(str_eq(buf_str(&got), buf_str(&want)), "as one text");
	for (size_t n = 1; n < one.len; n++)
		if (read_packed(packing, (struct str){ many.p, one.len + n },
			&got) != ERR_FILE_DATA)
			ok(false, "cut at %zu", n);
	is_int(read_packed(packing, (struct str){ many.p, one.len }, &got),
	    ERR_OK, "between them it may end");
	is_int(read_packed(packing, STR(""), &got), ERR_OK, "and before any");
	buf_putc(&many, 'x');
	is_int(read_packed(packing, buf_str(&many), &got), ERR_FILE_DATA,
	    "nothing else may be behind them");
	is_int(read_packed(packing, STR("{\"Item\":{}}\n"), &got),
	    ERR_FILE_DATA, "plain text");
	one.p[one.len - 1] ^= 1;
	one.p[one.len - 2] ^= 1;
	one.p[one.len - 3] ^= 1;
	is_int(read_packed(packing, buf_str(&one), &got), ERR_FILE_DATA,
	    "damaged");
}

/* RFC 8878, 3.1: magic number, descriptor, window; a raw block, the last. */
#define MAGIC  "\x28\xb5\x2f\xfd"
#define HELLO  "\x29\0\0hello"
#define BYTES(s) ((struct str){ (s), sizeof(s) - 1 })

static void
test_zstd(void)
{
	static const struct {
		const char *what;
		struct str bytes;
		enum err want;
	} rows[] = {
		{ "a window of 128 MiB", BYTES(MAGIC "\0\x88" HELLO), ERR_OK },
		{ "a larger one", BYTES(MAGIC "\0\x89" HELLO), ERR_FILE_DATA },
		{ "the largest there is", BYTES(MAGIC "\0\xff" HELLO),
		    ERR_FILE_DATA },
		{ "a dictionary", BYTES(MAGIC "\x01\0\x07" HELLO),
		    ERR_FILE_DATA },
		{ "frames that are passed over",
		    BYTES("\x50\x2a\x4d\x18\x03\0\0\0abc" MAGIC "\0\0" HELLO
			  "\x5f\x2a\x4d\x18\0\0\0\0"),
		    ERR_OK },
		{ "one of them cut off",
		    BYTES(MAGIC "\0\0" HELLO "\x50\x2a\x4d\x18\x03\0\0\0ab"),
		    ERR_FILE_DATA },
		{ "one that says 4 GiB", BYTES("\x50\x2a\x4d\x18\xff\xff\xff\xff"),
		    ERR_FILE_DATA },
		{ "the format of before the standard",
		    BYTES("\x27\xb5\x2f\xfd\0\0" HELLO), ERR_FILE_DATA },
	};
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));

	for (size_t i = 0; i < NELEM(rows); i++) {
		is_int(read_packed(BUCKET_ZSTD, rows[i].bytes, &got),
		    rows[i].want, "Zstandard: %s", rows[i].what);
		if (rows[i].want == ERR_OK)
			is_str(buf_str(&got), STR("hello"), "its text");
	}
}

/* What is 10,000 times as long comes a piece at a time all the same. */
static void
test_bomb(void)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = NULL;
	struct buf got CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct buf packed CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char *zeros = calloc(1, MIB(64));
	size_t n = 0;
	bool end = false;
	enum err e;

	if (zeros == NULL || buf_reserve(&packed, KIB(64)) == NULL)
		abort();
	packed.len = ZSTD_compress(packed.p, KIB(64), zeros, MIB(64), 1);
	free(zeros);
	is_int(bucket_put_at(dir, STR("bomb"), 0, buf_str(&packed)), ERR_OK,
	    "%zu bytes", packed.len);
	e = bucket_open(dir, STR("bomb"), BUCKET_ZSTD, &f);
	while (e == ERR_OK && !end) {
		buf_reset(&got);
		e = bucket_read(f, &got, &end);
		n += got.len;
	}
	is_int(e, ERR_OK, "are read");
	is_int((long long)n, MIB(64), "as 64 MiB");
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
		is_int(read_file(bad[i], BUCKET_PLAIN, 0, &got), ERR_FILE_NAME,
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
	test_frames(BUCKET_GZIP);
	test_frames(BUCKET_ZSTD);
	test_zstd();
	test_bomb();
	test_names();
	test_list();
	(void)snprintf(cmd, sizeof(cmd), "rm -r %s", top);
	is_int(system(cmd), 0, "taken away");
	(void)close(dir);
	return tap_done();
}
