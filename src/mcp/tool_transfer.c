/* SPDX-License-Identifier: ISC */
/* Tables and items to files and from files; each goes on by itself. */
#include "mcp/keys.h"
#include "mcp/map.h"

#define BUCKET_TEXT \
	"A directory beneath imports, or exports, of the server's data."
#define BUCKET(in)                                                     \
	FORM("bucket", STRING, .required = true, .api = in "S3Bucket", \
	    .text = BUCKET_TEXT)
#define PREFIX(in) FORM("prefix", STRING, .api = (in), .text = "Beneath it.")
#define COMPRESSION(in)                                              \
	FORM("compression", STRING, .api = (in), .as = FORM_AS_CODE, \
	    .values = FORM_ONE_OF("none", "gzip", "zstd"),           \
	    .codes = FORM_ONE_OF("NONE", "GZIP", "ZSTD"))
#define FORMAT(in, ...)                                             \
	FORM("format", STRING, .required = true, .api = (in),       \
	    .as = FORM_AS_CODE, .values = FORM_ONE_OF(__VA_ARGS__), \
	    .codes = FORM_ONE_OF("DYNAMODB_JSON", "ION", "CSV"))

/* What is told of each; in: where the answer has it. */
#define TIMES(in)                                                           \
	FORM("started", STRING, .api = in "StartTime", .as = FORM_AS_TIME), \
	    FORM("ended", STRING, .api = in "EndTime", .as = FORM_AS_TIME)
#define FAILURE(in)                                       \
	FORM("failure", STRING, .api = in "FailureCode"), \
	    FORM("message", STRING, .api = in "FailureMessage")
#define STATUS(in) FORM("status", STRING, .required = true, .api = (in))
#define NAME(n, a) FORM((n), STRING, .required = true, .api = (a))

/* ---- exports */

#define E_ "ExportDescription."
#define EXPORTED                                                             \
	TOOL_FORM(NAME("export", E_ "ExportArn"), STATUS(E_ "ExportStatus"), \
	    FORM("manifest", STRING, .api = E_ "ExportManifest"),            \
	    FORM("items", INTEGER, .api = E_ "ItemCount"),                   \
	    FORM("bytes", INTEGER, .api = E_ "BilledSizeBytes"), TIMES(E_),  \
	    FAILURE(E_))

static const struct tool_work export_work = {
	.op = "DescribeExport",
	.by = "ExportArn",
	.name = E_ "ExportArn",
	.status = E_ "ExportStatus",
	.why = E_ "FailureCode",
	.ended = E_ "EndTime",
	TOOL_WORK,
};

/* Which items, and what of them. */
static enum err
export_ask(struct tool_run *r, struct buf *request)
{
	static const char *const some[] = { "filter", "attributes", "names",
		"values" };
	bool filtered = false;
	enum err e;

	for (size_t i = 0; i < NELEM(some); i++)
		filtered |= json_get(r->args, some[i]) != NULL;
	buf_putc(request, '{');
	if ((e = map_members(r, r->tool->in, r->args, request)) != ERR_OK)
		return e;
	if (filtered) {
		tool_member(request, "FilterSpecification");
		buf_putc(request, '{');
		if ((e = tool_expressions(r, request, NULL)) != ERR_OK)
			return e;
		buf_putc(request, '}');
	}
	buf_putc(request, '}');
	return ERR_OK;
}

const struct tool tool_export_table = {
	.name = "export_table",
	.title = "Export a table to files",
	.text = "Write a table's items to files of JSON lines or of Ion, as it "
		"is now or was at a time within its continuous backups; or, "
		"of type incremental, what changed from one time to another; "
		"all or what a filter takes. "
		"It goes on by itself: describe_export tells of it.",
	.op = "ExportTableToPointInTime",
	.group = TOOL_BACKUPS,
	.in = TOOL_FORM(FORM("table", STRING, .required = true,
			    .api = "TableArn", .as = FORM_AS_TABLE),
	    BUCKET(""), PREFIX("S3Prefix"),
	    FORM("format", STRING, .api = "ExportFormat", .as = FORM_AS_CODE,
		.values = FORM_ONE_OF("dynamodb_json", "ion"),
		.codes = FORM_ONE_OF("DYNAMODB_JSON", "ION"),
		.text = "Default dynamodb_json."),
	    FORM("filter", STRING, .text = "As \"#y > :min\"."),
	    TOOL_NAMES_AND_VALUES, TOOL_ATTRIBUTES,
	    FORM("time", STRING, .api = "ExportTime", .as = FORM_AS_TIME,
		.text = TOOL_TIME_TEXT " Default now."),
	    FORM("type", STRING, .api = "ExportType", .as = FORM_AS_CODE,
		.values = FORM_ONE_OF("full", "incremental"),
		.codes = FORM_ONE_OF("FULL_EXPORT", "INCREMENTAL_EXPORT")),
	    FORM("from", STRING, .as = FORM_AS_TIME,
		.api = "IncrementalExportSpecification.ExportFromTime",
		.text = TOOL_TIME_TEXT),
	    FORM("to", STRING, .as = FORM_AS_TIME,
		.api = "IncrementalExportSpecification.ExportToTime",
		.text = TOOL_TIME_TEXT)),
	.out = EXPORTED,
	.ask = export_ask,
	.work = &export_work,
};

