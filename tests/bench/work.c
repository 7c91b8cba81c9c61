/* SPDX-License-Identifier: ISC */
/*
 * The items are those of item.h, 1,000 of them.  A server that has no
 * indexes gets the table without one and refuses the step that asks it.
 */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "item.h"

enum {
	ROWS = 1000
};

#define TABLE "work"

static uint32_t version[ROWS]; /* 0: deleted */

size_t
work_batch(char *out, const char *table, unsigned id, unsigned new)
{
	size_t n = (size_t)sprintf(out, "{\"RequestItems\":{\"%s\":[", table);

	for (unsigned i = 0; i < BATCH; i++) {
		n += (size_t)sprintf(out + n,
		    "%s{\"PutRequest\":{\"Item\":", i > 0 ? "," : "");
		n += item_text(out + n, id + i, new);
		n += (size_t)sprintf(out + n, "}}");
	}
	return n + (size_t)sprintf(out + n, "]}}");
}

size_t
work_create(char *out, const char *table, bool with_index)
{
	return (size_t)sprintf(out,
	    "{\"TableName\":\"%s\",\"AttributeDefinitions\":["
	    "{\"AttributeName\":\"pk\",\"AttributeType\":\"S\"},"
	    "{\"AttributeName\":\"sk\",\"AttributeType\":\"S\"}],"
	    "\"KeySchema\":[{\"AttributeName\":\"pk\",\"KeyType\":\"HASH\"},"
	    "{\"AttributeName\":\"sk\",\"KeyType\":\"RANGE\"}],%s"
	    "\"BillingMode\":\"PAY_PER_REQUEST\"}",
	    table,
	    !with_index ? "" :
			  "\"GlobalSecondaryIndexes\":[{\"IndexName\":\"turned"
			  "\",\"KeySchema\":[{\"AttributeName\":\"sk\","
			  "\"KeyType\":\"HASH\"},{\"AttributeName\":\"pk\","
			  "\"KeyType\":\"RANGE\"}],\"Projection\":"
			  "{\"ProjectionType\":\"ALL\"}}],");
}

/* ---- the steps: ask writes request i, right checks its answer */

static bool
empty(const struct client *c, unsigned i)
{
	(void)i;
	return c->body_len == 2 && memcmp(client_body(c), "{}", 2) == 0;
}

static bool
any(const struct client *c, unsigned i)
{
	(void)i;
	return c->body_len > 2;
}

static size_t
create_ask(char *out, unsigned i)
{
	(void)i;
	return work_create(out, TABLE, true);
}

static size_t
fill_ask(char *out, unsigned i)
{
	return work_batch(out, TABLE, i * BATCH, 1);
}

static bool
fill_right(const struct client *c, unsigned i)
{
	for (unsigned k = 0; k < BATCH; k++)
		version[i * BATCH + k] = 1;
	return item_has(client_body(c), c->body_len, "\"UnprocessedItems\":{}");
}

static size_t
put_ask(char *out, unsigned i)
{
	char item[ITEM_MAX];

	(void)item_text(item, i, 2);
	return (size_t)sprintf(out, "{\"TableName\":\"" TABLE "\",\"Item\":%s}",
	    item);
}

static bool
put_right(const struct client *c, unsigned i)
{
	version[i] = 2;
	return empty(c, i);
}

/* Every second one must fail: the item is there. */
static size_t
condition_ask(char *out, unsigned i)
{
	char item[ITEM_MAX];

	(void)item_text(item, 100 + i, 2);
	return (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"Item\":%s,"
	    "\"ConditionExpression\":\"attribute_%sexists(pk)\"}",
	    item, i % 2 == 1 ? "not_" : "");
}

static bool
condition_right(const struct client *c, unsigned i)
{
	if (i % 2 == 1)
		return c->status == 400 &&
		    item_has(client_body(c), c->body_len,
			"ConditionalCheckFailedException");
	version[100 + i] = 2;
	return empty(c, i);
}

static size_t
get_ask(char *out, unsigned i)
{
	char key[ITEM_MAX];

	(void)item_key(key, i * 5);
	return (size_t)sprintf(out, "{\"TableName\":\"" TABLE "\",\"Key\":%s}",
	    key);
}

static bool
get_right(const struct client *c, unsigned i)
{
	return c->body_len > 9 &&
	    memcmp(client_body(c), "{\"Item\":", 8) == 0 &&
	    item_is(client_body(c) + 8, c->body_len - 9, i * 5, version[i * 5]);
}

