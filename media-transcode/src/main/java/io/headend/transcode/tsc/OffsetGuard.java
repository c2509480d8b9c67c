package io.headend.transcode.tsc;

import io.headend.transcode.ComplexityFeatures;
import io.headend.transcode.ContentClass;
import io.headend.transcode.Scenario;

/**
 * How far a group of pictures may be steered, where scores and what viewers see part.
 *
 * @param finest least offset, at most 0
 * @param coarsest greatest offset, at least 0
 * @param ssimFloor whether the floor of SSIM is held
 */
record OffsetGuard(double finest, double coarsest, boolean ssimFloor) {

    static final OffsetGuard NONE = new OffsetGuard(-OffsetPolicy.MOST, OffsetPolicy.MOST, true);

    private static final double GRAIN_FINEST = -3;
    private static final double CALM_COARSEST = 2;
    // Share of blocks without detail above which a dark picture is nothing but black and noise.
    private static final double NOTHING = 0.8;

    static OffsetGuard of(Scenario scenario, ContentClass content, ComplexityFeatures features) {
        OffsetGuard guard = switch (scenario) {
            // Grain takes any number of bits for an SSIM that nobody sees.
            case FILM -> new OffsetGuard(NONE.finest, NONE.coarsest, false);
            // Faces and letters are looked at closely, and are seen to change.
            case TALK_SHOW -> new OffsetGuard(NONE.finest, CALM_COARSEST, true);
            case SCREEN -> new OffsetGuard(NONE.finest, 0, true);
            case AUTO, SPORTS, GAMING, ANIMATION -> NONE;
        };
        return switch (content) {
            // Noise in the dark never scores well, whatever it is given, and banding is seen there first.
            case DARK -> guard.within(features.flat() > NOTHING ? 0 : guard.finest, 0, guard.ssimFloor);
            case RESTLESS -> guard.within(GRAIN_FINEST, guard.coarsest, false);
            case UNKNOWN, STILL, SCREEN, ORDINARY -> guard;
        };
    }

    private OffsetGuard within(double least, double most, boolean floor) {
        return new OffsetGuard(Math.max(finest, least), Math.min(coarsest, most), floor);
    }

    double limit(double offset) {
        return Math.max(finest, Math.min(coarsest, offset));
    }
}
