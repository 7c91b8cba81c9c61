/* SPDX-License-Identifier: ISC */
/* frame.t - the operation table, what is said before the lock, rights, table
 * patterns, all or nothing. */
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "ddb.h"

#define TABLE(name)                                                            \
	"{'TableName':'" name "','KeySchema':[{'AttributeName':'a','KeyType':" \
	"'HASH'}],'AttributeDefinitions':[{'AttributeName':'a',"               \
	"'AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST'}"

#define DENIED "the token does not allow this"

static void
test_table(void)
{
	size_t n = 0;

	for (; op_at(n) != NULL; n++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(256);
		const struct op *op = op_at(n);

		ok(op->writes != NULL ? op->flags == 0 :
			(op->flags & ~OP_ADMIN) == OP_READ ||
			    op->flags == OP_WRITE,
		    "%s: flags", op->name);
		ok(op_by_name(str_from(op->name)) == op, "%s: by name",
		    op->name);
		buf_printf(&b, "%s%s", op->target, op->name);
		ok(op_by_target(buf_str(&b)) == op, "%s: by target",
		    op->name);
		buf_putc(&b, '\0');
		ok(op_by_target(buf_str(&b)) == NULL, "%s: and a NUL",
		    op->name);
	}
	ok(n >= 10, "%zu operations", n);
	ok(op_at(n + 5) == NULL, "past the end");
	ok(op_by_target(STR("GetItem")) == NULL, "no prefix");
	ok(op_by_target(STR("DynamoDB_20111205.GetItem")) == NULL,
	    "another version");
	ok(op_by_target(STR("DynamoDB_20120810.getItem")) == NULL, "case");
	ok(op_by_target(STR("DynamoDB_20120810.GetItem2")) == NULL, "longer");
	ok(op_by_target(STR("DynamoDB_20120810.GetIte")) == NULL, "shorter");
	ok(op_by_target(STR("DynamoDB_20120810.")) == NULL, "no name");
	ok(op_by_target(STR("")) == NULL, "nothing");
}

static void
test_rights(void)
{
	ddb_ctx.rights = OP_READ;
	ddb_bad("CreateTable", TABLE("rights"), "AccessDeniedException",
	    DENIED);
	ddb_ctx.rights = OP_WRITE;
	ddb_ok("CreateTable", TABLE("rights"), NULL);
	ddb_bad("DescribeTable", "{'TableName':'rights'}",
	    "AccessDeniedException", DENIED);
	ddb_ctx.rights = 0;
	ddb_bad("ListTables", "{}", "AccessDeniedException", DENIED);
	ddb_ctx.rights = 7;
	ddb_ok("DescribeTable", "{'TableName':'rights'}", NULL);
}

static void
test_patterns(void)
{
	static const struct {
		const char *patterns, *table;
		bool want;
	} cases[] = {
		{ "orders", "orders", true },
		{ "orders", "orders2", false },
		{ "orders*", "orders2", true },
		{ "orders*", "orders", true },
		{ "*", "anything", true },
		{ "*-test", "a-test", true },
		{ "*-test", "a-test2", false },
		{ "a*b*c", "a-b-b-c", true },
		{ "a*b*c", "a-c-b", false },
		{ "one,two", "two", true },
		{ "one two", "two", true },
		{ "one, two", "two", true },
		{ " one ,, two ", "one", true },
		{ "one,two", "one,two", false },
		{ "one,two", "on", false },
		{ "", "any", false },
		{ " , ", "any", false },
		{ "Orders", "orders", false },
		{ "**", "x", true },
		{ "o?ders", "orders", false },
	};

	for (size_t i = 0; i < NELEM(cases); i++) {
		ddb_ctx.tables = str_from(cases[i].patterns);
		ok(op_may_table(&ddb_ctx, str_from(cases[i].table)) ==
			cases[i].want, "'%s' and %s", cases[i].patterns,
		    cases[i].table);
	}
	ddb_ctx.tables = (struct str){ NULL, 0 };
	ddb_ok("CreateTable", TABLE("orders"), NULL);
	ddb_ok("CreateTable", TABLE("secret"), NULL);
	ddb_ctx.tables = STR("ord*");
	ddb_ok("ListTables", "{}", "{'TableNames':['orders']}");
	ddb_ok("ListTables", "{'Limit':1}", "{'TableNames':['orders']}");
	ddb_ok("DescribeTable", "{'TableName':'orders'}", NULL);
	ddb_bad("DescribeTable", "{'TableName':'secret'}",
	    "AccessDeniedException", DENIED);
	ddb_bad("DescribeTable", "{'TableName':'absent'}",
	    "AccessDeniedException", DENIED);
	ddb_bad("DescribeTable",
	    "{'TableName':'arn:aws:dynamodb:r:0:table/secret'}",
	    "AccessDeniedException", DENIED);
	ddb_bad("DeleteTable", "{'TableName':'secret'}",
	    "AccessDeniedException", DENIED);
	ddb_bad("CreateTable", TABLE("other"), "AccessDeniedException",
	    DENIED);
	ddb_bad("GetItem", "{'TableName':'secret','Key':{'a':{'S':'x'}}}",
	    "AccessDeniedException", DENIED);
	ddb_bad("PutItem", "{'TableName':'secret','Item':{'a':{'S':'x'}}}",
	    "AccessDeniedException", DENIED);
	ddb_bad("DeleteItem", "{'TableName':'secret','Key':{'a':{'S':'x'}}}",
	    "AccessDeniedException", DENIED);
	ddb_bad("Scan", "{'TableName':'secret'}", "AccessDeniedException",
	    DENIED);
	ddb_bad("BatchWriteItem",
	    "{'RequestItems':{'orders':[{'PutRequest':{'Item':{'a':{'S':'x'}}}"
	    "}],'secret':[{'PutRequest':{'Item':{'a':{'S':'x'}}}}]}}",
	    "AccessDeniedException", DENIED);
	ddb_ok("GetItem", "{'TableName':'orders','Key':{'a':{'S':'x'}}}",
	    "{}");
	ddb_ctx.tables = (struct str){ NULL, 0 };
}

