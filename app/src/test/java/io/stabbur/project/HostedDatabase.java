package io.stabbur.project;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A database in the shape of a hosted Supabase project, without anything of ours: its schemas
/// belong to their administrators, and `postgres` is neither superuser nor one of them.
public final class HostedDatabase {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /// One for each server, which nobody uses: others are copies of it.
  private static final Map<InstalledPostgres, Login> EMPTY = new ConcurrentHashMap<>();

  private HostedDatabase() {}

  /// A new one on a server whose superuser is `supabase_admin`; the login of its `postgres`.
  public static Login on(InstalledPostgres server) {
    return copyOf(server, EMPTY.computeIfAbsent(server, HostedDatabase::make));
  }

  /// A new one with the content of another, to which nobody may be connected.
  public static Login copyOf(InstalledPostgres server, Login original) {
    var copy = create(server, original.url().replaceFirst(".*/", ""));
    SchemaSetup.giveRights(copy);
    return TestPostgres.as("postgres", copy);
  }

  private static Login create(InstalledPostgres server, String template) {
    var name = "hosted_" + NUMBER.incrementAndGet();
    TestPostgres.execute(
        server.superuser(),
        new SqlText()
            .add("create database ")
            .name(name)
            .add(" template ")
            .name(template)
            .statement()
            .sql());
    var first = server.superuser();
    return superuser(server, first.at(first.url().replaceFirst("[^/]*$", name)));
  }

  private static Login make(InstalledPostgres server) {
    var superuser = create(server, "template0");
    TestPostgres.execute(superuser, SqlFile.of(BaseSchema.class, "base/history"));
    for (var file : BaseSchema.SUPABASE) {
      TestPostgres.execute(
          superuser, "begin;" + SqlFile.of(BaseSchema.class, "base/" + file) + ";commit");
    }
    TestPostgres.execute(
        superuser,
        """
        drop schema stabbur cascade;
        revoke supabase_auth_admin, supabase_realtime_admin from postgres;
        create schema supabase_migrations authorization postgres;
        create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
        alter table supabase_migrations.schema_migrations owner to postgres""");
    return superuser;
  }

  /// The superuser's login to it.
  public static Login superuser(InstalledPostgres server, Login hosted) {
    var first = server.superuser();
    return new Login(hosted.url(), first.user(), first.password(), 1, first.patience());
  }
}
