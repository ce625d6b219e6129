/* A SQLite VFS that can lose power.
 *
 * Below it is the machine's own VFS.  Every write and truncation since a file's
 * last sync is remembered with what it replaced.  When the power fails, each
 * 512-byte sector of each of them is kept or reverted by chance, as a disk with
 * a volatile cache may do, files keep or lose the length they have grown to,
 * and the process ends.  A sync does not touch the disk: it only forgets what
 * could be reverted, which is what a sync promises.
 *
 * Not simulated: a file's name vanishing with an unsynced folder, and sectors
 * that become unreadable.
 *
 * One process loses power once: use it in a child. */
#ifndef SUPPORT_CRASHVFS_H
#define SUPPORT_CRASHVFS_H

#include <stdbool.h>
#include <stdint.h>

#define CRASHVFS_NAME "crash"
enum {
    CRASHVFS_POWER_LOSS = 42, /* the exit status */
    CRASHVFS_SECTOR = 512,
    CRASHVFS_ONE_FILE_BYTES_MAX = 1 << 30
};

enum crash_kind {
    CRASH_POWER, /* sectors kept or reverted, exit status 42 */
    CRASH_KILL,  /* SIGKILL: the system's cache survives */
    CRASH_FAULTS /* until the end one operation in 25 fails: I/O error, disk full; exit status 42 */
};

/* Registers the VFS (not as the default).  Before the first connection. */
void crashvfs_register(void);
/* From here on the `operations`-th write, sync or truncation is the last. */
void crashvfs_arm(enum crash_kind kind, uint64_t seed, uint64_t operations);
/* How many operations there were so far. */
uint64_t crashvfs_operations(void);

#endif
