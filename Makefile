# SPDX-License-Identifier: Apache-2.0
# A short front for meson.  Each target installs the Debian packages that it needs and does not find.
PREFIX ?= /usr/local
MESON_TEST_FLAGS ?=

.PHONY: all build install demo check bench fmt lint clean help
all: build

help:
	@sed -n 's/^## //p' Makefile

## make build     builds build/espocd, which runs in place
build:
	@tools/install-packages build
	@[ -f build/build.ninja ] || meson setup build --buildtype=release -Db_ndebug=false --prefix=$(PREFIX)
	@ninja -C build

## make install   installs into PREFIX (default /usr/local; DESTDIR is obeyed)
install: build
	@meson configure build --prefix=$(PREFIX) >/dev/null
	@ninja -C build
	@meson install -C build --no-rebuild

## make demo      programs a bare virtual ESP32 board end to end and shows the result
demo: build
	@tools/demo build/espocd

## make check     builds with sanitizers and runs every test
check: build
	@tools/install-packages build check
	@[ -f build-check/build.ninja ] || meson setup build-check -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-check
	@tools/run-tests build build-check

## make bench     measures: TCKs, virtual seconds, instructions a second, beside OpenOCD
bench: build
	@tools/install-packages bench
	@bench/run build

## make fmt       formats all C files
fmt:
	@tools/install-packages fmt
	@git ls-files '*.c' '*.h' | grep -v /prebuilt/ | xargs clang-format -i

## make lint      clang-format, clang-tidy, layers and sizes, without changing anything
lint: build
	@tools/install-packages build lint
	@tools/lint build

clean:
	@rm -rf build build-check
