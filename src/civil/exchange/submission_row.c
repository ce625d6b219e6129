/* What a target would be told of a benefit today. */
#include "civil/exchange/submission_internal.h"

#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/entitlement/entitlement.h"
#include "civil/register/register.h"
#include "crypto/vault.h"

#include <stdio.h>

struct actor submission_reader(const struct actor *who, const struct submission_form *f) {
    struct actor a = {.account = who->account, .kind = "consumer", .grant_count = 1, .lang = who->lang};
    snprintf(a.login, sizeof a.login, "%s", f->id);
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "consumer");
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "%s", actor_division(who, "district_clerk"));
    return a;
}

enum status submission_benefits(struct civil *c, struct txn *t, struct arena *a, const struct submission_form *f, const char *division, int64_t **ret, size_t *ret_n, struct diag *d) {
    VEC(int64_t) list = {0};
    const struct json *schemes = json_get(f->item, "schemes");
    char *end = arena_printf(a, "%s:", division);
    enum status s = end ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < schemes->size; i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        s = sql_query(t, &r, d,
            "SELECT e.id FROM entitlement e JOIN case_file k ON k.district = e.district AND k.id = e.case_id WHERE e.district = ? AND e.scheme = ? AND e.division >= ? AND e.division < ? AND " EXCHANGE_OPEN_HOUSE
            " AND (e.state <> 'ended' OR EXISTS (SELECT 1 FROM exchange_submission_row w JOIN exchange_submission b ON b.district = w.district AND b.id = w.submission WHERE w.district = e.district "
            "AND w.entitlement = e.id AND b.target = ?)) ORDER BY e.id",
            SQL_I(c->district), SQL_T(schemes->item[i]->text), SQL_S(division), SQL_S(end), SQL_S(f->id));
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            int64_t *slot = vec_push_in(a, &list);
            if (!slot)
                return arena_full(d);
            *slot = rows_int(r, 0);
        }
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

struct benefit { int64_t household, payee; const char *scheme, *division, *state, *number; month_t from; int64_t fen; date_t decided; };

static enum status read_benefit(struct civil *c, struct txn *t, struct arena *a, int64_t id, struct benefit *b, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT COALESCE(e.household, 0), e.payee, e.scheme, e.division, e.state, k.number, e.from_month, e.monthly_fen, k.decided_at FROM entitlement e "
        "JOIN case_file k ON k.district = e.district AND k.id = e.case_id WHERE e.district = ? AND e.id = ?", SQL_I(c->district), SQL_I(id));
    if (s != OK)
        return s;
    *b = (struct benefit){.household = rows_int(r, 0), .payee = rows_int(r, 1), .scheme = rows_dup(r, 2, a), .division = rows_dup(r, 3, a), .state = rows_dup(r, 4, a), .number = rows_dup(r, 5, a),
        .from = rows_int(r, 6), .fen = rows_int(r, 7), .decided = rows_null(r, 8) ? DATE_NONE : instant_date(rows_int(r, 8))};
    return b->scheme && b->division && b->state && b->number ? OK : arena_full(d);
}

struct one { int64_t person; const char *relation; bool gone; };
struct everybody { struct one *at; size_t n, room; };

static enum status add(struct arena *a, struct everybody *e, int64_t person, const char *relation, bool gone, struct diag *d) {
    for (size_t i = 0; i < e->n; i++)
        if (e->at[i].person == person)
            return OK;
    if (e->n == e->room) {
        struct one *more = ARENA_ARRAY(a, e->room * 2 + 8, struct one);
        if (!more)
            return arena_full(d);
        if (e->n)
            memcpy(more, e->at, e->n * sizeof *more);
        e->at = more;
        e->room = e->room * 2 + 8;
    }
    e->at[e->n++] = (struct one){person, relation, gone};
    return OK;
}

