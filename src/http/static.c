#include "http/static.h"

#include "base/map.h"
#include "base/vec.h"
#include "crypto/hash.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <zlib.h>

enum { STATIC_BYTES_MAX = 128 << 20, STATIC_DEPTH_MAX = 6 }; /* the built portals are 6 MB */

struct file {
    const char *path; /* "/desk/index.html" */
    const char *media;
    struct span body, gzip;
    char etag[40];
    bool hashed_name;
};
struct static_files {
    struct arena *arena;
    struct map *by_path;
};

static const char *media_of(const char *name) {
    static const char *const table[][2] = {
        {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"}, {".svg", "image/svg+xml"}, {".json", "application/json; charset=utf-8"},
        {".png", "image/png"}, {".woff2", "font/woff2"}, {".woff", "font/woff"}, {".ico", "image/x-icon"},
        {".webmanifest", "application/manifest+json"}, {".txt", "text/plain; charset=utf-8"},
    };
    size_t n = strlen(name);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        size_t e = strlen(table[i][0]);
        if (n > e && strcmp(name + n - e, table[i][0]) == 0)
            return table[i][1];
    }
    return "application/octet-stream";
}

static bool is_text(const char *media) {
    return strncmp(media, "text/", 5) == 0 || strstr(media, "json") || strstr(media, "svg");
}

