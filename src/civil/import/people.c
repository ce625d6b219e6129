/* Rows of people: cells to what the population register takes. */
#include "civil/import/import_internal.h"

#include "base/buf.h"
#include "civil/access/access.h"
#include "civil/register/population.h"
#include "store/store.h"

bool people_is(const char *reg) { return strcmp(reg, "population") == 0; }

enum status people_allowed(struct civil *c, struct arena *a, const struct schema *s, const struct actor *who, const char *purpose, struct diag *d) {
    struct access *x = NULL;
    const char *role = schema_role(s->write, who);
    if (strcmp(who->kind, "staff") != 0 || !role)
        return diag_fail(d, E_FORBIDDEN, "register.write");
    enum status st = access_begin(a, who, role, purpose, 0, 0, &x, d);
    return st == OK ? access_act_as(x, role, d) : st;
}

/* ---- a row ------------------------------------------------------------------------------------- */

struct cells { const struct schema *s; const struct mapping *m; const struct sql_value *v; const bool *given; struct arena *a; };

static int at(const struct cells *x, const char *column) {
    int i = schema_field(x->s, span_of(column));
    return i >= 0 && x->given[i] ? i : -1;
}

static const char *text(const struct cells *x, const char *column) {
    int i = at(x, column);
    return i < 0 ? NULL : arena_dup(x->a, x->v[i].bytes);
}

static date_t day(const struct cells *x, const char *column) {
    int i = at(x, column);
    return i < 0 ? DATE_NONE : (date_t)x->v[i].number;
}

static enum status reject(const struct cells *x, const char *column, const struct diag *why, enum row_outcome *ret, struct row_reason *reason) {
    int field = column ? schema_field(x->s, span_of(column)) : -1;
    struct span heading = SPAN("");
    for (size_t i = 0; i < x->m->columns; i++)
        if (field >= 0 && x->m->field[i] == field)
            heading = x->m->heading[i];
    *ret = ROW_REJECTED;
    *reason = (struct row_reason){heading, *why};
    return OK;
}

static enum status reject_code(const struct cells *x, const char *column, const char *code, enum row_outcome *ret, struct row_reason *reason) {
    struct diag why = {0};
    (void)!diag_fail(&why, E_INPUT, code);
    return reject(x, column, &why, ret, reason);
}

static const char *group_of(const struct json *codes, struct span word) {
    for (size_t i = 0; codes && i < codes->size; i++) {
        const struct json *code = codes->item[i], *also = json_get(code, "also");
        bool hit = span_is(word, json_str(code, "code", "")) || span_is(word, json_str(code, "zh", "")) || span_is(word, json_str(code, "en", ""));
        for (size_t k = 0; !hit && also && k < also->size; k++)
            hit = span_eq(also->item[k]->text, word);
        if (hit)
            return json_str(code, "code", "");
    }
    return NULL;
}

/* 老年、优抚 to elderly|special_care, each once, in the order of the codes; false: a word is no group. */
static bool groups(const struct cells *x, const char **ret, struct diag *d) {
    static const char *const between[] = {"、", "，", "；", ",", ";", "|", "/", " "};
    int field = at(x, "service_groups");
    *ret = NULL;
    if (field < 0)
        return true;
    const struct json *codes = x->s->field[field].codes;
    uint32_t set = 0;
    struct span s = x->v[field].bytes;
    for (const char *p = s.at, *end = span_end(s); p < end;) {
        const char *from = p;
        size_t skip = 0;
        while (p < end && !skip) {
            for (size_t i = 0; i < ARRAY_LEN(between); i++)
                if ((size_t)(end - p) >= strlen(between[i]) && memcmp(p, between[i], strlen(between[i])) == 0)
                    skip = strlen(between[i]);
            p += !skip;
        }
        struct span word = {from, (size_t)(p - from)};
        const char *code = word.size ? group_of(codes, word) : "";
        p += skip;
        if (!code)
            return false;
        for (size_t i = 0; *code && i < codes->size && i < 32; i++)
            if (strcmp(json_str(codes->item[i], "code", ""), code) == 0)
                set |= 1u << i;
    }
    BUF_AUTO b;
    buf_init(&b, 1024);
    for (size_t i = 0; codes && i < codes->size && i < 32; i++)
        if (set >> i & 1)
            buf_addf(&b, "%s%s", b.size ? "|" : "", json_str(codes->item[i], "code", ""));
    *ret = arena_dup(x->a, buf_span(&b));
    return *ret != NULL;
}

