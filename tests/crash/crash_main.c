/* Power losses by the thousand: NAME [--runs N] [--seed S] [--kill | --faults] [--no-sync] [--each]
 * [--operations N] [--folder DIR].  Exit 0: nothing was lost; 1: something was. */
#include "crash.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

static int usage(const char *command) {
    fprintf(stderr, "%s [--runs N] [--seed S] [--kill | --faults] [--no-sync] [--each] [--operations N] [--folder DIR]\n", command);
    return 2;
}

int crash_main(const struct crash_workload *w, int argc, char **argv) {
    static const struct option known[] = {
        {"runs", required_argument, NULL, 'r'}, {"seed", required_argument, NULL, 's'},
        {"kill", no_argument, NULL, 'k'}, {"faults", no_argument, NULL, 'F'},
        {"no-sync", no_argument, NULL, 'n'}, {"each", no_argument, NULL, 'e'},
        {"operations", required_argument, NULL, 'o'}, {"folder", required_argument, NULL, 'f'}, {0},
    };
    struct crash_options o = {.runs = 1000, .seed = (uint64_t)getpid() * 1000003, .verbose = true};
    char own[] = "crash-XXXXXX";
    const char *folder = NULL;
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'r': o.runs = (unsigned)strtoul(optarg, NULL, 10); break;
        case 's': o.seed = strtoull(optarg, NULL, 10); break;
        case 'k': o.kind = CRASH_KILL; break;
        case 'F': o.kind = CRASH_FAULTS; break;
        case 'e': o.each = true; break;
        case 'n': o.unsafe_no_sync = true; break;
        case 'o': o.operations_max = strtoull(optarg, NULL, 10); break;
        case 'f': folder = optarg; break;
        default: return usage(argv[0]);
        }
    }
    if (optind != argc)
        return usage(argv[0]);
    if (!folder && !(folder = mkdtemp(own)))
        return perror("mkdtemp"), 4;
    struct crash_tally t;
    struct diag d = {0};
    enum status s = crash_runs(w, &o, folder, &t, &d);
    if (folder == own)
        rmdir(folder); /* stays when a broken store is in it */
    if (s != OK) {
        fprintf(stderr, "%s %s %s\n", status_name(s), d.code, d.where);
        return 4;
    }
    printf("seed %llu: %u runs, %u crashes, %llu acknowledged; %u broken, %u damaged, %u failed\n",
        (unsigned long long)o.seed, t.runs, t.crashes, (unsigned long long)t.acks, t.broken, t.damaged, t.failed);
    return t.broken + t.damaged + t.failed ? 1 : 0;
}
