/** A program of a user of the house, on the module path. */
module io.headend.house.paths {
    requires io.headend.ffmpeg;
    requires io.headend.testkit;
}
