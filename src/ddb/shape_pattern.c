/* SPDX-License-Identifier: ISC */
/* What the strings of some members are made of. */
#include "ddb/shape.h"

/* Is each of its characters one of those, and is there one? */
static bool
made_of(struct str s, bool (*good)(unsigned char))
{
	for (size_t i = 0; i < s.len; i++)
		if (!good((unsigned char)s.p[i]))
			return false;
	return s.len > 0;
}

static bool
is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_token(unsigned char c)
{
	return c != '$';
}

static bool
is_print(unsigned char c)
{
	return c >= ' ' && c <= '~';
}

static bool
is_text(unsigned char c)
{
	return c >= ' ' || c == '\r' || c == '\n' || c == '\t';
}

static bool
is_delimiter(unsigned char c)
{
	return c == ',' || c == ';' || c == ':' || c == '|' || c == '\t' ||
	    c == ' ';
}

static bool
is_header(unsigned char c)
{
	return is_print(c) && c != '"' && c != ',';
}

static bool
account_fits(struct str s)
{
	return s.len == 12 && made_of(s, is_digit);
}

static bool
token_fits(struct str s)
{
	return made_of(s, is_token);
}

static bool
policy_name_fits(struct str s)
{
	return made_of(s, is_print);
}

static bool
role_fits(struct str s)
{
	return s.len == 0 || made_of(s, is_text);
}

static bool
delimiter_fits(struct str s)
{
	return s.len == 1 && made_of(s, is_delimiter);
}

static bool
header_fits(struct str s)
{
	return s.len == 0 || made_of(s, is_header);
}

const struct shape_pattern shape_account = { "[0-9]{12}", account_fits };
const struct shape_pattern shape_token = { "^[^\\$]+$", token_fits };
const struct shape_pattern shape_policy_name = { "\\p{Print}+",
	policy_name_fits };
const struct shape_pattern shape_role = {
	"[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*",
	role_fits
};
const struct shape_pattern shape_delimiter = { "[,;:|\\t ]", delimiter_fits };
const struct shape_pattern shape_header = {
	"[\\x20-\\x21\\x23-\\x2B\\x2D-\\x7E]*", header_fits
};
