/* Drafts: one author each, nobody else writes in them. */
#include "civil/policy/policy_internal.h"

#include "base/utf8.h"
#include "base/xml.h"
#include "civil/pack/pack.h"
#include "civil/simulation/saved.h"
#include "crypto/hash.h"

#include <stdio.h>

enum { POLICY_TREE_MAX = 128 << 20 }; /* the tree of a text of POLICY_TEXT_MAX that is all elements takes 60 MB */

/* ---- who may ------------------------------------------------------------------------ */

enum status policy_may(const struct civil *c, const struct actor *who, bool publish, struct diag *d) {
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    if (actor_may(who, "policy", district) || (publish && actor_may(who, "leader", district)))
        return OK;
    return diag_fail(d, E_FORBIDDEN, "policy.role");
}

enum status policy_matter(const struct civil *c, const char *id, const struct matter **ret, struct diag *d) {
    *ret = packs_matter(c->packs, id);
    return *ret ? OK : diag_fail(d, E_NOT_FOUND, "policy.matter", DIAG_S("matter", id));
}

enum status policy_size(struct span text, struct diag *d) {
    return text.size <= POLICY_TEXT_MAX ? OK : diag_fail(d, E_LIMIT, "policy.size", DIAG_N("limit", POLICY_TEXT_MAX >> 10));
}

/* ---- a row -------------------------------------------------------------------------- */

static char *text_or_null(const struct rows *r, int column, struct arena *a) { return rows_null(r, column) ? NULL : rows_dup(r, column, a); }

enum status draft_read(struct civil *c, struct txn *t, int64_t id, struct draft *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT author, version, matter, base, sha256, article, retroactive, note, differences, state, reason, text, valid_from, created_at, updated_at, submitted_at, cases, reform "
        "FROM policy_draft WHERE id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "policy.draft");
    if (s != OK)
        return s;
    char *text = arena_dup(a, rows_text(r, 11));
    if (!text)
        return arena_full(d);
    *ret = (struct draft){.id = id, .author = rows_int(r, 0), .version = rows_int(r, 1), .matter_id = rows_dup(r, 2, a), .base = rows_dup(r, 3, a),
        .sha256 = rows_dup(r, 4, a), .article = text_or_null(r, 5, a), .retroactive = text_or_null(r, 6, a), .note = text_or_null(r, 7, a),
        .differences = text_or_null(r, 8, a), .state = rows_dup(r, 9, a), .reason = text_or_null(r, 10, a), .text = {text, rows_text(r, 11).size},
        .valid_from = rows_date(r, 12), .created_at = rows_int(r, 13), .updated_at = rows_int(r, 14), .submitted_at = rows_int(r, 15), .reform = rows_null(r, 17) ? 0 : rows_int(r, 17)};
    if (!rows_null(r, 16)) {
        char *cases = arena_dup(a, rows_text(r, 16));
        s = cases ? policy_cases_read(a, (struct span){cases, rows_text(r, 16).size}, &ret->cases, d) : arena_full(d);
    }
    return s == OK ? policy_matter(c, ret->matter_id, &ret->matter, d) : s;
}

enum status policy_draft_text(struct civil *c, struct txn *t, int64_t id, struct arena *a, struct policy_text *ret, struct diag *d) {
    struct draft x;
    enum status s = draft_read(c, t, id, &x, d);
    char *text = s == OK ? arena_dup(a, x.text) : NULL;
    if (s == OK && !text)
        return arena_full(d);
    if (s == OK)
        *ret = (struct policy_text){x.matter->id, {text, x.text.size}};
    return s;
}

enum status draft_expect(const struct draft *x, const char *state, int64_t version, struct diag *d) {
    if (x->version != version)
        return diag_fail(d, E_CONFLICT, "policy.changed");
    return strcmp(x->state, state) == 0 ? OK : diag_fail(d, E_CONFLICT, "policy.state", DIAG_S("state", x->state));
}

/* ---- a new one ------------------------------------------------------------------------- */

struct start { struct civil *civil; const struct actor *who; const char *matter, *file; int64_t id; };

static enum status base_text(struct start *x, struct txn *t, struct span *ret, char sha256[65], struct diag *d) {
    const struct matter *m;
    enum status s = policy_matter(x->civil, x->matter, &m, d);
    if (s != OK)
        return s;
    const struct pack_file *f = pack_file_named(m->decision, m->decision_count, x->file);
    if (!f)
        return policy_text(t, x->matter, x->file, txn_arena(t), ret, sha256, d);
    *ret = f->text;
    memcpy(sha256, f->sha256, 65);
    return OK;
}