struct span http_gzip(struct arena *a, struct span s, int effort) {
    z_stream z = {0};
    if (deflateInit2(&z, effort, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        return (struct span){0};
    uLong bound = deflateBound(&z, (uLong)s.size);
    char *out = arena_alloc(a, bound);
    struct span ret = {0};
    if (out) {
        z.next_in = (Bytef *)(uintptr_t)s.at;
        z.avail_in = (uInt)s.size;
        z.next_out = (Bytef *)out;
        z.avail_out = (uInt)bound;
        if (deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < s.size)
            ret = (struct span){out, z.total_out};
    }
    deflateEnd(&z);
    return ret;
}

enum { GZIP_FROM_BYTES = 512 }; /* below, it all fits a packet */

static void etag_of(struct span body, char out[40]) {
    struct hash h = hash_one(HASH_SHA256, body);
    char hex[65];
    hash_hex(&h, hex);
    snprintf(out, 40, "\"%.20s\"", hex);
}

static enum status add_file(struct static_files *s, const char *full, const char *path, size_t size, struct diag *d) {
    FILE *f = fopen(full, "rb");
    if (!f)
        return diag_fail(d, E_SYSTEM, "http.static", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    char *body = arena_alloc(s->arena, size + 1);
    struct file *x = ARENA_NEW(s->arena, struct file);
    size_t got = body && x ? fread(body, 1, size, f) : 0;
    fclose(f);
    if (!body || !x)
        return arena_full(d);
    x->path = arena_dup(s->arena, span_of(path));
    x->media = media_of(path);
    x->body = (struct span){body, got};
    if (is_text(x->media) && got > GZIP_FROM_BYTES)
        x->gzip = http_gzip(s->arena, x->body, 9);
    x->hashed_name = strstr(path, "/assets/") != NULL;
    etag_of(x->body, x->etag);
    return x->path && map_put(s->by_path, span_of(path), x) ? OK : arena_full(d);
}

static enum status add_folder(struct static_files *s, const char *root, const char *path, int depth, struct diag *d) {
    if (depth > STATIC_DEPTH_MAX)
        return OK;
    char full[4096];
    snprintf(full, sizeof full, "%s%s", root, path);
    DIR *dir = opendir(full);
    if (!dir)
        return diag_fail(d, E_SYSTEM, "http.static", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    enum status st = OK;
    for (struct dirent *e; st == OK && (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            continue;
        char sub[2048];
        if ((size_t)snprintf(sub, sizeof sub, "%s/%s", path, e->d_name) >= sizeof sub ||
            (size_t)snprintf(full, sizeof full, "%s%s", root, sub) >= sizeof full)
            continue;
        struct stat sb;
        if (lstat(full, &sb) != 0) /* links are left out: they may lead outside */
            continue;
        if (S_ISDIR(sb.st_mode))
            st = add_folder(s, root, sub, depth + 1, d);
        else if (S_ISREG(sb.st_mode))
            st = add_file(s, full, sub, (size_t)sb.st_size, d);
    }
    closedir(dir);
    return st;
}

enum status static_load(const char *folder, struct static_files **ret, struct diag *d) {
    struct static_files *s = calloc(1, sizeof *s);
    if (!s || !(s->arena = arena_new(STATIC_BYTES_MAX)) || !(s->by_path = map_new(s->arena, 0))) {
        static_free(s);
        return arena_full(d);
    }
    enum status st = add_folder(s, folder, "", 0, d);
    if (st != OK) {
        static_free(s);
        return st;
    }
    *ret = s;
    return OK;
}

struct static_files *static_free(struct static_files *s) {
    if (s)
        arena_free(s->arena);
    free(s);
    return NULL;
}

size_t static_count(const struct static_files *s) { return map_size(s->by_path); }

static const struct file *find(const struct static_files *s, const struct http_request *r, bool *ret_redirect) {
    struct file *f = map_get(s->by_path, span_of(r->path));
    if (f)
        return f;
    size_t n = strlen(r->path);
    const char *index = arena_printf(r->arena, "%s%sindex.html", r->path, r->path[n - 1] == '/' ? "" : "/");
    f = index ? map_get(s->by_path, span_of(index)) : NULL;
    *ret_redirect = f && r->path[n - 1] != '/';
    return f;
}

/* RFC 9110, 13.1.2: a list of tags, weak ones too, or '*'. */
static bool listed(const char *tags, const char *etag) {
    return tags && (strcmp(tags, "*") == 0 || strstr(tags, etag));
}

/* gzip, with any weight but nought. */
bool http_takes_gzip(const struct http_request *r) {
    const char *accept = http_header(r, "Accept-Encoding");
    const char *p = accept ? strcasestr(accept, "gzip") : NULL;
    if (!p)
        return false;
    p += strlen("gzip");
    p += strspn(p, " ");
    if (*p++ != ';')
        return true;
    p += strspn(p, " ");
    return strncasecmp(p, "q=", 2) != 0 || strtod(p + 2, NULL) > 0;
}

bool static_reply(const struct static_files *s, const struct http_request *r, struct http_reply *reply) {
    bool redirect = false;
    const struct file *f = find(s, r, &redirect);
    if (!f || strcmp(r->method, "GET") != 0)
        return false;
    reply->media = f->media;
    if (redirect) {
        reply->status = 301;
        http_reply_header(reply, "Location", arena_printf(r->arena, "%s/", r->path));
        return true;
    }
    http_reply_header(reply, "ETag", f->etag);
    http_reply_header(reply, "Cache-Control", f->hashed_name ? "public, max-age=31536000, immutable" : "no-cache");
    if (f->gzip.at)
        http_reply_header(reply, "Vary", "Accept-Encoding");
    if (listed(http_header(r, "If-None-Match"), f->etag)) {
        reply->status = 304;
        return true;
    }
    if (f->gzip.at && http_takes_gzip(r)) {
        http_reply_header(reply, "Content-Encoding", "gzip");
        reply->fixed = f->gzip;
    } else {
        reply->fixed = f->body;
    }
    return true;
}

void http_shared_reply(const struct http_request *r, struct http_reply *reply) {
    struct span body = reply->fixed.at ? reply->fixed : buf_span(&reply->body);
    char etag[40];
    etag_of(body, etag);
    bool text = body.size > GZIP_FROM_BYTES && (!reply->media || is_text(reply->media) || strstr(reply->media, "xml"));
    http_reply_header(reply, "ETag", arena_dup(r->arena, span_of(etag)));
    http_reply_header(reply, "Cache-Control", "no-cache");
    if (text)
        http_reply_header(reply, "Vary", "Accept-Encoding");
    if (listed(http_header(r, "If-None-Match"), etag)) {
        reply->status = 304;
        reply->fixed = (struct span){0};
        buf_clear(&reply->body);
        return;
    }
    struct span small = text && http_takes_gzip(r) ? http_gzip(r->arena, body, 6) : (struct span){0};
    if (small.at) {
        http_reply_header(reply, "Content-Encoding", "gzip");
        reply->fixed = small;
    }
}
