/* The input of a decision: what was declared, filled from the registers,
 * overridden by what was found, with every difference kept.
 *
 * A supporter's household is used as found only when that supporter consented
 * (社会救助法第四十一条); a refusal leaves the fact unknown, never income. */
#include "civil/case/case_internal.h"

#include "base/vec.h"

struct merge {
    struct civil *c;
    struct txn *t;
    struct arena *a;
    struct case_row *k;
    const struct party *party;
    size_t party_count;
    const struct json *household; /* 户, growing */
    const struct json *accepted;  /* facts whose declared value stands after explanation */
    VEC(struct conflict) conflict;
};

/* ---- small helpers ---------------------------------------------------------------- */

static bool stands(const struct merge *m, const char *fact) {
    for (size_t i = 0; m->accepted && i < m->accepted->size; i++)
        if (m->accepted->item[i]->type == JSON_STRING && span_is(m->accepted->item[i]->text, fact))
            return true;
    return false;
}

static int64_t money_difference(const struct json *declared, const struct json *found) {
    int64_t fen = 0;
    if (!declared || !found || declared->type != JSON_NUMBER || found->type != JSON_NUMBER ||
        dec_to_fen(dec_sub(found->number, declared->number), &fen, NULL) != OK)
        return INT64_MIN;
    return fen;
}

static bool note(struct merge *m, const char *fact, const char *source, const struct json *declared, const struct json *found) {
    struct conflict *x = vec_push_in(m->a, &m->conflict);
    if (!x || !fact)
        return false;
    *x = (struct conflict){fact, source, declared, found, money_difference(declared, found)};
    return true;
}

static size_t members(const struct merge *m) {
    const struct json *list = json_get(m->household, "成员");
    return list && list->type == JSON_ARRAY ? list->size : 0;
}

static const struct json *member_at(const struct merge *m, size_t i) { return json_at(json_get(m->household, "成员"), i); }

static bool set_item(struct merge *m, const char *list_name, size_t i, const struct json *value) {
    const struct json *list = json_get(m->household, list_name);
    const struct json **item = ARENA_ARRAY(m->a, list->size, const struct json *);
    if (!item || !value)
        return false;
    memcpy(item, list->item, list->size * sizeof *item);
    item[i] = value;
    const struct json *grown = json_new_array(m->a, item, list->size);
    m->household = grown ? json_with(m->a, m->household, list_name, grown) : NULL;
    return m->household != NULL;
}

/* Which entry of 户.成员 a person is; SIZE_MAX: none. */
static size_t place_of(const struct merge *m, int64_t person) {
    for (size_t i = 0; i < m->party_count; i++)
        if (m->party[i].person == person && strcmp(m->party[i].party, "supporter") != 0)
            for (size_t k = 0; k < members(m); k++)
                if (strcmp(json_str(member_at(m, k), "编号", ""), m->party[i].number) == 0)
                    return k;
    return SIZE_MAX;
}

/* ---- from the registers: what was not declared --------------------------------------- */

static bool identity(struct span key) { return span_is(key, "编号") || span_is(key, "与申请人关系"); }

static const struct json *filled(struct arena *a, const struct json *declared, const struct json *known, bool skip_identity) {
    for (size_t i = 0; declared && known && i < known->size; i++) {
        if ((skip_identity && identity(known->key[i])) || span_is(known->key[i], "成员") || json_is_null(known->item[i]))
            continue;
        if (json_is_null(json_get_span(declared, known->key[i])))
            declared = json_with(a, declared, known->key[i].at, known->item[i]);
    }
    return declared;
}

/* Single facts that the registers hold otherwise: shown, but what was declared
 * stands until a source or a person says more (a register may be old). */
static bool scalar(const struct json *j) { return j && j->type != JSON_ARRAY && j->type != JSON_OBJECT && j->type != JSON_NULL; }

static bool note_differences(struct merge *m, size_t at, const struct json *known) {
    const struct json *declared = member_at(m, at);
    for (size_t i = 0; i < known->size; i++) {
        const struct json *said = json_get_span(declared, known->key[i]);
        if (identity(known->key[i]) || !scalar(said) || !scalar(known->item[i]) || json_same(said, known->item[i]))
            continue;
        if (!note(m, arena_printf(m->a, "成员%s.%.*s", json_str(declared, "编号", ""), SPAN_ARG(known->key[i])), "register", said, known->item[i]))
            return false;
    }
    return true;
}

