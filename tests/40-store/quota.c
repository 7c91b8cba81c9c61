/* SPDX-License-Identifier: ISC */
/* quota.t - where puts end, and that deletes do not. */
#include "fixture.h"
#include "tap.h"

#define PAGES   256 /* the quota: 1 MiB */
#define RESERVE 64  /* of them are kept for deletes */

static struct store *s;
static struct store_table t;

static enum err
put(uint32_t i, size_t n)
{
	static char text[LIMIT_ITEM];
	struct str key = { (char *)&i, sizeof(i) };
	enum err e;

	if ((e = fix_begin(s, true)) != ERR_OK)
		return e;
	if ((e = fix_put(s, &t, key, STR(""), (struct str){ text, n })) ==
	    ERR_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

static enum err
del(uint32_t i)
{
	struct str key = { (char *)&i, sizeof(i) };
	enum err e;

	if ((e = fix_begin(s, true)) != ERR_OK)
		return e;
	if ((e = fix_del(s, &t, key, STR(""))) == ERR_OK)
		return store_commit(s);
	store_rollback(s);
	return e;
}

static uint64_t
items(struct arena *a)
{
	struct store_table got = { 0 };

	if (fix_begin(s, false) != ERR_OK || !fix_count(s, "full", a, &got))
		ok(false, "table");
	store_rollback(s);
	return got.items;
}

static bool
tidy_all(void)
{
	while (store_tidy(s))
		;
	return true;
}

int
main(void)
{
	struct arena *a = arena_new(MIB(1));
	struct store_table u;
	uint32_t n = 0, gone = 0;
	enum err e;

	fix_start();
	fix_conf.sync_off = true;
	fix_conf.max_size = (uint64_t)PAGES * 4096;
	if ((s = fix_open(STORE_WRITE)) == NULL || a == NULL)
		return 1;
	is_int(fix_table(s, "full", &t), ERR_OK, "create");
	is_int(put(0, LIMIT_ITEM), ERR_OK, "100 of 256 pages");
	is_int(put(1, LIMIT_ITEM), ERR_FULL,
	    "as many again would end past 192");
	is_int(put(0, LIMIT_ITEM), ERR_FULL,
	    "to replace needs room beside the old, too");
	is_int(del(0), ERR_OK, "delete");
	is_int(put(1, LIMIT_ITEM), ERR_OK, "its pages are used again");
	is_int(del(1), ERR_OK, "delete");
	while ((e = put(n, 700)) == ERR_OK)
		n++;
	is_int(e, ERR_FULL, "small items end there, too");
	ok(n > 200 && n < 1000, "after %u", n);
	is_int(put(n, 700), ERR_FULL, "and stay there");
	is_int(fix_table(s, "more", &u), ERR_FULL, "no table either");
	is_int(items(a), n, "the count is what was said");
	tidy_all();
	is_int(put(n, 700), ERR_FULL, "a checkpoint gives no room");
	while (gone < n && (e = del(gone)) == ERR_OK)
		gone++;
	is_int(e, ERR_OK, "deletes work");
	is_int(gone, n, "all of them");
	is_int(items(a), 0, "and nothing is left");
	is_int(put(n, 700), ERR_OK, "there is room again");

	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_table_delete(s, &t), ERR_OK, "delete the table");
	is_int(store_commit(s), ERR_OK, "commit");
	tidy_all();
	is_int(fix_table(s, "full", &t), ERR_OK, "create");
	for (n = 0; put(n, 3000) == ERR_OK; n++)
		;
	is_int(fix_begin(s, true), ERR_OK, "begin");
	is_int(store_table_delete(s, &t), ERR_OK,
	    "a full store's table can be deleted");
	is_int(store_commit(s), ERR_OK, "commit");
	tidy_all();
	is_int(fix_table(s, "full", &t), ERR_OK, "create");
	is_int(put(0, 3000), ERR_OK, "and there is room");

	/* The hard end: nothing past it, whatever a put was allowed. */
	is_int(fix_begin(s, true), ERR_OK, "begin");
	for (n = 0, e = ERR_OK; e == ERR_OK && n < 10000; n++)
		e = fix_put(s, &t, (struct str){ (char *)&n, sizeof(n) },
		    STR(""), STR("x"));
	is_int(e, ERR_FULL, "one transaction that fills it");
	is_int(store_commit(s), ERR_STORE, "is not committed");
	is_int(items(a), 1, "and leaves nothing");
	store_close(s);

	fix_conf.max_size = (uint64_t)RESERVE * 4096;
	s = fix_open(STORE_WRITE);
	is_int(put(1, 1), ERR_FULL, "a quota of the reserve alone: no put");
	is_int(del(0), ERR_OK, "but a delete");
	store_close(s);
	fix_conf.max_size = 0;
	s = fix_open(STORE_WRITE);
	is_int(put(0, LIMIT_ITEM), ERR_OK, "no quota");
	is_int(put(1, LIMIT_ITEM), ERR_OK, "no end");
	store_close(s);
	arena_free(a);
	return tap_done();
}
