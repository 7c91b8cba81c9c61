/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/format.h"

#define ARENA_BLOCK KIB(16)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *head; /* allocate from here; the first block is last */
	size_t cap;
	size_t sum;
};

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *b = malloc(sizeof(*b) + size);

	if (b == NULL)
		return NULL;
	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *
arena_new(size_t cap)
{
	struct arena *a = malloc(sizeof(*a));

	if (a == NULL)
		return NULL;
	*a = (struct arena){ .cap = cap };
	if ((a->head = block_new(ARENA_BLOCK, NULL)) == NULL) {
		free(a);
		return NULL;
	}
	return a;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct block *b = a->head, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void
arena_reset(struct arena *a)
{
	while (a->head->next != NULL) {
		struct block *b = a->head;

		a->head = b->next;
		free(b);
	}
	a->head->used = 0;
	a->sum = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);
	struct block *b = a->head;
	void *p;

	if (n > a->cap - a->sum)
		return NULL;
	n = (n + align - 1) / align * align;
	if (n > b->size - b->used) {
		b = block_new(n > ARENA_BLOCK ? n : ARENA_BLOCK, a->head);
		if (b == NULL)
			return NULL;
		a->head = b;
	}
	p = b->data + b->used;
	b->used += n;
	a->sum = n > a->cap - a->sum ? a->cap : a->sum + n;
	return memset(p, 0, n);
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	if (p == NULL)
		return (struct str){ NULL, 0 };
	if (s.len > 0)
		memcpy(p, s.p, s.len);
	return (struct str){ p, s.len };
}

PRINTF(2, 0)
static char *
print(struct arena *a, const char *fmt, va_list ap, size_t *ret_len)
{
	int n = format_v(NULL, 0, fmt, ap);
	char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);

	*ret_len = p == NULL ? 0 : (size_t)n;
	return p == NULL || format_v(p, (size_t)n + 1, fmt, ap) < 0 ? NULL : p;
}

struct str
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	size_t n;
	const char *p = print(a, fmt, ap, &n);

	return (struct str){ p, n };
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	size_t n;
	char *p;

	va_start(ap, fmt);
	p = print(a, fmt, ap, &n);
	va_end(ap);
	return p;
}
