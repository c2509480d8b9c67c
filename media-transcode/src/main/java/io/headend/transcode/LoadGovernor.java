package io.headend.transcode;

/** Says how much work the renditions of one transcoder may do. May be asked by any thread. */
final class LoadGovernor {

    private volatile ComputeLevel level = ComputeLevel.FULL;

    ComputeLevel level() {
        return level;
    }
}
