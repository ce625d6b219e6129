/* A page for a consumer: the token, the rate, the rows, the look and its entry are one write. */
#include "civil/exchange/exchange_internal.h"

#include "civil/access/access.h"
#include "civil/entitlement/entitlement.h"
#include "civil/evidence/keep.h"
#include "civil/register/record.h"
#include "civil/register/register.h"
#include "crypto/hash.h"

#include <stdio.h>

enum { WINDOW_US = 60 * 1000000 };

struct reading {
    struct civil *c;
    struct hash hash;
    const char *offer;
    int64_t after;
    struct buf *out;
    const struct json *item;
    int64_t token, last, rows;
    char *division, *end;
    bool whole, more;
    struct actor who;
    struct access *look;
    struct json_writer w;
};

static enum status refused(struct diag *d) {
    diag_clear(d);
    return diag_fail(d, E_AUTH, "exchange.token");
}

static enum status admit(struct txn *t, struct reading *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d, "SELECT id, consumer, name, offer, division, per_minute, basis FROM exchange_token WHERE district = ? AND hash = ? AND revoked_at IS NULL AND expires_on >= ?",
        SQL_I(x->c->district), SQL_B(span_bytes(x->hash.byte, HASH_BYTES)), SQL_D(txn_today(t)));
    if (s == E_NOT_FOUND || (s == OK && !span_is(rows_text(r, 3), x->offer)))
        return refused(d);
    if (s != OK)
        return s;
    x->item = exchange_item(x->c, "offers", x->offer);
    if (!x->item)
        return refused(d);
    x->token = rows_int(r, 0);
    x->division = rows_dup(r, 4, a);
    x->end = arena_printf(a, "%s:", x->division);
    x->whole = json_bool(x->item, "whole", false) && rows_text(r, 6).size > 0;
    x->who = (struct actor){.account = x->token, .kind = "consumer", .grant_count = 1};
    snprintf(x->who.login, sizeof x->who.login, "%.*s", SPAN_ARG(rows_text(r, 1)));
    snprintf(x->who.grant[0].role, sizeof x->who.grant[0].role, "consumer");
    snprintf(x->who.grant[0].division, sizeof x->who.grant[0].division, "%s", x->division);
    int64_t limit = rows_int(r, 5), n = 0, oldest = 0;
    s = sql_int(t, &n, 0, d, "SELECT count(*) FROM exchange_read WHERE district = ? AND token = ? AND at > ?", SQL_I(x->c->district), SQL_I(x->token), SQL_I(txn_now(t) - WINDOW_US));
    if (s != OK || n < limit)
        return s == OK && !x->end ? arena_full(d) : s;
    s = sql_int(t, &oldest, 0, d, "SELECT min(at) FROM exchange_read WHERE district = ? AND token = ? AND at > ?", SQL_I(x->c->district), SQL_I(x->token), SQL_I(txn_now(t) - WINDOW_US));
    int64_t seconds = (oldest + WINDOW_US - txn_now(t)) / 1000000 + 1;
    return s == OK ? diag_fail(d, E_BUSY, "exchange.rate", DIAG_N("limit", limit), DIAG_N("seconds", seconds)) : s;
}

/* ---- benefits that are running --------------------------------------------------------------- */

static bool has(const struct reading *x, const char *field) {
    const struct json *f = json_get(x->item, "fields");
    for (size_t i = 0; i < f->size; i++)
        if (span_is(f->item[i]->text, field))
            return true;
    return false;
}

static enum status person_fields(struct txn *t, struct reading *x, int64_t district, int64_t person, struct diag *d) {
    struct person p;
    struct span number = {"", 0};
    struct arena *a = txn_arena(t);
    enum status s = person_read(x->c, t, x->look, a, district, person, &p, d);
    if (s == OK && x->whole && has(x, "id_number"))
        s = person_reveal(x->c, t, x->look, a, district, person, ACCESS_NUMBER, &number, d);
    if (s != OK)
        return s;
    if (has(x, "name")) {
        BUF_AUTO name;
        buf_init(&name, 0);
        if (x->whole)
            buf_adds(&name, p.name);
        else
            person_name_masked(&name, p.name);
        json_kspan(&x->w, "name", buf_span(&name));
    }
    if (has(x, "id_number") && x->whole)
        json_kspan(&x->w, "id_number", number);
    else if (has(x, "id_number"))
        json_kstring(&x->w, "id_number", p.id_masked);
    return access_add(x->look, district, person, ACCESS_PAYMENT, d);
}

