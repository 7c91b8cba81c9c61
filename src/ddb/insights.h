/* SPDX-License-Identifier: ISC */
/*
 * insights - contributor insights: whether they are asked for, of a table
 * and of each of its indexes.  Nothing is measured: no rules are named.
 *
 * They lie with the table as "ContributorInsights":{"INDEX":{"Status":...,
 * "Mode":...,"Updated":ns}}, the table's own under "".
 *
 * Layer: ddb.
 */
#ifndef DDB_INSIGHTS_H
#define DDB_INSIGHTS_H

#include "ddb/table.h"

#define INSIGHTS_MEMBER "ContributorInsights"
#define INSIGHTS_MODES  "ACCESSED_AND_THROTTLED_KEYS, THROTTLED_KEYS"

/*
 * The table of TableName, and IndexName, empty where it is not given.
 * ERR_NOT_FOUND: there is no such table or index.
 */
enum err insights_open(struct op_ctx *ctx, const struct json *in,
    struct table *ret, struct str *ret_index) NONNULL NODISCARD;

/* "TableName":...,"IndexName":...,"ContributorInsightsStatus":...[,Mode] */
void insights_put(struct buf *out, struct str table, struct str index,
    const char *status, struct str mode) NONNULL;

#endif
