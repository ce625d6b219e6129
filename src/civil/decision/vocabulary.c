#include "civil/decision/vocabulary.h"

#include "base/csv.h"
#include "base/utf8.h"
#include "base/vec.h"

#include <stdio.h>

static const struct span ROOT = {"输入", sizeof "输入" - 1};

/* No household's money comes near; beyond it a figure is a slip of the keyboard. */
enum { AMOUNT_DIGITS_MAX = 12 };
/* The oldest person on record reached 122. */
enum { AGE_MAX = 150, WORKING_AGE = 16 };

/* ---- reading the table ---------------------------------------------------- */

static bool starts(struct span s, const char *with, struct span *ret_rest) {
    size_t n = strlen(with);
    if (s.size < n || memcmp(s.at, with, n) != 0)
        return false;
    *ret_rest = (struct span){s.at + n, s.size - n};
    return true;
}

static bool scalar_kind(struct span type, enum fact_kind *ret) {
    static const struct { const char *name; enum fact_kind kind; } KINDS[] = {
        {"date", FACT_DATE}, {"number", FACT_NUMBER}, {"boolean", FACT_BOOLEAN}, {"string", FACT_STRING}};
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (span_is(type, KINDS[i].name)) {
            *ret = KINDS[i].kind;
            return true;
        }
    return false;
}

static void type_read(struct fact *f, struct span type) {
    struct span inner;
    if (starts(type, "list<", &inner) && inner.size && inner.at[inner.size - 1] == '>') {
        f->list = true;
        type = (struct span){inner.at, inner.size - 1};
    }
    if (scalar_kind(type, &f->kind))
        return;
    f->kind = FACT_ENTITY;
    f->of = span_is(type, "context") ? f->name : type;
}

static bool range_read(struct fact *f, struct span text) {
    int low, high, end = 0;
    if (text.size > 24 || sscanf(text.at, "%d..%d%n", &low, &high, &end) != 2 || (size_t)end != text.size)
        return false;
    f->ranged = true;
    f->low = low;
    f->high = high;
    return true;
}

static enum status codes_read(struct arena *a, struct fact *f, struct span text, struct diag *d) {
    if (f->kind == FACT_NUMBER && range_read(f, text))
        return OK;
    if (f->kind != FACT_STRING || text.size == 0) {
        f->unit = text;
        return OK;
    }
    VEC(struct span) codes = {0};
    for (const char *at = text.at, *end = text.at + text.size; at <= end;) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        struct span *code = vec_push_in(a, &codes);
        if (!code)
            return arena_full(d);
        *code = (struct span){at, (size_t)((bar ? bar : end) - at)};
        at = bar ? bar + 1 : end + 1;
    }
    f->codes = text;
    f->code = codes.at;
    f->code_count = codes.size;
    return OK;
}

/* How it is learnt, the easiest first; "": asked. */
static bool effort_read(struct fact *f, struct span how) {
    static const char *const HOW[FACT_EFFORT_MAX] = {"register", "ask", "document", "authorise", "visit", "assess"};
    f->effort = how.size ? 0 : 2;
    for (unsigned i = 0; i < FACT_EFFORT_MAX; i++)
        if (span_is(how, HOW[i]))
            f->effort = i + 1;
    return f->effort != 0;
}

/* absent, asked_after, entries, obtained */
static enum status silence_read(struct arena *a, struct fact *f, const struct csv *c, struct diag *d) {
    struct span absent = c->field[6], entries = c->field[8];
    f->asked_after = c->field[7];
    f->absent_no = span_is(absent, "no");
    if (absent.size && !f->absent_no)
        return diag_fail(d, E_INPUT, "decision.vocabulary_absent", DIAG_SPAN("word", absent)), diag_line(d, c->line);
    if (entries.size > 1 || (entries.size && (!f->list || entries.at[0] < '1' || entries.at[0] > '9')))
        return diag_fail(d, E_INPUT, "decision.vocabulary_entries", DIAG_SPAN("word", entries)), diag_line(d, c->line);
    f->entries = entries.size ? (size_t)(entries.at[0] - '0') : 0;
    if (!effort_read(f, c->field[9]))
        return diag_fail(d, E_INPUT, "decision.vocabulary_obtained", DIAG_SPAN("word", c->field[9])), diag_line(d, c->line);
    char *label = arena_printf(a, "%.*s.%.*s", SPAN_ARG(f->entity), SPAN_ARG(f->name));
    f->label = span_of(label);
    return label ? OK : arena_full(d);
}

