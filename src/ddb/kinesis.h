/* SPDX-License-Identifier: ISC */
/*
 * kinesis - streaming destinations: they are kept, and have failed, for
 * there is no Kinesis data stream that this server could write to.
 *
 * They lie with the table as "KinesisDestinations":{ARN:{"Precision":...}}.
 *
 * Layer: ddb.
 */
#ifndef DDB_KINESIS_H
#define DDB_KINESIS_H

#include "ddb/shape.h"
#include "ddb/table.h"

#define KINESIS_MEMBER     "KinesisDestinations"
#define KINESIS_MAX        2 /* of one table */

/* {"ApproximateCreationDateTimePrecision":...} */
extern const struct shape kinesis_configuration[];

/* The table of TableName; StreamArn is that of a data stream.
 * ERR_VALIDATION, ERR_NOT_FOUND. */
enum err kinesis_open(struct op_ctx *ctx, const struct json *in,
    struct table *ret) NONNULL NODISCARD;

/*
 * What Disable and Update have to say: ERR_NOT_FOUND where the table has no
 * such destination, ERR_VALIDATION where it has, for it is not ACTIVE.
 */
enum err kinesis_not_active(struct op_ctx *ctx, const struct json *in,
    const struct table *t, const char *operation) NONNULL NODISCARD;

#endif
