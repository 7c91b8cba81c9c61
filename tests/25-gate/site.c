/* SPDX-License-Identifier: ISC */
/* site.t - Host and Origin: what is ours, and all that looks like it. */
#include "gate/site.h"
#include "tap.h"

static struct policy policy;

#define PORT 3667

struct host_row {
	struct str host;
	bool at_port; /* on the socket of port 3667 */
	bool at_unix; /* on a unix socket */
};

#define HOST(text, port, un)             \
	{                                \
		STR_INIT(text), port, un \
	}

/* db.example.com and [fd00::1] are in the policy. */
static const struct host_row hosts[] = {
	HOST("localhost", true, true),
	HOST("localhost:3667", true, true),
	HOST("LocalHost:3667", true, true),
	HOST("127.0.0.1", true, true),
	HOST("127.0.0.1:3667", true, true),
	HOST("[::1]", true, true),
	HOST("[::1]:3667", true, true),
	HOST("db.example.com", true, true),
	HOST("DB.Example.COM", true, true),
	HOST("db.example.com:3667", true, true),
	HOST("[fd00::1]", true, true),
	HOST("[FD00::1]:3667", true, true),

	/* Ports */
	HOST("localhost:3668", false, true),
	HOST("127.0.0.1:80", false, true),
	HOST("db.example.com:8443", false, true),
	HOST("localhost:1", false, true),
	HOST("localhost:65535", false, true),
	HOST("localhost:65536", false, false),
	HOST("localhost:69203", false, false), /* 3667 + 65536 */
	HOST("localhost:0", false, false),
	HOST("localhost:", false, false),
	HOST("localhost:03667", false, false),
	HOST("localhost:+3667", false, false),
	HOST("localhost:-3667", false, false),
	HOST("localhost: 3667", false, false),
	HOST("localhost:3667 ", false, false),
	HOST("localhost:3667:3667", false, false),
	HOST("localhost:3667.", false, false),
	HOST("localhost:0xe53", false, false),
	HOST("localhost:abc", false, false),
	HOST("[fd00::1]:3668", false, true),
	HOST("[fd00::1", false, false),

	/* Names */
	HOST("", false, false),
	HOST(":3667", false, false),
	HOST(".", false, false),
	HOST("localhost.", false, false),
	HOST("localhost.:3667", false, false),
	HOST("localhost.evil.com", false, false),
	HOST("localhost.evil.com:3667", false, false),
	HOST("evil.localhost", false, false),
	HOST("xlocalhost", false, false),
	HOST("localhos", false, false),
	HOST("localhost\0", false, false),
	HOST("evil.com", false, false),
	HOST("example.com", false, false),
	HOST("x.db.example.com", false, false),
	HOST("db.example.com.", false, false),
	HOST("db.example.com.evil.com", false, false),
	HOST("db-example.com", false, false),
	HOST("127.0.0.1.", false, false),
	HOST("127.0.0.1.evil.com", false, false),
	HOST("127.0.0.1.nip.io", false, false),
	HOST("127.1", false, false),
	HOST("127.0.1", false, false),
	HOST("127.0.0.2", false, false),
	HOST("127.0.0.01", false, false),
	HOST("0177.0.0.1", false, false),
	HOST("2130706433", false, false),
	HOST("0x7f000001", false, false),
	HOST("0.0.0.0", false, false),
	HOST("0.0.0.0:3667", false, false),
	HOST("0", false, false),
	HOST("::1", false, false),
	HOST("::1:3667", false, false),
	HOST("[::1", false, false),
	HOST("[::1]x", false, false),
	HOST("[::1]3667", false, false),
	HOST("[::1].evil.com", false, false),
	HOST("[::1]:", false, false),
	HOST("[::]", false, false),
	HOST("[0:0:0:0:0:0:0:1]", false, false),
	HOST("[::ffff:127.0.0.1]", false, false),
	HOST("[::1%lo]", false, false),
	HOST("[]", false, false),
	HOST("[", false, false),
	HOST("[localhost]", false, false),
	HOST("user@localhost", false, false),
	HOST("user@localhost:3667", false, false),
	HOST("localhost@evil.com", false, false),
	HOST("user:localhost@evil.com", false, false),
	HOST("localhost:3667@evil.com", false, false),
	HOST("localhost,evil.com", false, false),
	HOST("localhost localhost", false, false),
	HOST("localhost/", false, false),
	HOST("localhost#", false, false),
	HOST("localhost?", false, false),
	HOST("http://localhost", false, false),
	HOST("%6cocalhost", false, false),
	HOST("\xef\xbd\x8c"
	     "ocalhost",
	    false, false),
	HOST("null", false, false),
	HOST("*", false, false),
};

