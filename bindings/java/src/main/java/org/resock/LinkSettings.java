package org.resock;

import java.util.function.LongFunction;

/** What this binding has to know of the options of a link, and changes of them. */
final class LinkSettings {
    final SendPolicy sending;
    /** session.done=auto, which here means: once a subscriber has returned. */
    final boolean doneByItself;
    private final Options options;

    LinkSettings(Options options) {
        this.options = options;
        sending = new SendPolicy(options);
        doneByItself = options.get("session.done").equals("auto");
    }

    /**
     * Calls with a native set of the options. Native code is not to wait, nor to take a message as
     * done with once it was handed to this binding.
     */
    <T> T use(boolean hasSessions, LongFunction<T> call) {
        return options.use(handle -> {
            if (sending.waits()) Native.resock_options_set(handle, "queue.full", "error");
            if (hasSessions) Native.resock_options_set(handle, "session.done", "manual");
            return call.apply(handle);
        });
    }
}
