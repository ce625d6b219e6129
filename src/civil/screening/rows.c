#include "civil/screening/rows.h"

#include "base/arena.h"

/* ---- schema -------------------------------------------------------------------------- */

/* 收入 is a list of 成员, 成员 of 户; 在享 is said beside the household (输入), and is one of its lists here. */
struct building {
    struct arena *a;
    const struct vocabulary *v;
    struct schema *s;
    size_t tables_max, columns_max;
};

static struct schema_column *add_column(struct building *b, size_t table, struct span name, enum cohort_kind kind, uint8_t width, uint8_t scale) {
    assert(b->s->column_count < b->columns_max);
    struct schema_column *c = &b->s->column[b->s->column_count++];
    *c = (struct schema_column){.table = table, .name = name, .kind = kind, .width = width, .scale = scale};
    b->s->table[table].column_count++;
    return c;
}

/* Money to the fen, areas to the hundredth; everything else is counted. */
static uint8_t scale_of(const struct fact *f) {
    return span_is(f->unit, "元") || span_is(f->unit, "元/月") || span_is(f->unit, "m²") ? 2 : 0;
}

static void add_fact(struct building *b, size_t table, struct span name, const struct fact *f) {
    struct schema_column *c;
    switch (f->kind) {
    case FACT_DATE: add_column(b, table, name, COHORT_DATE, 4, 0); break;
    case FACT_BOOLEAN: add_column(b, table, name, COHORT_BOOLEAN, 1, 0); break;
    case FACT_NUMBER: add_column(b, table, name, COHORT_NUMBER, scale_of(f) ? 4 : 1, scale_of(f)); break;
    case FACT_STRING:
        c = add_column(b, table, name, COHORT_STRING, 1, 0);
        c->word = f->code;
        c->word_count = (uint32_t)f->code_count;
        break;
    case FACT_ENTITY: return;
    }
    b->s->column[b->s->column_count - 1].absent_no = f->absent_no;
}

static size_t add_table(struct building *b, struct span name, size_t parent) {
    assert(b->s->table_count < b->tables_max);
    b->s->table[b->s->table_count] = (struct schema_table){.name = name, .parent = parent, .column = b->s->column_count};
    return b->s->table_count++;
}

static bool is(const struct fact *f, const char *entity) { return span_is(f->entity, entity); }

/* Columns of a table stand together, so its lists come after them. */
static void add_entity(struct building *b, size_t table, struct span entity) {
    if (table == 0) {
        add_column(b, table, SPAN("_id"), COHORT_NUMBER, 8, 0);
        add_column(b, table, SPAN("_division"), COHORT_NUMBER, 8, 0);
        add_column(b, table, SPAN("_made"), COHORT_NUMBER, 1, 0);
    } else if (span_is(entity, "成员")) {
        add_column(b, table, SPAN("_id"), COHORT_NUMBER, 8, 0);
    }
    for (size_t i = 0; i < b->v->count; i++)
        if (span_eq(b->v->fact[i].entity, entity) && !b->v->fact[i].list)
            add_fact(b, table, b->v->fact[i].name, &b->v->fact[i]);
    for (size_t i = 0; i < b->v->count; i++) {
        const struct fact *f = &b->v->fact[i];
        bool beside = table == 0 && is(f, "输入") && f->list;
        if (!f->list || !(beside || span_eq(f->entity, entity)))
            continue;
        size_t list = add_table(b, f->name, table);
        if (f->kind == FACT_ENTITY)
            add_entity(b, list, f->of);
        else
            add_fact(b, list, SPAN(""), f);
    }
}

enum status schema_new(struct arena *a, const struct vocabulary *v, struct schema *ret, struct diag *d) {
    *ret = (struct schema){0};
    struct building b = {.a = a, .v = v, .s = ret, .tables_max = v->count + 1, .columns_max = v->count + 4};
    ret->table = ARENA_ARRAY(a, b.tables_max, struct schema_table);
    ret->column = ARENA_ARRAY(a, b.columns_max, struct schema_column);
    if (!ret->table || !ret->column)
        return arena_full(d);
    add_entity(&b, add_table(&b, SPAN("户"), 0), SPAN("户"));
    return OK;
}

