/* The tables that make_han.c writes. */
#ifndef LINK_HAN_TABLE_H
#define LINK_HAN_TABLE_H

#include <stdint.h>

enum { LINK_HAN_FIRST = 0x3400, LINK_HAN_LAST = 0x9fff };

/* Simplified form; reading and second reading, indices in link_sounds; group of look-alikes. 0: none. */
struct link_han { uint16_t simple, sound, other, shape; };
struct link_rare { uint32_t character; uint16_t sound; }; /* beyond the basic plane, ascending */

extern const struct link_han link_han_table[LINK_HAN_LAST - LINK_HAN_FIRST + 1];
/* 1 to 11: a Chinese numeral, its value and 1; LINK_COUNTER: 号 楼 单元 室 ...; LINK_PART: 省 市 区 县 旗 道 镇 乡. */
extern const unsigned char link_han_class[LINK_HAN_LAST - LINK_HAN_FIRST + 1];
enum { LINK_NUMERALS = 11, LINK_COUNTER = 16, LINK_PART = 32 };
extern const struct link_rare link_rare_table[];
extern const int link_rare_count;
extern const char link_sounds[][8]; /* "zhang", "lv" */
extern const int link_sound_count;
extern const unsigned short link_sound_coarse[]; /* the first sound that an untrained ear takes for it */

#endif
