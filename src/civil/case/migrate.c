#include "civil/case/migrate.h"

#include "bpmn/migrate.h"
#include "civil/case/case_internal.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"

struct migrating {
    struct civil *c;
    const struct actor *who;
    const struct case_migration *m;
    const struct matter *matter;
    const struct process *from, *to;
    const struct bpmn_move *move;
    uint32_t move_count;
    struct buf out;
    int64_t done, stay;
};

/* ---- whose cases ------------------------------------------------------------------- */

static const char *const looking[] = {"leader", "auditor", "policy", NULL};

struct scope { struct buf sql; struct sql_value v[2 * ACTOR_GRANTS_MAX + 8]; size_t n; };

/* Open cases of this version, in the actor's divisions, outside closed compartments. */
static enum status scope_sql(struct scope *q, struct txn *t, const struct migrating *x, const char *file, struct diag *d) {
    const char *open = secrecy_open_column(txn_arena(t), x->who, "f.compartment");
    if (!open)
        return arena_full(d);
    buf_addf(&q->sql, "f.matter = ? AND f.process_file = ? AND f.closed_at IS NULL AND %s AND ", open);
    q->v[q->n++] = SQL_S(x->matter->id);
    q->v[q->n++] = SQL_S(file);
    scope_of(&q->sql, q->v, &q->n, txn_arena(t), x->who, "f.division", looking, NULL);
    return OK;
}

/* ---- where the tokens are ------------------------------------------------------------ */

static void element_json(struct json_writer *w, const struct migrating *x, const char *element, int64_t cases) {
    const struct bpmn_model *m = x->from->model, *to = x->to->model;
    uint32_t n = bpmn_node_find(m, span_of(element));
    const char *target = element;
    for (uint32_t i = 0; i < x->move_count; i++)
        if (strcmp(x->move[i].from, element) == 0)
            target = x->move[i].to;
    uint32_t k = bpmn_node_find(to, span_of(target));
    json_object(w);
    json_kstring(w, "element", element);
    const char *name = n == BPMN_NONE ? element : m->node[n].name;
    text_pair(w, "name", name, json_str(desk_element(x->matter, element), "en", name));
    json_kint(w, "cases", cases);
    json_key(w, "to");
    json_string(w, k == BPMN_NONE ? NULL : target);
    if (k == BPMN_NONE)
        text_json(w, "to_name", NULL);
    else
        text_pair(w, "to_name", to->node[k].name, json_str(desk_element(x->matter, target), "en", to->node[k].name));
    json_object_end(w);
}

static enum status elements_json(struct txn *t, struct migrating *x, struct json_writer *w, struct diag *d) {
    struct scope q = {.n = 0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    buf_init(&q.sql, 32768);
    buf_adds(&q.sql,
        "SELECT w.element, COUNT(DISTINCT w.case_id) FROM case_file f JOIN ("
        "SELECT district, case_id, element FROM case_task WHERE state = 'open' UNION ALL SELECT district, case_id, element FROM case_timer "
        "UNION ALL SELECT district, case_id, element FROM case_subscription) w ON w.district = f.district AND w.case_id = f.id WHERE ");
    enum status s = scope_sql(&q, t, x, x->m->from, d);
    buf_adds(&q.sql, " GROUP BY w.element ORDER BY w.element");
    if (s == OK)
        s = sql_query_(t, &r, d, buf_str(&q.sql), q.v, q.n);
    buf_release(&q.sql);
    json_key(w, "elements");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        element_json(w, x, rows_dup(r, 0, txn_arena(t)), rows_int(r, 1));
    json_array_end(w);
    return s;
}

/* ---- one case ----------------------------------------------------------------------------- */

static const struct json *reason_body(struct txn *t, const char *reason) { return EVENT_ARGS(txn_arena(t), "note", reason); }

static enum status apply_to(struct txn *t, struct migrating *x, struct case_row *k, const struct bpmn_result *r, struct diag *d) {
    const struct json *args = EVENT_ARGS(txn_arena(t), "from", x->from->file->name, "to", x->to->file->name), *body = reason_body(t, x->m->reason);
    if (!args || !body)
        return arena_full(d);
    enum status s = case_event_of(x->c, t, x->who, "leader", k, "migrated", NULL, args, body, NULL, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE case_file SET process_file = ?, process_sha = ? WHERE district = ? AND id = ?", SQL_S(x->to->file->name),
            SQL_S(x->to->file->sha256), SQL_I(k->district), SQL_I(k->id));
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = "leader", .k = k};
    k->process = x->to;
    return s == OK ? drive_migrated(&drive, r, d) : s;
}

