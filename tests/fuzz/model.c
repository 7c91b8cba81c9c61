/* SPDX-License-Identifier: ISC */
/*
 * fuzz model - any bytes as a data-model file and, behind a line that is
 * "---", an item that is checked by it.
 *
 * What is refused must say why, and what is taken must be told in our form in
 * a way that is taken again and told the same.
 */
#include <stdlib.h>
#include <string.h>

#include "model/model.h"

#define PARTED STR("\n---\n")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
need(bool good)
{
	if (!good)
		abort();
}

static void
check_item(const struct model *m, struct str text)
{
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(MIB(1));
	struct json *item CLEANUP(json_freep) = NULL;
	struct model_item i = { .hash = STR("pk"), .range = STR("sk") };
	struct json_error error;
	const struct model_entity *e;

	if (json_parse(text, LIMIT_JSON_DEPTH, &item, &error) != ERR_OK ||
	    json_kind(item) != JSON_OBJECT)
		return;
	i.item = item;
	e = model_match(m, &i);
	need(e == NULL || model_find(m, e->name) != NULL);
	need(model_check(m, &i, &wrong) == (wrong.len == 0));
	need(e != NULL || wrong.len > 0);
}

/* One arena for a model and for what is read of its telling. */
static void
tell(struct arena *a, const struct model *m)
{
	struct buf once CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct buf twice CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(64));
	/* Its names may be such that ours cannot say them in a template. */
	const bool onetable = m->entities[m->nentities - 1].aside;
	struct model again;

	model_put(&once, m);
	if (model_parse(a, buf_str(&once), &again, &wrong) != ERR_OK) {
		need(onetable && wrong.len > 0);
		return;
	}
	model_put(&twice, &again);
	need(onetable || str_eq(buf_str(&once), buf_str(&twice)));
	model_end(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct str item = { NULL, 0 };
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(64));
	struct arena *a = arena_new(MIB(64));
	const char *part = memmem(text.p, text.len, PARTED.p, PARTED.len);
	struct model m;

	need(a != NULL);
	if (part != NULL) {
		item.p = part + PARTED.len;
		item.len = (size_t)(text.p + text.len - item.p);
		text.len = (size_t)(part - text.p);
	}
	if (model_parse(a, text, &m, &wrong) == ERR_OK) {
		need(wrong.len == 0 && m.nentities > 0);
		tell(a, &m);
		if (item.p != NULL)
			check_item(&m, item);
		model_end(&m);
	} else {
		need(wrong.len > 0);
	}
	arena_free(a);
	return 0;
}
