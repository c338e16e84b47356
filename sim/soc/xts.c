/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flash encryption: the block that encrypts what SPI1 programs, and the view of the flash that the caches have. The scheme
 * itself is in xts_scheme.c. Sources: TRM chapter 'External Memory Encryption and Decryption' of the TRMs; esp-idf hwcrypto_reg.h,
 * spi_flash_encrypted_ll.h (how it is used), system_reg.h, esp_efuse.h (purposes of keys).
 *
 * The key is, on a chip that has keys of 512 bits, that of the key blocks whose purposes are XTS_AES_256_KEY_1 and 2 (the two
 * halves of one; a half that is not there is zeros), else that of XTS_AES_128_KEY, else zeros. RD_DIS hides it from software and not from here.
 *
 * Encrypting: 16, 32 or (not on every chip) 64 bytes go to PLAIN, at their place within the most; SIZE, ADDRESS, TRIGGER. STATE is 1 while it
 * works, then 2; RELEASE makes it 3: what SPI1 sends is now the result instead of its buffer, until DESTROY. The result
 * cannot be read. It needs SPI_ENCRYPT in SYSTEM, or in the download mode DOWNLOAD_ENCRYPT and not the eFuse
 * DIS_DOWNLOAD_MANUAL_ENCRYPT. It works before encryption is switched on, too: that is how a bootloader encrypts a flash in
 * place. How long it takes is in no public document.
 *
 * Decrypting: reads of flash through a cache, by SPI_BOOT_CRYPT_CNT after a boot from flash; in the download mode by
 * DOWNLOAD_DECRYPT. External RAM, which is encrypted as well then, is seen through the caches alone, so nothing shows of it.
 */
#include "sim/soc/flash_side.h"

#include "base/bits.h"
#include "base/bytes.h"

#include <stdlib.h>
#include <string.h>

#define ENCRYPT_PS (1 * PS_PER_US)

enum { PLAIN = 0x00, SIZE = 0x40, ADDRESS = 0x48, TRIGGER = 0x4C, RELEASE = 0x50, DESTROY = 0x54, STATE = 0x58 };
enum { IDLE, BUSY, DONE, RELEASED /* to the SPI controller */ }; /* STATE */
enum { KEY_BLOCKS = 6, KEY_BYTES = 32 };

/* eFuses and bits of EXTERNAL_DEVICE_ENCRYPT_DECRYPT_CONTROL: the same on every chip. */
enum { RD_REPEAT1 = EFUSE_RD_REPEAT0 + 4, RD_REPEAT2 = EFUSE_RD_REPEAT0 + 8 };
enum { PURPOSE_256_1 = 2, PURPOSE_256_2 = 3, PURPOSE_128 = 4 };
#define DIS_DOWNLOAD_ENCRYPT BIT(20)       /* RD_REPEAT0 */
#define SPI_BOOT_CRYPT_CNT   FIELD(20, 18) /* RD_REPEAT1 */
#define SPI_ENCRYPT          BIT(0)        /* control */
#define DOWNLOAD_DECRYPT     BIT(2)
#define DOWNLOAD_ENCRYPT     BIT(3)

static uint32_t *word(struct xts *x, uint32_t offset)
{
    return block_word(&x->block, offset);
}

static uint32_t fuses(const struct xts *x, uint32_t offset)
{
    return efuse_word(x->efuse, x->efuse->block.base + offset);
}

static uint32_t control(const struct xts *x)
{
    return x->kind->control(x->block.soc);
}

static bool is_download(const struct xts *x)
{
    return x->kind->is_download(x->block.soc);
}

/* --- the key --- */

static unsigned purpose_of(const struct xts *x, unsigned key)
{
    static const struct {
        uint32_t word, field;
    } purposes[KEY_BLOCKS] = {
        {RD_REPEAT1, FIELD(27, 24)}, {RD_REPEAT1, FIELD(31, 28)}, {RD_REPEAT2, FIELD(3, 0)},
        {RD_REPEAT2, FIELD(7, 4)},   {RD_REPEAT2, FIELD(11, 8)},  {RD_REPEAT2, FIELD(15, 12)},
    };
    return field_get(purposes[key].field, fuses(x, purposes[key].word));
}

/* Takes the block with this purpose, whose last byte is the key's first. False: there is none, and the key is as it was. */
static bool take_key(const struct xts *x, unsigned purpose, uint8_t key[KEY_BYTES])
{
    for (unsigned k = 0; k < KEY_BLOCKS; k++) {
        if (purpose_of(x, k) != purpose)
            continue;
        for (unsigned i = 0; i < KEY_BYTES; i++) {
            uint32_t at = KEY_BYTES - 1 - i;
            key[i] = (uint8_t)(fuses(x, EFUSE_RD_KEY0 + k * KEY_BYTES + (at & ~3U)) >> 8 * (at % 4));
        }
        return true;
    }
    return false;
}

