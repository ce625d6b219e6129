#include "cli/model_folder.h"

#include "base/xml.h"

#include <dirent.h>
#include <unistd.h>

static const struct dmn_model *find_model(void *data, struct span uri) {
    struct model_folder *folder = data;
    for (size_t i = 0; i < folder->count; i++) {
        struct model_neighbour *n = &folder->file[i];
        if (!span_eq(n->uri, uri))
            continue;
        if (n->state == UNSEEN) {
            struct dmn_imports imports = {find_model, folder};
            struct diag d = {0};
            n->state = LOADING; /* models that import each other find nothing */
            n->state = dmn_load(folder->cli->arena, n->text, &imports, &n->model, &d) == OK ? LOADED : BROKEN;
        }
        return n->state == LOADED ? n->model : NULL;
    }
    return NULL;
}

static void add_neighbour(struct model_folder *folder, const char *path) {
    struct model_neighbour *n = &folder->file[folder->count];
    const struct xml *root;
    struct diag d = {0};
    *n = (struct model_neighbour){.state = UNSEEN}; /* the folder of the file before may have stood here */
    if (cli_read_file(folder->cli, path, MODEL_BYTES_MAX, &n->text, &d) != OK ||
        xml_parse(folder->cli->arena, n->text, &root, &d) != OK)
        return; /* what cannot be read cannot be imported: the import is the finding */
    n->uri = xml_attr(root, "namespace");
    folder->count++;
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

static void read_folder(struct model_folder *folder, const char *from) {
    DIR *dir = opendir(from);
    for (struct dirent *e; dir && (e = readdir(dir)) && folder->count < MODEL_NEIGHBOURS_MAX;) {
        size_t n = strlen(e->d_name);
        char *full = arena_printf(folder->cli->arena, "%s/%s", from, e->d_name);
        if (full && n > 4 && strcmp(e->d_name + n - 4, ".dmn") == 0)
            add_neighbour(folder, full);
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

static void read_neighbours(struct model_folder *folder, const char *path, struct span text) {
    const char *from = model_folder_of(folder->cli, path), *pack = model_pack_of(folder->cli, path);
    if (!from || !memmem(text.at, text.size, "import", 6))
        return;
    read_folder(folder, from);
    if (pack)
        read_packs(folder, pack);
}

void model_folder_open(struct model_folder *f, struct cli *c, const char *path, struct span text) {
    f->cli = c;
    f->count = 0;
    f->imports = (struct dmn_imports){find_model, f};
    read_neighbours(f, path, text);
}
