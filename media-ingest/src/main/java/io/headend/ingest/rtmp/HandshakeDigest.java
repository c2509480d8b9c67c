package io.headend.ingest.rtmp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The digests that Flash and many encoders put into the handshake: HMAC-SHA256 over the 1536 bytes without the digest itself,
 * which lies at one of two places (scheme 0 or 1).
 */
final class HandshakeDigest {

    static final int SIZE = 1536;
    private static final int DIGEST = 32;
    private static final int CLIENT_PART = 30;
    private static final int SERVER_PART = 36;

    private static final byte[] SUFFIX = {
        (byte) 0xF0,
        (byte) 0xEE,
        (byte) 0xC2,
        0x4A,
        (byte) 0x80,
        0x68,
        (byte) 0xBE,
        (byte) 0xE8,
        0x2E,
        0x00,
        (byte) 0xD0,
        (byte) 0xD1,
        0x02,
        (byte) 0x9E,
        0x7E,
        0x57,
        0x6E,
        (byte) 0xEC,
        0x5D,
        0x2D,
        0x29,
        (byte) 0x80,
        0x6F,
        (byte) 0xAB,
        (byte) 0x93,
        (byte) 0xB8,
        (byte) 0xE6,
        0x36,
        (byte) 0xCF,
        (byte) 0xEB,
        0x31,
        (byte) 0xAE
    };
    private static final byte[] CLIENT_KEY = key("Genuine Adobe Flash Player 001");
    private static final byte[] SERVER_KEY = key("Genuine Adobe Flash Media Server 001");

    private HandshakeDigest() {}

    private static byte[] key(String text) {
        byte[] name = text.getBytes(StandardCharsets.US_ASCII);
        byte[] key = Arrays.copyOf(name, name.length + SUFFIX.length);
        System.arraycopy(SUFFIX, 0, key, name.length, SUFFIX.length);
        return key;
    }

    /** The scheme whose digest in a client's C1 is right, or -1: then it is the simple handshake. */
    static int schemeOfClient(byte[] c1) {
        return schemeOf(c1, CLIENT_KEY, CLIENT_PART);
    }

    static int schemeOfServer(byte[] s1) {
        return schemeOf(s1, SERVER_KEY, SERVER_PART);
    }

    private static int schemeOf(byte[] block, byte[] key, int part) {
        for (int scheme = 0; scheme < 2; scheme++) {
            int at = offset(block, scheme);
            byte[] right = digest(block, at, key, part);
            if (MessageDigest.isEqual(right, Arrays.copyOfRange(block, at, at + DIGEST))) {
                return scheme;
            }
        }
        return -1;
    }

    private static int offset(byte[] block, int scheme) {
        int from = scheme == 0 ? 8 : 772;
        int sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += block[from + i] & 0xFF;
        }
        return sum % 728 + from + 4;
    }

    private static byte[] digest(byte[] block, int at, byte[] key, int part) {
        byte[] message = new byte[SIZE - DIGEST];
        System.arraycopy(block, 0, message, 0, at);
        System.arraycopy(block, at + DIGEST, message, at, SIZE - DIGEST - at);
        return hmac(Arrays.copyOf(key, part), message, message.length);
    }

    private static byte[] hmac(byte[] key, byte[] message, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(message, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** S1 with the server's digest. */
    static byte[] serverBlock(int scheme) {
        return signed(scheme, SERVER_KEY, SERVER_PART, 0x0D0E0A0D);
    }

    /** C1 with the client's digest. */
    static byte[] clientBlock(int scheme) {
        return signed(scheme, CLIENT_KEY, CLIENT_PART, 0x80000702);
    }

    /** S1 without a digest, which its version of 0 says. */
    static byte[] plainBlock() {
        byte[] block = new byte[SIZE];
        ThreadLocalRandom.current().nextBytes(block);
        Arrays.fill(block, 0, 8, (byte) 0);
        return block;
    }

    private static byte[] signed(int scheme, byte[] key, int part, int version) {
        byte[] block = new byte[SIZE];
        ThreadLocalRandom.current().nextBytes(block);
        Arrays.fill(block, 0, 4, (byte) 0);
        for (int i = 0; i < 4; i++) {
            block[4 + i] = (byte) (version >> (24 - 8 * i));
        }
        int at = offset(block, scheme);
        System.arraycopy(digest(block, at, key, part), 0, block, at, DIGEST);
        return block;
    }

    /** S2, which answers a signed C1. */
    static byte[] serverAnswer(byte[] c1, int scheme) {
        return answer(c1, scheme, SERVER_KEY);
    }

    /** C2, which answers a signed S1. */
    static byte[] clientAnswer(byte[] s1, int scheme) {
        return answer(s1, scheme, CLIENT_KEY);
    }

    private static byte[] answer(byte[] block, int scheme, byte[] key) {
        int at = offset(block, scheme);
        byte[] answerKey = hmac(key, Arrays.copyOfRange(block, at, at + DIGEST), DIGEST);
        byte[] out = new byte[SIZE];
        ThreadLocalRandom.current().nextBytes(out);
        System.arraycopy(hmac(answerKey, out, SIZE - DIGEST), 0, out, SIZE - DIGEST, DIGEST);
        return out;
    }
}
