#include "civil/register/search.h"

#include "base/idnum.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/register/merge.h"
#include "civil/register/register_internal.h"
#include "crypto/vault.h"
#include "link/han.h"
#include "link/name.h"
#include "store/store.h"

#include <stdio.h>

/* ---- folding ------------------------------------------------------------------------------------- */

enum { FOLDED_MAX = 24, KEY_MAX = 120 }; /* characters of a name; bytes of a token */

/* One character as it is compared: simplified, lower case, half width; 0: it does not count. */
static int32_t fold(int32_t c) {
    if (c <= ' ' || c == 0x3000 || c == 0xa0 || c == 0xb7 || c == 0x2022 || c == 0x2027 || c == 0x30fb || c == 0xff0e || c == '.')
        return 0;
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 'a';
    return c >= LINK_HAN_FIRST && c <= LINK_HAN_LAST ? link_han_table[c - LINK_HAN_FIRST].simple : c;
}

struct folded { int32_t at[FOLDED_MAX]; size_t n; };

static struct folded fold_text(struct span text) {
    struct folded f = {.n = 0};
    for (const char *p = text.at, *end = span_end(text); p < end && f.n < FOLDED_MAX;) {
        int32_t c = fold(utf8_next(&p, end));
        if (c > 0)
            f.at[f.n++] = c;
    }
    return f;
}

struct key { char text[KEY_MAX]; size_t n; };

static void key_char(struct key *k, int32_t c) {
    if (k->n + 4 <= KEY_MAX)
        k->n += utf8_encode(c, k->text + k->n);
}
static void key_text(struct key *k, const char *text) {
    for (; *text && k->n < KEY_MAX; text++)
        k->text[k->n++] = *text;
}
static struct span key_span(const struct key *k) { return (struct span){k->text, k->n}; }

static const char *sound_of(int32_t c, bool second) {
    uint16_t code = link_code(c), other = second ? link_sound_other(code) : 0;
    return link_sounds[other ? other : link_sound(code)];
}

static struct key name_key(const struct folded *f, size_t from) {
    struct key k = {.n = 0};
    key_char(&k, 'n');
    for (size_t i = from; i < f->n; i++)
        key_char(&k, f->at[i]);
    return k;
}

/* `second`: the character that is read the other way, or f->n.  Empty where a character has no reading. */
static struct key sound_key(const struct folded *f, size_t from, size_t second, bool initials) {
    struct key k = {.n = 0};
    key_char(&k, initials ? 'i' : 'p');
    for (size_t i = from; i < f->n; i++) {
        int32_t c = f->at[i];
        const char *s = c >= 'a' && c <= 'z' ? (char[2]){(char)c, 0} : sound_of(c, i == second);
        if (!*s)
            return (struct key){.n = 0};
        if (initials)
            key_char(&k, *s);
        else
            key_text(&k, s);
    }
    return k;
}

/* From the street on: city, district and community stand in the division already. */
static struct key address_key(struct span text) {
    static const char *const heads[] = {"省", "市", "自治区", "区", "县", "街道", "镇", "乡", "社区", "居委会", "村委会"};
    bool cut = true;
    while (cut && text.size) {
        cut = false;
        for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
            const char *hit = memmem(text.at, text.size < 30 ? text.size : 30, heads[i], strlen(heads[i]));
            size_t past = hit ? (size_t)(hit - text.at) + strlen(heads[i]) : 0;
            if (hit && (i >= 8 || hit > text.at + 3) && past < text.size) { /* 东街道: its name alone is no address */
                text = (struct span){text.at + past, text.size - past};
                cut = true;
            }
        }
    }
    struct key k = {.n = 0};
    key_char(&k, 'a');
    for (const char *p = text.at, *end = span_end(text); p < end;) {
        int32_t c = fold(utf8_next(&p, end));
        if (c > 0)
            key_char(&k, c);
    }
    return k;
}

