#include "civil/publication/publication.h"

#include "civil/case/case_internal.h"
#include "civil/evidence/keep.h"

/* An announcement of a decision stands this long where no article says. */
#define ANNOUNCEMENT_LIMIT "P7D"

enum { OF_AGE = 18 };

void publication_name(struct buf *out, const char *name, date_t birth, date_t today) {
    struct ymd b = date_ymd(birth), n = date_ymd(today);
    int age = n.year - b.year - ((n.month < b.month || (n.month == b.month && n.day < b.day)) ? 1 : 0);
    if (age < OF_AGE)
        buf_adds(out, "＊＊＊");
    else
        person_name_masked(out, name);
}

static enum status body_of(struct drive *x, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    struct access *access = NULL;
    struct person p;
    struct party *party = NULL;
    size_t n = 0;
    const char *community = "";
    enum status s = access_begin(a, x->who, x->role, "case_handling", x->k->district, x->k->id, &access, d);
    if (s == OK)
        s = person_read(x->c, x->t, access, a, x->k->district, x->k->applicant, &p, d);
    if (s == OK)
        s = case_parties(x->c, x->t, NULL, x->k, &party, &n, d);
    if (s == OK)
        s = division_name(x->t, a, x->k->division, &community, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(x->c, x->t, access, NULL, d);
    if (s != OK)
        return s;
    int64_t covered = 0;
    for (size_t i = 0; i < n; i++)
        covered += strcmp(party[i].party, "supporter") != 0;
    BUF_AUTO b, name;
    struct json_writer w;
    buf_init(&b, 0);
    buf_init(&name, 256);
    publication_name(&name, p.name, p.birth, txn_today(x->t));
    json_begin(&w, &b, false);
    json_object(&w);
    json_kspan(&w, "name_masked", buf_span(&name));
    json_kint(&w, "covered", covered);
    json_kint(&w, "monthly_fen", x->k->monthly_fen >= 0 ? x->k->monthly_fen : 0);
    json_kstring(&w, "community", community);
    json_object_end(&w);
    return buf_ok(&b) ? json_parse(a, buf_span(&b), ret, d) : arena_full(d);
}

enum status publication_start(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    bool notice = strcmp(n->form, "publication") == 0;
    const struct json *body = NULL;
    struct due due;
    struct evidence e;
    const char *place = "";
    int64_t entry = 0, id = txn_new_id(x->t);
    enum status s = body_of(x, &body, d);
    if (s == OK)
        s = due_of(x->c, txn_now(x->t), span_of(*n->limit ? n->limit : ANNOUNCEMENT_LIMIT), &due, d);
    if (s == OK)
        s = division_name(x->t, txn_arena(x->t), x->k->division, &place, d);
    if (s == OK)
        s = evidence_record(x->t, x->who, x->role, TLOG_CASE_EVENT, notice ? "published" : "announced", x->k, x->k->district, x->k->applicant, body, &e, &entry, d);
    BUF_AUTO text;
    buf_init(&text, 0);
    if (s != OK)
        return s;
    json_canonical(&text, body);
    s = sql_exec(x->t, d,
        "INSERT INTO publication (district, id, case_id, kind, division, from_on, until_on, body, place, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->k->district), SQL_I(id), SQL_I(x->k->id), SQL_S(notice ? "public_notice" : "announcement"), SQL_S(x->k->division), SQL_D(txn_today(x->t)),
        SQL_D(due.on), SQL_T(buf_span(&text)), SQL_S(place), SQL_B(span_bytes(e.salt, sizeof e.salt)), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_in(x->c, x->t, x->who, KEPT_PUBLICATION, x->k->district, &id, 1, d);
    char until[DATE_TEXT_MAX];
    date_text(due.on, until);
    const struct json *args = EVENT_ARGS(txn_arena(x->t), "what", n->name, "what_en", json_str(desk_element(x->k->matter, n->id), "en", n->name), "until", until);
    if (s == OK)
        s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "published", n->id, args, NULL, NULL, d) : arena_full(d);
    return s;
}

/* Content goes, what remains stands under evidence again. */
static enum status end_rows(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const int64_t *id, size_t n, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < n; i++)
        s = sql_exec(t, d, "UPDATE publication SET body = '', ended_at = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(district), SQL_I(id[i]));
    return s == OK ? evidence_keep_in(c, t, who, KEPT_PUBLICATION, district, id, n, d) : s;
}

/* The rows of r are district and id; those of the first district, at most `room`. */
static enum status ids_of(struct rows *r, int64_t *ret_district, int64_t *id, size_t room, size_t *ret_n, struct diag *d) {
    enum status s = OK;
    bool row = true;
    for (*ret_n = 0; *ret_n < room && (s = rows_next(r, &row, d)) == OK && row; ++*ret_n) {
        if (*ret_n && rows_int(r, 0) != *ret_district)
            break;
        *ret_district = rows_int(r, 0);
        id[*ret_n] = rows_int(r, 1);
    }
    return s;
}

enum { END_AT_ONCE = 200 };

enum status publication_end(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    int64_t district = x->k->district, id[END_AT_ONCE];
    size_t count = 0;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(x->t, &r, d, "SELECT district, id FROM publication WHERE district = ? AND case_id = ? AND ended_at IS NULL ORDER BY id", SQL_I(district), SQL_I(x->k->id));
    if (s == OK)
        s = ids_of(r, &district, id, END_AT_ONCE, &count, d);
    rows_free(TAKE(r));
    if (s == OK)
        s = end_rows(x->c, x->t, x->who, district, id, count, d);
    return s == OK ? case_event_of(x->c, x->t, x->who, x->role, x->k, "publication_ended", n->id, NULL, NULL, NULL, d) : s;
}

enum status publication_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t objections = 0;
    const struct json *body = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT id, kind, from_on, until_on, place, body FROM publication WHERE district = ? AND case_id = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
        SQL_I(k->district), SQL_I(k->id));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && !row)
        json_nothing(w);
    if (s != OK || !row)
        return s;
    s = sql_int(t, &objections, 0, d, "SELECT COUNT(*) FROM remedy WHERE district = ? AND case_id = ? AND kind = 'objection'", SQL_I(k->district), SQL_I(k->id));
    if (s == OK)
        s = json_parse(txn_arena(t), rows_text(r, 5), &body, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "kind", rows_text(r, 1));
    json_kdate(w, "from", rows_date(r, 2));
    json_kdate(w, "until", rows_date(r, 3));
    json_kspan(w, "place", rows_text(r, 4));
    json_key(w, "body");
    json_value(w, body);
    json_kint(w, "objections", objections);
    json_object_end(w);
    return OK;
}

