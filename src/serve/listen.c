/* SPDX-License-Identifier: ISC */
#include "serve/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "base/event.h"

/* The kernel cuts it to net.core.somaxconn. */
#define BACKLOG 4096

static char why[512];

static enum err
bad(struct str addr, const char *text, const char **reterr_text)
{
	(void)snprintf(why, sizeof(why), "%.*s: %s", STR_ARG(addr), text);
	*reterr_text = why;
	return ERR_CONF;
}

/* "HOST:PORT" or "[HOST]:PORT", numeric. */
static bool
parse_inet(struct str addr, struct sockaddr_storage *ret, socklen_t *ret_len)
{
	struct sockaddr_in *in = (void *)ret;
	struct sockaddr_in6 *in6 = (void *)ret;
	char host[INET6_ADDRSTRLEN];
	struct str h, p;
	uint64_t port;
	size_t colon = addr.len;
	bool v6;

	while (colon > 0 && addr.p[colon - 1] != ':')
		colon--;
	if (colon < 2)
		return false;
	h = (struct str){ addr.p, colon - 1 };
	p = (struct str){ addr.p + colon, addr.len - colon };
	v6 = h.p[0] == '[' && h.p[h.len - 1] == ']';
	if (v6)
		h = (struct str){ h.p + 1, h.len - 2 };
	if (!str_u64(p, UINT16_MAX, &port) || h.len >= sizeof(host))
		return false;
	memcpy(host, h.p, h.len);
	host[h.len] = '\0';
	memset(ret, 0, sizeof(*ret));
	if (v6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = htons((uint16_t)port);
		*ret_len = sizeof(*in6);
		return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1;
	}
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)port);
	*ret_len = sizeof(*in);
	return inet_pton(AF_INET, host, &in->sin_addr) == 1;
}

/* A socket file that nobody listens on is left from before. */
static void
remove_stale(const struct sockaddr_un *un)
{
	struct stat st;
	int fd;

	if (lstat(un->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode) ||
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	if (connect(fd, (const struct sockaddr *)un, sizeof(*un)) < 0 &&
	    errno == ECONNREFUSED)
		(void)unlink(un->sun_path);
	(void)close(fd);
}

static const char *
cannot(int error, bool path)
{
	if (error == EADDRINUSE && path)
		return "is there already: a socket that something listens on, "
		       "or another file; move it away";
	if (error == EADDRINUSE)
		return "is in use: something listens there already; end it, "
		       "or take another address";
	if (error == EACCES)
		return "permission denied; a port below 1024 needs root, a "
		       "path a directory of yours";
	return strerror(error);
}

static int
bind_unix(int fd, const struct sockaddr_un *un)
{
	mode_t before;
	int r;

	remove_stale(un);
	before = umask(0177);
	r = bind(fd, (const struct sockaddr *)un, sizeof(*un));
	(void)umask(before);
	return r;
}

static enum err
open_one(struct str addr, int *ret_fd, const char **reterr_text)
{
	struct sockaddr_storage a;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const bool path = addr.len > 0 && addr.p[0] == '/';
	const int one = 1;
	socklen_t len = 0;
	int fd, r;

	if (path && addr.len >= sizeof(un.sun_path))
		return bad(addr, "the path is too long for a socket",
		    reterr_text);
	if (path)
		memcpy(un.sun_path, addr.p, addr.len);
	else if (!parse_inet(addr, &a, &len))
		return bad(addr,
		    "expected ADDRESS:PORT with a numeric address, "
		    "[ADDRESS]:PORT for IPv6, or an absolute path",
		    reterr_text);
	fd = socket(path ? AF_UNIX : a.ss_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return bad(addr, strerror(errno), reterr_text);
	if (!path) {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one,
		    sizeof(one));
		if (a.ss_family == AF_INET6)
			(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one,
			    sizeof(one));
	}
	r = path ? bind_unix(fd, &un) :
		   bind(fd, (const struct sockaddr *)&a, len);
	if (r < 0 || listen(fd, BACKLOG) < 0) {
		(void)bad(addr, cannot(errno, path), reterr_text);
		(void)close(fd);
		return ERR_CONF;
	}
	*ret_fd = fd;
	return ERR_OK;
}

/* addr is on [::1], and no socket can be: there is no IPv6 here. */
static bool
is_absent(struct str addr)
{
	struct sockaddr_storage a;
	struct sockaddr_in6 *in6 = (void *)&a;
	socklen_t len;
	bool absent;
	int fd;

	if (!parse_inet(addr, &a, &len) || a.ss_family != AF_INET6 ||
	    !IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr))
		return false;
	in6->sin6_port = 0;
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno == EAFNOSUPPORT;
	absent = bind(fd, (const struct sockaddr *)&a, len) < 0 &&
	    errno == EADDRNOTAVAIL;
	(void)close(fd);
	return absent;
}