const struct tool tool_describe_export = {
	.name = "describe_export",
	.title = "Describe an export",
	.text = "How far an export is, where its manifest lies, and why it "
		"failed if it did.",
	.op = "DescribeExport",
	.group = TOOL_BACKUPS,
	.shows = "list_exports shows the exports",
	.in = TOOL_FORM(NAME("export", "ExportArn")),
	.out = EXPORTED,
};

const struct tool tool_list_exports = {
	.name = "list_exports",
	.title = "List exports",
	.text = "The exports of one table, or of all, with their status.",
	.op = "ListExports",
	.group = TOOL_BACKUPS,
	.in = TOOL_FORM(FORM("table", STRING, .api = "TableArn",
			    .as = FORM_AS_TABLE),
	    FORM("limit", INTEGER, .min = 1, .max = 25, .api = "MaxResults",
		.as = FORM_AS_LIMIT, .init = 25),
	    TOOL_CURSOR("NextToken")),
	.out = TOOL_FORM(FORM("exports", ARRAY, .required = true,
			     .api = "ExportSummaries",
			     FORM_EACH(OBJECT,
				 FORM_LIST(NAME("export", "ExportArn"),
				     STATUS("ExportStatus")))),
	    TOOL_NEXT("NextToken")),
};

/* ---- imports */

#define I_ "ImportTableDescription."
#define IMPORTED                                                             \
	TOOL_FORM(NAME("import", I_ "ImportArn"), STATUS(I_ "ImportStatus"), \
	    FORM("table", STRING,                                            \
		.api = I_ "TableCreationParameters.TableName"),              \
	    FORM("items", INTEGER, .api = I_ "ImportedItemCount"),           \
	    FORM("errors", INTEGER, .api = I_ "ErrorCount"), TIMES(I_),      \
	    FAILURE(I_))

static enum err
import_ask(struct tool_run *r, struct buf *request)
{
	struct keys k = { .n = 0 };
	enum err e;

	keys_take(&k, r->args);
	buf_putc(request, '{');
	if ((e = map_members(r, r->tool->in, r->args, request)) != ERR_OK)
		return e;
	BUF_LIT(request, ",\"TableCreationParameters\":{");
	tool_table(request, r);
	if ((e = keys_put_definitions(r, &k, request)) != ERR_OK)
		return e;
	keys_put_schema(request, r->args);
	BUF_LIT(request, ",\"BillingMode\":\"PAY_PER_REQUEST\"}}");
	return ERR_OK;
}

static const struct tool_work import_work = {
	.op = "DescribeImport",
	.by = "ImportArn",
	.name = I_ "ImportArn",
	.status = I_ "ImportStatus",
	.why = I_ "FailureCode",
	.ended = I_ "EndTime",
	TOOL_WORK,
};

const struct tool tool_import_table = {
	.name = "import_table",
	.title = "Make a table from files",
	.text = "Make a new table with the items that files have: JSON lines "
		"or Ion as export_table writes them, or CSV whose first line "
		"names the attributes. It goes on by itself: describe_import "
		"tells of it.",
	.op = "ImportTable",
	.group = TOOL_BACKUPS,
	.back = "delete_table, with the new table",
	.shows = "describe_tools shows its arguments",
	.in = TOOL_FORM(FORM("table", STRING, .required = true), KEYS_PARTITION,
	    KEYS_SORT, BUCKET("S3BucketSource."),
	    PREFIX("S3BucketSource.S3KeyPrefix"),
	    FORMAT("InputFormat", "dynamodb_json", "ion", "csv"),
	    COMPRESSION("InputCompressionType")),
	.out = IMPORTED,
	.ask = import_ask,
	.work = &import_work,
};

const struct tool tool_describe_import = {
	.name = "describe_import",
	.title = "Describe an import",
	.text = "How far an import is, how many items it has made, how many "
		"it could not, and why it failed if it did.",
	.op = "DescribeImport",
	.group = TOOL_BACKUPS,
	.shows = "list_imports shows the imports",
	.in = TOOL_FORM(NAME("import", "ImportArn")),
	.out = IMPORTED,
};

