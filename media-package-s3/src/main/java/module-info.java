/** Segments and manifests in S3-compatible object storage. */
@org.jspecify.annotations.NullMarked
module io.headend.packaging.s3 {
    requires transitive io.headend.core;
    requires transitive io.headend.packaging;
    requires transitive org.jspecify;
    requires transitive software.amazon.awssdk.services.s3;
    requires software.amazon.awssdk.core;
    requires software.amazon.awssdk.awscore;
    requires software.amazon.awssdk.http;

    exports io.headend.packaging.s3;
}
