/* SPDX-License-Identifier: ISC */
/*
 * token - what the files of doorward token share.
 *
 * Layer: cli.
 */
#ifndef CLI_TOKEN_H
#define CLI_TOKEN_H

#include "base/buf.h"
#include "cli/cmd.h"

/* Complains and returns EX_USAGE. */
int token_usage(const char *odd);

/* The home and its map, which must be there; else complains. */
int token_map_of(const struct cmd_env *env, struct home *ret_home,
    struct token_map **ret) NONNULL NODISCARD;

/* doorward token list, show.  argv[0] is their name. */
int token_cmd_list(const struct cmd_env *env, int argc, char **argv) NONNULL;
int token_cmd_show(const struct cmd_env *env, int argc, char **argv) NONNULL;

/* "read,write" or what else is set. */
void token_put_rights(struct buf *out, uint32_t rights) NONNULL;

/* To standard output, and sure to have got there. */
bool token_say(const struct buf *b) NONNULL NODISCARD;

#endif
