/* SPDX-License-Identifier: ISC */
/* The job: one data file a step. */
#include "ddb/export.h"

#include "bucket/bucket.h"
#include "crypto/crypto.h"
#include "ddb/backup.h"
#include "ddb/job.h"

#define FILE_BYTES MIB(16) /* of items, in one data file: about */

static enum err
read_at(struct op_ctx *ctx, const struct transfer *t, struct export_at *ret)
{
	*ret = (struct export_at){
		.backup = transfer_number(t, "backup"),
		.table = transfer_number(t, "table"),
		.next = transfer_number(t, "next"),
		.last = transfer_number(t, "last"),
		.time = transfer_number(t, "time"),
		.files = transfer_number(t, "files"),
		.offset = transfer_number(t, "offset"),
		.items = transfer_number(t, "items"),
		.bytes = transfer_number(t, "bytes"),
	};
	return task_key(ctx, t->at, &ret->key);
}

static void
put_at(struct buf *out, const struct export_at *at)
{
	buf_printf(out,
	    "{\"backup\":%llu,\"time\":%llu,\"files\":%llu,\"offset\":%llu,"
	    "\"items\":%llu,\"bytes\":%llu",
	    (unsigned long long)at->backup, (unsigned long long)at->time,
	    (unsigned long long)at->files, (unsigned long long)at->offset,
	    (unsigned long long)at->items, (unsigned long long)at->bytes);
	if (at->table != 0)
		buf_printf(out, ",\"table\":%llu,\"next\":%llu,\"last\":%llu",
		    (unsigned long long)at->table, (unsigned long long)at->next,
		    (unsigned long long)at->last);
	task_put_key(out, &at->key);
	buf_putc(out, '}');
}

/* ---- one data file */

struct part {
	uint64_t items, bytes;
	struct store_key last; /* absent: there are no more behind it */
};

struct source {
	struct export_lines lines;
	struct bucket_out *f;
	struct buf line;
};

/* *ret_bytes: what it adds to the export, 0 where it is left out. */
static enum err
put_item(struct source *s, const struct store_item *item, uint64_t *ret_bytes)
{
	enum err e;

	buf_reset(&s->line);
	*ret_bytes = 0;
	e = export_put_line(&s->lines, item, &s->line);
	if (e != ERR_OK || s->line.len == 0)
		return e;
	*ret_bytes = s->lines.changed != NULL ? s->line.len : item->size;
	return bucket_put(s->f, buf_str(&s->line));
}

static enum err
put_items(struct op_ctx *ctx, const struct export_at *at, struct source *s,
    struct part *ret)
{
	const struct store_table source = { .id = at->backup };
	struct store_range range = s->lines.filter.range;
	struct store_cursor *c CLEANUP(store_walk_endp) = NULL;
	struct buf last CLEANUP(buf_free) = BUF_INIT(KIB(8));
	struct store_item item = { 0 };
	size_t hash = 0;
	uint64_t bytes, read = 0;
	bool more = true;
	enum err e;

	*ret = (struct part){ 0 };
	range.after = at->key;
	e = store_walk(ctx->store, &source, &range, &c);
	while (e == ERR_OK && read < FILE_BYTES) {
		if ((e = store_walk_next(c, &item, &more)) != ERR_OK || !more)
			break;
		buf_reset(&last);
		buf_puts(&last, item.key.hash);
		buf_puts(&last, item.key.range);
		hash = item.key.hash.len;
		e = put_item(s, &item, &bytes);
		ret->items += bytes > 0;
		ret->bytes += bytes;
		read += item.text.len;
	}
	if (e != ERR_OK || !more)
		return e;
	ret->last.range = arena_str(ctx->arena, buf_str(&last));
	if (ret->last.range.p == NULL)
		return ERR_NO_MEMORY;
	ret->last.hash = (struct str){ ret->last.range.p, hash };
	ret->last.range.p += hash;
	ret->last.range.len -= hash;
	return ERR_OK;
}

