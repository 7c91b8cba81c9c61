/* SPDX-License-Identifier: ISC */
/* store.t - tables, items and transactions, one process. */
#include "fixture.h"
#include "tap.h"

static struct arena *arena;

static void
test_files(void)
{
	static const char *const names[] = { STORE_DB, STORE_DB "-wal",
		STORE_DB "-shm", STORE_LOCK };
	const char *text;
	struct stat st;
	struct store *s;

	(void)umask(0);
	is_int(store_prepare(&fix_conf, &text), ERR_OK, "made");
	for (size_t i = 0; i < NELEM(names); i++) {
		ok(stat(fix_path(names[i]), &st) == 0 &&
			(st.st_mode & 07777) == 0600,
		    "%s is 0600 whatever the umask", names[i]);
	}
	(void)umask(022);
	is_int(store_prepare(&fix_conf, &text), ERR_OK, "there already");
	s = fix_open(STORE_WRITE);
	ok(s != NULL, "opened");
	store_close(s);
	ok(stat(fix_path(STORE_DB "-wal"), &st) == 0 &&
		stat(fix_path(STORE_DB "-shm"), &st) == 0,
	    "the last close leaves -wal and -shm");
	(void)unlink(fix_path(STORE_DB "-wal"));
	is_int(store_prepare(&fix_conf, &text), ERR_OK, "-wal made again");
	ok(stat(fix_path(STORE_DB "-wal"), &st) == 0, "and is there");
}

static void
test_tables(struct store *s)
{
	struct store_table t, u, got;
	struct str names[4];
	size_t n = 9;

	is_int(fix_table(s, "music", &t), ERR_OK, "create");
	ok(t.id > 0 && t.created > 0, "id and time are filled in");
	is_int(fix_table(s, "music", &u), ERR_IN_USE, "not twice");
	is_int(fix_table(s, "Music", &u), ERR_OK, "case counts");
	is_int(fix_table(s, "musi", &u), ERR_OK, "a prefix is another");

	is_int(fix_begin(s, true), ERR_OK, "begin");
	u = (struct store_table){ .space = 7,
		.name = STR("music"),
		.def = STR("") };
	is_int(store_table_create(s, &u), ERR_OK, "another space");
	is_int(store_commit(s), ERR_OK, "commit");

	is_int(fix_begin(s, false), ERR_OK, "begin to read");
	is_int(store_table_get(s, 0, STR("music"), arena, &got), ERR_OK, "get");
	is_int(got.id, t.id, "its id");
	is_int(got.created, t.created, "its time");
	is_str(got.def, STR("{\"k\":1}"), "its definition");
	is_str(got.name, STR("music"), "its name");
	is_int(store_table_count(s, &got), ERR_OK, "count");
	is_int(got.items, 0, "no items");
	is_int(store_table_get(s, 7, STR("music"), arena, &got), ERR_OK, "7");
	is_int(got.id, u.id, "the other space's");
	ok(got.def.p != NULL && got.def.len == 0, "an empty definition");
	is_int(store_table_get(s, 0, STR("none"), arena, &got), ERR_NOT_FOUND,
	    "absent");
	is_int(store_table_list(s, 0, (struct str){ 0 }, 4, arena, names, &n),
	    ERR_OK, "list");
	is_int(n, 3, "three");
	is_str(names[0], STR("Music"), "in byte order");
	is_str(names[1], STR("musi"), "the shorter first");
	is_int(store_table_list(s, 0, STR("Music"), 1, arena, names, &n),
	    ERR_OK, "list after");
	ok(n == 1 && str_eq(names[0], STR("musi")), "exclusive, at most max");
	store_rollback(s);

	is_int(fix_begin(s, true), ERR_OK, "begin");
	t.def = STR("new");
	is_int(store_table_update(s, &t), ERR_OK, "update");
	is_int(store_table_get(s, 0, STR("music"), arena, &got), ERR_OK, "get");
	is_str(got.def, STR("new"), "updated");
	is_int(store_table_delete(s, &t), ERR_OK, "delete");
	is_int(store_table_delete(s, &t), ERR_NOT_FOUND, "once");
	is_int(store_table_update(s, &t), ERR_NOT_FOUND, "no update then");
	is_int(store_table_get(s, 0, STR("music"), arena, &got), ERR_NOT_FOUND,
	    "gone");
	is_int(store_commit(s), ERR_OK, "commit");
	is_int(fix_table(s, "music", &u), ERR_OK, "the name is free at once");
	ok(u.id > t.id, "a new incarnation");
	while (store_tidy(s))
		;
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_table_delete(s, &u), ERR_OK, "delete the newest");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		;
	is_int(fix_table(s, "music", &t), ERR_OK, "create");
	ok(t.id > u.id, "an id is never used twice");
}

static void
is_tally(struct store *s, const char *name, uint64_t items, uint64_t bytes,
    const char *what)
{
	struct store_table t = { 0 };

	ok(fix_count(s, name, arena, &t) && t.items == items &&
		t.bytes == bytes,
	    "tally: %s", what);
}

