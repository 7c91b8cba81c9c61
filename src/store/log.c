/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "store/internal.h"

#define VERSION 1 /* of the row and of what its hash covers */
#define KEY_ID  0
#define DIGEST  16 /* bytes of a keyed digest that are kept */

/* The texts of a row, in the order of their columns from TEXT_AT on. */
enum text {
	TOKEN,
	CLIENT,
	REQUEST_ID,
	TRACEPARENT,
	SURFACE,
	OPERATION,
	OUTCOME,
	TEXTS
};

enum column { /* of LOG_COLUMNS */
	SEQ,
	ROW_VERSION,
	ROW_KEY_ID,
	TIME,
	TEXT_AT,
	CHANGE = TEXT_AT + TEXTS,
	TBL,
	NAME,
	ITEM,
	IMAGES,
	PREV,
	HASH,
	COLUMNS
};
_Static_assert(COLUMNS == 18, "LOG_COLUMNS and LOG_APPEND");

struct row {
	uint64_t seq, version, key_id, time;
	struct str text[TEXTS];
	uint64_t change, tbl;
	struct str name, item, images, prev, hash;
};

static void
add_u64(struct crypto_hash *h, uint64_t n)
{
	unsigned char b[8];

	for (size_t i = 0; i < sizeof(b); i++, n >>= 8)
		b[i] = (unsigned char)n;
	crypto_hash_add(h, b, sizeof(b));
}

/* Its length before it: no two rows give the same bytes.  An absent one is
 * not an empty one. */
static void
add_str(struct crypto_hash *h, struct str s)
{
	add_u64(h, s.p == NULL ? UINT64_MAX : s.len);
	if (s.len > 0)
		crypto_hash_add(h, s.p, s.len);
}

/* Covers every column but hash itself. */
static void
row_hash(const struct row *r, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	add_u64(&h, r->version);
	add_u64(&h, r->key_id);
	add_u64(&h, r->seq);
	add_u64(&h, r->time);
	for (size_t i = 0; i < TEXTS; i++)
		add_str(&h, r->text[i]);
	add_u64(&h, r->change);
	add_u64(&h, r->tbl);
	add_str(&h, r->name);
	add_str(&h, r->item);
	add_str(&h, r->images);
	add_str(&h, r->prev);
	crypto_hash_end(&h, ret);
}

/* The same key in two tables gives two digests. */
static void
key_digest(const struct log_entry *e, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	add_u64(&h, e->tbl);
	add_str(&h, e->key->hash);
	add_str(&h, e->key->range);
	crypto_hash_end(&h, ret);
}

static void
image_digest(const struct log_entry *e, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	add_str(&h, e->old);
	add_str(&h, e->new);
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
		if (hash.len != sizeof(s->tip.hash))
			return store_fault(s, ERR_STORE, "the log's end");
		memcpy(s->tip.hash, hash.p, hash.len);
		(void)sqlite3_reset(q);
	}
	s->tip.known = true;
	return ERR_OK;
}

static enum err
insert(struct store *s, const struct row *r)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_LOG_APPEND, &q)) != ERR_OK)
		return e;
	bind_u64(q, SEQ + 1, r->seq);
	bind_u64(q, ROW_VERSION + 1, r->version);
	bind_u64(q, ROW_KEY_ID + 1, r->key_id);
	bind_u64(q, TIME + 1, r->time);
	for (int i = 0; i < TEXTS; i++)
		bind_text(q, TEXT_AT + 1 + i, r->text[i]);
	bind_u64(q, CHANGE + 1, r->change);
	bind_u64(q, TBL + 1, r->tbl);
	bind_text(q, NAME + 1, r->name);
	if (r->item.p != NULL)
		bind_blob(q, ITEM + 1, r->item);
	else
		(void)sqlite3_bind_null(q, ITEM + 1);
	bind_blob(q, IMAGES + 1, r->images);
	bind_blob(q, PREV + 1, r->prev);
	bind_blob(q, HASH + 1, r->hash);
	return stmt_run(s, q);
}

