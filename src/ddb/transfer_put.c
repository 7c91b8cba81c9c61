/* SPDX-License-Identifier: ISC */
/* What is said of a transfer, and what may be asked for. */
#include "bucket/bucket.h"
#include "crypto/crypto.h"
#include "ddb/answer.h"
#include "ddb/extra.h"
#include "ddb/transfer.h"

#define BUCKET_PATTERN "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$"

void
transfer_put_arn(struct buf *out, const struct transfer_kind *k,
    const struct transfer *t)
{
	buf_printf(out, "\"arn:aws:dynamodb:%.*s:000000000000:table/%.*s/%s/",
	    STR_ARG(t->region), STR_ARG(t->table), k->part);
	buf_puts(out, t->id);
	buf_putc(out, '"');
}

void
transfer_put_times(struct buf *out, const struct transfer *t)
{
	int64_t end;

	answer_member(out, "StartTime");
	extra_put_time(out, t->object.created);
	if (!json_int(json_get(t->end, "time"), &end))
		return;
	answer_member(out, "EndTime");
	extra_put_time(out, (uint64_t)end);
}

struct str
transfer_status(const struct transfer *t)
{
	return t->end == NULL ? STR("IN_PROGRESS") :
				json_str(json_get(t->end, "status"));
}

void
transfer_put_failure(struct buf *out, const struct transfer *t)
{
	if (json_get(t->end, "code") == NULL)
		return;
	answer_member(out, "FailureCode");
	json_put(out, json_get(t->end, "code"));
	answer_member(out, "FailureMessage");
	json_put(out, json_get(t->end, "message"));
}

void
transfer_put_about(struct buf *out, const struct transfer *t)
{
	struct json_member m = { 0 };

	while (json_next(t->about, &m)) {
		buf_putc(out, ',');
		json_put_str(out, m.name);
		buf_putc(out, ':');
		json_put(out, m.value);
	}
}

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

enum err
transfer_check_bucket(struct op_ctx *ctx, const char *at, struct str name)
{
	bool good = name.len >= 2 && is_plain(name.p[0]) &&
	    is_plain(name.p[name.len - 1]);

	for (size_t i = 0; good && i < name.len; i++)
		good = is_plain(name.p[i]) || name.p[i] == '.' ||
		    name.p[i] == '-' || name.p[i] == '_';
	return good ? ERR_OK :
		      op_fail(ctx, ERR_VALIDATION,
			  "1 validation error detected: Value '%.*s' at '%s' "
			  "failed to satisfy constraint: Member must satisfy "
			  "regular expression pattern: " BUCKET_PATTERN,
			  STR_ARG(name), at);
}

static struct str
without_end(struct str prefix)
{
	while (prefix.len > 0 && prefix.p[prefix.len - 1] == '/')
		prefix.len--;
	return prefix;
}

enum err
transfer_check_prefix(struct op_ctx *ctx, struct str prefix)
{
	const struct str path = without_end(prefix);

	if (prefix.len == 0 || bucket_path_ok(path))
		return ERR_OK;
	return op_fail(ctx, ERR_VALIDATION,
	    "The prefix '%.*s' is not served: names between slashes are "
	    "wanted, none of them empty, '.' or '..'",
	    STR_ARG(prefix));
}

enum err
transfer_path(struct op_ctx *ctx, struct str bucket, struct str prefix,
    struct str *ret)
{
	const struct str p = without_end(prefix);
	char *path = p.len > 0 ?
	    arena_printf(ctx->arena, "%.*s/%.*s", STR_ARG(bucket), STR_ARG(p)) :
	    arena_printf(ctx->arena, "%.*s", STR_ARG(bucket));

	if (path == NULL)
		return ERR_NO_MEMORY;
	*ret = str_from(path);
	return ERR_OK;
}

const char *
transfer_failure(enum err e, const char **ret_message)
{
	switch ((int)e) {
	case ERR_NOT_FOUND:
		*ret_message = "There is no such file or directory, or the "
			       "token, of some tables, may not read exports";
		return "S3NoSuchKey";
	case ERR_FILE_NAME:
		*ret_message = "A name on the way is no plain file or "
			       "directory";
		return "AccessDenied";
	case ERR_FILE_DATA:
		*ret_message = "A file does not hold what its format says";
		return "InvalidData";
	case ERR_FULL:
		*ret_message = "There is no room left";
		return "NoSpace";
	case ERR_FILE:
		*ret_message = "A file cannot be read or written";
		return "FileError";
	default:
		return NULL;
	}
}

#define TOKEN_BYTES (2 * 56) /* of NextToken: as long as the service's */

/*
 * NextToken is the id in hexadecimal, with zeros behind it: opaque, and of
 * the length that the service's clients check.
 */
void
transfer_put_next(struct buf *out, struct str next)
{
	size_t end;

	if (next.p == NULL)
		return;
	answer_member(out, "NextToken");
	buf_putc(out, '"');
	end = out->len + TOKEN_BYTES;
	crypto_hex(out, next.p, next.len);
	while (out->len < end && out->error == ERR_OK)
		buf_putc(out, '0');
	buf_putc(out, '"');
}

static unsigned
digit(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0') :
	    c >= 'a' && c <= 'f'    ? (unsigned)(c - 'a') + 10 :
				      16;
}

/* Back from it; absent where it is none of ours. */
static struct str
read_next(struct op_ctx *ctx, struct str token)
{
	struct buf id CLEANUP(buf_free) = BUF_INIT(TOKEN_BYTES);

	if (token.len != TOKEN_BYTES)
		return (struct str){ NULL, 0 };
	for (size_t i = 0; i < token.len; i += 2) {
		const unsigned high = digit(token.p[i]);
		const unsigned low = digit(token.p[i + 1]);

		if (high > 15 || low > 15)
			return (struct str){ NULL, 0 };
		if (high == 0 && low == 0)
			break;
		buf_putc(&id, (char)(high << 4 | low));
	}
	return arena_str(ctx->arena, buf_str(&id));
}

enum err
transfer_read_page(struct op_ctx *ctx, const struct json *in, const char *max,
    int64_t most, struct transfer_page *p)
{
	const struct str arn = json_str(shape_get(in, "TableArn"));
	const struct str token = json_str(shape_get(in, "NextToken"));
	struct extra_arn a;

	if (arn.p != NULL) {
		if (!extra_arn(arn, &a) || a.kind.p != NULL)
			return op_fail(ctx, ERR_VALIDATION,
			    "Invalid TableArn: %.*s", STR_ARG(arn));
		p->table = a.table;
	}
	p->max = (size_t)shape_int(in, max, most);
	if (token.p == NULL)
		return ERR_OK;
	p->after = read_next(ctx, token);
	return p->after.p == NULL ?
	    op_fail(ctx, ERR_VALIDATION, "Invalid NextToken") :
	    ERR_OK;
}
