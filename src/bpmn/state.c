/* The state of an instance as JSON, format 2:
 *
 * {"v":2, "process":"Process_1", "status":"running", "next":17,
 *  "end":null | "EndEvent_1", "error":"",
 *  "variables":{...},
 *  "scopes":[{"id":1,"at":null,"token":0}, {"id":9,"at":"Sub_1","token":8}],
 *  "tokens":[{"id":8,"scope":1,"at":"Sub_1","flow":"Flow_2"}],
 *  "waits":[{"key":12,"kind":"timer","at":"Boundary_1","token":8,"scope":1,
 *            "left":0,"text":"P10WD","correlation":""}],
 *  "done":{"Task_1":"u17"}}
 *
 * and where they say something: in a scope "kind" (loop, undo) and for a loop
 * "total", "started", "finished", "items", "results"; in a token "index" (its
 * instance) and "local" (its variables); "records":[{"scope":1,"of":"Task_1",
 * "handler":"Task_9"}], what can be undone.  Format 1 had none of these and is
 * still read.
 *
 * Reading trusts nothing: every reference is checked against the model, and
 * the picture must be one that bpmn_step leaves behind. */
#include "bpmn/engine_internal.h"

static const char *const WAIT_NAME[] = {"task", "service", "decision", "call", "timer", "message", "signal", "condition"};
static const char *const SCOPE_NAME[] = {"body", "loop", "undo"};

/* ---- writing ---------------------------------------------------------------- */

static void write_node(struct json_writer *w, const struct bpmn_model *m, const char *key, uint32_t node) {
    json_kstring(w, key, node == BPMN_NONE ? NULL : m->node[node].id);
}

static void write_scope(struct json_writer *w, const struct bpmn_model *m, const struct bpmn_scope *s) {
    json_object(w);
    json_kint(w, "id", (int64_t)s->id);
    write_node(w, m, "at", s->node);
    json_kint(w, "token", (int64_t)s->token);
    if (s->kind != BPMN_SCOPE_BODY)
        json_kstring(w, "kind", SCOPE_NAME[s->kind]);
    if (s->kind == BPMN_SCOPE_LOOP) {
        json_kint(w, "total", s->total);
        json_kint(w, "started", s->started);
        json_kint(w, "finished", s->done);
        if (s->items) {
            json_key(w, "items");
            json_value(w, s->items);
        }
        if (s->results) {
            json_key(w, "results");
            json_value(w, s->results);
        }
    }
    json_object_end(w);
}

static void write_token(struct json_writer *w, const struct bpmn_model *m, const struct bpmn_token *t) {
    json_object(w);
    json_kint(w, "id", (int64_t)t->id);
    json_kint(w, "scope", (int64_t)t->scope);
    write_node(w, m, "at", t->node);
    json_kstring(w, "flow", t->flow == BPMN_NONE ? NULL : m->flow[t->flow].id);
    if (t->index >= 0)
        json_kint(w, "index", t->index);
    if (t->local) {
        json_key(w, "local");
        json_value(w, t->local);
    }
    json_object_end(w);
}

