package main

import (
	"encoding/binary"
	"io"
	"os"
	"sort"
	"sync"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

func cpuSeconds() float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano()).Seconds()
}

// sendAll writes numbered messages as long as there are slots; the reader gives slots back.
func sendAll(conn *websocket.Conn, o *options, total int, slots <-chan struct{}) {
	data := newMessage(o.size)
	for number := 0; number < total; number++ {
		if _, alive := <-slots; !alive {
			return
		}
		binary.LittleEndian.PutUint64(data, uint64(number))
		if conn.WriteMessage(websocket.BinaryMessage, data) != nil {
			return
		}
	}
}

func throughput(o *options) error {
	conn, err := connect(o)
	if err != nil {
		return err
	}
	defer conn.Close()
	total := o.warmUp + o.messages
	slots := make(chan struct{}, o.inFlight)
	for i := 0; i < o.inFlight; i++ {
		slots <- struct{}{}
	}
	// One that hangs is ended: what is missing then counts as lost.
	patience := time.Duration(o.patience) * time.Second
	watch := time.AfterFunc(patience, func() { conn.Close() })
	defer watch.Stop()
	check := newEchoes(o)
	began, cpuBegan := time.Now(), cpuSeconds()
	go sendAll(conn, o, total, slots)
	for received := 0; int(check.distinct) < total; received++ {
		if received == o.warmUp && o.warmUp > 0 {
			began, cpuBegan = time.Now(), cpuSeconds()
		}
		if check.read(conn) != nil {
			break
		}
		select {
		case slots <- struct{}{}:
		default: // it came twice
		}
		if received%1024 == 0 {
			watch.Reset(patience)
		}
	}
	return tell(map[string]any{
		"messages": o.messages, "seconds": time.Since(began).Seconds(),
		"cpu_seconds": cpuSeconds() - cpuBegan, "lost": total - int(check.distinct),
		"twice": check.twice, "out_of_order": check.outOfOrder, "wrong": check.wrong})
}

func pingPong(o *options) error {
	conn, err := connect(o)
	if err != nil {
		return err
	}
	defer conn.Close()
	total := o.warmUp + o.messages
	times := make([]float64, 0, total)
	data, check := newMessage(o.size), newEchoes(o)
	for number := 0; number < total; number++ {
		began := time.Now()
		binary.LittleEndian.PutUint64(data, uint64(number))
		if conn.WriteMessage(websocket.BinaryMessage, data) != nil || check.read(conn) != nil {
			break
		}
		times = append(times, float64(time.Since(began).Nanoseconds())/1000)
	}
	measured := times[min(o.warmUp, len(times)):]
	return tell(percentiles(measured, o.messages, total-int(check.distinct)))
}

func percentiles(times []float64, messages, lost int) map[string]any {
	found := map[string]any{"messages": messages, "lost": lost}
	if len(times) == 0 {
		return found
	}
	sort.Float64s(times)
	sum := 0.0
	for _, each := range times {
		sum += each
	}
	at := func(part float64) float64 { return times[int(part*float64(len(times)-1))] }
	found["p50_us"], found["p90_us"], found["p99_us"] = at(0.5), at(0.9), at(0.99)
	found["max_us"], found["mean_us"] = times[len(times)-1], sum/float64(len(times))
	return found
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func idle(o *options) error {
	dialer, err := makeDialer(o, 0)
	if err != nil {
		return err
	}
	var wait sync.WaitGroup
	results, turns := make(chan bool, o.links), make(chan struct{}, openings)
	for i := 0; i < o.links; i++ {
		wait.Add(1)
		turns <- struct{}{}
		go func() {
			defer wait.Done()
			conn, _, err := dialer.Dial(o.url, nil)
			<-turns
			results <- err == nil
			// gorilla wants each connection to be read, so that pings are answered.
			for err == nil {
				_, _, err = conn.NextReader()
			}
		}()
	}
	failed := 0
	for i := 0; i < o.links; i++ {
		if !<-results {
			failed++
		}
	}
	if err := tell(map[string]any{"links": o.links, "failed": failed}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// A line is a connection that is read until it ends.
type line struct {
	*websocket.Conn
	ended chan struct{}
}

// reconnect connects as long as it takes, at most idleTimeout.
func reconnect(o *options) (*line, error) {
	deadline := time.Now().Add(idleTimeout)
	for {
		conn, err := connect(o)
		if err == nil {
			opened := &line{conn, make(chan struct{})}
			go opened.drain()
			return opened, nil
		}
		if time.Now().After(deadline) {
			return nil, err
		}
		time.Sleep(time.Millisecond)
	}
}

func (l *line) drain() {
	defer close(l.ended)
	for {
		if _, _, err := l.NextReader(); err != nil {
			l.Close()
			return
		}
	}
}

func loss(o *options) error {
	conn, err := reconnect(o)
	if err != nil {
		return err
	}
	data, reconnects := newMessage(o.size), 0
	interval := time.Second / time.Duration(o.ratePerSec)
	due := time.Now()
	for number := 0; number < o.messages; number++ {
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		binary.LittleEndian.PutUint64(data, uint64(number))
		due = due.Add(interval)
		if conn.WriteMessage(websocket.BinaryMessage, data) == nil {
			continue
		}
		down := time.Now()
		if conn, err = reconnect(o); err != nil {
			return err
		}
		reconnects++
		due = due.Add(time.Since(down))
	}
	conn.finish()
	return tell(map[string]any{"sent": o.messages, "reconnects": reconnects})
}

// finish closes as RFC 6455 wants it: what was sent has arrived when the peer answers.
func (l *line) finish() {
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if l.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(time.Second)) != nil {
		return
	}
	select {
	case <-l.ended:
	case <-time.After(5 * time.Second):
	}
}
