package io.stabbur.auth.key;

import io.stabbur.auth.account.Audit;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.project.ApiKey;
import io.stabbur.project.ApiKeyStore;
import io.stabbur.project.ApiKeyStore.Made;
import io.stabbur.project.ApiKeyStore.Outcome;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/// What operators do with the API keys of a project; each change has an entry in the project's
/// audit log, as those of administrators have.
@Singleton
public final class ProjectKeys {
  private final AuthRequests authRequests;
  private final Audit audit;

  ProjectKeys(AuthRequests authRequests, Audit audit) {
    this.authRequests = authRequests;
    this.audit = audit;
  }

  /// Makes a key; empty where the project cannot sign one of this kind.
  public Optional<Made> create(Project project, String operator, ApiKey.Kind kind, String name) {
    var store = ApiKeyStore.of(project);
    if (!store.makes(kind)) {
      return Optional.empty();
    }
    var made = store.create(kind, name);
    note(project, operator, Audit.Action.API_KEY_CREATED, made.key().id());
    return Optional.of(made);
  }

  /// Makes another key of the same kind and name, which is used from now on where the appliance
  /// uses the first itself. The first is good until it is revoked. Empty where the settings name
  /// the key, or the project cannot sign one.
  public Optional<Made> replace(Project project, String operator, ApiKey key) {
    var store = ApiKeyStore.of(project);
    if (!store.makes(key.kind())) {
      return Optional.empty();
    }
    var made =
        store.isOfTheAppliance(key)
            ? store.rotate(key.kind())
            : Optional.of(store.create(key.kind(), key.name()));
    made.ifPresent(each -> note(project, operator, Audit.Action.API_KEY_ROTATED, each.key().id()));
    return made;
  }

  public Outcome revoke(Project project, String operator, UUID key) {
    var outcome = ApiKeyStore.of(project).revoke(key);
    if (outcome == Outcome.DONE) {
      note(project, operator, Audit.Action.API_KEY_REVOKED, key);
    }
    return outcome;
  }

  private void note(Project project, String operator, Audit.Action action, UUID key) {
    var traits = new Fields().put("id", key.toString()).put("operator", operator);
    audit.writeDone(authRequest(project), action, traits);
  }

  private AuthRequest authRequest(Project project) {
    var service = Claims.ofRole(Caller.SERVICE_ROLE);
    return authRequests.own(project, new Caller(project, Caller.SERVICE_ROLE, service, true));
  }
}
