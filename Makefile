# SPDX-License-Identifier: ISC
#
# make            build/doorward, build/doorward-worker
# make check      build and run every test
# make unit       the tests of the modules alone
# make asan       the same tests on a build with ASan and UBSan
# make lint       compilers with -Werror, analyzers, formatter, manual pages
# make bench      this program beside its peers (slow)
# make install    DESTDIR= PREFIX=/usr/local
# make clean
#
# BUILD=dir and CC=clang work with every target.

BUILD	= build
PREFIX	= /usr/local
DESTDIR	=
CC	= gcc
VERSION	= 0.1.0

# make V=1 shows the commands in full
V	= 0
quiet	= $(if $(filter 1,$V),,@printf '%-6s %s\n' $(1) '$@';)

PKG	= pkg-config
CPPFLAGS = -Isrc -D_GNU_SOURCE -DDOORWARD_VERSION='"$(VERSION)"'

# ---- flags: each is probed, so that another compiler or machine still builds

# $(call flag,X): X if the compiler takes it
flag	= $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && printf '%s' '$(1)')
flags	= $(foreach f,$(1),$(call flag,$(f)))

WARN	:= -std=gnu17 -Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wredundant-decls \
	-Wnested-externs -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef \
	-Wvla -Wdate-time -Wswitch-enum -Wconversion -Wsign-conversion \
	-Wdouble-promotion -Wnull-dereference -Wimplicit-fallthrough \
	-Wunused-macros -Wno-missing-field-initializers \
	$(call flags,-Wmissing-declarations -Wenum-conversion \
	-Wframe-larger-than=16384 -Wcast-align=strict -Wformat-signedness \
	-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wtrampolines \
	-Walloc-zero -Walloca -Warray-bounds=2 -Wuse-after-free=3 \
	-Wstringop-overflow=4 -Wshift-overflow=2 -Wjump-misses-init \
	-Wmismatched-dealloc -Wbidi-chars=any -Wcomma \
	-Wunreachable-code-aggressive)
WERROR	= -Werror

HARD	:= -O2 -g -fPIE -fstack-protector-strong -fno-strict-aliasing \
	-fno-common -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 \
	$(call flags,-fstack-clash-protection -fcf-protection=full \
	-mbranch-protection=standard -ftrivial-auto-var-init=zero \
	-fno-delete-null-pointer-checks -fzero-call-used-regs=used-gpr)
HARD_LD	= -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack \
	-Wl,-z,separate-code -Wl,--as-needed -Wl,--fatal-warnings

CFLAGS	= $(HARD)
LDFLAGS	= $(HARD_LD)

# ---- libraries: archives start faster, so the worker takes them where they are

archive	= $(shell f=$$($(CC) -print-file-name=$(1)); [ "$$f" != "$(1)" ] && printf '%s' "$$f")
lib	= $(or $(call archive,$(1)),$(2))
WORKER_LIBS := $(call lib,libsqlite3.a,-lsqlite3) $(call lib,libjson-c.a,-ljson-c) \
	$(call lib,libsodium.a,-lsodium) -lm
COMMAND_LIBS := -lsqlite3 -ljson-c -lsodium -lsystemd -lm

# ---- files

MAINS	= src/worker/main.c src/cli/main.c
SRC	= $(filter-out $(MAINS),$(wildcard src/*/*.c))
WORKER_SRC = $(filter-out src/serve/% src/cli/%,$(SRC))
OBJ	= $(SRC:src/%.c=$(BUILD)/obj/%.o)
WORKER_OBJ = $(WORKER_SRC:src/%.c=$(BUILD)/obj/%.o)

# Unit tests: tests/NN-area/name.c makes build/tests/NN-area/name.t.
UNIT	= $(patsubst tests/%.c,$(BUILD)/tests/%.t,$(wildcard tests/[0-9]*/*.c))

PROGRAMS = $(if $(wildcard src/worker/main.c),$(BUILD)/doorward-worker) \
	$(if $(wildcard src/cli/main.c),$(BUILD)/doorward)

all: $(PROGRAMS)

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CPPFLAGS) $(WARN) $(WERROR) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/doorward-worker: $(BUILD)/obj/worker/main.o $(BUILD)/libworker.a
	$(call quiet,LD)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(WORKER_LIBS) -o $@

$(BUILD)/doorward: $(BUILD)/obj/cli/main.o $(BUILD)/libdoorward.a
	$(call quiet,LD)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(COMMAND_LIBS) -o $@

$(BUILD)/libdoorward.a: $(OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/libworker.a: $(WORKER_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/tests/%.t: tests/%.c tests/lib/tap.h $(BUILD)/libworker.a Makefile
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(CPPFLAGS) -Itests/lib $(WARN) $(WERROR) $(CFLAGS) -MMD -MP $< \
	    $(BUILD)/libworker.a $(LDFLAGS) $(WORKER_LIBS) -o $@

unit: $(UNIT)
	prove --exec '' $(UNIT)

check: all $(UNIT)
	BUILD=$(BUILD) prove --exec '' $(UNIT) $(wildcard tests/[0-9]*/*.t)

clean:
	rm -rf $(BUILD)

-include $(wildcard $(BUILD)/obj/*/*.d $(BUILD)/tests/*/*.d)

.PHONY: all unit check clean
.DELETE_ON_ERROR:
