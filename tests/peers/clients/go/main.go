// A client made with Go's gorilla/websocket: see ../README.md.
package main

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

const (
	unicode   = "aä€漢😀\U0010ffff"
	pipelined = 2000
	reason    = "enough 😀"
	// gorilla sends a message in frames of its write buffer's size.
	wholeMessages = 2 << 20
	smallPieces   = 16
)

var kinds = map[int]string{websocket.TextMessage: "text", websocket.BinaryMessage: "binary"}

type facts map[string]any

func tell(check string, what facts) {
	line := facts{"check": check}
	for name, value := range what {
		line[name] = value
	}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		os.Exit(1)
	}
}

func must(err error) {
	if err != nil {
		tell("error", facts{"what": err.Error()})
		os.Exit(1)
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func binary(size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte((31*i + size) % 256)
	}
	return data
}

type message struct {
	kind string
	data []byte
}

// A connection and what one goroutine has read from it; closed gets the end of it.
type connection struct {
	*websocket.Conn
	response *http.Response
	messages chan message
	pongs    chan string
	closed   chan error
}

func open(url, ca string, bufferBytes int) *connection {
	dialer := websocket.Dialer{
		Subprotocols:      []string{"other.v9", "chat.v1"},
		EnableCompression: true,
		WriteBufferSize:   bufferBytes,
	}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		must(err)
		dialer.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		dialer.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem)
	}
	conn, response, err := dialer.Dial(url, http.Header{"X-Peer": {"resock-test"}})
	must(err)
	c := &connection{conn, response, make(chan message, pipelined), make(chan string, 2),
		make(chan error, 1)}
	conn.SetPongHandler(func(payload string) error {
		c.pongs <- hex.EncodeToString([]byte(payload))
		return nil
	})
	go c.read()
	return c
}

func (c *connection) read() {
	for {
		kind, data, err := c.ReadMessage()
		if err != nil {
			c.closed <- err
			close(c.messages)
			close(c.pongs)
			return
		}
		c.messages <- message{kinds[kind], data}
	}
}

func (c *connection) receive() message {
	next, alive := <-c.messages
	if !alive {
		must(fmt.Errorf("ended too early: %w", <-c.closed))
	}
	return next
}

func (c *connection) nextPong() string {
	next, alive := <-c.pongs
	if !alive {
		must(fmt.Errorf("ended before the pong: %w", <-c.closed))
	}
	return next
}

func (c *connection) control(kind int, payload []byte) {
	must(c.WriteControl(kind, payload, time.Time{}))
}

func (c *connection) end() facts {
	err := <-c.closed
	var end *websocket.CloseError
	if !errors.As(err, &end) {
		must(err)
	}
	return facts{"code": end.Code, "reason": end.Text}
}

func described(m message) facts {
	return facts{"kind": m.kind, "bytes": len(m.data), "sha256": digest(m.data)}
}

func echo(c *connection) {
	for _, text := range []string{unicode, "", strings.Repeat("x", 125)} {
		must(c.WriteMessage(websocket.TextMessage, []byte(text)))
		tell("echo", described(c.receive()))
	}
	for _, size := range []int{0, 125, 126, 65535, 65536, 1048576} {
		must(c.WriteMessage(websocket.BinaryMessage, binary(size)))
		tell("echo", described(c.receive()))
	}
}

func fragments(c *connection, kind int, data []byte) {
	writer, err := c.NextWriter(kind)
	must(err)
	// More than the buffer holds, so that the first frame is under way before the ping.
	_, err = writer.Write(data[:smallPieces+1])
	must(err)
	c.control(websocket.PingMessage, []byte("mid"))
	_, err = writer.Write(data[smallPieces+1:])
	must(err)
	must(writer.Close())
	what := described(c.receive())
	what["pong"] = c.nextPong()
	tell("fragments", what)
}

func ping(c *connection, payload string) {
	c.control(websocket.PingMessage, []byte(payload))
	tell("ping", facts{"payload": c.nextPong()})
}

func pipeline(c *connection) {
	for number := 0; number < pipelined; number++ {
		text := fmt.Sprintf("message %d", number)
		must(c.WriteMessage(websocket.TextMessage, []byte(text)))
	}
	var answers []byte
	for number := 0; number < pipelined; number++ {
		answers = append(append(answers, c.receive().data...), '\n')
	}
	tell("pipelined", facts{"messages": pipelined, "sha256": digest(answers)})
}

func main() {
	url := os.Args[1]
	options := flag.NewFlagSet("client", flag.ExitOnError)
	ca := options.String("ca", "", "certificate authority in PEM")
	must(options.Parse(os.Args[2:]))

	c := open(url, *ca, wholeMessages)
	tell("open", facts{"subprotocol": c.Subprotocol(),
		"extensions": c.response.Header.Get("Sec-WebSocket-Extensions")})
	echo(c)
	pieces := open(url, *ca, smallPieces)
	fragments(pieces, websocket.TextMessage, []byte(strings.Repeat(unicode, 3)))
	fragments(pieces, websocket.BinaryMessage, binary(1000))
	pieces.control(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""))
	pieces.end()
	ping(c, "are you there")
	ping(c, strings.Repeat("p", 125))
	pipeline(c)
	c.control(websocket.CloseMessage, websocket.FormatCloseMessage(4000, reason))
	tell("close", c.end())
	second := open(url, *ca, wholeMessages)
	tell("waiting", nil)
	tell("server_close", second.end())
}
