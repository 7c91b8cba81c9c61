/* SPDX-License-Identifier: ISC */
/* What an operation is told about its request, and what is said of it. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/event.h"
#include "base/limits.h"
#include "room/fault.h"
#include "room/request.h"

#define PEER_HASH_BYTES 8 /* of a keyed hash; a name's worth, not a proof */

/* The request's own id: a keyed hash of a counter, in the service's form. */
void
request_make_id(struct room *r, struct request *q)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	unsigned char hash[CRYPTO_HASH_BYTES + 1] = { 0 };

	r->ids++;
	crypto_hash_of(hash,
	    (struct str){ (const char *)&r->ids, sizeof(r->ids) }, r->id_seed);
	for (size_t i = 0; i < REQUEST_ID_BYTES; i++) {
		size_t bit = i * 5;
		unsigned two = (unsigned)hash[bit / 8] << 8 | hash[bit / 8 + 1];

		q->id[i] = letters[two >> (11 - bit % 8) & 31];
	}
	q->id[REQUEST_ID_BYTES] = '\0';
}

/* A field of a record, without its padding; absent where it is empty. */
static struct str
padded(const char *p, size_t max)
{
	const size_t len = strnlen(p, max);

	return (struct str){ len == 0 ? NULL : p, len };
}

void
request_name_peer(struct room *r)
{
	unsigned char hash[CRYPTO_HASH_BYTES];
	struct buf name = { .p = r->peer,
		.cap = sizeof(r->peer),
		.max = sizeof(r->peer) };

	if (!r->policy->audit_hashed || r->conn.peer[0] == '\0') {
		memcpy(r->peer, r->conn.peer, sizeof(r->peer));
		return;
	}
	crypto_hash_of(hash, str_from(r->conn.peer), r->policy->keys->digest);
	BUF_LIT(&name, "hash:");
	crypto_hex(&name, hash, PEER_HASH_BYTES);
	buf_putc(&name, '\0');
}

static uint32_t
rights_of(const struct room *r, const struct request *q)
{
	return q->caller.rights & (r->policy->read_only ? ~TOKEN_WRITE : ~0u);
}

/* A token's two faces are one key. */
static uint64_t
space_of(const struct policy *p, const struct request *q, struct str region)
{
	struct str key = q->caller.signature.key_id;
	char id[TOKEN_AKID_BYTES + 1];

	if (!p->separate_key && !p->separate_region)
		return 0;
	if (p->separate_key && key.len == 0) {
		(void)snprintf(id, sizeof(id), "%s%.*s", TOKEN_AKID_PREFIX,
		    TOKEN_ID_BYTES, q->caller.token.id);
		key = str_from(id);
	} else if (!p->separate_key) {
		key.p = NULL;
	}
	return op_space(key,
	    p->separate_region ? region : (struct str){ NULL, 0 });
}

void
request_caller(const struct room *r, const struct request *q,
    struct op_ctx *ret)
{
	const struct token_record *t = &q->caller.token;

	*ret = (struct op_ctx){
		.arena = r->arena,
		.rights = rights_of(r, q),
		.read_only = r->policy->read_only,
		.tables = padded(t->tables, sizeof(t->tables)),
		.groups = t->groups,
		.table_header = r->policy->table_header,
	};
}

void
request_context(struct room *r, struct request *q, struct str surface,
    struct op_ctx *ctx, struct buf *members)
{
	const struct token_record *t = &q->caller.token;
	const struct str region = q->caller.signature.region.len > 0 ?
	    q->caller.signature.region :
	    STR("us-east-1");

	*ctx = (struct op_ctx){
		.arena = r->arena,
		.store = r->store,
		.deadline = clock_ms() +
		    (r->kind == ROOM_WRITE ? LIMIT_LOCK_MS : LIMIT_READ_MS),
		.space = space_of(r->policy, q, region),
		.region = region,
		.stale_ms = r->policy->stale_ms,
		.models = r->policy->models,
		.set_aside = !str_eq(surface, STR("ddb")),
		.fault = r->policy->nfaults > 0 ? fault_apply : NULL,
		.fault_arg = r->policy,
		.host = q->head.host,
		.rights = rights_of(r, q),
		.read_only = r->policy->read_only,
		.tables = padded(t->tables, sizeof(t->tables)),
		.groups = t->groups,
		.list_all = r->policy->mcp_list_all,
		.table_header = r->policy->table_header,
		.seal_key = r->policy->mcp_consent_none ?
		    NULL :
		    r->policy->keys->seal,
		.task_key = r->policy->keys->seal,
		.token_id = padded(t->id, sizeof(t->id)),
		.asking = r->policy->mcp_consent,
		.nasking = r->policy->nmcp_consent,
		.actor = {
			.token = padded(t->name, sizeof(t->name)),
			.client = q->head.user_agent,
			.request_id = { q->id, REQUEST_ID_BYTES },
			.traceparent = q->head.traceparent,
			.surface = surface,
			.images = !str_eq(surface, STR("ddb")),
			.peer = padded(r->peer, sizeof(r->peer)),
		},
		.error_members = members,
	};
	if (r->policy->naudit_reads > 0)
		record_reads(r, q, ctx);
}

void
request_log_failure(struct room *r, enum err e)
{
	if (err_row(e)->api_status < 500)
		return;
	EVENT_LOG(EVENT_FAILED, { "error", str_from(err_row(e)->id) },
	    { "store", str_from(store_error(r->store)) });
	r->ending = e == ERR_STORE_VERSION;
}
