/* A file to send: which rows, in one write with what is kept of them, the looks and their evidence. */
#include "civil/exchange/submission_internal.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "crypto/vault.h"

#include <stdio.h>

enum { LOOKS_AN_ENTRY = 1000 };

struct making {
    struct civil *c;
    const struct actor *who;
    const struct submission_asked *x;
    struct submission_form f;
    const char *division;
    struct arena *a;             /* lives through both passes */
    int64_t *benefit;            /* first pass: those with something to say */
    size_t benefits;
    bool more;
    int64_t id;
};

/* ---- what was sent last ----------------------------------------------------------------------------- */

struct last { int64_t person, submission; char content[2 * HASH_BYTES + 1]; char state[12]; bool answered; };

static enum status last_of(struct civil *c, struct txn *t, struct arena *a, const char *target, int64_t entitlement, struct last **ret, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct last) list = {0};
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT w.person, w.submission, w.content, w.state, CASE WHEN b.answered_at IS NULL THEN 0 ELSE 1 END FROM exchange_submission_row w JOIN exchange_submission b "
        "ON b.district = w.district AND b.id = w.submission WHERE w.district = ? AND w.entitlement = ? AND b.target = ? ORDER BY w.person, b.number DESC", SQL_I(c->district), SQL_I(entitlement), SQL_S(target));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (list.size && list.at[list.size - 1].person == rows_int(r, 0))
            continue;
        struct last *l = vec_push_in(a, &list);
        if (!l)
            return arena_full(d);
        *l = (struct last){.person = rows_int(r, 0), .submission = rows_int(r, 1), .answered = rows_int(r, 4) != 0};
        snprintf(l->content, sizeof l->content, "%.*s", SPAN_ARG(rows_text(r, 2)));
        snprintf(l->state, sizeof l->state, "%.*s", SPAN_ARG(rows_text(r, 3)));
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

/* Does this row go?  New ones, changed ones; of a file that is sent again what was refused or forgotten there and not sent since. */
static bool goes(const struct making *m, const struct submission_row *row, const struct last *list, size_t n) {
    const struct last *l = NULL;
    for (size_t i = 0; i < n; i++)
        if (list[i].person == row->person)
            l = &list[i];
    if (m->x->again)
        return l && l->submission == m->x->again && strcmp(l->state, "accepted") != 0 && (strcmp(l->state, "rejected") == 0 || l->answered);
    return l ? strcmp(l->content, row->content) != 0 : !row->ended;
}

struct chosen { VEC(const struct submission_row *) row; };

static enum status choose(struct making *m, struct txn *t, struct access *look, struct arena *a, int64_t entitlement, struct chosen *out, struct diag *d) {
    struct submission_row *row = NULL;
    struct last *list = NULL;
    size_t n = 0, last = 0;
    enum status s = submission_rows_of(m->c, t, look, a, &m->f, entitlement, &row, &n, d);
    if (s == OK)
        s = last_of(m->c, t, a, m->f.id, entitlement, &list, &last, d);
    for (size_t i = 0; s == OK && i < n; i++) {
        if (!goes(m, &row[i], list, last))
            continue;
        const struct submission_row **slot = vec_push_in(a, &out->row);
        if (!slot)
            return arena_full(d);
        *slot = &row[i];
    }
    return s;
}

/* ---- the first pass: who has something to say ---------------------------------------------------------- */

static enum status find_in(struct txn *t, void *arg, struct diag *d) {
    struct making *m = arg;
    const struct actor reader = submission_reader(m->who, &m->f);
    int64_t *all = NULL;
    size_t n = 0, rows = 0;
    AUTO(arena) struct arena *own = arena_new(0);
    enum status s = own ? submission_benefits(m->c, t, m->a, &m->f, m->division, &all, &n, d) : arena_full(d);
    m->benefit = s == OK ? ARENA_ARRAY(m->a, n + 1, int64_t) : NULL;
    if (s == OK && !m->benefit)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < n; i++) {
        struct access *look = NULL;
        struct chosen found = {0};
        arena_reset(own);
        s = access_begin(own, &reader, "consumer", "exchange", 0, 0, &look, d);
        if (s == OK)
            s = choose(m, t, look, own, all[i], &found, d);
        if (s != OK || !found.row.size)
            continue;
        if (rows + found.row.size > SUBMISSION_ROWS_MAX) {
            m->more = true;
            break;
        }
        rows += found.row.size;
        m->benefit[m->benefits++] = all[i];
    }
    return s;
}

