/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DPORT: the second core, caches, interrupt matrix, interrupts between cores, clock and reset of peripherals.
 * Source: esp-idf dport_reg.h; registers without behaviour here are storage with their reset values.
 */
#include "sim/esp32/esp32_int.h"

#define AT(name) (ESP32_DPORT_##name - ESP32_DPORT_BASE)
#define ALL      0xFFFFFFFFU

static const struct reg regs[] = {
    {0x000, 2, 0, 1, 0},
    {0x008, 1, 0, 0, 0},
    {0x00C, 8, 0, ALL, 0},
    {AT(APPCPU_CTRL_A), 1, 1, 1, REG_ACTS},
    {AT(APPCPU_CTRL_B), 1, 0, 1, REG_ACTS},
    {AT(APPCPU_CTRL_C), 1, 0, 1, REG_ACTS},
    {AT(APPCPU_CTRL_D), 1, 0, ALL, 0},
    {AT(CPU_PER_CONF), 1, 0, 0xF, REG_ACTS},
    {AT(PRO_CACHE_CTRL), 1, 0x10, 0x10FDC, REG_ACTS},
    {AT(PRO_CACHE_CTRL1), 1, 0x8FF, 0x3FFF, REG_ACTS},
    {0x048, 4, 0, 0x3FFFFF, 0},
    {AT(APP_CACHE_CTRL), 1, 0x10, 0x4FDC, REG_ACTS},
    {AT(APP_CACHE_CTRL1), 1, 0x8FF, 0x3FFF, REG_ACTS},
    {0x060, 4, 0, 0x3FFFFF, 0},
    {AT(TRACEMEM_MUX), 1, 0, 3, 0},
    {AT(PRO_TRACEMEM_ENA), 2, 0, 1, 0},
    {AT(CACHE_MUX_MODE), 1, 0, 3, 0},
    {AT(IMMU_PAGE_MODE), 2, 0, 7, 0},
    {0x088, 1, 0, 7, 0},
    {0x08C, 1, 1, 1, 0},
    {0x090, 1, 0, 0xFF, 0},
    {0x094, 1, 3, 0xFF, 0},
    {0x098, 1, 0, ALL, 0},
    {0x09C, 1, 0, 1, 0},
    {0x0A0, 1, ALL, ALL, 0},
    {0x0A4, 1, 1, 1, 0},
    {0x0A8, 1, 0, 0x7F, 0},
    {0x0AC, 1, 0x101, 0x303, 0},
    {0x0B0, 1, 0, 0x3FFF, 0},
    {0x0B4, 1, ALL, ALL, 0},
    {0x0B8, 1, 0x1FF, 0x1FF, 0},
    {0x0BC, 1, 0, 0xFFFF, 0},
    {AT(PERIP_CLK_EN), 1, 0xF9C1E06F, ALL, 0},
    {AT(PERIP_RST_EN), 1, 0, ALL, REG_ACTS},
    {AT(SLAVE_SPI_CONFIG), 1, 0, 0x1111, 0},
    {AT(WIFI_CLK_EN), 1, 0xFFFCE030, ALL, 0},
    {AT(CORE_RST_EN), 1, 0, ALL, 0},
    {0x0D4, 1, 0xFF, 0x1FFF, 0},
    {0x0D8, 1, 0x02001001, 0x0FFFFFFF, 0},
    {AT(FROM_CPU_0), 4, 0, 1, REG_ACTS},
    {AT(PRO_INTR_STATUS), 6, 0, 0, REG_LIVE},
    {AT(PRO_INTR_MAP), ESP32_INTR_COUNT, 16, 31, REG_ACTS},
    {AT(APP_INTR_MAP), ESP32_INTR_COUNT, 16, 31, REG_ACTS},
    {0x32C, 47, 0, 0x3F, 0},
    {0x3E8, 2, 0, 0, 0},
    {AT(PRO_DCACHE_DBUG0), 1, 0, 0, REG_LIVE},
    {0x3F4, 2, 0, 0, 0},
    {AT(PRO_DCACHE_DBUG3), 1, 0, 0, REG_LIVE},
    {0x400, 6, 0, 0, 0},
    {AT(APP_DCACHE_DBUG0), 1, 0, 0, REG_LIVE},
    {0x41C, 2, 0, 0, 0},
    {AT(APP_DCACHE_DBUG3), 1, 0, 0, REG_LIVE},
    {0x428, 6, 0, 0, 0},
    {AT(PRO_RECORD_CTRL), 1, 0x100, 0x111, 0},
    {0x444, 5, 0, 0, 0},
    {AT(PRO_RECORD_PC), 1, 0, 0, REG_LIVE},
    {0x45C, 3, 0, 0, 0},
    {AT(APP_RECORD_CTRL), 1, 0x100, 0x111, 0},
    {0x46C, 5, 0, 0, 0},
    {AT(APP_RECORD_PC), 1, 0, 0, REG_LIVE},
    {0x484, 3, 0, 0, 0},
    {0x490, 1, 0, 1, 0},
    {0x494, 28, 1, 3, 0},
    {0x504, 32, 0, 0x7F, 0},
    {0x584, 1, 1, 1, 0},
    {0x588, 1, 0, 0, 0},
    {0x58C, 1, 1, 1, 0},
    {0x590, 1, 0, 0, 0},
    {0x594, 1, 5, 0xF, 0},
    {AT(MMU_IA_INT_EN), 1, 0, 0xFFFFFF, 0},
    {AT(MPU_IA_INT_EN), 1, 0, 0x1FFFF, 0},
    {AT(CACHE_IA_INT_EN), 1, 0, 0xFFFFFFF, REG_ACTS},
    {0x5A4, 1, 0, 1, 0},
    {0x5A8, 1, 0, 0x3F, 0},
    {0x5AC, 1, 0, 3, 0},
    {0x5B0, 1, 0, 0x3FFFFF, 0},
    {0x5B4, 1, 0, 3, 0},
    {0x5B8, 1, 0, 0x3FFFFF, 0},
    {AT(DATE), 1, 0x1605190, 0, 0},
};

