/* Documents as PDF: what comes out is read back with poppler's tools. */
#include "unit.h"

#include "doc/pdf.h"

#include <pthread.h>
#include <unistd.h>

#define BOTH(zh, en) {(zh), (en)}
#define ONE(zh) {(zh), NULL}

static const instant_t AT = INT64_C(1795314600000000); /* 2026-11-22 10:30 in Shanghai */

static struct document document_of(const struct doc_block *b, size_t n) {
    return (struct document){.title = "决定书", .author = "示例机关", .subject = "示字〔2026〕00001号", .language = "zh-CN", .made_at = AT, .block = b, .block_count = n};
}

static enum status render(const struct doc_block *b, size_t n, struct buf *out, struct doc_pdf_facts *facts, struct diag *d) {
    struct document doc = document_of(b, n);
    buf_release(out);
    buf_init(out, 0);
    diag_clear(d);
    return doc_pdf(&doc, out, facts, d);
}

/* ---- reading back ------------------------------------------------------------------ */

/* The output of a command of poppler's on a file that holds the PDF. */
static char *poppler(const struct buf *pdf, const char *before, const char *after) {
    char name[] = "test-doc-XXXXXX", command[256];
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf->at, pdf->size), (ssize_t)pdf->size);
    close(fd);
    snprintf(command, sizeof command, "%s %s %s", before, name, after);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    struct buf text;
    char piece[4096];
    buf_init(&text, 0);
    for (size_t n; (n = fread(piece, 1, sizeof piece, p)) > 0;)
        buf_add(&text, span_bytes(piece, n));
    int status = pclose(p);
    unlink(name);
    if (status != 0)
        fail_msg("%s: status %d (is poppler-utils installed?)", before, status);
    return buf_take(&text);
}

/* Without white space and page breaks: the lines are ours to break. */
static void squeeze(char *s) {
    char *to = s;
    for (const char *p = s; *p; p++)
        if (strncmp(p, "　", 3) == 0)
            p += 2;
        else if ((unsigned char)*p > ' ')
            *to++ = *p;
    *to = 0;
}

static size_t times(const char *s, const char *word) {
    size_t n = 0;
    for (const char *p = s; (p = strstr(p, word)); p += strlen(word))
        n++;
    return n;
}

/* ---- a whole document ------------------------------------------------------------------ */

static const struct doc_column columns[] = {{BOTH("项目", "Item"), false}, {BOTH("对象", "For"), false}, {BOTH("每月金额（元）", "Yuan"), true}};
static const struct doc_text cells[] = {ONE("低保金"), ONE("全家"), ONE("1050.00"), BOTH("合计", "Total"), ONE(""), ONE("1050.00")};
static const struct doc_item reasons[] = {{.text = BOTH("收入低于标准。", "Income is below the standard."), .source = "445号 二(一)"}, {.text = ONE("财产未超限额。")}};
static const struct doc_item pairs[] = {{.title = ONE("办件号"), .text = ONE("示〔2026〕1号")}, {.title = ONE("受送达人"), .text = ONE("张试一")}};
static const struct doc_block whole[] = {
    {.type = DOC_LETTERHEAD, .title = BOTH("示例机关", "Sample organ")},
    {.type = DOC_TITLE, .title = BOTH("批准决定书", "Decision granting")},
    {.type = DOC_NUMBER, .text = ONE("示字〔2026〕00001号")},
    {.type = DOC_ADDRESSEE, .text = BOTH("张㐂𠮷：", "To Zhang:")},
    {.type = DOC_PARAGRAPH, .text = BOTH("经审核，符合规定，决定予以批准。\n第二段。", "Granted.")},
    {.type = DOC_PAIRS, .item = pairs, .item_count = 2},
    {.type = DOC_TABLE, .column = columns, .column_count = 3, .cell = cells, .row_count = 2, .total = true},
    {.type = DOC_REASONS, .title = BOTH("理由和依据", "Reasons"), .item = reasons, .item_count = 2},
    {.type = DOC_LIST, .item = pairs, .item_count = 2},
    {.type = DOC_REMEDIES, .title = ONE("如果不服"), .text = ONE("可以申请行政复议。"), .source = "行政复议法第二十条"},
    {.type = DOC_SIGNATURE, .title = ONE("示例机关"), .text = ONE("2026年11月22日"), .note = ONE("受委托"), .seal = DOC_SEAL_SAMPLE, .seal_organ = "示例机关",
        .seal_name = "审批专用章"},
    {.type = DOC_CODE, .text = ONE("mz1:示例"), .title = ONE("核验码"), .note = ONE("扫码核验")},
};

