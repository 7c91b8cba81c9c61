/* SPDX-License-Identifier: ISC */
/* The job's steps: files, one after the other, transaction by transaction. */
#include "ddb/intake.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/intake_reader.h"
#include "ddb/job.h"

#define DEPTH       16
#define CHUNK       500    /* records of one transaction */
#define CHUNK_BYTES MIB(2) /* of their text, about */
#define STEP_MS     2000   /* of one step: other jobs wait */
#define NOTES_MAX   MIB(128)

struct intake {
	const struct intake_way *way;
	struct op_ctx *ctx; /* its arena is of one transaction */
	struct transfer t;
	struct intake_format format;
	struct intake_at at;
	struct buf notes; /* of this transaction, as are the units */
	uint64_t units;
};

/* ---- how far it is */

void
intake_read_at(const struct transfer *t, struct intake_at *ret)
{
	*ret = (struct intake_at){
		.file = json_str(json_get(t->at, "file")),
		.offset = transfer_number(t, "offset"),
		.items = transfer_number(t, "items"),
		.taken = transfer_number(t, "taken"),
		.failed = transfer_number(t, "failed"),
		.bytes = transfer_number(t, "bytes"),
		.total = transfer_number(t, "total"),
		.written = transfer_number(t, "written"),
		.notes = transfer_number(t, "notes"),
		.table = transfer_number(t, "table"),
		.narrow = transfer_number(t, "narrow"),
	};
}

static enum err
put_at(struct buf *out, const struct intake_at *at)
{
	buf_printf(out,
	    "{\"offset\":%llu,\"items\":%llu,\"taken\":%llu,\"failed\":%llu,"
	    "\"bytes\":%llu,\"total\":%llu,\"written\":%llu,\"notes\":%llu,"
	    "\"table\":%llu,\"narrow\":%llu",
	    (unsigned long long)at->offset, (unsigned long long)at->items,
	    (unsigned long long)at->taken, (unsigned long long)at->failed,
	    (unsigned long long)at->bytes, (unsigned long long)at->total,
	    (unsigned long long)at->written, (unsigned long long)at->notes,
	    (unsigned long long)at->table, (unsigned long long)at->narrow);
	if (at->file.p != NULL) {
		BUF_LIT(out, ",\"file\":");
		json_put_str(out, at->file);
	}
	buf_putc(out, '}');
	return buf_err(out);
}

enum err
intake_begin_at(const struct op_ctx *ctx, uint64_t table, struct buf *out)
{
	const struct intake_at at = { .table = table,
		.narrow = ctx->tables.p != NULL };

	return put_at(out, &at);
}

enum bucket_packing
intake_packing(const struct json *type)
{
	const struct str s = json_str(type);

	return str_eq(s, STR("GZIP")) ? BUCKET_GZIP :
	    str_eq(s, STR("ZSTD"))    ? BUCKET_ZSTD :
					BUCKET_PLAIN;
}

/* ---- transactions */

/* As many bytes of UTF-8 at most, with no part of a character at their end. */
static struct str
head_of(struct str s, size_t max)
{
	if (s.len <= max)
		return s;
	s.len = max;
	while (s.len > 0 && ((unsigned char)s.p[s.len] & 0xc0) == 0x80)
		s.len--;
	return s;
}

static void
note(struct intake *in, struct str record, enum err e, struct str old)
{
	struct str why =
	    e == ERR_CONDITION ? str_from(err_row(e)->text) : in->ctx->message;

	if (!str_utf8(record))
		record.len = 0;
	BUF_LIT(&in->notes, "{\"Record\":");
	json_put_str(&in->notes, head_of(record, in->format.note_bytes));
	BUF_LIT(&in->notes, ",\"Error\":");
	json_put_str(&in->notes,
	    why.p != NULL ? why : STR("The record is no item"));
	if (old.p != NULL) {
		BUF_LIT(&in->notes, ",\"Existing\":");
		buf_puts(&in->notes, old);
	}
	BUF_LIT(&in->notes, "}\n");
}

static enum err
one(struct intake *in, const struct table *t, struct str record, bool good)
{
	struct str old = { NULL, 0 };
	uint64_t size = 0;
	enum err e = ERR_JSON;

	in->ctx->message = (struct str){ NULL, 0 };
	if (good)
		e = intake_put(in->ctx, t, in->way->conditions, record, &size,
		    &old);
	in->at.items++;
	if (e == ERR_OK) {
		in->at.taken++;
		in->at.written += size;
		in->units += answer_write_halves(0, size) / 2;
		return ERR_OK;
	}
	if (e != ERR_JSON && e != ERR_VALIDATION && e != ERR_SERIALIZATION &&
	    e != ERR_CONDITION)
		return e;
	if (e == ERR_CONDITION ?
		in->format.note_unmet :
		in->format.note_failed && in->at.failed < in->format.note_most)
		note(in, record, e, old);
	in->at.failed += e != ERR_CONDITION;
	return buf_err(&in->notes);
}

