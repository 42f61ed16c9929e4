// Sends "hello" and prints what comes back, with a libresock that is loaded at run time:
//
//	CGO_ENABLED=0 go build -o first . && ./first [URL [LIBRARY]]
//
// URL: "echo:" if not given. LIBRARY: $RESOCK_LIBRARY, else libresock.so.0.
package main

import (
	"fmt"
	"os"

	"resock/examples/dlopen/resock"
)

func run(url, path string) error {
	library, err := resock.Load(path)
	if err != nil {
		return err
	}
	hub, err := library.NewHub(nil)
	if err != nil {
		return err
	}
	defer hub.Free()
	link, err := hub.Open(url, nil, 0)
	if err != nil {
		return err
	}
	defer link.Free()
	// Kept until it is confirmed, sent again after a break.
	if _, err := link.Send([]byte("hello"), resock.Text); err != nil {
		return err
	}
	for closed := false; !closed; {
		events, err := hub.Poll(resock.Forever)
		if err != nil {
			return err
		}
		for _, event := range events {
			if err := handle(link, event); err != nil {
				return err
			}
			closed = closed || event.Kind == resock.Closed
		}
	}
	return nil
}

func handle(link *resock.Link, event resock.Event) error {
	switch event.Kind {
	case resock.Message:
		fmt.Printf("arrived: %s\n", event.Data())
		return link.Close(1000, "") // waits until everything is confirmed
	case resock.Down, resock.Log: // connects again by itself
		fmt.Fprintf(os.Stderr, "%s\n", event.Data())
	}
	return nil
}

func main() {
	arguments := append(os.Args[1:], "", "")
	url := arguments[0]
	if url == "" {
		url = "echo:"
	}
	if err := run(url, arguments[1]); err != nil {
		fmt.Fprintln(os.Stderr, "first:", err)
		os.Exit(1)
	}
}
