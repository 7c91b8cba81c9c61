/* SPDX-License-Identifier: ISC */
/*
 * client - one HTTP connection of the loader.
 *
 * Sockets block: on loopback a connect and a send of a request end at once,
 * and with one client a plain recv is the shortest way to an answer.  What
 * is wrong ends the program: a bench that goes on past a wrong answer
 * measures nothing.
 */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OUT_MAX = 65536,
	IN_MAX = 2 * 1024 * 1024,
};

struct client {
	int fd;       /* -1: not connected */
	bool to_end;  /* an answer ends with the connection */
	bool closing; /* the answer says Connection: close */
	int status;
	size_t in_len, head_len, body_len;
	char *in;  /* IN_MAX; the answer */
	char *out; /* OUT_MAX; the request */
	size_t out_len;
	/* of the request under way, for the caller */
	uint64_t start;
	unsigned id, version;
};

/* The server, set once. */
extern uint16_t client_port;
extern const char *client_auth; /* value of Authorization */

/* Nanoseconds of the monotonic clock. */
uint64_t client_clock(void);

/* Print {"error":...} and leave with 1. */
_Noreturn void
client_die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void client_init(struct client *c);
void client_free(struct client *c);

/* Connect, if it is not connected.  false: refused. */
bool client_connect(struct client *c);
void client_close(struct client *c);

/* Put the request together in c->out; nothing is sent. */
void client_prepare(struct client *c, const char *operation, const char *body,
    size_t len);

/* Send c->out.  false: the connection is gone. */
bool client_send(struct client *c);

/* Receive once.  1: the answer is whole, 0: more is to come, -1: the
 * connection ended before. */
int client_receive(struct client *c);

/* The body of the answer. */
const char *client_body(const struct client *c);

/* Prepare, connect, send, receive: the status. */
int client_call(struct client *c, const char *operation, const char *body,
    size_t len);

/* Say what was wrong with the answer, and end. */
_Noreturn void client_wrong(const struct client *c, const char *what);

#endif