static void
test_hosts(void)
{
	policy.hosts[0] = STR("db.example.com");
	policy.hosts[1] = STR("[fd00::1]");
	policy.nhosts = 2;
	for (size_t i = 0; i < NELEM(hosts); i++) {
		is_int(site_host(&policy, PORT, hosts[i].host),
		    hosts[i].at_port, "host %.*s", STR_ARG(hosts[i].host));
		is_int(site_host(&policy, 0, hosts[i].host), hosts[i].at_unix,
		    "host %.*s, unix", STR_ARG(hosts[i].host));
	}
	policy.nhosts = 0;
	ok(!site_host(&policy, PORT, STR("db.example.com")), "not configured");
	ok(!site_host(&policy, PORT, (struct str){ NULL, 0 }), "absent");
	ok(site_host(&policy, 80, STR("localhost:80")), "port 80");
	ok(site_host(&policy, 65535, STR("localhost:65535")), "port 65535");
}

struct origin_row {
	struct str origin;
	bool plain;      /* with no origins configured */
	bool configured; /* with those below */
};

#define ORIGIN(text, plain, configured)           \
	{                                         \
		STR_INIT(text), plain, configured \
	}

static const struct policy_origin patterns[] = {
	{ STR_INIT("https"), STR_INIT("*.example.com"), { NULL, 0 } },
	{ STR_INIT("http"), STR_INIT("localhost"), STR_INIT("*") },
	{ STR_INIT("https"), STR_INIT("app.test"), STR_INIT("8443") },
	{ STR_INIT("http"), STR_INIT("[::1]"), STR_INIT("5173") },
	{ STR_INIT("vscode-webview"), STR_INIT("panel"), { NULL, 0 } },
};

