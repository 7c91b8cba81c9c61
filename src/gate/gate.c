/* SPDX-License-Identifier: ISC */
#include "gate/gate.h"

#include <string.h>

#include "base/clock.h"
#include "gate/site.h"

/* Bits of the methods that a route serves. */
#define GET  (1u << HTTP_GET | 1u << HTTP_HEAD)
#define POST (1u << HTTP_POST)

#define ALL (TOKEN_READ | TOKEN_WRITE | TOKEN_ADMIN)

/* What each route asks for.  API: also the API's own content type. */
static const struct route {
	struct str path;
	unsigned methods;
	uint32_t rights; /* all of them; an operation may ask for more */
	bool api;
} routes[] = {
	[ROUTE_ROOT] = { STR_INIT("/"), POST, TOKEN_READ, true },
	[ROUTE_HEALTH] = { STR_INIT("/healthz"), GET, 0, false },
	[ROUTE_WELL_KNOWN] = { STR_INIT("/.well-known"), 0, 0, false },
	[ROUTE_MCP] = { STR_INIT("/mcp"), POST, TOKEN_READ, false },
	[ROUTE_COMPLIANCE] = { STR_INIT("/compliance-status"), GET, 0, false },
	[ROUTE_METRICS] = { STR_INIT("/metrics"), GET, TOKEN_READ, false },
	[ROUTE_AUDIT] = { STR_INIT("/audit"), GET, TOKEN_ADMIN, false },
	[ROUTE_UNKNOWN] = { { NULL, 0 }, 0, 0, false },
};
_Static_assert(NELEM(routes) == ROUTE__MAX, "a row for each route");

/* One request on its way through the gates. */
struct pass {
	const struct http_head *head;
	const struct gate_env *env;
	const struct route *route;
	struct buf *scratch;
	struct caller *caller;
	struct str text; /* the service's wording of a refusal */
};

static enum gate_route
route_of(struct str path)
{
	for (size_t i = 0; i < ROUTE_UNKNOWN; i++)
		if (str_eq(path, routes[i].path))
			return (enum gate_route)i;
	if (str_starts(path, STR("/.well-known/")))
		return ROUTE_WELL_KNOWN;
	return ROUTE_UNKNOWN;
}

static bool
is_get(const struct http_head *h)
{
	return (GET >> h->method & 1) != 0;
}

/*
 * A preflight by the Fetch standard: it carries no credentials, so it is
 * answered before they are asked for, but only to whom they may be sent.
 */
static bool
is_preflight(const struct pass *p)
{
	const struct http_head *h = p->head;
	const struct gate_env *env = p->env;

	return h->method == HTTP_OPTIONS && h->origin.p != NULL &&
	    http_head_count(h, STR("access-control-request-method")) == 1 &&
	    site_host(env->policy, env->port, h->host) &&
	    site_origin(env->policy, env->port, h->origin);
}

/* What needs no token: it tells nothing that depends on the store. */
static enum err
gate_constant(struct pass *p)
{
	struct caller *c = p->caller;

	switch (c->route) {
	case ROUTE_WELL_KNOWN:
		c->constant = true;
		return ERR_PATH;
	case ROUTE_ROOT:
	case ROUTE_HEALTH:
		c->constant = is_get(p->head);
		break;
	case ROUTE_COMPLIANCE:
		c->constant =
		    is_get(p->head) && p->head->authorization.p == NULL;
		break;
	case ROUTE_MCP:
	case ROUTE_METRICS:
	case ROUTE_AUDIT:
	case ROUTE_UNKNOWN:
	case ROUTE__MAX:
	default:
		break;
	}
	if (!c->constant)
		c->constant = c->preflight = is_preflight(p);
	if (c->constant && p->head->origin.p != NULL)
		c->cors =
		    site_origin(p->env->policy, p->env->port, p->head->origin);
	return ERR_OK;
}

/* Everything is allowed to a caller that no record stands for.  The log gets
 * a name that no token can have. */
static enum err
admit_all(struct pass *p, struct str name)
{
	struct token_record *t = &p->caller->token;

	memcpy(t->name, name.p, name.len);
	t->rights = ALL;
	p->caller->rights = ALL;
	return ERR_OK;
}

static enum err
admit_record(struct pass *p)
{
	p->caller->rights = p->caller->token.rights;
	return ERR_OK;
}

/*
 * Key and region of a credential that is not checked, from the header form
 * (Credential=KEY/DATE/REGION/...), where it looks like one.
 */
static void
loose_scope(struct str authorization, struct sigv4 *ret)
{
	const struct str name = STR("Credential=");
	struct str rest = authorization, key, region;

	while (!str_starts(rest, name)) {
		if (rest.len == 0)
			return;
		rest.p++;
		rest.len--;
	}
	rest.p += name.len;
	rest.len -= name.len;
	key = str_cut(rest, '/', &rest);
	(void)str_cut(rest, '/', &rest);
	region = str_cut(rest, '/', &rest);
	if (rest.p == NULL || !site_label(region))
		return;
	ret->key_id = key;
	ret->region = region;
}

/* The signature itself waits for the body; all else is decided here. */
static enum err
credential_aws(struct pass *p, const struct sigv4_request *r)
{
	const struct gate_env *env = p->env;
	const struct policy *policy = env->policy;
	struct caller *c = p->caller;
	enum err e;

	if (policy->any_aws || policy->no_auth) {
		loose_scope(p->head->authorization, &c->signature);
		return admit_all(p, STR("(any)"));
	}
	e = sigv4_parse(r, env->now_ns / NS_PER_S, p->scratch, &c->signature,
	    &p->text);
	if (e != ERR_OK)
		return e;
	if (!token_map_akid(policy->tokens, c->signature.key_id, env->now_ns,
		&c->token))
		return ERR_CLIENT;
	c->sigv4 = true;
	return admit_record(p);
}

