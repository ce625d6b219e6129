/* Chinese addresses by their parts: division, road or estate, numbers.
 *
 * "北京市海淀区中关村街道南大街5号院3号楼2单元501室" and "海淀区中关村南大街5号院3-2-501" are
 * one place: province and city do not count, what stands before numbers
 * (号楼 栋 幢 单元 室 层 #) does not either, Chinese numerals are digits. */
#ifndef LINK_ADDRESS_H
#define LINK_ADDRESS_H

#include "base/base.h"

struct link_address {
    uint64_t pairs;   /* bit set of the pairs of neighbouring characters of the text, without numbers */
    uint64_t numbers; /* up to four, 16 bits each, the first lowest */
    uint32_t hash;    /* of the folded text */
    uint16_t county, town, place; /* 区县, 街道乡镇, road or estate: digests, 0 not written */
    uint8_t count;    /* numbers */
    uint8_t pair_count;
};
static_assert(sizeof(struct link_address) == 32, "half a line of cache");

bool link_address_read(struct span text, struct link_address *ret); /* false: nothing there */
/* 7 equal, or all parts equal · 6 the same numbers at much the same place · 5 one has fewer numbers, no contradiction
 * · 4 the same road or estate, or text much alike · 3 the same township · 2 the same county · 1 other */
int link_address_compare(const struct link_address *a, const struct link_address *b);
enum link_address_part { LINK_ADDRESS_ALL, LINK_ADDRESS_DOOR, LINK_ADDRESS_PLACE, LINK_ADDRESS_COUNTY };
/* DOOR: all numbers and the road or estate. */
uint32_t link_address_key(const struct link_address *a, enum link_address_part part);

#endif