/* What was in the buffer stays, what a failed operation wrote goes. */
static void
test_undone(void)
{
	struct json *in CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct buf out CLEANUP(buf_free) = BUF_INIT(KIB(1));

	buf_puts(&out, STR("head"));
	if (json_parse(ddb_quote("{'TableName':'none'}"), 9, &in, &error) !=
	    ERR_OK)
		abort();
	is_int(op_run(op_by_name(STR("Scan")), &ddb_ctx, in, &out),
	    ERR_NOT_FOUND, "fails");
	is_str(buf_str(&out), STR("head"), "as it was");
	is_str(ddb_ctx.message, STR("Requested resource not found"),
	    "the default text");
	out.max = 4 + 20; /* it begins to write */
	json_freep(&in);
	if (json_parse(STR("{}"), 9, &in, &error) != ERR_OK)
		abort();
	is_int(op_run(op_by_name(STR("ListTables")), &ddb_ctx, in, &out),
	    ERR_TOO_LARGE, "an answer past its limit");
	is_str(buf_str(&out), STR("head"), "as it was");
	is_int(buf_err(&out), ERR_OK, "and can be written to");
}

/*
 * Nobody waits for another's mistake: what the store does not decide is
 * said while another holds the writers' lock.
 */
static void
test_prepared(void)
{
	static const struct {
		const char *op, *good, *bad;
	} cases[] = {
		{ "PutItem", "{'TableName':'locked','Item':{'a':{'S':'x'}}}",
		    "{'TableName':'locked','Item':{'a':{'N':'x'}}}" },
		{ "DeleteItem", "{'TableName':'locked','Key':{'a':{'S':'x'}}}",
		    "{'TableName':'locked','Key':{'a':{'S':'x'}},"
		    "'ConditionExpression':'a ='}" },
		{ "UpdateItem", "{'TableName':'locked','Key':{'a':{'S':'x'}}}",
		    "{'TableName':'locked','Key':{'a':{'S':'x'}},"
		    "'UpdateExpression':'SET b = '}" },
		{ "BatchWriteItem",
		    "{'RequestItems':{'locked':[{'PutRequest':{'Item':{'a':"
		    "{'S':'x'}}}}]}}",
		    "{'RequestItems':{'locked':[{'PutRequest':{'Item':{'a':"
		    "{'S':'x'},'b':{'NS':['1','1']}}}}]}}" },
		{ "TransactWriteItems",
		    "{'TransactItems':[{'Put':{'TableName':'locked','Item':"
		    "{'a':{'S':'x'}}}}]}",
		    "{'TransactItems':[{'Put':{'TableName':'locked','Item':"
		    "{'a':{'S':'x'},'b':{}}}}]}" },
	};
	char path[256];
	int fd;

	ddb_ok("CreateTable", TABLE("locked"), NULL);
	(void)snprintf(path, sizeof(path), "%s/%s", ddb_dir, STORE_LOCK);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1 ||
	    flock(fd, LOCK_EX) != 0)
		abort();
	ddb_patience = 20;
	for (size_t i = 0; i < NELEM(cases); i++) {
		is_int(ddb_run(cases[i].op, ddb_quote(cases[i].good)),
		    ERR_BUSY, "%s waits for the lock", cases[i].op);
		is_int(ddb_run(cases[i].op, ddb_quote(cases[i].bad)),
		    ERR_VALIDATION, "%s is refused at once", cases[i].op);
	}
	ddb_patience = 60000;
	(void)close(fd);
	for (size_t i = 0; i < NELEM(cases); i++)
		ddb_ok(cases[i].op, cases[i].good, NULL);
}

int
main(void)
{
	ddb_open();
	test_table();
	test_prepared();
	test_rights();
	test_patterns();
	test_undone();
	ddb_close();
	return tap_done();
}