static enum err
take_passed(struct listeners *l, const char **reterr_text)
{
	int n = sd_listen_fds(1);

	if (n < 0 || (size_t)n > NELEM(l->fd)) {
		*reterr_text = "too many sockets were passed, or none could be";
		return ERR_CONF;
	}
	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
			*reterr_text = "a passed descriptor is no listening "
				       "stream socket: Accept=no is expected";
			return ERR_CONF;
		}
		if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
			return ERR_CONF;
		l->fd[l->n++] = fd;
	}
	l->passed = l->n > 0;
	return ERR_OK;
}

enum err
listen_all(const struct serve_conf *c, struct listeners *ret)
{
	const char *text = "";
	enum err e;

	*ret = (struct listeners){ .n = 0 };
	e = take_passed(ret, &text);
	for (size_t i = 0; e == ERR_OK && !ret->passed && i < c->nlisten; i++) {
		if (c->listen_conf && ret->n > 0 && is_absent(c->listen[i])) {
			EVENT_LOG(EVENT_WARNING, { "listen", c->listen[i] },
			    { "why", STR("this machine has no IPv6") });
			continue;
		}
		e = policy_listen_ok(c->policy, c->listen[i], &text);
		if (e == ERR_OK)
			e = open_one(c->listen[i], &ret->fd[ret->n], &text);
		if (e == ERR_OK)
			ret->n++;
	}
	if (e != ERR_OK)
		EVENT_LOG(EVENT_START_FAILED, { "step", STR("listen") },
		    { "why", str_from(text) });
	return e;
}

static void
put_name(int fd, struct buf *out)
{
	struct sockaddr_storage a = { 0 };
	const struct sockaddr_in *in = (const void *)&a;
	const struct sockaddr_in6 *in6 = (const void *)&a;
	const struct sockaddr_un *un = (const void *)&a;
	socklen_t len = sizeof(a);
	char host[INET6_ADDRSTRLEN] = "?";

	if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
		return;
	if (a.ss_family == AF_INET) {
		(void)inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		buf_printf(out, "%s:%u", host, ntohs(in->sin_port));
	} else if (a.ss_family == AF_INET6) {
		(void)inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		buf_printf(out, "[%s]:%u", host, ntohs(in6->sin6_port));
	} else if (a.ss_family == AF_UNIX) {
		buf_puts(out, str_from(un->sun_path));
	}
}

void
listen_names(const struct listeners *l, struct buf *out)
{
	for (size_t i = 0; i < l->n; i++) {
		buf_putc(out, ' ');
		put_name(l->fd[i], out);
	}
}

/*
 * The service manager keeps its sockets open, so close(2) alone would leave
 * them in the set: and one with a connection waiting would wake us again and
 * again.
 */
void
listen_close(struct listeners *l, int epoll)
{
	for (size_t i = 0; i < l->n; i++) {
		struct buf name CLEANUP(buf_free) = BUF_INIT(256);

		put_name(l->fd[i], &name);
		buf_putc(&name, '\0');
		if (!l->passed && name.len > 1 && name.p[0] == '/')
			(void)unlink(name.p);
		(void)epoll_ctl(epoll, EPOLL_CTL_DEL, l->fd[i], NULL);
		(void)close(l->fd[i]);
	}
	l->n = 0;
}