/* --- reads --- */

static uint32_t intr_status(const struct esp32 *s, unsigned word)
{
    /* Both cores' registers show the sources that are active; the real ones show those mapped to that core's lines too. */
    return s->soc.irq.level[word % 3];
}

static uint32_t read_live(struct block *b, uint32_t offset)
{
    struct esp32 *s = esp32_of(b->soc);
    switch (offset) {
    case AT(PRO_DCACHE_DBUG0):
    case AT(APP_DCACHE_DBUG0):
        return field_put(ESP32_DPORT_CACHE_STATE, 0, 1); /* always idle: a miss takes no time here */
    case AT(PRO_DCACHE_DBUG3):
        return s->caches[PRO].illegal;
    case AT(APP_DCACHE_DBUG3):
        return s->caches[APP].illegal;
    case AT(PRO_RECORD_PC):
        return lx6_pc(s->soc.cores[PRO].lx6);
    case AT(APP_RECORD_PC):
        return lx6_pc(s->soc.cores[APP].lx6);
    default:
        return intr_status(s, (offset - AT(PRO_INTR_STATUS)) / 4);
    }
}

/* --- writes --- */

static void app_control(struct esp32 *s, uint32_t offset, uint32_t before)
{
    uint32_t now = *block_word(&s->dport, offset);
    if (now == before)
        return;
    if (offset == AT(APPCPU_CTRL_A) && !(now & ESP32_DPORT_APPCPU_RESETTING))
        reset_core(&s->soc, APP, ESP32_RESET_EXT_CPU);
    core_control_changed(&s->soc, APP);
}

