/* SPDX-License-Identifier: ISC */
/*
 * audit - what the log adds to a change: microseconds and bytes of a row, as
 * PutItem by the DynamoDB API writes it.
 *
 * Rows are written by the hundred, without waiting for any disk, so that what
 * is seen is the row alone: its digests, its hash, its insertion.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/store.h"

#define ROWS  100000
#define BATCH 100

static char dir[] = "/tmp/doorward-bench-XXXXXX";
static const unsigned char key[CRYPTO_KEY_BYTES] = "a key";

static long long
file_size(void)
{
	struct stat st;
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/" STORE_DB, dir);
	return stat(path, &st) == 0 ? (long long)st.st_size : 0;
}

static enum err
batch(struct store *s)
{
	/* As long as what a request has. */
	const struct store_actor actor = { .token = STR("default"),
		.client = STR("aws-sdk-js/3.700.0 os/linux lang/js"),
		.request_id = STR("A55OVPAMTLYBVQ5141WIFAOR3TLKVZXUBJ11XEWNOGL4"
				  "ALG33TZQ"),
		.surface = STR("ddb"),
		.operation = STR("PutItem"),
		.peer = STR("127.0.0.1") };
	const struct store_note n = { .kind = STORE_NOTE_LOG,
		.tbl = 1,
		.outcome = STR("OK") };
	enum err e = store_begin(s, true, clock_ms() + 1000);

	if (e != ERR_OK)
		return e;
	store_actor(s, &actor);
	for (int i = 0; e == ERR_OK && i < BATCH; i++)
		e = store_log_note(s, &n);
	return e == ERR_OK ? store_commit(s) : e;
}

int
main(void)
{
	const struct store_conf c = { .dir = dir,
		.chain_key = key,
		.digest_key = key,
		.sync_off = true };
	struct store *s = NULL;
	const char *why = "";
	uint64_t begin, ns;
	long long before;
	char command[64];

	if (crypto_init() != ERR_OK || mkdtemp(dir) == NULL ||
	    store_prepare(&c, &why) != ERR_OK ||
	    store_open(&c, STORE_WRITE, &s, &why) != ERR_OK) {
		(void)fprintf(stderr, "audit: %s\n", why);
		return 1;
	}
	before = file_size();
	begin = clock_wall_ns();
	for (int i = 0; i < ROWS / BATCH; i++) {
		if (batch(s) != ERR_OK)
			return 1;
		(void)store_tidy(s);
	}
	ns = clock_wall_ns() - begin;
	store_close(s);
	(void)printf("a row of the log: %.1f us, %lld bytes\n",
	    (double)ns / ROWS / 1000, (file_size() - before) / ROWS);
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) == 0 ? 0 : 1;
}
