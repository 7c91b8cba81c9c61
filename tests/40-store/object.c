/* SPDX-License-Identifier: ISC */
/* Whatever has an id; what is kept by name; images of changes. */
#include "fixture.h"
#include "tap.h"

static struct store *s;
static struct arena *arena;

static struct store_object
make(enum store_kind kind, uint64_t parent, const char *name)
{
	struct store_object o = { .kind = kind,
		.parent = parent,
		.name = str_from(name),
		.def = str_from(name) };

	is_int(store_object_create(s, &o), ERR_OK, "create %s", name);
	return o;
}

static void
test_objects(void)
{
	struct store_object a, b, c, got, list[4];
	size_t n = 0;

	is_int(fix_begin(s, true), ERR_OK, "begin");
	a = make(STORE_BACKUP, 77, "one");
	b = make(STORE_JOB, 0, "one");
	c = make(STORE_BACKUP, 77, "two");
	ok(a.id != b.id && b.id != c.id && a.state == STORE_ALIVE, "ids");
	got = a;
	is_int(store_object_create(s, &got), ERR_IN_USE, "twice");
	is_int(store_object_get(s, 0, STORE_BACKUP, STR("one"), arena, &got),
	    ERR_OK, "by name");
	ok(got.id == a.id && got.parent == 77 && str_eq(got.def, STR("one")) &&
		got.created == a.created && got.ended == 0,
	    "as it was made");
	is_int(store_object_get(s, 1, STORE_BACKUP, STR("one"), arena, &got),
	    ERR_NOT_FOUND, "another space");
	is_int(store_object_list(s, 0, STORE_BACKUP, STORE_ALIVE,
		   (struct str){ 0 }, 0, 4, arena, list, &n),
	    ERR_OK, "list");
	ok(n == 2 && list[0].id == a.id && list[1].id == c.id, "by name");
	is_int(store_object_list(s, 0, STORE_BACKUP, STORE_ALIVE, STR("one"),
		   a.id, 4, arena, list, &n),
	    ERR_OK, "from there on");
	ok(n == 1 && list[0].id == c.id, "the next");
	is_int(store_object_children(s, 77, STORE_BACKUP, 0, 1, arena, list,
		   &n),
	    ERR_OK, "children");
	ok(n == 1 && list[0].id == a.id, "at most as many as asked for");
	a.def = STR("changed");
	is_int(store_object_update(s, &a), ERR_OK, "update");
	is_int(store_object_end(s, &a, STORE_CLOSED), ERR_OK, "close");
	is_int(store_object_get(s, 0, STORE_BACKUP, STR("one"), arena, &got),
	    ERR_NOT_FOUND, "not alive");
	is_int(store_object_at(s, a.id, arena, &got), ERR_OK, "by its id");
	ok(got.state == STORE_CLOSED && got.ended >= got.created &&
		str_eq(got.def, STR("changed")),
	    "closed");
	is_int(store_object_list(s, 0, STORE_BACKUP, STORE_CLOSED,
		   (struct str){ 0 }, 0, 4, arena, list, &n),
	    ERR_OK, "list");
	ok(n == 1 && list[0].id == a.id, "the closed");
	is_int(store_object_revive(s, &a), ERR_OK, "revive");
	is_int(store_object_revive(s, &a), ERR_NOT_FOUND, "is alive");
	is_int(store_object_end(s, &a, STORE_CLOSED), ERR_OK, "close");
	got = make(STORE_BACKUP, 78, "one");
	is_int(store_object_revive(s, &a), ERR_IN_USE, "its name is taken");
	is_int(store_commit(s), ERR_OK, "commit");
}

static void
test_set_aside(void)
{
	struct store_object idx, stream, got;
	struct store_table t, u;

	is_int(fix_table(s, "aside", &t), ERR_OK, "a table");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	idx = make(STORE_INDEX, t.id, "aside/i");
	stream = make(STORE_STREAM, t.id, "aside/s");
	is_int(fix_put(s, &t, STR("k"), STR(""), STR("v")), ERR_OK, "put");
	is_int(store_table_set_aside(s, &t), ERR_OK, "set aside");
	is_int(store_table_get(s, 0, STR("aside"), arena, &u), ERR_NOT_FOUND,
	    "not seen");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		;
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_object_at(s, t.id, arena, &got), ERR_OK, "it is there");
	is_int(store_object_revive(s, &got), ERR_OK, "revive");
	ok(fix_count(s, "aside", arena, &u) && u.id == t.id && u.items == 1,
	    "as it was");
	is_str(fix_text(s, &u, STR("k"), STR("")), STR("v"), "its item");
	is_int(store_object_at(s, idx.id, arena, &got), ERR_OK, "its index");
	is_int((int64_t)got.state, STORE_ALIVE, "lives");
	is_int(store_object_at(s, stream.id, arena, &got), ERR_OK, "stream");
	is_int((int64_t)got.state, STORE_CLOSED, "stays closed");
	is_int(store_table_delete(s, &u), ERR_OK, "delete");
	is_int(store_object_at(s, idx.id, arena, &got), ERR_OK, "its index");
	is_int((int64_t)got.state, STORE_DEAD, "is dead");
	is_int(store_object_at(s, t.id, arena, &got), ERR_OK, "it");
	is_int(store_object_end(s, &got, STORE_DEAD), ERR_NOT_FOUND, "once");
	is_int(store_commit(s), ERR_OK, "commit");
}

