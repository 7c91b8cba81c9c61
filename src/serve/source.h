/* SPDX-License-Identifier: ISC */
/*
 * source - how many connections each address has, by their leases.
 *
 * Layer: serve.
 */
#ifndef SERVE_SOURCE_H
#define SERVE_SOURCE_H

#include <sys/socket.h>

#include "base/err.h"

struct source {
	unsigned char addr[16]; /* IPv6, or IPv4 mapped into it */
	uint32_t n;
};

struct sources {
	struct source *rows; /* those with connections, in no order */
	size_t n;
	size_t room;
	unsigned char (*of)[16]; /* the address of each lease, by its number */
	size_t nof;
};

/* Does the peer count?  Then ret is its address. */
bool source_of(const struct sockaddr_storage *peer, unsigned char ret[16])
    NONNULL;

uint64_t source_count(const struct sources *s, const unsigned char addr[16])
    NONNULL;

/* A connection of addr with that lease; and its end, which may also be that
 * of a lease that was never added.  ERR_NO_MEMORY. */
enum err source_add(struct sources *s, int lease, const unsigned char addr[16])
    NONNULL NODISCARD;
void source_drop(struct sources *s, int lease) NONNULL;

#endif
