/* minzheng feel 'EXPRESSION' [--context FILE.json] */
#include "cli/cli.h"

#include "calendar/clock.h"
#include "feel/feel.h"

#include <stdio.h>

enum { CONTEXT_MAX = 16 << 20 };

/* Why a null came out: the notes, one a line, to standard error. */
static void print_notes(struct cli *c, const struct feel_notes *notes) {
    for (size_t i = 0; i < notes->count; i++) {
        BUF_AUTO b;
        buf_init(&b, 8192);
        struct diag_arg arg = DIAG_SPAN("name", notes->note[i].detail);
        message_text(&b, c->lang, notes->note[i].code, &arg, 1);
        fprintf(stderr, "minzheng: %u: %s\n", (unsigned)notes->note[i].offset, buf_str(&b));
    }
}

int cmd_feel(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *file = cli_option(c, &argc, argv, "context");
    struct span text;
    const struct json *j = NULL;
    struct feel_value names = feel_null(), value;
    struct feel_notes notes = {0};
    struct feel_env env;
    /* An expression may begin with a minus; only a word is an option. */
    enum status s = argc == 1 ? OK : cli_rest(c, argc, argv, 1, 1, &d);
    feel_env_init(&env, c->arena, &notes);
    env.now = clock_now();
    env.now_offset = 8 * 3600;
    if (s == OK && file && (s = cli_read_file(c, file, CONTEXT_MAX, &text, &d)) == OK && (s = json_parse(c->arena, text, &j, &d)) == OK) {
        s = feel_from_json(c->arena, j, &names, &d);
        if (s == OK && names.kind != FEEL_CONTEXT)
            s = diag_fail(&d, E_INPUT, "feel_command.context");
    }
    if (s == OK && names.kind != FEEL_CONTEXT)
        names = feel_context(c->arena, NULL, NULL, 0);
    if (s == OK)
        s = feel_eval_text(&env, span_of(argv[0]), &names, &value, &d);
    if (s != OK)
        return cli_fail(c, &d);
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, false);
    if (c->json)
        feel_write_json(&w, &value);
    else
        feel_text(&out, &value, true);
    buf_addc(&out, '\n');
    fwrite(buf_str(&out), 1, out.size, stdout); /* a text may hold U+0000 */
    print_notes(c, &notes);
    return EXIT_DONE;
}
