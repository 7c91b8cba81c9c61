/* SPDX-License-Identifier: ISC */
/* conf.t - every setting at its edges, the file's form, and claim A6. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "conf/conf.h"
#include "home_dir.h"

static const struct policy_flags no_flags;
static const char *why = "";
static struct policy *policy;

/* The settings file holds this; true: it was taken. */
static bool
takes(struct str text)
{
	policy_free(TAKE(policy));
	spew(at("config/doorward.conf"), text, 0644);
	why = "";
	return policy_load(&home, &no_flags, &policy, &why) == ERR_OK;
}

/* key = value, taken or refused with file, line and what was expected. */
static void
good(const char *key, const char *value)
{
	char text[8192];

	(void)snprintf(text, sizeof(text), "%s = %s\n", key, value);
	ok(takes(str_from(text)), "%s = %s", key, value);
	if (policy == NULL)
		printf("# %s\n", why);
}

static void
bad(const char *key, const char *value)
{
	char text[8192];
	const char *expected = "?";

	for (size_t i = 0; i < conf_nrows; i++)
		if (strcmp(conf_rows[i].key, key) == 0)
			expected = conf_rows[i].expected;
	(void)snprintf(text, sizeof(text), "\n%s=%s\n", key, value);
	ok(!takes(str_from(text)) &&
		strstr(why, "config/doorward.conf:2: bad value") != NULL &&
		strstr(why, expected) != NULL,
	    "refused: %s = %s", key, value);
}

static void
test_defaults(void)
{
	uint64_t start, best = UINT64_MAX;

	policy_free(TAKE(policy));
	(void)unlink(at("config/doorward.conf"));
	ok(policy_load(&home, &no_flags, &policy, &why) == ERR_OK, "no file");
	is_int(policy->nlisten, 2, "two addresses");
	is_str(policy->listen[0], STR("127.0.0.1:3667"), "IPv4");
	is_str(policy->listen[1], STR("[::1]:3667"), "IPv6");
	ok(policy->nhosts == 0 && policy->norigins == 0 &&
		policy->user.p == NULL && policy->max_size == 0 &&
		policy->max_connections == LIMIT_CONNECTIONS,
	    "nothing more");
	ok(!policy->public_ok && !policy->no_auth && !policy->any_aws &&
		!policy->read_only && !policy->mcp_list_all &&
		!policy->sync_off && !policy->sandbox_none &&
		policy->max_per_source == 0,
	    "and nothing opened");
	ok(!crypto_equal(policy->keys->aws, policy->keys->chain, 32) &&
		!crypto_equal(policy->keys->digest, policy->keys->seal, 32) &&
		!crypto_equal(policy->keys->aws, policy->keys->seal, 32),
	    "four keys");
	for (int i = 0; i < 50; i++) {
		policy_free(TAKE(policy));
		start = clock_wall_ns();
		(void)!policy_load(&home, &no_flags, &policy, &why);
		start = clock_wall_ns() - start;
		best = start < best ? start : best;
	}
	printf("# policy_load: %lu ns at best\n", (unsigned long)best);
}

static void
test_listen(void)
{
	char path[128], text[512] = "";

	good("listen", "127.0.0.1:1");
	is_int(policy->nlisten, 1, "in place of the default ones");
	good("listen", "[::]:65535");
	good("listen", "/run/doorward/sock");
	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[107] = '\0';
	good("listen", path);
	path[107] = 'p';
	path[108] = '\0';
	bad("listen", path);
	for (int i = 0; i < POLICY_LISTEN_MAX; i++)
		(void)snprintf(text + strlen(text), 64, "listen=[::1]:%d\n",
		    i + 1);
	ok(takes(str_from(text)), "eight");
	(void)strcat(text, "listen = [::1]:9\n");
	ok(!takes(str_from(text)) && strstr(why, ":9: too many") != NULL,
	    "not nine");
	bad("listen", "127.0.0.1");
	bad("listen", "127.0.0.1:0");
	bad("listen", "127.0.0.1:65536");
	bad("listen", "127.0.0.1:08");
	bad("listen", "127.0.0.1:+8");
	bad("listen", "127.1:80");
	bad("listen", "::1:80");
	bad("listen", "[::1]");
	bad("listen", "[::1]80");
	bad("listen", "[::1%lo]:80");
	bad("listen", "localhost:80");
	bad("listen", ":80");
	bad("listen", "*:80");
	bad("listen", "sock");
	bad("listen", "/");
	bad("listen", "");
}

