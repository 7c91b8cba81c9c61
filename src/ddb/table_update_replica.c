/* SPDX-License-Identifier: ISC */
/* The replicas of an UpdateTable: kept and answered. */
#include "ddb/answer.h"
#include "ddb/index.h"
#include "ddb/table_update.h"

static const struct shape units[] = {
	{ "ReadCapacityUnits", SHAPE_LONG, .min = 1 },
	{ NULL },
};
static const struct shape demand[] = {
	{ "MaxReadRequestUnits", SHAPE_LONG },
	{ NULL },
};
static const struct shape replica_index_members[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	TABLE_SHAPE_STRUCT("ProvisionedThroughputOverride", units,
	    "ProvisionedThroughputOverride"),
	TABLE_SHAPE_STRUCT("OnDemandThroughputOverride", demand,
	    "OnDemandThroughputOverride"),
	{ NULL },
};
static const struct shape replica_index[] = { { "member", SHAPE_STRUCT,
    .of = replica_index_members,
    .type = SHAPE_MODEL "ReplicaGlobalSecondaryIndex" } };
static const struct shape replica_create[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ "KMSMasterKeyId", SHAPE_STRING },
	TABLE_SHAPE_STRUCT("ProvisionedThroughputOverride", units,
	    "ProvisionedThroughputOverride"),
	TABLE_SHAPE_STRUCT("OnDemandThroughputOverride", demand,
	    "OnDemandThroughputOverride"),
	{ "GlobalSecondaryIndexes", SHAPE_LIST, .of = replica_index, .min = 1 },
	{ "TableClassOverride", SHAPE_STRING,
	    .values = "STANDARD, STANDARD_INFREQUENT_ACCESS" },
	{ NULL },
};
static const struct shape in_region[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ NULL },
};
static const struct shape disassociate[] = {
	{ "RegionName", SHAPE_STRING },
	{ "DisassociationMode", SHAPE_STRING },
	{ NULL },
};
static const struct shape replica[] = {
	TABLE_SHAPE_STRUCT("Create", replica_create,
	    "CreateReplicationGroupMemberAction"),
	TABLE_SHAPE_STRUCT("Update", replica_create,
	    "UpdateReplicationGroupMemberAction"),
	TABLE_SHAPE_STRUCT("Delete", in_region,
	    "DeleteReplicationGroupMemberAction"),
	{ "Disassociate", SHAPE_STRUCT, SHAPE_FIELD | SHAPE_UNSERVED,
	    .of = disassociate,
	    .type = SHAPE_MODEL "DisassociateReplicationGroupMemberAction" },
	{ NULL },
};
const struct shape table_update_replica_shape[] = { { "member", SHAPE_STRUCT,
    .of = replica, .type = SHAPE_MODEL "ReplicationGroupUpdate" } };

static const struct shape witness[] = {
	TABLE_SHAPE_STRUCT("Create", in_region,
	    "CreateGlobalTableWitnessGroupMemberAction"),
	TABLE_SHAPE_STRUCT("Delete", in_region,
	    "DeleteGlobalTableWitnessGroupMemberAction"),
	{ NULL },
};
const struct shape table_update_witness_shape[] = { { "member", SHAPE_STRUCT,
    .of = witness, .type = SHAPE_MODEL "GlobalTableWitnessGroupUpdate" } };

static const struct json *
replica_action(const struct json *one, const char *kind, struct str region)
{
	const struct json *a = shape_get(one, kind);

	return str_eq(json_str(json_get(a, "RegionName")), region) ? a : NULL;
}

/* What was there of it (NULL: nothing), and what is asked for instead. */
static void
put_replica(struct buf *out, struct str name, const struct json *old,
    const struct json *options)
{
	const struct json *class = shape_get(options, "TableClassOverride");
	const struct json *summary = json_get(old, "ReplicaTableClassSummary");

	buf_putc(out, out->len == 0 ? '[' : ',');
	BUF_LIT(out, "{\"RegionName\":");
	json_put_str(out, name);
	BUF_LIT(out, ",\"ReplicaStatus\":\"ACTIVE\"");
	/* Between the first, the name, and the last, which is answered as a
	 * summary, the members are those of the description. */
	for (size_t i = 1; i + 2 < NELEM(replica_create); i++) {
		const struct shape *s = &replica_create[i];
		const struct json *v = shape_get(options, s->name);

		if (v == NULL && (v = json_get(old, s->name)) == NULL)
			continue;
		answer_member(out, s->name);
		shape_put(out, s, v);
	}
	if (class != NULL) {
		BUF_LIT(out, ",\"ReplicaTableClassSummary\":{\"TableClass\":");
		json_put(out, class);
		buf_putc(out, '}');
	} else if (summary != NULL) {
		answer_member(out, "ReplicaTableClassSummary");
		json_put(out, summary);
	}
	buf_putc(out, '}');
}

