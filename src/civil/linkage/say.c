/* What people say of a pair, and what follows of it. */
#include "civil/linkage/linkage_internal.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/register/merge.h"
#include "civil/register/register.h"
#include "crypto/vault.h"

#include <stdio.h>

static bool is(const char *x, const char *y) { return strcmp(x, y) == 0; }

/* ---- a pair ------------------------------------------------------------------------------------- */

enum status linkage_take(const struct rows *r, struct arena *a, struct linkage_pair *ret, struct diag *d) {
    *ret = (struct linkage_pair){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5), rows_int(r, 6), rows_int(r, 7), rows_int(r, 8), rows_int(r, 9),
        rows_int(r, 10), rows_int(r, 11), rows_dup(r, 12, a), rows_dup(r, 13, a)};
    return ret->state && ret->why ? OK : arena_full(d);
}

enum status linkage_pair_read(struct txn *t, int64_t id, struct linkage_pair *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT " LINKAGE_COLUMNS " FROM linkage_pair p WHERE p.id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "linkage.none");
    return s == OK ? linkage_take(r, txn_arena(t), ret, d) : s;
}

const char *linkage_role(const struct actor *who, const char *division) {
    static const char *const roles[] = {"clerk", "reviewer", "district_clerk"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (actor_may(who, roles[i], division))
            return roles[i];
    return NULL;
}

/* From which states what may be said, and where it leads.  `another`: not by who said the last. */
static const struct { const char *how, *from, *to; bool another; } moves[] = {
    {"same", "open", "proposed", false}, {"same", "undecided", "proposed", false}, {"same", "different", "proposed", false},
    {"different", "open", "different", false}, {"different", "undecided", "different", false},
    {"undecided", "open", "undecided", false}, {"undecided", "undecided", "undecided", false}, {"undecided", "different", "undecided", false},
    {"confirm", "proposed", "merged", true}, {"refuse", "proposed", "open", false},
    {"part", "merged", "parting", false},
    {"confirm", "parting", "different", true}, {"refuse", "parting", "merged", false},
};

static bool himself(const struct actor *who, const struct linkage_pair *p) { return p->said_by == who->account || actor_stands_in(who, p->said_by); }

void linkage_may(const struct actor *who, const struct linkage_pair *p, const char *ret[LINKAGE_HOWS + 1]) {
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(moves) && n < LINKAGE_HOWS; i++)
        if (is(moves[i].from, p->state) && !(moves[i].another && himself(who, p)))
            ret[n++] = moves[i].how;
    ret[n] = NULL;
}

/* ---- words ---------------------------------------------------------------------------------------- */

static struct span place_of(struct arena *a, int64_t district, int64_t act) {
    char *text = arena_printf(a, "linkage_act.words|%lld|%lld", (long long)district, (long long)act);
    return text ? span_of(text) : (struct span){0};
}

enum status linkage_words_seal(struct civil *c, struct txn *t, const struct linkage_pair *p, int64_t act, const char *words, struct span *ret, struct diag *d) {
    struct person_key key;
    enum status s = person_data_key(c, t, p->district, p->one, &key, d);
    if (s == OK)
        s = person_seal(&key, span_of(words), place_of(txn_arena(t), p->district, act), txn_arena(t), ret, d);
    explicit_bzero(&key, sizeof key);
    return s;
}

enum status linkage_words_open(struct civil *c, struct txn *t, const struct linkage_pair *p, int64_t act, struct span sealed, struct span *ret, struct diag *d) {
    struct person_key key;
    enum status s = person_data_key(c, t, p->district, p->one, &key, d);
    if (s == OK)
        s = person_unseal(&key, sealed, place_of(txn_arena(t), p->district, act), txn_arena(t), ret, d);
    explicit_bzero(&key, sizeof key);
    return s;
}

/* ---- saying it --------------------------------------------------------------------------------------- */

struct saying { struct civil *c; const struct actor *who; const struct linkage_verdict *v; };

