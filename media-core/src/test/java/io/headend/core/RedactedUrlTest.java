package io.headend.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactedUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://h/a.m3u8|http://h/a.m3u8",
                "http://user:pw@h:80/a.m3u8|http://***@h:80/a.m3u8",
                "http://us@er:p@w@h/a|http://***@h/a",
                "https://h/a.m3u8?token=abc&x|https://h/a.m3u8?token=***&***",
                "https://h/hdnts=exp~hmac/a.m3u8|https://h/***/a.m3u8",
                "srt://h:9000?mode=caller&latency=200&passphrase=geheim123456|srt://h:9000?mode=caller&latency=200&passphrase=***",
                "srt://h:9000?streamid=a?b|srt://h:9000?streamid=***",
                "udp://@239.1.1.1:5000|udp://@239.1.1.1:5000",
                "rtmp://h/app/stream?txSecret=1&txTime=2|rtmp://h/app/stream?txSecret=***&txTime=***",
                "http://h/a#token=1|http://h/a",
                "/srv/a b=c.mp4|/srv/a b=c.mp4",
                "test:?size=1x1|test:?size=1x1",
            })
    void credentialsAreHidden(String url, String shown) {
        assertThat(RedactedUrl.of(url)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cannot open 'http://u:p@h/a?k=v' now|cannot open 'http://***@h/a?k=***' now",
                "nothing to see|nothing to see",
            })
    void addressesInsideATextAreRedacted(String text, String shown) {
        assertThat(RedactedUrl.inText(text)).isEqualTo(shown);
    }

    @Property
    void noSecretOfAnAddressIsShown(@ForAll String noise) {
        String secret = "S3CRET";
        String path = noise.replaceAll("[/?#=@:]", "");
        assertThat(RedactedUrl.of("http://u:" + secret + "@h/" + path + "?t=" + secret + "&u=" + secret))
                .doesNotContain(secret);
    }
}