/* The counters of a table go with it, however many. */
static void
test_collections(void)
{
	struct store_table t, u;
	uint64_t bytes = 0;
	char hash[16];

	is_int(fix_table(s, "counted", &t), ERR_OK, "a table");
	is_int(fix_table(s, "other", &u), ERR_OK, "another one");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	for (int i = 0; i < 1501; i++) {
		(void)snprintf(hash, sizeof(hash), "%d", i);
		if (store_collection_set(s, &t, str_from(hash), 7) != ERR_OK)
			ok(false, "counter %d", i);
	}
	is_int(store_collection_set(s, &u, STR("1"), UINT64_C(1) << 40), ERR_OK,
	    "of the other one");
	is_int(store_collection_get(s, &t, STR("1500"), &bytes), ERR_OK, "get");
	is_int((int64_t)bytes, 7, "as it was set");
	is_int(store_collection_set(s, &t, STR("1"), 8), ERR_OK, "again");
	is_int(store_collection_get(s, &t, STR("1"), &bytes), ERR_OK, "get");
	is_int((int64_t)bytes, 8, "another");
	is_int(store_collection_set(s, &t, STR("1"), 0), ERR_OK, "none");
	is_int(store_collection_get(s, &t, STR("1"), &bytes), ERR_NOT_FOUND,
	    "is not there");
	is_int(store_table_delete(s, &t), ERR_OK, "delete");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		;
	is_int(fix_begin(s, false), ERR_OK, "begin");
	for (int i = 0; i < 1501; i++) {
		(void)snprintf(hash, sizeof(hash), "%d", i);
		if (store_collection_get(s, &t, str_from(hash), &bytes) !=
		    ERR_NOT_FOUND)
			ok(false, "counter %d is left", i);
	}
	is_int(store_collection_get(s, &u, STR("1"), &bytes), ERR_OK, "get");
	ok(bytes == UINT64_C(1) << 40, "the other one's stays");
	store_rollback(s);
}

static void
test_memos(void)
{
	const uint64_t now = clock_wall_ns();
	struct store_memo m = { MEMO_TRANSACT, STR("id"), now + NS_PER_S * 60,
		-5, STR("data") },
			  got, list[4];
	size_t n = 0;
	char id[16];

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_memo_get(s, MEMO_TRANSACT, STR("id"), arena, &got),
	    ERR_NOT_FOUND, "none");
	is_int(store_memo_add(s, &m), ERR_OK, "add");
	is_int(store_memo_add(s, &m), ERR_IN_USE, "once");
	is_int(store_memo_get(s, MEMO_TRANSACT, STR("id"), arena, &got), ERR_OK,
	    "get");
	ok(got.n == -5 && str_eq(got.data, STR("data")) &&
		got.expires == m.expires,
	    "as it was");
	is_int(store_memo_get(s, MEMO_MARK, STR("id"), arena, &got),
	    ERR_NOT_FOUND, "another kind");
	m.expires = now - 1;
	is_int(store_memo_set(s, &m), ERR_OK, "it expires");
	is_int(store_memo_get(s, MEMO_TRANSACT, STR("id"), arena, &got),
	    ERR_NOT_FOUND, "as if it were not there");
	is_int(store_memo_list(s, MEMO_TRANSACT, STR(""), 4, arena, list, &n),
	    ERR_OK, "list");
	is_int((int64_t)n, 0, "nor listed");
	for (int i = 0; i < 40; i++) {
		(void)snprintf(id, sizeof(id), "%03d", i);
		m.id = (struct str){ id, 3 };
		if (store_memo_set(s, &m) != ERR_OK)
			ok(false, "memo %d", i);
	}
	m.id = STR("039");
	m.expires = 0;
	is_int(store_memo_add(s, &m), ERR_OK, "an expired one's place");
	is_int(store_memo_list(s, MEMO_TRANSACT, STR("038"), 4, arena, list,
		   &n),
	    ERR_OK, "list");
	ok(n == 1 && list[0].expires == 0, "the one that never expires");
	is_int(store_memo_delete(s, MEMO_TRANSACT, STR("039")), ERR_OK,
	    "delete");
	is_int(store_memo_get(s, MEMO_TRANSACT, STR("039"), arena, &got),
	    ERR_NOT_FOUND, "gone");
	is_int(store_commit(s), ERR_OK, "commit");
}

