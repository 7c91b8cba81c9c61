/* SPDX-License-Identifier: ISC */
/*
 * SQLite's way to load extensions, in a worker that is linked statically:
 * there is none.  The linker is told to take these for dlopen(3) and its
 * kind, as a static program cannot load what was built for another libc.
 */
#include <stddef.h>

#include "base/cdefs.h"

void *__wrap_dlopen(const char *path, int how);
void *__wrap_dlsym(void *library, const char *name);
int __wrap_dlclose(void *library);
char *__wrap_dlerror(void);

void *
__wrap_dlopen(const char *path UNUSED, int how UNUSED)
{
	return NULL;
}

void *
__wrap_dlsym(void *library UNUSED, const char *name UNUSED)
{
	return NULL;
}

int
__wrap_dlclose(void *library UNUSED)
{
	return -1;
}

char *
__wrap_dlerror(void)
{
	return NULL;
}
