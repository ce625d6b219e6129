#include "sheet/compound.h"

#include <ctype.h>

enum { HEADER = 512, ENTRY = 128, NAME_MAX_BYTES = 64, DIFAT_IN_HEADER = 109, STREAM = 2, ROOT = 5 };
static const uint32_t SECTOR_LAST = 0xfffffffau; /* greater ones say "end", "free" and the like */

static uint32_t u16(struct span s, size_t at) { return (uint8_t)s.at[at] | (uint32_t)(uint8_t)s.at[at + 1] << 8; }
static uint32_t u32(struct span s, size_t at) { return u16(s, at) | u16(s, at + 2) << 16; }

static enum status damaged(struct diag *d) { return diag_fail(d, E_INPUT, "sheet.xls_damaged"); }

/* The sector's bytes; the file's last one may be cut short. */
static bool sector(const struct compound *c, uint32_t n, struct span *ret) {
    size_t size = (size_t)1 << c->shift;
    uint64_t at = ((uint64_t)n + 1) << c->shift;
    if (n > SECTOR_LAST || at >= c->file.size)
        return false;
    *ret = (struct span){c->file.at + at, c->file.size - at < size ? c->file.size - at : size};
    return true;
}

static bool whole_sector(const struct compound *c, uint32_t n, struct span *ret) {
    return sector(c, n, ret) && ret->size == (size_t)1 << c->shift;
}

/* A chain of sectors as one block. `most`: bytes it may have; a chain has no more sectors than the file. */
static enum status chain(struct compound *c, uint32_t first, size_t most, struct span *ret, struct diag *d) {
    size_t size = (size_t)1 << c->shift, n = 0;
    *ret = (struct span){0};
    for (uint32_t s = first; s <= SECTOR_LAST && n * size < most; s = c->fat[s], n++)
        if (s >= c->fat_count || n > c->fat_count)
            return damaged(d);
    char *to = arena_alloc(c->a, n * size + 1);
    if (!to)
        return arena_full(d);
    uint32_t s = first;
    for (size_t i = 0; i < n; i++, s = c->fat[s]) {
        struct span from;
        if (!sector(c, s, &from))
            return damaged(d);
        memcpy(to + i * size, from.at, from.size);
    }
    *ret = (struct span){to, n * size};
    return OK;
}

/* The table of sectors, whose own sectors are listed in the header and, when they are many, in a chain of lists. */
static enum status read_fat(struct compound *c, struct diag *d) {
    size_t per = ((size_t)1 << c->shift) / 4, sectors = c->file.size >> c->shift, count = u32(c->file, 44);
    struct span list = {c->file.at + 76, 4 * DIFAT_IN_HEADER};
    uint32_t next = u32(c->file, 68);
    if (count == 0 || count > sectors)
        return damaged(d);
    c->fat = ARENA_ARRAY(c->a, count * per, uint32_t);
    if (!c->fat)
        return arena_full(d);
    for (size_t i = 0, at = 0; i < count; i++, at++) {
        if (4 * at >= list.size) {
            if (!whole_sector(c, next, &list))
                return damaged(d);
            next = u32(list, list.size - 4);
            list.size -= 4;
            at = 0;
        }
        struct span s;
        if (!whole_sector(c, u32(list, 4 * at), &s))
            return damaged(d);
        for (size_t k = 0; k < per; k++)
            c->fat[i * per + k] = u32(s, 4 * k);
    }
    c->fat_count = count * per;
    return OK;
}

static bool is_named(struct span directory, size_t entry, const char *name) {
    struct span e = {directory.at + entry * ENTRY, ENTRY};
    size_t bytes = u16(e, NAME_MAX_BYTES), n = strlen(name);
    if (bytes > NAME_MAX_BYTES || bytes != 2 * (n + 1))
        return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t x = u16(e, 2 * i);
        if (x > 127 || tolower((int)x) != tolower((unsigned char)name[i]))
            return false;
    }
    return true;
}

static bool find(const struct compound *c, const char *name, struct span *ret) {
    for (size_t i = 0; i < c->directory.size / ENTRY; i++)
        if (is_named(c->directory, i, name)) {
            *ret = (struct span){c->directory.at + i * ENTRY, ENTRY};
            return true;
        }
    return false;
}

enum status compound_open(struct compound *c, struct span file, struct arena *a, struct diag *d) {
    *c = (struct compound){.file = file, .a = a};
    if (file.size < HEADER)
        return damaged(d);
    c->shift = u16(file, 30);
    c->mini_shift = u16(file, 32);
    c->mini_cutoff = u32(file, 56);
    if ((c->shift != 9 && c->shift != 12) || c->mini_shift != 6 || c->mini_cutoff > 1 << 20)
        return damaged(d);
    enum status s = read_fat(c, d);
    if (s == OK)
        s = chain(c, u32(file, 48), file.size, &c->directory, d);
    if (s == OK && c->directory.size < ENTRY)
        s = damaged(d);
    struct span mini_fat = {0};
    if (s == OK)
        s = chain(c, u32(file, 60), file.size, &mini_fat, d);
    if (s == OK && (uint8_t)c->directory.at[66] == ROOT)
        s = chain(c, u32(c->directory, 116), file.size, &c->mini, d);
    if (s != OK)
        return s;
    c->mini_count = mini_fat.size / 4;
    c->mini_fat = ARENA_ARRAY(a, c->mini_count + 1, uint32_t);
    if (!c->mini_fat)
        return arena_full(d);
    for (size_t i = 0; i < c->mini_count; i++)
        c->mini_fat[i] = u32(mini_fat, 4 * i);
    return OK;
}

static enum status mini_stream(struct compound *c, uint32_t first, size_t size, struct span *ret, struct diag *d) {
    size_t step = (size_t)1 << c->mini_shift, n = 0;
    char *to = arena_alloc_raw(c->a, size + step);
    if (!to)
        return arena_full(d);
    for (uint32_t s = first; n < size; s = c->mini_fat[s], n += step) {
        if (s >= c->mini_count || ((size_t)s + 1) * step > c->mini.size)
            return damaged(d);
        memcpy(to + n, c->mini.at + s * step, step);
    }
    *ret = (struct span){to, size};
    return OK;
}

enum status compound_stream(struct compound *c, const char *name, struct span *ret, bool *ret_there, struct diag *d) {
    struct span e;
    *ret_there = find(c, name, &e) && (uint8_t)e.at[66] == STREAM;
    if (!*ret_there)
        return OK;
    size_t size = u32(e, 120);
    if (size > c->file.size)
        return damaged(d);
    if (size < c->mini_cutoff)
        return mini_stream(c, u32(e, 116), size, ret, d);
    enum status s = chain(c, u32(e, 116), size, ret, d);
    if (s == OK && ret->size < size)
        s = damaged(d);
    ret->size = size;
    return s;
}

bool compound_has(const struct compound *c, const char *name) {
    struct span e;
    return find(c, name, &e);
}
