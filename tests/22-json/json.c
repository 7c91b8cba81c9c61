/* SPDX-License-Identifier: ISC */
/*
 * json.t - what is JSON (y), what is not (n), and what comes out of it.
 *
 * RFC 8259's grammar; and of what it leaves open, what json.h settles.
 */
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "tap.h"

#define DEPTH 96

static const struct {
	const char *name;
	struct str text;
	const char *written; /* NULL: as it was */
} yes[] = {
#define Y(name, text, written) { name, STR_INIT(text), written }
	Y("object_empty", "{}", NULL),
	Y("array_empty", "[]", NULL),
	Y("array_ending_with_newline", "[\"a\"]\n", "[\"a\"]"),
	Y("array_white_space", " [ \r\n\t] ", "[]"),
	Y("lonely_null", "null", NULL),
	Y("lonely_true", "true", NULL),
	Y("lonely_false", "false", NULL),
	Y("lonely_string", "\"\"", NULL),
	Y("lonely_number", "42", NULL),
	Y("array_of_kinds", "[null,1,\"1\",{},true,false,[]]", NULL),
	Y("number_minus_zero", "-0", NULL),
	Y("number_fraction", "-0.50", NULL),
	Y("number_exponents", "[1e2,1E+2,1e-2,0e1,1.5E2]", NULL),
	Y("number_past_64_bits", "18446744073709551616", NULL),
	Y("number_many_digits", "-1234567890123456789012345678901234567.89",
	    NULL),
	Y("number_largest_double", "1.7976931348623157e308", NULL),
	Y("number_underflow", "1e-99999", NULL),
	Y("string_escapes", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
	    "\"\\\"\\\\/\\b\\f\\n\\r\\t\""),
	Y("string_unicode_escape", "\"\\u0041\\u00e9\\u20AC\"",
	    "\"A\xc3\xa9\xe2\x82\xac\""),
	Y("string_surrogate_pair", "\"\\uD83D\\udeaa\"",
	    "\"\xf0\x9f\x9a\xaa\""),
	Y("string_last_plane", "\"\\uDBFF\\uDFFF\"", "\"\xf4\x8f\xbf\xbf\""),
	Y("string_nul_escape", "\"a\\u0000b\"", NULL),
	Y("string_control_escape", "\"\\u001F\"", "\"\\u001f\""),
	Y("string_del", "\"\x7f\"", NULL),
	Y("string_utf8", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\xaa\"", NULL),
	Y("string_noncharacter", "\"\xef\xbf\xbf\"", NULL),
	Y("object_order_kept", "{\"b\":1,\"a\":2,\"c\":{\"z\":0}}", NULL),
	Y("object_empty_name", "{\"\":0}", NULL),
	Y("object_names_by_case", "{\"a\":1,\"A\":2}", NULL),
	Y("object_escaped_name", "{\"\\u0061\\n\":1}", "{\"a\\n\":1}"),
	Y("object_same_name_other_depth", "{\"a\":{\"a\":{\"a\":0}}}", NULL),
	Y("object_null_member", "{\"a\":null}", NULL),
#undef Y
};

