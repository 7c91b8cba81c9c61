/* SPDX-License-Identifier: ISC */
/* undo.t - what a request of a tool changed is taken back, whole or not. */
#include "ddb.h"
#include "ddb/job.h"
#include "moved.h"

#define CREATE(t)                                                            \
	"{'TableName':'" t "','AttributeDefinitions':[{'AttributeName':'p'," \
	"'AttributeType':'S'},{'AttributeName':'g','AttributeType':'N'}],"   \
	"'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"              \
	"'BillingMode':'PAY_PER_REQUEST','GlobalSecondaryIndexes':[{"        \
	"'IndexName':'byg','KeySchema':[{'AttributeName':'g','KeyType':"     \
	"'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}"
#define ITEM(p, g) "{'p':{'S':'" p "'},'g':{'N':'" g "'}}"
#define PUT(p, g)  "{'TableName':'undo','Item':" ITEM(p, g) "}"
#define GET(p)     "{'TableName':'undo','Key':{'p':{'S':'" p "'}}}"
#define NOTHING                                                             \
	"there is nothing to undo under this name; what a request changed " \
	"is kept for 24 hours, a deleted table for 7 days"

/* The name of what the last request changed, as a tool tells it. */
static const char *
change(void)
{
	static char name[4][64];
	static unsigned turn;
	char *to = name[turn++ % NELEM(name)];

	(void)snprintf(to, sizeof(name[0]), "{'Change':'change-%llu-%llu'}",
	    (unsigned long long)ddb_ctx.first_change,
	    (unsigned long long)ddb_ctx.last_change);
	return to;
}

static int
count(const char *g)
{
	char in[256];

	(void)snprintf(in, sizeof(in),
	    "{'TableName':'undo','IndexName':'byg','Select':'COUNT',"
	    "'KeyConditionExpression':'g=:g','ExpressionAttributeValues':"
	    "{':g':{'N':'%s'}}}",
	    g);
	if (ddb_run("Query", ddb_quote(in)) != ERR_OK)
		return -1;
	return ddb_said("\"Count\":0") ? 0 : ddb_said("\"Count\":1") ? 1 : 2;
}

static void
test_items(void)
{
	const char *first, *second, *batch;

	ddb_ok("CreateTable", CREATE("undo"), NULL);
	ddb_ok("PutItem", PUT("a", "1"), "{}");
	first = change();
	ddb_ok("PutItem", PUT("a", "2"), "{}");
	second = change();
	ddb_bad("Undo", first, "ConditionalCheckFailedException",
	    "an item of undo was changed since; nothing was undone");
	ddb_ok("Undo", second, "{'Items':1}");
	ddb_ok("GetItem", GET("a"), "{'Item':" ITEM("a", "1") "}");
	is_int(count("1"), 1, "the index, too");
	is_int(count("2"), 0, "has nothing else");
	ddb_bad("Undo", second, "ConditionalCheckFailedException",
	    "an item of undo was changed since; nothing was undone");
	ddb_ok("Undo", first, "{'Items':1}");
	second = change();
	ddb_ok("GetItem", GET("a"), "{}");
	ddb_ok("Undo", second, "{'Items':1}"); /* and that is undone */
	ddb_ok("GetItem", GET("a"), "{'Item':" ITEM("a", "1") "}");
	ddb_ok("BatchWriteItem",
	    "{'RequestItems':{'undo':[{'PutRequest':{'Item':" ITEM("b",
		"3") "}},{'DeleteRequest':{'Key':{'p':{'S':'a'}}}}]}}",
	    NULL);
	batch = change();
	ddb_ok("PutItem", PUT("c", "4"), "{}");
	ddb_ok("PutItem", PUT("b", "5"), "{}");
	ddb_bad("Undo", batch, "ConditionalCheckFailedException",
	    "an item of undo was changed since; nothing was undone");
	ddb_ok("GetItem", GET("a"), "{}");
	ddb_ok("PutItem", PUT("b", "3"), "{}");
	ddb_ok("Undo", batch, "{'Items':2}");
	ddb_ok("GetItem", GET("a"), "{'Item':" ITEM("a", "1") "}");
	ddb_ok("GetItem", GET("b"), "{}");
	ddb_ok("GetItem", GET("c"), "{'Item':" ITEM("c", "4") "}");
}

