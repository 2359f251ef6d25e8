package io.stabbur.storage.upload;

import io.micronaut.http.HttpRequest;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.object.Facts;
import io.stabbur.storage.object.HeaderText;
import io.stabbur.storage.object.SignedAddresses;
import io.stabbur.storage.object.SignedOwner;
import io.stabbur.storage.object.SignedToken;
import io.stabbur.storage.object.SignedToken.Scope;
import io.stabbur.storage.object.UploadBody;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.object.Uploads.Target;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Reads what clients ask of resumable uploads.
final class ResumableRequest {
  private static final String ROOT = "/upload/resumable";
  private static final String CHUNK = "application/offset+octet-stream";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private ResumableRequest() {}

  /// By what right a request writes.
  record Permission(Operation operation, Proof proof, Clash clash) {}

  /// An upload to be begun.
  record Creation(
      Permission permission, Target target, Facts facts, long length, String announced) {}

  /// What is done with a body.
  interface Appending {
    Resumable append(InputStream body);
  }

  static Resumable withBody(HttpRequest<?> request, Appending appending) {
    var body = RequestBody.stream(request);
    try {
      return appending.append(body);
    } finally {
      RequestBody.discard(body);
    }
  }

  static boolean carriesChunk(HttpRequest<?> request) {
    return CHUNK.equals(request.getHeaders().get("content-type"));
  }

  static void requireChunk(HttpRequest<?> request) {
    if (!carriesChunk(request)) {
      throw new ApiException(new Failure.UnsupportedMedia("Content-Type must be " + CHUNK));
    }
  }

  static Creation creation(HttpRequest<?> request, Caller caller, SignedAddresses signed) {
    var metadata = UploadMetadata.parse(request.getHeaders().get("Upload-Metadata"));
    var bucket = metadata.require("bucketName");
    var name = metadata.require("objectName");
    var permission = permission(request, caller, signed, bucket, name);
    return new Creation(
        permission,
        new Target(bucket, name, permission.clash()),
        facts(metadata),
        length(request),
        metadata.header());
  }

  private static Facts facts(UploadMetadata metadata) {
    var type = metadata.fields().get("contentType");
    var seconds = metadata.fields().get("cacheControl");
    var user = metadata.fields().get("metadata");
    return new Facts(
        HeaderText.mediaType(type),
        seconds == null ? "no-cache" : UploadBody.maxAge(seconds),
        null,
        user == null ? null : UploadBody.metadata(user));
  }

  static Permission permission(
      HttpRequest<?> request, Caller caller, SignedAddresses signed, UploadId id) {
    return permission(request, caller, signed, id.bucket(), id.name());
  }

  private static Permission permission(
      HttpRequest<?> request, Caller caller, SignedAddresses signed, String bucket, String name) {
    if (isSigned(request)) {
      var shown = token(request, caller.project()).requireUrl(bucket + '/' + name);
      var token = signed.requireCurrent(caller.project(), bucket, shown);
      return new Permission(
          new Operation(SignedOwner.of(caller, token), operation(request)),
          Proof.TOKEN,
          Clash.of(token.flag("upsert")));
    }
    RequestBody.requireAuthorization(request);
    return new Permission(
        new Operation(caller, operation(request)),
        Proof.POLICIES,
        Clash.of("true".equalsIgnoreCase(request.getHeaders().get("x-upsert"))));
  }

  private static SignedToken token(HttpRequest<?> request, Project project) {
    var text = request.getHeaders().get("x-signature");
    if (text == null) {
      throw new ApiException(new StorageError.InvalidSignature("Missing x-signature header"));
    }
    return SignedToken.verify(project, text, Scope.UPLOAD);
  }

  private static String operation(HttpRequest<?> request) {
    return "storage.tus.upload."
        + switch (request.getMethodName()) {
          case "POST" -> "create";
          case "DELETE" -> "delete";
          case "HEAD" -> "get";
          default -> "part";
        };
  }

  private static boolean isSigned(HttpRequest<?> request) {
    var path = RequestPath.raw(request);
    return path.equals(ROOT + "/sign") || path.startsWith(ROOT + "/sign/");
  }

  static UploadId id(HttpRequest<?> request) {
    var path = RequestPath.raw(request);
    return UploadId.parse(path.substring(path.lastIndexOf('/') + 1));
  }

  /// The length an upload is to have, or [Resumable#UNKNOWN] where the client tells it later.
  private static long length(HttpRequest<?> request) {
    var deferred = request.getHeaders().get("Upload-Defer-Length");
    if (deferred == null) {
      return number(request, "Upload-Length");
    }
    if (!deferred.equals("1") || request.getHeaders().contains("Upload-Length")) {
      throw new ApiException(
          new StorageError.InvalidRequest("Upload-Length or Upload-Defer-Length must be valid"));
    }
    return Resumable.UNKNOWN;
  }

  /// The length that a later request tells.
  static OptionalLong told(HttpRequest<?> request) {
    return request.getHeaders().contains("Upload-Length")
        ? OptionalLong.of(number(request, "Upload-Length"))
        : OptionalLong.empty();
  }

  static long number(HttpRequest<?> request, String header) {
    var text = request.getHeaders().get(header);
    if (text == null || !NUMBER.matcher(text).matches()) {
      throw new ApiException(new StorageError.InvalidRequest(header + " required"));
    }
    return Long.parseLong(text);
  }

  static String location(HttpRequest<?> request, Project project, UploadId id) {
    return project.publicUrl()
        + "/storage/v1"
        + ROOT
        + (isSigned(request) ? "/sign/" : "/")
        + id.text();
  }
}