static void
test_host_origin(void)
{
	const struct policy_origin *o;
	char label[80];

	good("host", "DB.Example.com");
	is_str(policy->hosts[0], STR("db.example.com"), "in lower case");
	good("host", "[fe80::1]");
	good("host", "10.0.0.1");
	memset(label, 'l', sizeof(label));
	label[63] = '\0';
	good("host", label);
	label[63] = 'l';
	label[64] = '\0';
	bad("host", label);
	bad("host", "a.example.com:80");
	bad("host", "a..b");
	bad("host", ".a");
	bad("host", "a.");
	bad("host", "*.a");
	bad("host", "a b");
	bad("host", "a@b");
	bad("host", "[::1");
	bad("host", "");

	good("origin", "HTTPS://*.Example.com");
	o = &policy->origins[0];
	is_str(o->scheme, STR("https"), "scheme");
	is_str(o->host, STR("*.example.com"), "host");
	ok(o->port.p == NULL, "the scheme's own port");
	good("origin", "http://localhost:*");
	is_str(policy->origins[0].port, STR("*"), "any port");
	good("origin", "http://[::1]:8080");
	is_str(policy->origins[0].host, STR("[::1]"), "brackets are kept");
	is_str(policy->origins[0].port, STR("8080"), "port");
	good("origin", "https://a:443");
	ok(policy->origins[0].port.p == NULL, "443 of https is absent");
	good("origin", "http://a:80");
	ok(policy->origins[0].port.p == NULL, "80 of http is absent");
	good("origin", "https://a:80");
	good("origin", "vscode-webview://a1");
	bad("origin", "null");
	bad("origin", "*");
	bad("origin", "https://*");
	bad("origin", "https://*.");
	bad("origin", "https://a.*.b");
	bad("origin", "https://*a.b");
	bad("origin", "https://*.*.b");
	bad("origin", "https://*.[::1]");
	bad("origin", "https://a/");
	bad("origin", "https://u@a");
	bad("origin", "https://a:");
	bad("origin", "https://a:0");
	bad("origin", "https://a:65536");
	bad("origin", "https:a");
	bad("origin", "a.example.com");
	bad("origin", "1s://a");
	bad("origin", "");
}

static void
test_lists(const char *key, const char *value)
{
	static char text[8192];
	size_t n = 0;

	for (int i = 0; i < POLICY_LIST_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s = %s%d\n",
		    key, value, i);
	ok(takes(str_from(text)), "64 of %s", key);
	(void)snprintf(text + n, sizeof(text) - n, "%s = %s\n", key, value);
	ok(!takes(str_from(text)) && strstr(why, ":65: too many") != NULL,
	    "not 65");
}