/* A flush takes no time: FLUSH_ENA falls and FLUSH_DONE is there at once, until the next write. */
static void cache_control(struct esp32 *s, unsigned core, uint32_t offset, uint32_t value)
{
    uint32_t *word = block_word(&s->dport, offset);
    bool is_flush = value & ESP32_DPORT_CACHE_FLUSH_ENA;
    *word &= ~(ESP32_DPORT_CACHE_FLUSH_ENA | ESP32_DPORT_CACHE_FLUSH_DONE);
    if (is_flush)
        *word |= ESP32_DPORT_CACHE_FLUSH_DONE;
    cache_control_changed(&s->caches[core], is_flush);
}

static void cache_masks(struct esp32 *s, unsigned core, uint32_t value)
{
    if (value & ESP32_DPORT_CACHE_MMU_IA_CLR)
        cache_clear_illegal(&s->caches[core]);
    cache_control_changed(&s->caches[core], false);
}

/* Bits of PERIP_RST_EN hold a block in reset; here its registers go back to their reset values as a bit rises. */
static void peripheral_resets(struct esp32 *s, uint32_t rising)
{
    if (rising & ESP32_DPORT_CLK_SPI01) {
        spi_reset(&s->spi[0]);
        spi_reset(&s->spi[1]);
    }
    if (rising & ESP32_DPORT_CLK_SPI2)
        spi_reset(&s->spi[2]);
    if (rising & ESP32_DPORT_CLK_SPI3)
        spi_reset(&s->spi[3]);
    if (rising & ESP32_DPORT_CLK_UART0)
        uart_reset(&s->uart[0]);
    if (rising & ESP32_DPORT_CLK_UART1)
        uart_reset(&s->uart[1]);
    if (rising & ESP32_DPORT_CLK_UART2)
        uart_reset(&s->uart[2]);
    if (rising & ESP32_DPORT_CLK_TIMG0)
        timg_reset(&s->timg[0]);
    if (rising & ESP32_DPORT_CLK_TIMG1)
        timg_reset(&s->timg[1]);
}

static void map_changed(struct esp32 *s, uint32_t offset, uint32_t before)
{
    unsigned core = offset >= AT(APP_INTR_MAP) ? APP : PRO;
    unsigned source = (offset - (core == APP ? AT(APP_INTR_MAP) : AT(PRO_INTR_MAP))) / 4;
    irq_map(&s->soc, core, source, before, *block_word(&s->dport, offset));
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32 *s = esp32_of(b->soc);
    switch (offset) {
    case AT(APPCPU_CTRL_A):
    case AT(APPCPU_CTRL_B):
    case AT(APPCPU_CTRL_C):
        app_control(s, offset, before);
        break;
    case AT(CPU_PER_CONF):
        clock_update(s);
        break;
    case AT(PRO_CACHE_CTRL):
        cache_control(s, PRO, offset, value);
        break;
    case AT(APP_CACHE_CTRL):
        cache_control(s, APP, offset, value);
        break;
    case AT(PRO_CACHE_CTRL1):
        cache_masks(s, PRO, value);
        break;
    case AT(APP_CACHE_CTRL1):
        cache_masks(s, APP, value);
        break;
    case AT(PERIP_RST_EN):
        peripheral_resets(s, value & ~before);
        break;
    case AT(CACHE_IA_INT_EN):
        cache_update_irq(s);
        break;
    default:
        if (offset >= AT(PRO_INTR_MAP))
            map_changed(s, offset, before);
        else
            irq_set(&s->soc, ESP32_INTR_FROM_CPU0 + (offset - AT(FROM_CPU_0)) / 4, value & 1);
    }
}

static const struct block_kind dport_kind = {
    .name = "DPORT",
    .size = 0x1000,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .read = read_live,
    .written = written,
};

bool dport_init(struct esp32 *s)
{
    return block_init(&s->dport, &dport_kind, &s->soc, ESP32_DPORT_BASE);
}
