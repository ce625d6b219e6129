/* Registers that stand for themselves: lists, records, what was so when. */
#include "server/server_internal.h"

#include "civil/register/record.h"

#include <stdio.h>

static const char *register_name(const struct call *c) { return c->request->param[0]; }

static enum status read_registers(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return registers_json(c->civil, t, c->actor, &c->w, d);
}

void api_registers(struct call *c) { call_show(c, OK, read_registers); }

static enum status read_register(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return register_json(c->civil, t, c->actor, register_name(c), &c->w, d);
}

void api_register(struct call *c) { call_show(c, OK, read_register); }

/* ---- lists -------------------------------------------------------------------------------- */

static enum status times(struct call *c, date_t *on, instant_t *known) {
    enum status s = call_query_date(c, "on", DATE_NONE, on);
    return s == OK ? call_query_instant(c, "known", 0, known) : s;
}

static enum status query(struct call *c, struct record_query *q) {
    const char *filter = http_query(c->request, "filter");
    *q = (struct record_query){.text = http_query(c->request, "q"), .limit = (int)call_query_int(c, "limit", 0), .after = call_query_int(c, "cursor", 0)};
    enum status s = times(c, &q->on, &q->known);
    if (s == OK && filter && *filter && json_parse(c->arena, span_of(filter), &q->filter, &c->diag) != OK)
        s = diag_fail(&c->diag, E_INPUT, "register.filter");
    return s;
}

struct listing { struct call *call; struct record_query q; };

static enum status read_records(struct txn *t, void *arg, struct diag *d) {
    struct listing *x = arg;
    struct call *c = x->call;
    return records_json(c->civil, t, c->actor, register_name(c), &x->q, &c->w, d);
}

void api_records(struct call *c) {
    struct listing x = {.call = c};
    enum status s = query(c, &x.q);
    if (s == OK)
        s = store_read(c->civil->store, read_records, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

void api_records_export(struct call *c) {
    struct record_query q;
    int64_t rows = 0;
    const char *purpose = http_query(c->request, "purpose");
    bool xlsx = strcmp(http_query(c->request, "format"), "xlsx") == 0;
    enum status s = query(c, &q);
    if (s == OK)
        s = (xlsx ? records_export_xlsx : records_export)(c->civil, c->actor, register_name(c), &q, purpose && *purpose ? purpose : NULL, &c->reply->body, &rows, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    c->reply->media = xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8";
    char *v = arena_printf(c->arena, "attachment; filename=\"%s.%s\"", register_name(c), xlsx ? "xlsx" : "csv");
    if (v)
        http_reply_header(c->reply, "Content-Disposition", v);
}

/* ---- one ------------------------------------------------------------------------------------ */

struct one { struct call *call; int64_t id, version; date_t on; instant_t known; struct record_act act; };

static enum status read_one(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    struct call *c = x->call;
    return record_json(c->civil, t, c->actor, register_name(c), x->id, x->on, x->known, &c->w, &x->version, d);
}

static void reply_one(struct call *c, struct one *x, enum status s) {
    if (s == OK && (s = store_read(c->civil->store, read_one, x, &c->diag)) == OK)
        call_etag(c, x->version);
    if (s != OK)
        call_fail(c, s);
}

void api_record(struct call *c) {
    struct one x = {.call = c};
    enum status s = call_id(c, c->request->param[1], &x.id);
    if (s == OK)
        s = times(c, &x.on, &x.known);
    reply_one(c, &x, s);
}

static enum status act(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    struct call *c = x->call;
    return record_write_json(c->civil, t, c->actor, register_name(c), &x->act, &x->id, d);
}

static void do_act(struct call *c, const char *what, const char *day) {
    struct one x = {.call = c, .on = DATE_NONE, .act = {.act = what, .values = json_get(c->body, "values"), .on = DATE_NONE,
        .source = json_str(c->body, "source", NULL), .reason = json_str(c->body, "reason", NULL)}};
    enum status s = call_body_date(c, day, &x.act.on);
    if (s == OK && strcmp(what, "new") != 0)
        s = call_id(c, c->request->param[1], &x.act.id);
    if (s == OK && strcmp(what, "new") != 0)
        s = call_version(c, &x.act.version);
    if (s == OK)
        s = store_write(c->civil->store, act, &x, &c->diag);
    reply_one(c, &x, s);
}

void api_record_new(struct call *c) { do_act(c, "new", "valid_from"); }
void api_record_change(struct call *c) { do_act(c, json_bool(c->body, "correction", false) ? "correct" : "change", "valid_from"); }
void api_record_end(struct call *c) { do_act(c, "end", "on"); }

struct reveal { struct call *call; int64_t id, entry; struct span value; };

static enum status reveal(struct txn *t, void *arg, struct diag *d) {
    struct reveal *x = arg;
    struct call *c = x->call;
    return record_reveal(c->civil, t, c->actor, json_str(c->body, "purpose", ""), register_name(c), x->id, json_str(c->body, "field", ""), c->arena, &x->value, &x->entry, d);
}

void api_record_reveal(struct call *c) {
    struct reveal x = {.call = c};
    enum status s = call_id(c, c->request->param[1], &x.id);
    if (s == OK)
        s = store_write(c->civil->store, reveal, &x, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kstring(&c->w, "field", json_str(c->body, "field", ""));
    json_kspan(&c->w, "value", x.value);
    json_kid(&c->w, "entry", x.entry);
    json_object_end(&c->w);
}
