/* SPDX-License-Identifier: ISC */
#include "base/event.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define LINE_MAX_BYTES 2048

static const struct {
	int priority;
	const char *name;
} rows[] = {
#define EVENT(id, priority, name, text) [EVENT_##id] = { priority, name },
#include "base/event.tbl"
#undef EVENT
};
_Static_assert(NELEM(rows) == EVENT__MAX, "a row for each event");

static bool terminal;

struct str
event_num(char buf[24], int64_t n)
{
	int len = snprintf(buf, 24, "%lld", (long long)n);

	return (struct str){ buf, (size_t)len };
}

static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') &&
		    (c < '0' || c > '9') &&
		    (c == '\0' || strchr("._:/@+-", c) == NULL))
			return false;
	}
	return s.len > 0;
}

static void
put_quoted(struct buf *line, struct str s)
{
	buf_putc(line, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\')
			buf_printf(line, "\\x%02x", c);
		else
			buf_putc(line, (char)c);
	}
	buf_putc(line, '"');
}

void
event_begin(void)
{
	terminal = isatty(STDERR_FILENO) == 1;
}

void
event_log(enum event e, const struct event_field *fields)
{
	struct buf line CLEANUP(buf_free) = BUF_INIT(LINE_MAX_BYTES);

	if (!terminal)
		buf_printf(&line, "<%d>", rows[e].priority);
	buf_printf(&line, "doorward: %s", rows[e].name);
	for (; fields->name != NULL; fields++) {
		struct str v = fields->value;

		if (v.len > 256)
			v.len = 256;
		buf_printf(&line, " %s=", fields->name);
		if (is_plain(v))
			buf_puts(&line, v);
		else
			put_quoted(&line, v);
	}
	/* A line that did not fit is cut, not lost. */
	line.max = LINE_MAX_BYTES + 64;
	line.error = ERR_OK;
	buf_printf(&line, " pid=%ld\n", (long)getpid());
	if (write(STDERR_FILENO, line.p, line.len) < 0)
		return; /* nobody left to tell */
}