static enum err
data_name(struct op_ctx *ctx, const struct transfer *t, uint64_t n,
    bool with_bucket, struct str *ret)
{
	const char *end = export_is_ion(t) ? "ion" : "json";
	char *name = export_is_change(t) ?
	    arena_printf(ctx->arena, "../data/%.*s-%08llu.%s.gz",
		STR_ARG(t->id), (unsigned long long)n, end) :
	    arena_printf(ctx->arena, "data/%08llu.%s.gz", (unsigned long long)n,
		end);

	return name == NULL ? ERR_NO_MEMORY :
			      export_key(ctx, t, name, with_bucket, ret);
}

/* The transaction is open. */
static enum err
put_source(struct op_ctx *ctx, const struct transfer *t,
    const struct export_at *at, struct bucket_out *f, struct part *ret)
{
	const struct json *filter = json_get(t->about, "FilterSpecification");
	const struct json *spec =
	    json_get(t->about, "IncrementalExportSpecification");
	struct source s = { .f = f,
		.lines = { .ion = export_is_ion(t),
		    .old = !str_eq(json_str(json_get(spec, "ExportViewType")),
			STR("NEW_IMAGE")),
		    .image = { BUF_INIT(LIMIT_BODY), BUF_INIT(LIMIT_BODY) } },
		.line = BUF_INIT(LIMIT_BODY) };
	struct table table = { 0 };
	enum err e = export_table(ctx, at->backup, &table);

	if (spec != NULL)
		s.lines.changed = &table;
	if (e == ERR_OK)
		e = export_filter_read(ctx, filter, &table, &s.lines.filter);
	if (e == ERR_OK)
		e = put_items(ctx, at, &s, ret);
	buf_free(&s.lines.image[0]);
	buf_free(&s.lines.image[1]);
	buf_free(&s.line);
	return e;
}

static enum err
write_data(struct op_ctx *ctx, const struct transfer *t,
    const struct export_at *at, struct part *ret, struct bucket_sum *ret_sum)
{
	struct bucket_out *f CLEANUP(bucket_out_freep) = NULL;
	struct str path;
	enum err e = data_name(ctx, t, at->files, true, &path);

	if (e == ERR_OK)
		e = bucket_create(ctx->exports, path, true, &f);
	if (e != ERR_OK || (e = job_begin(ctx, false)) != ERR_OK)
		return e;
	e = put_source(ctx, t, at, f, ret);
	store_rollback(ctx->store);
	return e != ERR_OK ? e : bucket_finish(f, ret_sum);
}

/* Its line in manifest-files.json; *offset moves behind it. */
static enum err
note_data(struct op_ctx *ctx, const struct transfer *t, uint64_t n,
    const struct part *part, const struct bucket_sum *sum, uint64_t *offset)
{
	struct buf line CLEANUP(buf_free) = BUF_INIT(KIB(16));
	struct str key, path;
	enum err e = data_name(ctx, t, n, false, &key);

	if (e == ERR_OK)
		e = export_key(ctx, t, "manifest-files.json", true, &path);
	if (e != ERR_OK)
		return e;
	buf_printf(&line, "{\"itemCount\":%llu,\"md5Checksum\":\"",
	    (unsigned long long)part->items);
	crypto_base64(&line,
	    (struct str){ (const char *)sum->md5, sizeof(sum->md5) });
	BUF_LIT(&line, "\",\"etag\":\"");
	crypto_hex(&line, sum->md5, sizeof(sum->md5));
	BUF_LIT(&line, "-1\",\"dataFileS3Key\":");
	json_put_str(&line, key);
	BUF_LIT(&line, "}\n");
	if ((e = buf_err(&line)) != ERR_OK)
		return e;
	e = bucket_put_at(ctx->exports, path, *offset, buf_str(&line));
	*offset += line.len;
	return e;
}

/* ---- the files about it */

static enum err
write_text(struct op_ctx *ctx, const struct transfer *t, const char *name,
    struct str text)
{
	struct str path;
	enum err e = export_key(ctx, t, name, true, &path);

	return e != ERR_OK ? e : bucket_put_at(ctx->exports, path, 0, text);
}

/* The MD5 of one beside it, in base64. */
static enum err
write_sum(struct op_ctx *ctx, const struct transfer *t, const char *of,
    const char *name)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct bucket_sum sum;
	struct str path;
	enum err e = export_key(ctx, t, of, true, &path);

	if (e == ERR_OK)
		e = bucket_sum(ctx->exports, path, &sum);
	if (e != ERR_OK)
		return e;
	crypto_base64(&text,
	    (struct str){ (const char *)sum.md5, sizeof(sum.md5) });
	return write_text(ctx, t, name, buf_str(&text));
}

