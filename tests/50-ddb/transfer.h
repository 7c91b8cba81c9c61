/* SPDX-License-Identifier: ISC */
/*
 * transfer.h - for tests of exports, imports and bulk operations: the two
 * directories of buckets, and the job's steps.
 */
#ifndef TESTS_TRANSFER_H
#define TESTS_TRANSFER_H

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bucket/bucket.h"
#include "ddb.h"
#include "ddb/job.h"

#define ARN(t) "arn:aws:dynamodb:us-east-1:000000000000:table/" t

static int imports_fd = -1, exports_fd = -1;

static void
open_dirs(void)
{
	int dir = open(ddb_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (mkdirat(dir, "imports", 0700) == 0 &&
	    mkdirat(dir, "exports", 0700) == 0) {
		imports_fd = openat(dir, "imports",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		exports_fd = openat(dir, "exports",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	(void)close(dir);
	if (imports_fd < 0 || exports_fd < 0) {
		puts("Bail out! no directories");
		exit(1);
	}
}

static void
close_dirs(void)
{
	char cmd[128];

	(void)snprintf(cmd, sizeof(cmd), "rm -r %s/imports %s/exports", ddb_dir,
	    ddb_dir);
	is_int(system(cmd), 0, "the directories are taken away");
	(void)close(imports_fd);
	(void)close(exports_fd);
}

/* The table tab, whose key is p. */
__attribute__((unused)) static void
create_tab(void)
{
	ddb_ok("CreateTable",
	    "{'TableName':'tab','AttributeDefinitions':[{'AttributeName':'p',"
	    "'AttributeType':'S'}],'KeySchema':[{'AttributeName':'p',"
	    "'KeyType':'HASH'}],'BillingMode':'PAY_PER_REQUEST'}",
	    NULL);
}

/* One step of the jobs that operations start; false: there is none. */
static bool
step(void)
{
	struct op_ctx ctx;
	bool more = false;

	arena_reset(ddb_ctx.arena);
	job_context(&ctx, ddb_ctx.arena, ddb_ctx.store, "requested");
	ctx.imports = imports_fd;
	ctx.exports = exports_fd;
	if (job_requested.step(&ctx, &more) != ERR_OK) {
		ok(false, "a step: %s", store_error(ddb_ctx.store));
		return false;
	}
	return more;
}

/* The text behind "name":" in the last answer, good until the next call. */
static const char *
member(const char *name)
{
	static char found[1024];
	char want[64];
	const char *at, *end;

	found[0] = '\0';
	(void)snprintf(want, sizeof(want), "\"%s\":", name);
	at = memmem(ddb_out.p, ddb_out.len, want, strlen(want));
	if (at == NULL)
		return found;
	at += strlen(want);
	if (*at == '"')
		at++;
	end = at;
	while (end < ddb_out.p + ddb_out.len && *end != '"' && *end != ',' &&
	    *end != '}')
		end++;
	(void)snprintf(found, sizeof(found), "%.*s", (int)(end - at), at);
	return found;
}

/* How often the last answer holds the text, with ' for ". */
__attribute__((unused)) static int
said_times(const char *text)
{
	const struct str want = ddb_quote(text);
	const char *at = ddb_out.p;
	int n = 0;

	while ((at = memmem(at, (size_t)(ddb_out.p + ddb_out.len - at), want.p,
		    want.len)) != NULL) {
		at += want.len;
		n++;
	}
	return n;
}

/* An export is begun; its ARN, to be freed. */
__attribute__((unused)) static char *
export_started(const char *in)
{
	ddb_ok("ExportTableToPointInTime", in, NULL);
	is_str(str_from(member("ExportStatus")), STR("IN_PROGRESS"),
	    "it is begun");
	return strdup(member("ExportArn"));
}

__attribute__((unused)) static void
export_described(const char *arn)
{
	char in[512];

	(void)snprintf(in, sizeof(in), "{'ExportArn':'%s'}", arn);
	ddb_ok("DescribeExport", in, NULL);
}

__attribute__((unused)) static void
read_file(int dir, const char *path, bool gzip, struct buf *out)
{
	struct bucket_in *f CLEANUP(bucket_in_freep) = NULL;
	bool end = false;
	enum err e = bucket_open(dir, str_from(path),
	    gzip ? BUCKET_GZIP : BUCKET_PLAIN, &f);

	while (e == ERR_OK && !end)
		e = bucket_read(f, out, &end);
	is_int(e, ERR_OK, "%s is read", path);
}

__attribute__((unused)) static void
write_file(int dir, const char *path, bool gzip, struct str text)
{
	struct bucket_out *f CLEANUP(bucket_out_freep) = NULL;
	struct bucket_sum sum;
	enum err e = bucket_create(dir, str_from(path), gzip, &f);

	if (e == ERR_OK)
		e = bucket_put(f, text);
	if (e == ERR_OK)
		e = bucket_finish(f, &sum);
	is_int(e, ERR_OK, "%s is written", path);
}

#endif
