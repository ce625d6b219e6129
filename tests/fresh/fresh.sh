#!/bin/sh
# Runs ./run on a Debian 12 where nothing is installed: the newcomer's first
# command.  As root, by hand, with network; not part of ./run test.
#
#   tests/fresh/fresh.sh FOLDER [ARGUMENTS OF ./run]     default: build
#
# FOLDER is made with debootstrap (from MIRROR, default Debian's) unless it is
# there; the committed state of this checkout is copied into it.  NAME=VALUE
# lines of FOLDER.env, if there is such a file, are set inside: for a proxy.
set -eu

[ $# -ge 1 ] || {
	sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
source=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
shift
[ $# -gt 0 ] || set -- build

if [ ! -f "$folder/etc/debian_version" ]; then
	debootstrap --variant=minbase bookworm "$folder" ${MIRROR:+"$MIRROR"}
fi
mkdir -p "$folder/srv/minzheng"
git -C "$source" archive HEAD | tar -x -C "$folder/srv/minzheng"
cp /etc/resolv.conf "$folder/etc/resolv.conf"

mounted=
leave() {
	for place in $mounted; do umount -l "$folder/$place"; done
	mounted=
}
trap leave EXIT
trap 'exit 130' INT TERM
mount -t proc proc "$folder/proc" && mounted="proc"
mount --bind /dev "$folder/dev" && mounted="dev $mounted"
mkdir -p "$folder/dev/shm"

settings=
[ ! -f "$folder.env" ] || settings=$(cat "$folder.env")
# Word splitting is wanted: one setting a line, without blanks.
chroot "$folder" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	HOME=/root TERM="${TERM-dumb}" $settings \
	/bin/sh -c 'cd /srv/minzheng && exec ./run "$@"' run "$@"
