/* The services of a process that the store does by itself. */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "civil/entitlement/life.h"
#include "civil/publication/publication.h"
#include "civil/verification/verification.h"
#include "tlog/log.h"

#include <stdio.h>

/* ---- closing --------------------------------------------------------------------- */

static enum status handle_close(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    const char *state = json_str(json_get(json_get(x->k->matter->json, "desk"), "closings"), n->note, NULL);
    if (!state)
        return diag_fail(d, E_INPUT, "case.process_element", DIAG_S("element", n->id));
    x->k->state = x->k->outcome = arena_dup(txn_arena(x->t), span_of(state));
    x->k->closed_at = txn_now(x->t);
    if (!x->k->state)
        return arena_full(d);
    const struct json *name = json_get(json_get(x->k->matter->json, "states"), state);
    const struct json *args = EVENT_ARGS(txn_arena(x->t), "outcome", json_str(name, "zh", state), "outcome_en", json_str(name, "en", state));
    return args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "closed", n->id, args, NULL, NULL, d) : arena_full(d);
}

/* ---- the draw --------------------------------------------------------------------------- */

/* Drawn when SHA-256(seed), read as a fraction of 2^64 by its first eight
 * bytes, is below the rate.  The seed is the log's root before the draw, the
 * entry before it and the case number: nobody could choose it, anybody can
 * compute it again from the event. */
static enum status seed_of(struct drive *x, char **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    struct tlog_head head;
    char root[2 * HASH_BYTES + 1] = "";
    int64_t entry = 0;
    if (x->c->draw_seed) {
        *ret = arena_printf(a, "%s|%s", x->c->draw_seed, x->k->number);
        return *ret ? OK : arena_full(d);
    }
    enum status s = tlog_head_get(x->t, HASH_SHA256, 0, a, &head, d);
    if (s == OK)
        hash_hex(&head.root, root);
    else if (s != E_NOT_FOUND)
        return s;
    diag_clear(d);
    s = sql_int(x->t, &entry, 0, d, "SELECT MAX(entry) FROM case_event WHERE district = ? AND case_id = ?", SQL_I(x->k->district), SQL_I(x->k->id));
    *ret = arena_printf(a, "%s|%lld|%s", root, (long long)entry, x->k->number);
    return s != OK ? s : *ret ? OK : arena_full(d);
}

static bool below(const char *seed, struct dec rate) {
    struct hash h = hash_one(HASH_SHA256, span_of(seed));
    uint64_t n = 0;
    for (int i = 0; i < 8; i++)
        n = n << 8 | h.byte[i];
    struct dec fraction = dec_div(dec_int((int64_t)(n >> 11)), dec_int((int64_t)1 << 53));
    return dec_cmp(fraction, rate) < 0;
}

/* Registered separately, doubted or reported: visited whatever the draw says. */
static enum status always(struct drive *x, bool *ret, struct diag *d) {
    int64_t complaints = 0;
    enum status s = sql_int(x->t, &complaints, 0, d, "SELECT COUNT(*) FROM remedy WHERE district = ? AND case_id = ? AND kind IN ('complaint','objection')",
        SQL_I(x->k->district), SQL_I(x->k->id));
    *ret = complaints > 0 || (x->k->special && *x->k->special);
    return s;
}

/* Lots are drawn among those that are to be granted (445号 八(三): 拟批准...的); the
 * matter says which outcome of which task that is.  None said: among all. */
static bool in_the_draw(const struct drive *x, const struct json *spot) {
    const char *task = json_str(spot, "task", NULL), *outcome = json_str(spot, "outcome", "");
    return !task || strcmp(json_str(json_get(x->state->variables, "outcomes"), task, ""), outcome) == 0;
}

static enum status draw_answer(struct drive *x, const char *seed, bool drawn, const struct json **ret, struct diag *d) {
    const struct json *answer = EVENT_ARGS(txn_arena(x->t), "seed", seed);
    *ret = answer ? json_with(txn_arena(x->t), answer, "drawn", json_new_bool(drawn)) : NULL;
    return *ret ? OK : arena_full(d);
}

