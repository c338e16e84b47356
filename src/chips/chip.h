/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One constant record per chip. Code asks the record and never the chip's name; a test checks every record.
 *
 * Addresses are those of the chip's documents; each record names its sources.
 */
#ifndef CHIPS_CHIP_H
#define CHIPS_CHIP_H

#include <stdbool.h>
#include <stdint.h>

enum chip_isa {
    ISA_XTENSA_LX6,
    ISA_XTENSA_LX7,
    ISA_RV32,     /* with the CSRs of Espressif's first cores (C2, C3) */
    ISA_RV32_ANY, /* what its CSRs are is found out */
};

enum { CHIP_MAX_CORES = 4, CHIP_MAX_TAPS = 4, CHIP_MAX_WATCHDOGS = 6, CHIP_REVISION_PARTS = 3 };

/* What lies in a part of the address space, and how it may be accessed by a debugger. */
enum region_kind {
    REGION_RAM,
    REGION_RTC_RAM,
    REGION_ROM,
    REGION_PERIPHERAL,
    REGION_FLASH_DATA, /* flash through cache and MMU, data bus */
    REGION_FLASH_CODE, /* the same, instruction bus */
    REGION_PSRAM,
};

struct chip_region {
    const char *name; /* NULL ends the list */
    enum region_kind kind;
    uint32_t base, size;
    bool is_word_only; /* takes aligned 32-bit accesses only */
    bool is_executable;
};

/* A step of a script: value is written to addr; with mask, only those bits are changed (read, modify, write). mask 0
   stands for all bits. */
struct chip_poke {
    uint32_t addr, value, mask;
};
struct chip_script {
    const struct chip_poke *steps;
    uint8_t count;
};

struct chip_reset_cause {
    uint8_t code;
    bool is_watchdog;
    const char *name; /* NULL ends the list */
    const char *text;
};

/* True of the chip while (word at addr & mask) == value. */
struct chip_condition {
    uint32_t addr, mask, value;
    const char *text; /* "its clock is off"; NULL ends a list */
};

struct chip_core {
    const char *suffix; /* "cpu0" */
    uint8_t tap;        /* index into taps */
    uint8_t hart;       /* RISC-V: its number in the debug module behind that TAP */
    uint32_t reset_cause_reg, reset_cause_mask;
    struct chip_script unstall;       /* lets a core that software stalled run again; harmless on one that runs */
    struct chip_script enable;        /* gives the core its clock and a reset, for one that software has not started */
    const struct chip_condition *off; /* why the core cannot run, as another core sees it; may be NULL */
    struct chip_condition in_reset;   /* the same for a core that has no state to lose; no text: none */
};

/* A part of the memory protection that a program may have switched on: while (word at addr & mask) is not open, some
   accesses over that bus do nothing. */
enum chip_bus { CHIP_NO_BUS, CHIP_INSTRUCTION_BUS, CHIP_DATA_BUS, CHIP_BUSES };
struct chip_permission {
    uint32_t addr, mask, open;
    uint32_t lock_addr, lock_mask; /* a bit there: nothing but a reset changes it */
    enum chip_bus bus;             /* CHIP_NO_BUS ends a list */
};

/* How the chip is reset so that no code but ours runs afterwards: the cores start at stub, which leaves the chip as a reset
   does, with its watchdogs off, and waits. A core reset then brings each core to its reset vector. */
struct chip_reset {
    struct chip_script start_at_stub; /* makes the next reset start at stub_addr */
    uint32_t stub_addr;
    const uint32_t *stub;
    uint8_t stub_words;
    struct chip_condition stub_is_done;
    struct chip_script system_reset; /* the last step makes the digital core reset; debug modules included */
    struct chip_script settle;       /* once it is caught after that, before the core reset; may be empty */
    uint8_t system_reset_cause;      /* what the reset cause register says then */
};

/* A watchdog, so that one that was switched off for a halt can be set going again as it was: unlocked, configured, fed,
   locked. */
struct chip_watchdog {
    uint32_t protect, key;    /* key 0 ends a list */
    uint32_t config, off;     /* its configuration register, and what watchdogs_off writes there */
    uint32_t feed, feed_bits; /* bits 0: it feeds itself or cannot be fed by a write of its own */
};

/* The SPI controller that reaches the flash without the cache. */
enum flash_controller { FLASH_CTRL_ESP32_SPI1, FLASH_CTRL_SPI_MEM };

struct chip_flash {
    enum flash_controller controller;
    uint32_t controller_base; /* the software controller (SPI1) */
    uint32_t cache_base;      /* the controller that the cache uses (SPI0) */
    uint32_t max_size;        /* bytes that the chip can map */
    uint32_t encrypt_unit;    /* bytes that are encrypted together when the agent writes them so; 0: it cannot */
    const char
        *crypt_efuses;  /* those that end en- or decryption in download mode, as espefuse has them; NULL: unknown */
    const char *wiring; /* a sentence: what to look at when no flash answers */
};

