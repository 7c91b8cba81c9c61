/* SPDX-License-Identifier: ISC */
/*
 * What is taken as a number comes back the same from its text and from its
 * key; two numbers have the order of their keys; no other key is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "ddb/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t
check(struct str text, struct number *v, unsigned char *key)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(NUMBER_TEXT_MAX);
	struct number again;
	size_t n;

	if (number_parse(text, v) != NUMBER_OK)
		return 0;
	number_put(&out, v);
	if (buf_err(&out) != ERR_OK ||
	    number_parse(buf_str(&out), &again) != NUMBER_OK ||
	    memcmp(v, &again, sizeof(again)) != 0)
		abort();
	n = number_encode(v, key);
	if (n > NUMBER_KEY_BYTES ||
	    !number_decode((struct str){ (char *)key, n }, &again) ||
	    memcmp(v, &again, sizeof(again)) != 0)
		abort();
	if (number_size(v) > 22)
		abort();
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	unsigned char ka[NUMBER_KEY_BYTES], kb[NUMBER_KEY_BYTES];
	struct str rest, text = { (const char *)data, n };
	struct number a, b;
	size_t na, nb;

	if (n == 0)
		return 0;
	if (number_decode(text, &a) &&
	    (number_encode(&a, ka) != n || memcmp(ka, data, n) != 0))
		abort();
	text = str_cut(text, ' ', &rest);
	na = check(text, &a, ka);
	if (rest.p == NULL || na == 0 || (nb = check(rest, &b, kb)) == 0)
		return 0;
	int keys = str_cmp((struct str){ (char *)ka, na },
	    (struct str){ (char *)kb, nb });
	int values = number_cmp(&a, &b);

	if ((keys < 0) != (values < 0) || (keys > 0) != (values > 0))
		abort();
	return 0;
}