static void item_json(struct json_writer *w, const struct migrating *x, const struct case_row *k, const struct bpmn_state *state, const struct diag *why) {
    bool named = case_reader_may(x->who, k->division);
    json_object(w);
    json_key(w, "case");
    if (named)
        json_stringf(w, "%lld", (long long)k->id);
    else
        json_nothing(w);
    json_key(w, "number");
    json_string(w, named ? k->number : NULL);
    json_key(w, "at");
    json_array(w);
    for (uint32_t i = 0; i < state->token_count; i++)
        json_string(w, x->from->model->node[state->token[i].node].id);
    json_array_end(w);
    json_kbool(w, "done", !why);
    json_key(w, "because");
    if (why) {
        BUF_AUTO b;
        buf_init(&b, 4096);
        message_render(&b, x->who->lang, why);
        json_span(w, buf_span(&b));
    } else
        json_nothing(w);
    json_object_end(w);
}

/* What the new version cannot take is said; nothing of it was written. */
static enum status one(struct txn *t, struct migrating *x, int64_t id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    const struct bpmn_state *state = NULL;
    struct bpmn_result r;
    enum status s = case_row_read(x->c, t, id, &k, d);
    if (s == OK)
        s = case_state_read(x->c, t, &k, &state, NULL, d);
    if (s != OK)
        return s;
    struct diag why = {0};
    s = bpmn_migrate(x->from->model, state, x->to->model, x->move, x->move_count, case_feel(x->c->models), txn_arena(t), &r, &why);
    bool stays = s == E_CONFLICT || s == E_INPUT;
    if (s != OK && !stays) {
        *d = why;
        return s;
    }
    x->stay += stays;
    x->done += !stays;
    s = stays || x->m->preview ? OK : apply_to(t, x, &k, &r, d);
    item_json(w, x, &k, state, stays ? &why : NULL);
    return s;
}

/* ---- all of a call ---------------------------------------------------------------------------- */

static enum status page_of(struct txn *t, struct migrating *x, int64_t id[CASE_MIGRATE_MAX + 1], size_t *ret_n, struct diag *d) {
    struct scope q = {.n = 0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    buf_init(&q.sql, 16384);
    buf_adds(&q.sql, "SELECT f.id FROM case_file f WHERE ");
    enum status s = scope_sql(&q, t, x, x->m->from, d);
    buf_adds(&q.sql, " AND f.id > ? ORDER BY f.id LIMIT ?");
    q.v[q.n++] = SQL_I(x->m->after);
    q.v[q.n++] = SQL_I(CASE_MIGRATE_MAX + 1);
    if (s == OK)
        s = sql_query_(t, &r, d, buf_str(&q.sql), q.v, q.n);
    buf_release(&q.sql);
    for (*ret_n = 0; s == OK && (s = rows_next(r, &row, d)) == OK && row; ++*ret_n)
        id[*ret_n] = rows_int(r, 0);
    return s;
}

static enum status cases_json(struct txn *t, struct migrating *x, struct json_writer *w, struct diag *d) {
    int64_t id[CASE_MIGRATE_MAX + 1];
    size_t n = 0;
    enum status s = page_of(t, x, id, &n, d);
    size_t shown = n > CASE_MIGRATE_MAX ? CASE_MIGRATE_MAX : n;
    x->done = x->stay = 0;
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < shown; i++)
        s = one(t, x, id[i], w, d);
    json_array_end(w);
    json_key(w, "next");
    if (n > shown)
        json_stringf(w, "%lld", (long long)id[shown - 1]);
    else
        json_nothing(w);
    json_kint(w, "moved", x->done);
    json_kint(w, "stay", x->stay);
    return s;
}

static void findings_json(struct json_writer *w, const struct migrating *x, const struct bpmn_finding *f, uint32_t n) {
    json_key(w, "findings");
    json_array(w);
    for (uint32_t i = 0; i < n; i++) {
        BUF_AUTO text;
        buf_init(&text, 4096);
        const struct diag_arg args[] = {DIAG_S("element", f[i].element), DIAG_S("name", f[i].name), DIAG_S("other", f[i].other)};
        message_text(&text, x->who->lang, f[i].code, args, ARRAY_LEN(args));
        json_object(w);
        json_kstring(w, "code", f[i].code);
        json_kstring(w, "element", f[i].element);
        json_kspan(w, "text", buf_span(&text));
        json_object_end(w);
    }
    json_array_end(w);
}

static enum status migrate_closure(struct txn *t, void *arg, struct diag *d) {
    struct migrating *x = arg;
    struct json_writer w;
    struct bpmn_finding *finding = NULL;
    uint32_t findings = 0;
    buf_clear(&x->out); /* it may run again */
    json_begin(&w, &x->out, false);
    enum status s = bpmn_migration_check(txn_arena(t), x->from->model, x->to->model, x->move, x->move_count, &finding, &findings, d);
    json_object(&w);
    json_kstring(&w, "matter", x->matter->id);
    json_kstring(&w, "from", x->m->from);
    json_kstring(&w, "to", x->m->to);
    json_kbool(&w, "preview", x->m->preview);
    if (s == OK)
        findings_json(&w, x, finding, findings);
    if (s == OK)
        s = elements_json(t, x, &w, d);
    if (s == OK && !findings)
        s = cases_json(t, x, &w, d);
    else if (s == OK) {
        json_key(&w, "items");
        json_array(&w);
        json_array_end(&w);
        json_key(&w, "next");
        json_nothing(&w);
        json_kint(&w, "moved", 0);
        json_kint(&w, "stay", 0);
    }
    json_object_end(&w);
    return s;
}

