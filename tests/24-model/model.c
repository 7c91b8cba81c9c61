/* SPDX-License-Identifier: ISC */
/*
 * model.t - data-model files: what is read, what is refused and in which
 * words, which entity an item is of, and what does not fit.
 *
 * In models and items ' stands for ".
 */
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "tap.h"

static struct arena *arena;
static struct buf wrong = { .max = KIB(64) };

static struct str
quote(const char *z)
{
	static char *copies[4];
	static unsigned turn;
	char **copy = &copies[turn++ % NELEM(copies)];

	free(*copy);
	if ((*copy = strdup(z)) == NULL)
		abort();
	for (char *p = *copy; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return str_from(*copy);
}

static enum err
parse(struct str text, struct model *ret)
{
	buf_reset(&wrong);
	arena_reset(arena);
	return model_parse(arena, text, ret, &wrong);
}

/* ---- what is refused */

#define ENTITY(members) "{'format':'doorward:1','entities':{'E':{" members "}}}"
#define ATTRIBUTE(members) ENTITY("'attributes':{'a':{" members "}}")
#define TEMPLATE(text) ENTITY("'keys':{'pk':'" text "'}")
#define ONETABLE(members) "{'format':'onetable:1.1.0','models':{" members "}}"
#define FIELD(members) ONETABLE("'M':{'a':{" members "}}")
#define A "entities.E.attributes.a"

static const struct {
	const char *text, *wrong;
} refused[] = {
	{ "{\n 'format':\n}", "line 3: value expected, expected JSON" },
	{ "[]", "an array, expected an object" },
	{ "{}", "format: nothing, expected \"doorward:1\" or "
		"\"onetable:1.1.0\"" },
	{ "{'format':1}", "format: a number, expected \"doorward:1\" or "
			  "\"onetable:1.1.0\"" },
	{ "{'format':'doorward:2'}",
	    "format: 'doorward:2', expected doorward:1 or onetable:1.1.0" },
	{ "{'format':'onetable:2.0'}",
	    "format: 'onetable:2.0', expected doorward:1 or onetable:1.1.0" },
	{ "{'format':'doorward:1'}", "entities: nothing, expected an object" },
	{ "{'format':'doorward:1','entities':{}}",
	    "entities: 0 members, expected 1 to 100" },
	{ "{'format':'doorward:1','entities':{'':{}}}",
	    "entities: a name of 0 bytes, expected 1 to 255" },
	{ "{'format':'doorward:1','entity':'kind'}",
	    "entity: not known here, expected one of format, text, "
	    "entity_attribute, entities" },
	{ "{'format':'doorward:1','text':7}",
	    "text: a number, expected a string" },
	{ "{'format':'doorward:1','text':''}",
	    "text: 0 bytes, expected 1 to 1024" },
	{ "{'format':'doorward:1','entities':{'E':[]}}",
	    "entities.E: an array, expected an object" },
	{ ENTITY("'key':{}"), "entities.E.key: not known here, expected one "
			      "of text, keys, attributes, closed" },
	{ ENTITY("'closed':1"),
	    "entities.E.closed: a number, expected true or false" },
	{ ENTITY("'keys':{'pk':7}"),
	    "entities.E.keys.pk: a number, expected a string" },
	{ TEMPLATE(""), "entities.E.keys.pk: 0 bytes, expected 1 to 512" },
	{ TEMPLATE("a#${id"),
	    "entities.E.keys.pk: '${' without a '}' behind it" },
	{ TEMPLATE("${}"),
	    "entities.E.keys.pk: '${}', expected ${name} or "
	    "${name:width:character}, the width up to 64" },
	{ TEMPLATE("${id:}"),
	    "entities.E.keys.pk: '${id:}', expected ${name} or "
	    "${name:width:character}, the width up to 64" },
	{ TEMPLATE("${id:65}"),
	    "entities.E.keys.pk: '${id:65}', expected ${name} or "
	    "${name:width:character}, the width up to 64" },
	{ TEMPLATE("${id:6:00}"),
	    "entities.E.keys.pk: '${id:6:00}', expected ${name} or "
	    "${name:width:character}, the width up to 64" },
	{ ATTRIBUTE("'type':'text'"),
	    A ".type: 'text', expected one of string, number, binary, "
	      "boolean, null, map, list, set of strings, set of numbers, "
	      "set of binaries" },
	{ ATTRIBUTE("'type':[]"),
	    A ".type: empty, expected a type or an array of types" },
	{ ATTRIBUTE("'type':true"),
	    A ".type: a boolean, expected a type or an array of types" },
	{ ATTRIBUTE("'required':'yes'"),
	    A ".required: a string, expected true or false" },
	{ ATTRIBUTE("'requierd':true"),
	    A ".requierd: not known here, expected one of type, required, "
	      "enum, text, pattern, attributes, closed, each" },
	{ ATTRIBUTE("'enum':'a'"), A ".enum: a string, expected an array" },
	{ ATTRIBUTE("'enum':[]"), A ".enum: 0 values, expected 1 to 256" },
	{ ATTRIBUTE("'enum':[true]"),
	    A ".enum: a boolean, expected strings and numbers" },
	{ ATTRIBUTE("'enum':[1e3]"),
	    A ".enum: 1e3, expected a number as 1.5" },
	{ ATTRIBUTE("'enum':[1.50]"),
	    A ".enum: 1.50, expected a number as 1.5" },
	{ ATTRIBUTE("'enum':['a'],'type':'map'"),
	    A ": enum goes with the types string and number" },
	{ ATTRIBUTE("'closed':true"), A ": closed goes with attributes" },
	{ ATTRIBUTE("'type':'list','attributes':{'b':{}}"),
	    A ": attributes go with the type map" },
	{ ATTRIBUTE("'type':'map','each':{}"),
	    A ": each goes with the type list" },
	{ ATTRIBUTE("'attributes':{'b':{'type':'nul'}}"),
	    A ".attributes.b.type: 'nul', expected one of string, number, "
	      "binary, boolean, null, map, list, set of strings, set of "
	      "numbers, set of binaries" },
	{ ATTRIBUTE("'each':{'required':1}"),
	    A ".each.required: a number, expected true or false" },
	{ ONETABLE(""), "models: 0 members, expected 1 to 100" },
	{ ONETABLE("'M':7"), "models.M: a number, expected an object" },
	{ FIELD("'required':true"),
	    "models.M.a.type: missing, expected \"string\" and the like: "
	    "JSON.stringify() drops String, but not what "
	    "table.getCurrentSchema() gives" },
	{ FIELD("'type':'text'"),
	    "models.M.a.type: not known, expected one of string, number, "
	    "boolean, date, object, array, set, buffer, arraybuffer, binary" },
	{ FIELD("'type':'string','value':'${a'"),
	    "models.M.a.value: '${' without a '}' behind it" },
	{ FIELD("'type':'string','enum':'x'"),
	    "models.M.a.enum: a string, expected an array" },
	{ ONETABLE("'M':{'a':{'type':'string'},"
		   "'b':{'type':'string','map':'a'}}"),
	    "models.M.b: a second field that is stored as a" },
	{ FIELD("'type':'object','schema':{'b':{'type':'x'}}"),
	    "models.M.a.schema.b.type: not known, expected one of string, "
	    "number, boolean, date, object, array, set, buffer, arraybuffer, "
	    "binary" },
};

static void
test_refused(void)
{
	for (size_t i = 0; i < NELEM(refused); i++) {
		struct model m;

		is_int(parse(quote(refused[i].text), &m), ERR_CONF, "%s",
		    refused[i].text);
		is_str(buf_str(&wrong), str_from(refused[i].wrong),
		    "its fault");
	}
}

/* ---- limits: at the limit, and one past it */

static struct buf big = { .max = MIB(4) };

/* n times, with commas and its number. */
static void
put_many(size_t n, const char *before, const char *after)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(&big, "%s%s%zu%s", i > 0 ? "," : "", before, i,
		    after);
}

