/* SPDX-License-Identifier: ISC */
/*
 * export_change.t - incremental exports: from when to when, what is written of
 * a change, in both formats, and what a filter takes.
 */
#include "transfer.h"

#include "ddb/backup.h"
#include "ddb/export.h"
#include "ddb/extra.h"

#include <time.h>

#define EXPORT(more) "{'TableArn':'" ARN("tab") "','S3Bucket':'bucket'" more "}"
#define CHANGES "'ExportType':'INCREMENTAL_EXPORT'"
#define RANGE_TEXT                                                     \
	"The export period must be of at least 15 minutes and at most " \
	"24 hours"

/* Point-in-time recovery has been on for two days. */
static void
age(const char *table)
{
	char text[128];
	struct table t;
	enum err e = job_begin(&ddb_ctx, true);

	(void)snprintf(text, sizeof(text), "{\"Since\":%llu,\"Days\":35}",
	    (unsigned long long)(clock_wall_ns() -
		UINT64_C(48) * 3600 * NS_PER_S));
	if (e == ERR_OK)
		e = table_open(&ddb_ctx, str_from(table), &t);
	if (e == ERR_OK)
		e = extra_set(&ddb_ctx, &t, EXTRA_REST, "PointInTimeRecovery",
		    str_from(text));
	is_int(job_end(&ddb_ctx, e), ERR_OK, "recovery is two days old");
}

/* A request for the changes from so many seconds ago on, until so many. */
static const char *
changes(double from, double to, const char *more)
{
	static char in[1024];
	const double now = (double)clock_wall_ns() / (double)NS_PER_S;

	(void)snprintf(in, sizeof(in),
	    "{'TableArn':'" ARN("tab") "','S3Bucket':'bucket','S3Prefix':"
	    "'pre'," CHANGES ",'IncrementalExportSpecification':{"
	    "'ExportFromTime':%.3f,'ExportToTime':%.3f%s}}",
	    now - from, now - to, more);
	return in;
}

static void
test_range(void)
{
	ddb_invalid("ExportTableToPointInTime", EXPORT("," CHANGES),
	    "IncrementalExportSpecification must be specified if and only if "
	    "ExportType is INCREMENTAL_EXPORT");
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT(",'IncrementalExportSpecification':{}"),
	    "IncrementalExportSpecification must be specified if and only if "
	    "ExportType is INCREMENTAL_EXPORT");
	ddb_invalid("ExportTableToPointInTime",
	    EXPORT("," CHANGES ",'IncrementalExportSpecification':{}"),
	    "ExportFromTime must be specified for an incremental export");
	ddb_bad("ExportTableToPointInTime", changes(200000, 100, ""),
	    "InvalidExportTimeException",
	    "The specified export period is outside of the point in time "
	    "recovery window");
	ddb_bad("ExportTableToPointInTime", changes(1000, -100, ""),
	    "InvalidExportTimeException",
	    "The specified export period is outside of the point in time "
	    "recovery window");
	ddb_bad("ExportTableToPointInTime", changes(1000, 101, ""),
	    "InvalidExportTimeException", RANGE_TEXT);
	ddb_bad("ExportTableToPointInTime", changes(86501, 100, ""),
	    "InvalidExportTimeException", RANGE_TEXT);
	ddb_ok("ExportTableToPointInTime", changes(1000, 100, ""), NULL);
	ddb_ok("ExportTableToPointInTime", changes(86500, 100, ""), NULL);
	while (step())
		continue;
}

/* What was written, T for each time. */
static void
is_lines(struct str got, const char *want)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	const struct str name = STR("WriteTimestampMicros");
	struct str before;
	const char *at;

	while ((at = memmem(got.p, got.len, name.p, name.len)) != NULL) {
		before = (struct str){ got.p,
			(size_t)(at - got.p) + name.len };
		while (before.len < got.len && (got.p[before.len] < '0' ||
			got.p[before.len] > '9'))
			before.len++;
		buf_puts(&text, before);
		buf_putc(&text, 'T');
		got.p += before.len;
		got.len -= before.len;
		while (got.len > 0 && *got.p >= '0' && *got.p <= '9') {
			got.p++;
			got.len--;
		}
	}
	buf_puts(&text, got);
	is_str(buf_str(&text), str_from(want), "the lines");
}

/* Of the last 1000 seconds, as so many items. */
static void
exported(const char *more, const char *end, const char *items,
    const char *want)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char path[512], *arn;

	(void)nanosleep(&(struct timespec){ .tv_nsec = 9000000 }, NULL);
	arn = export_started(changes(1000, 0.002, more));
	while (step())
		continue;
	export_described(arn);
	is_str(str_from(member("ExportStatus")), STR("COMPLETED"), "done");
	is_str(str_from(member("ItemCount")), str_from(items), "so many");
	(void)snprintf(path, sizeof(path),
	    "bucket/pre/AWSDynamoDB/data/%s-00000000.%s.gz",
	    strrchr(arn, '/') + 1, end);
	read_file(exports_fd, path, true, &got);
	is_lines(buf_str(&got), want);
	free(arn);
}

#define J(key, image)                                                     \
	"{\"Metadata\":{\"WriteTimestampMicros\":\"T\"},\"Keys\":{\"p\":{" \
	"\"S\":\"" key "\"}},\"NewImage\":{" image "}}\n"
