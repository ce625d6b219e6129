#include "civil/pack/pack.h"

#include "base/csv.h"
#include "base/vec.h"
#include "civil/pack/pack_files.h"
#include "crypto/hash.h"

#include <stdio.h>

enum { PACKS_BYTES_MAX = 256 << 20 }; /* a pack's texts are below 1 MB; dozens of packs */

struct packs {
    struct arena *arena;
    VEC(const struct pack *) list;
    struct span vocabulary, labels;
};

/* ---- tables ------------------------------------------------------------- */

#define ORGAN_COLUMNS "matter,level,power,organ_zh,organ_en,in_name_of_zh,in_name_of_en,seal_zh,seal_en,valid_from,valid_to,citation,confidence,note_zh,note_en"
#define DOCUMENT_COLUMNS "short,number,title_zh,title_en,issuer_zh,issuer_en,issued_on,in_force_from,text"

static const char *cell(const struct csv *c, const char *name) {
    int i = csv_column(c, name);
    return i < 0 ? "" : c->field[i].at;
}

static enum status cell_date(const struct csv *c, const char *name, date_t *ret, struct diag *d) {
    const char *text = cell(c, name);
    *ret = DATE_NONE;
    return *text ? date_parse(span_of(text), ret, d) : OK;
}

/* The last row ends after it begins and overlaps none before it of its name:
 * on a day a parameter has one value. */
static bool parameter_fits(const struct parameter *list, size_t n) {
    const struct parameter *x = &list[n - 1];
    if (x->valid_to != DATE_NONE && x->valid_to < x->valid_from)
        return false;
    for (size_t i = 0; i + 1 < n; i++) {
        const struct parameter *y = &list[i];
        bool before = y->valid_to != DATE_NONE && y->valid_to < x->valid_from, after = x->valid_to != DATE_NONE && x->valid_to < y->valid_from;
        if (!before && !after && strcmp(x->name, y->name) == 0)
            return false;
    }
    return true;
}

static enum status parameters_read(struct arena *a, struct pack *p, struct span text, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, a, text, "name,value,unit,valid_from,valid_to,citation,confidence,owner,review_by,note_zh,note_en", d);
    VEC(struct parameter) list = {0};
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        struct parameter *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        *x = (struct parameter){.pack = p->id, .name = cell(&c, "name"), .value = cell(&c, "value"), .unit = cell(&c, "unit"),
            .citation = cell(&c, "citation"), .confidence = cell(&c, "confidence"), .owner = cell(&c, "owner"),
            .note_zh = cell(&c, "note_zh"), .note_en = cell(&c, "note_en")};
        x->to_confirm = strcmp(x->confidence, "general-knowledge-to-confirm") == 0;
        if ((s = cell_date(&c, "valid_from", &x->valid_from, d)) == OK && (s = cell_date(&c, "valid_to", &x->valid_to, d)) == OK)
            s = cell_date(&c, "review_by", &x->review_by, d);
        if (s == OK && (!*x->name || !*x->value || !*x->citation || x->valid_from == DATE_NONE))
            s = diag_fail(d, E_INPUT, "pack.parameter", DIAG_N("line", c.line));
        if (s == OK && !parameter_fits(list.at, list.size))
            s = diag_fail(d, E_INPUT, "pack.parameter_dates", DIAG_N("line", c.line), DIAG_S("name", x->name));
        if (s != OK && d)
            d->line = c.line;
    }
    p->parameter = list.at;
    p->parameter_count = list.size;
    return s;
}

