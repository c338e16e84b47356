/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual chip with a flash and next to no ROM, for the tests of its parts: the cores wait in their reset vector, and the
   test accesses memory as a core would. What is special about a chip is in the rig.h beside its tests. */
#ifndef TESTS_SIM_SOC_SOC_RIG_H
#define TESTS_SIM_SOC_SOC_RIG_H

#include "base/log.h"
#include "regs/spi_nor.h"
#include "sim/soc/soc_int.h"
#include "unit.h"

struct rig {
    struct log log;
    struct log_sink sink;
    char last_line[256];
    unsigned lines;
    struct sched sched;
    struct nor *nor;
    struct soc *soc;
    unsigned port;      /* of what follows */
    uint8_t sent[4096]; /* by its UART0, or by another port */
    size_t sent_len;
    uint64_t first_sent_ps;
};

/* What a board would say of its chip; the rest of the configuration is the rig's. Without a ROM: WAITI in a loop at the
   reset vector. */
void rig_open_soc(struct rig *r, const struct soc_kind *kind, const char *part, const struct soc_config *config);
void rig_close(struct rig *r);
int rig_tear_down(void **state); /* closes and frees what the group's setup made */

void rig_pass_ns(struct rig *r, uint64_t ns);
/* As core PRO does; the access must be allowed. */
uint32_t rd(struct rig *r, uint32_t addr);
void wr(struct rig *r, uint32_t addr, uint32_t value);
mem_fault try_read(struct rig *r, unsigned core, uint32_t addr, unsigned size, uint32_t *value);
mem_fault try_write(struct rig *r, unsigned core, uint32_t addr, unsigned size, uint32_t value);

/* --- SPI1 --- */

/* Where a chip's controller has what both have. */
struct spi_rig {
    uint32_t cmd, rd_status; /* addresses of registers */
    uint32_t read_status;    /* the command that reads the status */
};

/* Gives a command, and waits at most 1 ms for its end. */
void spi_rig_run(struct rig *r, const struct spi_rig *s, uint32_t command);
/* The flash's status register by a direct command. */
uint8_t spi_rig_status(struct rig *r, const struct spi_rig *s);
/* At most 1 s; the status is 0 then. */
void spi_rig_wait_ready(struct rig *r, const struct spi_rig *s);

#endif