static void
test_scalars(void)
{
	static const struct {
		const char *text;
		uint64_t n;
	} sizes[] = { { "0", 0 }, { "1M", 1048576 }, { "1048576", 1048576 },
		{ "1024K", 1048576 }, { "3G", UINT64_C(3221225472) },
		{ "8388607T", UINT64_C(9223370937343148032) },
		{ "9223372036854775807", INT64_MAX } };

	for (size_t i = 0; i < NELEM(sizes); i++) {
		good("max-size", sizes[i].text);
		ok(policy != NULL && policy->max_size == sizes[i].n, "is %s",
		    sizes[i].text);
	}
	bad("max-size", "1048575");
	bad("max-size", "1023K");
	bad("max-size", "9223372036854775808");
	bad("max-size", "8388608T");
	bad("max-size", "M");
	bad("max-size", "1m");
	bad("max-size", "1MB");
	bad("max-size", "1.5G");
	bad("max-size", "-1");
	bad("max-size", "");
	good("max-connections", "1");
	good("max-connections", "65536");
	is_int(policy->max_connections, 65536, "the most");
	bad("max-connections", "0");
	bad("max-connections", "65537");
	good("user", "_doorward");
	is_str(policy->user, STR("_doorward"), "user");
	is_int(policy->user.p[policy->user.len], 0, "a NUL is behind it");
	good("user", "abcdefghijklmnopqrstuvwxyz012345");
	bad("user", "abcdefghijklmnopqrstuvwxyz0123456");
	bad("user", "0");
	bad("user", "a.b");
	bad("user", "");
	good("public", "yes");
	ok(policy->public_ok, "public");
	bad("public", "true");
	bad("public", "YES");
	good("read-only", "yes");
	ok(policy->read_only, "read-only");
	good("table-header", "required");
	ok(policy->table_header, "table-header");
	bad("table-header", "yes");
	good("mcp-consent", "put_*");
	is_int(policy->nmcp_consent, 1, "mcp-consent: a pattern");
	is_str(policy->mcp_consent[0], STR("put_*"), "as it stands");
	ok(!policy->mcp_consent_none, "and those that destroy");
	good("mcp-consent", "none");
	ok(policy->mcp_consent_none, "mcp-consent: none");
	bad("mcp-consent", "Put");
	bad("mcp-consent", "");
	ok(!takes(STR("mcp-consent = put_item\nmcp-consent = none\n")) &&
		!takes(STR("mcp-consent = none\nmcp-consent = put_item\n")),
	    "none beside another");
	good("mcp-list", "all");
	ok(policy->mcp_list_all, "mcp-list");
	good("fault", "Put* a-* ThrottlingException 10%");
	is_int(policy->nfaults, 1, "a fault");
	is_int(policy->faults[0].error, ERR_RATE, "its error");
	is_str(policy->faults[0].table, STR("a-*"), "its table");
	good("fault", "*  *   delay:60000ms  every:1");
	is_int(policy->faults[0].delay_ms, 60000, "a delay");
	good("fault", "GetItem t InternalServerError first:0");
	bad("fault", "* * delay:60001ms 1%");
	bad("fault", "* * delay:5 1%");
	bad("fault", "* * NoException 1%");
	bad("fault", "* * ThrottlingException 101%");
	bad("fault", "* * ThrottlingException every:0");
	bad("fault", "* * ThrottlingException");
	bad("fault", "* * ThrottlingException 1% more");
	bad("fault", "* a/b ThrottlingException 1%");
	good("stale-reads", "60000ms");
	is_int(policy->stale_ms, 60000, "stale-reads");
	bad("stale-reads", "60001ms");
	bad("stale-reads", "5");
	good("separate", "key-region");
	ok(policy->separate_key && policy->separate_region, "both");
	good("separate", "region");
	ok(!policy->separate_key && policy->separate_region, "one");
	good("separate", "no");
	bad("separate", "key region");
	good("mcp-list", "core");
	bad("mcp-list", "some");
	good("sandbox", "none");
	ok(policy->sandbox_none, "sandbox");
	bad("sandbox", "off");
	good("max-connections-per-source", "65536");
	is_int(policy->max_per_source, 65536, "the most of one source");
	bad("max-connections-per-source", "65537");
	bad("max-connections-per-source", "-1");
}

/* As it stands in the file; the files that it names are not read. */
static enum err
model_lines(const char *lines, struct policy *p)
{
	static char text[LIMIT_MODELS * 16 + 8192];

	(void)snprintf(text, sizeof(text), "%s", lines);
	*p = (struct policy){ .nmodel_files = 0 };
	return conf_parse(text, strlen(text), "f", p, &why);
}

static void
test_models(void)
{
	static struct policy p;
	static const char line[] = "model = t f\n";
	char text[(LIMIT_MODELS + 1) * (sizeof(line) - 1) + 1];

	is_int(model_lines("model = shop-*  models/shop.json  enforce", &p),
	    ERR_OK, "a model");
	is_int(p.nmodel_files, 1, "one");
	is_str(p.model_files[0].table, STR("shop-*"), "its tables");
	is_str(p.model_files[0].file, STR("models/shop.json"), "its file");
	is_int(p.model_files[0].file.p[16], 0, "a NUL is behind it");
	ok(p.model_files[0].enforced, "it is enforced");
	is_int(model_lines("model = t /a/b.json\n", &p), ERR_OK, "a path");
	is_int(p.model_files[0].file.p[9], 0, "and a NUL");
	ok(!p.model_files[0].enforced, "it is shown alone");
	bad("model", "");
	bad("model", "t");
	bad("model", "a/b f.json");
	bad("model", "t f.json yes");
	bad("model", "t f.json enforce more");
	for (size_t i = 0; i <= LIMIT_MODELS; i++)
		memcpy(text + i * (sizeof(line) - 1), line, sizeof(line));
	is_int(model_lines(text + sizeof(line) - 1, &p), ERR_OK,
	    "as many as there may be");
	is_int(model_lines(text, &p), ERR_CONF, "and one more");
	is_str(str_from(why), STR("f:17: too many of 'model'"), "its fault");
}

