/* SPDX-License-Identifier: ISC */
/*
 * landlock - the kernel's interface up to ABI 7.
 *
 * Our own copy, from the kernel's Documentation/userspace-api/landlock.rst:
 * the distributions' headers are older than their kernels.
 *
 * Layer: sandbox; Linux only.
 */
#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include <stdint.h>

/* An older kernel takes the longer struct when what it lacks is zero. */
struct landlock_ruleset {
	uint64_t fs;
	uint64_t net;   /* ABI 4 */
	uint64_t scope; /* ABI 6 */
};

struct landlock_path {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

#define LANDLOCK_VERSION      1u
#define LANDLOCK_PATH_BENEATH 1

#define LANDLOCK_FS_WRITE_FILE (1u << 1)
#define LANDLOCK_FS_READ_FILE  (1u << 2)
#define LANDLOCK_FS_READ_DIR   (1u << 3)
#define LANDLOCK_FS_MAKE_DIR   (1u << 7)
#define LANDLOCK_FS_MAKE_REG   (1u << 8)
#define LANDLOCK_FS_TRUNCATE   (1u << 14)

/* Rights are numbered in the order of their coming. */
#define LANDLOCK_FS_1    0x1fffu /* ABI 1: execute ... make symlink */
#define LANDLOCK_FS_2    0x3fffu /* and refer */
#define LANDLOCK_FS_3    0x7fffu /* and truncate */
#define LANDLOCK_FS_5    0xffffu /* and ioctl of devices */
#define LANDLOCK_NET_4   0x3u    /* TCP bind, TCP connect */
#define LANDLOCK_SCOPE_6 0x3u    /* abstract unix sockets, signals */

#endif