/* Which cell a refusal of the register is about. */
static const char *column_of(const char *code) {
    static const char *const table[][2] = {
        {"register.name", "name"}, {"register.place", "division"}, {"register.phone", "phone"}, {"register.number_differs", "number"}, {"import.no_number", "number"},
        {"import.possible", "number"}, {"import.name_differs", "name"}, {"import.needed_division", "division"}, {"import.death", "died_on"}, {"import.two_heads", "relation"},
        {"import.own_guardian", "guardian_number"}, {"import.other_district", "number"}, {"import.twice", "number"}, {"import.other_batch", "number"}, {"register.write", "division"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i][0], code) == 0)
            return table[i][1];
    return strncmp(code, "idnum.", 6) == 0 ? "number" : NULL;
}

enum status people_import(struct txn *t, const struct population_batch *b, const struct schema *s, const struct mapping *m, const struct import_row *row,
    enum row_outcome *ret, struct row_reason *reason, const char **ret_remark, struct diag *d) {
    struct sql_value v[SCHEMA_FIELDS_MAX];
    bool given[SCHEMA_FIELDS_MAX];
    enum population_outcome outcome = POPULATION_SAME;
    *ret_remark = NULL;
    enum status st = row_cells(b->civil, t, s, m, row, v, given, ret, reason, d);
    if (st != OK || *ret == ROW_REJECTED)
        return st;
    struct cells x = {s, m, v, given, txn_arena(t)};
    struct population_row p = {.line = row->line, .name = text(&x, "name"), .number = text(&x, "number"), .birth = day(&x, "birth"), .division = text(&x, "division"),
        .address = text(&x, "address"), .hukou = text(&x, "hukou"), .registered_division = text(&x, "registered_division"), .registered_address = text(&x, "registered_address"),
        .marriage = text(&x, "marriage"), .phone = text(&x, "phone"), .died_on = day(&x, "died_on"), .moved_out_on = day(&x, "moved_out_on"),
        .household_number = text(&x, "household_number"), .head_number = text(&x, "head_number"), .relation = text(&x, "relation"), .guardian_number = text(&x, "guardian_number")};
    if (!p.name)
        return reject_code(&x, "name", "import.needed", ret, reason);
    if (strchr(p.name, '*') || strstr(p.name, "＊")) /* an export that comes back */
        return reject_code(&x, "name", "import.masked", ret, reason);
    if (!groups(&x, &p.service_groups, d))
        return reject_code(&x, "service_groups", "import.group", ret, reason);
    if (p.household_number && p.household_number[0] == '#') /* kept for digests of heads' numbers */
        return reject_code(&x, "household_number", "import.household_number", ret, reason);
    const char *sex = text(&x, "sex");
    if (sex && p.number && (strcmp(sex, "男") == 0) != ((p.number[16] - '0') % 2 == 1))
        return reject_code(&x, "sex", "register.number_differs", ret, reason);
    struct diag why = {0};
    st = population_stage(t, b, &p, &outcome, ret_remark, &why);
    if (st != OK && row_from_store(&why))
        return *d = why, st;
    if (st != OK)
        return reject(&x, column_of(why.code), &why, ret, reason);
    *ret = outcome == POPULATION_ADDED ? ROW_ADDED : outcome == POPULATION_CHANGED ? ROW_CHANGED : ROW_SAME;
    return OK;
}
