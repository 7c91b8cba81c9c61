/* SPDX-License-Identifier: ISC */
/*
 * item - the items of the bench: their text and the check of an answer.
 *
 * Item id lies in partition id / 10 with the sort key id % 10.  Its text
 * follows from id and version alone, so every answer can be checked, and
 * after a write an older item is a wrong one.  An item has 300 bytes as
 * DynamoDB counts them:
 *
 *   {"pk":{"S":"user#00123"},"sk":{"S":"order#04"},"n":{"N":"7"},
 *    "v":{"S":"281 characters"}}                       (without white space)
 */
#ifndef BENCH_ITEM_H
#define BENCH_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ITEMS = 10000,  /* in the table */
	PARTITION = 10, /* items that have one partition key */
	BATCH = 25,     /* puts of one BatchWriteItem */
	VALUE_LEN = 281,
	ITEM_MAX = 512, /* bytes of an item's text, with NUL */
};

/* Write the item's text to out[ITEM_MAX]; its length. */
size_t item_text(char *out, unsigned id, unsigned version);

/* The key alone: {"pk":..,"sk":..}. */
size_t item_key(char *out, unsigned id);

/* v's text: VALUE_LEN characters and NUL. */
void item_value(char *out, unsigned id, unsigned version);

/* p[len] is this item whole and nothing else; attributes in any order. */
bool item_is(const char *p, size_t len, unsigned id, unsigned version);

/*
 * body[len] is the answer of a Query with n items: id first + i * step in
 * version[id], in this order, and "Count":n.  more: a LastEvaluatedKey may
 * be there.
 */
bool item_list_is(const char *body, size_t len, unsigned first, unsigned step,
    unsigned n, const uint32_t *version, bool more);

/* The text lies somewhere in body[len]. */
bool item_has(const char *body, size_t len, const char *text);

#endif
