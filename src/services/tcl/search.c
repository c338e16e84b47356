/* SPDX-License-Identifier: Apache-2.0 */
/* Where configuration files are looked for, and what to say when one is not there. */
#include "services/tcl/tcl_int.h"

#include "base/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_PLACES = TCL_MAX_DIRS + 10, MAX_NEAR = 5, NAME_ROOM = 256 };

struct places {
    char *dirs[MAX_PLACES];
    unsigned count;
};

static void places_add(struct places *p, const char *dir, const char *below)
{
    char *path = NULL;
    if (p->count == MAX_PLACES || !dir || !*dir)
        return;
    if (asprintf(&path, "%s%s", dir, below) >= 0)
        p->dirs[p->count++] = path;
}

/* The order of OpenOCD, with espocd's own files last: beside the program when it
   runs in its build directory, or where it was installed. */
static void places_init(struct places *p, const struct tcl *t)
{
    *p = (struct places){0};
    for (unsigned i = 0; i < t->dir_count; i++)
        places_add(p, t->dirs[i], "");
    places_add(p, getenv("OPENOCD_SCRIPTS"), "");
    const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
    if (xdg && *xdg)
        places_add(p, xdg, "/openocd");
    else
        places_add(p, home, "/.config/openocd");
    places_add(p, home, "/.openocd");
    places_add(p, t->program_dir, "/../share/espocd/site");
    places_add(p, t->program_dir, "/../share/espocd/tcl");
    places_add(p, t->program_dir, "/../tcl");
}

static void places_fini(struct places *p)
{
    while (p->count)
        free(p->dirs[--p->count]);
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static bool find_in_places(const struct places *p, const char *name, struct buf *path)
{
    if (is_file(name)) {
        buf_printf(path, "%s", name);
        return true;
    }
    for (unsigned i = 0; i < p->count && *name != '/'; i++) {
        buf_clear(path);
        buf_printf(path, "%s/%s", p->dirs[i], name);
        if (is_file(buf_str(path)))
            return true;
    }
    buf_clear(path);
    return false;
}

struct near {
    char name[NAME_ROOM];
    unsigned distance;
};

static void near_add(struct near *list, const char *wanted, const char *dir, const char *name)
{
    struct near n;
    int len = snprintf(n.name, sizeof n.name, "%s%s", dir, name);
    if (len < 0 || (size_t)len >= sizeof n.name)
        return; /* too long to be told */
    n.distance = text_distance(wanted, n.name);
    for (unsigned i = 0; i < MAX_NEAR; i++) {
        if (!strcmp(list[i].name, n.name))
            return;
        if (!list[i].name[0] || n.distance < list[i].distance) {
            memmove(list + i + 1, list + i, (MAX_NEAR - 1 - i) * sizeof *list);
            list[i] = n;
            return;
        }
    }
}

/* Looks at the folder that the name asks for, in every place: "board/esp32-rover.cfg" -> the files of board/. */
static void near_collect(const struct places *p, const char *wanted, struct near *list)
{
    const char *slash = strrchr(wanted, '/');
    char folder[NAME_ROOM];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash + 1 - wanted) : 0, wanted);
    for (unsigned i = 0; i < p->count; i++) {
        char dir[2 * NAME_ROOM];
        snprintf(dir, sizeof dir, "%s/%s", p->dirs[i], folder);
        DIR *d = opendir(dir);
        for (struct dirent *entry; d && (entry = readdir(d));) {
            if (text_ends_with(entry->d_name, ".cfg"))
                near_add(list, wanted, folder, entry->d_name);
        }
        if (d)
            closedir(d);
    }
}

static enum err say_not_found(struct tcl *t, const struct places *p, const char *name)
{
    struct near list[MAX_NEAR] = {0};
    struct buf text = {0};
    near_collect(p, name, list);
    for (unsigned i = 0; i < MAX_NEAR && list[i].name[0]; i++)
        buf_printf(&text, "%s%s", i ? ", " : "; the nearest that are there: ", list[i].name);
    buf_printf(&text, "; looked in: the current directory");
    for (unsigned i = 0; i < p->count; i++) {
        struct stat st;
        if (stat(p->dirs[i], &st) == 0)
            buf_printf(&text, ", %s", p->dirs[i]);
    }
    enum err e = err_at(t->log, ERR_NOT_FOUND, "Can't find %s%s (add a directory with -s)", name, buf_str(&text));
    buf_fini(&text);
    return e;
}

enum err tcl_find_file(struct tcl *t, const char *name, struct buf *path)
{
    struct places p;
    places_init(&p, t);
    bool found = find_in_places(&p, name, path);
    enum err e = found ? ERR_OK : say_not_found(t, &p, name);
    places_fini(&p);
    return e;
}

enum err tcl_add_search_dir(struct tcl *t, const char *dir)
{
    char *copy = t->dir_count < TCL_MAX_DIRS ? strdup(dir) : NULL;
    if (!copy)
        return err_at(t->log, ERR_RESOURCE, "more than %d script directories", TCL_MAX_DIRS);
    t->dirs[t->dir_count++] = copy;
    return ERR_OK;
}
