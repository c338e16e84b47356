/* SPDX-License-Identifier: Apache-2.0 */
/* The CoreSight management registers. Values: xdm-regs.h of esp-idf; meaning: the CoreSight architecture. */
#include "sim/xdm/xdm_int.h"

#include "regs/xtensa.h"

#define LOCK_KEY               0xC5ACCE55U
#define LOCKSTATUS_IMPLEMENTED BIT(0)
#define LOCKSTATUS_LOCKED      BIT(1)
#define ITCTRL_INTEGRATION     BIT(0)
#define CLAIM_BITS             FIELD(7, 0) /* how many there are no source says */

void coresight_reset(struct xdm *x)
{
    x->coresight = (struct xdm_coresight){0};
}

static uint32_t itctrl(struct xdm *x, unsigned index)
{
    (void)index;
    return x->coresight.itctrl;
}

static void set_itctrl(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    (void)side;
    x->coresight.itctrl = value & ITCTRL_INTEGRATION;
}

/* CLAIMSET reads which bits exist, CLAIMCLR which are set. */
static uint32_t claim_bits(struct xdm *x, unsigned index)
{
    (void)x;
    (void)index;
    return CLAIM_BITS;
}

static uint32_t claim(struct xdm *x, unsigned index)
{
    (void)index;
    return x->coresight.claim;
}

static void set_claim(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side)
{
    (void)index;
    (void)side;
    x->coresight.claim |= ones & CLAIM_BITS;
}

static void clear_claim(struct xdm *x, unsigned index, uint32_t ones, enum xdm_side side)
{
    (void)index;
    (void)side;
    x->coresight.claim &= ~ones;
}

/* The lock is for accesses over APB, of which these chips have none: it is shown, and holds nothing up. */
static void set_lock(struct xdm *x, unsigned index, uint32_t value, enum xdm_side side)
{
    (void)index;
    (void)side;
    x->coresight.is_unlocked = value == LOCK_KEY;
}

static uint32_t lock_status(struct xdm *x, unsigned index)
{
    (void)index;
    return LOCKSTATUS_IMPLEMENTED | (x->coresight.is_unlocked ? 0 : LOCKSTATUS_LOCKED);
}

static uint32_t constant(struct xdm *x, unsigned nar)
{
    static const uint8_t values[CORESIGHT_REGS] = {
        [NAR_DEVTYPE - 0x60] = 0x15,
        [NAR_PERID4 - 0x60] = 0x24,
        [NAR_PERID0 - 0x60] = 0x03,
        0x21,
        0x0F,
        0x00,
        [NAR_COMPID0 - 0x60] = 0x0D,
        0x90,
        0x05,
        0xB1,
    };
    return nar == NAR_DEVID ? x->config.idcode : values[nar - NAR_ITCTRL];
}

// clang-format off
const struct xdm_reg coresight_regs[CORESIGHT_REGS] = {
    [NAR_ITCTRL - 0x60] = {"ITCTRL", 0, itctrl, set_itctrl, NULL},
    [NAR_CLAIMSET - 0x60] = {"CLAIMSET", 0, claim_bits, set_claim, NULL},
    [NAR_CLAIMCLR - 0x60] = {"CLAIMCLR", 0, claim, clear_claim, NULL},
    [NAR_LOCKACCESS - 0x60] = {"LOCKACCESS", 0, NULL, set_lock, NULL},
    [NAR_LOCKSTATUS - 0x60] = {"LOCKSTATUS", 0, lock_status, NULL, NULL},
    [NAR_AUTHSTATUS - 0x60] = {"AUTHSTATUS", 0, constant, NULL, NULL},
    [NAR_DEVID - 0x60 ... NAR_COMPID0 + 3 - 0x60] = {"ID", 0, constant, NULL, NULL},
};
// clang-format on
