# SPDX-License-Identifier: Apache-2.0
# Procedures of OpenOCD's start-up that are simplest in Tcl. Part of the program: not a configuration file.

proc program_error {text exit} {
    if {$exit == 1} {
        echo $text
        shutdown error
    }
    error $text
}

# What a board may define; called by "init".
proc init_targets {} {}
proc init_target_events {} {}
proc init_board {} {}

proc ocd_gdb_restart {target} {
    reset halt
}

# program FILE [ADDRESS] [pre-verify] [verify] [reset] [exit]: through flash banks of any kind.
proc program {filename args} {
    set flags {verify 0 preverify 0 reset 0 exit 0}
    set address ""
    foreach arg $args {
        if {$arg eq "pre-verify"} {
            set arg preverify
        }
        if {[dict exists $flags $arg]} {
            dict set flags $arg 1
        } else {
            set address $arg
        }
    }
    set where [list $filename {*}$address]
    if {[catch {init; reset init} why]} {
        program_error "** Unable to reset target **\n$why" [dict get $flags exit]
    }
    if {[dict get $flags preverify]} {
        echo "**pre-verifying**"
    }
    if {[dict get $flags preverify] && ![catch {flash verify_image {*}$where}]} {
        echo "**Verified OK - No flashing**"
    } else {
        echo "** Programming Started **"
        if {[catch {flash write_image erase {*}$where} why]} {
            program_error "** Programming Failed **\n$why" [dict get $flags exit]
        }
        echo "** Programming Finished **"
        if {[dict get $flags verify]} {
            echo "** Verify Started **"
            if {[catch {flash verify_image {*}$where} why]} {
                program_error "** Verify Failed **\n$why" [dict get $flags exit]
            }
            echo "** Verified OK **"
        }
    }
    if {[dict get $flags reset]} {
        echo "** Resetting Target **"
        reset run
    }
    if {[dict get $flags exit]} {
        shutdown
    }
    return
}
add_help_text program "write an image to flash; verify it, reset the target, end"
add_usage_text program "<filename> \[address\] \[pre-verify\] \[verify\] \[reset\] \[exit\]"

# esp_get_mac [format]: the address of the chip's network interface, out of its eFuses.
proc esp_get_mac {args} {
    set bytes [lreverse [esp mac]]
    if {"format" in $args} {
        return [join [lmap b $bytes {format %02x $b}] :]
    }
    return 0x0000[join [lmap b $bytes {format %02x $b}] ""]
}
add_help_text esp_get_mac "print the MAC address of the chip; 'format' prints it with colons"
add_usage_text esp_get_mac "\[format\]"

proc esp_semihost_basedir {dir} {
    foreach target [target names] {
        $target arm semihosting_basedir $dir
    }
}

proc get_openocd_env {name} {
    if {[info exists ::env($name)]} {
        return $::env($name)
    }
    return ""
}
