#include "crashvfs.h"

#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAULT_ONE_IN = 25 };

/* What one write or truncation replaced. */
struct undo {
    struct undo *next; /* older */
    int64_t at;
    int64_t size;      /* of what was written or cut off */
    int64_t old_size;  /* of `old`: less than `size` when it wrote behind the end */
    bool truncation;
    char old[];
};

/* A file on disk, shared by the connections that have it open. */
struct disk_file {
    struct disk_file *next;
    char *path;
    int64_t durable_length; /* at its last sync */
    struct undo *newest;
};

struct crash_file {
    sqlite3_file base;
    struct disk_file *disk; /* NULL: a temporary file, of which nothing is expected */
    sqlite3_file *real;     /* behind this struct */
};

/* One lock for all: operations of several connections are one sequence. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct disk_file *disk_files;
static sqlite3_vfs *real_vfs;
static sqlite3_vfs crash_vfs;

static bool armed;
static enum crash_kind kind;
static uint64_t random_state, operations, last_operation;

/* ---- losing power ----------------------------------------------------------------- */

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t next_random(void) {
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool coin(void) {
    return next_random() & 1;
}

static void put(int fd, const char *at, int64_t size, int64_t offset) {
    while (size > 0) {
        ssize_t n = pwrite(fd, at, (size_t)size, offset);
        if (n <= 0)
            abort();
        at += n;
        offset += n;
        size -= n;
    }
}

/* Sectors behind the former end hold nothing: they read as zeros. */
static void revert_sectors(int fd, const struct undo *u) {
    static const char zeros[CRASHVFS_SECTOR];
    int64_t end = u->at + u->size;
    for (int64_t at = u->at; at < end;) {
        int64_t sector_end = (at / CRASHVFS_SECTOR + 1) * CRASHVFS_SECTOR;
        int64_t size = (sector_end < end ? sector_end : end) - at;
        if (coin()) {
            int64_t have = u->old_size - (at - u->at);
            have = have < 0 ? 0 : have < size ? have : size;
            put(fd, u->old + (at - u->at), have, at);
            put(fd, zeros, size - have, at + have);
        }
        at += size;
    }
}

static void revert_file(struct disk_file *f) {
    if (!f->newest)
        return;
    int fd = open(f->path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return; /* deleted since: nothing to damage */
    struct stat st;
    if (fstat(fd, &st) != 0)
        abort();
    int64_t length = st.st_size;
    for (const struct undo *u = f->newest; u; u = u->next) {
        if (!u->truncation)
            revert_sectors(fd, u);
        else if (coin())
            put(fd, u->old, u->old_size, u->at); /* the cut never reached the disk */
    }
    /* The length is in the inode, written at its own time. */
    if (length > f->durable_length && coin())
        length = f->durable_length;
    else if (fstat(fd, &st) == 0 && st.st_size > length && coin())
        length = st.st_size;
    if (ftruncate(fd, length) != 0)
        abort();
    close(fd);
}

/* Called with the lock held, for good: no other thread writes any more. */
static void end_now(void) {
    if (kind == CRASH_KILL) {
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    for (struct disk_file *f = disk_files; f && kind == CRASH_POWER; f = f->next)
        revert_file(f);
    _exit(CRASHVFS_POWER_LOSS);
}

static void count_operation(void) {
    operations++;
    if (armed && operations >= last_operation)
        end_now();
}

/* Shall this operation fail?  Counts it then: the end comes all the same. */
static bool fault(void) {
    if (!armed || kind != CRASH_FAULTS || next_random() % FAULT_ONE_IN != 0)
        return false;
    count_operation();
    return true;
}

/* ---- remembering --------------------------------------------------------------------- */

static int64_t length_of(struct crash_file *f) {
    sqlite3_int64 n = 0;
    return f->real->pMethods->xFileSize(f->real, &n) == SQLITE_OK ? n : 0;
}

static void remember(struct crash_file *f, int64_t at, int64_t size, bool truncation) {
    assert(size < CRASHVFS_ONE_FILE_BYTES_MAX);
    int64_t have = length_of(f) - at;
    have = have < 0 ? 0 : have < size ? have : size;
    struct undo *u = calloc(1, sizeof *u + (size_t)have);
    if (!u)
        abort();
    u->at = at;
    u->size = size;
    u->old_size = have;
    u->truncation = truncation;
    if (have > 0 && f->real->pMethods->xRead(f->real, u->old, (int)have, at) != SQLITE_OK)
        abort();
    u->next = f->disk->newest;
    f->disk->newest = u;
}

static void forget(struct disk_file *f) {
    for (struct undo *u = f->newest, *next; u; u = next) {
        next = u->next;
        free(u);
    }
    f->newest = NULL;
}

static struct disk_file *disk_file_of(const char *path) {
    for (struct disk_file *f = disk_files; f; f = f->next)
        if (strcmp(f->path, path) == 0)
            return f;
    struct disk_file *f = calloc(1, sizeof *f);
    struct stat st;
    if (!f || !(f->path = strdup(path)))
        abort();
    f->durable_length = stat(path, &st) == 0 ? st.st_size : 0;
    f->next = disk_files;
    disk_files = f;
    return f;
}

/* ---- file methods ----------------------------------------------------------------------- */

static struct crash_file *own(sqlite3_file *f) {
    return (struct crash_file *)f;
}
static sqlite3_file *real(sqlite3_file *f) {
    return own(f)->real;
}

static int x_close(sqlite3_file *f) {
    return real(f)->pMethods->xClose(real(f));
}

static int x_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
    return real(f)->pMethods->xRead(real(f), to, n, at);
}

static int x_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    if (!own(f)->disk)
        return real(f)->pMethods->xWrite(real(f), from, n, at);
    pthread_mutex_lock(&lock);
    int rc = fault() ? coin() ? SQLITE_FULL : SQLITE_IOERR_WRITE : SQLITE_OK;
    if (rc == SQLITE_OK) {
        remember(own(f), at, n, false);
        rc = real(f)->pMethods->xWrite(real(f), from, n, at);
        count_operation(); /* after the write: its sectors are at stake too */
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 size) {
    if (!own(f)->disk)
        return real(f)->pMethods->xTruncate(real(f), size);
    pthread_mutex_lock(&lock);
    int64_t length = length_of(own(f));
    int rc = fault() ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
    if (rc == SQLITE_OK) {
        if (length > size)
            remember(own(f), size, length - size, true);
        rc = real(f)->pMethods->xTruncate(real(f), size);
        count_operation();
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

static int x_sync(sqlite3_file *f, int flags) {
    (void)flags;
    if (!own(f)->disk)
        return SQLITE_OK;
    pthread_mutex_lock(&lock);
    int rc = fault() ? SQLITE_IOERR_FSYNC : SQLITE_OK;
    if (rc == SQLITE_OK) {
        count_operation(); /* before: the power may fail while the disk is still writing */
        forget(own(f)->disk);
        own(f)->disk->durable_length = length_of(own(f));
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

static int x_file_size(sqlite3_file *f, sqlite3_int64 *ret) {
    return real(f)->pMethods->xFileSize(real(f), ret);
}
static int x_lock(sqlite3_file *f, int level) {
    return real(f)->pMethods->xLock(real(f), level);
}
static int x_unlock(sqlite3_file *f, int level) {
    return real(f)->pMethods->xUnlock(real(f), level);
}
static int x_check_reserved(sqlite3_file *f, int *ret) {
    return real(f)->pMethods->xCheckReservedLock(real(f), ret);
}
/* SIZE_HINT would grow the file behind our back. */
static int x_control(sqlite3_file *f, int op, void *arg) {
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}
static int x_sector_size(sqlite3_file *f) {
    (void)f;
    return CRASHVFS_SECTOR;
}
/* No promises: sectors are written in any order, one by one. */
static int x_characteristics(sqlite3_file *f) {
    (void)f;
    return 0;
}
static int x_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret) {
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, ret);
}
static int x_shm_lock(sqlite3_file *f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
static void x_shm_barrier(sqlite3_file *f) {
    real(f)->pMethods->xShmBarrier(real(f));
}
static int x_shm_unmap(sqlite3_file *f, int delete_it) {
    return real(f)->pMethods->xShmUnmap(real(f), delete_it);
}

/* Version 2: shared memory, but no mapping of the file itself. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = x_close,
    .xRead = x_read,
    .xWrite = x_write,
    .xTruncate = x_truncate,
    .xSync = x_sync,
    .xFileSize = x_file_size,
    .xLock = x_lock,
    .xUnlock = x_unlock,
    .xCheckReservedLock = x_check_reserved,
    .xFileControl = x_control,
    .xSectorSize = x_sector_size,
    .xDeviceCharacteristics = x_characteristics,
    .xShmMap = x_shm_map,
    .xShmLock = x_shm_lock,
    .xShmBarrier = x_shm_barrier,
    .xShmUnmap = x_shm_unmap,
};

/* ---- the VFS --------------------------------------------------------------------------------- */

static int x_open(sqlite3_vfs *v, const char *name, sqlite3_file *file, int flags, int *ret_flags) {
    (void)v;
    struct crash_file *f = own(file);
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    int rc = real_vfs->xOpen(real_vfs, name, f->real, flags, ret_flags);
    if (rc != SQLITE_OK)
        return rc;
    if (name) {
        pthread_mutex_lock(&lock);
        f->disk = disk_file_of(name);
        pthread_mutex_unlock(&lock);
    }
    f->base.pMethods = &methods;
    return SQLITE_OK;
}

/* A deleted file takes what was to be reverted with it. */
static int x_delete(sqlite3_vfs *v, const char *name, int sync_folder) {
    (void)v;
    pthread_mutex_lock(&lock);
    struct disk_file *f = disk_file_of(name);
    forget(f);
    f->durable_length = 0;
    int rc = real_vfs->xDelete(real_vfs, name, sync_folder);
    pthread_mutex_unlock(&lock);
    return rc;
}

void crashvfs_register(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    assert(real_vfs);
    crash_vfs = *real_vfs;
    crash_vfs.pNext = NULL;
    crash_vfs.zName = CRASHVFS_NAME;
    crash_vfs.szOsFile = (int)sizeof(struct crash_file) + real_vfs->szOsFile;
    crash_vfs.xOpen = x_open;
    crash_vfs.xDelete = x_delete;
    int rc = sqlite3_vfs_register(&crash_vfs, 0);
    assert(rc == SQLITE_OK);
    (void)rc;
}

void crashvfs_arm(enum crash_kind how, uint64_t seed, uint64_t count) {
    assert(count > 0);
    pthread_mutex_lock(&lock);
    kind = how;
    random_state = seed;
    last_operation = operations + count;
    armed = true;
    pthread_mutex_unlock(&lock);
}

uint64_t crashvfs_operations(void) {
    pthread_mutex_lock(&lock);
    uint64_t n = operations;
    pthread_mutex_unlock(&lock);
    return n;
}
