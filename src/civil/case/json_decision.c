/* A decision as it is explained (API Decision), and the process with its
 * tokens (API ProcessView). */
#include "civil/case/case_internal.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "civil/parameter/parameter.h"

#include "base/vec.h"

#include <stdio.h>

struct stored {
    int64_t id, entry;
    date_t as_of;
    char *policy_sha, *policy_file, *state, *decided_by, *organ;
    instant_t decided_at;
    const struct json *result, *trace;
    struct span reasons;
    bool has_reasons;
};

static enum status stored_of(struct civil *c, struct txn *t, struct case_row *k, bool confirmed, struct stored *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d,
        "SELECT r.id, r.entry, r.as_of, r.policy_sha, r.policy_file, r.state, a.name, r.organ, r.decided_at, r.result, r.trace, r.written_reasons "
        "FROM decision_record r LEFT JOIN account a ON a.id = r.decided_by WHERE r.district = ? AND r.case_id = ? AND r.state <> 'superseded' "
        "AND (r.state = 'confirmed' OR ? = 0) ORDER BY r.id DESC LIMIT 1",
        SQL_I(k->district), SQL_I(k->id), SQL_I(confirmed));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_decision");
    if (s != OK)
        return s;
    *ret = (struct stored){.id = rows_int(r, 0), .entry = rows_int(r, 1), .as_of = rows_date(r, 2), .policy_sha = rows_dup(r, 3, a), .policy_file = rows_dup(r, 4, a),
        .state = rows_dup(r, 5, a), .decided_by = rows_null(r, 6) ? NULL : rows_dup(r, 6, a), .organ = rows_null(r, 7) ? NULL : rows_dup(r, 7, a),
        .decided_at = rows_null(r, 8) ? 0 : rows_int(r, 8), .has_reasons = !rows_null(r, 11)};
    s = case_unseal_json(c, t, k, "decision_record.result", ret->id, rows_blob(r, 9), &ret->result, d);
    if (s == OK)
        s = case_unseal_json(c, t, k, "decision_record.trace", ret->id, rows_blob(r, 10), &ret->trace, d);
    if (s == OK && ret->has_reasons)
        s = case_unseal(c, t, k, "decision_record.written_reasons", ret->id, rows_blob(r, 11), &ret->reasons, d);
    return s;
}

static void copy(struct json_writer *w, const struct json *from, const char *key) {
    const struct json *j = json_get(from, key);
    json_key(w, key);
    json_value(w, j ? j : json_null());
}

static const struct party *by_number(const struct party *p, size_t n, const char *number) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].party, "supporter") != 0 && strcmp(p[i].number, number) == 0)
            return &p[i];
    return NULL;
}

static void lines_json(const struct civil *c, struct json_writer *w, const struct json *lines, const struct party *p, size_t n) {
    json_key(w, "lines");
    json_array(w);
    for (size_t i = 0; lines && i < lines->size; i++) {
        const char *member = json_str(lines->item[i], "member", NULL);
        const struct party *who = member ? by_number(p, n, member) : NULL;
        json_object(w);
        json_kstring(w, "member", member);
        json_kstring(w, "member_name", who ? who->name : NULL);
        json_kstring(w, "item", json_str(lines->item[i], "item", ""));
        policies_name_json(w, "item_name", c->policies, json_str(lines->item[i], "item", ""));
        json_kint(w, "monthly_fen", json_int(lines->item[i], "monthly_fen", 0));
        json_kint(w, "once_fen", json_int(lines->item[i], "once_fen", 0));
        json_object_end(w);
    }
    json_array_end(w);
}

static void values_json(const struct civil *c, struct json_writer *w, const struct json *values) {
    static const char *const kept[] = {"decision", "name", "value"};
    json_key(w, "values");
    json_array(w);
    for (size_t i = 0; values && i < values->size; i++) {
        json_object(w);
        for (size_t k = 0; k < ARRAY_LEN(kept); k++)
            copy(w, values->item[i], kept[k]);
        policies_name_json(w, "label", c->policies, json_str(values->item[i], "name", ""));
        json_object_end(w);
    }
    json_array_end(w);
}

static void missing_json(const struct civil *c, struct json_writer *w, const struct json *missing) {
    json_key(w, "missing_names");
    json_array(w);
    for (size_t i = 0; missing && i < missing->size; i++) {
        BUF_AUTO name;
        buf_init(&name, 0);
        buf_add(&name, missing->item[i]->text);
        policies_name_json(w, NULL, c->policies, buf_str(&name));
    }
    json_array_end(w);
}

/* ---- figures used ------------------------------------------------------------------------ */

/* The decision keeps the figures as they were; whether the bureau has since
 * confirmed one, or a demonstration assumed it, is as of now. */
