/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that only store what is written, with their reset values: IO_MUX, RTC_IO, SENS, RTC_I2C, SYSCON, assist debug, the
   world controller, and the master of the analog part's internal bus. And the random number register. Sources: headers of
   these names in esp-idf. */
#include "sim/esp32s3/esp32s3_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg io_mux_regs[] = {
    {0x00, 1, 0, ALL, 0},
    {0x04, 49, 0xB00, 0x1FFFF, 0}, /* function 0, pulled up, input on, drive 2 */
    {0xFC, 1, 0x1907160, 0, 0},
};

static const struct reg rtcio_regs[] = {
    {0x00, 10, 0, 0xFFFFFC00, 0},         {0x28, 22, 0, 0x784, 0},
    {0x80, 1, 0, 0x3FFFFFF, 0},           {0x84, 1, 0x50000000, 0x787FE000, 0},
    {0x88, 1, 0x48000000, 0x787FE000, 0}, {0x8C, 1, 0x50000000, 0x787FE000, 0},
    {0x90, 1, 0x48000000, 0x787FE000, 0}, {0x94, 2, 0x50000000, 0x787FE000, 0},
    {0x9C, 1, 0x48000000, 0x787FE000, 0}, {0xA0, 8, 0x40000000, 0x787FE000, 0},
    {0xC0, 2, 0x40000000, 0x780FE000, 0}, {0xC8, 2, 0x40000000, 0x780FFFF8, 0},
    {0xD0, 3, 0x50000000, 0x780FE000, 0}, {0xDC, 2, 0, 0xF8000000, 0},
    {0xE4, 1, 0, 0xFF800000, 0},          {0xE8, 1, 0, 0x1F, 0},
    {0x1FC, 1, 0x2101180, 0, 0},
};

static const struct reg sens_regs[] = {
    {0x00, 1, 0x20040002, 0x37FC00FF, 0},
    {0x04, 1, 0, 0, 0},
    {0x08, 1, 0, 0xFF000000, 0},
    {0x0C, 1, 0, 0xFFFE0000, 0},
    {0x10, 1, 0, 0x80000000, 0},
    {0x14, 1, ALL, ALL, 0},
    {0x18, 1, 0xA000A, ALL, 0},
    {0x1C, 1, 0xA0000, 0xFFFF007F, 0},
    {0x20, 1, 0x7338F3, 0xFFFFFFF, 0},
    {0x24, 1, 0x40050002, 0x67FF00FF, 0},
    {0x28, 1, 0, 0, 0},
    {0x2C, 1, 0x7020200, 0xFFFFFFF8, 0},
    {0x30, 1, 0, 0xFFFE0000, 0},
    {0x34, 1, 0, 0xF0000000, 0},
    {0x38, 1, ALL, ALL, 0},
    {0x3C, 1, 0, 0xE0000000, 0},
    {0x40, 4, 0, 0x3FFFFF, 0},
    {0x50, 1, 0x19000, 0x1FFF000, 0},
    {0x54, 1, 0x4002, 0x7FFF, 0},
    {0x58, 1, 0, 0x3FFFFFFF, 0},
    {0x5C, 1, 0xFFF07FFF, 0xFFF37FFF, 0},
    {0x60, 1, 0, 0, 0},
    {0x64, 14, 0, 0x3FFFFF, 0},
    {0x9C, 18, 0, 0, 0},
    {0xE4, 2, 0, 0, 0},
    {0xEC, 1, 0, 0xFFF, 0},
    {0xF0, 3, 0, 0, 0},
    {0xFC, 1, 0xA0000000, 0xF0000000, 0},
    {0x100, 1, 0, ALL, 0},
    {0x104, 1, 0, 0xE8000000, 0},
    {0x108, 1, 0, 0x6A000000, 0},
    {0x10C, 2, 0, 0, 0},
    {0x114, 1, 0, 0x1F, 0},
    {0x1FC, 1, 0x2101180, 0, 0},
};

static const struct reg rtc_i2c_regs[] = {{0x00, 30, 0, ALL, 0}, {0xFC, 1, 0, ALL, 0}};

