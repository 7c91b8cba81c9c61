/* SPDX-License-Identifier: ISC */
/* home_dir.h - a home of its own for each test, under a temporary place. */
#ifndef HOME_DIR_H
#define HOME_DIR_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/home.h"
#include "conf/token.h"
#include "tap.h"

static char place[64]; /* the temporary directory */
static struct home home;

static int
remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED,
    struct FTW *ftw UNUSED)
{
	return remove(path);
}

static void
home_away(void)
{
	(void)nftw(place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* An empty place; home is in it and not made. */
static void
home_fresh(void)
{
	const char *why;

	if (place[0] != '\0')
		home_away();
	(void)snprintf(place, sizeof(place), "/tmp/doorward-test.XXXXXX");
	if (mkdtemp(place) == NULL || home_find(place, &home, &why) != ERR_OK) {
		printf("Bail out! no temporary directory\n");
		exit(1);
	}
}

UNUSED static void
home_made(void)
{
	const char *why = "";

	home_fresh();
	if (home_init(&home, &why) != ERR_OK) {
		printf("Bail out! %s\n", why);
		exit(1);
	}
}

/* The path of a file in it; four live at once. */
UNUSED static const char *
at(const char *name)
{
	static char path[4][256];
	static unsigned turn;
	char *p = path[turn++ % 4];

	(void)snprintf(p, 256, "%s/%s", place, name);
	return p;
}

UNUSED static void
spew(const char *path, struct str s, mode_t mode)
{
	FILE *f;

	(void)unlink(path); /* its mode may forbid to write it */
	f = fopen(path, "w");
	if (f == NULL || fwrite(s.p, 1, s.len, f) != s.len || fclose(f) != 0 ||
	    chmod(path, mode) != 0) {
		printf("Bail out! %s cannot be written\n", path);
		exit(1);
	}
}

/* For struct token_show: the text into an array of TOKEN_TEXT_BYTES + 1. */
UNUSED static bool
keep_text(void *arg, const char *text, const struct token_record *t UNUSED)
{
	memcpy(arg, text, TOKEN_TEXT_BYTES + 1);
	return true;
}

UNUSED static struct str
slurp(const char *path)
{
	static char text[4][512];
	static unsigned turn;
	char *p = text[turn++ % 4];
	FILE *f = fopen(path, "r");
	size_t n = f == NULL ? 0 : fread(p, 1, 512, f);

	if (f != NULL)
		(void)fclose(f);
	return (struct str){ p, n };
}

#endif
