#include "server/log_files.h"

#include "http/problem.h"
#include "http/static.h"
#include "tlog/log.h"

struct ask {
    enum hash_kind tree;
    const char *name;
    struct arena *arena;
    struct span body;
    bool text, partial;
};

static enum status read_vkeys(struct txn *t, struct ask *x, struct diag *d) {
    struct span vkey[TLOG_TREES];
    enum status s = tlog_own_vkeys(t, x->arena, vkey, d);
    if (s != OK)
        return s;
    char *text = arena_printf(x->arena, "%.*s\n%.*s\n", SPAN_ARG(vkey[0]), SPAN_ARG(vkey[1]));
    x->body = span_of(text);
    return text ? OK : arena_full(d);
}

static enum status read_file(struct txn *t, void *arg, struct diag *d) {
    struct ask *x = arg;
    struct tlog_head head;
    struct tlog_tile tile;
    enum status s;
    x->text = true;
    if (strcmp(x->name, "checkpoint") == 0) {
        s = tlog_head_get(t, x->tree, 0, x->arena, &head, d);
        x->body = s == OK ? head.note : x->body;
        return s;
    }
    if (strcmp(x->name, "vkeys") == 0 && x->tree == HASH_SHA256)
        return read_vkeys(t, x, d);
    x->text = false;
    if (tlog_tile_parse(span_of(x->name), &tile, NULL) != OK)
        return diag_fail(d, E_NOT_FOUND, "api.path");
    x->partial = tile.width < TLOG_TILE_WIDTH;
    return tlog_tile_get(t, x->tree, tile, x->arena, &x->body, d);
}

void log_file_reply(struct store *s, const char *name, const struct http_request *r, struct http_reply *reply) {
    struct diag d = {0};
    bool twin = strncmp(name, "sm3/", 4) == 0;
    struct ask x = {.tree = twin ? HASH_SM3 : HASH_SHA256, .name = twin ? name + 4 : name, .arena = r->arena};
    if (strcmp(r->method, "GET") != 0) {
        (void)diag_fail(&d, E_USAGE, "http.method");
        problem_reply_as(r, reply, 405, &d);
        return;
    }
    if (store_read(s, read_file, &x, &d) != OK) {
        problem_reply(r, reply, &d);
        return;
    }
    reply->status = 200;
    reply->media = x.text ? "text/plain; charset=utf-8" : "application/octet-stream";
    /* A tile never changes; the checkpoint does within the second. */
    http_reply_header(reply, "Cache-Control", x.text ? "no-cache" : "public, max-age=31536000, immutable");
    http_reply_header(reply, "Access-Control-Allow-Origin", "*");
    bool entries = strncmp(x.name, "tile/entries/", 13) == 0;
    struct span small = entries && http_takes_gzip(r) ? http_gzip(r->arena, x.body, 6) : (struct span){0};
    if (entries)
        http_reply_header(reply, "Vary", "Accept-Encoding");
    if (small.at)
        http_reply_header(reply, "Content-Encoding", "gzip");
    reply->fixed = small.at ? small : x.body;
}