/* ---- the second: the write ------------------------------------------------------------------------------ */

static enum status keep_rows(struct making *m, struct txn *t, const struct chosen *list, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < list->row.size; i++) {
        const struct submission_row *r = list->row.at[i];
        s = sql_exec(t, d, "INSERT INTO exchange_submission_row (district, submission, line, entitlement, person, number, content, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')",
            SQL_I(m->c->district), SQL_I(m->id), SQL_I((int64_t)i + 1), SQL_I(r->entitlement), SQL_I(r->person), SQL_S(r->number), SQL_S(r->content));
    }
    return s;
}

static enum status write_file(struct making *m, struct txn *t, const struct chosen *list, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct submission_head h = {.district = m->c->district, .as_of = txn_today(t), .kind = m->x->again ? "重报" : "变动"};
    char sm3[2 * HASH_BYTES + 1], *place = NULL;
    struct span sealed;
    int64_t fen = 0;
    BUF_AUTO body;
    buf_init(&body, EXCHANGE_BYTES_MAX);
    enum status s = sql_int(t, &h.number, 0, d, "SELECT max(number) FROM exchange_submission WHERE district = ? AND target = ?", SQL_I(m->c->district), SQL_S(m->f.id));
    h.number++;
    submission_write(&body, &m->f, &h, list->row.at, list->row.size, sm3);
    for (size_t i = 0; i < list->row.size; i++)
        fen += list->row.at[i]->fen;
    m->id = txn_new_id(t);
    place = arena_printf(a, "exchange_submission.body|%lld|%lld", (long long)m->c->district, (long long)m->id);
    if (s == OK)
        s = place && buf_ok(&body) ? vault_seal(m->c->vault, buf_span(&body), span_of(place), a, &sealed, d) : arena_full(d);
    char *format = arena_printf(a, "%s %s", m->f.format, m->f.version);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO exchange_submission (district, id, target, number, format, again, as_of, due_on, rows, total_fen, more, basis, sm3, body, made_at, made_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(m->c->district), SQL_I(m->id), SQL_S(m->f.id), SQL_I(h.number), SQL_S(format), m->x->again ? SQL_I(m->x->again) : SQL_NIL,
            SQL_D(h.as_of), SQL_D(h.as_of + (date_t)json_int(m->f.item, "fresh_days", 1)), SQL_I((int64_t)list->row.size), SQL_I(fen), SQL_I(m->more), SQL_S(m->x->basis), SQL_S(sm3), SQL_B(sealed),
            SQL_I(txn_now(t)), SQL_I(m->who->account));
    return s;
}

static enum status make_in(struct txn *t, void *arg, struct diag *d) {
    struct making *m = arg;
    const struct actor reader = submission_reader(m->who, &m->f);
    struct chosen list = {0};
    struct access *look = NULL;
    int64_t entry = 0;
    enum status s = access_begin(txn_arena(t), &reader, "consumer", "exchange", 0, 0, &look, d);
    for (size_t i = 0; s == OK && i < m->benefits && list.row.size < SUBMISSION_ROWS_MAX; i++) {
        s = choose(m, t, look, txn_arena(t), m->benefit[i], &list, d);
        if (s == OK && access_count(look) > LOOKS_AN_ENTRY && (s = access_commit_in(m->c, t, look, &entry, d)) == OK)
            s = access_begin(txn_arena(t), &reader, "consumer", "exchange", 0, 0, &look, d);
    }
    if (s == OK && !list.row.size)
        return diag_fail(d, E_CONFLICT, "exchange.submission_nothing");
    if (s == OK)
        s = access_commit_in(m->c, t, look, &entry, d);
    if (s == OK)
        s = write_file(m, t, &list, d);
    if (s == OK)
        s = keep_rows(m, t, &list, d);
    if (s == OK)
        s = evidence_keep_one(m->c, t, m->who, KEPT_SUBMISSION, m->c->district, m->id, d);
    return s == OK ? evidence_keep_one(m->c, t, m->who, KEPT_SUBMISSION_ROW, m->c->district, m->id, d) : s;
}

