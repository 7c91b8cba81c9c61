/* SPDX-License-Identifier: ISC */
/*
 * cdefs - the few macros that every file may use.
 *
 * Layer: base.
 */
#ifndef BASE_CDEFS_H
#define BASE_CDEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODISCARD	   __attribute__((warn_unused_result))
#define NONNULL		   __attribute__((nonnull))
#define NORETURN	   __attribute__((noreturn))
#define PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define CLEANUP(fn)	   __attribute__((cleanup(fn)))
#define UNUSED		   __attribute__((unused))

#define KIB(n)	 ((size_t)(n) * 1024)
#define MIB(n)	 ((size_t)(n) * 1024 * 1024)
#define GIB(n)	 ((size_t)(n) * 1024 * 1024 * 1024)
#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

/* Move the pointer out of p: the value is the caller's, p is NULL after. */
#define TAKE(p)                                                                \
	__extension__({                                                        \
		__typeof__(p) take_ = (p);                                     \
		(p) = NULL;                                                    \
		take_;                                                         \
	})

#endif
