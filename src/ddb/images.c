/* SPDX-License-Identifier: ISC */
#include "ddb/images.h"

#include "json/json.h"

#define DEPTH 16

unsigned
images_of(struct str def)
{
	struct json *head CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct str rest;
	int64_t n;

	if (json_parse(str_cut(def, '\n', &rest), DEPTH, &head, &error) !=
		ERR_OK ||
	    !json_int(json_get(head, "images"), &n))
		return 0;
	return (unsigned)n;
}
