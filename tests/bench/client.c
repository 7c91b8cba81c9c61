/* SPDX-License-Identifier: ISC */
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

uint16_t client_port;
const char *client_auth = "";

uint64_t
client_clock(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void
client_die(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	printf("{\"error\":\"");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			putchar('\\');
		putchar((unsigned char)*p < 0x20 ? ' ' : *p);
	}
	printf("\"}\n");
	(void)fflush(stdout);
	exit(1);
}

void
client_wrong(const struct client *c, const char *what)
{
	client_die("%s: status %d, %zu bytes: %.300s", what, c->status,
	    c->body_len, client_body(c));
}

void
client_init(struct client *c)
{
	memset(c, 0, sizeof(*c));
	c->fd = -1;
	c->in = malloc(IN_MAX);
	c->out = malloc(OUT_MAX);
	if (c->in == NULL || c->out == NULL)
		client_die("no memory");
}

void
client_close(struct client *c)
{
	if (c->fd >= 0)
		(void)close(c->fd);
	c->fd = -1;
}

void
client_free(struct client *c)
{
	client_close(c);
	free(c->in);
	free(c->out);
	c->in = c->out = NULL;
}

bool
client_connect(struct client *c)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(client_port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval wait = { .tv_sec = 15 };
	const int on = 1;

	if (c->fd >= 0)
		return true;
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		client_die("socket: %s", strerror(errno));
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		client_close(c);
		return false;
	}
	return true;
}

void
client_prepare(struct client *c, const char *operation, const char *body,
    size_t len)
{
	int n = snprintf(c->out, OUT_MAX,
	    "POST / HTTP/1.1\r\n"
	    "Host: 127.0.0.1:%u\r\n"
	    "Content-Type: application/x-amz-json-1.0\r\n"
	    "X-Amz-Date: 20260101T000000Z\r\n"
	    "X-Amz-Target: DynamoDB_20120810.%s\r\n"
	    "Authorization: %s\r\n"
	    "Content-Length: %zu\r\n%s\r\n",
	    client_port, operation, client_auth, len,
	    c->to_end ? "Connection: close\r\n" : "");

	if (n < 0 || (size_t)n + len > OUT_MAX)
		client_die("a request of %zu bytes", len);
	memcpy(c->out + n, body, len);
	c->out_len = (size_t)n + len;
	c->in_len = c->head_len = c->body_len = 0;
	c->status = 0;
	c->closing = false;
}

bool
client_send(struct client *c)
{
	size_t done = 0;

	while (done < c->out_len) {
		ssize_t n =
		    send(c->fd, c->out + done, c->out_len - done, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* The head is whole: take the status and the two fields that matter. */
static void
read_head(struct client *c)
{
	const char *end = c->in + c->head_len, *line = c->in;
	bool length = false;

	if (c->head_len < 13 || memcmp(c->in, "HTTP/1.1 ", 9) != 0)
		client_die("no HTTP/1.1 answer: %.100s", c->in);
	c->status = atoi(c->in + 9);
	while ((line = memchr(line, '\n', (size_t)(end - line))) != NULL &&
	    ++line < end) {
		if ((*line | 32) != 'c')
			continue;
		if (strncasecmp(line, "content-length:", 15) == 0) {
			c->body_len = strtoul(line + 15, NULL, 10);
			length = true;
		} else if (strncasecmp(line, "connection: close", 17) == 0) {
			c->closing = true;
		}
	}
	if (!length || c->head_len + c->body_len >= IN_MAX)
		client_die("no Content-Length, or too much: %.300s", c->in);
}

int
client_receive(struct client *c)
{
	ssize_t n = recv(c->fd, c->in + c->in_len, IN_MAX - 1 - c->in_len, 0);
	bool whole;

	if (n < 0 && errno == EINTR)
		return 0;
	if (n < 0 && errno != ECONNRESET)
		client_die("recv: %s", strerror(errno));
	c->in_len += n > 0 ? (size_t)n : 0;
	c->in[c->in_len] = '\0';
	if (c->head_len == 0) {
		const char *p = memmem(c->in, c->in_len, "\r\n\r\n", 4);

		if (p != NULL) {
			c->head_len = (size_t)(p + 4 - c->in);
			read_head(c);
		}
	}
	whole = c->head_len > 0 && c->in_len >= c->head_len + c->body_len;
	if (whole && c->in_len > c->head_len + c->body_len)
		client_die("bytes after the answer: %.300s", c->in);
	if (n < 0 || (n == 0 && !whole))
		return -1;
	return whole && (!c->to_end || n == 0);
}

const char *
client_body(const struct client *c)
{
	return c->in + c->head_len;
}

int
client_call(struct client *c, const char *operation, const char *body,
    size_t len)
{
	int done;

	if (c->closing)
		client_close(c);
	client_prepare(c, operation, body, len);
	if (!client_connect(c))
		client_die("connect: %s", strerror(errno));
	if (!client_send(c))
		client_die("%s: send: %s", operation, strerror(errno));
	while ((done = client_receive(c)) == 0)
		;
	if (done < 0)
		client_die("%s: the connection ended without an answer",
		    operation);
	return c->status;
}
