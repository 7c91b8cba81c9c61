/* SPDX-License-Identifier: ISC */
/*
 * import.t - ImportTable, DescribeImport, ListImports: what is refused, each
 * format, bad records, and what was exported.
 */
#include "transfer.h"

#include <zstd.h>

#include "ddb/intake.h"
#include "ddb/ion.h"

#define TABLE(name)                                                          \
	"'TableCreationParameters':{'TableName':'" name "',"                 \
	"'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}," \
	"{'AttributeName':'n','AttributeType':'N'}],'KeySchema':[{"          \
	"'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'n',"        \
	"'KeyType':'RANGE'}],'BillingMode':'PAY_PER_REQUEST'}"
#define SOURCE(bucket, prefix) \
	"'S3BucketSource':{'S3Bucket':'" bucket "','S3KeyPrefix':'" prefix "'}"
#define IMPORT(name, bucket, prefix, format, more)                      \
	"{" SOURCE(bucket, prefix) "," TABLE(name) ",'InputFormat':'" format \
				   "'" more "}"
#define CSV(options) ",'InputFormatOptions':{'Csv':{" options "}}"

static void
test_refused(void)
{
	ddb_invalid("ImportTable", "{}",
	    "3 validation errors detected: Value null at 's3BucketSource' "
	    "failed to satisfy constraint: Member must not be null; Value null "
	    "at 'inputFormat' failed to satisfy constraint: Member must not be "
	    "null; Value null at 'tableCreationParameters' failed to satisfy "
	    "constraint: Member must not be null");
	ddb_invalid("ImportTable", IMPORT("new", "..", "", "CSV", ""),
	    "1 validation error detected: Value '..' at "
	    "'s3BucketSource.s3Bucket' failed to satisfy constraint: Member "
	    "must satisfy regular expression pattern: ^[a-z0-9A-Z]+[\\.\\-\\w]*"
	    "[a-z0-9A-Z]+$");
	ddb_invalid("ImportTable", IMPORT("new", "bu", "../x", "CSV", ""),
	    "The prefix '../x' is not served: names between slashes are "
	    "wanted, none of them empty, '.' or '..'");
	ddb_invalid("ImportTable",
	    IMPORT("new", "bu", "", "CSV", ",'InputCompressionType':'XZ'"),
	    "1 validation error detected: Value 'XZ' at "
	    "'inputCompressionType' failed to satisfy constraint: Member must "
	    "satisfy enum value set: [GZIP, ZSTD, NONE]");
	ddb_invalid("ImportTable",
	    IMPORT("new", "bu", "", "DYNAMODB_JSON", CSV("'Delimiter':';'")),
	    "InputFormatOptions.Csv can only be specified with InputFormat "
	    "CSV");
	ddb_invalid("ImportTable",
	    IMPORT("new", "bu", "", "CSV", CSV("'Delimiter':'x'")),
	    "1 validation error detected: Value 'x' at "
	    "'inputFormatOptions.csv.delimiter' failed to satisfy constraint: "
	    "Member must satisfy regular expression pattern: [,;:|\\t ]");
	ddb_invalid("ImportTable",
	    IMPORT("new", "bu", "", "CSV", CSV("'HeaderList':[]")),
	    "1 validation error detected: Value '[]' at "
	    "'inputFormatOptions.csv.headerList' failed to satisfy constraint: "
	    "Member must have length greater than or equal to 1");
	ddb_bad("DescribeImport", "{'ImportArn':'" ARN("tab/import/xxx") "'}",
	    "ImportNotFoundException",
	    "Import not found: " ARN("tab/import/xxx"));
	ddb_invalid("ListImports", "{'PageSize':26}",
	    "1 validation error detected: Value '26' at 'pageSize' failed to "
	    "satisfy constraint: Member must have value less than or equal to "
	    "25");
	ddb_bad("DescribeTable", "{'TableName':'new'}",
	    "ResourceNotFoundException",
	    "Requested resource not found: Table: new not found");
}

static char *
started(const char *in)
{
	ddb_ok("ImportTable", in, NULL);
	is_str(str_from(member("ImportStatus")), STR("IN_PROGRESS"),
	    "it is begun");
	return strdup(member("ImportArn"));
}

