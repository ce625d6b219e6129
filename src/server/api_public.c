/* What anybody may read: the matters, the divisions, parameters, the log's head. */
#include "server/server_internal.h"

#include "civil/publication/publication.h"

#include "calendar/clock.h"
#include "civil/demo/demo.h"
#include "civil/pack/pack.h"
#include "civil/decision/decision.h"
#include "civil/decision/examine.h"
#include "civil/parameter/parameter.h"
#include "civil/policy/policy.h"
#include "civil/register/contact.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

/* ---- meta ---------------------------------------------------------------------- */

/* Never in a real store. */
static enum status demo_accounts_json(struct txn *t, struct call *c, struct diag *d) {
    struct demo_account *list = NULL;
    size_t n = 0;
    enum status s = demo_account_list(t, &list, &n, d);
    json_key(&c->w, "demo_accounts");
    json_array(&c->w);
    for (size_t i = 0; i < n; i++) {
        json_object(&c->w);
        json_kstring(&c->w, "login", list[i].login);
        json_kstring(&c->w, "password", DEMO_PASSWORD);
        json_kstring(&c->w, "role", list[i].role);
        json_kstring(&c->w, "name", list[i].name);
        json_kstring(&c->w, "division_name", list[i].division);
        json_object_end(&c->w);
    }
    json_array_end(&c->w);
    return s;
}

static enum status meta(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct tlog_state log;
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)c->civil->district);
    enum status s = tlog_state_get(t, &log, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT name FROM division WHERE code = ?", SQL_S(district));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    json_object(&c->w);
    json_kstring(&c->w, "version", MINZHENG_VERSION);
    json_kbool(&c->w, "demo", c->server->config.demo);
    json_kinstant(&c->w, "now", txn_now(t));
    json_kdate(&c->w, "today", txn_today(t));
    json_kstring(&c->w, "district", c->civil->district ? district : NULL);
    json_key(&c->w, "district_name");
    if (found)
        json_span(&c->w, rows_text(r, 0));
    else
        json_nothing(&c->w);
    json_kstring(&c->w, "backend", store_backend(c->civil->store));
    json_kstring(&c->w, "log_origin", c->civil->log_origin);
    json_kint(&c->w, "log_size", log.sequenced);
    if (c->server->config.demo)
        s = demo_accounts_json(t, c, d);
    json_object_end(&c->w);
    return s;
}

void api_meta(struct call *c) { call_show(c, OK, meta); }

void api_openapi(struct call *c) { buf_add(&c->reply->body, api_openapi_text); }

/* ---- divisions -------------------------------------------------------------------- */

static enum status divisions(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *parent = http_query(c->request, "parent");
    AUTO(rows) struct rows *r = NULL;
    enum status s = parent
        ? sql_query(t, &r, d, "SELECT code, name, level, parent FROM division WHERE parent = ? ORDER BY code", SQL_S(parent))
        : sql_query(t, &r, d, "SELECT code, name, level, parent FROM division WHERE level <= 2 ORDER BY code");
    json_object(&c->w);
    json_key(&c->w, "items");
    json_array(&c->w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        json_object(&c->w);
        json_kspan(&c->w, "code", rows_text(r, 0));
        json_kspan(&c->w, "name", rows_text(r, 1));
        json_kint(&c->w, "level", rows_int(r, 2));
        if (!rows_null(r, 3))
            json_kspan(&c->w, "parent", rows_text(r, 3));
        json_object_end(&c->w);
    }
    json_array_end(&c->w);
    json_object_end(&c->w);
    return s;
}

void api_divisions(struct call *c) { call_show(c, OK, divisions); }

static enum status read_contact(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return contact_json(t, c->request->param[0], &c->w, d);
}

void api_contact(struct call *c) { call_show(c, OK, read_contact); }

