/* Certificates as the portals list and draw them. */
#include "civil/archive/certificate.h"

#include "civil/access/access.h"
#include "civil/archive/paper.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"

static const char *const READERS[] = {"clerk", "district_clerk", "leader", "auditor"};
static const char *const ISSUERS[] = {"clerk", "district_clerk"};

/* " AND (division begins like one of the officer's)"; false: no role here. */
static bool scope(struct buf *sql, const struct actor *who) {
    bool some = false;
    buf_adds(sql, " AND (");
    for (int i = 0; i < who->grant_count; i++) {
        const struct grant *g = &who->grant[i];
        bool reader = false;
        for (size_t k = 0; k < ARRAY_LEN(READERS); k++)
            reader = reader || strcmp(g->role, READERS[k]) == 0;
        if (!reader || strspn(g->division, "0123456789") != strlen(g->division))
            continue;
        buf_addf(sql, "%sf.division LIKE '%s%%'", some ? " OR " : "", g->division);
        some = true;
    }
    buf_addc(sql, ')');
    return some;
}

static enum status conditions(struct txn *t, const struct actor *who, const struct certificate_query *q, struct buf *sql, struct diag *d) {
    const char *state = q->state ? q->state : "";
    if (strcmp(who->kind, "resident") == 0) {
        buf_addf(sql, " AND k.district = %lld AND k.person = %lld AND NOT ", (long long)who->district, (long long)who->person);
        buf_adds(sql, SECRECY_CASE_SEALED("k.district", "k.person"));
    } else {
        const char *open = secrecy_open_column(txn_arena(t), who, "f.compartment");
        if (!open)
            return arena_full(d);
        if (!scope(sql, who))
            return diag_fail(d, E_FORBIDDEN, "archive.role");
        buf_addf(sql, " AND %s", open);
    }
    if (q->case_id)
        buf_addf(sql, " AND k.case_id = %lld", (long long)q->case_id);
    if (strcmp(state, "revoked") == 0)
        buf_adds(sql, " AND k.revoked_at IS NOT NULL");
    else if (*state)
        buf_addf(sql, " AND k.revoked_at IS NULL AND k.valid_until %s %lld", strcmp(state, "valid") == 0 ? ">=" : "<", (long long)txn_today(t));
    return OK;
}

struct listed { int64_t district, id, case_id, person, entry; char *number, *matter, *division, *reason; date_t issued_on, valid_until; instant_t revoked_at; char sm3[65]; };

static enum status read_page(struct txn *t, const struct actor *who, const struct certificate_query *q, struct listed *x, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    BUF_AUTO sql;
    struct arena *a = txn_arena(t);
    bool row = false, resident = strcmp(who->kind, "resident") == 0;
    int64_t after = q->after > 0 ? q->after : INT64_MAX;
    buf_init(&sql, 65536);
    buf_adds(&sql, "SELECT k.district, k.id, k.case_id, k.person, f.number, k.matter, k.issued_at, k.valid_until, k.revoked_at, k.reason, k.sm3, k.entry, f.division "
                   "FROM certificate k JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE k.id < ?");
    enum status s = conditions(t, who, q, &sql, d);
    buf_adds(&sql, " ORDER BY k.id DESC LIMIT ?");
    if (s == OK && !buf_ok(&sql))
        return arena_full(d);
    if (s == OK)
        s = resident ? sql_query(t, &r, d, buf_str(&sql), SQL_I(after), SQL_I(who->person), SQL_I(who->person), SQL_D(txn_today(t)), SQL_I(q->max + 1))
                     : sql_query(t, &r, d, buf_str(&sql), SQL_I(after), SQL_I(q->max + 1));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct listed *y = &x[(*ret_n)++];
        BUF_AUTO hex;
        buf_init(&hex, 0);
        buf_hex(&hex, rows_blob(r, 10));
        *y = (struct listed){.district = rows_int(r, 0), .id = rows_int(r, 1), .case_id = rows_int(r, 2), .person = rows_int(r, 3), .number = rows_dup(r, 4, a), .matter = rows_dup(r, 5, a),
            .issued_on = instant_date(rows_int(r, 6)), .valid_until = rows_date(r, 7), .revoked_at = rows_int(r, 8), .reason = rows_null(r, 9) ? NULL : rows_dup(r, 9, a),
            .entry = rows_int(r, 11), .division = rows_dup(r, 12, a)};
        memcpy(y->sm3, buf_str(&hex), buf_span(&hex).size < 64 ? 0 : 65);
        if (!y->number || !y->matter || !y->division)
            return arena_full(d);
    }
    return s;
}

