package resock

import (
	"math"
	"time"
)

// Unknown is a number that is not known or does not apply.
const Unknown = math.MaxUint64

// Record says why a connection ended or an attempt failed, and what follows. Layer, Culprit, Cause
// and Verdict are the enumerations of resock.h; close code, status and errno are 0 for none.
type Record struct {
	Layer, Culprit, Cause, Verdict uint32
	CloseCode, HTTPStatus          uint32
	Errno                          int32
	ClosedByUs, LimitsReached      bool
	Attempt                        uint64
	Up                             time.Duration
	DelayMs, RTTUs, SilenceMs      uint64 // or Unknown
	MessageID                      uint64 // or Unknown
	CloseReason, Detail, Host, Why string
}

// Record is that of a Down or Closed.
func (e Event) Record() Record {
	texts := e.texts(120, 136, 4)
	return Record{
		Layer: e.u32(88), Culprit: e.u32(92), Cause: e.u32(96), Verdict: e.u32(100),
		CloseCode: e.u32(104), HTTPStatus: e.u32(108), Errno: int32(e.u32(112)),
		ClosedByUs: e.u32(116)&1 != 0, LimitsReached: e.u32(116)&2 != 0,
		Attempt: e.u64(32), Up: time.Duration(e.u64(48)) * time.Millisecond,
		DelayMs: e.u64(56), RTTUs: e.u64(64), SilenceMs: e.u64(72), MessageID: e.u64(80),
		CloseReason: texts[0], Detail: texts[1], Host: texts[2], Why: texts[3],
	}
}

// Opening is what an Open tells.
type Opening struct {
	Attempt                   uint64
	Downtime                  time.Duration
	Address, TLS, Subprotocol string
}

// Opening is that of an Open.
func (e Event) Opening() Opening {
	texts := e.texts(56, 72, 3)
	return Opening{
		Attempt: e.u64(32), Downtime: time.Duration(e.u64(40)) * time.Millisecond,
		Address: texts[0], TLS: texts[1], Subprotocol: texts[2],
	}
}

// Refusal is what a Credentials is asked for: attempts in a row, HTTP status and close code or 0.
func (e Event) Refusal() (attempt uint64, httpStatus, closeCode uint32) {
	return e.u64(32), e.u32(40), e.u32(44)
}

// LostReason is that of a Lost: resock_lost_reason.
func (e Event) LostReason() uint32 { return e.u32(40) }

func (e Event) u32(at int) uint32 { return little.Uint32(e.record[at:]) }
func (e Event) u64(at int) uint64 { return little.Uint64(e.record[at:]) }

// texts are `count` strings one behind the other, whose lengths stand at `lengths`.
func (e Event) texts(lengths, begin, count int) []string {
	made := make([]string, count)
	for i := range made {
		end := begin + int(e.u32(lengths+4*i))
		made[i] = string(e.record[begin:end])
		begin = end
	}
	return made
}