/* Both batch forms: keys[n] of ids id, id + 1, ... */
static size_t
keys(char *out, unsigned id, unsigned n, const char *before, const char *after)
{
	size_t len = 0;

	for (unsigned k = 0; k < n; k++) {
		len += (size_t)sprintf(out + len, "%s%s", k > 0 ? "," : "",
		    before);
		len += item_key(out + len, id + k);
		len += (size_t)sprintf(out + len, "%s", after);
	}
	return len;
}

static size_t
batch_get_ask(char *out, unsigned i)
{
	size_t n = (size_t)sprintf(out,
	    "{\"RequestItems\":{\"" TABLE "\":{\"Keys\":[");

	n += keys(out + n, i * 50, 50, "", "");
	return n + (size_t)sprintf(out + n, "]}}}");
}

/* The order is the server's: each value must be there once. */
static bool
batch_get_right(const struct client *c, unsigned i)
{
	char value[VALUE_LEN + 1];

	for (unsigned id = i * 50; id < i * 50 + 50; id++) {
		item_value(value, id, version[id]);
		if (!item_has(client_body(c), c->body_len, value))
			return false;
	}
	return item_has(client_body(c), c->body_len, "\"UnprocessedKeys\":{}");
}

static size_t
update_ask(char *out, unsigned i)
{
	char key[ITEM_MAX], value[VALUE_LEN + 1];

	(void)item_key(key, i);
	item_value(value, i, 3);
	return (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"Key\":%s,\"UpdateExpression\":"
	    "\"SET v = :v, n = n + :one\",\"ReturnValues\":\"ALL_NEW\","
	    "\"ExpressionAttributeValues\":{\":v\":{\"S\":\"%s\"},"
	    "\":one\":{\"N\":\"1\"}}}",
	    key, value);
}

static bool
update_right(const struct client *c, unsigned i)
{
	static const char head[] = "{\"Attributes\":";
	const size_t n = sizeof(head) - 1;

	version[i] = 3;
	return c->body_len > n && memcmp(client_body(c), head, n) == 0 &&
	    item_is(client_body(c) + n, c->body_len - n - 1, i, 3);
}

static size_t
query_ask(char *out, unsigned i)
{
	return (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"KeyConditionExpression\":"
	    "\"pk = :p AND begins_with(sk, :s)\","
	    "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"user#%05u\"},"
	    "\":s\":{\"S\":\"order#\"}}}",
	    i);
}

static bool
query_right(const struct client *c, unsigned i)
{
	return item_list_is(client_body(c), c->body_len, i * PARTITION, 1,
	    PARTITION, version, false);
}

static size_t
index_ask(char *out, unsigned i)
{
	return (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"IndexName\":\"turned\","
	    "\"KeyConditionExpression\":\"sk = :s AND pk >= :p\",\"Limit\":10,"
	    "\"ExpressionAttributeValues\":{\":s\":{\"S\":\"order#%02u\"},"
	    "\":p\":{\"S\":\"user#%05u\"}}}",
	    i % PARTITION, i);
}

static bool
index_right(const struct client *c, unsigned i)
{
	return item_list_is(client_body(c), c->body_len,
	    i * PARTITION + i % PARTITION, PARTITION, 10, version, true);
}

static size_t
scan_ask(char *out, unsigned i)
{
	(void)i;
	return (size_t)sprintf(out, "{\"TableName\":\"" TABLE "\"}");
}

static bool
scan_right(const struct client *c, unsigned i)
{
	char value[VALUE_LEN + 1];

	(void)i;
	for (unsigned id = 0; id < ROWS; id += 100) {
		item_value(value, id, version[id]);
		if (!item_has(client_body(c), c->body_len, value))
			return false;
	}
	return item_has(client_body(c), c->body_len, "\"Count\":1000,") ||
	    item_has(client_body(c), c->body_len, "\"Count\":1000}");
}

static size_t
transact_ask(char *out, unsigned i)
{
	size_t n = (size_t)sprintf(out, "{\"TransactItems\":[");

	for (unsigned id = i * 10; id < i * 10 + 10; id++) {
		n += (size_t)sprintf(out + n,
		    "%s{\"Put\":{\"TableName\":\"" TABLE "\",\"Item\":",
		    id > i * 10 ? "," : "");
		n += item_text(out + n, id, 4);
		n += (size_t)sprintf(out + n, "}}");
	}
	return n + (size_t)sprintf(out + n, "]}");
}

