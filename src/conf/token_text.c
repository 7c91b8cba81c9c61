/* SPDX-License-Identifier: ISC */
/* What a token looks like: its text, its AWS face, its names and groups. */
#include <string.h>

#include "conf/map.h"

#define ID_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define URL64_ALPHABET \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#define AT_SECRET (TOKEN_TEXT_BYTES - 43)

_Static_assert(sizeof(TOKEN_AKID_PREFIX) - 1 + TOKEN_ID_BYTES ==
	TOKEN_AKID_BYTES,
    "the access key id is the prefix and the id");

static const char *const groups[] = {
#define GROUP(name) #name,
#include "conf/group.tbl"
#undef GROUP
};
_Static_assert(NELEM(groups) == TOKEN_GROUP__MAX, "a name for each");

uint32_t
token_group_bit(struct str name)
{
	for (size_t i = 0; i < NELEM(groups); i++)
		if (str_eq(name, str_from(groups[i])))
			return UINT32_C(1) << i;
	return 0;
}

const char *
token_group_name(enum token_group g)
{
	return groups[g];
}

struct str
token_name(const struct token_record *t)
{
	return (struct str){ t->name, strnlen(t->name, sizeof(t->name)) };
}

static bool
same_id(const struct token_record *t, const char *id)
{
	return memcmp(t->id, id, TOKEN_ID_BYTES) == 0;
}

bool
token_is(const struct token_record *t, struct str which)
{
	const size_t prefix = sizeof(TOKEN_PREFIX) - 1 + TOKEN_ID_BYTES;

	if (str_starts(which, STR(TOKEN_PREFIX)))
		return which.len >= prefix &&
		    (which.len == prefix || which.p[prefix] == '_') &&
		    same_id(t, which.p + sizeof(TOKEN_PREFIX) - 1);
	if (str_starts(which, STR(TOKEN_AKID_PREFIX)))
		return which.len == TOKEN_AKID_BYTES &&
		    same_id(t, which.p + sizeof(TOKEN_AKID_PREFIX) - 1);
	return str_eq(which, token_name(t));
}

enum token_state
token_state(const struct token_record *t, uint64_t now_ns)
{
	if (t->revoked != 0)
		return TOKEN_REVOKED;
	if (!token_live(t, now_ns))
		return TOKEN_EXPIRED;
	return (t->flags & TOKEN_RETIRED) != 0 ? TOKEN_RETIRING : TOKEN_LIVE;
}

void
token_text_put(struct token_record *t, const char text[TOKEN_TEXT_BYTES])
{
	memcpy(t->id, text + sizeof(TOKEN_PREFIX) - 1, TOKEN_ID_BYTES);
	crypto_hash_of(t->hash, (struct str){ text, TOKEN_TEXT_BYTES }, NULL);
}

static bool
all_in(const char *p, size_t n, const char *alphabet)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] == '\0' || strchr(alphabet, p[i]) == NULL)
			return false;
	return true;
}

bool
token_text_ok(struct str text)
{
	return text.len == TOKEN_TEXT_BYTES &&
	    str_starts(text, STR(TOKEN_PREFIX)) &&
	    all_in(text.p + 3, TOKEN_ID_BYTES, ID_ALPHABET) &&
	    text.p[AT_SECRET - 1] == '_' &&
	    all_in(text.p + AT_SECRET, 43, URL64_ALPHABET);
}

void
token_text_new(char ret[TOKEN_TEXT_BYTES + 1])
{
	struct buf b = { .p = ret + AT_SECRET, .cap = 43, .max = 43 };
	unsigned char id[TOKEN_ID_BYTES], secret[32];

	crypto_random(id, sizeof(id));
	crypto_random(secret, sizeof(secret));
	memcpy(ret, TOKEN_PREFIX, 3);
	for (size_t i = 0; i < sizeof(id); i++)
		ret[3 + i] = ID_ALPHABET[id[i] & 31];
	ret[AT_SECRET - 1] = '_';
	crypto_base64url(&b, (struct str){ (char *)secret, sizeof(secret) });
	ret[TOKEN_TEXT_BYTES] = '\0';
	crypto_wipe(secret, sizeof(secret));
}

void
token_aws(const struct token_record *t,
    const unsigned char aws_key[CRYPTO_KEY_BYTES],
    char ret_akid[TOKEN_AKID_BYTES + 1],
    char ret_secret[TOKEN_SECRET_BYTES + 1])
{
	struct buf b = { .p = ret_secret,
		.cap = TOKEN_SECRET_BYTES,
		.max = TOKEN_SECRET_BYTES };
	unsigned char mac[CRYPTO_HASH_BYTES];
	char data[TOKEN_AKID_BYTES + sizeof(t->generation)];

	memcpy(ret_akid, TOKEN_AKID_PREFIX, sizeof(TOKEN_AKID_PREFIX) - 1);
	memcpy(ret_akid + sizeof(TOKEN_AKID_PREFIX) - 1, t->id, TOKEN_ID_BYTES);
	ret_akid[TOKEN_AKID_BYTES] = '\0';
	memcpy(data, ret_akid, TOKEN_AKID_BYTES);
	memcpy(data + TOKEN_AKID_BYTES, &t->generation, sizeof(t->generation));
	crypto_hmac_sha256(mac,
	    (struct str){ (const char *)aws_key, CRYPTO_KEY_BYTES },
	    (struct str){ data, sizeof(data) });
	/* 30 bytes are 40 characters without padding. */
	crypto_base64(&b, (struct str){ (char *)mac, 30 });
	ret_secret[TOKEN_SECRET_BYTES] = '\0';
	crypto_wipe(mac, sizeof(mac));
}
