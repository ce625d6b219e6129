#include "civil/decision/imports.h"

#include "base/vec.h"
#include "base/xml.h"

/* ---- who has which namespace ----------------------------------------------- */

typedef VEC(struct import_source) source_list;

enum status namespace_of_file(struct arena *a, const struct pack_file *f, struct span *ret, struct diag *d) {
    const struct xml *root;
    enum status s = xml_parse(a, f->text, &root, d);
    if (s != OK)
        return diag_at(d, "%s", f->name), s;
    *ret = xml_attr(root, "namespace");
    if (ret->size)
        return OK;
    diag_fail(d, E_INPUT, "decision.namespace", DIAG_S("file", f->name));
    return diag_at(d, "%s", f->name);
}

enum status series_with(struct arena *a, const struct pack_file **series, size_t *count, const struct pack_file *file, struct diag *d) {
    struct pack_file *list = ARENA_ARRAY(a, *count + 1, struct pack_file);
    size_t n = 0, i = 0;
    if (!list)
        return arena_full(d);
    while (i < *count && (*series)[i].valid_from < file->valid_from)
        list[n++] = (*series)[i++];
    list[n++] = *file;
    for (; i < *count; i++)
        if ((*series)[i].valid_from > file->valid_from)
            list[n++] = (*series)[i];
    *series = list;
    *count = n;
    return OK;
}

static enum status add_series(struct arena *a, source_list *list, const struct pack_file *file, size_t count, struct diag *d) {
    struct import_source x = {.file = file, .count = count};
    for (size_t i = 0; i < count; i++) {
        struct span uri;
        enum status s = namespace_of_file(a, &file[i], &uri, d);
        if (s != OK)
            return s;
        bool other = i && !span_eq(uri, x.uri);
        for (size_t k = 0; k < list->size; k++)
            other |= span_eq(uri, list->at[k].uri);
        if (other) {
            diag_fail(d, E_INPUT, "decision.namespace", DIAG_S("file", file[i].name));
            return diag_at(d, "%s", file[i].name);
        }
        x.uri = uri;
    }
    struct import_source *slot = vec_push_in(a, list);
    if (!slot)
        return arena_full(d);
    *slot = x;
    return OK;
}

static enum status add_shared(struct arena *a, source_list *list, const struct pack_file *file, size_t count, const struct editions *editions, struct diag *d) {
    struct span uri, other;
    enum status s = editions->shared_count && count ? namespace_of_file(a, &file[0], &uri, d) : OK;
    for (size_t i = 0; s == OK && count && i < editions->shared_count; i++) {
        s = namespace_of_file(a, &editions->shared[i], &other, d);
        if (s == OK && span_eq(uri, other))
            s = series_with(a, &file, &count, &editions->shared[i], d);
    }
    return s == OK ? add_series(a, list, file, count, d) : s;
}

enum status import_sources_read(struct arena *a, const struct packs *packs, const struct editions *editions, struct import_sources *ret, struct diag *d) {
    source_list list = {0};
    enum status s = OK;
    for (size_t i = 0; i < packs_count(packs); i++) {
        const struct pack *p = packs_at(packs, i);
        for (size_t k = 0; k < p->model_count && s == OK; k++)
            s = add_shared(a, &list, p->model[k].file, p->model[k].file_count, editions, d);
    }
    for (size_t i = 0; s == OK && i < editions->size; i++)
        s = add_series(a, &list, editions->at[i].file, editions->at[i].count, d);
    *ret = (struct import_sources){list.at, list.size};
    return s;
}

/* ---- loading on a day ---------------------------------------------------------- */

struct loaded { const struct pack_file *file; const struct dmn_model *model; };
struct loading {
    struct arena *arena;
    VEC(struct loaded) done; /* a file that several import is one model: what it asks of a list is one question */
    const struct import_sources *sources;
    date_t day, next_change;
    const struct pack_file *open[IMPORT_DEPTH_MAX]; /* being loaded, outermost first */
    size_t depth;
    enum status status; /* why an import failed, when not simply absent */
    struct diag diag;
};

static enum status load(struct loading *l, const struct pack_file *file, const struct dmn_model **ret, struct diag *d);

/* The file of the day, and the day the next one begins. */
static const struct pack_file *file_on(struct loading *l, const struct import_source *x) {
    for (size_t i = 0; i < x->count; i++)
        if (x->file[i].valid_from > l->day) {
            if (l->next_change == DATE_NONE || x->file[i].valid_from < l->next_change)
                l->next_change = x->file[i].valid_from;
            break;
        }
    return pack_file_on(x->file, x->count, l->day);
}

/* A namespace has one series of files, of which the day chooses. */
static const struct dmn_model *find(void *data, struct span uri, struct span location, struct diag *why) {
    struct loading *l = data;
    (void)location, (void)why;
    for (size_t i = 0; l->status == OK && i < l->sources->size; i++) {
        const struct pack_file *f = span_eq(l->sources->at[i].uri, uri) ? file_on(l, &l->sources->at[i]) : NULL;
        const struct dmn_model *m = NULL;
        if (!f)
            continue;
        l->status = load(l, f, &m, &l->diag);
        return l->status == OK ? m : NULL;
    }
    return NULL;
}

static enum status load(struct loading *l, const struct pack_file *file, const struct dmn_model **ret, struct diag *d) {
    bool circle = l->depth == IMPORT_DEPTH_MAX;
    for (size_t i = 0; i < l->depth; i++)
        circle |= l->open[i] == file;
    for (size_t i = 0; i < l->done.size && !circle; i++)
        if (l->done.at[i].file == file)
            return *ret = l->done.at[i].model, OK;
    if (circle) {
        diag_fail(d, E_INPUT, "decision.import_circle", DIAG_S("file", file->name));
        return diag_at(d, "%s", file->name);
    }
    l->open[l->depth++] = file;
    struct dmn_imports imports = {find, l};
    enum status s = dmn_load(l->arena, file->text, &imports, ret, d);
    l->depth--;
    if (l->status != OK) {
        if (d && d != &l->diag)
            *d = l->diag;
        return l->status;
    }
    struct loaded *slot = s == OK ? vec_push_in(l->arena, &l->done) : NULL;
    if (slot)
        *slot = (struct loaded){file, *ret};
    return s == OK && !slot ? arena_full(d) : s;
}

enum status import_load(struct arena *a, const struct import_sources *sources, const struct pack_file *file, date_t day, const struct dmn_model **ret, date_t *next_change, struct diag *d) {
    struct loading l = {.arena = a, .sources = sources, .day = day, .next_change = DATE_NONE};
    enum status s = load(&l, file, ret, d);
    *next_change = l.next_change;
    return s;
}

enum status import_finder(struct arena *a, const struct import_sources *sources, date_t day, struct dmn_imports *ret, struct diag *d) {
    struct loading *l = ARENA_NEW(a, struct loading);
    if (!l)
        return arena_full(d);
    *l = (struct loading){.arena = a, .sources = sources, .day = day, .next_change = DATE_NONE};
    *ret = (struct dmn_imports){find, l};
    return OK;
}
