package io.stabbur.storage.upload;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// How an upload is named in its address: base64url of `bucket/name/version`.
record UploadId(String bucket, String name, String version) {
  static UploadId parse(String text) {
    try {
      var path = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      int bucketEnd = path.indexOf('/');
      int nameEnd = path.lastIndexOf('/');
      if (bucketEnd > 0 && nameEnd > bucketEnd + 1) {
        return new UploadId(
            path.substring(0, bucketEnd),
            path.substring(bucketEnd + 1, nameEnd),
            path.substring(nameEnd + 1));
      }
    } catch (IllegalArgumentException e) {
      // not one of ours
    }
    throw new ApiException(new StorageError.NoSuchUpload(text));
  }

  String text() {
    return Crypto.base64Url((bucket + '/' + name + '/' + version).getBytes(StandardCharsets.UTF_8));
  }
}