static void
put_chars(size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_putc(&big, 'x');
}

enum what { ENTITIES, ATTRIBUTES, NAME, TEXT, TEMPLATE_LEN, PIECES, VALUES,
	DEPTH, DEPTH_ONETABLE };

static void
make(enum what what, size_t n)
{
	static const char head[] = "{\"format\":\"doorward:1\",\"entities\":{";

	buf_reset(&big);
	buf_puts(&big, str_from(head));
	if (what == ENTITIES) {
		put_many(n, "\"e", "\":{}");
		BUF_LIT(&big, "}}");
		return;
	}
	BUF_LIT(&big, "\"E\":{");
	if (what == TEXT) {
		BUF_LIT(&big, "\"text\":\"");
		put_chars(n);
		BUF_LIT(&big, "\"}}}");
	} else if (what == TEMPLATE_LEN) {
		BUF_LIT(&big, "\"keys\":{\"pk\":\"");
		put_chars(n);
		BUF_LIT(&big, "\"}}}}");
	} else if (what == PIECES) {
		BUF_LIT(&big, "\"keys\":{\"pk\":\"");
		for (size_t i = 0; i < n; i++)
			buf_puts(&big, i % 2 == 0 ? STR("#") : STR("${a}"));
		BUF_LIT(&big, "\"}}}}");
	} else {
		BUF_LIT(&big, "\"attributes\":{");
		if (what == ATTRIBUTES) {
			put_many(n, "\"a", "\":{}");
		} else if (what == NAME) {
			buf_putc(&big, '"');
			put_chars(n);
			BUF_LIT(&big, "\":{}");
		} else if (what == VALUES) {
			BUF_LIT(&big, "\"a\":{\"enum\":[");
			put_many(n, "", "");
			BUF_LIT(&big, "]}");
		} else {
			BUF_LIT(&big, "\"a\":");
			for (size_t i = 1; i < n; i++)
				buf_puts(&big, i % 2 == 0 ?
				    STR("{\"each\":") :
				    STR("{\"attributes\":{\"b\":"));
			BUF_LIT(&big, "{}");
			for (size_t i = n - 1; i > 0; i--)
				buf_puts(&big, i % 2 == 0 ? STR("}") :
							    STR("}}"));
		}
		BUF_LIT(&big, "}}}}");
	}
}

