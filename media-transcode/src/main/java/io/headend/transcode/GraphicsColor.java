package io.headend.transcode;

import io.headend.core.ColorInfo;

/** From the colours of graphics (sRGB) to those of pictures: luma and chroma by ITU-T H.273, 0 to 1 and -0.5 to 0.5. */
final class GraphicsColor {

    /** Luminance of graphics white in cd/m² (ITU-R BT.2408 clause 2). */
    private static final double WHITE = 203;

    private static final double PQ_PEAK = 10_000;
    private static final double HLG_WHITE = 0.75;

    // Linear BT.709 to BT.2020 (ITU-R BT.2087).
    private static final double[][] TO_2020 = {
        {0.6274, 0.3293, 0.0433}, {0.0691, 0.9195, 0.0114}, {0.0164, 0.0880, 0.8956}
    };

    private final ColorInfo color;
    private final double red;
    private final double blue;

    /** @param height of the picture, which tells the matrix where nothing else does */
    GraphicsColor(ColorInfo color, int height) {
        this.color = color;
        int matrix = color.matrix() == 2 ? (color.isHighDynamicRange() ? 9 : height > 576 ? 1 : 6) : color.matrix();
        switch (matrix) {
            case 9, 10 -> {
                red = 0.2627;
                blue = 0.0593;
            }
            case 4, 5, 6 -> {
                red = 0.299;
                blue = 0.114;
            }
            default -> {
                red = 0.2126;
                blue = 0.0722;
            }
        }
    }

    /** Y, Cb, Cr of red, green and blue from 0 to 1. */
    double[] convert(double r, double g, double b) {
        double[] rgb = {r, g, b};
        if (color.isHighDynamicRange()) {
            rgb = highDynamicRange(rgb);
        }
        double luma = red * rgb[0] + (1 - red - blue) * rgb[1] + blue * rgb[2];
        return new double[] {luma, (rgb[2] - luma) / (2 * (1 - blue)), (rgb[0] - luma) / (2 * (1 - red))};
    }

    private double[] highDynamicRange(double[] rgb) {
        double[] linear = new double[3];
        for (int i = 0; i < 3; i++) {
            linear[i] = rgb[i] <= 0.04045 ? rgb[i] / 12.92 : Math.pow((rgb[i] + 0.055) / 1.055, 2.4);
        }
        double[] result = new double[3];
        for (int i = 0; i < 3; i++) {
            double light = TO_2020[i][0] * linear[0] + TO_2020[i][1] * linear[1] + TO_2020[i][2] * linear[2];
            result[i] = color.transfer() == ColorInfo.TRANSFER_PQ ? perceptualQuantizer(light * WHITE) : hybrid(light);
        }
        return result;
    }

    /** Inverse of the EOTF of SMPTE ST 2084. */
    static double perceptualQuantizer(double luminance) {
        double power = Math.pow(Math.max(0, luminance) / PQ_PEAK, 0.1593017578125);
        return Math.pow((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power), 78.84375);
    }

    /** OETF of hybrid log-gamma (ITU-R BT.2100), such that light 1 becomes the level of graphics white. */
    static double hybrid(double light) {
        double scene = Math.max(0, light) * (Math.exp((HLG_WHITE - 0.55991073) / 0.17883277) + 0.28466892) / 12;
        return scene <= 1.0 / 12 ? Math.sqrt(3 * scene) : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
    }
}
