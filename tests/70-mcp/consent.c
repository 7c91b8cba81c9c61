/* SPDX-License-Identifier: ISC */
/*
 * consent.t - in which room a question is asked and carried out, and how long
 * it counts.  What is seen from outside is in consent.t beside this.
 */
#include "base/clock.h"
#include "crypto/crypto.h"
#include "fake.h"
#include "tap.h"

#define CALL(name, args)                                                      \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" \
	"{\"name\":\"" name "\",\"arguments\":" args "}}"
#define DELETE CALL("delete_table", "{\"table\":\"abc\"}")

static const unsigned char key[CRYPTO_KEY_BYTES] = { 7 };
static const struct mcp_head old;
static char state[512];

static bool
says(struct str s, const char *part)
{
	return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

/* Ask; the state that is given for `confirm` stays in state. */
static struct str
ask(unsigned room)
{
	static const char mark[] = "\\\"confirm\\\":\\\"";
	struct str s = call_in(room, &old, STR(DELETE));
	const char *at = memmem(s.p, s.len, mark, sizeof(mark) - 1);

	state[0] = '\0';
	if (at != NULL)
		(void)snprintf(state, sizeof(state), "%.*s",
		    (int)strcspn(at + sizeof(mark) - 1, "\\"),
		    at + sizeof(mark) - 1);
	return s;
}

static struct str
confirm(unsigned room)
{
	char body[1024];

	(void)snprintf(body, sizeof(body),
	    CALL("delete_table", "{\"confirm\":\"%s\",\"table\":\"abc\"}"),
	    state);
	return call_in(room, &old, str_from(body));
}

/* The same state, sealed anew with another end. */
static void
end_at(uint64_t ns)
{
	struct buf plain CLEANUP(buf_free) = BUF_INIT(256);
	struct buf text CLEANUP(buf_free) = BUF_INIT(512);

	if (!crypto_open(&plain, str_from(state), key))
		return;
	memcpy(plain.p, &ns, sizeof(ns));
	crypto_seal(&text, buf_str(&plain), key);
	(void)snprintf(state, sizeof(state), "%.*s", STR_ARG(buf_str(&text)));
}

static uint64_t
end_of(void)
{
	struct buf plain CLEANUP(buf_free) = BUF_INIT(256);
	uint64_t ns = 0;

	if (crypto_open(&plain, str_from(state), key))
		memcpy(&ns, plain.p, sizeof(ns));
	return ns;
}

static void
test_rooms(void)
{
	unsigned before;

	fake_answer = NULL;
	ok(says(ask(OP_READ), "Nothing was done yet"), "asked while reading");
	is_int(got.room, 0, "in the room that reads");
	ok(says(ask(OP_WRITE), "Nothing was done yet"), "or in the other");
	is_int(got.room, 0, "where a request has come by chance");
	ok(strncmp(fake_asked, "DescribeTable ", 14) == 0, "it only looks");
	before = fake_runs;
	(void)confirm(OP_READ);
	is_int(got.room, OP_WRITE, "it is done in the room that writes");
	is_int(fake_runs, before, "nothing is done before");
	fake_change = 9;
	ok(says(confirm(OP_WRITE), "\\\"undo\\\":\\\"change-9-9\\\""),
	    "done there, with its way back");
	ok(strncmp(fake_asked, "DeleteTable ", 12) == 0, "by the operation");
	is_int(fake_consent, 16, "which takes the id");
	is_int(fake_newest_asked, 40, "and knows what there was");
	fake_change = 0;
	ok(!says(confirm(OP_WRITE), "undo"), "no change, no way back");
	fake_error = ERR_CONSENT;
	ok(says(confirm(OP_WRITE), "Call again without confirm"),
	    "an id that was taken");
	fake_error = ERR_OK;
	(void)call_in(OP_WRITE, &old,
	    STR("[" CALL("delete_table", "{\"table\":\"abc\"}") "]"));
	is_int(got.room, OP_READ, "a batch that only asks only reads");
}

static void
test_time(void)
{
	uint64_t now = clock_wall_ns(), end;

	(void)ask(OP_READ);
	end = end_of();
	ok(end >= now + 600 * NS_PER_S && end < now + 660 * NS_PER_S,
	    "it counts for 10 minutes");
	end_at(clock_wall_ns() + 60 * NS_PER_S);
	(void)confirm(OP_READ);
	is_int(got.room, OP_WRITE, "until its end");
	end_at(clock_wall_ns());
	ok(says(confirm(OP_READ), "older than 10 minutes") && got.room == 0,
	    "and not past it");
	end_at(clock_wall_ns() + 60 * NS_PER_S);
	(void)confirm(OP_READ);
	end_at(1);
	ok(says(confirm(OP_WRITE), "older than 10 minutes"),
	    "nor where it ended on the way to the other room");
}

/* What its human is asked by, and the answer yes. */
#define META                                                             \
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":"        \
	"\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":" \
	"{\"elicitation\":{}}}"
#define MODERN(more)                                                      \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","        \
	"\"params\":{\"name\":\"delete_table\",\"arguments\":{\"table\":" \
	"\"abc\"}," more META "}}"
#define STATE "\"requestState\":\""

static struct str
answer(unsigned room)
{
	static const struct mcp_head line = { .stdio = true };
	char body[1024];

	(void)snprintf(body, sizeof(body),
	    MODERN(STATE "%s\",\"inputResponses\":{\"confirm\":{\"action\":"
			 "\"accept\",\"content\":{\"confirm\":true}}},"),
	    state);
	return call_in(room, &line, str_from(body));
}

static void
test_late(void)
{
	static const struct mcp_head line = { .stdio = true };
	struct str s = call_in(OP_READ, &line, STR(MODERN("")));
	const char *at = memmem(s.p, s.len, STATE, strlen(STATE));

	if (at == NULL) {
		ok(false, "a human is asked");
		return;
	}
	(void)snprintf(state, sizeof(state), "%.*s",
	    (int)strcspn(at + strlen(STATE), "\""), at + strlen(STATE));
	(void)answer(OP_READ);
	is_int(got.room, OP_WRITE, "a human who answers in time");
	end_at(clock_wall_ns());
	s = answer(OP_WRITE);
	ok(says(s, "input_required") && says(s, STATE) &&
		memmem(s.p, s.len, state, strlen(state)) == NULL,
	    "one who answers too late is asked anew");
}

static void
test_whose(void)
{
	static const unsigned char other[CRYPTO_KEY_BYTES] = { 8 };

	(void)ask(OP_READ);
	fake_token = "TOKENIDB";
	ok(says(confirm(OP_WRITE), "another call"),
	    "a token of the same name, another id");
	fake_token = "TOKENIDA";
	fake_key = other;
	ok(says(confirm(OP_WRITE), "did not give it"), "another master key");
	fake_key = NULL;
	ok(says(call_in(OP_WRITE, &old, STR(DELETE)), "structuredContent"),
	    "without a key no tool asks");
	fake_key = key;
	rights = OP_WRITE;
	ok(says(ask(OP_READ), "Nothing was done yet") &&
		!says(got_body.len > 0 ? buf_str(&got_body) : STR(""),
		    "Items in the table"),
	    "who may not read is not told what is there");
	rights = OP_READ | OP_WRITE;
}

int
main(void)
{
	if (crypto_init() != ERR_OK)
		return 1;
	fake_key = key;
	test_rooms();
	test_time();
	test_late();
	test_whose();
	return tap_done();
}