static const struct {
	const char *name;
	struct str text;
	size_t at;
	const char *what;
} no[] = {
#define N(name, text, at, what) { name, STR_INIT(text), at, what }
	N("empty", "", 0, "unfinished text"),
	N("space_alone", " ", 1, "unfinished text"),
	N("bom", "\xef\xbb\xbf{}", 0, "value expected"),
	N("two_values", "1 2", 2, "more after the value"),
	N("object_then_brace", "{}}", 2, "more after the value"),
	N("nul_after_value", "{}\0", 2, "more after the value"),
	N("form_feed", "[\f]", 1, "value expected"),
	N("word_cut", "nul", 0, "value expected"),
	N("word_capital", "[True]", 1, "value expected"),
	N("word_nan", "NaN", 0, "value expected"),
	N("word_infinity", "-Infinity", 1, "digit expected"),
	N("word_undefined", "[undefined]", 1, "value expected"),
	N("comment", "[1/**/]", 2, "comma or ] expected"),
	N("array_trailing_comma", "[1,]", 3, "value expected"),
	N("array_leading_comma", "[,1]", 1, "value expected"),
	N("array_two_commas", "[1,,2]", 3, "value expected"),
	N("array_no_comma", "[1 2]", 3, "comma or ] expected"),
	N("array_open", "[1", 2, "comma or ] expected"),
	N("array_colon", "[1:2]", 2, "comma or ] expected"),
	N("array_closed_as_object", "[1}", 2, "comma or ] expected"),
	N("object_open", "{\"a\":1", 6, "comma or } expected"),
	N("object_trailing_comma", "{\"a\":1,}", 7, "member name expected"),
	N("object_no_colon", "{\"a\" 1}", 5, "colon expected"),
	N("object_no_value", "{\"a\":}", 5, "value expected"),
	N("object_bare_name", "{a:1}", 1, "member name expected"),
	N("object_single_quotes", "{'a':1}", 1, "member name expected"),
	N("object_number_name", "{1:1}", 1, "member name expected"),
	N("object_duplicate", "{\"a\":1,\"b\":2,\"a\":3}", 13,
	    "duplicate member name"),
	N("object_duplicate_escaped", "{\"a\":1,\"\\u0061\":3}", 7,
	    "duplicate member name"),
	N("object_duplicate_deep", "[{\"x\":{\"a\":1,\"a\":1}}]", 13,
	    "duplicate member name"),
	N("object_nul_in_name", "{\"a\\u0000x\":1}", 2,
	    "U+0000 in a member name"),
	N("string_single_quotes", "'a'", 0, "value expected"),
	N("string_open", "\"abc", 4, "unfinished string"),
	N("string_newline", "\"a\nb\"", 2, "control character in a string"),
	N("string_raw_nul", "\"a\0b\"", 2, "control character in a string"),
	N("string_raw_1f", "\"\x1f\"", 1, "control character in a string"),
	N("string_bad_escape", "\"\\x41\"", 2, "unknown escape"),
	N("string_escaped_nul_byte", "\"\\\0\"", 2, "unknown escape"),
	N("string_escape_cut", "\"\\", 2, "unfinished escape"),
	N("string_u_cut", "\"\\u12", 3, "unfinished escape"),
	N("string_u_not_hex", "\"\\u12g4\"", 5, "bad \\u escape"),
	N("string_u_capital", "\"\\U0041\"", 2, "unknown escape"),
	N("string_lone_high", "\"\\ud83d\"", 1, "lone surrogate"),
	N("string_lone_low", "\"\\ude00\"", 1, "lone surrogate"),
	N("string_two_high", "\"\\ud83d\\ud83d\"", 1, "lone surrogate"),
	N("string_high_then_text", "\"\\ud83dxxxxxx\"", 1, "lone surrogate"),
	N("string_utf8_surrogate", "\"\xed\xa0\x80\"", 1, "not UTF-8"),
	N("string_utf8_overlong", "\"ab\xc0\xaf\"", 1, "not UTF-8"),
	N("string_utf8_cut", "\"\xe2\x82\"", 1, "not UTF-8"),
	N("string_latin1", "\"\\n\xe9\"", 3, "not UTF-8"),
	N("number_plus", "+1", 0, "value expected"),
	N("number_minus_alone", "-", 1, "digit expected"),
	N("number_leading_zero", "01", 1, "more after the value"),
	N("number_minus_leading_zero", "-012", 2, "more after the value"),
	N("number_no_integer", ".5", 0, "value expected"),
	N("number_minus_dot", "-.5", 1, "digit expected"),
	N("number_no_fraction", "1.", 2, "digit expected"),
	N("number_dot_exponent", "2.e3", 2, "digit expected"),
	N("number_no_exponent", "1e", 2, "digit expected"),
	N("number_exponent_sign", "1e+", 3, "digit expected"),
	N("number_hex", "0x1", 1, "more after the value"),
	N("number_two_dots", "1.2.3", 3, "more after the value"),
	N("number_too_large", "[1e309]", 1, "number too large"),
	N("number_too_large_negative", "-1e309", 0, "number too large"),
	N("number_huge_exponent", "1e99999999999999999999", 0,
	    "number too large"),
#undef N
};

static void
test_grammar(void)
{
	struct json_error error;

	for (size_t i = 0; i < NELEM(yes); i++) {
		struct json *j CLEANUP(json_freep) = NULL;
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct str want = yes[i].written == NULL ?
		    yes[i].text : str_from(yes[i].written);

		is_int(json_parse(yes[i].text, DEPTH, &j, &error), ERR_OK,
		    "y_%s", yes[i].name);
		json_put(&b, j);
		is_str(buf_str(&b), want, "y_%s: written", yes[i].name);
	}
	for (size_t i = 0; i < NELEM(no); i++) {
		error = (struct json_error){ 0 };
		is_int(json_check(no[i].text, DEPTH, &error), ERR_JSON,
		    "n_%s", no[i].name);
		is_str(str_from(error.what == NULL ? "" : error.what),
		    str_from(no[i].what), "n_%s: what", no[i].name);
		is_int(error.at, no[i].at, "n_%s: where", no[i].name);
	}
}

static void
test_sorted(void)
{
	static const struct {
		const char *text, *leave_out, *sorted;
	} s[] = {
		{ "{}", NULL, "{}" },
		{ "[3,1,{\"b\":1,\"a\":2}]", NULL, "[3,1,{\"a\":2,\"b\":1}]" },
		{ "{\"b\":[],\"aa\":null,\"a\":{\"z\":1.50,\"y\":\"\\n\"}}",
		    NULL,
		    "{\"a\":{\"y\":\"\\n\",\"z\":1.50},"
		    "\"aa\":null,\"b\":[]}" },
		{ "{\"c\":1,\"b\":{\"c\":2},\"a\":3}", "c",
		    "{\"a\":3,\"b\":{\"c\":2}}" },
		{ "{\"c\":1}", "c", "{}" },
		{ "\"c\"", "c", "\"c\"" },
	};
	struct arena *a = arena_new(KIB(4));
	struct json_error error;

	for (size_t i = 0; i < NELEM(s); i++) {
		struct json *j CLEANUP(json_freep) = NULL;
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(1));

		is_int(json_parse(str_from(s[i].text), DEPTH, &j, &error),
		    ERR_OK, "%s", s[i].text);
		ok(json_put_sorted(&b, j, s[i].leave_out, a), "sorted");
		is_str(buf_str(&b), str_from(s[i].sorted), "%s: sorted",
		    s[i].text);
	}
	arena_free(a);
}

