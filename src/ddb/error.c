/* SPDX-License-Identifier: ISC */
#include "ddb/ddb.h"
#include "json/json.h"

void
ddb_error_body(enum err e, struct str message, struct str members,
    struct buf *out)
{
	struct str type = str_from(err_row(e)->exception);

	BUF_LIT(out, "{\"__type\":");
	json_put_str(out, type);
	if (str_ends(type, STR("#SerializationException")) ||
	    str_ends(type, STR("#TransactionCanceledException")))
		BUF_LIT(out, ",\"Message\":");
	else
		BUF_LIT(out, ",\"message\":");
	json_put_str(out, message);
	buf_puts(out, members);
	buf_putc(out, '}');
}