static enum status organs_read(struct arena *a, struct pack *p, struct span text, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, a, text, ORGAN_COLUMNS, d);
    VEC(struct organ) list = {0};
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        struct organ *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        *x = (struct organ){.matter = cell(&c, "matter"), .level = cell(&c, "level"), .power = cell(&c, "power"),
            .name = cell(&c, "organ_zh"), .name_en = cell(&c, "organ_en"), .in_name_of = cell(&c, "in_name_of_zh"),
            .in_name_of_en = cell(&c, "in_name_of_en"), .seal = cell(&c, "seal_zh"), .seal_en = cell(&c, "seal_en"),
            .citation = cell(&c, "citation"), .confidence = cell(&c, "confidence")};
        if ((s = cell_date(&c, "valid_from", &x->valid_from, d)) == OK)
            s = cell_date(&c, "valid_to", &x->valid_to, d);
        if (s == OK && (x->valid_from == DATE_NONE || !*x->matter || !*x->name || !*x->seal))
            s = diag_fail(d, E_INPUT, "pack.organ", DIAG_N("line", c.line));
        if (s != OK && d)
            d->line = c.line;
    }
    p->organ = list.at;
    p->organ_count = list.size;
    return s;
}

static enum status documents_read(struct arena *a, struct pack *p, struct span text, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, a, text, DOCUMENT_COLUMNS, d);
    VEC(struct regulation) list = {0};
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        struct regulation *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        *x = (struct regulation){.shortly = cell(&c, "short"), .number = cell(&c, "number"), .title = cell(&c, "title_zh"), .title_en = cell(&c, "title_en"),
            .issuer = cell(&c, "issuer_zh"), .issuer_en = cell(&c, "issuer_en"), .text = cell(&c, "text")};
        if ((s = cell_date(&c, "issued_on", &x->issued_on, d)) == OK)
            s = cell_date(&c, "in_force_from", &x->in_force_from, d);
        if (s == OK && (!*x->shortly || !*x->title || !*x->text || strspn(x->text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(x->text)))
            s = diag_fail(d, E_INPUT, "pack.document", DIAG_N("line", c.line));
        if (s != OK && d)
            d->line = c.line;
    }
    p->document = list.at;
    p->document_count = list.size;
    return s;
}

#define SECRECY_COLUMNS "kind,id,purpose,limit,unit,valid_from,valid_to,citation,confidence,zh,en,note_zh,note_en"

/* Ids stand in SQL and in the log: small letters. */
static bool ground_complete(const struct secrecy_ground *x) {
    bool delay = strcmp(x->kind, "delay") == 0, seal = strcmp(x->kind, "seal") == 0, compartment = strcmp(x->kind, "compartment") == 0;
    size_t n = strlen(x->id);
    return (delay || seal || compartment) && n > 0 && n < 24 && strspn(x->id, "abcdefghijklmnopqrstuvwxyz_") == n && (*x->purpose != 0) == delay && x->limit > 0 &&
           x->limit <= 3650 && strcmp(x->unit, seal ? "years" : "days") == 0 && *x->citation && *x->zh && *x->en && x->valid_from != DATE_NONE &&
           (x->valid_to == DATE_NONE || x->valid_to >= x->valid_from);
}

static enum status secrecy_read(struct arena *a, struct pack *p, struct span text, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, a, text, SECRECY_COLUMNS, d);
    VEC(struct secrecy_ground) list = {0};
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        struct secrecy_ground *x = vec_push_in(a, &list);
        char *end = NULL;
        if (!x)
            return arena_full(d);
        *x = (struct secrecy_ground){.kind = cell(&c, "kind"), .id = cell(&c, "id"), .purpose = cell(&c, "purpose"), .unit = cell(&c, "unit"), .citation = cell(&c, "citation"),
            .confidence = cell(&c, "confidence"), .zh = cell(&c, "zh"), .en = cell(&c, "en"), .note_zh = cell(&c, "note_zh"), .note_en = cell(&c, "note_en"),
            .limit = strtoll(cell(&c, "limit"), &end, 10)};
        x->to_confirm = strcmp(x->confidence, "general-knowledge-to-confirm") == 0;
        if ((s = cell_date(&c, "valid_from", &x->valid_from, d)) == OK)
            s = cell_date(&c, "valid_to", &x->valid_to, d);
        if (s == OK && (*end || !ground_complete(x)))
            s = diag_fail(d, E_INPUT, "pack.secrecy", DIAG_N("line", c.line));
        if (s != OK && d)
            d->line = c.line;
    }
    p->secrecy = list.at;
    p->secrecy_count = list.size;
    return s;
}

