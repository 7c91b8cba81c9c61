/* SPDX-License-Identifier: ISC */
/* token.t - bearer texts, the shared map, its changes in place, AWS faces. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "conf/used.h"
#include "home_dir.h"

#define RECORD_AT(i) (256 * (1 + (i)))
#define ID_CHARS     "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

static const char *why = "";

static struct token_map *
opened(void)
{
	struct token_map *m;

	if (token_map_open(home.data, &m, &why) != ERR_OK) {
		printf("Bail out! %s\n", why);
		exit(1);
	}
	return m;
}

static enum err
add(const char *name, uint64_t expires, char text[TOKEN_TEXT_BYTES + 1])
{
	struct token_new n = { .name = str_from(name),
		.expires = expires,
		.rights = TOKEN_READ,
		.tables = STR("a*"),
		.groups = 1u << TOKEN_GROUP_items };
	const struct token_show show = { keep_text, text };

	return token_map_add(home.data, &n, &show, &why);
}

static enum err
end_token(const char *which)
{
	size_t n;

	return token_map_revoke(home.data, str_from(which), &n, &why);
}

/* Overwrite n bytes of the map's file. */
static void
poke(long offset, const void *p, size_t n)
{
	FILE *f = fopen(at("data/tokens.map"), "r+");

	if (f == NULL || fseek(f, offset, SEEK_SET) < 0 ||
	    fwrite(p, 1, n, f) != n || fclose(f) != 0)
		printf("# poke failed\n");
}

static void
test_text(void)
{
	char a[TOKEN_TEXT_BYTES + 1], b[TOKEN_TEXT_BYTES + 1];

	home_made();
	ok(add("ci", 0, a) == ERR_OK && add("laptop", 0, b) == ERR_OK, "added");
	is_int(strlen(a), TOKEN_TEXT_BYTES, "55 characters");
	ok(strncmp(a, "dw_", 3) == 0 && a[11] == '_' &&
		strspn(a + 3, ID_CHARS) == 8 &&
		strspn(a + 12, ID_CHARS "abcdefghijklmnopqrstuvwxyz0189-_") ==
		    43,
	    "dw_, id, _, secret");
	ok(strcmp(a + 12, b + 12) != 0, "each is its own");
}

static void
test_bearer(void)
{
	struct token_map *m;
	struct token_record t = { .rights = 77 };
	char text[TOKEN_TEXT_BYTES + 2], bad[TOKEN_TEXT_BYTES + 1];
	int passed = 0;

	home_made();
	m = opened();
	ok(add("ci", 1000, text) == ERR_OK, "added while the map is open");
	text[TOKEN_TEXT_BYTES + 1] = 'x';
	for (size_t i = 0; i < TOKEN_TEXT_BYTES; i++) {
		memcpy(bad, text, sizeof(bad));
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		passed += token_map_bearer(m, str_from(bad), 999, &t);
	}
	is_int(passed, 0, "one character changed, at each place: refused");
	is_int(t.rights, 77, "and nothing is given out");
	for (size_t n = 0; n <= TOKEN_TEXT_BYTES + 1; n++)
		passed += token_map_bearer(m, (struct str){ text, n }, 999, &t);
	is_int(passed, 1, "a prefix, and one character more: refused");
	ok(token_map_bearer(m, str_from(text), 999, &t), "right, still live");
	ok(t.rights == TOKEN_READ && strcmp(t.name, "ci") == 0 &&
		strcmp(t.tables, "a*") == 0 &&
		t.groups == 1u << TOKEN_GROUP_items,
	    "its record");
	ok(!token_map_bearer(m, str_from(text), 1000, &t), "expired");
	ok(token_map_named(m, 999) && !token_map_named(m, 1000),
	    "a named token, and none when it has expired");
	token_map_close(m);
}

