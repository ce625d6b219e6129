/* Papers: by content, sealed, known by their hash, gone with the key. */
#include "../support/civil_world.h"
#include "../support/papers.h"

#include "civil/archive/archive.h"

struct paper { struct world *w; int64_t person, id; const char *name; struct span content, back; const char *media, *back_name; };
static enum status add(struct txn *t, void *arg, struct diag *d) {
    struct paper *x = arg;
    return archive_add_in(&x->w->civil, t, &x->w->clerk, DISTRICT, x->person, 0, x->name, "id_card", x->content, &x->id, d);
}
static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct paper *x = arg;
    struct access *access = NULL;
    enum status s = access_begin(x->w->arena, &x->w->clerk, "clerk", "case_handling", 0, 0, &access, d);
    if (s == OK)
        s = archive_open_in(&x->w->civil, t, access, x->w->arena, DISTRICT, x->id, &x->back, &x->media, &x->back_name, d);
    assert_int_equal(access_empty(access), s != OK);
    return s;
}
static enum status erase(struct txn *t, void *arg, struct diag *d) {
    struct paper *x = arg;
    return person_erase_key(&x->w->civil, t, DISTRICT, x->person, d);
}

static void papers_come_back_as_they_were(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct paper p = {.w = &w, .person = world_person(&w, "王", 1), .name = "身份证 正面.png", .content = PAPER_PNG};
    expect_ok(WRITE(&w, add, &p), &f->diag);
    expect_ok(READ(&w, look, &p), &f->diag);
    assert_true(span_eq(p.back, p.content));
    assert_string_equal(p.media, "image/png");
    assert_string_equal(p.back_name, "身份证 正面.png");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_file a JOIN log_pending l ON l.id = a.entry"), 1);
    must_run(f, "UPDATE archive_file SET sm3 = salt");
    expect_fail(READ(&w, look, &p), &f->diag, E_CORRUPT, "archive.hash");
    must_run(f, "UPDATE archive_file SET body = salt");
    expect_fail(READ(&w, look, &p), &f->diag, E_CORRUPT, "vault.authentication");
    expect_ok(WRITE(&w, erase, &p), &f->diag);
    expect_fail(READ(&w, look, &p), &f->diag, E_NOT_FOUND, "register.erased");
    expect_fail(WRITE(&w, add, &p), &f->diag, E_NOT_FOUND, "register.erased");
    p.id = 99;
    expect_fail(READ(&w, look, &p), &f->diag, E_NOT_FOUND, "archive.file");
    world_close(&w);
}

static void papers_that_are_none(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    struct paper p = {.w = &w, .person = world_person(&w, "王", 1)};
    char *big = arena_alloc(w.arena, ARCHIVE_FILE_MAX + 1); /* a picture with a film after it */
    memcpy(big, PAPER_JPEG.at, PAPER_JPEG.size);
    char longer[256];
    memset(longer, 'a', 201);
    longer[201] = 0;
    const struct { const char *name; struct span content; const char *code; } bad[] = {
        {"a.pdf", SPAN(""), "archive.empty"}, {"a.png", SPAN("MZ executable"), "archive.type"}, {"a.pdf", SPAN("<html>%PDF-"), "archive.type"},
        {"", PAPER_PNG, "archive.name"}, {"../a.png", PAPER_PNG, "archive.name"}, {"a\\b.png", PAPER_PNG, "archive.name"}, {"a\nb.png", PAPER_PNG, "archive.name"}, {"a\xff.png", PAPER_PNG, "archive.name"},
        {longer, PAPER_PNG, "archive.name"}, {"a.pdf", {big, ARCHIVE_FILE_MAX + 1}, "archive.size"}, {"a.jpg", SPAN("\xff\xd8"), "archive.type"},
        {"a.jpg", {paper_jpeg, sizeof paper_jpeg - 2}, "archive.cut"}, {"a.png", {paper_png, sizeof paper_png / 2}, "archive.cut"},
        {"a.pdf", {paper_pdf, sizeof paper_pdf / 2}, "archive.cut"}, {"a.pdf", SPAN("%PDF-1.4\n%%EOF\n"), "archive.damaged"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        p.name = bad[i].name;
        p.content = bad[i].content;
        diag_clear(&f->diag);
        if (WRITE(&w, add, &p) == OK || strcmp(f->diag.code, bad[i].code) != 0)
            fail_msg("%zu: %s", i, f->diag.code);
    }
    p.name = "a.jpg";
    p.content = (struct span){big, ARCHIVE_FILE_MAX}; /* just fits */
    expect_ok(WRITE(&w, add, &p), &f->diag);
    p.person = 4711;
    expect_fail(WRITE(&w, add, &p), &f->diag, E_NOT_FOUND, "register.person");
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(papers_come_back_as_they_were), ON_BOTH(papers_that_are_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
