/* Versions and drafts, as the studio and check-store read them. */
#include "civil/evidence/evidence.h"
#include "civil/policy/policy_internal.h"

#include "civil/pack/pack.h"
#include "civil/simulation/saved.h"
#include "crypto/hash.h"
#include "tlog/log.h"

#include <stdio.h>

/* ---- versions ------------------------------------------------------------------------ */

static void copy_member(struct json_writer *w, const struct json *from, const char *key) {
    const struct json *v = json_get(from, key);
    json_key(w, key);
    if (v)
        json_value(w, v);
    else
        json_nothing(w);
}

static void pack_version_json(struct json_writer *w, const struct matter *m, size_t i) {
    const struct json *sheet = json_at(json_get(m->json, "decisions"), i);
    json_object(w);
    json_kint(w, "version", m->decision[i].version);
    json_kstring(w, "file", m->decision[i].name);
    json_kdate(w, "valid_from", m->decision[i].valid_from);
    json_kstring(w, "sha256", m->decision[i].sha256);
    copy_member(w, sheet, "in_force_from");
    json_key(w, "source_note");
    if (json_get(sheet, "note"))
        json_value(w, json_get(sheet, "note"));
    else
        json_nothing(w);
    json_object_end(w);
}

static void span_or_null(struct json_writer *w, const char *key, const struct rows *r, int column) {
    json_key(w, key);
    if (rows_null(r, column))
        json_nothing(w);
    else
        json_span(w, rows_text(r, column));
}

/* Whether the computation was done with this very text, by its digest; nothing where figures alone were changed. */
static void with_this_text(struct json_writer *w, const struct rows *r, int texts, int sha256) {
    if (!rows_null(r, texts))
        json_kbool(w, "with_this_text", memmem(rows_text(r, texts).at, rows_text(r, texts).size, rows_text(r, sha256).at, rows_text(r, sha256).size) != NULL);
}

/* The computation it rests on: id and name in two columns, and of a draft its texts in a third; nothing where there is none. */
static void reform_of(struct json_writer *w, const struct rows *r, int column, struct span sha256) {
    if (rows_null(r, column))
        return;
    json_key(w, "reform");
    json_object(w);
    json_kid(w, "id", rows_int(r, column));
    json_kspan(w, "name", rows_text(r, column + 1));
    if (sha256.size)
        json_kspan(w, "sha256", sha256);
    else
        with_this_text(w, r, column + 2, 3);
    json_object_end(w);
}

