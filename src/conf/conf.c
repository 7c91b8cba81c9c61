/* SPDX-License-Identifier: ISC */
#include "conf/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "conf/value.h"

#define CONF_QUOTE          80 /* bytes of a bad value that are shown */
#define CONF_TEXT_(number)  #number
#define CONF_TEXT(constant) CONF_TEXT_(constant)

const struct conf_row conf_rows[] = {
#define CONF(key, fn, many, preset, expected, help) \
	{ key, many, preset, expected, help },
#include "conf/conf.tbl"
#undef CONF
};
const size_t conf_nrows = NELEM(conf_rows);

static enum set (*const setters[])(struct policy *, struct str) = {
#define CONF(key, fn, many, preset, expected, help) value_##fn,
#include "conf/conf.tbl"
#undef CONF
};
_Static_assert(NELEM(setters) == NELEM(conf_rows), "a setter for each");
_Static_assert(NELEM(conf_rows) <= 32, "one bit of seen for each");

static int
quoted(struct str s)
{
	return s.len < CONF_QUOTE ? (int)s.len : CONF_QUOTE;
}

static const char *
key_list(void)
{
	static char list[512];
	struct buf b = { .p = list, .cap = sizeof(list), .max = sizeof(list) };

	for (size_t i = 0; i < conf_nrows; i++)
		buf_printf(&b, "%s%s", i == 0 ? "" : ", ", conf_rows[i].key);
	return list;
}

/* NULL or what is wrong with a line, without the file's name. */
static enum err
line(struct str s, const char *path, size_t n, uint32_t *seen, struct policy *p,
    const char **reterr_text)
{
	struct str value, key = str_trim(str_cut(s, '=', &value));
	const struct conf_row *row;
	size_t i = 0;

	while (i < conf_nrows && !str_eq(key, str_from(conf_rows[i].key)))
		i++;
	if (value.p == NULL)
		*reterr_text = conf_say("%s:%zu: '%.*s' has no value, expected "
					"key = value",
		    path, n, quoted(key), key.p);
	else if (i == conf_nrows)
		*reterr_text = conf_say("%s:%zu: unknown key '%.*s', expected "
					"one of %s",
		    path, n, quoted(key), key.p, key_list());
	if (value.p == NULL || i == conf_nrows)
		return ERR_CONF;
	row = &conf_rows[i];
	if (!row->many && (*seen & 1u << i) != 0) {
		*reterr_text = conf_say("%s:%zu: '%s' a second time, expected "
					"once",
		    path, n, row->key);
		return ERR_CONF;
	}
	*seen |= 1u << i;
	value = str_trim(value);
	/* Behind a value there is a blank, a newline or the text's NUL. */
	((char *)(uintptr_t)value.p)[value.len] = '\0';
	switch (setters[i](p, value)) {
	case SET_OK:
		return ERR_OK;
	case SET_FULL:
		*reterr_text =
		    conf_say("%s:%zu: too many of '%s'", path, n, row->key);
		return ERR_CONF;
	case SET_BAD:
	default:
		*reterr_text = conf_say("%s:%zu: bad value '%.*s' of '%s', "
					"expected %s",
		    path, n, quoted(value), value.p, row->key, row->expected);
		return ERR_CONF;
	}
}

static bool
clean(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') ||
		    s.p[i] == 0x7f)
			return false;
	return str_utf8(s);
}

/* The presets are good by a test, and never fill a list. */
static void
preset(uint32_t seen, struct policy *p)
{
	for (size_t i = 0; i < conf_nrows; i++) {
		struct str rest = str_from(conf_rows[i].preset);

		while ((seen & 1u << i) == 0 && rest.p != NULL && rest.len > 0)
			if (setters[i](p, str_cut(rest, ' ', &rest)) != SET_OK)
				abort();
	}
}

enum err
conf_parse(char *text, size_t n, const char *path, struct policy *p,
    const char **reterr_text)
{
	struct str s, rest = { text, n };
	uint32_t seen = 0;
	enum err e;

	for (size_t i = 1; rest.p != NULL; i++) {
		s = str_cut(rest, '\n', &rest);
		if (!clean(s)) {
			*reterr_text = conf_say("%s:%zu: a control character "
						"or broken UTF-8, expected "
						"text",
			    path, i);
			return ERR_CONF;
		}
		s = str_trim(s);
		if (s.len == 0 || s.p[0] == '#')
			continue;
		e = line(s, path, i, &seen, p, reterr_text);
		if (e != ERR_OK)
			return e;
	}
	preset(seen, p);
	return ERR_OK;
}

enum err
conf_load(const struct dir *config, struct policy *p, const char **reterr_text)
{
	int fd CLEANUP(fd_close) = -1;
	char path[4096 + sizeof(CONF_NAME)];
	size_t n = 0;
	bool tidy;
	enum err e;

	e = file_open(config, CONF_NAME, FILE_SETTINGS, &fd, &tidy,
	    reterr_text);
	if (e != ERR_OK)
		return e;
	if (fd < 0) {
		preset(0, p);
		return ERR_OK;
	}
	if ((p->text = malloc(CONF_FILE_MAX + 1)) == NULL) {
		*reterr_text = "out of memory";
		return ERR_NO_MEMORY;
	}
	e = file_read(fd, config->path, CONF_NAME, p->text, CONF_FILE_MAX, &n,
	    reterr_text);
	if (e != ERR_OK)
		return e;
	p->text[n] = '\0';
	(void)snprintf(path, sizeof(path), "%s/" CONF_NAME, config->path);
	return conf_parse(p->text, n, path, p, reterr_text);
}
