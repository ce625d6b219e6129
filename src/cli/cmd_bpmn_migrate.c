/* minzheng bpmn migrate MATTER FROM TO --as LOGIN [--map FILE.json] [--apply --reason TEXT] [--json]
 *
 * Without --apply it says what would happen and changes nothing.  Pages of
 * cases are applied one after the other, each in a transaction of its own. */
#include "cli/cli.h"

#include "civil/account/account.h"
#include "civil/case/migrate.h"
#include "store/store.h"

#include <stdio.h>

enum { MAP_MAX = 1 << 20 };

static void say_elements(struct cli *c, const struct json *report) {
    const struct json *list = json_get(report, "elements"), *findings = json_get(report, "findings");
    const char *lang = c->lang == LANG_EN ? "en" : "zh";
    for (size_t i = 0; i < findings->size; i++)
        printf("%s\n", json_str(findings->item[i], "text", ""));
    for (size_t i = 0; i < list->size; i++) {
        const struct json *e = list->item[i];
        const struct diag_arg args[] = {DIAG_N("cases", json_int(e, "cases", 0)), DIAG_S("element", json_str(e, "element", "")),
            DIAG_S("name", json_str(json_get(e, "name"), lang, "")), DIAG_S("to", json_str(e, "to", ""))};
        cli_say(c, json_is_null(json_get(e, "to")) ? "cli.migrate_nowhere" : "cli.migrate_element", args, ARRAY_LEN(args));
    }
}

static void say_page(struct cli *c, const struct json *report) {
    const struct json *list = json_get(report, "items");
    for (size_t i = 0; i < list->size; i++) {
        const struct diag_arg args[] = {DIAG_S("number", json_str(list->item[i], "number", "-")), DIAG_S("because", json_str(list->item[i], "because", ""))};
        if (!json_bool(list->item[i], "done", false))
            cli_say(c, "cli.migrate_stays", args, ARRAY_LEN(args));
    }
}

/* One page after the other; *ret_stay counts what does not go. */
static enum status pages(struct cli *c, const struct actor *who, struct case_migration *m, int64_t *ret_stay, struct diag *d) {
    int64_t moved = 0;
    for (bool first = true, more = true; more; first = false) {
        const struct json *report = NULL;
        struct arena_mark mark = arena_mark(c->arena);
        enum status s = case_migrate(&c->civil, c->arena, who, m, &report, d);
        if (s != OK)
            return s;
        moved += json_int(report, "moved", 0);
        *ret_stay += json_int(report, "stay", 0) + (int64_t)json_get(report, "findings")->size;
        if (c->json) {
            BUF_AUTO b;
            struct json_writer w;
            buf_init(&b, 0);
            json_begin(&w, &b, false);
            json_value(&w, report);
            printf("%s\n", buf_str(&b));
        } else {
            if (first)
                say_elements(c, report);
            say_page(c, report);
        }
        const char *next = json_str(report, "next", NULL);
        more = next != NULL;
        m->after = next ? strtoll(next, NULL, 10) : 0;
        arena_rewind(c->arena, mark);
    }
    if (!c->json)
        cli_say(c, m->preview ? "cli.migrate_would" : "cli.migrate_done", (const struct diag_arg[]){DIAG_N("moved", moved), DIAG_N("stay", *ret_stay)}, 2);
    return OK;
}

int cmd_bpmn_migrate(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct actor actor = {0};
    const char *login = cli_option(c, &argc, argv, "as");
    const char *map = cli_option(c, &argc, argv, "map"), *reason = cli_option(c, &argc, argv, "reason");
    bool apply = cli_flag(c, &argc, argv, "apply");
    struct case_migration m = {.reason = reason, .preview = !apply};
    struct span text;
    int64_t stay = 0;
    if (!login || (apply && !reason))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, 3, 3, &d);
    if (s == OK && map) {
        s = cli_read_file(c, map, MAP_MAX, &text, &d);
        if (s == OK)
            s = json_parse(c->arena, text, &m.moves, &d);
    }
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_CALENDAR | (apply ? 0 : CLI_READ_ONLY), &d);
    if (s == OK)
        s = cli_actor(c, login, &actor, &d);
    if (s == OK) {
        m.matter = argv[0];
        m.from = argv[1];
        m.to = argv[2];
        s = pages(c, &actor, &m, &stay, &d);
    }
    if (s != OK)
        return cli_fail(c, &d);
    return stay ? EXIT_NO : EXIT_DONE;
}