void api_contact_put(struct call *c) {
    struct contact k = {
        .division = c->request->param[0], .office = json_str(c->body, "office", ""), .office_en = json_str(c->body, "office_en", NULL),
        .telephone = json_str(c->body, "telephone", ""), .address = json_str(c->body, "address", ""), .address_en = json_str(c->body, "address_en", NULL),
        .hours = json_str(c->body, "hours", ""), .hours_en = json_str(c->body, "hours_en", NULL),
    };
    call_done(c, contact_put(c->civil, c->actor, &k, &c->diag));
}

/* ---- matters ------------------------------------------------------------------------- */

static void copy_member(struct json_writer *w, const struct json *from, const char *key) {
    json_key(w, key);
    const struct json *v = json_get(from, key);
    if (v)
        json_value(w, v);
    else
        json_nothing(w);
}

static void matter_json(struct json_writer *w, const struct matter *m) {
    static const char *const keys[] = {"id", "scheme", "name", "summary", "life_events", "unit", "days", "open", "city_wide"};
    json_object(w);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        copy_member(w, m->json, keys[i]);
    json_object_end(w);
}

void api_matters(struct call *c) {
    json_array(&c->w);
    for (size_t i = 0; i < packs_count(c->civil->packs); i++) {
        const struct pack *p = packs_at(c->civil->packs, i);
        for (size_t k = 0; k < p->matter_count; k++)
            matter_json(&c->w, &p->matter[k]);
    }
    json_array_end(&c->w);
}

struct in_force { struct call *call; const struct matter *matter; char sha256[65]; };

static enum status in_force(struct txn *t, void *arg, struct diag *d) {
    struct in_force *x = arg;
    const struct policies *p;
    enum status s = policies_published(x->call->civil->policies, t, 0, &p, d);
    const struct pack_file *f = s == OK ? policies_file(p, x->matter->scheme, txn_today(t)) : NULL;
    memcpy(x->sha256, f ? f->sha256 : "", f ? sizeof x->sha256 : 1);
    return s;
}

static void form_json(struct json_writer *w, const char *key, const struct json *form) {
    json_key(w, key);
    if (form)
        json_value(w, form);
    else
        json_nothing(w);
}

void api_matter(struct call *c) {
    const struct matter *m = packs_matter(c->civil->packs, c->request->param[0]);
    if (!m) {
        call_fail(c, diag_fail(&c->diag, E_NOT_FOUND, "api.matter"));
        return;
    }
    json_object(&c->w);
    json_key(&c->w, "matter");
    matter_json(&c->w, m);
    form_json(&c->w, "form", m->form);
    form_json(&c->w, "form_en", m->form_en);
    copy_member(&c->w, m->json, "steps");
    copy_member(&c->w, m->json, "papers");
    copy_member(&c->w, m->json, "articles");
    struct in_force x = {c, m, ""};
    enum status s = store_read(c->civil->store, in_force, &x, &c->diag);
    json_kstring(&c->w, "version", x.sha256);
    json_object_end(&c->w);
    if (s != OK)
        call_fail(c, s);
}

static bool send_file(struct call *c, const struct pack_file *f) {
    if (!f)
        return false;
    c->reply->media = "application/xml; charset=utf-8";
    c->reply->fixed = f->text;
    return true;
}

static enum status published_text(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct pack_file f = {0};
    enum status s = policy_text(t, c->request->param[0], c->request->param[1], c->arena, &f.text, f.sha256, d);
    if (s == OK)
        send_file(c, &f);
    return s;
}

void api_policy_file(struct call *c) {
    const struct matter *m = packs_matter(c->civil->packs, c->request->param[0]);
    const char *name = c->request->param[1];
    if (m && (send_file(c, pack_file_named(m->decision, m->decision_count, name)) || send_file(c, pack_file_named(m->process, m->process_count, name))))
        return;
    enum status s = m ? call_read(c, published_text) : E_NOT_FOUND;
    if (s == E_NOT_FOUND)
        s = diag_fail(&c->diag, E_NOT_FOUND, "api.policy_file");
    if (s != OK)
        call_fail(c, s);
}

