/* SPDX-License-Identifier: ISC */
#include "ddb/table_def.h"

#include <string.h>

#include "ddb/answer.h"

#define INVALID "One or more parameter values were invalid: "

enum err
table_def_check_units(struct op_ctx *ctx, const struct json *units)
{
	static const char *const names[] = { "ReadCapacityUnits",
		"WriteCapacityUnits" };

	for (size_t i = 0; i < NELEM(names); i++) {
		int64_t n = shape_int(units, names[i], 1);

		if (n > TABLE_THROUGHPUT_MAX)
			return op_fail(ctx, ERR_VALIDATION,
			    "Given value %lld for %s is out of bounds",
			    (long long)n, names[i]);
	}
	return ERR_OK;
}

enum err
table_def_check_stream(struct op_ctx *ctx, const struct json *stream,
    bool creating)
{
	bool on = shape_bool(stream, "StreamEnabled");
	bool typed = shape_get(stream, "StreamViewType") != NULL;

	if (stream == NULL || on == typed)
		return ERR_OK;
	if (on)
		return op_fail(ctx, ERR_VALIDATION,
		    INVALID "StreamViewType must be specified when "
			    "StreamEnabled is true");
	return op_fail(ctx, ERR_VALIDATION, INVALID "%s",
	    creating ? "Table is being created with a stream disabled, "
		       "UpdateViewType should not be specified" :
		       "StreamViewType can only be specified when "
		       "StreamEnabled is true");
}

void
table_def_put_as(struct buf *out, const struct shape *shapes,
    const struct json *in, const char *name)
{
	const struct json *v = shape_get(in, name);

	if (v == NULL)
		return;
	while (strcmp(shapes->name, name) != 0)
		shapes++;
	answer_member(out, name);
	shape_put(out, shapes, v);
}

void
table_def_put_units(struct buf *out, const struct json *units)
{
	answer_member(out, "ProvisionedThroughput");
	buf_printf(out,
	    "{\"NumberOfDecreasesToday\":0,\"ReadCapacityUnits\":%lld,"
	    "\"WriteCapacityUnits\":%lld}",
	    (long long)shape_int(units, "ReadCapacityUnits", 0),
	    (long long)shape_int(units, "WriteCapacityUnits", 0));
}

void
table_def_put_warm(struct buf *out, const struct json *warm)
{
	if (warm == NULL)
		return;
	answer_member(out, "WarmThroughput");
	buf_printf(out,
	    "{\"ReadUnitsPerSecond\":%lld,\"WriteUnitsPerSecond\":%lld,"
	    "\"Status\":\"ACTIVE\"}",
	    (long long)shape_int(warm, "ReadUnitsPerSecond", 12000),
	    (long long)shape_int(warm, "WriteUnitsPerSecond", 4000));
}

void
table_def_put_encryption(struct op_ctx *ctx, struct buf *out,
    const struct json *spec)
{
	struct str id = json_str(shape_get(spec, "KMSMasterKeyId"));
	struct buf arn CLEANUP(buf_free) = BUF_INIT(KIB(16));

	if (!shape_bool(spec, "Enabled"))
		return;
	if (str_starts(id, STR("arn:"))) {
		buf_puts(&arn, id);
	} else {
		BUF_LIT(&arn, "arn:aws:kms:");
		buf_puts(&arn, ctx->region);
		BUF_LIT(&arn, ":000000000000:key/");
		buf_puts(&arn, id.len > 0 ? id : STR("aws/dynamodb"));
	}
	answer_member(out, "SSEDescription");
	BUF_LIT(out,
	    "{\"Status\":\"ENABLED\",\"SSEType\":\"KMS\",\"KMSMasterKeyArn\":");
	json_put_str(out, buf_str(&arn));
	buf_putc(out, '}');
}

static bool
among(struct str name, const struct table_member *members, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(name, str_from(members[i].name)))
			return true;
	return false;
}

void
table_def_put_members(struct buf *out, const struct json *object,
    const struct table_member *members, size_t n)
{
	struct json_member m = { 0 };
	const char *comma = "";

	while (json_next(object, &m)) {
		if (among(m.name, members, n))
			continue;
		buf_puts(out, str_from(comma));
		json_put_str(out, m.name);
		buf_putc(out, ':');
		json_put(out, m.value);
		comma = ",";
	}
	for (size_t i = 0; i < n; i++) {
		if (members[i].text.p == NULL)
			continue;
		buf_puts(out, str_from(comma));
		json_put_str(out, str_from(members[i].name));
		buf_putc(out, ':');
		buf_puts(out, members[i].text);
		comma = ",";
	}
}