/* Run it to its end and look at it; the counts as "items taken failed". */
static void
ends(const char *in, const char *status, const char *counts)
{
	char *arn = started(in), got[128], ask[512];
	int items, taken;

	while (step())
		continue;
	(void)snprintf(ask, sizeof(ask), "{'ImportArn':'%s'}", arn);
	ddb_ok("DescribeImport", ask, NULL);
	is_str(str_from(member("ImportStatus")), str_from(status), "ends as %s",
	    status);
	items = atoi(member("ProcessedItemCount"));
	taken = atoi(member("ImportedItemCount"));
	(void)snprintf(got, sizeof(got), "%d %d %d", items, taken,
	    atoi(member("ErrorCount")));
	is_str(str_from(got), str_from(counts), "its counts");
	free(arn);
}

/* What the last answer's import wrote down of records that it did not take. */
static void
errors_of(struct buf *out)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "aws-dynamodb/imports/%s/errors.json",
	    strrchr(member("ImportArn"), '/') + 1);
	buf_reset(out);
	read_file(exports_fd, path, false, out);
}

static void
test_json(void)
{
	struct buf errors CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char *arn;

	write_file(imports_fd, "bu/j/1.json", false,
	    ddb_quote("{'Item':{'p':{'S':'a'},'n':{'N':'1'}}}\n"
		      "\n"
		      "{'Item':{'p':{'S':'a'},'n':{'N':'2'},'x':{'L':[]}}}\r\n"
		      "{'Item':{'p':{'S':'a'}}}\n"
		      "{'Item':{'p':{'S':'a'},'n':{'S':'1'}}}\n"
		      "no json\n"
		      "{'Item':{'p':{'S':''},'n':{'N':'1'}}}\n"));
	write_file(imports_fd, "bu/j/2.json", false,
	    ddb_quote("{'Item':{'p':{'S':'b'},'n':{'N':'1.0'}}}"));
	arn = started(IMPORT("json", "bu", "j/", "DYNAMODB_JSON",
	    ",'ClientToken':'one'"));
	ddb_ok("DescribeTable", "{'TableName':'json'}", NULL);
	is_str(str_from(member("TableStatus")), STR("CREATING"),
	    "meanwhile it is being made");
	ddb_bad("GetItem",
	    "{'TableName':'json','Key':{'p':{'S':'a'},'n':{'N':'1'}}}",
	    "ResourceNotFoundException", "Requested resource not found");
	free(arn);
	ends(IMPORT("json", "bu", "j/", "DYNAMODB_JSON",
		 ",'ClientToken':'one'"),
	    "FAILED", "7 3 4");
	ok(ddb_said("\"FailureCode\":\"ItemValidationError\""), "why");
	is_str(str_from(member("CloudWatchLogGroupArn")),
	    STR("arn:aws:logs:us-east-1:000000000000:log-group:/aws-dynamodb/"
		"imports:*"),
	    "and where it says more");
	errors_of(&errors);
	is_str(buf_str(&errors),
	    STR("{\"Record\":\"{\\\"Item\\\":{\\\"p\\\":{\\\"S\\\":\\\"a\\\"}}}\""
		",\"Error\":\"One or more parameter values were invalid: "
		"Missing the key n in the item\"}\n"
		"{\"Record\":\"{\\\"Item\\\":{\\\"p\\\":{\\\"S\\\":\\\"a\\\"},\\\"n\\\":{\\\"S\\\":\\\"1\\\"}}}\""
		",\"Error\":\"One or more parameter values were invalid: "
		"Type mismatch for key n expected: N actual: S\"}\n"
		"{\"Record\":\"no json\""
		",\"Error\":\"The record is no item\"}\n"
		"{\"Record\":\"{\\\"Item\\\":{\\\"p\\\":{\\\"S\\\":\\\"\\\"},\\\"n\\\":{\\\"N\\\":\\\"1\\\"}}}\""
		",\"Error\":\"One or more parameter values are not valid. "
		"The AttributeValue for a key attribute cannot contain an "
		"empty string value. Key: p\"}\n"),
	    "each of them");
	ddb_bad("ImportTable",
	    IMPORT("other", "bu", "j/", "DYNAMODB_JSON",
		",'ClientToken':'one'"),
	    "ImportConflictException",
	    "The client token was used for another import");
	ddb_ok("GetItem",
	    "{'TableName':'json','Key':{'p':{'S':'a'},'n':{'N':'2'}}}",
	    "{'Item':{'p':{'S':'a'},'n':{'N':'2'},'x':{'L':[]}}}");
	ddb_ok("GetItem",
	    "{'TableName':'json','Key':{'p':{'S':'b'},'n':{'N':'1'}}}",
	    "{'Item':{'p':{'S':'b'},'n':{'N':'1'}}}");
	ddb_bad("ImportTable", IMPORT("json", "bu", "j/", "CSV", ""),
	    "ResourceInUseException", "Table already exists: json");
}

