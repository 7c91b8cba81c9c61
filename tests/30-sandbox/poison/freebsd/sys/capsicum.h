/* SPDX-License-Identifier: ISC */
/* A stub of FreeBSD's header, after capsicum(4) and rights(4). */
#ifndef POISON_CAPSICUM_H
#define POISON_CAPSICUM_H
#include <stdint.h>
typedef struct cap_rights {
	uint64_t bits[2];
} cap_rights_t;
#define CAP_PREAD  0x1ULL
#define CAP_MMAP_R 0x2ULL
#define CAP_FCNTL  0x4ULL
#define CAP_FSTAT  0x8ULL
#define CAP_FLOCK  0x10ULL
cap_rights_t *cap_rights_init(cap_rights_t *rights, ...);
int cap_rights_limit(int fd, const cap_rights_t *rights);
int cap_enter(void);
#endif