static enum status parameters_json_of(struct civil *c, struct txn *t, const struct json *list, struct json_writer *w, struct diag *d) {
    static const char *const kept[] = {"name", "value", "unit", "valid_from", "valid_to", "citation", "confidence"};
    enum status s = OK;
    json_key(w, "parameters");
    json_array(w);
    for (size_t i = 0; s == OK && list && i < list->size; i++) {
        const struct json *one = list->item[i];
        date_t from = DATE_NONE;
        bool confirmed = json_bool(one, "confirmed", false), assumption = false;
        const struct parameter *p = date_parse(span_of(json_str(one, "valid_from", "")), &from, NULL) == OK ? packs_parameter(c->packs, json_str(one, "name", ""), from) : NULL;
        if (!confirmed && p)
            s = parameter_confirmed(t, p, &confirmed, &assumption, d);
        json_object(w);
        for (size_t k = 0; k < ARRAY_LEN(kept); k++)
            copy(w, one, kept[k]);
        json_kbool(w, "confirmed", confirmed);
        json_kbool(w, "assumption", assumption);
        policies_name_json(w, "label", c->policies, json_str(one, "name", ""));
        policies_name_json(w, "unit_label", c->policies, json_str(one, "unit", ""));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* ---- the whole ------------------------------------------------------------------------ */

static enum status decision_write(struct civil *c, struct txn *t, const struct stored *x, const struct party *p, size_t n, struct json_writer *w, struct diag *d) {
    static const char *const from_result[] = {"scheme", "outcome", "monthly_fen", "once_fen", "reasons", "notes", "missing", "missing_exact"};
    const struct json *organ = NULL;
    enum status s = x->organ ? json_parse(txn_arena(t), span_of(x->organ), &organ, d) : OK;
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", x->id);
    for (size_t i = 0; i < ARRAY_LEN(from_result); i++)
        copy(w, x->result, from_result[i]);
    json_kdate(w, "as_of", x->as_of);
    lines_json(c, w, json_get(x->result, "lines"), p, n);
    missing_json(c, w, json_get(x->result, "missing"));
    s = parameters_json_of(c, t, json_get(x->result, "parameters"), w, d);
    values_json(c, w, json_get(x->trace, "values"));
    copy(w, x->trace, "rules");
    copy(w, x->trace, "explanation");
    json_kstring(w, "decided_by", x->decided_by);
    json_kinstant_or_null(w, "decided_at", x->decided_at);
    json_key(w, "written_reasons");
    if (x->has_reasons)
        json_span(w, x->reasons);
    else
        json_nothing(w);
    json_key(w, "organ");
    json_value(w, organ ? organ : json_null());
    json_kstring(w, "state", x->state);
    json_kstring(w, "policy_sha", x->policy_sha);
    json_kstring(w, "decision_file", x->policy_file);
    json_kid(w, "entry", x->entry);
    json_object_end(w);
    return s;
}

enum status case_decision_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    struct stored stored;
    struct party *p = NULL;
    size_t n = 0;
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && (eye == EYE_SUPPORTER || eye == EYE_LEADER))
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (s == OK) /* a proposal is no decision yet: only who works on it sees it */
        s = stored_of(c, t, &k, eye != EYE_STAFF, &stored, d);
    if (s == OK)
        s = case_parties(c, t, x, &k, &p, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        p[i].name = arena_dup(txn_arena(t), span_of(party_name_to(&p[i], eye >= EYE_LEADER)));
    if (s == OK)
        s = access_add(x, k.district, k.applicant, ACCESS_DECISION | ACCESS_INCOME | ACCESS_PROPERTY, d);
    return s == OK ? decision_write(c, t, &stored, p, n, w, d) : s;
}

/* ---- the process ------------------------------------------------------------------------- */

static void tokens_json(struct json_writer *w, const struct case_row *k, const struct bpmn_state *state) {
    json_key(w, "tokens");
    json_array(w);
    for (uint32_t i = 0; !k->closed_at && i < state->token_count; i++)
        json_string(w, k->process->model->node[state->token[i].node].id);
    json_array_end(w);
}

static enum status history_json(struct txn *t, const struct case_row *k, const char *key, bool done, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = done
        ? sql_query(t, &r, d, "SELECT element, MAX(at), 'leave', NULL FROM case_trace WHERE district = ? AND case_id = ? AND event = 'leave' GROUP BY element ORDER BY element",
              SQL_I(k->district), SQL_I(k->id))
        : sql_query(t, &r, d, "SELECT x.element, x.at, x.event, a.name FROM case_trace x LEFT JOIN account a ON a.id = x.account WHERE x.district = ? AND x.case_id = ? ORDER BY x.seq",
              SQL_I(k->district), SQL_I(k->id));
    json_key(w, key);
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (done) {
            json_span(w, rows_text(r, 0));
            continue;
        }
        json_object(w);
        json_kspan(w, "element", rows_text(r, 0));
        json_kinstant(w, "at", rows_int(r, 1));
        json_kspan(w, "event", rows_text(r, 2));
        json_kstring(w, "actor", rows_null(r, 3) ? NULL : rows_dup(r, 3, txn_arena(t)));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status case_process_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    const struct bpmn_state *state = NULL;
    enum status s = case_inside_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye == EYE_SUPPORTER)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (s == OK)
        s = case_state_read(c, t, &k, &state, NULL, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "file", k.process_file);
    tokens_json(w, &k, state);
    s = history_json(t, &k, "done", true, w, d);
    if (s == OK)
        s = history_json(t, &k, "history", false, w, d);
    json_object_end(w);
    return s;
}
