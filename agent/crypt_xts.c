/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ESP32-S3's flash encryption (XTS-AES). Writing: a unit goes to the encryption block, is released to SPI1, and what
 * SPI1 then sends is the result, with its direct program command as with a USER transfer (esp-idf spi_flash_encrypted_ll.h,
 * spi_flash_chip_generic.c, and spi_flash_chip_mxic_opi.c for the latter). Reading: through the instruction cache, because
 * only caches decrypt; it never holds what external RAM does not have yet. A chip that was just reset has neither cache nor
 * SPI0 set up, so both are, and put back afterwards. The cache's own memory is at the start of SRAM0, where no program of
 * esp-idf has anything else, and the agent nothing.
 */
#include "agent/spi_mem.h"

#include "regs/esp32s3.h"
#include "regs/spi_mem.h"

#define SPI0(offset) (ESP32S3_SPI0_BASE + (offset))
#define SPI1(offset) (ESP32S3_SPI1_BASE + (offset))
/* The last page of the window: programs are mapped from its begin on. */
#define ENTRY        (ESP32S3_MMU_BASE + 4U * (ESP32S3_MMU_ENTRIES - 1))
#define WINDOW       (ESP32S3_IBUS + (ESP32S3_MMU_ENTRIES - 1U) * ESP32S3_MMU_PAGE_SIZE)

#define ONE_LINE     (SPI_MEM_CTRL_WP | SPI_MEM_CTRL_RESANDRES | SPI_MEM_CTRL_FASTRD_MODE)
#define ENCRYPT_BITS (ESP32S3_SYSTEM_SPI_ENCRYPT | ESP32S3_SYSTEM_DOWNLOAD_ENCRYPT) /* by how the chip has booted */

