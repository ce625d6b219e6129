/* What a case is decided on beside the form and the sources: what the bureau's own
 * books pay already, and what officers found at a step. */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "civil/entitlement/entitlement.h"

/* ---- what is already received ------------------------------------------------------ */

static const char *number_of(const struct party *party, size_t n, int64_t person) {
    for (size_t i = 0; i < n; i++)
        if (party[i].person == person && strcmp(party[i].party, "supporter") != 0)
            return party[i].number;
    return NULL;
}

static const struct json *entry(struct arena *a, const char *benefit, const char *who, date_t from) {
    char day[DATE_TEXT_MAX];
    date_text(from, day);
    return EVENT_ARGS(a, "待遇", benefit, "对象", who, "起", day);
}

/* A benefit of the household (户), or of one of its people by his number. */
enum status case_receiving(struct civil *c, struct txn *t, const struct case_row *k, const struct party *party, size_t n, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    VEC(const struct json *) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT e.scheme, e.household, e.payee, e.from_month FROM entitlement e WHERE e.district = ? AND e.state = 'active' AND e.to_month IS NULL AND (e.household = ? OR "
        "(e.household IS NULL AND e.payee IN (SELECT p.person FROM case_party p WHERE p.district = ? AND p.case_id = ? AND p.party <> 'supporter'))) ORDER BY e.id",
        SQL_I(k->district), SQL_I(k->household), SQL_I(k->district), SQL_I(k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const struct matter *matter = packs_scheme(c->packs, rows_dup(r, 0, a));
        const char *benefit = matter ? json_str(matter->json, "benefit", NULL) : NULL, *who = rows_null(r, 1) ? number_of(party, n, rows_int(r, 2)) : "户";
        const struct json **slot = benefit && who ? vec_push_in(a, &list) : NULL;
        if (benefit && who && (!slot || !(*slot = entry(a, benefit, who, month_first(rows_int(r, 3))))))
            return arena_full(d);
    }
    *ret = s == OK ? json_new_array(a, list.at, list.size) : NULL;
    return s != OK ? s : *ret ? OK : arena_full(d);
}

/* ---- found at a step ----------------------------------------------------------------- */

enum status case_found_at_steps(struct civil *c, struct txn *t, struct case_row *k, const struct json *const **ret, size_t *ret_n, struct diag *d) {
    struct arena *a = txn_arena(t);
    VEC(const struct json *) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT entry, element, body FROM case_event WHERE district = ? AND case_id = ? AND kind IN ('task_done', 'task_reason') AND body IS NOT NULL AND element IS NOT NULL ORDER BY seq",
        SQL_I(k->district), SQL_I(k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const struct bpmn_node *n = case_step_named(c->models, k->process, rows_dup(r, 1, a));
        const struct form *form = n ? case_task_form(c->models, k->matter, n->form) : NULL;
        const struct json *body = NULL, *facts = NULL;
        if (!form)
            continue;
        s = case_unseal_json(c, t, k, "case_event.body", rows_int(r, 0), rows_blob(r, 2), &body, d);
        const struct json *data = s == OK ? json_get(body, "data") : NULL;
        if (s == OK && data && data->type == JSON_OBJECT)
            s = form_facts(form, data, a, &facts, d);
        const struct json **slot = s == OK && facts && facts->size ? vec_push_in(a, &list) : NULL;
        if (s == OK && facts && facts->size && !slot)
            return arena_full(d);
        if (slot)
            *slot = facts;
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}
