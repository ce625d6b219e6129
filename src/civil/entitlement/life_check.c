/* What must hold of benefits, and what their entries committed to. */
#include "civil/entitlement/life_internal.h"

#include "civil/evidence/evidence.h"
#include "civil/salt.h"

/* What is due in month m, of entitlement e: the latest act that speaks of it, else the opening lines. */
#define DUE(e, m)                                                                                                                                                                    \
    "COALESCE((SELECT a.monthly_fen FROM entitlement_act a WHERE a.district = " e ".district AND a.entitlement = " e ".id AND a.month <= " m " AND (a.until IS NULL OR a.until > " m ") " \
    "ORDER BY a.seq DESC LIMIT 1), (SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = " e ".district AND l.entitlement = " e ".id), 0)"

/* Queries whose rows are findings, by the number of the thing. */
static const struct { const char *code, *sql; } rules[] = {
    {"entitlement.check.paid", /* of a month with a line of its own: paid + owed - overpaid is what is due */
        "SELECT q.id FROM (SELECT p.id, p.amount_fen AS paid, " DUE("e", "p.month") " AS due, "
        "COALESCE((SELECT sum(j.amount_fen) FROM entitlement_adjustment j WHERE j.root = p.root AND j.month = p.month AND j.cancelled_by IS NULL), 0) AS owed, "
        "COALESCE((SELECT sum(k.amount_fen - k.reversed_fen) FROM recovery_month k WHERE k.root = p.root AND k.month = p.month), 0) AS too_much "
        "FROM payment p JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement WHERE p.correction = 0 AND p.state NOT IN ('cancelled', 'returned')) q "
        "WHERE q.paid + q.owed - q.too_much <> q.due"},
    {"entitlement.check.correction", /* a correcting line pays one adjustment, wholly */
        "SELECT p.id FROM payment p WHERE p.correction <> 0 AND p.state <> 'cancelled' AND NOT EXISTS (SELECT 1 FROM entitlement_adjustment j "
        "WHERE j.district = p.district AND j.id = p.correction AND j.root = p.root AND j.month = p.month AND j.amount_fen = p.amount_fen AND j.cancelled_by IS NULL)"},
    {"entitlement.check.overlap", /* a root is in force in one district at a time */
        "SELECT min(id) FROM entitlement WHERE state <> 'ended' GROUP BY root HAVING count(*) > 1"},
    {"entitlement.check.monthly",
        "SELECT e.id FROM entitlement e WHERE e.monthly_fen <> " DUE("e", "99999")},
    {"entitlement.check.state",
        "SELECT e.id FROM entitlement e WHERE (e.state <> 'active' AND e.monthly_fen <> 0) OR (e.state = 'ended' AND e.to_month IS NULL) OR (e.state <> 'ended' AND e.to_month IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id))"},
    {"entitlement.check.unheard", /* nothing is reduced, suspended or ended but by a proposal that was served, a confirmed death, a move */
        "SELECT a.id FROM entitlement_act a LEFT JOIN entitlement_proposal p ON p.district = a.district AND p.id = a.proposal AND p.entitlement = a.entitlement "
        "WHERE (a.kind = 'reduced' AND (p.served_at IS NULL OR p.state <> 'adopted' OR p.act <> a.id)) "
        "OR (a.kind = 'ended' AND a.cause <> 'death' AND (p.served_at IS NULL OR p.state <> 'adopted' OR p.act <> a.id)) "
        "OR (a.kind = 'suspended' AND a.cause <> 'death' AND (p.served_at IS NULL OR p.state <> 'adopted' OR p.act <> a.id))"},
    {"entitlement.check.two_people",
        "SELECT id FROM entitlement_proposal WHERE decided_by = proposed_by UNION SELECT id FROM recovery_part WHERE approved_by = asked_by"},
    {"entitlement.check.recovery", /* a recovery is its months, its parts and its postings */
        "SELECT v.id FROM recovery v WHERE v.amount_fen <> COALESCE((SELECT sum(k.amount_fen) FROM recovery_month k WHERE k.district = v.district AND k.recovery = v.id), 0) "
        "OR v.reversed_fen <> COALESCE((SELECT sum(k.reversed_fen) FROM recovery_month k WHERE k.district = v.district AND k.recovery = v.id), 0) "
        "OR v.received_fen <> COALESCE((SELECT sum(x.amount_fen) FROM recovery_part x WHERE x.district = v.district AND x.recovery = v.id AND x.kind = 'received' AND x.state = 'booked'), 0) "
        "OR v.waived_fen <> COALESCE((SELECT sum(x.amount_fen) FROM recovery_part x WHERE x.district = v.district AND x.recovery = v.id AND x.kind = 'waived' AND x.state = 'booked'), 0) "
        "OR NOT EXISTS (SELECT 1 FROM ledger_transfer l WHERE l.district = v.district AND l.kind = 'overpaid' AND l.reference = v.id AND l.amount_fen = v.amount_fen)"},
    {"entitlement.check.claims", /* what is open is what the books claim */
        "SELECT a.id FROM ledger_account a WHERE a.code = '1221' AND a.debit_fen - a.credit_fen <> "
        "COALESCE((SELECT sum(v.amount_fen - v.reversed_fen - v.received_fen - v.waived_fen) FROM recovery v WHERE v.district = a.district), 0)"},
};