static bool
transact_right(const struct client *c, unsigned i)
{
	for (unsigned id = i * 10; id < i * 10 + 10; id++)
		version[id] = 4;
	return empty(c, i);
}

static size_t
delete_ask(char *out, unsigned i)
{
	char key[ITEM_MAX];

	(void)item_key(key, i);
	return (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"Key\":%s,"
	    "\"ReturnValues\":\"ALL_OLD\"}",
	    key);
}

static bool
delete_right(const struct client *c, unsigned i)
{
	char value[VALUE_LEN + 1];

	item_value(value, i, version[i]);
	version[i] = 0;
	return item_has(client_body(c), c->body_len, value);
}

static const struct step {
	const char *name, *operation;
	unsigned count;
	size_t (*ask)(char *out, unsigned i);
	bool (*right)(const struct client *c, unsigned i);
	bool errors; /* a 400 may be right */
} steps[] = {
	{ "CreateTable, an index", "CreateTable", 1, create_ask, any },
	{ "BatchWriteItem of 25", "BatchWriteItem", 40, fill_ask, fill_right },
	{ "PutItem", "PutItem", 100, put_ask, put_right },
	{ "PutItem on a condition", "PutItem", 100, condition_ask,
	    condition_right, true },
	{ "GetItem", "GetItem", 200, get_ask, get_right },
	{ "BatchGetItem of 50", "BatchGetItem", 20, batch_get_ask,
	    batch_get_right },
	{ "UpdateItem", "UpdateItem", 100, update_ask, update_right },
	{ "Query of 10", "Query", 100, query_ask, query_right },
	{ "Query of 10, by the index", "Query", 90, index_ask, index_right },
	{ "Scan of 1000", "Scan", 5, scan_ask, scan_right },
	{ "TransactWriteItems of 10", "TransactWriteItems", 10, transact_ask,
	    transact_right },
	{ "DeleteItem", "DeleteItem", 100, delete_ask, delete_right },
	{ "DeleteTable", "DeleteTable", 1, scan_ask, any },
};

/* The error's name: what stands after the # of __type, or all of it. */
static void
refusal(const struct client *c, char *ret, size_t size)
{
	const char *p = strstr(client_body(c), "\"__type\":\""), *q;

	(void)snprintf(ret, size, "status %d", c->status);
	if (c->status != 400 || p == NULL)
		return;
	p += 10;
	q = strchr(p, '#');
	p = q != NULL ? q + 1 : p;
	(void)snprintf(ret, size, "%.*s", (int)strcspn(p, "\""), p);
}

static bool
step_run(struct client *c, const struct step *s)
{
	static char body[OUT_MAX];

	for (unsigned i = 0; i < s->count; i++) {
		int status =
		    client_call(c, s->operation, body, s->ask(body, i));

		if (status != 200 && !s->errors)
			return false;
		if (!s->right(c, i)) {
			if (status != 200)
				return false;
			client_wrong(c, s->name);
		}
	}
	return true;
}

static void
await_active(struct client *c)
{
	char body[64];

	for (int i = 0; i < 20000; i++) {
		if (client_call(c, "DescribeTable", body, scan_ask(body, 0)) ==
			200 &&
		    item_has(client_body(c), c->body_len,
			"\"TableStatus\":\"ACTIVE\""))
			return;
		(void)usleep(100);
	}
	client_wrong(c, "the table does not become active");
}

static void
without_index(struct client *c)
{
	char body[1024];

	if (client_call(c, "CreateTable", body,
		work_create(body, TABLE, false)) != 200)
		client_wrong(c, "CreateTable");
	await_active(c);
}

void
work(struct client *c)
{
	char why[128];

	printf("{\"steps\":[");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		uint64_t start = client_clock();
		bool done = step_run(c, &steps[i]);

		refusal(c, why, sizeof(why));
		if (i == 0 && done)
			await_active(c);
		start = client_clock() - start;
		printf("%s{\"step\":\"%s\",", i > 0 ? "," : "", steps[i].name);
		if (done)
			printf("\"ms\":%.3f}", (double)start / 1e6);
		else
			printf("\"refused\":\"%s\"}", why);
		if (i == 0 && !done)
			without_index(c);
	}
	printf("]}\n");
}