static void
test_csv(void)
{
	write_file(imports_fd, "bu/c/1.csv", true,
	    STR("p,n,\"a,b\"\n"
		"x,1,one\n"
		"x,2,\"say \"\"hi\"\",\nthere\"\r\n"
		"x,3\n"
		"x,four,4\n"
		"x,5,a\"b\n"
		"x,6,"));
	ends(IMPORT("csv", "bu", "c/", "CSV", ",'InputCompressionType':'GZIP'"),
	    "FAILED", "6 3 3");
	ddb_ok("GetItem",
	    "{'TableName':'csv','Key':{'p':{'S':'x'},'n':{'N':'1'}}}",
	    "{'Item':{'p':{'S':'x'},'n':{'N':'1'},'a,b':{'S':'one'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'csv','Key':{'p':{'S':'x'},'n':{'N':'2'}}}",
	    "{'Item':{'p':{'S':'x'},'n':{'N':'2'},'a,b':{'S':'say \\'hi\\',"
	    "\\nthere'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'csv','Key':{'p':{'S':'x'},'n':{'N':'6'}}}",
	    "{'Item':{'p':{'S':'x'},'n':{'N':'6'},'a,b':{'S':''}}}");
	write_file(imports_fd, "bu/h.csv", false, STR("x;1;y\nx;2;z\n"));
	ends(IMPORT("heads", "bu", "h", "CSV",
		 CSV("'Delimiter':';','HeaderList':['p','n','v']")),
	    "COMPLETED", "2 2 0");
	ddb_ok("GetItem",
	    "{'TableName':'heads','Key':{'p':{'S':'x'},'n':{'N':'1'}}}",
	    "{'Item':{'p':{'S':'x'},'n':{'N':'1'},'v':{'S':'y'}}}");
}

/* More than one transaction, in two files, one of which is empty. */
static void
test_many(void)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(4));

	BUF_LIT(&text, "p,n,v\n");
	for (int i = 0; i < 3000; i++)
		buf_printf(&text, "k%d,%d,%0100d\n", i % 7, i, i);
	write_file(imports_fd, "many/1", true, buf_str(&text));
	write_file(imports_fd, "many/2", true, STR(""));
	ends(IMPORT("many", "many", "", "CSV",
		 ",'InputCompressionType':'GZIP'"),
	    "COMPLETED", "3000 3000 0");
	ddb_ok("DescribeTable", "{'TableName':'many'}", NULL);
	is_str(str_from(member("ItemCount")), STR("3000"), "all are there");
	is_str(str_from(member("TableStatus")), STR("ACTIVE"), "for everyone");
}

/* As many are written down as the service logs, and not all of a long one. */
static void
test_many_errors(void)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct str rest, line;
	int lines = 0;

	for (int i = 0; i < 4095; i++)
		buf_putc(&text, 'x');
	BUF_LIT(&text, "\xc3\xa9y\n");
	for (int i = 0; i < 10000; i++)
		buf_printf(&text, "bad %d\n", i);
	write_file(imports_fd, "bad/1", false, buf_str(&text));
	ends(IMPORT("bad", "bad", "", "DYNAMODB_JSON", ""), "FAILED",
	    "10001 0 10001");
	buf_reset(&text);
	errors_of(&text);
	line = str_cut(buf_str(&text), '\n', &rest);
	ok(line.len == 4095 + strlen("{'Record':'','Error':'The record is no "
				     "item'}") &&
		memmem(line.p, line.len, "xx\",", 4) != NULL,
	    "4,095 bytes of a record, the character behind them is cut");
	for (lines = 1; rest.len > 0; lines++)
		(void)str_cut(rest, '\n', &rest);
	is_int(lines, 10000, "10,000 are written down");
}

static void
write_zstd(const char *path, struct str text)
{
	struct buf packed CLEANUP(buf_free) = BUF_INIT(MIB(1));
	char *to = buf_reserve(&packed, MIB(1));

	packed.len = ZSTD_compress(to, MIB(1), text.p, text.len, 1);
	write_file(imports_fd, path, false, buf_str(&packed));
}