static const struct reg syscon_regs[] = {
    {0x00, 1, 1, 0x1FFF, 0},
    {0x04, 1, 0x10727, 0x1FFFF, 0},
    {0x08, 1, 0x7FF, 0x7FF, 0},
    {0x0C, 2, 0, ALL, 0},
    {0x14, 1, 0xFFFCE030, ALL, 0},
    {0x18, 1, 0, ALL, 0},
    {0x1C, 1, 0, 0xFF, 0},
    {0x20, 2, 0, 1, 0},
    {0x28, 4, 0xFF, 0x1FF, 0},
    {0x38, 1, 0, ALL, 0},
    {0x3C, 1, 0x10000000, ALL, 0},
    {0x40, 1, 0x20000000, ALL, 0},
    {0x44, 1, 0x30000000, ALL, 0},
    {0x48, 4, 0x1000, 0xFFFF, 0},
    {0x58, 4, 0xFF, 0x1FF, 0},
    {0x68, 1, 0, ALL, 0},
    {0x6C, 1, 0x10000000, ALL, 0},
    {0x70, 1, 0x20000000, ALL, 0},
    {0x74, 1, 0x30000000, ALL, 0},
    {0x78, 4, 0x1000, 0xFFFF, 0},
    {0x88, 2, 0, 0, 0},
    {0x90, 1, 0, 1, 0},
    {0x94, 2, 0, 0x7FFFFFFF, 0},
    {0x9C, 1, 0x55, 0xFF, 0},
    {0xA0, 1, 0x200000, 0x3C0000, 0},
    {0xA8, 1, 0x3FFF, 0x3FFF, 0},
    {0xAC, 1, 0, 0x3FFF, 0},
    {0xB0, 1, 0x3FFF, 0x3FFF, 0},
    {0xB4, 1, 0, 0xFFFFFFF, 0},
    {0xB8, 1, 0, 0x7FFFFFF, 0},
    {0xBC, 1, 0x1FEFF0, 0xBFDFEFF0, 0},
    {0xC0, 1, 0x3FFFF0, 0xFFFFFFF0, 0},
    {0xC4, 1, ALL, ALL, 0},
    {0xC8, 1, 0, 1, 0},
    {0x3FC, 1, 0x2101150, 0, 0},
};

/* The internal I2C masters: a command word whose busy bit (25) is never seen set. */
static const struct reg analog_regs[] = {{0x00, 64, 0, 0xFDFFFFFF, 0}};

#define ASSIST_CORE(base)                                                                                              \
    {(base) + 0x00, 1, 0, 0xFFF, 0}, {(base) + 0x04, 1, 0, 0, 0}, {(base) + 0x08, 2, 0, 0xFFF, 0},                     \
        {(base) + 0x10, 12, 0, ALL, 0}, {(base) + 0x40, 1, ALL, ALL, 0}, {(base) + 0x44, 1, 0, 0, 0},                  \
        {(base) + 0x48, 2, 0, 1, 0},                                                                                   \
    {                                                                                                                  \
        (base) + 0x50, 16, 0, 0, 0                                                                                     \
    }
static const struct reg assist_regs[] = {
    ASSIST_CORE(0),        ASSIST_CORE(0x90),           {0x120, 2, 0xFFFFF, 0xFFFFF, 0}, {0x128, 1, 0x40, 0x7F, 0},
    {0x12C, 4, 0, ALL, 0}, {0x13C, 1, 0, 0xFFFF, 0},    {0x140, 4, 0, ALL, 0},           {0x150, 1, 0, 0, 0},
    {0x154, 1, 0, 1, 0},   {0x1FC, 1, 0x2003040, 0, 0},
};

#define WCL_CORE(base)                                                                                                 \
    {(base) + 0x00, 13, 0, ALL, 0}, {(base) + 0x7C, 1, 2, 0x3FFE, 0}, {(base) + 0x80, 13, 0, 0x3F, 0},                 \
        {(base) + 0xFC, 1, 0, 0x3FFE, 0}, {(base) + 0x100, 1, 0, ALL, 0}, {(base) + 0x104, 1, 0, 0xF, 0},              \
        {(base) + 0x108, 1, 0, 0, 0}, {(base) + 0x140, 1, 0, ALL, 0}, {(base) + 0x144, 1, 0, 3, 0},                    \
        {(base) + 0x148, 2, 0, 0, 0}, {(base) + 0x150, 2, 0, 3, 0}, {(base) + 0x158, 1, 0, 0, 0},                      \
        {(base) + 0x180, 1, 0, 0, 0}, {(base) + 0x184, 1, 0, ALL, 0}, {(base) + 0x188, 2, 0, 0, 0},                    \
    {                                                                                                                  \
        (base) + 0x190, 2, 0, 1, 0                                                                                     \
    }
