// Package resock loads libresock while the program runs, by purego: neither cgo nor a C compiler.
// It has the calls of a client's link, and the packed ones, which handle many messages with one
// call. Any goroutine may use a Link; one at a time polls a Hub.
package resock

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

const abiVersion = 1

const (
	queueFull = -6
	tooSmall  = -8
)

// Error is what the library refused: its status, and its sentence. Status 0: the library could not
// be loaded.
type Error struct {
	Status int32
	Text   string
}

func (e *Error) Error() string { return e.Text }

// Library is libresock with the functions that are used; handles are keys in the dress of pointers.
type Library struct {
	abiVersion     func() uint32
	lastError      func() string
	optionsCreate  func(scope uint32, options *uintptr) int32
	optionsSet     func(options uintptr, name, value string, err *uintptr) int32
	optionsFree    func(options uintptr)
	hubCreate      func(options uintptr, hub *uintptr, err *uintptr) int32
	hubPollPacked  func(hub uintptr, timeoutMs uint32, capacity uintptr, buffer unsafe.Pointer, bytes *uintptr) int32
	hubFree        func(hub uintptr)
	linkOpen       func(hub, options uintptr, user uint64, link *uintptr, err *uintptr) int32
	linkSend       func(link uintptr, data unsafe.Pointer, size uintptr, flags, ttlMs uint32, id *uint64) int32
	linkSendPacked func(link uintptr, data unsafe.Pointer, size, capacity uintptr, ids unsafe.Pointer, count *uintptr) int32
	linkClose      func(link uintptr, code uint32, reason string, size uintptr) int32
	linkFree       func(link uintptr)

	linkConfirm        func(link uintptr, id uint64, through int32) int32
	linkFlush          func(link uintptr, level, timeoutMs uint32) int32
	linkSet            func(link uintptr, name, value string, err *uintptr) int32
	linkRetryNow       func(link uintptr) int32
	linkReady          func(link uintptr) int32
	linkState          func(link uintptr, state *uint32) int32
	linkGreetingSet    func(link uintptr, key unsafe.Pointer, keySize uintptr, data unsafe.Pointer, size uintptr, flags uint32) int32
	linkGreetingRemove func(link uintptr, key unsafe.Pointer, keySize uintptr) int32
	linkCredentials    func(link uintptr, request uint64, options uintptr) int32
}

type function struct {
	name string
	goes any // a pointer to a function
}

func (l *Library) functions() []function {
	return []function{
		{"resock_last_error", &l.lastError},
		{"resock_options_create", &l.optionsCreate},
		{"resock_options_set", &l.optionsSet},
		{"resock_options_free", &l.optionsFree},
		{"resock_hub_create", &l.hubCreate},
		{"resock_hub_poll_packed", &l.hubPollPacked},
		{"resock_hub_free", &l.hubFree},
		{"resock_link_open", &l.linkOpen},
		{"resock_link_send", &l.linkSend},
		{"resock_link_send_packed", &l.linkSendPacked},
		{"resock_link_close", &l.linkClose},
		{"resock_link_free", &l.linkFree},
		{"resock_link_confirm", &l.linkConfirm},
		{"resock_link_flush", &l.linkFlush},
		{"resock_link_set", &l.linkSet},
		{"resock_link_retry_now", &l.linkRetryNow},
		{"resock_link_ready", &l.linkReady},
		{"resock_link_state", &l.linkState},
		{"resock_link_greeting_set", &l.linkGreetingSet},
		{"resock_link_greeting_remove", &l.linkGreetingRemove},
		{"resock_link_credentials", &l.linkCredentials},
	}
}

// Load loads the library at path; where that is empty the one that $RESOCK_LIBRARY names, else
// libresock.so.0.
func Load(path string) (*Library, error) {
	if path == "" {
		path = os.Getenv("RESOCK_LIBRARY")
	}
	if path == "" {
		path = "libresock.so.0"
	}
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, refused("cannot load resock: %v; install libresock0, or let RESOCK_LIBRARY name "+
			"the file libresock.so.0", err)
	}
	l := &Library{}
	if err := find(handle, path, function{"resock_abi_version", &l.abiVersion}); err != nil {
		return nil, err
	}
	if abi := l.abiVersion(); abi != abiVersion {
		return nil, refused("%s has ABI %d of resock and this program needs ABI %d: install the "+
			"resock that it was written for", path, abi, abiVersion)
	}
	for _, each := range l.functions() {
		if err := find(handle, path, each); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func find(handle uintptr, path string, wanted function) error {
	found, err := purego.Dlsym(handle, wanted.name)
	if err != nil {
		return refused("%s is not resock of ABI %d: it has no %s", path, abiVersion, wanted.name)
	}
	purego.RegisterFunc(wanted.goes, found)
	return nil
}

func refused(format string, values ...any) error {
	return &Error{Text: fmt.Sprintf(format, values...)}
}

// call makes an error of a status. The text is that of the thread, so the goroutine stays on it.
func (l *Library) call(function func() int32) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if status := function(); status != 0 {
		return &Error{status, l.lastError()}
	}
	return nil
}
