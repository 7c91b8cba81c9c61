/* SPDX-License-Identifier: ISC */
#include "ddb/transfer.h"

#include "base/clock.h"
#include "bucket/bucket.h"
#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/extra.h"

#define DEF_MAX  MIB(1)
#define CHUNK    32
#define TOKEN_NS (UINT64_C(8) * 3600 * NS_PER_S)

const struct transfer_kind transfer_export = {
	.kind = "export",
	.part = "export",
	.not_found = ERR_EXPORT_NOT_FOUND,
	.mismatch = ERR_EXPORT_CONFLICT,
	.noun = "Export",
	.by_arn = true,
};

const struct transfer_kind transfer_import = {
	.kind = "import",
	.part = "import",
	.not_found = ERR_IMPORT_NOT_FOUND,
	.mismatch = ERR_IMPORT_CONFLICT,
	.noun = "Import",
};
const struct transfer_kind transfer_bulk = {
	.kind = "bulk",
	.part = "bulk-operation",
	.not_found = ERR_NOT_FOUND,
	.mismatch = ERR_MISMATCH,
	.noun = "BulkOperation",
};

void
transfer_freep(struct transfer *t)
{
	json_free(TAKE(t->own));
}

enum err
transfer_read(const struct store_object *o, const struct json *def,
    struct transfer *ret)
{
	*ret = (struct transfer){
		.object = *o,
		.def = def,
		.about = json_get(def, "about"),
		.at = json_get(def, "at"),
		.end = json_get(def, "end"),
		.table = json_str(json_get(def, "table")),
		.region = json_str(json_get(def, "region")),
	};
	(void)str_cut(o->name, ' ', &ret->id);
	return ret->about == NULL || ret->at == NULL || ret->table.p == NULL ||
		ret->id.p == NULL ?
	    ERR_STORE_VERSION :
	    ERR_OK;
}

/* The same of what is not parsed yet; it is the caller's. */
static enum err
read_own(const struct store_object *o, struct transfer *ret)
{
	struct json *def CLEANUP(json_freep) = NULL;
	struct json_error error;
	enum err e;

	if (json_parse(o->def, LIMIT_JSON_DEPTH, &def, &error) != ERR_OK)
		return ERR_STORE_VERSION;
	if ((e = transfer_read(o, def, ret)) == ERR_OK)
		ret->own = TAKE(def);
	return e;
}

uint64_t
transfer_number(const struct transfer *t, const char *name)
{
	int64_t n;

	return json_int(json_get(t->at, name), &n) ? (uint64_t)n : 0;
}

/* ---- starting, going on, ending */

enum err
transfer_id(struct op_ctx *ctx, struct str *ret)
{
	const uint64_t now = clock_wall_ns(), ms = NS_PER_S / MS_PER_S;
	uint32_t chance;
	char *id;

	crypto_random(&chance, sizeof(chance));
	id = arena_printf(ctx->arena, "%014llu-%05x%03x",
	    (unsigned long long)(now / ms), (unsigned)(now % ms),
	    (unsigned)chance & 0xfff);
	if (id == NULL)
		return ERR_NO_MEMORY;
	*ret = str_from(id);
	return ERR_OK;
}

static enum err
digest(struct op_ctx *ctx, const struct json *in, struct buf *hex)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(LIMIT_BODY_SMALL * 2);
	unsigned char hash[CRYPTO_HASH_BYTES];

	if (!json_put_sorted(&text, in, NULL, ctx->arena) ||
	    buf_err(&text) != ERR_OK)
		return ERR_NO_MEMORY;
	crypto_hash_of(hash, buf_str(&text), NULL);
	crypto_hex(hex, hash, sizeof(hash));
	return buf_err(hex);
}

static enum err
object_name(struct op_ctx *ctx, const struct transfer_kind *k, struct str id,
    struct str *ret)
{
	char *name = arena_printf(ctx->arena, "%s %.*s", k->kind, STR_ARG(id));

	if (name == NULL)
		return ERR_NO_MEMORY;
	*ret = str_from(name);
	return ERR_OK;
}

enum err
transfer_start(struct op_ctx *ctx, const struct transfer_kind *k,
    const struct json *in, struct str id, struct str table, struct str about,
    struct str at, struct transfer *ret)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct store_object o;
	struct str name;
	enum err e;

	buf_printf(&def, "{\"kind\":\"%s\",\"table\":", k->kind);
	json_put_str(&def, table);
	BUF_LIT(&def, ",\"region\":");
	json_put_str(&def, ctx->region);
	if (shape_get(in, "ClientToken") != NULL) {
		BUF_LIT(&def, ",\"token\":");
		json_put(&def, shape_get(in, "ClientToken"));
		BUF_LIT(&def, ",\"digest\":\"");
		if ((e = digest(ctx, in, &def)) != ERR_OK)
			return e;
		buf_putc(&def, '"');
	}
	BUF_LIT(&def, ",\"about\":");
	buf_puts(&def, about);
	BUF_LIT(&def, ",\"at\":");
	buf_puts(&def, at);
	buf_putc(&def, '}');
	if ((e = buf_err(&def)) != ERR_OK ||
	    (e = object_name(ctx, k, id, &name)) != ERR_OK ||
	    (e = task_start(ctx, name, buf_str(&def))) != ERR_OK ||
	    (e = store_object_get(ctx->store, ctx->space, STORE_JOB, name,
		 ctx->arena, &o)) != ERR_OK)
		return e;
	return read_own(&o, ret);
}

