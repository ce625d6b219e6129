#include "link/schema.h"

#include "link/address.h"
#include "link/day.h"
#include "link/han.h"
#include "link/number.h"
#include "link/text.h"

/* Values looked at in each table, from pieces all over it. */
enum { SAMPLE = 2000, DISTINCT_SLOTS = 8192, PIECES = 8, KEPT = 160 };

static const char *const kind_names[LINK_KINDS] = {"skip", "name", "text", "mail", "citizen", "phone", "number", "day", "address", "code"};
const char *link_kind_name(enum link_kind k) { return kind_names[k]; }
enum link_kind link_kind_of(struct span name) {
    for (int k = 0; k < LINK_KINDS; k++)
        if (span_is(name, kind_names[k]))
            return (enum link_kind)k;
    return LINK_SKIP;
}

/* What the values of one column look like. Counts of those that say something. */
struct column {
    int rows, said, citizen, mobile, day, day_first, month_first, mail, digits, han, han_name, long_han, year, ascending;
    int distinct;
    double length;
    int64_t last;
    enum link_kind kind;
};

struct sample { char *folded; uint8_t *size; int rows; }; /* KEPT bytes a value, a row after the other */

static void look_day(struct column *c, struct span v, int digits) {
    struct link_day d;
    bool separated = (int)v.size > digits;
    if (!link_day_read(v, false, &d) || digits < 5 || (!separated && digits != 8 && digits != 14))
        return;
    uint32_t year = d.digits >> 16;
    uint32_t month = d.digits >> 8 & 255;
    if (year >= 0x1850 && year <= 0x2100 && month <= 0x12 && (d.digits & 255) <= 0x31)
        c->day++;
    if (digits >= 6 && v.size >= 2) { /* 31/12/1949 or 12/31/1949 */
        const char *p = v.at, *end = span_end(v);
        int first = 0, second = 0;
        while (p < end && *p >= '0' && *p <= '9' && first < 10000)
            first = first * 10 + *p++ - '0';
        if (p < end)
            p++;
        while (p < end && *p >= '0' && *p <= '9' && second < 10000)
            second = second * 10 + *p++ - '0';
        c->day_first += separated && first > 12 && first <= 31;
        c->month_first += separated && first <= 12 && second > 12 && second <= 31;
    }
}

static void look_citizen(struct column *c, struct span v) {
    struct link_citizen n;
    if (link_citizen_read(v, &n) && (n.count == 18 || n.count == 15) && n.birth && n.digits >> 60 != 0 && n.digits >> 60 <= 8)
        c->citizen++;
}

static void look(struct column *c, struct span v) {
    v = link_said(v);
    c->rows++;
    if (v.size == 0)
        return;
    c->said++;
    int digits = 0, han = 0, count = 0;
    bool at = false;
    const char *p = v.at, *end = span_end(v);
    while (p < end && count < 64) {
        int32_t ch = utf8_next(&p, end);
        count++;
        digits += ch >= '0' && ch <= '9';
        han += link_is_han(ch);
        at |= ch == '@';
    }
    c->length += count;
    c->mail += at && han == 0;
    c->digits += digits > 0 && digits * 4 >= count * 3 && han == 0;
    c->han += han * 2 >= count;
    c->han_name += han >= 1 && han <= 6 && digits == 0 && count <= 12 && han * 2 > count;
    c->long_han += han >= 5 && count >= 7;
    if (digits >= 10 && han == 0)
        look_citizen(c, v);
    struct link_number phone;
    if (han == 0 && link_phone_read(v, &phone) && phone.count == 11 && phone.digits >> 40 == 1 && (phone.digits >> 36 & 15) >= 3)
        c->mobile++;
    if (digits >= 4)
        look_day(c, v, digits);
    c->year += digits == 4 && count == 4 && (*v.at == '1' || *v.at == '2');
    int64_t number = 0;
    for (size_t i = 0; i < v.size && i < 18 && v.at[i] >= '0' && v.at[i] <= '9'; i++)
        number = number * 10 + (v.at[i] - '0');
    c->ascending += c->said > 1 && number == c->last + 1 && digits == count;
    c->last = number;
}