/* ---- matters -------------------------------------------------------------- */

static enum status dated_files(struct arena *a, const char *dir, const struct json *list, const struct pack_file **ret, size_t *ret_n, struct diag *d) {
    size_t n = list && list->type == JSON_ARRAY ? list->size : 0;
    struct pack_file *f = ARENA_ARRAY(a, n ? n : 1, struct pack_file);
    if (!f)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        f[i].version = (int64_t)i + 1;
        f[i].name = json_str(list->item[i], "file", "");
        enum status s = date_parse(span_of(json_str(list->item[i], "valid_from", "")), &f[i].valid_from, d);
        if (s != OK)
            (void)pack_at(d, dir, "matter.json");
        if (s == OK)
            s = pack_read_file(a, dir, f[i].name, &f[i].text, d);
        if (s != OK)
            return s;
        if (i && f[i].valid_from <= f[i - 1].valid_from)
            return diag_fail(d, E_INPUT, "pack.order", DIAG_S("file", f[i].name));
        struct hash h = hash_one(HASH_SHA256, f[i].text);
        hash_hex(&h, f[i].sha256);
    }
    if (n == 0)
        return diag_fail(d, E_INPUT, "pack.no_files", DIAG_S("folder", dir));
    *ret = f;
    *ret_n = n;
    return OK;
}

static enum status notices_read(struct arena *a, const char *dir, struct matter *m, struct diag *d) {
    char folder[PACK_PATH_MAX];
    struct pack_names names = {0};
    enum status s = pack_join(folder, dir, "notices", d);
    if (s == OK)
        s = pack_list(a, folder, ".json", &names, d);
    if (s != OK)
        return s;
    struct pack_notice *x = ARENA_ARRAY(a, names.size ? names.size : 1, struct pack_notice);
    if (!x)
        return arena_full(d);
    for (size_t i = 0; i < names.size && s == OK; i++) {
        x[i].kind = arena_dup(a, (struct span){names.at[i], strlen(names.at[i]) - 5});
        s = pack_read_json(a, folder, names.at[i], &x[i].template_json, d);
    }
    m->notice = x;
    m->notice_count = names.size;
    return s;
}

static enum status task_read(struct arena *a, const char *folder, const char *name, struct pack_task *x, struct diag *d) {
    char *words = arena_printf(a, "%.*s.en.json", (int)(strlen(name) - 5), name);
    x->name = arena_dup(a, (struct span){name, strlen(name) - 5});
    if (!words || !x->name)
        return arena_full(d);
    enum status s = pack_read_file(a, folder, name, &x->text, d);
    if (s == OK)
        s = pack_read_json(a, folder, name, &x->form, d);
    return s == OK ? pack_read_json(a, folder, words, &x->form_en, d) : s;
}

static bool is_words(const char *name) {
    size_t n = strlen(name), m = sizeof ".en.json" - 1;
    return n > m && strcmp(name + n - m, ".en.json") == 0;
}

static enum status tasks_read(struct arena *a, const char *dir, struct matter *m, struct diag *d) {
    char folder[PACK_PATH_MAX];
    struct pack_names names = {0};
    enum status s = pack_join(folder, dir, "tasks", d);
    if (s == OK)
        s = pack_list(a, folder, ".json", &names, d);
    struct pack_task *x = s == OK ? ARENA_ARRAY(a, names.size + 1, struct pack_task) : NULL;
    if (s == OK && !x)
        return arena_full(d);
    size_t n = 0;
    for (size_t i = 0; s == OK && i < names.size; i++)
        if (!is_words(names.at[i]))
            s = task_read(a, folder, names.at[i], &x[n++], d);
    m->task = x;
    m->task_count = n;
    return s;
}