static enum status collect_absent(struct arena *a, struct vocabulary *v, struct diag *d) {
    struct span *list = ARENA_ARRAY(a, v->count + 1, struct span);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < v->count; i++)
        if (v->fact[i].absent_no)
            list[v->absent_no_count++] = v->fact[i].label;
    v->absent_no = list;
    return OK;
}

static bool entity_known(const struct vocabulary *v, struct span entity) {
    for (size_t i = 0; i < v->count; i++)
        if (span_eq(v->fact[i].entity, entity))
            return true;
    return false;
}

enum status vocabulary_load(struct arena *a, struct span csv, struct vocabulary *ret, struct diag *d) {
    struct csv c;
    enum status s = csv_open(&c, a, csv, "entity,name,type,codes_or_unit,meaning_zh,meaning_en,absent,asked_after,entries,obtained", d);
    VEC(struct fact) list = {0};
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        struct fact *f = vec_push_in(a, &list);
        if (!f)
            return arena_full(d);
        f->entity = c.field[0];
        f->name = c.field[1];
        f->meaning[0] = c.field[4];
        f->meaning[1] = c.field[5];
        type_read(f, c.field[2]);
        s = codes_read(a, f, c.field[3], d);
        if (s == OK)
            s = silence_read(a, f, &c, d);
    }
    if (s != OK)
        return s;
    struct vocabulary v = {.fact = list.at, .count = list.size};
    if ((s = collect_absent(a, &v, d)) != OK)
        return s;
    for (size_t i = 0; i < v.count; i++)
        if (v.fact[i].asked_after.size && !vocabulary_find(&v, v.fact[i].entity, v.fact[i].asked_after))
            return diag_fail(d, E_INPUT, "decision.vocabulary_after", DIAG_SPAN("name", v.fact[i].asked_after));
    for (size_t i = 0; i < v.count; i++)
        if (v.fact[i].kind == FACT_ENTITY && !entity_known(&v, v.fact[i].of))
            return diag_fail(d, E_INPUT, "decision.vocabulary_entity", DIAG_SPAN("entity", v.fact[i].of), DIAG_SPAN("name", v.fact[i].name));
    *ret = v;
    return OK;
}

unsigned vocabulary_effort(const struct vocabulary *v, const char *const *label, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned one = FACT_EFFORT_MAX;
        for (size_t k = 0; k < v->count; k++)
            if (span_is(v->fact[k].label, label[i]))
                one = v->fact[k].effort;
        sum += one;
    }
    return sum;
}

const struct fact *vocabulary_find(const struct vocabulary *v, struct span entity, struct span name) {
    for (size_t i = 0; name.size && i < v->count; i++) { /* asked for every fact of every household: what differs at once goes first */
        const struct fact *f = &v->fact[i];
        bool may = f->name.size == name.size && f->entity.size == entity.size && f->name.at[name.size - 1] == name.at[name.size - 1];
        if (may && span_eq(f->name, name) && span_eq(f->entity, entity))
            return f;
    }
    return NULL;
}

/* ---- checking ---------------------------------------------------------------- */

struct check {
    const struct vocabulary *v;
    date_t day;
    date_t known; /* the facts were written on this day, or on `day` when that is later */
    struct diag *d;
};

static enum status unknown_name(struct check *c, struct span entity, struct span name) {
    const struct fact *near = NULL;
    /* Two slips are a typing error, three another word; of a short name half must be right. */
    int half = (int)utf8_length(name) / 2 + 1, best = half < 3 ? half : 3;
    for (size_t i = 0; i < c->v->count; i++) {
        const struct fact *f = &c->v->fact[i];
        int distance = span_eq(f->entity, entity) ? utf8_distance(f->name, name, best) : best;
        if (distance < best) {
            best = distance;
            near = f;
        }
    }
    if (near)
        return diag_fail(c->d, E_INPUT, "decision.fact_near", DIAG_SPAN("entity", entity), DIAG_SPAN("name", name), DIAG_SPAN("nearest", near->name));
    return diag_fail(c->d, E_INPUT, "decision.fact_unknown", DIAG_SPAN("entity", entity), DIAG_SPAN("name", name));
}

