/* SPDX-License-Identifier: ISC */
/*
 * fuzz conf - any bytes as the settings file.
 *
 * What is taken must lie within the limits; what is refused must say where.
 */
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool good)
{
	if (!good)
		abort();
}

static bool
within(struct str s, const char *text, size_t n)
{
	return s.p >= text && s.len <= n && s.p + s.len <= text + n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct policy p;
	const char *why = NULL;
	enum conf_where where;
	char *text;

	if (size > CONF_FILE_MAX || (text = malloc(size + 1)) == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	p = (struct policy){ 0 };
	if (conf_parse(text, size, "f", &p, &why) != ERR_OK) {
		check(why != NULL && strncmp(why, "f:", 2) == 0);
		free(text);
		return 0;
	}
	check(p.nhosts <= POLICY_LIST_MAX && p.norigins <= POLICY_LIST_MAX &&
	    p.nlisten > 0 && p.nlisten <= POLICY_LISTEN_MAX &&
	    p.max_connections > 0);
	for (size_t i = 0; i < p.nlisten; i++)
		check(conf_where(p.listen[i], false, &where));
	for (size_t i = 0; i < p.nhosts; i++)
		check(p.hosts[i].len > 0 && within(p.hosts[i], text, size));
	for (size_t i = 0; i < p.norigins; i++)
		check(p.origins[i].scheme.len > 0 &&
		    within(p.origins[i].host, text, size));
	check(p.user.p == NULL || p.user.p[p.user.len] == '\0');
	free(text);
	return 0;
}