/* Nothing but empty lines for 64 MiB, and then a record: other writers have
 * their turn meanwhile, for many transactions. */
static void
test_zstd(void)
{
	const struct str record =
	    STR("{\"Item\":{\"p\":{\"S\":\"z\"},\"n\":{\"N\":\"1\"}}}\n");
	char *lines = malloc(MIB(64) + 200);
	const size_t n = MIB(64);

	if (lines == NULL)
		abort();
	memset(lines, '\n', n);
	memcpy(lines, record.p, record.len);
	memcpy(lines + n, record.p, record.len);
	lines[n + record.len - 6] = '2';
	write_zstd("zstd/1", (struct str){ lines, n + record.len });
	free(lines);
	ends(IMPORT("zstd", "zstd", "", "DYNAMODB_JSON",
		 ",'InputCompressionType':'ZSTD'"),
	    "COMPLETED", "2 2 0");
	ddb_ok("GetItem",
	    "{'TableName':'zstd','Key':{'p':{'S':'z'},'n':{'N':'2'}}}",
	    "{'Item':{'p':{'S':'z'},'n':{'N':'2'}}}");
}

static void
test_fails(void)
{
	ends(IMPORT("none", "nobody", "", "CSV", ""), "FAILED", "0 0 0");
	ok(ddb_said("\"FailureCode\":\"S3NoSuchKey\""), "no files");
	write_file(imports_fd, "bu/plain", false, STR("p,n\n"));
	ends(IMPORT("plain", "bu", "plain", "CSV",
		 ",'InputCompressionType':'GZIP'"),
	    "FAILED", "0 0 0");
	ok(ddb_said("\"FailureCode\":\"InvalidData\""), "no gzip");
	ends(IMPORT("plain2", "bu", "plain", "CSV",
		 ",'InputCompressionType':'ZSTD'"),
	    "FAILED", "0 0 0");
	ok(ddb_said("\"FailureCode\":\"InvalidData\""), "no Zstandard");
	ddb_ok("ListImports", "{'PageSize':1}", NULL);
	is_int(said_times("'ImportArn'"), 1, "a page");
	ok(strlen(member("NextToken")) == 112, "and where to go on");
	ddb_ok("ListImports", "{'TableArn':'" ARN("plain") "'}", NULL);
	is_int(said_times("'ImportArn'"), 1, "of one table");
}

/* One record, whatever piece of it came first. */
static void
ion_is(const char *text, const char *want)
{
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct str s = str_from(text);
	size_t used = 0, early = 0;

	for (size_t i = 0; i < s.len; i++)
		early += ion_next((struct str){ s.p, i }, false, &out,
			     &used) != LINES_MORE;
	is_int(early, 0, "no part of it is one: %s", text);
	is_int(ion_next(s, true, &out, &used), LINES_ONE, "it is one");
	is_int(used, s.len, "all of it");
	is_str(buf_str(&out), ddb_quote(want), "%s", text);
}

