// The jobs of the link benchmark with Go's gorilla/websocket: see ../README.md.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// gorilla sends a message in frames of its write buffer's size.
	largestBuffer = 64 << 10
	headerBytes   = 14
	idleTimeout   = 60 * time.Second
	openings      = 64
)

type options struct {
	job, url, ca                                        string
	size, messages, inFlight, warmUp, links, ratePerSec int
	patience                                            int
}

func parse(words []string) (*options, error) {
	o := &options{}
	if len(words) == 0 {
		return nil, errors.New("no job: throughput, pingpong, idle or loss")
	}
	o.job = words[0]
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.url, "url", "", "ws or wss URL")
	flags.StringVar(&o.ca, "ca", "", "certificate authority in PEM")
	flags.IntVar(&o.size, "size", 64, "bytes of a message, at least 8")
	flags.IntVar(&o.messages, "messages", 1000, "messages that are measured")
	flags.IntVar(&o.inFlight, "in-flight", 1, "messages sent and not yet echoed")
	flags.IntVar(&o.warmUp, "warm-up", 0, "messages before the clock starts")
	flags.IntVar(&o.links, "links", 1, "idle links")
	flags.IntVar(&o.ratePerSec, "rate", 1000, "messages a second")
	flags.IntVar(&o.patience, "patience", 60, "seconds to wait for the next echo")
	if err := flags.Parse(words[1:]); err != nil {
		return nil, err
	}
	if o.url == "" || o.size < 8 || o.messages < 1 || o.inFlight < 1 || o.warmUp < 0 ||
		o.links < 0 || o.ratePerSec < 1 || o.patience < 1 {
		return nil, errors.New("--url is needed, --size is at least 8, other numbers at least 1")
	}
	return o, nil
}

func makeDialer(o *options, bufferBytes int) (*websocket.Dialer, error) {
	dialer := &websocket.Dialer{
		HandshakeTimeout: 10 * time.Second,
		ReadBufferSize:   bufferBytes,
		WriteBufferSize:  bufferBytes,
	}
	if o.ca == "" {
		return dialer, nil
	}
	pem, err := os.ReadFile(o.ca)
	if err != nil {
		return nil, err
	}
	dialer.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
	if !dialer.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", o.ca)
	}
	return dialer, nil
}

// 0 lets gorilla choose; a message that fits in the buffer is one frame and one write.
func bufferFor(size int) int {
	needed := size + headerBytes
	switch {
	case needed <= 4096:
		return 0
	case needed > largestBuffer:
		return largestBuffer
	}
	return needed
}

func connect(o *options) (*websocket.Conn, error) {
	dialer, err := makeDialer(o, bufferFor(o.size))
	if err != nil {
		return nil, err
	}
	conn, _, err := dialer.Dial(o.url, nil)
	return conn, err
}

func newMessage(size int) []byte {
	data := make([]byte, size)
	for i := 8; i < size; i++ {
		data[i] = 'x'
	}
	return data
}

// An echoes checks what comes back: its size, and its number in order.
type echoes struct {
	next, distinct, total             uint64
	twice, outOfOrder, wrong, expects int
	missing                           map[uint64]bool
	buffer                            []byte
}

func newEchoes(o *options) *echoes {
	return &echoes{total: uint64(o.warmUp + o.messages), expects: o.size,
		missing: map[uint64]bool{}, buffer: make([]byte, o.size+1)}
}

// read takes one message from the connection into the buffer, which is used again.
func (e *echoes) read(conn *websocket.Conn) error {
	_, reader, err := conn.NextReader()
	if err != nil {
		return err
	}
	length, err := io.ReadFull(reader, e.buffer)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return err
	}
	e.check(length)
	return nil
}

func (e *echoes) check(length int) {
	number := e.total
	if length == e.expects {
		number = binary.LittleEndian.Uint64(e.buffer)
	}
	switch {
	case number >= e.total:
		e.wrong++
	case number >= e.next:
		for ; e.next < number; e.next++ {
			e.missing[e.next] = true
		}
		e.next++
		e.distinct++
	case e.missing[number]:
		delete(e.missing, number)
		e.outOfOrder++
		e.distinct++
	default:
		e.twice++
	}
}

func tell(what any) error {
	return json.NewEncoder(os.Stdout).Encode(what)
}

func main() {
	o, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	jobs := map[string]func(*options) error{
		"throughput": throughput, "pingpong": pingPong, "idle": idle, "loss": loss}
	run, known := jobs[o.job]
	if !known {
		fmt.Fprintf(os.Stderr, "unknown job %q: throughput, pingpong, idle or loss\n", o.job)
		os.Exit(2)
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
