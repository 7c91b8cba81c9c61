/* SPDX-License-Identifier: ISC */
/*
 * event - log lines on standard error, one write(2) each.
 *
 *	<5>doorward: refused gate=host pid=123
 *
 * The prefix is the priority that a journal understands (sd-daemon(3)); it
 * is left out where standard error was a terminal at event_begin().  The second word is the
 * event's stable id of event.tbl; tests and alarms rely on it.  Values are
 * quoted where they hold more than [A-Za-z0-9._:/@+-], and control bytes
 * are escaped, so that no peer can forge a line.  Nothing secret is passed.
 *
 * Only the spine logs.
 *
 * Layer: base.
 */
#ifndef BASE_EVENT_H
#define BASE_EVENT_H

#include "base/str.h"

enum event {
#define EVENT(id, priority, name, text) EVENT_##id,
#include "base/event.tbl"
#undef EVENT
	EVENT__MAX
};

struct event_field {
	const char *name;
	struct str value;
};

/* Before a sandbox, which answers for every descriptor that it is none. */
void event_begin(void);

/* Ends at the first field whose name is NULL. */
void event_log(enum event e, const struct event_field *fields);

#define EVENT_LOG(e, ...)                                                      \
	event_log((e),                                                         \
	    (const struct event_field[]){ __VA_ARGS__, { NULL, { NULL, 0 } } })

/* A number as a field's value; borrows the caller's 24 bytes. */
struct str event_num(char buf[24], int64_t n) NONNULL;
#define EVENT_NUM(n) event_num((char[24]){ 0 }, (n))

#endif
