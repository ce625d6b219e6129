/* The history of cases as OCEL 2.0 JSON (ocel-standard.org): objects are cases,
 * tasks, notices, people and officers, events are the cases' own. */
#include "civil/case/statistics.h"

#include "civil/case/case_internal.h"
#include "crypto/hash.h"

#include <stdio.h>

enum { PIECE_BYTES = 1 << 18, KEY_BYTES = 32, PSEUDONYM_HEX = 20 }; /* 80 bits: no two of a billion meet */

struct ocel {
    struct txn *t;
    const char *matter; /* "": all */
    const struct ocel_out *out;
    uint8_t key[KEY_BYTES];
    struct buf buf;
    struct json_writer w;
    struct ocel_counts n;
};

static const char *const EVENT_ATTRIBUTES[] = {"element", "role", "office", "outcome"};
static const struct { const char *type, *attribute[7]; } OBJECTS[] = {
    {"case", {"matter", "channel", "subdistrict", "process", "outcome"}}, {"task", {"element", "role", "state", "outcome"}}, {"notice", {"kind"}}, {"person", {NULL}}, {"officer", {NULL}},
};

/* ---- pieces -------------------------------------------------------------------- */

static enum status flush(struct ocel *x, bool all, struct diag *d) {
    if (!buf_ok(&x->buf))
        return arena_full(d);
    if (!all && x->buf.size < PIECE_BYTES)
        return OK;
    enum status s = x->out->put(x->out->arg, buf_span(&x->buf), d);
    buf_clear(&x->buf);
    return s;
}

struct pseudonym { char text[PSEUDONYM_HEX + 16]; };

static struct pseudonym hidden(const struct ocel *x, const char *type, int64_t a, int64_t b) {
    char what[80], hex[2 * HASH_BYTES + 1];
    snprintf(what, sizeof what, "%s:%lld:%lld", type, (long long)a, (long long)b);
    struct span part = span_of(what);
    struct hash h = hmac_of(HASH_SM3, span_bytes(x->key, sizeof x->key), &part, 1);
    struct pseudonym p;
    hash_hex(&h, hex);
    snprintf(p.text, sizeof p.text, "%s-%.*s", type, PSEUDONYM_HEX, hex);
    return p;
}

static void attribute(struct ocel *x, const char *name, struct span value, instant_t at) {
    if (!value.size)
        return;
    json_object(&x->w);
    json_kstring(&x->w, "name", name);
    if (at)
        json_kinstant(&x->w, "time", at);
    json_kspan(&x->w, "value", value);
    json_object_end(&x->w);
}

static void related(struct ocel *x, struct pseudonym to, const char *qualifier) {
    json_object(&x->w);
    json_kstring(&x->w, "objectId", to.text);
    json_kstring(&x->w, "qualifier", qualifier);
    json_object_end(&x->w);
}

static void object_begin(struct ocel *x, const char *type, struct pseudonym id) {
    json_object(&x->w);
    json_kstring(&x->w, "id", id.text);
    json_kstring(&x->w, "type", type);
    json_key(&x->w, "attributes");
    json_array(&x->w);
}
static void object_relations(struct ocel *x) {
    json_array_end(&x->w);
    json_key(&x->w, "relationships");
    json_array(&x->w);
}
static void object_end(struct ocel *x) {
    json_array_end(&x->w);
    json_object_end(&x->w);
    x->n.objects++;
}

/* ---- types ------------------------------------------------------------------------ */

static void type_json(struct ocel *x, const char *name, const char *const *attribute_name, size_t n) {
    json_object(&x->w);
    json_kstring(&x->w, "name", name);
    json_key(&x->w, "attributes");
    json_array(&x->w);
    for (size_t i = 0; i < n && attribute_name[i]; i++) {
        json_object(&x->w);
        json_kstring(&x->w, "name", attribute_name[i]);
        json_kstring(&x->w, "type", "string");
        json_object_end(&x->w);
    }
    json_array_end(&x->w);
    json_object_end(&x->w);
}

#define OF_MATTER "(? = '' OR f.matter = ?)"
#define MATTER(x) SQL_S((x)->matter), SQL_S((x)->matter)

