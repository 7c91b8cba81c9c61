/* SPDX-License-Identifier: ISC */
/* A file's records, whatever its format. */
#include "ddb/intake_reader.h"

#include <stdlib.h>

#include "ddb/ion.h"

#define RECORD_MAX MIB(8) /* as text: an item's own limit is far below */

void
intake_reader_freep(struct intake_reader **p)
{
	struct intake_reader *r = TAKE(*p);

	if (r == NULL)
		return;
	bucket_in_freep(&r->f);
	buf_free(&r->text);
	buf_free(&r->values);
	buf_free(&r->line);
	buf_free(&r->head);
	free(r);
}

/* What of the text is not taken yet. */
static struct str
rest(const struct intake_reader *r)
{
	const struct str s = buf_str(&r->text);

	return (struct str){ s.p + r->taken, s.len - r->taken };
}

static enum err
read_more(struct intake_reader *r)
{
	if (r->text.len - r->taken >= RECORD_MAX)
		return ERR_FILE_DATA;
	buf_eat(&r->text, r->taken);
	r->taken = 0;
	return bucket_read(r->f, &r->text, &r->last);
}

/* One record, with its length; the text is read on until it is whole. */
static enum err
next_raw(struct intake_reader *r, enum lines *ret, struct str *ret_line,
    size_t *used)
{
	for (;;) {
		const struct str text = rest(r);
		enum err e;

		if (r->format->csv) {
			*ret = lines_csv(text, r->last, r->format->delimiter,
			    &r->values, &r->fields, used);
		} else if (r->format->ion) {
			*ret = ion_next(text, r->last, &r->values, used);
			*ret_line = buf_str(&r->values);
		} else {
			*ret = lines_next(text, r->last, ret_line, used);
		}
		if (*ret != LINES_MORE)
			return ERR_OK;
		if ((e = read_more(r)) != ERR_OK)
			return e;
	}
}

void
intake_reader_take(struct intake_reader *r, size_t n)
{
	r->taken += n;
	r->at += n;
}

/* The names of the columns: the request's, or the first line's. */
static enum err
read_names(struct intake_reader *r)
{
	const struct json *headers = r->format->headers;
	struct str line;
	enum lines l;
	size_t used = 0;
	enum err e;

	if (headers != NULL) {
		for (size_t i = 0; i < json_len(headers); i++)
			r->names.field[r->names.n++] =
			    json_str(json_at(headers, i));
		return ERR_OK;
	}
	if ((e = next_raw(r, &l, &line, &used)) != ERR_OK || l == LINES_END)
		return e;
	if (l != LINES_ONE)
		return ERR_FILE_DATA;
	r->names = r->fields;
	r->head = r->values;
	r->values = BUF_INIT(RECORD_MAX);
	intake_reader_take(r, used);
	return ERR_OK;
}

/* A byte order mark is no part of the text (RFC 3629, 6). */
static enum err
pass_mark(struct intake_reader *r)
{
	const struct str mark = STR("\xef\xbb\xbf");
	enum err e = ERR_OK;

	while (e == ERR_OK && r->text.len < mark.len && !r->last)
		e = read_more(r);
	if (e == ERR_OK && str_starts(rest(r), mark))
		intake_reader_take(r, mark.len);
	return e;
}

enum err
intake_reader_begin(struct intake_reader *r, int dir,
    const struct intake_format *f, struct str path, uint64_t offset)
{
	enum err e;

	r->format = f;
	r->text = BUF_INIT(RECORD_MAX + MIB(1));
	r->values = r->line = r->head = BUF_INIT(2 * RECORD_MAX);
	e = bucket_open(dir, path, f->packing, &r->f);
	if (e == ERR_OK)
		e = pass_mark(r);
	if (e == ERR_OK && f->csv)
		e = read_names(r);
	if (e != ERR_OK || offset <= r->at)
		return e;
	/* What was read for the names is thrown away with them. */
	bucket_in_freep(&r->f);
	buf_reset(&r->text);
	r->last = false;
	r->taken = 0;
	r->at = offset;
	if ((e = bucket_open(dir, path, f->packing, &r->f)) != ERR_OK)
		return e;
	return bucket_skip(r->f, offset, &r->text);
}

static bool
is_empty(const struct intake_reader *r, struct str record)
{
	return r->format->csv ?
	    r->fields.n == 1 && r->fields.field[0].len == 0 :
	    str_trim(record).len == 0;
}

enum err
intake_reader_next(struct intake_reader *r, enum lines *ret,
    struct str *ret_record, size_t *ret_used)
{
	enum err e = next_raw(r, ret, ret_record, ret_used);

	if (e != ERR_OK)
		return e;
	if (*ret == LINES_ONE && is_empty(r, *ret_record)) {
		*ret = LINES_MORE;
	} else if (*ret == LINES_ONE && r->format->csv) {
		buf_reset(&r->line);
		if (!intake_csv(&r->names, &r->fields, r->format->types,
			&r->line))
			*ret = LINES_BAD;
		*ret_record = buf_str(&r->line);
	}
	if (*ret == LINES_BAD)
		*ret_record = (struct str){ rest(r).p, *ret_used };
	return ERR_OK;
}
