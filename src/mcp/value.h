/* SPDX-License-Identifier: ISC */
/*
 * value - attribute values in plain JSON and in DynamoDB's typed form.
 *
 * An object with exactly one member, named S, N, B, SS, NS, BS, M, L, BOOL
 * or NULL, is the typed form; in M and L the same rule holds again.  All else
 * is plain: string S, number N (its text is kept), true and false BOOL, null
 * NULL, array L, object M.
 *
 * The way back is exact: what plain JSON cannot say stays typed.  That are
 * sets, binary, maps that would look typed, and numbers that a reader with
 * doubles would change: of more than 15 significant digits, but for the
 * integers up to 2^53.
 *
 * Layer: mcp.
 */
#ifndef MCP_VALUE_H
#define MCP_VALUE_H

#include "json/json.h"

void value_typed(struct buf *out, const struct json *any)
    __attribute__((nonnull(1)));
void value_plain(struct buf *out, const struct json *typed)
    __attribute__((nonnull(1)));

/* The same for every member of an object: an item, a key. */
void
item_typed(struct buf *out, const struct json *any) __attribute__((nonnull(1)));
void item_plain(struct buf *out, const struct json *typed)
    __attribute__((nonnull(1)));

/*
 * An item for a model: of one longer than max the members that do not fit are
 * left out, short ones last of all.  Their names are appended to left_out,
 * with commas between, each once.
 */
void item_plain_cut(struct buf *out, const struct json *typed, size_t max,
    struct buf *left_out) __attribute__((nonnull(1, 4)));

#endif