/* Images are kept where the table or the caller wants it. */
static void
test_images(void)
{
	const struct store_actor model = { .surface = STR_INIT("mcp"),
		.operation = STR_INIT("PutItem"),
		.images = true };
	struct store_cursor *c = NULL;
	struct store_image i;
	struct store_table t;
	uint64_t first = 0, last = 0, seq = 0;
	size_t n = 0;
	bool more = false;

	is_int(fix_table(s, "images", &t), ERR_OK, "a table");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(fix_put(s, &t, STR("k"), STR("r"), STR("0")), ERR_OK, "none");
	is_int(store_images_first(s, t.id, &first), ERR_OK, "first");
	is_int((int64_t)first, 0, "nothing is kept unasked");
	t.images = true;
	is_int(fix_put(s, &t, STR("k"), STR("r"), STR("1")), ERR_OK, "put");
	is_int(fix_del(s, &t, STR("k"), STR("r")), ERR_OK, "delete");
	t.images = false;
	store_actor(s, &model);
	is_int(fix_put(s, &t, STR("m"), STR(""), STR("2")), ERR_OK, "put");
	is_int(store_log_last(s, &last), ERR_OK, "last");
	is_int(store_images_first(s, t.id, &first), ERR_OK, "first");
	is_int((int64_t)(last - first), 2, "three");
	is_int(store_images(s, t.id, 0, false, &c), ERR_OK, "walk");
	is_int(store_images_next(c, &i, &more), ERR_OK, "first");
	ok(more && i.seq == first && str_eq(i.old, STR("0")) &&
		str_eq(i.new, STR("1")) && str_eq(i.key.hash, STR("k")) &&
		str_eq(i.key.range, STR("r")) && i.time > 0 &&
		str_eq(i.operation, STR("PutItem")),
	    "a replacement");
	is_int(store_images_next(c, &i, &more), ERR_OK, "second");
	ok(more && str_eq(i.old, STR("1")) && i.new.p == NULL, "a deletion");
	is_int(store_images_next(c, &i, &more), ERR_OK, "third");
	ok(more && i.old.p == NULL && str_eq(i.new, STR("2")) &&
		str_eq(i.surface, STR("mcp")),
	    "a model's");
	is_int(store_images_next(c, &i, &more), ERR_OK, "the end");
	ok(!more, "is seen");
	store_walk_end(c);
	is_int(store_images(s, t.id, UINT64_MAX, true, &c), ERR_OK, "back");
	is_int(store_images_next(c, &i, &more), ERR_OK, "newest");
	ok(more && i.seq == last, "first");
	store_walk_end(c);
	is_int(store_log_seek(s, 0, &seq), ERR_OK, "seek");
	is_int((int64_t)seq, 1, "the start");
	is_int(store_log_seek(s, i.time + 1, &seq), ERR_OK, "seek");
	is_int((int64_t)(seq - last), 1, "behind the end");
	is_int(store_log_seek(s, i.time, &seq), ERR_OK, "seek");
	ok(seq <= last && seq >= first, "a time");
	is_int(store_images_table(s, 0, &seq), ERR_OK, "whose");
	is_int((int64_t)seq, (int64_t)t.id, "the table's");
	is_int(store_images_table(s, t.id, &seq), ERR_OK, "next");
	is_int((int64_t)seq, 0, "none");
	is_int(store_images_trim(s, t.id, last, 1, &n), ERR_OK, "trim one");
	is_int((int64_t)n, 1, "one");
	is_int(store_images_trim(s, t.id, last, 9, &n), ERR_OK, "trim");
	is_int((int64_t)n, 1, "not the last");
	is_int(store_commit(s), ERR_OK, "commit");
}

int
main(void)
{
	fix_start();
	arena = arena_new(MIB(4));
	if ((s = fix_open(STORE_WRITE)) == NULL || arena == NULL)
		return 1;
	test_objects();
	test_set_aside();
	test_collections();
	test_memos();
	test_images();
	store_close(s);
	arena_free(arena);
	return tap_done();
}
