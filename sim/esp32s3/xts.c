/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash encryption: the block that encrypts what SPI1 programs, and the view of the flash that the caches have. The scheme
 * itself is in xts_scheme.c. Sources: TRM chapter 'External Memory Encryption and Decryption'; esp-idf hwcrypto_reg.h,
 * spi_flash_encrypted_ll.h (how it is used), system_reg.h, esp_efuse.h (purposes of keys).
 *
 * The key is that of the key blocks whose purposes are XTS_AES_256_KEY_1 and 2 (the two halves of one; a half that is not
 * there is zeros), else that of XTS_AES_128_KEY, else zeros. RD_DIS hides it from software and not from here.
 *
 * Encrypting: 16, 32 or 64 bytes go to PLAIN, at their place within 64 bytes; SIZE, ADDRESS, TRIGGER. STATE is 1 while it
 * works, then 2; RELEASE makes it 3: what SPI1 sends is now the result instead of its buffer, until DESTROY. The result
 * cannot be read. It needs SPI_ENCRYPT in SYSTEM, or in the download mode DOWNLOAD_ENCRYPT and not the eFuse
 * DIS_DOWNLOAD_MANUAL_ENCRYPT. It works before encryption is switched on, too: that is how a bootloader encrypts a flash in
 * place. How long it takes is in no public document.
 *
 * Decrypting: reads of flash through a cache, by SPI_BOOT_CRYPT_CNT after a boot from flash; in the download mode by
 * DOWNLOAD_DECRYPT. External RAM, which is encrypted as well then, is seen through the caches alone, so nothing shows of it.
 */
#include "sim/esp32s3/esp32s3_int.h"

#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

#define AT(name)   (ESP32S3_XTS_##name - ESP32S3_XTS_BASE)
#define ENCRYPT_PS (1 * PS_PER_US)

enum { PLAIN_BYTES = 64, KEY_BLOCKS = 6, KEY_BYTES = 32 };

static const struct reg regs[] = {
    {AT(PLAIN), PLAIN_BYTES / 4, 0, 0xFFFFFFFF, 0},
    {AT(SIZE), 1, 0, 3, 0},
    {AT(DESTINATION), 1, 0, 1, 0},
    {AT(ADDRESS), 1, 0, 0x3FFFFFFF, 0},
    {AT(TRIGGER), 1, 0, 0, REG_ACTS},
    {AT(RELEASE), 1, 0, 0, REG_ACTS},
    {AT(DESTROY), 1, 0, 0, REG_ACTS},
    {AT(STATE), 1, 0, 0, 0},
    {AT(DATE), 1, 0, 0x3FFFFFFF, 0}, /* what a chip shows there is in no header */
};

static uint32_t *word(struct xts *x, uint32_t offset)
{
    return block_word(&x->block, offset);
}

static uint32_t control(const struct esp32s3 *s)
{
    return *block_word(&s->system, ESP32S3_SYSTEM_EXT_ENCRYPT - ESP32S3_SYSTEM_BASE);
}

static bool is_download(const struct esp32s3 *s)
{
    return !(s->soc.config.strapping & ESP32S3_STRAP_GPIO0);
}

/* --- the key --- */

static unsigned purpose_of(const struct esp32s3 *s, unsigned key)
{
    static const struct {
        uint32_t word, field;
    } purposes[KEY_BLOCKS] = {
        {ESP32S3_EFUSE_RD_REPEAT1, ESP32S3_EFUSE_KEY_PURPOSE_0},
        {ESP32S3_EFUSE_RD_REPEAT1, ESP32S3_EFUSE_KEY_PURPOSE_1},
        {ESP32S3_EFUSE_RD_REPEAT2, FIELD(3, 0)},
        {ESP32S3_EFUSE_RD_REPEAT2, FIELD(7, 4)},
        {ESP32S3_EFUSE_RD_REPEAT2, FIELD(11, 8)},
        {ESP32S3_EFUSE_RD_REPEAT2, FIELD(15, 12)},
    };
    return field_get(purposes[key].field, s3_efuse_word(s, purposes[key].word));
}

/* Takes the block with this purpose, whose last byte is the key's first. False: there is none, and the key is as it was. */
static bool take_key(const struct esp32s3 *s, unsigned purpose, uint8_t key[KEY_BYTES])
{
    for (unsigned k = 0; k < KEY_BLOCKS; k++) {
        if (purpose_of(s, k) != purpose)
            continue;
        for (unsigned i = 0; i < KEY_BYTES; i++) {
            uint32_t at = KEY_BYTES - 1 - i;
            key[i] = (uint8_t)(s3_efuse_word(s, ESP32S3_EFUSE_RD_KEY0 + k * KEY_BYTES + (at & ~3U)) >> 8 * (at % 4));
        }
        return true;
    }
    return false;
}

void s3_xts_load(struct esp32s3 *s)
{
    struct xts_key *key = &s->xts.key;
    *key = (struct xts_key){.len = XTS_KEY_128};
    bool has_first = take_key(s, ESP32S3_KEY_XTS_AES_256_1, key->bytes);
    bool has_second = take_key(s, ESP32S3_KEY_XTS_AES_256_2, key->bytes + KEY_BYTES);
    if (has_first || has_second)
        key->len = XTS_KEY_256;
    else
        take_key(s, ESP32S3_KEY_XTS_AES_128, key->bytes);
    uint32_t count = s3_efuse_word(s, ESP32S3_EFUSE_RD_REPEAT1) & ESP32S3_EFUSE_SPI_BOOT_CRYPT_CNT;
    s->xts.is_on = __builtin_parity(count);
    s3_xts_flash_changed(s, 0, nor_size(s->soc.config.flash));
}

