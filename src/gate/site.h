/* SPDX-License-Identifier: ISC */
/*
 * site - is this Host ours, is this Origin one that we serve?
 *
 * Both are exact: a text that is not in the form that the lists have is
 * refused, never brought into it.
 *
 * Layer: gate, inside it alone.
 */
#ifndef GATE_SITE_H
#define GATE_SITE_H

#include "conf/policy.h"

/*
 * Host (RFC 9110, 7.2): localhost, 127.0.0.1, [::1] or a name of the policy,
 * in any case, alone or with ":" and the port of the socket; port 0, a unix
 * socket, has no port of its own, so any from 1 to 65535 will do.
 */
bool site_host(const struct policy *p, uint16_t port, struct str host) NONNULL
    NODISCARD;

/*
 * Origin (RFC 6454, 7) as browsers write it: scheme "://" host [":" port] in
 * lower case.  http at one of the loopback names and the port of the socket,
 * or a pattern of the policy.  "null" and lists of origins never are.
 */
bool site_origin(const struct policy *p, uint16_t port, struct str origin)
    NONNULL NODISCARD;

/* One label of a lower-case name: 1 to 63 of [a-z0-9_-]. */
bool site_label(struct str s) NODISCARD;

#endif
