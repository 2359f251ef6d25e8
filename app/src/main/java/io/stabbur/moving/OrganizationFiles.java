package io.stabbur.moving;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.List;

/// The files of one organization, those whose first folder is its id, from one project's Storage
/// API to another's: encrypted there with that project's keys, and read again.
public final class OrganizationFiles {
  private static final String ROWS =
      """
      select to_jsonb(o)::text from storage.objects o where split_part(o.name, '/', 1) = ? order by o.bucket_id, o.name
      """;

  private static final String RENEW =
      """
      update storage.objects o
      set owner = r.owner, owner_id = r.owner_id, created_at = r.created_at, updated_at = r.updated_at,
        last_accessed_at = r.last_accessed_at, metadata = r.metadata, user_metadata = r.user_metadata
      from jsonb_populate_record(null::storage.objects, ?::text::jsonb) r
      where o.bucket_id = r.bucket_id and o.name = r.name
      """;

  private final String organization;
  private final Progress progress;

  public OrganizationFiles(String organization, Progress progress) {
    this.organization = organization;
    this.progress = progress;
  }

  /// Moves all of them, over those that are there.
  ///
  /// @param isGoingOn whether to do no more than what an interrupted run has left, if one was
  /// @return what could not be moved
  public List<String> run(
      Login from, Login to, FileSource source, StorageApi target, boolean isGoingOn) {
    try (var origin = DatabaseLink.open("The project", from);
        var link = DatabaseLink.open("The other project", to)) {
      var journal = new Journal(link);
      var move = "organization " + organization;
      if (journal.source().filter(begun -> !begun.equals(move)).isPresent()) {
        throw new StartFailure(
            "Another move into that project has begun; end it first, or forget it: drop schema stabbur_moving cascade.");
      }
      if (isGoingOn && !journal.exists()) {
        return List.of();
      }
      journal.make(move);
      if (!isGoingOn) {
        link.atomically(() -> makeRows(origin, link));
      }
      var lost = new FileMove(source, target).run(origin, link, true, progress);
      if (lost.isEmpty()) {
        journal.drop();
      }
      return lost;
    }
  }

  /// A row without bytes is in the journal from the same moment on.
  private void makeRows(DatabaseLink origin, DatabaseLink link) {
    link.execute("set local session_replication_role = replica; delete from stabbur_moving.files");
    var columns =
        link.texts(
            Statement.of(
                "select attname::text from pg_catalog.pg_attribute where attrelid = 'storage.objects'::regclass"
                    + " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum"));
    var names = MovedTable.list(columns);
    for (var row : origin.texts(Statement.of(ROWS, organization))) {
      var made =
          link.update(
              new SqlText()
                  .add("insert into storage.objects (")
                  .append(names)
                  .add(") select ")
                  .append(names)
                  .add(" from jsonb_populate_record(null::storage.objects, ")
                  .value(row)
                  .add("::text::jsonb) on conflict do nothing")
                  .statement());
      if (made == 0) {
        link.update(Statement.of(RENEW, row));
      }
      progress.at("files", made == 0 ? "there" : "made", "");
    }
    FileMove.prepare(link, organization);
  }
}