static enum status tests_read(struct arena *a, const char *dir, struct matter *m, struct diag *d) {
    char folder[PACK_PATH_MAX];
    struct pack_names names = {0};
    enum status s = pack_join(folder, dir, "tests", d);
    if (s == OK)
        s = pack_list(a, folder, ".xml", &names, d);
    struct pack_file *f = s == OK ? ARENA_ARRAY(a, names.size + 1, struct pack_file) : NULL;
    if (s == OK && !f)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < names.size; i++) {
        f[i] = (struct pack_file){.name = names.at[i], .valid_from = DATE_NONE};
        s = pack_read_file(a, folder, names.at[i], &f[i].text, d);
    }
    m->test = f;
    m->test_count = names.size;
    return s;
}

static enum status examples_read(struct arena *a, const char *dir, struct matter *m, struct diag *d) {
    char folder[PACK_PATH_MAX];
    struct pack_names names = {0};
    enum status s = pack_join(folder, dir, "cases", d);
    if (s == OK)
        s = pack_list(a, folder, ".json", &names, d);
    const struct json **list = s == OK ? ARENA_ARRAY(a, names.size + 1, const struct json *) : NULL;
    if (s == OK && !list)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < names.size; i++)
        s = pack_read_json(a, folder, names.at[i], &list[i], d);
    m->example = list;
    m->example_count = names.size;
    return s;
}

/* "city_wide": from when, by which article, and where the clock starts; what is half said is not guessed. */
static enum status city_wide_read(struct matter *m, const char *dir, struct diag *d) {
    const struct json *x = json_get(m->json, "city_wide");
    const char *clock = json_str(x, "clock", "");
    m->city_wide_from = DATE_NONE;
    if (!x)
        return OK;
    bool counter = strcmp(clock, "counter") == 0, office = strcmp(clock, "office") == 0;
    bool said = *json_str(x, "article", "") && *json_str(x, "zh", "") && *json_str(x, "en", "") && *json_str(x, "confidence", "");
    if (!m->open || !said || (!counter && !office) || date_parse(span_of(json_str(x, "valid_from", "")), &m->city_wide_from, d) != OK) {
        diag_clear(d);
        (void)diag_fail(d, E_INPUT, "pack.city_wide", DIAG_S("matter", m->id));
        return pack_at(d, dir, "matter.json");
    }
    m->city_wide_clock = counter;
    return OK;
}

static enum status matter_read(struct arena *a, const char *dir, const struct packs *packs, const struct pack *p, struct matter *m, struct diag *d) {
    m->pack = p;
    enum status s = pack_read_json(a, dir, "matter.json", &m->json, d);
    if (s != OK)
        return s;
    m->open = json_bool(m->json, "open", true);
    if (m->open && ((s = pack_read_file(a, dir, "form.json", &m->form_text, d)) != OK ||
            (s = pack_read_json(a, dir, "form.json", &m->form, d)) != OK ||
            (s = pack_read_json(a, dir, "form.en.json", &m->form_en, d)) != OK))
        return s;
    const char *id = json_str(m->json, "id", "");
    if (!*id || packs_matter(packs, id)) {
        (void)diag_fail(d, E_INPUT, "pack.matter", DIAG_S("matter", id));
        return pack_at(d, dir, "matter.json");
    }
    m->id = id;
    m->scheme = json_str(m->json, "scheme", m->id);
    if ((s = city_wide_read(m, dir, d)) != OK)
        return s;
    s = dated_files(a, dir, json_get(m->json, "decisions"), &m->decision, &m->decision_count, d);
    if (s == OK && m->open && (s = dated_files(a, dir, json_get(m->json, "processes"), &m->process, &m->process_count, d)) == OK)
        s = notices_read(a, dir, m, d);
    if (s == OK && m->open)
        s = tasks_read(a, dir, m, d);
    if (s == OK)
        s = tests_read(a, dir, m, d);
    return s == OK ? examples_read(a, dir, m, d) : s;
}

