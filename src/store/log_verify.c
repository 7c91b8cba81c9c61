/* SPDX-License-Identifier: ISC */
/* The chain: what was done to it, and where retention has cut it. */
#include <string.h>

#include "store/log_row.h"

/*
 * Where the log begins is a memo: the last row that was dropped, its hash,
 * and a keyed hash of both, so that nobody else moves it.
 */
static const struct str start_name = STR_INIT("log/start");

struct start {
	uint64_t seq; /* 0: nothing was ever dropped */
	unsigned char hash[CRYPTO_HASH_BYTES];
	unsigned char seal[CRYPTO_HASH_BYTES];
};

static void
start_seal(const struct start *at, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	log_hash_str(&h, start_name);
	log_hash_u64(&h, at->seq);
	crypto_hash_add(&h, at->hash, sizeof(at->hash));
	crypto_hash_end(&h, ret);
}

/* NULL, or what is wrong with the memo. */
static enum err
start_read(struct store *s, struct start *ret, const char **ret_fault)
{
	unsigned char seal[CRYPTO_HASH_BYTES];
	unsigned char data[2 * CRYPTO_HASH_BYTES];
	struct str got;
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	*ret = (struct start){ 0 };
	*ret_fault = NULL;
	if ((e = stmt_use(s, STMT_MEMO_GET, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, MEMO_MARK);
	bind_blob(q, 2, start_name);
	if ((e = stmt_step(s, q, &row)) != ERR_OK || !row)
		return e;
	ret->seq = column_u64(q, 1);
	got = column_str(q, 2);
	if (got.len == sizeof(data))
		memcpy(data, got.p, sizeof(data));
	(void)sqlite3_reset(q);
	*ret_fault = "where retention has cut the log was changed";
	if (got.len != sizeof(data))
		return ERR_OK;
	memcpy(ret->hash, data, sizeof(ret->hash));
	memcpy(ret->seal, data + sizeof(ret->hash), sizeof(ret->seal));
	start_seal(ret, s->conf->chain_key, seal);
	if (crypto_equal(seal, ret->seal, sizeof(seal)))
		*ret_fault = NULL;
	return ERR_OK;
}

static enum err
start_write(struct store *s, struct start *at)
{
	unsigned char data[2 * CRYPTO_HASH_BYTES];

	start_seal(at, s->conf->chain_key, at->seal);
	memcpy(data, at->hash, sizeof(at->hash));
	memcpy(data + sizeof(at->hash), at->seal, sizeof(at->seal));
	return store_memo_set(s,
	    &(struct store_memo){ .kind = MEMO_MARK,
		.id = start_name,
		.n = (int64_t)at->seq,
		.data = { (const char *)data, sizeof(data) } });
}

/* NULL: the row is whole and follows what c has seen so far. */
static const char *
row_fault(const struct log_row *r, const unsigned char *key,
    const struct store_log_check *c, bool linked)
{
	unsigned char hash[CRYPTO_HASH_BYTES];

	if (r->version == 1 &&
	    (r->text[LOG_PEER].p != NULL || r->text[LOG_DETAIL].p != NULL))
		return "it was changed";
	if (r->version < 1 || r->version > LOG_VERSION ||
	    r->key_id != LOG_KEY_ID)
		return "of an unknown version or key";
	if (linked && r->seq != c->last + 1)
		return "rows before it are missing";
	log_row_hash(r, key, hash);
	if (r->hash.len != sizeof(hash) ||
	    !crypto_equal(r->hash.p, hash, sizeof(hash)))
		return "it was changed";
	if (r->prev.len != sizeof(hash) ||
	    (linked && !crypto_equal(r->prev.p, c->hash, sizeof(hash))))
		return "it does not follow the row before it";
	return NULL;
}

static enum err
verify_rows(struct store *s, uint64_t from, bool linked,
    struct store_log_check *ret)
{
	struct log_row r = { 0 };
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = stmt_use(s, STMT_LOG_READ, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, from);
	while ((e = stmt_step(s, q, &row)) == ERR_OK && row) {
		log_row_read(q, &r);
		ret->fault = row_fault(&r, s->conf->chain_key, ret, linked);
		if (ret->fault != NULL) {
			ret->bad = r.seq;
			break;
		}
		if (ret->rows++ == 0)
			ret->first = r.seq;
		ret->last = r.seq;
		memcpy(ret->hash, r.hash.p, sizeof(ret->hash));
		linked = true;
	}
	(void)sqlite3_reset(q);
	return e;
}

enum err
store_log_verify(struct store *s, uint64_t from, struct store_log_check *ret)
{
	struct start start;
	const char *fault;
	enum err e;

	*ret = (struct store_log_check){ 0 };
	if (s->conf->chain_key == NULL)
		return store_fault(s, ERR_INTERNAL, "no key of the chain");
	if ((e = start_read(s, &start, &fault)) != ERR_OK)
		return e;
	if (fault != NULL) {
		ret->fault = fault;
		ret->bad = start.seq == 0 ? 1 : start.seq;
		return ERR_OK;
	}
	if (from > start.seq + 1)
		return verify_rows(s, from, false, ret);
	ret->last = start.seq;
	memcpy(ret->hash, start.hash, sizeof(ret->hash));
	return verify_rows(s, 0, true, ret);
}

/* The last row that is to go, its hash; seq 0: there is none. */
static enum err
last_before(struct store *s, uint64_t before, size_t max, struct start *ret)
{
	struct log_row r;
	sqlite3_stmt *q;
	bool row = false;
	int64_t first;
	enum err e;

	*ret = (struct start){ 0 };
	if ((e = stmt_number(s, STMT_LOG_FIRST, &first)) != ERR_OK ||
	    first <= 0 || (uint64_t)first >= before)
		return e;
	if (before - (uint64_t)first > max)
		before = (uint64_t)first + max;
	if ((e = stmt_use(s, STMT_LOG_DOWN, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, before - 1);
	if ((e = stmt_step(s, q, &row)) != ERR_OK || !row)
		return e;
	log_row_read(q, &r);
	if (r.hash.len == sizeof(ret->hash)) {
		ret->seq = r.seq;
		memcpy(ret->hash, r.hash.p, sizeof(ret->hash));
	}
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_log_trim(struct store *s, uint64_t before, size_t max, size_t *ret_n)
{
	struct start at;
	sqlite3_stmt *q;
	uint64_t last;
	enum err e;

	*ret_n = 0;
	if (s->conf->chain_key == NULL)
		return store_fault(s, ERR_INTERNAL, "no key of the chain");
	if ((e = store_log_last(s, &last)) != ERR_OK)
		return e;
	/* A rowid would start again at 1 in an empty table. */
	if (before > last)
		before = last;
	if ((e = last_before(s, before, max, &at)) != ERR_OK || at.seq == 0)
		return e;
	if ((e = stmt_use(s, STMT_LOG_TRIM, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, at.seq);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	*ret_n = (size_t)sqlite3_changes(s->db);
	return start_write(s, &at);
}
