/* SPDX-License-Identifier: ISC */
/*
 * conf - the settings file.
 *
 * Lines of "key = value"; blank lines and lines whose first character is
 * '#' mean nothing.  UTF-8 without control characters but tab and newline.
 * Unknown keys, a key that stands twice and may not, and bad values are
 * errors: the text names file and line, what is wrong, what was expected.
 *
 * Layer: conf.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "conf/file.h"
#include "conf/policy.h"

#define CONF_NAME     "doorward.conf"
#define CONF_FILE_MAX KIB(64)

/* One row of conf.tbl, for help and tests. */
struct conf_row {
	const char *key;
	bool many;            /* may stand more than once */
	const char *preset;   /* words that hold where the key is absent */
	const char *expected; /* of the value */
	const char *help;
};

extern const struct conf_row conf_rows[];
extern const size_t conf_nrows;

/* Read config/doorward.conf, if there is one, into p; then what is not set
 * gets its default. */
enum err conf_load(const struct dir *config, struct policy *p,
    const char **reterr_text) NONNULL NODISCARD;

/* The same for n bytes of text with a NUL behind them, which is changed and
 * which p borrows.  path is for *reterr_text. */
enum err conf_parse(char *text, size_t n, const char *path, struct policy *p,
    const char **reterr_text) NONNULL NODISCARD;

/* The data-model files that p names, into p->models. */
enum err conf_load_models(const struct dir *config, struct policy *p,
    const char **reterr_text) NONNULL NODISCARD;

enum conf_where {
	WHERE_PATH,
	WHERE_LOOPBACK,
	WHERE_PUBLIC
};

/* One entry of listen.  False: not well-formed. */
bool conf_where(struct str addr, bool port_0,
    enum conf_where *ret) NONNULL NODISCARD;

#endif
