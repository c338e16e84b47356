/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands, as a table. Sources: those that src/regs/spi_nor.h names; a maker's own commands are in sets of
 * their own (nor_int.h), which may give an opcode another meaning.
 */
#include "sim/nor/nor_int.h"

#include "regs/spi_nor.h"

/* --- answers that no other room gives --- */

/* Macronix's octal modes answer the id after an address, GigaDevice's and ISSI's do not. */
static uint8_t read_id(struct nor *n, uint32_t at)
{
    return n->part->id[at % sizeof n->part->id];
}

static uint8_t read_manufacturer(struct nor *n, uint32_t at)
{
    return (n->address + at) & 1 ? n->part->device_id : n->part->id[0];
}

static uint8_t read_device_id(struct nor *n, uint32_t at)
{
    (void)at;
    return n->part->device_id;
}

/* Every chip has its own; these boards' chips are of one wafer. */
static uint8_t read_unique_id(struct nor *n, uint32_t at)
{
    static const uint8_t unique[8] = {0xD2, 0x64, 0x48, 0x14, 0x5B, 0x2F, 0x61, 0x29};
    (void)n;
    return unique[at % sizeof unique];
}

static uint8_t read_register0(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_register(n, 0);
}

static uint8_t read_register1(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_register(n, 1);
}

static uint8_t read_register2(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_register(n, 2);
}

static uint8_t read_register3(struct nor *n, uint32_t at)
{
    (void)at;
    return nor_register(n, 3);
}

/* Macronix: the configuration, and behind it the second configuration register of the MX25R. */
static uint8_t read_config(struct nor *n, uint32_t at)
{
    return nor_register(n, 1 + at % 2);
}

/* Octal parts: bit 7 is 1 when ready, the inverse of WIP. */
static uint8_t read_flags(struct nor *n, uint32_t at)
{
    (void)at;
    uint8_t ready = nor_is_busy(n) ? 0 : 0x80;
    return nor_register(n, 3) | ready | (n->is_4byte ? 1 : 0);
}

/* --- the table --- */

