package org.resock;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A virtual machine of its own, for what ends one or loads the library in another way. */
final class Child {
    final int code;
    final String output;

    private Child(int code, String output) {
        this.code = code;
        this.output = output;
    }

    /** words: of the virtual machine, then the class and its arguments. */
    static Child run(String... words) throws Exception {
        Path folder = Files.createTempDirectory("resock-child");
        Path output = folder.resolve("output");
        try {
            Process process = start(output, words);
            if (!process.waitFor(300, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("hangs: " + String.join(" ", words) + "\n" + read(output));
            }
            String all = read(output);
            try (var files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    if (file.getFileName().toString().startsWith("hs_err")) all += read(file);
                }
            }
            return new Child(process.exitValue(), all);
        } finally {
            delete(folder);
        }
    }

    /** output: null: to be read by whoever starts it, as its input is written. */
    static Process start(Path output, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xcheck:jni");
        // Where this is not said it warns, in the output that the tests compare.
        if (Runtime.version().feature() >= 24) command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path",
                System.getProperty("java.class.path")));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (output != null) {
            builder.directory(output.getParent().toFile()).redirectOutput(output.toFile())
                    .redirectInput(new File("/dev/null"));
        }
        return builder.start();
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) Files.delete(file);
        }
        Files.delete(folder);
    }
}
