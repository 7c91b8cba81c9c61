# SPDX-License-Identifier: ISC
#
# make            build/doorward, build/doorward-worker
# make check      build and run every test
# make unit       the tests of the modules alone
# make asan       the same tests on a build with ASan and UBSan
# make lint       both compilers, analyzers, formatter, manual pages
# make fuzz       each fuzz target for FUZZ_SECONDS=10
# make bench      this program beside its peers, and its doors (slow)
# make compare    the same requests to it and to them, and how answers differ
# make fixtures   build/fixtures/: the programs with operations for tests
# make install    DESTDIR= PREFIX=/usr/local; uninstall takes it away
# make clean
# make help       this text
#
# BUILD=dir and CC=clang work with every target; V=1 shows the commands.

BUILD	= build
PREFIX	= /usr/local
DESTDIR	=
CC	= gcc
VERSION	= 0.1.0
# Sanitizers to build with, as -fsanitize takes them; asan and fuzz set it.
SANITIZE =
# 1: with the operations of tests/fixtures; fixtures sets it.
FIXTURES =
# More flags for the compiler
EXTRA	=
FUZZ_SECONDS = 10

BINDIR	= $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/doorward
MANDIR	= $(PREFIX)/share/man
# Where systemd looks for units, sysusers.d and tmpfiles.d beside /usr/lib.
SYSTEMDDIR = $(PREFIX)/lib

all: programs

comma	= ,
V	= 0
quiet	= $(if $(filter 1,$V),,@printf '%-6s %s\n' $(1) '$@';)

# ---- flags: those behind TRY are probed, once, into $(BUILD)/flags.mk

WARN	= -std=gnu17 -Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wredundant-decls \
	-Wnested-externs -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef \
	-Wvla -Wdate-time -Wswitch-enum -Wconversion -Wsign-conversion \
	-Wdouble-promotion -Wnull-dereference -Wimplicit-fallthrough \
	-Wunused-macros -Wno-missing-field-initializers
TRY_WARN = -Wmissing-declarations -Wenum-conversion \
	-Wframe-larger-than=16384 -Wcast-align=strict -Wformat-signedness \
	-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wtrampolines \
	-Walloc-zero -Walloca -Warray-bounds=2 -Wuse-after-free=3 \
	-Wstringop-overflow=4 -Wshift-overflow=2 -Wjump-misses-init \
	-Wmismatched-dealloc -Wbidi-chars=any -Wcomma \
	-Wunreachable-code-aggressive
WERROR	= -Werror

HARD	= -O2 -g -fPIE -fstack-protector-strong -fno-strict-aliasing \
	-fno-common -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
TRY_HARD = -fstack-clash-protection -fcf-protection=full \
	-mbranch-protection=standard -ftrivial-auto-var-init=zero \
	-fno-delete-null-pointer-checks -fzero-call-used-regs=used-gpr
HARD_LD	= -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack \
	-Wl,-z,separate-code -Wl,--as-needed -Wl,--fatal-warnings

# What the probed flags and all objects hang on beside the sources.
flags_of = $(CC)|$(SANITIZE)|$(FIXTURES)|$(EXTRA)|$(LIBEXECDIR)|$(VERSION)
try	= for f in $(1); do $(CC) -Werror $$f -S -x c /dev/null -o - \
	>/dev/null 2>&1 && printf ' %s' "$$f"; done; echo
# The libraries, and a function of each: what links with that is there whole.
USES	= sqlite3:sqlite3_open json-c:json_tokener_new sodium:sodium_init \
	z:deflate zstd:ZSTD_createDStream
library	= $(firstword $(subst :, ,$(1)))
function = $(lastword $(subst :, ,$(1)))
calls	= echo '$(foreach u,$(1),int $(call function,$u)();) int main(void) \
	{ return $(foreach u,$(1),$(call function,$u)() +) 0; }'
# An archive starts faster than a shared library.
archive	= f=$$($(CC) -print-file-name=lib$(call library,$(1)).a); \
	$(call calls,$(1)) | $(CC) -x c - -x none $$f -lm -o $@.try \
	    2>/dev/null || f=-l$(call library,$(1)); printf ' %s' $$f;
