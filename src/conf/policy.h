/* SPDX-License-Identifier: ISC */
/*
 * policy - all that decides about a request, read before the first byte.
 *
 * Made once for each worker from config/doorward.conf, the token map and the
 * master key, before stage 1 of the sandbox; constant after, but for the
 * token map and the times of use, which are shared memory.  See doorward.conf(5) for the settings;
 * conf.tbl is their one list.
 *
 * Layer: conf.
 */
#ifndef CONF_POLICY_H
#define CONF_POLICY_H

#include "base/limits.h"
#include "base/rate.h"
#include "base/str.h"
#include "conf/home.h"
#include "conf/token.h"
#include "conf/used.h"
#include "crypto/crypto.h"
#include "model/model.h"

#define POLICY_LIST_MAX	  64 /* entries of hosts and of origins */
#define POLICY_LISTEN_MAX 8
#define POLICY_READS_MAX  16
#define POLICY_CONSENT_MAX 16
#define POLICY_SINKS	  3
#define POLICY_BUDGETS_MAX 64

/* Derived from the master key, in secret memory. */
struct policy_keys {
	unsigned char aws[CRYPTO_KEY_BYTES];	/* secrets of access keys */
	unsigned char chain[CRYPTO_KEY_BYTES];	/* the log's hash chain */
	unsigned char digest[CRYPTO_KEY_BYTES]; /* key digests in the log */
	unsigned char seal[CRYPTO_KEY_BYTES];	/* cursors, consent */
};

/* An origin pattern: scheme "://" host [":" port].  In host "*." at the
 * start stands for exactly one label; port "*" for any port. */
struct policy_origin {
	struct str scheme; /* lower case */
	struct str host;   /* lower case, brackets kept */
	struct str port;   /* digits, "*", or absent: the scheme's own; never
			    * 80 of http or 443 of https, which is absent */
};

struct policy_budget {
	struct str token; /* its name */
	struct rate rate;
};

/* For whom it is made to go wrong, and how. */
#define POLICY_FAULTS_MAX 16
struct policy_fault {
	struct str operation, table; /* patterns */
	enum err error;	   /* ERR_OK: a delay */
	uint64_t delay_ms; /* up to LIMIT_FAULT_MS */
	enum {
		FAULT_PERCENT, /* n of 100, by chance */
		FAULT_EVERY,   /* each n-th */
		FAULT_FIRST,   /* the first n since the configuration */
	} when;
	uint64_t n;
	uint32_t sum; /* of the line: another line counts anew */
};

/* What a table's items are, model/model.h. */
struct policy_model {
	struct str table; /* a pattern */
	struct str file;  /* beside doorward.conf, or absolute; a NUL behind */
	bool enforced;
};

struct policy {
	uint64_t generation; /* of the token map when this was made */
	const struct token_map *tokens;
	struct token_uses *uses; /* shared memory, too: token_used() */
	const struct policy_keys *keys;
	struct str hosts[POLICY_LIST_MAX]; /* beside the loopback names */
	size_t nhosts;
	struct policy_origin origins[POLICY_LIST_MAX]; /* beside our own */
	size_t norigins;
	struct str listen[POLICY_LISTEN_MAX]; /* "ADDR:PORT",
					       * "[ADDR]:PORT" or a path;
					       * 127.0.0.1:3667 and [::1]:3667
					       * where none is set */
	size_t nlisten;
	struct str user;	 /* to become when started as root, with a NUL
				  * behind it; absent: data's owner */
	uint64_t max_size;	 /* bytes of the database, 0: no quota */
	uint64_t max_per_source;  /* connections of one address, 0: no limit */
	uint64_t max_connections; /* default LIMIT_CONNECTIONS */
	struct rate rate;	  /* requests of a token */
	struct policy_budget budgets[POLICY_BUDGETS_MAX]; /* in its place */
	size_t nbudgets;
	struct rate refusals;	     /* wrong credentials of a peer */
	struct rate incident_logins; /* wrong credentials in all */
	uint64_t incident_minutes;   /* of quiet after an incident */
	uint64_t disk_free;	     /* bytes; 0: nobody looks */
	uint64_t audit_days;	  /* rows of the log are kept, 0: for ever */
	struct str audit_reads[POLICY_READS_MAX]; /* patterns of tables */
	size_t naudit_reads;
	struct str export_syslog; /* a socket's path, with a NUL behind it;
				   * absent: none */
	uint64_t backup_days;	  /* 0: no backup is asked for */
	/* Tools that ask their human, beside those that destroy. */
	struct str mcp_consent[POLICY_CONSENT_MAX]; /* patterns */
	size_t nmcp_consent;
	struct policy_fault faults[POLICY_FAULTS_MAX];
	size_t nfaults;
	struct policy_model model_files[LIMIT_MODELS];
	size_t nmodel_files;
	struct models *models; /* what is in them; NULL: none */
	uint64_t stale_ms; /* 0: every read sees what is there */
	char *text; /* of the file; the strings above borrow from it */
	bool refusals_local; /* refusals of one on this machine count, too */
	bool audit_hashed;   /* addresses in the log are keyed hashes */
	bool export_journal, export_json;
	bool public_ok;	     /* public = yes */
	bool no_auth;	     /* command line only */
	bool any_aws;	     /* --ephemeral: AWS credentials unchecked */
	bool read_only;
	bool mcp_list_all;     /* mcp-list = all */
	bool mcp_consent_none; /* none asks */
	bool table_header;     /* table-header = required */
	bool sync_off;	       /* --ephemeral */
	bool separate_key;     /* each access key has tables of its own */
	bool separate_region;
	bool sandbox_none;     /* sandbox = none: the operator asked for it */
	struct home home;
};

/* From the command line, over the file. */
struct policy_flags {
	bool no_auth;
	bool ephemeral;
	bool read_only;
};

/*
 * home must have been initialised.  Calls crypto_init().  *reterr_text: file, line, what was wrong
 * and what was expected; for the operator.  The result is owned by the
 * caller; it lives as long as the process in practice.
 *
 * policy_begin: home_init() and policy_load() in one, each file read once.
 */
enum err policy_load(const struct home *home, const struct policy_flags *flags,
    struct policy **ret, const char **reterr_text) NONNULL NODISCARD;
enum err policy_begin(const struct home *home, const struct policy_flags *flags,
    struct policy **ret, const char **reterr_text) NONNULL NODISCARD;
void policy_free(struct policy *p);

/* The names of the sinks of the log that are configured, in the order
 * journal, json, syslog; how many. */
size_t policy_sinks(const struct policy *p,
    struct str ret[POLICY_SINKS]) NONNULL NODISCARD;

/* Has the configuration changed since p was made? */
bool policy_stale(const struct policy *p) NONNULL NODISCARD;

/*
 * May this run without a token, and may it listen here?  addr is of the form
 * of listen's entries; here port 0, any, is allowed too.  ERR_CONF with the reason: an address off loopback needs
 * public = yes and a named token (the default token does not count), and
 * never goes with no_auth or any_aws.
 */
enum err policy_listen_ok(const struct policy *p, struct str addr,
    const char **reterr_text) NONNULL NODISCARD;

#endif
