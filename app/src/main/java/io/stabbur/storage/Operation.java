package io.stabbur.storage;

import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.project.Project;
import org.jspecify.annotations.Nullable;

/// One operation of one caller, named as policies know it (`storage.operation()`).
///
/// Statements run twice over: as the caller, where policies decide, and as the keeper, who owns the
/// tables and writes what the policies have allowed.
public record Operation(Caller caller, String name) {
  private static final String KEEPER = "supabase_storage_admin";

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

  /// As whom rows are written after the policies were asked.
  public static Actor keeper() {
    return Actor.of(KEEPER).with("storage.allow_delete_query", "true");
  }
}