archives = $(foreach u,$(USES),$(call archive,$u)) rm -f $@.try
# And a worker without any faster still, if all of it links so.  The one with
# fixtures stays as it is: the tests preload a clock.
static	= [ -z '$(SANITIZE)$(FIXTURES)' ] && $(call calls,$(USES)) | \
	$(CC) -Isrc -fPIE $(LDFLAGS:-pie=-static-pie) $(NO_DLOPEN) -x c - \
	    src/store/extension.c -x none $$($(archives)) -lm -o $@.try \
	    2>/dev/null && printf ' -static-pie'; rm -f $@.try

ifneq ($(filter-out clean help uninstall,$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/flags.mk
endif

$(BUILD)/flags.mk: Makefile $(if $(findstring =$(FLAGS_OF)=,=$(flags_of)=),,FORCE)
	@mkdir -p $(@D)
	$(call quiet,PROBE){ echo 'FLAGS_OF = $(flags_of)'; \
	    printf 'GOT_WARN ='; $(call try,$(TRY_WARN)); \
	    printf 'GOT_HARD ='; $(call try,$(TRY_HARD)); \
	    printf 'ARCHIVES ='; $(archives); echo; \
	    printf 'STATIC ='; ($(call static)); echo; \
	} >$@.new && mv $@.new $@

CPPFLAGS = -Isrc -D_GNU_SOURCE -DDOORWARD_VERSION='"$(VERSION)"' \
	-DDOORWARD_LIBEXECDIR='"$(LIBEXECDIR)"' \
	$(if $(FIXTURES),-DDOORWARD_FIXTURES)
SHARED	= $(foreach u,$(USES),-l$(call library,$u))

ifeq ($(SANITIZE),)
CFLAGS	= $(HARD) $(GOT_HARD) $(EXTRA)
LDFLAGS	= $(HARD_LD)
WARNINGS = $(WARN) $(GOT_WARN) $(WERROR)
LIBS = $(ARCHIVES) -lm
# SQLite's dlopen(3) is our own there, see src/store/extension.c.
NO_DLOPEN = -Wl,-u,__wrap_dlopen \
	$(addprefix -Wl$(comma)--wrap=,dlopen dlsym dlclose dlerror)
WORKER_LD = $(if $(STATIC),$(LDFLAGS:-pie=$(STATIC)) $(NO_DLOPEN),$(LDFLAGS))
else
# The sanitizers' own code makes frames large and warnings wrong.
CFLAGS	= -O1 -g -fno-omit-frame-pointer -fno-common -fno-strict-aliasing \
	-fsanitize=$(SANITIZE) -fno-sanitize-recover=all $(EXTRA)
LDFLAGS	= -Wl,--as-needed
WARNINGS = $(WARN)
LIBS = $(SHARED) -lm
WORKER_LD = $(LDFLAGS)
endif
COMMAND_LIBS = $(LIBS) -lsystemd

# ---- files

SRC	= $(filter-out src/worker/main.c src/cli/main.c,$(wildcard src/*/*.c))
OBJ	= $(SRC:src/%.c=$(BUILD)/obj/%.o) $(if $(FIXTURES),$(patsubst \
	tests/fixtures/%.c,$(BUILD)/obj/fixtures/%.o,$(wildcard tests/fixtures/*.c)))
WORKER_OBJ = $(filter-out $(BUILD)/obj/serve/% $(BUILD)/obj/cli/%,$(OBJ))

# Unit tests: tests/NN-area/name.c makes $(BUILD)/tests/NN-area/name.t.
UNIT	= $(patsubst tests/%.c,$(BUILD)/tests/%.t,$(wildcard tests/[0-9]*/*.c))
TESTS	= $(wildcard tests/[0-9]*/*.t)
FUZZ	= $(patsubst tests/fuzz/%.c,$(BUILD)/%,$(wildcard tests/fuzz/*.c))
MAN	= $(wildcard man/*.[1-9])
# From a file of units/ to where it is installed below SYSTEMDDIR.
UNITS	= $(wildcard units/system/* units/user/*)
CONFS	= units/sysusers.d/doorward.conf units/tmpfiles.d/doorward.conf
UNIT_FILES = $(UNITS:units/%=systemd/%) $(CONFS:units/%=%)

PROGRAMS = $(if $(wildcard src/worker/main.c),$(BUILD)/doorward-worker) \
	$(if $(wildcard src/cli/main.c),$(BUILD)/doorward)

programs: $(PROGRAMS)
fixtures:
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/fixtures FIXTURES=1 programs

COMPILE	= $(CC) $(CPPFLAGS) $(WARNINGS) $(CFLAGS) -MMD -MP

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags.mk
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) -c $< -o $@

$(BUILD)/obj/fixtures/%.o: tests/fixtures/%.c $(BUILD)/flags.mk
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) -c $< -o $@

$(BUILD)/doorward-worker: $(BUILD)/obj/worker/main.o $(BUILD)/libworker.a
	$(call quiet,LD)$(CC) $(CFLAGS) $(WORKER_LD) $^ $(LIBS) -o $@

$(BUILD)/doorward: $(BUILD)/obj/cli/main.o $(BUILD)/libdoorward.a
	$(call quiet,LD)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(COMMAND_LIBS) -o $@

$(BUILD)/libdoorward.a: $(OBJ)
$(BUILD)/libworker.a: $(WORKER_OBJ)
$(BUILD)/%.a:
	$(call quiet,AR)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/tests/%.t: tests/%.c $(BUILD)/libdoorward.a
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) -Itests/lib $< $(BUILD)/libdoorward.a \
	    $(LDFLAGS) $(LIBS) -lsystemd -o $@

# ---- tests

RUN	= BUILD=$(BUILD) SANITIZE=$(if $(SANITIZE),1) perl tests/lib/run

unit: $(UNIT)
	@$(RUN) $(UNIT)

check: programs fixtures $(UNIT)
	@$(RUN) $(UNIT) $(TESTS)

asan:
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan \
	    SANITIZE=address,undefined check

# ---- fuzzing: the seeds of tests/fuzz/NAME/ are kept, what grows is not

fuzz:
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=clang \
	    SANITIZE=address,undefined,fuzzer-no-link fuzz-run

fuzz-run: $(FUZZ)
	@for f in $(FUZZ); do n=$${f##*/}; \
	    mkdir -p $(BUILD)/corpus/$$n && \
	    printf '%-6s %s\n' FUZZ $$n && \
	    $$f -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=5 \
		-rss_limit_mb=1024 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix=$(BUILD)/$$n- $(BUILD)/corpus/$$n \
		$$(ls -d tests/fuzz/$$n/ 2>/dev/null) >$(BUILD)/$$n.log 2>&1 || \
		{ tail -40 $(BUILD)/$$n.log; exit 1; }; \
	    grep number_of_executed $(BUILD)/$$n.log || :; \
	done

$(FUZZ): $(BUILD)/%: tests/fuzz/%.c $(BUILD)/libworker.a
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) -fsanitize=fuzzer $< $(BUILD)/libworker.a \
	    $(LDFLAGS) $(LIBS) -o $@

# ---- bench: BENCH=short takes a minute and checks answers more than speed

BENCH	= $(if $(BENCH_SHORT),short,full)

$(BUILD)/bench/load: $(addprefix tests/bench/,load.c ask.c client.c flat.c item.c work.c)
$(BUILD)/bench/floor: tests/bench/floor.c
$(BUILD)/bench/%: $(BUILD)/flags.mk $(wildcard tests/bench/*.h)
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) \
	    $(filter %.c,$^) $(LDFLAGS) -o $@

$(BUILD)/bench/audit: tests/bench/audit.c $(BUILD)/libworker.a
	@mkdir -p $(@D)
	$(call quiet,CC)$(COMPILE) $< $(BUILD)/libworker.a $(LDFLAGS) \
	    $(LIBS) -o $@

bench: programs $(addprefix $(BUILD)/bench/,load floor audit)
	$(BUILD)/bench/audit
	BUILD=$(BUILD) tests/bench/run $(BENCH)
	BUILD=$(BUILD) tests/bench/doors $(BENCH)
	BUILD=$(BUILD) tests/bench/limits $(if $(BENCH_SHORT),3,9)
	BUILD=$(BUILD) tests/bench/flat $(BENCH)

# COMPARE=-g\ items: one group of requests alone.
compare: programs
	BUILD=$(BUILD) tests/compare/run $(COMPARE)

# ---- lint

TIDY	= $(patsubst src/%.c,$(BUILD)/tidy/%.ok,$(wildcard src/*/*.c))
MAINS	= $(addprefix $(BUILD)/obj/,$(addsuffix /main.o, \
	$(patsubst src/%/main.c,%,$(wildcard src/worker/main.c src/cli/main.c))))

