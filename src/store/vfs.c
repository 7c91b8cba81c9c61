/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include "store/internal.h"

/*
 * Both VFSs hand out the files of the unix VFS itself, so nothing stands in
 * the way of a read or a write: only xOpen is ours.
 */
static int
open_reader(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *f, int flags,
    int *ret_flags)
{
	sqlite3_vfs *unix_vfs = v->pAppData;

	flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	return unix_vfs->xOpen(unix_vfs, name, f, flags | SQLITE_OPEN_READONLY,
	    ret_flags);
}

/*
 * The WAL was made by store_prepare() and its directory entry synced: SQLite
 * need not create it, and then does not open the directory at the first sync,
 * when the process is sealed.
 */
static int
open_writer(sqlite3_vfs *v, sqlite3_filename name, sqlite3_file *f, int flags,
    int *ret_flags)
{
	sqlite3_vfs *unix_vfs = v->pAppData;

	return unix_vfs->xOpen(unix_vfs, name, f, flags & ~SQLITE_OPEN_CREATE,
	    ret_flags);
}

static int
clone(sqlite3_vfs *v, const char *name,
    int (*xopen)(sqlite3_vfs *, sqlite3_filename, sqlite3_file *, int, int *))
{
	sqlite3_vfs *unix_vfs = sqlite3_vfs_find("unix");

	if (unix_vfs == NULL)
		return SQLITE_ERROR;
	*v = *unix_vfs;
	v->pNext = NULL;
	v->pAppData = unix_vfs;
	v->zName = name;
	v->xOpen = xopen;
	return sqlite3_vfs_register(v, 0);
}

int
vfs_register(void)
{
	static sqlite3_vfs reader, writer;
	int rc;

	if ((rc = clone(&writer, VFS_WRITER, open_writer)) != SQLITE_OK)
		return rc;
	return clone(&reader, VFS_READER, open_reader);
}