/* Both people are of divisions that he is in charge of; else the pair is not there. */
static enum status in_scope(struct saying *x, struct txn *t, const struct linkage_pair *p, struct diag *d) {
    struct access *look = NULL;
    const int64_t person[] = {p->one, p->other};
    enum status s = access_begin(txn_arena(t), x->who, x->who->grant_count ? x->who->grant[0].role : "", "duplicate_check", 0, 0, &look, d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(person); i++) {
        struct person one;
        s = person_read(x->c, t, look, txn_arena(t), p->district, person[i], &one, d);
        if (s == E_NOT_FOUND || (s == OK && !linkage_role(x->who, one.division)))
            s = diag_fail(d, E_NOT_FOUND, "linkage.none");
    }
    return s; /* nothing is told of them: no entry */
}

static enum status move_of(const struct saying *x, const struct linkage_pair *p, const char **ret_to, struct diag *d) {
    if (p->version != x->v->version)
        return diag_fail(d, E_CONFLICT, "linkage.changed");
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if (is(moves[i].how, x->v->how) && is(moves[i].from, p->state)) {
            *ret_to = moves[i].to;
            return moves[i].another && himself(x->who, p) ? diag_fail(d, E_FORBIDDEN, "linkage.same_person") : OK;
        }
    return diag_fail(d, E_CONFLICT, "linkage.state");
}

/* A row that stands for another, or is stood for, is first taken apart. */
static enum status both_free(struct txn *t, const struct linkage_pair *p, struct diag *d) {
    int64_t one = 0, other = 0;
    enum status s = person_kept(t, p->district, p->one, &one, d);
    if (s == OK)
        s = person_kept(t, p->district, p->other, &other, d);
    return s == OK && (one != p->one || other != p->other) ? diag_fail(d, E_CONFLICT, "linkage.merged") : s;
}

/* Other open pairs of the row that went. */
static enum status drop_others(struct saying *x, struct txn *t, const struct linkage_pair *p, int64_t merged, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct sql_value district = SQL_I(p->district), id = SQL_I(merged), own = SQL_I(p->id);
    enum status s = sql_exec(t, d, "UPDATE linkage_pair SET state = 'gone', kept = NULL, version = version + 1 WHERE district = ? AND (one = ? OR other = ?) AND id <> ? AND state IN ('open', 'undecided', 'proposed')",
        district, id, id, own);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id FROM linkage_pair WHERE district = ? AND (one = ? OR other = ?) AND id <> ? AND state = 'gone' ORDER BY id", district, id, id, own);
    return s == OK ? evidence_keep_found(x->c, t, x->who, KEPT_LINKAGE_PAIR, p->district, r, d) : s;
}

static enum status follow(struct saying *x, struct txn *t, const struct linkage_pair *p, const char *to, int64_t *merge, struct diag *d) {
    bool confirming = is(x->v->how, "confirm");
    int64_t merged = p->kept == p->one ? p->other : p->one;
    if (confirming && is(to, "merged")) {
        enum status s = person_merge_in(x->c, t, x->who, p->district, p->kept, merged, merge, d);
        return s == OK ? drop_others(x, t, p, merged, d) : s;
    }
    if (confirming) {
        *merge = 0;
        return person_part_in(x->c, t, x->who, p->district, p->merge, d);
    }
    return OK;
}

static enum status keep_act(struct saying *x, struct txn *t, const struct linkage_pair *p, struct diag *d) {
    int64_t act = txn_new_id(t), kept = is(x->v->how, "same") ? x->v->kept : 0;
    struct span words;
    enum status s = linkage_words_seal(x->c, t, p, act, x->v->words, &words, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO linkage_act (district, id, pair, at, account, kind, kept, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(p->district), SQL_I(act), SQL_I(p->id),
            SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->v->how), kept ? SQL_I(kept) : SQL_NIL, SQL_B(words));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_LINKAGE_ACT, p->district, act, d) : s;
}