static enum status versions_json(struct txn *t, const struct matter *m, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    json_key(w, "versions");
    json_array(w);
    for (size_t i = 0; i < m->decision_count; i++)
        pack_version_json(w, m, i);
    enum status s = sql_query(t, &r, d,
        "SELECT v.version, v.file, v.valid_from, v.sha256, v.base, v.article, v.retroactive, v.note, v.differences, COALESCE(a.name, ''), COALESCE(b.name, ''), "
        "v.published_at, v.entry, v.reform, v.reform_name, v.reform_sha FROM policy_version v LEFT JOIN account a ON a.id = v.author LEFT JOIN account b ON b.id = v.published_by "
        "WHERE v.matter = ? ORDER BY v.version", SQL_S(m->id));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        static const struct { const char *key; int column; } texts[] = {{"file", 1}, {"sha256", 3}, {"base", 4}, {"article", 5}, {"retroactive", 6},
            {"note", 7}, {"differences", 8}, {"author", 9}, {"published_by", 10}};
        json_object(w);
        json_kint(w, "version", rows_int(r, 0));
        json_kdate(w, "valid_from", rows_date(r, 2));
        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
            span_or_null(w, texts[i].key, r, texts[i].column);
        json_kinstant(w, "published_at", rows_int(r, 11));
        json_kid(w, "entry", rows_int(r, 12));
        reform_of(w, r, 13, rows_null(r, 15) ? (struct span){0} : rows_text(r, 15));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

/* ---- drafts -------------------------------------------------------------------------- */

static const char DRAFT_COLUMNS[] =
    "SELECT p.id, p.matter, p.base, p.sha256, p.valid_from, p.article, p.retroactive, p.note, p.differences, p.state, p.reason, COALESCE(a.name, ''), "
    "COALESCE(b.name, ''), p.updated_at, p.submitted_at, p.version, p.author, p.text, p.cases, p.reform, COALESCE(f.name, ''), f.texts FROM policy_draft p LEFT JOIN account a ON a.id = p.author "
    "LEFT JOIN account b ON b.id = p.returned_by LEFT JOIN reform f ON f.id = p.reform WHERE ";

/* What this officer may do with it now; the page shows no other button. */
static void may_json(struct json_writer *w, const struct civil *c, const struct actor *who, struct span state, bool own) {
    bool writes = policy_may(c, who, false, NULL) == OK, publishes = policy_may(c, who, true, NULL) == OK;
    json_key(w, "may");
    json_array(w);
    if (span_is(state, "draft") && own && writes) {
        json_string(w, "save");
        json_string(w, "submit");
        json_string(w, "delete");
    }
    if (span_is(state, "submitted") && publishes)
        json_string(w, "return");
    if (span_is(state, "submitted") && publishes && !own)
        json_string(w, "publish");
    json_array_end(w);
}

/* `a`: with the text and the cases; NULL: without. */
static enum status draft_fields(struct json_writer *w, const struct civil *c, const struct actor *who, const struct rows *r, struct arena *a, struct diag *d) {
    static const struct { const char *key; int column; } texts[] = {{"matter", 1}, {"base", 2}, {"sha256", 3}, {"article", 5}, {"retroactive", 6}, {"note", 7},
        {"differences", 8}, {"state", 9}, {"reason", 10}, {"author", 11}};
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        span_or_null(w, texts[i].key, r, texts[i].column);
    json_kdate(w, "valid_from", rows_date(r, 4));
    if (!rows_null(r, 10))
        json_kspan(w, "returned_by", rows_text(r, 12));
    json_kinstant(w, "updated_at", rows_int(r, 13));
    if (!rows_null(r, 14))
        json_kinstant(w, "submitted_at", rows_int(r, 14));
    json_kint(w, "version", rows_int(r, 15));
    reform_of(w, r, 19, (struct span){0});
    bool own = rows_int(r, 16) == who->account;
    json_kbool(w, "own", own);
    may_json(w, c, who, rows_text(r, 9), own);
    const struct json *cases = NULL;
    enum status s = a && !rows_null(r, 18) ? policy_cases_read(a, rows_text(r, 18), &cases, d) : OK;
    if (a)
        json_kspan(w, "text", rows_text(r, 17));
    if (cases) {
        json_key(w, "cases");
        json_value(w, cases);
    }
    json_object_end(w);
    return s;
}

static enum status drafts_json(struct civil *c, struct txn *t, const struct actor *who, const struct matter *m, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(t), "%sp.matter = ? AND p.state <> 'published' ORDER BY p.updated_at DESC, p.id", DRAFT_COLUMNS);
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_S(m->id)) : arena_full(d);
    json_key(w, "drafts");
    json_array(w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        s = draft_fields(w, c, who, r, NULL, d);
    }
    json_array_end(w);
    return s;
}

enum status policies_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_object(w);
    json_kbool(w, "may_draft", policy_may(c, who, false, NULL) == OK);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; s == OK && k < p->matter_count; k++) {
            const struct matter *m = &p->matter[k];
            json_object(w);
            json_kstring(w, "matter", m->id);
            json_kstring(w, "scheme", m->scheme);
            copy_member(w, m->json, "name");
            json_kint(w, "cases", (int64_t)m->example_count);
            s = versions_json(t, m, w, d);
            if (s == OK)
                s = drafts_json(c, t, who, m, w, d);
            json_object_end(w);
        }
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status policy_draft_json(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct json_writer *w, int64_t *ret_version, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(t), "%sp.id = ?", DRAFT_COLUMNS);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(id)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "policy.draft");
    if (s != OK)
        return s;
    *ret_version = rows_int(r, 15);
    return draft_fields(w, c, who, r, txn_arena(t), d);
}