/* clang-format off */
#define BUSY   NOR_WHEN_BUSY
#define SUSP   NOR_WHEN_SUSPENDED
#define ALWAYS (BUSY | SUSP)
#define WEL    NOR_WHEN_WRITABLE
#define QE     NOR_WHEN_QUAD
#define STATUS NOR_WHEN_STATUS
#define REG    NOR_IS_REGISTER
#define QPI    NOR_IN_QPI
#define STR    NOR_IN_STR
#define DTR    NOR_IN_DTR
#define ALL    (QPI | STR | DTR)
#define QPID   (QPI | NOR_QPI_DUMMY)
#define MODE   NOR_ADDRESS_MODE
#define NONE   NOR_NO_ADDRESS
static const struct nor_command commands[] = {
    /* opcode  set  address on mode dummy data  when  answer  run */
    { NOR_READ,                  NOR_SET_BASIC, MODE, 1, 0, 0, 1, SUSP,                 nor_read_array,    NULL },
    { NOR_FAST_READ,             NOR_SET_BASIC, MODE, 1, 0, 8, 1, SUSP | QPID,          nor_read_array,    NULL },
    { NOR_READ_SFDP,             NOR_SET_BASIC, NOR_ADDRESS_3, 1, 0, 8, 1, SUSP | STR | DTR | NOR_IS_SFDP, nor_read_sfdp, NULL },
    { NOR_READ_ID,               NOR_SET_BASIC, NONE, 1, 0, 0, 1, SUSP | ALL | REG,     read_id,           NULL },
    { NOR_READ_MANUFACTURER,     NOR_SET_BASIC, NOR_ADDRESS_3, 1, 0, 0, 1, SUSP | QPI,  read_manufacturer, NULL },
    { NOR_READ_UNIQUE_ID,        NOR_SET_BASIC, NONE, 1, 0, 32, 1, SUSP,                read_unique_id,    NULL },
    { NOR_READ_STATUS1,          NOR_SET_BASIC, NONE, 1, 0, 0, 1, ALWAYS | ALL | REG,   read_register0,    NULL },
    { NOR_WRITE_ENABLE,          NOR_SET_BASIC, NONE, 1, 0, 0, 0, SUSP | ALL,           NULL, nor_write_enable },
    { NOR_WRITE_DISABLE,         NOR_SET_BASIC, NONE, 1, 0, 0, 0, SUSP | ALL,           NULL, nor_write_disable },
    { NOR_WRITE_STATUS,          NOR_SET_BASIC, NONE, 1, 0, 0, 1, STATUS | ALL | REG,   NULL, nor_write_status1 },
    { NOR_PAGE_PROGRAM,          NOR_SET_BASIC, MODE, 1, 0, 0, 1, WEL | SUSP | QPI,     NULL, nor_page_program },
    { NOR_ERASE_SECTOR,          NOR_SET_BASIC, MODE, 1, 0, 0, 0, WEL | QPI,            NULL, nor_erase_sector },
    { NOR_ERASE_BLOCK64,         NOR_SET_BASIC, MODE, 1, 0, 0, 0, WEL | QPI,            NULL, nor_erase_block64 },
    { NOR_ERASE_CHIP,            NOR_SET_BASIC, NONE, 1, 0, 0, 0, WEL | ALL,            NULL, nor_erase_chip },
    { NOR_ERASE_CHIP_ALT,        NOR_SET_BASIC, NONE, 1, 0, 0, 0, WEL | ALL,            NULL, nor_erase_chip },
    { NOR_POWER_DOWN,            NOR_SET_BASIC, NONE, 1, 0, 0, 0, ALL,                  NULL, nor_power_down },
    { NOR_RELEASE_POWER_DOWN,    NOR_SET_BASIC, NONE, 1, 0, 24, 1, NOR_WHEN_ASLEEP | SUSP | ALL, read_device_id,
      nor_release_power_down },
    { NOR_RESET_ENABLE,          NOR_SET_BASIC, NONE, 1, 0, 0, 0, ALWAYS | ALL,         NULL, nor_reset_enable },
    { NOR_RESET,                 NOR_SET_BASIC, NONE, 1, 0, 0, 0, ALWAYS | ALL,         NULL, nor_reset },
    { NOR_ERASE_BLOCK32,         NOR_SET_BLOCK32, MODE, 1, 0, 0, 0, WEL | QPI,          NULL, nor_erase_block32 },

    { NOR_DUAL_OUT_READ,         NOR_SET_DUAL, MODE, 1, 0, 8, 2, SUSP,                  nor_read_array,    NULL },
    { NOR_DUAL_IO_READ,          NOR_SET_DUAL, MODE, 2, 1, 0, 2, SUSP,                  nor_read_array,    NULL },
    { NOR_QUAD_OUT_READ,         NOR_SET_QUAD_OUT, MODE, 1, 0, 8, 4, SUSP | QE,         nor_read_array,    NULL },
    { NOR_QUAD_IO_READ,          NOR_SET_QUAD_OUT, MODE, 4, 1, 4, 4, SUSP | QE | QPID,  nor_read_array,    NULL },
    { NOR_QUAD_PROGRAM,          NOR_SET_QUAD, MODE, 1, 0, 0, 4, WEL | SUSP | QE,       NULL, nor_page_program },
    { NOR_QUAD_IO_PROGRAM,       NOR_SET_QUAD_PP38, MODE, 4, 0, 0, 4, WEL | SUSP | QE,  NULL, nor_page_program },

    { NOR_READ_STATUS2,          NOR_SET_STATUS23, NONE, 1, 0, 0, 1, ALWAYS | QPI | REG, read_register1,   NULL },
    { NOR_READ_STATUS3,          NOR_SET_STATUS23, NONE, 1, 0, 0, 1, ALWAYS | QPI | REG, read_register2,   NULL },
    { NOR_WRITE_STATUS2,         NOR_SET_STATUS23, NONE, 1, 0, 0, 1, STATUS | QPI | REG, NULL, nor_write_status2 },
    { NOR_WRITE_STATUS3,         NOR_SET_STATUS23, NONE, 1, 0, 0, 1, STATUS | QPI | REG, NULL, nor_write_status3 },
    { NOR_READ_STATUS2_3F,       NOR_SET_STATUS2_3F, NONE, 1, 0, 0, 1, ALWAYS | REG,    read_register1,    NULL },
    { NOR_WRITE_STATUS2_3E,      NOR_SET_STATUS2_3F, NONE, 1, 0, 0, 1, STATUS | REG,    NULL, nor_write_status2 },
    { NOR_READ_STATUS3,          NOR_SET_CONFIG, NONE, 1, 0, 0, 1, ALWAYS | ALL | REG,  read_config,       NULL },
    { NOR_READ_SECURITY,         NOR_SET_CONFIG, NONE, 1, 0, 0, 1, ALWAYS | ALL | REG,  read_register3,    NULL },
    { NOR_READ_FUNCTION,         NOR_SET_ISSI, NONE, 1, 0, 0, 1, ALWAYS | QPI | REG,    read_register1,    NULL },
    { NOR_WRITE_FUNCTION,        NOR_SET_ISSI, NONE, 1, 0, 0, 1, WEL | QPI | REG,       NULL, nor_write_issi_function },
    { NOR_READ_PARAMETERS,       NOR_SET_ISSI, NONE, 1, 0, 0, 1, ALWAYS | QPI | REG,    read_register2,    NULL },
    { NOR_SET_PARAMETERS,        NOR_SET_ISSI, NONE, 1, 0, 0, 1, QPI | REG,             NULL, nor_write_issi_parameters },
    { NOR_VOLATILE_WRITE_ENABLE, NOR_SET_VOLATILE, NONE, 1, 0, 0, 0, SUSP | QPI,        NULL, nor_volatile_write_enable },

    { NOR_SUSPEND,               NOR_SET_SUSPEND75, NONE, 1, 0, 0, 0, BUSY | ALL,       NULL, nor_suspend },
    { NOR_RESUME,                NOR_SET_SUSPEND75, NONE, 1, 0, 0, 0, SUSP | ALL,       NULL, nor_resume },
    { NOR_SUSPEND_B0,            NOR_SET_SUSPENDB0, NONE, 1, 0, 0, 0, BUSY | ALL,       NULL, nor_suspend },
    { NOR_RESUME_B0,             NOR_SET_SUSPENDB0, NONE, 1, 0, 0, 0, SUSP | ALL,       NULL, nor_resume },

    { NOR_ENTER_QPI_38,          NOR_SET_QPI38, NONE, 1, 0, 0, 0, QE,                   NULL, nor_enter_qpi },
    { NOR_EXIT_QPI_FF,           NOR_SET_QPI38, NONE, 1, 0, 0, 0, QPI | NOR_NOT_SPI,    NULL, nor_exit_qpi },
    { NOR_SET_PARAMETERS,        NOR_SET_QPI38, NONE, 1, 0, 0, 1, QPI | NOR_NOT_SPI,    NULL, nor_set_qpi_parameters },
    { NOR_ENTER_QPI_35,          NOR_SET_QPI35, NONE, 1, 0, 0, 0, 0,                    NULL, nor_enter_qpi },
    { NOR_EXIT_QPI_F5,           NOR_SET_QPI35, NONE, 1, 0, 0, 0, QPI | NOR_NOT_SPI,    NULL, nor_exit_qpi },
    { NOR_READ_ID_QPI,           NOR_SET_QPI35, NONE, 1, 0, 0, 1, QPI | NOR_NOT_SPI | REG, read_id,        NULL },

    { NOR_ENTER_4BYTE,           NOR_SET_ADDRESS4, NONE, 1, 0, 0, 0, SUSP | ALL,        NULL, nor_enter_4byte },
    { NOR_EXIT_4BYTE,            NOR_SET_ADDRESS4, NONE, 1, 0, 0, 0, SUSP | ALL,        NULL, nor_exit_4byte },
    { NOR_WRITE_EXTENDED,        NOR_SET_ADDRESS4, NONE, 1, 0, 0, 1, WEL | SUSP | QPI | REG, NULL, nor_write_extended },
    { NOR_READ_EXTENDED,         NOR_SET_ADDRESS4, NONE, 1, 0, 0, 1, SUSP | QPI | REG,  nor_read_extended, NULL },
    { NOR_READ4,                 NOR_SET_ADDRESS4, NOR_ADDRESS_4, 1, 0, 0, 1, SUSP,     nor_read_array,    NULL },
    { NOR_FAST_READ4,            NOR_SET_ADDRESS4, NOR_ADDRESS_4, 1, 0, 8, 1, SUSP,     nor_read_array,    NULL },
    { NOR_PAGE_PROGRAM4,         NOR_SET_ADDRESS4, NOR_ADDRESS_4, 1, 0, 0, 1, WEL | SUSP | ALL, NULL, nor_page_program },
    { NOR_ERASE_SECTOR4,         NOR_SET_ADDRESS4, NOR_ADDRESS_4, 1, 0, 0, 0, WEL | ALL, NULL, nor_erase_sector },
    { NOR_ERASE_BLOCK64_4,       NOR_SET_ADDRESS4, NOR_ADDRESS_4, 1, 0, 0, 0, WEL | ALL, NULL, nor_erase_block64 },
    { NOR_ERASE_BLOCK32_4,       NOR_SET_ADDRESS4_IO, NOR_ADDRESS_4, 1, 0, 0, 0, WEL | QPI, NULL, nor_erase_block32 },
    { NOR_DUAL_OUT_READ4,        NOR_SET_ADDRESS4_IO, NOR_ADDRESS_4, 1, 0, 8, 2, SUSP,  nor_read_array,    NULL },
    { NOR_DUAL_IO_READ4,         NOR_SET_ADDRESS4_IO, NOR_ADDRESS_4, 2, 1, 0, 2, SUSP,  nor_read_array,    NULL },
    { NOR_QUAD_OUT_READ4,        NOR_SET_ADDRESS4_IO, NOR_ADDRESS_4, 1, 0, 8, 4, SUSP | QE, nor_read_array, NULL },
    { NOR_QUAD_IO_READ4,         NOR_SET_ADDRESS4_IO, NOR_ADDRESS_4, 4, 1, 4, 4, SUSP | QE | QPID, nor_read_array, NULL },
    { NOR_QUAD_PROGRAM4,         NOR_SET_ADDRESS4_IO, NOR_ADDRESS_4, 1, 0, 0, 4, WEL | SUSP | QE, NULL, nor_page_program },

    { NOR_LOCK_BLOCK,            NOR_SET_LOCKS, MODE, 1, 0, 0, 0, WEL | SUSP | QPI,     NULL, nor_lock_block },
    { NOR_UNLOCK_BLOCK,          NOR_SET_LOCKS, MODE, 1, 0, 0, 0, WEL | SUSP | QPI,     NULL, nor_unlock_block },
    { NOR_READ_LOCK,             NOR_SET_LOCKS, MODE, 1, 0, 0, 1, SUSP | QPI,           nor_read_lock,     NULL },
    { NOR_LOCK_ALL,              NOR_SET_LOCKS, NONE, 1, 0, 0, 0, WEL | SUSP | QPI,     NULL, nor_lock_all },
    { NOR_UNLOCK_ALL,            NOR_SET_LOCKS, NONE, 1, 0, 0, 0, WEL | SUSP | QPI,     NULL, nor_unlock_all },

    { NOR_READ_CONFIG2,          NOR_SET_OCTAL_MX, NOR_ADDRESS_4, 1, 0, 0, 1, ALWAYS | STR | DTR | REG, nor_read_config2, NULL },
    { NOR_WRITE_CONFIG2,         NOR_SET_OCTAL_MX, NOR_ADDRESS_4, 1, 0, 0, 1, WEL | STR | DTR | REG, NULL, nor_write_config2 },
    { NOR_OCTAL_READ,            NOR_SET_OCTAL_MX, NOR_ADDRESS_4, 8, 0, 0, 8, SUSP | STR | NOR_NOT_SPI, nor_read_array, NULL },
    { NOR_OCTAL_DTR_READ,        NOR_SET_OCTAL_MX, NOR_ADDRESS_4, 8, 0, 0, 8, SUSP | DTR | NOR_NOT_SPI, nor_read_array, NULL },
    { NOR_READ_VOLATILE,         NOR_SET_OCTAL_CFG, MODE, 1, 0, 8, 1, ALWAYS | DTR | REG, nor_read_volatile_config, NULL },
    { NOR_WRITE_VOLATILE,        NOR_SET_OCTAL_CFG, MODE, 1, 0, 0, 1, WEL | DTR | REG,  NULL, nor_write_volatile_config },
    { NOR_READ_KEPT,             NOR_SET_OCTAL_CFG, MODE, 1, 0, 8, 1, ALWAYS | DTR | REG, nor_read_kept_config, NULL },
    { NOR_WRITE_KEPT,            NOR_SET_OCTAL_CFG, MODE, 1, 0, 0, 1, WEL | DTR | REG,  NULL, nor_write_kept_config },
    { NOR_READ_FLAGS,            NOR_SET_OCTAL_CFG, NONE, 1, 0, 0, 1, ALWAYS | DTR | REG, read_flags,      NULL },
    { NOR_OCTAL_DTR_READ_FD,     NOR_SET_OCTAL_CFG, NOR_ADDRESS_4, 8, 0, 0, 8, SUSP | DTR | NOR_NOT_SPI, nor_read_array, NULL },
    { NOR_FAST_READ4,            NOR_SET_OCTAL_CFG, NOR_ADDRESS_4, 1, 0, 8, 1, SUSP | DTR, nor_read_array, NULL },
};
/* clang-format on */

const struct nor_command *nor_command_find(uint32_t sets, uint8_t opcode)
{
    const struct nor_command *found = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (commands[i].opcode == opcode && commands[i].set & sets)
            found = &commands[i]; /* the later, more special one counts */
    return found;
}
