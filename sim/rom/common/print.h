/* SPDX-License-Identifier: Apache-2.0 */
/* Text on UART0. */
#ifndef ROM_COMMON_PRINT_H
#define ROM_COMMON_PRINT_H

/* A small printf: %s %c %u %d %x %%, with a width, '0' and '-' (as in %08x, %-16s). */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line of a log: "I (31) boot: ..." with the milliseconds since reset. level is E, W or I. */
void print_log(char level, const char *tag, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