#define I(key, image)                                                   \
	"$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:T.},Keys:{p:" \
	"\"" key "\"},NewImage:{" image "}}}\n"
#define FILTER(spec) "},'FilterSpecification':{" spec

/* One that came and went was never there. */
static void
test_changes(void)
{
	ddb_ok("PutItem", "{'TableName':'tab','Item':{'p':{'S':'gone'}}}",
	    "{}");
	ddb_ok("DeleteItem", "{'TableName':'tab','Key':{'p':{'S':'gone'}}}",
	    "{}");
	ddb_ok("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'a'},'n':{'N':'7'}}}", "{}");
	ddb_ok("PutItem",
	    "{'TableName':'tab','Item':{'p':{'S':'b'},'n':{'N':'700'},'s':"
	    "{'NS':['2']}}}", "{}");
	exported(",'ExportViewType':'NEW_IMAGE'", "json", "2",
	    J("b", "\"p\":{\"S\":\"b\"},\"n\":{\"N\":\"700\"},\"s\":{"
		   "\"NS\":[\"2\"]}")
	    J("a", "\"p\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}"));
	ok(ddb_said("\"ExportViewType\":\"NEW_IMAGE\""), "of new images");
	exported("},'ExportFormat':'ION','FilterSpecification':{", "ion", "2",
	    I("b", "p:\"b\",n:7d2,s:$dynamodb_NS::[2.]")
	    I("a", "p:\"a\",n:7."));
	ok(ddb_said("\"ExportFormat\":\"ION\""), "in Ion");
	exported(FILTER("'FilterExpression':'n > :n','ProjectionExpression':'n',"
			"'ExpressionAttributeValues':{':n':{'N':'7'}}"),
	    "json", "1", J("b", "\"n\":{\"N\":\"700\"}"));
	exported(FILTER("'KeyConditionExpression':'p = :p',"
			"'ExpressionAttributeValues':{':p':{'S':'a'}}"),
	    "json", "1",
	    J("a", "\"p\":{\"S\":\"a\"},\"n\":{\"N\":\"7\"}"));
	exported(FILTER("'FilterExpression':'n > :n',"
			"'ExpressionAttributeValues':{':n':{'N':'700'}}"),
	    "json", "0", "");
}

static void
is_line(struct export_lines *l, const char *text, const char *want)
{
	struct buf got CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct store_item item = { .text = ddb_quote(text) };

	item.key = (struct store_key){ STR("HASHk"), STR("") };
	is_int(export_put_line(l, &item, &got), ERR_OK, "a change");
	is_str(buf_str(&got), str_from(want), "its line");
}

#define LINE "{\"Metadata\":{\"WriteTimestampMicros\":\"17\"},\"Keys\":" \
	     "{\"p\":{\"S\":\"k\"}}"
#define OLD ",\"OldImage\":{\"n\":{\"N\":\"1\"}}"
#define NEW ",\"NewImage\":{\"n\":{\"N\":\"2\"}}"
#define BOTH "17\n{'n':{'N':'1'}}\n{'n':{'N':'2'}}"

/* What was there before the first change is the old image; a filter that
 * takes one of the two lets that one through. */
static void
test_old_image(void)
{
	struct table t = { .hash = { STR("p"), 'S' } };
	struct export_lines l = { .changed = &t,
		.old = true,
		.image = { BUF_INIT(KIB(64)), BUF_INIT(KIB(64)) } };
	struct json *spec CLEANUP(json_freep) = NULL;
	struct json_error error;

	is_line(&l, BOTH, LINE OLD NEW "}\n");
	is_line(&l, "17\n\n{'n':{'N':'2'}}", LINE NEW "}\n");
	is_line(&l, "17\n{'n':{'N':'1'}}\n", LINE OLD "}\n");
	is_line(&l, "17\n\n", "");
	l.old = false;
	is_line(&l, BOTH, LINE NEW "}\n");
	is_line(&l, "17\n{'n':{'N':'1'}}\n", LINE "}\n");
	l.old = l.ion = true;
	is_line(&l, BOTH,
	    "$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:17.},Keys:{p:"
	    "\"k\"},OldImage:{n:1.},NewImage:{n:2.}}}\n");
	l.ion = false;
	is_int(json_parse(ddb_quote("{'FilterExpression':'n = :n',"
				    "'ExpressionAttributeValues':{':n':"
				    "{'N':'1'}}}"),
		   8, &spec, &error),
	    ERR_OK, "a filter");
	is_int(export_filter_read(&ddb_ctx, spec, &t, &l.filter), ERR_OK,
	    "is read");
	is_line(&l, BOTH, LINE OLD "}\n");
	is_line(&l, "17\n\n{'n':{'N':'2'}}", "");
	l.old = false;
	is_line(&l, BOTH, LINE "}\n");
	buf_free(&l.image[0]);
	buf_free(&l.image[1]);
}

int
main(void)
{
	ddb_open();
	open_dirs();
	create_tab();
	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'tab','PointInTimeRecoverySpecification':{"
	    "'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	age("tab");
	test_range();
	test_changes();
	test_old_image();
	close_dirs();
	ddb_close();
	return tap_done();
}
