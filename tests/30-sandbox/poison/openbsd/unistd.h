/* SPDX-License-Identifier: ISC */
/* A stub: what OpenBSD's <unistd.h> declares and this machine's does not. */
#ifndef POISON_UNISTD_H
#define POISON_UNISTD_H
#include_next <unistd.h>
int pledge(const char *promises, const char *execpromises);
int unveil(const char *path, const char *permissions);
#endif
