/* From draft to version: submitted by its author, published by somebody else.
 *
 * Compiling and testing take longer than a write may; so they are done before
 * it, on the text whose digest and version the write then finds again. */
#include "civil/evidence/keep.h"
#include "civil/policy/policy_internal.h"

#include "base/utf8.h"
#include "civil/pack/pack.h"
#include "civil/simulation/saved.h"
#include "crypto/hash.h"
#include "tlog/log.h"

#include <stdio.h>

enum { TRIAL_BYTES_MAX = 1 << 30 }; /* the whole set compiled, and the cases run */

struct step {
    struct civil *civil;
    const struct actor *who;
    int64_t id, version;
    const char *reason;
    char sha256[65]; /* of the text that was examined */
};

/* ---- what must be said -------------------------------------------------------------------- */

static bool said(const char *s) { return s && utf8_written(span_of(s)) > 0; }

/* A day that has passed was decided by another text; only an article can order it. */
static enum status check_day(const struct draft *x, date_t today, struct diag *d) {
    if (x->valid_from >= today || said(x->retroactive))
        return OK;
    diag_fail(d, E_INPUT, "policy.past");
    return diag_at(d, "valid_from");
}

static enum status check_said(const struct draft *x, date_t today, struct diag *d) {
    if (!said(x->note))
        return diag_fail(d, E_INPUT, "policy.note"), diag_at(d, "note");
    if (!said(x->article))
        return diag_fail(d, E_INPUT, "policy.article"), diag_at(d, "article");
    if (x->valid_from == DATE_NONE)
        return diag_fail(d, E_INPUT, "policy.valid_from"), diag_at(d, "valid_from");
    return check_day(x, today, d);
}

/* ---- examining the text ----------------------------------------------------------------------- */

struct trial { struct step *step; struct arena *arena; const char *state; };

static enum status examine_text(struct txn *t, struct trial *y, const struct draft *x, struct diag *d) {
    const struct policies *in_force, *draft;
    struct policy_score score = {0};
    struct policy_cases cases;
    size_t findings = 0;
    enum status s = policies_published(y->step->civil->policies, t, 0, &in_force, d);
    if (s == OK)
        s = policy_findings(in_force, y->arena, x->matter, x->text, &findings, d);
    if (s == OK && findings)
        s = diag_fail(d, E_INPUT, "policy.findings", DIAG_N("count", findings));
    if (s == OK)
        s = policies_of_draft(in_force, y->arena, x->matter, x->text, &draft, d);
    if (s == OK)
        s = policies_admit(in_force, y->arena, x->matter, x->text, x->valid_from, d);
    if (s == OK)
        s = policy_cases_of(t, x->matter, x->cases, &cases, d);
    if (s == OK)
        s = policy_tests(draft, y->step->civil->packs, x->matter, &cases, x->text, &score, NULL, d);
    if (s == OK && score.failed && !said(x->differences)) {
        diag_fail(d, E_INPUT, "policy.differences", DIAG_N("count", score.failed));
        return diag_at(d, "differences");
    }
    return s;
}

static enum status unchanged(struct txn *t, const struct draft *x, bool *ret, struct diag *d) {
    int64_t same = 0;
    enum status s = sql_int(t, &same, 0, d, "SELECT count(*) FROM policy_draft WHERE id = ? AND sha256 = base_sha", SQL_I(x->id));
    *ret = same > 0;
    return s;
}

static enum status examine(struct txn *t, void *arg, struct diag *d) {
    struct trial *y = arg;
    struct draft x;
    bool same = false;
    enum status s = draft_read(y->step->civil, t, y->step->id, &x, d);
    if (s == OK)
        s = draft_expect(&x, y->state, y->step->version, d);
    if (s == OK)
        s = check_said(&x, txn_today(t), d);
    if (s == OK)
        s = unchanged(t, &x, &same, d);
    if (s == OK && same)
        return diag_fail(d, E_INPUT, "policy.unchanged");
    if (s != OK)
        return s;
    snprintf(y->step->sha256, sizeof y->step->sha256, "%s", x.sha256);
    return examine_text(t, y, &x, d);
}

static enum status try_step(struct step *step, const char *state, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(TRIAL_BYTES_MAX);
    struct trial y = {step, a, state};
    return a ? store_read(step->civil->store, examine, &y, d) : arena_full(d);
}

/* ---- submitting, returning ---------------------------------------------------------------------- */