/* Units of what is counted, not measured. */
static bool counts(struct span unit) {
    static const char *const counted[] = {"人", "套", "户"};
    for (size_t i = 0; i < ARRAY_LEN(counted); i++)
        if (span_is(unit, counted[i]))
            return true;
    return false;
}

/* A household has somebody in it, and one bound to support has at least one to support; it may own no dwelling. */
static bool at_least_one(struct span unit) { return span_is(unit, "人") || span_is(unit, "户"); }

static enum status check_number(struct check *c, const struct fact *f, const struct json *j) {
    if (j->type != JSON_NUMBER)
        return diag_fail(c->d, E_INPUT, "decision.not_number");
    if (f->ranged && (!dec_is_int(j->number) || dec_cmp(j->number, dec_int(f->low)) < 0 || dec_cmp(j->number, dec_int(f->high)) > 0))
        return diag_fail(c->d, E_INPUT, "decision.fact_range", DIAG_N("low", f->low), DIAG_N("high", f->high));
    if (dec_sign(j->number) < 0)
        return diag_fail(c->d, E_INPUT, "decision.fact_negative");
    if (at_least_one(f->unit) && dec_sign(j->number) == 0)
        return diag_fail(c->d, E_INPUT, "decision.fact_none");
    struct dec limit = dec_pow(dec_int(10), dec_int(AMOUNT_DIGITS_MAX));
    if (dec_cmp(j->number, limit) >= 0)
        return diag_fail(c->d, E_INPUT, "decision.fact_amount");
    if (counts(f->unit) && !dec_is_int(j->number))
        return diag_fail(c->d, E_INPUT, "decision.fact_whole");
    struct span rest; /* money ends at the fen */
    if (starts(f->unit, "元", &rest) && !dec_is_int(dec_mul(j->number, dec_int(100))))
        return diag_fail(c->d, E_INPUT, "decision.fact_fen");
    return OK;
}

/* The choices as a sentence lists them, alike in both languages: the words are Chinese.  What a diagnostic has no room for is an ellipsis, never half a word. */
static enum status not_a_choice(struct check *c, const struct fact *f) {
    BUF_AUTO list;
    buf_init(&list, 0);
    size_t room = sizeof c->d->arg[0].value - 2 * strlen("、…");
    for (size_t i = 0; i < f->code_count; i++) {
        bool fits = buf_span(&list).size + f->code[i].size <= room;
        buf_adds(&list, i ? "、" : "");
        buf_add(&list, fits ? f->code[i] : SPAN("…"));
        if (!fits)
            break;
    }
    return diag_fail(c->d, E_INPUT, "decision.fact_code", DIAG_SPAN("codes", buf_ok(&list) ? buf_span(&list) : f->codes));
}

static enum status check_string(struct check *c, const struct fact *f, const struct json *j) {
    if (j->type != JSON_STRING)
        return diag_fail(c->d, E_INPUT, "decision.not_string");
    if (f->code_count == 0)
        return OK;
    for (size_t i = 0; i < f->code_count; i++)
        if (span_eq(f->code[i], j->text))
            return OK;
    return not_a_choice(c, f);
}

static enum status check_entity(struct check *c, struct span entity, const struct json *j);

static enum status check_value(struct check *c, const struct fact *f, const struct json *j) {
    date_t day;
    if (json_is_null(j))
        return OK;
    switch (f->kind) {
    case FACT_DATE:
        return j->type == JSON_STRING ? date_parse(j->text, &day, c->d) : diag_fail(c->d, E_INPUT, "decision.not_date");
    case FACT_NUMBER:
        return check_number(c, f, j);
    case FACT_BOOLEAN:
        return j->type == JSON_TRUE || j->type == JSON_FALSE ? OK : diag_fail(c->d, E_INPUT, "decision.not_boolean");
    case FACT_STRING:
        return check_string(c, f, j);
    case FACT_ENTITY:
        return check_entity(c, f->of, j);
    }
    return OK;
}

