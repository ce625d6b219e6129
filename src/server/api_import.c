/* Files into registers: read in, looked at, confirmed or taken back. */
#include "server/server_internal.h"

#include "civil/import/import.h"
#include "store/store.h"

enum { NAME_MAX_BYTES = 200, MAP_MAX_BYTES = 8000 };

static void done_json(struct call *c, const struct import_result *r, const struct buf *rejected) {
    struct json_writer *w = &c->w;
    json_object(w);
    json_key(w, "batch");
    if (r->batch)
        json_id(w, r->batch);
    else
        json_nothing(w);
    json_kint(w, "rows", r->rows);
    json_kint(w, "added", r->added);
    json_kint(w, "changed", r->changed);
    json_kint(w, "same", r->same);
    json_kint(w, "rejected", r->rejected);
    json_kint(w, "possible", r->possible);
    json_kbool(w, "waits", r->waits);
    json_kbool(w, "resumed", r->resumed);
    json_kbool(w, "macros", r->macros);
    json_kstring(w, "format", r->format);
    json_kstring(w, "encoding", r->encoding ? r->encoding : "");
    json_kint(w, "heading_line", r->heading_line);
    json_key(w, "columns");
    json_value(w, r->columns);
    json_key(w, "fields");
    json_value(w, r->fields);
    json_key(w, "rejected_file");
    if (rejected->size)
        json_span(w, buf_span(rejected));
    else
        json_nothing(w);
    json_object_end(w);
}

void api_import_new(struct call *c) {
    BUF_AUTO rejected;
    buf_init(&rejected, HTTP_UPLOAD_MAX * 2);
    const char *name = http_query(c->request, "name"), *purpose = http_query(c->request, "purpose"), *map = http_query(c->request, "map");
    struct import_result r = {0};
    struct import_asked x = {.reg = http_query(c->request, "register"), .file = c->request->body, .name = name, .purpose = purpose && *purpose ? purpose : NULL,
        .map = map && *map ? map : NULL, .dry_run = call_query_true(c, "preview")};
    enum status s = call_query_date(c, "valid_from", DATE_NONE, &x.valid_from);
    if (s == OK && (strlen(name) < 1 || strlen(name) > NAME_MAX_BYTES))
        s = diag_fail(&c->diag, E_INPUT, "import.name");
    if (s == OK && map && strlen(map) > MAP_MAX_BYTES)
        s = diag_fail(&c->diag, E_INPUT, "import.map");
    if (s == OK && !x.purpose)
        x.purpose = strcmp(x.reg, "population") == 0 ? "" : "statistics"; /* of people it is said */
    if (s == OK)
        s = import_run(c->civil, c->actor, c->arena, &x, &rejected, &r, &c->diag);
    if (s == OK)
        done_json(c, &r, &rejected);
    else
        call_fail(c, s);
}

static enum status read_list(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return import_batches_json(c->civil, t, c->actor, &c->w, d);
}

void api_imports(struct call *c) { call_show(c, OK, read_list); }

struct one { struct call *call; int64_t id, count, kept; bool people; };

static enum status of_people(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    return import_is_people(x->call->civil, t, x->id, &x->people, d);
}

static enum status read_one(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    struct call *c = x->call;
    return import_batch_json(c->civil, t, c->access, c->actor, x->id, call_query_int(c, "cursor", 0), &c->w, d);
}

void api_import_one(struct call *c) {
    struct one x = {.call = c};
    const char *purpose = http_query(c->request, "purpose");
    enum status s = call_id(c, c->request->param[0], &x.id);
    if (s == OK)
        s = store_read(c->civil->store, of_people, &x, &c->diag);
    if (s == OK && x.people)
        s = call_access(c, purpose ? purpose : "", 0);
    if (s == OK)
        s = store_read(c->civil->store, read_one, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

static enum status read_rejects(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    struct call *c = x->call;
    buf_clear(&c->reply->body);
    return import_rejects_csv(c->civil, t, c->actor, x->id, &c->reply->body, d);
}

void api_import_rejected(struct call *c) {
    struct one x = {.call = c};
    enum status s = call_id(c, c->request->param[0], &x.id);
    if (s == OK)
        s = store_read(c->civil->store, read_rejects, &x, &c->diag);
    if (s != OK) {
        buf_clear(&c->reply->body);
        call_fail(c, s);
        return;
    }
    c->reply->media = "text/csv; charset=utf-8";
    http_reply_header(c->reply, "Content-Disposition", "attachment; filename=\"rejected.csv\"");
}

void api_import_confirm(struct call *c) {
    struct one x = {.call = c};
    enum status s = call_id(c, c->request->param[0], &x.id);
    if (s == OK)
        s = import_confirm(c->civil, c->actor, x.id, &x.count, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kint(&c->w, "overtaken", x.count);
    json_object_end(&c->w);
}

void api_import_undo(struct call *c) {
    struct one x = {.call = c};
    enum status s = call_id(c, c->request->param[0], &x.id);
    if (s == OK)
        s = import_undo(c->civil, c->actor, x.id, &x.count, &x.kept, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kint(&c->w, "undone", x.count);
    json_kint(&c->w, "kept", x.kept);
    json_object_end(&c->w);
}
