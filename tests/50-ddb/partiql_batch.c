/* SPDX-License-Identifier: ISC */
/* partiql_batch.t - BatchExecuteStatement and ExecuteTransaction. */
#include "partiql.h"

#define TYPE "com.amazonaws.dynamodb.v20120810#"
#define CANCELED(codes, reasons)                                               \
	"{'__type':'" TYPE "TransactionCanceledException','Message':"          \
	"'Transaction cancelled, please refer cancellation reasons for "       \
	"specific reasons [" codes "]','CancellationReasons':[" reasons "]}"
#define NONE   "{'Code':'None'}"
#define FAILED                                                                 \
	"'Code':'ConditionalCheckFailed','Message':'The conditional request "  \
	"failed'"
#define NO_KEY                                                                 \
	"'Code':'ValidationError','Message':'Where clause does not contain a " \
	"mandatory equality on all key attributes'"
#define X1     "{'a':{'S':'x'},'b':{'N':'1'}}"
#define MIXED  "ExecuteTransaction API does not support both read and write " \
	       "operations in the same request."

/*
 * The statements, each ended by a NUL, the last one by two; members of each
 * stand behind a |.
 */
static struct str
request(const char *list, const char *statements, const char *more)
{
	static struct buf b = { .max = MIB(4) };
	bool first = true;

	buf_reset(&b);
	buf_printf(&b, "{\"%s\":[", list);
	for (const char *p = statements; *p != '\0'; p += strlen(p) + 1) {
		struct str rest = { NULL, 0 };
		struct str s = str_cut(str_from(p), '|', &rest);

		buf_printf(&b, "%s{\"Statement\":", first ? "" : ",");
		first = false;
		json_put_str(&b, s);
		if (rest.p != NULL)
			buf_puts(&b, ddb_quote(rest.p));
		buf_putc(&b, '}');
	}
	buf_putc(&b, ']');
	buf_puts(&b, ddb_quote(more));
	buf_putc(&b, '}');
	return buf_str(&b);
}

static void
answers(const char *op, const char *statements, const char *more,
    const char *want, int line)
{
	const char *list = op[0] == 'B' ? "Statements" : "TransactStatements";

	(void)ddb_run(op, request(list, statements, more));
	tap_str(buf_str(&ddb_out), ddb_quote(want), __FILE__, line, "%s %s %s",
	    op, statements, more);
}

#define batch(s, more, want)                                                   \
	answers("BatchExecuteStatement", s, more, want, __LINE__)
#define transaction(s, more, want)                                             \
	answers("ExecuteTransaction", s, more, want, __LINE__)
#define INVALID(text)                                                          \
	"{'__type':'com.amazon.coral.validate#ValidationException',"           \
	"'message':'" text "'}"

static void
test_batch_write(void)
{
	batch("INSERT INTO tab VALUE {'a':'x','b':1}\0"
	      "INSERT INTO tab VALUE {'a':'x','b':2,'n':?}|,'Parameters':[{"
	      "'N':'5'}]\0"
	      "INSERT INTO \"o-ne\" VALUE {'a':'y'}\0",
	    ",'ReturnConsumedCapacity':'TOTAL'",
	    "{'Responses':[{'TableName':'tab'},{'TableName':'tab'},{"
	    "'TableName':'o-ne'}],'ConsumedCapacity':[{'TableName':'tab',"
	    "'CapacityUnits':2.0},{'TableName':'o-ne','CapacityUnits':1.0}]}");
	batch("INSERT INTO tab VALUE {'a':'x','b':1}\0"
	      "UPDATE tab SET n=1 WHERE a='x' AND b=77\0"
	      "UPDATE tab SET n=1 WHERE a='x' AND b=2 AND n=9|,"
	      "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'\0"
	      "DELETE FROM tab WHERE a='x'\0"
	      "DELETE FROM none WHERE a='x'\0"
	      "INSERT INTO \"o-ne\" VALUE {'a':'z'}\0",
	    "",
	    "{'Responses':[{'Error':{'Code':'DuplicateItem','Message':"
	    "'Duplicate primary key exists in table'},'TableName':'tab'},{"
	    "'Error':{" FAILED "},'TableName':'tab'},{'Error':{" FAILED
	    ",'Item':{'a':{'S':'x'},'b':{'N':'2'},'n':{'N':'5'}}},"
	    "'TableName':'tab'},{'Error':{" NO_KEY "},'TableName':'tab'},{"
	    "'Error':{'Code':'ResourceNotFound','Message':'Requested "
	    "resource not found: Table: none not found'},'TableName':'none'"
	    "},{'TableName':'o-ne'}]}");
}

