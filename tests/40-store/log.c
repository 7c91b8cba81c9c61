/* SPDX-License-Identifier: ISC */
/* log.t - one row for each change, and a chain that shows what was done to it.
 */
#include <sqlite3.h>

#include "fixture.h"
#include "store/log_row.h"
#include "tap.h"

static struct store *s;
static struct store_table t;

/* Straight into the file, as one who has no key would. */
static void
sql(const char *text)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	ok(sqlite3_open(fix_path(STORE_DB), &db) == SQLITE_OK &&
		sqlite3_exec(db, text, NULL, NULL, &why) == SQLITE_OK,
	    "%s%s", text, why == NULL ? "" : why);
	sqlite3_free(why);
	(void)sqlite3_wal_autocheckpoint(db, 0);
	(void)sqlite3_close(db);
}

/* The first value of a query as text; kept until the next call. */
static struct str
ask(const char *text)
{
	static char copy[1024];
	struct str ret = { NULL, 0 };
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;

	if (sqlite3_open(fix_path(STORE_DB), &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, text, -1, &q, NULL) == SQLITE_OK &&
	    sqlite3_step(q) == SQLITE_ROW &&
	    sqlite3_column_type(q, 0) != SQLITE_NULL) {
		(void)snprintf(copy, sizeof(copy), "%s",
		    (const char *)sqlite3_column_text(q, 0));
		ret = str_from(copy);
	}
	(void)sqlite3_finalize(q);
	(void)sqlite3_close(db);
	return ret;
}

static struct store_log_check
verify(uint64_t from)
{
	struct store_log_check c = { .bad = 999 };

	if (fix_begin(s, false) != ERR_OK ||
	    store_log_verify(s, from, &c) != ERR_OK)
		ok(false, "verify");
	store_rollback(s);
	return c;
}

static void
put(const char *key, const char *text)
{
	ok(fix_begin(s, true) == ERR_OK &&
		fix_put(s, &t, str_from(key), STR(""), str_from(text)) ==
		    ERR_OK &&
		store_commit(s) == ERR_OK,
	    "put %s %s", key, text);
}

static void
test_rows(void)
{
	struct store_table u;

	is_int(verify(0).rows, 0, "an empty log is whole");
	is_int(fix_table(s, "log", &t), ERR_OK, "create");
	put("a", "1");
	put("a", "2");
	put("b", "2");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(fix_del(s, &t, STR("a"), STR("")), ERR_OK, "delete");
	is_int(fix_del(s, &t, STR("a"), STR("")), ERR_OK, "not there");
	is_int(store_commit(s), ERR_OK, "commit");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(fix_del(s, &t, STR("b"), STR("")), ERR_OK, "delete");
	store_rollback(s);
	is_int(fix_table(s, "gone", &u), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_table_update(s, &u), ERR_OK, "update");
	is_int(store_table_delete(s, &u), ERR_OK, "delete");
	is_int(store_commit(s), ERR_OK, "commit");

	is_str(ask("SELECT group_concat(seq || ':' || change || ':' || tbl,"
		   " ' ') FROM log"),
	    STR("1:4:1 2:1:1 3:2:1 4:1:1 5:3:1 6:4:2 7:5:2 8:6:2"),
	    "a row for each change, none for what was undone");
	is_str(ask("SELECT group_concat(DISTINCT token || client || request_id"
		   " || surface || operation || outcome) FROM log"),
	    STR("defaulttest/1.00123456789ddbPutItemOK"), "by whom");
	is_int(ask("SELECT traceparent FROM log").p == NULL, 1, "absent: NULL");
	is_str(ask("SELECT group_concat(name) FROM log"),
	    STR("log,gone,gone,gone"), "tables by name");
	is_str(ask("SELECT count(DISTINCT item) || ' ' || count(item) || ' '"
		   " || max(length(item)) FROM log"),
	    STR("2 4 16"), "a digest for each key");
	is_str(ask("SELECT count(*) FROM log WHERE abs(time / 1000000000 -"
		   " unixepoch()) > 60"),
	    STR("0"), "time in ns");
	is_str(ask("SELECT count(DISTINCT images) FROM log"), STR("6"),
	    "the same images give the same digest, others another");
}

