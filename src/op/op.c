/* SPDX-License-Identifier: ISC */
#include "op/op.h"

#include <string.h>

static const struct op *const rows[] = {
#define OP(sym) &op_##sym,
#include "op/op.tbl"
#undef OP
	NULL,
};

const struct op *
op_at(size_t i)
{
	return i < NELEM(rows) ? rows[i] : NULL;
}

/* Is s the whole of z? */
static bool
same(const char *z, struct str s)
{
	return strncmp(z, s.p, s.len) == 0 && z[s.len] == '\0';
}

const struct op *
op_by_name(struct str name)
{
	/* Before the letters: a name may hold a NUL, ours do not. */
	if (name.len == 0 || memchr(name.p, '\0', name.len) != NULL)
		return NULL;
	for (size_t i = 0; rows[i] != NULL; i++)
		if (same(rows[i]->name, name))
			return rows[i];
	return NULL;
}

const struct op *
op_by_target(struct str target)
{
	const struct op *op;
	size_t dot;

	if (target.p == NULL)
		return NULL;
	for (dot = target.len; dot > 0 && target.p[dot - 1] != '.'; dot--)
		continue;
	op = op_by_name((struct str){ target.p + dot, target.len - dot });
	if (op == NULL || !same(op->target, (struct str){ target.p, dot }))
		return NULL;
	return op;
}
