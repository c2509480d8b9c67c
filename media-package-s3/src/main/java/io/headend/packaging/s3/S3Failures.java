package io.headend.packaging.s3;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Says in one sentence what a failed request means. */
final class S3Failures {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private S3Failures() {}

    static MediaException of(String bucket, Exception failure) {
        if (failure instanceof NoSuchBucketException) {
            return new MediaException(
                    MediaErrorCode.NOT_FOUND, "there is no bucket " + bucket + "; make it, or name another", failure);
        }
        if (failure instanceof AwsServiceException service) {
            return answered(bucket, service);
        }
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return new MediaException(
                    MediaErrorCode.TIMEOUT, "the storage of bucket " + bucket + " did not answer in time", failure);
        }
        if (failure instanceof AbortedException) {
            return new MediaException(
                    MediaErrorCode.CLOSED, "the storage of bucket " + bucket + " was closed meanwhile", failure);
        }
        return new MediaException(
                MediaErrorCode.IO,
                "the storage of bucket " + bucket + " cannot be reached: " + failure.getMessage(),
                failure);
    }

    private static MediaException answered(String bucket, AwsServiceException failure) {
        int status = failure.statusCode();
        String code = failure.awsErrorDetails() == null
                ? ""
                : " " + failure.awsErrorDetails().errorCode();
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            return new MediaException(
                    MediaErrorCode.ACCESS_DENIED,
                    "bucket " + bucket + " refuses access (" + status + code + "); check credentials and policy",
                    failure);
        }
        return new MediaException(
                MediaErrorCode.IO, "the storage of bucket " + bucket + " answered " + status + code, failure);
    }
}