/* Is it still wanted?  The def is read anew: it may have been cancelled. */
static enum err
look_again(struct intake *in, bool *ret_wanted)
{
	struct json *def CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct store_object o;
	enum err e = store_object_at(in->ctx->store, in->t.object.id,
	    in->ctx->arena, &o);

	*ret_wanted = e == ERR_OK && o.state == STORE_ALIVE;
	if (e != ERR_OK || !*ret_wanted)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (json_parse(o.def, DEPTH, &def, &error) != ERR_OK)
		return ERR_STORE_VERSION;
	*ret_wanted = json_get(def, "end") == NULL;
	return ERR_OK;
}

static enum err
open_table(struct intake *in, struct table *t)
{
	enum err e = in->way->making ?
	    table_open_making(in->ctx, in->t.table, t) :
	    table_open(in->ctx, in->t.table, t);

	if (e == ERR_OK && in->at.table != t->row.id)
		e = ERR_NOT_FOUND;
	return e;
}

static enum err
save(struct intake *in)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));
	enum err e = ERR_OK;

	if (in->notes.len > 0)
		e = bucket_put_at(in->ctx->exports, in->format.notes,
		    in->at.notes, buf_str(&in->notes));
	in->at.notes += in->notes.len;
	if (e == ERR_OK)
		e = put_at(&text, &in->at);
	return e != ERR_OK ? e : transfer_save(in->ctx, &in->t, buf_str(&text));
}

/* Ends the job where it is wanted no more. */
#define UNWANTED ERR_GONE

static enum err
some(struct intake *in, struct intake_reader *r, bool *ret_more)
{
	struct table t;
	struct str record;
	const uint64_t from = r->at;
	enum lines l = LINES_ONE;
	bool wanted;
	size_t used = 0;
	enum err e = look_again(in, &wanted);

	if (e != ERR_OK)
		return e;
	if (!wanted || (e = open_table(in, &t)) == ERR_NOT_FOUND)
		return UNWANTED;
	for (int n = 0;
	     e == ERR_OK && n < CHUNK && r->at - from < CHUNK_BYTES;) {
		e = intake_reader_next(r, &l, &record, &used);
		if (e != ERR_OK || l == LINES_END)
			break;
		if (l != LINES_MORE) {
			e = one(in, &t, record, l == LINES_ONE);
			n++;
		}
		if (e == ERR_OK)
			intake_reader_take(r, used);
	}
	*ret_more = l != LINES_END;
	in->at.offset = r->at;
	return e != ERR_OK ? e : save(in);
}

/* Long enough that no more units a second are used than are wanted. */
static void
hold_back(const struct intake *in, uint64_t begun)
{
	const uint64_t now = clock_ms();
	uint64_t left;
	struct timespec t;

	if (in->format.rate == 0)
		return;
	left = in->units * MS_PER_S / in->format.rate;
	if (now - begun >= left)
		return;
	left -= now - begun;
	t.tv_sec = (time_t)(left / MS_PER_S);
	t.tv_nsec = (long)(left % MS_PER_S * (NS_PER_S / MS_PER_S));
	(void)nanosleep(&t, NULL);
}

/* One file, or as much of it as there is time for; what it takes to come to
 * where the last step was, through all that is packed before, is added. */
static enum err
read_file(struct intake *in, int dir, const struct bucket_found *f,
    uint64_t *until, bool *ret_more)
{
	struct intake_reader *r CLEANUP(intake_reader_freep) =
	    calloc(1, sizeof(*r));
	const uint64_t start = clock_ms();
	enum err e;

	if (r == NULL)
		return ERR_NO_MEMORY;
	*ret_more = true;
	e = intake_reader_begin(r, dir, &in->format, f->path, in->at.offset);
	*until += 2 * (clock_ms() - start);
	while (e == ERR_OK && *ret_more) {
		const struct intake_at before = in->at;
		const uint64_t begun = clock_ms();

		arena_reset(in->ctx->arena);
		buf_reset(&in->notes);
		in->units = 0;
		if ((e = job_begin(in->ctx, true)) == ERR_OK)
			e = job_end(in->ctx, some(in, r, ret_more));
		if (e != ERR_OK)
			in->at = before;
		hold_back(in, begun);
		if (clock_ms() >= *until)
			break;
	}
	return e;
}

