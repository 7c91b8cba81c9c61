/* SPDX-License-Identifier: ISC */
/* walk.t - ranges of rows against a sorted list, every bound at its edge. */
#include "fixture.h"
#include "tap.h"

#define HASHES 3
#define ALL    (HASHES * NELEM(ranges))

static const struct str hashes[HASHES] = { STR_INIT(""), STR_INIT("h"),
	STR_INIT("h\0") };
/* In order; neighbours differ by as little as can be. */
static const struct str ranges[] = { STR_INIT(""), STR_INIT("\0"),
	STR_INIT("\0\0"), STR_INIT("\1"), STR_INIT("a"), STR_INIT("a\0"),
	STR_INIT("ab"), STR_INIT("b"), STR_INIT("\xff"), STR_INIT("\xff\xff") };

static struct store *s;
static struct store_table t;
static unsigned long rounds;

static bool
within(struct str v, const struct store_range *r)
{
	int c;

	if (r->lo.p != NULL &&
	    ((c = str_cmp(v, r->lo)) < 0 || (c == 0 && r->lo_excl)))
		return false;
	if (r->hi.p != NULL &&
	    ((c = str_cmp(v, r->hi)) > 0 || (c == 0 && r->hi_excl)))
		return false;
	if (r->after.hash.p == NULL)
		return true;
	c = str_cmp(v, r->after.range);
	return r->reverse ? c < 0 : c > 0;
}

static bool
same_row(const struct store_item *it, struct str hash, struct str range)
{
	/* Its own text says which it is. */
	return str_eq(it->key.hash, hash) && str_eq(it->key.range, range) &&
	    it->size == hash.len + range.len + it->text.len &&
	    str_starts(it->text, hash) && str_ends(it->text, range);
}

/* True if the walk gives just the rows that the list has. */
static bool
check_query(const struct store_range *r)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_item it;
	bool more;

	rounds++;
	if (store_walk(s, &t, r, &c) != ERR_OK)
		return false;
	for (size_t i = 0; i < NELEM(ranges); i++) {
		struct str want =
		    ranges[r->reverse ? NELEM(ranges) - 1 - i : i];

		if (!within(want, r))
			continue;
		if (store_walk_next(c, &it, &more) != ERR_OK || !more ||
		    !same_row(&it, r->hash, want))
			return false;
	}
	if (store_walk_next(c, &it, &more) != ERR_OK || more)
		return false;
	/* The end stays the end. */
	return store_walk_next(c, &it, &more) == ERR_OK && !more;
}

/* Index n is the absent string. */
static struct str
pick(const struct str *of, size_t n, size_t i)
{
	return i == n ? (struct str){ NULL, 0 } : of[i];
}

static bool
check_queries(struct str hash, bool reverse)
{
	const size_t n = NELEM(ranges);
	bool good = true;

	for (size_t lo = 0; lo <= n; lo++)
		for (size_t hi = 0; hi <= n; hi++)
			for (size_t after = 0; after <= n; after++)
				for (int x = 0; x < 4; x++) {
					struct store_range r = {
						.hash = hash,
						.lo = pick(ranges, n, lo),
						.hi = pick(ranges, n, hi),
						.lo_excl = x & 1,
						.hi_excl = x & 2,
						.reverse = reverse,
					};

					if (after < n)
						r.after =
						    (struct store_key){ hash,
							    ranges[after] };
					good = good && check_query(&r);
				}
	return good;
}

static bool
check_scan(const struct store_range *r)
{
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct store_item it;
	bool more;

	rounds++;
	if (store_walk(s, &t, r, &c) != ERR_OK)
		return false;
	for (size_t i = 0; i < ALL; i++) {
		struct str h = hashes[i / NELEM(ranges)];
		struct str v = ranges[i % NELEM(ranges)];
		int d = r->after.hash.p == NULL ? 1 : str_cmp(h, r->after.hash);

		if ((r->from.p != NULL && str_cmp(h, r->from) < 0) ||
		    (r->to.p != NULL && str_cmp(h, r->to) >= 0) || d < 0 ||
		    (d == 0 && str_cmp(v, r->after.range) <= 0))
			continue;
		if (store_walk_next(c, &it, &more) != ERR_OK || !more ||
		    !same_row(&it, h, v))
			return false;
	}
	return store_walk_next(c, &it, &more) == ERR_OK && !more;
}