static void
test_revoke(void)
{
	struct token_map *m;
	struct token_record t;
	char text[TOKEN_TEXT_BYTES + 1], again[TOKEN_TEXT_BYTES + 1];
	char akid[TOKEN_AKID_BYTES + 1], secret[TOKEN_SECRET_BYTES + 1];
	unsigned char key[CRYPTO_KEY_BYTES] = { 1 };
	uint64_t gen;

	home_made();
	m = opened();
	gen = token_map_generation(m);
	ok(add("ci", 0, text) == ERR_OK &&
		token_map_bearer(m, str_from(text), 1, &t),
	    "a token");
	token_aws(&t, key, akid, secret);
	ok(token_map_akid(m, str_from(akid), 1, &t), "and its AWS face");
	ok(!token_map_akid(m, STR("AKIAWARDAKIDABCDEFGH"), 1, &t) &&
		!token_map_akid(m, (struct str){ akid, 19 }, 1, &t) &&
		!token_map_akid(m, STR("DOORWARDAKID\0\0\0\0\0\0\0\0"), 1, &t),
	    "no other has one");
	is_int(add("ci", 0, again), ERR_CONF, "the name is taken");
	is_int(end_token("ci"), ERR_OK, "revoked");
	ok(!token_map_bearer(m, str_from(text), 1, &t) &&
		!token_map_akid(m, str_from(akid), 1, &t),
	    "an open map sees it at once");
	is_int(end_token("ci"), ERR_CONF, "not twice");
	ok(add("ci", 0, again) == ERR_OK &&
		token_map_bearer(m, str_from(again), 1, &t) &&
		!token_map_bearer(m, str_from(text), 1, &t),
	    "the name is free again, the old text is not");
	is_int(token_map_generation(m), gen, "none of this is a generation");
	is_int(token_map_bump(home.data, &why), ERR_OK, "bump");
	is_int(token_map_generation(m), gen + 1, "seen at once");
	is_int(end_token("default"), ERR_OK, "the default token too");
	token_map_close(m);
}

static void
test_used(void)
{
	const uint64_t minute = 60 * NS_PER_S;
	struct dir data = DIR_INIT;
	struct token_uses *u = NULL, *shown = NULL;
	char text[TOKEN_TEXT_BYTES + 1];
	struct token_map *m;
	struct token_record t, later;
	uint64_t now;

	home_made();
	m = opened();
	ok(dir_open(home.data, DIR_OURS, false, &data, &why) == ERR_OK &&
		token_uses_open(&data, true, &u, &why) == ERR_OK &&
		token_uses_open(&data, false, &shown, &why) == ERR_OK &&
		add("ci", 0, text) == ERR_OK &&
		token_map_bearer(m, str_from(text), 1, &t),
	    "the times of use");
	now = t.created;
	ok(token_last_use(shown, &t) == 0, "never used");
	token_used(u, &t, now);
	ok(token_last_use(shown, &t) == now, "used, and seen by others");
	token_used(u, &t, now + minute - 1);
	ok(token_last_use(shown, &t) == now, "once a minute");
	token_used(u, &t, now + minute);
	ok(token_last_use(shown, &t) == now + minute, "then again");
	token_used(u, &t, now);
	ok(token_last_use(shown, &t) == now, "a clock that was set back");
	later = t;
	later.created = now + 1;
	ok(token_last_use(shown, &later) == 0,
	    "what had the place before was not this one");
	memset(later.id, 0, sizeof(later.id));
	later.slot = 0;
	token_used(u, &later, now + 9 * minute);
	ok(token_map_at(m, 0, &t, &(bool){ false }) &&
		token_last_use(shown, &t) == 0,
	    "who has no record uses none");
	token_uses_close(u);
	token_uses_close(shown);
	token_map_close(m);
	dir_close(&data);
}

static bool
show_nothing(void *arg UNUSED, const char *text UNUSED,
    const struct token_record *t UNUSED)
{
	return false;
}