static bool may_issue(const struct actor *who, const char *division) {
    bool may = false;
    for (size_t i = 0; i < ARRAY_LEN(ISSUERS); i++)
        may = may || (strcmp(who->kind, "staff") == 0 && actor_may(who, ISSUERS[i], division));
    return may;
}

static enum status item_json(struct civil *c, struct txn *t, struct access *x, const struct listed *y, struct json_writer *w, struct diag *d) {
    struct person p;
    const struct matter *m = packs_matter(c->packs, y->matter);
    const struct json *name = m ? json_get(json_get(m->json, "certificate"), "name") : NULL;
    enum status s = person_read(c, t, x, txn_arena(t), y->district, y->person, &p, d);
    if (s == E_NOT_FOUND) { /* erased: the certificate was, its holder is not named any more */
        diag_clear(d);
        p = (struct person){.name = (char *)(uintptr_t)""};
        s = OK;
    }
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", y->id);
    json_kid(w, "case", y->case_id);
    json_kstring(w, "case_number", y->number);
    json_kstring(w, "matter", y->matter);
    json_key(w, "name");
    if (name)
        json_value(w, name);
    else
        json_nothing(w);
    json_kstring(w, "holder", p.name);
    json_kdate(w, "issued_on", y->issued_on);
    json_kdate(w, "valid_until", y->valid_until);
    json_kstring(w, "status", y->revoked_at ? "revoked" : y->valid_until < txn_today(t) ? "expired" : "valid");
    json_key(w, "revoked_at");
    if (y->revoked_at)
        json_instant(w, y->revoked_at);
    else
        json_nothing(w);
    json_kstring(w, "reason", y->reason);
    json_kstring(w, "sm3", y->sm3);
    json_kid(w, "entry", y->entry);
    json_kbool(w, "may_revoke", !y->revoked_at && may_issue(access_actor(x), y->division));
    json_object_end(w);
    return OK;
}

/* May one be issued under this case now? */
static enum status case_open(struct civil *c, struct txn *t, const struct actor *who, int64_t case_id, bool *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    int64_t there = 0;
    enum status s = sql_one(t, &r, d, "SELECT district, matter, division, compartment FROM case_file WHERE id = ?", SQL_I(case_id));
    if (s == E_NOT_FOUND || (s == OK && (!actor_inside(who, rows_dup(r, 3, a)) || !actor_may(who, NULL, rows_dup(r, 2, a)))))
        return diag_fail(d, E_NOT_FOUND, "archive.case");
    if (s != OK)
        return s;
    const struct matter *m = packs_matter(c->packs, rows_dup(r, 1, a));
    if (!m || !json_get(m->json, "certificate") || !may_issue(who, rows_dup(r, 2, a)))
        return OK;
    s = sql_int(t, &there, 0, d, "SELECT count(*) FROM certificate WHERE district = ? AND case_id = ? AND revoked_at IS NULL", SQL_I(rows_int(r, 0)), SQL_I(case_id));
    return s == OK && !there ? certificate_granted(t, rows_int(r, 0), case_id, ret, d) : s;
}

enum status certificate_list_json(struct civil *c, struct txn *t, struct access *x, const struct certificate_query *q, struct json_writer *w, struct diag *d) {
    const struct actor *who = access_actor(x);
    struct listed *list = ARENA_ARRAY(txn_arena(t), (size_t)q->max + 1, struct listed);
    size_t n = 0;
    bool open = false;
    enum status s = list ? read_page(t, who, q, list, &n, d) : arena_full(d);
    if (s == OK && q->case_id)
        s = case_open(c, t, who, q->case_id, &open, d);
    size_t shown = n > (size_t)q->max ? (size_t)q->max : n;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < shown; i++)
        s = item_json(c, t, x, &list[i], w, d);
    json_array_end(w);
    json_kbool(w, "may_issue", open);
    json_key(w, "next");
    if (n > shown && shown)
        json_stringf(w, "%lld", (long long)list[shown - 1].id);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}

