/* SPDX-License-Identifier: Apache-2.0 */
#include "scan.h"

#include "base/bits.h"
#include "base/bytes.h"
#include "regs/xtensa.h"

void scan_fini(struct scanner *s)
{
    batch_fini(&s->batch);
}

static void run(struct scanner *s)
{
    s->execute(s->ctx, &s->batch);
}

void scan_reset(struct scanner *s)
{
    batch_clear(&s->batch);
    batch_tms(&s->batch, 0x1F, 6, true);
    run(s);
}

static uint64_t scan(struct scanner *s, uint64_t tms, unsigned tms_bits, uint64_t tdi, unsigned bits)
{
    uint8_t out[8];
    le32_put(out, (uint32_t)tdi);
    le32_put(out + 4, (uint32_t)(tdi >> 32));
    batch_clear(&s->batch);
    batch_tms(&s->batch, tms, tms_bits, true);
    size_t at = batch_shift(&s->batch, out, bits, true, true);
    batch_tms(&s->batch, 1, 2, true);
    run(s);
    return bits_get_u64(s->batch.in, at, bits);
}

uint64_t scan_ir(struct scanner *s, uint64_t tdi, unsigned bits)
{
    return scan(s, 3, 4, tdi, bits);
}

uint64_t scan_dr(struct scanner *s, uint64_t tdi, unsigned bits)
{
    return scan(s, 1, 3, tdi, bits);
}

void scan_wait(struct scanner *s, uint64_t ns)
{
    batch_clear(&s->batch);
    batch_wait(&s->batch, ns);
    run(s);
}

static void select_ir(struct scanner *s, unsigned core, unsigned ir)
{
    uint64_t bypass = XTENSA_IR_BYPASS;
    scan_ir(s, core ? bypass | (uint64_t)ir << XTENSA_IR_LEN : ir | bypass << XTENSA_IR_LEN, 2 * XTENSA_IR_LEN);
}

/* The other module's bypass bit stands behind core 0's bits, and before core 1's. */
static uint32_t one_dr(struct scanner *s, unsigned core, uint32_t value, unsigned bits)
{
    uint64_t tdo = scan_dr(s, core ? (uint64_t)value << 1 : value, bits + 1);
    return (uint32_t)((core ? tdo >> 1 : tdo) & ((1ULL << bits) - 1));
}

uint32_t scan_read(struct scanner *s, unsigned core, unsigned nar)
{
    select_ir(s, core, XTENSA_IR_NARSEL);
    one_dr(s, core, nar << 1, 8);
    return one_dr(s, core, 0, 32);
}

void scan_write(struct scanner *s, unsigned core, unsigned nar, uint32_t value)
{
    select_ir(s, core, XTENSA_IR_NARSEL);
    one_dr(s, core, nar << 1 | NAR_WRITE, 8);
    one_dr(s, core, value, 32);
}

uint8_t scan_pwrstat(struct scanner *s, unsigned core, uint8_t clear)
{
    select_ir(s, core, XTENSA_IR_PWRSTAT);
    return (uint8_t)one_dr(s, core, clear, 8);
}

void scan_pwrctl(struct scanner *s, unsigned core, uint8_t value)
{
    select_ir(s, core, XTENSA_IR_PWRCTL);
    one_dr(s, core, value, 8);
}

void scan_wake(struct scanner *s, unsigned core)
{
    scan_pwrctl(s, core, 0x07);
    scan_pwrctl(s, core, 0x87);
}

bool scan_halt(struct scanner *s, unsigned core)
{
    scan_write(s, core, NAR_DCRSET, DCR_ENABLE_OCD | DCR_DEBUG_INTERRUPT);
    for (unsigned i = 0; i < 100; i++) {
        if (scan_read(s, core, NAR_DSR) & DSR_STOPPED) {
            scan_write(s, core, NAR_DSR, 0x00770000);
            return true;
        }
    }
    return false;
}

void scan_exec(struct scanner *s, unsigned core, uint32_t instruction)
{
    scan_write(s, core, NAR_DIR0EXEC, instruction);
}

uint32_t scan_read_word(struct scanner *s, unsigned core, uint32_t addr)
{
    scan_write(s, core, NAR_DDR, addr);
    scan_exec(s, core, 0x036830); /* RSR DDR, a3 */
    scan_exec(s, core, 0x0073E0); /* LDDR32.P a3 */
    return scan_read(s, core, NAR_DDR);
}

void scan_write_word(struct scanner *s, unsigned core, uint32_t addr, uint32_t value)
{
    scan_write(s, core, NAR_DDR, addr);
    scan_exec(s, core, 0x036830);
    scan_write(s, core, NAR_DDR, value);
    scan_exec(s, core, 0x0073F0); /* SDDR32.P a3 */
}
