/* SPDX-License-Identifier: ISC */
/* What goes otherwise than it need, for tests: fault and stale-reads. */
#include "base/crc32.h"
#include "base/limits.h"
#include "conf/value.h"

#define OPERATION_MAX 64

static const struct {
	const char *name;
	enum err error;
} faults[] = {
#define FAULT(name, error) { name, error },
#include "conf/fault.tbl"
#undef FAULT
};

/* The number between two texts that s begins and ends with. */
static bool
number(struct str s, struct str before, struct str after, uint64_t max,
    uint64_t *ret)
{
	if (!str_starts(s, before) || s.len < before.len + after.len ||
	    !str_eq((struct str){ s.p + s.len - after.len, after.len }, after))
		return false;
	s.p += before.len;
	s.len -= before.len + after.len;
	return str_u64(s, max, ret);
}

static bool
read_what(struct str s, struct policy_fault *f)
{
	if (number(s, STR("delay:"), STR("ms"), LIMIT_FAULT_MS, &f->delay_ms))
		return true;
	for (size_t i = 0; i < NELEM(faults); i++)
		if (str_eq(s, str_from(faults[i].name))) {
			f->error = faults[i].error;
			return true;
		}
	return false;
}

static bool
read_when(struct str s, struct policy_fault *f)
{
	f->when = FAULT_PERCENT;
	if (number(s, STR(""), STR("%"), 100, &f->n))
		return true;
	f->when = FAULT_EVERY;
	if (number(s, STR("every:"), STR(""), UINT32_MAX, &f->n))
		return f->n > 0;
	f->when = FAULT_FIRST;
	return number(s, STR("first:"), STR(""), UINT32_MAX, &f->n);
}

/* Words with blanks between them. */
static bool
cut_words(struct str s, struct str *ret, size_t n)
{
	size_t i = 0;

	while (s.p != NULL && s.len > 0) {
		struct str word = str_cut(s, ' ', &s);

		if (word.len == 0)
			continue;
		if (i == n)
			return false;
		ret[i++] = word;
	}
	return i == n;
}

enum set
value_fault(struct policy *p, struct str s)
{
	struct policy_fault f = { 0 };
	struct str word[4];

	if (!cut_words(s, word, NELEM(word)) ||
	    !value_is_pattern(word[0], OPERATION_MAX) ||
	    !value_is_pattern(word[1], LIMIT_TABLE_NAME) ||
	    !read_what(word[2], &f) || !read_when(word[3], &f))
		return SET_BAD;
	if (p->nfaults == NELEM(p->faults))
		return SET_FULL;
	f.sum = crc32_add(0, s.p, s.len);
	f.operation = word[0];
	f.table = word[1];
	p->faults[p->nfaults++] = f;
	return SET_OK;
}

enum set
value_stale_reads(struct policy *p, struct str s)
{
	return number(s, STR(""), STR("ms"), LIMIT_FAULT_MS, &p->stale_ms) ?
	    SET_OK :
	    SET_BAD;
}