static void write_records(struct json_writer *w, const struct bpmn_model *m, const struct bpmn_state *s) {
    if (s->record_count == 0)
        return;
    json_key(w, "records");
    json_array(w);
    for (uint32_t i = 0; i < s->record_count; i++) {
        json_object(w);
        json_kint(w, "scope", (int64_t)s->record[i].scope);
        write_node(w, m, "of", s->record[i].activity);
        write_node(w, m, "handler", s->record[i].handler);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_wait(struct json_writer *w, const struct bpmn_model *m, const struct bpmn_wait *t) {
    json_object(w);
    json_kint(w, "key", (int64_t)t->key);
    json_kstring(w, "kind", WAIT_NAME[t->kind]);
    write_node(w, m, "at", t->node);
    json_kint(w, "token", (int64_t)t->token);
    json_kint(w, "scope", (int64_t)t->scope);
    json_kint(w, "left", t->left);
    json_kstring(w, "text", t->text);
    json_kstring(w, "correlation", t->correlation);
    json_object_end(w);
}

void bpmn_state_write(struct buf *out, const struct bpmn_model *m, const struct bpmn_state *s) {
    assert(out && m && s);
    struct json_writer w;
    json_begin(&w, out, false);
    json_object(&w);
    json_kint(&w, "v", 2);
    json_kstring(&w, "process", m->id);
    json_kstring(&w, "status", bpmn_status_name(s->status));
    json_kint(&w, "next", (int64_t)s->next);
    write_node(&w, m, "end", s->end);
    json_kstring(&w, "error", s->error);
    json_key(&w, "variables");
    json_value(&w, s->variables);
    json_key(&w, "scopes");
    json_array(&w);
    for (uint32_t i = 0; i < s->scope_count; i++)
        write_scope(&w, m, &s->scope[i]);
    json_array_end(&w);
    json_key(&w, "tokens");
    json_array(&w);
    for (uint32_t i = 0; i < s->token_count; i++)
        write_token(&w, m, &s->token[i]);
    json_array_end(&w);
    json_key(&w, "waits");
    json_array(&w);
    for (uint32_t i = 0; i < s->wait_count; i++)
        write_wait(&w, m, &s->wait[i]);
    json_array_end(&w);
    write_records(&w, m, s);
    json_key(&w, "done");
    json_object(&w);
    for (uint32_t i = 0; i < s->done_count; i++)
        json_kstring(&w, m->node[s->done[i].node].id, s->done[i].who);
    json_object_end(&w);
    json_object_end(&w);
}

/* ---- reading ------------------------------------------------------------------ */

struct reader {
    const struct bpmn_model *m;
    struct arena *a;
    struct bpmn_state *s;
    struct diag *d;
};

static enum status broken(struct reader *r, const char *what) {
    return diag_fail(r->d, E_CORRUPT, "bpmn.state_broken", DIAG_S("what", what));
}

/* Ids and keys: integers that a double would keep too, as other readers of the
 * JSON may use one. */
static const int64_t ID_MAX = (int64_t)1 << 53;

static bool take_id(const struct json *o, const char *key, bool zero, uint64_t *ret) {
    const struct json *v = json_get(o, key);
    int64_t n;
    if (!v || v->type != JSON_NUMBER || dec_to_int(v->number, &n, NULL) != OK || n < (zero ? 0 : 1) || n >= ID_MAX)
        return false;
    *ret = (uint64_t)n;
    return true;
}

static bool take_text(const struct json *o, const char *key, const char **ret) {
    const struct json *v = json_get(o, key);
    if (!v || v->type != JSON_STRING)
        return false;
    *ret = v->text.at;
    return true;
}

/* null is allowed where `none` is. */
static bool take_node(struct reader *r, const struct json *o, const char *key, bool none, uint32_t *ret) {
    const struct json *v = json_get(o, key);
    *ret = BPMN_NONE;
    if (!v)
        return false;
    if (v->type == JSON_NULL)
        return none;
    if (v->type != JSON_STRING)
        return false;
    *ret = bpmn_node_find(r->m, v->text);
    return *ret != BPMN_NONE;
}

static const struct json *list(const struct json *root, const char *key) {
    const struct json *v = json_get(root, key);
    return v && v->type == JSON_ARRAY && v->size <= BPMN_TOKENS_MAX ? v : NULL;
}

/* The index of a name; -1 unknown, 0 when there is none. */
static int named(const struct json *o, const char *key, const char *const *list, size_t n) {
    const struct json *v = json_get(o, key);
    if (!v)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (v->type == JSON_STRING && span_is(v->text, list[i]))
            return (int)i;
    return -1;
}

static bool take_int(const struct json *o, const char *key, int low, int *ret) {
    int64_t n = json_int(o, key, INT64_MIN);
    *ret = (int)n;
    return n >= low && n <= BPMN_TOKENS_MAX;
}

/* A list as long as the loop, or none. */
static bool take_list(const struct json *o, const char *key, int total, const struct json **ret) {
    *ret = json_get(o, key);
    return !*ret || ((*ret)->type == JSON_ARRAY && (*ret)->size == (size_t)total);
}

/* How many instances have begun follows from how many are done. */
static bool read_loop(const struct reader *r, const struct json *o, struct bpmn_scope *s) {
    enum bpmn_loop loop = r->m->node[s->node].loop;
    int64_t done = json_int(o, "finished", -1);
    if (!take_int(o, "total", -1, &s->total) || (loop == BPMN_LOOP) != (s->total < 0) || done < 0 ||
        done > BPMN_STEP_VISITS_MAX * 100000 || (s->total >= 0 && done >= s->total))
        return false;
    s->done = (int)done;
    s->started = loop == BPMN_AT_ONCE ? s->total : s->done + 1;
    if (json_int(o, "started", -1) != s->started)
        return false;
    return s->total < 0 ? !json_get(o, "items") && !json_get(o, "results")
                        : take_list(o, "items", s->total, &s->items) && take_list(o, "results", s->total, &s->results) &&
                              (s->results != NULL) == (r->m->node[s->node].collect[0] != '\0');
}

static bool inner_scope(struct reader *r, const struct bpmn_scope *s) {
    if (s->node == BPMN_NONE)
        return false;
    const struct bpmn_node *n = &r->m->node[s->node];
    switch (s->kind) {
    case BPMN_SCOPE_LOOP:
        return n->loop != BPMN_ONCE;
    case BPMN_SCOPE_UNDO:
        return (n->kind == BPMN_THROW || n->kind == BPMN_END) &&
               (n->trigger == BPMN_COMPENSATION || n->trigger == BPMN_CANCEL);
    default:
        return n->kind == BPMN_SUBPROCESS || n->kind == BPMN_EVENT_SUBPROCESS;
    }
}

static enum status read_scopes(struct reader *r, const struct json *root) {
    const struct json *all = list(root, "scopes");
    if (!all)
        return broken(r, "scopes");
    r->s->scope = ARENA_ARRAY(r->a, all->size + 1, struct bpmn_scope);
    if (!r->s->scope)
        return arena_full(r->d);
    for (size_t i = 0; i < all->size; i++) {
        struct bpmn_scope *s = &r->s->scope[i];
        const struct json *o = all->item[i];
        if (!take_id(o, "id", false, &s->id) || !take_id(o, "token", true, &s->token) ||
            !take_node(r, o, "at", true, &s->node))
            return broken(r, "scopes");
        int kind = named(o, "kind", SCOPE_NAME, ARRAY_LEN(SCOPE_NAME));
        if (kind < 0)
            return broken(r, "scopes");
        s->kind = (enum bpmn_scope_kind)kind;
        if (i == 0 ? s->node != BPMN_NONE || s->token != 0 || kind != BPMN_SCOPE_BODY
                   : !inner_scope(r, s) || s->token == 0 || (kind == BPMN_SCOPE_LOOP && !read_loop(r, o, s)))
            return broken(r, "scopes");
        for (size_t k = 0; k < i; k++)
            if (r->s->scope[k].id == s->id || r->s->scope[k].token == s->token)
                return broken(r, "scopes");
        r->s->scope_count++;
    }
    return OK;
}

static enum status read_tokens(struct reader *r, const struct json *root) {
    const struct json *all = list(root, "tokens");
    if (!all)
        return broken(r, "tokens");
    r->s->token = ARENA_ARRAY(r->a, all->size + 1, struct bpmn_token);
    if (!r->s->token)
        return arena_full(r->d);
    for (size_t i = 0; i < all->size; i++) {
        struct bpmn_token *t = &r->s->token[i];
        const struct json *o = all->item[i], *flow = json_get(o, "flow");
        if (!take_id(o, "id", false, &t->id) || !take_id(o, "scope", false, &t->scope) ||
            !take_node(r, o, "at", false, &t->node) || !flow)
            return broken(r, "tokens");
        t->flow = flow->type == JSON_STRING ? bpmn_flow_find(r->m, flow->text) : BPMN_NONE;
        if (flow->type != JSON_NULL && (t->flow == BPMN_NONE || r->m->flow[t->flow].to != t->node))
            return broken(r, "tokens");
        t->index = -1;
        t->local = json_get(o, "local");
        if ((json_get(o, "index") && !take_int(o, "index", 0, &t->index)) ||
            (t->local && t->local->type != JSON_OBJECT))
            return broken(r, "tokens");
        r->s->token_count++;
    }
    return OK;
}

static bool wait_kind(const char *name, enum bpmn_wait_kind *ret) {
    for (size_t i = 0; i < ARRAY_LEN(WAIT_NAME); i++)
        if (strcmp(WAIT_NAME[i], name) == 0) {
            *ret = (enum bpmn_wait_kind)i;
            return true;
        }
    return false;
}

static enum status read_waits(struct reader *r, const struct json *root) {
    const struct json *all = list(root, "waits");
    if (!all)
        return broken(r, "waits");
    r->s->wait = ARENA_ARRAY(r->a, all->size + 1, struct bpmn_wait);
    if (!r->s->wait)
        return arena_full(r->d);
    for (size_t i = 0; i < all->size; i++) {
        struct bpmn_wait *w = &r->s->wait[i];
        const struct json *o = all->item[i];
        const char *kind;
        int64_t left = json_int(o, "left", -2);
        if (!take_id(o, "key", false, &w->key) || !take_id(o, "token", true, &w->token) ||
            !take_id(o, "scope", false, &w->scope) || !take_node(r, o, "at", false, &w->node) ||
            !take_text(o, "kind", &kind) || !wait_kind(kind, &w->kind) || !take_text(o, "text", &w->text) ||
            !take_text(o, "correlation", &w->correlation) || left < -1 || left > 1000000)
            return broken(r, "waits");
        w->left = (int)left;
        r->s->wait_count++;
    }
    return OK;
}

static enum status read_done(struct reader *r, const struct json *root) {
    const struct json *all = json_get(root, "done");
    if (!all || all->type != JSON_OBJECT)
        return broken(r, "done");
    r->s->done = ARENA_ARRAY(r->a, all->size + 1, struct bpmn_done);
    if (!r->s->done)
        return arena_full(r->d);
    for (size_t i = 0; i < all->size; i++) {
        uint32_t node = bpmn_node_find(r->m, all->key[i]);
        if (node == BPMN_NONE || !bpmn_remembers_who(&r->m->node[node]) || all->item[i]->type != JSON_STRING)
            return broken(r, "done");
        r->s->done[r->s->done_count++] = (struct bpmn_done){node, all->item[i]->text.at};
    }
    return OK;
}

static enum status read_records(struct reader *r, const struct json *root) {
    const struct json *all = json_get(root, "records");
    if (!all)
        return OK;
    all = list(root, "records");
    r->s->record = all ? ARENA_ARRAY(r->a, all->size + 1, struct bpmn_record) : NULL;
    if (!all)
        return broken(r, "records");
    if (!r->s->record)
        return arena_full(r->d);
    for (size_t i = 0; i < all->size; i++) {
        struct bpmn_record *x = &r->s->record[i];
        const struct json *o = all->item[i];
        if (!take_id(o, "scope", false, &x->scope) || !take_node(r, o, "of", false, &x->activity) ||
            !take_node(r, o, "handler", false, &x->handler))
            return broken(r, "records");
        const struct bpmn_node *h = &r->m->node[x->handler];
        bool event = h->kind == BPMN_EVENT_SUBPROCESS && h->parent == x->activity;
        if (!bpmn_activity(&r->m->node[x->activity]) || !(h->compensates || event))
            return broken(r, "records");
        r->s->record_count++;
    }
    return OK;
}

static enum status read_head(struct reader *r, const struct json *root) {
    struct bpmn_state *s = r->s;
    if (json_int(root, "v", 0) != 1 && json_int(root, "v", 0) != 2)
        return diag_fail(r->d, E_CORRUPT, "bpmn.state_version");
    if (strcmp(json_str(root, "process", ""), r->m->id) != 0)
        return diag_fail(r->d, E_CORRUPT, "bpmn.state_process", DIAG_S("process", r->m->id));
    const char *status;
    if (!take_text(root, "status", &status))
        return broken(r, "status");
    int found = -1;
    for (int i = BPMN_RUNNING; i <= BPMN_FAILED; i++)
        if (strcmp(bpmn_status_name((enum bpmn_status)i), status) == 0)
            found = i;
    s->variables = json_get(root, "variables");
    if (found < 0 || !take_id(root, "next", false, &s->next) || !take_node(r, root, "end", true, &s->end) ||
        !take_text(root, "error", &s->error) || !s->variables || s->variables->type != JSON_OBJECT ||
        (s->end != BPMN_NONE && r->m->node[s->end].kind != BPMN_END))
        return broken(r, "head");
    s->status = (enum bpmn_status)found;
    return OK;
}

/* ---- does the picture hold together? ---------------------------------------------- */

static const struct bpmn_token *token_of(const struct bpmn_state *s, uint64_t id) {
    for (uint32_t i = 0; i < s->token_count; i++)
        if (s->token[i].id == id)
            return &s->token[i];
    return NULL;
}

static const struct bpmn_scope *scope_of(const struct bpmn_state *s, uint64_t id) {
    for (uint32_t i = 0; i < s->scope_count; i++)
        if (s->scope[i].id == id)
            return &s->scope[i];
    return NULL;
}

static int by_number(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Scopes, tokens and waits share one counter: no number twice, none ahead of it. */
static enum status check_numbers(struct reader *r) {
    const struct bpmn_state *s = r->s;
    size_t n = 0, room = (size_t)s->scope_count + s->token_count + s->wait_count;
    uint64_t *all = ARENA_ARRAY(r->a, room + 1, uint64_t);
    if (!all)
        return arena_full(r->d);
    for (uint32_t i = 0; i < s->scope_count; i++)
        all[n++] = s->scope[i].id;
    for (uint32_t i = 0; i < s->token_count; i++)
        all[n++] = s->token[i].id;
    for (uint32_t i = 0; i < s->wait_count; i++)
        all[n++] = s->wait[i].key;
    qsort(all, n, sizeof *all, by_number);
    for (size_t i = 0; i < n; i++)
        if (all[i] >= s->next || (i > 0 && all[i] == all[i - 1]))
            return broken(r, "numbers");
    return OK;
}

/* The scope inside a token is of the kind that its place calls for. */
static bool right_inside(const struct bpmn_node *n, const struct bpmn_token *t, const struct bpmn_scope *s) {
    bool repeats = n->loop != BPMN_ONCE && t->index < 0;
    return (s->kind == BPMN_SCOPE_LOOP) == repeats;
}

/* Every inner scope stands inside a token of an older scope, so they form a
 * tree below the first. */
static enum status check_scopes(struct reader *r) {
    for (uint32_t i = 1; i < r->s->scope_count; i++) {
        const struct bpmn_scope *s = &r->s->scope[i];
        const struct bpmn_token *t = token_of(r->s, s->token);
        const struct bpmn_scope *outer = t ? scope_of(r->s, t->scope) : NULL;
        if (!outer || t->node != s->node || outer->id >= s->id || !right_inside(&r->m->node[s->node], t, s))
            return broken(r, "scopes");
    }
    return OK;
}

static bool has_wait(const struct bpmn_state *s, uint64_t token, enum bpmn_wait_kind kind, uint32_t node) {
    for (uint32_t i = 0; i < s->wait_count; i++)
        if (s->wait[i].token == token && s->wait[i].kind == kind && s->wait[i].node == node)
            return true;
    return false;
}

static bool has_scope(const struct bpmn_state *s, uint64_t token) {
    for (uint32_t i = 0; i < s->scope_count; i++)
        if (s->scope[i].token == token)
            return true;
    return false;
}

static bool may_stand(struct reader *r, const struct bpmn_token *t) {
    const struct bpmn_node *n = &r->m->node[t->node];
    enum bpmn_wait_kind kind;
    if (node_joins(n))
        return t->flow != BPMN_NONE;
    if ((n->loop != BPMN_ONCE && t->index < 0) || n->kind == BPMN_THROW || n->kind == BPMN_END)
        return has_scope(r->s, t->id);
    if (n->kind == BPMN_SUBPROCESS || n->kind == BPMN_EVENT_SUBPROCESS)
        return has_scope(r->s, t->id);
    if (node_wait(n, &kind))
        return has_wait(r->s, t->id, kind, t->node);
    if (n->kind != BPMN_EVENT_GATEWAY)
        return false;
    for (uint32_t i = 0; i < n->out_count; i++) {
        uint32_t to = bpmn_out(r->m, t->node, i)->to;
        if (node_wait(&r->m->node[to], &kind) && !has_wait(r->s, t->id, kind, to))
            return false;
    }
    return true;
}

/* A body holds what is drawn in it, a loop its own activity, an undoing scope
 * the handlers and what they lead to. */
static bool in_its_scope(struct reader *r, const struct bpmn_token *t) {
    const struct bpmn_scope *s = scope_of(r->s, t->scope);
    if (!s || (s->kind == BPMN_SCOPE_LOOP) != (t->index >= 0))
        return false;
    if (s->kind == BPMN_SCOPE_LOOP)
        return t->node == s->node && t->index < s->started;
    return s->kind == BPMN_SCOPE_UNDO || s->node == r->m->node[t->node].parent;
}

static enum status check_tokens(struct reader *r) {
    for (uint32_t i = 0; i < r->s->token_count; i++)
        if (!in_its_scope(r, &r->s->token[i]) || !may_stand(r, &r->s->token[i]))
            return broken(r, "tokens");
    for (uint32_t i = 0; i < r->s->record_count; i++)
        if (!scope_of(r->s, r->s->record[i].scope))
            return broken(r, "records");
    return OK;
}

/* A wait of an event sub-process belongs to the scope around it. */
static bool wait_of_scope(struct reader *r, const struct bpmn_wait *w) {
    const struct bpmn_node *n = &r->m->node[w->node];
    const struct bpmn_scope *s = scope_of(r->s, w->scope);
    enum bpmn_wait_kind kind;
    return s && s->kind == BPMN_SCOPE_BODY && n->kind == BPMN_START && n->parent != BPMN_NONE &&
           r->m->node[n->parent].kind == BPMN_EVENT_SUBPROCESS && r->m->node[n->parent].parent == s->node &&
           trigger_wait(n->trigger, &kind) && kind == w->kind;
}

static bool wait_of_token(struct reader *r, const struct bpmn_wait *w) {
    const struct bpmn_node *n = &r->m->node[w->node];
    const struct bpmn_token *t = token_of(r->s, w->token);
    enum bpmn_wait_kind kind;
    if (!t || t->scope != w->scope)
        return false;
    if (n->kind == BPMN_BOUNDARY)
        return n->attached == t->node && t->index < 0 && trigger_wait(n->trigger, &kind) && kind == w->kind;
    if (!node_wait(n, &kind) || kind != w->kind)
        return false;
    if (w->node == t->node)
        return n->loop == BPMN_ONCE || t->index >= 0;
    if (r->m->node[t->node].kind == BPMN_EVENT_GATEWAY)
        for (uint32_t i = 0; i < r->m->node[t->node].out_count; i++)
            if (bpmn_out(r->m, t->node, i)->to == w->node)
                return true;
    return false;
}

static enum status check_waits(struct reader *r) {
    for (uint32_t i = 0; i < r->s->wait_count; i++) {
        const struct bpmn_wait *w = &r->s->wait[i];
        if (w->token == 0 ? !wait_of_scope(r, w) : !wait_of_token(r, w))
            return broken(r, "waits");
    }
    return OK;
}

static enum status check_life(struct reader *r) {
    const struct bpmn_state *s = r->s;
    bool nothing = s->scope_count == 0 && s->token_count == 0 && s->wait_count == 0 && s->record_count == 0;
    bool alive = s->scope_count > 0 && s->token_count > 0 && s->wait_count > 0;
    return s->status == BPMN_RUNNING ? (alive ? OK : broken(r, "status")) : nothing ? OK : broken(r, "status");
}

enum status bpmn_state_read(const struct bpmn_model *m, struct span text, struct arena *a,
    const struct bpmn_state **ret, struct diag *d) {
    assert(m && a && ret);
    static enum status (*const STEP[])(struct reader *, const struct json *) = {
        read_head, read_scopes, read_tokens, read_waits, read_done, read_records};
    static enum status (*const CHECK[])(struct reader *) = {
        check_life, check_numbers, check_scopes, check_tokens, check_waits};

    const struct json *root;
    enum status s = json_parse(a, text, &root, d);
    if (s != OK)
        return s;
    struct reader r = {m, a, ARENA_NEW(a, struct bpmn_state), d};
    if (!r.s)
        return arena_full(d);
    if (root->type != JSON_OBJECT)
        return broken(&r, "root");
    for (size_t i = 0; s == OK && i < ARRAY_LEN(STEP); i++)
        s = STEP[i](&r, root);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(CHECK); i++)
        s = CHECK[i](&r);
    if (s == OK)
        *ret = r.s;
    return s;
}
