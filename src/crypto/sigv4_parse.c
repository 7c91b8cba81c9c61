/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "crypto/sigv4_part.h"

#define ALGORITHM  "AWS4-HMAC-SHA256"
#define TERMINATOR "aws4_request"
#define SERVICE    "dynamodb"
#define TEXT_MAX   512 /* of one of our refusals */
#define REGION_MAX 64

#define TEXT_BOTH                                                   \
	"Found both 'X-Amz-Algorithm' as a query-string param and " \
	"'Authorization' as HTTP header."
#define TEXT_TWICE     "A part of the signature stands twice."
#define TEXT_ALGORITHM "Unsupported AWS 'algorithm', expected " ALGORITHM "."
#define TEXT_MALFORMED "The signature's parts are not well-formed."
#define TEXT_FIVE                                                        \
	"Credential must have exactly 5 slash-delimited elements, e.g. " \
	"keyid/date/region/service/term."
#define TEXT_REGION "Credential should be scoped to a valid region."
#define TEXT_SERVICE \
	"Credential should be scoped to correct service: '" SERVICE "'."
#define TEXT_TERM \
	"Credential should be scoped with a valid terminator: '" TERMINATOR "'."
#define TEXT_DATE "Date must be in ISO-8601 'basic format'."
#define TEXT_DAY                                                          \
	"Date in Credential scope does not match YYYYMMDD from ISO-8601 " \
	"version of date from HTTP."
#define TEXT_EXPIRES "X-Amz-Expires must be a number from 1 to 604800."
#define TEXT_HOST                                                     \
	"'Host' or ':authority' must be a 'SignedHeader' in the AWS " \
	"Authorization."
#define TEXT_UNSIGNED \
	"There were headers present in the request which were not signed."
#define TEXT_ABSENT "A signed header is not in the request."
#define TEXT_SIGNED "'SignedHeaders' must be sorted lower-case header names."
#define TEXT_PAYLOAD \
	"The payload must be signed: x-amz-content-sha256 must be its SHA-256."

/* While parsing: the request, what is found, and where text goes. */
struct parse {
	const struct sigv4_request *r;
	struct buf *scratch;
	struct str algorithm;
	struct str credential;
	struct str expires;
	struct sigv4 s;
	struct str text; /* of the refusal */
};

static enum err
refuse(struct parse *p, enum err e, struct str text)
{
	p->text = text;
	return e;
}

/* The n-th field of this name; absent where there is none. */
static struct str
field(const struct sigv4_request *r, const char *name, size_t n)
{
	for (size_t i = 0; i < r->nfields; i++)
		if (str_caseeq(r->fields[i].name, str_from(name)) && n-- == 0)
			return r->fields[i].value;
	return (struct str){ NULL, 0 };
}

static bool
in_header(const struct sigv4_request *r)
{
	struct str value;

	for (size_t n = 0; (value = field(r, "authorization", n)).p != NULL;
	     n++)
		if (str_starts(value, STR("AWS4-")))
			return true;
	return false;
}

static bool
in_query(const struct sigv4_request *r)
{
	static const char *const names[] = { "X-Amz-Algorithm",
		"X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders" };
	struct str query, name, value;

	(void)sigv4_path(r->target, &query);
	while (sigv4_param(&query, &name, &value))
		for (size_t i = 0; i < NELEM(names); i++)
			if (sigv4_named(name, names[i]))
				return true;
	return false;
}

bool
sigv4_present(const struct sigv4_request *r)
{
	return in_header(r) || in_query(r);
}

/* Into the first of the slots; a second time is an error. */
static bool
once(struct str *slot, struct str value)
{
	if (slot->p != NULL)
		return false;
	*slot = value;
	return true;
}

static struct str
text_from(const struct buf *b, size_t from)
{
	/* The service ends each sentence with a blank. */
	return str_trim((struct str){ b->p + from, b->len - from });
}

