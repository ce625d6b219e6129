# Steps that show progress, write a log, and name themselves when they fail.
# Sourced by run; POSIX sh.
#
#   step NAME COMMAND...   runs COMMAND (a program or a shell function) with
#                          its output in build/logs/NAME.log
#   fresh NAME KEY         true when NAME was last stamped with KEY
#   stamp NAME KEY         remembers KEY for NAME

LOGS=$ROOT/build/logs
STAMPS=$ROOT/build/.stamps
mkdir -p "$LOGS" "$STAMPS"

step_monitor=
step_name=

# The command runs in the foreground, so that Ctrl-C reaches it; a monitor
# beside it prints how long it has taken and the last line of the log.
step() {
	step_name=$1
	shift
	step_log=$LOGS/$step_name.log
	step_start=$(date +%s)
	: >"$step_log"
	if [ -t 1 ]; then
		step_watch_terminal &
	else
		printf '%s ...\n' "$step_name"
		step_watch_plain &
	fi
	step_monitor=$!
	step_status=0
	# Not `"$@" || …`: set -e must hold inside a shell function that is a step.
	set +e
	(
		set -e
		"$@"
	) >"$step_log" 2>&1 </dev/null
	step_status=$?
	set -e
	step_stop_monitor
	step_seconds=$(($(date +%s) - step_start))
	if [ "$step_status" -ne 0 ]; then
		step_failed
		return 1
	fi
	[ ! -t 1 ] || printf '\r\033[K'
	printf '%s: done (%d s)\n' "$step_name" "$step_seconds"
	step_name=
}

step_watch_terminal() {
	trap - EXIT
	step_dots=
	while sleep 1 >/dev/null 2>&1; do
		step_dots=$step_dots.
		[ ${#step_dots} -le 3 ] || step_dots=.
		step_line=$(tail -n 1 "$step_log" | tr -d '\000-\037' | cut -c 1-48)
		printf '\r\033[K%s%-3s %3d s  %s' "$step_name" "$step_dots" \
			$(($(date +%s) - step_start)) "$step_line"
	done
}

step_watch_plain() {
	trap - EXIT
	while sleep 1 >/dev/null 2>&1; do
		step_seconds=$(($(date +%s) - step_start))
		[ $((step_seconds % 30)) -eq 29 ] || continue
		printf '%s: %d s, %s\n' "$step_name" "$step_seconds" \
			"$(tail -n 1 "$step_log" | tr -d '\000-\037' | cut -c 1-100)"
	done
}

step_stop_monitor() {
	[ -n "$step_monitor" ] || return 0
	kill "$step_monitor" 2>/dev/null || :
	# A signal that comes before the new shell has let go of our traps is lost: the monitor would go on for ever.
	kill -KILL "$step_monitor" 2>/dev/null || :
	wait "$step_monitor" 2>/dev/null || :
	step_monitor=
}

step_failed() {
	[ ! -t 1 ] || printf '\r\033[K'
	{
		printf '%s: FAILED (status %d, %d s); the end of its log:\n\n' \
			"$step_name" "$step_status" "$step_seconds"
		tail -n 20 "$step_log" | sed 's/^/    /'
		printf '\nThe step that failed: %s\nIts whole log: %s\n' \
			"$step_name" "$step_log"
	} >&2
	[ -z "$STEP_LAST_WORDS" ] || printf '%s\n' "$STEP_LAST_WORDS"
}

step_interrupted() {
	step_stop_monitor
	printf '\nStopped%s.\n' "${step_name:+ during $step_name}" >&2
	exit 130
}
# run_test sets this: its last line counts a failed set-up as a failed test.
STEP_LAST_WORDS=

trap step_interrupted INT TERM
trap step_stop_monitor EXIT

fresh() {
	[ -f "$STAMPS/$1" ] && [ "$(cat "$STAMPS/$1")" = "$2" ]
}

stamp() {
	printf '%s\n' "$2" >"$STAMPS/$1"
}

# One hash over the contents and the names of files; an absent file counts.
hash_files() {
	for file; do
		if [ -f "$file" ]; then sha256sum "$file"; else echo "absent $file"; fi
	done | sha256sum | cut -d ' ' -f 1
}

# The same over all files below folders but what is made from them.
hash_tree() {
	find "$@" -name node_modules -prune -o -name dist -prune -o \
		-type f ! -name '*.tsbuildinfo' ! -name '*.gen.ts' -print |
		LC_ALL=C sort | tr '\n' '\0' | xargs -0 sha256sum |
		sha256sum | cut -d ' ' -f 1
}
