package io.headend.transcode;

import io.headend.core.Codec;
import io.headend.core.CodecConfig;
import io.headend.core.Cue;
import io.headend.core.CueSchedule;
import io.headend.core.Gap;
import io.headend.core.MediaErrorCode;
import io.headend.core.MediaEvent;
import io.headend.core.MediaException;
import io.headend.core.Sample;
import io.headend.core.StreamItem;
import io.headend.core.Timebase;
import io.headend.core.Timestamp;
import io.headend.core.Track;
import io.headend.ffmpeg.AvFrame;
import io.headend.ffmpeg.FfmpegRuntime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The decoding side of a transcoder: routes samples to the two decoders and what they give to the renditions. */
final class Program implements AutoCloseable {

    private static final int MAX_TRACKS = 256;
    private static final int MAX_WAITING_CUES = 64;

    private final TranscoderBuilder settings;
    private final @Nullable CueSchedule splices;
    private final Workers workers;
    private final Anchor anchor;
    private final Map<Integer, Track> announced = new LinkedHashMap<>();
    private final WorkerGroup pictureWorkers = new WorkerGroup();
    private final WorkerGroup soundWorkers = new WorkerGroup();
    private final ArrayDeque<Cue> waitingCues = new ArrayDeque<>();
    private final DecodeErrors decodeErrors;
    private final @Nullable SnapshotTaker snapshots;

    private volatile @Nullable PictureInput pictures;
    private volatile @Nullable SoundInput sounds;
    // Announced when the choice was made already: what a source that was opened again may go on with.
    private final Set<Integer> fresh = new HashSet<>();
    private boolean chosen;
    private boolean videoLost;
    private boolean audioLost;
    private long jumpsTold;

    Program(TranscoderBuilder settings, Workers workers) {
        this.settings = settings;
        this.workers = workers;
        this.anchor = new Anchor(settings.grid, settings.start);
        this.splices = settings.segmentsAtSplices ? new CueSchedule(settings.grid) : null;
        this.decodeErrors = new DecodeErrors(settings);
        Snapshots wanted = settings.processing.snapshots();
        this.snapshots = wanted == null ? null : new SnapshotTaker(wanted, settings.grid, settings.threads);
    }

    void announce(Track track) {
        if (!announced.containsKey(track.id()) && announced.size() >= MAX_TRACKS) {
            throw new MediaException(
                    MediaErrorCode.EXHAUSTED,
                    "the program has more than " + MAX_TRACKS + " tracks; send only those to be transcoded");
        }
        Track before = announced.put(track.id(), track);
        if (chosen && before == null) {
            fresh.add(track.id());
        }
        PictureInput video = pictures;
        SoundInput audio = sounds;
        if (video != null && video.track().id() == track.id()) {
            if (!track.equals(before)) {
                changed(track);
                video.change(track);
            }
        } else if (audio != null && audio.track().id() == track.id()) {
            if (!track.equals(before)) {
                changed(track);
                audio.change(track);
            }
        } else if (chosen) {
            choose();
        }
    }

    private void changed(Track track) {
        settings.event(
                TranscodeEvent.Kind.SOURCE_CHANGED,
                track.name(),
                MediaEvent.Severity.INFO,
                "track " + track.name() + " goes on as " + track.format());
    }

    private void choose() {
        chosen = true;
        if (pictures == null && !settings.ladder.video().isEmpty()) {
            TrackChoice.video(announced.values(), Program::decodable)
                    .ifPresent(track -> pictures = new PictureInput(track, anchor, settings, this::picture));
        }
        if (sounds == null && !settings.ladder.audio().isEmpty()) {
            TrackChoice.audio(announced.values(), Program::decodable)
                    .ifPresent(track -> sounds = new SoundInput(track, anchor, pictures != null, this::sound));
        }
    }

    private void requireDecodable() {
        if (!settings.ladder.video().isEmpty()) {
            requireDecodable(Codec.Kind.VIDEO, "pictures");
        }
        if (!settings.ladder.audio().isEmpty() && settings.silenceAfter.isZero()) {
            requireDecodable(Codec.Kind.AUDIO, "sound");
        }
    }

    private void requireDecodable(Codec.Kind kind, String what) {
        List<Track> tracks = announced.values().stream()
                .filter(track -> track.kind() == kind)
                .toList();
        if (!tracks.isEmpty() && tracks.stream().noneMatch(Program::decodable)) {
            throw MediaException.unsupported("FFmpeg cannot decode the source's " + what + " ("
                    + tracks.stream().map(Program::coding).collect(Collectors.joining(", "))
                    + "); convert it first or leave out that part of the ladder");
        }
    }

    private static String coding(Track track) {
        String name = track.format().codec().name();
        return track.name() + " is " + (name.equals("none") ? "unknown" : name);
    }

    private static boolean decodable(Track track) {
        CodecConfig codec = track.format().codec();
        return FfmpegRuntime.get().hasDecoder(codec.name());
    }

