/* SPDX-License-Identifier: ISC */
#include "crypto/sigv4.h"

#include <string.h>

#include "base/limits.h"
#include "crypto/sigv4_part.h"

#define CANON_MAX  (8 * LIMIT_HEAD) /* encoding makes three bytes of one */
#define SECRET_MAX 128
#define HEX_BYTES  (2 * CRYPTO_HASH_BYTES)

/* AWS, "Create a canonical request", UriEncode. */
static void
put_encoded(struct buf *out, struct str s, char safe)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9') || c == '-' || c == '.' ||
		    c == '_' || c == '~' || c == (unsigned char)safe) {
			buf_putc(out, (char)c);
		} else {
			buf_putc(out, '%');
			buf_putc(out, hex[c >> 4]);
			buf_putc(out, hex[c & 0xf]);
		}
	}
}

/* One parameter, encoded, as places in a buffer that may move. */
struct param {
	size_t name;
	size_t value; /* follows the name */
	size_t end;
};

static int
compare(const struct buf *b, const struct param *x, const struct param *y)
{
	int c = str_cmp((struct str){ b->p + x->name, x->value - x->name },
	    (struct str){ b->p + y->name, y->value - y->name });

	return c != 0 ?
	    c :
	    str_cmp((struct str){ b->p + x->value, x->end - x->value },
		(struct str){ b->p + y->value, y->end - y->value });
}

/* Decoded and encoded anew, so that there is one form of each. */
static size_t
put_again(struct buf *out, struct str s)
{
	struct buf plain CLEANUP(buf_free) = BUF_INIT(LIMIT_HEAD);

	/* That it decodes was seen when it was parsed. */
	if (!sigv4_decode(&plain, s) || buf_err(&plain) != ERR_OK)
		out->error = ERR_INTERNAL;
	put_encoded(out, buf_str(&plain), '-');
	return out->len;
}

static void
put_query(struct buf *out, struct str query)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(CANON_MAX);
	struct param all[SIGV4_PARAMS_MAX], one;
	struct str name, value;
	size_t n = 0, i;

	while (n < NELEM(all) && sigv4_param(&query, &name, &value)) {
		if (sigv4_named(name, "X-Amz-Signature"))
			continue;
		one.name = b.len;
		one.value = put_again(&b, name);
		one.end = put_again(&b, value);
		for (i = n++; i > 0 && compare(&b, &one, &all[i - 1]) < 0; i--)
			all[i] = all[i - 1];
		all[i] = one;
	}
	if (buf_err(&b) != ERR_OK)
		out->error = buf_err(&b);
	for (i = 0; i < n && buf_err(&b) == ERR_OK; i++) {
		if (i > 0)
			buf_putc(out, '&');
		buf_put(out, b.p + all[i].name, all[i].value - all[i].name);
		buf_putc(out, '=');
		buf_put(out, b.p + all[i].value, all[i].end - all[i].value);
	}
}

/* A run of blanks is one. */
static void
put_value(struct buf *out, struct str s)
{
	bool blank = false;

	s = str_trim(s);
	for (size_t i = 0; i < s.len; i++) {
		bool b = s.p[i] == ' ' || s.p[i] == '\t';

		if (!b)
			buf_putc(out, s.p[i]);
		else if (!blank)
			buf_putc(out, ' ');
		blank = b;
	}
}

static void
put_headers(struct buf *out, const struct sigv4_request *r, struct str list)
{
	while (list.p != NULL) {
		struct str name = str_cut(list, ';', &list);
		bool first = true;

		buf_puts(out, name);
		buf_putc(out, ':');
		for (size_t i = 0; i < r->nfields; i++) {
			if (!str_caseeq(r->fields[i].name, name))
				continue;
			if (!first)
				buf_putc(out, ',');
			put_value(out, r->fields[i].value);
			first = false;
		}
		buf_putc(out, '\n');
	}
}

