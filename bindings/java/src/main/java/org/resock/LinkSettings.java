package org.resock;

import java.util.function.LongFunction;
import java.util.function.UnaryOperator;

/** What this binding has to know of the options of a link, and changes of them. */
final class LinkSettings {
    final SendPolicy sending;
    /** session.done=auto, which here means: once a subscriber has returned. */
    final boolean doneByItself;
    private final Options options;

    LinkSettings(Options options) {
        this(options, options);
    }

    /** What is not set in `options` is as in `others`. */
    LinkSettings(Options options, Options others) {
        this.options = options;
        UnaryOperator<String> get = name -> (options.has(name) ? options : others).get(name);
        sending = new SendPolicy(get);
        doneByItself = get.apply("session.done").equals("auto");
    }

    Options options() {
        return options;
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
