package io.stabbur.storage.object;

/// Rows of `storage.objects o` as the API writes them, built by Postgres.
final class ObjectJson {
  /// Every column a client knows.
  static final String ROW =
      """
      json_build_object('name', o.name, 'bucket_id', o.bucket_id, 'owner', coalesce(o.owner::text, ''),
        'owner_id', o.owner_id, 'id', o.id, 'version', o.version,
        'updated_at', stabbur_storage.iso(o.updated_at), 'created_at', stabbur_storage.iso(o.created_at),
        'last_accessed_at', stabbur_storage.iso(o.last_accessed_at), 'metadata', o.metadata,
        'user_metadata', o.user_metadata)
      """;

  private ObjectJson() {}
}
