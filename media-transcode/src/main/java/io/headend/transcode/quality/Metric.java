package io.headend.transcode.quality;

/**
 * A number that the meter can give for a frame. Where the world knows two definitions under one name, each has a name of
 * its own here.
 */
public enum Metric {
    /** VMAF v0.6.1, 0 to 100; luma only. */
    VMAF("vmaf"),
    /** VMAF NEG v0.6.1 (no credit for enhancement), 0 to 100; luma only. */
    VMAF_NEG("vmafNeg"),
    /** VMAF v0.6.1 for a phone's screen, 0 to 100; luma only. */
    VMAF_PHONE("vmafPhone"),
    /** VMAF 4K v0.6.1, 0 to 100; luma only. */
    VMAF_4K("vmaf4k"),
    /** A model that the host has loaded ({@link QualityMeter.Builder#model}). */
    VMAF_MODEL("vmafModel"),
    /** SSIM of luma as FFmpeg's {@code ssim} filter and x264 define it (8x8 windows, step 4), at most 1. */
    SSIM("ssim"),
    /** The same over all planes, weighted by their number of samples. */
    SSIM_ALL("ssimAll"),
    /** {@link #SSIM_ALL} in decibels: -10 log10(1 - ssim), at most 100. */
    SSIM_DB("ssimDb"),
    /** SSIM of luma as libvmaf's {@code float_ssim} defines it (11x11 Gaussian on a reduced picture), at most 1. */
    FLOAT_SSIM("floatSsim"),
    /** Multi-scale SSIM of luma as libvmaf's {@code float_ms_ssim} defines it, at most 1; from 176x176 samples on. */
    FLOAT_MS_SSIM("floatMsSsim"),
    /** PSNR of luma in decibels, at most 6 times the bit depth plus 12 (as libvmaf caps it). */
    PSNR("psnr"),
    /** PSNR over all planes, weighted by their number of samples; the same cap. */
    PSNR_ALL("psnrAll");

    private final String key;

    Metric(String key) {
        this.key = key;
    }

    /** The name in JSON and on the command line. */
    public String key() {
        return key;
    }

    /** The metric of that {@link #key()}. */
    public static Metric ofKey(String key) {
        for (Metric metric : values()) {
            if (metric.key.equalsIgnoreCase(key)) {
                return metric;
            }
        }
        throw new IllegalArgumentException("no metric is called '" + key + "'");
    }

    boolean isVmaf() {
        return switch (this) {
            case VMAF, VMAF_NEG, VMAF_PHONE, VMAF_4K, VMAF_MODEL -> true;
            default -> false;
        };
    }

    boolean isSsim() {
        return this == SSIM || this == SSIM_ALL || this == SSIM_DB;
    }

    boolean isPsnr() {
        return this == PSNR || this == PSNR_ALL;
    }

    boolean needsChroma() {
        return this == SSIM_ALL || this == SSIM_DB || this == PSNR_ALL;
    }
}