static void
put_def(struct buf *out, const struct transfer *t, struct str at)
{
	static const char *const kept[] = { "kind", "table", "region", "token",
		"digest", "about" };

	for (size_t i = 0; i < NELEM(kept); i++) {
		if (json_get(t->def, kept[i]) == NULL)
			continue;
		buf_printf(out, "%s\"%s\":", i == 0 ? "{" : ",", kept[i]);
		json_put(out, json_get(t->def, kept[i]));
	}
	BUF_LIT(out, ",\"at\":");
	if (at.p != NULL)
		buf_puts(out, at);
	else
		json_put(out, t->at);
}

static enum err
update(struct op_ctx *ctx, const struct transfer *t, const struct buf *def)
{
	struct store_object o = t->object;
	enum err e = buf_err(def);

	o.def = buf_str(def);
	return e != ERR_OK ? e : store_object_update(ctx->store, &o);
}

enum err
transfer_save(struct op_ctx *ctx, const struct transfer *t, struct str at)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	struct transfer now CLEANUP(transfer_freep) = { .own = NULL };
	struct store_object o;
	enum err e = store_object_at(ctx->store, t->object.id, ctx->arena, &o);

	if (e != ERR_OK || (e = read_own(&o, &now)) != ERR_OK)
		return e;
	put_def(&def, t, at);
	if (now.end != NULL) {
		BUF_LIT(&def, ",\"end\":");
		json_put(&def, now.end);
	}
	buf_putc(&def, '}');
	return update(ctx, t, &def);
}

enum err
transfer_cancel(struct op_ctx *ctx, const struct transfer *t)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);

	put_def(&def, t, (struct str){ NULL, 0 });
	BUF_LIT(&def, ",\"end\":{\"status\":\"CANCELLING\"}}");
	return update(ctx, t, &def);
}

enum err
transfer_end(struct op_ctx *ctx, const struct transfer *t, struct str at,
    const char *status, const char *code, const char *message)
{
	struct buf def CLEANUP(buf_free) = BUF_INIT(DEF_MAX);
	enum err e;

	put_def(&def, t, at);
	buf_printf(&def, ",\"end\":{\"status\":\"%s\",\"time\":%llu", status,
	    (unsigned long long)clock_wall_ns());
	if (code != NULL && message != NULL)
		buf_printf(&def, ",\"code\":\"%s\",\"message\":\"%s\"", code,
		    message);
	BUF_LIT(&def, "}}");
	if ((e = update(ctx, t, &def)) != ERR_OK)
		return e;
	return store_object_end(ctx->store, &t->object, STORE_CLOSED);
}

/* ---- finding */

/* Calls each for each of a kind, until it says stop. */
struct walk {
	const struct transfer_kind *kind;
	enum err (*each)(struct walk *w, struct transfer *t, bool *ret_stop);
	void *arg;
};

static enum err
walk_state(struct op_ctx *ctx, struct walk *w, enum store_state state,
    bool *stop)
{
	struct store_object o[CHUNK];
	struct str after, prefix;
	uint64_t id = 0;
	size_t n = CHUNK;
	enum err e = object_name(ctx, w->kind, STR(""), &prefix);

	after = prefix;
	while (e == ERR_OK && n == CHUNK && !*stop) {
		e = store_object_list(ctx->store, ctx->space, STORE_JOB, state,
		    after, id, CHUNK, ctx->arena, o, &n);
		for (size_t i = 0; e == ERR_OK && i < n && !*stop; i++) {
			struct transfer t CLEANUP(transfer_freep) = { 0 };

			after = o[i].name;
			id = o[i].id;
			if (!str_starts(after, prefix))
				return ERR_OK;
			if ((e = read_own(&o[i], &t)) == ERR_OK)
				e = w->each(w, &t, stop);
		}
	}
	return e;
}

static enum err
walk(struct op_ctx *ctx, struct walk *w)
{
	bool stop = false;
	enum err e = walk_state(ctx, w, STORE_CLOSED, &stop);

	return e != ERR_OK || stop ? e : walk_state(ctx, w, STORE_ALIVE, &stop);
}

struct wanted_token {
	struct str token;
	struct transfer *found;
};

static enum err
each_token(struct walk *w, struct transfer *t, bool *ret_stop)
{
	struct wanted_token *want = w->arg;

	if (!str_eq(json_str(json_get(t->def, "token")), want->token) ||
	    clock_wall_ns() - t->object.created > TOKEN_NS)
		return ERR_OK;
	*want->found = *t;
	t->own = NULL;
	*ret_stop = true;
	return ERR_OK;
}