static enum status check_fact(struct check *c, const struct fact *f, const struct json *j) {
    if (!f->list || json_is_null(j))
        return check_value(c, f, j);
    if (j->type != JSON_ARRAY)
        return diag_fail(c->d, E_INPUT, "decision.not_list");
    if (f->entries && j->size != f->entries)
        return diag_fail(c->d, E_INPUT, "decision.entries", DIAG_N("want", f->entries), DIAG_N("have", j->size));
    for (size_t i = 0; i < j->size; i++)
        if (check_value(c, f, j->item[i]) != OK) {
            char at[24];
            snprintf(at, sizeof at, "[%zu]", i);
            /* "[2].出生日期", not "[2]..出生日期": the field's own step comes with its dot */
            return c->d->where[0] ? diag_under(c->d, "%s", at) : diag_at(c->d, "%s", at);
        }
    return OK;
}

/* Prefixes a field's name; a list's position follows it without a dot. */
static enum status under(struct check *c, struct span name) {
    if (!c->d->where[0])
        return diag_at(c->d, "%.*s", SPAN_ARG(name));
    if (c->d->where[0] != '[')
        return diag_under(c->d, "%.*s", SPAN_ARG(name));
    char rest[sizeof c->d->where];
    memcpy(rest, c->d->where, sizeof rest);
    return diag_at(c->d, "%.*s%s", SPAN_ARG(name), rest);
}

static enum status check_entity(struct check *c, struct span entity, const struct json *j) {
    if (j->type != JSON_OBJECT)
        return diag_fail(c->d, E_INPUT, "decision.not_object");
    for (size_t i = 0; i < j->size; i++) {
        const struct fact *f = vocabulary_find(c->v, entity, j->key[i]);
        enum status s = f ? check_fact(c, f, j->item[i]) : unknown_name(c, entity, j->key[i]);
        if (s != OK)
            return under(c, j->key[i]), s;
    }
    return OK;
}

/* ---- what no household can be -------------------------------------------------- */

static date_t date_of(const struct json *member, const char *name) {
    const struct json *j = json_get(member, name);
    date_t day;
    return j && j->type == JSON_STRING && date_parse(j->text, &day, NULL) == OK ? day : DATE_NONE;
}

static enum status check_life(struct check *c, const struct json *m, size_t i) {
    date_t born = date_of(m, "出生日期"), died = date_of(m, "死亡日期");
    if (born == DATE_NONE)
        return OK;
    const char *field = "出生日期";
    enum status s = OK;
    if (born > c->day)
        s = diag_fail(c->d, E_INPUT, "decision.born_later");
    else if (date_age(born, c->day) >= AGE_MAX)
        s = diag_fail(c->d, E_INPUT, "decision.age", DIAG_N("limit", AGE_MAX));
    else if (died != DATE_NONE && died < born) {
        field = "死亡日期";
        s = diag_fail(c->d, E_INPUT, "decision.died_before_birth");
    }
    return s == OK ? OK : (diag_at(c->d, "户.成员[%zu].%s", i, field), s);
}

/* A job cannot have been reported on a day that has not come. */
static enum status check_report(struct check *c, const struct json *m, size_t i) {
    date_t reported = date_of(m, "就业申报日期");
    if (reported == DATE_NONE || reported <= c->known)
        return OK;
    return diag_fail(c->d, E_INPUT, "decision.reported_later"), diag_at(c->d, "户.成员[%zu].就业申报日期", i);
}

/* One kind of disability has one grade. */
static enum status check_disability(struct check *c, const struct json *m, size_t i) {
    const struct json *list = json_get(m, "残疾");
    for (size_t k = 0; list && list->type == JSON_ARRAY && k < list->size; k++)
        for (size_t n = 0; n < k; n++) {
            const struct json *kind = json_get(list->item[k], "类别"), *grade = json_get(list->item[k], "等级"), *other = json_get(list->item[n], "等级");
            if (json_is_null(kind) || json_is_null(grade) || json_is_null(other) || !span_is(kind->text, json_str(list->item[n], "类别", "")) ||
                dec_cmp(grade->number, other->number) == 0)
                continue;
            return diag_fail(c->d, E_INPUT, "decision.two_grades", DIAG_SPAN("kind", kind->text)),
                   diag_at(c->d, "户.成员[%zu].残疾[%zu].等级", i, k);
        }
    return OK;
}

