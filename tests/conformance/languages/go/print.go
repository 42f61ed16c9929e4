package main

import (
	"fmt"
	"hash/fnv"
	"strings"

	"resock/examples/dlopen/resock"
)

const mostShown = 32

// line is one of the canonical form.
type line struct{ strings.Builder }

func begin(words string) *line {
	l := &line{}
	l.WriteString(words)
	return l
}

func (l *line) put(name string, value any) *line {
	fmt.Fprintf(l, " %s=%v", name, value)
	return l
}

var escaped = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (l *line) text(name, value string) *line {
	return l.put(name, `"`+escaped.Replace(value)+`"`)
}

// code is a number that stands for none where it is 0.
func (l *line) code(name string, value uint64) *line {
	if value == 0 {
		return l.put(name, "-")
	}
	return l.put(name, value)
}

func (l *line) known(name string, value uint64) *line {
	if value == resock.Unknown {
		return l.put(name, "-")
	}
	return l.put(name, value)
}

func (l *line) record(event resock.Event) *line {
	r := event.Record()
	l.put("layer", r.Layer).put("caused_by", r.Culprit).code("cause", uint64(r.Cause))
	l.code("close_code", uint64(r.CloseCode)).text("close_reason", r.CloseReason)
	l.put("closed_by_us", r.ClosedByUs).code("http_status", uint64(r.HTTPStatus))
	l.code("errno", uint64(r.Errno)).text("detail", r.Detail).text("host", r.Host)
	l.put("up_ms", r.Up.Milliseconds()).known("rtt_us", r.RTTUs).known("silent_ms", r.SilenceMs)
	l.put("verdict", r.Verdict).known("delay_ms", r.DelayMs).put("attempt", r.Attempt)
	l.put("connection", event.ID()).put("limits_reached", r.LimitsReached)
	return l.known("message_id", r.MessageID).text("why", r.Why)
}

func messageLine(event resock.Event) string {
	data, isText := event.Data(), event.Flags()&resock.Text != 0
	kind, shown := "binary", fmt.Sprintf("%x", data)
	if isText {
		kind, shown = "text", string(data)
	}
	l := begin("MESSAGE " + kind)
	if len(data) > mostShown {
		hash := fnv.New32a()
		hash.Write(data)
		l.put("bytes", len(data)).put("fnv1a", fmt.Sprintf("%08x", hash.Sum32()))
	} else {
		l.WriteString(` "` + shown + `"`)
	}
	return l.code("number", event.ID()).String()
}

func eventLine(event resock.Event) string {
	flag := event.Flags()&1 != 0
	switch event.Kind {
	case resock.Message:
		return messageLine(event)
	case resock.Open:
		o := event.Opening()
		l := begin("OPEN").text("address", o.Address).text("tls", o.TLS)
		l.text("subprotocol", o.Subprotocol).put("connection", event.ID()).put("attempt", o.Attempt)
		return l.put("downtime_ms", o.Downtime.Milliseconds()).put("resumed", flag).String()
	case resock.Down:
		return begin("DOWN").put("was_open", flag).record(event).String()
	case resock.Closed:
		return begin("CLOSED").record(event).String()
	case resock.Credentials:
		attempt, status, code := event.Refusal()
		l := begin("CREDENTIALS").put("attempt", attempt).code("http_status", uint64(status))
		return l.code("close_code", uint64(code)).String()
	case resock.Lost:
		l := begin("LOST").put("reason", event.LostReason()).put("begun_anew", flag)
		return l.text("text", string(event.Data())).String()
	}
	panic("an event that no queue has")
}
