/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "bucket/internal.h"

static const uint32_t sines[64] = { 0xd76aa478, 0xe8c7b756, 0x242070db,
	0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8,
	0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e,
	0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
	0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87,
	0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942,
	0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60,
	0xbebfbc70, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039,
	0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97, 0xab9423a7,
	0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f,
	0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
	0xeb86d391 };
static const uint8_t turns[4][4] = {
	{ 7, 12, 17, 22 },
	{ 5, 9, 14, 20 },
	{ 4, 11, 16, 23 },
	{ 6, 10, 15, 21 },
};

static uint32_t
mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round) {
	case 0:
		return (b & c) | (~b & d);
	case 1:
		return (b & d) | (c & ~d);
	case 2:
		return b ^ c ^ d;
	default:
		return c ^ (b | ~d);
	}
}

static void
md5_block(struct md5 *m)
{
	static const uint8_t step[4] = { 1, 5, 3, 7 }, first[4] = { 0, 1, 5 };
	uint32_t w[16], s[4];

	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)m->block[4 * i] |
		    (uint32_t)m->block[4 * i + 1] << 8 |
		    (uint32_t)m->block[4 * i + 2] << 16 |
		    (uint32_t)m->block[4 * i + 3] << 24;
	memcpy(s, m->state, sizeof(s));
	for (unsigned i = 0; i < 64; i++) {
		const unsigned r = i / 16, turn = turns[r][i % 4];
		const uint32_t x = s[0] + mix(r, s[1], s[2], s[3]) + sines[i] +
		    w[(first[r] + step[r] * (i % 16)) % 16];

		s[0] = s[3];
		s[3] = s[2];
		s[2] = s[1];
		s[1] += x << turn | x >> (32 - turn);
	}
	for (unsigned i = 0; i < 4; i++)
		m->state[i] += s[i];
}

void
md5_init(struct md5 *m)
{
	*m = (struct md5){ .state = { 0x67452301, 0xefcdab89, 0x98badcfe,
			       0x10325476 } };
}

void
md5_add(struct md5 *m, const void *p, size_t n)
{
	const unsigned char *from = p;

	while (n > 0) {
		const size_t at = m->bytes % sizeof(m->block);
		size_t some = sizeof(m->block) - at;

		if (some > n)
			some = n;
		memcpy(m->block + at, from, some);
		m->bytes += some;
		from += some;
		n -= some;
		if (at + some == sizeof(m->block))
			md5_block(m);
	}
}

void
md5_end(struct md5 *m, unsigned char ret[BUCKET_MD5_BYTES])
{
	static const unsigned char pad[64] = { 0x80 };
	const uint64_t bits = m->bytes * 8;
	unsigned char length[8];

	md5_add(m, pad, 1 + (119 - m->bytes % 64) % 64);
	for (unsigned i = 0; i < sizeof(length); i++)
		length[i] = (unsigned char)(bits >> 8 * i);
	md5_add(m, length, sizeof(length));
	for (unsigned i = 0; i < BUCKET_MD5_BYTES; i++)
		ret[i] = (unsigned char)(m->state[i / 4] >> 8 * (i % 4));
}