static enum err
missing_header_parts(struct parse *p, bool dated)
{
	const struct {
		const char *name;
		struct str value;
	} parts[] = { { "Credential", p->credential },
		{ "Signature", p->s.signature },
		{ "SignedHeaders", p->s.signed_headers } };
	size_t from = p->scratch->len;

	for (size_t i = 0; i < NELEM(parts); i++)
		if (parts[i].value.len == 0)
			buf_printf(p->scratch,
			    "Authorization header requires '%s' parameter. ",
			    parts[i].name);
	if (!dated)
		BUF_LIT(p->scratch,
		    "Authorization header requires existence of either a "
		    "'X-Amz-Date' or a 'Date' header. ");
	if (p->scratch->len == from)
		return ERR_OK;
	return refuse(p, ERR_SIGNATURE_PART, text_from(p->scratch, from));
}

/* ALGORITHM SP name=value *("," name=value), blanks around each. */
static enum err
header_parts(struct parse *p)
{
	struct str rest = field(p->r, "authorization", 0), part, value, name;
	struct str date = field(p->r, "x-amz-date", 0);

	if (field(p->r, "authorization", 1).p != NULL ||
	    field(p->r, "x-amz-date", 1).p != NULL ||
	    field(p->r, "date", 1).p != NULL)
		return refuse(p, ERR_SIGNATURE, STR(TEXT_TWICE));
	p->algorithm = str_cut(rest, ' ', &rest);
	while (rest.p != NULL) {
		struct str *slot = NULL;

		part = str_trim(str_cut(rest, ',', &rest));
		if (part.len == 0)
			continue;
		name = str_cut(part, '=', &value);
		if (str_eq(name, STR("Credential")))
			slot = &p->credential;
		else if (str_eq(name, STR("SignedHeaders")))
			slot = &p->s.signed_headers;
		else if (str_eq(name, STR("Signature")))
			slot = &p->s.signature;
		/* No '=': the service calls that incomplete. */
		if (slot == NULL || value.p == NULL)
			return refuse(p,
			    value.p == NULL ? ERR_SIGNATURE_PART :
					      ERR_SIGNATURE,
			    STR(TEXT_MALFORMED));
		if (!once(slot, value))
			return refuse(p, ERR_SIGNATURE, STR(TEXT_TWICE));
	}
	p->s.amz_date = date.p != NULL ? date : field(p->r, "date", 0);
	p->s.token = field(p->r, "x-amz-security-token", 0);
	return missing_header_parts(p, p->s.amz_date.len > 0);
}

static enum err
query_parts(struct parse *p)
{
	const struct {
		const char *name;
		struct str *slot;
		bool required;
	} parts[] = { { "X-Amz-Algorithm", &p->algorithm, true },
		{ "X-Amz-Credential", &p->credential, true },
		{ "X-Amz-Signature", &p->s.signature, true },
		{ "X-Amz-SignedHeaders", &p->s.signed_headers, true },
		{ "X-Amz-Date", &p->s.amz_date, true },
		{ "X-Amz-Expires", &p->expires, false },
		{ "X-Amz-Security-Token", &p->s.token, false } };
	struct str query, name, value;
	size_t from;

	p->s.query = true;
	(void)sigv4_path(p->r->target, &query);
	while (sigv4_param(&query, &name, &value)) {
		for (size_t i = 0; i < NELEM(parts); i++) {
			if (!sigv4_named(name, parts[i].name))
				continue;
			from = p->scratch->len;
			if (!sigv4_decode(p->scratch, value))
				return refuse(p, ERR_SIGNATURE,
				    STR(TEXT_MALFORMED));
			value = (struct str){ p->scratch->p + from,
				p->scratch->len - from };
			if (!once(parts[i].slot, value))
				return refuse(p, ERR_SIGNATURE,
				    STR(TEXT_TWICE));
			break;
		}
	}
	from = p->scratch->len;
	for (size_t i = 0; i < NELEM(parts); i++)
		if (parts[i].required && parts[i].slot->len == 0)
			buf_printf(p->scratch,
			    "AWS query-string parameters must include '%s'. ",
			    parts[i].name);
	if (p->scratch->len == from)
		return ERR_OK;
	BUF_LIT(p->scratch, "Re-examine the query-string parameters.");
	return refuse(p, ERR_SIGNATURE_PART, text_from(p->scratch, from));
}

