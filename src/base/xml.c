#include "base/xml.h"

#include <expat.h>
#include <limits.h>

#include "base/buf.h"
#include "base/vec.h"

/* Expat refuses namespace names that contain this separator. */
static const XML_Char SEPARATOR = '\n';

struct open_element {
    struct xml *element;
    struct xml *last_child;
    struct buf text;
};

struct reader {
    struct arena *arena;
    XML_Parser parser;
    struct diag *diag;
    enum status status; /* of the handlers; the first failure stops the parser */
    struct xml *root;
    VEC(struct open_element) open;
    VEC(struct xml_attribute) declared; /* prefixes of the next element */
};

static void stop(struct reader *r, enum status s) {
    if (r->status == OK) {
        r->status = s;
        diag_line(r->diag, (int)XML_GetCurrentLineNumber(r->parser));
        XML_StopParser(r->parser, XML_FALSE);
    }
}

static struct span keep(struct reader *r, const char *s, size_t n) {
    char *copy = arena_dup(r->arena, span_bytes(s, n));
    if (!copy) {
        stop(r, arena_full(r->diag));
        return SPAN("");
    }
    return (struct span){copy, n};
}

/* "uri\nlocal" or "local" */
static void split_name(struct reader *r, const char *full, struct span *ns, struct span *name) {
    const char *cut = strchr(full, SEPARATOR);
    *ns = cut ? keep(r, full, (size_t)(cut - full)) : SPAN("");
    *name = keep(r, cut ? cut + 1 : full, strlen(cut ? cut + 1 : full));
}

static void on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
    const XML_Char *public_id, int internal) {
    (void)name, (void)system_id, (void)public_id, (void)internal;
    struct reader *r = data;
    stop(r, diag_fail(r->diag, E_INPUT, "xml.doctype"));
}

static void on_namespace(void *data, const XML_Char *prefix, const XML_Char *uri) {
    struct reader *r = data;
    if (r->status != OK)
        return;
    struct xml_attribute *a = vec_push(&r->declared);
    if (!a) {
        stop(r, arena_full(r->diag));
        return;
    }
    a->ns = SPAN("");
    a->name = prefix ? keep(r, prefix, strlen(prefix)) : SPAN("");
    a->value = uri ? keep(r, uri, strlen(uri)) : SPAN("");
}

static bool take_attributes(struct reader *r, struct xml *e, const XML_Char **atts) {
    size_t n = 0;
    while (atts[2 * n])
        n++;
    struct xml_attribute *list = ARENA_ARRAY(r->arena, n, struct xml_attribute);
    struct xml_attribute *ns = ARENA_ARRAY(r->arena, r->declared.size, struct xml_attribute);
    if (!list || !ns) {
        stop(r, arena_full(r->diag));
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        split_name(r, atts[2 * i], &list[i].ns, &list[i].name);
        list[i].value = keep(r, atts[2 * i + 1], strlen(atts[2 * i + 1]));
    }
    if (r->declared.size)
        memcpy(ns, r->declared.at, r->declared.size * sizeof *ns);
    e->attribute_count = n;
    e->attribute = list;
    e->ns_count = r->declared.size;
    e->ns_decl = ns;
    r->declared.size = 0;
    return true;
}

static void on_start(void *data, const XML_Char *name, const XML_Char **atts) {
    struct reader *r = data;
    if (r->status != OK)
        return;
    if (r->open.size == XML_DEPTH_MAX) {
        stop(r, diag_fail(r->diag, E_INPUT, "xml.depth", DIAG_N("max", XML_DEPTH_MAX)));
        return;
    }
    struct xml *e = ARENA_NEW(r->arena, struct xml);
    if (!e) {
        stop(r, arena_full(r->diag));
        return;
    }
    e->line = (int)XML_GetCurrentLineNumber(r->parser);
    e->start = (size_t)XML_GetCurrentByteIndex(r->parser);
    e->text = SPAN("");
    split_name(r, name, &e->ns, &e->name);
    if (!take_attributes(r, e, atts))
        return;
    if (r->open.size) {
        struct open_element *up = &r->open.at[r->open.size - 1];
        e->parent = up->element;
        if (up->last_child)
            up->last_child->next = e;
        else
            up->element->child = e;
        up->last_child = e;
    } else
        r->root = e;
    struct open_element *o = vec_push(&r->open);
    if (!o) {
        stop(r, arena_full(r->diag));
        return;
    }
    o->element = e;
    buf_init(&o->text, 0);
}