static const struct {
	enum what what;
	size_t max;
	const char *wrong; /* one past it */
} limits[] = {
	{ ENTITIES, LIMIT_MODEL_ENTITIES,
	    "entities: 101 members, expected 1 to 100" },
	{ ATTRIBUTES, LIMIT_MODEL_ATTRIBUTES,
	    "entities.E.attributes: 401 members, expected 1 to 400" },
	{ NAME, LIMIT_MODEL_NAME,
	    "entities.E.attributes: a name of 256 bytes, expected 1 to 255" },
	{ TEXT, LIMIT_MODEL_TEXT,
	    "entities.E.text: 1025 bytes, expected 1 to 1024" },
	{ TEMPLATE_LEN, LIMIT_MODEL_TEMPLATE,
	    "entities.E.keys.pk: 513 bytes, expected 1 to 512" },
	{ PIECES, LIMIT_MODEL_PIECES,
	    "entities.E.keys.pk: more than 32 pieces" },
	{ VALUES, LIMIT_MODEL_VALUES, A ".enum: 257 values, expected 1 to 256" },
	{ DEPTH, LIMIT_MODEL_DEPTH,
	    A ".attributes.b.each.attributes.b.each.attributes.b.each."
	      "attributes.b.each: more than 8 maps and lists deep" },
};

static void
test_limits(void)
{
	for (size_t i = 0; i < NELEM(limits); i++) {
		struct model m = { 0 };

		make(limits[i].what, limits[i].max);
		is_int(parse(buf_str(&big), &m), ERR_OK, "limit %zu", i);
		is_str(buf_str(&wrong), STR(""), "nothing is wrong");
		model_end(&m);
		make(limits[i].what, limits[i].max + 1);
		is_int(parse(buf_str(&big), &m), ERR_CONF, "one past it");
		is_str(buf_str(&wrong), str_from(limits[i].wrong),
		    "its fault");
	}
}

/* ---- what is told: our form again */

