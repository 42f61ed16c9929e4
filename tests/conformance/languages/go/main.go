// The driver of Go, over examples/dlopen/go: what ../README.md asks of a driver.
package main

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"resock/examples/dlopen/resock"
)

const lineBytes = 1 << 20

func word(words string) (string, string) {
	first, rest, _ := strings.Cut(words, " ")
	return first, rest
}

func number(digits string) uint64 {
	value, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		panic(err)
	}
	return value
}

// payload gives the bytes of a message and its flags.
func payload(words string) ([]byte, uint32) {
	kind, rest := word(words)
	flags := uint32(resock.Binary)
	if strings.HasPrefix(kind, "text") {
		flags = resock.Text
	}
	count := 1
	if strings.HasSuffix(kind, "-of") {
		digits, what := word(rest)
		count, rest = int(number(digits)), what
	}
	data := []byte(rest)
	if flags == resock.Binary {
		data, _ = hex.DecodeString(rest)
	}
	return []byte(strings.Repeat(string(data), count)), flags
}

var levels = map[string]uint32{"stored": resock.Stored, "written": resock.Written,
	"received": resock.Received, "processed": resock.Processed}

type driver struct {
	library *resock.Library
	options resock.Options
	link    *resock.Link
	told    *told
}

func (d *driver) takeOptions() resock.Options {
	given := d.options
	d.options = nil
	return given
}

func (d *driver) open() error {
	options := d.takeOptions()
	url := options["url"]
	delete(options, "url")
	hub, err := d.library.NewHub(nil)
	if err != nil {
		return err
	}
	d.told = &told{hub: hub}
	d.link, err = hub.Open(url, options, 0)
	return err
}

func (d *driver) send(words string) error {
	how, message := word(words)
	data, flags := payload(message)
	var ttl time.Duration
	for _, each := range strings.Split(how, ",") {
		name, value, _ := strings.Cut(each, "=")
		switch name {
		case "unkept":
			flags |= resock.Unkept
		case "flush":
			flags |= resock.Flush
		case "ttl":
			ttl = time.Duration(number(value)) * time.Millisecond
		}
	}
	id, err := d.link.SendFor(data, flags, ttl)
	if err == nil {
		fmt.Println("SENT", id)
	}
	return err
}

func (d *driver) rest() {
	for _, queue := range []*[]string{&d.told.events, &d.told.messages} {
		for line := d.told.next(queue); line != ""; line = d.told.next(queue) {
			fmt.Println(line)
		}
	}
}

func (d *driver) free() {
	if d.told != nil {
		d.link.Free()
		d.told.hub.Free()
	}
	d.told, d.options = nil, nil
}

func (d *driver) state() error {
	state, err := d.link.State()
	if err == nil {
		fmt.Println(begin("STATE").put("state", uint32(state)))
	}
	return err
}

func (d *driver) flush(level string) error {
	err := d.link.Flush(levels[level], resock.Forever)
	if err == nil {
		fmt.Println("FLUSHED", level)
	}
	return err
}

// control does what changes the link; false: it is none of that.
func (d *driver) control(command, words string) (bool, error) {
	first, rest := word(words)
	switch command {
	case "confirm":
		return true, d.link.Confirm(number(first), rest == "through")
	case "credentials":
		return true, d.link.Credentials(d.told.request, d.takeOptions())
	case "credentials-unasked":
		return true, d.link.Credentials(0, d.takeOptions())
	case "greeting":
		data, flags := payload(rest)
		return true, d.link.SetGreeting(first, data, flags)
	case "greeting-remove":
		return true, d.link.RemoveGreeting(words)
	case "ready":
		return true, d.link.Ready()
	case "retry-now":
		return true, d.link.RetryNow()
	case "set":
		return true, d.link.Set(first, rest)
	case "close":
		return true, d.link.Close(uint32(number(first)), rest)
	case "flush":
		return true, d.flush(words)
	}
	return false, nil
}

func (d *driver) obey(command, words string) error {
	if done, err := d.control(command, words); done {
		return err
	}
	first, rest := word(words)
	switch command {
	case "option":
		if d.options == nil {
			d.options = resock.Options{}
		}
		d.options[first] = rest
	case "open":
		return d.open()
	case "send":
		return d.send(words)
	case "event":
		fmt.Println(d.told.next(&d.told.events))
	case "message":
		fmt.Println(d.told.next(&d.told.messages))
	case "outcome":
		fmt.Println(d.told.outcome(number(first), levels[rest]))
	case "writable":
		d.told.waitUntilWritable()
		fmt.Println("WRITABLE")
	case "state":
		return d.state()
	case "rest":
		d.rest()
	case "free":
		d.free()
	default:
		panic("unknown command " + command)
	}
	return nil
}

func main() {
	library, err := resock.Load("")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	d := &driver{library: library}
	commands := bufio.NewScanner(os.Stdin)
	commands.Buffer(nil, lineBytes)
	for commands.Scan() {
		command, words := word(commands.Text())
		err := d.obey(command, words)
		var refused *resock.Error
		if errors.As(err, &refused) {
			fmt.Println("ERROR", refused.Status)
		} else if err != nil {
			panic(err)
		}
		fmt.Println(".")
	}
	d.free()
}