static enum status types(struct ocel *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    json_key(&x->w, "objectTypes");
    json_array(&x->w);
    for (size_t i = 0; i < ARRAY_LEN(OBJECTS); i++)
        type_json(x, OBJECTS[i].type, OBJECTS[i].attribute, ARRAY_LEN(OBJECTS[i].attribute));
    json_array_end(&x->w);
    json_key(&x->w, "eventTypes");
    json_array(&x->w);
    enum status s = sql_query(x->t, &r, d, "SELECT DISTINCT e.kind FROM case_event e JOIN case_file f ON f.district = e.district AND f.id = e.case_id WHERE " OF_MATTER " ORDER BY e.kind", MATTER(x));
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        char *kind = rows_dup(r, 0, txn_arena(x->t));
        if (!kind)
            return arena_full(d);
        type_json(x, kind, EVENT_ATTRIBUTES, ARRAY_LEN(EVENT_ATTRIBUTES));
    }
    json_array_end(&x->w);
    return s;
}

/* ---- objects -------------------------------------------------------------------------- */

static enum status each(struct ocel *x, const char *sql, const struct sql_value *v, size_t n, void (*write)(struct ocel *x, struct rows *r), struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query_(x->t, &r, d, sql, v, n);
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        struct arena_mark mark = arena_mark(txn_arena(x->t));
        write(x, r); /* what it reads is in the buffer when it returns */
        arena_rewind(txn_arena(x->t), mark);
        s = flush(x, false, d);
    }
    return s;
}
#define EACH(x, write, sql) each((x), (sql), (const struct sql_value[]){MATTER(x)}, 2, (write), d)

static void case_object(struct ocel *x, struct rows *r) {
    instant_t at = rows_int(r, 7);
    object_begin(x, "case", hidden(x, "case", rows_int(r, 0), rows_int(r, 1)));
    attribute(x, "matter", rows_text(r, 2), at);
    attribute(x, "channel", rows_text(r, 3), at);
    attribute(x, "subdistrict", rows_text(r, 4), at);
    attribute(x, "process", rows_text(r, 5), at);
    attribute(x, "outcome", rows_text(r, 6), rows_null(r, 8) ? at : rows_int(r, 8));
    object_relations(x);
    related(x, hidden(x, "person", rows_int(r, 0), rows_int(r, 9)), "applicant");
    object_end(x);
}
static void task_object(struct ocel *x, struct rows *r) {
    instant_t at = rows_int(r, 7);
    object_begin(x, "task", hidden(x, "task", rows_int(r, 0), rows_int(r, 1)));
    attribute(x, "element", rows_text(r, 3), at);
    attribute(x, "role", rows_text(r, 4), at);
    attribute(x, "state", rows_text(r, 5), rows_null(r, 8) ? at : rows_int(r, 8));
    attribute(x, "outcome", rows_text(r, 6), rows_null(r, 8) ? at : rows_int(r, 8));
    object_relations(x);
    related(x, hidden(x, "case", rows_int(r, 0), rows_int(r, 2)), "of");
    object_end(x);
}
static void notice_object(struct ocel *x, struct rows *r) {
    object_begin(x, "notice", hidden(x, "notice", rows_int(r, 0), rows_int(r, 1)));
    attribute(x, "kind", rows_text(r, 3), rows_int(r, 4));
    object_relations(x);
    related(x, hidden(x, "case", rows_int(r, 0), rows_int(r, 2)), "of");
    object_end(x);
}
static void person_object(struct ocel *x, struct rows *r) {
    object_begin(x, "person", hidden(x, "person", rows_int(r, 0), rows_int(r, 1)));
    object_relations(x);
    object_end(x);
}
static void officer_object(struct ocel *x, struct rows *r) {
    object_begin(x, "officer", hidden(x, "officer", 0, rows_int(r, 0)));
    object_relations(x);
    object_end(x);
}

