/* SPDX-License-Identifier: ISC */
/* crypto.t - the primitives against published vectors; base64 at its edges. */
#include <string.h>

#include "crypto/crypto.h"
#include "tap.h"

#define HEX(b, p, n) (buf_reset(b), crypto_hex((b), (p), (n)), buf_str(b))

static void
test_hashes(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(1024);
	unsigned char h[CRYPTO_HASH_BYTES], k[CRYPTO_KEY_BYTES], h2[32];
	struct crypto_hash s;

	/* FIPS 180-2 B.1; RFC 4231 case 2; BLAKE2's own b2sum -l 256 */
	crypto_sha256(h, STR("abc"));
	is_str(HEX(&b, h, 32),
	    STR("ba7816bf8f01cfea414140de5dae2223"
		"b00361a396177a9cb410ff61f20015ad"),
	    "SHA-256");
	crypto_hmac_sha256(h, STR("Jefe"), STR("what do ya want for nothing?"));
	is_str(HEX(&b, h, 32),
	    STR("5bdcc146bf60754e6a042426089575c7"
		"5a003f089d2739839dec58b964ec3843"),
	    "HMAC-SHA-256");
	crypto_hash_of(h, STR("abc"), NULL);
	is_str(HEX(&b, h, 32),
	    STR("bddd813c634239723171ef3fee98579b"
		"94964e3bb1cb3e427262c8c068d52319"),
	    "BLAKE2b-256");
	crypto_hash_of(h, (struct str){ NULL, 0 }, NULL);
	is_str(HEX(&b, h, 32),
	    STR("0e5751c026e543b2e8ab2eb06099daa1"
		"d1e5df47778f7787faab45cdf12fe3a8"),
	    "BLAKE2b-256 of nothing");

	memset(k, 7, sizeof(k));
	crypto_hash_of(h, STR("one piece"), k);
	crypto_hash_init(&s, k);
	crypto_hash_add(&s, "one ", 4);
	crypto_hash_add(&s, "piece", 5);
	crypto_hash_end(&s, h2);
	ok(crypto_equal(h, h2, 32), "keyed, in pieces");
	crypto_hash_of(h2, STR("one piece"), NULL);
	ok(!crypto_equal(h, h2, 32), "the key matters");
	h2[31] = h[31];
	memcpy(h2, h, 31);
	h2[31] ^= 1;
	ok(!crypto_equal(h, h2, 32), "the last bit matters");
	ok(crypto_equal(h, h2, 31), "the length matters");

	crypto_derive(h, k, "purpose1");
	crypto_derive(h2, k, "purpose2");
	ok(!crypto_equal(h, h2, 32), "derived keys differ by purpose");
	crypto_derive(h2, k, "purpose1");
	ok(crypto_equal(h, h2, 32), "and repeat");
}

