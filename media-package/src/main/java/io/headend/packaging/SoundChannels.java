package io.headend.packaging;

import io.headend.core.AudioFormat;
import io.headend.core.Codec;
import io.headend.formats.ac3.SyncFrame;

/** How many channels a manifest says that sound has. */
final class SoundChannels {

    private SoundChannels() {}

    /** {@code CHANNELS} of HLS: the count, or the objects of Dolby Atmos such as {@code 16/JOC}. */
    static String of(AudioFormat audio) {
        int objects = objects(audio);
        return objects > 0 ? objects + "/JOC" : Integer.toString(audio.channels());
    }

    /** Complexity of joint object coding, 0 where there is none. */
    static int objects(AudioFormat audio) {
        return audio.codec().codec() == Codec.EAC3
                ? SyncFrame.objectComplexity(audio.codec().record())
                : 0;
    }
}