bool search_name_alike(struct span a, struct span b) {
    struct link_name x, y;
    return link_name_read(a, &x) && link_name_read(b, &y) && link_name_compare(&x, &y) >= 6;
}

/* ---- keeping ------------------------------------------------------------------------------------------- */

static enum status put(struct txn *t, int64_t district, int64_t person, const struct search_about *p, struct key k, struct diag *d) {
    if (k.n < 2)
        return OK;
    return sql_exec(t, d, "INSERT INTO person_token (district, token, person, division, birth) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", SQL_I(district), SQL_T(key_span(&k)),
        SQL_I(person), SQL_S(p->division), SQL_D(p->birth));
}

enum status search_put(struct txn *t, int64_t district, int64_t person, const struct search_about *p, struct diag *d) {
    struct folded f = fold_text(span_of(p->name));
    enum status s = OK;
    for (size_t from = 0; s == OK && (from == 0 || from + 2 <= f.n) && from < 3; from++) {
        s = put(t, district, person, p, name_key(&f, from), d);
        if (s == OK)
            s = put(t, district, person, p, sound_key(&f, from, f.n, false), d);
    }
    if (s == OK)
        s = put(t, district, person, p, sound_key(&f, 0, f.n, true), d);
    for (size_t i = 0; s == OK && i < f.n; i++) {
        if (strcmp(sound_of(f.at[i], true), sound_of(f.at[i], false)) == 0)
            continue;
        s = put(t, district, person, p, sound_key(&f, 0, i, false), d);
        if (s == OK)
            s = put(t, district, person, p, sound_key(&f, 0, i, true), d);
    }
    return s == OK ? search_put_address(t, district, person, p, d) : s;
}

enum status search_put_address(struct txn *t, int64_t district, int64_t person, const struct search_about *p, struct diag *d) {
    return p->address && *p->address ? put(t, district, person, p, address_key(span_of(p->address)), d) : OK;
}

enum { FILL = 400 };

enum status search_fill(struct txn *t, bool *done, struct diag *d) {
    struct one { int64_t district, person; struct search_about about; } *list = ARENA_ARRAY(txn_arena(t), FILL, struct one);
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    long long district = 0, after = 0;
    enum status s = list ? sql_query(t, &r, d, "SELECT value FROM setting WHERE name = 'search.filled'") : arena_full(d);
    bool row = false;
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && row && sscanf(rows_dup(r, 0, txn_arena(t)), "%lld:%lld", &district, &after) != 2)
        after = 0;
    rows_free(TAKE(r));
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT r.district, r.person, r.name, r.division, COALESCE(r.address, h.address), r.birth FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id "
            "AND r.superseded_at IS NULL AND r.valid_to IS NULL LEFT JOIN household_member m ON m.district = r.district AND m.person = r.person AND m.superseded_at IS NULL AND m.valid_to IS NULL "
            "LEFT JOIN household h ON h.district = m.district AND h.id = m.household WHERE (p.district, p.id) > (?, ?) ORDER BY p.district, p.id LIMIT 400", SQL_I(district), SQL_I(after));
    _Static_assert(FILL == 400, "the query's limit");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        list[n++] = (struct one){rows_int(r, 0), rows_int(r, 1), {rows_dup(r, 2, txn_arena(t)), rows_dup(r, 3, txn_arena(t)), rows_dup(r, 4, txn_arena(t)), rows_date(r, 5)}};
    }
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < n; i++) {
        s = search_put(t, list[i].district, list[i].person, &list[i].about, d);
        district = list[i].district;
        after = list[i].person;
    }
    *done = n < FILL;
    char number[48];
    snprintf(number, sizeof number, "%lld:%lld", district, after);
    return s == OK ? sql_exec(t, d, "INSERT INTO setting (name, value) VALUES ('search.filled', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", SQL_S(number)) : s;
}

/* ---- what was asked --------------------------------------------------------------------------------------- */

