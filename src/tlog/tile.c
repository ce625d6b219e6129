#include "tlog/tile.h"

#include <inttypes.h>
#include <stdio.h>

/* ---- names ------------------------------------------------------------ */

size_t tlog_tile_path(struct tlog_tile t, char out[TLOG_TILE_PATH_MAX]) {
    assert(t.level >= TLOG_TILE_ENTRIES && t.level <= TLOG_TILE_LEVEL_MAX);
    assert(t.width >= 1 && t.width <= TLOG_TILE_WIDTH);
    assert(t.index <= TLOG_SIZE_MAX);

    size_t n;
    if (t.level == TLOG_TILE_ENTRIES)
        n = (size_t)snprintf(out, TLOG_TILE_PATH_MAX, "tile/entries");
    else
        n = (size_t)snprintf(out, TLOG_TILE_PATH_MAX, "tile/%d", t.level);
    unsigned group[7]; /* 2^62 has 19 digits: seven groups of three */
    size_t groups = 0;
    uint64_t rest = t.index;
    do {
        group[groups++] = (unsigned)(rest % 1000);
        rest /= 1000;
    } while (rest);
    while (groups-- > 0)
        n += (size_t)snprintf(out + n, TLOG_TILE_PATH_MAX - n, groups ? "/x%03u" : "/%03u", group[groups]);
    if (t.width < TLOG_TILE_WIDTH)
        n += (size_t)snprintf(out + n, TLOG_TILE_PATH_MAX - n, ".p/%u", t.width);
    assert(n < TLOG_TILE_PATH_MAX);
    return n;
}

static bool take(struct span *s, const char *prefix) {
    size_t n = strlen(prefix);
    if (s->size < n || memcmp(s->at, prefix, n) != 0)
        return false;
    s->at += n;
    s->size -= n;
    return true;
}

/* Up to `digits_max` decimal digits; false when there is none. */
static bool take_number(struct span *s, size_t digits_max, uint64_t *ret) {
    uint64_t v = 0;
    size_t n = 0;
    for (; n < s->size && n < digits_max && s->at[n] >= '0' && s->at[n] <= '9'; n++)
        v = v * 10 + (uint64_t)(s->at[n] - '0');
    s->at += n;
    s->size -= n;
    *ret = v;
    return n > 0;
}

static bool take_index(struct span *s, uint64_t *ret) {
    uint64_t v = 0;
    for (int group = 0; group < 7; group++) {
        uint64_t g;
        bool more = take(s, "/x");
        if (!more && !take(s, "/"))
            return false;
        if (v > TLOG_SIZE_MAX / 1000 || !take_number(s, 3, &g))
            return false;
        v = v * 1000 + g;
        if (!more) {
            *ret = v;
            return true;
        }
    }
    return false;
}

enum status tlog_tile_parse(struct span path, struct tlog_tile *ret, struct diag *d) {
    struct span s = path;
    struct tlog_tile t = {.width = TLOG_TILE_WIDTH};
    uint64_t level = 0, width = TLOG_TILE_WIDTH;
    bool good = take(&s, "tile/");
    if (good && take(&s, "entries"))
        t.level = TLOG_TILE_ENTRIES;
    else if (good && take_number(&s, 2, &level) && level <= TLOG_TILE_LEVEL_MAX)
        t.level = (int)level;
    else
        good = false;
    good = good && take_index(&s, &t.index) && t.index <= TLOG_SIZE_MAX;
    if (good && take(&s, ".p/"))
        good = take_number(&s, 3, &width) && width >= 1 && width < TLOG_TILE_WIDTH;
    t.width = (unsigned)width;

    /* One spelling a tile: leading zeros and missing ones fail here. */
    char text[TLOG_TILE_PATH_MAX];
    if (!good || s.size != 0 || !span_eq(path, span_bytes(text, tlog_tile_path(t, text))))
        return diag_fail(d, E_INPUT, "tlog.tile_path", DIAG_SPAN("path", path));
    *ret = t;
    return OK;
}

unsigned tlog_tile_width(int level, uint64_t index, uint64_t size) {
    unsigned height = level == TLOG_TILE_ENTRIES ? 0 : (unsigned)level * TLOG_TILE_HEIGHT;
    uint64_t hashes = size >> height;
    if (hashes / TLOG_TILE_WIDTH < index)
        return 0;
    uint64_t width = hashes - index * TLOG_TILE_WIDTH;
    return width < TLOG_TILE_WIDTH ? (unsigned)width : TLOG_TILE_WIDTH;
}

/* ---- hashes ----------------------------------------------------------- */

struct hash tlog_tile_hash(enum hash_kind kind, struct span tile, unsigned height, unsigned index) {
    assert(height <= TLOG_TILE_HEIGHT);
    assert(((size_t)(index + 1) << height) * HASH_BYTES <= tile.size);

    struct hash node[TLOG_TILE_WIDTH / 2];
    unsigned n = 1U << height;
    const char *at = tile.at + ((size_t)index << height) * HASH_BYTES;
    if (height == 0) {
        memcpy(node[0].byte, at, HASH_BYTES);
        return node[0];
    }
    n /= 2;
    for (unsigned i = 0; i < n; i++) {
        struct hash left, right;
        memcpy(left.byte, at + (size_t)2 * i * HASH_BYTES, HASH_BYTES);
        memcpy(right.byte, at + (size_t)(2 * i + 1) * HASH_BYTES, HASH_BYTES);
        node[i] = tlog_node_hash(kind, &left, &right);
    }
    for (n /= 2; n > 0; n /= 2)
        for (unsigned i = 0; i < n; i++)
            node[i] = tlog_node_hash(kind, &node[2 * i], &node[2 * i + 1]);
    return node[0];
}

struct tlog_tile_place tlog_tile_place(unsigned height, uint64_t index) {
    unsigned level = height / TLOG_TILE_HEIGHT, inside = height % TLOG_TILE_HEIGHT;
    unsigned across = TLOG_TILE_HEIGHT - inside; /* 2^across subtrees of this height in a tile */
    return (struct tlog_tile_place){
        .level = (int)level,
        .tile = index >> across,
        .height = inside,
        .index = (unsigned)(index & (((uint64_t)1 << across) - 1)),
    };
}

/* ---- bundles ---------------------------------------------------------- */

void tlog_bundle_add(struct buf *bundle, struct span entry) {
    assert(entry.size <= TLOG_ENTRY_BYTES_MAX);
    buf_addc(bundle, (char)(entry.size >> 8));
    buf_addc(bundle, (char)(entry.size & 0xff));
    buf_add(bundle, entry);
}

bool tlog_bundle_next(struct span *rest, struct span *ret_entry) {
    if (rest->size < 2)
        return false;
    size_t n = (size_t)(uint8_t)rest->at[0] << 8 | (uint8_t)rest->at[1];
    if (rest->size - 2 < n)
        return false;
    *ret_entry = (struct span){rest->at + 2, n};
    *rest = (struct span){rest->at + 2 + n, rest->size - 2 - n};
    return true;
}
