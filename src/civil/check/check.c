#include "civil/check/check.h"

#include "civil/bank/bank.h"
#include "civil/books/books.h"
#include "civil/budget/allotment.h"
#include "civil/case/case_check.h"
#include "civil/entitlement/life.h"
#include "civil/evidence/evidence.h"
#include "civil/payment/payment.h"
#include "civil/linkage/linkage.h"
#include "civil/policy/policy.h"
#include "civil/register/register_check.h"
#include "store/store.h"
#include "tlog/log.h"

struct check { struct civil *civil; enum lang lang; struct buf *out; int *count; };

/* Queries whose rows are findings.  Each says what must not be. */
static const struct { const char *code, *sql; } rules[] = {
    {"check.no_process",
        "SELECT f.id FROM case_file f LEFT JOIN case_process p ON p.district = f.district AND p.case_id = f.id WHERE f.closed_at IS NULL AND p.case_id IS NULL"},
    {"check.open_task",
        "SELECT t.id FROM case_task t JOIN case_file f ON f.district = t.district AND f.id = t.case_id WHERE t.state = 'open' AND f.closed_at IS NOT NULL AND f.state <> 'approved' AND f.state <> 'refused'"},
    {"check.no_events", "SELECT f.id FROM case_file f WHERE NOT EXISTS (SELECT 1 FROM case_event e WHERE e.district = f.district AND e.case_id = f.id)"},
    {"check.not_granted",
        "SELECT e.id FROM entitlement e JOIN decision_record q ON q.district = e.district AND q.id = e.decision WHERE q.state = 'proposed' OR q.outcome <> 'eligible'"},
    {"check.lines_differ",
        "SELECT e.id FROM entitlement e JOIN decision_record q ON q.district = e.district AND q.id = e.decision WHERE q.monthly_fen + q.once_fen <> "
        "COALESCE((SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id), 0)"},
    {"check.counted_twice", /* a line without a member supports everybody of its case */
        "SELECT g.person FROM (SELECT e.scheme, e.id, l.member AS person FROM entitlement e JOIN entitlement_line l ON l.district = e.district AND l.entitlement = e.id "
        "WHERE e.state = 'active' AND e.to_month IS NULL AND l.member IS NOT NULL UNION "
        "SELECT e.scheme, e.id, p.person FROM entitlement e JOIN case_party p ON p.district = e.district AND p.case_id = e.case_id "
        "WHERE e.state = 'active' AND e.to_month IS NULL AND p.party IN ('applicant', 'member') AND p.person_district <> 0 AND EXISTS "
        "(SELECT 1 FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id AND l.member IS NULL)) g "
        "GROUP BY g.scheme, g.person HAVING COUNT(*) > 1 ORDER BY g.person"},
    {"check.counted_twice", /* by number, where one row or none is in a register: the rule above sees two people */
        "SELECT MIN(g.person) FROM (SELECT e.scheme, e.id, p.person, COALESCE(p.number_blind, n.id_blind) AS number FROM entitlement e "
        "JOIN case_party p ON p.district = e.district AND p.case_id = e.case_id LEFT JOIN person n ON n.district = p.person_district AND n.id = p.person "
        "WHERE e.state = 'active' AND e.to_month IS NULL AND p.party IN ('applicant', 'member') AND EXISTS "
        "(SELECT 1 FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id AND (l.member IS NULL OR l.member = p.person))) g "
        "WHERE g.number IS NOT NULL GROUP BY g.scheme, g.number HAVING COUNT(DISTINCT g.person) > 1 AND COUNT(DISTINCT g.id) > 1 ORDER BY 1"},
    {"check.no_record",
        "SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM person_record r WHERE r.district = p.district AND r.person = p.id AND (r.superseded_at IS NULL OR r.batch IS NOT NULL))"}, /* a batch of an import was taken back */
    {"check.publication", "SELECT id FROM publication WHERE ended_at IS NOT NULL AND body <> ''"},
};

static enum status run_rule(struct txn *t, struct check *x, size_t i, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, rules[i].sql);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct diag_arg id = DIAG_N("id", rows_int(r, 0));
        message_text(x->out, x->lang, rules[i].code, &id, 1);
        buf_addc(x->out, '\n');
        ++*x->count;
    }
    return s;
}

static enum status run_rules(struct txn *t, void *arg, struct diag *d) {
    struct check *x = arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++)
        s = run_rule(t, x, i, d);
    if (s == OK)
        s = case_check_in(x->civil, t, x->lang, x->out, x->count, d);
    if (s == OK)
        s = entitlement_check_in(x->civil, t, x->lang, x->out, x->count, d);
    if (s == OK)
        s = books_check_in(t, x->lang, x->out, x->count, d);
    if (s == OK)
        s = allotment_check_in(t, x->lang, x->out, x->count, d);
    if (s == OK)
        s = bank_check_in(t, x->lang, x->out, x->count, d);
    if (s == OK)
        s = linkage_check_in(t, x->lang, x->out, x->count, d);
    if (s == OK)
        s = policy_check_in(x->civil, t, x->lang, x->out, x->count, d);
    return s == OK ? register_check_in(x->civil, t, x->lang, x->out, x->count, d) : s;
}

static void log_finding(void *arg, const struct diag *f) {
    struct check *x = arg;
    message_render(x->out, x->lang, f);
    buf_addc(x->out, '\n');
    ++*x->count;
}

static enum status run_evidence(struct txn *t, void *arg, struct diag *d) {
    struct check *x = arg;
    struct evidence_check e = {.civil = x->civil, .txn = t, .finding = log_finding, .arg = x};
    return evidence_check_in(&e, d);
}

enum status check_store(struct civil *c, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    struct check x = {c, l, findings, ret_count};
    struct tlog_audit audit;
    enum status s = store_check(c->store, d);
    if (s == OK)
        s = store_read(c->store, run_rules, &x, d);
    if (s == OK)
        s = payment_check(c, l, findings, ret_count, d);
    if (s == OK)
        s = store_read(c->store, run_evidence, &x, d);
    if (s == OK)
        s = tlog_verify_store(c->store, NULL, 0, log_finding, &x, &audit, d);
    return s;
}
