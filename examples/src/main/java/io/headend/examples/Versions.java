package io.headend.examples;

import io.headend.ffmpeg.FfmpegRuntime;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Versions implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String own = Headend.class.getPackage().getImplementationVersion();
        FfmpegRuntime ffmpeg = FfmpegRuntime.get();
        return new String[] {
            "headend " + (own == null ? "development build" : own),
            "FFmpeg " + ffmpeg.version() + " (" + ffmpeg.licence() + ")",
            "Java " + Runtime.version() + " on " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
        };
    }
}