static bool note_unnamed(struct merge *m, size_t unnamed) {
    size_t n = members(m);
    const struct json *said = json_new_number(m->a, dec_int((int64_t)n)), *known = json_new_number(m->a, dec_int((int64_t)(n + unnamed)));
    return unnamed == 0 || (said && known && note(m, "户.成员", "register", said, known) && (m->conflict.at[m->conflict.size - 1].difference_fen = INT64_MIN, true));
}

static enum status fill_from_registers(struct merge *m, struct access *x, struct diag *d) {
    const struct json *known = NULL;
    if (!m->k->household)
        return OK;
    enum status s = household_facts(m->c, m->t, x, m->a, m->k->district, m->k->household, m->k->applicant, txn_today(m->t), &known, NULL, d);
    if (s != OK)
        return s;
    const struct json *list = json_get(known, "成员");
    size_t unnamed = 0; /* live there by the register and are not in the form */
    for (size_t i = 0; list && i < list->size; i++) {
        size_t at = place_of(m, strtoll(json_str(list->item[i], "编号", "0"), NULL, 10));
        if (at == SIZE_MAX) {
            unnamed++;
            continue;
        }
        if (!note_differences(m, at, list->item[i]) || !set_item(m, "成员", at, filled(m->a, member_at(m, at), list->item[i], true)))
            return arena_full(d);
    }
    m->household = filled(m->a, m->household, known, false);
    return m->household && note_unnamed(m, unnamed) ? OK : arena_full(d);
}

/* ---- what was found -------------------------------------------------------------------- */

static struct dec sum_of(const struct json *list, struct span kind, size_t *ret_n) {
    struct dec sum = dec_int(0);
    *ret_n = 0;
    for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->size; i++) {
        const struct json *amount = json_get(list->item[i], "月金额");
        if (!span_is(kind, json_str(list->item[i], "类别", "")) || !amount || amount->type != JSON_NUMBER)
            continue;
        sum = dec_add(sum, amount->number);
        ++*ret_n;
    }
    return sum;
}

/* Kind by kind: what a source says of a kind of income replaces what was
 * declared of it; kinds it says nothing of stay as declared. */
static const struct json *income_of_kind(struct arena *a, const struct json *declared, const struct json *found, struct span kind) {
    size_t n = (declared ? declared->size : 0) + found->size, at = 0;
    const struct json **item = ARENA_ARRAY(a, n + 1, const struct json *);
    for (size_t i = 0; item && declared && declared->type == JSON_ARRAY && i < declared->size; i++)
        if (!span_is(kind, json_str(declared->item[i], "类别", "")))
            item[at++] = declared->item[i];
    for (size_t i = 0; item && i < found->size; i++)
        if (span_is(kind, json_str(found->item[i], "类别", "")))
            item[at++] = found->item[i];
    return item ? json_new_array(a, item, at) : NULL;
}

static enum status find_income(struct merge *m, size_t at, const char *source, const struct json *found, struct diag *d) {
    for (size_t i = 0; found->type == JSON_ARRAY && i < found->size; i++) {
        const struct json *kind = json_get(found->item[i], "类别"), *declared = json_get(member_at(m, at), "收入");
        size_t n, had;
        if (!kind || kind->type != JSON_STRING)
            continue;
        struct dec now = sum_of(found, kind->text, &n), before = sum_of(declared, kind->text, &had);
        char *fact = arena_printf(m->a, "成员%s.收入.%.*s", json_str(member_at(m, at), "编号", ""), SPAN_ARG(kind->text));
        if (dec_cmp(now, before) == 0)
            continue;
        if (!fact || !note(m, fact, source, had ? json_new_number(m->a, before) : json_null(), json_new_number(m->a, now)))
            return arena_full(d);
        const struct json *list = stands(m, fact) ? declared : income_of_kind(m->a, declared, found, kind->text);
        if (list && !set_item(m, "成员", at, json_with(m->a, member_at(m, at), "收入", list)))
            return arena_full(d);
    }
    return OK;
}