static enum status matters_read(struct arena *a, const char *dir, const struct packs *packs, struct pack *p, struct diag *d) {
    char folder[PACK_PATH_MAX], one[PACK_PATH_MAX];
    struct pack_names names = {0};
    enum status s = pack_join(folder, dir, "matters", d);
    if (s == OK)
        s = pack_list(a, folder, "/", &names, d);
    if (s != OK)
        return s;
    p->matter = ARENA_ARRAY(a, names.size ? names.size : 1, struct matter);
    if (!p->matter)
        return arena_full(d);
    for (size_t i = 0; i < names.size && s == OK; i++) {
        s = pack_join(one, folder, names.at[i], d);
        if (s == OK)
            s = matter_read(a, one, packs, p, &p->matter[i], d);
        p->matter_count = i + 1;
    }
    return s;
}

static enum status labels_read(struct arena *a, const char *dir, struct span *ret, struct diag *d) {
    return pack_has(dir, "labels.csv") ? pack_read_file(a, dir, "labels.csv", ret, d) : OK;
}

static enum status plans_read_texts(struct arena *a, const char *dir, struct pack *p, struct diag *d) {
    struct pack_plans *x = ARENA_NEW(a, struct pack_plans);
    if (!x)
        return arena_full(d);
    static const char *const name[] = {"plans.json", "indicators.csv", "definitions.csv", "measures.csv", "status.dmn", "tasks.csv", "tasks.dmn", "indexes.csv"};
    struct span *const text[] = {&x->plans, &x->indicators, &x->definitions, &x->measures, &x->status, &x->tasks, &x->tasks_rule, &x->indexes};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(name); i++)
        s = pack_read_file(a, dir, name[i], text[i], d);
    p->plans = x;
    return s;
}

static enum status models_read(struct arena *a, const char *dir, struct pack *p, struct diag *d) {
    const struct json *list = json_get(p->json, "models");
    size_t n = list && list->type == JSON_ARRAY ? list->size : 0;
    char folder[PACK_PATH_MAX];
    enum status s = pack_join(folder, dir, "models", d);
    if (!(p->model = ARENA_ARRAY(a, n ? n : 1, struct pack_model)))
        return arena_full(d);
    for (size_t i = 0; i < n && s == OK; i++) {
        struct pack_model *m = &p->model[i];
        m->json = list->item[i];
        m->id = json_str(m->json, "id", "");
        s = dated_files(a, folder, json_get(m->json, "files"), &m->file, &m->file_count, d);
        p->model_count = i + 1;
    }
    return s;
}

static enum status registers_read(struct arena *a, const char *dir, struct pack *p, struct diag *d) {
    char folder[PACK_PATH_MAX];
    struct pack_names names = {0};
    enum status s = pack_join(folder, dir, "registers", d);
    if (s == OK)
        s = pack_list(a, folder, ".json", &names, d);
    if (s != OK)
        return s;
    size_t n = names.size ? names.size : 1;
    p->reg = ARENA_ARRAY(a, n, const struct json *);
    p->reg_name = ARENA_ARRAY(a, n, const char *);
    p->reg_text = ARENA_ARRAY(a, n, const char *);
    if (!p->reg || !p->reg_name || !p->reg_text)
        return arena_full(d);
    for (size_t i = 0; i < names.size && s == OK; i++) {
        struct span text = {0};
        size_t at = p->reg_count;
        if ((s = pack_read_file(a, folder, names.at[i], &text, d)) == OK)
            s = pack_read_json(a, folder, names.at[i], &p->reg[at], d);
        if (s == OK && strncmp(json_str(p->reg[at], "name", ""), names.at[i], strlen(names.at[i]) - 5) != 0) {
            (void)diag_fail(d, E_INPUT, "pack.register_name");
            s = pack_at(d, folder, names.at[i]);
        }
        if (s == OK && strcmp(json_str(p->reg[at], "owner", ""), "population") == 0) {
            p->population = p->reg[at];
            continue;
        }
        p->reg_text[at] = text.at;
        p->reg_name[at] = arena_dup(a, (struct span){names.at[i], strlen(names.at[i]) - 5});
        p->reg_count = at + 1;
    }
    return s;
}

