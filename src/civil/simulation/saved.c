#include "civil/simulation/saved.h"

#include "base/utf8.h"
#include "civil/screening/snapshot_files.h"
#include "civil/simulation/reform.h"
#include "civil/row_json.h"
#include "crypto/hash.h"
#include "store/store.h"

#include <stdio.h>

static enum status may(const struct civil *c, const struct actor *who, struct diag *d) {
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    return actor_may(who, "policy", district) || actor_may(who, "leader", district) ? OK : diag_fail(d, E_FORBIDDEN, "simulation.role");
}

/* ---- computing ------------------------------------------------------------------------ */

struct before { struct civil *civil; const struct policies *policies; date_t today; int64_t kept; };

static enum status read_before(struct txn *t, void *arg, struct diag *d) {
    struct before *x = arg;
    x->today = txn_today(t);
    enum status s = policies_published(x->civil->policies, t, 0, &x->policies, d);
    return s == OK ? sql_int(t, &x->kept, 0, d, "SELECT count(*) FROM reform WHERE district = ?", SQL_I(x->civil->district)) : s;
}

static enum status check(const struct reform_ask *ask, struct diag *d) {
    size_t n = ask->name ? utf8_length(span_of(ask->name)) : 0;
    if (n == 0 || n > REFORM_NAME_MAX)
        return diag_at(d, "name"), diag_fail(d, E_INPUT, "simulation.name", DIAG_N("most", REFORM_NAME_MAX));
    if (ask->figures ? ask->figures->type != JSON_OBJECT || (!ask->figures->size && !ask->text_count) : !ask->text_count)
        return diag_at(d, "figures"), diag_fail(d, E_INPUT, "simulation.figures");
    for (size_t i = 0; ask->figures && i < ask->figures->size; i++)
        if (ask->figures->item[i]->type != JSON_NUMBER)
            return diag_at(d, "figures.%.*s", SPAN_ARG(ask->figures->key[i])), diag_fail(d, E_INPUT, "simulation.figures");
    return OK;
}

static enum status compute(struct civil *c, struct arena *a, const struct before *b, const struct snapshot *snapshot, const struct reform_ask *ask, struct buf *out, struct diag *d) {
    AUTO(reform_result) struct reform_result *result = NULL;
    size_t sets = ask->figures ? ask->figures->size : 0;
    struct figure_set *set = ARENA_ARRAY(a, sets + 1, struct figure_set);
    struct policy_text *text = ARENA_ARRAY(a, ask->text_count + 1, struct policy_text);
    if (!set || !text)
        return arena_full(d);
    for (size_t i = 0; i < sets; i++)
        set[i] = (struct figure_set){ask->figures->key[i], ask->figures->item[i]->number};
    for (size_t i = 0; i < ask->text_count; i++)
        text[i] = ask->text[i].text;
    struct reform r = {.packs = c->packs, .policies = b->policies, .household = snapshot ? snapshot_household(snapshot) : NULL, .from = snapshot, .date = b->today,
        .set = set, .set_count = sets, .text = text, .text_count = ask->text_count, .line_fen = ask->line_fen, .margin_fen = ask->margin_fen};
    enum status s = reform_run(&r, a, &result, d);
    if (s != OK)
        return s;
    struct json_writer w;
    json_begin(&w, out, false);
    simulation_json(&w, reform_report(result));
    return buf_ok(out) ? OK : arena_full(d);
}

struct keep { struct civil *civil; const struct actor *who; const struct reform_ask *ask; const char *snapshot; date_t day; struct span report; int64_t id; };

static void texts_json(struct buf *out, const struct reform_ask *ask) {
    struct json_writer w;
    json_begin(&w, out, false);
    json_array(&w);
    for (size_t i = 0; i < ask->text_count; i++) {
        char hex[2 * HASH_BYTES + 1];
        struct hash h = hash_one(HASH_SHA256, ask->text[i].text.text);
        hash_hex(&h, hex);
        json_object(&w);
        json_kstring(&w, "matter", ask->text[i].text.name);
        json_kid(&w, "draft", ask->text[i].draft);
        json_kstring(&w, "sha256", hex);
        json_object_end(&w);
    }
    json_array_end(&w);
}

static enum status keep(struct txn *t, void *arg, struct diag *d) {
    struct keep *x = arg;
    BUF_AUTO figures;
    BUF_AUTO texts;
    buf_init(&figures, 0);
    buf_init(&texts, 0);
    if (x->ask->figures)
        json_canonical(&figures, x->ask->figures);
    else
        buf_adds(&figures, "{}");
    texts_json(&texts, x->ask);
    if (!buf_ok(&figures) || !buf_ok(&texts))
        return arena_full(d);
    x->id = txn_new_id(t);
    return sql_exec(t, d, "INSERT INTO reform (district, id, name, made_at, made_by, day, figures, texts, snapshot, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->civil->district), SQL_I(x->id), SQL_S(x->ask->name), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_D(x->day), SQL_T(buf_span(&figures)),
        x->ask->text_count ? SQL_T(buf_span(&texts)) : SQL_NIL, SQL_S(x->snapshot), SQL_T(x->report));
}