/* What a client says of itself is bounded. */
static void
test_texts(void)
{
	char text[STORE_LOG_TEXT + 2];
	struct store_actor a = { .client = { text, STORE_LOG_TEXT } };

	memset(text, 'c', sizeof(text));
	memcpy(text + STORE_LOG_TEXT - 1, "\xc3\xa9", 2);
	for (int i = 0; i < 2; i++) {
		is_int(fix_begin(s, true), ERR_OK, "begin");
		a.client.len = i == 0 ? STORE_LOG_TEXT - 1 : STORE_LOG_TEXT + 1;
		store_actor(s, &a);
		is_int(fix_put(s, &t, STR("c"), STR(""), STR("x")), ERR_OK,
		    "put");
		is_int(store_commit(s), ERR_OK, "commit");
		is_str(ask("SELECT length(CAST(client AS BLOB)) FROM log"
			   " ORDER BY seq DESC"),
		    STR("127"), "%s", i == 0 ? "one less" : "cut before é");
	}
	text[STORE_LOG_TEXT - 1] = text[STORE_LOG_TEXT] = 'c';
	for (size_t n = STORE_LOG_TEXT; n <= STORE_LOG_TEXT + 1; n++) {
		is_int(fix_begin(s, true), ERR_OK, "begin");
		a.client.len = n;
		store_actor(s, &a);
		is_int(fix_put(s, &t, STR("c"), STR(""), STR("x")), ERR_OK,
		    "put");
		is_int(store_commit(s), ERR_OK, "commit");
		is_str(ask("SELECT length(client) FROM log ORDER BY seq DESC"),
		    STR("128"), "%zu bytes: 128 are kept", n);
	}
}

/* Each is done to a fresh copy of the row and undone after. */
static void
test_chain(void)
{
	static const char *const edits[] = {
		"time = time + 1",
		"version = 1",
		"version = 3",
		"key_id = 1",
		"token = 'x'",
		"token = NULL",
		"client = ''",
		"request_id = NULL",
		"traceparent = ''",
		"surface = 'mcp'",
		"operation = 'GetItem'",
		"outcome = 'NO'",
		"peer = ''",
		"peer = '::1'",
		"detail = '{}'",
		"detail = outcome",
		"client = client || token, token = ''",
		"change = 2",
		"tbl = tbl + 1",
		"name = 'x'",
		"item = NULL",
		"images = zeroblob(16)",
		"prev = zeroblob(32)",
		"hash = zeroblob(32)",
		"hash = x''",
		"prev = x''",
	};
	char text[256];

	ok(verify(0).bad == 0 && verify(0).rows == 12, "whole");
	sql("CREATE TABLE kept AS SELECT * FROM log");
	for (size_t i = 0; i < NELEM(edits); i++) {
		(void)snprintf(text, sizeof(text),
		    "UPDATE log SET %s WHERE seq = 5", edits[i]);
		sql(text);
		is_int(verify(0).bad, 5, "found");
		is_int(verify(0).last, 4, "the last good one");
		sql("REPLACE INTO log SELECT * FROM kept WHERE seq = 5");
	}
	sql("DELETE FROM log WHERE seq = 5");
	is_int(verify(0).bad, 6, "a gap");
	sql("UPDATE log SET seq = seq - 1 WHERE seq > 5");
	is_int(verify(0).bad, 5, "a gap closed");
	sql("DELETE FROM log; INSERT INTO log SELECT * FROM kept;"
	    "UPDATE log SET seq = -1 WHERE seq = 3;"
	    "UPDATE log SET seq = 3 WHERE seq = 4;"
	    "UPDATE log SET seq = 4 WHERE seq = -1");
	is_int(verify(0).bad, 3, "two rows changed places");
	sql("DELETE FROM log; INSERT INTO log SELECT * FROM kept;"
	    "DELETE FROM log WHERE seq < 5");
	is_int(verify(0).bad, 5, "a start that was cut off");
	sql("INSERT INTO log SELECT * FROM kept WHERE seq < 5");
	ok(verify(9).bad == 0 && verify(9).rows == 4, "from the middle");
	put("a", "3");
	ok(verify(0).bad == 0 && verify(0).last == 13, "it goes on");
	sql("DELETE FROM log WHERE seq = 13");
	ok(verify(0).bad == 0 && verify(0).last == 12,
	    "a cut end shows in the last number only");
	sql("UPDATE log SET hash = x'00' WHERE seq = 12");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(fix_put(s, &t, STR("a"), STR(""), STR("4")), ERR_STORE,
	    "nothing is hung on a broken end");
	store_rollback(s);
}

