/* SPDX-License-Identifier: Apache-2.0 */
/* Values of adapter options, which arrive as text. */
#ifndef ADAPTER_OPTIONS_H
#define ADAPTER_OPTIONS_H

#include "base/log.h"

#include <stdbool.h>
#include <stdint.h>

/* A number from 0 to max, decimal or 0x. */
enum err option_number(struct log *log, const char *option, const char *value, uint32_t max, uint32_t *number) MUST_USE;
/* on/off, 1/0, yes/no, true/false. */
enum err option_bool(struct log *log, const char *option, const char *value, bool *is_on) MUST_USE;
/* Replaces a string by a copy of value; "" makes it NULL. */
enum err option_string(struct log *log, const char *value, char **string) MUST_USE;

#endif