/* Every parameter can be brought to canonical form. */
static enum err
check_query(struct parse *p)
{
	struct str query, name, value;
	size_t n = 0, mark = p->scratch->len;

	(void)sigv4_path(p->r->target, &query);
	while (sigv4_param(&query, &name, &value)) {
		if (++n > SIGV4_PARAMS_MAX || !sigv4_decode(p->scratch, name) ||
		    !sigv4_decode(p->scratch, value))
			return refuse(p, ERR_SIGNATURE, STR(TEXT_MALFORMED));
		p->scratch->len = mark;
	}
	return ERR_OK;
}

static bool
all_in(struct str s, const char *alphabet)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\0' || strchr(alphabet, s.p[i]) == NULL)
			return false;
	return true;
}

static enum err
check_credential(struct parse *p)
{
	struct str rest = p->credential, part[5];
	size_t n = 0;

	while (rest.p != NULL && n < NELEM(part))
		part[n++] = str_cut(rest, '/', &rest);
	if (rest.p != NULL || n < NELEM(part) || part[0].len == 0)
		return refuse(p, ERR_SIGNATURE_PART, STR(TEXT_FIVE));
	p->s.key_id = part[0];
	p->s.date = part[1];
	p->s.region = part[2];
	p->s.service = part[3];
	/* It comes back in ARNs. */
	if (p->s.region.len == 0 || p->s.region.len > REGION_MAX ||
	    !all_in(p->s.region,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_REGION));
	if (!str_eq(p->s.service, STR(SERVICE)))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_SERVICE));
	if (!str_eq(part[4], STR(TERMINATOR)))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_TERM));
	if (p->s.signature.len != 64 ||
	    !all_in(p->s.signature, "0123456789abcdef"))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_MALFORMED));
	return ERR_OK;
}

static enum err
check_time(struct parse *p, uint64_t now)
{
	uint64_t life = SIGV4_SKEW_S;
	size_t from = p->scratch->len;
	char sent[17], ours[17], limit[17];

	if (p->expires.p != NULL) {
		if (!str_u64(p->expires, SIGV4_EXPIRES_MAX, &life) || life == 0)
			return refuse(p, ERR_SIGNATURE, STR(TEXT_EXPIRES));
		p->s.expires = life;
	}
	sigv4_date(p->s.time, sent);
	sigv4_date(now, ours);
	if (now > p->s.time && now - p->s.time > life) {
		sigv4_date(now - life, limit);
		buf_printf(p->scratch,
		    "Signature expired: %s is now earlier than %s (%s - %s.)",
		    sent, limit, ours,
		    p->s.expires != 0 ? "X-Amz-Expires" : "15 min");
	} else if (p->s.time > now && p->s.time - now > SIGV4_SKEW_S) {
		sigv4_date(now + SIGV4_SKEW_S, limit);
		buf_printf(p->scratch,
		    "Signature not yet current: %s is still later than %s "
		    "(%s + 15 min.)",
		    sent, limit, ours);
	}
	if (p->scratch->len == from)
		return ERR_OK;
	return refuse(p, ERR_SIGNATURE, text_from(p->scratch, from));
}

static enum err
check_date(struct parse *p, uint64_t now)
{
	struct str day;

	if (!sigv4_time(p->s.amz_date, &p->s.time)) {
		char *to = buf_reserve(p->scratch, 17);

		if (p->s.query || to == NULL ||
		    !sigv4_http_time(p->s.amz_date, &p->s.time))
			return refuse(p, ERR_SIGNATURE, STR(TEXT_DATE));
		sigv4_date(p->s.time, to);
		p->scratch->len += 17;
		p->s.amz_date = (struct str){ to, 16 };
	}
	day = (struct str){ p->s.amz_date.p, 8 };
	if (!str_eq(day, p->s.date))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_DAY));
	return check_time(p, now);
}