enum err
transfer_again(struct op_ctx *ctx, const struct transfer_kind *k,
    const struct json *in, struct transfer *ret, bool *ret_again)
{
	struct buf now CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct wanted_token want = {
		.token = json_str(shape_get(in, "ClientToken")),
		.found = ret,
	};
	struct walk w = { .kind = k, .each = each_token, .arg = &want };
	enum err e;

	*ret_again = false;
	if (want.token.p == NULL)
		return ERR_OK;
	if ((e = walk(ctx, &w)) != ERR_OK || ret->own == NULL)
		return e;
	if ((e = digest(ctx, in, &now)) != ERR_OK)
		return e;
	*ret_again =
	    str_eq(buf_str(&now), json_str(json_get(ret->def, "digest")));
	return *ret_again ? ERR_OK : k->mismatch;
}

/* By its id, whether it has ended or not. */
static enum err
find(struct op_ctx *ctx, const struct transfer_kind *k, struct str id,
    struct transfer *ret)
{
	struct store_object o;
	struct str name;
	size_t n = 0;
	enum err e;

	if ((e = object_name(ctx, k, id, &name)) != ERR_OK)
		return e;
	e = store_object_get(ctx->store, ctx->space, STORE_JOB, name,
	    ctx->arena, &o);
	if (e == ERR_NOT_FOUND) {
		e = store_object_list(ctx->store, ctx->space, STORE_JOB,
		    STORE_CLOSED, name, 0, 1, ctx->arena, &o, &n);
		if (e == ERR_OK && (n == 0 || !str_eq(o.name, name)))
			e = ERR_NOT_FOUND;
	}
	return e == ERR_OK ? read_own(&o, ret) : e;
}

enum err
transfer_open(struct op_ctx *ctx, const struct transfer_kind *k, struct str arn,
    struct transfer *ret)
{
	struct extra_arn a;
	enum err e;

	if (!extra_arn(arn, &a) || !str_eq(a.kind, str_from(k->part)))
		return op_fail(ctx, ERR_VALIDATION, "Invalid %sArn: %.*s",
		    k->noun, STR_ARG(arn));
	if (!op_may_table(ctx, a.table))
		return ERR_SCOPE;
	e = find(ctx, k, a.rest, ret);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && !str_eq(ret->table, a.table)))
		return op_fail(ctx, k->not_found, "%s not found: %.*s", k->noun,
		    STR_ARG(arn));
	return e;
}

/* The first of a page, and one more that says that there is another page. */
struct listing {
	struct op_ctx *ctx;
	const struct transfer_page *page;
	struct transfer behind; /* the last one of the page before */
	struct transfer *first;
	size_t n;
};

static void
listing_end(struct listing *l)
{
	transfer_freep(&l->behind);
	for (size_t i = 0; i < l->n; i++)
		transfer_freep(&l->first[i]);
}

/* Does a come before b?  The later one does, or the one whose ARN is more. */
static bool
comes_first(const struct transfer_kind *k, const struct transfer *a,
    const struct transfer *b)
{
	const int by_table = k->by_arn ? str_cmp(a->table, b->table) : 0;

	return by_table != 0 ? by_table > 0 : str_cmp(a->id, b->id) > 0;
}

static enum err
each_listed(struct walk *w, struct transfer *t, bool *ret_stop)
{
	struct listing *l = w->arg;
	size_t i = l->n;

	(void)ret_stop;
	if ((l->page->table.p != NULL && !str_eq(l->page->table, t->table)) ||
	    !op_may_table(l->ctx, t->table) ||
	    (l->behind.own != NULL && !comes_first(w->kind, &l->behind, t)))
		return ERR_OK;
	while (i > 0 && comes_first(w->kind, t, &l->first[i - 1]))
		i--;
	if (i > l->page->max)
		return ERR_OK;
	if (l->n > l->page->max)
		transfer_freep(&l->first[--l->n]);
	for (size_t k = l->n++; k > i; k--)
		l->first[k] = l->first[k - 1];
	l->first[i] = *t;
	t->own = NULL;
	return ERR_OK;
}

enum err
transfer_list(struct op_ctx *ctx, const struct transfer_page *p,
    struct buf *out, struct str *ret_next)
{
	struct listing l CLEANUP(listing_end) = { .ctx = ctx, .page = p };
	struct walk w = { .kind = p->kind, .each = each_listed, .arg = &l };
	enum err e = ERR_OK;

	*ret_next = (struct str){ NULL, 0 };
	l.first = arena_alloc(ctx->arena, (p->max + 1) * sizeof(*l.first));
	if (l.first == NULL)
		return ERR_NO_MEMORY;
	if (p->after.p != NULL &&
	    (e = find(ctx, p->kind, p->after, &l.behind)) == ERR_NOT_FOUND)
		return op_fail(ctx, ERR_VALIDATION, "Invalid NextToken");
	if (e != ERR_OK || (e = walk(ctx, &w)) != ERR_OK)
		return e;
	for (size_t i = 0; i < l.n && i < p->max; i++) {
		if (i > 0)
			buf_putc(out, ',');
		p->put(&l.first[i], out);
	}
	if (l.n > p->max)
		*ret_next = l.first[p->max - 1].id;
	return ERR_OK;
}
