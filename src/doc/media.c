#include "doc/media.h"

#include <zlib.h>

static uint32_t big32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

/* ---- PNG: length, type, data, check sum, from IHDR to IEND (ISO/IEC 15948 section 5) ---- */

static enum doc_media_state png_state(const uint8_t *at, size_t n) {
    bool pixels = false;
    for (size_t i = 8, k = 0;; k++) {
        if (n - i < 12)
            return DOC_MEDIA_CUT;
        uint32_t size = big32(at + i);
        if (size > INT32_MAX)
            return DOC_MEDIA_DAMAGED;
        if (n - i - 12 < size)
            return DOC_MEDIA_CUT;
        const uint8_t *type = at + i + 4;
        if (crc32(crc32(0, NULL, 0), type, size + 4) != big32(type + 4 + size))
            return DOC_MEDIA_DAMAGED;
        bool header = memcmp(type, "IHDR", 4) == 0;
        if (header != (k == 0) || (header && (size != 13 || big32(type + 4) == 0 || big32(type + 8) == 0)))
            return DOC_MEDIA_DAMAGED;
        pixels |= memcmp(type, "IDAT", 4) == 0;
        if (memcmp(type, "IEND", 4) == 0)
            return pixels ? DOC_MEDIA_WHOLE : DOC_MEDIA_DAMAGED;
        i += 12 + size;
    }
}

/* ---- JPEG: marker segments, after a scan's header its data (T.81 annex B) ---------------- */

enum { JPEG_EOI = 0xd9, JPEG_SOS = 0xda, JPEG_SOF0 = 0xc0, JPEG_DHT = 0xc4, JPEG_JPG = 0xc8, JPEG_DAC = 0xcc, JPEG_SOF15 = 0xcf, JPEG_RST0 = 0xd0, JPEG_RST7 = 0xd7, JPEG_TEM = 0x01 };

/* The next marker at or after `i` within a scan: 0xff that is neither stuffed nor a restart. */
static size_t scan_end(const uint8_t *at, size_t n, size_t i) {
    for (; i + 1 < n; i++)
        if (at[i] == 0xff && at[i + 1] != 0 && at[i + 1] != 0xff && !(at[i + 1] >= JPEG_RST0 && at[i + 1] <= JPEG_RST7))
            return i;
    return n;
}

static bool is_frame(uint8_t m) { return m >= JPEG_SOF0 && m <= JPEG_SOF15 && m != JPEG_DHT && m != JPEG_JPG && m != JPEG_DAC; }

static enum doc_media_state jpeg_state(const uint8_t *at, size_t n) {
    bool frame = false, scan = false;
    for (size_t i = 2;;) {
        while (i + 1 < n && at[i] == 0xff && at[i + 1] == 0xff)
            i++; /* fill bytes (B.1.1.2) */
        if (n - i < 2)
            return DOC_MEDIA_CUT;
        uint8_t m = at[i + 1];
        if (at[i] != 0xff || m == 0)
            return DOC_MEDIA_DAMAGED;
        i += 2;
        if (m == JPEG_EOI)
            return frame && scan ? DOC_MEDIA_WHOLE : DOC_MEDIA_DAMAGED;
        if (m == JPEG_TEM || (m >= JPEG_RST0 && m <= JPEG_RST7))
            continue;
        if (n - i < 2)
            return DOC_MEDIA_CUT;
        size_t size = (size_t)at[i] << 8 | at[i + 1];
        if (size < 2)
            return DOC_MEDIA_DAMAGED;
        if (n - i < size)
            return DOC_MEDIA_CUT;
        frame |= is_frame(m);
        scan |= m == JPEG_SOS;
        i = m == JPEG_SOS ? scan_end(at, n, i + size) : i + size;
    }
}

/* ---- PDF: the last startxref and what it points to (ISO 32000-1, 7.5.5; annex H.3 note 18) -- */

/* Readers look for %%EOF in the last 1024 bytes. */
enum { PDF_TAIL = 1024, PDF_NEAR = 64 };

static size_t last_of(struct span s, struct span word) {
    for (size_t i = s.size < word.size ? 0 : s.size - word.size + 1; i-- > 0;)
        if (memcmp(s.at + i, word.at, word.size) == 0)
            return i;
    return SIZE_MAX;
}

static bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == 0; }

/* The offset after the word; SIZE_MAX: no number, or one beyond the file. */
static size_t offset_after(struct span s, size_t i) {
    size_t v = 0, digits = 0;
    while (i < s.size && is_white(s.at[i]))
        i++;
    for (; i < s.size && s.at[i] >= '0' && s.at[i] <= '9' && v < s.size; i++, digits++)
        v = v * 10 + (size_t)(s.at[i] - '0');
    return digits && v < s.size ? v : SIZE_MAX;
}

/* A table ("xref") or a stream ("7 0 obj"), some bytes off at most: some writers
 * count their offsets wrong, and every viewer forgives it. */
static bool reference_at(struct span s, size_t offset) {
    size_t from = offset < PDF_NEAR ? 0 : offset - PDF_NEAR, to = s.size - offset < PDF_NEAR ? s.size : offset + PDF_NEAR;
    struct span near = {s.at + from, to - from};
    return last_of(near, SPAN("xref")) != SIZE_MAX || last_of(near, SPAN(" obj")) != SIZE_MAX;
}

static enum doc_media_state pdf_state(struct span s) {
    struct span tail = s.size > PDF_TAIL ? (struct span){s.at + s.size - PDF_TAIL, PDF_TAIL} : s;
    size_t end = last_of(tail, SPAN("%%EOF"));
    if (end == SIZE_MAX)
        return DOC_MEDIA_CUT;
    end += s.size - tail.size;
    struct span before = {s.at + (end > PDF_TAIL ? end - PDF_TAIL : 0), end > PDF_TAIL ? PDF_TAIL : end};
    size_t start = last_of(before, SPAN("startxref"));
    if (start == SIZE_MAX)
        return DOC_MEDIA_DAMAGED;
    struct span whole = {s.at, end};
    size_t offset = offset_after(whole, (size_t)(before.at - s.at) + start + strlen("startxref"));
    /* what is missing in the middle moves the table to before where it should be */
    return offset == SIZE_MAX ? DOC_MEDIA_CUT : reference_at(whole, offset) ? DOC_MEDIA_WHOLE : DOC_MEDIA_DAMAGED;
}

enum doc_media_state doc_media(struct span s, const char **ret_type) {
    const uint8_t *at = (const uint8_t *)s.at;
    *ret_type = "";
    if (s.size >= 5 && memcmp(at, "%PDF-", 5) == 0) {
        *ret_type = "application/pdf";
        return pdf_state(s);
    }
    if (s.size >= 8 && memcmp(at, "\x89PNG\r\n\x1a\n", 8) == 0) {
        *ret_type = "image/png";
        return png_state(at, s.size);
    }
    if (s.size >= 3 && memcmp(at, "\xff\xd8\xff", 3) == 0) {
        *ret_type = "image/jpeg";
        return jpeg_state(at, s.size);
    }
    return DOC_MEDIA_UNKNOWN;
}