static void
test_audit_values(void)
{
	good("audit-address", "hashed");
	ok(policy->audit_hashed, "addresses are hashed");
	bad("audit-address", "none");
	good("audit-days", "0");
	good("audit-days", "36500");
	is_int(policy->audit_days, 36500, "the most days");
	bad("audit-days", "36501");
	bad("audit-days", "90d");
	good("backup-days", "36500");
	is_int(policy->backup_days, 36500, "of a backup's age");
	bad("backup-days", "36501");
	good("audit-reads", "a.b-c_D*9");
	is_str(policy->audit_reads[0], STR("a.b-c_D*9"), "a pattern");
	is_int(policy->naudit_reads, 1, "one");
	bad("audit-reads", "");
	bad("audit-reads", "a b");
	bad("audit-reads", "a/b");
	good("audit-export", "journal");
	ok(policy->export_journal && !policy->export_json, "the journal");
	good("audit-export", "json");
	ok(policy->export_json && policy->export_syslog.p == NULL, "a file");
	good("audit-export", "syslog:/dev/log");
	is_str(policy->export_syslog, STR("/dev/log"), "a socket");
	is_int(policy->export_syslog.p[8], 0, "a NUL is behind it");
	bad("audit-export", "syslog:");
	bad("audit-export", "syslog:dev/log");
	bad("audit-export", "syslog");
	bad("audit-export", "webhook");
	ok(!takes(STR("audit-export = syslog:/a\naudit-export = syslog:/b\n")),
	    "one socket");
}

static void
test_form(void)
{
	static char big[CONF_FILE_MAX + 1];

	ok(takes(STR("")), "an empty file");
	ok(takes(STR("# c\n\n \t\n  # d = e\n\tread-only\t=\t yes \t")) &&
		policy->read_only,
	    "blanks, comments, no last newline");
	ok(takes(STR("# \xc3\xa9\n")), "UTF-8");
	ok(!takes(STR("#\n# \xff\n")) && strstr(why, ":2: ") != NULL,
	    "broken UTF-8");
	ok(!takes(STR("read-only = yes\r\n")), "a CR");
	ok(!takes(STR("read-only = yes\0\n")), "a NUL");
	ok(!takes(STR("read-only = yes # really\n")), "no comment behind");
	ok(!takes(STR("read-only\n")) && strstr(why, "no value") != NULL,
	    "no value");
	ok(!takes(STR("\nReadOnly = yes\n")) &&
		strstr(why, ":2: unknown key 'ReadOnly'") != NULL &&
		strstr(why, "max-connections-per-source, rate") != NULL,
	    "an unknown key, and which there are");
	ok(!takes(STR("public = no\npublic = no\n")) &&
		strstr(why, ":2: 'public' a second time") != NULL,
	    "a key twice");
	memset(big, '#', sizeof(big));
	ok(takes((struct str){ big, CONF_FILE_MAX }), "64 KiB");
	ok(!takes((struct str){ big, CONF_FILE_MAX + 1 }), "not a byte more");

	spew(at("config/doorward.conf"), STR(""), 0664);
	ok(policy_load(&home, &no_flags, &policy, &why) == ERR_CONF &&
		strstr(why, "0664") != NULL,
	    "others may not write it");
	(void)unlink(at("config/doorward.conf"));
	(void)!symlink("/dev/null", at("config/doorward.conf"));
	ok(policy_load(&home, &no_flags, &policy, &why) == ERR_CONF &&
		strstr(why, "symbolic link") != NULL,
	    "nor is it a link");
	(void)unlink(at("config/doorward.conf"));
}

