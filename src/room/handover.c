/* SPDX-License-Identifier: ISC */
#include "room/handover.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum err
handover_send(int channel, struct str bytes)
{
	uint64_t n = bytes.len;
	struct iovec iov[2] = { { &n, sizeof(n) },
		{ (void *)(uintptr_t)bytes.p, bytes.len } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };

	while (iov[0].iov_len + iov[1].iov_len > 0) {
		ssize_t sent = sendmsg(channel, &msg, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return ERR_GONE;
		for (size_t i = 0; i < 2; i++) {
			size_t part = (size_t)sent < iov[i].iov_len ?
			    (size_t)sent :
			    iov[i].iov_len;

			if (part == 0)
				continue; /* there may be nothing at all */
			iov[i].iov_base = (char *)iov[i].iov_base + part;
			iov[i].iov_len -= part;
			sent -= (ssize_t)part;
		}
	}
	return ERR_OK;
}

static enum err
recv_all(int channel, void *to, size_t n)
{
	char *p = to;

	while (n > 0) {
		ssize_t got = recv(channel, p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ERR_GONE;
		p += got;
		n -= (size_t)got;
	}
	return ERR_OK;
}

enum err
handover_recv(int channel, struct buf *in)
{
	uint64_t n;
	enum err e;
	char *to;

	buf_reset(in);
	if ((e = recv_all(channel, &n, sizeof(n))) != ERR_OK || n == 0)
		return e;
	/* The other room has the same limit: more is not from our program. */
	if (n > in->max)
		return ERR_GONE;
	if ((to = buf_reserve(in, n)) == NULL)
		return buf_err(in);
	if ((e = recv_all(channel, to, n)) == ERR_OK)
		in->len = n;
	return e;
}
