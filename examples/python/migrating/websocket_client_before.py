"""With `websocket-client`: callbacks, and connecting again after two seconds."""

import sys

import websocket


def on_open(app: websocket.WebSocketApp) -> None:
    app.send("subscribe prices")


def on_message(app: websocket.WebSocketApp, message: str) -> None:
    print(message)
    if message == "closing price":
        app.close()


def main(url: str) -> None:
    app = websocket.WebSocketApp(
        url, header={"X-Name": "example"}, on_open=on_open, on_message=on_message
    )
    app.run_forever(reconnect=2, ping_interval=10, ping_timeout=5)


main(sys.argv[1])