/* The MMU of flash and external RAM. */
struct chip_mmu {
    uint32_t table[CHIP_MAX_CORES]; /* of each core; 0: shares the first */
    uint32_t page_size;
    uint32_t invalid_mask;                /* set in an entry that maps nothing */
    uint32_t page_mask;                   /* the physical page number in an entry */
    uint32_t psram_mask;                  /* set in an entry that maps external RAM; 0: the table maps flash only */
    struct chip_mmu_window {              /* windows may share entries */
        uint32_t base, size, first_entry; /* size 0 ends the list */
        bool is_code;
    } windows[6];
    /* External RAM where it has entries of its own, with pages of another size. size 0: it has none. */
    struct chip_mmu_psram {
        uint32_t base, size, first_entry, page_size;
        uint32_t control[CHIP_MAX_CORES]; /* of each core: the register that switches its bus to this memory on */
        uint32_t closed; /* bits of which one that is set says that no core sees it so: bus off, other pages */
    } psram;
};

/* Where the revision is: fields in eFuses and registers, put together from the low bits up. */
struct chip_field {
    uint32_t addr, mask; /* mask 0 ends a list */
};
struct chip_revision {
    struct chip_field major[CHIP_REVISION_PARTS], minor[CHIP_REVISION_PARTS];
    const uint8_t *major_of;               /* the major revision for those bits, 0xFF: unknown; NULL: the bits are it */
    const struct chip_condition *is_first; /* all true: revision 0.0, whatever the fields say; may be NULL */
};

/* What eFuses settle for good, and what matters to whoever programs or debugs the chip. */
enum chip_setting {
    CHIP_FLASH_ENCRYPTION,
    CHIP_SECURE_BOOT,
    CHIP_JTAG_OFF,
    CHIP_DOWNLOAD_OFF,     /* no serial download mode */
    CHIP_DOWNLOAD_LIMITED, /* serial download without reading flash or RAM */
    CHIP_SECOND_CORE_OFF,
};
struct chip_efuse {
    enum chip_setting setting;
    struct chip_field field;
    bool is_odd_count; /* on when an odd number of the field's bits are set; else when any is */
    const char *name;  /* as espefuse has it: "FLASH_CRYPT_CNT"; NULL ends a list */
};

/* What the strapping pins asked for at reset. The first row that fits counts. */
struct chip_boot_mode {
    uint32_t mask, value;
    bool is_from_flash;
    const char *text; /* "the serial download mode"; NULL ends a list */
};
struct chip_strapping {
    uint32_t addr; /* of the register that keeps them */
    const struct chip_boot_mode *modes;
};

struct chip_image {
    uint16_t id;                /* chip id in an image header */
    uint32_t bootloader_offset; /* of the second stage bootloader in flash */
};

struct chip {
    const char *name;  /* "esp32": the name of configurations */
    const char *title; /* "ESP32" */
    enum chip_isa isa;
    uint8_t core_count, tap_count;
    uint8_t ir_len;
    uint32_t idcode[CHIP_MAX_TAPS];
    uint32_t debug_id; /* of the debug modules, where it tells the chip from others; 0: not known */
    struct chip_core cores[CHIP_MAX_CORES];
    const struct chip_region *regions;
    uint32_t reset_vector;
    struct {
        uint32_t base, size;
    } work_area; /* RAM for algorithms of the configuration */
    struct {
        uint32_t base, size;
    } agent_code, agent_area; /* where the flash agent lives: executable RAM, and RAM for its data and buffers */
    struct chip_script
        watchdogs_off; /* all watchdogs, with their unlock keys; whole words, so that it is one round trip */
    const struct chip_watchdog *watchdogs; /* the same watchdogs, one by one; at most CHIP_MAX_WATCHDOGS */
    struct chip_reset reset;
    const struct chip_reset_cause *reset_causes;
    struct chip_flash flash;
    struct chip_mmu mmu;
    struct chip_image image;
    const struct chip_efuse *efuses;
    struct chip_strapping strapping;
    uint32_t mac_efuse; /* address of the word with MAC[31:0]; the next has MAC[47:32] */
    struct chip_revision revision;
    const struct chip_permission *permissions; /* of RAM; NULL: the chip has none */
    struct chip_script forget_violations;      /* accesses against permissions leave no trace for the program */
};

extern const struct chip *const chip_list[]; /* ended by NULL */
/* NULL: unknown, an error and never a guess. "riscv" is a core of an unknown chip, which is not in the list. */
const struct chip *chip_find(const char *name);
const struct chip *chip_by_image_id(uint16_t id);
const struct chip *chip_by_debug_id(uint32_t id); /* NULL: no chip is known to have it */
/* The one chip whose TAPs say this IDCODE; NULL: none is known, or several are alike. */
const struct chip *chip_by_idcode(uint32_t idcode);
bool chip_is_riscv(const struct chip *chip);
/* The region that holds addr, NULL for none. */
const struct chip_region *chip_region_at(const struct chip *chip, uint32_t addr);
/* Whether a word with an eFuse's field says that the setting is on. */
bool chip_efuse_is_on(const struct chip_efuse *efuse, uint32_t word);
/* The cause that this code stands for; NULL when the list has none. */
const struct chip_reset_cause *chip_reset_cause(const struct chip *chip, uint32_t code);
/* The text of a reset cause; "unknown" when the list has none. */
const char *chip_reset_cause_text(const struct chip *chip, uint32_t code);

#endif
