/* What happens in a worked life: each a call of the capability that an officer's button makes. */
#include "civil/life/life_internal.h"

#include "civil/payment/payment.h"

#include <stdio.h>

static const char WORDS[] = "示例记录";

/* ---- deciding ---------------------------------------------------------------------- */

struct published { struct life *x; const struct policies *p; };
static enum status published(struct txn *t, void *arg, struct diag *d) {
    struct published *y = arg;
    return policies_published(y->x->civil.policies, t, 0, &y->p, d);
}

enum status life_decide(struct life *x, date_t day, struct decision *ret, struct diag *d) {
    struct published y = {x, NULL};
    struct decision_request q = {.scheme = x->scheme, .facts = x->facts, .as_of = day};
    enum status s = store_read(x->store, published, &y, d);
    return s == OK ? decision_make(y.p, x->a, &q, ret, d) : s;
}

static enum status lines_of(struct life *x, const struct decision *r, struct entitlement_line_new **ret, size_t *ret_n, struct diag *d) {
    struct entitlement_line_new *line = ARENA_ARRAY(x->a, r->line_count + 1, struct entitlement_line_new);
    *ret_n = 0;
    if (!line)
        return arena_full(d);
    for (size_t i = 0; i < r->line_count; i++) {
        int64_t member = 0;
        for (size_t m = 0; r->line[i].member && m < x->members; m++)
            if (strcmp(x->member[m].number, r->line[i].member) == 0)
                member = x->member[m].person;
        if (r->line[i].monthly_fen > 0)
            line[(*ret_n)++] = (struct entitlement_line_new){member, r->line[i].item, r->line[i].monthly_fen};
    }
    *ret = line;
    return OK;
}

static enum status record(struct life *x, date_t applied, date_t as_of, bool moved_in, struct recorded_ref *ref, struct diag *d) {
    struct recorded r = {.matter = x->scheme, .district = x->district, .applicant = x->payee, .party = x->member, .party_count = x->members, .facts = x->facts,
        .applied_on = applied, .as_of = as_of, .words = WORDS, .moved_in = moved_in};
    return case_record(&x->civil, &x->clerk, &x->decider, &r, ref, d);
}

static enum status grant(struct life *x, const struct json *e, date_t on, struct diag *d) {
    struct recorded_ref ref = {0};
    date_t applied = on;
    const char *text = json_str(e, "applied", NULL);
    enum status s = text ? date_parse(span_of(text), &applied, d) : OK;
    if (s == OK)
        s = record(x, applied, on, false, &ref, d);
    x->entitlement = x->root = ref.entitlement;
    return s;
}

/* ---- what changed --------------------------------------------------------------------- */

static date_t date_of(const struct json *e, const char *key, date_t otherwise) {
    date_t ret = otherwise;
    const char *text = json_str(e, key, NULL);
    if (text && date_parse(span_of(text), &ret, NULL) != OK)
        return DATE_NONE;
    return ret;
}

static enum status change(struct life *x, const char *kind, const struct decision *r, date_t event, month_t month, struct diag *d) {
    struct entitlement_line_new *line = NULL;
    size_t n = 0;
    enum status s = lines_of(x, r, &line, &n, d);
    struct entitlement_change c = {.entitlement = x->entitlement, .kind = kind, .cause = "facts", .event = event, .month = month, .line = line, .line_count = n, .words = WORDS};
    return s == OK ? entitlement_change(&x->civil, &x->decider, &c, NULL, d) : s;
}

static enum status propose(struct life *x, const struct decision *r, date_t event, bool serve, struct diag *d) {
    struct entitlement_line_new *line = NULL;
    size_t n = 0;
    bool ends = r->outcome != DECISION_ELIGIBLE || r->monthly_fen == 0;
    enum status s = lines_of(x, r, &line, &n, d);
    struct entitlement_proposal_new p = {.entitlement = x->entitlement, .kind = ends ? "end" : "reduce", .cause = "facts", .event = event, .line = line, .line_count = ends ? 0 : n, .words = WORDS};
    if (s == OK)
        s = entitlement_propose(&x->civil, &x->clerk, &p, &x->proposal, d);
    return s == OK && serve ? entitlement_hearing_served(&x->civil, &x->clerk, x->proposal, "in_person", d) : s;
}

/* Asked again with the facts as they are: raised, proposed for less, or reviewed; what is undecided stays as it is. */
static enum status recheck(struct life *x, const struct json *e, date_t on, struct diag *d) {
    struct decision r;
    date_t event = date_of(e, "event", on);
    enum status s = life_decide(x, on, &r, d);
    if (s != OK || r.outcome == DECISION_UNDECIDED)
        return s;
    int64_t now = life_ask(x, "SELECT monthly_fen FROM entitlement WHERE id = ?", x->entitlement);
    int64_t fen = r.outcome == DECISION_ELIGIBLE ? r.monthly_fen : 0;
    if (fen > now)
        return change(x, "raised", &r, event, 0, d);
    if (fen < now)
        return propose(x, &r, event, true, d);
    struct entitlement_change c = {.entitlement = x->entitlement, .kind = "reviewed", .cause = "review", .event = on, .words = WORDS};
    return entitlement_change(&x->civil, &x->decider, &c, NULL, d);
}

/* A standard is raised from a month: what is paid follows from that month on, back if it was run. */
static enum status uprate(struct life *x, const struct json *e, date_t on, struct diag *d) {
    struct decision r;
    month_t m = 0;
    enum status s = month_parse(span_of(json_str(e, "month", "")), &m, d);
    if (s == OK)
        s = life_decide(x, month_first(m), &r, d);
    (void)on;
    return s == OK ? change(x, "corrected", &r, month_first(m), m, d) : s;
}

