package io.headend.benchmarks.ratecontrol;

import java.util.Locale;

/**
 * One encode of a clip.
 *
 * @param kbps mean rate
 * @param cpuMillis of the encoding thread, per picture
 * @param vmaf mean of the pictures measured; so are the others
 * @param ssim of luma
 * @param psnr of luma in dB
 * @param psnrChroma of both chroma planes
 */
record LabPoint(double kbps, double cpuMillis, double vmaf, double neg, double ssim, double psnr, double psnrChroma) {

    double ssimDb() {
        return -10 * Math.log10(1 - ssim);
    }

    String line() {
        return String.format(
                Locale.ROOT, "%.3f %.4f %.4f %.4f %.6f %.4f %.4f", kbps, cpuMillis, vmaf, neg, ssim, psnr, psnrChroma);
    }

    static LabPoint parse(String line) {
        String[] f = line.split(" ", -1);
        return new LabPoint(
                Double.parseDouble(f[0]),
                Double.parseDouble(f[1]),
                Double.parseDouble(f[2]),
                Double.parseDouble(f[3]),
                Double.parseDouble(f[4]),
                Double.parseDouble(f[5]),
                Double.parseDouble(f[6]));
    }
}