/* The applicant's parents and theirs were born before, the children and theirs after the applicant. */
static enum status check_generation(struct check *c, const struct json *m, size_t i, date_t applicant) {
    const char *kin = json_str(m, "与申请人关系", "");
    date_t born = date_of(m, "出生日期");
    bool older = strcmp(kin, "父母") == 0 || strcmp(kin, "祖父母") == 0, younger = strcmp(kin, "子女") == 0 || strcmp(kin, "孙子女") == 0;
    if (born == DATE_NONE || applicant == DATE_NONE || (older ? born < applicant : younger ? born > applicant : true))
        return OK;
    return diag_fail(c->d, E_INPUT, older ? "decision.parent_younger" : "decision.child_older"),
           diag_at(c->d, "户.成员[%zu].出生日期", i);
}

/* Nobody works or has retired before the age at which the labour law lets anybody be employed (劳动法 第十五条). */
static enum status check_work(struct check *c, const struct json *m, size_t i) {
    static const char *const worked[] = {"在职职工", "灵活就业", "自主创业", "退休"};
    date_t born = date_of(m, "出生日期");
    if (born == DATE_NONE || date_age(born, c->day) >= WORKING_AGE)
        return OK;
    for (size_t k = 0; k < ARRAY_LEN(worked); k++)
        if (strcmp(json_str(m, "就业状态", ""), worked[k]) == 0)
            return diag_fail(c->d, E_INPUT, "decision.too_young_to_work", DIAG_N("limit", WORKING_AGE)),
                   diag_at(c->d, "户.成员[%zu].就业状态", i);
    return OK;
}

/* The living 配偶 of the applicant: one at most. */
static bool is_spouse(const struct check *c, const struct json *m) {
    date_t died = date_of(m, "死亡日期");
    return strcmp(json_str(m, "与申请人关系", ""), "配偶") == 0 && (died == DATE_NONE || died > c->day);
}

static bool blank(const char *at, size_t size) { return (size == 1 && strchr(" \t\r\n", *at)) || (size == 3 && memcmp(at, "\u3000", 3) == 0); }

/* White space around a number tells nobody apart. */
static struct span trimmed(struct span s) {
    for (size_t n = 1; n <= 3 && s.size >= n; n += 2)
        while (s.size >= n && blank(s.at, n)) {
            s = (struct span){s.at + n, s.size - n};
            n = 1;
        }
    for (size_t n = 1; n <= 3 && s.size >= n; n += 2)
        while (s.size >= n && blank(s.at + s.size - n, n)) {
            s.size -= n;
            n = 1;
        }
    return s;
}

static bool is_member(const struct json *members, struct span number) {
    for (size_t i = 0; members && members->type == JSON_ARRAY && i < members->size; i++) {
        const struct json *n = json_get(members->item[i], "编号");
        if (n && n->type == JSON_STRING && span_eq(n->text, number))
            return true;
    }
    return false;
}

static date_t applicant_born(const struct json *members) {
    for (size_t i = 0; i < members->size; i++)
        if (strcmp(json_str(members->item[i], "与申请人关系", ""), "本人") == 0)
            return date_of(members->item[i], "出生日期");
    return DATE_NONE;
}

