// throughput URL MESSAGES [NAME=VALUE...]: as ../c/throughput.c, through purego.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"resock/examples/dlopen/resock"
)

const (
	size     = 64
	inFlight = 1000
)

type result struct {
	Messages   uint64  `json:"messages"`
	Seconds    float64 `json:"seconds"`
	MessagesPS float64 `json:"messages_per_s"`
	Wrong      uint64  `json:"wrong"`
}

// flow is where the run stands: messages are numbered, and all that is wanted is the next one.
type flow struct {
	warmUp, total, accepted, arrived, wrong uint64
	begun                                   time.Time
	messages                                [][]byte
}

func newFlow(count uint64) *flow {
	f := &flow{warmUp: count / 4, total: count/4 + count, begun: time.Now()}
	for i := 0; i < inFlight; i++ {
		f.messages = append(f.messages, make([]byte, size))
	}
	return f
}

func (f *flow) send(link *resock.Link) error {
	batch := f.messages[:0]
	for next := f.accepted; next < f.total && next-f.arrived < inFlight; next++ {
		batch = f.messages[:len(batch)+1]
		binary.LittleEndian.PutUint64(batch[len(batch)-1], next)
	}
	if len(batch) == 0 {
		return nil
	}
	count, err := link.SendAll(batch, resock.Binary)
	f.accepted += uint64(count)
	return err
}

func (f *flow) take(event resock.Event) error {
	if event.Kind == resock.Closed {
		return fmt.Errorf("%s", event.Data())
	}
	if event.Kind != resock.Message {
		return nil
	}
	echo := event.Data()
	if len(echo) != size || binary.LittleEndian.Uint64(echo) != f.arrived {
		f.wrong++
	}
	f.arrived++
	if f.arrived == f.warmUp {
		f.begun = time.Now()
	}
	return nil
}

func measure(hub *resock.Hub, link *resock.Link, count uint64) (result, error) {
	f := newFlow(count)
	for f.arrived < f.total {
		if err := f.send(link); err != nil {
			return result{}, err
		}
		events, err := hub.Poll(resock.Forever)
		if err != nil {
			return result{}, err
		}
		for _, event := range events {
			if err := f.take(event); err != nil {
				return result{}, err
			}
		}
	}
	seconds := time.Since(f.begun).Seconds()
	return result{count, seconds, float64(count) / seconds, f.wrong}, nil
}

func run(url string, count uint64, options resock.Options) error {
	library, err := resock.Load("")
	if err != nil {
		return err
	}
	hub, err := library.NewHub(nil)
	if err != nil {
		return err
	}
	defer hub.Free()
	link, err := hub.Open(url, options, 0)
	if err != nil {
		return err
	}
	defer link.Free()
	found, err := measure(hub, link, count)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: throughput URL MESSAGES [NAME=VALUE...]")
	os.Exit(2)
}

func main() {
	if len(os.Args) < 3 {
		usage()
	}
	count, err := strconv.ParseUint(os.Args[2], 10, 62)
	if err != nil || count == 0 {
		usage()
	}
	options := resock.Options{}
	for _, each := range os.Args[3:] {
		words := strings.SplitN(each, "=", 2)
		if len(words) != 2 {
			usage()
		}
		options[words[0]] = words[1]
	}
	if err := run(os.Args[1], count, options); err != nil {
		fmt.Fprintln(os.Stderr, "throughput:", err)
		os.Exit(1)
	}
}
