/* SPDX-License-Identifier: ISC */
/*
 * chars - which byte may stand where in HTTP/1.1.
 *
 * Layer: http, inside it alone.
 */
#ifndef HTTP_CHARS_H
#define HTTP_CHARS_H

#include "base/cdefs.h"

#define HTTP_TOKEN  0x1 /* tchar, RFC 9110, 5.6.2 */
#define HTTP_VALUE  0x2 /* of a field: HTAB, SP, VCHAR, obs-text */
#define HTTP_TARGET 0x4 /* URI characters but '#', RFC 3986, 2 */
#define HTTP_HEX    0x8
#define HTTP_DIGIT  0x10

extern const unsigned char http_class[256];

static inline bool
http_is(char c, unsigned class)
{
	return (http_class[(unsigned char)c] & class) != 0;
}

/* A space or a tab. */
static inline bool
http_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

#endif