static enum status pack_read(struct arena *a, const char *root, const char *name, struct packs *packs, struct diag *d) {
    char dir[PACK_PATH_MAX];
    struct pack *p = ARENA_NEW(a, struct pack);
    const struct pack **slot = vec_push_in(a, &packs->list);
    if (!p || !slot)
        return arena_full(d);
    *slot = p;
    p->id = name;
    enum status s = pack_join(dir, root, name, d);
    if (s == OK)
        s = pack_read_json(a, dir, "pack.json", &p->json, d);
    struct span text = {0};
    if (s == OK && strcmp(json_str(p->json, "id", ""), name) != 0) {
        (void)diag_fail(d, E_INPUT, "pack.id", DIAG_S("pack", name));
        return pack_at(d, dir, "pack.json");
    }
    if (s == OK && pack_has(dir, "parameters.csv") && (s = pack_read_file(a, dir, "parameters.csv", &text, d)) == OK &&
        (s = parameters_read(a, p, text, d)) != OK)
        return pack_at(d, dir, "parameters.csv");
    if (s == OK && pack_has(dir, "organs.csv") && (s = pack_read_file(a, dir, "organs.csv", &text, d)) == OK &&
        (s = organs_read(a, p, text, d)) != OK)
        return pack_at(d, dir, "organs.csv");
    if (s == OK && pack_has(dir, "documents.csv") && (s = pack_read_file(a, dir, "documents.csv", &text, d)) == OK &&
        (s = documents_read(a, p, text, d)) != OK)
        return pack_at(d, dir, "documents.csv");
    if (s == OK && pack_has(dir, "secrecy.csv") && (s = pack_read_file(a, dir, "secrecy.csv", &text, d)) == OK &&
        (s = secrecy_read(a, p, text, d)) != OK)
        return pack_at(d, dir, "secrecy.csv");
    if (s == OK)
        s = registers_read(a, dir, p, d);
    if (s == OK)
        s = models_read(a, dir, p, d);
    if (s == OK)
        s = labels_read(a, dir, &p->labels, d);
    if (s == OK && pack_has(dir, "between.csv"))
        s = pack_read_file(a, dir, "between.csv", &p->between, d);
    if (s == OK && pack_has(dir, "typical.json"))
        s = pack_read_file(a, dir, "typical.json", &p->typical, d);
    if (s == OK && pack_has(dir, "exchange.json"))
        s = pack_read_json(a, dir, "exchange.json", &p->exchange, d);
    if (s == OK && pack_has(dir, "quality.json"))
        s = pack_read_json(a, dir, "quality.json", &p->quality, d);
    if (s == OK && pack_has(dir, "linkage.json"))
        s = pack_read_json(a, dir, "linkage.json", &p->linkage, d);
    if (s == OK && pack_has(dir, "bank_formats.json"))
        s = pack_read_json(a, dir, "bank_formats.json", &p->bank_formats, d);
    if (s == OK && pack_has(dir, "funding.csv"))
        s = pack_read_file(a, dir, "funding.csv", &p->funding, d);
    if (s == OK && pack_has(dir, "plans.json"))
        s = plans_read_texts(a, dir, p, d);
    if (s == OK)
        s = matters_read(a, dir, packs, p, d);
    return s;
}

