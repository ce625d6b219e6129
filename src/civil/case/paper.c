/* Papers of a case, and reading papers and notices back. */
#include "civil/case/case_internal.h"

#include "civil/access/access_list.h"
#include "civil/archive/archive.h"
#include "civil/evidence/keep.h"
#include "civil/notice/notice.h"

struct paper {
    struct civil *c;
    const struct actor *who;
    int64_t case_id, file;
    const char *name, *kind;
    struct span content;
};

/* Papers that no list names: what was asked for later, and anything else. */
static const char *const FREE_KINDS[] = {"supplement", "other"};

static const struct json *kind_listed(const struct case_row *k, struct span kind) {
    const struct json *list = json_get(k->matter->json, "papers");
    for (size_t i = 0; list && i < list->size; i++)
        if (span_is(kind, json_str(list->item[i], "id", "")))
            return list->item[i];
    return NULL;
}

static enum status kind_check(const struct case_row *k, const char *kind, struct diag *d) {
    for (size_t i = 0; i < ARRAY_LEN(FREE_KINDS); i++)
        if (strcmp(kind, FREE_KINDS[i]) == 0)
            return OK;
    if (kind_listed(k, span_of(kind)))
        return OK;
    BUF_AUTO known;
    buf_init(&known, 1024);
    const struct json *list = json_get(k->matter->json, "papers");
    for (size_t i = 0; list && i < list->size; i++)
        buf_addf(&known, "%s, ", json_str(list->item[i], "id", ""));
    buf_addf(&known, "%s, %s", FREE_KINDS[0], FREE_KINDS[1]);
    diag_fail(d, E_INPUT, "case.paper_kind", DIAG_S("known", buf_str(&known)));
    diag_at(d, "kind");
    return E_INPUT;
}

void paper_kind_json(const struct case_row *k, struct span kind, struct json_writer *w) {
    const struct json *listed = kind_listed(k, kind);
    if (listed) {
        text_json(w, "kind_name", listed);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(FREE_KINDS); i++)
        if (span_is(kind, FREE_KINDS[i])) {
            access_text_pair(w, "kind_name", "case.paper", kind);
            return;
        }
    json_key(w, "kind_name"); /* from before kinds were checked */
    json_object(w);
    json_kspan(w, "zh", kind);
    json_kspan(w, "en", kind);
    json_object_end(w);
}

static enum status room_check(struct txn *t, const struct case_row *k, size_t size, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT COUNT(*), SUM(f.size) FROM archive_file f WHERE f.district = ? AND f.case_id = ? "
        "AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.district = f.district AND n.file = f.id)", SQL_I(k->district), SQL_I(k->id));
    if (s == OK && rows_int(r, 0) >= CASE_PAPERS_MAX)
        return diag_fail(d, E_CONFLICT, "case.papers_count", DIAG_N("limit", CASE_PAPERS_MAX));
    if (s == OK && rows_int(r, 1) + (int64_t)size > CASE_PAPERS_BYTES_MAX)
        return diag_fail(d, E_LIMIT, "case.papers_size", DIAG_N("limit", CASE_PAPERS_BYTES_MAX / (1024 * 1024)));
    return s;
}

/* Which office handed it on stands with the paper, under evidence, and in the history. */
static enum status handed_in(struct txn *t, const struct paper *x, const struct case_row *k, const struct json **ret_args, struct diag *d) {
    const char *office = "";
    enum status s = sql_exec(t, d, "UPDATE archive_file SET handed_in = ? WHERE district = ? AND id = ?", SQL_S(k->taken_in), SQL_I(k->district), SQL_I(x->file));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_HANDED_IN, k->district, x->file, d);
    if (s == OK)
        s = case_office_name(t, k->taken_in, &office, d);
    *ret_args = s == OK ? EVENT_ARGS(txn_arena(t), "from", office) : NULL;
    return s == OK && !*ret_args ? arena_full(d) : s;
}

static enum status paper_closure(struct txn *t, void *arg, struct diag *d) {
    struct paper *x = arg;
    struct case_row k;
    enum case_eye eye;
    bool taken = false;
    enum status s = case_counter_for(x->c, t, x->who, x->case_id, &k, &eye, d);
    if (s != OK)
        return s;
    if (eye != EYE_APPLICANT && eye != EYE_STAFF && eye != EYE_COUNTER)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (k.closed_at)
        return diag_fail(d, E_CONFLICT, "case.closed");
    if ((s = kind_check(&k, x->kind, d)) == OK)
        s = room_check(t, &k, x->content.size, d);
    if (s != OK)
        return s;
    s = archive_add_in(x->c, t, x->who, k.district, k.applicant, k.id, x->name, x->kind, x->content, &x->file, d);
    const char *role = case_eye_role(x->who, &k, eye);
    const struct json *body = EVENT_ARGS(txn_arena(t), "name", x->name, "kind", x->kind), *args = NULL;
    if (s == OK && eye == EYE_COUNTER)
        s = handed_in(t, x, &k, &args, d);
    if (s == OK)
        s = body ? case_event_of(x->c, t, x->who, role, &k, args ? "paper_handed" : "paper_added", NULL, args, body, NULL, d) : arena_full(d);
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = role, .k = &k};
    if (s == OK)
        s = drive_message(&drive, "papers", NULL, &taken, d);
    return s == OK && !taken ? case_row_save(x->c, t, x->who, &k, d) : s;
}

enum status case_paper_add(struct civil *c, const struct actor *who, int64_t case_id, const char *name, const char *kind, struct span content, int64_t *ret, struct diag *d) {
    struct paper x = {c, who, case_id, 0, name ? name : "", kind && *kind ? kind : "other", content};
    enum status s = store_write(c->store, paper_closure, &x, d);
    if (s == OK)
        *ret = x.file;
    return s;
}

static enum status open_file(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct actor *who, int64_t case_id, int64_t file,
    bool notice, struct span *ret, const char **ret_media, const char **ret_name, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    int64_t found = 0;
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye != EYE_APPLICANT && eye != EYE_STAFF && eye != EYE_AUDITOR)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (s == OK && notice)
        s = sql_int(t, &found, 0, d, "SELECT id FROM notice WHERE district = ? AND id = ? AND case_id = ?", SQL_I(k.district), SQL_I(file), SQL_I(k.id));
    else if (s == OK)
        s = sql_int(t, &found, 0, d, "SELECT id FROM archive_file WHERE district = ? AND id = ? AND case_id = ?", SQL_I(k.district), SQL_I(file), SQL_I(k.id));
    if (s == OK && !found)
        return diag_fail(d, E_NOT_FOUND, notice ? "case.no_notice" : "case.no_paper");
    if (s == OK && notice)
        return notice_pdf_in(c, t, x, a, k.district, found, ret, d);
    return s == OK ? archive_open_in(c, t, x, a, k.district, found, ret, ret_media, ret_name, d) : s;
}

enum status case_paper_open(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct actor *who, int64_t case_id, int64_t paper,
    struct span *ret, const char **ret_media, const char **ret_name, struct diag *d) {
    return open_file(c, t, x, a, who, case_id, paper, false, ret, ret_media, ret_name, d);
}

enum status case_notice_pdf(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct actor *who, int64_t case_id, int64_t notice,
    struct span *ret, struct diag *d) {
    const char *media, *name;
    return open_file(c, t, x, a, who, case_id, notice, true, ret, &media, &name, d);
}