static void
test_items(struct store *s)
{
	struct str h = STR("a\0b"), r = STR("\xff\x00"), none = STR("");
	struct store_item item, old = { 0 };
	struct store_key key = { h, r };
	struct store_table t;

	is_int(fix_table(s, "items", &t), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_get(s, &t, &key, &item), ERR_OK, "get");
	ok(item.text.p == NULL, "absent");
	is_int(store_delete(s, &t, &item), ERR_OK, "delete what is absent");
	is_int(fix_put(s, &t, h, r, STR("{\"x\":\"\0\"}")), ERR_OK, "put");
	is_str(fix_text(s, &t, h, r), STR("{\"x\":\"\0\"}"), "byte for byte");
	is_tally(s, "items", 1, 14, "one");
	ok(fix_text(s, &t, h, none).p == NULL, "the range key counts");
	ok(fix_text(s, &t, STR("a"), r).p == NULL, "NUL does not end a key");
	is_int(fix_put(s, &t, h, none, STR("")), ERR_OK, "put an empty text");
	ok(fix_text(s, &t, h, none).p != NULL, "is not absent");
	is_tally(s, "items", 2, 17, "two");

	is_int(store_get(s, &t, &key, &old), ERR_OK, "get");
	item = (struct store_item){ STR("longer than before"), 40, key };
	is_int(store_put(s, &t, &item, &old), ERR_OK, "replace");
	is_str(old.text, STR("{\"x\":\"\0\"}"), "the old image is still there");
	is_tally(s, "items", 2, 43, "sizes are the caller's");
	is_int(store_commit(s), ERR_OK, "commit");

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(fix_del(s, &t, h, none), ERR_OK, "delete");
	ok(fix_text(s, &t, h, none).p == NULL, "gone");
	is_tally(s, "items", 1, 40, "one less");
	store_rollback(s);
	is_int(fix_begin(s, false), ERR_OK, "begin");
	ok(fix_text(s, &t, h, none).p != NULL, "rolled back");
	is_tally(s, "items", 2, 43, "rolled back");
	store_rollback(s);
}

/* What a caller can do wrong is refused, and nothing of it is written. */
static void
test_misuse(struct store *s)
{
	struct store_key key = { STR("k"), STR("") };
	struct store_item item = { STR("x"), 1, key }, old = { .key = key };
	struct store_table t;

	is_int(fix_table(s, "misuse", &t), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_begin(s, true, fix_soon()), ERR_INTERNAL, "not twice");
	store_rollback(s);
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_put(s, &t, &item, &old), ERR_OK, "put");
	is_int(store_put(s, &t, &item, &old), ERR_STORE, "old was not absent");
	is_int(store_commit(s), ERR_STORE, "then nothing is committed");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_put(s, &t, &item, &item), ERR_INTERNAL,
	    "nothing to replace");
	is_int(store_commit(s), ERR_STORE, "then nothing is committed");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_delete(s, &t, &item), ERR_INTERNAL, "old was absent");
	ok(store_error(s)[0] != '\0', "a word about it");
	is_int(store_commit(s), ERR_STORE, "then nothing is committed");
	is_int(fix_begin(s, false), ERR_OK, "begin");
	ok(fix_text(s, &t, STR("k"), STR("")).p == NULL, "nothing was");
	is_int(store_commit(s), ERR_OK, "a read's end");
}

/* Around every size at which a cell is laid out in another way. */
static void
test_sizes(struct store *s)
{
	static char text[LIMIT_ITEM], hash[LIMIT_KEY_HASH];
	static char range[LIMIT_KEY_RANGE];
	const struct str h = { hash, sizeof(hash) };
	const struct str r = { range, sizeof(range) };
	const struct str all = { text, sizeof(text) };
	struct store_table t;
	bool same = true;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)(i * 31 % 251);
	memset(hash, 'h', sizeof(hash));
	memset(range, 'r', sizeof(range));
	is_int(fix_table(s, "sizes", &t), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	for (size_t n = 1; n <= sizeof(text); n += n < 8192 ? 97 : 23123) {
		struct str k = { (char *)&n, sizeof(n) }, v = { text, n };

		if (fix_put(s, &t, k, STR(""), v) != ERR_OK ||
		    !str_eq(fix_text(s, &t, k, STR("")), v))
			same = false;
	}
	ok(same, "texts of all sizes come back");
	is_int(fix_put(s, &t, h, r, all), ERR_OK, "the largest of all");
	is_str(fix_text(s, &t, h, r), all, "comes back");
	is_int(store_commit(s), ERR_OK, "commit");
}

static size_t
wal_frames(void)
{
	struct stat st = { 0 };

	(void)stat(fix_path(STORE_DB "-wal"), &st);
	return (size_t)st.st_size / (4096 + 24);
}

/*
 * What a put waits for is the pages that it changes: the item's, the log's,
 * that of the table's sums where the length is another one, and now and then
 * those of a log that has grown by a page.
 */
