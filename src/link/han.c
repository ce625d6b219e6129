#include "link/han.h"

bool link_is_han(int32_t c) {
    return (c >= LINK_HAN_FIRST && c <= LINK_HAN_LAST) || (c >= 0x20000 && c <= 0x323af) || (c >= 0xf900 && c <= 0xfaff);
}

static uint16_t rare_code(int32_t c) {
    int low = 0, high = link_rare_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (link_rare_table[middle].character < (uint32_t)c)
            low = middle + 1;
        else
            high = middle;
    }
    return low < link_rare_count && link_rare_table[low].character == (uint32_t)c ? (uint16_t)(LINK_RARE + low) : 0;
}

uint16_t link_code_other(int32_t c) {
    if (c == '?' || c == '*' || c == 0x3013 || c == 0x25a1 || c == 0x25a0 || c == 0xff1f || c == 0xfffd)
        return LINK_ANY;
    uint16_t rare = c >= 0x20000 ? rare_code(c) : 0;
    return rare ? rare : (uint16_t)(LINK_OTHER + (((uint32_t)c * 2654435761u) >> 20) % 0xf00);
}

uint16_t link_sound_rare(uint16_t code) {
    if (code >= LINK_RARE && code < LINK_RARE + link_rare_count)
        return link_rare_table[code - LINK_RARE].sound;
    return code > LINK_SOUND && code < LINK_SOUND + link_sound_count ? (uint16_t)(code - LINK_SOUND) : 0;
}

static uint16_t sound_of_text(const char *text, size_t n) {
    for (int i = 1; i < link_sound_count; i++)
        if (strncmp(link_sounds[i], text, n) == 0 && link_sounds[i][n] == 0)
            return (uint16_t)i;
    return 0;
}

uint16_t link_sound_other(uint16_t code) {
    return code >= LINK_HAN_FIRST && code <= LINK_HAN_LAST ? link_han_table[code - LINK_HAN_FIRST].other : 0;
}

uint16_t link_sound_ear(uint16_t code) { return link_sound_coarse[link_sound(code)]; }

uint16_t link_shape(uint16_t code) {
    return code >= LINK_HAN_FIRST && code <= LINK_HAN_LAST ? link_han_table[code - LINK_HAN_FIRST].shape : 0;
}

/* ---- pinyin ----------------------------------------------------------------------- */

enum { SYLLABLE_MAX = 6, LATIN_MAX = 48 };

/* Letters only, lower case; ü is v. SIZE_MAX: another script. */
static size_t letters(struct span latin, char out[LATIN_MAX]) {
    size_t n = 0;
    const char *p = latin.at, *end = span_end(latin);
    while (p < end) {
        int32_t c = utf8_next(&p, end);
        if (c == 0xfc || c == 0xdc)
            c = 'v';
        if (c == ' ' || c == '\'' || c == '-' || c == ',' || c == '.')
            continue;
        c |= 0x20;
        if (c < 'a' || c > 'z' || n == LATIN_MAX)
            return SIZE_MAX;
        out[n++] = (char)c;
    }
    return n;
}

/* Longest syllable first, stepping back where the rest does not divide. */
static size_t divide(const char *text, size_t n, uint16_t *ret, size_t max) {
    if (max == 0)
        return 0;
    for (size_t k = n < SYLLABLE_MAX ? n : SYLLABLE_MAX; k > 0; k--) {
        uint16_t s = sound_of_text(text, k);
        if (!s || (k == 1 && *text != 'a' && *text != 'e'))
            continue;
        ret[0] = (uint16_t)(LINK_SOUND + s);
        if (k == n)
            return 1;
        size_t rest = divide(text + k, n - k, ret + 1, max - 1);
        if (rest)
            return rest + 1;
    }
    return 0;
}

size_t link_pinyin(struct span latin, uint16_t *ret, size_t max) {
    char text[LATIN_MAX];
    size_t n = letters(latin, text);
    return n == 0 || n == SIZE_MAX ? 0 : divide(text, n, ret, max < 6 ? max : 6);
}

bool link_alike(uint16_t a, uint16_t b) {
    if (a == b || a == LINK_ANY || b == LINK_ANY)
        return true;
    uint16_t x = link_sound(a), y = link_sound(b);
    if (x && x == y)
        return true;
    uint16_t shape = link_shape(a);
    if (shape && shape == link_shape(b))
        return true;
    uint16_t x2 = link_sound_other(a), y2 = link_sound_other(b);
    return (x2 && (x2 == y || x2 == y2)) || (y2 && y2 == x);
}