static enum status objects(struct ocel *x, struct diag *d) {
    json_key(&x->w, "objects");
    json_array(&x->w);
    enum status s = EACH(x, case_object, "SELECT f.district, f.id, f.matter, f.channel, f.subdistrict, f.process_file, f.outcome, f.applied_at, f.closed_at, f.applicant FROM case_file f WHERE "
        OF_MATTER " ORDER BY f.district, f.id");
    if (s == OK)
        s = EACH(x, task_object, "SELECT k.district, k.id, k.case_id, k.element, k.role, k.state, k.outcome, k.created_at, k.done_at FROM case_task k "
            "JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE " OF_MATTER " ORDER BY k.district, k.id");
    if (s == OK)
        s = EACH(x, notice_object, "SELECT n.district, n.id, n.case_id, n.kind, n.issued_at FROM notice n JOIN case_file f ON f.district = n.district AND f.id = n.case_id WHERE "
            OF_MATTER " ORDER BY n.district, n.id");
    if (s == OK)
        s = EACH(x, person_object, "SELECT DISTINCT f.district, f.applicant FROM case_file f WHERE " OF_MATTER " ORDER BY f.district, f.applicant");
    if (s == OK)
        s = EACH(x, officer_object, "SELECT DISTINCT e.account FROM case_event e JOIN case_file f ON f.district = e.district AND f.id = e.case_id "
            "JOIN account a ON a.id = e.account WHERE a.kind = 'staff' AND " OF_MATTER " ORDER BY e.account");
    json_array_end(&x->w);
    return s;
}

/* ---- events ------------------------------------------------------------------------------ */

/* Of the arguments only the outcome of a step: the rest may hold words. */
static struct span outcome_of(struct ocel *x, struct span text) {
    const struct json *args = NULL;
    struct diag ignored = {0};
    if (json_parse(txn_arena(x->t), text, &args, &ignored) != OK)
        return (struct span){0};
    return span_of(json_str(args, "outcome", ""));
}

static void event_json(struct ocel *x, struct rows *r) {
    struct span kind = rows_text(r, 3);
    json_object(&x->w);
    json_kstring(&x->w, "id", hidden(x, "event", rows_int(r, 1), rows_int(r, 2)).text);
    json_kspan(&x->w, "type", kind);
    json_kinstant(&x->w, "time", rows_int(r, 4));
    json_key(&x->w, "attributes");
    json_array(&x->w);
    attribute(x, "element", rows_text(r, 5), 0);
    attribute(x, "role", rows_text(r, 6), 0);
    attribute(x, "office", rows_text(r, 7), 0);
    if (span_is(kind, "task_done") || span_is(kind, "task_reason"))
        attribute(x, "outcome", outcome_of(x, rows_text(r, 8)), 0);
    json_array_end(&x->w);
    json_key(&x->w, "relationships");
    json_array(&x->w);
    related(x, hidden(x, "case", rows_int(r, 0), rows_int(r, 1)), "of");
    if (rows_int(r, 9))
        related(x, hidden(x, "officer", 0, rows_int(r, 9)), "by");
    if (rows_int(r, 10))
        related(x, hidden(x, "task", rows_int(r, 0), rows_int(r, 10)), "completes");
    json_array_end(&x->w);
    json_object_end(&x->w);
    x->n.events++;
}

static enum status events(struct ocel *x, struct diag *d) {
    json_key(&x->w, "events");
    json_array(&x->w);
    enum status s = EACH(x, event_json, "SELECT e.district, e.case_id, e.seq, e.kind, e.at, e.element, e.role, e.office, e.arguments, CASE WHEN a.kind = 'staff' THEN e.account END, k.id "
        "FROM case_event e JOIN case_file f ON f.district = e.district AND f.id = e.case_id LEFT JOIN account a ON a.id = e.account "
        "LEFT JOIN case_task k ON k.district = e.district AND k.case_id = e.case_id AND k.element = e.element AND k.done_at = e.at AND k.state = 'done' AND e.kind IN ('task_done', 'task_reason') "
        "WHERE " OF_MATTER " ORDER BY e.district, e.case_id, e.seq");
    json_array_end(&x->w);
    return s;
}

enum status case_ocel_write(struct civil *c, struct txn *t, const char *matter, const struct ocel_out *out, struct ocel_counts *ret, struct diag *d) {
    struct ocel x = {.t = t, .matter = matter ? matter : "", .out = out};
    if (*x.matter && !packs_matter(c->packs, x.matter))
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    random_bytes(x.key, sizeof x.key);
    buf_init(&x.buf, 0);
    json_begin(&x.w, &x.buf, false);
    json_object(&x.w);
    enum status s = types(&x, d);
    if (s == OK)
        s = objects(&x, d);
    if (s == OK)
        s = events(&x, d);
    json_object_end(&x.w);
    if (s == OK)
        s = flush(&x, true, d);
    buf_release(&x.buf);
    *ret = x.n;
    return s;
}
