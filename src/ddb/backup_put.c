/* SPDX-License-Identifier: ISC */
/* What is said of a backup. */
#include "ddb/answer.h"
#include "ddb/backup.h"
#include "ddb/extra.h"

static void
put_table(const struct backup *b, struct buf *out)
{
	BUF_LIT(out, "\"arn:aws:dynamodb:");
	buf_puts(out, b->region);
	BUF_LIT(out, ":000000000000:table/");
	buf_puts(out, b->table);
}

void
backup_put_table_arn(const struct backup *b, struct buf *out)
{
	put_table(b, out);
	buf_putc(out, '"');
}

void
backup_put_arn(const struct backup *b, struct buf *out)
{
	put_table(b, out);
	BUF_LIT(out, "/backup/");
	buf_puts(out, b->object.name);
	buf_putc(out, '"');
}

static void
put_common(const struct backup *b, const char *status, struct buf *out)
{
	answer_member(out, "BackupArn");
	backup_put_arn(b, out);
	answer_member(out, "BackupName");
	json_put_str(out, b->name);
	buf_printf(out,
	    ",\"BackupSizeBytes\":%llu,\"BackupStatus\":\"%s\","
	    "\"BackupType\":\"USER\",\"BackupCreationDateTime\":",
	    (unsigned long long)b->bytes,
	    status != NULL   ? status :
		b->available ? "AVAILABLE" :
			       "CREATING");
	extra_put_time(out, b->object.created);
}

void
backup_put_details(const struct backup *b, const char *status, struct buf *out)
{
	buf_putc(out, '{');
	put_common(b, status, out);
	buf_putc(out, '}');
}

struct table
backup_source(struct str table_def)
{
	struct table t = { .row = { .def = table_def } };

	(void)str_cut(table_def, '\n', &t.description);
	t.description = str_cut(t.description, '\n', &table_def);
	return t;
}

/* The description's own members, as the backup's table had them. */
static enum err
read_description(const struct backup *b, struct json **ret)
{
	const struct table t = backup_source(b->table_def);

	return extra_read(&t, EXTRA_DESCRIPTION, ret);
}

enum err
backup_put_summary(const struct backup *b, struct buf *out)
{
	struct json *d CLEANUP(json_freep) = NULL;
	enum err e = read_description(b, &d);

	if (e != ERR_OK)
		return e;
	buf_putc(out, '{');
	answer_member(out, "TableName");
	json_put_str(out, b->table);
	answer_member(out, "TableId");
	json_put(out, json_get(d, "TableId"));
	answer_member(out, "TableArn");
	backup_put_table_arn(b, out);
	put_common(b, NULL, out);
	buf_putc(out, '}');
	return ERR_OK;
}

static void
put_if(struct buf *out, const char *as, const struct json *d, const char *name)
{
	const struct json *v = json_get(d, name);

	if (v == NULL)
		return;
	answer_member(out, as);
	json_put(out, v);
}

/* Of a table or an index: a description says more of them than a backup. */
static void
put_units(struct buf *out, const struct json *d)
{
	const struct json *units = json_get(d, "ProvisionedThroughput");

	if (units == NULL)
		return;
	answer_member(out, "ProvisionedThroughput");
	buf_printf(out,
	    "{\"ReadCapacityUnits\":%.*s,\"WriteCapacityUnits\":%.*s}",
	    STR_ARG(json_number(json_get(units, "ReadCapacityUnits"))),
	    STR_ARG(json_number(json_get(units, "WriteCapacityUnits"))));
}

static void
put_source(const struct backup *b, const struct json *d, struct buf *out)
{
	BUF_LIT(out, ",\"SourceTableDetails\":{");
	answer_member(out, "TableName");
	json_put_str(out, b->table);
	put_if(out, "TableId", d, "TableId");
	answer_member(out, "TableArn");
	backup_put_table_arn(b, out);
	buf_printf(out, ",\"TableSizeBytes\":%llu,\"ItemCount\":%llu",
	    (unsigned long long)b->bytes, (unsigned long long)b->items);
	put_if(out, "KeySchema", d, "KeySchema");
	answer_member(out, "TableCreationDateTime");
	extra_put_time(out, b->created);
	put_units(out, d);
	put_if(out, "OnDemandThroughput", d, "OnDemandThroughput");
	answer_member(out, "BillingMode");
	buf_puts(out,
	    json_get(d, "BillingModeSummary") != NULL ?
		STR("\"PAY_PER_REQUEST\"") :
		STR("\"PROVISIONED\""));
	buf_putc(out, '}');
}

static void
put_indexes(struct buf *out, const struct json *d, const char *name)
{
	static const char *const members[] = { "IndexName", "KeySchema",
		"Projection", "OnDemandThroughput" };
	const struct json *all = json_get(d, name);

	if (all == NULL)
		return;
	answer_member(out, name);
	buf_putc(out, '[');
	for (size_t i = 0; i < json_len(all); i++) {
		if (i > 0)
			buf_putc(out, ',');
		buf_putc(out, '{');
		for (size_t k = 0; k < NELEM(members); k++)
			put_if(out, members[k], json_at(all, i), members[k]);
		put_units(out, json_at(all, i));
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static enum err
put_features(const struct backup *b, const struct json *d, struct buf *out)
{
	const struct table t = backup_source(b->table_def);
	struct json *head CLEANUP(json_freep) = NULL;
	struct json *rest CLEANUP(json_freep) = NULL;
	enum err e = extra_read(&t, EXTRA_HEAD, &head);

	if (e == ERR_OK)
		e = extra_read(&t, EXTRA_REST, &rest);
	if (e != ERR_OK)
		return e;
	BUF_LIT(out, ",\"SourceTableFeatureDetails\":{");
	put_indexes(out, d, "GlobalSecondaryIndexes");
	put_indexes(out, d, "LocalSecondaryIndexes");
	put_if(out, "VectorIndexes", rest, "VectorIndexes");
	put_if(out, "StreamDescription", d, "StreamSpecification");
	put_if(out, "SSEDescription", d, "SSEDescription");
	if (json_get(head, "ttl") != NULL) {
		answer_member(out, "TimeToLiveDescription");
		BUF_LIT(out,
		    "{\"TimeToLiveStatus\":\"ENABLED\",\"AttributeName\":");
		json_put(out, json_at(json_get(head, "ttl"), 0));
		buf_putc(out, '}');
	}
	buf_putc(out, '}');
	return ERR_OK;
}

enum err
backup_put(const struct backup *b, const char *status, struct buf *out)
{
	struct json *d CLEANUP(json_freep) = NULL;
	enum err e = read_description(b, &d);

	if (e != ERR_OK)
		return e;
	BUF_LIT(out, "{\"BackupDetails\":");
	backup_put_details(b, status, out);
	put_source(b, d, out);
	e = put_features(b, d, out);
	buf_putc(out, '}');
	return e;
}
