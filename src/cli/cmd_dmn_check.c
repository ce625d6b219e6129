/* minzheng dmn check FILE.dmn... [--policy] [--json]
 *
 * Exit 0 no finding, 1 findings, 3 a file cannot be read.  A file of a pack is a
 * policy, with --policy every file is.  A policy's inputs have the types of the
 * vocabulary.csv beside its pack, or of the packs in use. */
#include "cli/model_folder.h"

#include "dmn/case.h"
#include "dmn/check.h"

#include <stdio.h>
#include <unistd.h>

/* ---- report --------------------------------------------------------------------------- */

static void print_findings(struct cli *c, const char *file, const struct dmn_findings *f) {
    for (size_t i = 0; i < f->count; i++) {
        BUF_AUTO place, text;
        buf_init(&place, 0);
        buf_init(&text, 0);
        dmn_finding_place(&place, c->lang, &f->at[i]);
        dmn_finding_text(&text, c->lang, &f->at[i]);
        cli_say(c, f->at[i].severity == DMN_INFO ? "dmn_command.note" : "dmn_command.finding",
            CLI_ARGS(DIAG_S("file", file), DIAG_S("place", buf_str(&place)), DIAG_S("text", buf_str(&text))));
    }
    if (f->lost)
        cli_say(c, "dmn_command.lost", CLI_ARGS(DIAG_S("file", file), DIAG_N("lost", f->lost)));
}

struct report { struct json_writer w; size_t counted, checked; int exit; bool policy; };

/* Packs without a vocabulary are checked without one. */
static enum status read_vocabulary(struct cli *c, const char *packs, const struct dmn_vocabulary **ret, struct diag *d) {
    const char *path = packs ? arena_printf(c->arena, "%s/vocabulary.csv", packs) : NULL;
    struct span text;
    if (!path || access(path, F_OK) != 0)
        return OK;
    enum status s = cli_read_file(c, path, MODEL_BYTES_MAX, &text, d);
    if (s == OK)
        s = dmn_vocabulary_load(c->arena, text, SPAN("输入"), ret, d);
    return s == OK || d->where[0] ? s : diag_at(d, "%s", path);
}

static enum status check_text(struct cli *c, const char *path, struct span text, bool policy, const struct dmn_findings **ret,
    struct diag *d) {
    struct model_folder folder;
    const char *pack = model_pack_of(c, path), *packs = pack ? arena_printf(c->arena, "%s/..", pack) : policy ? c->packs_dir : NULL;
    struct dmn_check_options options = {.policy = policy || pack, .imports = &folder.imports};
    enum status s = read_vocabulary(c, packs, &options.vocabulary, d);
    if (s != OK)
        return s;
    s = model_folder_open(&folder, c, path, d);
    return s == OK ? dmn_check(c->arena, text, &options, ret, d) : s;
}

static void check_file(struct cli *c, const char *path, struct report *r) {
    struct diag d = {0};
    struct span text;
    const struct dmn_findings *f = NULL;
    enum status s = cli_read_file(c, path, MODEL_BYTES_MAX, &text, &d);
    if (s == OK)
        s = check_text(c, path, text, r->policy, &f, &d);
    if (s != OK) {
        BUF_AUTO sentence;
        buf_init(&sentence, 0);
        if (!d.where[0])
            diag_at(&d, "%s", path);
        message_render(&sentence, c->lang, &d);
        if (!c->json)
            fprintf(stderr, "minzheng: %s\n", buf_str(&sentence));
        json_key(&r->w, "problem");
        json_object(&r->w);
        json_kstring(&r->w, "code", d.code);
        json_kspan(&r->w, "detail", buf_span(&sentence));
        json_object_end(&r->w);
        r->exit = exit_of(s);
        return;
    }
    r->checked++;
    json_key(&r->w, "report");
    dmn_findings_json(&r->w, c->lang, f);
    r->counted += dmn_findings_counted(f);
    if (!c->json)
        print_findings(c, path, f);
}

int cmd_dmn_check(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct report r = {.policy = cli_flag(c, &argc, argv, "policy")};
    enum status s = cli_rest(c, argc, argv, 1, 1000, &d);
    if (s != OK)
        return cli_fail(c, &d);
    cli_places(c); /* the packs in use, whose words a policy from elsewhere speaks */
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&r.w, &out, true);
    json_object(&r.w);
    json_key(&r.w, "files");
    json_array(&r.w);
    for (int i = 0; i < argc; i++) {
        struct arena_mark mark = arena_mark(c->arena); /* a file's findings are written out, and its models gone */
        json_object(&r.w);
        json_kstring(&r.w, "file", argv[i]);
        check_file(c, argv[i], &r);
        json_object_end(&r.w);
        arena_rewind(c->arena, mark);
    }
    json_array_end(&r.w);
    json_kint(&r.w, "counted", (int64_t)r.counted);
    json_object_end(&r.w);
    if (c->json)
        printf("%s\n", buf_str(&out));
    else if (r.checked) /* what could not be read was not checked */
        cli_note(c, "dmn_command.checked", CLI_ARGS(DIAG_N("findings", r.counted)));
    return r.exit ? r.exit : r.counted ? EXIT_NO : EXIT_DONE;
}
