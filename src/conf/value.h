/* SPDX-License-Identifier: ISC */
/*
 * value - from the text of one setting to its field of struct policy.
 *
 * One function for each row of conf.tbl.  The text is borrowed by the
 * policy; host and origin turn its letters to lower case.
 *
 * Private to conf.
 *
 * Layer: conf.
 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "conf/policy.h"

enum set {
	SET_OK,
	SET_BAD, /* not what was expected */
	SET_FULL /* no room for one more of the key */
};

/* A name of 1 to max letters, digits, _ . - with stars in it. */
bool value_is_pattern(struct str s, size_t max) NODISCARD;

#define CONF(key, fn, many, preset, expected, help) \
	enum set value_##fn(struct policy *p, struct str s) NONNULL NODISCARD;
#include "conf/conf.tbl"
#undef CONF

#endif
