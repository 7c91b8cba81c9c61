/* SPDX-License-Identifier: ISC */
#include "item.h"

#include <stdio.h>
#include <string.h>

void
item_value(char *out, unsigned id, unsigned version)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				  "qrstuvwxyz0123456789_-";
	uint64_t x = ((uint64_t)id + 1) * 0x9e3779b97f4a7c15u ^
	    ((uint64_t)version + 1) * 0xbf58476d1ce4e5b9u;
	size_t i = 0;

	while (i < VALUE_LEN) {
		uint64_t bits;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bits = x;
		for (int k = 0; k < 10 && i < VALUE_LEN; k++, bits >>= 6)
			out[i++] = set[bits & 63];
	}
	out[i] = '\0';
}

size_t
item_key(char *out, unsigned id)
{
	return (size_t)sprintf(out,
	    "{\"pk\":{\"S\":\"user#%05u\"},\"sk\":{\"S\":\"order#%02u\"}}",
	    id / PARTITION, id % PARTITION);
}

size_t
item_text(char *out, unsigned id, unsigned version)
{
	size_t n = item_key(out, id) - 1;

	n += (size_t)sprintf(out + n, ",\"n\":{\"N\":\"%u\"},\"v\":{\"S\":\"",
	    version);
	item_value(out + n, id, version);
	n += VALUE_LEN;
	memcpy(out + n, "\"}}", 4);
	return n + 3;
}

bool
item_has(const char *body, size_t len, const char *text)
{
	return memmem(body, len, text, strlen(text)) != NULL;
}

bool
item_is(const char *p, size_t len, unsigned id, unsigned version)
{
	static const char mark[] = "\"v\":{\"S\":\"";
	char want[ITEM_MAX], part[64];
	const char *v;

	/* The same length and every part present: no room for more. */
	if (len != item_text(want, id, version))
		return false;
	(void)sprintf(part, "\"pk\":{\"S\":\"user#%05u\"}", id / PARTITION);
	if (!item_has(p, len, part))
		return false;
	(void)sprintf(part, "\"sk\":{\"S\":\"order#%02u\"}", id % PARTITION);
	if (!item_has(p, len, part))
		return false;
	(void)sprintf(part, "\"n\":{\"N\":\"%u\"}", version);
	if (!item_has(p, len, part))
		return false;
	v = memmem(p, len, mark, sizeof(mark) - 1);
	if (v == NULL)
		return false;
	v += sizeof(mark) - 1;
	return (size_t)(p + len - v) >= VALUE_LEN + 2 &&
	    memcmp(v, strstr(want, mark) + sizeof(mark) - 1, VALUE_LEN + 2) ==
	    0;
}

bool
item_list_is(const char *body, size_t len, unsigned first, unsigned step,
    unsigned n, const uint32_t *version, bool more)
{
	const char *end = body + len, *p, *q;
	char count[32];

	p = memmem(body, len, "\"Items\":[", 9);
	if (p == NULL)
		return false;
	p += 9;
	for (unsigned i = 0; i < n; i++) {
		unsigned id = first + i * step;

		/* No brace lies inside a value, so }} ends an item. */
		q = memmem(p, (size_t)(end - p), "}}", 2);
		if (q == NULL || q + 2 >= end ||
		    !item_is(p, (size_t)(q + 2 - p), id, version[id]) ||
		    q[2] != (i + 1 < n ? ',' : ']'))
			return false;
		p = q + 3;
	}
	(void)sprintf(count, "\"Count\":%u", n);
	q = memmem(body, len, count, strlen(count));
	if (q == NULL || (q[strlen(count)] != ',' && q[strlen(count)] != '}'))
		return false;
	return more || !item_has(body, len, "\"LastEvaluatedKey\"");
}
