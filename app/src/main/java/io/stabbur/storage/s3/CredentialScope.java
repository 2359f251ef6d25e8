package io.stabbur.storage.s3;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.util.Set;

/// The credential scope of Signature Version 4: day, region, service and a constant, such as
/// `20261128/us-east-1/s3/aws4_request`.
record CredentialScope(String day, String region, String service) {
  private static final String SERVICE = "s3";
  private static final String END = "aws4_request";

  /// Regions that clients name when they know none; the original takes them too.
  private static final Set<String> ANY_REGION = Set.of("auto", "us-east-1", "");

  /// Reads a scope; another number of parts, or another end, is an error.
  static CredentialScope parse(String text) {
    var parts = text.split("/", -1);
    if (parts.length != 4 || !parts[3].equals(END)) {
      throw malformed("The credential scope is not complete");
    }
    return new CredentialScope(parts[0], parts[1], parts[2]);
  }

  String text() {
    return String.join("/", day, region, service, END);
  }

  /// Refuses a scope of another day than the signature's, another service or another region.
  void require(String date, String serverRegion) {
    if (!date.startsWith(day + 'T')) {
      throw malformed("The credential is of another day than the signature");
    }
    if (!service.equals(SERVICE)) {
      throw malformed(
          "The authorization header is malformed; incorrect service \"%s\". This endpoint belongs to \"%s\"."
              .formatted(service, SERVICE));
    }
    if (!region.equals(serverRegion) && !ANY_REGION.contains(region)) {
      throw new ApiException(new StorageError.WrongRegion(region, serverRegion));
    }
  }

  static ApiException malformed(String message) {
    return new ApiException(
        new StorageError.Protocol(400, "AuthorizationHeaderMalformed", message));
  }
}
