/* Uploaded files: whole ones are taken, whatever was cut off or mixed up is not. */
#include "unit.h"

#include "../support/papers.h"
#include "doc/media.h"

#include <stdlib.h>

static enum doc_media_state state_of(struct span s, const char **ret_type) {
    char *exact = malloc(s.size ? s.size : 1);
    assert_non_null(exact);
    memcpy(exact, s.at, s.size);
    enum doc_media_state state = doc_media((struct span){exact, s.size}, ret_type);
    free(exact);
    return state;
}

static const struct { const char *type; struct span file; } WHOLE[] = {
    {"application/pdf", {paper_pdf, sizeof paper_pdf - 1}}, {"image/png", {paper_png, sizeof paper_png - 1}}, {"image/jpeg", {paper_jpeg, sizeof paper_jpeg - 1}},
};

static void whole_files_are_known(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(WHOLE); i++) {
        const char *type;
        assert_int_equal(state_of(WHOLE[i].file, &type), DOC_MEDIA_WHOLE);
        assert_string_equal(type, WHOLE[i].type);
    }
}

/* Every beginning of a file but the whole.  A PDF whose last line feed is gone
 * still has its end. */
static void a_beginning_is_none(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(WHOLE); i++)
        for (size_t n = 0; n + (i == 0) < WHOLE[i].file.size; n++) {
            const char *type;
            enum doc_media_state s = state_of((struct span){WHOLE[i].file.at, n}, &type);
            if (s == DOC_MEDIA_WHOLE || (n >= 8 && s != DOC_MEDIA_CUT))
                fail_msg("%s of %zu bytes: %d", WHOLE[i].type, n, (int)s);
        }
}

/* Telephones put films after their pictures, servers put white space after a PDF. */
static void bytes_after_the_end_are_let_pass(void **state) {
    for (size_t i = 0; i < ARRAY_LEN(WHOLE); i++) {
        char file[1600] = {0};
        const char *type;
        memcpy(file, WHOLE[i].file.at, WHOLE[i].file.size);
        memset(file + WHOLE[i].file.size, '\n', 900);
        assert_int_equal(state_of((struct span){file, WHOLE[i].file.size + 900}, &type), DOC_MEDIA_WHOLE);
    }
}

static void png_parts_that_do_not_fit(void **state) {
    for (size_t at = 8; at < sizeof paper_png - 1; at++) { /* one bit anywhere: a length, a type, data, a check sum */
        char file[sizeof paper_png];
        const char *type;
        memcpy(file, paper_png, sizeof paper_png);
        file[at] ^= 0x10;
        if (state_of((struct span){file, sizeof paper_png - 1}, &type) == DOC_MEDIA_WHOLE)
            fail_msg("bit of byte %zu", at);
    }
}

static void others(void **state) {
    static const struct { struct span file; enum doc_media_state state; } bad[] = {
        {SPAN(""), DOC_MEDIA_UNKNOWN}, {SPAN("%PDF"), DOC_MEDIA_UNKNOWN}, {SPAN("GIF89a"), DOC_MEDIA_UNKNOWN}, {SPAN("<svg>%PDF-1.4"), DOC_MEDIA_UNKNOWN},
        {SPAN("PK\3\4"), DOC_MEDIA_UNKNOWN}, {SPAN("\xff\xd8"), DOC_MEDIA_UNKNOWN}, {SPAN("RIFF....WEBP"), DOC_MEDIA_UNKNOWN},
        {SPAN("%PDF-1.4\n%%EOF\n"), DOC_MEDIA_DAMAGED}, {SPAN("%PDF-1.4\nstartxref\n%%EOF\n"), DOC_MEDIA_CUT},
        {SPAN("%PDF-1.4\nstartxref\n-1\n%%EOF\n"), DOC_MEDIA_CUT}, {SPAN("%PDF-1.4\nstartxref\n99999999999999999999999999\n%%EOF\n"), DOC_MEDIA_CUT},
        {SPAN("%PDF-1.4\nxref\nstartxref\n200\n%%EOF\n"), DOC_MEDIA_CUT}, /* it stood beyond what came */
        {SPAN("%PDF-1.4\ntrailer\n<<>>\nstart\n9\n%%EOF\n"), DOC_MEDIA_DAMAGED},
        {SPAN("%PDF-1.4\n\n"), DOC_MEDIA_CUT}, {SPAN("%PDF-1.4\nstartxref\n9\n"), DOC_MEDIA_CUT},
        {SPAN("\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82"), DOC_MEDIA_DAMAGED},    /* no header */
        {SPAN("\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR\0\0\0\0"), DOC_MEDIA_DAMAGED},    /* a length beyond the format's */
        {SPAN("\x89PNG\r\n\x1a\n\x7f\xff\xff\xffIHDR\0\0\0\0"), DOC_MEDIA_CUT},
        {SPAN("\xff\xd8\xff\xd9"), DOC_MEDIA_DAMAGED}, {SPAN("\xff\xd8\xff\xff\xff\xff"), DOC_MEDIA_CUT}, {SPAN("\xff\xd8\xff\0"), DOC_MEDIA_DAMAGED},
        {SPAN("\xff\xd8\xff\xe0\0\1"), DOC_MEDIA_DAMAGED}, {SPAN("\xff\xd8\xff\xe0\xff\xff"), DOC_MEDIA_CUT}, {SPAN("\xff\xd8\xff\xe0\0\2oops"), DOC_MEDIA_DAMAGED},
        {SPAN("\xff\xd8\xff\xda\0\2pixels\xff\0\xff\xd0\xff"), DOC_MEDIA_CUT}, {SPAN("\xff\xd8\xff\xda\0\2pixels\xff\xd9"), DOC_MEDIA_DAMAGED}, /* no frame */
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const char *type;
        enum doc_media_state s = state_of(bad[i].file, &type);
        if (s != bad[i].state || (s == DOC_MEDIA_UNKNOWN) != (type[0] == 0))
            fail_msg("%zu: %d, %s", i, (int)s, type);
    }
}

/* Offsets that are some bytes off open in every viewer; far off, something is missing. */
static void a_pdf_with_a_wrong_offset(void **state) {
    const char *type, *table = strstr(paper_pdf, "xref\n"), *end = strstr(paper_pdf, "startxref\n");
    for (int off = -400; off <= 400; off += 20) {
        char file[600];
        long at = table - paper_pdf + off;
        int n = snprintf(file, sizeof file, "%.*sstartxref\n%ld\n%%%%EOF\n", (int)(end - paper_pdf), paper_pdf, at);
        enum doc_media_state s = state_of((struct span){file, (size_t)n}, &type);
        if (off >= -60 && off <= 60 && s != DOC_MEDIA_WHOLE)
            fail_msg("%d: %d", off, (int)s);
        if (at < 0 || at > (long)(end - paper_pdf) + 64)
            assert_int_not_equal(s, DOC_MEDIA_WHOLE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_files_are_known), cmocka_unit_test(a_beginning_is_none), cmocka_unit_test(bytes_after_the_end_are_let_pass),
        cmocka_unit_test(png_parts_that_do_not_fit), cmocka_unit_test(others), cmocka_unit_test(a_pdf_with_a_wrong_offset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