static enum status submit(struct txn *t, void *arg, struct diag *d) {
    struct step *y = arg;
    struct draft x;
    enum status s = policy_may(y->civil, y->who, false, d);
    if (s == OK)
        s = draft_read(y->civil, t, y->id, &x, d);
    if (s == OK && x.author != y->who->account)
        s = diag_fail(d, E_FORBIDDEN, "policy.not_author");
    if (s == OK)
        s = draft_expect(&x, "draft", y->version, d);
    if (s == OK)
        s = check_said(&x, txn_today(t), d);
    return s == OK ? sql_exec(t, d, "UPDATE policy_draft SET state = 'submitted', submitted_at = ?, reason = NULL, version = version + 1 WHERE id = ? AND sha256 = ?",
                         SQL_I(txn_now(t)), SQL_I(y->id), SQL_S(y->sha256)) : s;
}

enum status policy_draft_submit(struct civil *c, const struct actor *who, int64_t id, int64_t version, struct diag *d) {
    struct step y = {.civil = c, .who = who, .id = id, .version = version};
    enum status s = policy_may(c, who, false, d);
    if (s == OK)
        s = try_step(&y, "draft", d);
    return s == OK ? store_write(c->store, submit, &y, d) : s;
}

static enum status give_back(struct txn *t, void *arg, struct diag *d) {
    struct step *y = arg;
    struct draft x;
    enum status s = policy_may(y->civil, y->who, true, d);
    if (s == OK)
        s = draft_read(y->civil, t, y->id, &x, d);
    if (s == OK)
        s = draft_expect(&x, "submitted", y->version, d);
    return s == OK ? sql_exec(t, d, "UPDATE policy_draft SET state = 'draft', returned_by = ?, returned_at = ?, reason = ?, version = version + 1 WHERE id = ?",
                         SQL_I(y->who->account), SQL_I(txn_now(t)), SQL_S(y->reason), SQL_I(y->id)) : s;
}

enum status policy_draft_return(struct civil *c, const struct actor *who, int64_t id, int64_t version, const char *reason, struct diag *d) {
    struct step y = {.civil = c, .who = who, .id = id, .version = version, .reason = reason};
    if (!said(reason) || utf8_length(span_of(reason)) > POLICY_WORDS_MAX) {
        diag_fail(d, E_INPUT, "policy.reason");
        return diag_at(d, "reason");
    }
    return store_write(c->store, give_back, &y, d);
}

/* ---- publishing ------------------------------------------------------------------------------------- */

struct number { int64_t version; char file[48]; };

static enum status next_number(struct txn *t, const struct matter *m, struct number *ret, struct diag *d) {
    int64_t last = 0;
    enum status s = sql_int(t, &last, 0, d, "SELECT MAX(version) FROM policy_version WHERE matter = ?", SQL_S(m->id));
    int64_t pack = (int64_t)m->decision_count;
    ret->version = (last > pack ? last : pack) + 1;
    snprintf(ret->file, sizeof ret->file, "decision-v%lld.dmn", (long long)ret->version);
    while (s == OK && pack_file_named(m->decision, m->decision_count, ret->file))
        snprintf(ret->file, sizeof ret->file, "decision-v%lld.dmn", (long long)++ret->version);
    return s;
}

const struct json *policy_payload(struct arena *a, const struct policy_evidence *e) {
    BUF_AUTO b;
    struct json_writer w;
    const struct json *j = NULL;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    json_object(&w);
    json_kstring(&w, "matter", e->matter);
    json_kint(&w, "version", e->version);
    json_kstring(&w, "file", e->file);
    json_kstring(&w, "sha256", e->sha256);
    json_kdate(&w, "valid_from", e->valid_from);
    json_kstring(&w, "base", e->base);
    json_kstring(&w, "article", e->article);
    json_kstring(&w, "retroactive", e->retroactive);
    json_kstring(&w, "note", e->note);
    json_kstring(&w, "differences", e->differences);
    json_kid(&w, "author", e->author);
    json_kid(&w, "published_by", e->published_by);
    if (e->reform) {
        json_key(&w, "reform");
        json_object(&w);
        json_kid(&w, "id", e->reform);
        json_kstring(&w, "name", e->reform_name);
        json_kstring(&w, "sha256", e->reform_sha);
        json_object_end(&w);
    }
    json_object_end(&w);
    return buf_ok(&b) && json_parse(a, buf_span(&b), &j, NULL) == OK ? j : NULL;
}

