/* SPDX-License-Identifier: ISC */
/*
 * arena - memory that lives as long as one request.
 *
 * Nothing is freed by itself: arena_reset() gives everything back at once
 * and keeps the first block for the next request.  The sum of all that is
 * handed out never passes the cap.
 *
 * Layer: base.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>

#include "base/str.h"

struct arena;

/* NULL: no memory.  Owned by the caller until arena_free(). */
struct arena *arena_new(size_t cap) NODISCARD;
void arena_free(struct arena *a);
void arena_reset(struct arena *a) NONNULL;

/* Zeroed, aligned for any type; NULL: over the cap or no memory. */
void *arena_alloc(struct arena *a, size_t n) NONNULL NODISCARD;

/* A copy with a NUL behind it; absent on failure. */
struct str arena_str(struct arena *a, struct str s) NONNULL NODISCARD;

/* Formatted text (format.h) with a NUL behind it; NULL, absent on failure. */
char *arena_printf(struct arena *a, const char *fmt, ...) NONNULL PRINTF(2, 3)
    NODISCARD;
struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap)
    PRINTF(2, 0) NODISCARD;

#endif
