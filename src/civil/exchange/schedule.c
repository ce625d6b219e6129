/* A round of the timer: who is due, asked one after another; who is late, told. */
#include "civil/exchange/exchange_internal.h"

#include "base/message.h"

struct look { struct civil *c; const struct json *source; struct exchange_standing at; bool due; };

/* By its schedule; one that failed, after an hour; one that somebody broke off, at once. */
static enum status look_in(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = exchange_stand(x->c, t, x->source, &x->at, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT state, begun_at FROM exchange_run WHERE district = ? AND source = ? ORDER BY id DESC LIMIT 1", SQL_I(x->c->district), SQL_S(json_str(x->source, "id", "")));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    bool failed = row && span_is(rows_text(r, 0), "failed") && txn_now(t) - rows_int(r, 1) < (int64_t)EXCHANGE_RETRY_SECONDS * 1000000;
    x->due = txn_today(t) >= x->at.due_on && !failed;
    return OK;
}

static bool is_folder(const char *place) {
    return strncmp(place, "http://", 7) != 0 && strncmp(place, "https://", 8) != 0 && strncmp(place, "sqlite:", 7) != 0 && strncmp(place, "postgresql://", 13) != 0;
}

static void sentence(struct json_writer *w, const char *key, enum lang l, const struct diag *why) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    message_render(&b, l, why);
    json_kspan(w, key, buf_span(&b));
}

/* What failed here is ours to mend (a wrong place, no right), and the next source is asked all the same. */
static enum status one(struct civil *c, const struct actor *who, const struct exchange_asked *how, const char *place, const struct json *source, struct json_writer *w, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct look x = {.c = c, .source = source};
    struct diag why = {0};
    struct exchange_asked ask = *how;
    const char *id = json_str(source, "id", "");
    if (!a)
        return arena_full(d);
    enum status s = store_read(c->store, look_in, &x, d);
    if (s != OK || (!x.due && !is_folder(place)))
        return s;
    ask.source = id;
    ask.place = place;
    json_object(w);
    json_kstring(w, "source", id);
    json_key(w, "runs");
    BUF_AUTO runs;
    struct json_writer own;
    const struct json *list = NULL;
    buf_init(&runs, 0);
    json_begin(&own, &runs, false);
    s = exchange_ask(c, who, a, &ask, &own, &why);
    if (s == OK)
        s = json_parse(a, buf_span(&runs), &list, &why);
    if (s == OK)
        json_value(w, json_get(list, "items"));
    else {
        json_array(w);
        json_array_end(w);
        sentence(w, "error", who->lang, &why);
    }
    json_object_end(w);
    if (s == E_FORBIDDEN) {
        *d = why;
        return s;
    }
    return OK;
}

static enum status late(struct civil *c, const struct json *sources, struct json_writer *w, bool *ret_late, struct diag *d) {
    enum status s = OK;
    json_key(w, "late");
    json_array(w);
    for (size_t i = 0; s == OK && !json_is_null(sources) && i < sources->size; i++) {
        struct look x = {.c = c, .source = sources->item[i]};
        s = store_read(c->store, look_in, &x, d);
        if (s != OK || strcmp(x.at.state, "fresh") == 0)
            continue;
        *ret_late = true;
        json_object(w);
        json_kstring(w, "source", json_str(x.source, "id", ""));
        json_key(w, "name");
        json_value(w, json_get(x.source, "name"));
        json_kstring(w, "state", x.at.state);
        json_kdate(w, "as_of", x.at.as_of);
        json_key(w, "missing");
        json_value(w, json_get(x.source, "missing"));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status exchange_round(struct civil *c, const struct actor *who, struct arena *a, const struct json *places, const struct exchange_asked *how, struct json_writer *w, bool *ret_late, struct diag *d) {
    const struct json *sources = exchange_items(c, "sources");
    enum status s = exchange_role(who, "district_clerk", d);
    if (s == OK)
        s = exchange_check(c, a, d);
    for (size_t i = 0; s == OK && places && i < places->size; i++) /* each of them is one of ours and a text */
        if (places->type != JSON_OBJECT || places->item[i]->type != JSON_STRING || !exchange_item(c, "sources", places->key[i].at))
            s = diag_fail(d, E_INPUT, "exchange.places", DIAG_S("name", places->type == JSON_OBJECT ? places->key[i].at : ""));
    if (s != OK)
        return s;
    *ret_late = false;
    json_object(w);
    json_key(w, "asked");
    json_array(w);
    for (size_t i = 0; s == OK && !json_is_null(sources) && i < sources->size; i++) {
        const char *place = json_str(places, json_str(sources->item[i], "id", ""), NULL);
        if (place)
            s = one(c, who, how, place, sources->item[i], w, d);
    }
    json_array_end(w);
    if (s == OK)
        s = late(c, sources, w, ret_late, d);
    json_object_end(w);
    return s;
}