static bool
is_bearer(struct str authorization)
{
	const struct str scheme = STR("Bearer ");

	return authorization.len > scheme.len &&
	    str_caseeq((struct str){ authorization.p, scheme.len }, scheme);
}

static enum err
credential_bearer(struct pass *p)
{
	const size_t scheme = sizeof("Bearer ") - 1;
	struct str text = p->head->authorization;

	text.p += scheme;
	text.len -= scheme;
	if (!token_map_bearer(p->env->policy->tokens, text, p->env->now_ns,
		&p->caller->token))
		return ERR_TOKEN;
	return admit_record(p);
}

/*
 * One credential, or none where none is needed.  A bearer text stands before
 * any material of SigV4: who sends both is judged by the one that every path
 * takes.
 */
static enum err
gate_token(struct pass *p)
{
	const struct http_head *h = p->head;
	struct sigv4_field fields[LIMIT_FIELDS];
	struct sigv4_request r = { h->method_text, h->target, fields,
		h->nfields };

	if (is_bearer(h->authorization))
		return credential_bearer(p);
	if (p->route->api && h->method == HTTP_POST) {
		for (size_t i = 0; i < h->nfields; i++)
			fields[i] = (struct sigv4_field){ h->fields[i].name,
				h->fields[i].value };
		if (sigv4_present(&r))
			return credential_aws(p, &r);
	}
	if (h->authorization.p != NULL)
		return ERR_TOKEN;
	if (p->env->policy->no_auth)
		return admit_all(p, STR("(none)"));
	if (p->env->peer_trusted)
		return admit_all(p, STR("(peer)"));
	if (p->route->api && h->method == HTTP_POST && h->amz_target.p != NULL)
		return ERR_NO_CREDENTIAL;
	return ERR_TOKEN;
}

static enum err
gate_host(struct pass *p)
{
	const struct gate_env *env = p->env;

	return site_host(env->policy, env->port, p->head->host) ? ERR_OK :
								  ERR_HOST;
}

static enum err
gate_origin(struct pass *p)
{
	const struct gate_env *env = p->env;

	if (p->head->origin.p == NULL)
		return ERR_OK;
	p->caller->cors = site_origin(env->policy, env->port, p->head->origin);
	return p->caller->cors ? ERR_OK : ERR_ORIGIN;
}

static enum err
gate_path(struct pass *p)
{
	return p->caller->route != ROUTE_UNKNOWN ? ERR_OK : ERR_PATH;
}

static enum err
gate_method(struct pass *p)
{
	return (p->route->methods >> p->head->method & 1) != 0 ? ERR_OK :
								 ERR_METHOD;
}

static enum err
gate_type(struct pass *p)
{
	struct str rest, type;

	if (p->head->method != HTTP_POST)
		return ERR_OK;
	type = str_trim(str_cut(p->head->content_type, ';', &rest));
	if (str_caseeq(type, STR("application/json")))
		return ERR_OK;
	if (p->route->api &&
	    str_caseeq(type, STR("application/x-amz-json-1.0")))
		return ERR_OK;
	return ERR_TYPE;
}

static enum err
gate_length(struct pass *p)
{
	const struct http_head *h = p->head;

	if (h->method != HTTP_POST)
		return h->chunked || h->length > 0 ? ERR_TOO_LARGE : ERR_OK;
	if (!h->chunked && !h->has_length)
		return ERR_LENGTH;
	return h->length <= LIMIT_BODY ? ERR_OK : ERR_TOO_LARGE;
}

static enum err
gate_expect(struct pass *p)
{
	return p->head->expect_other ? ERR_EXPECT : ERR_OK;
}

static enum err
gate_scope(struct pass *p)
{
	return (~p->caller->rights & p->route->rights) == 0 ? ERR_OK :
							      ERR_SCOPE;
}

/*
 * The order is the security argument: nothing but a constant is told to who
 * has no token, nothing runs for a page of another site, and only who passed
 * both learns which paths, types and lengths are served.
 */
static const struct gate {
	const char *name;
	enum err (*check)(struct pass *);
} gates[] = {
	{ "constant", gate_constant },
	{ "token", gate_token },
	{ "host", gate_host },
	{ "origin", gate_origin },
	{ "path", gate_path },
	{ "method", gate_method },
	{ "type", gate_type },
	{ "length", gate_length },
	{ "expect", gate_expect },
	{ "scope", gate_scope },
};

enum err
gate_run(const struct http_head *head, const struct gate_env *env,
    struct buf *scratch, struct caller *ret_caller, const char **reterr_gate,
    struct str *reterr_text)
{
	struct pass p = { .head = head,
		.env = env,
		.scratch = scratch,
		.caller = ret_caller };

	*ret_caller = (struct caller){ .route = route_of(head->path) };
	p.route = &routes[ret_caller->route];
	for (size_t i = 0; i < NELEM(gates) && !ret_caller->constant; i++) {
		enum err e = gates[i].check(&p);

		if (e != ERR_OK) {
			*reterr_gate = gates[i].name;
			*reterr_text = p.text;
			return e;
		}
	}
	return ERR_OK;
}
