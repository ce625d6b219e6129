#include "cli/model_folder.h"

#include "base/xml.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- files ---------------------------------------------------------------------------- */

/* The path without links, in the arena; NULL: no such file. */
static const char *real_path(struct cli *c, const char *path) {
    char real[PATH_MAX];
    return path && realpath(path, real) ? arena_dup(c->arena, span_of(real)) : NULL;
}

static const char *file_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static enum status read_neighbour(struct model_neighbour *n, struct diag *d) {
    struct arena *a = n->folder->cli->arena;
    const struct xml *root;
    enum status s = cli_read_file(n->folder->cli, n->path, MODEL_BYTES_MAX, &n->text, d);
    if (s == OK)
        s = xml_parse(a, n->text, &root, d);
    if (s == OK)
        n->uri = xml_attr(root, "namespace");
    return s;
}

static struct model_neighbour *known(const struct model_folder *folder, const char *real) {
    for (size_t i = 0; i < folder->file.size; i++)
        if (strcmp(folder->file.at[i]->path, real) == 0)
            return folder->file.at[i];
    return NULL;
}

/* The file's place in the list, read when it is new.  NULL: memory ended. */
static struct model_neighbour *neighbour(struct model_folder *folder, const char *real) {
    struct model_neighbour *n = known(folder, real), **slot;
    if (n || !(n = ARENA_NEW(folder->cli->arena, struct model_neighbour)) || !(slot = vec_push_in(folder->cli->arena, &folder->file)))
        return n;
    *slot = n;
    n->folder = folder;
    n->path = real;
    n->state = read_neighbour(n, &n->why) == OK ? UNSEEN : BROKEN;
    return n;
}

/* Only a file: to open a pipe would wait for its other end. */
static bool is_file(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

const char *model_folder_of(struct cli *c, const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? arena_dup(c->arena, (struct span){path, (size_t)(slash - path)}) : ".";
}

const char *model_pack_of(struct cli *c, const char *path) {
    enum { LEVELS_MAX = 3 }; /* pack/matters/matter/file */
    const char *at = model_folder_of(c, path);
    for (int level = 0; at && level < LEVELS_MAX; level++) {
        char *mark = arena_printf(c->arena, "%s/pack.json", at);
        if (mark && access(mark, F_OK) == 0)
            return at;
        at = arena_printf(c->arena, "%s/..", at);
    }
    return NULL;
}

/* ---- searching folders ------------------------------------------------------------------- */

static void add_beside(struct model_folder *folder, const char *path) {
    const char *real = real_path(folder->cli, path);
    struct model_neighbour *n = real ? known(folder, real) : NULL;
    if (!real || !is_file(real) || n == folder->file.at[0] || (n && n->beside))
        return; /* a pack's own folder is searched twice */
    if (folder->beside++ < MODEL_NEIGHBOURS_MAX && (n = neighbour(folder, real)))
        n->beside = true;
}

static void read_folder(struct model_folder *folder, const char *from) {
    DIR *dir = opendir(from);
    for (struct dirent *e; dir && (e = readdir(dir)) && folder->beside <= MODEL_NEIGHBOURS_MAX;) {
        size_t n = strlen(e->d_name);
        char *full = arena_printf(folder->cli->arena, "%s/%s", from, e->d_name);
        if (full && n > 4 && strcmp(e->d_name + n - 4, ".dmn") == 0)
            add_beside(folder, full);
    }
    if (dir)
        closedir(dir);
}

/* The folders in `at` one by one, each with `below` behind it. */
static void read_each(struct model_folder *folder, const char *at, const char *below, void (*read)(struct model_folder *, const char *)) {
    DIR *dir = at ? opendir(at) : NULL;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        char *full = e->d_name[0] == '.' ? NULL : arena_printf(folder->cli->arena, "%s/%s%s", at, e->d_name, below);
        if (full)
            read(folder, full);
    }
    if (dir)
        closedir(dir);
}

static void read_matters(struct model_folder *folder, const char *matters) { read_each(folder, matters, "", read_folder); }

static void read_packs(struct model_folder *folder, const char *pack) {
    const char *packs = arena_printf(folder->cli->arena, "%s/..", pack);
    read_each(folder, packs, "/models", read_folder);
    read_each(folder, packs, "/matters", read_matters);
}