enum status policy_text(struct txn *t, const char *matter, const char *file, struct arena *a, struct span *ret, char ret_sha256[65], struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT text, sha256 FROM policy_version WHERE matter = ? AND file = ?", SQL_S(matter), SQL_S(file));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "policy.file", DIAG_S("file", file));
    if (s != OK)
        return s;
    char *text = arena_dup(a, rows_text(r, 0));
    if (!text)
        return arena_full(d);
    *ret = (struct span){text, rows_text(r, 0).size};
    snprintf(ret_sha256, 65, "%.*s", SPAN_ARG(rows_text(r, 1)));
    return OK;
}

/* ---- the evidence ------------------------------------------------------------------------- */

static const char VERSION_COLUMNS[] =
    "SELECT matter, version, file, sha256, valid_from, base, article, retroactive, note, differences, author, published_by, salt, entry, text, reform, reform_name, reform_sha FROM policy_version";

static char *kept(struct arena *a, const struct rows *r, int column) { return rows_null(r, column) ? NULL : rows_dup(r, column, a); }

static const struct json *payload_of(struct arena *a, const struct rows *r) {
    struct policy_evidence e = {.matter = kept(a, r, 0), .version = rows_int(r, 1), .file = kept(a, r, 2), .sha256 = kept(a, r, 3), .valid_from = rows_date(r, 4),
        .base = kept(a, r, 5), .article = kept(a, r, 6), .retroactive = kept(a, r, 7), .note = kept(a, r, 8), .differences = kept(a, r, 9),
        .author = rows_int(r, 10), .published_by = rows_int(r, 11), .reform = rows_null(r, 15) ? 0 : rows_int(r, 15), .reform_name = kept(a, r, 16),
        .reform_sha = kept(a, r, 17)};
    return policy_payload(a, &e);
}

enum status policy_receipt(struct txn *t, int64_t entry, struct arena *a, struct span *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(a, "%s WHERE entry = ?", VERSION_COLUMNS);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(entry)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "policy.entry");
    if (s != OK)
        return s;
    char *salt = arena_dup(a, rows_blob(r, 12));
    struct tlog_opening open = {span_bytes(salt, rows_blob(r, 12).size), payload_of(a, r)};
    return salt && open.value ? tlog_prove(t, entry, &open, 1, a, ret, d) : arena_full(d);
}

struct checking { struct civil *civil; struct txn *txn; enum lang lang; struct buf *out; int *count; };

static void found(const struct checking *x, const struct rows *r, const char *code) {
    const struct diag_arg args[] = {DIAG_SPAN("matter", rows_text(r, 0)), DIAG_N("id", rows_int(r, 1))};
    message_text(x->out, x->lang, code, args, ARRAY_LEN(args));
    buf_addc(x->out, '\n');
    ++*x->count;
}

/* The text and the computation against their digests; what was said of them against the log is policy_evidence. */
static enum status check_row(const struct checking *x, const struct rows *r, struct diag *d) {
    char hex[65];
    struct hash h = hash_one(HASH_SHA256, rows_text(r, 14));
    struct reform_seal seal = {0};
    hash_hex(&h, hex);
    if (!span_is(rows_text(r, 3), hex))
        found(x, r, "policy.check.digest");
    if (rows_null(r, 15))
        return OK;
    enum status s = reform_seal(x->civil, x->txn, rows_int(r, 15), &seal, d);
    if (s != OK && s != E_NOT_FOUND)
        return s;
    if (s == E_NOT_FOUND || rows_null(r, 17) || !span_is(rows_text(r, 17), seal.sha256))
        found(x, r, "policy.check.reform");
    diag_clear(d);
    return OK;
}

enum status policy_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *out, int *count, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, VERSION_COLUMNS);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        s = check_row(&(struct checking){c, t, l, out, count}, r, d);
    }
    return s;
}

enum status policy_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d, VERSION_COLUMNS);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        struct evidence_row e = {.what = "policy_version", .id = rows_int(r, 1), .entry = rows_int(r, 13), .kind = TLOG_POLICY_PUBLISH, .action = "published", .claims = 1,
            .claim = {{EVIDENCE_PAYLOAD, rows_blob(r, 12), payload_of(a, r)}}};
        s = evidence_expect(x, &e, d);
    }
    return s;
}
