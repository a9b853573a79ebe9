/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in kselftest's style: each in a process of its own, with a time limit
 * that only a hanging one meets; KTAP on standard output.
 */
#ifndef KTAP_H
#define KTAP_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define KTAP_SKIP	4
#define KTAP_LIMIT	60	/* seconds; $KTAP_LIMIT says otherwise, where all is slow */
#define KTAP_REASON	256	/* bytes */

struct ktap_test {
	const char *name;
	void (*run)(void);
	struct ktap_test *next;
};

static struct ktap_test *ktap_tests, **ktap_end = &ktap_tests;

/* Why the running test is skipped: shared with its process, which writes it. */
static char *ktap_reason;

#define TEST(name_)								\
	static void name_(void);						\
	static struct ktap_test name_##_entry = { #name_, name_, NULL };	\
	__attribute__((constructor)) static void name_##_register(void)		\
	{									\
		*ktap_end = &name_##_entry;					\
		ktap_end = &name_##_entry.next;					\
	}									\
	static void name_(void)

#define FAIL(...) do {								\
	printf("# %s:%d: ", __FILE__, __LINE__);				\
	printf(__VA_ARGS__);							\
	printf("\n");								\
	fflush(stdout);								\
	_exit(1);								\
} while (0)

#define SKIP(...) do {								\
	snprintf(ktap_reason, KTAP_REASON, __VA_ARGS__);			\
	fflush(stdout);								\
	_exit(KTAP_SKIP);							\
} while (0)

#define EXPECT(condition) do {							\
	if (!(condition))							\
		FAIL("expected %s", #condition);				\
} while (0)

#define EXPECT_EQ(expected, actual) do {					\
	long long e_ = (long long)(expected), a_ = (long long)(actual);		\
										\
	if (e_ != a_)								\
		FAIL("%s: expected %lld, is %lld", #actual, e_, a_);		\
} while (0)

/* Runs all tests, or those named on the command line; how many failed. */
static int ktap_main(int argc, char **argv)
{
	int n = 0, passed = 0, failed = 0, skipped = 0, i;
	const char *limit = getenv("KTAP_LIMIT");
	struct ktap_test *t;

	for (t = ktap_tests; t; t = t->next)
		n++;
	ktap_reason = mmap(NULL, KTAP_REASON, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			   -1, 0);
	if (ktap_reason == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	printf("TAP version 13\n1..%d\n", argc > 1 ? argc - 1 : n);
	n = 0;
	for (t = ktap_tests; t; t = t->next) {
		int status = 0;
		pid_t pid;

		for (i = 1; i < argc && strcmp(argv[i], t->name); i++)
			;
		if (argc > 1 && i == argc)
			continue;
		n++;
		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			setpgid(0, 0);
			alarm(limit ? atoi(limit) : KTAP_LIMIT);
			t->run();
			fflush(stdout);
			_exit(0);
		}
		waitpid(pid, &status, 0);
		/* What a failed test has left running. */
		kill(-pid, SIGKILL);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
			printf("ok %d - %s\n", n, t->name);
			passed++;
		} else if (WIFEXITED(status) && WEXITSTATUS(status) == KTAP_SKIP) {
			printf("ok %d - %s # SKIP %s\n", n, t->name, ktap_reason);
			skipped++;
		} else {
			if (WIFSIGNALED(status))
				printf("# ended by signal %d%s\n", WTERMSIG(status),
				       WTERMSIG(status) == SIGALRM ? ": time-out" : "");
			printf("not ok %d - %s\n", n, t->name);
			failed++;
		}
	}
	printf("# Totals: pass:%d fail:%d xfail:0 xpass:0 skip:%d error:0\n", passed, failed,
	       skipped);
	fflush(stdout);
	return failed || !(passed || skipped);
}

#endif
