// What every job takes: JOB --url URL [--ca FILE] [--NAME NUMBER...].

import java.util.HashMap;
import java.util.Map;

final class Options {
    private static final Map<String, Integer> LEAST =
            Map.of("size", 8, "messages", 1, "in-flight", 1, "warm-up", 0, "links", 0, "rate", 1,
                    "patience", 1, "threads", 0, "executor", 0);
    private final Map<String, Integer> numbers = new HashMap<>(
            Map.of("size", 64, "messages", 1000, "in-flight", 1, "warm-up", 0, "links", 1,
                    "rate", 1000, "patience", 60, "threads", 1, "executor", 1));
    String job;
    String url;
    String ca;

    /** Throws IllegalArgumentException with a sentence about wrong usage. */
    static Options parse(String[] words) {
        if (words.length % 2 == 0) {
            throw new IllegalArgumentException("usage: JOB --url URL [--ca FILE] [--NAME NUMBER]...");
        }
        Options options = new Options();
        options.job = words[0];
        for (int i = 1; i < words.length; i += 2) options.set(words[i], words[i + 1]);
        if (options.url == null) throw new IllegalArgumentException("--url is missing");
        return options;
    }

    private void set(String option, String value) {
        String name = option.replaceFirst("^--", "");
        if (name.equals("url")) url = value;
        else if (name.equals("ca")) ca = value;
        else if (!LEAST.containsKey(name)) throw new IllegalArgumentException("unknown option " + option);
        else if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < LEAST.get(name)) {
            throw new IllegalArgumentException(
                    option + " is a whole number of at least " + LEAST.get(name) + ", not " + value);
        } else numbers.put(name, Integer.parseInt(value));
    }

    int get(String name) {
        return numbers.get(name);
    }
}
