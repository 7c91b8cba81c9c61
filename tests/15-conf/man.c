/* SPDX-License-Identifier: ISC */
/* man.t - doorward.conf(5) tells of every row of conf.tbl, and of no other. */
#include <string.h>

#include "conf/conf.h"
#include "tap.h"

#define PAGE "man/doorward.conf.5"
#define ITEM "\n.It Ic "

static char page[32768];

/* The text of one item, cut before the next or the list's end. */
static char *
item(char *at, char **ret_next)
{
	char *text = at + strlen(ITEM);
	char *end = strstr(text, ITEM), *list = strstr(text, "\n.El\n");

	*ret_next = end != NULL && list != NULL && end < list ? end : NULL;
	if (*ret_next != NULL)
		end[1] = '\0';
	else if (list != NULL)
		list[1] = '\0';
	return text;
}

static void
test_row(const struct conf_row *row, const char *text)
{
	char want[256];

	(void)snprintf(want, sizeof(want), "%s Ns = Ns ", row->key);
	ok(strncmp(text, want, strlen(want)) == 0, "%s has its place",
	    row->key);
	if (row->preset[0] != '\0')
		(void)snprintf(want, sizeof(want), "\nDefault:\n.Ql %s\n",
		    row->preset);
	else
		(void)snprintf(want, sizeof(want), "\nDefault: ");
	ok(strstr(text, want) != NULL, "its default '%s'", row->preset);
	is_int(strstr(text, "May stand up to") != NULL, row->many,
	    "and how often it may stand");
}

/* The example is one that is taken. */
static void
test_example(void)
{
	static struct policy p;
	const char *why = "";
	char *from = strstr(page, "\n.Sh EXAMPLES");
	char *to;

	from = from == NULL ? NULL : strstr(from, "\n.Bd -literal");
	from = from == NULL ? NULL : strchr(from + 1, '\n');
	to = from == NULL ? NULL : strstr(from, "\n.Ed");
	if (!ok(to != NULL, "an example"))
		return;
	*to = '\0';
	is_int(conf_parse(from + 1, (size_t)(to - from - 1), "example", &p,
		   &why),
	    ERR_OK, "which is taken");
	ok(p.nlisten == 2 && p.nhosts == 1 && p.norigins == 1,
	    "as it is meant");
	printf("# %s\n", why);
}

int
main(void)
{
	FILE *f = fopen(PAGE, "r");
	char *at, *next;
	size_t n = 0;

	if (!ok(f != NULL, PAGE))
		return tap_done();
	(void)!fread(page, 1, sizeof(page) - 1, f);
	(void)fclose(f);
	test_example();
	for (at = strstr(page, ITEM); at != NULL; at = next) {
		char *text = item(at, &next);

		if (n < conf_nrows)
			test_row(&conf_rows[n], text);
		n++;
	}
	is_int(n, conf_nrows, "no key is left out and none is made up");
	return tap_done();
}