/* ---- the question -------------------------------------------------------------------------------- */

static enum status read_moves(struct migrating *x, struct arena *a, const struct json *j, struct diag *d) {
    if (json_is_null(j))
        return OK;
    if (j->type != JSON_OBJECT || j->size > CASE_MOVES_MAX)
        return diag_fail(d, E_INPUT, "case.migrate_moves", DIAG_N("limit", CASE_MOVES_MAX));
    struct bpmn_move *move = ARENA_ARRAY(a, j->size + 1, struct bpmn_move);
    if (!move)
        return arena_full(d);
    for (size_t i = 0; i < j->size; i++) {
        if (j->item[i]->type != JSON_STRING)
            return diag_fail(d, E_INPUT, "case.migrate_moves", DIAG_N("limit", CASE_MOVES_MAX));
        move[i] = (struct bpmn_move){arena_dup(a, j->key[i]), arena_dup(a, j->item[i]->text)};
        if (!move[i].from || !move[i].to)
            return arena_full(d);
    }
    x->move = move;
    x->move_count = (uint32_t)j->size;
    return OK;
}

static enum status open_question(struct migrating *x, struct arena *a, struct diag *d) {
    const struct case_migration *m = x->m;
    x->matter = packs_matter(x->c->packs, m->matter);
    if (!x->matter || !x->matter->open || !secrecy_open_scheme(x->c, x->who, x->matter->scheme))
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    x->from = case_process_named(x->c->models, x->matter, m->from);
    x->to = case_process_named(x->c->models, x->matter, m->to);
    if (!x->from || !x->to)
        return diag_fail(d, E_NOT_FOUND, "case.no_version");
    if (x->from == x->to)
        return diag_fail(d, E_INPUT, "case.migrate_same");
    if (!m->preview && !actor_may(x->who, "leader", NULL))
        return diag_fail(d, E_FORBIDDEN, "case.migrate_who");
    if (!m->preview && !case_said(m->reason))
        return diag_fail(d, E_INPUT, "case.reason_needed", DIAG_N("min", CASE_SAID_MIN));
    return read_moves(x, a, m->moves, d);
}

enum status case_migrate(struct civil *c, struct arena *a, const struct actor *who, const struct case_migration *m, const struct json **ret, struct diag *d) {
    struct migrating x = {.c = c, .who = who, .m = m};
    struct actor leader = *who;
    if (!m->preview) { /* other roles look at more cases than a leader may move */
        leader.grant_count = 0;
        for (int i = 0; i < who->grant_count; i++)
            if (strcmp(who->grant[i].role, "leader") == 0)
                leader.grant[leader.grant_count++] = who->grant[i];
        x.who = &leader;
    }
    enum status s = open_question(&x, a, d);
    if (s != OK)
        return s;
    buf_init(&x.out, 0);
    s = m->preview ? store_read(c->store, migrate_closure, &x, d) : store_write(c->store, migrate_closure, &x, d);
    if (s == OK)
        s = json_parse(a, buf_span(&x.out), ret, d);
    buf_release(&x.out);
    return s;
}

/* ---- what there is to choose from ------------------------------------------------------------------ */

static enum status version_json(struct txn *t, struct migrating *x, const struct pack_file *f, const struct pack_file *now, struct json_writer *w, struct diag *d) {
    struct scope q = {.n = 0};
    AUTO(rows) struct rows *r = NULL;
    buf_init(&q.sql, 16384);
    buf_adds(&q.sql, "SELECT COUNT(*) FROM case_file f WHERE ");
    enum status s = scope_sql(&q, t, x, f->name, d);
    if (s == OK)
        s = sql_one_(t, &r, d, buf_str(&q.sql), q.v, q.n);
    buf_release(&q.sql);
    json_object(w);
    json_kstring(w, "matter", x->matter->id);
    text_json(w, "name", json_get(x->matter->json, "name"));
    json_kstring(w, "file", f->name);
    json_kdate(w, "valid_from", f->valid_from);
    json_kbool(w, "in_force", f == now);
    json_kint(w, "open", s == OK ? rows_int(r, 0) : 0);
    json_object_end(w);
    return s;
}

enum status case_processes_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    enum status s = OK;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < packs_count(c->packs); i++) {
        const struct pack *p = packs_at(c->packs, i);
        for (size_t k = 0; s == OK && k < p->matter_count; k++) {
            struct migrating x = {.c = c, .who = who, .matter = &p->matter[k]};
            if (!x.matter->open || !secrecy_open_scheme(c, who, x.matter->scheme))
                continue;
            const struct pack_file *now = pack_file_on(x.matter->process, x.matter->process_count, txn_today(t));
            for (size_t f = 0; s == OK && f < x.matter->process_count; f++)
                s = version_json(t, &x, &x.matter->process[f], now, w, d);
        }
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}
