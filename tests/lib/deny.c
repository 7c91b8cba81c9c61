/* SPDX-License-Identifier: ISC */
/*
 * deny - run a command where some system calls fail: a kernel that lacks
 * them, or a container that forbids them.
 *
 *	deny CALL[:ARG=VALUE] ERRNO ... -- COMMAND [ARGUMENT ...]
 *
 * ARG is the number of an argument, of which the lower half is compared.
 */
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_RULES 16

static const struct {
	const char *name;
	unsigned nr;
} calls[] = {
	{ "landlock_create_ruleset", 444 }, /* newer than the headers */
	{ "landlock_add_rule", 445 },
	{ "landlock_restrict_self", 446 },
	{ "seccomp", __NR_seccomp },
	{ "prctl", __NR_prctl },
	{ "prlimit64", __NR_prlimit64 },
	{ "setresuid", __NR_setresuid },
	{ "setresgid", __NR_setresgid },
	{ "setgroups", __NR_setgroups },
	{ "capset", __NR_capset },
	{ "clone", __NR_clone },
	{ "socketpair", __NR_socketpair },
	{ "rt_sigaction", __NR_rt_sigaction },
};

static unsigned
number_of(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strlen(calls[i].name) == n &&
		    strncmp(calls[i].name, name, n) == 0)
			return calls[i].nr;
	errx(2, "%.*s: not in the table", (int)n, name);
}

/* Five instructions at the most: on a match the errno, else go on behind. */
static unsigned
put_rule(struct sock_filter *f, const char *what, unsigned error)
{
	const unsigned nr = number_of(what, strcspn(what, ":"));
	const unsigned give = SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA);
	unsigned arg = 0, value = 0, n = 0;
	int with = sscanf(what, "%*[a-z0-9_]:%u=%u", &arg, &value) == 2;

	f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	    offsetof(struct seccomp_data, nr));
	f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0,
	    (unsigned char)(with ? 3 : 1));
	if (with) {
		f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    (unsigned)offsetof(struct seccomp_data, args) + 8 * arg);
		f[n++] = (struct sock_filter)BPF_JUMP(
		    BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
	}
	f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, give);
	return n;
}

int
main(int argc, char **argv)
{
	struct sock_filter f[MAX_RULES * 5 + 1];
	struct sock_fprog prog = { 0, f };
	int i;

	for (i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
		if (prog.len > (MAX_RULES - 1) * 5)
			errx(2, "too many rules");
		prog.len = (unsigned short)(prog.len +
		    put_rule(f + prog.len, argv[i],
			(unsigned)strtoul(argv[i + 1], NULL, 10)));
	}
	f[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	    SECCOMP_RET_ALLOW);
	if (i + 1 >= argc)
		errx(2, "usage: deny CALL[:ARG=VALUE] ERRNO ... -- COMMAND");
	/* As root without it, so that the command can still set it itself. */
	if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		err(2, "no_new_privs");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
		err(2, "filter");
	(void)execvp(argv[i + 1], argv + i + 1);
	err(127, "%s", argv[i + 1]);
}
