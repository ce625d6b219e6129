#include "civil/pack/pack_files.h"

#include "base/vec.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

enum status pack_join(char out[PACK_PATH_MAX], const char *folder, const char *name, struct diag *d) {
    size_t a = strlen(folder), b = strlen(name);
    if (a + b + 2 > PACK_PATH_MAX)
        return diag_fail(d, E_LIMIT, "pack.path", DIAG_S("folder", folder));
    memcpy(out, folder, a);
    out[a] = '/';
    memcpy(out + a + 1, name, b + 1);
    return OK;
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

enum status pack_list(struct arena *a, const char *folder, const char *ending, struct pack_names *ret, struct diag *d) {
    VEC(const char *) names = {0};
    bool folders = strcmp(ending, "/") == 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return OK;
    enum status s = OK;
    for (struct dirent *e; s == OK && (e = readdir(dir));) {
        char path[PACK_PATH_MAX];
        struct stat sb;
        size_t n = strlen(e->d_name), m = strlen(ending);
        if (e->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= (int)sizeof path || stat(path, &sb) != 0)
            continue;
        bool wanted = folders ? S_ISDIR(sb.st_mode) : S_ISREG(sb.st_mode) && n > m && strcmp(e->d_name + n - m, ending) == 0;
        if (!wanted)
            continue;
        const char **slot = vec_push_in(a, &names);
        if (!slot || !(*slot = arena_dup(a, span_of(e->d_name))))
            s = arena_full(d);
    }
    closedir(dir);
    if (names.size)
        qsort(names.at, names.size, sizeof *names.at, by_name);
    *ret = (struct pack_names){names.at, names.size};
    return s;
}

bool pack_has(const char *folder, const char *name) {
    char path[PACK_PATH_MAX];
    struct stat sb;
    return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path && stat(path, &sb) == 0;
}

enum status pack_at(struct diag *d, const char *folder, const char *name) {
    if (!d)
        return E_INPUT;
    /* From the pack's own folder on: machine paths tell nobody anything. */
    const char *packs = strstr(folder, "/packs/"), *from = packs ? packs + 7 : folder;
    char former[sizeof d->where];
    memcpy(former, d->where, sizeof former);
    return former[0] ? diag_at(d, "%s/%s: %s", from, name, former) : diag_at(d, "%s/%s", from, name);
}

enum status pack_read_file(struct arena *a, const char *folder, const char *name, struct span *ret, struct diag *d) {
    char path[PACK_PATH_MAX];
    errno = 0;
    if (!*name || strchr(name, '/')) /* a pack's files are in its own folders */
        return diag_fail(d, E_INPUT, "pack.file_name", DIAG_S("folder", folder), DIAG_S("file", name));
    FILE *f = snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path ? fopen(path, "rb") : NULL;
    if (!f)
        return diag_fail(d, E_INPUT, "pack.file", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    struct stat sb;
    if (fstat(fileno(f), &sb) != 0 || sb.st_size > PACK_FILE_MAX) {
        fclose(f);
        return diag_fail(d, E_LIMIT, "pack.file_size", DIAG_S("file", path), DIAG_N("limit", PACK_FILE_MAX));
    }
    char *text = arena_alloc(a, (size_t)sb.st_size + 1);
    size_t n = text ? fread(text, 1, (size_t)sb.st_size, f) : 0;
    fclose(f);
    if (!text)
        return arena_full(d);
    *ret = (struct span){text, n};
    return OK;
}

enum status pack_read_json(struct arena *a, const char *folder, const char *name, const struct json **ret, struct diag *d) {
    struct span text;
    enum status s = pack_read_file(a, folder, name, &text, d);
    if (s == OK && (s = json_parse(a, text, ret, d)) != OK)
        (void)pack_at(d, folder, name);
    if (s == OK && (*ret)->type != JSON_OBJECT) {
        (void)diag_fail(d, E_INPUT, "pack.not_object");
        return pack_at(d, folder, name);
    }
    return s;
}