static void search(struct model_folder *folder) {
    if (folder->searched)
        return;
    folder->searched = true;
    read_folder(folder, folder->root);
    if (folder->pack)
        read_packs(folder, folder->pack);
}

/* ---- finding -------------------------------------------------------------------------------- */

static const struct dmn_model *find_model(void *data, struct span uri, struct span location, struct diag *why);

/* What is wrong with a file, as a sentence inside another. */
static void say_broken(const struct model_neighbour *n, const char *code, struct span uri, struct diag *why) {
    BUF_AUTO reason;
    buf_init(&reason, 0);
    message_render(&reason, n->folder->cli->lang, &n->why);
    (void)diag_fail(why, E_INPUT, code, DIAG_S("file", file_name(n->path)), DIAG_S("reason", buf_str(&reason)), DIAG_SPAN("namespace", uri));
}

/* "a.dmn → b.dmn → a.dmn": from the one that is loading down to who wants it again. */
static void say_circle(const struct model_neighbour *n, const struct model_neighbour *from, struct diag *why) {
    struct arena *a = n->folder->cli->arena;
    const char *path = file_name(n->path);
    for (const struct model_neighbour *x = from; x && x != n && path; x = x->for_whom)
        path = arena_printf(a, "%s → %s", file_name(x->path), path);
    if (path)
        path = arena_printf(a, "%s → %s", file_name(n->path), path);
    (void)diag_fail(why, E_INPUT, "dmn.import_circle", DIAG_S("path", path ? path : file_name(n->path)));
}

