package resock

import (
	"errors"
	"math"
	"sync"
	"time"
	"unsafe"
)

// Forever is a time-out without end.
const Forever time.Duration = -1

// Flags of messages, sent and received; Unkept and Flush are of sent ones.
const (
	Binary = 0
	Text   = 1
	Unkept = 2
	Flush  = 4
)

// Options by name: {"queue.messages": "100"}.
type Options map[string]string

const (
	scopeHub  = 1
	scopeLink = 2
)

// withOptions makes a set of options for the time of one call.
func (l *Library) withOptions(scope uint32, values Options, use func(options uintptr) int32) error {
	var options uintptr
	if err := l.call(func() int32 { return l.optionsCreate(scope, &options) }); err != nil {
		return err
	}
	defer l.optionsFree(options)
	for name, value := range values {
		if err := l.call(func() int32 { return l.optionsSet(options, name, value, nil) }); err != nil {
			return err
		}
	}
	return l.call(func() int32 { return use(options) })
}

// Hub has I/O threads and what they have to tell.
type Hub struct {
	library *Library
	handle  uintptr
	buffer  []uint64 // of 8 bytes each: aligned as records need it
	events  []Event
}

// NewHub makes one; options may be nil.
func (l *Library) NewHub(options Options) (*Hub, error) {
	h := &Hub{library: l, buffer: make([]uint64, 8192)}
	err := l.withOptions(scopeHub, options, func(options uintptr) int32 {
		return l.hubCreate(options, &h.handle, nil)
	})
	return h, err
}

// Poll waits for events and takes them; none came within the time-out where it returns none. They
// are valid until the next Poll.
func (h *Hub) Poll(timeout time.Duration) ([]Event, error) {
	bytes, err := h.poll(milliseconds(timeout))
	if err != nil {
		return nil, err
	}
	h.events = appendEvents(h.events[:0], unsafe.Slice((*byte)(unsafe.Pointer(&h.buffer[0])), bytes))
	return h.events, nil
}

func (h *Hub) poll(timeoutMs uint32) (int, error) {
	for {
		var bytes uintptr
		err := h.library.call(func() int32 {
			return h.library.hubPollPacked(h.handle, timeoutMs, uintptr(len(h.buffer)*8),
				unsafe.Pointer(&h.buffer[0]), &bytes)
		})
		if status(err) != tooSmall {
			return int(bytes), err
		}
		h.buffer = make([]uint64, (bytes+7)/8) // as the next record needs; nothing was lost
	}
}

// Free ends the hub and aborts its links.
func (h *Hub) Free() { h.library.hubFree(h.handle) }

func milliseconds(timeout time.Duration) uint32 {
	if timeout < 0 {
		return math.MaxUint32
	}
	return uint32(min64(int64((timeout+time.Millisecond-1)/time.Millisecond), math.MaxUint32-1))
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func status(err error) int32 {
	var refused *Error
	if errors.As(err, &refused) {
		return refused.Status
	}
	return 0
}

// Link is one connection that outlives its sockets.
type Link struct {
	library *Library
	handle  uintptr
	lock    sync.Mutex
	records []byte // of SendAll, guarded by lock
}

// Open makes a link, which starts to connect at once; user stands in all of its events. options may
// be nil.
func (h *Hub) Open(url string, options Options, user uint64) (*Link, error) {
	l := &Link{library: h.library}
	all := Options{"url": url}
	for name, value := range options {
		all[name] = value
	}
	err := l.library.withOptions(scopeLink, all, func(options uintptr) int32 {
		return l.library.linkOpen(h.handle, options, user, &l.handle, nil)
	})
	return l, err
}

// Send gives the id of the message; it waits for nothing. flags: Text or Binary ...
func (l *Link) Send(data []byte, flags uint32) (id uint64, err error) {
	return l.SendFor(data, flags, 0)
}

// SendFor sends a message that fails as expired where no byte of it was sent within ttl.
func (l *Link) SendFor(data []byte, flags uint32, ttl time.Duration) (id uint64, err error) {
	err = l.library.call(func() int32 {
		return l.library.linkSend(l.handle, first(data), uintptr(len(data)), flags, milliseconds(ttl), &id)
	})
	return id, err
}

// SendAll sends with one call and says how many were accepted: not all where the queue is full.
func (l *Link) SendAll(messages [][]byte, flags uint32) (int, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.records = packMessages(l.records, messages, flags)
	var count uintptr
	err := l.library.call(func() int32 {
		return l.library.linkSendPacked(l.handle, first(l.records), uintptr(len(l.records)), 0, nil, &count)
	})
	if status(err) == queueFull {
		err = nil
	}
	return int(count), err
}

// Close closes once everything is confirmed; Closed is the last event.
func (l *Link) Close(code uint32, reason string) error {
	return l.library.call(func() int32 {
		return l.library.linkClose(l.handle, code, reason, uintptr(len(reason)))
	})
}

// Free frees the link, and aborts it where it was not closed.
func (l *Link) Free() { l.library.linkFree(l.handle) }

func first(data []byte) unsafe.Pointer {
	if len(data) == 0 {
		return nil
	}
	return unsafe.Pointer(&data[0])
}