/* Who asked stays on the pair until another has answered. */
static enum status keep_pair(struct saying *x, struct txn *t, const struct linkage_pair *p, const char *to, int64_t merge, struct diag *d) {
    bool answering = is(x->v->how, "confirm") || is(x->v->how, "refuse"), whose = is(to, "proposed") || is(to, "merged") || is(to, "parting");
    int64_t kept = is(x->v->how, "same") ? x->v->kept : p->kept;
    struct sql_value who = SQL_I(x->who->account), now = SQL_I(txn_now(t));
    enum status s = answering
        ? sql_exec(t, d, "UPDATE linkage_pair SET state = ?, kept = ?, merge = ?, confirmed_by = ?, confirmed_at = ?, version = version + 1 WHERE district = ? AND id = ?", SQL_S(to),
              whose && kept ? SQL_I(kept) : SQL_NIL, merge ? SQL_I(merge) : SQL_NIL, who, now, SQL_I(p->district), SQL_I(p->id))
        : sql_exec(t, d, "UPDATE linkage_pair SET state = ?, kept = ?, merge = ?, said_by = ?, said_at = ?, confirmed_by = NULL, confirmed_at = NULL, version = version + 1 WHERE district = ? AND id = ?",
              SQL_S(to), whose && kept ? SQL_I(kept) : SQL_NIL, merge ? SQL_I(merge) : SQL_NIL, who, now, SQL_I(p->district), SQL_I(p->id));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_LINKAGE_PAIR, p->district, p->id, d) : s;
}

static enum status say_in(struct txn *t, void *arg, struct diag *d) {
    struct saying *x = arg;
    struct linkage_pair p;
    const char *to = NULL;
    enum status s = linkage_pair_read(t, x->v->pair, &p, d);
    if (s == OK)
        s = in_scope(x, t, &p, d);
    if (s == OK)
        s = move_of(x, &p, &to, d);
    if (s == OK && is(x->v->how, "same") && x->v->kept != p.one && x->v->kept != p.other)
        s = diag_fail(d, E_INPUT, "linkage.kept");
    if (s == OK && (is(x->v->how, "same") || is(to, "merged")) && !p.merge)
        s = both_free(t, &p, d);
    int64_t merge = p.merge;
    if (s == OK)
        s = follow(x, t, &p, to, &merge, d);
    if (s == OK)
        s = keep_act(x, t, &p, d);
    return s == OK ? keep_pair(x, t, &p, to, merge, d) : s;
}

enum status linkage_say(struct civil *c, const struct actor *who, const struct linkage_verdict *v, struct diag *d) {
    static const char *const hows[] = {"same", "different", "undecided", "confirm", "refuse", "part"};
    struct saying x = {c, who, v};
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(hows); i++)
        known |= is(hows[i], v->how);
    if (!known)
        return diag_fail(d, E_INPUT, "linkage.how");
    struct span words = span_of(v->words);
    if (!utf8_valid(words) || utf8_written(words) < LINKAGE_WORDS_MIN || utf8_length(words) > LINKAGE_WORDS_MAX)
        return diag_fail(d, E_INPUT, "linkage.words", DIAG_N("min", LINKAGE_WORDS_MIN), DIAG_N("max", LINKAGE_WORDS_MAX));
    return store_write(c->store, say_in, &x, d);
}

/* ---- for check-store ------------------------------------------------------------------------------------ */

enum status linkage_check_in(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT m.id FROM person_merge m WHERE m.undone_at IS NULL AND NOT EXISTS (SELECT 1 FROM linkage_pair p WHERE p.district = m.district AND p.merge = m.id AND p.kept = m.kept AND p.state IN ('merged', 'parting') "
        "AND m.merged IN (p.one, p.other)) UNION SELECT p.id FROM linkage_pair p WHERE p.merge IS NOT NULL AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.district = p.district AND m.id = p.merge AND m.undone_at IS NULL)");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct diag_arg id = DIAG_N("id", rows_int(r, 0));
        message_text(findings, l, "linkage.check.apart", &id, 1);
        buf_addc(findings, '\n');
        ++*ret_count;
    }
    return s;
}