/* Rows of pieces spread over the table: columns' looks, and the folded values. */
static enum status look_at(const struct link_table *t, struct arena *a, struct column *column, struct sample *sample, struct diag *d) {
    char *scratch = arena_alloc_raw(a, LINK_UNQUOTE);
    uint32_t *seen = ARENA_ARRAY(a, DISTINCT_SLOTS * t->columns, uint32_t);
    sample->folded = arena_array(a, SAMPLE * t->columns, KEPT);
    sample->size = arena_array(a, SAMPLE * t->columns, 1);
    if (!scratch || !seen || !sample->folded || !sample->size)
        return arena_full(d);
    size_t step = t->pieces > PIECES ? t->pieces / PIECES : 1;
    int share = t->pieces >= PIECES ? SAMPLE / PIECES : t->pieces ? SAMPLE / (int)t->pieces : 0;
    for (size_t piece = 0; piece < t->pieces && sample->rows < SAMPLE; piece += step) {
        struct link_cursor c;
        bool row = true;
        link_cursor_init(&c, t, piece, scratch);
        for (int i = 0; i < share && sample->rows < SAMPLE; i++) {
            enum status s = link_cursor_next(&c, &row, d);
            if (s != OK)
                return s;
            if (!row)
                break;
            for (size_t k = 0; k < t->columns; k++) {
                look(&column[k], c.field[k]);
                struct span v = link_said(c.field[k]);
                size_t at = (size_t)sample->rows * t->columns + k;
                sample->size[at] = (uint8_t)link_fold(v, sample->folded + at * KEPT, KEPT);
                uint32_t h = v.size ? (uint32_t)link_hash(sample->folded + at * KEPT, sample->size[at]) | 1 : 0;
                for (uint32_t i2 = h; h; i2++) {
                    uint32_t *slot = &seen[k * DISTINCT_SLOTS + i2 % DISTINCT_SLOTS];
                    if (*slot == h)
                        break;
                    if (*slot == 0) {
                        *slot = h;
                        column[k].distinct++;
                        break;
                    }
                }
            }
            sample->rows++;
        }
    }
    return OK;
}

/* ---- kinds ------------------------------------------------------------------------------- */

static bool has(struct span s, const char *const *words, size_t n) {
    char text[LINK_FIELD_NAME];
    size_t size = link_fold(s, text, sizeof text);
    for (size_t i = 0; i < n; i++)
        if (memmem(text, size, words[i], strlen(words[i])))
            return true;
    return false;
}
#define HAS(s, ...) has((s), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static enum link_kind guess_kind(struct span name, const struct column *c) {
    double n = c->said;
    if (n == 0 || c->distinct < 2 || c->ascending > 0.9 * n)
        return LINK_SKIP;
    if (c->citizen > 0.5 * n || (c->citizen > 0.2 * n && HAS(name, "身份证", "证件号", "公民身份", "id_card", "idcard", "citizen")))
        return LINK_CITIZEN;
    if (c->mail > 0.6 * n)
        return LINK_MAIL;
    if (c->mobile > 0.6 * n || (c->digits > 0.5 * n && HAS(name, "电话", "手机", "联系方式", "phone", "mobile", "tel")))
        return LINK_PHONE;
    if (c->day > 0.8 * n || (c->day > 0.4 * n && HAS(name, "日期", "出生", "生日", "date", "dob", "birth")))
        return LINK_DAY;
    if (c->han > 0.5 * n) {
        bool place = HAS(name, "地址", "住址", "住所", "地点", "户籍地", "居住地", "address", "addr");
        if ((place && c->length > 4 * n) || c->long_han > 0.6 * n)
            return LINK_ADDRESS;
        if (c->han_name > 0.6 * n && HAS(name, "姓名", "名字", "name"))
            return LINK_NAME;
        if (c->distinct <= 60 && c->distinct < 0.2 * n)
            return LINK_CODE;
        return c->han_name > 0.6 * n ? LINK_NAME : c->length > 8 * n ? LINK_ADDRESS : LINK_NAME;
    }
    if (c->han_name > 0.3 * n && HAS(name, "姓名", "名字", "name"))
        return LINK_NAME;
    if (c->distinct <= 3 && c->length < 10 * n)
        return LINK_CODE;
    return c->digits > 0.8 * n ? LINK_NUMBER : LINK_TEXT;
}