static void every_block_can_be_read_back(void **state) {
    struct diag d;
    struct doc_pdf_facts facts;
    BUF_AUTO pdf = {0};
    expect_ok(render(whole, ARRAY_LEN(whole), &pdf, &facts, &d), &d);
    assert_int_equal(facts.pages, 2);
    assert_int_equal(facts.unknown_characters, 0);
    assert_in_range(pdf.size, 10000, 150000); /* a font embedded with all its subroutines has half a million */
    char *text = poppler(&pdf, "pdftotext -raw", "-");
    squeeze(text);
    static const char *const wanted[] = {"示例机关Sampleorgan批准决定书Decisiongranting示字〔2026〕00001号张㐂𠮷：ToZhang:", "经审核，符合规定，决定予以批准。第二段。Granted.",
        "办件号示〔2026〕1号", "项目", "低保金全家1050.00", "理由和依据Reasons1.收入低于标准。（445号二(一)）Incomeisbelowthestandard.2.财产未超限额。",
        "可以申请行政复议。依据：行政复议法第二十条", "2026年11月22日", "受委托", "核验码扫码核验", "第1页共2页Page1of2", "第2页共2页Page2of2"};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (!strstr(text, wanted[i]))
            fail_msg("'%s' is not in:\n%s", wanted[i], text);
    free(text);
}

/* One long paragraph alone: its text and nothing else comes back. */
static void text_comes_back_equal(void **state) {
    struct diag d;
    BUF_AUTO text, pdf = {0}, expected;
    buf_init(&text, 0);
    buf_init(&expected, 0);
    for (int i = 0; i < 600; i++)
        buf_addf(&text, "第%d句：人均收入 1450.%02d 元，𠮷㐂。", i, i % 100);
    struct doc_block b = {.type = DOC_PARAGRAPH, .text = {buf_str(&text), NULL}};
    struct doc_pdf_facts facts;
    expect_ok(render(&b, 1, &pdf, &facts, &d), &d);
    assert_in_range(facts.pages, 3, 40);
    char *got = poppler(&pdf, "pdftotext -raw -nopgbrk", "-"), foot[64];
    squeeze(got);
    for (unsigned p = 1; p <= facts.pages; p++) { /* the page numbers are checked and taken out */
        snprintf(foot, sizeof foot, "第%u页共%u页", p, facts.pages);
        char *at = strstr(got, foot);
        if (!at)
            fail_msg("no '%s'", foot);
        memmove(at, at + strlen(foot), strlen(at + strlen(foot)) + 1);
    }
    char *want = buf_take(&text);
    squeeze(want);
    assert_string_equal(got, want);
    free(got);
    free(want);
}

static void tagged_titled_and_in_its_language(void **state) {
    struct diag d;
    BUF_AUTO pdf = {0};
    expect_ok(render(whole, ARRAY_LEN(whole), &pdf, NULL, &d), &d);
    char *info = poppler(&pdf, "pdfinfo", "2>&1"), *tree = poppler(&pdf, "pdfinfo -struct", "2>&1");
    assert_non_null(strstr(info, "决定书"));
    assert_non_null(strstr(info, "Tagged:          yes"));
    assert_non_null(strstr(info, "Pages:           2"));
    assert_null(strstr(info, "Error"));
    assert_null(strstr(tree, "Warning"));
    static const char *const elements[] = {"Document", "H1", "H2", "Table", "TR", "TH", "TD", "LI", "LBody", "Figure"};
    for (size_t i = 0; i < ARRAY_LEN(elements); i++)
        if (!strstr(tree, elements[i]))
            fail_msg("no %s in:\n%s", elements[i], tree);
    assert_int_equal(times(tree, "    TR"), 3);
    free(info);
    free(tree);
    assert_non_null(memmem(pdf.at, pdf.size, "/Lang (zh-CN)", 13));
}

