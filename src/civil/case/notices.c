/* The values of a written notice, gathered from the case. */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "calendar/calendar.h"
#include "civil/access/access_list.h"
#include "civil/entitlement/entitlement.h"
#include "civil/notice/notice.h"
#include "civil/register/contact.h"

#include <stdio.h>

struct values {
    struct drive *x;
    struct access *access;
    struct json_writer w;
    const struct organ *organ; /* who decides, for decisions; NULL: the subdistrict itself */
    const char *subdistrict;
};

static void date_value(struct values *v, const char *key, date_t day) {
    char text[DATE_TEXT_MAX] = "";
    if (day != DATE_NONE)
        date_text(day, text);
    json_kstring(&v->w, key, text);
}

static void yuan_value(struct values *v, const char *key, int64_t fen) {
    char text[32];
    snprintf(text, sizeof text, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
    json_kstring(&v->w, key, text);
}

/* Notices before the decision are the subdistrict's own; decisions are made in
 * the name of the organ of that day. */
static bool is_decision(const char *kind) { return strcmp(kind, "approval") == 0 || strcmp(kind, "refusal") == 0 || strcmp(kind, "termination") == 0; }

/* ---- lists ----------------------------------------------------------------------------- */

static const char *party_name(const struct party *p, size_t n, const char *number) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].party, "supporter") != 0 && strcmp(p[i].number, number) == 0)
            return party_name_to(&p[i], false);
    return "";
}

static void lines_value(struct values *v, const struct json *result, const struct party *p, size_t n) {
    const struct json *lines = json_get(result, "lines");
    json_key(&v->w, "lines");
    json_array(&v->w);
    for (size_t i = 0; lines && i < lines->size; i++) {
        json_object(&v->w);
        json_kstring(&v->w, "item", json_str(lines->item[i], "item", ""));
        json_kstring(&v->w, "member", party_name(p, n, json_str(lines->item[i], "member", "")));
        yuan_value(v, "amount", json_int(lines->item[i], "monthly_fen", 0) + json_int(lines->item[i], "once_fen", 0));
        json_kint(&v->w, "monthly_fen", json_int(lines->item[i], "monthly_fen", 0));
        json_object_end(&v->w);
    }
    json_array_end(&v->w);
}

/* Of a refusal, what stood against it; not also what was in order. */
static void reasons_value(struct values *v, const struct json *result) {
    const struct json *list = json_get(result, "reasons");
    size_t n = list ? list->size : 0, against = 0;
    for (size_t i = 0; i < n; i++)
        against += json_bool(list->item[i], "against", false);
    json_key(&v->w, "reasons");
    json_array(&v->w);
    for (size_t i = 0; i < n; i++)
        if (!against || json_bool(list->item[i], "against", false))
            json_value(&v->w, list->item[i]);
    json_array_end(&v->w);
}

/* Papers the clerk named: ids of the matter's list, or words of his own. */
static void papers_value(struct values *v) {
    const struct json *asked = json_get(v->x->data, "papers"), *known = json_get(v->x->k->matter->json, "papers");
    json_key(&v->w, "papers");
    json_array(&v->w);
    for (size_t i = 0; asked && asked->type == JSON_ARRAY && i < asked->size; i++) {
        const struct json *found = NULL;
        for (size_t k = 0; known && k < known->size; k++)
            if (asked->item[i]->type == JSON_STRING && span_is(asked->item[i]->text, json_str(known->item[k], "id", "")))
                found = known->item[k];
        if (found) {
            json_object(&v->w);
            json_kstring(&v->w, "zh", json_str(found, "zh", ""));
            json_kstring(&v->w, "en", json_str(found, "en", ""));
            json_object_end(&v->w);
        } else if (asked->item[i]->type == JSON_STRING)
            json_span(&v->w, asked->item[i]->text);
    }
    if ((!asked || asked->size == 0) && v->x->note && *v->x->note)
        json_string(&v->w, v->x->note);
    json_array_end(&v->w);
}

