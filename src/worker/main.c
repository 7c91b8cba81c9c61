/* SPDX-License-Identifier: ISC */
/*
 * doorward-worker - what a door starts for a connection.
 *
 * The order is the argument: configuration and the shared map are read,
 * the store's files made sure of, everything else closed, stage 1 of the
 * sandbox passed; and only then there is a process that reads from the peer.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "audit/pending.h"
#include "base/event.h"
#include "base/limits.h"
#include "conf/policy.h"
#include "conn/pass.h"
#include "crypto/crypto.h"
#include "limit/limit.h"
#include "room/room.h"
#include "sandbox/sandbox.h"
#include "store/store.h"
#include "worker/worker.h"

struct options {
	const char *home;
	const char *data;
	struct policy_flags flags;
	bool template;
	bool stdio;
	bool jobs;
};

static const char usage[] =
    "usage: doorward-worker [--home DIR] [--data DIR] [--no-auth]\n"
    "                       [--ephemeral] [--read-only]\n"
    "                       [--stdio | --template | --jobs]\n"
    "       doorward-worker --help | --version\n"
    "\n"
    "Serves the connection that is its standard input (inetd), or the one\n"
    "that systemd passes (Accept=yes).  See doorward-worker(8).\n";

NORETURN static void
bad_usage(void)
{
	(void)fputs(usage, stderr);
	exit(EX_USAGE);
}

static void
parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longopts[] = {
		{ "home", required_argument, NULL, 'h' },
		{ "data", required_argument, NULL, 'd' },
		{ "no-auth", no_argument, NULL, 'n' },
		{ "ephemeral", no_argument, NULL, 'e' },
		{ "read-only", no_argument, NULL, 'r' },
		{ "template", no_argument, NULL, 't' },
		{ "stdio", no_argument, NULL, 's' },
		{ "jobs", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, '?' + 256 },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longopts, NULL)) != -1) {
		switch (c) {
		case 'h':
			o->home = optarg;
			break;
		case 'd':
			o->data = optarg;
			break;
		case 'n':
			o->flags.no_auth = true;
			break;
		case 'e':
			o->flags.ephemeral = true;
			break;
		case 'r':
			o->flags.read_only = true;
			break;
		case 't':
			o->template = true;
			break;
		case 's':
			o->stdio = true;
			break;
		case 'j':
			o->jobs = true;
			break;
		case '?' + 256:
			(void)fputs(usage, stdout);
			exit(EX_OK);
		case 'V':
			(void)puts("doorward-worker " DOORWARD_VERSION);
			exit(EX_OK);
		default:
			bad_usage();
		}
	}
	if (optind < argc || o->template + o->stdio + o->jobs > 1)
		bad_usage();
}

/*
 * inetd makes standard output and error the connection as well: nothing may
 * be written there.  Done before anything can fail with words.
 */
static void
mend_output(int fd)
{
	struct stat in, out;
	int null;

	if (fstat(fd, &out) == 0 &&
	    (fstat(STDIN_FILENO, &in) < 0 || in.st_ino != out.st_ino ||
		in.st_dev != out.st_dev || !S_ISSOCK(in.st_mode)))
		return;
	if ((null = open("/dev/null", O_RDWR)) < 0)
		_exit(EX_OSERR);
	if (null != fd) {
		(void)dup2(null, fd);
		(void)close(null);
	}
}

/* LISTEN_FDS of sd_listen_fds(3), without the library: it starts slowly. */
static int
passed_socket(void)
{
	const char *fds = getenv("LISTEN_FDS"), *pid = getenv("LISTEN_PID");

	if (fds != NULL && pid != NULL && strcmp(fds, "1") == 0 &&
	    strtol(pid, NULL, 10) == (long)getpid())
		return 3;
	return STDIN_FILENO;
}

/* Is our client the socket that a door has passed? */
static bool
has_socket(const struct options *o)
{
	return !o->template && !o->stdio && !o->jobs;
}

NORETURN static void
refuse(const struct options *o, int status)
{
	struct conn conn;

	if (has_socket(o) && conn_init(&conn, passed_socket()) == ERR_OK)
		room_say_failed(&conn);
	exit(status);
}

NORETURN static void
fail(const struct options *o, const char *step, enum err e, const char *why)
{
	EVENT_LOG(EVENT_START_FAILED, { "step", str_from(step) },
	    { "error", str_from(err_row(e)->id) }, { "why", str_from(why) });
	refuse(o, EX_CONFIG);
}

