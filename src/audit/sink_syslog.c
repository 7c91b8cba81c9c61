/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "audit/audit.h"
#include "audit/export.h"

#define QUEUE_MS    1000
#define MESSAGE_MAX KIB(16)
/* Facility 13, log audit; RFC 5424, 6.2.1. */
#define PRIORITY_OK      (13 * 8 + 6)
#define PRIORITY_REFUSED (13 * 8 + 5)

enum err
audit_syslog_open(struct audit_syslog *l, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const size_t n = strlen(path);

	l->fd = -1;
	if (n >= sizeof(to.sun_path))
		return ERR_CONF;
	memcpy(to.sun_path, path, n);
	if (gethostname(l->host, sizeof(l->host)) < 0 || l->host[0] == '\0')
		memcpy(l->host, "-", 2);
	l->host[sizeof(l->host) - 1] = '\0';
	l->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (l->fd >= 0 &&
	    connect(l->fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return ERR_OK;
	audit_syslog_close(l);
	return ERR_UNAVAILABLE;
}

/* A parameter of structured data, escaped as 6.3.3 says. */
static void
put_param(struct buf *out, const char *name, struct str s)
{
	if (s.p == NULL)
		return;
	buf_printf(out, " %s=\"", name);
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.p[i];

		if (c == '"' || c == '\\' || c == ']')
			buf_putc(out, '\\');
		buf_putc(out, c < ' ' || c == 0x7f ? '?' : (char)c);
	}
	buf_putc(out, '"');
}

/* 6: the header, structured data, the row itself as the message. */
static void
format(struct buf *out, const char *host, const struct store_log_row *row,
    struct str table)
{
	const struct store_actor *who = &row->who;

	buf_printf(out, "<%d>1 ",
	    row->kind == STORE_NOTE_REFUSED ? PRIORITY_REFUSED : PRIORITY_OK);
	/* At most six digits of a second are allowed there. */
	audit_put_time(out, row->time);
	out->len -= out->len > 4 ? 4 : out->len;
	/* 32473 is the number for examples, RFC 5612: we have none. */
	buf_printf(out, "Z %s doorward - %s [doorward@32473 seq=\"%llu\"", host,
	    audit_kind(row->kind), (unsigned long long)row->seq);
	put_param(out, "actor", who->token);
	put_param(out, "peer", who->peer);
	put_param(out, "surface", who->surface);
	put_param(out, "operation", who->operation);
	put_param(out, "table", table);
	put_param(out, "result", row->outcome);
	BUF_LIT(out, "] ");
	audit_put_row(out, row, table);
}

/* Its queue is short: one that is read is soon empty again. */
static bool
hand_over(int fd, const struct buf *m)
{
	struct pollfd room = { fd, POLLOUT, 0 };
	ssize_t n;

	do {
		n = send(fd, m->p, m->len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0 || errno != EAGAIN)
			break;
	} while (poll(&room, 1, QUEUE_MS) > 0);
	return n == (ssize_t)m->len;
}

static enum err
put(void *arg, const struct store_log_row *row, struct str table)
{
	struct audit_syslog *l = arg;
	struct buf m CLEANUP(buf_free) = BUF_INIT(MESSAGE_MAX);

	format(&m, l->host, row, table);
	if (buf_err(&m) != ERR_OK)
		return buf_err(&m);
	return hand_over(l->fd, &m) ? ERR_OK : ERR_UNAVAILABLE;
}

/* The kernel has handed each over. */
static enum err
flush(void *arg UNUSED)
{
	return ERR_OK;
}

struct audit_sink
audit_syslog_sink(struct audit_syslog *l)
{
	return (struct audit_sink){ STR("syslog"), put, flush, l };
}

void
audit_syslog_close(struct audit_syslog *l)
{
	if (l->fd >= 0)
		(void)close(l->fd);
	l->fd = -1;
}