static size_t
trim(uint64_t before, size_t max)
{
	size_t n = 999;

	if (fix_begin(s, true) != ERR_OK ||
	    store_log_trim(s, before, max, &n) != ERR_OK ||
	    store_commit(s) != ERR_OK)
		ok(false, "trim: %s", store_error(s));
	return n;
}

/* Retention drops the start; who has no key cannot. */
static void
test_trim(void)
{
	struct store_log_check c;

	sql("REPLACE INTO log SELECT * FROM kept");
	is_int(trim(1, 100), 0, "nothing is before the first");
	is_int(trim(5, 100), 4, "four rows");
	c = verify(0);
	ok(c.bad == 0 && c.first == 5 && c.rows == 8, "what is left verifies");
	is_int(trim(100, 3), 3, "at most so many");
	is_int(trim(100, 100), 4, "never the newest");
	c = verify(0);
	ok(c.bad == 0 && c.first == 12 && c.rows == 1, "it verifies");
	is_int(trim(100, 100), 0, "nothing is left to drop");
	put("a", "9");
	ok(verify(0).bad == 0 && verify(0).last == 13, "it goes on");
	sql("DELETE FROM log WHERE seq = 12");
	is_int(verify(0).bad, 13, "a row less at the start");
	sql("UPDATE memo SET n = 12 WHERE id = CAST('log/start' AS BLOB)");
	is_int(verify(0).bad, 12, "and the start moved");
	sql("UPDATE memo SET n = 11, data = zeroblob(64)"
	    " WHERE id = CAST('log/start' AS BLOB)");
	is_int(verify(0).bad, 11, "the start's seal");
	sql("DELETE FROM memo WHERE id = CAST('log/start' AS BLOB)");
	is_int(verify(0).bad, 13, "no start");
	sql("DELETE FROM log");
}

