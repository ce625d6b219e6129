/* The packs' rules, compiled. */
#include "civil/quality/quality_internal.h"

#include "civil/pack/pack.h"

/* Those of people, in the order that rows.c fills them. */
static const char *const of_people[] = {"性别", "出生日期", "年龄", "居住区划", "现住址", "户籍地区划", "户籍地址", "户籍", "婚姻状况", "服务人群", "死亡日期", "迁出日期",
    "有电话", "有银行账号", "有户", "记入天数", "区划在册", "疑似重复"};

static enum status wrong(const char *rule, const char *part, struct diag *d) { return diag_fail(d, E_INPUT, "quality.rule", DIAG_S("rule", rule), DIAG_S("part", part)); }

static enum status scope_of(struct civil *c, struct arena *a, const char *reg, struct feel_scope **ret, struct diag *d) {
    struct feel_scope *scope = feel_scope_new(a, NULL);
    uint32_t at = 0;
    bool ok = scope != NULL;
    if (strcmp(reg, "population") == 0) {
        for (size_t i = 0; ok && i < ARRAY_LEN(of_people); i++)
            ok = feel_scope_global(scope, span_of(of_people[i]), at++, NULL);
        *ret = scope;
        return ok ? OK : arena_full(d);
    }
    struct schema *s = ARENA_NEW(a, struct schema);
    enum status st = s ? schema_find(c, a, reg, s, d) : arena_full(d);
    for (size_t i = 0; st == OK && ok && i < s->fields; i++)
        ok = feel_scope_global(scope, span_of(s->field[i].zh), at++, NULL);
    for (size_t i = 0; st == OK && ok && i < s->fields; i++)
        if (s->field[i].type == FIELD_REF) {
            char *name = arena_printf(a, "%s在册", s->field[i].zh);
            ok = name && feel_scope_global(scope, span_of(name), at++, NULL);
        }
    static const char *const always[] = {"记入天数", "区划在册", "疑似重复"};
    for (size_t i = 0; st == OK && ok && i < ARRAY_LEN(always); i++)
        ok = feel_scope_global(scope, span_of(always[i]), at++, NULL);
    *ret = scope;
    return st == OK && !ok ? arena_full(d) : st;
}

static enum status compile(struct civil *c, struct arena *a, const struct json *j, struct quality_rule *q, struct diag *d) {
    static const char *const kinds[] = {"complete", "valid", "fresh", "linked", "unique"};
    struct feel_scope *scope = NULL;
    const char *applies = json_str(j, "applies", "");
    *q = (struct quality_rule){.id = json_str(j, "id", ""), .reg = json_str(j, "register", ""), .kind = json_str(j, "kind", ""), .zh = json_str(j, "zh", ""), .en = json_str(j, "en", ""),
        .owner = json_str(j, "owner", ""), .allowed = json_int(j, "allowed", -1), .days = json_int(j, "days", 0)};
    bool kind = false;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        kind |= strcmp(kinds[i], q->kind) == 0;
    const char *part = !*q->id ? "id" : !kind ? "kind" : !*q->zh ? "zh" : !*q->en ? "en" : !*q->owner ? "owner" : q->allowed < 0 || q->allowed > 1000 ? "allowed" : q->days < 1 || q->days > 366 ? "days" : NULL;
    if (part)
        return wrong(q->id, part, d);
    enum status s = scope_of(c, a, q->reg, &scope, d);
    if (s == E_NOT_FOUND)
        return wrong(q->id, "register", d);
    if (s == OK && *applies && feel_compile(a, scope, span_of(applies), span_of(q->id), &q->applies, d) != OK)
        return wrong(q->id, "applies", d);
    if (s == OK && feel_compile(a, scope, span_of(json_str(j, "test", "")), span_of(q->id), &q->test, d) != OK)
        return wrong(q->id, "test", d);
    return s;
}

enum status quality_rules(struct civil *c, struct arena *a, struct quality_rules *ret, struct diag *d) {
    enum status s = OK;
    ret->n = 0;
    for (size_t i = 0; s == OK && c->packs && i < packs_count(c->packs); i++) {
        const struct json *list = packs_at(c->packs, i)->quality ? json_get(packs_at(c->packs, i)->quality, "rules") : NULL;
        for (size_t k = 0; s == OK && list && k < list->size; k++) {
            if (ret->n == QUALITY_RULES_MAX)
                return wrong(json_str(list->item[k], "id", ""), "rules", d);
            s = compile(c, a, list->item[k], &ret->rule[ret->n], d);
            for (size_t x = 0; s == OK && x < ret->n; x++)
                if (strcmp(ret->rule[x].id, ret->rule[ret->n].id) == 0)
                    s = wrong(ret->rule[x].id, "id", d);
            ret->n++;
        }
    }
    return s;
}

enum status quality_check(struct civil *c, struct arena *a, struct diag *d) {
    struct quality_rules *r = ARENA_NEW(a, struct quality_rules);
    return r ? quality_rules(c, a, r, d) : arena_full(d);
}

static enum status run(const struct feel_program *p, const struct quality_row *r, struct arena *scratch, struct feel_notes *notes, struct feel_value *ret, struct diag *d) {
    struct feel_env env;
    feel_env_init(&env, scratch, notes);
    return feel_run(p, &env, r->value, NULL, ret, d);
}

enum status quality_fails(const struct quality_rule *q, const struct quality_row *r, struct arena *scratch, struct feel_notes *notes, bool *ret_asked, bool *ret_bad, struct diag *d) {
    struct arena_mark mark = arena_mark(scratch);
    struct feel_value v = feel_bool(true);
    enum status s = q->applies ? run(q->applies, r, scratch, notes, &v, d) : OK;
    *ret_asked = s == OK && feel_is_true(v); /* what cannot be told whether it applies does not */
    *ret_bad = false;
    if (*ret_asked && (s = run(q->test, r, scratch, notes, &v, d)) == OK) {
        if (v.kind != FEEL_BOOLEAN && !feel_is_null(v))
            s = wrong(q->id, "test", d);
        *ret_bad = !feel_is_true(v);
    }
    arena_rewind(scratch, mark);
    return s;
}