static enum status check_members(struct check *c, const struct json *members) {
    if (json_is_null(members))
        return OK;
    if (members->size == 0)
        return diag_fail(c->d, E_INPUT, "decision.no_members"), diag_at(c->d, "户.成员");
    size_t applicants = 0, spouses = 0, unknown = 0;
    date_t born = applicant_born(members);
    for (size_t i = 0; i < members->size; i++) {
        const struct json *m = members->item[i], *n = json_get(m, "编号");
        unknown += json_is_null(m) || json_is_null(json_get(m, "与申请人关系"));
        if (json_is_null(m))
            continue;
        if (!n || n->type != JSON_STRING || trimmed(n->text).size == 0)
            return diag_fail(c->d, E_INPUT, "decision.member_number"), diag_at(c->d, "户.成员[%zu].编号", i);
        if (span_is(trimmed(n->text), "户"))
            return diag_fail(c->d, E_INPUT, "decision.member_household"), diag_at(c->d, "户.成员[%zu].编号", i);
        for (size_t k = 0; k < i; k++)
            if (span_eq(trimmed(n->text), trimmed(span_of(json_str(members->item[k], "编号", "")))))
                return diag_fail(c->d, E_INPUT, "decision.member_twice", DIAG_N("first", k + 1), DIAG_N("second", i + 1)),
                       diag_at(c->d, "户.成员[%zu].编号", i);
        if (strcmp(json_str(m, "与申请人关系", ""), "本人") == 0 && ++applicants > 1)
            return diag_fail(c->d, E_INPUT, "decision.applicants"), diag_at(c->d, "户.成员[%zu].与申请人关系", i);
        if (is_spouse(c, m) && ++spouses > 1)
            return diag_fail(c->d, E_INPUT, "decision.spouses"), diag_at(c->d, "户.成员[%zu].与申请人关系", i);
        enum status s = check_life(c, m, i);
        if (s == OK)
            s = check_generation(c, m, i, born);
        if (s == OK)
            s = check_work(c, m, i);
        if (s == OK)
            s = check_report(c, m, i);
        if (s == OK)
            s = check_disability(c, m, i);
        if (s != OK)
            return s;
    }
    /* Every relation is told, and nobody is the applicant: whose household is it? */
    if (applicants == 0 && unknown == 0)
        return diag_fail(c->d, E_INPUT, "decision.no_applicant"), diag_at(c->d, "户.成员");
    return OK;
}

/* 在享.对象 and 申请.对象 name a member, or (a benefit) the household. */
static enum status check_subjects(struct check *c, const struct json *facts, const struct json *members) {
    const struct json *held = json_get(facts, "在享");
    for (size_t i = 0; held && held->type == JSON_ARRAY && i < held->size; i++) {
        const struct json *who = json_get(held->item[i], "对象");
        if (json_is_null(who) || span_is(who->text, "户") || json_is_null(members) || is_member(members, who->text))
            continue;
        return diag_fail(c->d, E_INPUT, "decision.subject_unknown"), diag_at(c->d, "在享[%zu].对象", i);
    }
    const struct json *who = json_get(json_get(facts, "申请"), "对象");
    if (json_is_null(who) || json_is_null(members) || is_member(members, who->text))
        return OK;
    return diag_fail(c->d, E_INPUT, "decision.examined_unknown"), diag_at(c->d, "申请.对象");
}

/* What the person chose is a benefit. */
static enum status check_choice(struct check *c, const struct json *facts) {
    const struct json *chosen = json_get(json_get(facts, "申请"), "选择");
    const struct fact *f = vocabulary_find(c->v, SPAN("在享"), SPAN("待遇"));
    for (size_t i = 0; f && chosen && chosen->type == JSON_ARRAY && i < chosen->size; i++)
        if (check_value(c, f, chosen->item[i]) != OK)
            return diag_at(c->d, "申请.选择[%zu]", i);
    return OK;
}

date_t vocabulary_known_on(const struct json *facts, date_t day) {
    date_t own = date_of(facts, "日期");
    return own != DATE_NONE && own > day ? own : day;
}

enum status vocabulary_check(const struct vocabulary *v, const struct json *facts, date_t day, struct diag *d) {
    struct diag own;
    struct check c = {v, day, vocabulary_known_on(facts, day), d ? d : &own};
    diag_clear(c.d);
    enum status s = check_entity(&c, ROOT, facts);
    if (s != OK)
        return s;
    const struct json *members = json_get(json_get(facts, "户"), "成员");
    s = check_members(&c, members);
    if (s == OK)
        s = check_subjects(&c, facts, members);
    return s == OK ? check_choice(&c, facts) : s;
}