static void
test_refused(void)
{
	ddb_model = false;
	ddb_ok("PutItem", PUT("z", "1"), "{}");
	ddb_model = true;
	ddb_bad("Undo", change(), "ResourceNotFoundException", NOTHING);
	ddb_bad("Undo", "{'Change':'change-1-1000000'}",
	    "ResourceNotFoundException", NOTHING);
	ddb_bad("Undo", "{'Change':'change-9-8'}", "ResourceNotFoundException",
	    NOTHING);
	ddb_bad("Undo", "{'Change':'table-77'}", "ResourceNotFoundException",
	    NOTHING);
	ddb_invalid("Undo", "{'Change':'change-1'}",
	    "Change: expected change-NUMBER-NUMBER or table-NUMBER, as a tool "
	    "gave it");
	ddb_invalid("Undo", "{'Change':'table-1-2'}",
	    "Change: expected change-NUMBER-NUMBER or table-NUMBER, as a tool "
	    "gave it");
	ddb_invalid("Undo", "{}",
	    "1 validation error detected: Value null at 'change' failed to "
	    "satisfy constraint: Member must not be null");
	/* Of a table that the token may not use. */
	ddb_ok("PutItem", PUT("y", "1"), "{}");
	ddb_ctx.tables = STR("other-*");
	ddb_bad("Undo", change(), "AccessDeniedException",
	    "the token does not allow this");
	ddb_ctx.tables.p = NULL;
}

static void
test_table(void)
{
	struct store_table t;
	char name[64];

	if (store_begin(ddb_ctx.store, false, clock_ms()) != ERR_OK ||
	    store_table_get(ddb_ctx.store, 0, STR("undo"), ddb_ctx.arena, &t) !=
		ERR_OK)
		ok(false, "the table");
	store_rollback(ddb_ctx.store);
	(void)snprintf(name, sizeof(name), "{'Change':'table-%llu'}",
	    (unsigned long long)t.id);
	ddb_bad("Undo", name, "ResourceNotFoundException", NOTHING);
	ddb_ok("DeleteTable", "{'TableName':'undo'}", NULL);
	ddb_bad("GetItem", GET("a"), "ResourceNotFoundException",
	    "Requested resource not found");
	ddb_ok("CreateTable", CREATE("undo"), NULL);
	ddb_bad("Undo", name, "ResourceInUseException",
	    "Table already exists: undo");
	ddb_model = false;
	ddb_ok("DeleteTable", "{'TableName':'undo'}", NULL);
	ddb_model = true;
	ddb_ok("Undo", name, "{'Table':'undo'}");
	ddb_ok("GetItem", GET("a"), "{'Item':" ITEM("a", "1") "}");
	is_int(count("4"), 1, "with its index");
	ddb_ok("PutItem", PUT("d", "4"), "{}");
	is_int(count("4"), 2, "which is kept again");
}

static bool
is_due(int64_t after)
{
	struct op_ctx ctx;
	bool due = false;

	moved = after;
	job_context(&ctx, ddb_ctx.arena, ddb_ctx.store, "aside");
	if (store_begin(ddb_ctx.store, false, clock_ms()) != ERR_OK)
		ok(false, "begin");
	is_int(job_aside.due(&ctx, &due), ERR_OK, "look");
	store_rollback(ddb_ctx.store);
	moved = 0;
	return due;
}

/* After 7 days, and not before. */
static void
test_time(void)
{
	ddb_ok("DeleteTable", "{'TableName':'undo'}", NULL);
	ok(!is_due(0), "it is kept");
	ok(!is_due(LIMIT_ASIDE_S - 10), "for 7 days");
	ok(is_due(LIMIT_ASIDE_S + 10), "and no longer");
}

/* For 24 hours, also where images are kept for 35 days. */
static void
test_day(void)
{
	const char *early, *late;

	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'undo','PointInTimeRecoverySpecification':"
	    "{'PointInTimeRecoveryEnabled':true}}",
	    NULL);
	ddb_ok("PutItem", PUT("e", "5"), "{}");
	early = change();
	ddb_ok("PutItem", PUT("f", "6"), "{}");
	late = change();
	moved = LIMIT_IMAGES_S - 10;
	ddb_ok("Undo", late, "{'Items':1}");
	moved = LIMIT_IMAGES_S + 10;
	ddb_bad("Undo", early, "ResourceNotFoundException", NOTHING);
	moved = 0;
	ddb_ok("Undo", early, "{'Items':1}");
	ddb_ok("UpdateContinuousBackups",
	    "{'TableName':'undo','PointInTimeRecoverySpecification':"
	    "{'PointInTimeRecoveryEnabled':false}}",
	    NULL);
}

int
main(void)
{
	ddb_open();
	ddb_model = true;
	test_items();
	test_day();
	test_refused();
	test_table();
	test_time();
	ddb_close();
	return tap_done();
}
