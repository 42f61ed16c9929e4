package org.resock;

import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** The subscriber of {@link Link#onMessage}. */
final class EachMessage implements Flow.Subscriber<Message> {
    private final LinkCore link;
    private final Consumer<Message> consumer;

    EachMessage(LinkCore link, Consumer<Message> consumer) {
        this.link = link;
        this.consumer = Objects.requireNonNull(consumer);
    }

    @Override public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override public void onNext(Message message) {
        try {
            consumer.accept(message);
            if (link.isDoneByItself()) link.done(message);
        } catch (VirtualMachineError error) {
            throw error;
        } catch (Throwable thrown) {
            HubCore.LOGGER.log(Level.ERROR, "the consumer of " + link + " has thrown", thrown);
        }
    }

    @Override public void onError(Throwable why) {
        if (why instanceof IllegalStateException) {
            HubCore.LOGGER.log(Level.ERROR, "messages of " + link + " go nowhere", why);
        }
    }

    @Override public void onComplete() {}
}
