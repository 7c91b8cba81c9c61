/* SPDX-License-Identifier: ISC */
/* The indexes of an UpdateTable. */
#include "ddb/answer.h"
#include "ddb/index_def.h"
#include "ddb/table_update.h"
#include "ddb/vector.h"

#define INVALID "One or more parameter values were invalid: "
#define UPDATES "GlobalSecondaryIndexUpdates"

static const struct shape update_action[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	TABLE_SHAPE_STRUCT("ProvisionedThroughput", table_throughput_shape,
	    "ProvisionedThroughput"),
	TABLE_SHAPE_STRUCT("OnDemandThroughput", table_on_demand_shape,
	    "OnDemandThroughput"),
	TABLE_SHAPE_STRUCT("WarmThroughput", table_warm_shape,
	    "WarmThroughput"),
	{ NULL },
};
static const struct shape delete_action[] = {
	{ "IndexName", SHAPE_STRING, SHAPE_REQUIRED | SHAPE_NAME, .min = 3,
	    .max = 255 },
	{ NULL },
};
static const struct shape action[] = {
	TABLE_SHAPE_STRUCT("Update", update_action,
	    "UpdateGlobalSecondaryIndexAction"),
	TABLE_SHAPE_STRUCT("Create", table_create_index_shape,
	    "CreateGlobalSecondaryIndexAction"),
	TABLE_SHAPE_STRUCT("Delete", delete_action,
	    "DeleteGlobalSecondaryIndexAction"),
	{ NULL },
};
const struct shape table_update_index_shape[] = { { "member", SHAPE_STRUCT,
    .of = action, .type = SHAPE_MODEL "GlobalSecondaryIndexUpdate" } };

static const char *const kinds[] = { "Update", "Create", "Delete" };

/* The action itself, and the name of its kind. */
static const struct json *
action_of(const struct json *one, const char **ret_kind)
{
	for (size_t i = 0; i < NELEM(kinds); i++) {
		*ret_kind = kinds[i];
		if (shape_get(one, kinds[i]) != NULL)
			return shape_get(one, kinds[i]);
	}
	return NULL;
}

static struct str
name_of(const struct json *one)
{
	return json_str(json_get(one, "IndexName"));
}

/* The action of a kind for an index; name absent: for any. */
static const struct json *
find_action(const struct table_update *u, const char *kind, struct str name)
{
	const struct json *list = shape_get(u->in, UPDATES);

	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *a = shape_get(json_at(list, i), kind);

		if (a != NULL && (name.p == NULL || str_eq(name_of(a), name)))
			return a;
	}
	return NULL;
}

static size_t
count_actions(const struct json *one)
{
	size_t n = 0;

	for (size_t i = 0; i < NELEM(kinds); i++)
		n += shape_get(one, kinds[i]) != NULL;
	return n;
}

enum err
table_update_check_indexes(struct op_ctx *ctx, const struct json *in)
{
	const struct json *list = shape_get(in, UPDATES);
	const char *kind;

	for (size_t i = 0; i < json_len(list); i++) {
		const struct json *a = action_of(json_at(list, i), &kind);

		if (a == NULL)
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID
			    "One of GlobalSecondaryIndexUpdate.Update, "
			    "GlobalSecondaryIndexUpdate.Create, "
			    "GlobalSecondaryIndexUpdate.Delete must not be "
			    "null");
		if (count_actions(json_at(list, i)) > 1)
			return op_fail(ctx, ERR_VALIDATION,
			    INVALID
			    "Only one global secondary index action is "
			    "allowed per GlobalSecondaryIndexUpdate object");
		for (size_t k = 0; k < i; k++)
			if (str_eq(name_of(a),
				name_of(action_of(json_at(list, k), &kind))))
				return op_fail(ctx, ERR_VALIDATION,
				    INVALID
				    "Only one global secondary index update "
				    "per index is allowed simultaneously. "
				    "Index: %.*s",
				    STR_ARG(name_of(a)));
	}
	return ERR_OK;
}