static bool ignored_name(struct span name, const struct span *ignore, size_t n) {
    static const char *const results[] = {"cluster", "cluster_id", "label", "truth", "match_id"};
    for (size_t i = 0; i < n; i++)
        if (span_eq(name, ignore[i]))
            return true;
    for (size_t i = 0; i < ARRAY_LEN(results); i++)
        if (span_is(name, results[i]))
            return true;
    return name.size == 0;
}

static void pair_up(struct link_schema *s, const struct link_table *t, const enum link_kind *kind, int left, int right, const struct column *c[2]) {
    if (s->count == LINK_FIELDS_MAX)
        return;
    struct link_field *f = &s->field[s->count++];
    *f = (struct link_field){.kind = kind[left], .column = {left, right}, .swap = -1};
    struct span name = t->header[left];
    memcpy(f->name, name.at, utf8_cut(name, sizeof f->name - 1));
    for (int side = 0; side < 2; side++) {
        const struct column *k = &c[side][f->column[side]];
        f->month_first[side] = k->month_first > 0 && k->day_first == 0;
    }
}

/* The one column of that kind among those not yet used, or -1. */
static int only(const enum link_kind *kind, const bool *used, size_t n, enum link_kind wanted) {
    int found = -1;
    for (size_t i = 0; i < n; i++)
        if (!used[i] && kind[i] == wanted) {
            if (found >= 0)
                return -1;
            found = (int)i;
        }
    return found;
}

/* ---- columns that say the same ------------------------------------------------------------- */

struct view { const struct sample *s; const struct link_table *t; };
static struct span value_at(struct view v, int row, int column) {
    size_t at = (size_t)row * v.t->columns + (size_t)column;
    return (struct span){v.s->folded + at * KEPT, v.s->size[at]};
}

/* `whole` says no more than other columns of text do: they are in it, and make up most of it. */
static bool made_up(struct view v, const struct link_schema *s, int whole) {
    double covered = 0, rows = 0;
    for (int r = 0; r < v.s->rows; r++) {
        struct span w = value_at(v, r, s->field[whole].column[0]);
        size_t in = 0, parts = 0;
        for (int f = 0; f < s->count && w.size; f++) {
            struct span p = value_at(v, r, s->field[f].column[0]);
            if (f == whole || s->field[f].kind != LINK_TEXT || p.size < 2 || (p.size == w.size && f > whole) || p.size > w.size)
                continue;
            if (memmem(w.at, w.size, p.at, p.size))
                in += p.size, parts++;
        }
        rows += w.size > 0;
        covered += w.size && (double)in >= 0.7 * (double)w.size;
    }
    return rows > 20 && covered > 0.9 * rows;
}

static void drop(struct link_schema *s, int f) {
    memmove(&s->field[f], &s->field[f + 1], (size_t)(s->count - f - 1) * sizeof *s->field);
    s->count--;
}

/* Day and sex as the citizen number has them. */
static void mark_inside(struct view v, struct link_schema *s) {
    int id = -1;
    for (int f = 0; f < s->count; f++)
        if (s->field[f].kind == LINK_CITIZEN)
            id = f;
    for (int f = 0; f < s->count && id >= 0; f++) {
        int both = 0, same = 0, by_sex[2][2] = {{0}};
        for (int r = 0; r < v.s->rows; r++) {
            struct link_citizen c;
            struct link_day d;
            struct span value = value_at(v, r, s->field[f].column[0]);
            if (!link_citizen_read(value_at(v, r, s->field[id].column[0]), &c) || !c.birth || value.size == 0)
                continue;
            both++;
            if (s->field[f].kind == LINK_DAY && link_day_read(value, s->field[f].month_first[0], &d)) {
                uint32_t y = c.birth >> 16, m = c.birth >> 8 & 255, day = c.birth & 255;
                uint32_t packed = (y / 1000) << 28 | (y / 100 % 10) << 24 | (y / 10 % 10) << 20 | (y % 10) << 16 | (m / 10) << 12 | (m % 10) << 8 | (day / 10) << 4 | day % 10;
                same += packed == d.digits;
            } else if (s->field[f].kind == LINK_CODE) {
                bool one = span_is(value, "男") || span_is(value, "1") || span_is(value, "m") || span_is(value, "male");
                by_sex[one][c.digits >> 4 & 1]++;
            }
        }
        if (s->field[f].kind == LINK_CODE)
            same = by_sex[0][0] + by_sex[1][1];
        s->field[f].inside = both > 20 && same > 0.7 * both && (s->field[f].kind == LINK_DAY || s->field[f].kind == LINK_CODE);
    }
}

