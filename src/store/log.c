/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/log_row.h"

_Static_assert(LOG_REMOVE == STORE_LOG_ITEM &&
	LOG_TABLE_UPDATE == STORE_LOG_DEFINED,
    "as store.h says");

#define DIGEST 16 /* bytes of a keyed digest that are kept */

/* The same key in two tables gives two digests. */
static void
key_digest(const struct log_entry *e, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	log_hash_u64(&h, e->tbl);
	log_hash_str(&h, e->key->hash);
	log_hash_str(&h, e->key->range);
	crypto_hash_end(&h, ret);
}

static void
image_digest(const struct log_entry *e, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	log_hash_str(&h, e->old);
	log_hash_str(&h, e->new);
	crypto_hash_end(&h, ret);
}

/* What a client says of itself is cut, between characters. */
static struct str
cut(struct str s)
{
	if (s.len <= STORE_LOG_TEXT)
		return s;
	s.len = STORE_LOG_TEXT;
	while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xc0) == 0x80)
		s.len--;
	return s;
}

/* The end of the chain, read once in a transaction. */
static enum err
find_tip(struct store *s)
{
	struct str hash;
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if (s->tip.known)
		return ERR_OK;
	if ((e = stmt_use(s, STMT_LOG_TIP, &q)) != ERR_OK ||
	    (e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	s->tip.seq = 0;
	memset(s->tip.hash, 0, sizeof(s->tip.hash));
	if (row) {
		s->tip.seq = column_u64(q, 0);
		hash = column_str(q, 1);
		if (hash.len == sizeof(s->tip.hash))
			memcpy(s->tip.hash, hash.p, hash.len);
		else
			e = store_fault(s, ERR_STORE, "the log's end");
		(void)sqlite3_reset(q);
		if (e != ERR_OK)
			return e;
	}
	s->tip.known = true;
	return ERR_OK;
}

static struct str
bytes(const unsigned char *p, size_t n)
{
	return (struct str){ (const char *)p, n };
}

/* Give it its place in the chain, and write it; its number is told. */
static enum err
append(struct store *s, const struct log_row *row, uint64_t *ret_seq)
{
	unsigned char hash[CRYPTO_HASH_BYTES];
	struct log_row r = *row;
	enum err e;

	if ((e = find_tip(s)) != ERR_OK)
		return e;
	r.seq = s->tip.seq + 1;
	r.prev = bytes(s->tip.hash, sizeof(s->tip.hash));
	log_row_hash(&r, s->conf->chain_key, hash);
	r.hash = bytes(hash, sizeof(hash));
	if ((e = log_row_insert(s, &r)) != ERR_OK)
		return e;
	if (s->first == 0)
		s->first = r.seq;
	s->tip.seq = *ret_seq = r.seq;
	memcpy(s->tip.hash, hash, sizeof(hash));
	return ERR_OK;
}

static struct log_row
row_of(const struct store_actor *a, struct str outcome)
{
	return (struct log_row){
		.version = LOG_VERSION,
		.key_id = LOG_KEY_ID,
		.time = clock_wall_ns(),
		.text = {
			[LOG_TOKEN] = cut(a->token),
			[LOG_CLIENT] = cut(a->client),
			[LOG_REQUEST_ID] = cut(a->request_id),
			[LOG_TRACEPARENT] = cut(a->traceparent),
			[LOG_SURFACE] = cut(a->surface),
			[LOG_OPERATION] = cut(a->operation),
			[LOG_OUTCOME] = cut(outcome),
			[LOG_PEER] = cut(a->peer),
		},
	};
}

enum err
log_append(struct store *s, const struct log_entry *entry)
{
	unsigned char item[CRYPTO_HASH_BYTES], images[CRYPTO_HASH_BYTES];
	struct log_row r = row_of(&s->actor, STR("OK"));
	uint64_t seq;
	enum err e;

	r.change = (uint64_t)entry->change;
	r.tbl = entry->tbl;
	r.name = entry->name;
	if (entry->key != NULL) {
		key_digest(entry, s->conf->digest_key, item);
		r.item = bytes(item, DIGEST);
	}
	image_digest(entry, s->conf->digest_key, images);
	r.images = bytes(images, DIGEST);
	if ((e = append(s, &r, &seq)) != ERR_OK)
		return e;
	if (entry->key != NULL && (entry->images || s->actor.images))
		return image_put(s, seq, entry);
	return ERR_OK;
}

enum err
store_log_note(struct store *s, const struct store_note *n)
{
	struct log_row r = row_of(&s->actor, n->outcome);
	uint64_t seq;

	if (n->time != 0)
		r.time = n->time;
	r.text[LOG_DETAIL] = n->detail;
	r.change = (uint64_t)n->kind;
	r.tbl = n->tbl;
	r.name = n->name;
	r.images = STR("");
	return append(s, &r, &seq);
}

bool
store_changes(const struct store *s, uint64_t *ret_first, uint64_t *ret_last)
{
	if (s->first == 0)
		return false;
	*ret_first = s->first;
	*ret_last = s->tip.seq;
	return true;
}

enum err
store_log_last(struct store *s, uint64_t *ret)
{
	int64_t n;
	enum err e = stmt_number(s, STMT_LOG_LAST, &n);

	if (e == ERR_OK)
		*ret = (uint64_t)n;
	return e;
}

/* Rows are never missing between the first and the last. */
enum err
store_log_seek(struct store *s, uint64_t time_ns, uint64_t *ret)
{
	int64_t first, last;
	uint64_t lo, hi, mid;
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_number(s, STMT_LOG_FIRST, &first)) != ERR_OK ||
	    (e = stmt_number(s, STMT_LOG_LAST, &last)) != ERR_OK ||
	    (e = stmt_use(s, STMT_LOG_AT, &q)) != ERR_OK)
		return e;
	lo = (uint64_t)first;
	hi = (uint64_t)last + 1;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		bind_u64(q, 1, mid);
		if ((e = stmt_step(s, q, &row)) != ERR_OK)
			return e;
		if (row && column_u64(q, 0) < time_ns)
			lo = mid + 1;
		else
			hi = mid;
		(void)sqlite3_reset(q);
	}
	*ret = lo;
	return ERR_OK;
}