lint: lint-gcc lint-clang lint-analyze lint-tidy lint-cppcheck lint-format \
	lint-man

lint-gcc lint-clang lint-analyze:
	+@$(MAKE) --no-print-directory BUILD=$(BUILD)/$@ \
	    CC=$(if $(filter %clang,$@),clang,gcc) \
	    EXTRA=$(if $(filter %analyze,$@),-fanalyzer) \
	    $(if $(filter %analyze,$@),objects,compiled)

objects: $(OBJ) $(MAINS)
compiled: programs $(UNIT)

# The object stands for the headers that the file includes.
$(BUILD)/tidy/%.ok: src/%.c .clang-tidy $(BUILD)/obj/%.o
	@mkdir -p $(@D)
	$(call quiet,TIDY)clang-tidy --quiet --warnings-as-errors='*' $< -- \
	    -std=gnu17 $(CPPFLAGS) 2>/dev/null && touch $@

lint-tidy: $(TIDY)

# cppcheck sees neither the cleanup attribute nor atomic loads into an array.
lint-cppcheck:
	cppcheck --quiet --enable=warning,portability,performance --std=c11 \
	    --inline-suppr --error-exitcode=1 -Isrc -D_GNU_SOURCE -D__linux__ -D__x86_64__ \
	    --suppress=memleak --suppress=uninitvar --suppress=ctuuninitvar \
	    --suppress=internalAstError \
	    --suppress=normalCheckLevelMaxBranches src