/* ---- against the table */

static enum err
check_create(struct table_update *u, const struct json *one)
{
	const struct index_def d = { .one = one,
		.defs = shape_get(u->in, "AttributeDefinitions"),
		.demand = u->demand };
	const struct json *list =
	    json_get(u->description.old, "GlobalSecondaryIndexes");
	enum err e = index_def_check(u->ctx, &d);

	if (e != ERR_OK)
		return e;
	if (index_find(&u->t, name_of(one)) != NULL ||
	    vector_index(&u->t, name_of(one)) != NULL)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "Attempting to create an index which already exists");
	if (json_len(list) >= LIMIT_GLOBAL_INDEXES)
		return op_fail(u->ctx, ERR_VALIDATION,
		    INVALID "GlobalSecondaryIndex count exceeds the per-table "
			    "limit of %d",
		    LIMIT_GLOBAL_INDEXES);
	return index_def_check_included(u->ctx, &u->t, index_def_included(one));
}

static enum err
check_update(struct table_update *u, const struct json *one,
    const struct table_index *x)
{
	const struct json *units = shape_get(one, "ProvisionedThroughput");

	if (x == NULL || x->local ||
	    shape_int(units, "ReadCapacityUnits", 1) > TABLE_THROUGHPUT_MAX ||
	    shape_int(units, "WriteCapacityUnits", 1) > TABLE_THROUGHPUT_MAX)
		return op_fail(u->ctx, ERR_VALIDATION,
		    "This operation cannot be performed with given input "
		    "values. Please contact DynamoDB service team for more "
		    "info: Action Blocked: IndexUpdate");
	if (units != NULL && u->demand)
		return op_fail(u->ctx, ERR_VALIDATION,
		    INVALID
		    "Neither ReadCapacityUnits nor WriteCapacityUnits can be "
		    "specified when BillingMode is PAY_PER_REQUEST");
	return ERR_OK;
}

static enum err
check_one(struct table_update *u, const struct json *one, const char *kind)
{
	const struct table_index *x = index_find(&u->t, name_of(one));

	if (*kind == 'C')
		return check_create(u, one);
	if (*kind == 'U')
		return check_update(u, one, x);
	return x != NULL && !x->local ?
	    ERR_OK :
	    op_fail(u->ctx, ERR_NOT_FOUND, "Requested resource not found");
}

static enum err
check(struct table_update *u)
{
	const struct json *list = shape_get(u->in, UPDATES);
	size_t online = json_len(shape_get(u->in, "VectorIndexUpdates"));
	enum err e = ERR_OK;

	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		const char *kind;
		const struct json *one = action_of(json_at(list, i), &kind);

		if (*kind != 'U' && online++ > 0)
			return op_fail(u->ctx, ERR_LIMIT,
			    "Subscriber limit exceeded: Only 1 online index "
			    "can be created or deleted simultaneously per "
			    "table");
		e = check_one(u, one, kind);
	}
	for (size_t i = 0; i < u->t.nindexes && e == ERR_OK; i++)
		if (u->t.indexes[i].building &&
		    find_action(u, "Create", (struct str){ NULL, 0 }) != NULL)
			return op_fail(u->ctx, ERR_IN_USE,
			    "Attempt to change a resource which is still in "
			    "use: Table is being updated: %.*s",
			    STR_ARG(u->t.row.name));
	return e;
}

/* ---- the new definition */

