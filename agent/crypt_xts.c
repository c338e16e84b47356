/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flash encryption of the ESP32-S3 and the ESP32-C3 (XTS-AES). Writing: a unit goes to the encryption block, is released
 * to SPI1, and what SPI1 then sends is the result, with its direct program command as with a USER transfer (esp-idf
 * spi_flash_encrypted_ll.h, spi_flash_chip_generic.c, and spi_flash_chip_mxic_opi.c for the latter). Reading: through the
 * instruction cache, because only caches decrypt; it never holds what external RAM does not have yet. A chip that was just
 * reset has neither cache nor SPI0 set up, so both are, and put back afterwards. The cache's own memory is at the start of
 * SRAM0, where no program of esp-idf has anything else, and the agent nothing.
 */
#include "agent/spi_mem.h"

#include AGENT_CRYPT /* the chip: agent/crypt_esp32s3.h, agent/crypt_esp32c3.h */

#define SPI0(offset) (CHIP(SPI0_BASE) + (offset))
#define SPI1(offset) (CHIP(SPI1_BASE) + (offset))
/* The last page of the window: programs are mapped from its begin on. */
#define ENTRY        (CHIP(MMU_BASE) + 4U * (CHIP(MMU_ENTRIES) - 1))
#define WINDOW       (CHIP(IBUS) + (CHIP(MMU_ENTRIES) - 1U) * CHIP(MMU_PAGE_SIZE))

#define ONE_LINE     (SPI_MEM_CTRL_WP | SPI_MEM_CTRL_RESANDRES | SPI_MEM_CTRL_FASTRD_MODE)
#define ENCRYPT_BITS (CHIP(SYSTEM_SPI_ENCRYPT) | CHIP(SYSTEM_DOWNLOAD_ENCRYPT)) /* by how the chip has booted */

enum {
    SYNC_WAIT = 100000,     /* looks at a cache that forgets all that it holds */
    ENCRYPT_WAIT = 1000000, /* looks at the encryption block: it needs some microseconds */
    NO_PAGE = -1,
};

static inline uint32_t get(uint32_t addr)
{
    return *(volatile uint32_t *)addr;
}

static inline void set(uint32_t addr, uint32_t value)
{
    *(volatile uint32_t *)addr = value;
}

// clang-format off
/* Saved and put back in this order; the cache's switches come last. */
static const uint32_t saved[] = {
#ifdef CHIP_DDR
    SPI0(CHIP_DDR),
#endif
    SPI0(SPI_MEM_CTRL),         SPI0(SPI_MEM_CLOCK),      SPI0(SPI_MEM_USER),        SPI0(SPI_MEM_USER1),
    SPI0(SPI_MEM_USER2),        SPI0(SPI_MEM_MISC),       SPI0(SPI_MEM_CACHE_FCTRL), SPI0(SPI_MEM_TIMING_CALI),
    SPI0(SPI_MEM_DIN_MODE),     SPI0(SPI_MEM_DIN_NUM),    ENTRY,
    CHIP(SYSTEM_CACHE_CONTROL), CHIP(SYSTEM_EXT_ENCRYPT), CHIP(EXTMEM_ICACHE_CTRL1), CHIP(EXTMEM_ICACHE_CTRL),
};
// clang-format on
enum { SAVED = sizeof saved / sizeof saved[0] };
_Static_assert(sizeof saved <= sizeof(uint32_t[SPI_MEM_PLAIN_SAVED]), "room for what is saved");

static void single_rate(uint32_t controller)
{
#ifdef CHIP_DDR
    set(controller + CHIP_DDR, 0);
#else
    (void)controller;
#endif
}

static void cache_off(void)
{
    set(CHIP(EXTMEM_ICACHE_CTRL), get(CHIP(EXTMEM_ICACHE_CTRL)) & ~CHIP(EXTMEM_CACHE_ENABLE));
}

/* All that it holds; size 0 says so. */
static void cache_forget(void)
{
    const uint32_t address = get(CHIP(EXTMEM_ICACHE_SYNC_ADDR)), size = get(CHIP(EXTMEM_ICACHE_SYNC_SIZE));
    set(CHIP(EXTMEM_ICACHE_SYNC_ADDR), 0);
    set(CHIP(EXTMEM_ICACHE_SYNC_SIZE), 0);
    set(CHIP(EXTMEM_ICACHE_SYNC_CTRL), CHIP(EXTMEM_SYNC_INVALIDATE));
    for (uint32_t n = 0; n < SYNC_WAIT && !(get(CHIP(EXTMEM_ICACHE_SYNC_CTRL)) & CHIP(EXTMEM_ICACHE_SYNC_DONE)); n++)
        ;
    set(CHIP(EXTMEM_ICACHE_SYNC_ADDR), address);
    set(CHIP(EXTMEM_ICACHE_SYNC_SIZE), size);
}