static void
test_notes(void)
{
	const struct store_actor a = { .token = STR("t"),
		.peer = STR("192.0.2.1") };
	struct store_log_row r = { 0 };
	struct store_cursor *c = NULL;
	struct arena *arena = arena_new(KIB(64));
	struct str name = { NULL, 0 };
	struct store_table u;
	bool more = false;

	is_int(fix_table(s, "noted", &u), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	store_actor(s, &a);
	is_int(store_log_note(s,
		   &(struct store_note){ .kind = STORE_NOTE_REFUSED,
		       .time = 77,
		       .outcome = STR("TOKEN"),
		       .detail = STR("{\"count\":3}") }),
	    ERR_OK, "note");
	is_int(store_log_note(s,
		   &(struct store_note){ .kind = STORE_NOTE_READ,
		       .tbl = u.id,
		       .outcome = STR("OK") }),
	    ERR_OK, "note");
	is_int(store_table_delete(s, &u), ERR_OK, "delete");
	is_int(store_commit(s), ERR_OK, "commit");
	is_int(verify(0).bad, 0, "in the chain");
	is_int(fix_begin(s, false), ERR_OK, "begin");
	is_int(store_log_walk(s, UINT64_MAX, true, &c), ERR_OK, "walk");
	is_int(store_log_next(c, &r, &more), ERR_OK, "next");
	ok(more && r.seq == 4 && r.kind < STORE_NOTE_REFUSED, "the last");
	is_int(store_log_next(c, &r, &more), ERR_OK, "next");
	ok(more && r.kind == STORE_NOTE_READ && r.tbl == u.id &&
		r.item.p == NULL && r.detail.p == NULL,
	    "before it");
	is_int(store_log_table(s, r.tbl, arena, &name), ERR_OK, "its name");
	is_str(name, STR("noted"), "of a table that is gone");
	is_int(store_log_next(c, &r, &more), ERR_OK, "next");
	ok(more && r.kind == STORE_NOTE_REFUSED && r.time == 77, "refused");
	is_str(r.who.peer, STR("192.0.2.1"), "from where");
	is_str(r.outcome, STR("TOKEN"), "why");
	is_str(r.detail, STR("{\"count\":3}"), "how often");
	store_walk_end(c);
	is_int(store_log_walk(s, 4, false, &c), ERR_OK, "walk");
	is_int(store_log_next(c, &r, &more), ERR_OK, "next");
	ok(more && r.seq == 4, "upwards");
	is_int(store_log_next(c, &r, &more), ERR_OK, "next");
	ok(!more, "the end");
	store_walk_end(c);
	store_rollback(s);
	arena_free(arena);
}

/* Rows of the version before have neither peer nor detail. */
static void
test_old(void)
{
	char text[512];
	struct log_row r = { .version = 1,
		.seq = 1,
		.time = 5,
		.text = { [LOG_TOKEN] = STR("old"), [LOG_OUTCOME] = STR("OK") },
		.change = 1,
		.tbl = 1,
		.images = STR(""),
		.prev = { (const char *)(unsigned char[32]){ 0 }, 32 } };
	unsigned char hash[CRYPTO_HASH_BYTES];
	struct buf hex CLEANUP(buf_free) = BUF_INIT(128);

	sql("DELETE FROM log");
	log_row_hash(&r, fix_chain, hash);
	crypto_hex(&hex, hash, sizeof(hash));
	(void)snprintf(text, sizeof(text),
	    "INSERT INTO log (seq, version, key_id, time, token, outcome,"
	    " change, tbl, images, prev, hash) VALUES (1, 1, 0, 5, 'old',"
	    " 'OK', 1, 1, x'', zeroblob(32), x'%.*s')",
	    (int)hex.len, hex.p);
	sql(text);
	put("a", "10");
	ok(verify(0).bad == 0 && verify(0).rows == 2, "an old row, a new one");
	sql("UPDATE log SET peer = 'x' WHERE seq = 1");
	is_int(verify(0).bad, 1, "nothing can be added to an old row");
	sql("UPDATE log SET peer = NULL, version = 2 WHERE seq = 1");
	is_int(verify(0).bad, 1, "nor can it be made a new one");
}

int
main(void)
{
	struct store_conf other = fix_conf;
	struct store *r;
	const char *text;

	fix_start();
	if ((s = fix_open(STORE_WRITE)) == NULL)
		return 1;
	test_rows();
	test_texts();
	other.chain_key = fix_digest;
	is_int(store_open(&other, STORE_READ, &r, &text), ERR_OK, "open");
	is_int(fix_begin(r, false), ERR_OK, "begin");
	{
		struct store_log_check c;

		is_int(store_log_verify(r, 0, &c), ERR_OK, "verify");
		is_int(c.bad, 1, "with another key nothing is good");
		other.chain_key = NULL;
		is_int(store_log_verify(r, 0, &c), ERR_INTERNAL, "without one");
	}
	store_close(r);
	test_chain();
	test_trim();
	test_notes();
	test_old();
	store_close(s);
	return tap_done();
}