    /** Another source, or the same one opened again, which may number its tracks otherwise. */
    void restart() {
        drain();
        videoLost = true;
        audioLost = true;
    }

    private void follow(int trackId) {
        Track track = announced.get(trackId);
        PictureInput video = pictures;
        SoundInput audio = sounds;
        if (track == null) {
            return;
        }
        if (videoLost && video != null && track.kind() == Codec.Kind.VIDEO) {
            videoLost = !fresh.contains(trackId) && video.track().id() != trackId;
            if (fresh.contains(trackId) && decodable(track)) {
                changed(track);
                video.change(track);
            }
        } else if (audioLost && audio != null && track.kind() == Codec.Kind.AUDIO) {
            audioLost = !fresh.contains(trackId) && audio.track().id() != trackId;
            if (fresh.contains(trackId) && decodable(track)) {
                changed(track);
                audio.change(track);
            }
        }
    }

    void sample(Sample sample) {
        if (!chosen) {
            choose();
        } else if (videoLost || audioLost) {
            follow(sample.trackId());
        }
        PictureInput video = pictures;
        SoundInput audio = sounds;
        if (video != null && video.track().id() == sample.trackId()) {
            video.accept(sample);
        } else if (audio != null && audio.track().id() == sample.trackId()) {
            audio.accept(sample);
        }
        decodeErrors.tell(video, audio);
        tellJumps();
    }

    /** @throws ArithmeticException if its end is beyond 64 bits */
    void gap(Gap gap) {
        PictureInput video = pictures;
        SoundInput audio = sounds;
        if (video != null && video.track().id() == gap.trackId()) {
            video.fillTo(end(gap, video.track()));
        } else if (audio != null && audio.track().id() == gap.trackId()) {
            if (anchor.isSet()) {
                soundWorkers.silence(audio.skipTo(end(gap, audio.track())));
            }
        }
    }

    private static Timestamp end(Gap gap, Track track) {
        return Timestamp.of(Math.addExact(gap.pts(), gap.duration()), track.timebase());
    }

    /** @throws ArithmeticException if its time is beyond 64 bits */
    void cue(Cue cue) {
        if (!anchor.isSet()) {
            if (waitingCues.size() == MAX_WAITING_CUES) {
                waitingCues.poll();
            }
            waitingCues.add(cue);
            return;
        }
        Cue mapped = new Cue(cue.schemeIdUri(), cue.id(), anchor.map(cue.at()), cue.duration(), cue.message());
        CueSchedule moving = splices;
        if (moving != null && cue.schemeIdUri().startsWith("urn:scte:scte35:")) {
            moving.add(mapped.at());
        }
        message(mapped);
    }

    private void message(StreamItem item) {
        pictureWorkers.message(item);
        soundWorkers.message(item);
    }

    /** A break after which the source begins anew: what the decoders hold comes out, what they know is forgotten. */
    void drain() {
        PictureInput video = pictures;
        if (video != null) {
            video.drain();
        }
        SoundInput audio = sounds;
        if (audio != null) {
            audio.drain();
        }
    }

    /** The end of what was shown, of the sound where there are no pictures; {@code null} before the first. */
    @Nullable
    Timestamp coveredTo() {
        PictureInput video = pictures;
        SoundInput audio = sounds;
        return video != null ? video.shownTo() : audio == null ? null : audio.heardTo();
    }

    /** Fills up to an epoch time, where something was shown or heard before. */
    void cover(Timestamp end, boolean black) {
        Timestamp before = coveredTo();
        if (before == null || end.compareTo(before) <= 0) {
            return;
        }
        settings.load.covers(before.toNanos());
        PictureInput video = pictures;
        if (video != null) {
            settings.meters.count("headend.transcode.covered", video.cover(end, black));
        }
        SoundInput audio = sounds;
        if (soundWorkers.started()) {
            Timestamp to = video == null ? end : Objects.requireNonNull(video.shownTo());
            if (audio != null) {
                audio.cover(to);
            }
            soundWorkers.silence(to);
        }
    }

    /**
     * Gives out what the decoders hold; nothing is accepted afterwards.
     *
     * @throws MediaException {@code UNSUPPORTED} if the ladder wants pictures or sound of which none can be decoded
     */
    void finish() {
        requireDecodable();
        PictureInput video = pictures;
        if (video != null) {
            video.drain();
        }
        SoundInput audio = sounds;
        if (audio != null) {
            audio.drain();
            audio.release();
        }
        if (!settings.silenceAfter.isZero() && video != null) {
            Timestamp shownTo = video.shownTo();
            if (shownTo != null) {
                startSound(anchor.start(), null);
                soundWorkers.silence(shownTo);
            }
        }
        decodeErrors.tell(video, audio);
        startTheRest();
    }

    // A rendition that never got anything still ends: its sink is told so.
    private void startTheRest() {
        startPictures();
        startSound(anchor.start(), null);
    }

