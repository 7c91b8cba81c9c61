/* SPDX-License-Identifier: ISC */
/*
 * task.t - the ids of tasks: for whom and how long they count, and what a
 * task's operation may say of it.  What is seen from outside is in tasks.t.
 */
#include "base/clock.h"
#include "crypto/crypto.h"
#include "fake.h"
#include "tap.h"

#define P "io.modelcontextprotocol/"
#define META                                                             \
	"\"_meta\":{\"" P "protocolVersion\":\"2026-07-28\",\"" P       \
	"clientCapabilities\":{\"extensions\":{\"" P "tasks\":{}}}}"
#define BEGIN                                                                 \
	"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":" \
	"{\"name\":\"create_backup\",\"arguments\":{\"table\":\"abc\","       \
	"\"name\":\"kept\"}," META "}}"
#define BACKUP(status)                                                     \
	"{\"BackupDetails\":{\"BackupArn\":\"arn:x\",\"BackupStatus\":\"" \
	status "\"}}"
#define ANSWER(status)                                                  \
	"{\"BackupDetails\":{\"BackupArn\":\"arn:x\",\"BackupStatus\":" \
	"\"CREATING\"},\"BackupDescription\":" BACKUP(status)           \
	",\"Done\":5,\"Total\":10,\"Unit\":\"items\"}"

static const unsigned char key[CRYPTO_KEY_BYTES] = { 7 };
static const struct mcp_head head = { .stdio = true };
static char id[2048];

static bool
says(struct str s, const char *part)
{
	return memmem(s.p, s.len, part, strlen(part)) != NULL;
}

/* Begin one; its id stays in id. */
static struct str
begin(void)
{
	static const char mark[] = "\"taskId\":\"";
	struct str s = call_in(OP_WRITE, &head, STR(BEGIN));
	const char *at = memmem(s.p, s.len, mark, sizeof(mark) - 1);

	id[0] = '\0';
	if (at != NULL)
		(void)snprintf(id, sizeof(id), "%.*s",
		    (int)strcspn(at + sizeof(mark) - 1, "\""),
		    at + sizeof(mark) - 1);
	return s;
}

static struct str
ask_in(unsigned room, const char *method)
{
	static char body[4096];

	(void)snprintf(body, sizeof(body),
	    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tasks/%s\","
	    "\"params\":{\"taskId\":\"%s\",\"inputResponses\":{}," META "}}",
	    method, id);
	return call_in(room, &head, str_from(body));
}

static struct str
get(void)
{
	return ask_in(OP_READ, "get");
}

/* The same id, sealed anew with another beginning. */
static void
begun_at(uint64_t ns)
{
	struct buf plain CLEANUP(buf_free) = BUF_INIT(1024);
	struct buf text CLEANUP(buf_free) = BUF_INIT(2048);

	if (!crypto_open(&plain, str_from(id), key))
		return;
	memcpy(plain.p, &ns, sizeof(ns));
	crypto_seal(&text, buf_str(&plain), key);
	(void)snprintf(id, sizeof(id), "%.*s", STR_ARG(buf_str(&text)));
}

#define GONE "\"code\":-32602,\"message\":\"no such task"

static void
test_time(void)
{
	const uint64_t now = clock_wall_ns(), day = 86400 * NS_PER_S;

	fake_answer = ANSWER("CREATING");
	ok(says(begin(), "\"resultType\":\"task\""), "a task");
	ok(says(get(), "\"status\":\"working\""), "that is asked for");
	begun_at(now - day + 60 * NS_PER_S);
	ok(says(get(), "\"status\":\"working\""), "for a day");
	begun_at(now - day);
	ok(says(get(), GONE), "and no longer");
	begun_at(now + 60 * NS_PER_S);
	ok(says(get(), GONE), "nor before it was begun");
}

static void
test_owner(void)
{
	char mine[sizeof(id)];

	fake_answer = ANSWER("CREATING");
	(void)begin();
	(void)snprintf(mine, sizeof(mine), "%s", id);
	(void)begin();
	ok(strcmp(mine, id) != 0, "no two ids are alike");
	fake_token = "TOKENIDB";
	ok(says(get(), GONE), "another token's is not there");
	fake_token = "TOKENIDA";
	rights = OP_READ;
	ok(says(get(), GONE), "nor is what the token may not begin any more");
	rights = OP_READ | OP_WRITE;
	fake_error = ERR_SCOPE;
	ok(says(get(), GONE), "nor of a table that it may not see");
	fake_error = ERR_OK;
	id[strlen(id) / 2] ^= 1;
	ok(says(get(), GONE), "nor what was changed");
	(void)snprintf(id, sizeof(id), "%s", "");
	ok(says(get(), GONE), "nor nothing");
	memset(id, 'A', sizeof(id) - 1);
	ok(says(get(), GONE), "nor what is long");
	fake_task_key = NULL;
	ok(says(begin(), "\"resultType\":\"complete\""), "without a key none");
	fake_task_key = key;
}

static void
test_states(void)
{
	fake_answer = ANSWER("CREATING");
	(void)begin();
	ok(says(get(), "\"statusMessage\":\"5 of 10 items\""), "how far it is");
	fake_answer = ANSWER("AVAILABLE");
	ok(says(get(), "\"status\":\"completed\"") &&
		says(get(), "\"structuredContent\":{\"backup\":\"arn:x\","
			    "\"status\":\"AVAILABLE\"}"),
	    "done");
	ok(says(begin(), "\"resultType\":\"complete\""), "done at once");
	fake_answer = ANSWER("CREATING");
	(void)begin();
	fake_error = ERR_BACKUP_NOT_FOUND;
	ok(says(get(), "\"status\":\"cancelled\"") &&
		!says(get(), "\"content\""),
	    "gone");
	fake_error = ERR_BUSY;
	ok(says(get(), "\"error\":{"), "not to be seen now");
	fake_error = ERR_OK;
}

static void
test_rooms(void)
{
	fake_answer = ANSWER("CREATING");
	(void)begin();
	(void)ask_in(OP_READ, "cancel");
	is_int(got.room, OP_WRITE, "to cancel is for the room that writes");
	(void)ask_in(OP_WRITE, "cancel");
	is_int(got.room, 0, "where it is done");
	ok(strncmp(fake_asked, "CancelWork {\"Name\":\"arn:x\"}", 27) == 0,
	    "by name");
	fake_answer = ANSWER("AVAILABLE");
	(void)ask_in(OP_READ, "cancel");
	is_int(got.room, 0, "what has ended is let be, in any room");
	ok(strncmp(fake_asked, "DescribeBackup", 14) == 0, "only looked at");
	(void)ask_in(OP_READ, "update");
	is_int(got.room, 0, "and so is what asks for nothing");
}

int
main(void)
{
	fake_task_key = key;
	test_time();
	test_owner();
	test_states();
	test_rooms();
	return tap_done();
}
