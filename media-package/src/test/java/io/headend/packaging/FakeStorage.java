package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Objects in a map. It can refuse, keep acknowledgements back, and die for ever after some number of requests. */
final class FakeStorage implements ObjectStorage {

    final ConcurrentNavigableMap<String, byte[]> objects;
    final List<CompletableFuture<Void>> held = new CopyOnWriteArrayList<>();
    Predicate<String> refuses = name -> false;
    Predicate<String> holds = name -> false;
    private long left;

    FakeStorage() {
        this(new ConcurrentSkipListMap<>(), Long.MAX_VALUE);
    }

    FakeStorage(ConcurrentNavigableMap<String, byte[]> objects, long requests) {
        this.objects = objects;
        this.left = requests;
    }

    boolean isDead() {
        return left <= 0;
    }

    String text(String name) {
        return new String(objects.get(name), StandardCharsets.UTF_8);
    }

    private <T> Optional<CompletionStage<T>> failure(String name) {
        if (left-- <= 0 || refuses.test(name)) {
            return Optional.of(CompletableFuture.failedFuture(
                    new MediaException(MediaErrorCode.IO, "the storage does not take " + name)));
        }
        return Optional.empty();
    }

    @Override
    public synchronized CompletionStage<Void> put(String name, MediaBody.Bytes bytes, Attributes attributes) {
        Optional<CompletionStage<Void>> failure = failure(name);
        if (failure.isPresent()) {
            return failure.get();
        }
        objects.put(name, ObjectCalls.joined(bytes).array());
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        if (holds.test(name)) {
            held.add(acknowledged);
        } else {
            acknowledged.complete(null);
        }
        return acknowledged;
    }

    @Override
    public synchronized CompletionStage<Optional<MediaBody.Bytes>> get(String name) {
        Optional<CompletionStage<Optional<MediaBody.Bytes>>> failure = failure(name);
        return failure.orElseGet(() -> CompletableFuture.completedFuture(
                Optional.ofNullable(objects.get(name)).map(b -> new MediaBody.Bytes(ByteBuffer.wrap(b)))));
    }

    @Override
    public synchronized CompletionStage<SortedMap<String, Long>> list(String prefix) {
        SortedMap<String, Long> found = new TreeMap<>();
        objects.forEach((name, bytes) -> {
            if (name.startsWith(prefix)) {
                found.put(name, (long) bytes.length);
            }
        });
        Optional<CompletionStage<SortedMap<String, Long>>> failure = failure(prefix);
        return failure.orElseGet(() -> CompletableFuture.completedFuture(found));
    }

    @Override
    public synchronized CompletionStage<Void> delete(Collection<String> names) {
        Optional<CompletionStage<Void>> failure = failure("deletion");
        if (failure.isEmpty()) {
            names.forEach(objects::remove);
        }
        return failure.orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    @Override
    public void close() {}
}