static enum err
write_manifest(struct op_ctx *ctx, const struct transfer *t,
    const struct export_at *at)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(32));
	enum err e;

	export_put_manifest(t, at->items, at->bytes, &text);
	if ((e = buf_err(&text)) != ERR_OK ||
	    (e = write_sum(ctx, t, "manifest-files.json",
		 "manifest-files.md5")) != ERR_OK ||
	    (e = write_text(ctx, t, "manifest-summary.json", buf_str(&text))) !=
		ERR_OK)
		return e;
	return write_sum(ctx, t, "manifest-summary.json",
	    "manifest-summary.md5");
}

/* ---- the steps */

static enum err
drop_source(struct op_ctx *ctx, uint64_t id)
{
	struct backup b;
	enum err e = backup_at(ctx, id, &b);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	return e != ERR_OK ?
	    e :
	    store_object_end(ctx->store, &b.object, STORE_DEAD);
}

/* Its end, for code and message NULL a good one. */
static enum err
end(struct op_ctx *ctx, const struct transfer *t, const struct export_at *at,
    const char *code, const char *message)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e = job_begin(ctx, true);

	if (e != ERR_OK)
		return e;
	put_at(&text, at);
	e = buf_err(&text);
	if (e == ERR_OK)
		e = drop_source(ctx, at->backup);
	if (e == ERR_OK)
		e = transfer_end(ctx, t, buf_str(&text),
		    code == NULL ? "COMPLETED" : "FAILED", code, message);
	return job_end(ctx, e);
}

static enum err
save(struct op_ctx *ctx, const struct transfer *t, const struct export_at *at)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e = job_begin(ctx, true);

	if (e != ERR_OK)
		return e;
	put_at(&text, at);
	e = buf_err(&text);
	if (e == ERR_OK)
		e = transfer_save(ctx, t, buf_str(&text));
	return job_end(ctx, e);
}

/* Changes first, then as from a table. */
static enum err
gather(struct op_ctx *ctx, const struct transfer *t, struct export_at *at)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e = job_begin(ctx, true);

	if (e != ERR_OK)
		return e;
	e = export_gather(ctx, at);
	put_at(&text, at);
	if (e == ERR_OK)
		e = buf_err(&text);
	if (e == ERR_OK)
		e = transfer_save(ctx, t, buf_str(&text));
	return job_end(ctx, e);
}

static enum err
go_on(struct op_ctx *ctx, const struct transfer *t, struct export_at *at)
{
	struct bucket_sum sum;
	struct part part = { 0 };
	enum err e = ERR_OK;

	if (at->next != 0)
		return gather(ctx, t, at);
	if (at->files == 0)
		e = write_text(ctx, t, "_started", STR(""));
	if (e == ERR_OK)
		e = write_data(ctx, t, at, &part, &sum);
	if (e == ERR_OK)
		e = note_data(ctx, t, at->files, &part, &sum, &at->offset);
	if (e != ERR_OK)
		return e;
	at->files++;
	at->items += part.items;
	at->bytes += part.bytes;
	at->key = part.last;
	if (at->key.hash.p != NULL)
		return save(ctx, t, at);
	e = write_manifest(ctx, t, at);
	return e != ERR_OK ? e : end(ctx, t, at, NULL, NULL);
}

static enum err
step(struct op_ctx *ctx, struct store_object *o, const struct json *def)
{
	struct transfer t;
	const char *code, *message;
	struct export_at at;
	enum err e = transfer_read(o, def, &t);

	if (e == ERR_OK)
		e = read_at(ctx, &t, &at);
	if (e == ERR_OK && t.end != NULL)
		return end(ctx, &t, &at, "Cancelled", "It was cancelled");
	if (e != ERR_OK || (e = go_on(ctx, &t, &at)) == ERR_OK)
		return e;
	if ((code = transfer_failure(e, &message)) == NULL)
		return e;
	return end(ctx, &t, &at, code, message);
}

const struct task_kind task_export = {
	.name = "export",
	.step = step,
};
