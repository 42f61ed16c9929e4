package resock

import "time"

// State is where a link stands: resock_state.
type State uint32

// Levels of messages, resock_level.
const (
	Stored    = 1
	Written   = 2
	Received  = 3
	Processed = 4
)

// Confirm says that the peer has message id, or with through all up to it (confirm=app).
func (l *Link) Confirm(id uint64, through bool) error {
	var all int32
	if through {
		all = 1
	}
	return l.library.call(func() int32 { return l.library.linkConfirm(l.handle, id, all) })
}

// Flush waits until everything sent so far has reached that level or has failed.
func (l *Link) Flush(level uint32, timeout time.Duration) error {
	return l.library.call(func() int32 {
		return l.library.linkFlush(l.handle, level, milliseconds(timeout))
	})
}

// Set changes an option of the open link.
func (l *Link) Set(name, value string) error {
	return l.library.call(func() int32 { return l.library.linkSet(l.handle, name, value, nil) })
}

// RetryNow ends the wait for the next attempt, or revives a stopped link.
func (l *Link) RetryNow() error {
	return l.library.call(func() int32 { return l.library.linkRetryNow(l.handle) })
}

// Ready says that the greeting was answered (greeting.hold).
func (l *Link) Ready() error {
	return l.library.call(func() int32 { return l.library.linkReady(l.handle) })
}

// State is where it stands.
func (l *Link) State() (State, error) {
	var state uint32
	err := l.library.call(func() int32 { return l.library.linkState(l.handle, &state) })
	return State(state), err
}

// SetGreeting sets a message that is sent first on every connection; the same key replaces it.
func (l *Link) SetGreeting(key string, data []byte, flags uint32) error {
	name := []byte(key)
	return l.library.call(func() int32 {
		return l.library.linkGreetingSet(l.handle, first(name), uintptr(len(name)), first(data),
			uintptr(len(data)), flags)
	})
}

// RemoveGreeting removes one.
func (l *Link) RemoveGreeting(key string) error {
	name := []byte(key)
	return l.library.call(func() int32 {
		return l.library.linkGreetingRemove(l.handle, first(name), uintptr(len(name)))
	})
}

// Credentials answers a Credentials event by its ID, or gives them unasked with 0: "url",
// "http.header", "session.token". nil: there are none.
func (l *Link) Credentials(request uint64, options Options) error {
	give := func(options uintptr) int32 {
		return l.library.linkCredentials(l.handle, request, options)
	}
	if options == nil {
		return l.library.call(func() int32 { return give(0) })
	}
	return l.library.withOptions(scopeLink, options, give)
}
