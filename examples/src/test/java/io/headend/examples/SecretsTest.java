package io.headend.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.headend.core.MediaException;
import io.headend.core.ProtectionScheme;
import io.headend.drm.CencEncryptor;
import io.headend.drm.ContentKey;
import io.headend.drm.DerivedKeys;
import io.headend.drm.FileKeyStore;
import io.headend.drm.KeyProvider;
import io.headend.drm.KeyProvider.Query;
import io.headend.drm.KeyRing;
import io.headend.drm.KeysAhead;
import io.headend.drm.cpix.CpixDocument;
import io.headend.drm.cpix.CpixKey;
import io.headend.drm.cpix.CpixKeys;
import io.headend.drm.speke.SpekeClient;
import io.headend.drm.widevine.RequestSigner;
import io.headend.drm.widevine.WidevineKeyClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LocationAwareLogger;

/** Keys go the whole way, and wrong ways too; nothing that anybody reads shows one, and the heap holds none as text. */
@Timeout(120)
class SecretsTest {

    private static final String PASSPHRASE = "correct horse battery";
    private static final String FILM = "test:?duration=1&size=320x180";
    private static final Query QUERY = new Query("film", "HD", ProtectionScheme.CBCS, KeyProvider.NO_PERIOD);

    @TempDir
    Path folder;

    private final SecretNeedles secrets = new SecretNeedles();
    private final StringBuilder seen = new StringBuilder();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream err = System.err;

    @BeforeEach
    void listen() throws ReflectiveOperationException {
        level(LocationAwareLogger.DEBUG_INT);
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        SecureRandom random = new SecureRandom();
        for (String name : List.of("given key", "stored key", "secret", "signing key")) {
            byte[] bytes = new byte[name.equals("secret") || name.equals("signing key") ? 32 : 16];
            random.nextBytes(bytes);
            secrets.add(name, bytes);
            Arrays.fill(bytes, (byte) 0);
        }
    }

    @AfterEach
    void stopListening() throws ReflectiveOperationException {
        System.setErr(err);
        level(LocationAwareLogger.ERROR_INT);
    }

