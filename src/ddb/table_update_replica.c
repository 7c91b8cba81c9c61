/* SPDX-License-Identifier: ISC */
/* The replicas of an UpdateTable: kept and answered. */
#include "ddb/answer.h"
#include "ddb/table_update.h"

static const struct shape replica_create[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ "KMSMasterKeyId", SHAPE_STRING },
	{ "TableClassOverride", SHAPE_STRING,
	    .values = "STANDARD, STANDARD_INFREQUENT_ACCESS" },
	{ NULL },
};
static const struct shape replica_delete[] = {
	{ "RegionName", SHAPE_STRING, SHAPE_REQUIRED },
	{ NULL },
};
static const struct shape replica[] = {
	TABLE_SHAPE_STRUCT("Create", replica_create,
	    "CreateReplicationGroupMemberAction"),
	TABLE_SHAPE_STRUCT("Update", replica_create,
	    "UpdateReplicationGroupMemberAction"),
	TABLE_SHAPE_STRUCT("Delete", replica_delete,
	    "DeleteReplicationGroupMemberAction"),
	{ NULL },
};
const struct shape table_update_replica_shape[] = { { "member", SHAPE_STRUCT,
    .of = replica, .type = SHAPE_MODEL "ReplicationGroupUpdate" } };

static const struct json *
replica_action(const struct json *one, const char *kind, struct str region)
{
	const struct json *a = shape_get(one, kind);

	return str_eq(json_str(json_get(a, "RegionName")), region) ? a : NULL;
}

static void
put_replica(struct buf *out, struct str region, const struct json *options)
{
	const struct json *class = shape_get(options, "TableClassOverride");

	buf_putc(out, out->len == 0 ? '[' : ',');
	BUF_LIT(out, "{\"RegionName\":");
	json_put_str(out, region);
	BUF_LIT(out, ",\"ReplicaStatus\":\"ACTIVE\"");
	if (shape_get(options, "KMSMasterKeyId") != NULL) {
		BUF_LIT(out, ",\"KMSMasterKeyId\":");
		json_put(out, json_get(options, "KMSMasterKeyId"));
	}
	if (class != NULL) {
		BUF_LIT(out, ",\"ReplicaTableClassSummary\":{\"TableClass\":");
		json_put(out, class);
		buf_putc(out, '}');
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

enum err
table_update_replicas(struct table_update *u)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));
	const struct json *ups = shape_get(u->in, "ReplicaUpdates");
	const struct json *one = json_at(ups, 0), *a;
	const struct json *list = json_get(u->description.old, "Replicas");
	enum err e;

	if (ups == NULL)
		return ERR_OK;
	if (json_len(ups) > 1 || json_len(one) != 1)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "Only one replica can be created, updated or deleted at a "
		    "time");
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
			put_replica(&text, region, a);
		} else if (replica_action(one, "Delete", region) == NULL) {
			buf_putc(&text, text.len == 0 ? '[' : ',');
			json_put(&text, json_at(list, i));
		}
	}
	if ((a = shape_get(one, "Create")) != NULL)
		put_replica(&text, json_str(json_get(a, "RegionName")), a);
	a = a != NULL                        ? a :
	    shape_get(one, "Update") != NULL ? shape_get(one, "Update") :
					       shape_get(one, "Delete");
	if (shape_get(one, "Create") == NULL &&
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