static enum status move(struct life *x, const struct json *e, date_t on, struct diag *d) {
    struct recorded_ref ref = {0};
    int64_t from = x->entitlement, district = json_int(e, "district", 110115), there = 0;
    enum status s = life_settle_in_district(x, district, d);
    if (s == OK)
        s = record(x, on, on, true, &ref, d);
    char *division = arena_printf(x->a, "%lld001001", (long long)district), *subdistrict = arena_printf(x->a, "%lld001", (long long)district);
    if (!division || !subdistrict)
        return arena_full(d);
    bool person = life_ask(x, "SELECT count(*) FROM entitlement WHERE household IS NULL AND id = ?", from) != 0;
    struct entitlement_move m = {.entitlement = from, .district = district, .payee = x->payee, .household = person ? 0 : x->household, .case_id = ref.case_id, .decision = ref.decision,
        .subdistrict = subdistrict, .division = division, .moved = date_of(e, "moved", on), .words = WORDS};
    if (s == OK)
        s = entitlement_move(&x->civil, &x->decider, &m, &there, d);
    x->entitlement = there;
    return s;
}

/* ---- recovering, coming back --------------------------------------------------------------- */

static int64_t open_recovery(struct life *x) {
    return life_ask(x, "SELECT min(id) FROM recovery WHERE amount_fen > reversed_fen + received_fen + waived_fen AND root = ?", x->root);
}

static enum status plan(struct life *x, const struct json *e, struct diag *d) {
    const struct json *list = json_get(e, "instalments");
    struct instalment part[INSTALMENTS_MAX];
    size_t n = 0;
    for (size_t i = 0; list && i < list->size && n < INSTALMENTS_MAX; i++)
        part[n++] = (struct instalment){date_of(list->item[i], "on", DATE_NONE), json_int(list->item[i], "fen", 0)};
    return recovery_plan(&x->civil, &x->clerk, open_recovery(x), part, n, d);
}

static enum status waive(struct life *x, const struct json *e, struct diag *d) {
    int64_t id = 0;
    const struct json *approve = json_get(e, "approve");
    enum status s = recovery_waiver_ask(&x->civil, &x->clerk, open_recovery(x), json_int(e, "fen", 0), WORDS, &id, d);
    return s == OK ? recovery_waiver_answer(&x->civil, &x->finance, id, !approve || approve->type != JSON_FALSE, WORDS, d) : s;
}

static enum status comes_back(struct life *x, const struct json *e, struct diag *d) {
    month_t m = 0;
    enum status s = month_parse(span_of(json_str(e, "run", "")), &m, d);
    if (s == OK && x->come_backs < ARRAY_LEN(x->come_back))
        x->come_back[x->come_backs++] = m;
    return s;
}

static enum status reissue(struct life *x, struct diag *d) {
    int64_t id = life_ask(x, "SELECT max(p.id) FROM payment p WHERE p.state = 'returned' AND NOT EXISTS (SELECT 1 FROM payment_reissue o WHERE o.payment = p.id) AND p.root = ?", x->root);
    return payment_reissue(&x->civil, &x->cashier, id, "6222000000000009", "示例银行", "退回原因已核实", d);
}

static enum status facts(struct life *x, const struct json *e, struct diag *d) {
    const struct json *patch = json_get(e, "facts");
    if (patch)
        x->facts = life_merge(x->a, x->facts, patch);
    return x->facts ? OK : arena_full(d);
}

/* ---- which -------------------------------------------------------------------------------------- */

enum status life_event(struct life *x, const struct json *e, date_t on, struct diag *d) {
    const char *what = json_str(e, "do", "");
    struct civil *c = &x->civil;
    enum status s = facts(x, e, d);
    if (s != OK || strcmp(what, "facts") == 0)
        return s;
    if (strcmp(what, "grant") == 0)
        return grant(x, e, on, d);
    if (strcmp(what, "recheck") == 0)
        return recheck(x, e, on, d);
    if (strcmp(what, "uprate") == 0)
        return uprate(x, e, on, d);
    if (strcmp(what, "answer") == 0)
        return entitlement_answer(c, &x->clerk, x->proposal, WORDS, d);
    if (strcmp(what, "adopt") == 0 || strcmp(what, "drop") == 0) {
        s = entitlement_decide(c, &x->decider, x->proposal, strcmp(what, "adopt") == 0, WORDS, NULL, d);
        return s == OK && strcmp(what, "adopt") == 0 ? entitlement_decision_served(c, &x->clerk, x->proposal, "post", d) : s;
    }
    if (strcmp(what, "restore") == 0)
        return entitlement_restore(c, &x->decider, x->proposal, WORDS, NULL, d);
    if (strcmp(what, "death_found") == 0)
        return entitlement_death_found(c, &x->clerk, x->entitlement, date_of(e, "died", on), "殡葬数据比对", NULL, d);
    if (strcmp(what, "death_confirmed") == 0)
        return entitlement_death_confirm(c, &x->decider, x->entitlement, date_of(e, "died", on), "火化证明", NULL, d);
    if (strcmp(what, "death_refuted") == 0)
        return entitlement_death_refute(c, &x->decider, x->entitlement, WORDS, NULL, d);
    if (strcmp(what, "move") == 0)
        return move(x, e, on, d);
    if (strcmp(what, "plan") == 0)
        return plan(x, e, d);
    if (strcmp(what, "receive") == 0)
        return recovery_receive(c, &x->cashier, open_recovery(x), json_int(e, "fen", 0), WORDS, d);
    if (strcmp(what, "waive") == 0)
        return waive(x, e, d);
    if (strcmp(what, "comes_back") == 0)
        return comes_back(x, e, d);
    if (strcmp(what, "reissue") == 0)
        return reissue(x, d);
    return diag_fail(d, E_INPUT, "life.file", DIAG_S("key", what));
}
