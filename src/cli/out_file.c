/* Files that commands write. */
#include "cli/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What people can do something about has words of its own. */
static enum status failed(const char *path, int error, struct diag *d) {
    static const struct { int error; const char *code; } known[] = {
        {EEXIST, "cli.file_exists"}, {ENOSPC, "cli.file_full"}, {EDQUOT, "cli.file_full"}, {EFBIG, "cli.file_full"},
        {EACCES, "cli.file_denied"}, {EPERM, "cli.file_denied"}, {EROFS, "cli.file_denied"},
        {ENOENT, "cli.file_no_folder"}, {ENOTDIR, "cli.file_no_folder"}, {EISDIR, "cli.file_folder"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].error == error)
            return diag_fail(d, E_SYSTEM, known[i].code, DIAG_S("file", path));
    return diag_fail(d, E_SYSTEM, "cli.file", DIAG_S("file", path), DIAG_S("reason", errno_name(error)));
}

/* Of a link, where it leads: the link stays one. */
static int beside_of(struct out_file *f) {
    char *real = realpath(f->path, NULL);
    if (asprintf(&f->beside, "%s.unfinished", real ? real : f->path) < 0)
        f->beside = NULL;
    free(real);
    return f->beside ? open(f->beside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, f->flags & OUT_PRIVATE ? 0600 : 0644) : -1;
}

enum status out_file_open(const char *path, int flags, struct out_file *ret, struct diag *d) {
    struct stat there;
    *ret = (struct out_file){.path = path, .flags = flags};
    if (strcmp(path, "-") == 0) {
        ret->file = stdout;
        return OK;
    }
    bool is = stat(path, &there) == 0;
    if (is && S_ISDIR(there.st_mode))
        return failed(path, EISDIR, d);
    if (is && S_ISREG(there.st_mode) && !(flags & OUT_OVER))
        return failed(path, EEXIST, d);
    errno = 0;
    int fd = is && !S_ISREG(there.st_mode) ? open(path, O_WRONLY | O_CLOEXEC) : beside_of(ret);
    if (fd >= 0 && (ret->file = fdopen(fd, "wb")))
        return OK;
    int error = errno ? errno : ENOMEM;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 && ret->beside)
        unlink(ret->beside);
    free(ret->beside);
    ret->beside = NULL;
    return failed(path, error, d);
}

enum status out_file_write(struct out_file *f, struct span text, struct diag *d) {
    return fwrite(text.at, 1, text.size, f->file) == text.size ? OK : failed(f->path, errno, d);
}

enum status out_file_again(struct out_file *f, struct diag *d) {
    if (!f->beside) /* what a pipe took is gone */
        return ftell(f->file) <= 0 ? OK : failed(f->path, errno ? errno : ESPIPE, d);
    if (fflush(f->file) != 0 || ftruncate(fileno(f->file), 0) != 0)
        return failed(f->path, errno, d);
    rewind(f->file);
    return OK;
}

/* Its name: never another file's, unless that was said. */
static bool named(const struct out_file *f, char *at) {
    if (f->flags & OUT_OVER)
        return rename(f->beside, at) == 0;
    if (renameat2(AT_FDCWD, f->beside, AT_FDCWD, at, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS) /* a file system that cannot promise it */
        return false;
    return link(f->beside, at) == 0 && unlink(f->beside) == 0;
}

enum status out_file_close(struct out_file *f, enum status s, struct diag *d) {
    if (!f->file)
        return s;
    int error = ferror(f->file) ? EIO : 0; /* a writing whose answer nobody looked at */
    if (fflush(f->file) != 0 || (f->beside && s == OK && fsync(fileno(f->file)) != 0))
        error = errno;
    if (f->file != stdout && fclose(f->file) != 0 && !error)
        error = errno;
    f->file = NULL;
    if (f->beside) {
        char *at = strndup(f->beside, strlen(f->beside) - strlen(".unfinished"));
        if (s == OK && !error && !(at && named(f, at)))
            error = at ? errno : ENOMEM;
        if (s != OK || error)
            unlink(f->beside);
        free(at);
        free(f->beside);
        f->beside = NULL;
    }
    return s == OK && error ? failed(f->path, error, d) : s;
}

enum status out_file_whole(const char *path, int flags, struct span text, struct diag *d) {
    struct out_file f;
    enum status s = out_file_open(path, flags, &f, d);
    return s == OK ? out_file_close(&f, out_file_write(&f, text, d), d) : s;
}
