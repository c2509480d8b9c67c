/** A program of a user of the whole house, on the module path. */
module io.headend.house.paths {
    requires io.headend.cdn;
    requires io.headend.core;
    requires io.headend.drm;
    requires io.headend.ffmpeg;
    requires io.headend.formats;
    requires io.headend.ingest;
    requires io.headend.live;
    requires io.headend.packaging;
    requires io.headend.testkit;
    requires io.headend.transcode;
}
