/* SPDX-License-Identifier: ISC */
/*
 * format - printf's formats into memory, byte for byte.
 *
 * "%.*s" is as many bytes as it says, also behind a NUL, where vsnprintf()
 * ends: what a peer's value holds cannot cut the text around it short.
 * Known are %% c d o s u x X g, the sizes l, ll and z, the flags - and 0,
 * width and precision, also as arguments; no others.
 *
 * Layer: base.
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include <stdarg.h>

#include "base/cdefs.h"

/*
 * As vsnprintf(): how long the whole text is; at most size bytes are written,
 * the last one a NUL that does not count.  -1: what is not known.  ap can be
 * used again.
 */
int format_v(char *to, size_t size, const char *fmt, va_list ap) PRINTF(3, 0)
    NODISCARD;

#endif
