/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board sees of its chip, whichever it is.
 *
 * A chip is one constant table of operations; a board's row names it (sim/board.c). All operations must be there.
 */
#ifndef SIM_SOC_SOC_H
#define SIM_SOC_SOC_H

#include "base/log.h"
#include "sim/nor/nor.h"
#include "sim/sched.h"
#include "sim/xdm/xdm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct soc_config {
    struct log *log;
    struct sched *sched; /* the board's */
    struct nor *flash;   /* the board's */
    const uint8_t *rom;  /* the boot ROM from 0x40000000 on; copied; what is missing is 0 */
    size_t rom_size;
    uint8_t strapping; /* GPIO_STRAP */
    uint8_t mac[6];
    void (*uart_sent)(void *ctx, unsigned uart, const uint8_t *bytes, size_t len);
    void *uart_ctx;
    /* The board's time in ps, which runs ahead of the chip's: a debug module's sync calls soc_run_until with it. */
    uint64_t (*present_ps)(void *ctx);
    void *present_ctx;
};

/* The part of each chip that is the same in all; a chip's own state has it as its first member. */
struct soc {
    const struct soc_ops *ops;
};

struct soc_ops {
    const char *name;      /* "ESP32" */
    uint32_t rom_max_size; /* of an image of the boot ROM */
    /* In its power-on state; NULL when out of memory. */
    struct soc *(*new)(const struct soc_config *config);
    void (*free)(struct soc *soc);
    void (*power_on)(struct soc *soc);
    void (*set_enable)(struct soc *soc, bool high);
    void (*run_until)(struct soc *soc, uint64_t ps);
    void (*uart_receive)(struct soc *soc, unsigned uart, const uint8_t *bytes, size_t len);
    unsigned (*core_count)(const struct soc *soc);
    struct xdm *(*xdm)(struct soc *soc, unsigned core);
    struct lx6 *(*lx6)(struct soc *soc, unsigned core);
    uint64_t (*resets)(const struct soc *soc);
    uint32_t (*reset_cause)(const struct soc *soc, unsigned core);
};

static inline void soc_free(struct soc *soc) /* takes NULL */
{
    if (soc)
        soc->ops->free(soc);
}

/* Power-on reset: everything, the RTC domain and the debug modules included. */
static inline void soc_power_on(struct soc *soc)
{
    soc->ops->power_on(soc);
}

/* The EN pin. While low nothing runs and the TAPs do not answer (TDO high). Its rise is a power-on reset. */
static inline void soc_set_enable(struct soc *soc, bool high)
{
    soc->ops->set_enable(soc, high);
}

/* Runs the cores and devices up to this time of the board's clock. */
static inline void soc_run_until(struct soc *soc, uint64_t ps)
{
    soc->ops->run_until(soc, ps);
}

static inline void soc_uart_receive(struct soc *soc, unsigned uart, const uint8_t *bytes, size_t len)
{
    soc->ops->uart_receive(soc, uart, bytes, len);
}

/* Cores, each with a TAP; 0 is nearest TDO. */
static inline unsigned soc_core_count(const struct soc *soc)
{
    return soc->ops->core_count(soc);
}

static inline struct xdm *soc_xdm(struct soc *soc, unsigned core)
{
    return soc->ops->xdm(soc, core);
}

static inline struct lx6 *soc_lx6(struct soc *soc, unsigned core)
{
    return soc->ops->lx6(soc, core);
}

/* System resets of any cause since power-on. */
static inline uint64_t soc_resets(const struct soc *soc)
{
    return soc->ops->resets(soc);
}

static inline uint32_t soc_reset_cause(const struct soc *soc, unsigned core)
{
    return soc->ops->reset_cause(soc, core);
}

#endif
