package io.headend.packaging.s3;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.core.http.MediaBody;
import io.headend.packaging.ObjectStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * A bucket of S3, or of anything that speaks its protocol.
 *
 * <p>Region, endpoint, credentials, checksums and how often a request is tried again are the client's; here each request gets a deadline over
 * all tries, and no more run at a time than the storage was told. Reads and writes have threads of their own, so that many readers do not hold
 * up a channel. Nothing is cached.
 *
 * <p><b>Threading:</b> any thread. Requests run on threads of the {@link ThreadFactory}, made as they are needed.
 */
public final class S3Storage implements ObjectStorage {

    /** What one request may remove (S3 API, DeleteObjects). */
    private static final int MAX_DELETED = 1000;

    private final S3Client client;
    private final String bucket;
    private final int maxObjectBytes;
    private final int maxNames;
    private final AwsRequestOverrideConfiguration limits;
    private final CallPool writes;
    private final CallPool reads;

    private S3Storage(Builder builder) {
        this.client = builder.client;
        this.bucket = builder.bucket;
        this.maxObjectBytes = builder.maxObjectBytes;
        this.maxNames = builder.maxNames;
        this.limits = AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(builder.deadline)
                .apiCallAttemptTimeout(builder.attempt())
                .build();
        this.writes = new CallPool(bucket, builder.concurrency, builder.maxWaiting, builder.threads);
        this.reads = new CallPool(bucket, builder.concurrency, builder.maxWaiting, builder.threads);
    }

    /**
     * @param client stays the caller's to close
     * @param bucket its name; it must exist
     */
    public static Builder builder(S3Client client, String bucket) {
        return new Builder(client, bucket);
    }

    @Override
    public CompletionStage<Void> put(String name, MediaBody.Bytes bytes, Attributes attributes) {
        return writes.perform(() -> {
            RequestBody body = RequestBody.fromContentProvider(
                    () -> new BuffersStream(bytes.parts()), bytes.length(), attributes.contentType());
            client.putObject(
                    put -> put.bucket(bucket)
                            .key(name)
                            .contentType(attributes.contentType())
                            .cacheControl(attributes.cacheControl())
                            .overrideConfiguration(limits),
                    body);
        });
    }

    @Override
    public CompletionStage<Optional<MediaBody.Bytes>> get(String name) {
        return reads.run(() -> {
            try (ResponseInputStream<GetObjectResponse> in =
                    client.getObject(get -> get.bucket(bucket).key(name).overrideConfiguration(limits))) {
                byte[] bytes = in.readNBytes(maxObjectBytes);
                if (in.read() >= 0) {
                    in.abort();
                    throw new MediaException(
                            MediaErrorCode.EXHAUSTED, "object " + name + " has more than " + maxObjectBytes + " bytes");
                }
                return Optional.of(new MediaBody.Bytes(ByteBuffer.wrap(bytes)));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public CompletionStage<SortedMap<String, Long>> list(String prefix) {
        return reads.run(() -> {
            SortedMap<String, Long> names = new TreeMap<>();
            String token = null;
            do {
                ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .overrideConfiguration(limits);
                if (token != null) {
                    request.continuationToken(token);
                }
                ListObjectsV2Response page = client.listObjectsV2(request.build());
                page.contents().forEach(object -> names.put(object.key(), object.size()));
                if (names.size() > maxNames) {
                    throw new MediaException(
                            MediaErrorCode.EXHAUSTED,
                            "there are more than " + maxNames + " objects below " + prefix
                                    + "; give each channel a prefix of its own");
                }
                token = Boolean.TRUE.equals(page.isTruncated()) ? page.nextContinuationToken() : null;
            } while (token != null);
            return names;
        });
    }

    @Override
    public CompletionStage<Void> delete(Collection<String> names) {
        List<String> all = List.copyOf(names);
        return writes.perform(() -> {
            for (int from = 0; from < all.size(); from += MAX_DELETED) {
                deleteSome(all.subList(from, Math.min(all.size(), from + MAX_DELETED)));
            }
        });
    }

    private void deleteSome(List<String> names) {
        List<ObjectIdentifier> keys = new ArrayList<>(names.size());
        names.forEach(name -> keys.add(ObjectIdentifier.builder().key(name).build()));
        DeleteObjectsResponse answer = client.deleteObjects(DeleteObjectsRequest.builder()
                .bucket(bucket)
                .delete(d -> d.objects(keys).quiet(true))
                .overrideConfiguration(limits)
                .build());
        if (answer.hasErrors() && !answer.errors().isEmpty()) {
            throw new MediaException(
                    MediaErrorCode.IO,
                    answer.errors().size() + " objects were not removed, the first because of "
                            + answer.errors().get(0).code());
        }
    }

    @Override
    public void close() {
        writes.close();
        reads.close();
    }

    /** Which bucket, and bounds; not safe for use by several threads. */
    public static final class Builder {
        private final S3Client client;
        private final String bucket;
        private int concurrency = 8;
        private int maxWaiting = 1024;
        private int maxObjectBytes = 64 << 20;
        private int maxNames = 1_000_000;
        private Duration deadline = Duration.ofSeconds(8);
        private ThreadFactory threads = CallPool.daemons();

        private Builder(S3Client client, String bucket) {
            if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,62}")) {
                throw MediaException.invalidArgument("'" + bucket + "' is no name of a bucket");
            }
            this.client = client;
            this.bucket = bucket;
        }

        /**
         * Requests that run at a time, and that wait: 8 and 1024 by default, of reads and of writes each. The client must have as many
         * connections as run.
         */
        public Builder concurrency(int running, int waiting) {
            if (running < 1 || running > 1024 || waiting < 1) {
                throw MediaException.invalidArgument(
                        "concurrency " + running + " is not 1 to 1024, or " + waiting + " waiting are none");
            }
            this.concurrency = running;
            this.maxWaiting = waiting;
            return this;
        }

        /** How long a request may take with all its tries, 8 s by default; one try may take a third of it. */
        public Builder deadline(Duration longest) {
            if (longest.toMillis() < 3) {
                throw MediaException.invalidArgument("a deadline of " + longest + " is too short");
            }
            this.deadline = longest;
            return this;
        }

        /** The largest object that is read, 64 MiB by default. */
        public Builder maxObjectBytes(int bytes) {
            if (bytes < 1) {
                throw MediaException.invalidArgument("maxObjectBytes must be positive, not " + bytes);
            }
            this.maxObjectBytes = bytes;
            return this;
        }

        /** Makes the threads that wait for the service; daemons by default. */
        public Builder threads(ThreadFactory factory) {
            this.threads = factory;
            return this;
        }

        private Duration attempt() {
            return deadline.dividedBy(3);
        }

        public S3Storage build() {
            return new S3Storage(this);
        }
    }
}