/* Nothing of a compartment, of a case or person that somebody keeps secret. */
static enum status benefits(struct txn *t, struct reading *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char month[8];
    enum status s = sql_query(t, &r, d,
        "SELECT e.district, e.id, e.scheme, e.payee, e.division, e.from_month, e.monthly_fen, e.state FROM entitlement e JOIN case_file k ON k.district = e.district AND k.id = e.case_id "
        "WHERE e.district = ? AND e.id > ? AND e.division >= ? AND e.division < ? AND e.state <> 'ended' AND " EXCHANGE_OPEN " ORDER BY e.id LIMIT ?",
        SQL_I(x->c->district), SQL_I(x->after), SQL_S(x->division), SQL_S(x->end), SQL_I(EXCHANGE_PAGE + 1));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (x->rows == EXCHANGE_PAGE) {
            x->more = true;
            return OK;
        }
        json_object(&x->w);
        x->last = rows_int(r, 1);
        json_kid(&x->w, "number", x->last);
        json_kspan(&x->w, "scheme", rows_text(r, 2));
        if ((s = person_fields(t, x, rows_int(r, 0), rows_int(r, 3), d)) != OK)
            return s;
        month_text(rows_int(r, 5), month);
        json_kspan(&x->w, "division", rows_text(r, 4));
        json_kstring(&x->w, "from", month);
        json_kint(&x->w, "monthly_fen", rows_int(r, 6));
        json_kspan(&x->w, "state", rows_text(r, 7));
        json_object_end(&x->w);
        x->rows++;
    }
    return s;
}

/* ---- a register ------------------------------------------------------------------------------- */

struct walking { struct reading *x; const struct schema *s; };

static enum status record_out(void *arg, const struct record *r, struct diag *d) {
    struct walking *k = arg;
    struct reading *x = k->x;
    const struct json *f = json_get(x->item, "fields");
    (void)d;
    if (x->rows == EXCHANGE_PAGE) {
        x->more = true;
        return OK;
    }
    json_object(&x->w);
    json_kid(&x->w, "id", r->id);
    json_kdate(&x->w, "valid_from", r->valid_from);
    for (size_t i = 0; i < f->size; i++) {
        int at = schema_field(k->s, f->item[i]->text);
        json_key_span(&x->w, f->item[i]->text);
        field_json(&k->s->field[at], r->v[at], &x->w);
    }
    json_object_end(&x->w);
    x->last = r->id;
    x->rows++;
    return OK;
}

static enum status records(struct txn *t, struct reading *x, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct schema *s = ARENA_NEW(a, struct schema);
    struct span key = SPAN("");
    const struct json *division = json_new_string(a, span_of(x->division)), *filter = NULL;
    enum status st = s && division ? schema_find(x->c, a, json_str(x->item, "register", ""), s, d) : arena_full(d);
    if (st != OK)
        return st;
    if (s->division >= 0) {
        key = span_of(s->field[s->division].column);
        if (!(filter = json_new_object(a, &key, &division, 1)))
            return arena_full(d);
    }
    struct record_query q = {.filter = filter, .on = txn_today(t), .after = x->after, .limit = EXCHANGE_PAGE + 1};
    struct walking k = {x, s};
    st = records_walk(x->c, t, s, &q, record_out, &k, d);
    char *query = arena_printf(a, "exchange %s %s %lld", x->offer, x->division, (long long)x->after);
    int64_t entry = 0;
    return st != OK ? st : query ? access_bulk_in(x->c, t, &x->who, "consumer", "exchange", query, x->rows, &entry, d) : arena_full(d);
}

static enum status fetch_in(struct txn *t, void *arg, struct diag *d) {
    struct reading *x = arg;
    int64_t entry = 0, read = txn_new_id(t);
    char number[24];
    buf_clear(x->out);
    json_begin(&x->w, x->out, false);
    x->rows = x->last = 0;
    x->more = false;
    enum status s = admit(t, x, d);
    if (s == OK)
        s = access_begin(txn_arena(t), &x->who, "consumer", "exchange", 0, 0, &x->look, d);
    if (s != OK)
        return s;
    bool people = strcmp(json_str(x->item, "from", ""), "benefits") == 0;
    json_object(&x->w);
    json_kstring(&x->w, "offer", x->offer);
    json_kdate(&x->w, "as_of", txn_today(t));
    json_kbool(&x->w, "masked", json_bool(x->item, "personal", true) && !x->whole);
    json_key(&x->w, "items");
    json_array(&x->w);
    s = people ? benefits(t, x, d) : records(t, x, d);
    if (s == OK)
        s = access_commit_in(x->c, t, x->look, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO exchange_read (district, id, token, at, rows, entry) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(x->c->district), SQL_I(read), SQL_I(x->token),
            SQL_I(txn_now(t)), SQL_I(x->rows), entry ? SQL_I(entry) : SQL_NIL);
    if (s == OK && !x->rows) /* a look has no entry when nobody was found; that somebody asked has one */
        s = evidence_keep_one(x->c, t, &x->who, KEPT_EXCHANGE_READ, x->c->district, read, d);
    if (s != OK)
        return s;
    json_array_end(&x->w);
    snprintf(number, sizeof number, "%lld", (long long)x->last);
    json_kstring(&x->w, "next", x->more ? number : NULL);
    json_object_end(&x->w);
    return buf_ok(x->out) ? OK : arena_full(d);
}

enum status exchange_fetch(struct civil *c, struct span token, const char *offer, int64_t after, struct buf *out, struct diag *d) {
    struct reading x = {.c = c, .hash = hash_one(HASH_SHA256, token), .offer = offer, .after = after, .out = out};
    if (token.size != EXCHANGE_TOKEN_CHARS)
        return refused(d);
    return store_write(c->store, fetch_in, &x, d);
}