/* ---- on paper ----------------------------------------------------------------------- */

struct drawn { int64_t person, district; const char *matter; date_t issued_on; bool synthetic; };

static void pair(struct paper *p, struct doc_item *item, size_t *n, const char *code, struct doc_text text) {
    item[(*n)++] = (struct doc_item){.title = paper_text(p, code, NULL, 0), .text = text};
}

static void compose(struct paper *p, const struct json *j, const struct organ *o, const struct drawn *x, const char *code) {
    struct doc_item *items = ARENA_ARRAY(p->a, 8, struct doc_item);
    size_t n = 0;
    date_t until = DATE_NONE;
    const struct json *holder = json_get(j, "holder"), *name = json_get(j, "name"), *issuer = json_get(j, "issuer");
    struct doc_text organ = paper_plain(json_str(issuer, "zh", ""), json_str(issuer, "en", ""));
    if (!items || date_parse(span_of(json_str(j, "valid_until", "")), &until, NULL) != OK) {
        p->full = true;
        return;
    }
    paper_add(p, DOC_LETTERHEAD)->title = organ;
    paper_add(p, DOC_TITLE)->title = paper_plain(json_str(name, "zh", ""), json_str(name, "en", ""));
    paper_add(p, DOC_NUMBER)->text = paper_plain(json_str(j, "id", ""), "");
    pair(p, items, &n, "certificate.holder", paper_plain(json_str(holder, "name", ""), ""));
    pair(p, items, &n, "certificate.id_number", paper_plain(json_str(holder, "id_masked", ""), ""));
    pair(p, items, &n, "certificate.case", paper_plain(json_str(j, "case", ""), ""));
    pair(p, items, &n, "certificate.issued", paper_date(p, x->issued_on));
    pair(p, items, &n, "certificate.until", paper_date(p, until));
    pair(p, items, &n, "certificate.basis", paper_plain(json_str(j, "citation", ""), ""));
    struct doc_block *b = paper_add(p, DOC_PAIRS);
    b->item = items;
    b->item_count = n;
    paper_add(p, DOC_PARAGRAPH)->text = paper_text(p, "certificate.says", NULL, 0);
    b = paper_add(p, DOC_SIGNATURE);
    b->title = organ;
    b->text = paper_date(p, x->issued_on);
    b->seal = x->synthetic ? DOC_SEAL_SAMPLE : DOC_SEAL_PLACE;
    b->seal_organ = organ.main;
    b->seal_name = o ? o->seal : "";
    b = paper_add(p, DOC_CODE);
    b->text = paper_plain(code, "");
    b->title = paper_text(p, "certificate.code", NULL, 0);
    b->note = paper_text(p, "certificate.code_note", NULL, 0);
}

enum status certificate_pdf_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t id, struct span *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct paper p = {.a = a};
    struct drawn k = {0};
    struct span note;
    const char *code = NULL;
    const struct json *j = NULL;
    enum status s = certificate_read_in(c, t, x, a, id, &note, &code, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT district, person, matter, issued_at FROM certificate WHERE id = ?", SQL_I(id));
    if (s != OK)
        return s;
    k = (struct drawn){.district = rows_int(r, 0), .person = rows_int(r, 1), .matter = rows_dup(r, 2, a), .issued_on = instant_date(rows_int(r, 3))};
    size_t line = 0;
    while (line < note.size && note.at[line] != '\n')
        line++;
    s = k.matter ? json_parse(a, (struct span){note.at, line}, &j, d) : arena_full(d);
    if (s == OK)
        s = person_is_synthetic(t, k.district, k.person, &k.synthetic, d);
    if (s != OK)
        return s;
    compose(&p, j, packs_organ(c->packs, k.matter, k.issued_on), &k, code);
    return paper_pdf(&p, json_str(json_get(j, "name"), "zh", ""), json_str(json_get(j, "issuer"), "zh", ""), json_str(j, "id", ""), k.synthetic, rows_int(r, 3), ret, d);
}