static void
test_ion_values(void)
{
	static const char *const bad[] = { "{Item:{a:1}", "{Item:{a:(1)}}",
		"{Item:{a:2020-01-01T}}", "{Item:{a:0x1F}}", "{Item:{a:nan}}",
		"{Item:{a:+inf}}", "{Item:{a:1 2}}", "{Item:{a:$10}}",
		"{Item:{a:other::[1]}}", "{Item:{a:{{\"c\"}}}}",
		"{Item:{a:{{A}}}}", "{Item:{a:\"\\ud800\"}}",
		"{Item:{a:\"\\q\"}}", "{Item:{a:\"\xff\"}}", "{Item:{a}}",
		"{Item:{a:[1,,2]}}", "{Item:null}", "[1]", "x::{Item:{}}",
		"{Item:{a:$dynamodb_NS::[\"1\"]}}", "{Item:{a:1__0}}",
		"{Item:{a:1_}}", "{Item:{a:\"x\ry\"}}",
		"{Item:{\n a:2020T,\n b:(\"}\" '}' /* } */ {{\"}\"}} '''}''')\n}}",
		"{Item:{a:+1}}", "$ion_symbol_table::{symbols:(1)}",
		"\"a\\nb\"", "{Item:{a:2007-02-23}}",
		"{Item:{a:2007-02-23T12:14Z}}" };

	ion_is("$ion_1_0 {Item:{p:\"a\",n:103.}}",
	    "{'Item':{'p':{'S':'a'},'n':{'N':'103'}}}");
	ion_is("// c\n/* d */{ 'Item' : { \"p q\" : '''a''' /**/ '''b''' , }}",
	    "{'Item':{'p q':{'S':'ab'}}}");
	ion_is("{Item:{a:6d2,b:-1.5e-3,c:1_000,d:0.,e:5.d2}}",
	    "{'Item':{'a':{'N':'6E2'},'b':{'N':'-1.5E-3'},'c':{'N':'1000'},"
	    "'d':{'N':'0'},'e':{'N':'5E2'}}}");
	ion_is("$ion_symbol_table::{symbols:[\"p\", \"q\"]}\n"
	       "$ion_1_0 $ion_symbol_table :: { imports: [ { name: \"x\" } ] }"
	       "{\v\fItem:{p:\"a\"}}",
	    "{'Item':{'p':{'S':'a'}}}");
	ion_is("{Item:{a:'''b\r\nc\rd\\\r\ne\\\nf'''}}",
	    "{'Item':{'a':{'S':'b\\nc\\ndef'}}}");
	ion_is("{Item:{t:true,f:false,n:null,m:null.string,s:sym,q:'sy m'}}",
	    "{'Item':{'t':{'BOOL':true},'f':{'BOOL':false},"
	    "'n':{'NULL':true},'m':{'NULL':true},'s':{'S':'sym'},"
	    "'q':{'S':'sy m'}}}");
	ion_is("{Item:{b:{{ AA E= }},l:[1,[],{x:\"\"},],e:{}}}",
	    "{'Item':{'b':{'B':'AAE='},'l':{'L':[{'N':'1'},{'L':[]},"
	    "{'M':{'x':{'S':''}}}]},'e':{'M':{}}}}");
	ion_is("{Item:{a:$dynamodb_SS::[\"x\",\"y\"],b:$dynamodb_NS::[1.,2d1],"
	       "c:$dynamodb_BS::[{{AA==}}]}}",
	    "{'Item':{'a':{'SS':['x','y']},'b':{'NS':['1','2E1']},"
	    "'c':{'BS':['AA==']}}}");
	ion_is("{Item:{a:\"\\x41\\u00e9\\U0001F600\\ud83d\\ude00\\\n\\/\"}}",
	    "{'Item':{'a':{'S':'A\xc3\xa9\xf0\x9f\x98\x80\xf0\x9f\x98\x80/'}}}");
	ion_is("{Item:{p:\"a\"},ConditionExpression:\"x = :x\","
	       "ExpressionAttributeValues:{':x':1},"
	       "ExpressionAttributeNames:{'#x':\"x\"}}",
	    "{'Item':{'p':{'S':'a'}},'ConditionExpression':'x = :x',"
	    "'ExpressionAttributeValues':{':x':{'N':'1'}},"
	    "'ExpressionAttributeNames':{'#x':'x'}}");
	for (size_t i = 0; i < NELEM(bad); i++) {
		struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
		size_t used = 0, early = 0;

		for (size_t n = 0; n < strlen(bad[i]); n++)
			early += ion_next((struct str){ bad[i], n }, false,
				     &out, &used) != LINES_MORE;
		is_int(early, 0, "no part of it is judged");
		is_int(ion_next(str_from(bad[i]), true, &out, &used), LINES_BAD,
		    "bad: %s", bad[i]);
		is_int(used, strlen(bad[i]), "and passed over");
	}
}

/* Lists in lists, beneath Item: as deep as the parser goes, and deeper. */
static void
test_ion_depth(void)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct buf out CLEANUP(buf_free) = BUF_INIT(MIB(1));
	size_t used;

	for (int deep = 40; deep <= 41; deep++) {
		buf_reset(&text);
		BUF_LIT(&text, "{Item:{a:");
		for (int i = 0; i < deep; i++)
			buf_putc(&text, '[');
		for (int i = 0; i < deep; i++)
			buf_putc(&text, ']');
		BUF_LIT(&text, "}}");
		is_int(ion_next(buf_str(&text), true, &out, &used),
		    deep == 40 ? LINES_ONE : LINES_BAD, "%d levels", deep);
	}
}