static void
test_rotate(void)
{
	char old[TOKEN_TEXT_BYTES + 1], new[TOKEN_TEXT_BYTES + 1];
	const struct token_show show = { keep_text, new };
	const struct token_show none = { show_nothing, NULL };
	const uint64_t hour = 3600 * NS_PER_S, for_ever = 0;
	uint64_t now = clock_wall_ns();
	struct token_map *m;
	struct token_record t, u;
	size_t n;

	home_made();
	m = opened();
	ok(add("ci", now + 10 * hour, old) == ERR_OK &&
		token_map_bearer(m, str_from(old), now, &t),
	    "a token for ten hours");
	is_int(token_map_rotate(home.data, STR("ci"), hour, NULL, &none, &why),
	    ERR_CONF, "one that cannot be shown");
	ok(token_map_bearer(m, str_from(old), now + 9 * hour, &u) &&
		token_state(&u, now) == TOKEN_LIVE,
	    "changes nothing");
	is_int(token_map_rotate(home.data, STR("ci"), hour, NULL, &show, &why),
	    ERR_OK, "rotated");
	now = clock_wall_ns();
	ok(token_map_bearer(m, str_from(old), now, &u) &&
		token_state(&u, now) == TOKEN_RETIRING &&
		!token_map_bearer(m, str_from(old), now + hour, &u),
	    "the old one lives for the overlap");
	ok(token_map_bearer(m, str_from(new), now + 9 * hour, &u) &&
		!token_map_bearer(m, str_from(new), now + 10 * hour, &u) &&
		u.rights == t.rights && u.groups == t.groups &&
		memcmp(u.tables, t.tables, sizeof(t.tables)) == 0 &&
		memcmp(u.name, t.name, sizeof(t.name)) == 0,
	    "the new one is the same, for as long as the old one was");
	is_int(add("ci", 0, old), ERR_CONF, "the name is still taken");
	is_int(token_map_rotate(home.data, STR("ci"), 0, &for_ever, &show,
		   &why),
	    ERR_OK, "again, without an overlap and for ever");
	ok(token_map_at(m, 4, &t, &(bool){ false }) && t.expires == 0 &&
		token_map_at(m, 3, &t, &(bool){ false }) &&
		token_state(&t, clock_wall_ns()) == TOKEN_EXPIRED,
	    "the one before ends at once, the new one never");
	is_int(token_map_rotate(home.data, STR("ci"), TOKEN_OVERLAP_MAX, NULL,
		   &show, &why),
	    ERR_OK, "an overlap of 30 days");
	is_int(token_map_rotate(home.data, STR("ci"), TOKEN_OVERLAP_MAX + 1,
		   NULL, &show, &why),
	    ERR_CONF, "one past it");
	is_int(token_map_rotate(home.data, STR("no"), 0, NULL, &show, &why),
	    ERR_CONF, "no such token");
	ok(token_map_revoke(home.data, STR("ci"), &n, &why) == ERR_OK && n == 3,
	    "revoked by name: the retiring ones, too");
	is_int(token_map_rotate(home.data, STR("ci"), 0, NULL, &show, &why),
	    ERR_CONF, "nothing is left to be rotated");
	token_map_close(m);
}

static void
test_change(void)
{
	char a[TOKEN_TEXT_BYTES + 1], b[TOKEN_TEXT_BYTES + 1], akid[21];
	struct token_new n = { .name = STR("a"), .rights = TOKEN_WRITE };
	struct token_map *m;
	struct token_record t, u;

	home_made();
	m = opened();
	ok(add("a", 0, a) == ERR_OK && add("b", 0, b) == ERR_OK, "two");
	is_int(token_map_change(home.data, &n, TOKEN_SET_RIGHTS, &why), ERR_OK,
	    "rights");
	ok(token_map_bearer(m, str_from(a), 1, &t) && t.rights == TOKEN_WRITE &&
		strcmp(t.tables, "a*") == 0 && t.groups != 0 &&
		token_map_bearer(m, str_from(b), 1, &u) &&
		u.rights == TOKEN_READ,
	    "of one, and nothing else");
	is_int(token_map_change(home.data, &n,
		   TOKEN_SET_TABLES | TOKEN_SET_GROUPS, &why),
	    ERR_OK, "tables and groups");
	ok(token_map_bearer(m, str_from(a), 1, &t) && t.tables[0] == '\0' &&
		t.groups == 0 && t.rights == TOKEN_WRITE,
	    "all of them again");
	n.tables = STR("x,,y");
	is_int(token_map_change(home.data, &n, TOKEN_SET_TABLES, &why),
	    ERR_CONF, "bad tables");
	n.name = STR("c");
	is_int(token_map_change(home.data, &n, TOKEN_SET_RIGHTS, &why),
	    ERR_CONF, "no such token");
	is_int(end_token("dw_ABCDEFG"), ERR_CONF, "a prefix that is short");
	a[11] = 'x';
	is_int(end_token(a), ERR_CONF, "or goes on otherwise");
	a[11] = '\0';
	is_int(end_token(a), ERR_OK, "revoked by its prefix");
	(void)snprintf(akid, sizeof(akid), "DOORWARDAKID%.8s", b + 3);
	is_int(end_token(akid), ERR_OK, "and by an access key id");
	ok(!token_map_bearer(m, str_from(b), 1, &t), "which holds at once");
	token_map_close(m);
}