/* n levels of arrays or objects. */
static enum err
nest(size_t n, bool objects)
{
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct json_error error;

	for (size_t i = 0; i < n; i++)
		buf_puts(&b, objects ? STR("{\"a\":") : STR("["));
	if (objects)
		BUF_LIT(&b, "1");
	for (size_t i = 0; i < n; i++)
		buf_putc(&b, objects ? '}' : ']');
	return json_check(buf_str(&b), DEPTH, &error);
}

static void
test_depth(void)
{
	is_int(nest(DEPTH, false), ERR_OK, "arrays: as deep as allowed");
	is_int(nest(DEPTH + 1, false), ERR_JSON, "arrays: one deeper");
	is_int(nest(DEPTH, true), ERR_OK, "objects: as deep as allowed");
	is_int(nest(DEPTH + 1, true), ERR_JSON, "objects: one deeper");
	is_int(nest(300000, false), ERR_JSON, "very deep");
}

static void
test_values(void)
{
	static const char text[] =
	    "{\"s\":\"a\\u0000b\",\"n\":12345678901234567890123,\"i\":-7,"
	    "\"f\":1.0,\"z\":null,\"t\":true,\"a\":[1,null],\"min\":"
	    "-9223372036854775808,\"past\":9223372036854775808,\"m0\":-0}";
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error error;
	struct json_member m = { 0 };
	int64_t n = 1;

	is_int(json_parse(STR(text), DEPTH, &j, &error), ERR_OK, "parse");
	is_str(json_str(json_get(j, "s")), STR("a\0b"), "a NUL is data");
	is_str(json_number(json_get(j, "n")), STR("12345678901234567890123"),
	    "a number's text is kept");
	ok(json_str(json_get(j, "n")).p == NULL, "a number is no string");
	ok(json_number(json_get(j, "s")).p == NULL, "a string is no number");
	ok(json_int(json_get(j, "i"), &n) && n == -7, "an integer");
	ok(json_int(json_get(j, "min"), &n) && n == INT64_MIN, "the least");
	ok(!json_int(json_get(j, "past"), &n), "one past the greatest");
	ok(json_int(json_get(j, "m0"), &n) && n == 0, "minus zero");
	ok(!json_int(json_get(j, "f"), &n), "a fraction is no integer");
	ok(!json_int(json_get(j, "s"), &n), "a string is no integer");
	is_int(json_kind(json_get(j, "z")), JSON_NULL, "null is there");
	is_int(json_kind(json_get(j, "none")), JSON_ABSENT, "absent is not");
	ok(json_bool(json_get(j, "t")), "true");
	is_int(json_len(json_get(j, "a")), 2, "elements");
	is_int(json_kind(json_at(json_get(j, "a"), 1)), JSON_NULL, "at");
	ok(json_at(json_get(j, "a"), 2) == NULL, "past the end");
	is_int(json_len(j), 10, "members");
	ok(json_next(j, &m) && json_next(j, &m), "members in order");
	is_str(m.name, STR("n"), "the second");
	ok(json_at(json_get(json_get(j, "no"), "no"), 0) == NULL, "chains");
	ok(json_find(j, STR("s\0")) == NULL, "a NUL does not end a name");
	ok(json_find(j, STR("s")) != NULL, "found");
}

/* Names at the length where the look-up changes, and many of them. */
static void
test_names(void)
{
	for (size_t len = 254; len <= 257; len++) {
		struct buf b CLEANUP(buf_free) = BUF_INIT(KIB(4));
		struct json *j CLEANUP(json_freep) = NULL;
		struct json_error error;
		char name[260];

		memset(name, 'n', len);
		BUF_LIT(&b, "{\"a\":0,\"");
		buf_put(&b, name, len);
		BUF_LIT(&b, "\":5}");
		is_int(json_parse(buf_str(&b), DEPTH, &j, &error), ERR_OK,
		    "a name of %zu", len);
		is_str(json_number(json_find(j, (struct str){ name, len })),
		    STR("5"), "found");
	}
	struct buf b CLEANUP(buf_free) = BUF_INIT(MIB(4));
	struct json *j CLEANUP(json_freep) = NULL;
	struct json_error error;

	for (unsigned i = 0; i < 50000; i++)
		buf_printf(&b, "%c\"name%u\":%u", i == 0 ? '{' : ',', i, i);
	BUF_LIT(&b, "}");
	is_int(json_parse(buf_str(&b), DEPTH, &j, &error), ERR_OK,
	    "50,000 members");
	is_str(json_number(json_get(j, "name49999")), STR("49999"), "last");
}

int
main(void)
{
	test_grammar();
	test_sorted();
	test_depth();
	test_values();
	test_names();
	return tap_done();
}
