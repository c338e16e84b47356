/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks that only store what is written, with their reset values: IO_MUX, RTC_IO, SENS, RTC_I2C, SYSCON, and the master of
   the analog part's internal bus. And the random number register. Sources: headers of these names in esp-idf. */
#include "sim/esp32/esp32_int.h"

#define ALL 0xFFFFFFFFU

static const struct reg io_mux_regs[] = {
    {0x00, 1, 0, ALL, 0},
    {0x04, 20, 0xB00, 0x7FFF, 0}, /* function 0, pulled up, input on, drive 2 */
    {0x54, 6, 0x1A00, 0x7FFF, 0}, /* SD pads: function 1, input on, drive 2 */
    {0x6C, 12, 0xB00, 0x7FFF, 0},
};

static const struct reg rtcio_regs[] = {
    {0x00, 33, 0, ALL, 0},         {0x84, 2, 0x80000000, ALL, 0}, {0x8C, 1, 0x84100010, ALL, 0},
    {0x90, 1, 0x66000000, ALL, 0}, {0x94, 8, 0x52000000, ALL, 0}, {0xB4, 2, 0x02000000, ALL, 0},
    {0xBC, 3, 0, ALL, 0},          {0xC8, 1, 0x1603160, 0, 0},
};

static const struct reg sens_regs[] = {
    {0x00, 1, 0x70902, ALL, 0},  {0x04, 1, 0, ALL, 0},         {0x08, 1, 0xA000A, ALL, 0},
    {0x0C, 1, 0x20000A, ALL, 0}, {0x10, 1, 0x707338F, ALL, 0}, {0x14, 1, 0, ALL, 0},
    {0x18, 1, 0xC8, ALL, 0},     {0x1C, 1, 0x64, ALL, 0},      {0x20, 1, 0x32, ALL, 0},
    {0x24, 1, 0x28, ALL, 0},     {0x28, 1, 0x14, ALL, 0},      {0x2C, 1, 0xF, ALL, 0},
    {0x30, 1, 0x100200, ALL, 0}, {0x34, 2, ALL, ALL, 0},       {0x3C, 4, 0, ALL, 0},
    {0x4C, 1, 0x66002, ALL, 0},  {0x50, 2, 0, ALL, 0},         {0x58, 1, 0x2041000, ALL, 0},
    {0x5C, 10, 0, ALL, 0},       {0x84, 1, 0x400800, ALL, 0},  {0x8C, 1, 0x3FFFFFFF, ALL, 0},
    {0x90, 1, 0x70902, ALL, 0},  {0x94, 2, 0, ALL, 0},         {0x9C, 1, 0x3000000, ALL, 0},
    {0xA0, 1, 3, ALL, 0},        {0xFC, 1, 0x1605180, 0, 0},
};

static const struct reg rtc_i2c_regs[] = {{0x00, 16, 0, ALL, 0}};

/* Revision 3 shows in the top bit of the date (esp-idf efuse_hal.c). */
static const struct reg syscon_regs[] = {
    {0x00, 1, 0x2000, 0x3FFF, REG_ACTS},
    {0x04, 1, 0x27, 0xFF, 0},
    {0x08, 1, 0x4F, 0xFF, 0},
    {0x0C, 1, 0xB, 0xFF, 0},
    {0x10, 1, 0x7F8240, ALL, 0},
    {0x14, 1, 0x1FE, ALL, 0},
    {0x18, 1, 0x208FF08, ALL, 0},
    {0x1C, 8, 0xF0F0F0F, ALL, 0},
    {0x3C, 1, 0x63, 0xFF, 0},
    {0x7C, 1, 0x16042000 | ESP32_SYSCON_DATE_REV3, 0, 0},
};

/* The internal I2C masters: a command word whose busy bit (25) is never seen set. */
static const struct reg analog_regs[] = {{0x00, 64, 0, 0xFDFFFFFF, 0}};

static const struct reg wdev_regs[] = {{ESP32_WDEV_RND - ESP32_WDEV_BASE, 1, 0, 0, REG_LIVE}};

static void syscon_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    (void)offset;
    (void)value;
    (void)before;
    clock_update(esp32_of(b->soc));
}

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
static const struct block_kind syscon_kind = {KIND("SYSCON", 0x80, syscon_regs), .written = syscon_written};
static const struct block_kind analog_kind = {KIND("analog I2C", 0x100, analog_regs)};
static const struct block_kind wdev_kind = {KIND("WDEV", 0x200, wdev_regs), .read = next_random};

bool storage_init(struct esp32 *s)
{
    return block_init(&s->io_mux, &io_mux_kind, &s->soc, ESP32_IO_MUX_BASE) &&
           block_init(&s->rtcio, &rtcio_kind, &s->soc, ESP32_RTCIO_BASE) &&
           block_init(&s->sens, &sens_kind, &s->soc, ESP32_SENS_BASE) &&
           block_init(&s->rtc_i2c, &rtc_i2c_kind, &s->soc, ESP32_RTC_I2C_BASE) &&
           block_init(&s->syscon, &syscon_kind, &s->soc, ESP32_SYSCON_BASE) &&
           block_init(&s->analog, &analog_kind, &s->soc, ESP32_ANA_BASE) &&
           block_init(&s->wdev, &wdev_kind, &s->soc, ESP32_WDEV_BASE);
}

void storage_reset(struct esp32 *s, enum reset_scope scope)
{
    if (scope == RESET_DIGITAL) {
        block_reset(&s->io_mux);
        block_reset(&s->syscon);
        block_reset(&s->analog);
    } else {
        block_reset(&s->rtcio);
        block_reset(&s->sens);
        block_reset(&s->rtc_i2c);
    }
}
