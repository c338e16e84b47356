/* SPDX-License-Identifier: Apache-2.0 */
/* The agent on a chip: its memory. start.S calls agent_main. */
#include "agent/agent.h"
#include AGENT_SPI /* the chip's controller: agent/spi_esp32.h, agent/spi_mem.h */

#include <stddef.h>

static uint32_t buffers[MAILBOX_SLOTS][MAILBOX_DATA_SIZE / 4] __attribute__((section(".buffers")));

/* Part of the loaded image, so that whoever loaded it finds magic and version there. */
struct mailbox agent_mailbox __attribute__((section(".mailbox"))) = {
    .magic = MAILBOX_MAGIC,
    .version = MAILBOX_VERSION,
    .slots = {{.data = (uint32_t)buffers[0]}, {.data = (uint32_t)buffers[1]}},
};

static struct spi controller;
static struct agent agent = {
    .box = &agent_mailbox,
    .data = {buffers[0], buffers[1]},
    .spi = &controller,
};

/* The compiler makes calls of it. */
void *memset(void *to, int value, size_t len);

void *memset(void *to, int value, size_t len)
{
    uint8_t *bytes = to;
    while (len--)
        *bytes++ = (uint8_t)value;
    return to;
}

uint32_t agent_main(uint32_t mode);

uint32_t agent_main(uint32_t mode)
{
    agent_run(&agent, mode == AGENT_STAY ? AGENT_STAY : AGENT_STOP_IF_IDLE);
    return agent.box->passes;
}
