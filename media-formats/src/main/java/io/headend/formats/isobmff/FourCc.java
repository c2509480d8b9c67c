package io.headend.formats.isobmff;

import java.nio.ByteBuffer;

/** Four-character codes, one byte of ISO 8859-1 each. */
final class FourCc {

    private FourCc() {}

    static String require(String code) {
        if (code.length() != 4 || !code.chars().allMatch(c -> c < 256)) {
            throw new IllegalArgumentException("not a four-character code: '" + code + "'");
        }
        return code;
    }

    static void put(ByteBuffer out, String code) {
        for (int i = 0; i < 4; i++) {
            out.put((byte) code.charAt(i));
        }
    }

    static String get(ByteBuffer in) {
        char[] code = new char[4];
        for (int i = 0; i < 4; i++) {
            code[i] = (char) (in.get() & 0xFF);
        }
        return new String(code);
    }
}