enum { CANDIDATES_MAX = 400 };
enum term_kind { TERM_NAME, TERM_SOUND, TERM_ADDRESS, TERM_LAST4, TERM_BIRTH, TERM_YEAR, TERM_NUMBER };
struct term { enum term_kind kind; struct span text; struct folded folded; struct key key, initials; char last4[5]; date_t birth; int year; };
struct asked { struct term term[SEARCH_TERMS_MAX]; size_t n; };

static bool digits(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.size > 0;
}

static bool date_term(struct span s, date_t *ret) {
    int y = 0, m = 0, day = 0, used = 0;
    char plain[32];
    if (s.size >= sizeof plain)
        return false;
    snprintf(plain, sizeof plain, "%.*s", SPAN_ARG(s));
    bool hit = digits(s) && s.size == 8 ? sscanf(plain, "%4d%2d%2d%n", &y, &m, &day, &used) == 3
        : sscanf(plain, "%4d-%2d-%2d%n", &y, &m, &day, &used) == 3 || sscanf(plain, "%4d/%2d/%2d%n", &y, &m, &day, &used) == 3 ||
            sscanf(plain, "%4d.%2d.%2d%n", &y, &m, &day, &used) == 3 || (sscanf(plain, "%4d年%2d月%2d日%n", &y, &m, &day, &used) == 3 && used > 0);
    if (!hit || (size_t)used != s.size || y < 1850 || y > 2200 || !date_valid(y, m, day))
        return false;
    *ret = date_from_ymd(y, m, day);
    return true;
}

/* 西四北大街23号, 丰汇园小区: what only an address ends in or holds. */
static bool address_term(struct span s, const struct folded *f) {
    static const char *const ends[] = {"路", "街", "巷", "胡同", "里", "院", "号", "楼", "室", "小区", "园", "苑", "单元", "大厦", "条"};
    bool number = false;
    for (size_t i = 0; i < s.size; i++)
        number |= s.at[i] >= '0' && s.at[i] <= '9';
    for (size_t i = 0; f->n > 2 && i < ARRAY_LEN(ends); i++) {
        size_t n = strlen(ends[i]);
        if (s.size > n && memcmp(s.at + s.size - n, ends[i], n) == 0)
            return true;
    }
    return number || f->n > 6;
}

static bool read_term(struct span s, struct term *x) {
    struct diag none = {0};
    struct citizen_number n;
    *x = (struct term){.text = s, .folded = fold_text(s), .birth = DATE_NONE};
    bool latin = x->folded.n > 0;
    for (size_t i = 0; i < x->folded.n; i++)
        latin &= x->folded.at[i] < 0x80 || x->folded.at[i] == 0xfc;
    if ((s.size == 18 || s.size == 15) && digits((struct span){s.at, s.size - 1}) && citizen_number_parse(s, &n, &none) == OK) {
        x->kind = TERM_NUMBER;
    } else if (date_term(s, &x->birth)) {
        x->kind = TERM_BIRTH;
    } else if (s.size == 4 && digits((struct span){s.at, 3}) && (digits(s) || s.at[3] == 'X' || s.at[3] == 'x')) {
        x->kind = TERM_LAST4;
        snprintf(x->last4, sizeof x->last4, "%.3s%c", s.at, s.at[3] == 'x' ? 'X' : s.at[3]);
        x->year = digits(s) ? atoi(x->last4) : 0;
    } else if ((s.size == 7 && memcmp(s.at + 4, "年", 3) == 0 && digits((struct span){s.at, 4}))) {
        x->kind = TERM_YEAR;
        x->year = (s.at[0] - '0') * 1000 + (s.at[1] - '0') * 100 + (s.at[2] - '0') * 10 + s.at[3] - '0';
    } else if (latin) {
        x->kind = TERM_SOUND;
        key_char(&x->key, 'p');
        key_char(&x->initials, 'i');
        for (size_t i = 0; i < x->folded.n; i++) {
            int32_t c = x->folded.at[i];
            if (c == '\'' || c == '-' || c == ',')
                continue;
            if ((c < 'a' || c > 'z') && c != 0xfc)
                return false;
            key_char(&x->key, c == 0xfc ? 'v' : c);
            key_char(&x->initials, c == 0xfc ? 'v' : c);
        }
    } else if (address_term(s, &x->folded)) {
        x->kind = TERM_ADDRESS;
        x->key = address_key(s);
    } else if (x->folded.n) {
        x->kind = TERM_NAME;
        x->key = name_key(&x->folded, 0);
    } else {
        return false;
    }
    return true;
}

