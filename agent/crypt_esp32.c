/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ESP32's flash encryption. Writing: a unit goes to the encryption block, and SPI1's direct program command sends what
 * it makes of it, as the ROM and esp-idf do it (esp-idf spi_flash_encrypted_ll.h). Reading: through the first core's cache,
 * which is the only place where the chip decrypts; the agent runs on that core, from RAM that is no cache. A chip that was
 * just reset has neither cache nor SPI0 set up, so both are, and put back afterwards.
 */
#include "agent/spi_esp32.h"

#include "regs/esp32.h"
#include "regs/spi_nor.h"

#define SPI0(offset) (ESP32_SPI0_BASE + (offset))
#define SPI1(offset) (ESP32_SPI1_BASE + (offset))
/* The last page of the data window: programs are mapped from its begin on. */
#define ENTRY        (ESP32_MMU_PRO + 4U * 63)
#define WINDOW       (ESP32_DROM0 + 63U * ESP32_MMU_PAGE_SIZE)

#define ENCRYPT_BITS (ESP32_DPORT_SPI_ENCRYPT | ESP32_DPORT_SPI_MASK_PRO)

enum {
    FLUSH_WAIT = 100000,    /* looks at a flush */
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

/* Saved and put back in this order; the cache's switches come last. */
static const uint32_t saved[SPI_ESP32_PLAIN_SAVED] = {
    SPI0(ESP32_SPI_CTRL),         SPI0(ESP32_SPI_CLOCK),       SPI0(ESP32_SPI_USER),        SPI0(ESP32_SPI_USER1),
    SPI0(ESP32_SPI_USER2),        SPI0(ESP32_SPI_PIN),         SPI0(ESP32_SPI_CACHE_FCTRL), ENTRY,
    ESP32_DPORT_SLAVE_SPI_CONFIG, ESP32_DPORT_PRO_CACHE_CTRL1,
};

static void cache_off(void)
{
    set(ESP32_DPORT_PRO_CACHE_CTRL,
        get(ESP32_DPORT_PRO_CACHE_CTRL) & ~(ESP32_DPORT_CACHE_ENABLE | ESP32_DPORT_CACHE_FLUSH_ENA));
}

/* Fast read on one line, which every flash knows. */
static void set_up_spi0(struct spi *s)
{
    uint32_t user1 = field_put(ESP32_SPI_USER1_ADDR_BITLEN, 0, 23);
    set(SPI0(ESP32_SPI_CTRL), ESP32_SPI_CTRL_WP | ESP32_SPI_CTRL_RESANDRES | ESP32_SPI_CTRL_FASTRD_MODE);
    set(SPI0(ESP32_SPI_CLOCK), s->clock_in);
    set(SPI0(ESP32_SPI_USER),
        ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_ADDR | ESP32_SPI_USER_DUMMY | ESP32_SPI_USER_MISO);
    set(SPI0(ESP32_SPI_USER1), field_put(ESP32_SPI_USER1_DUMMY_CYCLES, user1, 7));
    set(SPI0(ESP32_SPI_USER2), field_put(ESP32_SPI_USER2_COMMAND_BITS, NOR_FAST_READ, 7));
    set(SPI0(ESP32_SPI_PIN), get(SPI0(ESP32_SPI_PIN)) & ~ESP32_SPI_PIN_CS0_DIS);
    set(SPI0(ESP32_SPI_CACHE_FCTRL), ESP32_SPI_CACHE_REQ_EN | ESP32_SPI_CACHE_FLASH_USR_CMD);
}

/* After a boot from flash an eFuse alone decides whether the cache decrypts, else this bit does, too (TRM 25.3.3). */
void spi_plain_begin(struct spi *s, const struct spi_transfer *read)
{
    (void)read; /* every flash that this chip can map knows a fast read with three bytes of address */
    for (unsigned i = 0; i < SPI_ESP32_PLAIN_SAVED; i++)
        s->plain.saved[i] = get(saved[i]);
    s->plain.page = (uint32_t)NO_PAGE;
    cache_off();
    set_up_spi0(s);
    set(ESP32_DPORT_SLAVE_SPI_CONFIG, get(ESP32_DPORT_SLAVE_SPI_CONFIG) | ESP32_DPORT_SPI_DECRYPT);
    set(ESP32_DPORT_PRO_CACHE_CTRL1, get(ESP32_DPORT_PRO_CACHE_CTRL1) & ~ESP32_DPORT_CACHE_MASK_DROM0);
}

/* The page as the flash holds it now: nothing that the cache has of the window is left. */
static void show_page(struct spi *s, uint32_t page)
{
    cache_off();
    set(ENTRY, page);
    uint32_t off = get(ESP32_DPORT_PRO_CACHE_CTRL);
    set(ESP32_DPORT_PRO_CACHE_CTRL, off | ESP32_DPORT_CACHE_FLUSH_ENA);
    for (uint32_t n = 0; n < FLUSH_WAIT && !(get(ESP32_DPORT_PRO_CACHE_CTRL) & ESP32_DPORT_CACHE_FLUSH_DONE); n++)
        ;
    set(ESP32_DPORT_PRO_CACHE_CTRL, off | ESP32_DPORT_CACHE_ENABLE);
    s->plain.page = page;
}

void spi_plain_read(struct spi *s, uint32_t offset, uint32_t *words, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        uint32_t at = offset + i, page = at / ESP32_MMU_PAGE_SIZE;
        if (page != s->plain.page)
            show_page(s, page);
        if (at % 4 == 0 && i % 4 == 0) {
            words[i / 4] = get(WINDOW + at % ESP32_MMU_PAGE_SIZE);
            i += 3;
        } else {
            ((uint8_t *)words)[i] = *(volatile uint8_t *)(WINDOW + at % ESP32_MMU_PAGE_SIZE);
        }
    }
}

