/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's own code, compiled for the host, behind the carrier's interface: a flash without chip or debug module. The
 * agent is a coroutine: it works whenever the host looks at a slot, and comes back when it is idle or the flash is busy.
 */
#ifndef TESTS_FLASH_NATIVE_CARRIER_H
#define TESTS_FLASH_NATIVE_CARRIER_H

#include "agent/agent.h"
#include NATIVE_SPI /* which controller and flash: "fake_nor.h" or "nor_spi.h" */
#include "flash/flash_int.h"

#include <ucontext.h>

struct native_carrier {
    struct flash_carrier base;
    struct spi nor;
    struct mailbox box;
    struct agent agent;
    uint32_t buffers[MAILBOX_SLOTS][MAILBOX_DATA_SIZE / 4];
    uint64_t now_ns;
    struct clock_ops clock_ops;
    struct clock clock;
    ucontext_t host_context, agent_context;
    uint8_t stack[65536];
    bool is_agent_alive; /* somewhere in agent_run */
    unsigned starts, stops;
    size_t bytes_out, bytes_in;
    unsigned submits_left; /* then the wire breaks */
    bool is_broken;
    bool for_boot; /* as after a reset */
};

void native_carrier_init(struct native_carrier *c);

#endif