    private void picture(AvFrame frame, long number, boolean again, long arrivalNanos) {
        startPictures();
        SnapshotTaker taker = snapshots;
        if (taker != null) {
            taker.offer(frame, number);
        }
        if (!again) {
            settings.load.came(settings.grid.startOfFrame(number).toNanos(), arrivalNanos);
        }
        CueSchedule moving = splices;
        if (moving != null) {
            moving.decide(number).forEach(this::message);
        }
        pictureWorkers.picture(frame, number, again, arrivalNanos);
        settings.meters.count(again ? "headend.transcode.repeated" : "headend.transcode.shown", 1);
        SoundInput audio = sounds;
        if (audio != null) {
            audio.release();
        }
        passWaitingCues();
        coverMissingSound(number, audio);
    }

    private void sound(AvFrame frame, Timestamp start, long arrivalNanos) {
        startSound(start, soundLanguage());
        soundWorkers.sound(frame, start, arrivalNanos);
    }

    private void coverMissingSound(long number, @Nullable SoundInput audio) {
        if (settings.silenceAfter.isZero() || settings.ladder.audio().isEmpty()) {
            return;
        }
        long due = settings.grid.startOfFrame(number).toNanos() - settings.silenceAfter.toNanos();
        Timestamp heardTo = audio == null ? null : audio.heardTo();
        long from = heardTo == null ? anchor.start().toNanos() : heardTo.toNanos();
        if (due > from) {
            startSound(anchor.start(), soundLanguage());
            soundWorkers.silence(Timestamp.of(due, Timebase.NANOS));
        }
    }

    private @Nullable String soundLanguage() {
        SoundInput audio = sounds;
        return audio == null ? null : audio.track().language();
    }

    private void passWaitingCues() {
        for (Cue cue = waitingCues.poll(); cue != null; cue = waitingCues.poll()) {
            cue(cue);
        }
    }

    private void startPictures() {
        if (pictureWorkers.started()) {
            return;
        }
        int id = 0;
        List<Worker> started = new ArrayList<>();
        for (Rendition rendition : settings.ladder.video()) {
            RenditionOutput output = output(rendition.name());
            GopTally gop = new GopTally(rendition.name(), settings.gopReports);
            VideoStage stage = new VideoStage(
                    id++, rendition, settings, output, gop, text -> encoderStarted(rendition.name(), text));
            started.add(workers.start(new WorkQueue(rendition.name(), settings.queuedFrames), stage, output));
        }
        pictureWorkers.start(started);
    }

    private void startSound(Timestamp first, @Nullable String language) {
        if (soundWorkers.started()) {
            return;
        }
        // Sound that joins much later than the program began does not get minutes of silence before it.
        long lead = first.toNanos() - anchor.start().toNanos();
        Timestamp start = lead > Anchor.MAX_HOLE_NANOS ? first : anchor.start();
        int id = settings.ladder.video().size();
        List<Worker> started = new ArrayList<>();
        for (AudioRendition rendition : settings.ladder.audio()) {
            RenditionOutput output = output(rendition.name());
            AudioStage stage = new AudioStage(
                    id++,
                    rendition,
                    language,
                    start,
                    settings.processing.loudness(),
                    output,
                    text -> encoderStarted(rendition.name(), text));
            // A frame of sound is shorter than one of pictures and weighs nothing.
            started.add(workers.start(new WorkQueue(rendition.name(), 8 * settings.queuedFrames), stage, output));
        }
        soundWorkers.start(started);
    }

    private RenditionOutput output(String name) {
        return new RenditionOutput(name, Objects.requireNonNull(settings.outputs.get(name)), settings.meters);
    }

    private void encoderStarted(String name, String text) {
        settings.event(TranscodeEvent.Kind.ENCODER_STARTED, name, MediaEvent.Severity.INFO, name + ": " + text);
    }

    private void tellJumps() {
        if (anchor.jumps() > jumpsTold) {
            jumpsTold = anchor.jumps();
            settings.event(
                    TranscodeEvent.Kind.CLOCK_JUMP,
                    "source",
                    MediaEvent.Severity.WARNING,
                    "the source's clock left its course; the output goes on without a step");
        }
    }

    TranscoderStats stats() {
        PictureInput video = pictures;
        SoundInput audio = sounds;
        return new TranscoderStats(
                video == null ? 0 : video.decoded(),
                video == null ? 0 : video.repeated(),
                video == null ? 0 : video.dropped(),
                (video == null ? 0 : video.errors()) + (audio == null ? 0 : audio.errors()),
                anchor.jumps(),
                workers.stats());
    }

    @Override
    public void close() {
        waitingCues.clear();
        SnapshotTaker taker = snapshots;
        if (taker != null) {
            taker.close();
        }
        PictureInput video = pictures;
        if (video != null) {
            video.close();
        }
        SoundInput audio = sounds;
        if (audio != null) {
            audio.close();
        }
    }
}