static void plain(struct values *v, const char *key, const struct json *j) {
    BUF_AUTO b;
    buf_init(&b, 65536);
    if (j && !json_is_null(j))
        json_canonical(&b, j);
    json_kspan(&v->w, key, j && j->type == JSON_STRING ? j->text : buf_span(&b));
}

static enum status findings_value(struct values *v, struct diag *d) {
    struct case_facts f;
    enum status s = case_facts(v->x->c, v->x->t, v->access, v->x->k, &f, d);
    if (s != OK)
        return s;
    json_key(&v->w, "findings");
    json_array(&v->w);
    for (size_t i = 0; i < f.conflict_count; i++) {
        json_object(&v->w);
        json_kstring(&v->w, "fact", f.conflict[i].fact);
        plain(v, "declared", f.conflict[i].declared);
        plain(v, "found", f.conflict[i].found);
        access_text_pair(&v->w, "source", "verification.source", span_of(f.conflict[i].source));
        json_object_end(&v->w);
    }
    json_array_end(&v->w);
    return OK;
}

/* ---- the object ----------------------------------------------------------------------------- */

/* Days a notice names that count from its service: as if it were served today,
 * the earliest they can end. */
static enum status dates(struct values *v, struct diag *d) {
    struct drive *x = v->x;
    const struct json *list = json_get(json_get(x->k->matter->json, "desk"), "notice_dates");
    enum status s = OK;
    for (size_t i = 0; s == OK && list && i < list->size; i++) {
        struct due due;
        if ((s = due_of(x->c, txn_now(x->t), list->item[i]->text, &due, d)) == OK)
            date_value(v, list->key[i].at, due.on);
    }
    date_value(v, "applied_on", instant_date(x->k->applied_at));
    date_value(v, "accepted_on", x->k->accepted_at ? instant_date(x->k->accepted_at) : DATE_NONE);
    date_value(v, "issued_on", txn_today(x->t));
    date_value(v, "due_on", x->k->due_on);
    return s;
}

static enum status decision_values(struct values *v, struct diag *d) {
    struct drive *x = v->x;
    struct decision_row row;
    struct party *p = NULL;
    size_t n = 0;
    enum status s = decision_latest(x->c, x->t, x->k, &row, d);
    if (s == E_NOT_FOUND) { /* refused before anything was computed */
        diag_clear(d);
        row = (struct decision_row){0};
        s = OK;
    }
    if (s == OK)
        s = case_parties(x->c, x->t, v->access, x->k, &p, &n, d);
    if (s != OK)
        return s;
    char month[8];
    int covered = 0;
    for (size_t i = 0; i < n; i++)
        covered += strcmp(p[i].party, "supporter") != 0;
    month_t from = 0;
    if ((s = case_pay_from(x, row.once_fen > 0 && row.monthly_fen == 0, &from, d)) != OK)
        return s;
    month_text(from, month);
    json_kstring(&v->w, "name", n ? p[0].name : "");
    json_kstring(&v->w, "pay_from", month);
    yuan_value(v, "monthly", row.monthly_fen);
    yuan_value(v, "once", row.once_fen);
    json_kint(&v->w, "covered", covered);
    date_value(v, "review_on", case_review_on(x));
    lines_value(v, row.result, p, n);
    reasons_value(v, row.result);
    return OK;
}

static void organ_values(struct values *v) {
    const struct json *reconsideration = remedy_of(v->x->k->matter, "reconsideration"), *litigation = remedy_of(v->x->k->matter, "litigation");
    json_kstring(&v->w, "in_name_of", v->organ ? v->organ->in_name_of : v->subdistrict);
    json_kstring(&v->w, "seal", v->organ ? v->organ->seal : v->subdistrict);
    json_kstring(&v->w, "subdistrict", v->subdistrict);
    json_kstring(&v->w, "entrusted_note", v->organ && strcmp(v->organ->power, "entrusted") == 0 ? v->organ->citation : "");
    text_json(&v->w, "reconsideration_organ", json_get(reconsideration, "organ"));
    text_json(&v->w, "court", json_get(litigation, "organ"));
}