/* The cache stays off, as spi_attach left it; spi_release flushes it before it is switched on again. */
void spi_plain_end(struct spi *s)
{
    cache_off();
    for (unsigned i = 0; i < SPI_ESP32_PLAIN_SAVED; i++)
        set(saved[i], s->plain.saved[i]);
}

bool spi_encrypt(struct spi *s, uint32_t offset, const uint32_t *words)
{
    (void)s;
    set(ESP32_DPORT_SLAVE_SPI_CONFIG, get(ESP32_DPORT_SLAVE_SPI_CONFIG) | ENCRYPT_BITS);
    for (uint32_t i = 0; i < SPI_CRYPT_UNIT / 4; i++)
        set(ESP32_FLASH_ENC_BUFFER + 4 * i, words[i]);
    set(ESP32_FLASH_ENC_ADDRESS, offset);
    set(ESP32_FLASH_ENC_START, 1);
    for (uint32_t n = 0; n < ENCRYPT_WAIT; n++) {
        if (get(ESP32_FLASH_ENC_DONE) & 1)
            return true;
    }
    return false;
}

/* The direct command: that it takes the encryption block's words is known of no other. */
void spi_start_encrypted(struct spi *s, const struct spi_transfer *t)
{
    (void)s;
    set(SPI1(ESP32_SPI_CTRL), ESP32_SPI_CTRL_WP | ESP32_SPI_CTRL_RESANDRES);
    set(SPI1(ESP32_SPI_USER), ESP32_SPI_USER_COMMAND | ESP32_SPI_USER_CS_SETUP | ESP32_SPI_USER_CS_HOLD);
    set(SPI1(ESP32_SPI_USER1), field_put(ESP32_SPI_USER1_ADDR_BITLEN, 0, 23));
    set(SPI1(ESP32_SPI_ADDR), field_put(ESP32_SPI_ADDR_PP_LEN, t->address, t->out));
    set(SPI1(ESP32_SPI_CMD), ESP32_SPI_CMD_PP);
}

void spi_encrypt_end(struct spi *s)
{
    (void)s;
    set(ESP32_DPORT_SLAVE_SPI_CONFIG, get(ESP32_DPORT_SLAVE_SPI_CONFIG) & ~ENCRYPT_BITS);
}