/* Who belongs to it now, then who was told of before: that he does no more is to be told as well. */
static enum status people(struct civil *c, struct txn *t, struct access *look, struct arena *a, const struct submission_form *f, int64_t id, const struct benefit *b, struct everybody *e, struct diag *d) {
    struct household h = {0};
    enum status s = add(a, e, b->payee, "", false, d);
    if (s != OK || !f->people)
        return s;
    if (b->household)
        s = household_read(c, t, look, a, c->district, b->household, &h, d);
    for (size_t i = 0; s == OK && i < h.member_count; i++) {
        s = add(a, e, h.member[i].person, h.member[i].relation, false, d);
        if (s == OK && h.member[i].person == b->payee)
            e->at[0].relation = h.member[i].relation;
    }
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT DISTINCT w.person FROM exchange_submission_row w JOIN exchange_submission b ON b.district = w.district AND b.id = w.submission WHERE w.district = ? AND w.entitlement = ? "
            "AND b.target = ? ORDER BY w.person", SQL_I(c->district), SQL_I(id), SQL_S(f->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = add(a, e, rows_int(r, 0), "", true, d);
    return s;
}

static const char *coded(const struct submission_form *f, const char *of, const char *value) { return json_str(json_get(json_get(f->item, "codes"), of), value, value); }

static enum status value(struct arena *a, const struct submission_form *f, const struct benefit *b, const struct one *o, const struct person *p, struct span id_number, struct submission_row *row, size_t i,
    struct diag *d) {
    char text[DATE_TEXT_MAX + 24] = "";
    const char *said = text;
    switch (f->column[i].field) {
    case SF_NUMBER: said = row->number; break;
    case SF_SCHEME: said = coded(f, "scheme", b->scheme); break;
    case SF_NAME: said = p->name; break;
    case SF_ID_NUMBER: row->value[i] = id_number; return OK;
    case SF_RELATION: said = o->relation; break;
    case SF_DIVISION: said = b->division; break;
    case SF_FROM: { char m[8]; month_text(b->from, m); snprintf(text, sizeof text, "%s", m); break; }
    case SF_MONTHLY: snprintf(text, sizeof text, "%lld.%02d", (long long)(row->fen / 100), (int)(row->fen % 100)); break;
    case SF_STATE: said = coded(f, "state", row->ended ? "ended" : b->state); break;
    case SF_CASE: said = b->number; break;
    case SF_DECIDED:
        if (b->decided != DATE_NONE)
            (void)date_text(b->decided, text);
        break;
    case SF_COUNT: break;
    }
    char *own = arena_dup(a, span_of(said));
    row->value[i] = own ? span_of(own) : SPAN("");
    return own ? OK : arena_full(d);
}

static enum status one_row(struct civil *c, struct txn *t, struct access *look, struct arena *a, const struct submission_form *f, int64_t id, const struct benefit *b, const struct one *o,
    struct submission_row *row, struct diag *d) {
    struct person p;
    struct span number = SPAN("");
    *row = (struct submission_row){.entitlement = id, .person = o->person, .ended = o->gone || strcmp(b->state, "ended") == 0};
    row->fen = row->ended || strcmp(b->state, "active") != 0 || o->person != b->payee ? 0 : b->fen;
    row->number = f->people ? arena_printf(a, "MZ%lldP%lld", (long long)id, (long long)o->person) : arena_printf(a, "MZ%lld", (long long)id);
    enum status s = row->number ? person_read(c, t, look, a, c->district, o->person, &p, d) : arena_full(d);
    if (s == OK)
        s = person_reveal(c, t, look, a, c->district, o->person, ACCESS_NUMBER, &number, d);
    if (s == OK)
        s = access_add(look, c->district, o->person, ACCESS_PAYMENT, d);
    BUF_AUTO all;
    buf_init(&all, 65536);
    for (size_t i = 0; s == OK && i < f->columns; i++) {
        s = value(a, f, b, o, &p, number, row, i, d);
        buf_add(&all, row->value[i]);
        buf_addc(&all, '\n');
    }
    struct hash h = vault_blind(c->vault, "submission_row", buf_span(&all));
    hash_hex(&h, row->content);
    return s == OK && !buf_ok(&all) ? arena_full(d) : s;
}

enum status submission_rows_of(struct civil *c, struct txn *t, struct access *look, struct arena *a, const struct submission_form *f, int64_t entitlement, struct submission_row **ret, size_t *ret_n,
    struct diag *d) {
    struct benefit b;
    struct everybody e = {0};
    enum status s = read_benefit(c, t, a, entitlement, &b, d);
    if (s == OK)
        s = people(c, t, look, a, f, entitlement, &b, &e, d);
    struct submission_row *row = s == OK ? ARENA_ARRAY(a, e.n, struct submission_row) : NULL;
    if (s == OK && !row)
        s = arena_full(d);
    for (size_t i = 0; s == OK && i < e.n; i++)
        s = one_row(c, t, look, a, f, entitlement, &b, &e.at[i], &row[i], d);
    *ret = row;
    *ret_n = s == OK ? e.n : 0;
    return s;
}
