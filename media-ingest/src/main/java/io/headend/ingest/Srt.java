package io.headend.ingest;

import io.headend.core.MediaException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * MPEG-TS over SRT, from the side that calls or the one that is called.
 *
 * <p>A listener takes one caller at a time, and the next one when that has gone. Stream ids are sent by callers.
 *
 * @param host to call, or the local address to listen on
 * @param port 1 to 65535
 * @param mode who calls
 * @param latency how long packets are held for those that come late or again; the larger one of both sides counts
 * @param access stream id and passphrase
 */
public record Srt(String host, int port, Mode mode, Duration latency, Access access) implements InputSpec {

    private static final Set<String> PARAMETERS = Set.of("mode", "latency", "passphrase", "streamid", "pbkeylen");

    /** Who calls. */
    public enum Mode {
        CALLER,
        LISTENER
    }

    /**
     * What the other side wants to know.
     *
     * @param streamId at most 512 bytes, or {@code null}
     * @param passphrase 10 to 79 characters, or {@code null} for a stream that is not encrypted
     * @param keyLength bytes of the AES key that a sender makes: 16, 24 or 32; 0 leaves it to the sender
     */
    public record Access(
            @Nullable String streamId, @Nullable String passphrase, int keyLength) {
        public static final Access OPEN = new Access(null, null, 0);

        public Access {
            if (passphrase != null && (passphrase.length() < 10 || passphrase.length() > 79)) {
                throw MediaException.invalidArgument(
                        "an SRT passphrase has 10 to 79 characters, this one has " + passphrase.length());
            }
            if (streamId != null && streamId.length() > 512) {
                throw MediaException.invalidArgument("an SRT stream id has at most 512 characters");
            }
            if (keyLength != 0 && keyLength != 16 && keyLength != 24 && keyLength != 32) {
                throw MediaException.invalidArgument("pbkeylen is 16, 24 or 32, not " + keyLength);
            }
        }

        @Override
        public String toString() {
            return passphrase == null ? "Access[clear]" : "Access[encrypted]";
        }
    }

    public Srt {
        if (port < 1 || port > 65_535) {
            throw MediaException.invalidArgument("an SRT port is 1 to 65535, not " + port);
        }
        if (latency.isNegative() || latency.compareTo(Duration.ofMinutes(1)) > 0) {
            throw MediaException.invalidArgument("SRT latency is 0 to 60000 ms, not " + latency.toMillis());
        }
    }

    /** Reads {@code srt://host:port?mode=caller|listener&latency=MS&passphrase=…&streamid=…&pbkeylen=16|24|32}. */
    static Srt parse(String text) {
        Address address = Address.parse(text, PARAMETERS);
        // The way FFmpeg writes a listener.
        boolean anyHost = address.host().isEmpty();
        Mode mode = address.choice("mode", Mode.class, anyHost ? Mode.LISTENER : Mode.CALLER);
        if (anyHost && mode == Mode.CALLER) {
            throw address.wrong("names no host to call");
        }
        return new Srt(
                anyHost ? "0.0.0.0" : address.host(),
                address.port(),
                mode,
                Duration.ofMillis(address.integer("latency", 120)),
                new Access(address.text("streamid"), address.text("passphrase"), address.integer("pbkeylen", 0)));
    }

    @Override
    public String url() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "srt://" + shown + ":" + port + "?mode=" + mode.name().toLowerCase(Locale.ROOT);
    }
}
