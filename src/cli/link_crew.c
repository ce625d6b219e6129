#include "cli/link_crew.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- threads --------------------------------------------------------------------------- */

struct work { void (*job)(void *, int, size_t); void *context; size_t n; atomic_size_t next; };
struct hand { struct work *work; int worker; };

static void *labour(void *arg) {
    struct hand *h = arg;
    for (size_t i; (i = atomic_fetch_add(&h->work->next, 1)) < h->work->n;)
        h->work->job(h->work->context, h->worker, i);
    return NULL;
}

static void run(void *arg, size_t n, void (*job)(void *, int, size_t), void *context) {
    size_t size = (size_t)(uintptr_t)arg;
    struct work w = {.job = job, .context = context, .n = n};
    struct hand hand[LINK_CREW_MAX];
    pthread_t thread[LINK_CREW_MAX];
    size_t started = 1;
    for (size_t i = 0; i < size; i++)
        hand[i] = (struct hand){&w, (int)i};
    while (started < size && started < n && pthread_create(&thread[started], NULL, labour, &hand[started]) == 0)
        started++;
    labour(&hand[0]);
    for (size_t i = 1; i < started; i++)
        pthread_join(thread[i], NULL);
}

static double seconds(void *arg) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Pages of a mapped file go; read again, they come from the page cache. Never for text in memory of our own. */
void crew_released(void *arg, const void *at, size_t size) {
    enum { PAGE = 4096 };
    uintptr_t from = ((uintptr_t)at + PAGE - 1) & ~(uintptr_t)(PAGE - 1), to = ((uintptr_t)at + size) & ~(uintptr_t)(PAGE - 1);
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_DONTNEED);
}

static void scattered(void *arg, void *at, size_t size) {
    enum { PAGE = 4096 };
    uintptr_t from = ((uintptr_t)at + PAGE - 1) & ~(uintptr_t)(PAGE - 1), to = ((uintptr_t)at + size) & ~(uintptr_t)(PAGE - 1);
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
}

struct link_crew crew_of(int threads) {
    long n = threads > 0 ? threads : sysconf(_SC_NPROCESSORS_ONLN);
    n = n < 1 ? 1 : n > LINK_CREW_MAX ? LINK_CREW_MAX : n;
    return (struct link_crew){.arg = (void *)(uintptr_t)n, .size = (int)n, .run = run, .seconds = seconds, .scattered = scattered};
}

/* ---- files -------------------------------------------------------------------------------- */

enum { LOOK = 1 << 20, LOOKS = 8 };

/* Whole when small; else mebibytes spread over it, each from a line's start. */
static bool is_utf8(struct span s) {
    if (s.size <= (size_t)LOOK * LOOKS)
        return utf8_valid(s);
    for (size_t i = 0; i < LOOKS; i++) {
        struct span part = {s.at + s.size / LOOKS * i, LOOK};
        const char *first = i ? memchr(part.at, '\n', part.size) : part.at;
        const char *last = first ? memrchr(first, '\n', (size_t)(span_end(part) - first)) : NULL;
        if (last && !utf8_valid((struct span){first, (size_t)(last - first)}))
            return false;
    }
    return true;
}

static enum status convert(struct crew_file *f, struct span from, const char *path, struct diag *d) {
    iconv_t to_utf8 = iconv_open("UTF-8", "GB18030");
    size_t room = from.size / 2 * 3 + 16, left = from.size, free_bytes = room;
    char *out = malloc(room), *at = out, *in = (char *)(uintptr_t)from.at;
    if (!out || to_utf8 == (iconv_t)-1) {
        free(out);
        return diag_fail(d, E_LIMIT, "base.memory");
    }
    bool ok = iconv(to_utf8, &in, &left, &at, &free_bytes) != (size_t)-1;
    iconv_close(to_utf8);
    if (!ok) {
        free(out);
        return diag_fail(d, E_INPUT, "link_command.encoding", DIAG_S("file", path));
    }
    f->own = out;
    f->text = (struct span){out, room - free_bytes};
    return OK;
}

enum status crew_file_open(struct crew_file *f, const char *path, struct diag *d) {
    *f = (struct crew_file){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat sb;
    if (fd < 0 || fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
        const char *reason = errno_name(fd < 0 ? errno : S_ISDIR(sb.st_mode) ? EISDIR : EINVAL);
        if (fd >= 0)
            close(fd);
        return diag_fail(d, E_INPUT, "cli.file", DIAG_S("file", path), DIAG_S("reason", reason));
    }
    size_t size = (size_t)sb.st_size;
    void *at = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    close(fd);
    if (at == MAP_FAILED)
        return diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(errno)));
    f->mapped = at;
    f->mapped_size = size;
    f->text = (struct span){at, size};
    return is_utf8(f->text) ? OK : convert(f, f->text, path, d);
}

void crew_file_close(struct crew_file *f) {
    if (f->mapped)
        munmap(f->mapped, f->mapped_size);
    free(f->own);
    *f = (struct crew_file){0};
}
