// misuse: as ../../c/misuse.c, through purego; and what is collected while it is used.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strings"

	"resock/examples/dlopen/resock"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "misuse:", err)
		os.Exit(1)
	}
}

func tell(what string, err error) {
	if err == nil {
		fmt.Printf("%s: accepted\n", what)
		return
	}
	fmt.Printf("%s: %v\n", what, err)
}

func makeHub(library *resock.Library) *resock.Hub {
	hub, err := library.NewHub(nil)
	check(err)
	return hub
}

func open(hub *resock.Hub) *resock.Link {
	link, err := hub.Open("echo:", nil, 0)
	check(err)
	return link
}

func collectWhileUsed(hub *resock.Hub, link *resock.Link) {
	for i := 0; i < 100; i++ {
		message := bytes.Repeat([]byte{'x'}, 1000)
		_, err := link.SendAll([][]byte{message, message, message}, resock.Text)
		check(err)
		events, err := hub.Poll(resock.Forever)
		check(err)
		runtime.GC()
		for _, event := range events {
			if event.Kind == resock.Message && len(event.Data()) != len(message) {
				panic("lost")
			}
		}
	}
}

func main() {
	library, err := resock.Load("")
	check(err)
	kept, freed := makeHub(library), makeHub(library)
	opened, link, ofFreed := open(kept), open(kept), open(freed)
	collectWhileUsed(kept, opened)
	link.Free()
	freed.Free()
	_, err = link.Send([]byte("x"), resock.Text)
	tell("freed link", err)
	_, err = ofFreed.Send([]byte("x"), resock.Text)
	tell("link of a freed hub", err)
	_, err = freed.Poll(resock.Forever)
	tell("freed hub", err)
	_, err = freed.Open("echo:", nil, 0)
	tell("freed hub again", err)
	tell("reason too long", opened.Close(1000, strings.Repeat("x", 124)))
}
