/* SPDX-License-Identifier: ISC */
/* items.t - put, get and delete. */
#include "ddb.h"

int
main(void)
{
	ddb_open();
	ddb_ok("CreateTable",
	    "{\"TableName\":\"abc\",\"KeySchema\":[{\"AttributeName\":\"a\","
	    "\"KeyType\":\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":"
	    "\"RANGE\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"a\","
	    "\"AttributeType\":\"S\"},{\"AttributeName\":\"b\","
	    "\"AttributeType\":\"N\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}", NULL);
	printf("# %.*s\n", STR_ARG(buf_str(&ddb_out)));
	ddb_ok("PutItem","{\"TableName\":\"abc\",\"Item\":{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1.0\"}}}","{}");
	ddb_ok("GetItem","{\"TableName\":\"abc\",\"Key\":{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1\"}}}","{\"Item\":{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1\"}}}");
	ddb_ok("Query","{\"TableName\":\"abc\",\"KeyConditionExpression\":\"a = :x\",\"ExpressionAttributeValues\":{\":x\":{\"S\":\"x\"}}}","{\"Items\":[{\"a\":{\"S\":\"x\"},\"b\":{\"N\":\"1\"}}],\"Count\":1,\"ScannedCount\":1}");
	ddb_close();
	return tap_done();
}
