#include "dmn/tck.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILE_BYTES_MAX = 64 << 20, DIRECTORY_DEPTH_MAX = 20 };

static bool ends_with(const char *s, const char *end) {
    size_t n = strlen(s), m = strlen(end);
    return n >= m && strcmp(s + n - m, end) == 0;
}

/* 0, or an errno. */
static int read_all(struct arena *a, const char *path, size_t size, struct span *ret) {
    FILE *f = fopen(path, "rb");
    if (!f)
        return errno;
    char *text = arena_alloc(a, size + 1);
    int error = text ? 0 : ENOMEM;
    errno = 0;
    if (text && fread(text, 1, size, f) != size)
        error = errno ? errno : EIO;
    fclose(f);
    *ret = (struct span){text, size};
    return error;
}

/* What keeps a directory entry from being read; 0: nothing. */
static int unreadable(const struct stat *st) {
    if (!S_ISREG(st->st_mode))
        return S_ISDIR(st->st_mode) ? EISDIR : ENXIO;
    return st->st_size > FILE_BYTES_MAX ? EFBIG : 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* `only`: of a folder's tests this file alone; NULL: all. */
struct walk { const char *root, *only; dmn_tck_report report; void *data; struct dmn_tck_count *count; struct diag *d; bool found; };
typedef VEC(struct dmn_tck_file) file_list;

static enum status walk(struct walk *w, const char *path, int depth);

/* `error`: it cannot be read; it stays in the list, and its cases fail. */
static enum status add_file(struct walk *w, struct arena *a, file_list *files, const char *name, const char *full, size_t size, int error) {
    struct dmn_tck_file *f = vec_push_in(a, files);
    char *kept = arena_dup(a, span_of(name));
    if (!f || !kept)
        return arena_full(w->d);
    if (!error)
        error = read_all(a, full, size, &f->text);
    if (error) {
        f->text = (struct span){0};
        f->unread = arena_dup(a, span_of(errno_name(error)));
    }
    f->name = span_of(kept);
    return OK;
}

/* Every model below `path`, but for what lies in `not`. */
static enum status models_below(struct walk *w, struct arena *a, const char *path, const char *not, bool deep, int depth, file_list *files) {
    DIR *dir = depth < DIRECTORY_DEPTH_MAX ? opendir(path) : NULL;
    enum status s = OK;
    for (struct dirent *e; dir && s == OK && (e = readdir(dir));) {
        struct stat st;
        char *full = e->d_name[0] == '.' ? NULL : arena_printf(a, "%s/%s", path, e->d_name);
        if (!full || stat(full, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            s = deep && strcmp(full, not) != 0 ? models_below(w, a, full, not, true, depth + 1, files) : OK;
        else if (ends_with(e->d_name, ".dmn") && st.st_size <= FILE_BYTES_MAX)
            s = add_file(w, a, files, e->d_name, full, (size_t)st.st_size, 0);
    }
    if (dir)
        closedir(dir);
    return s;
}

/* Tests in a folder of their own (tests/) are of the models above it; what these import
 * is anywhere below the directory that was asked for. */
static enum status models_above(struct walk *w, struct arena *a, const char *path, file_list *files) {
    const char *slash = strrchr(path, '/');
    char *above = slash && strlen(path) > strlen(w->root) ? arena_dup(a, (struct span){path, (size_t)(slash - path)}) : arena_printf(a, "%s/..", path);
    if (!above)
        return arena_full(w->d);
    enum status s = models_below(w, a, above, "", false, 0, files);
    return s == OK ? models_below(w, a, w->root, above, true, 0, files) : s;
}

static enum status walk_names(struct walk *w, const char *path, char **name, size_t count, int depth) {
    AUTO(arena) struct arena *a = arena_new(0);
    file_list files = {0};
    bool tests = false, models = false;
    enum status s = a ? OK : arena_full(w->d);
    for (size_t i = 0; s == OK && i < count; i++) {
        char *full = arena_printf(a, "%s/%s", path, name[i]);
        struct stat st;
        bool found = full && stat(full, &st) == 0;
        if (!full)
            s = arena_full(w->d);
        else if (found && S_ISDIR(st.st_mode))
            s = w->only ? OK : walk(w, full, depth + 1);
        else if (ends_with(name[i], ".dmn") || ends_with(name[i], ".xml")) {
            int error = found ? unreadable(&st) : ENOENT;
            s = add_file(w, a, &files, name[i], full, error ? 0 : (size_t)st.st_size, error);
            tests |= ends_with(name[i], ".xml");
            models |= ends_with(name[i], ".dmn");
        }
    }
    if (s == OK && tests && !models)
        s = models_above(w, a, path, &files);
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
        return diag_fail(w->d, E_NOT_FOUND, "dmn.unreadable", DIAG_S("file", path), DIAG_S("reason", errno_name(depth < DIRECTORY_DEPTH_MAX ? errno : ELOOP)));
    bool ok = true;
    for (struct dirent *e; ok && (e = readdir(dir));) {
        if (e->d_name[0] == '.' || (w->only && !ends_with(e->d_name, ".dmn") && strcmp(e->d_name, w->only) != 0))
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
    struct walk w = {path, NULL, report, data, count, d, false};
    struct stat st;
    char *folder = NULL;
    if (ends_with(path, ".xml") && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
        const char *slash = strrchr(path, '/');
        folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
        if (!folder)
            return arena_full(d);
        w.root = folder;
        w.only = slash ? slash + 1 : path;
    } else if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        return diag_fail(d, E_INPUT, "dmn.not_tests", DIAG_S("file", path));
    enum status s = walk(&w, w.root, 0);
    free(folder);
    if (s == OK && !w.found)
        return diag_fail(d, E_NOT_FOUND, "dmn.no_tests", DIAG_S("folder", path));
    return s;
}
