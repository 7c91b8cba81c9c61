/* SPDX-License-Identifier: ISC */
/*
 * prompt - what a human may ask an agent to do here, worded well.
 *
 * A prompt is one const row and one line in prompt.tbl.
 *
 * Layer: mcp.
 */
#ifndef MCP_PROMPT_H
#define MCP_PROMPT_H

#include "mcp/tool.h"

#define PROMPT_ARGUMENTS 4

struct prompt {
	const char *name;
	const char *title;
	const char *text; /* the description */
	struct prompt_argument {
		const char *name;
		const char *text;
		bool required;
		bool table; /* it names one: completed, and must be there */
	} argument[PROMPT_ARGUMENTS]; /* up to the first without a name */
	/* What the user says; {NAME} stands for an argument, {NAME?a|b} for
	 * a where it was given, else b. */
	const char *say;
	/* More content behind it, each ,{"role":...}; NULL: for an argument
	 * that is a table, that table's description. */
	enum err (*more)(struct op_ctx *ctx, const struct json *args,
	    struct buf *out);
	/* In place of all that: the members of its result. */
	enum err (*speak)(struct call *c, struct buf *out);
};

/* In the order of prompt.tbl; NULL past the end. */
const struct prompt *prompt_at(size_t i) NODISCARD;
const struct prompt *prompt_find(struct str name) NODISCARD;

#define PROMPT(sym) extern const struct prompt prompt_##sym;
#include "mcp/prompt.tbl"
#undef PROMPT

#endif
