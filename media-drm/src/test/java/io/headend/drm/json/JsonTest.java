package io.headend.drm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Property
    void stringsComeBack(@ForAll Map<String, String> members) {
        JsonValue read = JsonReader.read(JsonWriter.write(members));

        members.forEach((name, value) -> assertThat(read.text(name)).contains(value));
    }

    @Property(tries = 3000)
    void anyTextIsReadOrRefused(@ForAll @Size(max = 40) List<@CharRange(from = ' ', to = '~') Character> text) {
        StringBuilder all = new StringBuilder();
        text.forEach(all::append);
        try {
            JsonReader.read(all.toString());
        } catch (MediaException e) {
            assertThat(e).hasMessageContaining("JSON");
        }
    }

    @Test
    void readsEveryKindOfValue() {
        JsonValue read = JsonReader.read(" {\"a\": [1, -2.5e+3, true, false, null], \"b\": {\"c\": \"\\u00e9\\n\"}} ");

        assertThat(read.elements("a")).hasSize(5);
        assertThat(read.elements("a").get(1)).isEqualTo(new JsonValue.Numeral("-2.5e+3"));
        assertThat(read.member("b").orElseThrow().text("c")).contains("é\n");
        assertThat(read.text("missing")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "01",
                "1 2",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12\"",
                "nul",
                "-",
                "+1",
                "'a'",
                "[1}"
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(MediaException.class);
    }

    @Test
    void refusesDepthLengthAndForeignBytes() {
        assertThatThrownBy(() -> JsonReader.read("[".repeat(100_000))).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> JsonReader.read("[" + "1,".repeat(20_000) + "1]"))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xff, '"'}))
                .isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> JsonReader.read("{\"a\":1.5}").integer("a")).isInstanceOf(MediaException.class);
    }

    @Test
    void textNeverShowsItself() {
        assertThat(JsonReader.read("\"secret\"".getBytes(StandardCharsets.UTF_8)))
                .hasToString("Text[6 characters]");
    }
}
