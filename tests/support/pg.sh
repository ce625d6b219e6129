#!/bin/sh
# A PostgreSQL server for tests: Debian's, in a temporary folder, on the
# loopback interface with a random port and password.
#
#   tests/support/pg.sh start [--for PID] [--durable]
#       prints FOLDER, PID and URL (postgresql://…/minzheng), one a line.  With --for it
#       stops itself when process PID is gone.  Without --durable it does
#       not wait for the disk, which a test of durability must not use.
#   tests/support/pg.sh stop FOLDER
#
# PostgreSQL refuses to run as root; then it runs as Debian's user postgres.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || {
	echo "pg.sh: no PostgreSQL server in /usr/lib/postgresql: ./run test installs it" >&2
	exit 1
}

as_postgres() {
	if [ "$(id -u)" -eq 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

start() {
	watched=
	durable=
	while [ $# -gt 0 ]; do
		case $1 in
		--for) watched=$2 && shift ;;
		--durable) durable=yes ;;
		*) usage ;;
		esac
		shift
	done
	folder=$(mktemp -d "${TMPDIR:-/tmp}/minzheng-pg.XXXXXX")
	# initdb reads the password as postgres; nobody else reads it
	password=$(od -An -N 16 -t x1 /dev/urandom | tr -d ' \n')
	printf '%s\n' "$password" >"$folder/password"
	chmod 600 "$folder/password"
	[ "$(id -u)" -ne 0 ] || chown -R postgres "$folder"
	as_postgres "$bin/initdb" -D "$folder/data" -U minzheng -E UTF8 \
		--locale=C.UTF-8 --no-sync -A scram-sha-256 \
		--pwfile="$folder/password" >"$folder.log" 2>&1 || give_up
	quick='-c fsync=off -c full_page_writes=off -c synchronous_commit=off'
	[ -z "$durable" ] || quick=
	for attempt in 1 2 3 4 5; do
		port=$((20000 + $(od -An -N 2 -t u2 /dev/urandom) % 20000))
		if as_postgres "$bin/pg_ctl" -D "$folder/data" -s -w -t 60 -l "$folder/server.log" \
			-o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder \
			-c max_connections=200 -c log_min_messages=warning $quick" \
			start >>"$folder.log" 2>&1; then
			url=postgresql://minzheng:$password@127.0.0.1:$port
			PGPASSWORD=$password "$bin/psql" -X -q -h 127.0.0.1 -p "$port" -U minzheng \
				-d postgres -c 'CREATE DATABASE minzheng' >>"$folder.log" 2>&1 || give_up
			pid=$(head -n 1 "$folder/data/postmaster.pid")
			rm -f "$folder.log"
			watch_over "$watched"
			printf '%s\n%s\n%s/minzheng\n' "$folder" "$pid" "$url"
			return 0
		fi
	done
	give_up
}

give_up() {
	echo "pg.sh: PostgreSQL did not start:" >&2
	tail -n 20 "$folder.log" "$folder/server.log" >&2 2>/dev/null || :
	rm -rf "$folder" "$folder.log"
	exit 1
}

# In a session of its own: the caller's process group may be ended as a whole.
watch_over() {
	[ -n "$1" ] || return 0
	setsid "$0" watch "$folder" "$1" </dev/null >/dev/null 2>&1 &
	while [ ! -f "$folder/watched" ]; do sleep 0.05; done
}

watch() {
	: >"$1/watched"
	while kill -0 "$2" 2>/dev/null && [ -d "$1" ]; do sleep 2; done
	stop "$1"
}

stop() {
	case $1 in
	*/minzheng-pg.*) ;;
	*) usage ;;
	esac
	[ -d "$1/data" ] || return 0
	as_postgres "$bin/pg_ctl" -D "$1/data" -s -m immediate -w stop >/dev/null 2>&1 || :
	rm -rf "$1"
}

usage() {
	sed -n '2,13s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

[ $# -ge 1 ] || usage
command=$1
shift
case $command in
start) start "$@" ;;
stop) if [ $# -eq 1 ]; then stop "$1"; else usage; fi ;;
watch) watch "$@" ;;
*) usage ;;
esac
