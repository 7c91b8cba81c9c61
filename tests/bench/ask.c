/* SPDX-License-Identifier: ISC */
#include "ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "item.h"
#include "work.h"

uint32_t *ask_versions;
unsigned ask_items = ITEMS;
unsigned ask_newest;

static uint64_t
rnd(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x >> 11;
}

static size_t
get_ask(struct client *c, char *out, unsigned k, unsigned n)
{
	size_t len =
	    (size_t)sprintf(out, "{\"TableName\":\"" TABLE "\",\"Key\":");

	(void)k, (void)n;
	c->id = (unsigned)(rnd() % ask_items);
	len += item_key(out + len, c->id);
	out[len++] = '}';
	return len;
}

static bool
get_right(const struct client *c)
{
	const char *body = client_body(c);

	return c->body_len > 9 && memcmp(body, "{\"Item\":", 8) == 0 &&
	    item_is(body + 8, c->body_len - 9, c->id, ask_versions[c->id]) &&
	    body[c->body_len - 1] == '}';
}

static size_t
put_ask(struct client *c, char *out, unsigned k, unsigned n)
{
	size_t len =
	    (size_t)sprintf(out, "{\"TableName\":\"" TABLE "\",\"Item\":");

	/* Each client has its own ask_items: the last write is known. */
	c->id = (unsigned)(rnd() % (ask_items / n)) * n + k;
	c->version = ++ask_newest;
	len += item_text(out + len, c->id, c->version);
	out[len++] = '}';
	return len;
}

static bool
put_right(const struct client *c)
{
	if (c->body_len != 2 || memcmp(client_body(c), "{}", 2) != 0)
		return false;
	ask_versions[c->id] = c->version;
	return true;
}

static size_t
query_ask(struct client *c, char *out, unsigned k, unsigned n)
{
	(void)k, (void)n;
	c->id = (unsigned)(rnd() % (ask_items / PARTITION)) * PARTITION;
	return (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"KeyConditionExpression\":"
	    "\"pk = :p\",\"ExpressionAttributeValues\":"
	    "{\":p\":{\"S\":\"user#%05u\"}}}",
	    c->id / PARTITION);
}

static bool
query_right(const struct client *c)
{
	return item_list_is(client_body(c), c->body_len, c->id, 1, PARTITION,
	    ask_versions, false);
}

static size_t
batch_ask(struct client *c, char *out, unsigned k, unsigned n)
{
	(void)k, (void)n;
	c->id = (unsigned)(rnd() % (ask_items / BATCH)) * BATCH;
	c->version = ++ask_newest;
	return work_batch(out, TABLE, c->id, c->version);
}

static bool
batch_right(const struct client *c)
{
	if (!item_has(client_body(c), c->body_len, "\"UnprocessedItems\":{}"))
		return false;
	for (unsigned i = 0; i < BATCH; i++)
		ask_versions[c->id + i] = c->version;
	return true;
}

/* From anywhere on. */
static size_t
scan_ask(struct client *c, char *out, unsigned k, unsigned n)
{
	size_t len = (size_t)sprintf(out,
	    "{\"TableName\":\"" TABLE "\",\"Limit\":%d,\"ExclusiveStartKey\":",
	    SCANNED);

	(void)k, (void)n;
	c->id = (unsigned)(rnd() % ask_items);
	len += item_key(out + len, c->id);
	out[len++] = '}';
	return len;
}

/* The item that begins at p, whichever it is; what is behind it, or NULL. */
static const char *
scanned(const char *p, const char *end)
{
	const char *q = memmem(p, (size_t)(end - p), "}}", 2);
	const char *hash = strstr(p, "\"user#"), *range = strstr(p, "\"order#");
	unsigned id;

	if (q == NULL || hash == NULL || range == NULL)
		return NULL;
	id = (unsigned)atoi(hash + 6) * PARTITION + (unsigned)atoi(range + 7);
	q += 2;
	return id < ask_items &&
		item_is(p, (size_t)(q - p), id, ask_versions[id]) ?
	    q :
	    NULL;
}

/* A page is full, or the last one. */
static bool
scan_right(const struct client *c)
{
	const char *body = client_body(c), *end = body + c->body_len;
	const char *p = strstr(body, "\"Items\":[");
	unsigned n = 0;

	if (p == NULL)
		return false;
	for (p += 9; p != NULL && *p != ']'; n++) {
		p = scanned(p, end);
		if (p != NULL && *p == ',')
			p++;
	}
	return p != NULL &&
	    (n == SCANNED ||
		(n < SCANNED && strstr(p, "\"LastEvaluatedKey\"") == NULL));
}

const struct operation ask_operations[] = {
	[ASK_GET] = { "get", "GetItem", get_ask, get_right },
	[ASK_PUT] = { "put", "PutItem", put_ask, put_right },
	[ASK_QUERY] = { "query", "Query", query_ask, query_right },
	[ASK_BATCH] = { "batch", "BatchWriteItem", batch_ask, batch_right },
	[ASK_SCAN] = { "scan", "Scan", scan_ask, scan_right },
};