static bool
has_replica(const struct json *list, struct str region)
{
	for (size_t i = 0; i < json_len(list); i++)
		if (str_eq(json_str(json_get(json_at(list, i), "RegionName")),
			region))
			return true;
	return false;
}

/* Replicas are consistent in the end, and have the table's own indexes. */
static enum err
check(const struct table_update *u, const struct json *action)
{
	const struct json *wanted = shape_get(action, "GlobalSecondaryIndexes");
	struct str mode = json_str(shape_get(u->in, "MultiRegionConsistency"));

	if (str_eq(mode, STR("STRONG")))
		return op_fail(u->ctx, ERR_VALIDATION,
		    "MultiRegionConsistency STRONG is not supported here");
	if (mode.p != NULL && action == NULL)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "MultiRegionConsistency can only be specified when a "
		    "replica is created");
	for (size_t i = 0; i < json_len(wanted); i++) {
		const struct str name =
		    json_str(json_get(json_at(wanted, i), "IndexName"));

		if (index_find(&u->t, name) == NULL)
			return op_fail(u->ctx, ERR_VALIDATION,
			    "One or more parameter values were invalid: the "
			    "table has no global secondary index %.*s",
			    STR_ARG(name));
	}
	return ERR_OK;
}

enum err
table_update_replicas(struct table_update *u)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));
	const struct json *ups = shape_get(u->in, "ReplicaUpdates");
	const struct json *one = json_at(ups, 0), *a;
	const struct json *create = shape_get(one, "Create");
	const struct json *list = json_get(u->description.old, "Replicas");
	enum err e;

	if (ups == NULL)
		return check(u, NULL);
	if (json_len(ups) > 1 || json_len(one) != 1)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "Only one replica can be created, updated or deleted at a "
		    "time");
	a = create != NULL ? create : shape_get(one, "Update");
	if ((e = check(u, a)) != ERR_OK)
		return e;
	for (size_t i = 0; i < json_len(list); i++) {
		struct str region =
		    json_str(json_get(json_at(list, i), "RegionName"));

		a = replica_action(one, "Update", region);
		if (replica_action(one, "Create", region) != NULL)
			return op_fail(u->ctx, ERR_VALIDATION,
			    "Failed to create a the new replica of table with "
			    "name: '%.*s' because one or more replicas "
			    "already existed as tables.",
			    STR_ARG(u->t.row.name));
		if (a != NULL) {
			put_replica(&text, region, json_at(list, i), a);
		} else if (replica_action(one, "Delete", region) == NULL) {
			buf_putc(&text, text.len == 0 ? '[' : ',');
			json_put(&text, json_at(list, i));
		}
	}
	if (create != NULL)
		put_replica(&text, json_str(json_get(create, "RegionName")),
		    NULL, create);
	a = shape_get(one, "Update") != NULL ? shape_get(one, "Update") :
					       shape_get(one, "Delete");
	if (create == NULL &&
	    !has_replica(list, json_str(json_get(a, "RegionName"))))
		return op_fail(u->ctx, ERR_VALIDATION,
		    "Replica not found: the table has none in the region "
		    "%.*s",
		    STR_ARG(json_str(json_get(a, "RegionName"))));
	if (text.len > 0)
		buf_putc(&text, ']');
	if ((e = buf_err(&text)) != ERR_OK)
		return e;
	e = table_update_set(u, &u->description, "Replicas", buf_str(&text));
	return e == ERR_OK ?
	    table_update_set(u, &u->description, "GlobalTableVersion",
		text.len > 0 ? STR("\"2019.11.21\"") :
			       (struct str){ NULL, 0 }) :
	    e;
}
