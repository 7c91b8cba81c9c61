/* SPDX-License-Identifier: ISC */
/* doorward credentials - the default token, in the form that a client takes. */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "cli/cmd.h"

static int credentials(const struct cmd_env *env, int argc, char **argv);

const struct cmd cmd_credentials = {
	.name = "credentials",
	.args = "bearer|aws|mcp",
	.summary =
	    "print the default token for HTTP, the AWS SDKs or MCP clients",
	.run = credentials,
};

static int
print_aws(const struct policy *p, const char *text)
{
	char akid[TOKEN_AKID_BYTES + 1], secret[TOKEN_SECRET_BYTES + 1];
	struct token_record t;

	if (!token_map_bearer(p->tokens, str_from(text), clock_wall_ns(), &t)) {
		cmd_complain("the default token is revoked or expired");
		return EX_NOPERM;
	}
	token_aws(&t, p->keys->aws, akid, secret);
	(void)printf("AWS_ACCESS_KEY_ID=%s\nAWS_SECRET_ACCESS_KEY=%s\n", akid,
	    secret);
	crypto_wipe(secret, sizeof(secret));
	return EX_OK;
}

/* Where MCP clients find us: the first address over TCP. */
static struct str
first_address(const struct policy *p)
{
	for (size_t i = 0; i < p->nlisten; i++)
		if (p->listen[i].p[0] != '/')
			return p->listen[i];
	return STR("127.0.0.1:3667");
}

static int
print_mcp(const struct policy *p, const char *text)
{
	(void)printf("{\n"
		     "  \"mcpServers\": {\n"
		     "    \"doorward\": {\n"
		     "      \"type\": \"http\",\n"
		     "      \"url\": \"http://%.*s/mcp\",\n"
		     "      \"headers\": {\n"
		     "        \"Authorization\": \"Bearer %s\"\n"
		     "      }\n"
		     "    }\n"
		     "  }\n"
		     "}\n",
	    STR_ARG(first_address(p)), text);
	return EX_OK;
}

static int
credentials(const struct cmd_env *env, int argc, char **argv)
{
	const struct policy_flags flags = { 0 };
	const char *why = "";
	struct policy *p;
	char *text;
	int r = EX_OK;

	if (argc < 2 ||
	    (strcmp(argv[1], "bearer") != 0 && strcmp(argv[1], "aws") != 0 &&
		strcmp(argv[1], "mcp") != 0))
		return cmd_usage(&cmd_credentials, argv[1]);
	if (argc > 2)
		return cmd_usage(&cmd_credentials, argv[2]);
	if ((r = cmd_load(env, &flags, &p)) != EX_OK)
		return r;
	if (home_token(&p->home, &text, &why) != ERR_OK) {
		cmd_complain(why);
		policy_free(p);
		return EX_CONFIG;
	}
	if (strcmp(argv[1], "bearer") == 0)
		(void)puts(text);
	else if (strcmp(argv[1], "aws") == 0)
		r = print_aws(p, text);
	else
		r = print_mcp(p, text);
	crypto_secret_free(text);
	policy_free(p);
	return fflush(stdout) == 0 ? r : EX_IOERR;
}
