# The sub-commands of ./run.  Sourced by run; POSIX sh.

LISTEN=${MINZHENG_LISTEN:-127.0.0.1:8080}

run_help() {
	cat <<'TEXT'
Minzheng (民政)

  ./run                        set up, build, make a demonstration district if
                               there is no data yet, serve on 127.0.0.1:8080
  ./run test [NAME]            set up and run every test, or those whose name
                               contains NAME (unit, clang, asan, portal, cli, web,
                               cli/readme, test_base_date …)
  ./run build                  set up and build; the command is build/minzheng
  ./run bench [NAME]           run the benchmarks of bench/
  ./run fuzz [NAME] [SECONDS]  run the fuzzers of tests/fuzz/, 60 seconds each
  ./run help                   this text

Environment:
  MINZHENG_LISTEN   address and port, 127.0.0.1:8080
  MINZHENG_DB       a store of your own (file or postgresql://…) in place of the
                    demonstration's
  MINZHENG_DEMO     the folder of the demonstration's store and keys, data
  MINZHENG_PEOPLE   how many people the demonstration has, 100000
  MINZHENG_NOW      the clock, for tests and demonstrations
Logs of the steps are in build/logs/.
TEXT
}

no_arguments() {
	[ "$1" -eq 0 ] || {
		run_help >&2
		exit 2
	}
}

setup_build() {
	setup_packages build
	setup_npm
	setup_web
	setup_data
	setup_release
}

run_build() {
	no_arguments $#
	compile_targets=minzheng
	setup_build
	[ -x build/minzheng ] || {
		echo "The build made no build/minzheng." >&2
		exit 1
	}
	echo "Built: build/minzheng"
}

# The store of the demonstration.  A run that was stopped half-way leaves
# "started" without "done", and is made anew; a store that this script did not
# start is never touched.
snapshot=
setup_demo() {
	if [ -n "${MINZHENG_DB-}" ]; then
		echo "store: $MINZHENG_DB (MINZHENG_DB); no demonstration is made there"
		return 0
	fi
	demo=${MINZHENG_DEMO:-$ROOT/data}
	MINZHENG_DB=$demo/minzheng.db
	export MINZHENG_DB
	mkdir -p "$demo"
	if [ -f "$demo/demo-started" ] && [ ! -f "$demo/demo-done" ]; then
		rm -f "$MINZHENG_DB" "$MINZHENG_DB-wal" "$MINZHENG_DB-shm"
	fi
	if [ ! -f "$MINZHENG_DB" ]; then
		rm -rf "$demo/demo-done" "$demo/snapshot"
		: >"$demo/demo-started"
		step demo build/minzheng demo ${MINZHENG_PEOPLE:+--people "$MINZHENG_PEOPLE"}
		setup_snapshot
		step screening build/minzheng screen --snapshot "$demo/snapshot" --scheme dibao --keep --as policy
		step duplicates build/minzheng duplicates run --as district
		step quality build/minzheng quality run --as district
		cp "$LOGS/demo.log" "$demo/demo-done"
	elif [ -f "$demo/demo-done" ]; then
		step migrate build/minzheng init # a store of an older build
		setup_snapshot
	fi
}

# The demonstration's registers as columns: what the studio prices reforms over.  One that this build
# cannot read is made anew.
setup_snapshot() {
	snapshot=$demo/snapshot
	if [ -d "$snapshot" ]; then
		build/minzheng snapshot show "$snapshot" >/dev/null 2>&1 && return 0
		rm -rf "$snapshot"
	fi
	step snapshot build/minzheng snapshot build "$snapshot"
}

print_welcome() {
	echo
	if [ -f "${demo-}/demo-done" ]; then grep -v ' %$' "$demo/demo-done" || :; fi # its progress was shown already
	cat <<TEXT

What to look at, once the line "ready" appears below:
  http://$LISTEN/          the resident's portal: apply for 低保, follow the case
  http://$LISTEN/desk/     the desk of community, subdistrict and district staff
  http://$LISTEN/board/    the board: cases, on-time rate, money, map
  http://$LISTEN/studio/   the studio: policies as tables, drafts, reforms and their price
  build/minzheng help                  the command line
Store: $MINZHENG_DB
Ctrl-C stops the server; ./run starts it again in seconds.

TEXT
}

run_portals() {
	no_arguments $#
	run_build
	setup_demo
	print_welcome
	step_stop_monitor
	trap - INT TERM EXIT
	exec build/minzheng serve --listen "$LISTEN" ${snapshot:+--snapshot "$snapshot"}
}

run_test() {
	[ $# -le 1 ] || no_arguments $#
	STEP_LAST_WORDS='0 passed, 1 failed'
	setup_packages build test
	setup_npm
	setup_web
	setup_data
	setup_release
	case ${1-all} in
	unit | unit/* | portal | portal/* | cli | cli/* | web | web/*) ;;
	clang | clang/*) setup_clang ;;
	asan | asan/*) setup_sanitizers ;;
	*)
		setup_clang
		setup_sanitizers
		;;
	esac
	trap - INT TERM EXIT
	exec node tests/run.mjs "$@"
}

run_bench() {
	[ $# -le 1 ] || no_arguments $#
	setup_build
	bench_found=
	for file in bench/bench_*.mjs build/bench/bench_*; do
		if [ ! -f "$file" ]; then continue; fi
		case $file in
		*"${1-}"*) ;;
		*) continue ;;
		esac
		bench_found=yes
		if [ "$file" = bench/bench_duckdb.mjs ] && [ ! -d bench/duckdb/node_modules ]; then
			npm ci --prefix bench/duckdb --workspaces=false >/dev/null || echo 'DuckDB could not be fetched: left out.'
		fi
		printf '\n== %s\n' "$(basename "$file" .mjs)"
		case $file in
		*.mjs) node "$file" ;;
		*) if [ -x "$file" ]; then "$file"; fi ;;
		esac
	done
	[ -n "$bench_found" ] || {
		echo "No benchmark is called ${1:-anything}: see bench/." >&2
		exit 2
	}
}

run_fuzz() {
	[ $# -le 2 ] || no_arguments $#
	fuzz_seconds=${2:-60}
	case $fuzz_seconds in
	*[!0-9]* | '')
		echo "SECONDS is a whole number, not $fuzz_seconds." >&2
		exit 2
		;;
	esac
	setup_packages build test
	compile fuzz build-fuzz clang --buildtype=debugoptimized \
		-Db_sanitize=address,undefined -Db_lundef=false \
		-Dc_args=-fsanitize=fuzzer-no-link
	fuzz_found=
	for file in build-fuzz/tests/fuzz/fuzz_*; do
		if [ ! -f "$file" ] || [ ! -x "$file" ]; then continue; fi
		name=$(basename "$file")
		case $name in
		*"${1-}"*) ;;
		*) continue ;;
		esac
		fuzz_found=yes
		# New inputs stay in build-fuzz; one that crashes belongs into
		# tests/fuzz/corpus/NAME, where every test run replays it.
		mkdir -p "build-fuzz/corpus/$name" "tests/fuzz/corpus/$name"
		printf '\n== %s, %s seconds\n' "$name" "$fuzz_seconds"
		"$file" -max_total_time="$fuzz_seconds" -timeout=10 -print_final_stats=1 \
			-artifact_prefix="build-fuzz/$name-" \
			"build-fuzz/corpus/$name" "tests/fuzz/corpus/$name"
	done
	[ -n "$fuzz_found" ] || {
		echo "No fuzzer is called ${1:-anything}: see tests/fuzz/." >&2
		exit 2
	}
}