static const struct {
	const char *name, *text, *told; /* NULL: as it was */
} told[] = {
	{ "everything",
	    "{'format':'doorward:1','text':'A shop.','entity_attribute':'kind',"
	    "'entities':{'Customer':{'text':'Who buys.','keys':{"
	    "'pk':'customer#${id}','sk':'profile'},'attributes':{"
	    "'id':{'type':'string','required':true},"
	    "'status':{'type':'string','enum':['new','paid'],'text':'How "
	    "far.'},"
	    "'age':{'type':['number','null']},'email':{'pattern':'^.+@.+$'},"
	    "'address':{'type':'map','attributes':{'zip':{'required':true}},"
	    "'closed':true},'tags':{'type':'list','each':{'type':'string'}}},"
	    "'closed':true},'Order':{'keys':{'sk':'order#${no:6:0}'}}}}",
	    NULL },
	{ "a key that is described, too",
	    ENTITY("'keys':{'pk':'e#${id:4}'},"
		   "'attributes':{'pk':{'type':'string'}}"),
	    ENTITY("'keys':{'pk':'e#${id:4:0}'},"
		   "'attributes':{'pk':{'type':'string'}}") },
	{ "OneTable: types",
	    ONETABLE("'M':{'s':{'type':'String'},'n':{'type':'number',"
		     "'required':true,'enum':[1,2.5]},'b':{'type':'boolean'},"
		     "'d':{'type':'date'},'o':{'type':'object','schema':{"
		     "'x':{'type':'string','required':true}}},"
		     "'l':{'type':'array','items':{'type':'number'}},"
		     "'t':{'type':'set'},'f':{'type':'buffer'},"
		     "'k':{'type':'string','crypt':true,'enum':['a']},"
		     "'e':{'type':'string','encode':['sk','#',1]},"
		     "'v':{'type':'string','validate':'/^a+$/'},"
		     "'w':{'type':'string','validate':{}},"
		     "'z':{'type':'string','nulls':true}}"),
	    "{'format':'doorward:1','entity_attribute':'_type','entities':{"
	    "'M':{'attributes':{'s':{'type':'string'},"
	    "'n':{'type':'number','required':true,'enum':[1,2.5]},"
	    "'b':{'type':'boolean'},'d':{'type':'number','text':"
	    "'Milliseconds since 1970.'},"
	    "'o':{'type':'map','attributes':{'x':{'type':'string',"
	    "'required':true}}},'l':{'type':'list','each':{'type':'number'}},"
	    "'t':{'type':['list','set of strings','set of numbers','set of "
	    "binaries']},'f':{'type':['string','binary']},"
	    "'k':{'type':'string','text':'Encrypted.'},"
	    "'v':{'type':'string','pattern':'/^a+$/'},'w':{'type':'string'},"
	    "'z':{'type':['string','null']},"
	    "'_type':{'type':'string'},"
	    "'created':{'type':'number','text':"
	    "'Milliseconds since 1970.'},"
	    "'updated':{'type':'number','text':"
	    "'Milliseconds since 1970.'}},"
	    "'closed':true}}}" },
	{ "OneTable: in items types are lost",
	    "{'models':{'M':{'l':{'type':'array','items':{'schema':{"
	    "'n':{'required':true}}}},'k':{'type':'array','items':{}}}},"
	    "'params':{'createdField':'l','updatedField':'k'}}",
	    "{'format':'doorward:1','entity_attribute':'_type','entities':{"
	    "'M':{'attributes':{'l':{'type':'list','each':{'type':'map',"
	    "'attributes':{'n':{'required':true}}}},'k':{'type':'list',"
	    "'each':{}},'_type':{'type':'string'}},'closed':true}}}" },
	{ "OneTable: params, mapped and packed names, its own models",
	    "{'models':{'_Schema':{'pk':{'type':'string'}},"
	    "'User':{'pk':{'type':'string','value':'u#${email}#${at}'},"
	    "'email':{'type':'string','map':'em'},"
	    "'at':{'type':'date'},'exp':{'type':'date','ttl':true},"
	    "'a':{'type':'string','map':'p.a'},"
	    "'b':{'type':'string','map':'p.b','required':true}}},"
	    "'params':{'typeField':'kind','isoDates':true,'nulls':true,"
	    "'createdField':'made','updatedField':'changed'}}",
	    "{'format':'doorward:1','entity_attribute':'kind','entities':{"
	    "'User':{'keys':{'pk':'u#${em}#${at}'},'attributes':{"
	    "'pk':{'type':['string','null']},'em':{'type':['string','null']},"
	    "'at':{'type':['string','null'],'text':'A date in ISO 8601, "
	    "UTC.'},'exp':{'type':['number','null'],'text':'Seconds since "
	    "1970; the item\\u0027s end.'},'p':{'type':'map','required':true},"
	    "'kind':{'type':'string'},'made':{'type':'string','text':'A date "
	    "in ISO 8601, UTC.'},'changed':{'type':'string','text':'A date in "
	    "ISO 8601, UTC.'}},'closed':true}}}" },
};

