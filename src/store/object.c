/* SPDX-License-Identifier: ISC */
/* Whatever has an id: tables, indexes, streams, backups, jobs. */
#include "base/clock.h"
#include "store/internal.h"

enum column { /* of OBJECT_COLUMNS */
	ID,
	SPACE,
	KIND,
	STATE,
	PARENT,
	CREATED,
	ENDED,
	NAME,
	DEF,
};

static enum err
read_object(sqlite3_stmt *q, struct arena *a, struct store_object *ret)
{
	*ret = (struct store_object){
		.id = column_u64(q, ID),
		.space = column_u64(q, SPACE),
		.kind = (enum store_kind)column_u64(q, KIND),
		.state = (enum store_state)column_u64(q, STATE),
		.parent = column_u64(q, PARENT),
		.created = column_u64(q, CREATED),
		.ended = column_u64(q, ENDED),
		.name = arena_str(a, column_str(q, NAME)),
		.def = arena_str(a, column_str(q, DEF)),
	};
	return ret->name.p == NULL || ret->def.p == NULL ? ERR_NO_MEMORY :
							   ERR_OK;
}

/* The one row of a bound statement. */
static enum err
one(struct store *s, sqlite3_stmt *q, struct arena *a, struct store_object *ret)
{
	struct store_object o;
	bool row = false;
	enum err e;

	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return ERR_NOT_FOUND;
	if ((e = read_object(q, a, &o)) == ERR_OK)
		*ret = o;
	(void)sqlite3_reset(q);
	return e;
}

static enum err
many(struct store *s, sqlite3_stmt *q, struct arena *a,
    struct store_object *ret, size_t *ret_n)
{
	size_t n = 0;
	bool row = false;
	enum err e;

	while ((e = stmt_step(s, q, &row)) == ERR_OK && row) {
		if ((e = read_object(q, a, &ret[n])) != ERR_OK) {
			(void)sqlite3_reset(q);
			return e;
		}
		n++;
	}
	if (e == ERR_OK)
		*ret_n = n;
	return e;
}

/* Where the name stands in the unique index, SQLite says so. */
static enum err
run_named(struct store *s, sqlite3_stmt *q)
{
	int rc = sqlite3_step(q);

	(void)sqlite3_reset(q);
	if (rc == SQLITE_DONE)
		return ERR_OK;
	if (sqlite3_extended_errcode(s->db) == SQLITE_CONSTRAINT_UNIQUE)
		return ERR_IN_USE;
	return store_fail(s, rc);
}

static bool
has_tally(enum store_kind kind)
{
	return kind == STORE_TABLE || kind == STORE_INDEX ||
	    kind == STORE_BACKUP;
}

/* An index and a stream are changes of their table, which logs them. */
static enum err
note(struct store *s, const struct store_object *o, enum log_change change)
{
	struct log_entry entry = {
		.change = change,
		.tbl = o->id,
		.name = o->name,
	};

	if (o->kind == STORE_INDEX || o->kind == STORE_STREAM)
		return ERR_OK;
	if (change == LOG_TABLE_DELETE)
		entry.old = o->def;
	else
		entry.new = o->def;
	return log_append(s, &entry);
}

enum err
store_object_create(struct store *s, struct store_object *o)
{
	uint64_t now = clock_wall_ns();
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, o->def.len)) != ERR_OK ||
	    (e = stmt_use(s, STMT_OBJECT_CREATE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, o->space);
	bind_text(q, 2, o->name);
	bind_u64(q, 3, now);
	bind_blob(q, 4, o->def);
	bind_u64(q, 5, (uint64_t)o->kind);
	bind_u64(q, 6, o->parent);
	if ((e = run_named(s, q)) != ERR_OK)
		return e;
	o->id = (uint64_t)sqlite3_last_insert_rowid(s->db);
	o->created = now;
	o->ended = 0;
	o->state = STORE_ALIVE;
	s->jobs = s->jobs || o->kind == STORE_JOB;
	if (has_tally(o->kind) && (e = tally_create(s, o->id)) != ERR_OK)
		return e;
	return note(s, o,
	    o->kind == STORE_TABLE ? LOG_TABLE_CREATE : LOG_OBJECT_CREATE);
}

enum err
store_object_get(struct store *s, uint64_t space, enum store_kind kind,
    struct str name, struct arena *a, struct store_object *ret)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_OBJECT_GET, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, space);
	bind_u64(q, 2, (uint64_t)kind);
	bind_text(q, 3, name);
	return one(s, q, a, ret);
}

enum err
store_object_at(struct store *s, uint64_t id, struct arena *a,
    struct store_object *ret)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_OBJECT_AT, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, id);
	return one(s, q, a, ret);
}

enum err
store_object_update(struct store *s, const struct store_object *o)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = quota_check(s, o->def.len)) != ERR_OK ||
	    (e = stmt_use(s, STMT_OBJECT_UPDATE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, o->id);
	bind_blob(q, 2, o->def);
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	s->moved = s->moved || o->kind == STORE_JOB;
	return sqlite3_changes(s->db) == 1 ? ERR_OK : ERR_NOT_FOUND;
}