static void
test_pages(struct store *s)
{
	enum {
		ITEMS = 200,
	};
	static const char text[900];
	struct store_table t;
	size_t frames;
	bool done = true;

	is_int(fix_table(s, "pages", &t), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	for (uint32_t i = 0; i < ITEMS; i++)
		done = fix_put(s, &t, (struct str){ (char *)&i, sizeof(i) },
			   STR(""), (struct str){ text, 800 }) == ERR_OK &&
		    done;
	is_int(store_commit(s), ERR_OK, "commit");
	frames = wal_frames();
	for (uint32_t i = 0; i < ITEMS; i++)
		done = fix_begin(s, true) == ERR_OK &&
		    fix_put(s, &t, (struct str){ (char *)&i, sizeof(i) },
			STR(""), (struct str){ text, 700 + i }) == ERR_OK &&
		    store_commit(s) == ERR_OK && done;
	ok(done, "put, and put again with other lengths");
	frames = wal_frames() - frames;
	ok(frames >= 3 * ITEMS && frames <= 3 * ITEMS + ITEMS / 3,
	    "%zu pages for %d items", frames, ITEMS);
}

/* A dead table's rows go in bounded steps, the others' stay. */
static void
test_tidy(struct store *s)
{
	struct store_table t, other;
	unsigned steps = 0;

	while (store_tidy(s))
		;
	is_int(fix_table(s, "dead", &t), ERR_OK, "create");
	is_int(fix_table(s, "other", &other), ERR_OK, "create");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	for (uint32_t i = 0; i < 1200; i++) {
		struct str k = { (char *)&i, sizeof(i) };

		if (fix_put(s, &t, k, STR(""), STR("text")) != ERR_OK ||
		    fix_put(s, &other, k, STR(""), STR("text")) != ERR_OK)
			ok(false, "put");
	}
	is_int(store_table_delete(s, &t), ERR_OK, "delete");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		steps++;
	is_int(steps, 3, "500, 500, 200");
	is_int(fix_begin(s, false), ERR_OK, "begin");
	ok(fix_text(s, &t, STR("\0\0\0\0"), STR("")).p == NULL, "gone");
	is_str(fix_text(s, &other, STR("\0\0\0\0"), STR("")), STR("text"),
	    "the other's are there");
	is_tally(s, "other", 1200, 1200 * 8, "the other's");
	store_rollback(s);
}

static off_t
wal_size(void)
{
	struct stat st;

	return stat(fix_path(STORE_DB "-wal"), &st) == 0 ? st.st_size : -1;
}

/* One row, and how many commits it takes until there is a checkpoint. */
static unsigned
until_checkpoint(struct store *s, const struct store_table *t, unsigned max)
{
	const unsigned before = store_checkpoints(s);
	unsigned n = 0;

	while (n++ < max) {
		if (fix_begin(s, true) != ERR_OK ||
		    fix_put(s, t, STR("a"), STR(""), STR("text")) != ERR_OK ||
		    store_commit(s) != ERR_OK)
			return 0;
		(void)store_tidy(s);
		if (store_checkpoints(s) != before)
			return n;
	}
	return max + 1;
}

/* Where nobody holds the store, who opens it reads the whole WAL. */
static void
test_rest(void)
{
	struct store *s, *other;
	struct store_table t;
	unsigned held, alone;

	fix_clear();
	s = fix_open(STORE_WRITE);
	is_int(fix_table(s, "rest", &t), ERR_OK, "create");
	held = until_checkpoint(s, &t, 1000);
	ok(held > 64 && held < 500, "held open: a checkpoint after %u commits",
	    held);
	ok(wal_size() > 500 * 4096, "the WAL keeps its blocks");

	other = fix_open(STORE_READ);
	is_int(fix_begin(other, false), ERR_OK, "somebody reads");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(fix_put(s, &t, STR("b"), STR(""), STR("late")), ERR_OK, "put");
	is_int(store_commit(s), ERR_OK, "commit");
	store_rest(s);
	ok(wal_size() > 0, "who reads keeps the WAL");
	ok(fix_text(other, &t, STR("b"), STR("")).p == NULL,
	    "and sees what there was");
	store_rollback(other);
	store_rest(s);
	is_int(wal_size(), 0, "then it is empty");
	is_int(fix_begin(other, false), ERR_OK, "begin");
	is_str(fix_text(other, &t, STR("b"), STR("")), STR("late"),
	    "nothing is lost");
	store_rollback(other);
	store_rest(other); /* does nothing */
	store_close(other);
	store_close(s);

	fix_conf.alone = true;
	s = fix_open(STORE_WRITE);
	fix_conf.alone = false;
	(void)until_checkpoint(s, &t, 1000);
	alone = until_checkpoint(s, &t, 1000);
	ok(alone > 4 && alone <= 64, "alone: after %u", alone);
	store_close(s);
}

int
main(void)
{
	struct store *s;

	fix_start();
	arena = arena_new(MIB(4));
	test_files();
	if ((s = fix_open(STORE_WRITE)) == NULL || arena == NULL)
		return 1;
	test_tables(s);
	test_items(s);
	test_misuse(s);
	test_sizes(s);
	test_pages(s);
	test_tidy(s);
	store_close(s);
	test_rest();
	arena_free(arena);
	return tap_done();
}
