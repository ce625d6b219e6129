# The set-up, step by step; each step does nothing when it is already done.
# Sourced by run; POSIX sh.

NODE_MAJOR_MIN=18

as_root() {
	if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Names of tools/packages.txt whose phase is among the arguments.
package_names() {
	for phase; do
		awk -F '|' -v phase="$phase" '
			/^#/ { next }
			{ gsub(/ /, "", $1); gsub(/ /, "", $2) }
			$2 == phase { print $1 }' tools/packages.txt
	done
}

# Those of the arguments that dpkg does not call installed.
packages_missing() {
	installed=" $(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
		awk '$2 == "installed" { printf "%s ", $1 }')"
	for name; do
		case $installed in
		*" $name "*) ;;
		*) printf '%s ' "$name" ;;
		esac
	done
}

node_is_recent() {
	command -v node >/dev/null 2>&1 &&
		command -v npm >/dev/null 2>&1 &&
		[ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$NODE_MAJOR_MIN" ]
}

apt_install() {
	as_root apt-get update
	# A fresh machine has no terminal to ask on, and the answers are Debian's.
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "$@"
}

# setup_packages PHASE...
setup_packages() {
	command -v apt-get >/dev/null 2>&1 || {
		echo "Minzheng's set-up needs Debian (apt-get was not found)." >&2
		exit 1
	}
	# Word splitting is wanted: package names hold no blanks.
	missing=$(packages_missing $(package_names "$@"))
	node_is_recent || missing="$missing$(packages_missing nodejs npm)"
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null 2>&1 || {
			echo "These Debian packages are missing, and there is no sudo to install them with:" >&2
			echo "    $missing" >&2
			echo "As root: apt-get install --no-install-recommends $missing" >&2
			exit 1
		}
		echo "Debian packages to install: $missing"
		sudo -v # asks for the password here, where there is a terminal
	fi
	step packages apt_install $missing
	node_is_recent || {
		echo "Node $NODE_MAJOR_MIN or newer is needed, and Debian's packages did not bring it." >&2
		exit 1
	}
}

npm_install() {
	# Install scripts stay off (some send telemetry); esbuild's alone is run,
	# which checks its binary and puts it in place.
	npm ci --ignore-scripts
	if [ -f node_modules/esbuild/install.js ]; then
		(cd node_modules/esbuild && node install.js)
	fi
}

npm_key() {
	hash_files package.json package-lock.json bench/package.json web/package.json .npmrc
	node --version
}

setup_npm() {
	key=$(npm_key)
	# npm writes this list last: a folder emptied or half filled has none
	if [ -f node_modules/.package-lock.json ] && fresh npm "$key"; then return 0; fi
	step npm npm_install
	stamp npm "$key"
}

setup_web() {
	if [ ! -f web/package.json ]; then
		echo "web: there is no web/package.json, so the portals are not built"
		return 0
	fi
	# the API's types are made from the server's route table
	key=$(hash_tree web)-$(hash_files src/server/api.json)-$(npm_key)
	if [ -d web/dist ] && fresh web "$key"; then return 0; fi
	step web npm run build --workspace web
	stamp web "$key"
}

setup_data() {
	key=$(hash_files tools/extract-data.mjs package-lock.json)
	if [ -f build/data/divisions.csv ] && [ -f build/data/holidays.csv ] &&
		fresh data "$key"; then return 0; fi
	step data node tools/extract-data.mjs build/data
	stamp data "$key"
}

# compile NAME FOLDER CC MESON_OPTION...
#
# Configured once for a set of options; ninja itself sees later changes of
# meson.build.  A step is shown only when there is something to compile.
# `compile_targets`: what is wanted of it; empty: everything, tests and benchmarks too.
compile_targets=
compile() {
	compile_name=$1
	compile_dir=$2
	compile_cc=$3
	shift 3
	key=$compile_cc\ $*
	# the list of tests is written last: without it the folder is half configured
	if [ ! -f "$compile_dir/build.ninja" ] || [ ! -f "$compile_dir/meson-info/intro-tests.json" ] ||
		! fresh "$compile_name" "$key"; then
		# meson refuses a folder that it half configured, so that starts over
		rm -rf "$compile_dir/meson-private" "$compile_dir/meson-info" \
			"$compile_dir/build.ninja"
		step "$compile_name-configure" env CC="$compile_cc" \
			meson setup "$compile_dir" "$@"
		stamp "$compile_name" "$key"
	fi
	# shellcheck disable=SC2086 # a list
	if ninja -C "$compile_dir" -n $compile_targets 2>/dev/null | grep -q 'no work to do'; then
		return 0
	fi
	# shellcheck disable=SC2086
	step "$compile_name-compile" ninja -C "$compile_dir" $compile_targets
}

setup_release() {
	compile release build gcc --buildtype=release
}

setup_clang() {
	compile clang build-clang clang --buildtype=debugoptimized
}

setup_sanitizers() {
	# clang's sanitizer run-time is not in its shared libraries: no b_lundef
	compile asan build-asan clang --buildtype=debugoptimized \
		-Db_sanitize=address,undefined -Db_lundef=false
}