static const struct origin_row origins[] = {
	ORIGIN("http://localhost:3667", true, true),
	ORIGIN("http://127.0.0.1:3667", true, true),
	ORIGIN("http://[::1]:3667", true, true),

	/* Not ours, but configured */
	ORIGIN("http://localhost:3000", false, true),
	ORIGIN("http://localhost", false, true),
	ORIGIN("http://localhost:80", false, true),
	ORIGIN("https://a.example.com", false, true),
	ORIGIN("https://a-b_1.example.com", false, true),
	ORIGIN("https://a.example.com:443", false, true),
	ORIGIN("https://app.test:8443", false, true),
	ORIGIN("http://[::1]:5173", false, true),
	ORIGIN("vscode-webview://panel", false, true),

	/* A wildcard is one label */
	ORIGIN("https://evil-example.com", false, false),
	ORIGIN("https://example.com", false, false),
	ORIGIN("https://.example.com", false, false),
	ORIGIN("https://a.b.example.com", false, false),
	ORIGIN("https://a..example.com", false, false),
	ORIGIN("https://a.example.com.", false, false),
	ORIGIN("https://a.example.com.evil.com", false, false),
	ORIGIN("https://a.example.como", false, false),
	ORIGIN("https://*.example.com", false, false),
	ORIGIN("https://A.example.com", false, false),
	ORIGIN("https://u@a.example.com", false, false),
	ORIGIN("https://evil.com/.example.com", false, false),
	ORIGIN("https://evil.com#.example.com", false, false),
	ORIGIN("https://evil.com:80.example.com", false, false),
	ORIGIN("https://\xc3\xa9.example.com", false, false),
	ORIGIN("https://a.example.com:444", false, false),
	ORIGIN("https://a.example.com:*", false, false),
	ORIGIN("http://a.example.com", false, false),
	ORIGIN("http://a.example.com:443", false, false),

	/* A port of any number is a number */
	ORIGIN("http://localhost:3000.evil.com", false, false),
	ORIGIN("http://localhost.evil.com:3000", false, false),
	ORIGIN("http://localhost.evil.com", false, false),
	ORIGIN("http://localhost:", false, false),
	ORIGIN("http://localhost:0", false, false),
	ORIGIN("http://localhost:65536", false, false),
	ORIGIN("http://localhost:03667", false, false),
	ORIGIN("http://localhost:*", false, false),
	ORIGIN("http://localhost:3000@evil.com", false, false),
	ORIGIN("http://localhost:3000/", false, false),
	ORIGIN("http://localhost:3000:3000", false, false),
	ORIGIN("https://localhost:3000", false, false),
	ORIGIN("https://app.test", false, false),
	ORIGIN("https://app.test:443", false, false),
	ORIGIN("https://app.test:844", false, false),

	/* No origin of a browser's */
	ORIGIN("", false, false),
	ORIGIN("null", false, false),
	ORIGIN("NULL", false, false),
	ORIGIN("*", false, false),
	ORIGIN("localhost:3667", false, false),
	ORIGIN("//localhost:3667", false, false),
	ORIGIN("://localhost:3667", false, false),
	ORIGIN("http:localhost:3667", false, false),
	ORIGIN("http:/localhost:3667", false, false),
	ORIGIN("http:///localhost:3667", false, false),
	ORIGIN("http://", false, false),
	ORIGIN("http://:3667", false, false),
	ORIGIN("http://localhost:3667/", false, false),
	ORIGIN("http://localhost:3667/x", false, false),
	ORIGIN("http://localhost:3667?", false, false),
	ORIGIN("http://localhost:3667#", false, false),
	ORIGIN("http://localhost:3667 http://localhost:3667", false, false),
	ORIGIN("http://localhost:3667, http://localhost:3667", false, false),
	ORIGIN("http://localhost:3667\0", false, false),
	ORIGIN("HTTP://localhost:3667", false, false),
	ORIGIN("http://LOCALHOST:3667", false, false),
	ORIGIN("http://user@localhost:3667", false, false),
	ORIGIN("http://user:pw@localhost:3667", false, false),
	ORIGIN("http://localhost.:3667", false, false),
	ORIGIN("http://127.1:3667", false, false),
	ORIGIN("http://0.0.0.0:3667", false, false),
	ORIGIN("http://[::]:3667", false, false),
	ORIGIN("http://[::1:3667", false, false),
	ORIGIN("http://::1:3667", false, false),
	ORIGIN("https://localhost:3667", false, false),
	ORIGIN("https://127.0.0.1:3667", false, false),
	ORIGIN("http://127.0.0.1:3668", false, false),
	ORIGIN("http://127.0.0.1", false, false),
	ORIGIN("ws://localhost:3667", false, false),
	ORIGIN("file://", false, false),
	ORIGIN("file:///", false, false),
	ORIGIN("http://evil.com", false, false),
	ORIGIN("http://evil.com:3667", false, false),
	ORIGIN("vscode-webview://panel2", false, false),
	ORIGIN("vscode-webview://panel:1", false, false),
	ORIGIN("vscode-webview://panel:0", false, false),
};

static void
test_origins(void)
{
	for (size_t i = 0; i < NELEM(origins); i++) {
		struct str s = origins[i].origin;

		policy.norigins = 0;
		is_int(site_origin(&policy, PORT, s), origins[i].plain,
		    "origin %.*s", STR_ARG(s));
		for (size_t p = 0; p < NELEM(patterns); p++)
			policy.origins[p] = patterns[p];
		policy.norigins = NELEM(patterns);
		is_int(site_origin(&policy, PORT, s), origins[i].configured,
		    "origin %.*s, configured", STR_ARG(s));
	}
	policy.norigins = 0;
	ok(!site_origin(&policy, PORT, (struct str){ NULL, 0 }), "absent");
	ok(site_origin(&policy, 80, STR("http://localhost")), "port 80");
	ok(site_origin(&policy, 80, STR("http://localhost:80")), "or with it");
	ok(!site_origin(&policy, 443, STR("https://localhost")), "no https");
	ok(!site_origin(&policy, 0, STR("http://localhost")), "unix: none");
	ok(!site_origin(&policy, 0, STR("http://localhost:0")), "nor port 0");
	ok(!site_origin(&policy, 0, STR("http://localhost:3667")), "nor any");
}

static void
test_labels(void)
{
	char s[64];

	for (size_t i = 0; i < sizeof(s); i++)
		s[i] = 'a';
	ok(site_label((struct str){ s, 63 }), "63");
	ok(!site_label((struct str){ s, 64 }), "one past");
	ok(site_label((struct str){ s, 1 }), "1");
	ok(!site_label((struct str){ s, 0 }), "none");
	ok(!site_label(STR("a\0")) && !site_label(STR("A")) &&
		!site_label(STR("a.b")),
	    "bytes");
}

int
main(void)
{
	test_hosts();
	test_origins();
	test_labels();
	return tap_done();
}