static void
test_rates(void)
{
	static const char *const keys[] = { "rate", "refusals",
		"incident-logins" };
	static const char *const no[] = { "", "1", "0/s", "1000001/s", "1/d",
		"1/", "/s", "1/ s", "-1/s", "1/s burst", "1/s burst 0",
		"1/s burst 1000001", "1/s burst 1 1", "1/s 1", "None" };
	char text[96];

	for (size_t k = 0; k < NELEM(keys); k++) {
		good(keys[k], "none");
		good(keys[k], "1/h");
		good(keys[k], "1000000/s burst 1000000");
		good(keys[k], "10/m\tburst \t1");
		for (size_t i = 0; i < NELEM(no); i++)
			bad(keys[k], no[i]);
	}
	good("rate", "100/s");
	ok(policy->rate.every_ns == 10000000 && policy->rate.burst == 100,
	    "a burst is the number");
	good("rate", "30/m burst 7");
	ok(policy->rate.every_ns == 2000000000 && policy->rate.burst == 7,
	    "or what is said");
	good("rate-token", "ci 100/s burst 200");
	ok(policy->nbudgets == 1 && str_eq(policy->budgets[0].token, STR("ci")) &&
		policy->budgets[0].rate.burst == 200,
	    "a token's");
	good("rate-token", "ci none");
	bad("rate-token", "ci");
	bad("rate-token", "100/s");
	(void)snprintf(text, sizeof(text), "%.*s 1/s", TOKEN_NAME_MAX,
	    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	good("rate-token", text);
	(void)snprintf(text, sizeof(text), "%.*s 1/s", TOKEN_NAME_MAX + 1,
	    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn");
	bad("rate-token", text);
	good("refusals-local", "yes");
	bad("refusals-local", "on");
	good("incident-minutes", "0");
	good("incident-minutes", "1440");
	bad("incident-minutes", "1441");
	good("disk-free", "0");
	good("disk-free", "1M");
	bad("disk-free", "1023K");
}

/* Claim A6. */
static void
test_listen_ok(void)
{
	static const char *const near[] = { "127.0.0.1:3667", "127.9.9.9:0",
		"[::1]:3667", "/tmp/sock" };
	static const char *const far[] = { "0.0.0.0:3667", "[::]:3667",
		"10.0.0.1:1", "128.0.0.1:1", "[::ffff:127.0.0.1]:1" };
	static const char *const none[] = { "localhost:1", "", "127.0.0.1",
		"127.0.0.1:65536", "3667" };
	char text[TOKEN_TEXT_BYTES + 1];
	const struct token_show show = { keep_text, text };
	size_t count;
	struct token_new n = { .name = STR("ci"), .rights = TOKEN_READ };

	for (int state = 0; state < 6; state++) {
		bool open_all = state == 3;

		/* 0 default, 1 public without a token, 2 a token alone, 3
		 * both, 4 and 5 both with what never goes with it. */
		ok(takes(state == 0 || state == 2 ? STR("") :
						    STR("public=yes\n")),
		    "state %d", state);
		if (state == 2)
			(void)!token_map_add(home.data, &n, &show, &why);
		policy->no_auth = state == 4;
		policy->any_aws = state == 5;
		for (size_t i = 0; i < NELEM(near); i++)
			is_int(policy_listen_ok(policy, str_from(near[i]),
				   &why),
			    ERR_OK, "%s", near[i]);
		for (size_t i = 0; i < NELEM(far); i++)
			is_int(policy_listen_ok(policy, str_from(far[i]), &why),
			    open_all ? ERR_OK : ERR_CONF, "%s", far[i]);
		for (size_t i = 0; i < NELEM(none); i++)
			is_int(policy_listen_ok(policy, str_from(none[i]),
				   &why),
			    ERR_CONF, "'%s'", none[i]);
	}
	ok(takes(STR("public=yes\n")) &&
		token_map_revoke(home.data, STR("ci"), &count, &why) ==
		    ERR_OK &&
		policy_listen_ok(policy, STR("0.0.0.0:1"), &why) == ERR_CONF,
	    "a revoked token does not count");
	n.name = STR("old");
	n.expires = 1;
	ok(token_map_add(home.data, &n, &show, &why) == ERR_OK &&
		policy_listen_ok(policy, STR("0.0.0.0:1"), &why) == ERR_CONF,
	    "nor an expired one");
}

static void
test_flags(void)
{
	const struct policy_flags all = { true, true, true };

	policy_free(TAKE(policy));
	ok(policy_load(&home, &all, &policy, &why) == ERR_OK &&
		policy->no_auth && policy->any_aws && policy->sync_off &&
		policy->read_only,
	    "the command line");
	ok(!policy_stale(policy), "fresh");
	ok(token_map_bump(home.data, &why) == ERR_OK && policy_stale(policy),
	    "stale");
	(void)unlink(at("config/master.key"));
	policy_free(TAKE(policy));
	ok(policy_load(&home, &no_flags, &policy, &why) == ERR_CONF &&
		strstr(why, "master.key") != NULL,
	    "no master key");
	home_fresh();
	ok(policy_load(&home, &no_flags, &policy, &why) == ERR_CONF, "no home");
	ok(access(at("data"), F_OK) < 0, "which loading does not make");
}

int
main(void)
{
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	home_made();
	test_defaults();
	test_listen();
	test_host_origin();
	test_lists("host", "h");
	test_lists("rate-token", "t 1/s burst 1");
	test_rates();
	test_lists("origin", "http://h:1");
	test_scalars();
	test_models();
	test_audit_values();
	test_form();
	test_listen_ok();
	test_flags();
	policy_free(policy);
	home_away();
	return tap_done();
}
