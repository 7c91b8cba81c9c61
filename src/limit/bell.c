/* SPDX-License-Identifier: ISC */
#include "limit/bell.h"

#include <limits.h>
#include <time.h>
#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "limit/shared.h"

#ifdef __linux__
/* The half of the word that changes with each ring. */
static uint32_t *
half(uint64_t *word)
{
	return (uint32_t *)(void *)word +
	    (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

static void
wake(void)
{
	(void)syscall(SYS_futex, half(&limit_shared->bell), FUTEX_WAKE, INT_MAX,
	    NULL, NULL, 0);
}

static void
sleep_on(uint32_t heard, unsigned ms)
{
	const struct timespec most = { ms / 1000, ms % 1000 * 1000000L };

	(void)syscall(SYS_futex, half(&limit_shared->bell), FUTEX_WAIT, heard,
	    &most, NULL, 0);
}
#else
#define LOOK_MS 100 /* where there is no futex(2) that works on a file */

static void
wake(void)
{
}

static void
sleep_on(uint32_t heard, unsigned ms)
{
	const struct timespec nap = { .tv_nsec = LOOK_MS * 1000000L };

	for (unsigned t = 0; t < ms && bell_look() == heard; t += LOOK_MS)
		if (nanosleep(&nap, NULL) < 0)
			return;
}
#endif

/*
 * The order is what makes it safe.  A listener says that it waits, and then
 * sleeps only if the count is still what it was.  We take that word back
 * before we count, so that one who says it later is not overlooked by the
 * next to ring; and look again behind, for one who said it just before.
 */
void
bell_ring(void)
{
	struct shared *s = limit_shared;
	bool waited = false;

	if (s == NULL)
		return;
	if (load(&s->waiting) != 0)
		waited =
		    __atomic_exchange_n(&s->waiting, 0, __ATOMIC_SEQ_CST) != 0;
	(void)__atomic_fetch_add(&s->bell, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&s->waiting, __ATOMIC_SEQ_CST) != 0 || waited)
		wake();
}

uint32_t
bell_look(void)
{
	return limit_shared == NULL ?
	    0 :
	    (uint32_t)__atomic_load_n(&limit_shared->bell, __ATOMIC_SEQ_CST);
}

void
bell_wait(uint32_t heard, unsigned ms)
{
	if (limit_shared == NULL)
		return;
	__atomic_store_n(&limit_shared->waiting, 1, __ATOMIC_SEQ_CST);
	if (bell_look() == heard)
		sleep_on(heard, ms);
}

/* One kept in the future was kept by a clock that was put back. */
static bool
is_free(uint64_t kept, uint64_t now)
{
	return kept == 0 || kept > now + BELL_STALE_MS ||
	    now > kept + BELL_STALE_MS;
}

bool
bell_sit(struct bell_seat *ret, uint64_t now_ms)
{
	if (limit_shared == NULL)
		return false;
	for (size_t i = 0; i < NELEM(limit_shared->seat); i++) {
		uint64_t old = load(&limit_shared->seat[i]);

		if (is_free(old, now_ms) &&
		    swap(&limit_shared->seat[i], &old, now_ms)) {
			*ret = (struct bell_seat){ i, now_ms };
			return true;
		}
	}
	return false;
}

bool
bell_keep(struct bell_seat *s, uint64_t now_ms)
{
	uint64_t old = s->kept;

	if (!swap(&limit_shared->seat[s->at], &old, now_ms))
		return false;
	s->kept = now_ms;
	return true;
}

void
bell_rise(const struct bell_seat *s)
{
	uint64_t old = s->kept;

	/* Lost: then it is another's. */
	if (!swap(&limit_shared->seat[s->at], &old, 0))
		return;
}