/* The flash is in plain SPI, as the agent has put it, and is read as the agent reads it. */
static void set_up_spi0(struct spi *s, const struct spi_transfer *read)
{
    uint32_t user = SPI_MEM_USER_COMMAND | SPI_MEM_USER_ADDR | SPI_MEM_USER_MISO;
    uint32_t user1 = field_put(SPI_MEM_USER1_ADDR_BITLEN, 0, 8U * read->address_bytes - 1);
    uint32_t fctrl = SPI_MEM_CACHE_REQ_EN | SPI_MEM_CACHE_FLASH_USR_CMD;
    if (read->dummy_clocks) {
        user |= SPI_MEM_USER_DUMMY;
        user1 = field_put(SPI_MEM_USER1_DUMMY_CYCLES, user1, read->dummy_clocks - 1U);
    }
    set(SPI0(SPI_MEM_CTRL), ONE_LINE | (read->data_lines == 2 ? SPI_MEM_CTRL_FREAD_DUAL : 0));
    set(SPI0(SPI_MEM_CLOCK), s->clock_in);
    set(SPI0(SPI_MEM_USER), user);
    set(SPI0(SPI_MEM_USER1), user1);
    set(SPI0(SPI_MEM_USER2), field_put(SPI_MEM_USER2_COMMAND_BITS, read->opcode, 7));
    set(SPI0(SPI_MEM_MISC), get(SPI0(SPI_MEM_MISC)) & ~SPI_MEM_MISC_CS0_DIS);
    single_rate(SPI0(0));
    set(SPI0(SPI_MEM_TIMING_CALI), 0);
    set(SPI0(SPI_MEM_DIN_MODE), 0);
    set(SPI0(SPI_MEM_DIN_NUM), 0);
    set(SPI0(SPI_MEM_CACHE_FCTRL), read->address_bytes == 4 ? fctrl | SPI_MEM_CACHE_ADDR_4BYTE : fctrl);
}

/* After a boot from flash an eFuse alone decides whether a cache decrypts, in the download mode this bit does. */
void spi_plain_begin(struct spi *s, const struct spi_transfer *read)
{
    for (unsigned i = 0; i < SAVED; i++)
        s->plain.saved[i] = get(saved[i]);
    s->plain.page = (uint32_t)NO_PAGE;
    cache_off();
    set_up_spi0(s, read);
    set(CHIP(SYSTEM_CACHE_CONTROL),
        (get(CHIP(SYSTEM_CACHE_CONTROL)) & ~CHIP(SYSTEM_ICACHE_RESET)) | CHIP(SYSTEM_ICACHE_CLK_ON));
    set(CHIP(SYSTEM_EXT_ENCRYPT), get(CHIP(SYSTEM_EXT_ENCRYPT)) | CHIP(SYSTEM_DOWNLOAD_DECRYPT));
    set(CHIP(EXTMEM_ICACHE_CTRL1), get(CHIP(EXTMEM_ICACHE_CTRL1)) & ~(uint32_t)CHIP_BUS_SHUT);
}

/* The page as the flash holds it now: nothing that the cache has of the window is left. */
static void show_page(struct spi *s, uint32_t page)
{
    cache_off();
    set(ENTRY, page);
    cache_forget();
    set(CHIP(EXTMEM_ICACHE_CTRL), get(CHIP(EXTMEM_ICACHE_CTRL)) | CHIP(EXTMEM_CACHE_ENABLE));
    s->plain.page = page;
}

/* The instruction bus takes whole words only. */
void spi_plain_read(struct spi *s, uint32_t offset, uint32_t *words, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        uint32_t at = offset + i, page = at / CHIP(MMU_PAGE_SIZE);
        if (page != s->plain.page)
            show_page(s, page);
        uint32_t word = get(WINDOW + at % CHIP(MMU_PAGE_SIZE) / 4 * 4);
        if (at % 4 == 0 && i % 4 == 0) {
            words[i / 4] = word;
            i += 3;
        } else {
            ((uint8_t *)words)[i] = (uint8_t)(word >> 8 * (at % 4));
        }
    }
}

void spi_plain_end(struct spi *s)
{
    cache_off();
    cache_forget();
    for (unsigned i = 0; i < SAVED; i++)
        set(saved[i], s->plain.saved[i]);
}

static bool wait_for(uint32_t state)
{
    for (uint32_t n = 0; n < ENCRYPT_WAIT; n++) {
        if (get(CHIP(XTS_STATE)) == state)
            return true;
    }
    return false;
}

/* What a program that was interrupted has left in the block is its loss: it would have to be asked for anew. */
bool spi_encrypt(struct spi *s, uint32_t offset, const uint32_t *words)
{
    (void)s;
    set(CHIP(SYSTEM_EXT_ENCRYPT), get(CHIP(SYSTEM_EXT_ENCRYPT)) | ENCRYPT_BITS);
    if (get(CHIP(XTS_STATE)) != CHIP(XTS_IDLE))
        set(CHIP(XTS_DESTROY), 1);
    set(CHIP(XTS_DESTINATION), 0);
    set(CHIP(XTS_SIZE), SPI_CRYPT_UNIT / 32);
    for (uint32_t i = 0; i < SPI_CRYPT_UNIT; i += 4)
        set(CHIP(XTS_PLAIN) + offset % CHIP(XTS_PLAIN_BYTES) + i, words[i / 4]);
    set(CHIP(XTS_ADDRESS), offset);
    set(CHIP(XTS_TRIGGER), 1);
    if (!wait_for(CHIP(XTS_DONE)))
        return false;
    set(CHIP(XTS_RELEASE), 1);
    return wait_for(CHIP(XTS_RELEASED));
}

/* The direct command wherever it reaches, as esp-idf has it. */
void spi_start_encrypted(struct spi *s, const struct spi_transfer *t)
{
    if (t->address_bytes != 3) {
        spi_start(s, t);
        return;
    }
    single_rate(SPI1(0));
    set(SPI1(SPI_MEM_CTRL), ONE_LINE);
    set(SPI1(SPI_MEM_ADDR), field_put(SPI_MEM_ADDR_PP_LEN, t->address, t->out));
    set(SPI1(SPI_MEM_CMD), SPI_MEM_CMD_PP);
}

void spi_encrypt_end(struct spi *s)
{
    (void)s;
    set(CHIP(XTS_DESTROY), 1);
    set(CHIP(SYSTEM_EXT_ENCRYPT), get(CHIP(SYSTEM_EXT_ENCRYPT)) & ~ENCRYPT_BITS);
}