static enum status values_of(struct values *v, const char *kind, const struct json **ret, struct diag *d) {
    struct drive *x = v->x;
    BUF_AUTO b;
    buf_init(&b, 0);
    json_begin(&v->w, &b, false);
    json_object(&v->w);
    json_kstring(&v->w, "case_number", x->k->number);
    json_kstring(&v->w, "number", x->k->number);
    json_kstring(&v->w, "written_reasons", x->note ? x->note : "");
    organ_values(v);
    papers_value(v);
    json_key(&v->w, "contact");
    enum status s = contact_line(x->t, x->k->subdistrict, &v->w, d);
    if (s == OK)
        s = dates(v, d);
    if (s == OK)
        s = decision_values(v, d);
    if (s == OK && strcmp(kind, "findings") == 0)
        s = findings_value(v, d);
    json_object_end(&v->w);
    if (s == OK && !buf_ok(&b))
        s = arena_full(d);
    return s == OK ? json_parse(txn_arena(x->t), buf_span(&b), ret, d) : s;
}

/* ---- issuing ------------------------------------------------------------------------------------ */

static enum status accepted(struct drive *x, struct diag *d) {
    struct due due;
    int64_t asked = 0;
    bool counter = x->k->taken_in && x->k->matter->city_wide_clock;
    enum status s = counter ? sql_int(x->t, &asked, 0, d, "SELECT COUNT(*) FROM notice WHERE district = ? AND case_id = ? AND kind = 'supplement'", SQL_I(x->k->district), SQL_I(x->k->id)) : OK;
    if (s != OK)
        return s;
    /* Where the matter says so, its days run from the counter that took it in, unless papers were missing there. */
    x->k->accepted_at = counter && !asked ? x->k->applied_at : txn_now(x->t);
    s = case_whole_limit(x->c, x->k, x->k->accepted_at, &due, d);
    if (s == OK && due.on != DATE_NONE) {
        x->k->due_on = due.on;
        x->k->due_provisional = due.provisional;
    }
    return s;
}

enum status handle_notice(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    struct values v = {.x = x, .organ = is_decision(n->form) ? case_organ(x->c, x->k, txn_today(x->t)) : NULL};
    const struct json *values = NULL;
    int64_t id = 0;
    enum status s = division_name(x->t, a, x->k->subdistrict, &v.subdistrict, d);
    if (s == OK && strcmp(n->form, "acceptance") == 0)
        s = accepted(x, d);
    if (s == OK)
        s = access_begin(a, x->who, x->role, "case_handling", x->k->district, x->k->id, &v.access, d);
    if (s == OK)
        s = values_of(&v, n->form, &values, d);
    if (s == OK && !access_empty(v.access))
        s = access_commit_in(x->c, x->t, v.access, NULL, d);
    if (s != OK)
        return s;
    struct notice_request r = {.district = x->k->district, .case_id = x->k->id, .person = x->k->applicant, .matter = x->k->matter->id, .kind = n->form,
        .values = values, .organ_name = v.organ ? v.organ->name : v.subdistrict, .seal = v.organ ? v.organ->seal : v.subdistrict,
        .in_name_of = v.organ ? v.organ->in_name_of : v.subdistrict};
    s = notice_issue_in(x->c, x->t, x->who, &r, &id, d);
    if (case_attackable(x->k->matter, n->form) && !x->k->decided_at)
        x->k->decided_at = txn_now(x->t); /* nothing to withdraw any more, and the remedies are open */
    const struct json *title = json_get(matter_notice(x->k->matter, n->form), "title");
    const struct json *args = EVENT_ARGS(a, "notice", json_str(title, "zh", n->name), "notice_en", json_str(title, "en", n->name));
    if (s == OK)
        s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "notice_issued", n->id, args, NULL, NULL, d) : arena_full(d);
    x->notice = id;
    return s;
}
