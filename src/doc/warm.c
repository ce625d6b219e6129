#include "doc/pdf.h"

/* The first thousand ideographs of the block are not the most common ones, but
 * the cost is in opening the fonts and their tables, not in single glyphs. */
enum { FIRST = 0x4e00, CHARACTERS = 400 };

void doc_warm(void) {
    BUF_AUTO text, out;
    buf_init(&text, 16384);
    buf_init(&out, 8 << 20);
    for (int c = FIRST; c < FIRST + CHARACTERS; c++)
        buf_addf(&text, "%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
    const struct doc_block block[] = {{.type = DOC_TITLE, .title = {buf_str(&text), NULL}}, {.type = DOC_PARAGRAPH, .text = {buf_str(&text), "warm"}},
        {.type = DOC_CODE, .text = {"warm", NULL}}};
    struct document document = {.title = "warm", .language = "zh-CN", .block = block, .block_count = ARRAY_LEN(block)};
    struct diag d = {0};
    if (doc_pdf(&document, &out, NULL, &d) != OK)
        diag_clear(&d);
}