static void on_text(void *data, const XML_Char *s, int n) {
    struct reader *r = data;
    if (r->status != OK || !r->open.size)
        return;
    struct buf *text = &r->open.at[r->open.size - 1].text;
    buf_add(text, span_bytes(s, (size_t)n));
    if (!buf_ok(text))
        stop(r, arena_full(r->diag));
}

static void on_end(void *data, const XML_Char *name) {
    (void)name;
    struct reader *r = data;
    if (r->status != OK)
        return;
    struct open_element *o = &r->open.at[--r->open.size];
    o->element->end = (size_t)(XML_GetCurrentByteIndex(r->parser) + XML_GetCurrentByteCount(r->parser));
    if (o->text.size)
        o->element->text = keep(r, o->text.at, o->text.size);
    buf_release(&o->text);
}

/* Expat reads UTF-8, UTF-16, US-ASCII and ISO-8859-1. */
static int on_encoding(void *data, const XML_Char *name, XML_Encoding *info) {
    struct reader *r = data;
    (void)info;
    stop(r, diag_fail(r->diag, E_INPUT, "xml.encoding", DIAG_S("name", name)));
    return XML_STATUS_ERROR;
}

static enum status feed(struct reader *r, struct span text) {
    static const size_t chunk = 1 << 20; /* XML_Parse counts in int */
    do {
        size_t n = text.size < chunk ? text.size : chunk;
        enum XML_Status s = XML_Parse(r->parser, text.at, (int)n, n == text.size);
        if (r->status != OK)
            return r->status;
        if (s != XML_STATUS_OK) {
            if (XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY)
                return arena_full(r->diag);
            enum status f = diag_fail(r->diag, E_INPUT, "xml.syntax",
                DIAG_S("reason", XML_ErrorString(XML_GetErrorCode(r->parser))));
            diag_line(r->diag, (int)XML_GetCurrentLineNumber(r->parser));
            return f;
        }
        text = (struct span){text.at + n, text.size - n};
    } while (text.size);
    return OK;
}

enum status xml_parse(struct arena *a, struct span text, const struct xml **ret_root, struct diag *d) {
    struct reader r = {.arena = a, .diag = d};
    if (text.size == 0)
        text.at = "";
    r.parser = XML_ParserCreateNS(NULL, SEPARATOR);
    if (!r.parser)
        return arena_full(d);
    XML_SetUserData(r.parser, &r);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    XML_SetUnknownEncodingHandler(r.parser, on_encoding, &r);
    XML_SetStartNamespaceDeclHandler(r.parser, on_namespace);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    enum status s = feed(&r, text);
    XML_ParserFree(r.parser);
    for (size_t i = 0; i < r.open.size; i++)
        buf_release(&r.open.at[i].text);
    vec_release(&r.open);
    vec_release(&r.declared);
    if (s == OK)
        *ret_root = r.root;
    return s;
}

/* ---- walking ------------------------------------------------------------------- */

static const struct xml *named(const struct xml *e, const char *name) {
    while (e && !span_is(e->name, name))
        e = e->next;
    return e;
}

const struct xml *xml_child(const struct xml *e, const char *name) {
    return e ? named(e->child, name) : NULL;
}

const struct xml *xml_next(const struct xml *e, const char *name) {
    return e ? named(e->next, name) : NULL;
}

struct span xml_attr(const struct xml *e, const char *name) {
    for (size_t i = 0; e && i < e->attribute_count; i++)
        if (e->attribute[i].ns.size == 0 && span_is(e->attribute[i].name, name))
            return e->attribute[i].value;
    return (struct span){NULL, 0};
}

struct span xml_prefix(const struct xml *e, struct span prefix) {
    for (; e; e = e->parent)
        for (size_t i = 0; i < e->ns_count; i++)
            if (span_eq(e->ns_decl[i].name, prefix))
                return e->ns_decl[i].value;
    return (struct span){NULL, 0};
}
