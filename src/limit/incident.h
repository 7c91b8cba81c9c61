/* SPDX-License-Identifier: ISC */
/*
 * incident - what an operator should hear of: told once, then quiet for a
 * time, however many processes see it.
 *
 * incident.tbl is the list of kinds.  When one was last told lies in the
 * shared file, so the quiet time holds across processes and restarts; how
 * often it came in between is told with the next one.
 *
 * Layer: limit.
 */
#ifndef LIMIT_INCIDENT_H
#define LIMIT_INCIDENT_H

#include "base/event.h"
#include "base/rate.h"

enum incident {
#define INCIDENT(id, name, text) INCIDENT_##id,
#include "limit/incident.tbl"
#undef INCIDENT
	INCIDENT__MAX
};

/* Before the first of the others, and again when they change. */
struct incident_settings {
	struct rate logins; /* wrong credentials that are still none */
	uint64_t quiet_ns;
	void (*record)(struct str name); /* beside the line; or NULL */
};
void incident_settings(const struct incident_settings *s) NONNULL;

/*
 * It has come about.  Logs one line, "incident kind=crash before=0 NAME=VALUE",
 * unless one of its kind was logged within the quiet time.  The extra field
 * is left out where its name is NULL.
 */
void incident_raise(enum incident kind, struct event_field extra);

/* A wrong credential, whoever sent it: the burst of them is the incident. */
void incident_login(struct str peer, uint64_t now_ns);

/* Private to the tests: may it be told now?  *ret_before: how many were not
 * since the last one. */
bool incident_due(enum incident kind, uint64_t now_ns, uint64_t quiet_ns,
    uint64_t *ret_before) NONNULL NODISCARD;

/* "crash"; for the log's rows and their details. */
const char *incident_name(enum incident kind) NODISCARD;

#endif
