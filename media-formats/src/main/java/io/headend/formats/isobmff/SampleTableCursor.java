package io.headend.formats.isobmff;

import io.headend.core.MediaException;

/** Where one reader of a sample table stands: a place in each of its run-length tables. */
final class SampleTableCursor implements SampleCursor {

    private final SampleTable table;
    private int sample = -1;
    private int timeRun = -1;
    private long timeLeft;
    private long duration;
    private long decodeTime;
    private int offsetRun = -1;
    private long offsetLeft;
    private int compositionOffset;
    private int chunkRun;
    private int chunk = -1;
    private long chunkLeft;
    private long nextOffset;
    private long offset;
    private int size;
    private int nextSync;
    private boolean sync;

    SampleTableCursor(SampleTable table) {
        this.table = table;
    }

    private SampleTableCursor(SampleTableCursor from) {
        this.table = from.table;
        this.sample = from.sample;
        this.timeRun = from.timeRun;
        this.timeLeft = from.timeLeft;
        this.duration = from.duration;
        this.decodeTime = from.decodeTime;
        this.offsetRun = from.offsetRun;
        this.offsetLeft = from.offsetLeft;
        this.compositionOffset = from.compositionOffset;
        this.chunkRun = from.chunkRun;
        this.chunk = from.chunk;
        this.chunkLeft = from.chunkLeft;
        this.nextOffset = from.nextOffset;
        this.offset = from.offset;
        this.size = from.size;
        this.nextSync = from.nextSync;
        this.sync = from.sync;
    }

    @Override
    public boolean next() {
        if (sample + 1 >= table.sampleCount()) {
            return false;
        }
        if (sample >= 0) {
            decodeTime += duration;
        }
        sample++;
        nextTime();
        nextCompositionOffset();
        nextPlace();
        nextSync();
        return true;
    }

    private void nextTime() {
        while (timeLeft == 0) {
            check(timeRun + 1 < table.decodingTimes.count(), "stts");
            timeRun++;
            timeLeft = Integer.toUnsignedLong(table.decodingTimes.at(timeRun, 0));
            duration = Integer.toUnsignedLong(table.decodingTimes.at(timeRun, 1));
        }
        timeLeft--;
    }

    private void nextCompositionOffset() {
        SampleTable.Table runs = table.compositionOffsets;
        while (offsetLeft == 0) {
            if (offsetRun + 1 >= runs.count()) {
                compositionOffset = 0;
                return;
            }
            offsetRun++;
            offsetLeft = Integer.toUnsignedLong(runs.at(offsetRun, 0));
            compositionOffset = runs.at(offsetRun, 1);
        }
        offsetLeft--;
    }

    private void nextPlace() {
        SampleTable.Table runs = table.chunkRuns;
        while (chunkLeft == 0) {
            chunk++;
            check(chunk < table.chunkOffsets.count() && runs.count() > 0, "stco");
            // the first chunk of each run is counted from 1
            while (chunkRun + 1 < runs.count() && runs.at(chunkRun + 1, 0) - 1 <= chunk) {
                chunkRun++;
            }
            chunkLeft = Integer.toUnsignedLong(runs.at(chunkRun, 1));
            nextOffset = table.wideOffsets
                    ? table.chunkOffsets.bytes().getLong(chunk * 8)
                    : Integer.toUnsignedLong(table.chunkOffsets.at(chunk, 0));
        }
        chunkLeft--;
        size = table.sizeOf(sample);
        offset = nextOffset;
        check(size >= 0 && offset >= 0 && offset < Long.MAX_VALUE - size, "stsz");
        nextOffset += size;
    }

    private void nextSync() {
        SampleTable.Table list = table.syncSamples;
        while (nextSync < list.count() && list.at(nextSync, 0) - 1 < sample) {
            nextSync++;
        }
        sync = table.everySampleSync || (nextSync < list.count() && list.at(nextSync, 0) - 1 == sample);
    }

    private void check(boolean condition, String box) {
        if (!condition) {
            throw MediaException.malformed("sample " + (sample + 1) + ": the tables contradict each other at " + box);
        }
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long decodeTime() {
        return decodeTime;
    }

    @Override
    public int compositionOffset() {
        return compositionOffset;
    }

    @Override
    public long duration() {
        return duration;
    }

    @Override
    public boolean sync() {
        return sync;
    }

    @Override
    public int description() {
        return table.chunkRuns.at(chunkRun, 2);
    }

    @Override
    public SampleCursor copy() {
        return new SampleTableCursor(this);
    }
}