static void
test_told(void)
{
	for (size_t i = 0; i < NELEM(told); i++) {
		const char *want = told[i].told != NULL ? told[i].told :
							  told[i].text;
		struct buf out = BUF_INIT(KIB(64)), again = BUF_INIT(KIB(64));
		struct model m = { 0 };
		struct json *a = NULL, *b = NULL;
		struct json_error error;

		is_int(parse(quote(told[i].text), &m), ERR_OK, "%s: read",
		    told[i].name);
		is_str(buf_str(&wrong), STR(""), "nothing is wrong");
		model_put(&out, &m);
		model_end(&m);
		/* Escapes are written as they are, so by value. */
		if (json_parse(quote(want), LIMIT_JSON_DEPTH, &a, &error) !=
			ERR_OK ||
		    json_parse(buf_str(&out), LIMIT_JSON_DEPTH, &b, &error) !=
			ERR_OK)
			ok(false, "no JSON");
		json_put(&again, a);
		is_str(buf_str(&out), buf_str(&again), "%s: told",
		    told[i].name);
		json_free(a);
		json_free(b);
		m = (struct model){ 0 };
		is_int(parse(buf_str(&out), &m), ERR_OK, "and read again");
		buf_reset(&again);
		model_put(&again, &m);
		is_str(buf_str(&again), buf_str(&out), "it is the same");
		model_end(&m);
		buf_free(&out);
		buf_free(&again);
	}
}

/* ---- which entity, and what does not fit */

static const char shop[] =
    "{'format':'doorward:1','entities':{"
    "'Customer':{'keys':{'pk':'customer#${id}','sk':'profile',"
    "'gs1pk':'email#${email}'},'attributes':{"
    "'id':{'type':'string','required':true},"
    "'email':{'type':'string'},"
    "'age':{'type':['number','null'],'enum':[1,2.5]},"
    "'status':{'enum':['new','paid']},"
    "'address':{'type':'map','attributes':{'zip':{'type':'string',"
    "'required':true}},'closed':true},"
    "'tags':{'type':'list','each':{'type':'string'}}},'closed':true},"
    "'Order':{'keys':{'pk':'customer#${customer}',"
    "'sk':'order#${no:6:0}#${active}'}},"
    "'Line':{'keys':{'pk':'order#${a}#${b}#end'}},"
    "'Any':{'keys':{'pk':'customer#${x}','sk':'${y}'}},"
    "'Deep':{'keys':{'pk':'deep#${a.b}#${c.d}'}},"
    "'Float':{'keys':{'pk':'float#${f}','sk':'${g}'}}}}";

static const char kinds[] =
    "{'format':'doorward:1','entity_attribute':'kind','entities':{"
    "'A':{'keys':{'pk':'a#${x}'},'attributes':{'x':{'type':'string',"
    "'pattern':'^(z+)+$'}},"
    "'closed':true},'B':{}}}";

static const char onetable[] =
    ONETABLE("'User':{'pk':{'type':'string','value':'user#${email}'},"
	     "'sk':{'type':'string','value':'at#${at}#${key}#${part}#${ctx}'},"
	     "'email':{'type':'string','required':true,'map':'em'},"
	     "'at':{'type':'date','isoDates':true},"
	     "'key':{'type':'string','crypt':true},"
	     "'part':{'type':'string','encode':['sk','#',3],'required':true}}");