enum status reform_keep(struct civil *c, struct arena *a, const struct actor *who, const struct snapshot *snapshot,
    const struct reform_ask *ask, int64_t *ret, struct diag *d) {
    struct before b = {.civil = c};
    BUF_AUTO report;
    buf_init(&report, 0);
    enum status s = may(c, who, d);
    if (s == OK)
        s = check(ask, d);
    if (s == OK)
        s = store_read(c->store, read_before, &b, d);
    if (s == OK && b.kept >= REFORMS_MAX)
        s = diag_fail(d, E_LIMIT, "simulation.kept", DIAG_N("most", REFORMS_MAX));
    if (s == OK)
        s = compute(c, a, &b, snapshot, ask, &report, d);
    struct keep x = {c, who, ask, snapshot ? snapshot_sha256(snapshot) : NULL, b.today, buf_span(&report), 0};
    if (s == OK)
        s = store_write(c->store, keep, &x, d);
    *ret = x.id;
    return s;
}

/* ---- reading ---------------------------------------------------------------------------- */

#define REFORM_COLUMNS "r.id, r.name, r.made_at, a.name, r.day, r.figures, r.snapshot, r.texts"

static enum status head_json(struct txn *t, const struct rows *r, struct json_writer *w, struct diag *d) {
    const struct json *figures = NULL, *texts = NULL;
    enum status s = json_parse(txn_arena(t), rows_text(r, 5), &figures, d);
    if (s == OK && !rows_null(r, 7))
        s = json_parse(txn_arena(t), rows_text(r, 7), &texts, d);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "name", rows_text(r, 1));
    json_kinstant(w, "made_at", rows_int(r, 2));
    json_kspan(w, "made_by", rows_text(r, 3));
    json_kdate(w, "day", rows_date(r, 4));
    json_key(w, "figures");
    json_value(w, figures);
    row_text_or_null(w, "snapshot", r, 6);
    if (texts) {
        json_key(w, "texts");
        json_value(w, texts);
    }
    return s;
}

enum status reforms_json(struct civil *c, struct txn *t, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT " REFORM_COLUMNS " FROM reform r LEFT JOIN account a ON a.id = r.made_by WHERE r.district = ? ORDER BY r.made_at DESC, r.id DESC",
        SQL_I(c->district));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        s = head_json(t, r, w, d);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status reform_json(struct civil *c, struct txn *t, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const struct json *report = NULL;
    enum status s = sql_one(t, &r, d, "SELECT " REFORM_COLUMNS ", r.report FROM reform r LEFT JOIN account a ON a.id = r.made_by WHERE r.district = ? AND r.id = ?",
        SQL_I(c->district), SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "simulation.none");
    if (s == OK)
        s = json_parse(txn_arena(t), rows_text(r, 8), &report, d);
    if (s != OK)
        return s;
    json_object(w);
    s = head_json(t, r, w, d);
    json_key(w, "report");
    json_value(w, report);
    json_object_end(w);
    return s;
}

enum status reform_seal(struct civil *c, struct txn *t, int64_t id, struct reform_seal *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    BUF_AUTO all;
    buf_init(&all, 0);
    enum status s = sql_one(t, &r, d, "SELECT name, figures, snapshot, report, day FROM reform WHERE district = ? AND id = ?", SQL_I(c->district), SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "simulation.none");
    if (s != OK)
        return s;
    buf_addf(&all, "%lld\n%.*s\n", (long long)rows_int(r, 4), SPAN_ARG(rows_null(r, 2) ? (struct span){0} : rows_text(r, 2)));
    buf_add(&all, rows_text(r, 1));
    buf_addc(&all, '\n');
    buf_add(&all, rows_text(r, 3));
    ret->name = rows_dup(r, 0, txn_arena(t));
    if (!buf_ok(&all) || !ret->name)
        return arena_full(d);
    struct hash h = hash_one(HASH_SHA256, buf_span(&all));
    hash_hex(&h, ret->sha256);
    return OK;
}

struct removal { struct civil *civil; const struct actor *who; int64_t id; };

static enum status removal(struct txn *t, void *arg, struct diag *d) {
    struct removal *x = arg;
    int64_t n = 0, named = 0;
    enum status s = sql_int(t, &named, 0, d, "SELECT count(*) FROM policy_draft WHERE reform = ?", SQL_I(x->id)); /* a draft stays when it is published */
    if (s == OK && named)
        return diag_fail(d, E_CONFLICT, "simulation.attached");
    if (s == OK)
        s = sql_exec_count(t, &n, d, "DELETE FROM reform WHERE district = ? AND id = ? AND made_by = ?", SQL_I(x->civil->district), SQL_I(x->id), SQL_I(x->who->account));
    return s == OK && !n ? diag_fail(d, E_NOT_FOUND, "simulation.none") : s;
}

enum status reform_delete(struct civil *c, const struct actor *who, int64_t id, struct diag *d) {
    struct removal x = {c, who, id};
    enum status s = may(c, who, d);
    return s == OK ? store_write(c->store, removal, &x, d) : s;
}
