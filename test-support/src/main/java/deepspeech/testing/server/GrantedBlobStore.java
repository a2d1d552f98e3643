package deepspeech.testing.server;

import deepspeech.messages.store.S3Right.Action;
import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * A store as one user sees it: without the right, an action is denied as S3 denies it. s3proxy
 * itself reads metadata for a put with {@code If-Match}, which S3 also permits only to those who
 * may read the object. It lists parts when it completes an upload, so listing parts needs no right
 * here.
 */
final class GrantedBlobStore extends ForwardingBlobStore {
  /** Prefixes of objects that s3proxy keeps for itself: parts of uploads. */
  private static final List<String> INTERNAL = List.of(".s3proxy-mpu-stub-", ".mpus-");

  private final String user;
  private final StoreGrants grants;

  GrantedBlobStore(BlobStore store, String user, StoreGrants grants) {
    super(store);
    this.user = user;
    this.grants = grants;
  }

  @Override
  public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
    return read(request.bucket(), request.key(), () -> super.getBlob(request));
  }

  @Override
  public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
    return read(request.bucket(), request.key(), () -> super.blobMetadata(request));
  }

  @Override
  public boolean blobExists(String bucket, String key) {
    return isInternal(key)
        ? super.blobExists(bucket, key)
        : blobMetadataIfPresent(bucket, key) != null;
  }

  /** A missing object is reported to those only who may list it. */
  private <T> T read(String bucket, String key, Supplier<T> reading) {
    if (isInternal(key)) {
      return reading.get();
    }
    grants.require(user, Action.GET_OBJECT, bucket, key);
    try {
      return reading.get();
    } catch (NoSuchKeyException e) {
      grants.require(user, Action.LIST_BUCKET, bucket, key);
      throw e;
    }
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    if (!isInternal(request.key())) {
      grants.require(user, Action.PUT_OBJECT, request.bucket(), request.key());
    }
    return super.putBlob(request, payload);
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    grants.require(user, Action.GET_OBJECT, request.sourceBucket(), request.sourceKey());
    grants.require(user, Action.PUT_OBJECT, request.destinationBucket(), request.destinationKey());
    return super.copyBlob(request);
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    if (!isInternal(request.key())) {
      grants.require(user, Action.DELETE_OBJECT, request.bucket(), request.key());
    }
    return super.removeBlob(request);
  }

  @Override
  public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
    grants.require(user, Action.PUT_OBJECT, request.bucket(), request.key());
    return super.initiateMultipartUpload(request);
  }

  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream content) {
    grants.require(user, Action.PUT_OBJECT, upload.containerName(), upload.blobName());
    return super.uploadMultipartPart(upload, request, content);
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    grants.require(user, Action.PUT_OBJECT, upload.containerName(), upload.blobName());
    return super.completeMultipartUpload(upload, request);
  }

  @Override
  public void abortMultipartUpload(MultipartUpload upload) {
    grants.require(user, Action.ABORT_MULTIPART_UPLOAD, upload.containerName(), upload.blobName());
    super.abortMultipartUpload(upload);
  }

  @Override
  public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(
      String bucket) {
    grants.require(user, Action.LIST_BUCKET_MULTIPART_UPLOADS, bucket, "");
    return super.listMultipartUploads(bucket);
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    String prefix = request.prefix() == null ? "" : request.prefix();
    grants.require(user, Action.LIST_BUCKET, request.bucket(), prefix);
    return super.list(request);
  }

  @Override
  public HeadBucketResponse headBucket(HeadBucketRequest request) {
    grants.require(user, Action.LIST_BUCKET, request.bucket(), "");
    return super.headBucket(request);
  }

  @Override
  public ListBucketsResponse list() {
    throw grants.denied(user, "s3:ListAllMyBuckets", "*");
  }

  @Override
  public CreateBucketResponse createContainer(CreateBucketRequest request) {
    throw grants.denied(user, "s3:CreateBucket", request.bucket());
  }

  @Override
  public void deleteBucket(String bucket) {
    throw grants.denied(user, "s3:DeleteBucket", bucket);
  }

  @Override
  public void setContainerAccess(String bucket, BucketCannedACL access) {
    throw grants.denied(user, "s3:PutBucketAcl", bucket);
  }

  @Override
  public void setBlobAccess(String bucket, String key, ObjectCannedACL access) {
    throw grants.denied(user, "s3:PutObjectAcl", bucket + "/" + key);
  }

  private static boolean isInternal(String key) {
    return INTERNAL.stream().anyMatch(key::startsWith);
  }
}