/* ---- the same ----------------------------------------------------------------------------- */

static void the_same_document_gives_the_same_bytes(void **state) {
    struct diag d;
    BUF_AUTO one = {0}, other = {0}, later = {0};
    expect_ok(render(whole, ARRAY_LEN(whole), &one, NULL, &d), &d);
    struct doc_block b = {.type = DOC_PARAGRAPH, .text = ONE("在中间画一份别的文书。")};
    expect_ok(render(&b, 1, &later, NULL, &d), &d);
    expect_ok(render(whole, ARRAY_LEN(whole), &other, NULL, &d), &d);
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.at, other.at, one.size);
    buf_clear(&later);
    struct document doc = document_of(whole, ARRAY_LEN(whole));
    doc.made_at += 60 * 1000000;
    expect_ok(doc_pdf(&doc, &later, NULL, &d), &d);
    assert_true(later.size != one.size || memcmp(later.at, one.at, one.size) != 0);
}

struct worker { struct buf pdf; enum status s; };
static void *work(void *arg) {
    struct worker *w = arg;
    for (int i = 0; i < 3; i++) {
        struct diag d = {0};
        w->s = render(whole, ARRAY_LEN(whole), &w->pdf, NULL, &d);
    }
    return NULL;
}

static void threads_do_not_mix(void **state) {
    pthread_t thread[4];
    struct worker w[4] = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, work, &w[i]), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(w[i].s, OK);
        assert_int_equal(w[i].pdf.size, w[0].pdf.size);
        assert_memory_equal(w[i].pdf.at, w[0].pdf.at, w[0].pdf.size);
    }
    for (int i = 0; i < 4; i++)
        buf_release(&w[i].pdf);
}

static void content_leaves_the_code_out(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d;
    struct doc_block other[ARRAY_LEN(whole)];
    memcpy(other, whole, sizeof whole);
    other[ARRAY_LEN(whole) - 1].text.main = "mz1:another";
    char *text[3];
    for (int i = 0; i < 3; i++) {
        if (i == 2)
            other[4].text.main = "决定不予批准。";
        struct document doc = document_of(i ? other : whole, ARRAY_LEN(whole));
        BUF_AUTO b;
        struct json_writer w;
        buf_init(&b, 0);
        json_begin(&w, &b, false);
        doc_json(&doc, &w);
        const struct json *j;
        expect_ok(json_parse(a, buf_span(&b), &j, &d), &d);
        assert_int_equal(json_get(j, "blocks")->size, ARRAY_LEN(whole) - 1);
        text[i] = arena_dup(a, buf_span(&b));
    }
    assert_string_equal(text[0], text[1]);
    assert_string_not_equal(text[0], text[2]);
}

/* ---- tables over pages -------------------------------------------------------------------- */

static struct doc_block long_table(struct arena *a, size_t rows, const char *first) {
    struct doc_text *cell = ARENA_ARRAY(a, rows * 3, struct doc_text);
    for (size_t r = 0; r < rows; r++) {
        cell[3 * r].main = r == 0 && first ? first : arena_printf(a, "第%zu行", r + 1);
        cell[3 * r + 1].main = "张试一";
        cell[3 * r + 2].main = arena_printf(a, "%zu.00", r + 1);
    }
    return (struct doc_block){.type = DOC_TABLE, .column = columns, .column_count = 3, .cell = cell, .row_count = rows};
}

static void a_table_repeats_its_header(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d;
    struct doc_pdf_facts facts;
    BUF_AUTO pdf = {0};
    struct doc_block b = long_table(a, 120, NULL);
    expect_ok(render(&b, 1, &pdf, &facts, &d), &d);
    assert_in_range(facts.pages, 4, 6);
    char *text = poppler(&pdf, "pdftotext -raw", "-");
    squeeze(text);
    assert_int_equal(times(text, "每月金额（元）"), facts.pages);
    for (size_t r = 1; r <= 120; r++) {
        char row[64];
        snprintf(row, sizeof row, "第%zu行张试一%zu.00", r, r);
        if (times(text, row) != 1)
            fail_msg("row %zu %zu times", r, times(text, row));
    }
    free(text);
}

