/* The regulations that articles belong to, and their texts where the bureau keeps them. */
#include "server/server_internal.h"

#include "civil/pack/pack.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The longest regulation on file has 60 kB; a scan in PDF some megabytes. */
enum { TEXT_BYTES_MAX = 16 << 20 };
static const struct { const char *ending, *media; } KINDS[] = {{"pdf", "application/pdf"}, {"txt", "text/plain; charset=utf-8"}};

/* An open file of the bureau's, or -1.  The name is the pack's own: letters, digits and '-'. */
static int text_open(struct call *c, const struct regulation *x, size_t *kind) {
    for (size_t i = 0; c->civil->texts_dir && i < ARRAY_LEN(KINDS); i++) {
        char *path = arena_printf(c->arena, "%s/%s.%s", c->civil->texts_dir, x->text, KINDS[i].ending);
        int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
        *kind = i;
        if (fd >= 0)
            return fd;
    }
    return -1;
}

static void document_json(struct call *c, const struct regulation *x) {
    struct json_writer *w = &c->w;
    size_t kind;
    int fd = text_open(c, x, &kind);
    if (fd >= 0)
        close(fd);
    json_object(w);
    json_kstring(w, "short", x->shortly);
    json_kstring(w, "number", x->number);
    json_kboth(w, "title", x->title, x->title_en);
    json_kboth(w, "issuer", x->issuer, x->issuer_en);
    json_kdate(w, "issued_on", x->issued_on);
    json_kdate(w, "in_force_from", x->in_force_from);
    json_key(w, "text");
    if (fd >= 0)
        json_stringf(w, "/api/documents/%s/text", x->text);
    else
        json_nothing(w);
    json_object_end(w);
}

void api_documents(struct call *c) {
    json_object(&c->w);
    json_key(&c->w, "items");
    json_array(&c->w);
    for (size_t i = 0; i < packs_count(c->civil->packs); i++)
        for (size_t k = 0; k < packs_at(c->civil->packs, i)->document_count; k++)
            document_json(c, &packs_at(c->civil->packs, i)->document[k]);
    json_array_end(&c->w);
    json_object_end(&c->w);
}

void api_words(struct call *c) {
    enum status s = packs_words_json(c->civil->packs, c->arena, &c->w, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

static const struct regulation *document_named(const struct civil *c, const char *text) {
    for (size_t i = 0; i < packs_count(c->packs); i++)
        for (size_t k = 0; k < packs_at(c->packs, i)->document_count; k++)
            if (strcmp(packs_at(c->packs, i)->document[k].text, text) == 0)
                return &packs_at(c->packs, i)->document[k];
    return NULL;
}

static bool read_whole(int fd, struct buf *out) {
    struct stat st;
    char block[1 << 16];
    ssize_t n = -1;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > TEXT_BYTES_MAX)
        return false;
    while ((n = read(fd, block, sizeof block)) > 0)
        buf_add(out, (struct span){block, (size_t)n});
    return n == 0;
}

void api_document_text(struct call *c) {
    const struct regulation *x = document_named(c->civil, c->request->param[0]);
    size_t kind = 0;
    if (!x) {
        call_fail(c, diag_fail(&c->diag, E_NOT_FOUND, "api.document_none"));
        return;
    }
    int fd = text_open(c, x, &kind);
    bool whole = fd >= 0 && read_whole(fd, &c->reply->body);
    if (fd >= 0)
        close(fd);
    if (!whole) {
        buf_clear(&c->reply->body);
        call_fail(c, diag_fail(&c->diag, E_NOT_FOUND, "api.document_text", DIAG_S("name", x->text)));
        return;
    }
    c->reply->media = KINDS[kind].media;
}