static void
test_names(void)
{
	char text[TOKEN_TEXT_BYTES + 1], name[TOKEN_NAME_MAX + 2];
	static const char *const bad[] = { "", "default", "a b", "a\n", "a/b",
		"\xc3\xa9", "dw_ABCDEFGH", "DOORWARDAKIDABCDEFGH" };
	static const char *const tables[] = { ",", "a,", ",a", "a,,b", "a b",
		"a;b", "a?" };
	struct token_new n = { .name = STR("x"), .rights = TOKEN_READ };
	const struct token_show show = { keep_text, text };
	char wide[TOKEN_TABLES_MAX + 1];

	home_made();
	memset(name, 'n', sizeof(name));
	name[TOKEN_NAME_MAX] = '\0';
	is_int(add(name, 0, text), ERR_OK, "a name of 32");
	is_int(end_token(name), ERR_OK, "and it is found");
	name[TOKEN_NAME_MAX] = 'n';
	name[TOKEN_NAME_MAX + 1] = '\0';
	is_int(add(name, 0, text), ERR_CONF, "one past it");
	for (size_t i = 0; i < NELEM(bad); i++)
		is_int(add(bad[i], 0, text), ERR_CONF, "bad name %zu", i);
	memset(wide, 'w', sizeof(wide));
	n.tables = (struct str){ wide, TOKEN_TABLES_MAX };
	n.groups = (1u << TOKEN_GROUP__MAX) - 1;
	is_int(token_map_add(home.data, &n, &show, &why), ERR_OK, "patterns");
	n.name = STR("y");
	n.tables.len++;
	is_int(token_map_add(home.data, &n, &show, &why), ERR_CONF, "one past");
	for (size_t i = 0; i < NELEM(tables); i++) {
		n.tables = str_from(tables[i]);
		is_int(token_map_add(home.data, &n, &show, &why), ERR_CONF,
		    "bad tables '%s'", tables[i]);
	}
	n.tables.len = 0;
	n.groups++;
	is_int(token_map_add(home.data, &n, &show, &why), ERR_CONF, "one past");
	n.groups = 0;
	n.rights = 0;
	is_int(token_map_add(home.data, &n, &show, &why), ERR_CONF, "no right");
	n.rights = 8;
	is_int(token_map_add(home.data, &n, &show, &why), ERR_CONF, "unknown");
}

static void
test_full(void)
{
	char text[TOKEN_TEXT_BYTES + 1], first[TOKEN_TEXT_BYTES + 1], name[16];
	struct token_map *m;
	struct token_record t;
	uint64_t start, end;
	int bad = 0;

	home_made();
	is_int(add("first", 0, first), ERR_OK, "the first");
	for (int i = 2; i < TOKEN_MAP_RECORDS; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		bad += add(name, 0, text) != ERR_OK;
	}
	is_int(bad, 0, "1023 tokens");
	is_int(add("more", 0, text), ERR_CONF, "not one more");
	m = opened();
	ok(token_map_bearer(m, str_from(first), 1, &t), "all are found");
	start = clock_wall_ns();
	for (int i = 0; i < 20000; i++)
		bad += !token_map_bearer(m, str_from(first), 1, &t);
	end = clock_wall_ns();
	printf("# of 1023 tokens one is found in %lu ns, hash included\n",
	    (unsigned long)(end - start) / 20000);
	is_int(bad, 0, "each time");
	is_int(end_token("n7"), ERR_OK, "a place");
	ok(add("more", 0, text) == ERR_OK &&
		token_map_bearer(m, str_from(text), 1, &t) &&
		strcmp(t.name, "more") == 0,
	    "is used again");
	is_int(add("most", 0, text), ERR_CONF, "once");
	token_map_close(m);
}

