/* SPDX-License-Identifier: ISC */
/* Entries of an index, their counts, and walks over them. */
#include "fixture.h"
#include "tap.h"

#define N 60

static struct store *s;
static struct store_table t;
static struct store_object idx, other;
static struct arena *arena;

/* Entry i of N: few hashes and ranges, so that many are alike. */
static struct store_entry
entry_at(int i)
{
	static char key[N][8];
	static const struct str hashes[] = { STR_INIT("a"), STR_INIT("a\0"),
		STR_INIT("b") };
	static const struct str ranges[] = { STR_INIT(""), STR_INIT("1"),
		STR_INIT("1\0"), STR_INIT("2") };

	(void)snprintf(key[i], sizeof(key[i]), "%02d", i);
	return (struct store_entry){ hashes[i % 3], ranges[(i / 3) % 4],
		{ { key[i], 2 }, STR("r") } };
}

static int
entry_cmp(const struct store_entry *a, const struct store_entry *b)
{
	int d = str_cmp(a->hash, b->hash);

	if (d == 0)
		d = str_cmp(a->range, b->range);
	return d != 0 ? d : str_cmp(a->item.hash, b->item.hash);
}

static bool
in_range(const struct store_entry *e, const struct store_range *r)
{
	struct store_entry after = { r->after.hash, r->after.range,
		r->after_item };
	int d;

	if (r->hash.p != NULL && !str_eq(e->hash, r->hash))
		return false;
	if (r->lo.p != NULL &&
	    ((d = str_cmp(e->range, r->lo)) < 0 || (d == 0 && r->lo_excl)))
		return false;
	if (r->hi.p != NULL &&
	    ((d = str_cmp(e->range, r->hi)) > 0 || (d == 0 && r->hi_excl)))
		return false;
	if (r->from.p != NULL && str_cmp(e->hash, r->from) < 0)
		return false;
	if (r->to.p != NULL && str_cmp(e->hash, r->to) >= 0)
		return false;
	if (r->after.hash.p == NULL)
		return true;
	d = entry_cmp(e, &after);
	return r->reverse ? d < 0 : d > 0;
}

/* The walk gives what a search through all entries gives, in order. */
static bool
agrees(const struct store_range *r)
{
	struct store_cursor *c = NULL;
	struct store_item got;
	struct store_entry e, last = { 0 };
	int want = 0, have = 0;
	bool more, good;

	for (int i = 0; i < N; i++) {
		e = entry_at(i);
		want += in_range(&e, r);
	}
	good = store_walk(s, &t, r, &c) == ERR_OK;
	while (good && store_walk_next(c, &got, &more) == ERR_OK && more) {
		e = (struct store_entry){ got.entry.hash, got.entry.range,
			got.key };
		good = in_range(&e, r) && str_eq(got.text, got.key.hash) &&
		    (have == 0 || (entry_cmp(&last, &e) < 0) != r->reverse);
		last = (struct store_entry){ arena_str(arena, e.hash),
			arena_str(arena, e.range),
			{ arena_str(arena, e.item.hash), STR("r") } };
		have++;
	}
	store_walk_end(c);
	return good && have == want;
}

static void
fill(void)
{
	struct store_entry e;

	is_int(fix_table(s, "indexed", &t), ERR_OK, "a table");
	is_int(fix_begin(s, true), ERR_OK, "begin");
	idx = (struct store_object){ .kind = STORE_INDEX,
		.parent = t.id,
		.name = STR("indexed/one"),
		.def = STR("{}") };
	other = idx;
	other.name = STR("indexed/two");
	is_int(store_object_create(s, &idx), ERR_OK, "an index");
	is_int(store_object_create(s, &other), ERR_OK, "another");
	for (int i = 0; i < N; i++) {
		e = entry_at(i);
		if (fix_put(s, &t, e.item.hash, STR("r"), e.item.hash) !=
			ERR_OK ||
		    store_entry_put(s, idx.id, &e, 10) != ERR_OK ||
		    store_entry_put(s, other.id, &e, 3) != ERR_OK)
			ok(false, "entry %d", i);
	}
	is_int(store_commit(s), ERR_OK, "commit");
}