#define CUSTOMER "'pk':{'S':'customer#7'},'sk':{'S':'profile'},'id':{'S':'7'}"
static const struct {
	const char *model, *item, *entity, *wrong;
} fits[] = {
	{ shop, "{" CUSTOMER "}", "Customer", "" },
	{ shop, "{" CUSTOMER ",'gs1pk':{'S':'email#a'},'email':{'S':'a'}}",
	    "Customer", "" },
	{ shop, "{" CUSTOMER ",'gs1pk':{'S':'email#a'}}", "Customer", "" },
	{ shop, "{" CUSTOMER ",'gs1pk':{'S':'email#a'},'email':{'S':'b'}}",
	    "Customer",
	    "Customer.gs1pk is \"email#a\", expected \"email#b\" by its "
	    "template \"email#${email}\"" },
	{ shop, "{" CUSTOMER ",'gs1pk':{'N':'1'}}", "Customer",
	    "Customer.gs1pk is \"1\", expected \"email#${email}\" by its "
	    "template \"email#${email}\"" },
	{ shop, "{" CUSTOMER ",'gs1pk':{'M':{}}}", "Customer",
	    "Customer.gs1pk is map, expected \"email#${email}\" by its "
	    "template \"email#${email}\"" },
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'profile'}}", "Customer",
	    "Customer.id is missing, it is required" },
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'profile'},'id':{'N':'7'}}",
	    "Customer",
	    "Customer.id is of the type number, expected string" },
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'profile'},'id':{'S':'8'}}",
	    "Customer",
	    "Customer.pk is \"customer#7\", expected \"customer#8\" by its "
	    "template \"customer#${id}\"" },
	{ shop, "{" CUSTOMER ",'age':{'N':'2.5'}}", "Customer", "" },
	{ shop, "{" CUSTOMER ",'age':{'NULL':true}}", "Customer", "" },
	{ shop, "{" CUSTOMER ",'age':{'N':'3'}}", "Customer",
	    "Customer.age is \"3\", expected one of [1,2.5]" },
	{ shop, "{" CUSTOMER ",'age':{'S':'1'}}", "Customer",
	    "Customer.age is of the type string, expected number or null" },
	{ shop, "{" CUSTOMER ",'status':{'S':'open'}}", "Customer",
	    "Customer.status is \"open\", expected one of [\"new\",\"paid\"]" },
	{ shop, "{" CUSTOMER ",'emial':{'S':'a'}}", "Customer",
	    "Customer.emial is not known, expected one of id, email, age, "
	    "status, address, tags, pk, sk, gs1pk" },
	{ shop, "{" CUSTOMER ",'address':{'M':{'zip':{'S':'1'}}}}", "Customer",
	    "" },
	{ shop, "{" CUSTOMER ",'address':{'M':{'zap':{'S':'1'}}}}", "Customer",
	    "Customer.address.zip is missing, it is required; "
	    "Customer.address.zap is not known, expected one of zip" },
	{ shop, "{" CUSTOMER ",'tags':{'L':[{'S':'a'},{'S':'b'}]}}", "Customer",
	    "" },
	{ shop, "{" CUSTOMER ",'tags':{'L':[{'S':'a'},{'N':'1'}]}}", "Customer",
	    "Customer.tags[] is of the type number, expected string" },
	/* The most text of its own wins, and a variable is never empty. */
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'order#000042#true'},"
		"'customer':{'S':'7'},'no':{'N':'42'},'active':{'BOOL':true}}",
	    "Order", "" },
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'order#42#true'},"
		"'no':{'N':'42'}}",
	    "Order",
	    "Order.sk is \"order#42#true\", expected "
	    "\"order#000042#${active}\" by its template "
	    "\"order#${no:6:0}#${active}\"" },
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'order#1234567#x'},"
		"'no':{'S':'1234567'}}",
	    "Order", "" },
	{ shop, "{'pk':{'S':'customer#7'},'sk':{'S':'other'}}", "Any", "" },
	{ shop, "{'pk':{'S':'customer#'},'sk':{'S':'profile'}}", NULL,
	    "the item's key fits no entity's, expected one of Customer, "
	    "Order, Line, Any, Deep, Float" },
	{ shop, "{'pk':{'B':'YQ=='},'sk':{'S':'x'}}", NULL,
	    "the item's key fits no entity's, expected one of Customer, "
	    "Order, Line, Any, Deep, Float" },
	{ shop, "{'pk':{'S':'order#1#2#end'}}", "Line", "" },
	{ shop, "{'pk':{'S':'order#1#2#end#3#end'}}", "Line", "" },
	{ shop, "{'pk':{'S':'order#1#2#end'},'b':{'S':'2'}}", "Line", "" },
	{ shop, "{'pk':{'S':'order#1#2#end'},'b':{'S':'3'}}", "Line",
	    "Line.pk is \"order#1#2#end\", expected \"order#${a}#3#end\" by "
	    "its template \"order#${a}#${b}#end\"" },
	{ shop, "{'pk':{'S':'order###end'}}", NULL,
	    "the item's key fits no entity's, expected one of Customer, "
	    "Order, Line, Any, Deep, Float" },
	{ shop, "{'pk':{'S':'deep#1#2'},'a':{'M':{'b':{'N':'1'}}},"
		"'c.d':{'S':'2'}}",
	    "Deep", "" },
	{ shop, "{'pk':{'S':'deep#1#2'},'a':{'M':{'b':{'N':'2'}}}}", "Deep",
	    "Deep.pk is \"deep#1#2\", expected \"deep#2#${c.d}\" by its "
	    "template \"deep#${a.b}#${c.d}\"" },
	/* JavaScript writes these with an exponent. */
	{ shop, "{'pk':{'S':'float#1e-7'},'sk':{'S':'1e+21'},"
		"'f':{'N':'0.0000001'},'g':{'N':'1000000000000000000000'}}",
	    "Float", "" },
	{ shop, "{'pk':{'S':'float#1'},'sk':{'S':'x'},"
		"'f':{'N':'0.000001'}}",
	    "Float",
	    "Float.pk is \"float#1\", expected \"float#0.000001\" by its "
	    "template \"float#${f}\"" },
	/* An attribute that names the entity. */
	{ kinds, "{'pk':{'S':'a#1'},'kind':{'S':'A'}}", "A", "" },
	/* B6: a pattern is shown, not run. */
	{ kinds, "{'pk':{'S':'a#1'},'kind':{'S':'A'},'x':{'S':'1'}}", "A", "" },
	{ kinds, "{'pk':{'S':'b'},'kind':{'S':'A'}}", "A",
	    "A.pk is \"b\", expected \"a#${x}\" by its template \"a#${x}\"" },
	{ kinds, "{'pk':{'S':'a#1'},'kind':{'S':'B'},'y':{'S':'z'}}", "B", "" },
	{ kinds, "{'pk':{'S':'a#1'},'kind':{'S':'C'}}", NULL,
	    "kind is \"C\", expected one of A, B" },
	{ kinds, "{'pk':{'S':'a#1'}}", "A",
	    "A.kind is not there as a string, expected \"A\"" },
	{ kinds, "{'pk':{'S':'c'},'kind':{'N':'1'}}", "B",
	    "B.kind is not there as a string, expected \"B\"" },
	/* OneTable: what is stored is not always what the template had. */
	{ onetable, "{'_type':{'S':'User'},'pk':{'S':'user#a'},'em':{'S':'a'},"
		    "'sk':{'S':'at#2026#plain#p#c'},'at':{'S':'2025-01-01'},"
		    "'key':{'S':'sealed'}}",
	    "User", "" },
	{ onetable, "{'_type':{'S':'User'},'pk':{'S':'user#a'},'em':{'S':'b'},"
		    "'sk':{'S':'at'},'at':{'N':'1'},'x':{'S':''}}",
	    "User",
	    "User.pk is \"user#a\", expected \"user#b\" by its template "
	    "\"user#${em}\"; User.sk is \"at\", expected "
	    "\"at#${at}#${key}#${part}#${ctx}\" by its template "
	    "\"at#${at}#${key}#${part}#${ctx}\"; User.at is of the type "
	    "number, expected string; User.x is not known, expected one of "
	    "pk, sk, em, at, key, _type, created, updated" },
	{ onetable, "{'_type':{'S':'_Unique'},'pk':{'S':'_unique#x'},"
		    "'sk':{'S':'_unique#'}}",
	    "_Unique", "" },
	{ onetable, "{'pk':{'S':'x'},'sk':{'S':'y'}}", NULL,
	    "the item's key fits no entity's, expected one of User" },
};