/* One index of the description, with its new units where they change. */
static enum err
put_index(struct table_update *u, const struct json *one, struct buf *out)
{
	struct buf text CLEANUP(buf_free) = BUF_INIT(KIB(4));
	const struct json *a = find_action(u, "Update", name_of(one));
	const struct json *units = shape_get(a, "ProvisionedThroughput");
	const struct json *old = json_get(one, "ProvisionedThroughput");
	struct table_member members[3];
	struct buf warm CLEANUP(buf_free) = BUF_INIT(KIB(1));
	struct buf most CLEANUP(buf_free) = BUF_INIT(KIB(1));
	size_t n = 0;
	enum err e = ERR_OK;

	if (units != NULL && !u->was_demand)
		e = table_update_check_units(u, old, units);
	if (units != NULL || (u->demand && !u->was_demand)) {
		table_update_put_units(u, &text, old, units);
		members[n++] = (struct table_member){ "ProvisionedThroughput",
			buf_str(&text) };
	}
	if (shape_get(a, "WarmThroughput") != NULL) {
		table_def_put_warm(&warm, shape_get(a, "WarmThroughput"));
		members[n] =
		    (struct table_member){ "WarmThroughput", buf_str(&warm) };
		(void)str_cut(members[n].text, ':', &members[n].text);
		n++;
	}
	if (shape_get(a, "OnDemandThroughput") != NULL) {
		json_put(&most, shape_get(a, "OnDemandThroughput"));
		members[n++] = (struct table_member){ "OnDemandThroughput",
			buf_str(&most) };
	}
	buf_putc(out, '{');
	table_def_put_members(out, one, members, n);
	buf_putc(out, '}');
	return e;
}

static enum err
check_provisioned(struct table_update *u, const struct json *one)
{
	struct str name = name_of(one);

	if (u->demand || !u->was_demand ||
	    shape_get(find_action(u, "Update", name),
		"ProvisionedThroughput") != NULL ||
	    find_action(u, "Delete", name) != NULL)
		return ERR_OK;
	return op_fail(u->ctx, ERR_VALIDATION,
	    INVALID "ProvisionedThroughput must be specified for index: %.*s",
	    STR_ARG(name));
}

/* The description's list, without the one that goes unless that is shown. */
static enum err
put_list(struct table_update *u, bool with_gone, struct buf *out)
{
	const struct json *list =
	    json_get(u->description.old, "GlobalSecondaryIndexes");
	const struct json *new =
	    find_action(u, "Create", (struct str){ NULL, 0 });
	enum err e = ERR_OK;

	for (size_t i = 0; i < json_len(list) && e == ERR_OK; i++) {
		const struct json *one = json_at(list, i);

		if (!with_gone && find_action(u, "Delete", name_of(one)))
			continue;
		buf_putc(out, out->len == 0 ? '[' : ',');
		e = check_provisioned(u, one);
		if (e == ERR_OK)
			e = put_index(u, one, out);
	}
	if (new != NULL) {
		const struct index_def d = { .one = new };

		buf_putc(out, out->len == 0 ? '[' : ',');
		index_def_put(out, &d);
	}
	if (out->len > 0)
		buf_putc(out, ']');
	return e;
}

/* The first line's list: global ones first. */
static void
put_head(struct table_update *u, const struct json *new, struct buf *out)
{
	const struct json *list = json_get(u->head.old, "indexes");
	const struct index_def d = { .one = new,
		.defs = shape_get(u->in, "AttributeDefinitions") };
	bool done = new == NULL;

	for (size_t i = 0; i <= json_len(list); i++) {
		const struct json *one = json_at(list, i);

		if (!done &&
		    (one == NULL || json_bool(json_get(one, "local")))) {
			done = true;
			buf_putc(out, out->len == 0 ? '[' : ',');
			index_def_put_head(out, &d, u->created, true);
		}
		if (one == NULL ||
		    find_action(u, "Delete", json_str(json_get(one, "name"))))
			continue;
		buf_putc(out, out->len == 0 ? '[' : ',');
		json_put(out, one);
	}
	if (out->len > 0)
		buf_putc(out, ']');
}

static bool
is_filter(const struct table_vector *v, struct str name)
{
	for (size_t i = 0; i < v->nfilters; i++)
		if (str_eq(name, v->filters[i].name))
			return true;
	return false;
}