enum {
    SYNC_WAIT = 100000,     /* looks at a cache that forgets all that it holds */
    ENCRYPT_WAIT = 1000000, /* looks at the encryption block: it needs some microseconds */
    PLAIN_BYTES = 64,
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

/* Saved and put back in this order; the cache's switches come last. */
static const uint32_t saved[SPI_MEM_PLAIN_SAVED] = {
    SPI0(SPI_MEM_CTRL),           SPI0(SPI_MEM_CLOCK),        SPI0(SPI_MEM_USER),          SPI0(SPI_MEM_USER1),
    SPI0(SPI_MEM_USER2),          SPI0(SPI_MEM_MISC),         SPI0(SPI_MEM_CACHE_FCTRL),   SPI0(SPI_MEM_DDR),
    SPI0(SPI_MEM_TIMING_CALI),    SPI0(SPI_MEM_DIN_MODE),     SPI0(SPI_MEM_DIN_NUM),       ENTRY,
    ESP32S3_SYSTEM_CACHE_CONTROL, ESP32S3_SYSTEM_EXT_ENCRYPT, ESP32S3_EXTMEM_ICACHE_CTRL1, ESP32S3_EXTMEM_ICACHE_CTRL,
};

static void cache_off(void)
{
    set(ESP32S3_EXTMEM_ICACHE_CTRL, get(ESP32S3_EXTMEM_ICACHE_CTRL) & ~ESP32S3_EXTMEM_CACHE_ENABLE);
}

/* All that it holds; size 0 says so. */
static void cache_forget(void)
{
    const uint32_t address = get(ESP32S3_EXTMEM_ICACHE_SYNC_ADDR), size = get(ESP32S3_EXTMEM_ICACHE_SYNC_SIZE);
    set(ESP32S3_EXTMEM_ICACHE_SYNC_ADDR, 0);
    set(ESP32S3_EXTMEM_ICACHE_SYNC_SIZE, 0);
    set(ESP32S3_EXTMEM_ICACHE_SYNC_CTRL, ESP32S3_EXTMEM_SYNC_INVALIDATE);
    for (uint32_t n = 0; n < SYNC_WAIT && !(get(ESP32S3_EXTMEM_ICACHE_SYNC_CTRL) & ESP32S3_EXTMEM_ICACHE_SYNC_DONE);
         n++)
        ;
    set(ESP32S3_EXTMEM_ICACHE_SYNC_ADDR, address);
    set(ESP32S3_EXTMEM_ICACHE_SYNC_SIZE, size);
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
    set(SPI0(SPI_MEM_DDR), 0);
    set(SPI0(SPI_MEM_TIMING_CALI), 0);
    set(SPI0(SPI_MEM_DIN_MODE), 0);
    set(SPI0(SPI_MEM_DIN_NUM), 0);
    set(SPI0(SPI_MEM_CACHE_FCTRL), read->address_bytes == 4 ? fctrl | SPI_MEM_CACHE_ADDR_4BYTE : fctrl);
}

/* After a boot from flash an eFuse alone decides whether a cache decrypts, in the download mode this bit does. */
void spi_plain_begin(struct spi *s, const struct spi_transfer *read)
{
    for (unsigned i = 0; i < SPI_MEM_PLAIN_SAVED; i++)
        s->plain.saved[i] = get(saved[i]);
    s->plain.page = (uint32_t)NO_PAGE;
    cache_off();
    set_up_spi0(s, read);
    set(ESP32S3_SYSTEM_CACHE_CONTROL,
        (get(ESP32S3_SYSTEM_CACHE_CONTROL) & ~ESP32S3_SYSTEM_ICACHE_RESET) | ESP32S3_SYSTEM_ICACHE_CLK_ON);
    set(ESP32S3_SYSTEM_EXT_ENCRYPT, get(ESP32S3_SYSTEM_EXT_ENCRYPT) | ESP32S3_SYSTEM_DOWNLOAD_DECRYPT);
    set(ESP32S3_EXTMEM_ICACHE_CTRL1,
        get(ESP32S3_EXTMEM_ICACHE_CTRL1) & ~(ESP32S3_EXTMEM_SHUT_CORE0_BUS | ESP32S3_EXTMEM_SHUT_CORE1_BUS));
}

/* The page as the flash holds it now: nothing that the cache has of the window is left. */
static void show_page(struct spi *s, uint32_t page)
{
    cache_off();
    set(ENTRY, page);
    cache_forget();
    set(ESP32S3_EXTMEM_ICACHE_CTRL, get(ESP32S3_EXTMEM_ICACHE_CTRL) | ESP32S3_EXTMEM_CACHE_ENABLE);
    s->plain.page = page;
}

/* The instruction bus takes whole words only. */
void spi_plain_read(struct spi *s, uint32_t offset, uint32_t *words, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        uint32_t at = offset + i, page = at / ESP32S3_MMU_PAGE_SIZE;
        if (page != s->plain.page)
            show_page(s, page);
        uint32_t word = get(WINDOW + at % ESP32S3_MMU_PAGE_SIZE / 4 * 4);
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
    for (unsigned i = 0; i < SPI_MEM_PLAIN_SAVED; i++)
        set(saved[i], s->plain.saved[i]);
}

static bool wait_for(uint32_t state)
{
    for (uint32_t n = 0; n < ENCRYPT_WAIT; n++) {
        if (get(ESP32S3_XTS_STATE) == state)
            return true;
    }
    return false;
}

/* What a program that was interrupted has left in the block is its loss: it would have to be asked for anew. */
bool spi_encrypt(struct spi *s, uint32_t offset, const uint32_t *words)
{
    (void)s;
    set(ESP32S3_SYSTEM_EXT_ENCRYPT, get(ESP32S3_SYSTEM_EXT_ENCRYPT) | ENCRYPT_BITS);
    if (get(ESP32S3_XTS_STATE) != ESP32S3_XTS_IDLE)
        set(ESP32S3_XTS_DESTROY, 1);
    set(ESP32S3_XTS_DESTINATION, 0);
    set(ESP32S3_XTS_SIZE, SPI_CRYPT_UNIT / 32);
    for (uint32_t i = 0; i < SPI_CRYPT_UNIT; i += 4)
        set(ESP32S3_XTS_PLAIN + offset % PLAIN_BYTES + i, words[i / 4]);
    set(ESP32S3_XTS_ADDRESS, offset);
    set(ESP32S3_XTS_TRIGGER, 1);
    if (!wait_for(ESP32S3_XTS_DONE))
        return false;
    set(ESP32S3_XTS_RELEASE, 1);
    return wait_for(ESP32S3_XTS_RELEASED);
}

/* The direct command wherever it reaches, as esp-idf has it. */
void spi_start_encrypted(struct spi *s, const struct spi_transfer *t)
{
    if (t->address_bytes != 3) {
        spi_start(s, t);
        return;
    }
    set(SPI1(SPI_MEM_DDR), 0);
    set(SPI1(SPI_MEM_CTRL), ONE_LINE);
    set(SPI1(SPI_MEM_ADDR), field_put(SPI_MEM_ADDR_PP_LEN, t->address, t->out));
    set(SPI1(SPI_MEM_CMD), SPI_MEM_CMD_PP);
}

void spi_encrypt_end(struct spi *s)
{
    (void)s;
    set(ESP32S3_XTS_DESTROY, 1);
    set(ESP32S3_SYSTEM_EXT_ENCRYPT, get(ESP32S3_SYSTEM_EXT_ENCRYPT) & ~ENCRYPT_BITS);
}