/* ---- parameters --------------------------------------------------------------------------- */

static enum status parameters(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    date_t day;
    enum status s = call_query_date(c, "on", txn_today(t), &day);
    return s == OK ? parameters_json(c->civil, t, day, &c->w, d) : s;
}

void api_parameters(struct call *c) { call_show(c, OK, parameters); }

void api_parameter_confirm(struct call *c) {
    date_t from = DATE_NONE;
    enum status s = date_parse(span_of(json_str(c->body, "valid_from", "")), &from, &c->diag);
    if (s == OK)
        s = parameter_confirm(c->civil, c->actor, json_str(c->body, "name", ""), from, json_str(c->body, "basis", ""), false, &c->diag);
    call_done(c, s);
}

/* ---- the log ---------------------------------------------------------------------------------- */

static enum status log_head(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct tlog_head sha, sm3;
    enum status s = tlog_head_get(t, HASH_SHA256, 0, txn_arena(t), &sha, d);
    if (s == OK)
        s = tlog_head_get(t, HASH_SM3, 0, txn_arena(t), &sm3, d);
    if (s != OK)
        return s;
    char hex[2 * HASH_BYTES + 1];
    json_object(&c->w);
    json_kstring(&c->w, "origin", c->civil->log_origin);
    json_kint(&c->w, "size", (int64_t)sha.size);
    hash_hex(&sha.root, hex);
    json_kstring(&c->w, "root", hex);
    hash_hex(&sm3.root, hex);
    json_kstring(&c->w, "sm3_root", hex);
    json_kinstant(&c->w, "signed_at", sha.at);
    json_kspan(&c->w, "checkpoint", sha.note);
    json_kspan(&c->w, "sm3_checkpoint", sm3.note);
    json_object_end(&c->w);
    return OK;
}

void api_log_head(struct call *c) { call_show(c, OK, log_head); }

/* ---- what a household may receive ------------------------------------------------------- */

/* `as_of`, the facts' own day, or today; two that differ are no question. */
static enum status examination_day(const struct call *c, date_t today, date_t *ret, struct diag *d) {
    const char *on = json_str(c->body, "as_of", NULL);
    const struct json *own = json_get(json_get(c->body, "facts"), "日期");
    date_t stated = DATE_NONE;
    enum status s = on ? date_parse(span_of(on), ret, d) : OK;
    if (s != OK)
        return diag_at(d, "as_of");
    if (!json_is_null(own) && own->type != JSON_STRING)
        return diag_fail(d, E_INPUT, "decision.not_date"), diag_at(d, "日期");
    if (!json_is_null(own) && (s = date_parse(own->text, &stated, d)) != OK)
        return diag_at(d, "日期");
    if (on && stated != DATE_NONE && stated != *ret)
        return diag_fail(d, E_INPUT, "api.two_days", DIAG_S("as_of", on), DIAG_SPAN("date", own->text)), diag_at(d, "as_of");
    if (!on)
        *ret = stated != DATE_NONE ? stated : today;
    return OK;
}

/* The facts stay in the call's memory: they are neither stored nor logged. */
static enum status examine(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    date_t day = DATE_NONE;
    const struct policies *p;
    struct examination x;
    enum status s = examination_day(c, txn_today(t), &day, d);
    if (s == OK)
        s = policies_published(c->civil->policies, t, 0, &p, d);
    if (s == OK)
        s = decision_examine(p, c->arena, json_get(c->body, "facts"), day, &x, d);
    if (s == OK)
        examination_json(&c->w, &x);
    return s;
}

void api_examination(struct call *c) { call_show(c, OK, examine); }

/* ---- what is published ---------------------------------------------------------------- */

static enum status read_notices(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *division = http_query(c->request, "division");
    return publication_list_json(c->civil, t, division && *division ? division : NULL, call_query_int(c, "cursor", 0), &c->w, d);
}
void api_public_notices(struct call *c) { call_show(c, OK, read_notices); }
