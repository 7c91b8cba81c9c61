/* SPDX-License-Identifier: ISC */
#include "store/log_row.h"

enum column { /* of LOG_COLUMNS */
	SEQ,
	VERSION,
	KEY_ID,
	TIME,
	TEXT_AT,
	CHANGE = TEXT_AT + LOG_TEXTS,
	TBL,
	NAME,
	ITEM,
	IMAGES,
	PREV,
	HASH,
	COLUMNS
};
_Static_assert(COLUMNS == 20, "LOG_COLUMNS and LOG_APPEND");

void
log_hash_u64(struct crypto_hash *h, uint64_t n)
{
	unsigned char b[8];

	for (size_t i = 0; i < sizeof(b); i++, n >>= 8)
		b[i] = (unsigned char)n;
	crypto_hash_add(h, b, sizeof(b));
}

void
log_hash_str(struct crypto_hash *h, struct str s)
{
	log_hash_u64(h, s.p == NULL ? UINT64_MAX : s.len);
	if (s.len > 0)
		crypto_hash_add(h, s.p, s.len);
}

void
log_row_hash(const struct log_row *r, const unsigned char *key,
    unsigned char ret[CRYPTO_HASH_BYTES])
{
	const size_t texts = r->version == 1 ? LOG_TEXTS_1 : LOG_TEXTS;
	struct crypto_hash h;

	crypto_hash_init(&h, key);
	log_hash_u64(&h, r->version);
	log_hash_u64(&h, r->key_id);
	log_hash_u64(&h, r->seq);
	log_hash_u64(&h, r->time);
	for (size_t i = 0; i < texts; i++)
		log_hash_str(&h, r->text[i]);
	log_hash_u64(&h, r->change);
	log_hash_u64(&h, r->tbl);
	log_hash_str(&h, r->name);
	log_hash_str(&h, r->item);
	log_hash_str(&h, r->images);
	log_hash_str(&h, r->prev);
	crypto_hash_end(&h, ret);
}

enum err
log_row_insert(struct store *s, const struct log_row *r)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_LOG_APPEND, &q)) != ERR_OK)
		return e;
	bind_u64(q, SEQ + 1, r->seq);
	bind_u64(q, VERSION + 1, r->version);
	bind_u64(q, KEY_ID + 1, r->key_id);
	bind_u64(q, TIME + 1, r->time);
	for (int i = 0; i < LOG_TEXTS; i++)
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

void
log_row_read(sqlite3_stmt *q, struct log_row *r)
{
	r->seq = column_u64(q, SEQ);
	r->version = column_u64(q, VERSION);
	r->key_id = column_u64(q, KEY_ID);
	r->time = column_u64(q, TIME);
	for (int i = 0; i < LOG_TEXTS; i++)
		r->text[i] = column_str(q, TEXT_AT + i);
	r->change = column_u64(q, CHANGE);
	r->tbl = column_u64(q, TBL);
	r->name = column_str(q, NAME);
	r->item = column_str(q, ITEM);
	r->images = column_str(q, IMAGES);
	r->prev = column_str(q, PREV);
	r->hash = column_str(q, HASH);
}