static const struct reg wcl_regs[] = {WCL_CORE(0), WCL_CORE(ESP32S3_WCL_CORE1_OFFSET)};

#define WDEV_BASE (ESP32S3_WDEV_RND & ~0xFFFU)
static const struct reg wdev_regs[] = {{ESP32S3_WDEV_RND - WDEV_BASE, 1, 0, 0, REG_LIVE}};

/* A sequence that repeats with each power-on: xorshift32. */
static uint32_t next_random(struct block *b, uint32_t offset)
{
    uint32_t *state = block_word(b, offset);
    if (!*state)
        *state = 0x2545F491;
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

#define KIND(text, bytes, table)                                                                                       \
    .name = (text), .size = (bytes), .regs = (table), .reg_count = sizeof(table) / sizeof *(table)
static const struct block_kind io_mux_kind = {KIND("IO_MUX", 0x100, io_mux_regs)};
static const struct block_kind rtcio_kind = {KIND("RTC_IO", 0x400, rtcio_regs)};
static const struct block_kind sens_kind = {KIND("SENS", 0x400, sens_regs)};
static const struct block_kind rtc_i2c_kind = {KIND("RTC_I2C", 0x400, rtc_i2c_regs)};
static const struct block_kind syscon_kind = {KIND("SYSCON", 0x400, syscon_regs)};
static const struct block_kind analog_kind = {KIND("analog I2C", 0x100, analog_regs)};
static const struct block_kind assist_kind = {KIND("ASSIST_DEBUG", 0x200, assist_regs)};
static const struct block_kind wcl_kind = {KIND("world controller", 0x800, wcl_regs)};
static const struct block_kind wdev_kind = {KIND("WDEV", 0x200, wdev_regs), .read = next_random};

bool s3_storage_init(struct esp32s3 *s)
{
    return block_init(&s->io_mux, &io_mux_kind, &s->soc, ESP32S3_IO_MUX_BASE) &&
           block_init(&s->rtcio, &rtcio_kind, &s->soc, ESP32S3_RTCIO_BASE) &&
           block_init(&s->sens, &sens_kind, &s->soc, ESP32S3_SENS_BASE) &&
           block_init(&s->rtc_i2c, &rtc_i2c_kind, &s->soc, ESP32S3_RTC_I2C_BASE) &&
           block_init(&s->syscon, &syscon_kind, &s->soc, ESP32S3_SYSCON_BASE) &&
           block_init(&s->analog, &analog_kind, &s->soc, ESP32S3_ANA_BASE) &&
           block_init(&s->assist, &assist_kind, &s->soc, ESP32S3_ASSIST_BASE) &&
           block_init(&s->wcl, &wcl_kind, &s->soc, ESP32S3_WCL_BASE) &&
           block_init(&s->wdev, &wdev_kind, &s->soc, WDEV_BASE);
}

void s3_storage_fini(struct esp32s3 *s)
{
    struct block *const blocks[] = {&s->io_mux, &s->rtcio,  &s->sens, &s->rtc_i2c, &s->syscon,
                                    &s->analog, &s->assist, &s->wcl,  &s->wdev,    NULL};
    for (struct block *const *block = blocks; *block; block++)
        block_fini(*block);
}

void s3_storage_reset(struct esp32s3 *s, enum reset_scope scope)
{
    struct block *const digital[] = {&s->io_mux, &s->syscon, &s->analog, &s->assist, &s->wcl, NULL};
    struct block *const rtc[] = {&s->rtcio, &s->sens, &s->rtc_i2c, NULL};
    for (struct block *const *block = scope == RESET_DIGITAL ? digital : rtc; *block; block++)
        block_reset(*block);
}
