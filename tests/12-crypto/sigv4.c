/* SPDX-License-Identifier: ISC */
/*
 * sigv4.t - claim A10: the signing documentation's examples, requests that
 * botocore signed, each with one byte changed, and every refusal's words.
 */
#include <string.h>

#include "base/limits.h"
#include "crypto/sigv4.h"
#include "tap.h"

#define FIELDS_MAX 12

struct vector {
	struct str method;
	struct str target;
	struct str body;
	uint64_t now;
	struct sigv4_field fields[FIELDS_MAX];
	size_t nfields;
	struct str region;
};

#include "sigv4_vectors.h"

static const struct str secret =
    STR_INIT("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

/* A vector that may be changed. */
static struct sigv4_field field[FIELDS_MAX];
static struct sigv4_request req;
static struct buf scratch;
static struct str text;

static const struct vector *
use(size_t i)
{
	const struct vector *v = &vectors[i];

	memcpy(field, v->fields, sizeof(field));
	req = (struct sigv4_request){ v->method, v->target, field, v->nfields };
	return v;
}

static enum err
parse_at(uint64_t now, struct sigv4 *s)
{
	scratch.max = KIB(64);
	buf_reset(&scratch);
	text = STR("");
	return sigv4_parse(&req, now, &scratch, s, &text);
}

/* Parse and verify, as the door does. */
static enum err
whole(uint64_t now, struct str body)
{
	unsigned char hash[CRYPTO_HASH_BYTES];
	struct sigv4 s;
	enum err e = parse_at(now, &s);

	crypto_sha256(hash, body);
	if (e == ERR_OK && !str_eq(s.key_id, STR("DOORWARDAKIDABCDEFGH")))
		return ERR_CLIENT; /* a key that nobody has */
	return e == ERR_OK ? sigv4_verify(&req, &s, secret, hash) : e;
}

static void
test_documented(void)
{
	/* AWS's test suite for version 4 and its guide: what lies between
	 * is 20150830, us-east-1, of one key. */
	static const struct {
		const char *name;
		struct str method, target, body, service, signed_headers,
		    signature;
		struct sigv4_field fields[4];
		size_t n;
	} docs[] = {
#define HOST	{ STR_INIT("Host"), STR_INIT("example.amazonaws.com") }
#define DATE	{ STR_INIT("X-Amz-Date"), STR_INIT("20150830T123600Z") }
#define SERVICE STR_INIT("service"), STR_INIT("host;x-amz-date")
		{ "get-vanilla", STR_INIT("GET"), STR_INIT("/"), STR_INIT(""),
		    SERVICE,
		    STR_INIT("5fa00fa31553b73ebf1942676e86291e"
			     "8372ff2a2260956d9b8aae1d763fbf31"),
		    { HOST, DATE }, 2 },
		{ "post-vanilla", STR_INIT("POST"), STR_INIT("/"),
		    STR_INIT(""), SERVICE,
		    STR_INIT("5da7c1a2acd57cee7505fc6676e4e544"
			     "621c30862966e37dddb68e92efbe5d6b"),
		    { HOST, DATE }, 2 },
		{ "get-vanilla-query-order-key-case", STR_INIT("GET"),
		    STR_INIT("/?Param2=value2&Param1=value1"), STR_INIT(""),
		    SERVICE,
		    STR_INIT("b97d918cfa904a5beff61c982a1b6f45"
			     "8b799221646efd99d3219ec94cdf2500"),
		    { HOST, DATE }, 2 },
		{ "get-vanilla-utf8-query", STR_INIT("GET"),
		    STR_INIT("/?\xe1\x88\xb4=bar"), STR_INIT(""), SERVICE,
		    STR_INIT("2cdec8eed098649ff3a119c94853b13c"
			     "643bcf08f8b0a1d91e12c9027818dd04"),
		    { HOST, DATE }, 2 },
		{ "get-header-value-trim", STR_INIT("GET"), STR_INIT("/"),
		    STR_INIT(""), STR_INIT("service"),
		    STR_INIT("host;my-header1;my-header2;x-amz-date"),
		    STR_INIT("acc3ed3afb60bb290fc8d2dd0098b991"
			     "1fcaa05412b367055dee359757a9c736"),
		    { HOST,
			{ STR_INIT("My-Header1"), STR_INIT(" value1") },
			{ STR_INIT("My-Header2"),
			    STR_INIT(" \"a   b   c\"") },
			DATE },
		    4 },
		{ "post-x-www-form-urlencoded", STR_INIT("POST"),
		    STR_INIT("/"), STR_INIT("Param1=value1"),
		    STR_INIT("service"),
		    STR_INIT("content-type;host;x-amz-date"),
		    STR_INIT("ff11897932ad3f4e8b18135d722051e5"
			     "ac45fc38421b1da7b9d196a0fe09473a"),
		    { HOST,
			{ STR_INIT("Content-Type"),
			    STR_INIT("application/x-www-form-urlencoded") },
			DATE },
		    3 },
		{ "ListUsers of the guide", STR_INIT("GET"),
		    STR_INIT("/?Action=ListUsers&Version=2010-05-08"),
		    STR_INIT(""), STR_INIT("iam"),
		    STR_INIT("content-type;host;x-amz-date"),
		    STR_INIT("5d672d79c15b13162d9279b0855cfba6"
			     "789a8edb4c82c400e06b5924a6f2b5d7"),
		    { { STR_INIT("Host"), STR_INIT("iam.amazonaws.com") },
			{ STR_INIT("Content-Type"),
			    STR_INIT("application/x-www-form-urlencoded; "
				     "charset=utf-8") },
			DATE },
		    3 },
	};

	for (size_t i = 0; i < NELEM(docs); i++) {
		struct sigv4_request r = { docs[i].method, docs[i].target,
			docs[i].fields, docs[i].n };
		struct sigv4 s = { .date = STR("20150830"),
			.region = STR("us-east-1"),
			.service = docs[i].service,
			.amz_date = STR("20150830T123600Z"),
			.signed_headers = docs[i].signed_headers,
			.signature = docs[i].signature };
		unsigned char hash[CRYPTO_HASH_BYTES];

		crypto_sha256(hash, docs[i].body);
		is_int(sigv4_verify(&r, &s, secret, hash), ERR_OK, "%s",
		    docs[i].name);
		is_int(sigv4_verify(&r, &s, STR("wJalr"), hash), ERR_CLIENT,
		    "another secret");
		hash[31] ^= 1;
		is_int(sigv4_verify(&r, &s, secret, hash), ERR_CLIENT,
		    "another body");
	}
}

/* Every byte of s changed in turn: none of them passes. */
static int
passes_changed(struct str *s, const struct vector *v, struct str body)
{
	static char copy[2048];
	struct str was = *s;
	int passed = 0;

	memcpy(copy, was.p, was.len);
	*s = (struct str){ copy, was.len };
	for (size_t i = 0; i < was.len; i++) {
		copy[i] ^= 1;
		passed += whole(v->now, body) == ERR_OK;
		copy[i] ^= 1;
	}
	*s = was;
	return passed;
}

static void
test_botocore(void)
{
	for (size_t i = 0; i < NELEM(vectors); i++) {
		const struct vector *v = use(i);
		struct str body = v->body;
		struct sigv4 s;
		int passed = 0;

		is_int(whole(v->now, body), ERR_OK, "botocore's %zu", i);
		printf("# %.*s\n", STR_ARG(text));
		ok(sigv4_present(&req), "is seen to be signed");
		ok(parse_at(v->now, &s) == ERR_OK &&
			str_eq(s.key_id, STR("DOORWARDAKIDABCDEFGH")) &&
			str_eq(s.region, v->region) && s.time == v->now &&
			s.query == (i >= 12) &&
			s.expires == (s.query ? 3600 : 0),
		    "its parts");
		for (size_t f = 0; f < req.nfields; f++)
			passed += passes_changed(&field[f].value, v, body);
		is_int(passed, 0, "any byte of a header changed");
		is_int(passes_changed(&req.target, v, body), 0,
		    "any byte of the target changed");
		is_int(passes_changed(&req.method, v, body), 0,
		    "any byte of the method changed");
		passed = 0;
		for (struct str b = body; b.len > 0; b.len--)
			passed += whole(v->now,
				      (struct str){ b.p, b.len - 1 }) == ERR_OK;
		is_int(passed, 0, "a shorter body");
	}
}

static void
test_skew(void)
{
	is_int(SIGV4_SKEW_S, 15 * 60, "a quarter of an hour");
	for (size_t i = 0; i <= 12; i += 12) {
		const struct vector *v = use(i);
		uint64_t life = i == 0 ? SIGV4_SKEW_S : 3600;

		is_int(whole(v->now + life, v->body), ERR_OK, "old enough");
		is_int(whole(v->now + life + 1, v->body), ERR_SIGNATURE,
		    "a second too old");
		ok(str_starts(text, STR("Signature expired: 202")) &&
			str_ends(text, i == 0 ? STR("Z - 15 min.)") :
						STR("Z - X-Amz-Expires.)")),
		    "%.*s", STR_ARG(text));
		is_int(whole(v->now - SIGV4_SKEW_S, v->body), ERR_OK,
		    "young enough");
		is_int(whole(v->now - SIGV4_SKEW_S - 1, v->body),
		    ERR_SIGNATURE, "a second too young");
		ok(str_starts(text, STR("Signature not yet current: 202")) &&
			str_ends(text, STR("Z + 15 min.)")),
		    "%.*s", STR_ARG(text));
	}
}

static struct str *
value_of(const char *name)
{
	for (size_t i = 0; i < req.nfields; i++)
		if (str_caseeq(field[i].name, str_from(name)))
			return &field[i].value;
	printf("Bail out! no %s\n", name);
	return &field[0].value;
}

/* Refused with just this, and nothing of the signature in it. */
static void
refused(uint64_t now, enum err e, const char *words)
{
	struct sigv4 s;

	is_int(parse_at(now, &s), e, "refused");
	is_str(text, str_from(words), "in these words");
}

#define CRED   "DOORWARDAKIDABCDEFGH/20270306/eu-central-2/dynamodb/aws4_request"
#define SIGNED "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
#define SIG                                                                    \
	"58d1e479560493d9567f359df24a6f47057de3b4d65d82369181990a4e11a8e2"

static void
auth(struct str value, enum err e, const char *words)
{
	const struct vector *v = use(0);

	*value_of("authorization") = value;
	refused(v->now, e, words);
}

#define AUTH(cred, names, sig)                                                 \
	STR("AWS4-HMAC-SHA256 Credential=" cred ", SignedHeaders=" names       \
	    ", Signature=" sig)

static void
test_missing(void)
{
	const struct vector *v = use(0);

	auth(STR("AWS4-HMAC-SHA256"), ERR_SIGNATURE_PART,
	    "Authorization header requires 'Credential' parameter. "
	    "Authorization header requires 'Signature' parameter. "
	    "Authorization header requires 'SignedHeaders' parameter.");
	auth(STR("AWS4-HMAC-SHA256 Credential=" CRED ",Signature="),
	    ERR_SIGNATURE_PART,
	    "Authorization header requires 'Signature' parameter. "
	    "Authorization header requires 'SignedHeaders' parameter.");
	v = use(0);
	for (size_t i = 0; i < req.nfields; i++)
		if (str_eq(field[i].name, STR("X-Amz-Date")))
			field[i].name = STR("X-Other");
	*value_of("authorization") = STR("AWS4- Signature=" SIG);
	refused(v->now, ERR_SIGNATURE_PART,
	    "Authorization header requires 'Credential' parameter. "
	    "Authorization header requires 'SignedHeaders' parameter. "
	    "Authorization header requires existence of either a "
	    "'X-Amz-Date' or a 'Date' header.");
	v = use(12);
	req.target = STR("/?X-Amz-Signature");
	refused(v->now, ERR_SIGNATURE_PART,
	    "AWS query-string parameters must include 'X-Amz-Algorithm'. "
	    "AWS query-string parameters must include 'X-Amz-Credential'. "
	    "AWS query-string parameters must include 'X-Amz-Signature'. "
	    "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
	    "AWS query-string parameters must include 'X-Amz-Date'. "
	    "Re-examine the query-string parameters.");
	v = use(0);
	req.target = STR("/?X-Amz-%41lgorithm=x");
	refused(v->now, ERR_SIGNATURE,
	    "Found both 'X-Amz-Algorithm' as a query-string param and "
	    "'Authorization' as HTTP header.");
}

static void
test_authorization(void)
{
	static const char malformed[] =
	    "The signature's parts are not well-formed.";
	static const char unsorted[] =
	    "'SignedHeaders' must be sorted lower-case header names.";
	static const char five[] =
	    "Credential must have exactly 5 slash-delimited elements, e.g. "
	    "keyid/date/region/service/term.";

	auth(STR("AWS4-HMAC-SHA512 Credential=" CRED ",SignedHeaders=" SIGNED
		 ",Signature=" SIG),
	    ERR_SIGNATURE,
	    "Unsupported AWS 'algorithm', expected AWS4-HMAC-SHA256.");
	auth(AUTH("a/20270306/r/dynamodb", SIGNED, SIG), ERR_SIGNATURE_PART,
	    five);
	auth(AUTH(CRED "/x", SIGNED, SIG), ERR_SIGNATURE_PART, five);
	auth(AUTH("/20270306/r/dynamodb/aws4_request", SIGNED, SIG),
	    ERR_SIGNATURE_PART, five);
	auth(AUTH("a/20270306/r/dynamodb/aws4_reques", SIGNED, SIG),
	    ERR_SIGNATURE,
	    "Credential should be scoped with a valid terminator: "
	    "'aws4_request'.");
	auth(AUTH("a/20270306/r/s3/aws4_request", SIGNED, SIG), ERR_SIGNATURE,
	    "Credential should be scoped to correct service: 'dynamodb'.");
	auth(AUTH("a/20270306//dynamodb/aws4_request", SIGNED, SIG),
	    ERR_SIGNATURE,
	    "Credential should be scoped to a valid region.");
	auth(AUTH("a/20270306/r\"/dynamodb/aws4_request", SIGNED, SIG),
	    ERR_SIGNATURE,
	    "Credential should be scoped to a valid region.");
	auth(AUTH("a/20270307/r/dynamodb/aws4_request", SIGNED, SIG),
	    ERR_SIGNATURE,
	    "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
	    "version of date from HTTP.");
	auth(AUTH(CRED, SIGNED, SIG ",Extra=1"), ERR_SIGNATURE, malformed);
	auth(AUTH(CRED, SIGNED, SIG ",x"), ERR_SIGNATURE_PART, malformed);
	auth(AUTH(CRED, SIGNED, SIG "0"), ERR_SIGNATURE, malformed);
	auth(AUTH(CRED, SIGNED, SIG ",Signature=" SIG), ERR_SIGNATURE,
	    "A part of the signature stands twice.");
	auth(AUTH(CRED, "x-amz-date;x-amz-security-token;x-amz-target", SIG),
	    ERR_SIGNATURE,
	    "'Host' or ':authority' must be a 'SignedHeader' in the AWS "
	    "Authorization.");
	auth(AUTH(CRED, "host;x-amz-date;x-amz-security-token", SIG),
	    ERR_SIGNATURE,
	    "There were headers present in the request which were not signed.");
	auth(AUTH(CRED, "accept;" SIGNED, SIG), ERR_SIGNATURE,
	    "A signed header is not in the request.");
	auth(AUTH(CRED, "host;content-type", SIG), ERR_SIGNATURE, unsorted);
	auth(AUTH(CRED, "host;host", SIG), ERR_SIGNATURE, unsorted);
	auth(AUTH(CRED, "Host", SIG), ERR_SIGNATURE, unsorted);
	auth(AUTH(CRED, "host;", SIG), ERR_SIGNATURE, unsorted);
}

static void
test_payload(void)
{
	static const char words[] = "The payload must be signed: "
				    "x-amz-content-sha256 must be its SHA-256.";
	static const struct str bad[] = { STR_INIT("UNSIGNED-PAYLOAD"),
		STR_INIT("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), STR_INIT(""),
		STR_INIT("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
		STR_INIT("EA6db667a2d4bce2722bddc285a1232d"
			 "714b31513013b04844f5e1575e4ff0bd") };
	unsigned char claimed[CRYPTO_HASH_BYTES], hash[CRYPTO_HASH_BYTES];
	const struct vector *v = use(3);
	struct sigv4 s;

	ok(parse_at(v->now, &s) == ERR_OK && sigv4_claimed(&s, claimed),
	    "the head claims the payload's hash");
	crypto_sha256(hash, v->body);
	ok(crypto_equal(claimed, hash, sizeof(hash)), "it is the body's");
	is_int(sigv4_verify(&req, &s, secret, claimed), ERR_OK,
	    "verified before the body");
	hash[0] ^= 1;
	is_int(sigv4_verify(&req, &s, secret, hash), ERR_CLIENT,
	    "the body is another than claimed");
	for (size_t i = 0; i < NELEM(bad); i++) {
		*value_of("x-amz-content-sha256") = bad[i];
		refused(v->now, ERR_SIGNATURE, words);
	}
	v = use(0);
	ok(parse_at(v->now, &s) == ERR_OK && !sigv4_claimed(&s, claimed),
	    "another claims nothing");
}

static void
dated(const char *date, uint64_t now, bool good)
{
	struct sigv4 s;

	(void)use(0);
	*value_of("x-amz-date") = str_from(date);
	*value_of("authorization") =
	    AUTH("a/20000229/r/dynamodb/aws4_request", SIGNED, SIG);
	is_int(parse_at(now, &s), good ? ERR_OK : ERR_SIGNATURE, "'%s'", date);
}

static void
test_date(void)
{
	/* date -u -d @951868799 */
	dated("20000229T235959Z", 951868799, true);
	dated("20000229T240000Z", 951868799, false);
	dated("20000229T236000Z", 951868799, false);
	dated("20000229T235960Z", 951868799, false);
	dated("20000229t235959Z", 951868799, false);
	dated("20000229T235959", 951868799, false);
	dated("20000230T235959Z", 951868799, false);
	dated("20001329T235959Z", 951868799, false);
	dated("20000029T235959Z", 951868799, false);
	dated("20000200T235959Z", 951868799, false);
	dated("Tue, 29 Feb 2000 23:59:59 GMT", 951868799, true);
	dated("Tue, 29 Feb 2000 23:59:59 -0000", 951868799, true);
	dated("Tue, 29 Feb 2000 23:59:59 CET", 951868799, false);
	dated("Tue, 29 Feb 2000 23:59:59 +0000", 951868799, false);
	dated("Tue, 29 feb 2000 23:59:59 GMT", 951868799, false);
	dated("Tue, 30 Feb 2000 23:59:59 GMT", 951868799, false);
	dated("2", 951868799, false);
}

/* The list of signed names, and of parameters, at the limit and past it. */
static void
test_limits(void)
{
	static char list[1024], target[2048];
	static char names[SIGV4_SIGNED_MAX + 1][8];
	static struct sigv4_field many[SIGV4_SIGNED_MAX + 3];
	struct sigv4 s;
	struct buf line CLEANUP(buf_free) = BUF_INIT(4096);

	for (size_t n = SIGV4_SIGNED_MAX; n <= SIGV4_SIGNED_MAX + 1; n++) {
		list[0] = '\0';
		for (size_t i = 0; i < n; i++) {
			(void)snprintf(names[i], 8, i == 0 ? "host" : "i%02zu",
			    i);
			(void)strcat(strcat(list, i == 0 ? "" : ";"), names[i]);
			many[i].name = str_from(names[i]);
			many[i].value = STR("v");
		}
		buf_reset(&line);
		buf_printf(&line,
		    "AWS4-HMAC-SHA256 Credential=a/20000229/r/dynamodb/"
		    "aws4_request,SignedHeaders=%s,Signature=" SIG,
		    list);
		many[n].name = STR("Authorization");
		many[n].value = buf_str(&line);
		many[n + 1].name = STR("Date");
		many[n + 1].value = STR("Tue, 29 Feb 2000 23:59:59 GMT");
		req = (struct sigv4_request){ STR("POST"), STR("/"), many,
			n + 2 };
		is_int(parse_at(951868799, &s),
		    n == SIGV4_SIGNED_MAX ? ERR_OK : ERR_SIGNATURE,
		    "%zu signed headers", n);
	}
	for (int n = SIGV4_PARAMS_MAX; n <= SIGV4_PARAMS_MAX + 1; n++) {
		const struct vector *v = use(0);

		(void)strcpy(target, "/?p=1");
		for (int i = 1; i < n; i++)
			(void)strcat(target, "&p=1");
		req.target = str_from(target);
		is_int(parse_at(v->now, &s),
		    n == SIGV4_PARAMS_MAX ? ERR_OK : ERR_SIGNATURE,
		    "%d parameters", n);
	}
	req.target = STR("/?a=%zz");
	is_int(parse_at(vectors[0].now, &s), ERR_SIGNATURE, "a stray percent");
	req.target = STR("/?a=%4");
	is_int(parse_at(vectors[0].now, &s), ERR_SIGNATURE, "a cut percent");
}

static void
test_expires(void)
{
	static const struct {
		const char *text;
		enum err e;
	} all[] = { { "1", ERR_OK }, { "604800", ERR_OK },
		{ "0", ERR_SIGNATURE }, { "604801", ERR_SIGNATURE },
		{ "", ERR_SIGNATURE }, { "-1", ERR_SIGNATURE } };
	char target[512];
	struct sigv4 s;

	for (size_t i = 0; i < NELEM(all); i++) {
		(void)use(12);
		req.nfields = 1;
		(void)snprintf(target, sizeof(target),
		    "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/"
		    "20000229/r/dynamodb/aws4_request&X-Amz-Date="
		    "20000229T235959Z&X-Amz-SignedHeaders=host&"
		    "X-Amz-Signature=" SIG "&X-Amz-Expires=%s",
		    all[i].text);
		req.target = str_from(target);
		is_int(parse_at(951868799, &s), all[i].e, "expires '%s'",
		    all[i].text);
	}
}

static void
test_present(void)
{
	struct sigv4_field f = { STR("authorization"), STR("Bearer x") };
	struct sigv4_request r = { STR("POST"), STR("/"), &f, 1 };

	ok(!sigv4_present(&r), "a bearer is not");
	r.target = STR("/?X-Amz-Date=1&x=X-Amz-Signature");
	ok(!sigv4_present(&r), "nor a date alone");
	r.target = STR("/?a&X-Amz-Credential");
	ok(sigv4_present(&r), "one parameter is");
	r.target = STR("/");
	f.value = STR("AWS4-X");
	ok(sigv4_present(&r), "one header is");
}

int
main(void)
{
	if (crypto_init() != ERR_OK)
		return 1;
	test_documented();
	test_botocore();
	test_skew();
	test_missing();
	test_authorization();
	test_payload();
	test_date();
	test_limits();
	test_expires();
	test_present();
	buf_free(&scratch);
	return tap_done();
}
