/* SPDX-License-Identifier: ISC */
/* Rows of the log that the journal has: whoever owns the database cannot take
 * them back. */
#include <stdio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "cli/audit.h"
#include "serve/export.h"

/* Of this data directory, from one who was its owner: that the journal knows
 * by itself. */
static bool
match(sd_journal *j, const char *dir)
{
	char path[4096 + 32], uid[32];

	(void)snprintf(uid, sizeof(uid), "_UID=%u", (unsigned)geteuid());
	(void)snprintf(path, sizeof(path), EXPORT_DATA "=%s", dir);
	return sd_journal_add_match(j, uid, 0) >= 0 &&
	    sd_journal_add_match(j, path, 0) >= 0 &&
	    sd_journal_seek_tail(j) >= 0;
}

/* The value is good until the next one is asked for. */
static void
put_value(sd_journal *j, const char *name, struct buf *out)
{
	struct str value;
	const void *p;
	size_t n;

	if (sd_journal_get_data(j, name, &p, &n) < 0)
		return;
	(void)str_cut((struct str){ p, n }, '=', &value);
	buf_puts(out, value);
}

size_t
audit_journal(const char *dir, struct audit_point *ret, size_t max)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(1));
	sd_journal *j = NULL;
	size_t n = 0;

	if (sd_journal_open(&j, SD_JOURNAL_LOCAL_ONLY) < 0)
		return 0;
	if (!match(j, dir))
		max = 0;
	while (n < max && sd_journal_previous(j) > 0) {
		buf_reset(&text);
		put_value(j, EXPORT_SEQ, &text);
		buf_putc(&text, ':');
		put_value(j, EXPORT_HASH, &text);
		if (audit_point_parse(buf_str(&text), &ret[n]))
			n++;
	}
	sd_journal_close(j);
	return n;
}
