#include "link/record.h"

struct link_code { uint32_t hash; };

static const uint8_t slot_size[LINK_KINDS] = {
    [LINK_NAME] = sizeof(struct link_name), [LINK_TEXT] = sizeof(struct link_text), [LINK_MAIL] = sizeof(struct link_text),
    [LINK_CITIZEN] = sizeof(struct link_citizen), [LINK_PHONE] = sizeof(struct link_number), [LINK_NUMBER] = sizeof(struct link_number),
    [LINK_DAY] = sizeof(struct link_day), [LINK_ADDRESS] = sizeof(struct link_address), [LINK_CODE] = sizeof(struct link_code),
};

void link_layout_init(struct link_layout *l, const struct link_schema *s, int passes) {
    unsigned at = LINK_KEYS + 4u * (unsigned)passes;
    l->schema = s;
    l->passes = passes;
    for (unsigned align = 8; align >= 4; align -= 4) /* eight first, so that nothing is padded between */
        for (int f = 0; f < s->count; f++) {
            bool wide = s->field[f].kind != LINK_DAY && s->field[f].kind != LINK_CODE && s->field[f].kind != LINK_TEXT && s->field[f].kind != LINK_MAIL;
            if (wide != (align == 8))
                continue;
            at = (at + align - 1) & ~(align - 1);
            l->slot[f] = (uint16_t)at;
            at += slot_size[s->field[f].kind];
        }
    l->rarity = (uint16_t)at;
    at += (unsigned)s->count;
    l->size = (at + 31) & ~31u;
    l->atoms = 0;
    for (int p = 0; p < passes; p++)
        for (int i = 0; i < l->pass[p].count; i++) {
            struct link_atom a = l->pass[p].atom[i];
            int k = 0;
            while (k < l->atoms && (l->atom[k].field != a.field || l->atom[k].part != a.part))
                k++;
            if (k == l->atoms)
                l->atom[l->atoms++] = a;
            l->atom_of[p][i] = (uint8_t)k;
        }
}

static bool code_read(struct span text, struct link_code *ret) {
    char folded[64];
    text = link_said(text);
    size_t n = link_fold(text, folded, sizeof folded);
    /* Sexes as GB/T 2261.1, letters and words say them. */
    static const struct { const char *text; char code; } sexes[] = {{"男", 1}, {"男性", 1}, {"m", 1}, {"male", 1}, {"女", 2}, {"女性", 2}, {"f", 2}, {"female", 2}, {"1", 1}, {"2", 2}};
    for (size_t i = 0; i < ARRAY_LEN(sexes); i++)
        if (n == strlen(sexes[i].text) && memcmp(folded, sexes[i].text, n) == 0) {
            ret->hash = (uint32_t)sexes[i].code;
            return true;
        }
    ret->hash = n ? (uint32_t)(link_hash(folded, n) >> 32) | 1 : 0;
    return n > 0;
}

void link_encode(const struct link_layout *l, int side, const struct span *fields, uint32_t row, char *record) {
    const struct link_schema *s = l->schema;
    struct link_head head = {0, row};
    for (int f = 0; f < s->count; f++) {
        void *slot = record + l->slot[f];
        struct span text = fields[s->field[f].column[side]];
        bool there = false;
        switch (s->field[f].kind) {
        case LINK_NAME: there = link_name_read(text, slot); break;
        case LINK_TEXT:
        case LINK_MAIL: there = link_text_read(text, slot); break;
        case LINK_CITIZEN: there = link_citizen_read(text, slot); break;
        case LINK_PHONE: there = link_phone_read(text, slot); break;
        case LINK_NUMBER: there = link_number_read(text, slot); break;
        case LINK_DAY: there = link_day_read(text, s->field[f].month_first[side], slot); break;
        case LINK_ADDRESS: there = link_address_read(text, slot); break;
        case LINK_CODE: there = code_read(text, slot); break;
        case LINK_SKIP:
        case LINK_KINDS: break;
        }
        head.present |= (uint32_t)there << f;
    }
    memcpy(record, &head, sizeof head);
}

/* ---- keys --------------------------------------------------------------------------- */

/* Parts of TEXT: all, first three letters, last four, Soundex. */
static uint32_t text_key(const struct link_text *t, int part) {
    uint64_t v = 0;
    switch (part) {
    case 0: return t->hash;
    case 1: v = t->size >= 3 ? link_hash(t->at, 3) : 0; break;
    case 2: v = t->size >= 4 ? link_hash(t->at + t->size - 4, 4) : 0; break;
    default: v = link_soundex(t->at, t->size); break;
    }
    return v ? (uint32_t)(link_mix(v << 2 ^ (uint64_t)part) >> 32) | 1 : 0;
}