static const struct term *term_of(const struct asked *q, enum term_kind kind) {
    for (size_t i = 0; i < q->n; i++)
        if (q->term[i].kind == kind)
            return &q->term[i];
    return NULL;
}

/* Enough to mean somebody? */
static bool enough(const struct asked *q) {
    if (term_of(q, TERM_NUMBER))
        return true;
    const struct term *name = term_of(q, TERM_NAME), *sound = term_of(q, TERM_SOUND), *address = term_of(q, TERM_ADDRESS);
    uint16_t syllable[8];
    if (q->n >= 2)
        return name || sound || address || (term_of(q, TERM_BIRTH) && term_of(q, TERM_LAST4));
    return (name && name->folded.n >= 2) || (sound && (link_pinyin(sound->text, syllable, 6) >= 2 || (sound->initials.n >= 4 && !link_pinyin(sound->text, syllable, 6)))) ||
           (address && address->folded.n >= 4);
}

static enum status read_terms(struct span text, struct asked *q, struct diag *d) {
    *q = (struct asked){.n = 0};
    if (text.size > SEARCH_TEXT_MAX || !utf8_valid(text) || memchr(text.at, 0, text.size) || utf8_has_hidden(text, false))
        return diag_fail(d, E_INPUT, "register.query");
    for (const char *p = text.at, *end = span_end(text); p < end;) {
        const char *from = p, *to = p;
        while (p < end) {
            to = p;
            int32_t c = utf8_next(&p, end);
            if (c == ' ' || c == 0x3000 || c == ',' || c == 0xff0c)
                break;
            to = p;
        }
        if (to == from)
            continue;
        if (q->n == SEARCH_TERMS_MAX || !read_term((struct span){from, (size_t)(to - from)}, &q->term[q->n++]))
            return diag_fail(d, E_INPUT, "register.query");
    }
    /* zhang xiao ming: one name in pieces */
    for (size_t i = 0; i + 1 < q->n;) {
        struct term *x = &q->term[i], *y = x + 1;
        if (x->kind != TERM_SOUND || y->kind != TERM_SOUND) {
            i++;
            continue;
        }
        x->text = (struct span){x->text.at, (size_t)(span_end(y->text) - x->text.at)};
        for (size_t k = 1; k < y->key.n; k++) {
            key_char(&x->key, y->key.text[k]);
            key_char(&x->initials, y->initials.text[k]);
        }
        memmove(y, y + 1, (q->n - i - 2) * sizeof *y);
        q->n--;
    }
    return enough(q) ? OK : diag_fail(d, E_INPUT, "register.query");
}

/* ---- candidates --------------------------------------------------------------------------------------------- */

struct candidate { int64_t person; int score; };
struct finding {
    struct civil *c;
    struct txn *t;
    const struct asked *q;
    const char *scope;
    int64_t district;
    struct candidate at[CANDIDATES_MAX];
    size_t n;
    bool more;
};

static bool begins(struct key k, struct key with) { return with.n > 1 && k.n >= with.n && memcmp(k.text, with.text, with.n) == 0; }
static bool equal(struct key a, struct key b) { return a.n == b.n && memcmp(a.text, b.text, a.n) == 0; }

