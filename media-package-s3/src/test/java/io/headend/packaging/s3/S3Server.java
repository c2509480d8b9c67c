package io.headend.packaging.s3;

import io.headend.core.http.MediaBody;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3Proxy in this process, over a folder, so that it can be stopped and started with what it had. */
final class S3Server implements AutoCloseable {

    static final String BUCKET = "channels";

    private final S3Proxy proxy;

    private S3Server(S3Proxy proxy) {
        this.proxy = proxy;
    }

    /** @param port 0 for any */
    static S3Server start(Path folder, int port) throws Exception {
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(folder.toString()))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "id", "secret")
                .ignoreUnknownHeaders(true)
                .stopTimeout(0)
                .build();
        proxy.start();
        S3Server server = new S3Server(proxy);
        try (S3Client client = server.client()) {
            if (client.listBuckets().buckets().isEmpty()) {
                client.createBucket(b -> b.bucket(BUCKET));
            }
        }
        return server;
    }

    int port() {
        return proxy.getPort();
    }

    S3Client client() {
        return client(port(), "secret");
    }

    static S3Client client(int port, String secret) {
        return S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", secret)))
                .httpClientBuilder(UrlConnectionHttpClient.builder().connectionTimeout(Duration.ofSeconds(2)))
                .build();
    }

    static List<String> names(S3Client client) {
        return client.listObjectsV2(l -> l.bucket(BUCKET)).contents().stream()
                .map(S3Object::key)
                .sorted()
                .toList();
    }

    static String text(S3Client client, String name) {
        return client.getObjectAsBytes(g -> g.bucket(BUCKET).key(name)).asString(StandardCharsets.UTF_8);
    }

    static MediaBody.Bytes bytes(String text) {
        return new MediaBody.Bytes(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy does not stop", e);
        }
    }
}
