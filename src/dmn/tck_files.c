#include "dmn/tck.h"

#include "base/vec.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 64 << 20, DIRECTORY_DEPTH_MAX = 20 };

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool read_all(struct arena *a, const char *path, size_t size, struct span *ret) {
    FILE *f = fopen(path, "rb");
    char *text = f ? arena_alloc(a, size + 1) : NULL;
    bool ok = text && fread(text, 1, size, f) == size;
    if (f)
        fclose(f);
    *ret = (struct span){text, size};
    return ok;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct walk { dmn_tck_report report; void *data; struct dmn_tck_count *count; struct diag *d; bool found; };

static enum status walk(struct walk *w, const char *path, int depth);

static enum status walk_names(struct walk *w, const char *path, char **name, size_t count, int depth) {
    AUTO(arena) struct arena *a = arena_new(0);
    VEC(struct dmn_tck_file) files = {0};
    bool tests = false;
    enum status s = a ? OK : arena_full(w->d);
    for (size_t i = 0; s == OK && i < count; i++) {
        char *full = arena_printf(a, "%s/%s", path, name[i]);
        struct stat st;
        bool found = full && stat(full, &st) == 0;
        if (!full)
            s = arena_full(w->d);
        else if (found && S_ISDIR(st.st_mode))
            s = walk(w, full, depth + 1);
        else if (ends_with(name[i], ".dmn") || ends_with(name[i], ".xml")) {
            struct dmn_tck_file *f = vec_push_in(a, &files);
            if (!f)
                return arena_full(w->d);
            /* a file that cannot be read stays in the list, empty: its cases fail */
            if (!found || !S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX ||
                !read_all(a, full, (size_t)st.st_size, &f->text))
                f->text = (struct span){0};
            f->name = span_of(name[i]);
            tests = tests || ends_with(name[i], ".xml");
        }
    }
    if (s != OK || !tests)
        return s;
    w->found = true;
    const char *slash = strrchr(path, '/');
    return dmn_tck_folder(a, span_of(slash ? slash + 1 : path), files.at, files.size, w->report, w->data,
        w->count, w->d);
}

static enum status walk(struct walk *w, const char *path, int depth) {
    VEC(char *) names = {0};
    DIR *dir = depth < DIRECTORY_DEPTH_MAX ? opendir(path) : NULL;
    if (!dir)
        return diag_fail(w->d, E_NOT_FOUND, "dmn.unreadable", DIAG_S("file", path));
    bool ok = true;
    for (struct dirent *e; ok && (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            continue;
        char **at = vec_push(&names);
        ok = at && (*at = strdup(e->d_name));
    }
    closedir(dir);
    if (names.size)
        qsort(names.at, names.size, sizeof *names.at, by_name);
    enum status s = ok ? walk_names(w, path, names.at, names.size, depth) : arena_full(w->d);
    for (size_t i = 0; i < names.size; i++)
        free(names.at[i]);
    vec_release(&names);
    return s;
}

enum status dmn_tck_directory(const char *path, dmn_tck_report report, void *data,
    struct dmn_tck_count *count, struct diag *d) {
    struct walk w = {report, data, count, d, false};
    enum status s = walk(&w, path, 0);
    if (s == OK && !w.found)
        return diag_fail(d, E_NOT_FOUND, "dmn.no_tests", DIAG_S("folder", path));
    return s;
}
