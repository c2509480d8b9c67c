package io.headend.transcode.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelsTest {

    private record Features(double[] values) {

        static Features of(SamplePlane before, SamplePlane ref, SamplePlane dist, Kernels kernels) {
            Vif vif = new Vif(ref.width, ref.height, kernels);
            Adm adm = new Adm(ref.width, ref.height, kernels);
            Motion motion = new Motion(ref.width, ref.height, kernels);
            Ssim ssim = new Ssim(ref.width, ref.bitDepth > 8, kernels);
            GaussianSsim gaussian = new GaussianSsim(ref.width, kernels);
            vif.measure(ref, dist);
            adm.measure(ref, dist, true, true);
            return new Features(new double[] {
                adm.score(),
                adm.scoreNoGain(),
                motion.measure(before, ref),
                vif.score(0),
                vif.score(1),
                vif.score(2),
                vif.score(3),
                vif.scoreNoGain(0),
                vif.scoreNoGain(1),
                vif.scoreNoGain(2),
                vif.scoreNoGain(3),
                ssim.measure(ref, dist),
                gaussian.ssim(ref, dist)
            });
        }
    }

    private static Features reference(SamplePlane before, SamplePlane ref, SamplePlane dist) {
        double[] gain = ScalarReference.vif(ref, dist, 100);
        double[] none = ScalarReference.vif(ref, dist, 1);
        return new Features(new double[] {
            ScalarReference.adm2(ref, dist, 100),
            ScalarReference.adm2(ref, dist, 1),
            ScalarReference.motion(before, ref),
            gain[0],
            gain[1],
            gain[2],
            gain[3],
            none[0],
            none[1],
            none[2],
            none[3]
        });
    }

    @Test
    @EnabledForJreRange(minVersion = 21)
    void theTestJvmHasTheVectorModule() {
        assertThat(Kernels.vector(64)).isPresent();
        assertThat(Kernels.best(64).name()).startsWith("vector");
    }

    @Test
    @EnabledForJreRange(maxVersion = 20)
    void vectorCodeOfOlderJdksIsNotTrusted() {
        assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector")).isPresent();
        assertThat(Kernels.best(64).name()).isEqualTo("plain");
    }

    @EnabledForJreRange(minVersion = 21)
    @ParameterizedTest
    @CsvSource({
        "16, 16, 8",
        "17, 16, 8",
        "19, 23, 10",
        "31, 33, 8",
        "64, 48, 16",
        "130, 70, 8",
        "257, 193, 8",
        "257, 193, 12",
        "320, 240, 8"
    })
    void vectorAndPlainKernelsAgree(int width, int height, int bitDepth) {
        SamplePlane before = SyntheticPairs.plane(SyntheticPairs.reference(width, height, bitDepth, 0));
        SamplePlane ref = SyntheticPairs.plane(SyntheticPairs.reference(width, height, bitDepth, 1));
        SamplePlane dist = SyntheticPairs.plane(SyntheticPairs.distorted(width, height, bitDepth, 1));
        double[] plain = Features.of(before, ref, dist, new PlainKernels(width)).values;
        double[] vector = Features.of(before, ref, dist, Kernels.vector(width).orElseThrow()).values;
        for (int i = 0; i < plain.length; i++) {
            assertThat(vector[i]).as("feature %d", i).isCloseTo(plain[i], withPercentage(1e-4));
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 16, 8, 5e-5", "31, 33, 8, 2e-5", "64, 48, 10, 1e-5", "257, 193, 8, 3e-6", "320, 240, 8, 3e-6"})
    void kernelsAgreeWithTheScalarReference(int width, int height, int bitDepth, double tolerance) {
        SamplePlane before = SyntheticPairs.plane(SyntheticPairs.reference(width, height, bitDepth, 0));
        SamplePlane ref = SyntheticPairs.plane(SyntheticPairs.reference(width, height, bitDepth, 1));
        SamplePlane dist = SyntheticPairs.plane(SyntheticPairs.distorted(width, height, bitDepth, 1));
        double[] plain = Features.of(before, ref, dist, new PlainKernels(width)).values;
        double[] expected = reference(before, ref, dist).values;
        for (int i = 0; i < expected.length; i++) {
            assertThat(plain[i])
                    .as("feature %d", i)
                    .isCloseTo(expected[i], within(tolerance * Math.max(1, expected[i])));
        }
    }

    @Test
    void kernelsKeepNothingFromOnePictureToTheNext() {
        SamplePlane ref = SyntheticPairs.plane(SyntheticPairs.reference(96, 70, 8, 0));
        SamplePlane dist = SyntheticPairs.plane(SyntheticPairs.distorted(96, 70, 8, 0));
        SamplePlane other = SyntheticPairs.plane(SyntheticPairs.distorted(96, 70, 8, 7));
        for (Kernels kernels : new Kernels[] {new PlainKernels(96), Kernels.best(96)}) {
            Vif vif = new Vif(96, 70, kernels);
            Adm adm = new Adm(96, 70, kernels);
            vif.measure(ref, dist);
            adm.measure(ref, dist, true, true);
            double[] first = {vif.score(0), vif.score(3), adm.score(), adm.scoreNoGain()};
            vif.measure(ref, other);
            adm.measure(ref, other, true, false);
            vif.measure(ref, dist);
            adm.measure(ref, dist, true, true);
            assertThat(new double[] {vif.score(0), vif.score(3), adm.score(), adm.scoreNoGain()})
                    .containsExactly(first);
        }
    }

    @Test
    void productsOfFactorsAreSumsOfLogarithms() {
        LogProduct product = new LogProduct();
        double sum = 0;
        float[] factors = new float[1003];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) Math.scalb(1.0 + i / 1003.0, i % 100);
            sum += Math.log(factors[i]) / Math.log(2);
        }
        product.multiply(factors, factors.length);
        assertThat(product.log2()).isCloseTo(sum, withPercentage(1e-9));
        product.clear();
        assertThat(product.log2()).isZero();
    }

    @Test
    void edgesFollowTheirRules() {
        assertThat(Edge.reflect(-3, 10)).isEqualTo(3);
        assertThat(Edge.reflect(11, 10)).isEqualTo(7);
        assertThat(Edge.reflect(-8, 2)).isZero();
        assertThat(Edge.reflect(5, 1)).isZero();
        assertThat(Edge.mirror(-1, 10)).isZero();
        assertThat(Edge.mirror(10, 10)).isEqualTo(9);
        assertThat(Edge.wavelet(-1, 10)).isEqualTo(1);
        assertThat(Edge.wavelet(10, 10)).isEqualTo(9);
        assertThat(Edge.wavelet(11, 10)).isEqualTo(8);
        assertThat(Edge.wavelet(-1, 1)).isZero();
    }
}