enum status entitlement_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        s = sql_query(t, &r, d, rules[i].sql);
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            struct diag_arg id = DIAG_N("id", rows_int(r, 0));
            message_text(findings, l, rules[i].code, &id, 1);
            buf_addc(findings, '\n');
            ++*ret_count;
        }
    }
    return s;
}

/* ---- the evidence ------------------------------------------------------------------------ */

static enum status expect(struct evidence_check *x, const char *what, int64_t id, int64_t entry, const char *action, int64_t at, int64_t district, int64_t case_id,
    struct span salt, const struct json *value, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    struct civil_salt of_matter = civil_salt(salt, "matter"), of_payload = civil_salt(salt, "payload");
    char *matter = arena_printf(a, "%lld:%lld", (long long)district, (long long)case_id);
    struct evidence_row e = {.what = what, .id = id, .entry = entry, .kind = TLOG_CASE_EVENT, .action = action, .at = at, .claims = 2,
        .claim = {{EVIDENCE_MATTER, span_bytes(of_matter.byte, sizeof of_matter.byte), matter ? json_new_string(a, span_of(matter)) : NULL},
            {EVIDENCE_PAYLOAD, span_bytes(of_payload.byte, sizeof of_payload.byte), value}}};
    return evidence_expect(x, &e, d);
}

static enum status acts(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d,
        "SELECT a.district, a.id, a.entitlement, a.kind, a.at, a.month, a.until, a.lines, a.cause, a.salt, a.entry, e.case_id FROM entitlement_act a "
        "JOIN entitlement e ON e.district = a.district AND e.id = a.entitlement ORDER BY a.district, a.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        struct entitlement_row e = {.district = rows_int(r, 0), .id = rows_int(r, 2)};
        char *kind = rows_dup(r, 3, a), *cause = rows_dup(r, 8, a), *action = arena_printf(a, "entitlement.%s", kind ? kind : "");
        if (!kind || !cause || !action)
            return arena_full(d);
        s = expect(x, "entitlement_act", rows_int(r, 1), rows_int(r, 10), action, rows_int(r, 4), e.district, rows_int(r, 11), rows_blob(r, 9),
            act_value(a, &e, rows_int(r, 1), kind, rows_int(r, 5), rows_int(r, 6), rows_text(r, 7), cause), d);
    }
    return s;
}

static enum status notes(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d,
        "SELECT n.district, n.id, n.about, n.kind, n.at, n.body, n.salt, n.entry, e.case_id, e.payee FROM entitlement_note n "
        "JOIN entitlement e ON e.district = n.district AND e.id = n.entitlement ORDER BY n.district, n.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        const char *words = NULL;
        struct diag quiet = {0};
        char *kind = rows_dup(r, 3, a), *action = arena_printf(a, "entitlement.%s", kind ? kind : "");
        if (!kind || !action)
            return arena_full(d);
        if (!x->civil->vault || note_read(x->civil, x->txn, rows_int(r, 0), rows_int(r, 9), rows_int(r, 1), rows_blob(r, 5), &words, &quiet) == E_NOT_FOUND) {
            x->sealed++; /* the person's key is erased, or this audit has none */
            continue;
        }
        s = expect(x, "entitlement_note", rows_int(r, 1), rows_int(r, 7), action, rows_int(r, 4), rows_int(r, 0), rows_int(r, 8), rows_blob(r, 6),
            note_value(a, rows_int(r, 1), rows_int(r, 2), kind, words ? words : ""), d);
    }
    return s;
}

enum status entitlement_life_evidence(struct evidence_check *x, struct diag *d) {
    enum status s = acts(x, d);
    return s == OK ? notes(x, d) : s;
}