static struct str
bytes(const unsigned char *p, size_t n)
{
	return (struct str){ (const char *)p, n };
}

enum err
log_append(struct store *s, const struct log_entry *entry)
{
	unsigned char item[CRYPTO_HASH_BYTES], images[CRYPTO_HASH_BYTES];
	unsigned char hash[CRYPTO_HASH_BYTES];
	const struct store_actor *a = &s->actor;
	struct row r = {
		.version = VERSION,
		.key_id = KEY_ID,
		.time = clock_wall_ns(),
		.text = { cut(a->token), cut(a->client), cut(a->request_id),
		    cut(a->traceparent), cut(a->surface), cut(a->operation),
		    STR("OK") },
		.change = (uint64_t)entry->change,
		.tbl = entry->tbl,
		.name = entry->name,
		.images = bytes(images, DIGEST),
		.prev = bytes(s->tip.hash, sizeof(s->tip.hash)),
		.hash = bytes(hash, sizeof(hash)),
	};
	enum err e;

	if ((e = find_tip(s)) != ERR_OK)
		return e;
	r.seq = s->tip.seq + 1;
	if (entry->key != NULL) {
		key_digest(entry, s->conf->digest_key, item);
		r.item = bytes(item, DIGEST);
	}
	image_digest(entry, s->conf->digest_key, images);
	row_hash(&r, s->conf->chain_key, hash);
	if ((e = insert(s, &r)) != ERR_OK)
		return e;
	s->tip.seq = r.seq;
	memcpy(s->tip.hash, hash, sizeof(hash));
	if (entry->key != NULL && (entry->images || s->actor.images))
		return image_put(s, r.seq, entry);
	return ERR_OK;
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
read_row(sqlite3_stmt *q, struct row *r)
{
	r->seq = column_u64(q, SEQ);
	r->version = column_u64(q, ROW_VERSION);
	r->key_id = column_u64(q, ROW_KEY_ID);
	r->time = column_u64(q, TIME);
	for (int i = 0; i < TEXTS; i++)
		r->text[i] = column_str(q, TEXT_AT + i);
	r->change = column_u64(q, CHANGE);
	r->tbl = column_u64(q, TBL);
	r->name = column_str(q, NAME);
	r->item = column_str(q, ITEM);
	r->images = column_str(q, IMAGES);
	r->prev = column_str(q, PREV);
	r->hash = column_str(q, HASH);
}

/* NULL: the row is whole and follows what c has seen so far. */
static const char *
row_fault(const struct row *r, const unsigned char *key,
    const struct store_log_check *c)
{
	unsigned char hash[CRYPTO_HASH_BYTES];

	if (r->version != VERSION || r->key_id != KEY_ID)
		return "of an unknown version or key";
	if (c->rows > 0 && r->seq != c->last + 1)
		return "rows before it are missing";
	row_hash(r, key, hash);
	if (r->hash.len != sizeof(hash) ||
	    !crypto_equal(r->hash.p, hash, sizeof(hash)))
		return "it was changed";
	if (r->prev.len != sizeof(hash) ||
	    (c->rows > 0 && !crypto_equal(r->prev.p, c->hash, sizeof(hash))))
		return "it does not follow the row before it";
	return NULL;
}

enum err
store_log_verify(struct store *s, uint64_t from, struct store_log_check *ret)
{
	struct row r = { 0 };
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	*ret = (struct store_log_check){ 0 };
	if (s->conf->chain_key == NULL)
		return store_fault(s, ERR_INTERNAL, "no key of the chain");
	if ((e = stmt_use(s, STMT_LOG_READ, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, from);
	while ((e = stmt_step(s, q, &row)) == ERR_OK && row) {
		read_row(q, &r);
		ret->fault = row_fault(&r, s->conf->chain_key, ret);
		if (ret->fault != NULL) {
			ret->bad = r.seq;
			break;
		}
		if (ret->rows++ == 0)
			ret->first = r.seq;
		ret->last = r.seq;
		memcpy(ret->hash, r.hash.p, sizeof(ret->hash));
	}
	(void)sqlite3_reset(q);
	return e;
}
