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

/* One record, with its length; the text is read on until it is whole. */
static enum err
next_raw(struct intake_reader *r, enum lines *ret, struct str *ret_line,
    size_t *used)
{
	for (;;) {
		const struct str text = buf_str(&r->text);
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
		if (r->text.len >= RECORD_MAX)
			return ERR_FILE_DATA;
		if ((e = bucket_read(r->f, &r->text, &r->last)) != ERR_OK)
			return e;
	}
}

void
intake_reader_take(struct intake_reader *r, size_t n)
{
	buf_eat(&r->text, n);
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

enum err
intake_reader_begin(struct intake_reader *r, int dir,
    const struct intake_format *f, struct str path, uint64_t offset)
{
	enum err e;

	r->format = f;
	r->text = BUF_INIT(RECORD_MAX + MIB(1));
	r->values = r->line = r->head = BUF_INIT(2 * RECORD_MAX);
	e = bucket_open(dir, path, f->gzip, &r->f);
	if (e == ERR_OK && f->csv)
		e = read_names(r);
	if (e != ERR_OK || offset <= r->at)
		return e;
	/* What was read for the names is thrown away with them. */
	bucket_in_freep(&r->f);
	buf_reset(&r->text);
	r->last = false;
	r->at = offset;
	if ((e = bucket_open(dir, path, f->gzip, &r->f)) != ERR_OK)
		return e;
	return bucket_skip(r->f, offset, &r->text);
}

enum err
intake_reader_next(struct intake_reader *r, struct str *ret, bool *ret_good,
    bool *ret_more, size_t *ret_used)
{
	enum lines l;
	size_t used = 0;
	enum err e;

	for (;;) {
		if ((e = next_raw(r, &l, ret, &used)) != ERR_OK)
			return e;
		*ret_more = l != LINES_END;
		*ret_good = l == LINES_ONE;
		*ret_used = used;
		if (l == LINES_BAD)
			*ret = (struct str){ r->text.p, used };
		if (l != LINES_ONE)
			return ERR_OK;
		if (r->format->csv ?
			r->fields.n > 1 || r->fields.field[0].len > 0 :
			str_trim(*ret).len > 0)
			break;
		intake_reader_take(r, used);
	}
	if (!r->format->csv)
		return ERR_OK;
	buf_reset(&r->line);
	*ret_good =
	    intake_csv(&r->names, &r->fields, r->format->types, &r->line);
	*ret = *ret_good ? buf_str(&r->line) : (struct str){ r->text.p, used };
	return ERR_OK;
}