static bool
check_scans(void)
{
	bool good = true;

	for (size_t from = 0; from <= HASHES; from++)
		for (size_t to = 0; to <= HASHES; to++)
			for (size_t after = 0; after <= ALL; after++) {
				struct store_range r = {
					.from = pick(hashes, HASHES, from),
					.to = pick(hashes, HASHES, to),
				};

				if (after < ALL)
					r.after = (struct store_key){
						hashes[after / NELEM(ranges)],
						ranges[after % NELEM(ranges)]
					};
				good = good && check_scan(&r);
			}
	return good;
}

static void
fill(struct store_table *to)
{
	char text[32];

	is_int(fix_begin(s, true), ERR_OK, "begin");
	for (size_t i = 0; i < ALL; i++) {
		struct str h = hashes[i / NELEM(ranges)];
		struct str v = ranges[i % NELEM(ranges)];

		memcpy(text, h.p, h.len);
		text[h.len] = '|';
		memcpy(text + h.len + 1, v.p, v.len);
		if (fix_put(s, to, h, v,
			(struct str){ text, h.len + 1 + v.len }) != ERR_OK)
			ok(false, "put %zu", i);
	}
	is_int(store_commit(s), ERR_OK, "commit");
}

/* What else may be called while a walk is open. */
static void
test_within(void)
{
	static char big[KIB(64)];
	const struct store_range all = { 0 },
				 longest = { .hash = STR("h"),
					 .after = { STR("h"),
					     { big, sizeof(big) } } };
	struct store_cursor *c = NULL, *d = NULL;
	struct store_item it;
	bool more = false;

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_walk(s, &t, &all, &c), ERR_OK, "walk");
	is_int(store_walk(s, &t, &all, &d), ERR_INTERNAL, "one at a time");
	store_rollback(s);
	is_int(fix_begin(s, true), ERR_OK, "the end of a transaction ends it");
	is_int(store_walk(s, &t, &all, &c), ERR_OK, "walk");
	is_int(store_walk_next(c, &it, &more), ERR_OK, "a row");
	is_int(fix_put(s, &t, STR("z"), STR(""), STR("z|")), ERR_OK, "put");
	is_int(fix_del(s, &t, STR("z"), STR("")), ERR_OK, "delete");
	ok(more && same_row(&it, STR(""), STR("")), "the row is still there");
	is_int(store_walk_next(c, &it, &more), ERR_OK, "the next");
	ok(more && same_row(&it, STR(""), STR("\0")), "in order");
	store_walk_end(c);
	is_int(store_walk(s, &t, &longest, &c), ERR_TOO_LARGE,
	    "a bound that no key can have");
	store_rollback(s);
}

int
main(void)
{
	struct store_table before, after;

	fix_start();
	if ((s = fix_open(STORE_WRITE)) == NULL)
		return 1;
	/* Its neighbours hold the same keys. */
	is_int(fix_table(s, "before", &before), ERR_OK, "create");
	is_int(fix_table(s, "walked", &t), ERR_OK, "create");
	is_int(fix_table(s, "behind", &after), ERR_OK, "create");
	fill(&before);
	fill(&t);
	fill(&after);
	is_int(fix_begin(s, false), ERR_OK, "begin");
	for (size_t i = 0; i < HASHES; i++) {
		ok(check_queries(hashes[i], false), "query %zu", i);
		ok(check_queries(hashes[i], true), "query %zu, reverse", i);
	}
	ok(check_queries(STR("none"), false) == false, "rows are missed");
	ok(check_scans(), "scans");
	store_rollback(s);
	test_within();
	printf("# %lu walks\n", rounds);
	store_close(s);
	return tap_done();
}
