/* SPDX-License-Identifier: Apache-2.0 */
/* A chip with a flash and next to no ROM, for the tests of its parts: both cores wait in their reset vector, and the test
   accesses memory as a core would. */
#ifndef TESTS_SIM_ESP32_RIG_H
#define TESTS_SIM_ESP32_RIG_H

#include "base/log.h"
#include "regs/esp32.h"
#include "regs/spi_nor.h"
#include "sim/esp32/esp32_int.h"
#include "unit.h"

struct rig {
    struct log log;
    struct log_sink sink;
    char last_line[256];
    unsigned lines;
    struct sched sched;
    struct nor *nor;
    struct soc *soc;
    struct esp32 *chip; /* the same */
    uint8_t sent[4096]; /* by UART0 */
    size_t sent_len;
    uint64_t first_sent_ps;
};

/* part NULL: W25Q64JV. rom NULL: WAITI in a loop at the reset vector. */
void rig_open(struct rig *r, const char *part, const uint8_t *rom, size_t rom_size);
void rig_close(struct rig *r);
/* A group's setup and teardown: *state is a rig with the default parts and its watchdogs off. */
int rig_set_up(void **state);
int rig_tear_down(void **state);
void rig_watchdogs_off(struct rig *r);

void rig_pass_ns(struct rig *r, uint64_t ns);
/* As core PRO does; the access must be allowed. */
uint32_t rd(struct rig *r, uint32_t addr);
void wr(struct rig *r, uint32_t addr, uint32_t value);
mem_fault try_read(struct rig *r, unsigned core, uint32_t addr, unsigned size, uint32_t *value);
mem_fault try_write(struct rig *r, unsigned core, uint32_t addr, unsigned size, uint32_t value);

#endif