static void
test_fits(void)
{
	for (size_t i = 0; i < NELEM(fits); i++) {
		struct model m = { 0 };
		struct json *item = NULL;
		struct json_error error;
		struct model_item in = { .hash = STR("pk"),
			.range = STR("sk") };
		const struct model_entity *e;
		bool good;

		is_int(parse(quote(fits[i].model), &m), ERR_OK, "a model");
		if (json_parse(quote(fits[i].item), LIMIT_JSON_DEPTH, &item,
			&error) != ERR_OK) {
			ok(false, "%s is no JSON", fits[i].item);
			continue;
		}
		in.item = item;
		e = model_match(&m, &in);
		is_str(e == NULL ? STR("none") : e->name,
		    fits[i].entity == NULL ? STR("none") :
					     str_from(fits[i].entity),
		    "%s", fits[i].item);
		good = model_check(&m, &in, &wrong);
		is_str(buf_str(&wrong), str_from(fits[i].wrong), "its faults");
		is_int(good, fits[i].wrong[0] == '\0', "and so it fits, or not");
		json_free(item);
		model_end(&m);
	}
}

/* Up to so many faults are told, the rest counted; long texts are cut. */
static void
test_many_faults(void)
{
	struct model m = { 0 };
	struct json *item = NULL;
	struct json_error error;
	struct model_item in = { .hash = STR("pk") };
	struct buf want = BUF_INIT(KIB(16));

	for (size_t n = LIMIT_MODEL_FAULTS; n <= LIMIT_MODEL_FAULTS + 2; n++) {
		buf_reset(&big);
		BUF_LIT(&big, "{\"format\":\"doorward:1\",\"entities\":{\"E\":{"
			      "\"attributes\":{");
		put_many(n, "\"a", "\":{\"required\":true}");
		BUF_LIT(&big, "}}}}");
		if (parse(buf_str(&big), &m) != ERR_OK ||
		    json_parse(STR("{}"), 2, &item, &error) != ERR_OK)
			ok(false, "%.*s", STR_ARG(buf_str(&wrong)));
		in.item = item;
		ok(!model_check(&m, &in, &wrong), "%zu faults", n);
		buf_reset(&want);
		for (size_t i = 0; i < LIMIT_MODEL_FAULTS; i++) {
			if (i > 0)
				BUF_LIT(&want, "; ");
			buf_printf(&want,
			    "E.a%zu is missing, it is required", i);
		}
		if (n > LIMIT_MODEL_FAULTS)
			buf_printf(&want, "; and %zu more",
			    n - LIMIT_MODEL_FAULTS);
		is_str(buf_str(&wrong), buf_str(&want), "as many are told");
		json_free(item);
		model_end(&m);
	}
	buf_free(&want);
}

