#include "civil/entitlement/letter.h"

#include "base/message.h"
#include "civil/access/access.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life_internal.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "doc/pdf.h"

#include <stdio.h>

enum { BLOCKS_MAX = 12 };

struct letter {
    struct civil *c;
    struct txn *t;
    struct arena *a;
    struct entitlement_row e;
    const char *name, *organ, *organ_en, *district, *office, *scheme[2];
    struct doc_block block[BLOCKS_MAX];
    size_t count;
    bool full; /* memory ran out: nothing is drawn */
};

/* ---- words ------------------------------------------------------------------------------ */

static const char *say(struct letter *x, enum lang l, const char *code, const struct diag_arg *args, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 1 << 16);
    message_text(&b, l, code, args, n);
    char *text = buf_ok(&b) ? arena_dup(x->a, buf_span(&b)) : NULL;
    x->full |= !text;
    return text;
}

static struct doc_text both(struct letter *x, const char *code, const struct diag_arg *zh, const struct diag_arg *en, size_t n) {
    return (struct doc_text){say(x, LANG_ZH, code, zh, n), say(x, LANG_EN, code, en, n)};
}

static struct doc_text plain(struct letter *x, const char *code) { return both(x, code, NULL, NULL, 0); }

static const char *yuan(struct letter *x, int64_t fen) {
    const char *s = arena_printf(x->a, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
    x->full |= !s;
    return s ? s : "";
}

static const char *day(struct letter *x, date_t on, enum lang l) {
    char text[DATE_TEXT_MAX];
    struct ymd y = date_ymd(on);
    if (on == DATE_NONE)
        return "";
    date_text(on, text);
    const char *s = l == LANG_ZH ? arena_printf(x->a, "%d年%d月%d日", y.year, y.month, y.day) : arena_dup(x->a, span_of(text));
    x->full |= !s;
    return s ? s : "";
}

static const char *month_words(struct letter *x, month_t m, enum lang l) {
    char text[8];
    month_text(m, text);
    const char *s = l == LANG_ZH ? arena_printf(x->a, "%lld年%lld月", (long long)(m / 12), (long long)(m % 12 + 1)) : arena_dup(x->a, span_of(text));
    x->full |= !s;
    return s ? s : "";
}

/* ---- blocks ------------------------------------------------------------------------------ */

static struct doc_block *add(struct letter *x, enum doc_type type) {
    assert(x->count < BLOCKS_MAX);
    struct doc_block *b = &x->block[x->count++];
    *b = (struct doc_block){.type = type};
    return b;
}

static void paragraph(struct letter *x, struct doc_text text) { add(x, DOC_PARAGRAPH)->text = text; }

/* What an officer or the person wrote stands as it was written. */
static void quoted(struct letter *x, const char *code, const char *words) {
    if (!words || !*words)
        return;
    struct doc_block *b = add(x, DOC_PAIRS);
    struct doc_item *item = ARENA_NEW(x->a, struct doc_item);
    x->full |= !item;
    if (!item)
        return;
    *item = (struct doc_item){.title = plain(x, code), .text = {words, NULL}};
    b->item = item;
    b->item_count = 1;
}

/* n rows and their sum. */
static void table(struct letter *x, const char *first, size_t n, struct doc_text *cell) {
    struct doc_column *column = ARENA_ARRAY(x->a, 2, struct doc_column);
    struct doc_block *b = add(x, DOC_TABLE);
    x->full |= !column || !cell;
    if (!column || !cell)
        return;
    column[0] = (struct doc_column){plain(x, first), false};
    column[1] = (struct doc_column){plain(x, "entitlement.letter.yuan"), true};
    *b = (struct doc_block){.type = DOC_TABLE, .column = column, .column_count = 2, .cell = cell, .row_count = n + 1, .total = true};
}

/* official: its number of the register of letters; NULL: it is of a time, or of a kind, that has none, and goes by its row's. */
static enum status addressed(struct letter *x, struct access *access, const char *title, const char *official, int64_t number, struct diag *d) {
    struct person p;
    char code[16], of[64];
    snprintf(code, sizeof code, "%lld", (long long)x->e.district);
    const struct matter *m = packs_scheme(x->c->packs, x->e.scheme);
    const struct organ *o = m ? packs_organ(x->c->packs, m->scheme, txn_today(x->t)) : NULL;
    enum status s = person_read(x->c, x->t, access, x->a, x->e.district, x->e.payee, &p, d);
    if (s == OK)
        s = access_add(access, x->e.district, x->e.payee, ACCESS_PAYMENT, d);
    if (s == OK)
        s = division_name(x->t, x->a, code, &x->district, d);
    if (s == OK)
        s = division_name(x->t, x->a, x->e.subdistrict && *x->e.subdistrict ? x->e.subdistrict : code, &x->office, d);
    if (s != OK)
        return s;
    x->name = p.name;
    x->scheme[LANG_ZH] = m ? json_str(json_get(m->json, "name"), "zh", x->e.scheme) : x->e.scheme;
    x->scheme[LANG_EN] = m ? json_str(json_get(m->json, "name"), "en", x->e.scheme) : x->e.scheme;
    /* the packs say 区民政局; a letter names the district */
    const char *organ = o ? o->in_name_of : "区民政局", *short_name = strncmp(organ, "区", strlen("区")) == 0 ? organ + strlen("区") : organ;
    x->organ = arena_printf(x->a, "%s%s", short_name == organ ? "" : x->district ? x->district : "", short_name);
    x->organ_en = o && o->in_name_of_en ? o->in_name_of_en : "district civil affairs bureau";
    snprintf(of, sizeof of, "entitlement.letter.%s", title);
    struct diag_arg zh[] = {DIAG_S("scheme", x->scheme[LANG_ZH])}, en[] = {DIAG_S("scheme", x->scheme[LANG_EN])};
    struct diag_arg about[] = {DIAG_N("id", number)}, to[] = {DIAG_S("name", x->name)};
    add(x, DOC_LETTERHEAD)->title = (struct doc_text){x->organ, NULL};
    add(x, DOC_TITLE)->title = both(x, of, zh, en, 1);
    add(x, DOC_NUMBER)->text = official ? (struct doc_text){official, NULL} : both(x, "entitlement.letter.number", about, about, 1);
    add(x, DOC_ADDRESSEE)->text = both(x, "entitlement.letter.to", to, to, 1);
    return x->organ ? OK : arena_full(d);
}

static enum status drawn(struct letter *x, bool remedies, struct buf *out, struct diag *d) {
    struct diag_arg place[] = {DIAG_S("district", x->district ? x->district : "")};
    if (remedies) {
        struct doc_block *b = add(x, DOC_REMEDIES);
        b->title = plain(x, "entitlement.letter.if_not");
        b->text = both(x, "entitlement.letter.remedies", place, place, 1);
    }
    struct doc_block *b = add(x, DOC_SIGNATURE);
    b->title = (struct doc_text){x->organ, x->organ_en};
    b->text = (struct doc_text){day(x, txn_today(x->t), LANG_ZH), day(x, txn_today(x->t), LANG_EN)};
    b->seal = DOC_SEAL_PLACE;
    b->seal_organ = x->organ;
    b->seal_name = "";
    if (x->full)
        return arena_full(d);
    struct document doc = {.title = x->block[1].title.main, .author = "minzheng", .subject = "", .language = "zh-CN", .made_at = txn_now(x->t), .block = x->block, .block_count = x->count};
    buf_clear(out);
    return doc_pdf(&doc, out, NULL, d);
}

/* ---- a proposal ---------------------------------------------------------------------------- */

/* The last words of a kind about it; NULL: none. */
static enum status words_of(struct letter *x, int64_t about, const char *kind, const char **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = NULL;
    enum status s = sql_query(x->t, &r, d, "SELECT id, body FROM entitlement_note WHERE district = ? AND about = ? AND kind = ? ORDER BY id DESC LIMIT 1", SQL_I(x->e.district), SQL_I(about), SQL_S(kind));
    if (s == OK)
        s = rows_next(r, &row, d);
    return s == OK && row ? note_read(x->c, x->t, x->e.district, x->e.payee, rows_int(r, 0), rows_blob(r, 1), ret, d) : s;
}

static void lines_table(struct letter *x, const struct entitlement_lines *l) {
    struct doc_text *cell = l->count ? ARENA_ARRAY(x->a, (l->count + 1) * 2, struct doc_text) : NULL;
    if (!l->count)
        return;
    for (size_t i = 0; cell && i < l->count; i++) {
        cell[2 * i] = (struct doc_text){l->line[i].item, NULL};
        cell[2 * i + 1] = (struct doc_text){yuan(x, l->line[i].monthly_fen), NULL};
    }
    if (cell) {
        cell[2 * l->count] = plain(x, "entitlement.letter.sum");
        cell[2 * l->count + 1] = (struct doc_text){yuan(x, l->fen), NULL};
    }
    table(x, "entitlement.letter.item", l->count, cell);
}

/* "scheme", "was", "is", "month", "cause", "event" of a sentence. */
static struct doc_text sentence(struct letter *x, const char *family, const char *kind, const struct rows *r, int64_t was) {
    char code[64];
    char *cause = rows_dup(r, P_CAUSE, x->a);
    struct doc_text ret = {0};
    snprintf(code, sizeof code, "entitlement.%s.%s", family, kind);
    x->full |= !cause;
    for (int l = LANG_ZH; l <= LANG_EN; l++) {
        const char *when = month_words(x, rows_int(r, P_MONTH), (enum lang)l);
        struct diag_arg args[] = {DIAG_S("scheme", x->scheme[l]), DIAG_S("was", yuan(x, was)), DIAG_S("is", yuan(x, rows_int(r, P_FEN))), DIAG_S("month", when),
            DIAG_S("cause", cause ? cause : ""), DIAG_S("event", day(x, rows_date(r, P_EVENT), (enum lang)l))};
        *(l == LANG_ZH ? &ret.main : &ret.second) = say(x, (enum lang)l, code, args, ARRAY_LEN(args));
    }
    return ret;
}

static enum status hearing(struct letter *x, struct access *access, const struct rows *r, const char *kind, int64_t was, const struct entitlement_lines *l, struct buf *out, struct diag *d) {
    const char *why = NULL, *number = NULL;
    int days = 0;
    enum status s = words_of(x, rows_int(r, P_ID), NOTE_HEARING_NUMBER, &number, d);
    if (s == OK)
        s = addressed(x, access, "hearing", number, rows_int(r, P_ID), d);
    if (s == OK)
        s = words_of(x, rows_int(r, P_ID), "proposed", &why, d);
    if (s == OK)
        s = entitlement_hearing_days(x->c, x->e.scheme, txn_today(x->t), &days, d);
    if (s != OK)
        return s;
    struct diag_arg to[] = {DIAG_N("days", days), DIAG_S("where", x->office ? x->office : "")};
    paragraph(x, sentence(x, "letter.propose", kind, r, was));
    quoted(x, "entitlement.letter.why", why);
    lines_table(x, l);
    paragraph(x, both(x, "entitlement.letter.heard", to, to, ARRAY_LEN(to)));
    return drawn(x, false, out, d);
}

static enum status decided(struct letter *x, struct access *access, const struct rows *r, const char *kind, bool adopted, bool upward, int64_t was, const struct entitlement_lines *l, struct buf *out, struct diag *d) {
    const char *why = NULL, *said = NULL, *number = NULL;
    enum status s = words_of(x, rows_int(r, P_ID), NOTE_DECISION_NUMBER, &number, d);
    if (s == OK)
        s = addressed(x, access, "decision", number, rows_int(r, P_ID), d);
    if (s == OK)
        s = words_of(x, rows_int(r, P_ID), adopted ? "adopted" : "dropped", &why, d);
    if (s == OK)
        s = words_of(x, rows_int(r, P_ID), "answered", &said, d);
    if (s != OK)
        return s;
    if (!upward && !rows_null(r, P_SERVED_AT)) {
        paragraph(x, plain(x, said ? "entitlement.letter.you_said" : "entitlement.letter.you_were_told"));
        quoted(x, "entitlement.letter.your_words", said);
    }
    paragraph(x, sentence(x, adopted ? "letter.decide" : "letter.drop", adopted ? kind : "all", r, was));
    quoted(x, "entitlement.letter.why", why);
    if (adopted)
        lines_table(x, l);
    return drawn(x, true, out, d);
}

enum status proposal_letter(struct civil *c, struct txn *t, struct access *access, const struct actor *who, int64_t proposal, const char *which, struct buf *out, struct diag *d) {
    struct letter x = {.c = c, .t = t, .a = txn_arena(t)};
    AUTO(rows) struct rows *r = NULL;
    struct entitlement_lines l;
    bool upward = false, hears = which && strcmp(which, "hearing") == 0, adopted = false;
    int64_t was = 0;
    enum status s = entitlement_opened(t, who, entitlement_readers, PROPOSAL_SELECT "WHERE p.id = ?", "entitlement.no_proposal", proposal, &r, &x.e, d);
    if (s != OK)
        return s;
    char *kind = rows_dup(r, P_KIND, x.a);
    if (!kind)
        return arena_full(d);
    (void)proposal_act(kind, &upward);
    adopted = span_is(rows_text(r, P_STATE), "adopted");
    if ((hears && upward) || (!hears && (!which || strcmp(which, "decision") != 0)))
        return diag_fail(d, E_INPUT, "entitlement.letter");
    if (!hears && rows_null(r, P_DECIDED_BY)) /* open, or withdrawn */
        return diag_fail(d, E_CONFLICT, "entitlement.letter_undecided");
    s = entitlement_lines_parse(x.a, rows_text(r, P_LINES), &l, d);
    if (s == OK)
        s = proposal_was(t, &x.e, rows_int(r, P_ACT), rows_int(r, P_MONTH), &was, d);
    if (s != OK)
        return s;
    return hears ? hearing(&x, access, r, kind, was, &l, out, d) : decided(&x, access, r, kind, adopted, upward, was, &l, out, d);
}

/* ---- a recovery ------------------------------------------------------------------------------- */

enum { ROWS_MAX = 240 };

static enum status months_table(struct letter *x, int64_t recovery, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    size_t n = 0;
    int64_t sum = 0;
    struct doc_text *cell = ARENA_ARRAY(x->a, (ROWS_MAX + 1) * 2, struct doc_text);
    enum status s = cell ? sql_query(x->t, &r, d, "SELECT month, amount_fen - reversed_fen FROM recovery_month WHERE district = ? AND recovery = ? AND amount_fen > reversed_fen ORDER BY month LIMIT ?",
                               SQL_I(x->e.district), SQL_I(recovery), SQL_I(ROWS_MAX)) : arena_full(d);
    while (s == OK && n < ROWS_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        cell[2 * n] = (struct doc_text){month_words(x, rows_int(r, 0), LANG_ZH), NULL};
        cell[2 * n++ + 1] = (struct doc_text){yuan(x, rows_int(r, 1)), NULL};
        sum += rows_int(r, 1);
    }
    if (s != OK || n == 0)
        return s;
    cell[2 * n] = plain(x, "entitlement.letter.sum");
    cell[2 * n + 1] = (struct doc_text){yuan(x, sum), NULL};
    table(x, "entitlement.letter.month", n, cell);
    return OK;
}

enum status recovery_letter(struct civil *c, struct txn *t, struct access *access, const struct actor *who, int64_t recovery, struct buf *out, struct diag *d) {
    struct letter x = {.c = c, .t = t, .a = txn_arena(t)};
    AUTO(rows) struct rows *r = NULL;
    enum status s = entitlement_opened(t, who, entitlement_money_readers, "SELECT entitlement, amount_fen - reversed_fen, amount_fen - reversed_fen - received_fen - waived_fen FROM recovery WHERE id = ?",
        "recovery.none", recovery, &r, &x.e, d);
    if (s != OK)
        return s;
    int64_t all = rows_int(r, 1), open = rows_int(r, 2);
    if (open <= 0)
        return diag_fail(d, E_CONFLICT, "recovery.settled");
    s = addressed(&x, access, "recovery", NULL, recovery, d);
    if (s != OK)
        return s;
    struct diag_arg zh[] = {DIAG_S("scheme", x.scheme[LANG_ZH]), DIAG_S("sum", yuan(&x, all)), DIAG_S("open", yuan(&x, open)), DIAG_S("where", x.office ? x.office : "")}, en[ARRAY_LEN(zh)];
    memcpy(en, zh, sizeof zh);
    en[0] = DIAG_S("scheme", x.scheme[LANG_EN]);
    paragraph(&x, both(&x, "entitlement.letter.overpaid", zh, en, ARRAY_LEN(zh)));
    s = months_table(&x, recovery, d);
    paragraph(&x, both(&x, "entitlement.letter.give_back", zh, en, ARRAY_LEN(zh)));
    return s == OK ? drawn(&x, true, out, d) : s;
}