struct known { struct civil *c; const char *target; int64_t id; };

static enum status known_in(struct txn *t, void *arg, struct diag *d) {
    struct known *k = arg;
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM exchange_submission WHERE district = ? AND id = ? AND target = ?", SQL_I(k->c->district), SQL_I(k->id), SQL_S(k->target));
    return s == OK && !n ? diag_fail(d, E_NOT_FOUND, "exchange.submission") : s;
}

enum status submission_make(struct civil *c, const struct actor *who, const struct submission_asked *x, int64_t *ret, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct making m = {.c = c, .who = who, .x = x, .a = a, .division = actor_division(who, "district_clerk")};
    bool named = utf8_valid(span_of(x->basis)) && !utf8_has_hidden(span_of(x->basis), false) && utf8_length(span_of(x->basis)) >= 4 && utf8_length(span_of(x->basis)) <= 200;
    enum status s = a ? exchange_role(who, "district_clerk", d) : arena_full(d);
    if (s == OK)
        s = submission_form(c, x->target, &m.f, d);
    if (s == OK && !named)
        s = diag_fail(d, E_INPUT, "exchange.basis_needed");
    if (s == OK && x->again) {
        struct known k = {c, x->target, x->again};
        s = store_read(c->store, known_in, &k, d);
    }
    if (s == OK)
        s = store_read(c->store, find_in, &m, d);
    if (s == OK && !m.benefits)
        s = diag_fail(d, E_CONFLICT, "exchange.submission_nothing");
    if (s == OK)
        s = store_write(c->store, make_in, &m, d);
    if (s == OK)
        *ret = m.id;
    return s;
}

/* ---- handed out ------------------------------------------------------------------------------------------- */

struct handing { struct civil *c; const struct actor *who; struct arena *a; int64_t id; struct span body; const char *name; };

static enum status looks(struct handing *h, struct txn *t, const struct submission_form *f, struct diag *d) {
    const struct actor reader = submission_reader(h->who, f);
    struct access *look = NULL;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t entry = 0;
    enum status s = access_begin(txn_arena(t), &reader, "consumer", "exchange", 0, 0, &look, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT DISTINCT person FROM exchange_submission_row WHERE district = ? AND submission = ? ORDER BY person", SQL_I(h->c->district), SQL_I(h->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) /* at most SUBMISSION_ROWS_MAX of them */
        s = access_add(look, h->c->district, rows_int(r, 0), ACCESS_NAME | ACCESS_NUMBER | ACCESS_PAYMENT, d);
    return s == OK ? access_commit_in(h->c, t, look, &entry, d) : s;
}

static enum status hand_in(struct txn *t, void *arg, struct diag *d) {
    struct handing *h = arg;
    struct submission_form f;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT target, number, body FROM exchange_submission WHERE district = ? AND id = ?", SQL_I(h->c->district), SQL_I(h->id));
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return diag_fail(d, E_NOT_FOUND, "exchange.submission");
    }
    if (s != OK)
        return s;
    char *target = rows_dup(r, 0, h->a);
    char *place = arena_printf(h->a, "exchange_submission.body|%lld|%lld", (long long)h->c->district, (long long)h->id);
    h->name = target ? arena_printf(h->a, "%s-%lld-%06lld.csv", target, (long long)h->c->district, (long long)rows_int(r, 1)) : NULL;
    s = target && place && h->name ? submission_form(h->c, target, &f, d) : arena_full(d);
    if (s == OK)
        s = vault_unseal(h->c->vault, rows_blob(r, 2), span_of(place), h->a, &h->body, d);
    rows_free(TAKE(r));
    return s == OK ? looks(h, t, &f, d) : s;
}

enum status submission_file(struct civil *c, const struct actor *who, struct arena *a, int64_t id, struct span *ret_body, const char **ret_name, struct diag *d) {
    struct handing h = {.c = c, .who = who, .a = a, .id = id};
    enum status s = exchange_role(who, "district_clerk", d);
    if (s == OK)
        s = store_write(c->store, hand_in, &h, d);
    *ret_body = h.body;
    *ret_name = h.name;
    return s;
}