static int name_score(const struct term *x, const struct folded *f) {
    int best = 0;
    for (size_t from = 0; from == 0 || (from + 2 <= f->n && from < 3); from++) {
        struct key k = name_key(f, from);
        int s = equal(k, x->key) ? 90 : begins(k, x->key) ? 70 : 0;
        best = s - (from ? 25 : 0) > best ? s - (from ? 25 : 0) : best;
    }
    return best;
}

static int sound_score(const struct term *x, const struct folded *f) {
    int best = 0;
    for (size_t second = 0; second <= f->n; second++)
        for (size_t from = 0; from == 0 || (from + 2 <= f->n && from < 3); from++) {
            struct key k = sound_key(f, from, second, false), i = sound_key(f, from, second, true);
            int s = equal(k, x->key) ? 60 : begins(k, x->key) ? 40 : from == 0 && equal(i, x->initials) ? 35 : from == 0 && begins(i, x->initials) ? 30 : 0;
            s -= (from ? 12 : 0) + (second < f->n ? 3 : 0);
            best = s > best ? s : best;
        }
    return best;
}

/* 0: it does not fit one of the terms. */
static int score(const struct finding *f, struct span name, date_t birth, struct span address, bool last4_fits, bool birth_fits) {
    struct folded folded = fold_text(name);
    int sum = 1;
    for (size_t i = 0; i < f->q->n; i++) {
        const struct term *x = &f->q->term[i];
        int s = 0;
        switch (x->kind) {
        case TERM_NAME: s = name_score(x, &folded); break;
        case TERM_SOUND: s = sound_score(x, &folded); break;
        case TERM_ADDRESS: s = begins(address_key(address), x->key) ? 20 : 0; break;
        case TERM_LAST4: s = last4_fits ? 25 : x->year && date_ymd(birth).year == x->year ? 20 : 0; break;
        case TERM_BIRTH: s = birth_fits || birth == x->birth ? 25 : 0; break;
        case TERM_YEAR: s = date_ymd(birth).year == x->year ? 20 : 0; break;
        case TERM_NUMBER: s = 100; break;
        }
        if (!s)
            return 0;
        sum += s;
    }
    return sum;
}

static void keep(struct finding *f, int64_t person, int points) {
    for (size_t i = 0; i < f->n; i++)
        if (f->at[i].person == person) {
            f->at[i].score = points > f->at[i].score ? points : f->at[i].score;
            return;
        }
    if (f->n == CANDIDATES_MAX)
        f->more = true;
    else
        f->at[f->n++] = (struct candidate){person, points};
}

#define BELIEVED "JOIN person_record r ON r.district = p.district AND r.person = p.id AND r.superseded_at IS NULL AND r.valid_to IS NULL AND " REGISTER_SHOWN("r") " "
#define LIVING "LEFT JOIN household_member m ON m.district = r.district AND m.person = r.person AND m.superseded_at IS NULL AND m.valid_to IS NULL AND " REGISTER_SHOWN("m") \
    " LEFT JOIN household h ON h.district = m.district AND h.id = m.household "
#define SEEN "SELECT p.id, r.name, r.birth, COALESCE(r.address, h.address), p.last4_blind, p.birth_blind FROM person p " BELIEVED LIVING

static enum status take(struct finding *f, struct rows *r, const struct hash *last4, const struct hash *birth, struct diag *d) {
    enum status s = OK;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        int points = score(f, rows_text(r, 1), rows_date(r, 2), rows_text(r, 3), last4 && span_eq(rows_blob(r, 4), span_bytes(last4->byte, HASH_BYTES)),
            birth && span_eq(rows_blob(r, 5), span_bytes(birth->byte, HASH_BYTES)));
        if (points)
            keep(f, rows_int(r, 0), points);
    }
    return s;
}

struct blinds { struct hash last4, birth; bool has_last4, has_birth; };

