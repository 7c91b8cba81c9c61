/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/export.h"
#include "audit/keep.h"
#include "base/clock.h"

#define FILE_MAX KIB(128)
#define TAIL     KIB(8) /* of the file, that is looked at */

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
audit_point_parse(struct str s, struct audit_point *ret)
{
	struct str hash, seq = str_cut(s, ':', &hash);
	int hi, lo;

	if (!str_u64(seq, INT64_MAX, &ret->seq) || ret->seq == 0 ||
	    hash.len != 2 * sizeof(ret->hash))
		return false;
	for (size_t i = 0; i < sizeof(ret->hash); i++) {
		if ((hi = nibble(hash.p[2 * i])) < 0 ||
		    (lo = nibble(hash.p[2 * i + 1])) < 0)
			return false;
		ret->hash[i] = (unsigned char)(hi << 4 | lo);
	}
	return true;
}

void
audit_point_put(struct buf *out, const struct audit_point *p)
{
	buf_printf(out, "%llu:", (unsigned long long)p->seq);
	crypto_hex(out, p->hash, sizeof(p->hash));
}

bool
audit_point_save(const char *data_dir, const struct audit_point *p)
{
	struct buf line CLEANUP(buf_free) = BUF_INIT(256);
	int dir = audit_exports(data_dir, true), fd;
	struct stat st;
	bool done;

	if (dir < 0)
		return false;
	if (fstatat(dir, AUDIT_CHAIN, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    st.st_size > (off_t)FILE_MAX)
		(void)renameat(dir, AUDIT_CHAIN, dir, AUDIT_CHAIN ".1");
	audit_point_put(&line, p);
	buf_putc(&line, ' ');
	audit_put_time(&line, clock_wall_ns());
	buf_putc(&line, '\n');
	fd = openat(dir, AUDIT_CHAIN,
	    O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	done = fd >= 0 && write(fd, line.p, line.len) == (ssize_t)line.len &&
	    fdatasync(fd) == 0;
	if (fd >= 0)
		(void)close(fd);
	(void)close(dir);
	return done;
}

/* The end of the file, from the start of a line on. */
static struct str
tail(int fd, char buf[TAIL])
{
	struct str s = { buf, 0 };
	struct stat st;
	off_t at = 0;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return s;
	if (st.st_size > (off_t)TAIL)
		at = st.st_size - (off_t)TAIL;
	n = pread(fd, buf, TAIL, at);
	s.len = n > 0 ? (size_t)n : 0;
	if (at > 0)
		(void)str_cut(s, '\n', &s);
	return s;
}

size_t
audit_points(const char *data_dir, struct audit_point *ret, size_t max)
{
	int dir = audit_exports(data_dir, false), fd;
	struct str line, rest, end;
	char buf[TAIL];
	size_t n = 0;

	if (dir < 0)
		return 0;
	fd = openat(dir, AUDIT_CHAIN, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	(void)close(dir);
	if (fd < 0)
		return 0;
	rest = tail(fd, buf);
	(void)close(fd);
	while (rest.p != NULL && rest.len > 0) {
		line = str_cut(rest, '\n', &rest);
		if (n == max) {
			memmove(ret, ret + 1, (max - 1) * sizeof(*ret));
			n--;
		}
		if (audit_point_parse(str_cut(line, ' ', &end), &ret[n]))
			n++;
	}
	return n;
}

/* The first row at seq or behind it; *ret_seq 0: there is none. */
static enum err
row_from(struct store *s, uint64_t seq, uint64_t *ret_seq,
    unsigned char ret_hash[CRYPTO_HASH_BYTES])
{
	struct store_cursor *w CLEANUP(store_walk_endp) = NULL;
	struct store_log_row row;
	bool more = false;
	enum err e;

	*ret_seq = 0;
	if ((e = store_log_walk(s, seq, false, &w)) != ERR_OK ||
	    (e = store_log_next(w, &row, &more)) != ERR_OK || !more)
		return e;
	*ret_seq = row.seq;
	memset(ret_hash, 0, CRYPTO_HASH_BYTES);
	if (row.hash.len == CRYPTO_HASH_BYTES)
		memcpy(ret_hash, row.hash.p, CRYPTO_HASH_BYTES);
	return ERR_OK;
}

enum err
audit_point_check(struct store *s, const struct audit_point *p,
    const char **ret_fault)
{
	unsigned char hash[CRYPTO_HASH_BYTES];
	uint64_t first, seq;
	enum err e;

	*ret_fault = NULL;
	if ((e = row_from(s, 0, &first, hash)) != ERR_OK ||
	    (e = row_from(s, p->seq, &seq, hash)) != ERR_OK)
		return e;
	if (seq == 0)
		*ret_fault = "the log ends before a checkpoint: its end was "
			     "cut off, or an older copy was put back";
	else if (p->seq >= first &&
	    (seq != p->seq || !crypto_equal(hash, p->hash, sizeof(hash))))
		*ret_fault = "the log has another row than a checkpoint saw: "
			     "an older copy was put back and went on";
	return ERR_OK;
}
