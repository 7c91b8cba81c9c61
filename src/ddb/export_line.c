/* SPDX-License-Identifier: ISC */
/* The lines of data files, in JSON and in Ion. */
#include "ddb/export.h"
#include "ddb/ion.h"
#include "ddb/key.h"

/* A map of attributes, and its name. */
static enum err
put_map(const struct export_lines *l, const char *name, struct str map,
    struct buf *out)
{
	if (l->ion) {
		buf_printf(out, "%s:", name);
		return ion_put_item(map, out);
	}
	buf_printf(out, "\"%s\":", name);
	buf_puts(out, map);
	return ERR_OK;
}

/* What the filter takes of it, in to, which stays empty where it takes
 * nothing. */
static enum err
choose(const struct export_lines *l, struct str item, struct buf *to)
{
	bool wanted = false;
	enum err e;

	buf_reset(to);
	if (item.len == 0)
		return ERR_OK;
	e = export_filter_put(&l->filter, item, &wanted, to);
	return e != ERR_OK ? e : buf_err(to);
}

static enum err
put_item(struct export_lines *l, struct str item, struct buf *out)
{
	enum err e = choose(l, item, &l->image[0]);

	if (e != ERR_OK || l->image[0].len == 0)
		return e;
	buf_puts(out, l->ion ? STR("$ion_1_0 {") : STR("{"));
	e = put_map(l, "Item", buf_str(&l->image[0]), out);
	BUF_LIT(out, "}\n");
	return e;
}

static enum err
put_keys(const struct export_lines *l, const struct store_key *key,
    struct buf *out)
{
	struct buf keys CLEANUP(buf_free) = BUF_INIT(KIB(16));
	enum err e = key_put(&keys, l->changed, key);

	if (e == ERR_OK)
		e = buf_err(&keys);
	return e != ERR_OK ? e : put_map(l, "Keys", buf_str(&keys), out);
}

static enum err
put_images(const struct export_lines *l, struct buf *out)
{
	static const char *const names[] = { "OldImage", "NewImage" };
	enum err e = ERR_OK;

	for (size_t i = l->old ? 0 : 1; e == ERR_OK && i < NELEM(names); i++) {
		if (l->image[i].len == 0)
			continue;
		buf_putc(out, ',');
		e = put_map(l, names[i], buf_str(&l->image[i]), out);
	}
	return e;
}

/* Its three lines are those of export_gather(). */
static enum err
put_change(struct export_lines *l, const struct store_item *item,
    struct buf *out)
{
	struct str before, after, rest;
	const struct str time = str_cut(item->text, '\n', &rest);
	enum err e;

	before = str_cut(rest, '\n', &after);
	if ((e = choose(l, before, &l->image[0])) != ERR_OK ||
	    (e = choose(l, after, &l->image[1])) != ERR_OK)
		return e;
	/* What came and went in between was never there. */
	if (l->image[0].len == 0 && l->image[1].len == 0)
		return ERR_OK;
	buf_printf(out,
	    l->ion ?
		"$ion_1_0 {Record:{Metadata:{WriteTimestampMicros:%.*s.}," :
		"{\"Metadata\":{\"WriteTimestampMicros\":\"%.*s\"},",
	    STR_ARG(time));
	if ((e = put_keys(l, &item->key, out)) != ERR_OK ||
	    (e = put_images(l, out)) != ERR_OK)
		return e;
	buf_puts(out, l->ion ? STR("}}\n") : STR("}\n"));
	return ERR_OK;
}

enum err
export_put_line(struct export_lines *l, const struct store_item *item,
    struct buf *out)
{
	enum err e = l->changed == NULL ? put_item(l, item->text, out) :
					  put_change(l, item, out);

	return e != ERR_OK ? e : buf_err(out);
}