enum status handle_draw(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    const struct json *spot = json_get(json_get(x->k->matter->json, "desk"), "spot_check");
    const char *name = json_str(spot, "parameter", "");
    const struct parameter *p = packs_parameter(x->c->packs, name, txn_today(x->t));
    struct dec rate;
    char *seed = NULL;
    bool must = false;
    if (!p)
        return diag_fail(d, E_CONFLICT, "case.no_parameter", DIAG_S("name", name));
    enum status s = dec_parse(span_of(p->value), &rate, d);
    if (s == OK)
        s = seed_of(x, &seed, d);
    if (s == OK)
        s = always(x, &must, d);
    if (s == OK && !must && !in_the_draw(x, spot)) {
        s = case_event_of(x->c, x->t, x->who, x->role, x->k, "draw_not_due", n->id, NULL, NULL, NULL, d);
        return s == OK ? draw_answer(x, "", false, ret, d) : s;
    }
    if (s != OK)
        return s;
    bool drawn = must || below(seed, rate);
    const struct json *args = EVENT_ARGS(a, "rate", p->value, "seed", seed);
    s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, drawn ? "drawn" : "not_drawn", n->id, args, NULL, NULL, d) : arena_full(d);
    return s == OK ? draw_answer(x, seed, drawn, ret, d) : s;
}

/* ---- the entitlement ------------------------------------------------------------------------ */

static int64_t person_of(const struct party *p, size_t n, const char *number) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(p[i].party, "supporter") != 0 && strcmp(p[i].number, number) == 0)
            return p[i].person_district ? p[i].person : 0; /* not in the register: paid with the household */
    return 0;
}

/* Stable circumstances are reviewed yearly, others half-yearly (445号 十三(二)).
 * The matter's `stable_when` says it of the facts that were decided on; what is
 * unknown is not stable: the earlier day is never too late. */
static bool stable(const struct drive *x, const struct json *desk) {
    const char *when = json_str(desk, "stable_when", "");
    const struct json *facts = NULL, *answer = NULL;
    const struct evaluator *feel = case_feel(x->c->models);
    struct diag quiet = {0};
    return *when && decision_input(x->c, x->t, x->k, &facts, &quiet) == OK &&
        feel->value(feel->user, txn_arena(x->t), span_of(when), facts, &answer, &quiet) == OK && answer && answer->type == JSON_TRUE;
}

date_t case_review_on(const struct drive *x) {
    const struct json *desk = json_get(json_get(x->k->matter->json, "desk"), "review_months");
    const char *name = desk ? json_str(desk, stable(x, desk) ? "stable" : "unstable", "") : json_str(json_get(x->k->matter->json, "life"), "review", "");
    const struct parameter *p = packs_parameter(x->c->packs, name, txn_today(x->t));
    long months = p ? strtol(p->value, NULL, 10) : 0;
    return months > 0 ? date_add_months(txn_today(x->t), (int)months) : DATE_NONE;
}

/* Paid every month, or once: a grant of one month.  Both in one decision would be two grants of one case. */
static enum status lines_of(struct drive *x, const struct json *lines, const struct party *party, size_t parties, struct entitlement_new *e, bool *ret_once, struct diag *d) {
    struct entitlement_line_new *line = ARENA_ARRAY(txn_arena(x->t), lines->size, struct entitlement_line_new);
    size_t monthly = 0, once = 0;
    if (!line)
        return arena_full(d);
    for (size_t i = 0; i < lines->size; i++) {
        int64_t every = json_int(lines->item[i], "monthly_fen", 0), one = json_int(lines->item[i], "once_fen", 0);
        monthly += every > 0;
        once += one > 0;
        line[i] = (struct entitlement_line_new){person_of(party, parties, json_str(lines->item[i], "member", "")), json_str(lines->item[i], "item", ""), every + one};
    }
    e->line = line;
    e->line_count = lines->size;
    *ret_once = once > 0;
    return monthly && once ? diag_fail(d, E_CONFLICT, "case.monthly_and_once") : OK;
}