static void
test_walks(void)
{
	static const struct str bounds[] = { STR_INIT(""), STR_INIT("1"),
		STR_INIT("1\0"), STR_INIT("15"), STR_INIT("2") };
	int bad = 0, all = 0;

	is_int(fix_begin(s, false), ERR_OK, "begin");
	for (int at = -1; at < N; at++)
		for (int lo = -1; lo < 5; lo++)
			for (int hi = -1; hi < 5; hi++)
				for (int how = 0; how < 8; how++) {
					struct store_range r = {
						.index = idx.id,
						.hash = STR("a"),
						.lo_excl = how & 1,
						.hi_excl = how & 2,
						.reverse = how & 4,
					};
					struct store_entry e;

					if (lo >= 0)
						r.lo = bounds[lo];
					if (hi >= 0)
						r.hi = bounds[hi];
					if (at >= 0) {
						e = entry_at(at);
						r.after.hash = STR("a");
						r.after.range = e.range;
						r.after_item = e.item;
					}
					bad += !agrees(&r);
					all++;
				}
	is_int(bad, 0, "%d queries", all);
	bad = 0;
	for (int at = -1; at < N; at++)
		for (int how = 0; how < 4; how++) {
			struct store_range r = { .index = idx.id };
			struct store_entry e;

			if (how & 1)
				r.from = STR("a\0");
			if (how & 2)
				r.to = STR("b");
			if (at >= 0) {
				e = entry_at(at);
				r.after.hash = e.hash;
				r.after.range = e.range;
				r.after_item = e.item;
			}
			bad += !agrees(&r);
		}
	is_int(bad, 0, "scans and their segments");
	store_rollback(s);
}

static void
test_counts(void)
{
	struct store_entry e = entry_at(7);
	uint64_t items, bytes;

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_object_count(s, idx.id, &items, &bytes), ERR_OK, "count");
	ok(items == N && bytes == 10 * N, "each is counted");
	is_int(store_entry_put(s, idx.id, &e, 10), ERR_OK, "put again");
	is_int(store_entry_delete(s, idx.id, &e, 10), ERR_OK, "delete");
	is_int(store_entry_delete(s, idx.id, &e, 10), ERR_OK, "again");
	is_int(store_entry_resize(s, idx.id, -4), ERR_OK, "one gets smaller");
	is_int(store_object_count(s, idx.id, &items, &bytes), ERR_OK, "count");
	ok(items == N - 1 && bytes == 10 * (N - 1) - 4,
	    "what was not done is not counted");
	store_rollback(s);
	is_int(fix_begin(s, false), ERR_OK, "begin");
	is_int(store_object_count(s, idx.id, &items, &bytes), ERR_OK, "count");
	ok(items == N && bytes == 10 * N, "undone");
	store_rollback(s);
}

static void
test_buried(void)
{
	struct store_object o;
	uint64_t items, bytes;

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_object_end(s, &other, STORE_DEAD), ERR_OK, "drop one");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		;
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_object_at(s, other.id, arena, &o), ERR_NOT_FOUND, "gone");
	is_int(store_object_count(s, other.id, &items, &bytes), ERR_NOT_FOUND,
	    "with its count");
	is_int(store_object_count(s, idx.id, &items, &bytes), ERR_OK,
	    "the other");
	is_int((int64_t)items, N, "is whole");
	is_int(store_table_delete(s, &t), ERR_OK, "drop the table");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		;
	is_int(fix_begin(s, false), ERR_OK, "begin");
	is_int(store_object_at(s, idx.id, arena, &o), ERR_NOT_FOUND,
	    "its index is gone");
	store_rollback(s);
}

/* More entries than one go takes. */
static void
test_many(void)
{
	struct store_entry e = { STR("h"), STR("r"), { { 0 }, STR("") } };
	struct store_object o = { .kind = STORE_INDEX,
		.parent = 1,
		.name = STR("many"),
		.def = STR("") };
	int rounds = 0;

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_object_create(s, &o), ERR_OK, "an index");
	for (uint32_t i = 0; i < 1201; i++) {
		e.item.hash = (struct str){ (char *)&i, sizeof(i) };
		if (store_entry_put(s, o.id, &e, 1) != ERR_OK)
			ok(false, "entry %u", i);
	}
	is_int(store_object_end(s, &o, STORE_DEAD), ERR_OK, "drop");
	is_int(store_commit(s), ERR_OK, "commit");
	while (store_tidy(s))
		rounds++;
	ok(rounds >= 3, "in more than one go: %d", rounds);
	is_int(fix_begin(s, false), ERR_OK, "begin");
	is_int(store_object_at(s, o.id, arena, &o), ERR_NOT_FOUND, "gone");
	store_rollback(s);
}

int
main(void)
{
	fix_start();
	arena = arena_new(MIB(32));
	if ((s = fix_open(STORE_WRITE)) == NULL || arena == NULL)
		return 1;
	fill();
	test_walks();
	test_counts();
	test_buried();
	test_many();
	store_close(s);
	arena_free(arena);
	return tap_done();
}