static enum status find_member(struct merge *m, int64_t person, const char *source, const struct json *found, struct diag *d) {
    size_t at = place_of(m, person);
    enum status s = OK;
    for (size_t i = 0; s == OK && at != SIZE_MAX && found && i < found->size; i++) {
        const struct json *declared = json_get_span(member_at(m, at), found->key[i]);
        if (span_is(found->key[i], "收入")) {
            s = find_income(m, at, source, found->item[i], d);
            continue;
        }
        char *fact = arena_printf(m->a, "成员%s.%.*s", json_str(member_at(m, at), "编号", ""), SPAN_ARG(found->key[i]));
        if (!fact)
            return arena_full(d);
        if (!json_is_null(declared) && !json_same(declared, found->item[i]) && !note(m, fact, source, declared, found->item[i]))
            return arena_full(d);
        if (!stands(m, fact) && !set_item(m, "成员", at, json_with(m->a, member_at(m, at), found->key[i].at, found->item[i])))
            return arena_full(d);
    }
    return s;
}

static enum status find_household(struct merge *m, const char *source, const struct json *found, struct diag *d) {
    for (size_t i = 0; found && i < found->size; i++) {
        const struct json *declared = json_get_span(m->household, found->key[i]);
        if (span_is(found->key[i], "赡养人家庭"))
            continue; /* one by one, with consent */
        char *fact = arena_printf(m->a, "户.%.*s", SPAN_ARG(found->key[i]));
        if (!fact)
            return arena_full(d);
        if (!json_is_null(declared) && !json_same(declared, found->item[i]) && !note(m, fact, source, declared, found->item[i]))
            return arena_full(d);
        if (stands(m, fact))
            continue;
        m->household = json_with(m->a, m->household, found->key[i].at, found->item[i]);
        if (!m->household)
            return arena_full(d);
    }
    return OK;
}

static enum status find_supporter(struct merge *m, size_t at, const char *source, const struct json *found, struct diag *d) {
    const struct json *list = json_get(m->household, "赡养人家庭");
    const struct json *entry = json_at(list, at);
    for (size_t i = 0; entry && i < found->size; i++) {
        const struct json *declared = json_get_span(entry, found->key[i]);
        char *fact = arena_printf(m->a, "赡养人家庭%zu.%.*s", at + 1, SPAN_ARG(found->key[i]));
        if (!fact)
            return arena_full(d);
        if (!json_is_null(declared) && !json_same(declared, found->item[i]) && !note(m, fact, source, declared, found->item[i]))
            return arena_full(d);
        if (!stands(m, fact) && !(entry = json_with(m->a, entry, found->key[i].at, found->item[i])))
            return arena_full(d);
    }
    return !entry || set_item(m, "赡养人家庭", at, entry) ? OK : arena_full(d);
}

/* Who took his word back is as if he had never been asked: neither found nor taken for granted (the steps that would grant ask for consent). */
static bool withdrawn(const struct merge *m, int64_t person) {
    for (size_t i = 0; i < m->party_count; i++)
        if (m->party[i].person == person)
            return m->party[i].authorised_how && strcmp(m->party[i].authorised_how, "withdrawn") == 0;
    return false;
}

static enum status apply_answer(struct merge *m, int64_t person, const char *source, const struct json *answer, struct diag *d) {
    for (size_t i = 0; i < m->party_count; i++)
        if (m->party[i].person == person && strcmp(m->party[i].party, "supporter") == 0) {
            const struct json *found = json_get(answer, "赡养人家庭");
            return found && m->party[i].authorised_at ? find_supporter(m, (size_t)strtoul(m->party[i].number, NULL, 10), source, found, d) : OK;
        }
    if (withdrawn(m, person))
        return OK;
    enum status s = find_member(m, person, source, json_get(answer, "成员"), d);
    return s == OK ? find_household(m, source, json_get(answer, "户"), d) : s;
}