/* A benefit of one person is paid to that person; where the register does not know who that is, to the applicant. */
static int64_t payee_of(const struct drive *x, const struct entitlement_new *e) {
    return case_of_household(x->k) || !e->line[0].member ? x->k->applicant : e->line[0].member;
}

enum status case_pay_from(const struct drive *x, bool once, month_t *ret, struct diag *d) {
    date_t today = txn_today(x->t);
    *ret = month_of(today) + !once;
    if (once || !json_get(x->k->matter->json, "life"))
        return OK;
    return entitlement_month(x->c, x->k->matter->scheme, "start", instant_date(x->k->applied_at), x->k->decided_at ? instant_date(x->k->decided_at) : today, ret, d);
}

enum status handle_entitlement(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    struct decision_row row;
    struct party *party = NULL;
    size_t parties = 0;
    enum status s = decision_latest(x->c, x->t, x->k, &row, d);
    if (s == OK)
        s = case_parties(x->c, x->t, NULL, x->k, &party, &parties, d);
    if (s != OK)
        return s;
    const struct json *lines = json_get(row.result, "lines");
    if (strcmp(row.state, "confirmed") != 0 || strcmp(row.outcome, "eligible") != 0 || !lines)
        return diag_fail(d, E_CONFLICT, "case.not_eligible");
    if (lines->size == 0) /* recognised, and nothing to pay: a low-income family without children */
        return OK;
    struct entitlement_new e = {.district = x->k->district, .case_id = x->k->id, .decision = row.id, .household = case_of_household(x->k) ? x->k->household : 0,
        .scheme = x->k->matter->scheme, .subdistrict = x->k->subdistrict, .division = x->k->division, .next_review = DATE_NONE};
    bool once = false;
    s = lines_of(x, lines, party, parties, &e, &once, d);
    if (s == OK)
        s = case_pay_from(x, once, &e.from, d);
    if (s != OK)
        return s;
    e.payee = payee_of(x, &e);
    e.to = once ? e.from + 1 : 0;
    if (!once)
        e.next_review = case_review_on(x);
    int64_t id = 0;
    char month[8];
    month_text(e.from, month);
    s = entitlement_open_in(x->c, x->t, x->who, &e, &id, d);
    const struct json *args = EVENT_ARGS(a, "month", month);
    if (s == OK)
        s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "entitled", n->id, args, NULL, NULL, d) : arena_full(d);
    return s;
}

/* ---- which is which ---------------------------------------------------------------------------- */

static const struct { const char *name; enum status (*fn)(struct drive *, const struct bpmn_node *, const struct json **, struct diag *); } HANDLERS[] = {
    {"verification.request", verification_request},
    {"notice.issue", handle_notice},
    {"publication.start", publication_start},
    {"publication.end", publication_end},
    {"draw.spotcheck", handle_draw},
    {"entitlement.open", handle_entitlement},
    {"decision.run", handle_decision},
    {"case" ".close", handle_close}, /* split: it is no code of the catalogue */
};

bool case_handler_known(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(HANDLERS); i++)
        if (strcmp(HANDLERS[i].name, name) == 0)
            return true;
    return false;
}

bool case_handler_closes(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(HANDLERS); i++)
        if (HANDLERS[i].fn == handle_close)
            return strcmp(HANDLERS[i].name, name) == 0;
    return false;
}

enum status handle(struct drive *x, const struct bpmn_node *n, const struct json **ret_answer, struct diag *d) {
    *ret_answer = NULL;
    if (n->kind == BPMN_RULE_TASK && *n->decision)
        return handle_decision(x, n, ret_answer, d);
    for (size_t i = 0; i < ARRAY_LEN(HANDLERS); i++)
        if (strcmp(HANDLERS[i].name, n->handler) == 0)
            return HANDLERS[i].fn(x, n, ret_answer, d);
    return diag_fail(d, E_INPUT, "case.process_element", DIAG_S("element", n->id));
}
