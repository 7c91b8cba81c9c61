/* SPDX-License-Identifier: ISC */
/*
 * partiql.h - statements of PartiQL as they stand; in the other members of
 * the request and in answers ' stands for ".
 */
#ifndef TESTS_PARTIQL_H
#define TESTS_PARTIQL_H

#include "ddb.h"

#define says(s, more, want) says_at(s, more, want, __FILE__, __LINE__)
#define refuses(s, more, text)                                                 \
	fails_at(s, more, "com.amazon.coral.validate#ValidationException",     \
	    text, __FILE__, __LINE__)
#define fails(s, more, type, text)                                             \
	fails_at(s, more, "com.amazonaws.dynamodb.v20120810#" type, text,      \
	    __FILE__, __LINE__)
#define BAD_FORM "Statement wasn't well formed, can't be processed: "

/* more: ",'Limit':1" */
__attribute__((unused)) static enum err
execute(const char *statement, const char *more)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(1));

	BUF_LIT(&b, "{\"Statement\":");
	json_put_str(&b, str_from(statement));
	buf_puts(&b, ddb_quote(more));
	buf_putc(&b, '}');
	return ddb_run("ExecuteStatement", buf_str(&b));
}

__attribute__((unused)) static void
says_at(const char *statement, const char *more, const char *want,
    const char *file, int line)
{
	(void)execute(statement, more);
	tap_str(buf_str(&ddb_out), ddb_quote(want), file, line, "%.200s %s",
	    statement, more);
}

__attribute__((unused)) static void
fails_at(const char *statement, const char *more, const char *type,
    const char *text, const char *file, int line)
{
	struct buf want CLEANUP(buf_free) = BUF_INIT(MIB(1));

	(void)execute(statement, more);
	buf_printf(&want, "{\"__type\":\"%s\",\"message\":", type);
	json_put_str(&want, str_from(text));
	buf_putc(&want, '}');
	tap_str(buf_str(&ddb_out), buf_str(&want), file, line, "%.200s %s",
	    statement, more);
}

/* Tables tab (a S, b N; an index by g and b) and one (a S). */
__attribute__((unused)) static void
tables(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'tab','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'},{'AttributeName':'b','KeyType':'RANGE'}],"
	    "'AttributeDefinitions':[{'AttributeName':'a','AttributeType':'S'"
	    "},{'AttributeName':'b','AttributeType':'N'},{'AttributeName':'g'"
	    ",'AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST',"
	    "'GlobalSecondaryIndexes':[{'IndexName':'idx','KeySchema':[{"
	    "'AttributeName':'g','KeyType':'HASH'},{'AttributeName':'b',"
	    "'KeyType':'RANGE'}],'Projection':{'ProjectionType':"
	    "'KEYS_ONLY'}}]}", NULL);
	ddb_ok("CreateTable",
	    "{'TableName':'o-ne','KeySchema':[{'AttributeName':'a','KeyType':"
	    "'HASH'}],'AttributeDefinitions':[{'AttributeName':'a',"
	    "'AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST'}", NULL);
}

#endif
