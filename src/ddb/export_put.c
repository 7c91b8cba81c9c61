/* SPDX-License-Identifier: ISC */
/* What is said of an export, in answers and in its own summary. */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/export.h"
#include "ddb/pitr.h"

#define SHARED "../" /* what lies beside the export's own directory */

static void
put_key(const struct transfer *t, const char *name, struct buf *out)
{
	struct str prefix = json_str(json_get(t->about, "S3Prefix"));

	while (prefix.len > 0 && prefix.p[prefix.len - 1] == '/')
		prefix.len--;
	buf_puts(out, prefix);
	if (prefix.len > 0)
		buf_putc(out, '/');
	BUF_LIT(out, "AWSDynamoDB/");
	if (strncmp(name, SHARED, sizeof(SHARED) - 1) == 0) {
		buf_printf(out, "%s", name + sizeof(SHARED) - 1);
		return;
	}
	buf_puts(out, t->id);
	buf_printf(out, "/%s", name);
}

bool
export_is_change(const struct transfer *t)
{
	return json_get(t->about, "IncrementalExportSpecification") != NULL;
}

bool
export_is_ion(const struct transfer *t)
{
	return str_eq(json_str(json_get(t->about, "ExportFormat")), STR("ION"));
}

enum err
export_key(struct op_ctx *ctx, const struct transfer *t, const char *name,
    bool with_bucket, struct str *ret)
{
	struct buf key CLEANUP(buf_free) = BUF_INIT(KIB(8));
	enum err e;

	if (with_bucket) {
		buf_puts(&key, json_str(json_get(t->about, "S3Bucket")));
		buf_putc(&key, '/');
	}
	put_key(t, name, &key);
	if ((e = buf_err(&key)) != ERR_OK)
		return e;
	*ret = arena_str(ctx->arena, buf_str(&key));
	return ret->p == NULL ? ERR_NO_MEMORY : ERR_OK;
}

void
export_put(const struct transfer *t, struct buf *out)
{
	struct buf key CLEANUP(buf_free) = BUF_INIT(KIB(8));

	put_key(t, "manifest-summary.json", &key);
	BUF_LIT(out, "{\"ExportDescription\":{\"ExportArn\":");
	transfer_put_arn(out, &transfer_export, t);
	answer_member(out, "ExportStatus");
	json_put_str(out, transfer_status(t));
	transfer_put_times(out, t);
	transfer_put_failure(out, t);
	transfer_put_about(out, t);
	if (json_get(t->def, "token") != NULL) {
		answer_member(out, "ClientToken");
		json_put(out, json_get(t->def, "token"));
	}
	if (str_eq(transfer_status(t), STR("COMPLETED"))) {
		answer_member(out, "ExportManifest");
		json_put_str(out, buf_str(&key));
		buf_printf(out, ",\"BilledSizeBytes\":%llu,\"ItemCount\":%llu",
		    (unsigned long long)transfer_number(t, "bytes"),
		    (unsigned long long)transfer_number(t, "items"));
	}
	BUF_LIT(out, "}}");
}

void
export_put_summary(const struct transfer *t, struct buf *out)
{
	BUF_LIT(out, "{\"ExportArn\":");
	transfer_put_arn(out, &transfer_export, t);
	answer_member(out, "ExportStatus");
	json_put_str(out, transfer_status(t));
	answer_member(out, "ExportType");
	json_put(out, json_get(t->about, "ExportType"));
	buf_putc(out, '}');
}

/* "2020-11-04T07:28:34.028Z" */
static void
put_time(struct buf *out, uint64_t ms)
{
	const time_t at = (time_t)(ms / MS_PER_S);
	struct tm tm;
	char text[32];

	if (gmtime_r(&at, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		text[0] = '\0';
	buf_printf(out, "\"%s.%03uZ\"", text, (unsigned)(ms % MS_PER_S));
}

/* A member of the request under another name; null where it is not there. */
static void
put_as(const struct transfer *t, const char *name, const char *as,
    struct buf *out)
{
	const struct json *v = json_get(t->about, name);

	answer_member(out, as);
	if (v == NULL)
		BUF_LIT(out, "null");
	else
		json_put(out, v);
}

/* The times between which changes are exported, and what of them. */
static void
put_range(const struct transfer *t, struct buf *out)
{
	const struct json *spec =
	    json_get(t->about, "IncrementalExportSpecification");
	const uint64_t ms = NS_PER_S / MS_PER_S;
	uint64_t at = 0;

	answer_member(out, "exportFromTime");
	(void)!pitr_read_time(json_get(spec, "ExportFromTime"), &at);
	put_time(out, at / ms);
	answer_member(out, "exportToTime");
	(void)!pitr_read_time(json_get(spec, "ExportToTime"), &at);
	put_time(out, at / ms);
	answer_member(out, "outputView");
	json_put(out, json_get(spec, "ExportViewType"));
}

void
export_put_manifest(const struct transfer *t, uint64_t items, uint64_t bytes,
    struct buf *out)
{
	struct buf key CLEANUP(buf_free) = BUF_INIT(KIB(8));
	const uint64_t ms = NS_PER_S / MS_PER_S;
	const bool change = export_is_change(t);

	put_key(t, "manifest-files.json", &key);
	buf_printf(out, "{\"version\":\"%s\",\"exportArn\":",
	    change ? "2023-08-01" : "2020-06-30");
	transfer_put_arn(out, &transfer_export, t);
	answer_member(out, "startTime");
	put_time(out, t->object.created / ms);
	answer_member(out, "endTime");
	put_time(out, clock_wall_ns() / ms);
	put_as(t, "TableArn", "tableArn", out);
	put_as(t, "TableId", "tableId", out);
	if (change) {
		put_range(t, out);
	} else {
		answer_member(out, "exportTime");
		put_time(out, transfer_number(t, "time") / ms);
	}
	put_as(t, "S3Bucket", "s3Bucket", out);
	put_as(t, "S3Prefix", "s3Prefix", out);
	put_as(t, "S3SseAlgorithm", "s3SseAlgorithm", out);
	put_as(t, "S3SseKmsKeyId", "s3SseKmsKeyId", out);
	answer_member(out, "manifestFilesS3Key");
	json_put_str(out, buf_str(&key));
	buf_printf(out, ",\"billedSizeBytes\":%llu,\"itemCount\":%llu",
	    (unsigned long long)bytes, (unsigned long long)items);
	put_as(t, "ExportFormat", "outputFormat", out);
	put_as(t, "ExportType", "exportType", out);
	BUF_LIT(out, "}\n");
}
