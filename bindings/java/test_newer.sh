#!/bin/sh
# test_newer.sh MAVEN BUILD: what depends on the virtual machine, on the one of RESOCK_TEST_JVM, which
# `./dev test` installs; the system's may be too old for virtual threads.
set -eu
[ -n "${RESOCK_TEST_JVM:-}" ] || {
    echo 'skipped: RESOCK_TEST_JVM names no newer java: ./dev test does'
    exit 77
}
"$RESOCK_TEST_JVM" -version
exec "$1" -B -ntp -f "$(dirname "$0")/pom.xml" "-Dresock.build=$2" "-Djvm=$RESOCK_TEST_JVM" \
    '-Dtest=VirtualThreadsTest,ExitTest,GarbageTest,ExamplesTest' test
