/* Characters of names as 16-bit codes, their sounds and what they are mistaken for.
 *
 * A code is a simplified character of the basic plane, the rank of a rarer one,
 * a sound without a character (a name written in pinyin), a digest of anything
 * else, or LINK_ANY for a placeholder ("?", "〓", "□": the writer had no such
 * character). 0 is no character. */
#ifndef LINK_HAN_H
#define LINK_HAN_H

#include "base/utf8.h"
#include "link/han_table.h"

enum { LINK_RARE = 0xa000, LINK_SOUND = 0xe600, LINK_OTHER = 0xf000, LINK_ANY = 0xffff };

uint16_t link_code_other(int32_t character);
static inline uint16_t link_code(int32_t c) { /* never 0 */
    return c >= LINK_HAN_FIRST && c <= LINK_HAN_LAST ? link_han_table[c - LINK_HAN_FIRST].simple : link_code_other(c);
}
bool link_is_han(int32_t character);
uint16_t link_sound_rare(uint16_t code);
static inline uint16_t link_sound(uint16_t code) { /* toneless reading, 0: none */
    return code >= LINK_HAN_FIRST && code <= LINK_HAN_LAST ? link_han_table[code - LINK_HAN_FIRST].sound : link_sound_rare(code);
}
uint16_t link_sound_other(uint16_t code);  /* a second reading that names use (乐 le, yue), 0: none */
uint16_t link_sound_ear(uint16_t code);    /* zh z, n l, f h, ing in taken for one; 0: none */
uint16_t link_shape(uint16_t code);        /* group of characters that look alike; 0: none */

/* utf8_next with its commonest cases in place. */
static inline int32_t link_next(const char **at, const char *end) {
    const unsigned char *p = (const unsigned char *)*at;
    if (*p < 0x80) {
        *at += 1;
        return *p;
    }
    if ((*p & 0xf0) == 0xe0 && end - *at >= 3 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
        int32_t c = (p[0] & 15) << 12 | (p[1] & 63) << 6 | (p[2] & 63);
        if (c >= 0x800 && (c & 0xf800) != 0xd800) {
            *at += 3;
            return c;
        }
    }
    return utf8_next(at, end);
}

/* A Latin text as syllables of pinyin: "Zhang Wei", "ZHANGWEI", "lü". The codes
 * written, at most `max`; 0 when it is not pinyin through and through. */
size_t link_pinyin(struct span latin, uint16_t *ret, size_t max);

/* Equal, of one sound, of one shape, or a placeholder. */
bool link_alike(uint16_t a, uint16_t b);

#endif
