package io.stabbur.storage;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRule.Expiry;
import io.stabbur.identity.RouteRule.Tokens;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;

/// No API key is asked for: S3 clients sign, and public and signed addresses carry their own
/// permission.
@Singleton
final class StorageRoutes implements RouteRules {
  private static final RouteRule API =
      RouteRule.under("/storage/v1")
          .with(Access.OPTIONAL)
          .with(Body.STREAMED)
          .with(Expiry.EXACT)
          // up to the bucket, as in /storage/v1/s3/documents/*: the rest is the name of a file
          .logging(4);

  @Override
  public List<RouteRule> routes() {
    var selfContained = API.with(Tokens.IGNORED);
    var read = selfContained.forMethods("GET", "HEAD");
    return List.of(
        API,
        read.at("/object/public"),
        read.at("/object/info/public"),
        read.at("/object/sign"),
        read.at("/render/image/public"),
        read.at("/render/image/sign"),
        selfContained.forMethods("PUT").at("/object/upload/sign"),
        selfContained.at("/upload/resumable/sign"));
  }
}
