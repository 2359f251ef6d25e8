package io.stabbur.storage.object;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.http.HttpRequest;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.object.SignedToken.Scope;
import jakarta.inject.Singleton;
import java.time.Duration;

/// Which signed addresses still open something. Each names the generation of its bucket at the time
/// it was made; the operator begins a new generation to revoke all that were made before.
@Singleton
public final class SignedAddresses {
  private static final Duration KEPT = Duration.ofSeconds(1);
  private final PerProject<Cache<String, Long>> generations =
      new PerProject<>(
          _ -> Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(10_000).build());

  /// The generation that addresses of a bucket are made for now; 0 until the first revocation. What
  /// another process revokes counts after a second at most.
  long generation(Project project, String bucket) {
    return generations.of(project).get(bucket, name -> read(project, name));
  }

  private static long read(Project project, String bucket) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                "select generation from stabbur_storage.signature_generations where bucket_id = ?",
                bucket),
            rows -> rows.next() ? rows.getLong(1) : 0L);
  }

  /// The token in a request's query, if it is right for that purpose and object and not revoked.
  public SignedToken of(
      HttpRequest<?> request, Project project, Scope scope, RequestPath.BucketKey place) {
    return requireCurrent(project, place.bucket(), SignedToken.of(request, project, scope, place));
  }

  /// Refuses a token of an object in the bucket that was made before the last revocation.
  public SignedToken requireCurrent(Project project, String bucket, SignedToken token) {
    if (token.generation() > generation(project, bucket)) {
      // made by another process, after a revocation that is not known here yet
      generations.of(project).invalidate(bucket);
    }
    if (token.generation() != generation(project, bucket)) {
      throw new ApiException(new StorageError.InvalidSignature("The token was revoked"));
    }
    return token;
  }

  /// Revokes all addresses of a bucket that were signed until now, and notes that in the bucket's
  /// log.
  ///
  /// @return the new generation
  public long revoke(Project project, String bucket) {
    long begun = begin(project, bucket);
    generations.of(project).put(bucket, begun);
    return begun;
  }

  private static long begin(Project project, String bucket) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.WRITE,
            Statement.of(
                """
                with begun as (
                  insert into stabbur_storage.signature_generations as g values (?, 1)
                  on conflict (bucket_id) do update set generation = g.generation + 1
                  returning *),
                noted as (
                  insert into stabbur_storage.retention_log (action, bucket_id, rules)
                  select 'signatures_revoked', bucket_id,
                    jsonb_build_object('generation', generation)
                  from begun)
                select generation from begun
                """,
                bucket),
            rows -> {
              rows.next();
              return rows.getLong(1);
            });
  }
}