static enum err
list(struct intake *in, struct arena *a, int *ret_dir,
    struct bucket_found **ret, size_t *ret_n)
{
	const struct str end = in->format.prefix;
	const char *path = arena_printf(a, "%.*s/%.*s",
	    STR_ARG(in->format.bucket), (int)end.len, end.len > 0 ? end.p : "");
	struct str prefix;
	enum err e;

	if (path == NULL)
		return ERR_NO_MEMORY;
	prefix = str_from(path);
	*ret_dir = in->ctx->imports;
	e = bucket_list(*ret_dir, prefix, INTAKE_FILES_MAX, a, ret, ret_n);
	if (e != ERR_OK || *ret_n > 0 || in->at.narrow != 0)
		return e;
	*ret_dir = in->ctx->exports;
	return bucket_list(*ret_dir, prefix, INTAKE_FILES_MAX, a, ret, ret_n);
}

static enum err
read_files(struct intake *in, struct arena *a, bool *ret_more)
{
	struct bucket_found *f;
	size_t n = 0, i = 0;
	int dir;
	enum err e = list(in, a, &dir, &f, &n);
	uint64_t until = clock_ms() + STEP_MS;

	*ret_more = false;
	if (e == ERR_OK && n == 0)
		return ERR_NOT_FOUND;
	in->at.total = 0;
	for (size_t k = 0; e == ERR_OK && k < n; k++)
		in->at.total += f[k].bytes;
	while (i < n && in->at.file.p != NULL &&
	    str_cmp(f[i].path, in->at.file) < 0)
		i++;
	for (; e == ERR_OK && i < n && !*ret_more; i++) {
		if (in->at.file.p == NULL || !str_eq(f[i].path, in->at.file))
			in->at.offset = 0;
		in->at.file = f[i].path;
		e = read_file(in, dir, &f[i], &until, ret_more);
		if (e == ERR_OK && !*ret_more)
			in->at.bytes += f[i].bytes;
	}
	return e;
}

/* ---- its end */

static enum err
end_table(struct intake *in)
{
	struct table t;
	enum err e;

	if (!in->way->making)
		return ERR_OK;
	if ((e = open_table(in, &t)) != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	return extra_set(in->ctx, &t, EXTRA_HEAD, "making",
	    (struct str){ NULL, 0 });
}

static enum err
end(struct intake *in, const char *status, const char *code,
    const char *message)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(64));
	enum err e = put_at(&text, &in->at);

	arena_reset(in->ctx->arena);
	if (e != ERR_OK || (e = job_begin(in->ctx, true)) != ERR_OK)
		return e;
	if ((e = end_table(in)) == ERR_OK)
		e = transfer_end(in->ctx, &in->t, buf_str(&text), status, code,
		    message);
	return job_end(in->ctx, e);
}

static enum err
go_on(struct intake *in, struct arena *a)
{
	const struct intake_way *w = in->way;
	const char *code, *message;
	bool more;
	enum err e = read_files(in, a, &more);

	if (e == ERR_OK && more)
		return ERR_OK;
	if (e == ERR_OK && in->at.failed == 0)
		return end(in, w->good, NULL, NULL);
	if (e == ERR_OK)
		return end(in, w->partly, w->partly_code, w->partly_message);
	if (e == UNWANTED)
		return end(in, "CANCELLED", "Cancelled",
		    "It was cancelled, or its table deleted");
	if (e == ERR_LIMIT)
		return end(in, "FAILED", "TooManyFiles",
		    "There are more than 50000 files");
	code = transfer_failure(e, &message);
	return code == NULL ? e : end(in, "FAILED", code, message);
}

enum err
intake_step(struct op_ctx *ctx, const struct intake_way *way,
    const struct intake_format *f, const struct store_object *o,
    const struct json *def)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct op_ctx own = *ctx;
	struct intake in = { .way = way,
		.ctx = &own,
		.format = *f,
		.notes = BUF_INIT(NOTES_MAX) };
	enum err e = a == NULL ? ERR_NO_MEMORY : transfer_read(o, def, &in.t);

	/* What the job's own arena holds is needed throughout. */
	own.arena = a;
	if (e == ERR_OK) {
		intake_read_at(&in.t, &in.at);
		e = go_on(&in, ctx->arena);
	}
	buf_free(&in.notes);
	arena_free(a);
	return e;
}