static void
test_batch_faults(void)
{
	(void)ddb_run("BatchExecuteStatement",
	    request("Statements",
		"DELETE FROM\0"
		"EXISTS(SELECT * FROM tab WHERE a='x' AND b=1)\0"
		"UPDATE \"o-ne\" SET n=1 WHERE a='z'\0",
		""));
	ok(ddb_said("\"Message\":\"Statement wasn't well formed, can't be "
		    "processed: Expected a name but got 'end of "
		    "statement'\"}}"), "bad form");
	ok(ddb_said("\"Message\":\"EXISTS can only be used in transactions\"}"
		    ",\"TableName\":\"tab\"},{\"TableName\":\"o-ne\"}]}"),
	    "and the last one was carried out");
	batch("UPDATE tab SET n=n+1 WHERE a='x' AND b=2 RETURNING ALL NEW *\0"
	      "DELETE FROM \"o-ne\" WHERE a='z' RETURNING ALL OLD *\0",
	    "",
	    "{'Responses':[{'Item':{'a':{'S':'x'},'b':{'N':'2'},'n':{'N':"
	    "'6'}},'TableName':'tab'},{'Item':{'a':{'S':'z'},'n':{'N':'1'}},'TableName':"
	    "'o-ne'}]}");
	batch("UPDATE tab SET n=0 WHERE a='x' AND b=2\0"
	      "DELETE FROM tab WHERE b=2 AND a='x'\0", "",
	    INVALID("Provided list of item keys contains duplicates"));
	batch("SELECT * FROM tab WHERE a='x' AND b=2\0"
	      "DELETE FROM tab WHERE b=2 AND a='x'\0", "",
	    INVALID("Read and write requests together in the same batch is "
		    "not supported."));
}

static void
test_batch_read(void)
{
	batch("SELECT * FROM tab WHERE a='x' AND b=1\0"
	      "SELECT n FROM tab WHERE b=? AND a=?|,'Parameters':[{'N':'2'},{"
	      "'S':'x'}],'ConsistentRead':true\0"
	      "SELECT * FROM tab WHERE a='x' AND b=3\0"
	      "SELECT * FROM \"o-ne\" WHERE a='y' AND a='q'\0",
	    ",'ReturnConsumedCapacity':'TOTAL'",
	    "{'Responses':[{'Item':" X1 ",'TableName':'tab'},{'Item':{'n':{"
	    "'N':'6'}},'TableName':'tab'},{'TableName':'tab'},{'TableName':"
	    "'o-ne'}],'ConsumedCapacity':[{'TableName':'tab',"
	    "'CapacityUnits':2.0},{'TableName':'o-ne','CapacityUnits':0.5}]}");
	batch("SELECT * FROM tab WHERE a='x'\0"
	      "SELECT * FROM tab.idx WHERE a='x' AND b=1\0",
	    "",
	    "{'Responses':[{'Error':{'Code':'ValidationError','Message':"
	    "'Select statements within BatchExecuteStatement must specify "
	    "the primary key in the where clause.'},'TableName':'tab'},{"
	    "'Error':{'Code':'ValidationError','Message':'Select statements "
	    "within BatchExecuteStatement must specify the primary key in "
	    "the where clause.'},'TableName':'tab'}]}");
	batch("SELECT * FROM tab WHERE a='x' AND b=2\0"
	      "SELECT n FROM tab WHERE b=2 AND a='x'\0", "",
	    INVALID("Provided list of item keys contains duplicates"));
	ddb_ctx.rights = OP_READ;
	ddb_ctx.tables = STR("o-ne");
	batch("SELECT * FROM \"o-ne\" WHERE a='y'\0"
	      "SELECT * FROM tab WHERE a='x' AND b=2\0",
	    "",
	    "{'__type':'" TYPE "AccessDeniedException','message':'the token "
	    "does not allow this'}");
	batch("SELECT * FROM \"o-ne\" WHERE a='y'\0", "",
	    "{'Responses':[{'Item':{'a':{'S':'y'}},'TableName':'o-ne'}]}");
	ddb_ctx.tables = (struct str){ NULL, 0 };
	is_int(ddb_run("BatchExecuteStatement",
		   request("Statements", "DELETE FROM tab WHERE a='x'\0", "")),
	    ERR_SCOPE, "a token that reads does not write");
	ddb_ctx.rights = 7;
}