static enum status start(struct txn *t, void *arg, struct diag *d) {
    struct start *x = arg;
    struct span text;
    char sha256[65];
    int64_t open = 0;
    enum status s = policy_may(x->civil, x->who, false, d);
    if (s == OK)
        s = base_text(x, t, &text, sha256, d);
    if (s == OK)
        s = policy_size(text, d);
    if (s == OK)
        s = sql_int(t, &open, 0, d, "SELECT count(*) FROM policy_draft WHERE matter = ? AND state <> 'published'", SQL_S(x->matter));
    if (s == OK && open >= POLICY_DRAFTS_MAX)
        s = diag_fail(d, E_LIMIT, "policy.drafts", DIAG_N("limit", POLICY_DRAFTS_MAX));
    if (s != OK)
        return s;
    x->id = txn_new_id(t);
    return sql_exec(t, d,
        "INSERT INTO policy_draft (id, matter, base, base_sha, author, created_at, updated_at, text, sha256, state, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'draft', 1)",
        SQL_I(x->id), SQL_S(x->matter), SQL_S(x->file), SQL_S(sha256), SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_I(txn_now(t)), SQL_T(text), SQL_S(sha256));
}

enum status policy_draft_new(struct civil *c, const struct actor *who, const char *matter, const char *file, int64_t *ret, struct diag *d) {
    struct start x = {c, who, matter, file, 0};
    enum status s = store_write(c->store, start, &x, d);
    *ret = x.id;
    return s;
}

/* ---- writing in it ------------------------------------------------------------------------ */

struct save { struct civil *civil; const struct actor *who; int64_t id, version; const struct policy_edit *edit; };

static enum status own_draft(struct civil *c, struct txn *t, const struct actor *who, int64_t id, int64_t version, struct draft *ret, struct diag *d) {
    enum status s = policy_may(c, who, false, d);
    if (s == OK)
        s = draft_read(c, t, id, ret, d);
    if (s == OK && ret->author != who->account)
        s = diag_fail(d, E_FORBIDDEN, "policy.not_author");
    return s == OK ? draft_expect(ret, "draft", version, d) : s;
}

static struct sql_value words(const char *s) { return s && *s ? SQL_S(s) : SQL_NIL; }

static enum status save(struct txn *t, void *arg, struct diag *d) {
    struct save *x = arg;
    const struct policy_edit *e = x->edit;
    struct draft former;
    struct hash h = hash_one(HASH_SHA256, span_of(e->text));
    char sha256[65];
    const char *cases = NULL;
    hash_hex(&h, sha256);
    enum status s = own_draft(x->civil, t, x->who, x->id, x->version, &former, d);
    if (s == OK)
        s = policy_cases_text(txn_arena(t), e->cases, &cases, d);
    if (s == OK && e->reform && (s = reform_seal(x->civil, t, e->reform, &(struct reform_seal){0}, d)) != OK)
        diag_at(d, "reform");
    if (s != OK)
        return s;
    return sql_exec(t, d,
        "UPDATE policy_draft SET text = ?, sha256 = ?, note = ?, article = ?, retroactive = ?, differences = ?, cases = ?, valid_from = ?, reform = ?, updated_at = ?, version = version + 1 WHERE id = ?",
        SQL_S(e->text), SQL_S(sha256), words(e->note), words(e->article), words(e->retroactive), words(e->differences), words(cases), SQL_D(e->valid_from),
        e->reform ? SQL_I(e->reform) : SQL_NIL, SQL_I(txn_now(t)), SQL_I(x->id));
}

static enum status check_words(const char *field, const char *text, struct diag *d) {
    struct span s = span_of(text);
    if (!text || (utf8_valid(s) && utf8_length(s) <= POLICY_WORDS_MAX))
        return OK;
    diag_fail(d, E_INPUT, "policy.words", DIAG_N("limit", POLICY_WORDS_MAX));
    return diag_at(d, "%s", field);
}

/* Unfinished it may be, but a model: well-formed XML without DOCTYPE, with DMN's root. */
static enum status check_model(const char *text, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(POLICY_TREE_MAX);
    const struct xml *root;
    enum status s = a ? xml_parse(a, span_of(text), &root, d) : arena_full(d);
    if (s == OK && (!span_is(root->name, "definitions") || !strstr(text, "omg.org/spec/DMN/")))
        s = diag_fail(d, E_INPUT, "dmn.no_definitions");
    if (s != OK && !d->where[0])
        diag_at(d, "text");
    return s;
}

enum status policy_draft_save(struct civil *c, const struct actor *who, int64_t id, int64_t version, const struct policy_edit *e, struct diag *d) {
    const struct { const char *field, *text; } list[] = {{"note", e->note}, {"article", e->article}, {"retroactive", e->retroactive}, {"differences", e->differences}};
    enum status s = policy_size(span_of(e->text), d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(list); i++)
        s = check_words(list[i].field, list[i].text, d);
    if (s == OK)
        s = check_model(e->text ? e->text : "", d);
    if (s == OK)
        s = policy_cases_check(e->cases, d);
    struct save x = {c, who, id, version, e};
    return s == OK ? store_write(c->store, save, &x, d) : s;
}

static enum status delete(struct txn *t, void *arg, struct diag *d) {
    struct save *x = arg;
    struct draft former;
    enum status s = own_draft(x->civil, t, x->who, x->id, x->version, &former, d);
    return s == OK ? sql_exec(t, d, "DELETE FROM policy_draft WHERE id = ?", SQL_I(x->id)) : s;
}

enum status policy_draft_delete(struct civil *c, const struct actor *who, int64_t id, int64_t version, struct diag *d) {
    struct save x = {c, who, id, version, NULL};
    return store_write(c->store, delete, &x, d);
}
