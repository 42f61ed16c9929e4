package org.resock;

import java.util.function.BiConsumer;

/** What the events of a link do to it, and who is told. Used by the thread that polls. */
final class LinkEvents {
    private final LinkCore link;
    private Confirmations untold; // the last that the handler is to be told; it may have been

    LinkEvents(LinkCore link) {
        this.link = link;
    }

    void event(int kind, EventRecord record) {
        switch (kind) {
            case Constants.EVENT_OPEN: open(new Opened(record)); break;
            case Constants.EVENT_CONFIRMED: confirmed(record); break;
            case Constants.EVENT_FAILED: failed(record); break;
            case Constants.EVENT_DOWN:
                Disconnect down = new Disconnect(record);
                tell((to, of) -> to.onDown(of, down));
                break;
            case Constants.EVENT_WRITABLE:
                link.sender().tryAgain();
                tell(Link.Handler::onWritable);
                break;
            case Constants.EVENT_CREDENTIALS:
                CredentialsRequest request = new CredentialsRequest(link, record);
                tell((to, of) -> to.onCredentials(of, request));
                break;
            case Constants.EVENT_LOST:
                Lost lost = new Lost(record);
                tell((to, of) -> to.onLost(of, lost));
                break;
            case Constants.EVENT_CLOSED: closed(new Disconnect(record)); break;
            default: break; // of a later release
        }
    }

    private void open(Opened event) {
        tell((to, of) -> to.onOpen(of, event));
        if (!link.opened().isDone()) {
            link.futures().execute(() -> link.opened().complete(event));
        }
    }

    private void confirmed(EventRecord record) {
        Level level = Level.of(record.intAt(32));
        long through = record.id();
        link.sender().confirmed(level, through);
        if (untold != null && untold.add(level, through)) return;
        Confirmations made = new Confirmations(level, through);
        untold = queue(made::tell) ? made : null;
    }

    private void failed(EventRecord record) {
        Failure failure = new Failure(record.id(), record.longAt(32), Reason.of(record.intAt(40)));
        link.sender().failed(failure);
        tell((to, of) -> to.onFailed(of, failure));
    }

    private void closed(Disconnect record) {
        tell((to, of) -> to.onClosed(of, record));
        link.ended(record);
    }

    private void tell(BiConsumer<Link.Handler, Link> call) {
        untold = null; // what is confirmed from now on is told behind this
        queue((to, of) -> {
            if (to != null) call.accept(to, of);
        });
    }

    /**
     * Calls with the handler, null where there is none by then, and the link, which the application
     * still holds or which has something to do. False: nobody is to be told.
     */
    private boolean queue(BiConsumer<Link.Handler, Link> call) {
        // In this order: the handler is there before it is no longer awaited.
        if (!link.mayGetHandler() && link.handler() == null) return false;
        Link face = link.face();
        if (face == null) return false;
        link.serial().execute(() -> call.accept(link.handler(), face));
        return true;
    }
}