/* n statements that read, or insert from a number on. */
static enum err
many(const char *op, unsigned n, const char *form)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));

	for (unsigned i = 0; i < n; i++)
		buf_printf(&b, "%s%u}%c", form, 1000 + i, 0);
	buf_putc(&b, '\0');
	return ddb_run(op, request(op[0] == 'B' ? "Statements" :
						  "TransactStatements",
			       b.p, ""));
}

static void
test_limits(void)
{
	static const char insert[] = "INSERT INTO tab VALUE {'a':'m','b':";

	is_int(many("BatchExecuteStatement", 25, insert), ERR_OK, "25");
	is_int(many("BatchExecuteStatement", 26, insert), ERR_VALIDATION,
	    "26");
	ok(ddb_said("at 'statements' failed to satisfy constraint: Member "
		    "must have length less than or equal to 25"), "in words");
	is_int(many("BatchExecuteStatement", 0, ""), ERR_VALIDATION, "none");
	is_int(many("ExecuteTransaction", 100, "INSERT INTO tab VALUE "
					       "{'a':'k','b':"),
	    ERR_OK, "100");
	is_int(many("ExecuteTransaction", 101, "INSERT INTO tab VALUE "
					       "{'a':'l','b':"),
	    ERR_VALIDATION, "101");
	ok(ddb_said("at 'transactStatements' failed to satisfy constraint: "
		    "Member must have length less than or equal to 100"),
	    "in words");
	is_int(many("ExecuteTransaction", 0, ""), ERR_VALIDATION, "none");
}

/* Items of 256 KB: 16 of them are 4 MB. */
static void
test_size(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));

	/* a, l, b, 3 for an odd number of four digits, c */
	for (unsigned i = 0; i < 17; i++) {
		struct buf item CLEANUP(buf_free) = BUF_INIT(MIB(1));

		buf_printf(&item,
		    "{'TableName':'tab','Item':{'a':{'S':'l'},'b':{'N':'%u'"
		    "},'c':{'S':'%c", 1001 + 2 * i, 0);
		(void)ddb_run_long("PutItem", item.p, 262144 - 7, 'v',
		    "'}}}");
		buf_printf(&b, "SELECT * FROM tab WHERE a='l' AND b=%u%c",
		    1001 + 2 * i, 0);
		if (i < 15)
			continue;
		/* A second NUL, which the next one takes the place of. */
		buf_putc(&b, '\0');
		is_int(ddb_run("ExecuteTransaction",
			   request("TransactStatements", b.p, "")),
		    i == 15 ? ERR_OK : ERR_VALIDATION, "%u items", i + 1);
		b.len--;
	}
	ok(ddb_said("The aggregate size of the items in the transaction "
		    "exceeded 4 MB"), "in words");
}

static void
test_transaction(void)
{
	transaction("INSERT INTO tab VALUE {'a':'t','b':1}\0"
		    "UPDATE tab SET n=0 WHERE a='x' AND b=2 AND n=6\0"
		    "DELETE FROM \"o-ne\" WHERE a='never'\0"
		    "EXISTS(SELECT * FROM tab WHERE a='x' AND b=1)\0",
	    ",'ReturnConsumedCapacity':'TOTAL'",
	    "{'Responses':[{},{},{},{}],'ConsumedCapacity':[{'TableName':"
	    "'tab','CapacityUnits':6.0,'WriteCapacityUnits':6.0},{"
	    "'TableName':'o-ne','CapacityUnits':2.0,'WriteCapacityUnits':"
	    "2.0}]}");
	transaction("SELECT * FROM tab WHERE a='t' AND b=1\0"
		    "SELECT n FROM tab WHERE a='x' AND b=2\0"
		    "SELECT n FROM tab WHERE a='x' AND b=3\0"
		    "SELECT n FROM \"o-ne\" WHERE a='y' AND n=1\0",
	    ",'ReturnConsumedCapacity':'TOTAL'",
	    "{'Responses':[{'Item':{'a':{'S':'t'},'b':{'N':'1'}}},{'Item':{"
	    "'n':{'N':'0'}}},{},{}],'ConsumedCapacity':[{'TableName':'tab',"
	    "'CapacityUnits':6.0,'ReadCapacityUnits':6.0},{'TableName':"
	    "'o-ne','CapacityUnits':2.0,'ReadCapacityUnits':2.0}]}");
	transaction("INSERT INTO tab VALUE {'a':'t','b':1}\0"
		    "UPDATE tab SET n=1 WHERE a='x' AND b=77\0"
		    "DELETE FROM tab WHERE a='x' AND b=2 AND n=3|,"
		    "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'\0"
		    "EXISTS(SELECT * FROM tab WHERE a='x' AND b=1 AND n=1)\0"
		    "UPDATE tab SET n=1 WHERE a='x'\0"
		    "INSERT INTO \"o-ne\" VALUE {'a':'undone'}\0",
	    "",
	    CANCELED("DuplicateItem, ConditionalCheckFailed, "
		     "ConditionalCheckFailed, ConditionalCheckFailed, "
		     "ValidationError, None",
		"{'Code':'DuplicateItem','Message':'Duplicate primary key "
		"exists in table'},{" FAILED "},{" FAILED ",'Item':{'a':{'S'"
		":'x'},'b':{'N':'2'},'n':{'N':'0'}}},{" FAILED "},{" NO_KEY
		"}," NONE));
	says("SELECT * FROM \"o-ne\" WHERE a='undone'", "", "{'Items':[]}");
	transaction("SELECT * FROM tab WHERE a='x'\0"
		    "SELECT * FROM tab WHERE a='x' AND b='1'\0",
	    "",
	    CANCELED("ValidationError, ValidationError",
		"{'Code':'ValidationError','Message':'Select statements "
		"within ExecuteTransaction must specify the primary key in "
		"the where clause.'},{'Code':'ValidationError','Message':"
		"'The provided key element does not match the schema'}"));
}

