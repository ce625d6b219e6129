#include "civil/indicator/composite.h"

#include "base/csv.h"
#include "base/vec.h"
#include "civil/pack/pack.h"
#include "dmn/dmn.h"

#include <stdlib.h>

#define INDICATOR_COLUMNS "key,plan,section,no,domain,name_zh,name_en,unit,base_year,base,target_year,operator,target,attribute,kind,better,rollup,definition,year_assumed,note_zh,note_en"
#define DEFINITION_COLUMNS "key,name_zh,name_en,unit,numerator,denominator,grain,places,better"
#define SOURCE_COLUMNS "key,plan,section,domain,name_zh,name_en,measures_zh,measures_en,indicators"
#define MEASURE_COLUMNS "name,register,when,condition,amount"

enum { YEAR_FIRST = 1949, YEAR_LAST = 2100 };

static const char *cell(const struct csv *c, const char *name) { return c->field[csv_column(c, name)].at; }

static enum status bad(const char *file, int line, struct diag *d) {
    return diag_fail(d, E_INPUT, "plan.file", DIAG_S("file", file), DIAG_N("line", line));
}

static int one_of(const char *text, const char *const *word, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, word[i]) == 0)
            return (int)i;
    return -1;
}

date_t plan_year_end(int year) { return date_from_ymd(year, 12, 31); }

const struct plan *plans_find(const struct plans *p, const char *id) {
    for (size_t i = 0; i < p->plan_count; i++)
        if (strcmp(p->plan[i].id, id) == 0)
            return &p->plan[i];
    return NULL;
}

const struct indicator *plans_indicator(const struct plans *p, const char *key) {
    for (size_t i = 0; i < p->indicator_count; i++)
        if (strcmp(p->indicator[i].key, key) == 0)
            return &p->indicator[i];
    return NULL;
}

const struct plan_source *plans_source(const struct plans *p, const char *key) {
    for (size_t i = 0; i < p->source_count; i++)
        if (strcmp(p->source[i].key, key) == 0)
            return &p->source[i];
    return NULL;
}

/* ---- the files, one by one ------------------------------------------------------------ */

static enum status plans_json_read(struct arena *a, struct span text, struct plans *p, struct diag *d) {
    const struct json *list;
    enum status s = json_parse(a, text, &list, d);
    if (s != OK)
        return s;
    size_t n = list->type == JSON_ARRAY ? list->size : 0;
    struct plan *plan = ARENA_ARRAY(a, n + 1, struct plan);
    if (!plan)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        const struct json *j = list->item[i], *name = json_get(j, "name");
        plan[i] = (struct plan){.id = json_str(j, "id", ""), .name = json_str(name, "zh", ""), .name_en = json_str(name, "en", ""),
            .division = json_str(j, "division", ""), .from = (int)json_int(j, "from", 0), .to = (int)json_int(j, "to", 0), .json = j};
        bool good = *plan[i].id && *plan[i].name && *plan[i].name_en && *plan[i].division && plan[i].from >= YEAR_FIRST && plan[i].to <= YEAR_LAST && plan[i].from <= plan[i].to;
        if (!good || plans_find(p, plan[i].id))
            return bad("plans.json", (int)i + 1, d);
        p->plan = plan;
        p->plan_count = i + 1;
    }
    return n ? OK : bad("plans.json", 1, d);
}

static enum status measures_read(struct arena *a, struct span text, struct plans *p, struct diag *d) {
    struct csv c;
    VEC(struct indicator_measure) list = {0};
    bool more = true;
    enum status s = csv_open(&c, a, text, MEASURE_COLUMNS, d);
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct indicator_measure *m = vec_push_in(a, &list);
        if (!m)
            return arena_full(d);
        const char *when = cell(&c, "when");
        *m = (struct indicator_measure){cell(&c, "name"), cell(&c, "register"), cell(&c, "condition"), cell(&c, "amount"), strcmp(when, "during") == 0};
        if (!*m->name || !*m->source || !*m->condition || !*m->amount || (!m->during && strcmp(when, "at") != 0))
            s = bad("measures.csv", c.line, d);
    }
    p->measure = list.at;
    p->measure_count = list.size;
    return s;
}

static enum status definitions_read(struct arena *a, struct span text, struct plans *p, struct diag *d) {
    static const char *const grains[] = {"month", "quarter", "year"};
    struct csv c;
    VEC(struct indicator_definition) list = {0};
    bool more = true;
    enum status s = csv_open(&c, a, text, DEFINITION_COLUMNS, d);
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct indicator_definition *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        *x = (struct indicator_definition){cell(&c, "key"), cell(&c, "name_zh"), cell(&c, "name_en"), cell(&c, "unit"), cell(&c, "numerator"), cell(&c, "denominator"),
            .grain = (enum indicator_grain)one_of(cell(&c, "grain"), grains, ARRAY_LEN(grains)), .places = atoi(cell(&c, "places"))};
        if ((int)x->grain < 0 || !*x->key || !*x->name || !*x->name_en || !*x->numerator || x->places < 0 || x->places > 6)
            s = bad("definitions.csv", c.line, d);
    }
    p->definition = list.at;
    p->definition_count = list.size;
    return s;
}

/* ---- indicators --------------------------------------------------------------------------- */

static const struct indicator_definition *definition(const struct plans *p, const char *key) {
    for (size_t i = 0; i < p->definition_count; i++)
        if (strcmp(p->definition[i].key, key) == 0)
            return &p->definition[i];
    return NULL;
}

/* "": none.  What is printed otherwise ("1, 1", "-", "全覆盖") is kept as text alone. */
static void number(const char *text, bool *ret_has, struct dec *ret) {
    *ret_has = *text && dec_parse(span_of(text), ret, NULL) == OK;
}