static void
test_base64(void)
{
	/* RFC 4648, 10 */
	static const struct {
		struct str bin, text, url;
	} good[] = {
		{ STR_INIT(""), STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("Zg=="), STR_INIT("Zg") },
		{ STR_INIT("fo"), STR_INIT("Zm8="), STR_INIT("Zm8") },
		{ STR_INIT("foo"), STR_INIT("Zm9v"), STR_INIT("Zm9v") },
		{ STR_INIT("foob"), STR_INIT("Zm9vYg=="), STR_INIT("Zm9vYg") },
		{ STR_INIT("\xfb\xff\xfe"), STR_INIT("+//+"),
		    STR_INIT("-__-") },
	};
	static const char *const bad[] = { "Zg=", "Zg", "Z", "Zg=a",
		"Zh==", "Zm9=", "Zm 9v", "Zm9v\n", "-__-",
		"====", "Zg==Zg==", "=", "A===", "Zm9v====" };
	struct buf b CLEANUP(buf_free) = BUF_INIT(4096);
	struct buf b2 CLEANUP(buf_free) = BUF_INIT(2300);
	unsigned char bytes[1700];

	for (size_t i = 0; i < NELEM(good); i++) {
		buf_reset(&b);
		crypto_base64(&b, good[i].bin);
		is_str(buf_str(&b), good[i].text, "base64 %zu", i);
		buf_reset(&b);
		crypto_base64url(&b, good[i].bin);
		is_str(buf_str(&b), good[i].url, "base64url %zu", i);
		buf_reset(&b);
		ok(crypto_unbase64(&b, good[i].text) &&
			str_eq(buf_str(&b), good[i].bin),
		    "and back %zu", i);
	}
	for (size_t i = 0; i < NELEM(bad); i++) {
		buf_reset(&b);
		ok(!crypto_unbase64(&b, str_from(bad[i])) && b.len == 0,
		    "refused: %zu", i);
	}
	for (int c = 1; c < 256; c++) {
		const char text[] = { 'A', 'A', (char)c, 'A', '\0' };
		const bool one = (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '+' || c == '/';

		buf_reset(&b);
		if (crypto_unbase64(&b, str_from(text)) != one)
			ok(false, "the byte %d", c);
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 31 + i / 256);
	buf_reset(&b);
	for (size_t n = 1690; n <= sizeof(bytes); n++) {
		struct str s = { (const char *)bytes, n };

		buf_reset(&b);
		buf_reset(&b2);
		crypto_base64(&b2, s);
		ok(crypto_unbase64(&b, buf_str(&b2)) && str_eq(buf_str(&b), s),
		    "more than a piece: %zu", n);
	}
}

static void
test_seal(void)
{
	static const unsigned char key[32] = { 1 }, other[32] = { 2 };
	static char most[4097];
	struct buf box CLEANUP(buf_free) = BUF_INIT(8192);
	struct buf box2 CLEANUP(buf_free) = BUF_INIT(8192);
	struct buf open CLEANUP(buf_free) = BUF_INIT(8192);
	struct str s;

	crypto_seal(&box, STR("what is sealed"), key);
	crypto_seal(&box2, STR("what is sealed"), key);
	s = buf_str(&box);
	ok(!str_eq(s, buf_str(&box2)), "no two seals are alike");
	/* 2 of head, 24 of nonce, 14 of data, 16 of tag: 56 bytes. */
	is_int(s.len, 75, "base64url without padding");
	ok(crypto_open(&open, s, key) &&
		str_eq(buf_str(&open), STR("what is sealed")),
	    "opened");
	buf_reset(&open);
	ok(!crypto_open(&open, s, other) && open.len == 0, "another key");
	for (size_t i = 0; i < s.len; i++) {
		char was = box.p[i];

		box.p[i] = was == 'A' ? 'B' : 'A';
		ok(!crypto_open(&open, s, key) && open.len == 0, "changed: %zu",
		    i);
		box.p[i] = was;
	}
	for (size_t n = 0; n < s.len; n++)
		ok(!crypto_open(&open, (struct str){ s.p, n }, key), "cut: %zu",
		    n);
	buf_putc(&box, 'A');
	ok(!crypto_open(&open, buf_str(&box), key), "with more behind it");
	buf_reset(&box);
	crypto_seal(&box, STR(""), key);
	ok(crypto_open(&open, buf_str(&box), key) && open.len == 0, "nothing");
	buf_reset(&box);
	crypto_seal(&box, (struct str){ most, 4096 }, key);
	ok(crypto_open(&open, buf_str(&box), key) && open.len == 4096,
	    "the most that is sealed");
	buf_reset(&box);
	crypto_seal(&box, (struct str){ most, 4097 }, key);
	is_int(buf_err(&box), ERR_TOO_LARGE, "one past it");
}

static void
test_limits(void)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(4);
	char *secret;

	crypto_base64(&b, STR("foo"));
	is_int(buf_err(&b), ERR_OK, "fills the buffer to its last byte");
	crypto_hex(&b, "", 1);
	is_int(buf_err(&b), ERR_TOO_LARGE, "one past it");
	b.error = ERR_OK;
	b.len = 0;
	ok(crypto_unbase64(&b, STR("Zm9vYg==")), "four bytes fit in four");
	b.len = 0;
	ok(!crypto_unbase64(&b, STR("Zm9vYmE=")), "five do not");

	secret = crypto_secret_alloc(100);
	ok(secret != NULL, "secret memory");
	if (secret != NULL)
		memset(secret, 1, 100);
	crypto_secret_free(secret);
	crypto_secret_free(NULL);
}

int
main(void)
{
	unsigned char a[32] = { 0 }, b[32] = { 0 };

	ok(crypto_init() == ERR_OK && crypto_init() == ERR_OK, "init, twice");
	crypto_random(a, sizeof(a));
	crypto_random(b, sizeof(b));
	ok(!crypto_equal(a, b, 32), "random bytes differ");
	crypto_wipe(a, sizeof(a));
	memset(b, 0, sizeof(b));
	ok(crypto_equal(a, b, 32), "wiped");
	test_hashes();
	test_base64();
	test_seal();
	test_limits();
	return tap_done();
}
