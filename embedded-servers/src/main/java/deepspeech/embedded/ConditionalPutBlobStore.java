package deepspeech.embedded;

import com.google.common.util.concurrent.Striped;
import java.io.InputStream;
import java.util.concurrent.locks.Lock;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Makes {@code If-Match} a compare-and-swap. s3proxy compares the entity tag before the write and
 * outside of any lock, so two concurrent writers may both succeed. This class compares it again
 * under a lock for the key. {@code If-None-Match: *} is already atomic in the file system store.
 */
final class ConditionalPutBlobStore extends ForwardingBlobStore {

  private final Striped<Lock> locks = Striped.lock(64);

  ConditionalPutBlobStore(BlobStore blobStore) {
    super(blobStore);
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    Lock lock = locks.get(request.bucket() + "/" + request.key());
    lock.lock();
    try {
      if (request.ifMatch() != null) {
        requireMatch(request);
      }
      return super.putBlob(request, payload);
    } finally {
      lock.unlock();
    }
  }

  private void requireMatch(PutObjectRequest request) {
    HeadObjectResponse current = blobMetadataIfPresent(request.bucket(), request.key());
    if (current == null) {
      throw new S3ProxyException(S3ErrorCode.NO_SUCH_KEY);
    }
    boolean any = request.ifMatch().equals("*");
    if (!any && (current.eTag() == null || !bare(request.ifMatch()).equals(bare(current.eTag())))) {
      throw new S3ProxyException(S3ErrorCode.PRECONDITION_FAILED);
    }
  }

  private static String bare(String entityTag) {
    return entityTag.replace("\"", "");
  }
}