static void a_row_higher_than_a_page_goes_on(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d;
    struct doc_pdf_facts facts;
    BUF_AUTO pdf = {0}, cell;
    buf_init(&cell, 0);
    for (int i = 0; i < 900; i++)
        buf_addf(&cell, "〔%d〕长文。", i);
    struct doc_block b = long_table(a, 3, buf_str(&cell));
    expect_ok(render(&b, 1, &pdf, &facts, &d), &d);
    assert_in_range(facts.pages, 2, 20);
    char *text = poppler(&pdf, "pdftotext -raw", "-");
    squeeze(text);
    for (int i = 0; i < 900; i++) {
        char part[32];
        snprintf(part, sizeof part, "%d〕", i);
        assert_true(times(text, part) >= 1);
    }
    assert_int_equal(times(text, "第3行张试一3.00"), 1);
    assert_int_equal(times(text, "每月金额（元）"), facts.pages);
    free(text);
}

static void ten_thousand_rows_are_too_many(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d;
    BUF_AUTO pdf = {0};
    struct doc_block b = long_table(a, 10000, NULL);
    expect_fail(render(&b, 1, &pdf, NULL, &d), &d, E_LIMIT, "doc.pages");
    assert_string_equal(d.where, "block[0]");
    assert_int_equal(pdf.size, 0);
}

/* ---- bad and odd input ------------------------------------------------------------------------ */

static void refuses(const char *text, enum status s, const char *code) {
    struct diag d;
    BUF_AUTO pdf = {0};
    struct doc_block b[] = {{.type = DOC_PARAGRAPH, .text = ONE("好")}, {.type = DOC_TITLE, .title = {text, NULL}}};
    expect_fail(render(b, 2, &pdf, NULL, &d), &d, s, code);
    assert_string_equal(d.where, "block[1]");
    assert_int_equal(pdf.size, 0);
    struct doc_text cell[] = {ONE("一"), {"二", text}, ONE("三")};
    struct doc_block table = {.type = DOC_TABLE, .column = columns, .column_count = 3, .cell = cell, .row_count = 1};
    if (strcmp(text, "\n") != 0) {
        expect_fail(render(&table, 1, &pdf, NULL, &d), &d, s, code);
        assert_string_equal(d.where, "block[0].row[0].column[1]");
    }
    struct document doc = document_of(b, 1);
    doc.author = text;
    expect_fail(doc_pdf(&doc, &pdf, NULL, &d), &d, s, code);
}

