/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/export.h"

#define LINES_MAX MIB(8)

/* Where the last whole line ends. */
static off_t
whole(int fd, off_t size)
{
	char c;

	while (size > 0 && (pread(fd, &c, 1, size - 1) != 1 || c != '\n'))
		size--;
	return size;
}

enum err
audit_json_open(struct audit_json *j, const char *data_dir)
{
	int dir = audit_exports(data_dir, true);
	enum err e = ERR_UNAVAILABLE;
	struct stat st;

	*j = (struct audit_json){ .fd = -1, .lines = BUF_INIT(LINES_MAX) };
	if (dir < 0)
		return e;
	j->fd = openat(dir, AUDIT_JSON,
	    O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	(void)close(dir);
	if (j->fd < 0)
		return e;
	if (flock(j->fd, LOCK_EX | LOCK_NB) < 0)
		e = ERR_BUSY;
	else if (fstat(j->fd, &st) == 0 &&
	    ftruncate(j->fd, whole(j->fd, st.st_size)) == 0)
		return ERR_OK;
	audit_json_close(j);
	return e;
}

static enum err
put(void *arg, const struct store_log_row *row, struct str table)
{
	struct audit_json *j = arg;

	audit_put_row(&j->lines, row, table);
	buf_putc(&j->lines, '\n');
	return buf_err(&j->lines);
}

/* All of it or, as far as the file is concerned, nothing. */
static enum err
flush(void *arg)
{
	struct audit_json *j = arg;
	struct stat st;
	bool done;

	if (fstat(j->fd, &st) < 0)
		return ERR_UNAVAILABLE;
	done =
	    write(j->fd, j->lines.p, j->lines.len) == (ssize_t)j->lines.len &&
	    fdatasync(j->fd) == 0;
	buf_reset(&j->lines);
	if (done)
		return ERR_OK;
	(void)!ftruncate(j->fd, st.st_size);
	return ERR_UNAVAILABLE;
}

struct audit_sink
audit_json_sink(struct audit_json *j)
{
	return (struct audit_sink){ STR("json"), put, flush, j };
}

void
audit_json_close(struct audit_json *j)
{
	if (j->fd >= 0)
		(void)close(j->fd);
	j->fd = -1;
	buf_free(&j->lines);
}