/* All but S3 encode the path, which is encoded already, once more. */
static void
put_request(struct buf *out, const struct sigv4_request *r,
    const struct sigv4 *s, const char payload[HEX_BYTES])
{
	struct str query, path = sigv4_path(r->target, &query);

	buf_puts(out, r->method);
	buf_putc(out, '\n');
	put_encoded(out, path, '/');
	buf_putc(out, '\n');
	put_query(out, query);
	buf_putc(out, '\n');
	put_headers(out, r, s->signed_headers);
	buf_putc(out, '\n');
	buf_puts(out, s->signed_headers);
	buf_putc(out, '\n');
	buf_put(out, payload, HEX_BYTES);
}

static void
to_hex(char ret[HEX_BYTES], const unsigned char hash[CRYPTO_HASH_BYTES])
{
	struct buf b = { .p = ret, .cap = HEX_BYTES, .max = HEX_BYTES };

	crypto_hex(&b, hash, CRYPTO_HASH_BYTES);
}

/* key = HMAC(key, data) */
static void
turn(unsigned char key[CRYPTO_HASH_BYTES], struct str data)
{
	crypto_hmac_sha256(key,
	    (struct str){ (const char *)key, CRYPTO_HASH_BYTES }, data);
}

/* AWS, "Derive a signing key". */
static bool
signing_key(unsigned char ret[CRYPTO_HASH_BYTES], const struct sigv4 *s,
    struct str secret)
{
	char first[4 + SECRET_MAX] = "AWS4";

	if (secret.len == 0 || secret.len > SECRET_MAX)
		return false;
	memcpy(first + 4, secret.p, secret.len);
	crypto_hmac_sha256(ret, (struct str){ first, 4 + secret.len }, s->date);
	crypto_wipe(first, sizeof(first));
	turn(ret, s->region);
	turn(ret, s->service);
	turn(ret, STR("aws4_request"));
	return true;
}

static int
nibble(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

bool
sigv4_claimed(const struct sigv4 *s, unsigned char ret[CRYPTO_HASH_BYTES])
{
	const char *p = s->payload_sha256.p;

	if (s->payload_sha256.len != HEX_BYTES)
		return false;
	for (size_t i = 0; i < CRYPTO_HASH_BYTES; i++, p += 2)
		ret[i] = (unsigned char)(nibble(p[0]) << 4 | nibble(p[1]));
	return true;
}

enum err
sigv4_verify(const struct sigv4_request *r, const struct sigv4 *s,
    struct str secret, const unsigned char payload_sha256[CRYPTO_HASH_BYTES])
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(CANON_MAX);
	unsigned char hash[CRYPTO_HASH_BYTES];
	char hex[HEX_BYTES];
	bool same;

	to_hex(hex, payload_sha256);
	if (s->payload_sha256.p != NULL &&
	    !str_eq(s->payload_sha256, (struct str){ hex, sizeof(hex) }))
		return ERR_CLIENT;
	put_request(&b, r, s, hex);
	crypto_sha256(hash, buf_str(&b));
	to_hex(hex, hash);
	if (buf_err(&b) == ERR_OK) {
		buf_reset(&b);
		buf_printf(&b,
		    "AWS4-HMAC-SHA256\n%.*s\n%.*s/%.*s/%.*s/aws4_request\n",
		    STR_ARG(s->amz_date), STR_ARG(s->date), STR_ARG(s->region),
		    STR_ARG(s->service));
		buf_put(&b, hex, sizeof(hex));
	}
	if (buf_err(&b) != ERR_OK)
		return ERR_NO_MEMORY;
	if (!signing_key(hash, s, secret))
		return ERR_CLIENT;
	turn(hash, buf_str(&b));
	to_hex(hex, hash);
	same = s->signature.len == sizeof(hex) &&
	    crypto_equal(hex, s->signature.p, sizeof(hex));
	crypto_wipe(hash, sizeof(hash));
	crypto_wipe(hex, sizeof(hex));
	return same ? ERR_OK : ERR_CLIENT;
}
