/* SPDX-License-Identifier: ISC */
#include "ddb/answer.h"

#include "ddb/shape.h"

#define READ_UNIT  KIB(4)
#define WRITE_UNIT KIB(1)

void
answer_member(struct buf *out, const char *name)
{
	if (out->len > 0 && out->p[out->len - 1] != '{')
		buf_putc(out, ',');
	buf_putc(out, '"');
	buf_puts(out, str_from(name));
	BUF_LIT(out, "\":");
}

static uint64_t
units(uint64_t bytes, uint64_t unit)
{
	return bytes == 0 ? 1 : (bytes + unit - 1) / unit;
}

uint64_t
answer_read_halves(uint64_t bytes, bool consistent)
{
	return units(bytes, READ_UNIT) * (consistent ? 2 : 1);
}

uint64_t
answer_write_halves(uint64_t before, uint64_t after)
{
	return 2 * units(before > after ? before : after, WRITE_UNIT);
}

bool
answer_wants_capacity(const struct json *in)
{
	struct str how = json_str(shape_get(in, "ReturnConsumedCapacity"));

	return how.p != NULL && !str_eq(how, STR("NONE"));
}

/* Without braces. */
static void
put_units(struct buf *out, uint64_t halves, enum capacity_kind kind)
{
	static const char *const names[] = {
		[CAPACITY_TRANSACT_READ] = "ReadCapacityUnits",
		[CAPACITY_TRANSACT_WRITE] = "WriteCapacityUnits",
	};
	unsigned long long whole;
	unsigned tenth;

	if (kind != CAPACITY_PLAIN)
		halves *= 2;
	whole = halves / 2;
	tenth = halves % 2 == 0 ? 0 : 5;
	buf_printf(out, "\"CapacityUnits\":%llu.%u", whole, tenth);
	if (kind != CAPACITY_PLAIN)
		buf_printf(out, ",\"%s\":%llu.%u", names[kind], whole, tenth);
}

/* The arms of the local or the global indexes, if there are any. */
static void
put_arms(struct buf *out, const struct capacity *c, bool local,
    enum capacity_kind kind)
{
	bool some = false;

	for (size_t i = 0; i < c->t->nindexes; i++) {
		const struct table_index *x = &c->t->indexes[i];

		if (c->index[i] == 0 || x->local != local)
			continue;
		if (some)
			buf_putc(out, ',');
		else
			buf_printf(out, ",\"%sSecondaryIndexes\":{",
			    local ? "Local" : "Global");
		some = true;
		json_put_str(out, x->name);
		BUF_LIT(out, ":{");
		put_units(out, c->index[i], kind);
		buf_putc(out, '}');
	}
	if (some)
		buf_putc(out, '}');
}

static void
put_vectors(struct buf *out, const struct capacity *c)
{
	bool some = false;

	for (size_t i = c->t->nindexes; i < c->t->nall; i++) {
		if (c->index[i] == 0)
			continue;
		buf_puts(out, some ? STR(",") : STR(",\"VectorIndexes\":{"));
		some = true;
		json_put_str(out, c->t->indexes[i].name);
		buf_printf(out, ":{\"VectorWriteRequestBytes\":%llu.0}",
		    (unsigned long long)c->index[i]);
	}
	if (some)
		buf_putc(out, '}');
}

void
answer_capacity(struct buf *out, const struct json *in,
    const struct capacity *c, enum capacity_kind kind)
{
	struct str how = json_str(shape_get(in, "ReturnConsumedCapacity"));
	uint64_t sum = c->table;

	for (size_t i = 0; i < c->t->nindexes; i++)
		sum += c->index[i];
	BUF_LIT(out, "{\"TableName\":");
	json_put_str(out, c->t->asked);
	buf_putc(out, ',');
	put_units(out, sum, kind);
	if (str_eq(how, STR("INDEXES"))) {
		BUF_LIT(out, ",\"Table\":{");
		put_units(out, c->table, kind);
		buf_putc(out, '}');
		put_arms(out, c, true, kind);
		put_arms(out, c, false, kind);
		put_vectors(out, c);
	}
	buf_putc(out, '}');
}

void
answer_consumed(struct buf *out, const struct json *in,
    const struct capacity *c)
{
	if (!answer_wants_capacity(in))
		return;
	answer_member(out, "ConsumedCapacity");
	answer_capacity(out, in, c, CAPACITY_PLAIN);
}
