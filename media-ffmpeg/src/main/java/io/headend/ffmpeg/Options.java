package io.headend.ffmpeg;

import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_iterate;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;

import io.headend.core.MediaException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** An AVDictionary for the length of one call; what the call leaves in it was not understood. */
final class Options implements AutoCloseable {

    private final AVDictionary dictionary = new AVDictionary((Pointer) null);

    Options(Map<String, String> entries) {
        entries.forEach((key, value) -> Averror.check(av_dict_set(dictionary, key, value, 0), "av_dict_set", key));
    }

    AVDictionary dictionary() {
        return dictionary;
    }

    /** @param user names given by the user; others are ours and may be left over */
    void rejectLeftOver(String what, Map<String, String> user) {
        for (String key : read(dictionary).keySet()) {
            if (user.containsKey(key)) {
                throw MediaException.invalidArgument(what + " does not know the option '" + key + "'");
            }
        }
    }

    /** Sets an option of a native object itself. */
    static void set(Pointer object, String key, String value) {
        Averror.check(av_opt_set(object, key, value, 0), "av_opt_set", "set " + key);
    }

    @Override
    public void close() {
        av_dict_free(dictionary);
    }

    static Map<String, String> read(@Nullable AVDictionary dictionary) {
        Map<String, String> result = new LinkedHashMap<>();
        if (dictionary == null) {
            return result;
        }
        AVDictionaryEntry entry = av_dict_iterate(dictionary, null);
        while (entry != null) {
            result.put(text(entry.key()), text(entry.value()));
            entry = av_dict_iterate(dictionary, entry);
        }
        return result;
    }

    /** The text at a native pointer; empty for the null pointer. */
    static String text(@Nullable BytePointer pointer) {
        return pointer == null ? "" : pointer.getString(StandardCharsets.UTF_8);
    }
}