size_t schema_table(const struct schema *s, const char *name) {
    for (size_t i = 0; i < s->table_count; i++)
        if (span_is(s->table[i].name, name))
            return i;
    assert(!"a table of the vocabulary");
    return SIZE_MAX;
}

size_t schema_column(const struct schema *s, size_t table, const char *name) {
    const struct schema_table *t = &s->table[table];
    for (size_t i = t->column; i < t->column + t->column_count; i++)
        if (span_is(s->column[i].name, name))
            return i;
    assert(!"a column of the vocabulary");
    return SIZE_MAX;
}

uint32_t schema_word(const struct schema *s, size_t column, struct span word) {
    const struct schema_column *c = &s->column[column];
    for (uint32_t i = 0; i < c->word_count; i++)
        if (span_eq(c->word[i], word))
            return i;
    return UINT32_MAX;
}

/* ---- batch ------------------------------------------------------------------------------ */

enum status batch_init(struct batch *b, const struct schema *s, struct diag *d) {
    *b = (struct batch){.schema = s, .table = calloc(s->table_count, sizeof *b->table), .column = calloc(s->column_count, sizeof *b->column)};
    bool ok = b->table && b->column;
    for (size_t t = 0; ok && t < s->table_count; t++)
        ok = batch_grow(b, t);
    if (ok)
        return OK;
    batch_release(b);
    return arena_full(d);
}

void batch_release(struct batch *b) {
    for (size_t i = 0; b->column && i < b->schema->column_count; i++) {
        free(b->column[i].value);
        free(b->column[i].cell);
    }
    for (size_t i = 0; b->table && i < b->schema->table_count; i++) {
        free(b->table[i].elements);
        free(b->table[i].known);
    }
    free(b->table);
    free(b->column);
    *b = (struct batch){0};
}

void batch_clear(struct batch *b) {
    const struct schema *s = b->schema;
    for (size_t i = 0; i < s->column_count; i++) {
        size_t rows = b->table[s->column[i].table].rows;
        memset(b->column[i].value, 0, rows * sizeof(int64_t));
        memset(b->column[i].cell, CELL_UNKNOWN, rows);
    }
    for (size_t t = 1; t < s->table_count; t++) {
        size_t rows = b->table[s->table[t].parent].rows;
        memset(b->table[t].elements, 0, rows * sizeof(uint32_t));
        memset(b->table[t].known, 0, rows);
    }
    for (size_t t = 0; t < s->table_count; t++)
        b->table[t].rows = 0;
}

/* At *at, `room` elements of which the first `had` stay and the others are 0. */
static bool grow(void **at, size_t had, size_t room, size_t size) {
    void *p = realloc(*at, room * size);
    if (!p)
        return false;
    memset((char *)p + had * size, 0, (room - had) * size);
    *at = p;
    return true;
}

bool batch_grow(struct batch *b, size_t table) {
    const struct schema *s = b->schema;
    struct batch_table *t = &b->table[table];
    size_t had = t->room, room = had ? 2 * had : 256;
    bool ok = true;
    for (size_t i = s->table[table].column, end = i + s->table[table].column_count; ok && i < end; i++)
        ok = grow((void **)&b->column[i].value, had, room, sizeof(int64_t)) && grow((void **)&b->column[i].cell, had, room, 1);
    for (size_t k = 1; ok && k < s->table_count; k++)
        if (s->table[k].parent == table && k != table)
            ok = grow((void **)&b->table[k].elements, had, room, sizeof(uint32_t)) && grow((void **)&b->table[k].known, had, room, 1);
    if (ok)
        t->room = room;
    return ok;
}
