#include "dmn/mutate_internal.h"

#include "base/buf.h"
#include "dmn/internal.h"

/* ---- edits ----------------------------------------------------------------------- */

static void add(struct dmn_mutator *m, struct dmn_mutation x) {
    struct dmn_mutation *slot = vec_push_in(m->arena, &m->list);
    if (slot)
        *slot = x;
    else
        m->full = true;
}

static void escaped(struct buf *b, struct span s) {
    for (size_t i = 0; i < s.size; i++)
        switch (s.at[i]) {
        case '<': buf_adds(b, "&lt;"); break;
        case '>': buf_adds(b, "&gt;"); break;
        case '&': buf_adds(b, "&amp;"); break;
        default: buf_addc(b, s.at[i]);
        }
}

static size_t occurrences(struct span text, struct span what) {
    size_t n = 0;
    for (size_t i = 0; what.size && i + what.size <= text.size; i++)
        if (memcmp(text.at + i, what.at, what.size) == 0) {
            n++;
            i += what.size - 1;
        }
    return n;
}

void dmn_mutate_replace(struct dmn_mutator *m, size_t at, size_t size, struct span to) {
    struct dmn_mutation x = m->here;
    struct span before = {m->text.at, at};
    BUF_AUTO b;
    buf_init(&b, 0);
    /* the element's own namespace, whatever prefix the file gives it */
    buf_adds(&b, "<text xmlns=\"");
    escaped(&b, x.text);
    buf_adds(&b, "\">");
    escaped(&b, before);
    escaped(&b, to);
    escaped(&b, (struct span){m->text.at + at + size, m->text.size - at - size});
    buf_adds(&b, "</text>");
    x.from = (struct span){m->text.at + at, size};
    x.to = (struct span){arena_dup(m->arena, to), to.size};
    if (occurrences(m->text, x.from) > 1)
        x.nth = occurrences(before, x.from) + 1;
    x.text = (struct span){arena_dup(m->arena, buf_span(&b)), b.size};
    if (!buf_ok(&b) || !x.text.at || !x.to.at)
        m->full = true;
    else
        add(m, x);
}

struct span dmn_mutated(struct arena *a, struct span xml, const struct dmn_mutation *m) {
    size_t size = m->start + m->text.size + (xml.size - m->end);
    char *at = arena_alloc_raw(a, size + 1);
    assert(m->start <= m->end && m->end <= xml.size);
    if (!at)
        return (struct span){NULL, 0};
    memcpy(at, xml.at, m->start);
    memcpy(at + m->start, m->text.at, m->text.size);
    memcpy(at + m->start + m->text.size, xml.at + m->end, xml.size - m->end);
    at[size] = 0;
    return (struct span){at, size};
}

/* ---- places ------------------------------------------------------------------------- */

static bool one_of(struct span name, const char *const *list, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (span_is(name, list[i]))
            return true;
    return false;
}

static struct span trimmed(struct span s) {
    while (s.size && (unsigned char)*s.at <= ' ')
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && (unsigned char)s.at[s.size - 1] <= ' ')
        s.size--;
    return s;
}

/* A whole cell: what it says the other way round, and nothing asked at all. */
static void mutate_cell(struct dmn_mutator *m) {
    struct span t = trimmed(m->text);
    if (t.size == 0 || span_is(t, "-"))
        return;
    char *negated = arena_printf(m->arena, "not(%.*s)", SPAN_ARG(t));
    if (!negated) {
        m->full = true;
        return;
    }
    size_t at = (size_t)(t.at - m->text.at);
    dmn_mutate_replace(m, at, t.size, SPAN("-"));
    if (!span_is(t, "true") && !span_is(t, "false")) /* their exchange is the same */
        dmn_mutate_replace(m, at, t.size, span_of(negated));
}

static void mutate_text(struct dmn_mutator *m, const struct xml *text) {
    static const char *const PLACES[] = {"literalExpression", "inputExpression", "inputEntry", "outputEntry", "defaultOutputEntry"};
    const struct xml *e = text->parent;
    if (!one_of(e->name, PLACES, ARRAY_LEN(PLACES)))
        return;
    bool cell = span_is(e->name, "inputEntry");
    m->here.at = xml_attr(e, "id");
    m->here.start = text->start;
    m->here.end = text->end;
    m->here.text = text->ns;
    m->text = text->text;
    if (cell)
        mutate_cell(m);
    if (!cell || !span_is(trimmed(m->text), "-"))
        dmn_mutate_tokens(m, cell);
}

/* The rule's entry in the annotation column that names articles. */
static struct span article_of(const struct dmn_mutator *m, const struct xml *rule) {
    const struct xml *entry = xml_child(rule, "annotationEntry");
    for (const struct xml *c = xml_child(rule->parent, "annotation"); c && entry; c = xml_next(c->next, "annotation"), entry = xml_next(entry->next, "annotationEntry"))
        if (span_eq(xml_attr(c, "name"), m->options->annotation))
            return dmn_child_text(entry, "text");
    return (struct span){0};
}

static void begin_rule(struct dmn_mutator *m, const struct xml *rule) {
    m->here.rule = 1;
    for (const struct xml *e = xml_child(rule->parent, "rule"); e && e != rule; e = xml_next(e->next, "rule"))
        m->here.rule++;
    m->here.article = article_of(m, rule);
    struct dmn_mutation x = m->here;
    x.at = xml_attr(rule, "id");
    x.start = rule->start;
    x.end = rule->end;
    x.text = SPAN("");
    add(m, x);
}

/* Everything below the element, in the file's order. */
static void mutate_element(struct dmn_mutator *m, const struct xml *top) {
    for (const struct xml *e = top; e && !m->full;) {
        if (span_is(e->name, "rule"))
            begin_rule(m, e);
        else if (span_is(e->name, "text") && e->parent)
            mutate_text(m, e);
        if (e->child) {
            e = e->child;
            continue;
        }
        while (e != top && !e->next) {
            e = e->parent;
            if (span_is(e->name, "rule")) {
                m->here.rule = 0;
                m->here.article = (struct span){0};
            }
        }
        e = e == top ? NULL : e->next;
    }
}

enum status dmn_mutations(struct arena *a, const struct dmn_model *model, struct span decision,
    const struct dmn_mutate_options *o, const struct dmn_mutation **ret, size_t *ret_count, struct diag *d) {
    struct dmn_mutator m = {.arena = a, .options = o};
    const bool *seen;
    enum status s = dmn_reach(a, model, decision, &seen, d);
    if (s != OK)
        return s;
    for (size_t i = 0; i < model->slot_count && !m.full; i++) {
        const struct dmn_element *e = model->slot[i].element;
        if (!seen[i] || (e->kind != DMN_DECISION && e->kind != DMN_BKM))
            continue;
        m.here = (struct dmn_mutation){.uri = model->slot[i].model->uri, .element_name = e->name};
        mutate_element(&m, e->xml);
    }
    if (m.full)
        return arena_full(d);
    *ret = m.list.at;
    *ret_count = m.list.size;
    return OK;
}