/* NULL: `why` says why not. */
static const struct dmn_model *model_of(struct model_neighbour *n, const struct model_neighbour *from, struct span uri, struct diag *why) {
    if (n->state == UNSEEN) {
        struct dmn_imports imports = {find_model, n};
        n->state = LOADING;
        n->for_whom = from;
        n->state = dmn_load(n->folder->cli->arena, n->text, &imports, &n->model, &n->why) == OK ? LOADED : BROKEN;
    }
    if (n->state == BROKEN)
        say_broken(n, "dmn.import_broken", uri, why);
    else if (n->state == LOADING)
        say_circle(n, from, why);
    return n->state == LOADED ? n->model : NULL;
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A URI's %E4 as its byte; what is none stays. */
static const char *unescaped(struct arena *a, struct span uri) {
    char *text = arena_dup(a, uri), *to = text;
    for (const char *at = text; at && *at;) {
        int high = *at == '%' ? hex(at[1]) : -1, low = high >= 0 ? hex(at[2]) : -1;
        bool escape = low >= 0 && high + low; /* no NUL */
        *to++ = escape ? (char)(high * 16 + low) : *at;
        at += escape ? 3 : 1;
    }
    if (to)
        *to = 0;
    return text;
}

/* Links are followed before the place is judged. */
static const char *inside(const struct model_folder *folder, const char *path) {
    const char *real = real_path(folder->cli, path);
    size_t n = strlen(folder->root);
    bool below = real && strncmp(real, folder->root, n) == 0 && (real[n] == '/' || folder->root[n - 1] == '/');
    return below && is_file(real) ? real : NULL;
}

/* "decision.dmn" comes before "decision-2027.dmn". */
static bool later(const struct model_neighbour *a, const struct model_neighbour *b) {
    size_t x = strlen(a->path) - 4, y = strlen(b->path) - 4;
    int order = memcmp(a->path, b->path, x < y ? x : y);
    return order ? order > 0 : x > y;
}

/* Two files of one folder in a pack are editions of one. */
static bool editions(struct cli *c, const struct model_neighbour *a, const struct model_neighbour *b) {
    const char *x = model_folder_of(c, a->path), *y = model_folder_of(c, b->path);
    return a->folder->pack && x && y && strcmp(x, y) == 0;
}

/* The namespace of the first file, which was not read here: asked when nobody else has one. */
static struct span first_uri(struct model_neighbour *first) {
    struct diag d = {0};
    if (!first->uri.at && is_file(first->path) && read_neighbour(first, &d) != OK)
        first->uri = SPAN("");
    return first->uri;
}

static const struct dmn_model *find_beside(const struct model_neighbour *from, struct span uri, struct diag *why) {
    struct model_folder *folder = from->folder;
    struct model_neighbour *found = NULL, *broken = NULL;
    search(folder);
    if (folder->beside > MODEL_NEIGHBOURS_MAX)
        return (void)diag_fail(why, E_INPUT, "dmn.import_many", DIAG_N("max", MODEL_NEIGHBOURS_MAX), DIAG_SPAN("namespace", uri)), NULL;
    for (size_t i = 0; i < folder->file.size; i++) {
        struct model_neighbour *n = folder->file.at[i];
        bool unread = n->state == BROKEN && !n->uri.at;
        if (n->beside && unread && (!broken || strcmp(n->path, broken->path) < 0))
            broken = n;
        if (!n->beside || unread || !span_eq(n->uri, uri))
            continue;
        if (found && !editions(folder->cli, found, n)) {
            bool first = strcmp(found->path, n->path) < 0;
            (void)diag_fail(why, E_INPUT, "dmn.import_two", DIAG_S("file", file_name((first ? found : n)->path)),
                DIAG_S("other", file_name((first ? n : found)->path)), DIAG_SPAN("namespace", uri));
            return NULL;
        }
        if (!found || later(n, found))
            found = n;
    }
    if (!found && from != folder->file.at[0] && uri.size && span_eq(first_uri(folder->file.at[0]), uri))
        say_circle(folder->file.at[0], from, why);
    else if (!found && broken)
        say_broken(broken, "dmn.import_beside", uri, why);
    return found ? model_of(found, from, uri, why) : NULL;
}

/* A location that names no file (another machine's path, a URL) says nothing: the namespace decides. */
static const struct dmn_model *find_located(struct model_neighbour *from, struct span uri, struct span location, struct diag *why) {
    struct cli *c = from->folder->cli;
    const char *name = unescaped(c->arena, location), *at = model_folder_of(c, from->path);
    const char *path = name && at && *name != '/' ? arena_printf(c->arena, "%s/%s", at, name) : NULL;
    const char *real = path ? inside(from->folder, path) : NULL;
    struct model_neighbour *n = real ? neighbour(from->folder, real) : NULL;
    if (!n) {
        const struct dmn_model *m = find_beside(from, uri, why);
        if (!m && why->status == OK)
            (void)diag_fail(why, E_INPUT, "dmn.import_location", DIAG_SPAN("location", location));
        return m;
    }
    if (n->state != BROKEN && n->state != LOADING && !span_eq(n->uri, uri))
        return (void)diag_fail(why, E_INPUT, "dmn.import_namespace", DIAG_S("file", file_name(n->path)), DIAG_SPAN("namespace", uri)), NULL;
    return model_of(n, from, uri, why);
}

static const struct dmn_model *find_model(void *data, struct span uri, struct span location, struct diag *why) {
    struct model_neighbour *from = data;
    return location.size && !from->folder->pack ? find_located(from, uri, location, why) : find_beside(from, uri, why);
}

/* ---- entry ------------------------------------------------------------------------------------ */

enum status model_folder_open(struct model_folder *f, struct cli *c, const char *path, struct diag *d) {
    *f = (struct model_folder){.cli = c, .pack = model_pack_of(c, path)};
    struct model_neighbour *self = ARENA_NEW(c->arena, struct model_neighbour), **slot = vec_push_in(c->arena, &f->file);
    const char *real = real_path(c, path); /* none: standard input, whose imports lie where it is read */
    if (!real)
        real = real_path(c, ".");
    if (!self || !slot || !real)
        return arena_full(d);
    bool folder = !is_file(real);
    *self = (struct model_neighbour){.folder = f, .path = folder ? arena_printf(c->arena, "%s/-", real) : real, .state = LOADING};
    *slot = self;
    f->root = self->path ? model_folder_of(c, self->path) : NULL;
    f->imports = (struct dmn_imports){find_model, self};
    return f->root ? OK : arena_full(d);
}

enum status model_folder_faulty(const struct model_folder *f, struct diag *d) {
    for (size_t i = 0; i < f->file.size; i++) {
        const struct model_neighbour *n = f->file.at[i];
        if (n->state != LOADED || !dmn_problem_count(n->model))
            continue;
        *d = *dmn_problem(n->model, 0);
        d->status = E_INPUT;
        return diag_under(d, "%s", file_name(n->path)), E_INPUT;
    }
    return OK;
}