/* ---- the end --------------------------------------------------------------------------- */

struct sweep { struct civil *civil; bool did; };

/* Up to END_AT_ONCE; the next round takes the others. */
static enum status sweep_closure(struct txn *t, void *arg, struct diag *d) {
    struct sweep *x = arg;
    struct actor who = actor_system();
    int64_t district = 0, id[END_AT_ONCE];
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT district, id FROM publication WHERE ended_at IS NULL AND until_on < ? AND kind <> 'public_notice' ORDER BY 1, 2", SQL_D(txn_today(t)));
    if (s == OK)
        s = ids_of(r, &district, id, END_AT_ONCE, &n, d);
    rows_free(TAKE(r));
    if (s == OK)
        s = end_rows(x->civil, t, &who, district, id, n, d);
    x->did = n > 0;
    return s;
}

static enum status any_closure(struct txn *t, void *arg, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM publication WHERE ended_at IS NULL AND until_on < ? AND kind <> 'public_notice'", SQL_D(txn_today(t)));
    *(bool *)arg = n > 0;
    return s;
}

/* A public notice ends with its process; the others by their day. */
enum status publication_sweep(struct civil *c, bool *ret_did, struct diag *d) {
    struct sweep x = {c, false};
    enum status s = store_read(c->store, any_closure, ret_did, d);
    if (s == OK && *ret_did)
        s = store_write(c->store, sweep_closure, &x, d), *ret_did = x.did;
    return s;
}

/* ---- for everybody ------------------------------------------------------------------------- */

enum { LIST_PAGE = 100 };

static enum status shown(struct civil *c, struct txn *t, const struct rows *r, struct json_writer *w, struct diag *d) {
    const struct json *body = NULL;
    struct arena *a = txn_arena(t);
    char *scheme = rows_dup(r, 4, a);
    enum status s = scheme ? json_parse(a, rows_text(r, 3), &body, d) : arena_full(d);
    if (s != OK)
        return s;
    const struct matter *m = packs_scheme(c->packs, scheme);
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "kind", rows_text(r, 5));
    json_kstring(w, "scheme", scheme);
    text_json(w, "scheme_name", m ? json_get(m->json, "name") : NULL);
    /* member by member: whatever else a body may hold stays where it is */
    json_kstring(w, "name_masked", json_str(body, "name_masked", ""));
    json_kint(w, "covered", json_int(body, "covered", 0));
    json_kint(w, "monthly_fen", json_int(body, "monthly_fen", 0));
    json_kstring(w, "community", json_str(body, "community", ""));
    json_kdate(w, "from", rows_date(r, 1));
    json_kdate(w, "until", rows_date(r, 2));
    json_object_end(w);
    return OK;
}

enum status publication_list_json(struct civil *c, struct txn *t, const char *division, int64_t before, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int64_t last = 0;
    int n = 0;
    char *end = arena_printf(txn_arena(t), "%s:", division ? division : "");
    enum status s = !end ? arena_full(d) : sql_query(t, &r, d,
        "SELECT p.id, p.from_on, p.until_on, p.body, k.scheme, p.kind FROM publication p JOIN case_file k ON k.district = p.district AND k.id = p.case_id "
        "WHERE p.district = ? AND p.ended_at IS NULL AND p.from_on <= ? AND p.until_on >= ? AND p.id < ? AND p.division >= ? AND p.division < ? AND k.compartment IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM secrecy_order o WHERE o.ended_at IS NULL AND (o.case_id = k.id OR EXISTS (SELECT 1 FROM case_party y WHERE y.district = k.district AND y.case_id = k.id "
        "AND y.person_district = o.district AND y.person = o.person))) ORDER BY p.id DESC LIMIT ?",
        SQL_I(c->district), SQL_D(txn_today(t)), SQL_D(txn_today(t)), SQL_I(before ? before : INT64_MAX), SQL_S(division ? division : "0"), SQL_S(division ? end : ":"), SQL_I(LIST_PAGE + 1));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (; s == OK && (s = rows_next(r, &row, d)) == OK && row && n < LIST_PAGE; n++) {
        last = rows_int(r, 0);
        s = shown(c, t, r, w, d);
    }
    json_array_end(w);
    json_key(w, "next_cursor");
    if (s == OK && row)
        json_stringf(w, "%lld", (long long)last);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}
