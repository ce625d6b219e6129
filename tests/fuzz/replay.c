/* Runs a fuzzer's corpus once and reports in TAP: one test for each file of
 * the folder named on the command line. */
#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int is_file(const struct dirent *e) {
    return e->d_name[0] != '.';
}

/* Exactly as many bytes as the file has, so that the sanitizer sees a read
 * beyond its end. */
static int replay(const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f)
        return -1;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    uint8_t *data = size < 0 ? NULL : malloc(size ? (size_t)size : 1);
    int result = -1;
    if (data && fread(data, 1, (size_t)size, f) == (size_t)size)
        result = LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    fclose(f);
    return result;
}

int main(int argc, char **argv) {
    struct dirent **list;
    int n = argc == 2 ? scandir(argv[1], &list, is_file, alphasort) : -1;
    if (n <= 0) {
        printf("Bail out! no corpus\n");
        return 1;
    }
    printf("1..%d\n", n);
    int failed = 0;
    for (int i = 0; i < n; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", argv[1], list[i]->d_name);
        bool ok = replay(path) == 0;
        printf("%sok %d - %s\n", ok ? "" : "not ", i + 1, list[i]->d_name);
        fflush(stdout); /* a crash in the next one must not take it along */
        failed += !ok;
        free(list[i]);
    }
    free(list);
    return failed != 0;
}
