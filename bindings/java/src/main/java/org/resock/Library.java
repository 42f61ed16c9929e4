package org.resock;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/**
 * Loads the native half, once: libresock.so.0 and, linked to it, libresock_jni.so. Both are in the
 * jar; the property resock.library names another libresock, or a folder that has one.
 */
final class Library {
    static final String PROPERTY = "resock.library";
    static final String MAIN = "libresock.so.0";
    static final String JNI = "libresock_jni.so";

    private Library() {}

    /** The outcome of the one attempt; a class that failed to load would lose the reason. */
    private static final class Outcome {
        static final LibraryException FAILURE = attempt();

        private static LibraryException attempt() {
            try {
                load(System.getProperty(PROPERTY));
                return null;
            } catch (LibraryException failure) {
                return failure;
            } catch (IOException | UnsatisfiedLinkError | SecurityException failure) {
                return new LibraryException("the native library was not loaded: "
                        + failure.getMessage() + "; see -D" + PROPERTY, failure);
            }
        }
    }

    /** Throws LibraryException, each time with the same reason, where there is no library. */
    static void ensureLoaded() {
        LibraryException failure = Outcome.FAILURE;
        if (failure != null) throw new LibraryException(failure.getMessage(), failure);
    }

    private static void load(String named) throws IOException {
        Path unpacked = Files.createTempDirectory("resock-");
        try {
            Path jni = unpacked.resolve(JNI);
            if (named == null) {
                open(unpack(MAIN, unpacked), "");
                unpack(JNI, unpacked);
            } else {
                Path library = find(Path.of(named));
                open(library, " (-D" + PROPERTY + "=" + named + ")");
                Path beside = library.resolveSibling(JNI);
                if (Files.exists(beside)) jni = beside;
                else unpack(JNI, unpacked);
            }
            open(jni, "; is " + (named == null ? MAIN : named) + " a libresock of this version?");
            check(named);
        } finally {
            // What is loaded stays so without its file.
            for (String name : List.of(MAIN, JNI)) Files.deleteIfExists(unpacked.resolve(name));
            Files.deleteIfExists(unpacked);
        }
    }

    private static Path find(Path named) {
        Path library = (Files.isDirectory(named) ? named.resolve(MAIN) : named).toAbsolutePath();
        if (Files.exists(library)) return library;
        throw new LibraryException("-D" + PROPERTY + "=" + named + ": there is no file " + library
                + "; name libresock.so or the folder that has " + MAIN, null);
    }

    private static void open(Path file, String more) {
        try {
            System.load(file.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError error) {
            throw new LibraryException("cannot load " + file.getFileName() + " on " + platform()
                    + ": " + error.getMessage() + more, error);
        }
    }

    private static void check(String named) throws IOException {
        long loaded = Native.resock_abi_version();
        long wanted = Native.resock_binding_abi_version();
        String path = Native.resock_library_path();
        if (loaded != wanted) {
            throw new LibraryException("the library " + path + " has ABI version " + loaded
                    + ", this binding needs " + wanted + ": use a libresock and a jar of the same "
                    + "release", null);
        }
        if (named != null && !Files.isSameFile(Path.of(path), find(Path.of(named)))) {
            throw new LibraryException("-D" + PROPERTY + "=" + named + " was not used: " + path
                    + " was loaded before; is the former a libresock?", null);
        }
    }

    /** As the folders in the jar: "linux-x86_64". */
    static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(" ", "");
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return system + "-" + (processor.equals("amd64") ? "x86_64" : processor);
    }

    private static Path unpack(String name, Path folder) throws IOException {
        String entry = "/natives/" + platform() + "/" + name;
        try (InputStream in = Library.class.getResourceAsStream(entry)) {
            if (in == null) {
                throw new LibraryException("this jar has no " + entry.substring(1)
                        + ": build resock on this system (docs/java.md) and name its folder with -D"
                        + PROPERTY, null);
            }
            Path file = folder.resolve(name);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        }
    }
}