static void mark_swaps(struct link_schema *s) {
    int given = -1, family = -1;
    for (int f = 0; f < s->count; f++) {
        struct span name = span_of(s->field[f].name);
        if (s->field[f].kind != LINK_TEXT && s->field[f].kind != LINK_NAME)
            continue;
        if (family < 0 && HAS(name, "surname", "last", "lname", "family", "nachname", "姓氏"))
            family = f;
        else if (given < 0 && HAS(name, "given", "first", "fname", "forename", "vorname", "名字"))
            given = f;
    }
    if (given >= 0 && family >= 0 && s->field[given].kind == s->field[family].kind) {
        s->field[given].swap = family;
        s->field[family].swap = given;
    }
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void match_columns(struct link_schema *s, const struct link_table *t[2], enum link_kind *kind[2], const struct column *c[2]) {
    bool used[2][LINK_COLUMNS_MAX] = {{0}};
    for (size_t i = 0; i < t[0]->columns; i++) {
        int other = t[0] == t[1] ? (int)i : link_table_column(t[1], t[0]->header[i]);
        if (other < 0 || kind[0][i] == LINK_SKIP || (int)i == s->id[0] || other == s->id[1])
            continue;
        if (kind[0][i] != kind[1][other]) { /* one half-empty column is guessed from the fuller */
            if (c[1][other].said > c[0][i].said)
                kind[0][i] = kind[1][other];
            if (kind[0][i] == LINK_SKIP)
                continue;
        }
        used[0][i] = used[1][other] = true;
        pair_up(s, t[0], kind[0], (int)i, other, c);
    }
    static const enum link_kind order[] = {LINK_CITIZEN, LINK_NAME, LINK_DAY, LINK_PHONE, LINK_ADDRESS, LINK_MAIL, LINK_CODE};
    for (size_t k = 0; k < ARRAY_LEN(order) && t[0] != t[1]; k++) {
        int a = only(kind[0], used[0], t[0]->columns, order[k]), b = only(kind[1], used[1], t[1]->columns, order[k]);
        if (a < 0 || b < 0 || a == s->id[0] || b == s->id[1])
            continue;
        used[0][a] = used[1][b] = true;
        pair_up(s, t[0], kind[0], a, b, c);
    }
}

enum status link_guess(struct link_schema *s, struct arena *a, const struct link_table *left, const struct link_table *right, struct span id,
    const struct span *ignore, size_t ignored, struct diag *d) {
    const struct link_table *t[2] = {left, right};
    const struct column *column[2];
    enum link_kind *kind[2];
    struct sample sample[2] = {{0}};
    *s = (struct link_schema){0};
    for (int side = 0; side < 2; side++) {
        s->id[side] = link_table_column(t[side], id);
        if (s->id[side] < 0)
            return diag_fail(d, E_INPUT, "link.id", DIAG_SPAN("column", id));
        struct column *c = ARENA_ARRAY(a, t[side]->columns, struct column);
        kind[side] = ARENA_ARRAY(a, t[side]->columns, enum link_kind);
        if (!c || !kind[side])
            return arena_full(d);
        enum status status = look_at(t[side], a, c, &sample[side], d);
        if (status != OK)
            return status;
        if (sample[side].rows == 0)
            return diag_fail(d, E_INPUT, "link.empty");
        for (size_t i = 0; i < t[side]->columns; i++)
            kind[side][i] = (int)i == s->id[side] || ignored_name(t[side]->header[i], ignore, ignored) ? LINK_SKIP : guess_kind(t[side]->header[i], &c[i]);
        column[side] = c;
    }
    match_columns(s, t, kind, column);
    struct view v = {&sample[0], left};
    for (int f = 0; f < s->count; f++)
        if (s->field[f].kind == LINK_TEXT && made_up(v, s, f))
            drop(s, f--);
    mark_inside(v, s);
    mark_swaps(s);
    return s->count ? OK : diag_fail(d, E_INPUT, "link.no_fields");
}