static bool indicator_read(const struct csv *c, const struct plans *p, struct indicator *x) {
    static const char *const kinds[] = {"number", "milestone", "baseline", "outlook"}, *const rollups[] = {"sum", "ratio", "same"};
    int kind = one_of(cell(c, "kind"), kinds, ARRAY_LEN(kinds)), rollup = one_of(cell(c, "rollup"), rollups, ARRAY_LEN(rollups));
    const char *by = cell(c, "definition");
    *x = (struct indicator){.key = cell(c, "key"), .plan = cell(c, "plan"), .section = cell(c, "section"), .no = cell(c, "no"), .domain = cell(c, "domain"),
        .name = cell(c, "name_zh"), .name_en = cell(c, "name_en"), .unit = cell(c, "unit"), .base = cell(c, "base"), .op = cell(c, "operator"),
        .target = cell(c, "target"), .attribute = cell(c, "attribute"), .binding = strcmp(cell(c, "attribute"), "约束性") == 0, .base_year = atoi(cell(c, "base_year")), .target_year = atoi(cell(c, "target_year")),
        .kind = (enum indicator_kind)kind, .rollup = (enum indicator_rollup)rollup, .down = strcmp(cell(c, "better"), "down") == 0,
        .year_assumed = *cell(c, "year_assumed"), .definition = *by ? definition(p, by) : NULL, .note = cell(c, "note_zh"), .note_en = cell(c, "note_en")};
    const struct plan *plan = plans_find(p, x->plan);
    x->due_year = x->target_year ? x->target_year : plan ? plan->to : 0;
    number(x->base, &x->has_base, &x->base_value);
    number(x->target, &x->has_target, &x->target_value);
    bool promised = kind == INDICATOR_NUMBER || kind == INDICATOR_MILESTONE;
    return kind >= 0 && rollup >= 0 && *x->key && *x->name && *x->name_en && *x->section && plan && (!*by || x->definition) &&
        (!promised || (x->due_year >= YEAR_FIRST && x->due_year <= YEAR_LAST && *x->op)) && (kind != INDICATOR_NUMBER || x->has_target);
}

static enum status indicators_read(struct arena *a, struct span text, struct plans *p, struct diag *d) {
    struct csv c;
    VEC(struct indicator) list = {0};
    bool more = true;
    enum status s = csv_open(&c, a, text, INDICATOR_COLUMNS, d);
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct indicator *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        if (!indicator_read(&c, p, x) || plans_indicator(p, x->key))
            s = bad("indicators.csv", c.line, d);
        p->indicator = list.at;
        p->indicator_count = list.size;
    }
    return s;
}

/* Each key of a list with blanks is an indicator's. */
static bool keys_known(const struct plans *p, struct arena *a, const char *keys) {
    while (*keys) {
        size_t n = strcspn(keys, " ");
        char *key = arena_dup(a, span_bytes(keys, n));
        if (!key || !plans_indicator(p, key))
            return false;
        keys += n + (keys[n] == ' ');
    }
    return true;
}

static enum status sources_read(struct arena *a, struct span text, struct plans *p, struct diag *d) {
    struct csv c;
    VEC(struct plan_source) list = {0};
    bool more = true;
    enum status s = csv_open(&c, a, text, SOURCE_COLUMNS, d);
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct plan_source *x = vec_push_in(a, &list);
        if (!x)
            return arena_full(d);
        *x = (struct plan_source){cell(&c, "key"), cell(&c, "plan"), cell(&c, "section"), cell(&c, "domain"), cell(&c, "name_zh"), cell(&c, "name_en"), cell(&c, "measures_zh"),
            cell(&c, "measures_en"), cell(&c, "indicators")};
        if (!*x->key || !*x->section || !*x->name || !*x->name_en || !*x->measures || !*x->measures_en || !plans_find(p, x->plan) || plans_source(p, x->key) || !keys_known(p, a, x->indicators))
            s = bad("tasks.csv", c.line, d);
        p->source = list.at;
        p->source_count = list.size;
    }
    return s;
}

enum status plans_read(struct arena *a, const struct packs *packs, struct plans *ret, struct diag *d) {
    *ret = (struct plans){0};
    const struct pack_plans *text = NULL;
    for (size_t i = 0; !text && i < packs_count(packs); i++)
        text = packs_at(packs, i)->plans;
    if (!text)
        return diag_fail(d, E_NOT_FOUND, "plan.no_pack");
    static const struct { const char *name; enum status (*read)(struct arena *, struct span, struct plans *, struct diag *); } file[] = {
        {"plans.json", plans_json_read}, {"measures.csv", measures_read}, {"definitions.csv", definitions_read}, {"indicators.csv", indicators_read}, {"tasks.csv", sources_read}};
    const struct span *of[] = {&text->plans, &text->measures, &text->definitions, &text->indicators, &text->tasks};
    for (size_t i = 0; i < ARRAY_LEN(file); i++) {
        enum status s = file[i].read(a, *of[i], ret, d);
        if (s != OK)
            return diag_at(d, "packs/plans/%s", file[i].name), s;
    }
    enum status s = composites_read(a, text->indexes, ret, &ret->composite, &ret->composite_count, d);
    if (s != OK)
        return diag_at(d, "packs/plans/indexes.csv"), s;
    s = dmn_load(a, text->status, NULL, &ret->status, d);
    if (s != OK)
        return diag_at(d, "packs/plans/status.dmn"), s;
    s = dmn_load(a, text->tasks_rule, NULL, &ret->tasks, d);
    return s == OK ? OK : (diag_at(d, "packs/plans/tasks.dmn"), s);
}