/* A key is at most 2048 bytes long: even the worst template is quick. */
static void
test_worst(void)
{
	struct model m = { 0 };
	struct json *item = NULL;
	struct json_error error;
	struct model_item in = { .hash = STR("pk") };

	buf_reset(&big);
	BUF_LIT(&big, "{\"format\":\"doorward:1\",\"entities\":{\"E\":{"
		      "\"keys\":{\"pk\":\"");
	for (size_t i = 0; i < 15; i++)
		BUF_LIT(&big, "${a}xxxxxxxxxxxxxxxxxxxx");
	BUF_LIT(&big, "${a}y\"}}}}");
	is_int(parse(buf_str(&big), &m), ERR_OK, "a template of 31 pieces");
	buf_reset(&big);
	BUF_LIT(&big, "{\"pk\":{\"S\":\"");
	put_chars(LIMIT_KEY_HASH);
	BUF_LIT(&big, "\"}}");
	if (json_parse(buf_str(&big), 4, &item, &error) != ERR_OK)
		ok(false, "no JSON");
	in.item = item;
	for (size_t i = 0; i < 1000; i++)
		if (model_match(&m, &in) != NULL)
			ok(false, "it does not fit");
	ok(true, "compared 1000 times");
	json_free(item);
	model_end(&m);
}

static void
test_models(void)
{
	struct models_row rows[] = { { .table = STR("shop") },
		{ .table = STR("app-*") } };
	struct models all = { .rows = rows, .n = NELEM(rows) };

	ok(models_find(&all, STR("shop")) == &rows[0], "by its name");
	ok(models_find(&all, STR("app-1")) == &rows[1], "by a pattern");
	ok(models_find(&all, STR("shops")) == NULL, "there is none");
	ok(models_find(NULL, STR("shop")) == NULL, "there are none at all");
}

int
main(void)
{
	if ((arena = arena_new(MIB(1))) == NULL)
		return 1;
	test_refused();
	test_limits();
	test_told();
	test_fits();
	test_many_faults();
	test_worst();
	test_models();
	arena_free(arena);
	buf_free(&wrong);
	buf_free(&big);
	return tap_done();
}