static struct blinds blinds_of(const struct finding *f) {
    struct blinds b = {.has_last4 = false};
    const struct term *last4 = term_of(f->q, TERM_LAST4), *birth = term_of(f->q, TERM_BIRTH);
    if (last4) {
        b.last4 = vault_blind(f->c->vault, "id_last4", span_of(last4->last4));
        b.has_last4 = true;
    }
    if (birth) {
        char day[DATE_TEXT_MAX];
        size_t n = date_text(birth->birth, day);
        b.birth = vault_blind(f->c->vault, "birth", (struct span){day, n});
        b.has_birth = true;
    }
    return b;
}

static enum status by_blind(struct finding *f, const struct blinds *b, const char *column, const struct hash *blind, struct diag *d) {
    char prefix[24];
    snprintf(prefix, sizeof prefix, "%s%%", f->scope);
    AUTO(rows) struct rows *r = NULL;
    enum status s = strcmp(column, "last4") == 0
        ? sql_query(f->t, &r, d, SEEN "WHERE p.district = ? AND p.last4_blind = ? AND r.division LIKE ?", SQL_I(f->district), SQL_B(span_bytes(blind->byte, HASH_BYTES)), SQL_S(prefix))
        : sql_query(f->t, &r, d, SEEN "WHERE p.district = ? AND p.birth_blind = ? AND r.division LIKE ?", SQL_I(f->district), SQL_B(span_bytes(blind->byte, HASH_BYTES)), SQL_S(prefix));
    return s == OK ? take(f, r, b->has_last4 ? &b->last4 : NULL, b->has_birth ? &b->birth : NULL, d) : s;
}

/* Tokens from `key` on, within scope and birth; their people, looked at one by one.  A place that somebody has left since
 * is passed over. */
static enum status by_token(struct finding *f, const struct blinds *b, struct key key, date_t born_from, date_t born_to, struct diag *d) {
    char end[KEY_MAX + 4], place_end[24];
    if (key.n < 2)
        return OK;
    size_t n = key.n;
    memcpy(end, key.text, n);
    n += utf8_encode(0x10ffff, end + n);
    snprintf(place_end, sizeof place_end, "%s:", f->scope); /* ':' follows '9' */
    int64_t person[SEARCH_MAX * 2 + 1];
    size_t people = 0;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(f->t, &r, d,
        "SELECT k.person FROM person_token k WHERE k.district = ? AND k.token >= ? AND k.token < ? AND k.division >= ? AND k.division < ? AND k.birth BETWEEN ? AND ? "
        "AND EXISTS (SELECT 1 FROM person_record r WHERE r.district = k.district AND r.person = k.person AND r.superseded_at IS NULL AND r.valid_to IS NULL AND r.division = k.division "
        "AND " REGISTER_SHOWN("r") ") ORDER BY k.token, k.person LIMIT 41",
        SQL_I(f->district), SQL_T(key_span(&key)), SQL_T(((struct span){end, n})), SQL_S(f->scope), SQL_S(place_end), SQL_I(born_from), SQL_I(born_to));
    _Static_assert(ARRAY_LEN(person) == 41, "the query's limit");
    for (bool more = true; s == OK && people < ARRAY_LEN(person);) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        person[people++] = rows_int(r, 0);
    }
    f->more |= people == ARRAY_LEN(person);
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < people; i++) {
        AUTO(rows) struct rows *one = NULL;
        s = sql_query(f->t, &one, d, SEEN "WHERE p.district = ? AND p.id = ?", SQL_I(f->district), SQL_I(person[i]));
        if (s == OK)
            s = take(f, one, b->has_last4 ? &b->last4 : NULL, b->has_birth ? &b->birth : NULL, d);
    }
    return s;
}

static void years(const struct asked *q, date_t *from, date_t *to) {
    const struct term *year = term_of(q, TERM_YEAR), *four = term_of(q, TERM_LAST4);
    int y = year ? year->year : four ? four->year : 0;
    *from = INT32_MIN + 1;
    *to = INT32_MAX;
    if (y >= 1850 && y <= 2200) {
        *from = date_from_ymd(y, 1, 1);
        *to = date_from_ymd(y, 12, 31);
    }
}