const struct tool tool_list_imports = {
	.name = "list_imports",
	.title = "List imports",
	.text = "The imports of one table, or of all, with their status.",
	.op = "ListImports",
	.group = TOOL_BACKUPS,
	.in = TOOL_FORM(FORM("table", STRING, .api = "TableArn",
			    .as = FORM_AS_TABLE),
	    FORM("limit", INTEGER, .min = 1, .max = 25, .api = "PageSize",
		.as = FORM_AS_LIMIT, .init = 25),
	    TOOL_CURSOR("NextToken")),
	.out = TOOL_FORM(FORM("imports", ARRAY, .required = true,
			     .api = "ImportSummaryList",
			     FORM_EACH(OBJECT,
				 FORM_LIST(NAME("import", "ImportArn"),
				     STATUS("ImportStatus"),
				     FORM("table", STRING, .api = "TableArn",
					 .as = FORM_AS_TABLE),
				     TIMES("")))),
	    TOOL_NEXT("NextToken")),
};

/* ---- bulk loads */

#define B_ "BulkOperationDescription."
#define LOADED                                                          \
	TOOL_FORM(NAME("load", B_ "BulkOperationArn"),                  \
	    STATUS(B_ "BulkOperationStatus"),                           \
	    FORM("items", INTEGER, .api = B_ "ProcessedItemCount"),     \
	    FORM("failed", INTEGER, .api = B_ "FailedItemCount"),       \
	    FORM("bytes", INTEGER, .api = B_ "ProcessedInputBytes"),    \
	    FORM("bytes_in_all", INTEGER, .api = B_ "TotalInputBytes"), \
	    TIMES(B_), FAILURE(B_))

static const struct tool_work load_work = {
	.op = "DescribeBulkOperation",
	.by = "BulkOperationArn",
	.name = B_ "BulkOperationArn",
	.status = B_ "BulkOperationStatus",
	.why = B_ "FailureCode",
	.ended = B_ "EndTime",
	TOOL_WORK,
};

const struct tool tool_load_items = {
	.name = "load_items",
	.title = "Put items from files",
	.text =
	    "Put the items that files of JSON lines or of Ion have into a "
	    "table that is there; an item of the same key is replaced. What could "
	    "not be put is written to a file in the bucket. It goes on by "
	    "itself: describe_load tells of it.",
	.op = "StartBulkPutItems",
	.group = TOOL_BACKUPS,
	.destructive = true,
	.request = "\"OutputS3Configuration\":{\"OutputType\":[\"ERROR\"]}",
	.back = "cancel_load stops it; what it has put is taken back "
		"by restore_table_to_time alone, where continuous "
		"backups are on",
	.in = TOOL_FORM(TOOL_TABLE, BUCKET("InputS3Configuration."),
	    PREFIX("InputS3Configuration.S3KeyPrefix"),
	    FORMAT("InputS3Configuration.InputFormat", "dynamodb_json", "ion"),
	    COMPRESSION("InputS3Configuration.InputCompressionType")),
	.out = LOADED,
	.work = &load_work,
};

const struct tool tool_describe_load = {
	.name = "describe_load",
	.title = "Describe a load",
	.text = "How far load_items is: how many items it has put, how many "
		"it could not, and why it failed if it did.",
	.op = "DescribeBulkOperation",
	.group = TOOL_BACKUPS,
	.shows = "list_loads shows the loads",
	.in = TOOL_FORM(NAME("load", "BulkOperationArn")),
	.out = LOADED,
};

const struct tool tool_list_loads = {
	.name = "list_loads",
	.title = "List loads",
	.text = "What load_items has begun, with its status.",
	.op = "ListBulkOperations",
	.group = TOOL_BACKUPS,
	.in =
	    TOOL_FORM(FORM("limit", INTEGER, .min = 1, .max = 10,
			  .api = "MaxResults", .as = FORM_AS_LIMIT, .init = 10),
		TOOL_CURSOR("NextToken")),
	.out =
	    TOOL_FORM(FORM("loads", ARRAY, .required = true,
			  .api = "BulkOperationsSummaryList",
			  FORM_EACH(OBJECT,
			      FORM_LIST(NAME("load", "BulkOperationArn"),
				  STATUS("BulkOperationStatus"), TIMES("")))),
		TOOL_NEXT("NextToken")),
};

const struct tool tool_cancel_load = {
	.name = "cancel_load",
	.title = "Stop a load",
	.text = "Stop what load_items began. The items that it has put stay.",
	.op = "CancelBulkOperation",
	.group = TOOL_BACKUPS,
	.destructive = true,
	.back = "load_items, with the same files: what is there "
		"already is put again",
	.shows = "list_loads shows the loads",
	.in = TOOL_FORM(NAME("load", "BulkOperationArn")),
	.out = TOOL_FORM(NAME("load", "BulkOperationArn"),
	    STATUS("BulkOperationStatus")),
};
