/* SPDX-License-Identifier: ISC */
/*
 * Whatever comes is answered: by one whole JSON text or by none, with a
 * status of ours; in the read room nothing that writes is ever run; and a
 * request that belongs elsewhere is carried out there.
 *
 * The first three lines are the headers' values (a lone '-': not sent, '!'
 * before a value: sent twice), the rest is the body.
 */
#include "../70-mcp/fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
take(struct str *rest, struct str *ret, size_t *ret_n)
{
	struct str line = str_cut(*rest, '\n', rest);

	*ret_n = !str_eq(line, STR("-"));
	if (line.len > 0 && line.p[0] == '!') {
		*ret_n = 2;
		line.p++;
		line.len--;
	}
	*ret = line;
}

static bool
writes(void)
{
	return strncmp(fake_asked, "Put", 3) == 0 ||
	    strncmp(fake_asked, "Create", 6) == 0 ||
	    strncmp(fake_asked, "Delete", 6) == 0 ||
	    strncmp(fake_asked, "BatchW", 6) == 0;
}

static void
check(unsigned in, const struct mcp_head *h)
{
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error je;
	unsigned room = mcp_head_room(h);

	if (got.status == 0 || (got.empty && got_body.len > 0))
		abort();
	if (in == OP_READ && fake_runs > 0 && writes())
		abort();
	/* What the head says is read may never turn out to write. */
	if (room == OP_READ && got.room == OP_WRITE)
		abort();
	if (got.room != 0 && (got.room == in || got_body.len > 0))
		abort();
	if (!got.empty && got.room == 0 &&
	    json_parse(buf_str(&got_body), LIMIT_JSON_DEPTH, &j, &je) != ERR_OK)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str rest = { (const char *)data, n };
	struct mcp_head h = { 0 };
	unsigned room;

	if (n == 0)
		return 0;
	fake_answer = NULL;
	fake_runs = 0;
	take(&rest, &h.version, &h.nversion);
	take(&rest, &h.method, &h.nmethod);
	take(&rest, &h.name, &h.nname);
	h.stdio = h.nversion == 0 && h.nmethod == 2;
	(void)call_in(OP_READ, &h, rest);
	check(OP_READ, &h);
	if ((room = got.room) == 0)
		return 0;
	(void)call_in(room, &h, rest);
	check(room, &h);
	if (got.room != 0)
		abort();
	return 0;
}
