/* SPDX-License-Identifier: ISC */
/*
 * scaling - auto scaling settings and capacities of replicas: kept and
 * shown; capacity is not enforced here, so nothing scales.
 *
 * They lie with the table as "Scaling":{KEY:{...}} and "Units":{KEY:n}.  A
 * key is "W" or "W/INDEX" for writes everywhere, "R/REGION" or
 * "R/REGION/INDEX" for reads.
 *
 * Layer: ddb.
 */
#ifndef DDB_SCALING_H
#define DDB_SCALING_H

#include "ddb/shape.h"
#include "ddb/table.h"

extern const struct shape scaling_update[];

/* A member of a request. */
#define SCALING_SHAPE(name)                                         \
	{                                                           \
		name, SHAPE_STRUCT, SHAPE_FIELD,                    \
		    .of = scaling_update,                           \
		    .type = SHAPE_MODEL "AutoScalingSettingsUpdate" \
	}

/* In the arena; NULL: no memory.  index is empty for the table itself. */
char *scaling_key_write(struct op_ctx *ctx, struct str index) NONNULL NODISCARD;
char *scaling_key_read(struct op_ctx *ctx, struct str region,
    struct str index) NONNULL NODISCARD;

/*
 * Keep what the member of the request says, if it is there, as the API
 * describes it later.  ERR_VALIDATION.
 */
enum err scaling_set(struct op_ctx *ctx, struct table *t, const char *key,
    const struct json *in, const char *member) NONNULL NODISCARD;
enum err scaling_set_units(struct op_ctx *ctx, struct table *t, const char *key,
    const struct json *in, const char *member) NONNULL NODISCARD;

/* ,"name":{...}; rest is the table's EXTRA_REST. */
void scaling_put(struct buf *out, const char *name, const struct json *rest,
    const char *key) NONNULL;
/* ,"name":n; what the key has, else what is there anyway. */
void scaling_put_units(struct buf *out, const char *name,
    const struct json *rest, const char *key, const struct json *otherwise);

#endif
