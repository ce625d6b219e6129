/* Issuing: number, content, entry, row; all or nothing.
 *
 * The code on the paper names the entry, and the entry commits to the content,
 * so the order is content, entry, and the PDF afterwards (draw.c): nothing here
 * takes longer than a statement, since one writer serves everybody. */
#include "civil/notice/notice_internal.h"

#include "base/message.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

struct issuing {
    struct civil *c;
    struct txn *t;
    const struct actor *who;
    const struct notice_request *r;
    const struct matter *matter;
    struct content content;
    uint8_t master[TLOG_SALT_BYTES];
    int64_t id, entry;
};

/* ---- names ------------------------------------------------------------------------- */

/* The packs name organs as the rules do ("区民政局"); a paper names the district. */
static enum status full_name(struct issuing *x, const char *name, const char **ret, struct diag *d) {
    static const char DISTRICT[] = "区";
    struct arena *a = txn_arena(x->t);
    char code[16];
    const char *district = NULL;
    *ret = name;
    if (strncmp(name, DISTRICT, sizeof DISTRICT - 1) != 0)
        return OK;
    snprintf(code, sizeof code, "%06lld", (long long)x->r->district);
    enum status s = division_name(x->t, a, code, &district, d);
    size_t n = s == OK && district ? strlen(district) : 0;
    if (s != OK || n < sizeof DISTRICT || strcmp(district + n - (sizeof DISTRICT - 1), DISTRICT) != 0)
        return s;
    *ret = arena_printf(a, "%s%s", district, name + sizeof DISTRICT - 1);
    return *ret ? OK : arena_full(d);
}

/* What stands on the seal below its ring: without the organ before it and the remarks behind. */
static const char *seal_name(struct arena *a, const char *seal, const char *organ) {
    size_t n = strlen(organ);
    if (strncmp(seal, organ, n) == 0)
        seal += n;
    static const char *const remarks[] = {"（", "，", "("};
    size_t size = strlen(seal);
    for (size_t i = 0; i < ARRAY_LEN(remarks); i++) {
        const char *at = strstr(seal, remarks[i]);
        if (at && at > seal && (size_t)(at - seal) < size)
            size = (size_t)(at - seal);
    }
    return arena_dup(a, (struct span){seal, size});
}

/* ---- content ------------------------------------------------------------------------ */

static enum status prepare(struct issuing *x, struct diag *d) {
    const struct notice_request *r = x->r;
    struct arena *a = txn_arena(x->t);
    x->matter = packs_matter(x->c->packs, r->matter);
    const struct json *template_json = x->matter ? matter_notice(x->matter, r->kind) : NULL;
    if (!template_json)
        return diag_fail(d, E_NOT_FOUND, "notice.template", DIAG_S("name", r->kind));
    if (!r->in_name_of || !*r->in_name_of)
        return fill_missing("in_name_of", d);
    x->content.template_json = template_json;
    x->content.at = txn_now(x->t);
    enum status s = full_name(x, r->in_name_of, &x->content.organ, d);
    if (s == OK)
        s = person_is_synthetic(x->t, r->district, r->person, &x->content.synthetic, d);
    if (s == OK && !(x->content.seal = seal_name(a, r->seal ? r->seal : "", r->in_name_of)))
        s = arena_full(d);
    const char *pattern = json_str(template_json, "number", NULL);
    if (!pattern)
        pattern = json_str(json_get(x->matter->json, "number_pattern"), r->kind, "");
    return s == OK ? notice_number(x->t, r->district, pattern, &x->content.number, d) : s;
}

