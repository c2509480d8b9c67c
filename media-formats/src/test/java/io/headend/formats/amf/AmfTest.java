package io.headend.formats.amf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** AMF0 is its own inverse; AMF3 against bytes written by hand; no bytes do harm. */
class AmfTest {

    private static ByteBuffer hex(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    @Provide
    Arbitrary<AmfValue> values() {
        return values(3);
    }

    private Arbitrary<AmfValue> values(int depth) {
        Arbitrary<AmfValue> leaf = Arbitraries.oneOf(
                Arbitraries.doubles().map(AmfValue::of),
                Arbitraries.of(true, false).map(AmfValue::of),
                Arbitraries.strings()
                        .all()
                        .ofMaxLength(40)
                        .filter(AmfTest::encodable)
                        .map(AmfValue::of),
                Arbitraries.of(new AmfValue.Null(), new AmfValue.Undefined()),
                Arbitraries.doubles().map(AmfValue.Date::new));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<AmfValue> inner = values(depth - 1);
        Arbitrary<Map<String, AmfValue>> fields = Arbitraries.maps(
                        Arbitraries.strings().alpha().ofMaxLength(12), inner)
                .ofMaxSize(5);
        return Arbitraries.oneOf(
                leaf,
                inner.list().ofMaxSize(5).map(AmfValue::items),
                fields.map(AmfValue::object),
                fields.map(AmfValue::ecmaArray),
                fields.map(map -> new AmfValue.Obj("com.example.Thing", false, map)));
    }

    private static boolean encodable(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Property(tries = 500)
    void whatIsWrittenIsRead(@ForAll("values") AmfValue first, @ForAll("values") AmfValue second) {
        assertThat(Amf0.readAll(Amf0.write(first, second))).containsExactly(first, second);
    }

    @Property(tries = 5000)
    void anyBytesAreValuesOrOneError(@ForAll @Size(max = 64) byte[] bytes) {
        try {
            assertThat(Amf0.readAll(ByteBuffer.wrap(bytes))).isNotNull();
        } catch (MediaException e) {
            assertThat(e.getMessage()).contains("AMF");
        }
    }

    @Property(tries = 3000)
    void brokenValuesAreValuesOrOneError(
            @ForAll("values") AmfValue value, @ForAll int place, @ForAll byte wrong, @ForAll boolean amf3) {
        ByteBuffer bytes = Amf0.write(value, value);
        bytes.put(Math.floorMod(place, bytes.limit()), amf3 ? 17 : wrong);
        try {
            assertThat(Amf0.readAll(bytes)).isNotNull();
        } catch (MediaException e) {
            assertThat(e.getMessage()).contains("AMF");
        }
    }

    @Test
    void aCommandHasTheBytesOfTheSpecification() {
        ByteBuffer bytes = Amf0.write(
                AmfValue.of("connect"), AmfValue.of(1), AmfValue.object("app", "live", "fpad", false), AmfValue.none());
        assertThat(hex(bytes))
                .isEqualTo("020007636f6e6e656374" + "003ff0000000000000" + "03" + "0003617070" + "0200046c697665"
                        + "000466706164" + "0100" + "000009" + "05");
    }

    @Test
    void longTextsHaveLongLengths() {
        AmfValue text = AmfValue.of("x".repeat(70_000));
        ByteBuffer bytes = Amf0.write(text);
        assertThat(bytes.get(0)).isEqualTo((byte) 12);
        assertThat(Amf0.readAll(bytes)).containsExactly(text);
        assertThatThrownBy(() -> Amf0.write(AmfValue.object(Map.of("n".repeat(70_000), AmfValue.none()))))
                .isInstanceOf(MediaException.class);
    }

    @Test
    void ecmaArraysMayLieAboutTheirLength() {
        AmfValue value = Amf0.readAll(hex("08 00000000 0001 61 05 000009")).get(0);
        assertThat(value).isEqualTo(AmfValue.ecmaArray(Map.of("a", AmfValue.none())));
    }

    @Test
    void amf3IsReadWithItsReferences() {
        // an array of "ab", the same again, an integer, a dynamic object {x: true}, -1 in 29 bits
        ByteBuffer bytes = hex("11 09 0b 01 06 05 6162 06 00 04 8100 0a 0b 01 03 78 03 01 04 ffffffff");
        List<AmfValue> items = ((AmfValue.Items) Amf0.readAll(bytes).get(0)).values();
        assertThat(items)
                .containsExactly(
                        AmfValue.of("ab"),
                        AmfValue.of("ab"),
                        AmfValue.of(128),
                        AmfValue.object("x", true),
                        AmfValue.of(-1));
    }

    @Test
    void amf3KnowsDatesBytesXmlAndClasses() {
        assertThat(Amf0.readAll(hex("11 08 01 4000000000000000"))).containsExactly(new AmfValue.Date(2));
        assertThat(Amf0.readAll(hex("11 0c 05 0102")))
                .containsExactly(new AmfValue.Bytes(ByteBuffer.wrap(new byte[] {1, 2})));
        assertThat(Amf0.readAll(hex("11 07 05 3c3e"))).containsExactly(AmfValue.of("<>"));
        // class "C" with one sealed member "m"
        assertThat(Amf0.readAll(hex("11 0a 13 03 43 03 6d 02")))
                .containsExactly(new AmfValue.Obj("C", false, Map.of("m", AmfValue.of(false))));
        assertThat(Amf0.readAll(hex("11 09 03 03 6b 02 01 03")))
                .containsExactly(AmfValue.ecmaArray(ordered("k", AmfValue.of(false), "0", AmfValue.of(true))));
    }

    private static Map<String, AmfValue> ordered(String a, AmfValue first, String b, AmfValue second) {
        Map<String, AmfValue> map = new LinkedHashMap<>();
        map.put(a, first);
        map.put(b, second);
        return map;
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThatThrownBy(() -> Amf0.readAll(hex("0a00000001".repeat(40) + "05")))
                .hasMessageContaining("levels");
        assertThatThrownBy(() -> Amf0.readAll(hex("0a 7fffffff 05"))).hasMessageContaining("cut short");
        assertThatThrownBy(() -> Amf0.readAll(hex("0c ffffffff 41"))).hasMessageContaining("cut short");
        assertThatThrownBy(() -> Amf0.readAll(ByteBuffer.wrap(new byte[20_000]).put(0, (byte) 5)))
                .isInstanceOf(MediaException.class);
        byte[] nulls = new byte[10_001];
        Arrays.fill(nulls, (byte) 5);
        assertThatThrownBy(() -> Amf0.readAll(ByteBuffer.wrap(nulls))).hasMessageContaining("10000 values");
    }

    @Test
    void fieldsAreAskedForByNameAndType() {
        AmfValue.Obj object = AmfValue.object("n", 3, "t", "x");
        assertThat(object.number("n", 0)).isEqualTo(3);
        assertThat(object.number("t", 7)).isEqualTo(7);
        assertThat(object.text("t")).contains("x");
        assertThat(object.text("n")).isEmpty();
        assertThatThrownBy(() -> AmfValue.object("a", new Object())).isInstanceOf(MediaException.class);
    }
}
