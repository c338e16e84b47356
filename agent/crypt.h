/* SPDX-License-Identifier: Apache-2.0 */
/* Flash that the chip encrypts. */
#ifndef AGENT_CRYPT_H
#define AGENT_CRYPT_H

#include "agent/nor.h"

/* As nor_stream, of what the chip's programs would read. */
enum mailbox_result crypt_stream(struct nor *n, uint32_t offset, uint32_t length, nor_sink_fn *fn, void *ctx);
/* Encrypts whole units and programs them; counts pages as nor_program does. */
enum mailbox_result crypt_program(struct nor *n, uint32_t offset, const uint32_t *words, uint32_t length,
                                  uint32_t *pages);

#endif