lint-format:
	clang-format --dry-run -Werror $(wildcard src/*/*.c)

lint-man:
	$(if $(MAN),mandoc -T lint -W warning $(MAN))

# ---- install

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR)
	install -m 755 $(BUILD)/doorward $(DESTDIR)$(BINDIR)/doorward
	install -m 755 $(BUILD)/doorward-worker \
	    $(DESTDIR)$(LIBEXECDIR)/doorward-worker
	for m in $(MAN); do d=$(DESTDIR)$(MANDIR)/man$${m##*.}; \
	    install -d $$d && install -m 644 $$m $$d/ || exit 1; done
	for u in $(UNIT_FILES); do f=$(DESTDIR)$(SYSTEMDDIR)/$$u; \
	    install -d $${f%/*} && \
	    sed 's|@BINDIR@|$(BINDIR)|; s|@LIBEXECDIR@|$(LIBEXECDIR)|' \
		units/$${u#systemd/} >$$f && chmod 644 $$f || exit 1; done

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/doorward
	rm -f $(DESTDIR)$(LIBEXECDIR)/doorward-worker
	rmdir $(DESTDIR)$(LIBEXECDIR) 2>/dev/null || :
	for m in $(MAN); do \
	    rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	for u in $(UNIT_FILES); do rm -f $(DESTDIR)$(SYSTEMDDIR)/$$u; done

clean:
	rm -rf $(BUILD)

help:
	@sed -n '/^# make/,/^$$/s/^# \{0,1\}//p' Makefile

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/tests/*/*.d $(BUILD)/*.d)

.PHONY: all programs fixtures unit check asan fuzz fuzz-run bench compare lint \
	lint-gcc \
	lint-clang lint-analyze lint-tidy lint-cppcheck lint-format lint-man \
	objects compiled install uninstall clean help FORCE
.DELETE_ON_ERROR:
