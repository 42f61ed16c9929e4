package org.resock;

import java.util.function.BiConsumer;

/** What the events of a link do to it, and who is told. Used by the thread that polls. */
final class LinkEvents {
    private final LinkCore link;

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
        tell((to, of) -> to.onConfirmed(of, level, through));
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

    /**
     * Calls the handler, with a link that the application still holds or that has something to do.
     */
    private void tell(BiConsumer<Link.Handler, Link> call) {
        if (link.handler() == null && !link.mayGetHandler()) return;
        Link face = link.face();
        if (face == null) return;
        link.serial().execute(() -> {
            Link.Handler to = link.handler();
            if (to != null) call.accept(to, face);
        });
    }
}