/* --- the block --- */

static bool may_encrypt(const struct esp32s3 *s)
{
    if (!is_download(s))
        return control(s) & ESP32S3_SYSTEM_SPI_ENCRYPT;
    bool is_forbidden = s3_efuse_word(s, ESP32S3_EFUSE_RD_REPEAT0) & ESP32S3_EFUSE_DIS_DOWNLOAD_ENCRYPT;
    return control(s) & ESP32S3_SYSTEM_DOWNLOAD_ENCRYPT && !is_forbidden;
}

static uint32_t size_of(struct xts *x)
{
    uint32_t size = *word(x, AT(SIZE));
    return size > 1 ? 64 : 16U << size;
}

static void encrypted(void *ctx)
{
    struct xts *x = ctx;
    uint32_t size = size_of(x), address = *word(x, AT(ADDRESS)) & ~(size - 1);
    uint8_t plain[PLAIN_BYTES];
    for (unsigned i = 0; i < PLAIN_BYTES / 4; i++)
        le32_put(plain + 4 * i, *word(x, AT(PLAIN) + 4 * i));
    memcpy(x->result, plain + address % PLAIN_BYTES, size);
    xts_scheme_encrypt(&x->key, address, x->result, size);
    x->result_len = size;
    *word(x, AT(STATE)) = ESP32S3_XTS_DONE;
}

static void written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct esp32s3 *s = esp32s3_of(b->soc);
    struct xts *x = &s->xts;
    uint32_t *state = word(x, AT(STATE));
    (void)before;
    if (!(value & 1))
        return;
    if (offset == AT(TRIGGER) && *state == ESP32S3_XTS_IDLE && may_encrypt(s)) {
        *state = ESP32S3_XTS_BUSY;
        sched_in(b->soc->sched, &x->done, ENCRYPT_PS);
    } else if (offset == AT(RELEASE) && *state == ESP32S3_XTS_DONE) {
        *state = ESP32S3_XTS_RELEASED;
    } else if (offset == AT(DESTROY) && (*state == ESP32S3_XTS_DONE || *state == ESP32S3_XTS_RELEASED)) {
        memset(x->result, 0, sizeof x->result);
        *state = ESP32S3_XTS_IDLE;
    }
}

static const struct block_kind kind = {
    .name = "XTS-AES",
    .size = 0x60,
    .regs = regs,
    .reg_count = sizeof regs / sizeof *regs,
    .written = written,
};

uint8_t s3_xts_sent(struct esp32s3 *s, uint32_t at, uint8_t buffered)
{
    struct xts *x = &s->xts;
    bool is_released = *word(x, AT(STATE)) == ESP32S3_XTS_RELEASED && may_encrypt(s);
    return is_released && at < x->result_len ? x->result[at] : buffered;
}

/* --- the caches' view --- */

static bool decrypts(const struct esp32s3 *s)
{
    return is_download(s) ? control(s) & ESP32S3_SYSTEM_DOWNLOAD_DECRYPT : s->xts.is_on;
}

/* As large as the flash, and made when it is first needed. */
static bool has_room(struct esp32s3 *s)
{
    struct mem_block *plain = &s->xts.plain;
    if (plain->size || mem_block_init(plain, "decrypted flash", s->flash.size))
        return true;
    log_error(s->soc.log, "esp32s3: no memory for the decrypted flash: the caches show it as it is");
    return false;
}

struct mem_block *s3_xts_view(struct esp32s3 *s, uint32_t page)
{
    struct xts *x = &s->xts;
    uint32_t at = page * ESP32S3_MMU_PAGE_SIZE;
    if (!decrypts(s) || !has_room(s))
        return &s->flash;
    if (!x->is_decrypted[page]) {
        memcpy(x->plain.bytes + at, s->flash.bytes + at, ESP32S3_MMU_PAGE_SIZE);
        xts_scheme_decrypt(&x->key, at, x->plain.bytes + at, ESP32S3_MMU_PAGE_SIZE);
        mem_block_changed(&x->plain, at, ESP32S3_MMU_PAGE_SIZE);
        x->is_decrypted[page] = true;
    }
    return &x->plain;
}

void s3_xts_flash_changed(struct esp32s3 *s, uint32_t offset, uint32_t len)
{
    uint32_t first = offset / ESP32S3_MMU_PAGE_SIZE, end = (offset + len - 1) / ESP32S3_MMU_PAGE_SIZE + 1;
    memset(s->xts.is_decrypted + first, 0, end - first);
}

/* --- life --- */

bool s3_xts_init(struct esp32s3 *s)
{
    uint32_t size = nor_size(s->soc.config.flash);
    s->xts.done = (struct sched_event){.fn = encrypted, .ctx = &s->xts};
    s->xts.is_decrypted = calloc(size / ESP32S3_MMU_PAGE_SIZE, sizeof *s->xts.is_decrypted);
    return s->xts.is_decrypted && block_init(&s->xts.block, &kind, &s->soc, ESP32S3_XTS_BASE);
}

void s3_xts_fini(struct esp32s3 *s)
{
    block_fini(&s->xts.block);
    mem_block_fini(&s->xts.plain);
    free(s->xts.is_decrypted);
}

void s3_xts_reset(struct esp32s3 *s)
{
    sched_cancel(s->soc.sched, &s->xts.done);
    block_reset(&s->xts.block);
    s->xts.result_len = 0;
}