enum status packs_load(const char *dir, struct packs **ret, struct diag *d) {
    AUTO(packs) struct packs *p = calloc(1, sizeof *p);
    if (!p || !(p->arena = arena_new(PACKS_BYTES_MAX)))
        return arena_full(d);
    struct pack_names names = {0};
    enum status s = pack_read_file(p->arena, dir, "vocabulary.csv", &p->vocabulary, d);
    if (s == OK)
        s = labels_read(p->arena, dir, &p->labels, d);
    if (s == OK)
        s = pack_list(p->arena, dir, "/", &names, d);
    for (size_t i = 0; i < names.size && s == OK; i++)
        s = pack_read(p->arena, dir, names.at[i], p, d);
    if (s == OK && p->list.size == 0)
        s = diag_fail(d, E_INPUT, "pack.none", DIAG_S("folder", dir));
    if (s == OK)
        *ret = TAKE(p);
    return s;
}

struct packs *packs_free(struct packs *p) {
    if (p)
        arena_free(p->arena);
    free(p);
    return NULL;
}

/* ---- look-ups --------------------------------------------------------------- */

size_t packs_count(const struct packs *p) { return p->list.size; }
const struct pack *packs_at(const struct packs *p, size_t i) { return p->list.at[i]; }
struct span packs_vocabulary(const struct packs *p) { return p->vocabulary; }
struct span packs_labels(const struct packs *p) { return p->labels; }

const struct matter *packs_scheme(const struct packs *packs, const char *scheme) {
    for (size_t i = 0; i < packs_count(packs); i++) {
        const struct pack *p = packs_at(packs, i);
        for (size_t k = 0; k < p->matter_count; k++)
            if (strcmp(p->matter[k].scheme, scheme) == 0)
                return &p->matter[k];
    }
    return NULL;
}

bool packs_scheme_known(const struct packs *packs, const char *scheme) { return packs_scheme(packs, scheme) != NULL; }

const struct matter *packs_matter(const struct packs *p, const char *id) {
    for (size_t i = 0; i < p->list.size; i++)
        for (size_t k = 0; k < p->list.at[i]->matter_count; k++)
            if (p->list.at[i]->matter[k].id && strcmp(p->list.at[i]->matter[k].id, id) == 0)
                return &p->list.at[i]->matter[k];
    return NULL;
}

const struct pack_file *pack_file_on(const struct pack_file *list, size_t n, date_t day) {
    const struct pack_file *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (list[i].valid_from <= day)
            best = &list[i];
    return best;
}

const struct pack_file *pack_file_named(const struct pack_file *list, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static bool in_force(date_t from, date_t to, date_t day) {
    return from <= day && (to == DATE_NONE || day <= to);
}

const struct parameter *packs_parameter(const struct packs *p, const char *name, date_t day) {
    for (size_t i = 0; i < p->list.size; i++) {
        const struct pack *k = p->list.at[i];
        for (size_t j = 0; j < k->parameter_count; j++)
            if (in_force(k->parameter[j].valid_from, k->parameter[j].valid_to, day) && strcmp(k->parameter[j].name, name) == 0)
                return &k->parameter[j];
    }
    return NULL;
}

const struct organ *packs_organ(const struct packs *p, const char *matter, date_t day) {
    const struct organ *best = NULL;
    for (size_t i = 0; i < p->list.size; i++) {
        const struct pack *k = p->list.at[i];
        for (size_t j = 0; j < k->organ_count; j++) {
            const struct organ *o = &k->organ[j];
            if (strcmp(o->matter, matter) == 0 && in_force(o->valid_from, o->valid_to, day) &&
                (!best || o->valid_from > best->valid_from))
                best = o; /* an entrusted power in force comes after the statutory one it rests on */
        }
    }
    return best;
}

const struct pack_task *matter_task(const struct matter *m, const char *name) {
    for (size_t i = 0; i < m->task_count; i++)
        if (strcmp(m->task[i].name, name) == 0)
            return &m->task[i];
    return NULL;
}

const struct json *matter_notice(const struct matter *m, const char *kind) {
    for (size_t i = 0; i < m->notice_count; i++)
        if (strcmp(m->notice[i].kind, kind) == 0)
            return m->notice[i].template_json;
    return NULL;
}