static bool
is_signed(struct str list, struct str name)
{
	while (list.p != NULL)
		if (str_caseeq(str_cut(list, ';', &list), name))
			return true;
	return false;
}

static bool
sent(const struct sigv4_request *r, struct str name)
{
	for (size_t i = 0; i < r->nfields; i++)
		if (str_caseeq(r->fields[i].name, name))
			return true;
	return false;
}

static enum err
check_signed(struct parse *p)
{
	struct str rest = p->s.signed_headers, name, last = STR("");
	size_t n = 0;

	while (rest.p != NULL) {
		name = str_cut(rest, ';', &rest);
		if (++n > SIGV4_SIGNED_MAX || str_cmp(last, name) >= 0 ||
		    !all_in(name,
			"abcdefghijklmnopqrstuvwxyz0123456789"
			"!#$%&'*+-.^_`|~"))
			return refuse(p, ERR_SIGNATURE, STR(TEXT_SIGNED));
		if (!sent(p->r, name))
			return refuse(p, ERR_SIGNATURE, STR(TEXT_ABSENT));
		last = name;
	}
	if (!is_signed(p->s.signed_headers, STR("host")))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_HOST));
	for (size_t i = 0; i < p->r->nfields; i++) {
		name = p->r->fields[i].name;
		if (name.len > 6 &&
		    str_caseeq((struct str){ name.p, 6 }, STR("x-amz-")) &&
		    !is_signed(p->s.signed_headers, name))
			return refuse(p, ERR_SIGNATURE, STR(TEXT_UNSIGNED));
	}
	return ERR_OK;
}

/* UNSIGNED-PAYLOAD and STREAMING-... are no hash either. */
static enum err
check_payload(struct parse *p)
{
	struct str hash = field(p->r, "x-amz-content-sha256", 0);

	if (field(p->r, "x-amz-content-sha256", 1).p != NULL)
		return refuse(p, ERR_SIGNATURE, STR(TEXT_TWICE));
	if (hash.p != NULL &&
	    (hash.len != 64 || !all_in(hash, "0123456789abcdef")))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_PAYLOAD));
	p->s.payload_sha256 = hash;
	return ERR_OK;
}

static enum err
parse(struct parse *p, uint64_t now)
{
	bool query = in_query(p->r);
	enum err e;

	if (query && in_header(p->r))
		return refuse(p, ERR_SIGNATURE, STR(TEXT_BOTH));
	e = query ? query_parts(p) : header_parts(p);
	if (e == ERR_OK && !str_eq(p->algorithm, STR(ALGORITHM)))
		e = refuse(p, ERR_SIGNATURE, STR(TEXT_ALGORITHM));
	if (e == ERR_OK)
		e = check_credential(p);
	if (e == ERR_OK)
		e = check_signed(p);
	if (e == ERR_OK)
		e = check_payload(p);
	if (e == ERR_OK)
		e = check_query(p);
	return e == ERR_OK ? check_date(p, now) : e;
}

enum err
sigv4_parse(const struct sigv4_request *r, uint64_t now_s, struct buf *scratch,
    struct sigv4 *ret, struct str *reterr_text)
{
	struct parse p = { .r = r, .scratch = scratch };
	enum err e;

	/* All that is decoded and one refusal: so nothing moves later. */
	if (buf_reserve(scratch, 2 * r->target.len + TEXT_MAX) == NULL) {
		*reterr_text = STR("");
		return ERR_NO_MEMORY;
	}
	if ((e = parse(&p, now_s)) != ERR_OK) {
		*reterr_text = p.text;
		return e;
	}
	*ret = p.s;
	return ERR_OK;
}
