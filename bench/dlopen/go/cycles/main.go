// cycles N: as ../../c/cycles.c, through purego.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"resock/examples/dlopen/resock"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "cycles:", err)
		os.Exit(1)
	}
}

func follow(hub *resock.Hub, link *resock.Link) {
	for {
		events, err := hub.Poll(resock.Forever)
		check(err)
		for _, event := range events {
			switch event.Kind {
			case resock.Message:
				check(link.Close(1000, ""))
			case resock.Closed:
				return
			}
		}
	}
}

func cycle(library *resock.Library) {
	hub, err := library.NewHub(nil)
	check(err)
	link, err := hub.Open("echo:", nil, 0)
	check(err)
	_, err = link.Send([]byte("hello"), resock.Text)
	check(err)
	follow(hub, link)
	link.Free()
	hub.Free()
}

func main() {
	count, err := strconv.Atoi(os.Args[1])
	check(err)
	library, err := resock.Load("")
	check(err)
	input := bufio.NewReader(os.Stdin)
	for round := 0; round < 2; round++ {
		for i := 0; i < count; i++ {
			cycle(library)
		}
		fmt.Println("ready")
		_, err = input.ReadString('\n')
		check(err)
	}
}