void xts_load(struct xts *x)
{
    struct xts_key *key = &x->key;
    *key = (struct xts_key){.len = XTS_KEY_128};
    bool has_first = x->kind->has_256 && take_key(x, PURPOSE_256_1, key->bytes);
    bool has_second = x->kind->has_256 && take_key(x, PURPOSE_256_2, key->bytes + KEY_BYTES);
    if (has_first || has_second)
        key->len = XTS_KEY_256;
    else
        take_key(x, PURPOSE_128, key->bytes);
    x->is_on = __builtin_parity(fuses(x, RD_REPEAT1) & SPI_BOOT_CRYPT_CNT);
    xts_flash_changed(x, 0, x->side->content.size);
}

/* --- the block --- */

static bool may_encrypt(const struct xts *x)
{
    if (!is_download(x))
        return control(x) & SPI_ENCRYPT;
    return control(x) & DOWNLOAD_ENCRYPT && !(fuses(x, EFUSE_RD_REPEAT0) & DIS_DOWNLOAD_ENCRYPT);
}

static uint32_t size_of(struct xts *x)
{
    uint32_t size = *word(x, SIZE);
    return size > 1 ? 64 : 16U << size;
}

static void encrypted(void *ctx)
{
    struct xts *x = ctx;
    uint32_t size = size_of(x), address = *word(x, ADDRESS) & ~(size - 1);
    uint8_t plain[XTS_MAX_BYTES];
    for (unsigned i = 0; i < x->kind->max_bytes / 4; i++)
        le32_put(plain + 4 * i, *word(x, PLAIN + 4 * i));
    memcpy(x->result, plain + address % x->kind->max_bytes, size);
    xts_scheme_encrypt(&x->key, address, x->result, size);
    x->result_len = size;
    *word(x, STATE) = DONE;
}

void xts_written(struct block *b, uint32_t offset, uint32_t value, uint32_t before)
{
    struct xts *x = (struct xts *)b;
    uint32_t *state = word(x, STATE);
    (void)before;
    if (!(value & 1))
        return;
    if (offset == TRIGGER && *state == IDLE && may_encrypt(x)) {
        *state = BUSY;
        sched_in(b->soc->sched, &x->done, ENCRYPT_PS);
    } else if (offset == RELEASE && *state == DONE) {
        *state = RELEASED;
    } else if (offset == DESTROY && (*state == DONE || *state == RELEASED)) {
        memset(x->result, 0, sizeof x->result);
        *state = IDLE;
    }
}

uint8_t xts_sent(struct xts *x, uint32_t at, uint8_t buffered)
{
    bool is_released = *word(x, STATE) == RELEASED && may_encrypt(x);
    return is_released && at < x->result_len ? x->result[at] : buffered;
}

/* --- the caches' view --- */

static bool decrypts(const struct xts *x)
{
    return is_download(x) ? control(x) & DOWNLOAD_DECRYPT : x->is_on;
}

/* As large as the flash, and made when it is first needed. */
static bool has_room(struct xts *x)
{
    if (x->plain.size || mem_block_init(&x->plain, "decrypted flash", x->side->content.size))
        return true;
    log_error(x->block.soc->log, "%s: no memory for the decrypted flash: the caches show it as it is",
              x->block.soc->kind->name);
    return false;
}

struct mem_block *xts_view(struct xts *x, uint32_t page)
{
    struct mem_block *flash = &x->side->content;
    uint32_t at = page * FLASH_PAGE_SIZE;
    if (!decrypts(x) || !has_room(x))
        return flash;
    if (!x->is_decrypted[page]) {
        memcpy(x->plain.bytes + at, flash->bytes + at, FLASH_PAGE_SIZE);
        xts_scheme_decrypt(&x->key, at, x->plain.bytes + at, FLASH_PAGE_SIZE);
        mem_block_changed(&x->plain, at, FLASH_PAGE_SIZE);
        x->is_decrypted[page] = true;
    }
    return &x->plain;
}

void xts_flash_changed(struct xts *x, uint32_t offset, uint32_t len)
{
    uint32_t first = offset / FLASH_PAGE_SIZE, end = (offset + len - 1) / FLASH_PAGE_SIZE + 1;
    memset(x->is_decrypted + first, 0, end - first);
}

/* --- life --- */

bool xts_init(struct xts *x, struct flash_side *f, const struct xts_kind *kind, const struct efuse *efuse)
{
    x->kind = kind;
    x->side = f;
    x->efuse = efuse;
    x->done = (struct sched_event){.fn = encrypted, .ctx = x};
    x->is_decrypted = calloc(f->content.size / FLASH_PAGE_SIZE, sizeof *x->is_decrypted);
    return x->is_decrypted && block_init(&x->block, &kind->block, f->soc, kind->base);
}

void xts_fini(struct xts *x)
{
    block_fini(&x->block);
    mem_block_fini(&x->plain);
    free(x->is_decrypted);
}

void xts_reset(struct xts *x)
{
    sched_cancel(x->block.soc->sched, &x->done);
    block_reset(&x->block);
    x->result_len = 0;
}