/* Does a key of the table or of an index that stays have this attribute? */
static bool
needed(const struct table_update *u, struct str name, const struct json *new)
{
	const struct json *schema = json_get(new, "KeySchema");

	if (str_eq(name, u->t.hash.name) ||
	    (u->t.range.name.p != NULL && str_eq(name, u->t.range.name)))
		return true;
	for (size_t i = 0; i < json_len(schema); i++)
		if (str_eq(name,
			json_str(
			    json_get(json_at(schema, i), "AttributeName"))))
			return true;
	for (size_t i = 0; i < u->t.nall; i++) {
		const struct table_index *x = &u->t.indexes[i];

		if (x->vector != NULL && is_filter(x->vector, name))
			return true;
		if (find_action(u, "Delete", x->name) != NULL)
			continue;
		for (unsigned k = 0; k < x->schema.n; k++)
			if (str_eq(name, x->schema.keys[k].name))
				return true;
	}
	return false;
}

/* AttributeDefinitions: of each attribute of a key, old and new ones. */
static enum err
put_definitions(struct table_update *u, const struct json *new, struct buf *out)
{
	const struct json *lists[] = {
		json_get(u->description.old, "AttributeDefinitions"),
		shape_get(u->in, "AttributeDefinitions"),
	};

	for (size_t l = 0; l < NELEM(lists); l++)
		for (size_t i = 0; i < json_len(lists[l]); i++) {
			const struct json *one = json_at(lists[l], i);
			struct str name =
			    json_str(json_get(one, "AttributeName"));
			char was = index_def_type(lists[0], name);

			if (!needed(u, name, new) ||
			    (l == 1 && was != '\0' &&
				was == index_def_type(lists[1], name)))
				continue;
			if (l == 1 && was != '\0')
				return op_fail(u->ctx, ERR_VALIDATION,
				    INVALID "Attribute %.*s is defined with "
					    "another type already",
				    STR_ARG(name));
			buf_putc(out, out->len == 0 ? '[' : ',');
			shape_put(out, table_definitions_shape, one);
		}
	buf_putc(out, ']');
	return ERR_OK;
}

/* Make the new one, end the one that goes. */
static enum err
change_objects(struct table_update *u, const struct json *new,
    const struct json *gone)
{
	struct store_object o;
	enum err e;

	if (new != NULL) {
		u->mark = (struct table_mark){ name_of(new), "CREATING" };
		return index_def_create(u->ctx, &u->t.row, name_of(new),
		    &u->created);
	}
	if (gone == NULL)
		return ERR_OK;
	u->mark = (struct table_mark){ name_of(gone), "DELETING" };
	e = store_object_at(u->ctx->store, index_find(&u->t, name_of(gone))->id,
	    u->ctx->arena, &o);
	return e == ERR_OK ? store_object_end(u->ctx->store, &o, STORE_DEAD) :
			     e;
}

enum err
table_update_indexes(struct table_update *u)
{
	static const struct str any = { NULL, 0 };
	struct buf list CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	struct buf shown CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	struct buf head CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	struct buf defs CLEANUP(buf_free) = BUF_INIT(TABLE_DEF_MAX);
	const struct json *new = find_action(u, "Create", any);
	const struct json *gone = find_action(u, "Delete", any);
	enum err e = check(u);

	if (e != ERR_OK || (e = put_list(u, false, &list)) != ERR_OK ||
	    (e = put_list(u, true, &shown)) != ERR_OK ||
	    (e = put_definitions(u, new, &defs)) != ERR_OK ||
	    (e = change_objects(u, new, gone)) != ERR_OK)
		return e;
	put_head(u, new, &head);
	u->shown = arena_str(u->ctx->arena, buf_str(&shown));
	if ((e = table_update_set(u, &u->head, "indexes", buf_str(&head))) ==
		ERR_OK &&
	    (e = table_update_set(u, &u->description, "AttributeDefinitions",
		 buf_str(&defs))) == ERR_OK)
		e = table_update_set(u, &u->description,
		    "GlobalSecondaryIndexes", buf_str(&list));
	return e;
}
