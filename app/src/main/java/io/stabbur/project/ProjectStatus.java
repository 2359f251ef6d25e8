package io.stabbur.project;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// A project's addresses and keys under the names that the Supabase CLI gives them. Whoever has
/// them can do everything in the project.
public final class ProjectStatus {
  private ProjectStatus() {}

  public static SequencedMap<String, String> of(Project project) {
    var keys = project.keys();
    var values = new LinkedHashMap<String, String>();
    values.put("API_URL", project.publicUrl().toString());
    values.put("DB_URL", DatabaseUrl.of(project.admin().login()));
    values.put("ANON_KEY", keys.anonKey().reveal());
    values.put("SERVICE_ROLE_KEY", keys.serviceRoleKey().reveal());
    values.put("PUBLISHABLE_KEY", keys.publishableKey().reveal());
    values.put("SECRET_KEY", keys.secretKey().reveal());
    values.put("JWT_SECRET", keys.jwtSecret().reveal());
    values.put("JWT_ALGORITHM", SigningKeyStore.of(project).algorithm());
    values.put("JWKS_URL", project.publicUrl() + "/auth/v1/.well-known/jwks.json");
    values.put("S3_URL", project.publicUrl() + "/storage/v1/s3");
    values.put("S3_PROTOCOL_ACCESS_KEY_ID", keys.s3AccessKeyId().reveal());
    values.put("S3_PROTOCOL_ACCESS_KEY_SECRET", keys.s3SecretAccessKey().reveal());
    return values;
  }
}
