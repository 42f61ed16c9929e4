package main

import (
	"fmt"

	"resock/examples/dlopen/resock"
)

type failure struct {
	first, last uint64
	reason      uint32
}

// told is what a link has told, sorted into what the commands ask for. Events are kept as lines,
// since they last only until the next poll.
type told struct {
	hub              *resock.Hub
	events, messages []string
	through          [5]uint64
	failures         []failure
	request          uint64
	writable, closed bool
}

// pull waits for more; false: CLOSED has come.
func (t *told) pull() bool {
	if t.closed {
		return false
	}
	events, err := t.hub.Poll(resock.Forever)
	if err != nil {
		panic(err)
	}
	for _, event := range events {
		t.sort(event)
	}
	return true
}

func (t *told) sort(event resock.Event) {
	switch event.Kind {
	case resock.Message:
		t.messages = append(t.messages, eventLine(event))
	case resock.Confirmed:
		t.through[event.Level()] = event.ID()
	case resock.Failed:
		t.failures = append(t.failures, failure{event.ID(), event.LastID(), event.Reason()})
	case resock.Writable:
		t.writable = true
	case resock.Open, resock.Down, resock.Credentials, resock.Lost, resock.Closed:
		if event.Kind == resock.Credentials {
			t.request = event.ID()
		}
		t.closed = t.closed || event.Kind == resock.Closed
		t.events = append(t.events, eventLine(event))
	}
}

// next takes the first of events or messages; "": there is none any more.
func (t *told) next(queue *[]string) string {
	for len(*queue) == 0 {
		if !t.pull() {
			return ""
		}
	}
	first := (*queue)[0]
	*queue = (*queue)[1:]
	return first
}

func (t *told) waitUntilWritable() {
	for !t.writable {
		if !t.pull() {
			panic("CLOSED before WRITABLE")
		}
	}
	t.writable = false
}

func (t *told) outcome(id uint64, level uint32) string {
	for {
		for _, each := range t.failures {
			if each.first <= id && id <= each.last {
				return begin(fmt.Sprintf("OUTCOME %d failed", id)).put("reason", each.reason).String()
			}
		}
		for _, through := range t.through[level:] {
			if through >= id {
				return begin(fmt.Sprintf("OUTCOME %d", id)).put("level", level).String()
			}
		}
		if !t.pull() {
			panic("CLOSED, and nothing was told of the message")
		}
	}
}