static enum status gather(struct finding *f, struct diag *d) {
    struct blinds b = blinds_of(f);
    const struct term *name = term_of(f->q, TERM_NAME), *sound = term_of(f->q, TERM_SOUND), *address = term_of(f->q, TERM_ADDRESS), *four = term_of(f->q, TERM_LAST4);
    date_t from, to;
    years(f->q, &from, &to);
    if (b.has_birth)
        return by_blind(f, &b, "birth", &b.birth, d);
    enum status s = b.has_last4 ? by_blind(f, &b, "last4", &b.last4, d) : OK;
    if (s != OK || (four && (four->year < 1850 || four->year > 2200))) /* 1987 may be a year as well */
        return s;
    if (name)
        return by_token(f, &b, name->key, from, to, d);
    if (sound) {
        s = by_token(f, &b, sound->key, from, to, d);
        return s == OK ? by_token(f, &b, sound->initials, from, to, d) : s;
    }
    return address ? by_token(f, &b, address->key, from, to, d) : OK;
}

static int best_first(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : (x->person > y->person) - (x->person < y->person);
}

static enum status by_number(struct civil *c, struct txn *t, struct access *x, struct arena *a, struct span number, const char *scope, struct person **ret, size_t *ret_count, struct diag *d) {
    int64_t district = 0, person = 0;
    struct person *p = ARENA_NEW(a, struct person);
    enum status s = p ? person_by_number(c, t, x, number, &district, &person, d) : arena_full(d);
    if (s == OK)
        s = person_read(c, t, x, a, district, person, p, d);
    *ret = p;
    *ret_count = s == OK && strncmp(p->division, scope, strlen(scope)) == 0;
    if (s == E_NOT_FOUND)
        diag_clear(d);
    return s == E_NOT_FOUND ? OK : s;
}

enum status search_persons(struct civil *c, struct txn *t, struct access *x, struct arena *a, struct span text, const char *scope, struct person **ret, size_t *ret_count, bool *ret_more,
    struct diag *d) {
    struct asked *q = ARENA_NEW(a, struct asked);
    struct finding *f = ARENA_NEW(a, struct finding);
    char district[8];
    *ret_count = 0;
    *ret_more = false;
    if (!q || !f)
        return arena_full(d);
    enum status s = strspn(scope, "0123456789") == strlen(scope) && strlen(scope) <= 12 ? read_terms(text, q, d) : diag_fail(d, E_INPUT, "register.query");
    if (s != OK)
        return s;
    const struct term *number = term_of(q, TERM_NUMBER);
    if (number)
        return by_number(c, t, x, a, number->text, scope, ret, ret_count, d);
    snprintf(district, sizeof district, "%.6s", scope);
    *f = (struct finding){.c = c, .t = t, .q = q, .scope = scope, .district = strlen(scope) >= 6 ? strtoll(district, NULL, 10) : c->district};
    if ((s = gather(f, d)) != OK)
        return s;
    qsort(f->at, f->n, sizeof *f->at, best_first);
    size_t n = f->n < SEARCH_MAX ? f->n : SEARCH_MAX;
    struct person *list = ARENA_ARRAY(a, n ? n : 1, struct person);
    if (!list)
        return arena_full(d);
    size_t shown = 0;
    for (size_t i = 0; s == OK && i < n; i++) {
        int64_t person = 0;
        bool twice = false;
        s = person_kept(t, f->district, f->at[i].person, &person, d); /* of a row that stands for nobody the one that does */
        for (size_t k = 0; k < shown; k++)
            twice |= list[k].id == person;
        if (s == OK && !twice)
            s = person_read(c, t, x, a, f->district, person, &list[shown++], d);
    }
    *ret = list;
    *ret_count = shown;
    *ret_more = f->more || f->n > n;
    return s;
}
