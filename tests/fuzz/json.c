/* SPDX-License-Identifier: ISC */
/*
 * Whatever is taken as JSON can be written, and what is written is taken
 * again and written the same.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "json/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = { (const char *)data, n };
	struct json *j CLEANUP(json_freep) = NULL;
	struct json *again CLEANUP(json_freep) = NULL;
	struct buf one CLEANUP(buf_free) = BUF_INIT(MIB(16));
	struct buf two CLEANUP(buf_free) = BUF_INIT(MIB(16));
	struct json_error error = { 0 };

	if (n == 0)
		return 0;
	if (json_parse(text, LIMIT_JSON_DEPTH, &j, &error) != ERR_OK) {
		if (error.what == NULL || error.at > n)
			abort();
		return 0;
	}
	json_put(&one, j);
	if (json_parse(buf_str(&one), LIMIT_JSON_DEPTH, &again, &error) !=
	    ERR_OK)
		abort();
	json_put(&two, again);
	if (!str_eq(buf_str(&one), buf_str(&two)))
		abort();
	return 0;
}
