package resock

import "encoding/binary"

// Kind of an event. There may be others than these.
type Kind uint16

// The kinds that a client's link has.
const (
	Open        Kind = 1
	Message     Kind = 2
	Confirmed   Kind = 3
	Failed      Kind = 4
	Down        Kind = 5
	Writable    Kind = 6
	Credentials Kind = 7
	Lost        Kind = 10
	Closed      Kind = 11
	Log         Kind = 12
)

// Event is something that happened: a packed record, as the end of resock.h describes it.
type Event struct {
	Kind   Kind
	record []byte
}

var little = binary.LittleEndian

// Flags of a Message: Text ...; of a Down: 1, a connection ended; of an Open: 1, a session went on;
// of a Lost: 1, a new session goes on.
func (e Event) Flags() uint16 { return little.Uint16(e.record[6:]) }

// LinkID is the number of the link in its hub.
func (e Event) LinkID() uint64 { return little.Uint64(e.record[8:]) }

// User is what was given to Open.
func (e Event) User() uint64 { return little.Uint64(e.record[16:]) }

// ID is the last message of a Confirmed, the first of a Failed, the number of a Message of a session,
// the request of a Credentials, the connection of an Open, Down or Closed.
func (e Event) ID() uint64 { return little.Uint64(e.record[24:]) }

// Level is how far the messages of a Confirmed have come: resock_level.
func (e Event) Level() uint32 { return little.Uint32(e.record[32:]) }

// LastID is the last message of a Failed.
func (e Event) LastID() uint64 { return little.Uint64(e.record[32:]) }

// Reason is that of a Failed: resock_reason.
func (e Event) Reason() uint32 { return little.Uint32(e.record[40:]) }

// Data is a Message; or why there is a Down or Closed; or what a Log or Lost says; else nothing.
func (e Event) Data() []byte {
	var begin, length uint32
	switch e.Kind {
	case Message:
		begin, length = 40, little.Uint32(e.record[36:])
	case Down, Closed: // behind close_reason, detail and host
		begin = 136 + little.Uint32(e.record[120:]) + little.Uint32(e.record[124:]) + little.Uint32(e.record[128:])
		length = little.Uint32(e.record[132:])
	case Lost, Log:
		begin, length = 48, little.Uint32(e.record[44:])
	}
	return e.record[begin : begin+length : begin+length]
}

func appendEvents(events []Event, records []byte) []Event {
	for len(records) > 0 {
		size := little.Uint32(records)
		record := records[:size]
		events = append(events, Event{Kind(little.Uint16(record[4:])), record})
		records = records[size:]
	}
	return events
}

func recordSize(message []byte) int { return (16 + len(message) + 7) / 8 * 8 }

// packMessages writes into records, or into a larger slice, and returns what was written.
func packMessages(records []byte, messages [][]byte, flags uint32) []byte {
	all := 0
	for _, message := range messages {
		all += recordSize(message)
	}
	if all > cap(records) {
		records = make([]byte, all)
	}
	records = records[:all]
	rest := records
	for _, message := range messages {
		size := recordSize(message)
		little.PutUint32(rest[0:], uint32(size))
		little.PutUint32(rest[4:], flags)
		little.PutUint32(rest[8:], 0)
		little.PutUint32(rest[12:], uint32(len(message)))
		copy(rest[16:], message)
		rest = rest[size:]
	}
	return records
}
