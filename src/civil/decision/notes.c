#include "civil/decision/notes.h"

#include "base/vec.h"
#include "civil/decision/articles.h"
#include "civil/decision/policies.h"

struct notes { struct arena *arena; VEC(struct decision_note) list; };

/* The sentence in one language. */
static const char *sentence(struct arena *a, enum lang l, const char *code, const struct diag_arg *args, size_t n) {
    BUF_AUTO text;
    buf_init(&text, 0);
    message_text(&text, l, code, args, n);
    return arena_dup(a, buf_span(&text));
}

static enum status add(struct notes *x, const char *where, const char *code, const struct diag_arg *args, size_t n, struct diag *d) {
    struct decision_note *note = vec_push_in(x->arena, &x->list);
    if (!note)
        return arena_full(d);
    *note = (struct decision_note){code, where, sentence(x->arena, LANG_ZH, code, args, n), sentence(x->arena, LANG_EN, code, args, n)};
    return where && note->zh && note->en ? OK : arena_full(d);
}

#define NOTE(x, where, code, d, ...) add((x), (where), (code), (const struct diag_arg[]){__VA_ARGS__}, ARRAY_LEN(((const struct diag_arg[]){__VA_ARGS__})), (d))

/* ---- documents ------------------------------------------------------------------- */

static bool cited(const struct decision *r, const struct regulation *x) {
    for (size_t i = 0; i < r->reason_count; i++)
        if (articles_cite(r->reason[i].article, x))
            return true;
    return false;
}

static enum status documents(struct notes *x, const struct packs *packs, const struct decision *r, struct diag *d) {
    enum status s = OK;
    char from[DATE_TEXT_MAX], day[DATE_TEXT_MAX];
    date_text(r->date, day);
    for (size_t i = 0; s == OK && i < packs_count(packs); i++)
        for (size_t k = 0; s == OK && k < packs_at(packs, i)->document_count; k++) {
            const struct regulation *doc = &packs_at(packs, i)->document[k];
            date_t first = article_document_from(doc);
            if (first == DATE_NONE || first <= r->date || !cited(r, doc))
                continue;
            date_text(first, from);
            s = NOTE(x, "日期", "decision.note_before", d, DIAG_S("document", doc->shortly), DIAG_S("from", from), DIAG_S("date", day));
        }
    return s;
}

/* ---- facts ------------------------------------------------------------------------- */

/* Those that given_benefits has left. */
static enum status benefits(struct notes *x, const struct json *given, const struct decision *r, struct diag *d) {
    const struct json *held = json_get(given, "在享"), *kept = json_get(r->facts, "在享");
    enum status s = OK;
    char day[DATE_TEXT_MAX];
    date_text(r->date, day);
    for (size_t i = 0, k = 0; s == OK && held && held->type == JSON_ARRAY && k < kept->size && i < held->size; i++) {
        const struct json *from = json_get(held->item[i], "起");
        date_t first;
        if (held->item[i] != kept->item[k])
            continue;
        k++;
        if (!from || from->type != JSON_STRING || date_parse(from->text, &first, NULL) != OK || first <= r->date)
            continue;
        const char *where = arena_printf(x->arena, "在享[%zu].起", i);
        s = NOTE(x, where, "decision.note_benefit_later", d, DIAG_SPAN("from", from->text), DIAG_S("date", day));
    }
    return s;
}

/* Who is to die in days to come lives on the day; so does whoever's date was mistyped. */
static enum status deaths(struct notes *x, const struct decision *r, struct diag *d) {
    const struct json *members = json_get(json_get(r->facts, "户"), "成员");
    enum status s = OK;
    char day[DATE_TEXT_MAX];
    date_text(r->date, day);
    for (size_t i = 0; s == OK && members && members->type == JSON_ARRAY && i < members->size; i++) {
        const struct json *died = json_get(members->item[i], "死亡日期");
        date_t on;
        if (!died || died->type != JSON_STRING || date_parse(died->text, &on, NULL) != OK || on <= r->date)
            continue;
        const char *where = arena_printf(x->arena, "户.成员[%zu].死亡日期", i);
        s = NOTE(x, where, "decision.note_death_later", d, DIAG_SPAN("from", died->text), DIAG_S("date", day));
    }
    return s;
}

/* Of one member there is nothing to tell. */
static enum status subject(struct notes *x, const struct json *given, const struct decision *r, struct diag *d) {
    const struct json *who = json_get(json_get(r->facts, "申请"), "对象");
    const struct json *members = json_get(json_get(r->facts, "户"), "成员");
    if (!members || members->type != JSON_ARRAY || members->size < 2)
        return OK;
    if (!json_is_null(json_get(json_get(given, "申请"), "对象")) || json_is_null(who) || strcmp(json_str(r->matter->json, "unit", ""), "person") != 0)
        return OK;
    return NOTE(x, "申请.对象", "decision.note_subject", d, DIAG_SPAN("member", who->text));
}

/* Of a line of text, without its end. */
static const char *line(struct arena *a, const struct buf *b) {
    struct span text = buf_span(b);
    return arena_dup(a, (struct span){text.at, text.size - 1});
}

static enum status figures(struct notes *x, const struct decision *r, struct diag *d) {
    BUF_AUTO zh, en;
    buf_init(&zh, 0);
    buf_init(&en, 0);
    if (!decision_figures_text(&zh, LANG_ZH, r) || !decision_figures_text(&en, LANG_EN, r))
        return OK;
    struct decision_note *note = vec_push_in(x->arena, &x->list);
    if (!note)
        return arena_full(d);
    *note = (struct decision_note){"decision.text_no_figures", "日期", line(x->arena, &zh), line(x->arena, &en)};
    return note->zh && note->en ? OK : arena_full(d);
}

enum status notes_of(struct arena *a, const struct policies *p, const struct json *given, struct decision *r, struct diag *d) {
    struct notes x = {.arena = a};
    enum status s = documents(&x, p->packs, r, d);
    if (s == OK)
        s = benefits(&x, given, r, d);
    if (s == OK)
        s = deaths(&x, r, d);
    if (s == OK)
        s = subject(&x, given, r, d);
    if (s == OK)
        s = figures(&x, r, d);
    r->note = x.list.at;
    r->note_count = x.list.size;
    return s;
}
