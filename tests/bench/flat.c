/* SPDX-License-Identifier: ISC */
#include "flat.h"

#include <stdio.h>

#include "item.h"

static char body[OUT_MAX];

static void
call(struct client *c, const char *operation, int len)
{
	if (client_call(c, operation, body, (size_t)len) != 200)
		client_wrong(c, operation);
}

void
flat_ttl(struct client *c, const char *table)
{
	call(c, "UpdateTimeToLive",
	    sprintf(body,
		"{\"TableName\":\"%s\",\"TimeToLiveSpecification\":"
		"{\"Enabled\":true,\"AttributeName\":\"t\"}}",
		table));
	printf("{}\n");
}

void
flat_stream(struct client *c, const char *table)
{
	call(c, "UpdateTable",
	    sprintf(body,
		"{\"TableName\":\"%s\",\"StreamSpecification\":"
		"{\"StreamEnabled\":true,\"StreamViewType\":\"NEW_IMAGE\"}}",
		table));
	printf("{}\n");
}

void
flat_expire(struct client *c, const char *table, unsigned n, unsigned at)
{
	char value[VALUE_LEN + 1];

	for (unsigned id = 0; id < n; id += BATCH) {
		int len = sprintf(body, "{\"RequestItems\":{\"%s\":[", table);

		for (unsigned i = id; i < id + BATCH; i++) {
			item_value(value, i, 0);
			len += sprintf(body + len,
			    "%s{\"PutRequest\":{\"Item\":{"
			    "\"pk\":{\"S\":\"old\"},\"sk\":{\"S\":\"%06u\"},"
			    "\"t\":{\"N\":\"%u\"},\"v\":{\"S\":\"%s\"}}}}",
			    i > id ? "," : "", i, at, value);
		}
		call(c, "BatchWriteItem", len + sprintf(body + len, "]}}"));
		if (!item_has(client_body(c), c->body_len,
			"\"UnprocessedItems\":{}"))
			client_wrong(c, "BatchWriteItem");
	}
	printf("{}\n");
}

void
flat_count(struct client *c, const char *table, unsigned n)
{
	char want[32];

	call(c, "Query",
	    sprintf(body,
		"{\"TableName\":\"%s\",\"Select\":\"COUNT\","
		"\"KeyConditionExpression\":\"pk = :p\","
		"\"ExpressionAttributeValues\":{\":p\":{\"S\":\"old\"}}}",
		table));
	(void)sprintf(want, "\"Count\":%u,", n);
	if (!item_has(client_body(c), c->body_len, want))
		client_wrong(c, "the items that end");
	printf("{}\n");
}