static void
test_refused(void)
{
	transaction("SELECT * FROM tab WHERE a='x' AND b=1\0"
		    "DELETE FROM tab WHERE a='x' AND b=2\0", "",
	    INVALID(MIXED));
	transaction("SELECT * FROM tab WHERE a='x' AND b=1\0"
		    "EXISTS(SELECT * FROM tab WHERE a='x' AND b=2)\0", "",
	    INVALID(MIXED));
	transaction("DELETE FROM tab WHERE a='x' AND b=1\0"
		    "UPDATE tab SET n=1 WHERE a='x' AND b=1.0\0", "",
	    INVALID("Transaction request cannot include multiple operations "
		    "on one item"));
	transaction("DELETE FROM tab WHERE a='x' AND b=1\0"
		    "DELETE FROM tab WHERE a='x' AND b=2 RETURNING ALL OLD "
		    "*\0", "",
	    INVALID("Validation failed in TransactStatements[1]: RETURNING "
		    "clause is not supported in ExecuteTransaction."));
	transaction("DELETE FROM none WHERE a='x' AND b=1\0", "",
	    "{'__type':'" TYPE "ResourceNotFoundException','message':"
	    "'Requested resource not found: Table: none not found'}");
	ddb_ctx.rights = OP_READ;
	is_int(ddb_run("ExecuteTransaction",
		   request("TransactStatements",
		       "EXISTS(SELECT * FROM tab WHERE a='x' AND b=2)\0", "")),
	    ERR_SCOPE, "a token that reads does not check");
	ddb_ctx.rights = 7;
}

static void
test_token(void)
{
	static const char add[] = "UPDATE tab SET n=n+1 WHERE a='x' AND b=2\0";
	static const char more[] =
	    ",'ClientRequestToken':'one','ReturnConsumedCapacity':'TOTAL'";

	transaction(add, more,
	    "{'Responses':[{}],'ConsumedCapacity':[{'TableName':'tab',"
	    "'CapacityUnits':2.0,'WriteCapacityUnits':2.0}]}");
	transaction(add, more,
	    "{'Responses':[{}],'ConsumedCapacity':[{'TableName':'tab',"
	    "'CapacityUnits':2.0,'ReadCapacityUnits':2.0}]}");
	says("SELECT n FROM tab WHERE a='x' AND b=2", "",
	    "{'Items':[{'n':{'N':'1'}}]}");
	transaction(add, ",'ClientRequestToken':'one'",
	    "{'__type':'" TYPE "IdempotentParameterMismatchException',"
	    "'message':'DynamoDB rejected the request because you retried a "
	    "request with a different payload but with an idempotent token "
	    "that was already used.'}");
}

int
main(void)
{
	ddb_open();
	tables();
	test_batch_write();
	test_batch_faults();
	test_batch_read();
	test_limits();
	test_size();
	test_transaction();
	test_refused();
	test_token();
	ddb_close();
	return tap_done();
}
