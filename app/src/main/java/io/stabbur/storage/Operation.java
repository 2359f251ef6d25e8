package io.stabbur.storage;

import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One operation of one caller, named as policies know it (`storage.operation()`).
///
/// Statements run twice over: as the caller, where policies decide, and as the keeper, who owns the
/// tables and writes what the policies have allowed.
public record Operation(Caller caller, String name) {
  private static final Logger LOG = LoggerFactory.getLogger(Operation.class);
  private static final String OWNER = "supabase_storage_admin";

  public Project project() {
    return caller.project();
  }

  public Database api() {
    return project().api();
  }

  /// As whom the policies are asked.
  public Actor actor() {
    return caller
        .actor()
        .with("request.jwt.claim.sub", caller.claims().text("sub").orElse(""))
        .with("request.jwt.claim.role", caller.role())
        .with("storage.operation", name)
        .with("storage.allow_delete_query", "true");
  }

  /// The caller's `sub`, which becomes the owner of what they store.
  public @Nullable String owner() {
    return caller.claims().text("sub").orElse(null);
  }

  /// A refusal by the policies. Which kind of policy is missing concerns whoever runs the project:
  /// the log says it, and the answer does for the service role alone.
  public ApiException refused(String message, String policies, String bucket) {
    var hint = hint(policies, bucket);
    return new ApiException(new StorageError.AccessDenied(message, hint));
  }

  /// The same for a read.
  ///
  /// @param isPlain whether the bucket's rules ask for HTTP 403
  public ApiException lookingRefused(String key, String bucket, boolean isPlain) {
    return new ApiException(new StorageError.SelectDenied(key, hint("SELECT", bucket), isPlain));
  }

  private @Nullable String hint(String policies, String bucket) {
    var hint =
        "%s by role %s in bucket %s needs a policy for %s on storage.objects"
            .formatted(name, caller.role(), bucket, policies);
    LOG.info("{}", hint);
    return caller.isService() ? hint : null;
  }

  /// Refuses everybody but the service role.
  public static void requireService(Caller caller) {
    if (!caller.isService()) {
      throw new ApiException(new StorageError.RoleRequired(Caller.SERVICE_ROLE));
    }
  }

  /// As whom rows are written after the policies were asked.
  public static Actor keeper(Project project) {
    return project
        .keeper(OWNER)
        .onBehalfOf(Caller.currentShare())
        .with("storage.allow_delete_query", "true");
  }
}
