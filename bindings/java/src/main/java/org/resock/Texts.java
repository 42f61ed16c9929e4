package org.resock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Texts between Java and C: UTF-8 that ends with NUL. */
final class Texts {
    private Texts() {}

    /** The bytes of a text that C reads up to its NUL; null for null. */
    static byte[] utf8(String text) {
        if (text == null) return null;
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text with a NUL in it cannot be handed over");
        }
        byte[] bytes = encode(text);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    /** UTF-8. A half of a surrogate pair is an error, where String.getBytes would make it '?'. */
    static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) continue;
            boolean isPair = Character.isHighSurrogate(c) && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (!isPair) {
                throw new IllegalArgumentException("the text is not valid Unicode: it has half "
                        + "of a surrogate pair at index " + i + "; send it as bytes, or mend it");
            }
            i++;
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String of(byte[] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }
}
