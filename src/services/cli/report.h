/* SPDX-License-Identifier: Apache-2.0 */
/* What commands print for people and, as JSON, for programs. */
#ifndef SERVICES_CLI_REPORT_H
#define SERVICES_CLI_REPORT_H

#include "base/bytes.h"
#include "layout/finding.h"

#include <jansson.h>
#include <stdio.h>

/* Each finding on two lines: what was seen where, then what it means and what to do. */
void report_findings(FILE *out, const struct findings *f);
/* A text in lines of at most REPORT_COLUMNS, broken between words, without what a terminal would obey. The first line goes
   on at column (from 0), the others begin at indent. */
enum { REPORT_COLUMNS = 80 };
void report_words_to(struct buf *out, const char *text, size_t column, size_t indent);
void report_words(FILE *out, const char *text, size_t column, size_t indent);
/* An array of objects {severity, code, offset, seen, means, remedy}. A new reference. */
json_t *report_findings_json(const struct findings *f);
/* Prints the object and a newline on stdout, and gives up the reference. */
void report_json(json_t *object);
/* "0x3F400020" as a JSON string. A new reference. */
json_t *report_hex(uint64_t value);
/* Whether stdout takes colors: a terminal, and the user has not set NO_COLOR. */
bool report_with_color(void);
/* Bytes as hex digits; text has 2 * len + 1 bytes. Returns text. */
const char *report_bytes(char *text, const uint8_t *bytes, size_t len);
/* A string that may hold anything: bytes that are no UTF-8 become question marks. A new reference. */
json_t *report_text(const char *text);

#endif