static enum status apply_answers(struct merge *m, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(m->t, &r, d,
        "SELECT id, person, source, answer FROM verification_request WHERE district = ? AND case_id = ? AND state = 'answered' ORDER BY id",
        SQL_I(m->k->district), SQL_I(m->k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const struct json *answer = NULL;
        char *source = rows_dup(r, 2, m->a);
        s = case_unseal_json(m->c, m->t, m->k, "verification_request.answer", rows_int(r, 0), rows_blob(r, 3), &answer, d);
        if (s == OK && answer->type == JSON_OBJECT)
            s = apply_answer(m, rows_int(r, 1), source, answer, d);
    }
    return s;
}

static enum status accepted_of(struct merge *m, struct diag *d) {
    const struct bpmn_state *state = NULL;
    enum status s = case_state_read(m->c, m->t, m->k, &state, NULL, d);
    if (s == E_NOT_FOUND) { /* not started yet */
        diag_clear(d);
        return OK;
    }
    if (s == OK)
        m->accepted = json_get(state->variables, "accepted");
    return s;
}

/* ---- what an officer found at a step (case_found_at_steps) ------------------------------------ */

/* 成员: the member of whom the case is; 户, 申请: as everywhere. */
static enum status apply_step(struct merge *m, const struct json *found, const struct json **declared, struct diag *d) {
    const struct json *application = json_get(*declared, "申请"), *of_application = json_get(found, "申请");
    const char *subject = json_str(application, "对象", NULL);
    int64_t person = m->k->applicant;
    for (size_t i = 0; subject && i < m->party_count; i++)
        if (strcmp(m->party[i].party, "supporter") != 0 && strcmp(m->party[i].number, subject) == 0)
            person = m->party[i].person;
    enum status s = find_member(m, person, "staff", json_get(found, "成员"), d);
    if (s == OK)
        s = find_household(m, "staff", json_get(found, "户"), d);
    for (size_t i = 0; s == OK && of_application && i < of_application->size; i++) {
        char *name = arena_printf(m->a, "申请.%.*s", SPAN_ARG(of_application->key[i]));
        const struct json *said = json_get_span(application, of_application->key[i]);
        if (!application || json_is_null(application))
            application = json_new_object(m->a, NULL, NULL, 0);
        if (!name || (!json_is_null(said) && !json_same(said, of_application->item[i]) && !note(m, name, "staff", said, of_application->item[i])))
            return arena_full(d);
        application = application ? json_with(m->a, application, of_application->key[i].at, of_application->item[i]) : NULL;
        if (!application || !(*declared = json_with(m->a, *declared, "申请", application)))
            return arena_full(d);
    }
    return s;
}

static enum status apply_steps(struct merge *m, const struct json **declared, struct diag *d) {
    const struct json *const *list = NULL;
    size_t n = 0;
    enum status s = case_found_at_steps(m->c, m->t, m->k, &list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        s = apply_step(m, list[i], declared, d);
    return s;
}

static enum status whole(struct merge *m, const struct json *declared, struct case_facts *ret, struct diag *d) {
    const struct json *held = NULL, *facts = json_with(m->a, declared, "户", m->household);
    enum status s = case_receiving(m->c, m->t, m->k, m->party, m->party_count, &held, d);
    if (s == OK && facts && json_is_null(json_get(facts, "在享")))
        facts = json_with(m->a, facts, "在享", held);
    if (s == OK && facts && json_is_null(json_get(facts, "申请")))
        facts = json_with(m->a, facts, "申请", json_new_object(m->a, NULL, NULL, 0));
    if (s == OK && !facts)
        return arena_full(d);
    if (s == OK)
        *ret = (struct case_facts){facts, m->conflict.at, m->conflict.size};
    return s;
}

enum status case_facts(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct case_facts *ret, struct diag *d) {
    struct merge m = {.c = c, .t = t, .a = txn_arena(t), .k = k};
    const struct json *clean = NULL, *declared = NULL;
    struct party *party = NULL;
    enum status s = case_form_data(c, t, k, &clean, d);
    if (s == OK)
        s = form_facts(case_form(c->models, k->matter), clean, m.a, &declared, d);
    if (s == OK)
        s = case_parties(c, t, NULL, k, &party, &m.party_count, d);
    m.party = party;
    m.household = s == OK ? json_get(declared, "户") : NULL;
    if (s == OK && !m.household)
        m.household = json_new_object(m.a, NULL, NULL, 0);
    if (s == OK)
        s = accepted_of(&m, d);
    if (s == OK)
        s = fill_from_registers(&m, x, d);
    if (s == OK)
        s = apply_answers(&m, d);
    if (s == OK)
        s = apply_steps(&m, &declared, d);
    return s == OK ? whole(&m, declared, ret, d) : s;
}