uint32_t link_feature(const struct link_layout *l, const char *r, struct link_atom a) {
    int f = a.field;
    if (!link_present(r, f))
        return 0;
    switch (l->schema->field[f].kind) {
    case LINK_NAME: return link_name_key(LINK_SLOT(r, l, f, link_name), (enum link_name_part)a.part);
    case LINK_TEXT:
    case LINK_MAIL: return text_key(LINK_SLOT(r, l, f, link_text), a.part);
    case LINK_CITIZEN: return link_citizen_key(LINK_SLOT(r, l, f, link_citizen), (enum link_citizen_part)a.part);
    case LINK_PHONE:
    case LINK_NUMBER: return link_number_key(LINK_SLOT(r, l, f, link_number), (enum link_number_part)a.part);
    case LINK_DAY: return link_day_key(*LINK_SLOT(r, l, f, link_day), (enum link_day_part)a.part);
    case LINK_ADDRESS: return link_address_key(LINK_SLOT(r, l, f, link_address), (enum link_address_part)a.part);
    case LINK_CODE: return LINK_SLOT(r, l, f, link_code)->hash;
    case LINK_SKIP:
    case LINK_KINDS: break;
    }
    return 0;
}

static uint32_t finish(const struct link_layout *l, const char *r, const struct link_pass *p, uint32_t key) {
    if (!p->large || !key)
        return key;
    for (uint32_t i = key;; i++) {
        uint32_t k = p->large[i & p->large_mask];
        if (k == 0)
            return key;
        if (k == key)
            return p->can_refine ? link_join(key, link_feature(l, r, p->refine)) : 0;
    }
}

uint32_t link_key(const struct link_layout *l, const char *r, const struct link_pass *p) {
    uint32_t key = p->count ? link_feature(l, r, p->atom[0]) : 1;
    for (int i = 1; i < p->count && key; i++)
        key = link_join(key, link_feature(l, r, p->atom[i]));
    return finish(l, r, p, key);
}

void link_key_all(const struct link_layout *l, char *r) {
    uint32_t key[LINK_PASSES_MAX], feature[LINK_PASSES_MAX * LINK_ATOMS];
    for (int i = 0; i < l->atoms; i++)
        feature[i] = link_feature(l, r, l->atom[i]);
    for (int p = 0; p < l->passes; p++) {
        const struct link_pass *pass = &l->pass[p];
        uint32_t k = pass->count ? feature[l->atom_of[p][0]] : 1;
        for (int i = 1; i < pass->count; i++)
            k = link_join(k, feature[l->atom_of[p][i]]);
        key[p] = finish(l, r, pass, k);
    }
    memcpy(r + LINK_KEYS, key, 4 * (size_t)l->passes);
}

/* ---- comparison ----------------------------------------------------------------------- */

static int level(const struct link_layout *l, int f, const char *a, const char *b) {
    switch (l->schema->field[f].kind) {
    case LINK_NAME: return link_name_compare(LINK_SLOT(a, l, f, link_name), LINK_SLOT(b, l, f, link_name));
    case LINK_TEXT: return link_text_compare(LINK_SLOT(a, l, f, link_text), LINK_SLOT(b, l, f, link_text));
    case LINK_MAIL: return link_mail_compare(LINK_SLOT(a, l, f, link_text), LINK_SLOT(b, l, f, link_text));
    case LINK_CITIZEN: return link_citizen_compare(LINK_SLOT(a, l, f, link_citizen), LINK_SLOT(b, l, f, link_citizen));
    case LINK_PHONE:
    case LINK_NUMBER: return link_number_compare(LINK_SLOT(a, l, f, link_number), LINK_SLOT(b, l, f, link_number));
    case LINK_DAY: return link_day_compare(*LINK_SLOT(a, l, f, link_day), *LINK_SLOT(b, l, f, link_day));
    case LINK_ADDRESS: return link_address_compare(LINK_SLOT(a, l, f, link_address), LINK_SLOT(b, l, f, link_address));
    case LINK_CODE: return LINK_SLOT(a, l, f, link_code)->hash == LINK_SLOT(b, l, f, link_code)->hash ? 7 : 1;
    case LINK_SKIP:
    case LINK_KINDS: break;
    }
    return 0;
}

enum { SWAPPED = 6, SWAP_BELOW = 4 };

int link_level(const struct link_layout *l, int f, const char *a, const char *b) {
    if (!link_present(a, f) || !link_present(b, f))
        return 0;
    int found = level(l, f, a, b), other = l->schema->field[f].swap;
    if (other < 0 || found >= SWAP_BELOW || !link_present(a, other) || !link_present(b, other))
        return found;
    bool crossed = link_value(l, f, a) == link_value(l, other, b) && link_value(l, other, a) == link_value(l, f, b);
    return crossed ? SWAPPED : found;
}

uint32_t link_value(const struct link_layout *l, int f, const char *r) {
    if (!link_present(r, f))
        return 0;
    switch (l->schema->field[f].kind) {
    case LINK_NAME: return LINK_SLOT(r, l, f, link_name)->hash;
    case LINK_TEXT:
    case LINK_MAIL: return LINK_SLOT(r, l, f, link_text)->hash;
    case LINK_CITIZEN: return link_citizen_hash(LINK_SLOT(r, l, f, link_citizen));
    case LINK_PHONE:
    case LINK_NUMBER: return LINK_SLOT(r, l, f, link_number)->hash;
    case LINK_DAY: return (uint32_t)(link_mix(LINK_SLOT(r, l, f, link_day)->digits) >> 32) | 1;
    case LINK_ADDRESS: return LINK_SLOT(r, l, f, link_address)->hash;
    case LINK_CODE: return LINK_SLOT(r, l, f, link_code)->hash;
    case LINK_SKIP:
    case LINK_KINDS: break;
    }
    return 0;
}