static void
test_damage(void)
{
	char text[TOKEN_TEXT_BYTES + 1], again[TOKEN_TEXT_BYTES + 1];
	struct token_map *m;
	struct token_record t;
	const uint32_t many = 4000000000u;
	bool torn;

	home_made();
	(void)!add("ci", 0, text);
	m = opened();
	poke(RECORD_AT(1) + 120, "\xff", 1);
	ok(token_map_bearer(m, str_from(text), 1, &t),
	    "half stored: the copy made first has it");
	ok(add("next", 0, again) == ERR_OK && token_map_at(m, 1, &t, &torn) &&
		strcmp(t.name, "ci") == 0 && token_map_at(m, 2, &t, &torn) &&
		strcmp(t.name, "next") == 0,
	    "and the next writer has put it right");
	poke(RECORD_AT(1) + 120, "\xff", 1);
	ok(!token_map_bearer(m, str_from(text), 1, &t), "a damaged record");
	ok(!token_map_at(m, 1, &t, &torn) && torn, "is listed as such");
	ok(!token_map_at(m, 3, &t, &torn) && !torn, "the end");
	ok(token_map_at(m, 0, &t, &torn) && strcmp(t.name, "default") == 0,
	    "the others are well");
	poke(20, &many, sizeof(many));
	ok(!token_map_bearer(m,
	       STR("dw_ABCDEFGH_01234567890123456789012345678"
		   "90123456789012"),
	       1, &t),
	    "a count past the end reads nothing past it");
	ok(!token_map_at(m, TOKEN_MAP_RECORDS, &t, &torn) && !torn, "nor this");
	token_map_close(m);
	poke(8, "\x02", 1);
	is_int(token_map_open(home.data, &m, &why), ERR_CONF, "a bad header");
	home_made();
	(void)!truncate(at("data/tokens.map"), 262399);
	is_int(token_map_open(home.data, &m, &why), ERR_CONF, "a byte short");
}

/* One process revokes and adds, killed at random; another reads. */
static void
test_race(void)
{
	char text[TOKEN_TEXT_BYTES + 1], busy[TOKEN_TEXT_BYTES + 1];
	struct token_new change = { .name = STR("busy"), .rights = TOKEN_ALL };
	struct token_map *m;
	struct token_record t;
	struct str keep;
	int wrong = 0, mixed = 0, lost = 0;
	uint64_t end = clock_ms() + 700;
	pid_t pid;

	home_made();
	keep = slurp(at("config/token"));
	keep.len--;
	(void)!add("busy", 0, busy);
	m = opened();
	for (unsigned round = 0; clock_ms() < end; round++) {
		uint64_t kill_at = clock_ms() + 1 + round % 7;

		if ((pid = fork()) == 0) {
			for (;;) {
				change.rights ^= TOKEN_ADMIN;
				(void)!token_map_change(home.data, &change,
				    TOKEN_SET_RIGHTS, &why);
				if (add("a", 0, text) != ERR_OK)
					(void)!end_token("a");
			}
		}
		while (clock_ms() < kill_at) {
			bool torn;

			wrong += !token_map_bearer(m, keep, 1, &t);
			lost += !token_map_bearer(m, str_from(busy), 1, &t);
			for (size_t i = 0; token_map_at(m, i, &t, &torn); i++)
				mixed += strchr("abd", t.name[0]) == NULL;
		}
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	is_int(wrong, 0, "a token that nobody touches is always right");
	is_int(lost, 0, "nor is one lost that is changed all the time");
	is_int(mixed, 0, "no record is seen half written");
	(void)!end_token("a");
	ok(add("b", 0, text) == ERR_OK &&
		token_map_bearer(m, str_from(text), 1, &t),
	    "a killed writer leaves no lock");
	token_map_close(m);
}

static void
test_aws(void)
{
	struct token_record t = { .generation = 1 };
	unsigned char key[CRYPTO_KEY_BYTES];
	char akid[TOKEN_AKID_BYTES + 1], secret[TOKEN_SECRET_BYTES + 1];

	memcpy(t.id, "ABCDEFGH", TOKEN_ID_BYTES);
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (unsigned char)i;
	token_aws(&t, key, akid, secret);
	is_str(str_from(akid), STR("DOORWARDAKIDABCDEFGH"), "key id");
	/* Python: b64encode(hmac.digest(bytes(range(32)),
	 *     b"DOORWARDAKIDABCDEFGH\1\0\0\0", "sha256")[:30]) */
	is_str(str_from(secret),
	    STR("7ZCzHxr2EANzjOtlTE/S4P9KGP5XAw0oQUH4u6vt"), "secret");
	t.generation = 2;
	token_aws(&t, key, akid, secret);
	ok(!str_eq(str_from(secret),
	       STR("7ZCzHxr2EANzjOtlTE/S4P9KGP5XAw0oQUH4u6vt")),
	    "another generation");
}

int
main(void)
{
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	if (crypto_init() != ERR_OK)
		return 1;
	test_text();
	test_bearer();
	test_revoke();
	test_used();
	test_rotate();
	test_change();
	test_names();
	test_full();
	test_damage();
	test_race();
	test_aws();
	home_away();
	return tap_done();
}
