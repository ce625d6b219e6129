/* A folder that somebody else writes into.  Nothing in it is changed: what was taken is remembered by its bytes. */
#include "civil/exchange/exchange_internal.h"

#include "base/utf8.h"
#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool is_table(const char *name) {
    static const char *const endings[] = {".csv", ".txt", ".xlsx", ".xls"};
    size_t n = strlen(name);
    for (size_t i = 0; name[0] != '.' && n <= 120 && utf8_valid(span_of(name)) && !utf8_has_hidden(span_of(name), true) && i < ARRAY_LEN(endings); i++)
        if (n > strlen(endings[i]) && strcasecmp(name + n - strlen(endings[i]), endings[i]) == 0)
            return true;
    return false;
}

static int by_name(const void *a, const void *b) { return strcmp(((const struct drop_file *)a)->name, ((const struct drop_file *)b)->name); }

enum status exchange_drop_list(struct arena *a, const char *folder, struct drop *ret, struct diag *d) {
    VEC(struct drop_file) list = {0};
    enum status s = OK;
    *ret = (struct drop){0};
    DIR *dir = opendir(folder);
    if (!dir)
        return diag_fail(d, E_INPUT, "exchange.folder", DIAG_S("reason", errno_name(errno)));
    for (const struct dirent *e = NULL; s == OK && (e = readdir(dir)) != NULL;) {
        if (!is_table(e->d_name))
            continue;
        struct drop_file *slot = list.size < EXCHANGE_FILES_MAX ? vec_push_in(a, &list) : NULL;
        if (list.size >= EXCHANGE_FILES_MAX)
            s = diag_fail(d, E_LIMIT, "exchange.files", DIAG_N("limit", EXCHANGE_FILES_MAX));
        else if (!slot || !(slot->name = arena_dup(a, span_of(e->d_name))))
            s = arena_full(d);
    }
    closedir(dir);
    if (list.size)
        qsort(list.at, list.size, sizeof *list.at, by_name);
    ret->file = list.at;
    ret->count = list.size;
    return s;
}

static bool same_file(const struct stat *x, const struct stat *y) {
    return x->st_size == y->st_size && x->st_mtim.tv_sec == y->st_mtim.tv_sec && x->st_mtim.tv_nsec == y->st_mtim.tv_nsec;
}

static bool text_without_end(const char *name, const char *at, size_t n) {
    size_t length = strlen(name);
    bool text = strcasecmp(name + length - 4, ".csv") == 0 || strcasecmp(name + length - 4, ".txt") == 0;
    return n == 0 || (text && at[n - 1] != '\n' && at[n - 1] != 0); /* UTF-16 ends with a zero */
}

enum status exchange_drop_read(struct arena *a, const char *folder, struct drop_file *io, bool *ret_whole, struct diag *d) {
    struct stat before, after;
    char *path = arena_printf(a, "%s/%s", folder, io->name), *at = NULL;
    *ret_whole = false;
    if (!path)
        return arena_full(d);
    int f = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (f < 0 || fstat(f, &before) != 0 || !S_ISREG(before.st_mode)) { /* a link, a pipe, gone meanwhile: not a file of theirs */
        if (f >= 0)
            close(f);
        return OK;
    }
    if (before.st_size > EXCHANGE_BYTES_MAX) {
        close(f);
        return diag_fail(d, E_LIMIT, "exchange.size", DIAG_S("name", io->name), DIAG_N("limit", EXCHANGE_BYTES_MAX >> 20));
    }
    int64_t age = (int64_t)(time(NULL) - before.st_mtim.tv_sec);
    size_t size = (size_t)before.st_size, n = 0;
    at = arena_alloc(a, size + 1);
    for (ssize_t k = 1; at && n < size && k > 0;) {
        k = read(f, at + n, size - n);
        n += k > 0 ? (size_t)k : 0;
    }
    bool still = fstat(f, &after) == 0 && same_file(&before, &after) && n == size;
    close(f);
    if (!at)
        return arena_full(d);
    at[n] = 0;
    io->body = (struct span){at, n};
    io->as_of = instant_date((instant_t)before.st_mtim.tv_sec * 1000000);
    bool young = age >= 0 && age < EXCHANGE_SETTLE_SECONDS, torn = text_without_end(io->name, at, n) && age >= 0 && age < EXCHANGE_TORN_SECONDS;
    *ret_whole = still && !young && !torn;
    return OK;
}