static enum status record(struct txn *t, const struct step *y, const struct draft *x, const struct number *n, const struct reform_seal *reform, struct span salt, int64_t *ret_entry, struct diag *d) {
    struct policy_evidence evidence = {.matter = x->matter->id, .version = n->version, .file = n->file, .sha256 = x->sha256, .valid_from = x->valid_from,
        .base = x->base, .article = x->article, .retroactive = x->retroactive, .note = x->note, .differences = x->differences, .author = x->author,
        .published_by = y->who->account, .reform = x->reform, .reform_name = reform->name, .reform_sha = reform->sha256};
    const struct json *payload = policy_payload(txn_arena(t), &evidence);
    struct tlog_commitment commitment;
    enum status s = payload ? tlog_entry_commit(salt, payload, &commitment, d) : arena_full(d);
    bool leads = *actor_division(y->who, "leader") != 0;
    const char *role = leads ? "leader" : "policy";
    struct tlog_entry e = {.kind = TLOG_POLICY_PUBLISH, .time = txn_now(t), .district = y->civil->district, .office = actor_division(y->who, role), .role = role,
        .action = "published", .payload = &commitment};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

static enum status may_publish(struct txn *t, const struct step *y, struct draft *x, struct diag *d) {
    int64_t later = 0;
    enum status s = policy_may(y->civil, y->who, true, d);
    if (s == OK)
        s = draft_read(y->civil, t, y->id, x, d);
    if (s == OK)
        s = draft_expect(x, "submitted", y->version, d);
    if (s == OK && x->author == y->who->account)
        s = diag_fail(d, E_FORBIDDEN, "policy.two_people");
    if (s == OK)
        s = check_day(x, txn_today(t), d);
    if (s == OK)
        s = sql_int(t, &later, 0, d, "SELECT count(*) FROM policy_version WHERE matter = ? AND published_at >= ?", SQL_S(x->matter->id), SQL_I(x->updated_at));
    /* The author has not seen what was published meanwhile, and it may undo his change or be undone. */
    return s == OK && later ? diag_fail(d, E_CONFLICT, "policy.moved") : s;
}

static enum status publish(struct txn *t, void *arg, struct diag *d) {
    struct step *y = arg;
    struct draft x;
    struct number n;
    struct reform_seal reform = {0};
    uint8_t bytes[TLOG_SALT_BYTES];
    int64_t entry = 0;
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = may_publish(t, y, &x, d);
    if (s == OK && strcmp(x.sha256, y->sha256) != 0)
        s = diag_fail(d, E_CONFLICT, "policy.changed");
    if (s == OK)
        s = next_number(t, x.matter, &n, d);
    if (s == OK)
        s = x.reform ? reform_seal(y->civil, t, x.reform, &reform, d) : OK;
    if (s == OK)
        s = record(t, y, &x, &n, &reform, salt, &entry, d);
    if (s != OK)
        return s;
    s = sql_exec(t, d,
        "INSERT INTO policy_version (id, matter, version, file, valid_from, text, sha256, base, article, retroactive, note, differences, author, published_by, "
        "published_at, published_on, salt, entry, reform, reform_name, reform_sha) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x.id), SQL_S(x.matter->id), SQL_I(n.version), SQL_S(n.file), SQL_I(x.valid_from), SQL_T(x.text), SQL_S(x.sha256), SQL_S(x.base), SQL_S(x.article),
        SQL_S(x.retroactive), SQL_S(x.note), SQL_S(x.differences), SQL_I(x.author), SQL_I(y->who->account), SQL_I(txn_now(t)), SQL_I(txn_today(t)), SQL_B(salt),
        SQL_I(entry), x.reform ? SQL_I(x.reform) : SQL_NIL, x.reform ? SQL_S(reform.name) : SQL_NIL, x.reform ? SQL_S(reform.sha256) : SQL_NIL);
    if (s == OK)
        s = evidence_keep_one(y->civil, t, y->who, KEPT_POLICY, 0, x.id, d);
    return s == OK ? sql_exec(t, d, "UPDATE policy_draft SET state = 'published', version = version + 1 WHERE id = ?", SQL_I(x.id)) : s;
}

static enum status warm(struct txn *t, void *arg, struct diag *d) {
    const struct civil *c = arg;
    const struct policies *p;
    return policies_published(c->policies, t, 0, &p, d);
}

enum status policy_draft_publish(struct civil *c, const struct actor *who, int64_t id, int64_t version, struct diag *d) {
    struct step y = {.civil = c, .who = who, .id = id, .version = version};
    enum status s = policy_may(c, who, true, d);
    if (s == OK)
        s = try_step(&y, "submitted", d);
    if (s == OK)
        s = store_write(c->store, publish, &y, d);
    if (s == OK) { /* compiled here, not while somebody's decision waits; what fails now fails there, with its own words */
        struct diag ignored = {0};
        (void)!store_read(c->store, warm, c, &ignored);
    }
    return s;
}
