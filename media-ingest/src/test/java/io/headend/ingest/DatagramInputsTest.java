package io.headend.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headend.core.MediaException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatagramInputsTest {

    @ParameterizedTest
    @CsvSource({
        "udp://239.1.1.1:5000, 239.1.1.1, 5000, , ",
        "udp://@239.1.1.1:5000, 239.1.1.1, 5000, , ",
        "udp://:5000, '', 5000, , ",
        "udp://0.0.0.0:5004, 0.0.0.0, 5004, , ",
        "UDP://192.0.2.1@232.1.1.1:5000, 232.1.1.1, 5000, 192.0.2.1, ",
        "udp://239.1.1.1@192.0.2.7:5000, 239.1.1.1, 5000, , 192.0.2.7",
        "udp://239.1.1.1:5000?interface=eth1, 239.1.1.1, 5000, , eth1",
        "udp://[ff15::7]:5000, ff15::7, 5000, , ",
    })
    void whereDatagramsComeIn(String url, String host, int port, String source, String networkInterface) {
        assertThat(InputSpec.parse(url)).isEqualTo(Udp.of(new DatagramAddress(host, port, source, networkInterface)));
    }

    @Test
    void everythingAboutRtp() {
        DatagramAddress leg = DatagramAddress.of("10.0.0.1", 5004);
        assertThat(InputSpec.parse("rtp://10.0.0.1:5004")).isEqualTo(Rtp.of(leg));
        assertThat(InputSpec.parse(
                        "rtp://10.0.0.1:5004?fec=column&legs=10.0.0.2:5014,239.1.1.1:5024&buffer=200&program=3"))
                .isEqualTo(new Rtp(
                        List.of(leg, DatagramAddress.of("10.0.0.2", 5014), DatagramAddress.of("239.1.1.1", 5024)),
                        Rtp.Fec.COLUMN,
                        Duration.ofMillis(200),
                        3));
        assertThat(((Rtp) InputSpec.parse("rtp://10.0.0.1:5004?fec=off")).fec()).isEqualTo(Rtp.Fec.OFF);
        assertThat(InputSpec.parse("rtp://10.0.0.1:5004?fec=row").url()).isEqualTo("rtp://10.0.0.1:5004");
    }

    @ParameterizedTest
    @CsvSource({
        "udp://239.1.1.1, port",
        "udp://239.1.1.1:5000?x=1, known are interface",
        "udp://239.1.1.1:5000?program=70000, number from 0 to 65535",
        "rtp://h:0, 1 to 65535",
        "rtp://h:65533, FEC ports",
        "rtp://h:5000?fec=3d, 'not ''3d'''",
        "rtp://h:5000?buffer=20000, number from 0 to 10000",
        "'rtp://h:1?legs=h:2,h:3,h:4,h:5,h:6,h:7,h:8', 1 to 7 legs",
    })
    void whatIsWrongIsSaid(String url, String says) {
        assertThatThrownBy(() -> InputSpec.parse(url))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining(says);
    }
}
