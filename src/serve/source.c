/* SPDX-License-Identifier: ISC */
#include "serve/source.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const unsigned char nobody[16]; /* ::, which no peer has */

bool
source_of(const struct sockaddr_storage *peer, unsigned char ret[16])
{
	const struct sockaddr_in *in = (const void *)peer;
	const struct sockaddr_in6 *in6 = (const void *)peer;

	memset(ret, 0, 16);
	if (peer->ss_family == AF_INET6) {
		memcpy(ret, &in6->sin6_addr, 16);
		return true;
	}
	if (peer->ss_family != AF_INET)
		return false;
	ret[10] = ret[11] = 0xff;
	memcpy(ret + 12, &in->sin_addr, 4);
	return true;
}

static struct source *
find(const struct sources *s, const unsigned char addr[16])
{
	for (size_t i = 0; i < s->n; i++)
		if (memcmp(s->rows[i].addr, addr, 16) == 0)
			return &s->rows[i];
	return NULL;
}

uint64_t
source_count(const struct sources *s, const unsigned char addr[16])
{
	const struct source *row = find(s, addr);

	return row == NULL ? 0 : row->n;
}

static bool
grow(struct sources *s, size_t lease)
{
	size_t nof = s->nof, room = s->room;
	void *p;

	if (lease >= nof) {
		nof = (lease + 1) * 2;
		if ((p = realloc(s->of, nof * sizeof(*s->of))) == NULL)
			return false;
		s->of = p;
		memset(s->of + s->nof, 0, (nof - s->nof) * sizeof(*s->of));
		s->nof = nof;
	}
	if (s->n == room) {
		room = room == 0 ? 16 : room * 2;
		if ((p = realloc(s->rows, room * sizeof(*s->rows))) == NULL)
			return false;
		s->rows = p;
		s->room = room;
	}
	return true;
}

enum err
source_add(struct sources *s, int lease, const unsigned char addr[16])
{
	struct source *row;

	if (!grow(s, (size_t)lease))
		return ERR_NO_MEMORY;
	if ((row = find(s, addr)) == NULL) {
		row = &s->rows[s->n++];
		memcpy(row->addr, addr, 16);
		row->n = 0;
	}
	row->n++;
	memcpy(s->of[lease], addr, 16);
	return ERR_OK;
}

void
source_drop(struct sources *s, int lease)
{
	struct source *row;

	if ((size_t)lease >= s->nof ||
	    memcmp(s->of[lease], nobody, sizeof(nobody)) == 0)
		return;
	row = find(s, s->of[lease]);
	memset(s->of[lease], 0, sizeof(nobody));
	if (row != NULL && --row->n == 0)
		*row = s->rows[--s->n];
}
