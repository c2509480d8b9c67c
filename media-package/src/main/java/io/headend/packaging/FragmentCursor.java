package io.headend.packaging;

import io.headend.formats.isobmff.SampleCursor;
import io.headend.formats.isobmff.SampleFlags;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.isobmff.TrackFragment;
import java.util.List;

/** Goes through a track that lies in fragments, one of which it holds at a time. */
final class FragmentCursor implements SampleCursor {

    private final Mp4File file;
    private final TrackExtendsBox defaults;
    private List<TrackFragment> held = List.of();
    private boolean loaded;
    private int fragment = -1;
    private int run;
    private int sample = -1;
    private long decodeTime;
    private long fragmentTime;

    FragmentCursor(Mp4File file, TrackExtendsBox defaults) {
        this.file = file;
        this.defaults = defaults;
    }

    @Override
    public boolean next() {
        if (fragment >= 0) {
            decodeTime += hasSample() ? duration() : 0;
            sample++;
        }
        while (!hasSample()) {
            if (fragment >= 0 && run + 1 < held.size()) {
                run++;
            } else if (fragment + 1 < file.fragmentCount()) {
                fragment++;
                fragmentTime = decodeTime;
                loaded = false;
                run = 0;
            } else {
                return false;
            }
            sample = 0;
            if (run < held().size()) {
                decodeTime = held.get(run).baseDecodeTime();
            }
        }
        return true;
    }

    private boolean hasSample() {
        return fragment >= 0 && run < held().size() && sample < held.get(run).sampleCount();
    }

    private List<TrackFragment> held() {
        if (!loaded) {
            held = file.fragment(fragment, defaults, fragmentTime);
            loaded = true;
        }
        return held;
    }

    private TrackFragment present() {
        return held().get(run);
    }

    @Override
    public long offset() {
        return present().offset(sample);
    }

    @Override
    public int size() {
        return present().size(sample);
    }

    @Override
    public long decodeTime() {
        return decodeTime;
    }

    @Override
    public int compositionOffset() {
        return present().compositionOffset(sample);
    }

    @Override
    public long duration() {
        return Integer.toUnsignedLong(present().duration(sample));
    }

    @Override
    public boolean sync() {
        return SampleFlags.isSync(present().flags(sample));
    }

    @Override
    public int description() {
        int own = present().description();
        return own > 0 ? own : defaults.descriptionIndex();
    }

    /** The copy reads its fragment again when it is used: bookmarks must not hold what they do not need. */
    @Override
    public SampleCursor copy() {
        FragmentCursor copy = new FragmentCursor(file, defaults);
        copy.fragment = fragment;
        copy.run = run;
        copy.sample = sample;
        copy.decodeTime = decodeTime;
        copy.fragmentTime = fragmentTime;
        return copy;
    }
}