    /** Of the loggers that there are and of those to come; slf4j-simple reads its settings once. */
    private static void level(int level) throws ReflectiveOperationException {
        Object factory = LoggerFactory.getILoggerFactory();
        LoggerFactory.getLogger(SecretsTest.class);
        for (Object logger : ((Map<?, ?>) field(factory.getClass(), "loggerMap").get(factory)).values()) {
            field(logger.getClass(), "currentLogLevel").setInt(logger, level);
            Object settings = field(logger.getClass(), "CONFIG_PARAMS").get(null);
            field(settings.getClass(), "defaultLogLevel").setInt(settings, level);
        }
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    @Test
    void noKeyIsShownAndNoneStaysAsText() throws Exception {
        List<Object> inUse = new ArrayList<>();
        try (HostileClient server = server()) {
            inUse.addAll(providers(server));
            commands(server);
            failures(server);
        }
        inUse.forEach(object -> seen.append(object).append('\n'));
        LoggerFactory.getLogger(SecretsTest.class).debug("the last line");
        String lines = log.toString(StandardCharsets.UTF_8);
        assertThat(lines).contains("the last line");
        seen.append(lines);
        assertThat(seen).hasSizeGreaterThan(3_000);
        assertThat(secrets.in(seen.toString())).as("what can be read").isEmpty();

        Path used = dump("in-use.hprof");
        assertThat(secrets.in(used, false))
                .as("text on the heap while keys are in use")
                .isEmpty();
        assertThat(secrets.in(used, true))
                .as("the search finds keys that are there")
                .contains("given key", "secret");
        Files.delete(used);
        inUse.clear();
        Path after = dump("after.hprof");
        assertThat(secrets.in(after, false)).as("text on the heap").isEmpty();
        assertThat(secrets.in(after, true)).as("bytes on the heap").isEmpty();
        Files.delete(after);
    }

    private HostileClient server() throws IOException {
        return new HostileClient(
                "--secret-file",
                HostileClient.file(folder, "secret.txt", secrets.hex("secret")),
                "--signer-file",
                HostileClient.file(folder, "signer.txt", "me:" + secrets.hex("signing key") + ":" + "34".repeat(16)));
    }

    /** Everything that holds a key, with a key in it. */
    private List<Object> providers(HostileClient server) {
        ContentKey given = ContentKey.of(new UUID(1, 2), secrets.get("given key"));
        DerivedKeys derived = DerivedKeys.of(secrets.get("secret"));
        FileKeyStore store = FileKeyStore.open(folder.resolve("keys.hks"), PASSPHRASE.toCharArray());
        store.put(QUERY, ContentKey.of(new UUID(3, 4), secrets.get("stored key")));
        SpekeClient speke =
                SpekeClient.builder(URI.create(server.url("/speke"))).build();
        RequestSigner signer = RequestSigner.aes("me", secrets.get("signing key"), vector());
        WidevineKeyClient widevine = WidevineKeyClient.builder(URI.create(server.url("/widevine")), signer)
                .build();
        noteKey("key of SPEKE", speke.key(QUERY));
        noteKey("key of the Widevine interface", widevine.key(QUERY));
        noteKey("derived key", derived.key(QUERY));
        KeyRing ring = KeyRing.of(derived);
        KeysAhead ahead = KeysAhead.builder(store, Runnable::run).build();
        CencEncryptor encryptor = CencEncryptor.builder(ProtectionScheme.CBCS, KeyProvider.single(given))
                .contentId("film")
                .build();
        CpixDocument document = new CpixDocument(
                CpixDocument.Version.V2_3,
                "film",
                List.of(new CpixKey(given.id(), "cbcs", Optional.of(given))),
                List.of(),
                List.of(),
                List.of());
        CpixDocument read = CpixDocument.parse(document.toXml());
        return List.of(
                given,
                given.withConstantIv(),
                derived,
                store,
                speke,
                widevine,
                signer,
                ring,
                ring.key(QUERY),
                ahead,
                ahead.key(QUERY),
                encryptor,
                document,
                document.keys(),
                read,
                read.keys(),
                CpixKeys.of(read));
    }

    private static byte[] vector() {
        byte[] vector = new byte[16];
        Arrays.fill(vector, (byte) 0x34);
        return vector;
    }

    private void noteKey(String name, ContentKey key) {
        byte[] secret = key.secret().getEncoded();
        secrets.add(name, secret);
        Arrays.fill(secret, (byte) 0);
    }

    private void commands(HostileClient server) throws IOException {
        String keys = HostileClient.file(
                folder, "keys.txt", "00112233445566778899aabbccddeeff:" + secrets.hex("given key") + "\n");
        String cpix = HostileClient.file(folder, "keys.xml", cpix());
        vod(0, "--drm", "cbcs", "--key-file", keys);
        vod(0, "--drm", "cenc", "--cpix", cpix);
        vod(0, "--drm", "cbcs", "--speke", server.url("/speke"), "--license", server.url("/license"));
        String signer = folder.resolve("signer.txt").toString();
        vod(0, "--drm", "cbcs", "--widevine", server.url("/widevine"), "--signer-file", signer);
    }

    private String cpix() {
        ContentKey key = ContentKey.of(new UUID(1, 2), secrets.get("given key"));
        return new String(
                new CpixDocument(
                                CpixDocument.Version.V2_3,
                                "film",
                                List.of(new CpixKey(key.id(), "cenc", Optional.of(key))),
                                List.of(),
                                List.of(),
                                List.of())
                        .toXml(),
                StandardCharsets.UTF_8);
    }

    private void failures(HostileClient server) throws IOException {
        String key = secrets.hex("given key");
        String id = "00112233445566778899aabbccddeeff";
        List<String> files = List.of(
                id + ":" + key + "00\n",
                id + " " + key + "\n",
                key + "\n",
                id + ":" + key + ":" + key + ":" + key,
                id + ":" + key.replace(key.charAt(3), 'x'),
                "8K=" + id + ":" + key,
                id + ":" + key + "\n" + id + ":" + key);
        for (String content : files) {
            String file = HostileClient.file(folder, "bad.txt", content);
            vod(2, "--drm", "cbcs", "--key-file", file);
        }
        String document = cpix();
        for (int cut : new int[] {document.indexOf("</pskc:PlainValue"), document.length() - 5}) {
            String file = HostileClient.file(folder, "bad.xml", document.substring(0, cut));
            vod(1, "--drm", "cenc", "--cpix", file);
        }
        String secret = HostileClient.file(folder, "bad-secret.txt", secrets.hex("secret") + "x");
        vod(1, "--drm", "cbcs", "--secret-file", secret);
        String signer = HostileClient.file(folder, "bad-signer.txt", "me:" + secrets.hex("signing key") + "x:" + key);
        vod(2, "--drm", "cbcs", "--widevine", server.url("/widevine"), "--signer-file", signer);
        run(1, "keys", "--port", "0", "--secret-file", secret);
        fails(() -> FileKeyStore.open(folder.resolve("keys.hks"), "another passphrase".toCharArray()));
        fails(() -> ContentKey.parse(id + ":" + key + "0"));
        fails(() ->
                SpekeClient.builder(URI.create(server.url("/nothing"))).build().key(QUERY));
        fails(() -> WidevineKeyClient.builder(
                        URI.create(server.url("/widevine")),
                        RequestSigner.aes("you", secrets.get("signing key"), vector()))
                .build()
                .key(QUERY));
        refused(server.post("/speke", document, "X-Speke-Version: 2.0"));
        refused(server.post("/speke", document, "X-Speke-Version: 9"));
        refused(server.post("/widevine", "{\"request\":\"" + key + "\",\"signature\":\"" + key + "\"}"));
        refused(server.post("/license", "{\"kids\":[\"" + key + "\"]}"));
        refused(server.ask("GET", "/license?kid=" + key + "0", new byte[0]));
        refused(server.ask("GET", "/" + HexFormat.of().formatHex(new byte[16]), new byte[0]));
    }

    private void refused(HostileClient.Answer answer) {
        assertThat(answer.status()).isBetween(400, 499);
        seen.append(answer.head()).append(answer.text());
    }

    private void fails(Runnable work) {
        try {
            work.run();
        } catch (MediaException e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace, true));
            seen.append(trace);
            return;
        }
        throw new AssertionError("it did not fail");
    }

    private void vod(int code, String... protection) {
        Stream<String> film = Stream.of("vod", FILM, "-o", out(), "--rungs", "320x180:300k", "--content-id", "film");
        run(code, Stream.concat(film, Stream.of(protection)).toArray(String[]::new));
    }

    private void run(int code, String... line) {
        CommandLineRun run = CommandLineRun.of(line);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(code);
        seen.append(run.out()).append(run.err());
    }

    private String out() {
        return folder.resolve("out" + seen.length()).toString();
    }

    /** Only what is reachable. */
    private Path dump(String name) throws IOException {
        Path file = folder.resolve(name);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
        return file;
    }
}