static enum err
end_children(struct store *s, uint64_t parent, enum store_kind kind,
    enum store_state state)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_CHILD_END, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, parent);
	bind_u64(q, 2, (uint64_t)kind);
	bind_u64(q, 3, (uint64_t)state);
	bind_u64(q, 4, clock_wall_ns());
	return stmt_run(s, q);
}

enum err
store_object_end(struct store *s, const struct store_object *o,
    enum store_state state)
{
	const bool table = o->kind == STORE_TABLE;
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_OBJECT_END, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, o->id);
	bind_u64(q, 2, (uint64_t)state);
	bind_u64(q, 3, clock_wall_ns());
	if ((e = stmt_run(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return ERR_NOT_FOUND;
	if (table &&
	    ((e = end_children(s, o->id, STORE_INDEX, state)) != ERR_OK ||
		(e = end_children(s, o->id, STORE_STREAM, STORE_CLOSED)) !=
		    ERR_OK))
		return e;
	s->dead = s->dead || state == STORE_DEAD;
	return note(s, o, table ? LOG_TABLE_DELETE : LOG_OBJECT_END);
}

enum err
store_object_revive(struct store *s, const struct store_object *o)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_OBJECT_REVIVE, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, o->id);
	if ((e = run_named(s, q)) != ERR_OK)
		return e;
	if (sqlite3_changes(s->db) != 1)
		return ERR_NOT_FOUND;
	if (o->kind == STORE_TABLE) {
		if ((e = stmt_use(s, STMT_CHILD_REVIVE, &q)) != ERR_OK)
			return e;
		bind_u64(q, 1, o->id);
		bind_u64(q, 2, STORE_INDEX);
		if ((e = stmt_run(s, q)) != ERR_OK)
			return e;
	}
	return note(s, o, LOG_OBJECT_REVIVE);
}

enum err
store_object_list(struct store *s, uint64_t space, enum store_kind kind,
    enum store_state state, struct str after, uint64_t after_id, size_t max,
    struct arena *a, struct store_object *ret, size_t *ret_n)
{
	sqlite3_stmt *q;
	enum err e;

	e = stmt_use(s,
	    state == STORE_CLOSED ? STMT_OBJECT_CLOSED : STMT_OBJECT_ALIVE, &q);
	if (e != ERR_OK)
		return e;
	bind_u64(q, 1, space);
	bind_u64(q, 2, (uint64_t)kind);
	bind_text(q, 3, after.p == NULL ? STR("") : after);
	bind_u64(q, 4, after_id);
	bind_u64(q, 5, max);
	return many(s, q, a, ret, ret_n);
}

enum err
store_object_closed_tables(struct store *s, uint64_t after_id, size_t max,
    struct arena *a, struct store_object *ret, size_t *ret_n)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_TABLES_CLOSED, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, after_id);
	bind_u64(q, 2, max);
	return many(s, q, a, ret, ret_n);
}

enum err
store_job_oldest(struct store *s, struct arena *a, struct store_object *ret)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_JOB_OLDEST, &q)) != ERR_OK)
		return e;
	return one(s, q, a, ret);
}

void
store_jobs_wanted(struct store *s)
{
	s->jobs = true;
}

bool
store_jobs_made(struct store *s)
{
	const bool made = s->jobs;

	s->jobs = false;
	return made;
}

enum err
store_space_next(struct store *s, enum store_state state, uint64_t from,
    uint64_t *ret)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if (from > INT64_MAX)
		return ERR_NOT_FOUND;
	e = stmt_use(s,
	    state == STORE_CLOSED ? STMT_SPACE_CLOSED : STMT_SPACE_ALIVE, &q);
	if (e != ERR_OK)
		return e;
	bind_u64(q, 1, from);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return ERR_NOT_FOUND;
	*ret = column_u64(q, 0);
	(void)sqlite3_reset(q);
	return ERR_OK;
}

enum err
store_object_children(struct store *s, uint64_t parent, enum store_kind kind,
    uint64_t after_id, size_t max, struct arena *a, struct store_object *ret,
    size_t *ret_n)
{
	sqlite3_stmt *q;
	enum err e;

	if ((e = stmt_use(s, STMT_OBJECT_CHILDREN, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, parent);
	bind_u64(q, 2, (uint64_t)kind);
	bind_u64(q, 3, after_id);
	bind_u64(q, 4, max);
	return many(s, q, a, ret, ret_n);
}

enum err
store_object_newest(struct store *s, uint64_t *ret)
{
	int64_t n;
	enum err e = stmt_number(s, STMT_OBJECT_NEWEST, &n);

	if (e == ERR_OK)
		*ret = (uint64_t)n;
	return e;
}

enum err
store_object_count(struct store *s, uint64_t id, uint64_t *ret_items,
    uint64_t *ret_bytes)
{
	sqlite3_stmt *q;
	bool row = false;
	enum err e;

	if ((e = tally_flush(s)) != ERR_OK ||
	    (e = stmt_use(s, STMT_TALLY_GET, &q)) != ERR_OK)
		return e;
	bind_u64(q, 1, id);
	if ((e = stmt_step(s, q, &row)) != ERR_OK)
		return e;
	if (!row)
		return ERR_NOT_FOUND;
	*ret_items = column_u64(q, 0);
	*ret_bytes = column_u64(q, 1);
	(void)sqlite3_reset(q);
	return ERR_OK;
}
