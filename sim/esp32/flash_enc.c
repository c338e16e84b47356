/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash encryption: the block that encrypts what SPI1 programs, and the view of the flash that the caches have. The scheme
 * itself is in flash_scheme.c. Sources: TRM 25.3.2 and 25.3.3 (when it is on); esp-idf flash_encryption_reg.h and
 * spi_flash_encrypted_ll.h (how it is used).
 *
 * Encrypting: 32 bytes go to BUFFER, their place to ADDRESS, START, until DONE. While SPI_ENCRYPT and SPI_MASK_PRO are set
 * (esp-idf sets both), the direct program command of SPI1 then sends the result instead of its buffer. It works before
 * encryption is switched on by FLASH_CRYPT_CNT, too: that is how a bootloader encrypts a flash in place. The result cannot be
 * read. How long it takes is in no public document.
 *
 * Decrypting: reads through a cache, by FLASH_CRYPT_CNT after a boot from flash; in the download modes by SPI_DECRYPT. There
 * DISABLE_DL_ENCRYPT and DISABLE_DL_DECRYPT forbid either.
 */
#include "sim/esp32/esp32_int.h"

#include "base/bytes.h"

#include <string.h>

#define AT(name)   (ESP32_FLASH_ENC_##name - ESP32_SPI_ENCRYPT_BASE)
#define ENCRYPT_PS (1 * PS_PER_US)

static const struct reg regs[] = {
    {AT(BUFFER), 8, 0, 0xFFFFFFFF, 0},
    {AT(START), 1, 0, 0, REG_ACTS},
    {AT(ADDRESS), 1, 0, 0xFFFFFFFF, 0},
    {AT(DONE), 1, 0, 0, 0},
};

static uint32_t dport_config(const struct esp32 *s)
{
    return *block_word(&s->dport, ESP32_DPORT_SLAVE_SPI_CONFIG - ESP32_DPORT_BASE);
}

static bool is_download(const struct esp32 *s)
{
    return !(s->soc.config.strapping & ESP32_STRAP_GPIO0);
}

/* --- the block --- */

static void encrypted(void *ctx)
{
    struct flash_enc *f = ctx;
    for (unsigned i = 0; i < FLASH_SCHEME_UNIT / 4; i++)
        le32_put(f->result + 4 * i, *block_word(&f->block, AT(BUFFER) + 4 * i));
    flash_scheme_encrypt(&esp32_of(f->block.soc)->crypt, *block_word(&f->block, AT(ADDRESS)), f->result,
                         sizeof f->result);
    *block_word(&f->block, AT(DONE)) = 1;
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    (void)offset;
    (void)before;
    if (!(value & 1))
        return;
    *block_word(b, AT(DONE)) = 0;
    sched_in(b->soc->sched, &esp32_of(b->soc)->flash_enc.done, ENCRYPT_PS);
}

static const struct block_kind kind = {
    .name = "flash encryption",
    .size = 0x40,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .written = written,
};

const uint8_t *flash_enc_output(const struct esp32 *s)
{
    uint32_t both = ESP32_DPORT_SPI_ENCRYPT | ESP32_DPORT_SPI_MASK_PRO;
    bool is_forbidden = is_download(s) && s->efuses[0][6] & ESP32_EFUSE_DISABLE_DL_ENCRYPT;
    return (dport_config(s) & both) == both && !is_forbidden ? s->flash_enc.result : NULL;
}

/* --- the caches' view --- */

static bool decrypts(const struct esp32 *s)
{
    if (!is_download(s))
        return s->is_crypt_on;
    return dport_config(s) & ESP32_DPORT_SPI_DECRYPT && !(s->efuses[0][6] & ESP32_EFUSE_DISABLE_DL_DECRYPT);
}

struct mem_block *flash_enc_view(struct esp32 *s, uint32_t page)
{
    struct flash_enc *f = &s->flash_enc;
    uint32_t at = page * ESP32_MMU_PAGE_SIZE;
    if (!decrypts(s))
        return &s->flash;
    if (!f->is_decrypted[page]) {
        memcpy(f->plain.bytes + at, s->flash.bytes + at, ESP32_MMU_PAGE_SIZE);
        flash_scheme_decrypt(&s->crypt, at, f->plain.bytes + at, ESP32_MMU_PAGE_SIZE);
        mem_block_changed(&f->plain, at, ESP32_MMU_PAGE_SIZE);
        f->is_decrypted[page] = true;
    }
    return &f->plain;
}

void flash_enc_changed(struct esp32 *s, uint32_t offset, uint32_t len)
{
    uint32_t end = (offset + len - 1) / ESP32_MMU_PAGE_SIZE + 1;
    for (uint32_t page = offset / ESP32_MMU_PAGE_SIZE; page < end && page < FLASH_PAGES; page++)
        s->flash_enc.is_decrypted[page] = false;
}

/* --- life --- */

bool flash_enc_init(struct esp32 *s)
{
    s->flash_enc.done = (struct sched_event){.fn = encrypted, .ctx = &s->flash_enc};
    return block_init(&s->flash_enc.block, &kind, &s->soc, ESP32_SPI_ENCRYPT_BASE) &&
           mem_block_init(&s->flash_enc.plain, "decrypted flash", nor_size(s->soc.config.flash));
}

void flash_enc_fini(struct esp32 *s)
{
    block_fini(&s->flash_enc.block);
    mem_block_fini(&s->flash_enc.plain);
}

void flash_enc_reset(struct esp32 *s)
{
    sched_cancel(s->soc.sched, &s->flash_enc.done);
    block_reset(&s->flash_enc.block);
    memset(s->flash_enc.is_decrypted, 0, sizeof s->flash_enc.is_decrypted); /* the key may be another */
}