/* What the notice knows better than its caller. */
static enum status own_values(struct issuing *x, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    char day[DATE_TEXT_MAX];
    date_text(txn_today(x->t), day);
    struct span keys[] = {SPAN("in_name_of"), SPAN("organ"), SPAN("seal"), SPAN("issued_on"), SPAN("notice_number")};
    const char *text[] = {x->content.organ, x->r->organ_name ? x->r->organ_name : "", x->r->seal ? x->r->seal : "", arena_dup(a, span_of(day)), x->content.number};
    const struct json *values[ARRAY_LEN(keys)];
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (!text[i] || !(values[i] = json_new_string(a, span_of(text[i]))))
            return arena_full(d);
    *ret = json_new_object(a, keys, values, ARRAY_LEN(keys));
    return *ret ? OK : arena_full(d);
}

static enum status make(struct issuing *x, struct document *ret, struct diag *d) {
    struct fill f = {.a = txn_arena(x->t), .values = x->r->values};
    enum status s = own_values(x, &f.own, d);
    if (s == OK)
        s = notice_document(&f, &x->content, ret, d);
    if (s == OK)
        s = doc_check(ret, d); /* what cannot be drawn afterwards is not issued */
    return s == OK ? doc_fits(ret, d) : s;
}

static enum status content_json(struct arena *a, const struct document *doc, const struct json **ret, struct diag *d) {
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    doc_json(doc, &w);
    return buf_ok(&b) ? json_parse(a, buf_span(&b), ret, d) : arena_full(d);
}

/* ---- evidence ------------------------------------------------------------------------- */

static enum status seal_opening(struct issuing *x, const struct json *content, struct span *ret, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    BUF_AUTO b;
    struct json_writer w;
    struct person_key key;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    json_object(&w);
    BUF_AUTO salt;
    buf_init(&salt, 64);
    buf_base64(&salt, span_bytes(x->master, sizeof x->master));
    json_kspan(&w, "salt", buf_span(&salt));
    json_key(&w, "document");
    json_value(&w, content);
    json_object_end(&w);
    if (!buf_ok(&b) || !buf_ok(&salt))
        return arena_full(d);
    enum status s = person_data_key(x->c, x->t, x->r->district, x->r->person, &key, d);
    if (s == OK)
        s = person_seal(&key, buf_span(&b), notice_place(a, x->r->district, x->id), a, ret, d);
    memset(&key, 0, sizeof key);
    return s;
}

/* ---- row ------------------------------------------------------------------------------- */

static enum status row(struct issuing *x, const struct json *content, struct diag *d) {
    struct span opening;
    enum status s = seal_opening(x, content, &opening, d);
    if (s != OK)
        return s;
    return sql_exec(x->t, d,
        "INSERT INTO notice (district, id, case_id, person, kind, number, issued_at, issued_by, seal, opening, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->r->district), SQL_I(x->id), SQL_I(x->r->case_id), SQL_I(x->r->person), SQL_S(x->r->kind), SQL_S(x->content.number), SQL_I(x->content.at),
        SQL_I(x->who->account), SQL_S(x->r->seal ? x->r->seal : ""), SQL_B(opening), SQL_I(x->entry));
}

enum status notice_issue_in(struct civil *c, struct txn *t, const struct actor *who, const struct notice_request *r, int64_t *ret_notice, struct diag *d) {
    struct issuing x = {.c = c, .t = t, .who = who, .r = r, .id = txn_new_id(t)};
    struct arena *a = txn_arena(t);
    struct document doc;
    const struct json *content;
    char digest[2 * HASH_BYTES + 1];
    enum status s = prepare(&x, d);
    if (s == OK)
        s = make(&x, &doc, d);
    if (s == OK)
        s = content_json(a, &doc, &content, d);
    if (s == OK)
        s = notice_digest(content, digest, d);
    if (s != OK)
        return s;
    random_bytes(x.master, sizeof x.master);
    s = notice_record(t, who, "issued", r->district, r->case_id, r->person, span_bytes(x.master, sizeof x.master), "payload", notice_payload(a, digest), &x.entry, d);
    if (s == OK)
        s = row(&x, content, d);
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_NOTICE, r->district, x.id, d);
    if (s == OK)
        *ret_notice = x.id;
    return s;
}
