/* SPDX-License-Identifier: ISC */
#include "store/internal.h"

/* Of a file that SQLite has open: fstat(2), which a sealed room may call. */
static uint64_t
file_size(struct store *s, int which)
{
	sqlite3_file *f = NULL;
	sqlite3_int64 n = 0;

	if (sqlite3_file_control(s->db, "main", which, &f) != SQLITE_OK ||
	    f == NULL || f->pMethods == NULL ||
	    f->pMethods->xFileSize(f, &n) != SQLITE_OK || n < 0)
		return 0;
	return (uint64_t)n;
}

enum err
store_size(struct store *s, struct store_size *ret)
{
	int64_t tables;
	enum err e = stmt_number(s, STMT_TABLES, &tables);

	if (e != ERR_OK)
		return e;
	*ret = (struct store_size){
		.database = file_size(s, SQLITE_FCNTL_FILE_POINTER),
		.wal = file_size(s, SQLITE_FCNTL_JOURNAL_POINTER),
		.tables = (uint64_t)tables,
	};
	return ERR_OK;
}

unsigned
store_checkpoints(const struct store *s)
{
	return s->checkpoints;
}
