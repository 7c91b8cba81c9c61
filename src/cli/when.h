/* SPDX-License-Identifier: ISC */
/*
 * when - times as an operator writes and reads them.
 *
 * Layer: cli.
 */
#ifndef CLI_WHEN_H
#define CLI_WHEN_H

#include "base/buf.h"

/* A number and a unit: s, m, h, d (24 hours) or w.  Up to 100 years, in ns. */
bool when_span(struct str s, uint64_t *ret) NONNULL NODISCARD;

/*
 * A point in time, in ns since 1970: a span from now on; YYYY-MM-DD, the
 * start of that day; YYYY-MM-DDTHH:MM:SSZ; all UTC.  "never" is 0.
 * False: none of these, or not after now.
 */
bool when_point(struct str s, uint64_t now, uint64_t *ret) NONNULL NODISCARD;

/* YYYY-MM-DDTHH:MM:SSZ */
void when_put(struct buf *out, uint64_t ns) NONNULL;

#endif
