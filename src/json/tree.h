/* SPDX-License-Identifier: ISC */
/*
 * tree - how a struct json lies in json-c's tree.  Private to json/.
 *
 * json-c's null is a NULL pointer, which here means absent: so a null is
 * one constant object that json-c never sees.  A number is a string object
 * whose user data is json_number_mark.
 */
#ifndef JSON_TREE_H
#define JSON_TREE_H

/* json-c has a type of the name that is a function of ours. */
#define json_bool json_c_bool
#include <json-c/json_object.h>
#include <json-c/linkhash.h>
#undef json_bool

struct json;

extern char json_number_mark[];

/* From json-c's root, which passes to the caller, to ours. */
struct json *json_own(struct json_object *o);

#endif
