package io.headend.formats.h26x;

/**
 * The general part of profile_tier_level() (H.265, 7.3.3), as {@code hvcC} repeats it.
 *
 * @param space general_profile_space, 0 to 3
 * @param highTier general_tier_flag
 * @param profileIdc general_profile_idc, 0 to 31
 * @param compatibility the 32 general_profile_compatibility_flags, flag 0 in the top bit
 * @param constraints the 48 bits from general_progressive_source_flag on
 * @param levelIdc general_level_idc: thirty times the level number
 */
public record ProfileTierLevel(
        int space, boolean highTier, int profileIdc, int compatibility, long constraints, int levelIdc) {

    static ProfileTierLevel read(BitReader in, int maxSubLayersMinus1) {
        int space = in.u(2);
        boolean tier = in.flag();
        int profile = in.u(5);
        int compatibility = (int) in.bits(32);
        long constraints = in.bits(32) << 16 | in.bits(16);
        int level = in.u(8);
        boolean[] profilePresent = new boolean[maxSubLayersMinus1];
        boolean[] levelPresent = new boolean[maxSubLayersMinus1];
        for (int i = 0; i < maxSubLayersMinus1; i++) {
            profilePresent[i] = in.flag();
            levelPresent[i] = in.flag();
        }
        if (maxSubLayersMinus1 > 0) {
            in.skip(2 * (8 - maxSubLayersMinus1));
        }
        for (int i = 0; i < maxSubLayersMinus1; i++) {
            in.skip((profilePresent[i] ? 88 : 0) + (levelPresent[i] ? 8 : 0));
        }
        return new ProfileTierLevel(space, tier, profile, compatibility, constraints, level);
    }
}