static void control_and_turning_characters_are_refused(void **state) {
    static const char *const bad[] = {"\n", "a\tb", "响\x07铃", "\x1b[31m", "\x7f", "\xc2\x85", "\xe2\x80\xae反", "\xe2\x81\xa6x", "\xe2\x80\xa8", "\xef\xbb\xbf开头", "\xef\xbf\xbf"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        refuses(bad[i], E_INPUT, "doc.control");
    static const char *const broken[] = {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe4\xb8"};
    for (size_t i = 0; i < ARRAY_LEN(broken); i++)
        refuses(broken[i], E_INPUT, "doc.utf8");
}

static void nothing_to_say(void **state) {
    struct diag d;
    BUF_AUTO pdf = {0};
    struct doc_pdf_facts facts;
    expect_fail(render(NULL, 0, &pdf, NULL, &d), &d, E_INPUT, "doc.empty");
    /* Blocks without text are blocks all the same. */
    struct doc_block blank[ARRAY_LEN(whole) - 1];
    for (size_t i = 0; i < ARRAY_LEN(blank); i++)
        blank[i] = (struct doc_block){.type = whole[i].type};
    expect_ok(render(blank, ARRAY_LEN(blank), &pdf, &facts, &d), &d);
    assert_int_equal(facts.pages, 1);
    struct doc_block code = {.type = DOC_CODE};
    expect_fail(render(&code, 1, &pdf, NULL, &d), &d, E_INPUT, "doc.code");
}

static void long_words_break(void **state) {
    struct diag d;
    BUF_AUTO pdf = {0};
    struct doc_pdf_facts facts;
    char *word = malloc(8001);
    memset(word, 'W', 8000);
    word[8000] = 0;
    struct doc_text cell[] = {ONE(word), ONE(word), ONE(word)};
    struct doc_block b[] = {{.type = DOC_LETTERHEAD, .title = ONE(word)}, {.type = DOC_PARAGRAPH, .text = ONE(word)},
        {.type = DOC_TABLE, .column = columns, .column_count = 3, .cell = cell, .row_count = 1},
        {.type = DOC_SIGNATURE, .title = ONE("机关"), .text = ONE("今天"), .seal = DOC_SEAL_SAMPLE, .seal_organ = word, .seal_name = word}};
    for (size_t i = 1; i < ARRAY_LEN(b); i++) {
        expect_ok(render(&b[i], 1, &pdf, &facts, &d), &d);
        if (i == 1) {
            char *text = poppler(&pdf, "pdftotext -raw", "-");
            assert_int_equal(times(text, "W"), 8000);
            free(text);
        }
        buf_release(&pdf);
    }
    enum status s = render(b, ARRAY_LEN(b), &pdf, &facts, &d);
    assert_true(s == OK || s == E_LIMIT);
    free(word);
    char *text = malloc(300001);
    memset(text, 'a', 300000);
    text[300000] = 0;
    b[1].text.main = text;
    expect_fail(render(&b[1], 1, &pdf, NULL, &d), &d, E_LIMIT, "doc.text_size");
    free(text);
}

/* Nobody's name stops a notice: what no font has is drawn as a box, and counted. */
static void unknown_characters_are_counted(void **state) {
    struct diag d;
    BUF_AUTO pdf = {0};
    struct doc_pdf_facts facts;
    struct doc_block b = {.type = DOC_PARAGRAPH, .text = ONE("生日快乐\xf0\x9f\xa7\xbf 和 \xf3\xb0\x80\x80")};
    expect_ok(render(&b, 1, &pdf, &facts, &d), &d);
    assert_true(facts.unknown_characters >= 1);
    assert_int_equal(facts.pages, 1);
}

static void output_has_its_ceiling(void **state) {
    struct diag d = {0};
    struct document doc = document_of(whole, ARRAY_LEN(whole));
    BUF_AUTO pdf;
    buf_init(&pdf, 4096);
    expect_fail(doc_pdf(&doc, &pdf, NULL, &d), &d, E_LIMIT, "base.memory");
}

/* ---- signatures ------------------------------------------------------------------------------- */

/* Whatever stands before it, a signature has company on its page. */
static void a_signature_is_not_alone(void **state) {
    struct diag d;
    for (int lines = 20; lines < 40; lines++) {
        BUF_AUTO pdf = {0};
        struct doc_block b[42];
        int n = 0;
        struct doc_pdf_facts facts;
        for (; n < lines; n++)
            b[n] = (struct doc_block){.type = DOC_PARAGRAPH, .text = ONE("正文一行。")};
        b[n++] = (struct doc_block){.type = DOC_SIGNATURE, .title = ONE("示例机关"), .text = ONE("2026年"), .seal = DOC_SEAL_PLACE};
        expect_ok(render(b, (size_t)n, &pdf, &facts, &d), &d);
        if (facts.pages == 1)
            continue;
        char *text = poppler(&pdf, "pdftotext -raw -f 2", "-");
        assert_non_null(strstr(text, "正文一行。"));
        assert_non_null(strstr(text, "示例机关"));
        free(text);
    }
}

/* ---- the code ----------------------------------------------------------------------------------- */

/* Reads codes of versions 1 to 10 as ISO/IEC 18004 says, without error
 * correction: format, mask, placement, interleaving, segments. */
struct grid { const uint8_t *m; int n; };

static bool is_function(int n, int x, int y) {
    int version = (n - 17) / 4;
    if ((x < 9 && y < 9) || (x >= n - 8 && y < 9) || (x < 9 && y >= n - 8) || x == 6 || y == 6)
        return true;
    if (version >= 7 && ((x >= n - 11 && y < 6) || (y >= n - 11 && x < 6)))
        return true;
    static const int8_t at[11][3] = {{0}, {0}, {6, 18}, {6, 22}, {6, 26}, {6, 30}, {6, 34}, {6, 22, 38}, {6, 24, 42}, {6, 26, 46}, {6, 28, 50}};
    for (int i = 0; i < 3 && version > 1; i++)
        for (int k = 0; k < 3; k++) {
            int cx = at[version][i], cy = at[version][k];
            bool corner = (cx == 6 && cy == 6) || (cx == 6 && cy == n - 7) || (cx == n - 7 && cy == 6);
            if (cx && cy && !corner && abs(x - cx) <= 2 && abs(y - cy) <= 2)
                return true;
        }
    return false;
}

static bool masked(int mask, int x, int y) {
    switch (mask) {
    case 0: return (x + y) % 2 == 0;
    case 1: return y % 2 == 0;
    case 2: return x % 3 == 0;
    case 3: return (x + y) % 3 == 0;
    case 4: return (y / 2 + x / 3) % 2 == 0;
    case 5: return x * y % 2 + x * y % 3 == 0;
    case 6: return (x * y % 2 + x * y % 3) % 2 == 0;
    default: return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

struct bits { const uint8_t *data; int at, end; };

static int take(struct bits *in, int n) {
    int v = 0;
    assert_true(in->at + n <= in->end);
    for (; n > 0; n--, in->at++)
        v = v << 1 | (in->data[in->at / 8] >> (7 - in->at % 8) & 1);
    return v;
}

/* Section 7.4: numbers, letters and digits, bytes. */
static void segment(struct bits *in, int mode, int version, struct buf *out) {
    static const char LETTERS[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    int size = take(in, mode == 4 ? version < 10 ? 8 : 16 : (mode == 1 ? 10 : 9) + (version < 10 ? 0 : 2));
    for (int i = 0; mode == 4 && i < size; i++)
        buf_addc(out, (char)take(in, 8));
    for (int left = size; mode == 1 && left > 0; left -= 3) {
        int k = left < 3 ? left : 3;
        buf_addf(out, "%0*d", k, take(in, k == 3 ? 10 : k == 2 ? 7 : 4));
    }
    for (int left = size; mode == 2 && left > 0; left -= 2) {
        int v = take(in, left > 1 ? 11 : 6);
        if (left > 1)
            buf_addc(out, LETTERS[v / 45]);
        buf_addc(out, LETTERS[v % 45]);
    }
    assert_true(mode == 1 || mode == 2 || mode == 4);
}

static char *decode(struct grid g) {
    /* Blocks at level M: of `few` data bytes, then of one more. */
    static const struct { int blocks, few, long_blocks; } SHAPE[11] = {{0}, {1, 16, 0}, {1, 28, 0}, {1, 44, 0}, {2, 32, 0}, {2, 43, 0}, {4, 27, 0}, {4, 31, 0}, {2, 38, 2},
        {3, 36, 2}, {4, 43, 1}};
    int version = (g.n - 17) / 4, format = 0, bit = 0;
    assert_in_range(version, 1, 10);
    static const int fx[] = {0, 1, 2, 3, 4};
    for (int i = 0; i < 5; i++)
        format = format << 1 | g.m[8 * g.n + fx[i]];
    format ^= 0x15; /* the first five bits of the mask 101010000010010 */
    assert_int_equal(format >> 3, 0); /* M */
    uint8_t word[512] = {0};
    for (int right = g.n - 1; right > 0; right -= 2) {
        if (right == 6)
            right = 5;
        bool up = ((right + 1) & 2) == 0;
        for (int v = 0; v < g.n; v++)
            for (int k = 0; k < 2; k++) {
                int x = right - k, y = up ? g.n - 1 - v : v;
                if (is_function(g.n, x, y))
                    continue;
                word[bit / 8] |= (uint8_t)((g.m[y * g.n + x] ^ masked(format & 7, x, y)) << (7 - bit % 8));
                bit++;
            }
    }
    int shorts = SHAPE[version].blocks, longs = SHAPE[version].long_blocks, few = SHAPE[version].few, all = shorts + longs, n = 0;
    uint8_t data[512];
    for (int block = 0; block < all; block++)
        for (int i = 0; i < few + (block >= shorts); i++)
            data[n++] = i < few ? word[i * all + block] : word[few * all + block - shorts];
    struct bits in = {data, 0, n * 8};
    struct buf text;
    buf_init(&text, 0);
    for (int mode; in.at + 4 <= in.end && (mode = take(&in, 4)) != 0;)
        segment(&in, mode, version, &text);
    return buf_take(&text);
}

static void the_code_decodes(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d;
    static const char *const texts[] = {"a", "mz1:民政", "https://minzheng.example/r/1234567890123456789",
        "mz1:minzheng.example/110102:1234567890123456789:AAAAAAAAAAAAAAAAAAAAAA==:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        uint8_t *m = NULL;
        int n = 0;
        expect_ok(doc_code(texts[i], a, &m, &n, &d), &d);
        char *text = decode((struct grid){m, n});
        assert_string_equal(text, texts[i]);
        free(text);
    }
    char *big = arena_alloc(a, 4000);
    memset(big, 'x', 3999);
    uint8_t *m = NULL;
    int n = 0;
    expect_fail(doc_code(big, a, &m, &n, &d), &d, E_INPUT, "doc.code");
    expect_fail(doc_code("", a, &m, &n, &d), &d, E_INPUT, "doc.code");
    BUF_AUTO pdf = {0};
    struct doc_block b = {.type = DOC_CODE, .text = {big, NULL}};
    expect_fail(render(&b, 1, &pdf, NULL, &d), &d, E_INPUT, "doc.code");
}

/* The drawn code: rasterised, its modules are those of doc_code. */
static void the_drawn_code_is_the_code(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d;
    BUF_AUTO pdf = {0};
    static const char text[] = "mz1:minzheng.example/110102:1:AAAAAAAAAAAAAAAAAAAAAA==:66c7f0f4";
    struct doc_block b = {.type = DOC_CODE, .text = ONE(text)};
    expect_ok(render(&b, 1, &pdf, NULL, &d), &d);
    uint8_t *m = NULL;
    int n = 0, w = 0, h = 0, left = -1, top = -1, right = -1, skip = 0;
    expect_ok(doc_code(text, a, &m, &n, &d), &d);
    char *image = poppler(&pdf, "pdftoppm -r 300 -mono -singlefile", "test-doc-page && cat test-doc-page.pbm && rm test-doc-page.pbm");
    assert_int_equal(sscanf(image, "P4 %d %d%n", &w, &h, &skip), 2);
    const uint8_t *bits = (const uint8_t *)image + skip + 1;
    size_t row = (size_t)(w + 7) / 8;
#define DARK(x, y) (bits[(size_t)(y)*row + (size_t)(x) / 8] >> (7 - (x) % 8) & 1)
    for (int y = 0; y < h / 2 && top < 0; y++) /* its first dark line is the top of two finder patterns */
        for (int x = 0; x < w; x++)
            if (DARK(x, y)) {
                left = left < 0 ? x : left;
                right = x;
                top = y;
            }
    assert_true(top > 0 && right > left);
    double side = (double)(right + 1 - left) / n;
    int wrong = 0;
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++)
            wrong += DARK((int)(left + (x + 0.5) * side), (int)(top + (y + 0.5) * side)) != m[y * n + x];
    assert_int_equal(wrong, 0);
    free(image);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_can_be_read_back),
        cmocka_unit_test(text_comes_back_equal),
        cmocka_unit_test(tagged_titled_and_in_its_language),
        cmocka_unit_test(the_same_document_gives_the_same_bytes),
        cmocka_unit_test(threads_do_not_mix),
        cmocka_unit_test(content_leaves_the_code_out),
        cmocka_unit_test(a_table_repeats_its_header),
        cmocka_unit_test(a_row_higher_than_a_page_goes_on),
        cmocka_unit_test(ten_thousand_rows_are_too_many),
        cmocka_unit_test(control_and_turning_characters_are_refused),
        cmocka_unit_test(nothing_to_say),
        cmocka_unit_test(long_words_break),
        cmocka_unit_test(unknown_characters_are_counted),
        cmocka_unit_test(output_has_its_ceiling),
        cmocka_unit_test(a_signature_is_not_alone),
        cmocka_unit_test(the_code_decodes),
        cmocka_unit_test(the_drawn_code_is_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