static void
test_ion(void)
{
	write_file(imports_fd, "bu/ion/1.ion", true,
	    STR("$ion_1_0 {Item:{p:\"a\",n:1.,s:$dynamodb_SS::[\"x\"]}}\n"
		"$ion_1_0\n{Item:{\n p:\"a\",\n n:2d1}} "
		"{Item:{p:\"b\",n:1}}\n"
		"{Item:{p:\"b\",n:(1)}}\n"
		"{Item:{p:\"b\"}}\n"
		"{\n  Item: {\n    p: \"b\",\n    t: 2020T,\n  }\n}\n"
		"{Item:{p:\"c\",n:1"));
	ends(IMPORT("ion", "bu", "ion/", "ION",
		 ",'InputCompressionType':'GZIP'"),
	    "FAILED", "7 3 4");
	ddb_ok("GetItem",
	    "{'TableName':'ion','Key':{'p':{'S':'a'},'n':{'N':'20'}}}",
	    "{'Item':{'p':{'S':'a'},'n':{'N':'20'}}}");
	ddb_ok("GetItem",
	    "{'TableName':'ion','Key':{'p':{'S':'a'},'n':{'N':'1'}}}",
	    "{'Item':{'p':{'S':'a'},'n':{'N':'1'},'s':{'SS':['x']}}}");
}

/* What was exported is imported from where it lies. */
static void
round_trip(const char *format, const char *to)
{
	char in[1024], *id;

	(void)snprintf(in, sizeof(in),
	    "{'TableArn':'" ARN("many") "','S3Bucket':'out','ExportFormat':"
	    "'%s'}", format);
	ddb_ok("ExportTableToPointInTime", in, NULL);
	id = strdup(strrchr(member("ExportArn"), '/') + 1);
	while (step())
		continue;
	(void)snprintf(in, sizeof(in),
	    "{'S3BucketSource':{'S3Bucket':'out','S3KeyPrefix':"
	    "'AWSDynamoDB/%s/data/'}," TABLE("%s") ",'InputFormat':"
	    "'%s','InputCompressionType':'GZIP'}",
	    id, to, format);
	ends(in, "COMPLETED", "3000 3000 0");
	free(id);
}

static void
test_round_trip(void)
{
	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'many','PointInTimeRecoverySpecification':{"
	    "'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	round_trip("DYNAMODB_JSON", "again");
	round_trip("ION", "again-ion");
}

/* ---- the parsers alone, with all that comes piece by piece */

static void
test_pieces(void)
{
	static const char text[] = "a,\"b\"\"\n\",\r\n,,\n\"x\"";
	struct buf values CLEANUP(buf_free) = BUF_INIT(KIB(1));
	static struct lines_csv c;
	size_t used;
	const size_t first = 11;

	for (size_t n = 0; n < first; n++)
		if (lines_csv((struct str){ text, n }, false, ',', &values, &c,
			&used) != LINES_MORE)
			ok(false, "more of %zu bytes", n);
	is_int(lines_csv((struct str){ text, first }, false, ',', &values, &c,
		   &used),
	    LINES_ONE, "a record");
	is_int((long long)used, (long long)first, "all of it");
	is_int((long long)c.n, 3, "three fields");
	is_str(c.field[1], STR("b\"\n"), "without its quotes");
	is_int(lines_csv(STR("\"a\"b\nc"), false, ',', &values, &c, &used),
	    LINES_BAD, "no CSV");
	is_int((long long)used, 5, "to its line's end");
	is_int(lines_csv(STR("\"x"), true, ',', &values, &c, &used), LINES_BAD,
	    "an open quote at the end");
	is_int(lines_csv(STR(""), true, ',', &values, &c, &used), LINES_END,
	    "the end");
}

static void
test_fields(void)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(8));
	struct buf values CLEANUP(buf_free) = BUF_INIT(KIB(8));
	static struct lines_csv c;
	size_t used;

	for (int i = 1; i < LINES_FIELDS_MAX; i++)
		buf_putc(&text, ',');
	is_int(lines_csv(buf_str(&text), true, ',', &values, &c, &used),
	    LINES_ONE, "as many fields as there may be");
	is_int((long long)c.n, LINES_FIELDS_MAX, "are these");
	buf_putc(&text, ',');
	is_int(lines_csv(buf_str(&text), true, ',', &values, &c, &used),
	    LINES_BAD, "one more");
}

int
main(void)
{
	ddb_open();
	open_dirs();
	test_pieces();
	test_fields();
	test_refused();
	test_json();
	test_csv();
	test_many();
	test_many_errors();
	test_zstd();
	test_fails();
	test_ion_values();
	test_ion_depth();
	test_ion();
	test_round_trip();
	close_dirs();
	ddb_close();
	return tap_done();
}