/* A peer is one; what listens, or is no socket, was set up wrongly. */
static void
check_socket(const struct options *o, int conn)
{
	int type = 0, listens = 0;
	socklen_t len = sizeof(type);

	if (getsockopt(conn, SOL_SOCKET, SO_TYPE, &type, &len) < 0 ||
	    type != SOCK_STREAM)
		fail(o, "socket", ERR_CONF, "expected a connection, by inetd");
	len = sizeof(listens);
	if (getsockopt(conn, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0 ||
	    listens != 0)
		fail(o, "socket", ERR_CONF,
		    "it listens; expected a connection: Accept=yes, nowait");
}

/* A data directory elsewhere: doorward serve --ephemeral. */
static enum err
use_data(struct home *home, const char *data, const char **reterr_text)
{
	const size_t n = strlen(data);

	if (n >= sizeof(home->data) || data[0] != '/') {
		*reterr_text = "--data: expected an absolute path";
		return ERR_CONF;
	}
	memcpy(home->data, data, n + 1);
	return ERR_OK;
}

/*
 * What root makes in a directory belongs to that one's owner; and a
 * directory whose owner plays tricks with names gains nothing by them.
 */
static enum err
prepare_store(const struct policy *policy, const char **reterr_text)
{
	const struct store_conf c = {
		.dir = policy->home.data,
		.max_size = policy->max_size,
		.sync_off = policy->sync_off,
		.chain_key = policy->keys->chain,
		.digest_key = policy->keys->digest,
	};
	const bool root = geteuid() == 0;
	const gid_t gid = getegid();
	struct stat st;
	enum err e;

	if (root &&
	    (stat(c.dir, &st) < 0 || setegid(st.st_gid) < 0 ||
		seteuid(st.st_uid) < 0)) {
		*reterr_text = "cannot become the owner of the data directory";
		return ERR_CONF;
	}
	e = store_prepare(&c, reterr_text);
	if (e == ERR_OK && !audit_pending_open(c.dir)) {
		*reterr_text = "the file " AUDIT_PENDING " cannot be opened";
		e = ERR_CONF;
	}
	if (e == ERR_OK)
		e = limit_open(c.dir, reterr_text);
	if (root && (seteuid(0) < 0 || setegid(gid) < 0))
		_exit(EX_OSERR);
	return e;
}

static void
enter_sandbox(const struct options *o, const struct policy *policy, int conn)
{
	const int template_fds[] = { PASS_FD_CONTROL, PASS_FD_READ,
		PASS_FD_WRITE_SEND, PASS_FD_WRITE_RECV, audit_pending_fd() };
	const int others[] = { conn, audit_pending_fd() };
	char user[256];
	struct sandbox_conf c = {
		.data_dir = policy->home.data,
		.none = policy->sandbox_none,
		.read_only = policy->read_only,
		.max_files = LIMIT_FILES,
		.max_memory = GIB(1),
	};
	const char *step = "close";
	enum err e;

	if (policy->user.p != NULL) {
		(void)snprintf(user, sizeof(user), "%.*s",
		    STR_ARG(policy->user));
		c.user = user;
	}
	if (policy->sandbox_none)
		EVENT_LOG(EVENT_NO_SANDBOX, { "setting", STR("sandbox") });
	if (o->template)
		e = sandbox_close_others(template_fds, NELEM(template_fds));
	else
		e = sandbox_close_others(&others[o->jobs ? 1 : 0],
		    o->jobs ? 1 : 2);
	if (e == ERR_OK)
		e = sandbox_enter(&c, &step);
	if (e != ERR_OK) {
		EVENT_LOG(EVENT_SANDBOX, { "step", str_from(step) });
		refuse(o, EX_OSERR);
	}
}

/* Beyond stage 1. */
static int
serve(const struct options *o, const struct policy *policy, int conn)
{
	const struct worker_queues queues = { PASS_FD_CONTROL, PASS_FD_READ,
		PASS_FD_WRITE_SEND, PASS_FD_WRITE_RECV };
	enum err e;

	if (o->jobs)
		room_jobs(policy);
	e = o->template ? worker_template(policy, &queues) :
			  worker_single(policy, conn, o->stdio);
	if (e != ERR_OK)
		fail(o, "rooms", e, "");
	return EX_OK;
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	/* Lives as long as the process; static, so that no leak is seen. */
	static struct policy *policy;
	struct home home;
	const char *why = "";
	int conn;
	enum err e;

	mend_output(STDERR_FILENO);
	event_begin();
	parse_options(argc, argv, &o);
	conn = o.stdio ? STDOUT_FILENO : passed_socket();
	if (has_socket(&o)) {
		mend_output(STDOUT_FILENO);
		check_socket(&o, conn);
	}
	if ((e = crypto_init()) != ERR_OK)
		fail(&o, "crypto", e, "");
	if ((e = home_find(o.home, &home, &why)) == ERR_OK && o.data != NULL)
		e = use_data(&home, o.data, &why);
	if (e != ERR_OK)
		fail(&o, "home", e, why);
	if ((e = policy_begin(&home, &o.flags, &policy, &why)) != ERR_OK)
		fail(&o, "configuration", e, why);
	if ((e = prepare_store(policy, &why)) != ERR_OK)
		fail(&o, "store", e, why);
	worker_look_before(policy);
	enter_sandbox(&o, policy, conn);
	worker_look_after();
	return serve(&o, policy, conn);
}