static void
row_public(const struct log_row *r, struct store_log_row *ret)
{
	*ret = (struct store_log_row){
		.seq = r->seq,
		.time = r->time,
		.kind = (unsigned)r->change,
		.who = {
			.token = r->text[LOG_TOKEN],
			.client = r->text[LOG_CLIENT],
			.request_id = r->text[LOG_REQUEST_ID],
			.traceparent = r->text[LOG_TRACEPARENT],
			.surface = r->text[LOG_SURFACE],
			.operation = r->text[LOG_OPERATION],
			.peer = r->text[LOG_PEER],
		},
		.outcome = r->text[LOG_OUTCOME],
		.detail = r->text[LOG_DETAIL],
		.tbl = r->tbl,
		.name = r->name,
		.item = r->item,
		.hash = r->hash,
	};
}

enum err
store_log_walk(struct store *s, uint64_t from, bool reverse,
    struct store_cursor **ret)
{
	sqlite3_stmt *q;
	enum err e;

	if (s->cursor.q != NULL)
		return store_fault(s, ERR_INTERNAL, "a walk is open");
	if ((e = stmt_use(s, reverse ? STMT_LOG_DOWN : STMT_LOG_READ, &q)) !=
	    ERR_OK)
		return e;
	bind_u64(q, 1, from > INT64_MAX ? INT64_MAX : from);
	s->cursor.store = s;
	s->cursor.q = q;
	s->cursor.index = false;
	*ret = &s->cursor;
	return ERR_OK;
}

enum err
store_log_next(struct store_cursor *c, struct store_log_row *ret,
    bool *ret_more)
{
	struct log_row r;
	enum err e = stmt_step(c->store, c->q, ret_more);

	if (e == ERR_OK && *ret_more) {
		log_row_read(c->q, &r);
		row_public(&r, ret);
	}
	return e;
}

enum err
store_log_table(struct store *s, uint64_t tbl, struct arena *a, struct str *ret)
{
	struct str name = { NULL, 0 };
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_LOG_TABLE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, tbl);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (row) {
		name = arena_str(a, column_str(q, 0));
		if (name.p == NULL)
			e = ERR_NO_MEMORY;
	}
	(void)sqlite3_reset(q);
	if (e == ERR_OK)
		*ret = name;
	return e;
}
