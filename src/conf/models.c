/* SPDX-License-Identifier: ISC */
/* The data-model files, read and understood before anything else is served. */
#include <stdlib.h>

#include "conf/conf.h"

#define ARENA_MAX MIB(128) /* what so many files of that length can make */

static enum err
no_memory(const char **reterr_text)
{
	*reterr_text = "out of memory";
	return ERR_NO_MEMORY;
}

static enum err
load(const struct dir *config, const struct policy_model *from,
    struct arena *arena, char *text, struct models_row *ret,
    const char **reterr_text)
{
	struct buf wrong CLEANUP(buf_free) = BUF_INIT(KIB(4));
	const bool absolute = from->file.p[0] == '/';
	int fd CLEANUP(fd_close) = -1;
	size_t n;
	enum err e = file_open_path(config, from->file.p, &fd, reterr_text);

	if (e == ERR_OK)
		e = file_read(fd, absolute ? "" : config->path,
		    absolute ? from->file.p + 1 : from->file.p, text,
		    LIMIT_MODEL_FILE, &n, reterr_text);
	if (e != ERR_OK)
		return e;
	e = model_parse(arena, (struct str){ text, n }, &ret->model, &wrong);
	if (e != ERR_OK)
		*reterr_text = conf_say("%s%s%s: %.*s",
		    absolute ? "" : config->path, absolute ? "" : "/",
		    from->file.p, STR_ARG(buf_str(&wrong)));
	ret->table = from->table;
	ret->enforced = from->enforced;
	return e;
}

static void
text_free(char **p)
{
	free(*p);
}

enum err
conf_load_models(const struct dir *config, struct policy *p,
    const char **reterr_text)
{
	char *text CLEANUP(text_free) = NULL;
	struct arena *arena;
	enum err e = ERR_OK;

	if (p->nmodel_files == 0)
		return ERR_OK;
	if ((text = malloc(LIMIT_MODEL_FILE)) == NULL ||
	    (arena = arena_new(ARENA_MAX)) == NULL)
		return no_memory(reterr_text);
	if ((p->models = arena_alloc(arena, sizeof(*p->models))) == NULL) {
		arena_free(arena);
		return no_memory(reterr_text);
	}
	p->models->arena = arena;
	p->models->rows =
	    arena_alloc(arena, p->nmodel_files * sizeof(*p->models->rows));
	if (p->models->rows == NULL)
		return no_memory(reterr_text);
	for (size_t i = 0; e == ERR_OK && i < p->nmodel_files; i++) {
		e = load(config, &p->model_files[i], arena, text,
		    &p->models->rows[i], reterr_text);
		p->models->n += e == ERR_OK;
	}
	return e;
}
