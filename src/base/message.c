#include "base/message.h"

#include "base/message_internal.h"

#include <stdio.h>

/* ---- languages ------------------------------------------------------------------ */

static bool starts_with(struct span s, const char *lower) {
    size_t n = strlen(lower);
    if (s.size < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((s.at[i] | 0x20) != lower[i])
            return false;
    return s.size == n || strchr("-_; \t", s.at[n]);
}

/* "en;q=0.8" -> 800; 1000 without a weight (RFC 9110, 12.4.2). */
static int weight(struct span part) {
    const char *q = part.size ? memmem(part.at, part.size, "q=", 2) : NULL;
    if (!q)
        return 1000;
    const char *end = part.at + part.size;
    int value = 0, unit = 1000;
    for (q += 2; q < end && ((*q >= '0' && *q <= '9') || *q == '.'); q++) {
        if (*q == '.')
            continue;
        value += (*q - '0') * unit;
        unit /= 10;
    }
    return value;
}

enum lang lang_parse(struct span tag) {
    enum lang best = LANG_ZH;
    int best_weight = 0;
    while (tag.size) {
        const char *comma = memchr(tag.at, ',', tag.size);
        size_t n = comma ? (size_t)(comma - tag.at) : tag.size;
        struct span part = {tag.at, n};
        while (part.size && (*part.at == ' ' || *part.at == '\t'))
            part = (struct span){part.at + 1, part.size - 1};
        bool en = starts_with(part, "en"), zh = starts_with(part, "zh");
        if ((en || zh) && weight(part) > best_weight) {
            best = en ? LANG_EN : LANG_ZH;
            best_weight = weight(part);
        }
        n += comma != NULL;
        tag = (struct span){tag.at + n, tag.size - n};
    }
    return best;
}

const char *lang_tag(enum lang l) { return l == LANG_EN ? "en" : "zh-CN"; }

/* ---- sentences ------------------------------------------------------------------- */

static const struct message_entry *find(const char *code) {
    size_t low = 0, high = message_table_size;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = strcmp(code, message_table[mid].code);
        if (c == 0)
            return &message_table[mid];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

bool message_known(const char *code) { return find(code) != NULL; }

static struct span arg_text(const struct diag_arg *a) { return a->text_size == SIZE_MAX ? span_of(a->text) : span_bytes(a->text, a->text_size); }

static void add_arg(struct buf *out, const struct diag_arg *a) {
    if (!a->text)
        buf_addf(out, "%lld", a->number);
    else
        buf_add(out, arg_text(a));
}

/* {role@role}: the argument is the last word of a code, role.<it>, and is shown
 * as the catalogue words it; as it stands when there is no such code. */
static void add_word(struct buf *out, enum lang l, struct span prefix, const struct diag_arg *a) {
    BUF_AUTO code;
    buf_init(&code, 128);
    buf_add(&code, prefix);
    buf_addc(&code, '.');
    add_arg(&code, a);
    const struct message_entry *word = buf_ok(&code) ? find(buf_str(&code)) : NULL;
    if (word)
        buf_adds(out, word->text[l]);
    else
        add_arg(out, a);
}

/* {reason@}: the argument is a code; its sentence speaks of `detail`. */
static void add_sentence(struct buf *out, enum lang l, const struct diag_arg *code, const struct diag_arg *detail) {
    char text[sizeof ((struct diag){0}).code];
    struct span s = arg_text(code);
    snprintf(text, sizeof text, "%.*s", SPAN_ARG(s));
    struct diag_arg name = detail ? *detail : (struct diag_arg){.text = ""};
    name.name = "name";
    message_text(out, l, text, &name, 1);
}

static const struct diag_arg *arg_named(struct span name, const struct diag_arg *args, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (span_is(name, args[i].name))
            return &args[i];
    return NULL;
}

/* A placeholder nobody filled stays visible: a missing fact is a bug to see. */
void message_text(struct buf *out, enum lang l, const char *code, const struct diag_arg *args, size_t n) {
    const struct message_entry *m = find(code);
    if (!m) {
        buf_adds(out, code);
        return;
    }
    const char *p = m->text[l];
    for (const char *open; (open = strchr(p, '{')) != NULL;) {
        const char *close = strchr(open, '}');
        if (!close)
            break;
        const char *at = memchr(open, '@', (size_t)(close - open));
        const struct diag_arg *a = arg_named(span_bytes(open + 1, (size_t)((at ? at : close) - open - 1)), args, n);
        buf_add(out, span_bytes(p, (size_t)(open - p)));
        if (a && at && at + 1 == close)
            add_sentence(out, l, a, arg_named(SPAN("detail"), args, n));
        else if (a && at)
            add_word(out, l, span_bytes(at + 1, (size_t)(close - at - 1)), a);
        else if (a)
            add_arg(out, a);
        else
            buf_add(out, span_bytes(open, (size_t)(close + 1 - open)));
        p = close + 1;
    }
    buf_adds(out, p);
}

void message_render(struct buf *out, enum lang l, const struct diag *d) {
    struct diag_arg args[DIAG_ARGS_MAX];
    for (int i = 0; i < d->arg_count; i++)
        args[i] = DIAG_S(d->arg[i].name, d->arg[i].value);
    size_t n = (size_t)d->arg_count;
    if (!d->where[0] && !d->line) {
        message_text(out, l, d->code, args, n);
        return;
    }
    BUF_AUTO sentence;
    buf_init(&sentence, 0);
    message_text(&sentence, l, d->code, args, n);
    const struct diag_arg around[] = {DIAG_S("where", d->where), DIAG_N("line", d->line),
        DIAG_S("text", buf_str(&sentence))};
    const char *frame = !d->line ? "base.at" : d->where[0] ? "base.at_line" : "base.line";
    message_text(out, l, frame, around, ARRAY_LEN(around));
    out->failed |= sentence.failed;
}
