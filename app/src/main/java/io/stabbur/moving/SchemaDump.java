package io.stabbur.moving;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.project.ClientPrograms;
import io.stabbur.project.SqlScript;
import io.stabbur.project.SqlScript.Piece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The definitions of some schemas as `pg_dump` writes them, of the snapshot whose rows are copied.
/// Owners and rights are left out: everything belongs to whoever runs it.
record SchemaDump(Path program, Login login, String snapshot, List<String> schemas) {
  /// From psql's newer releases on, around a script that only psql may read.
  private static final Pattern META = Pattern.compile("(?m)^\\\\(?:un)?restrict .*\\R?");

  /// The parts of a dump.
  enum Section {
    /// Types, functions, tables without indexes, constraints and triggers, views.
    BEFORE_ROWS("pre-data"),
    /// Indexes, constraints, triggers, policies, and the content of materialized views.
    AFTER_ROWS("post-data");

    private final String name;

    Section(String name) {
      this.name = name;
    }
  }

  /// The statements of a section, without settings of the session and the schemas themselves.
  List<Piece> statements(Section section) {
    if (schemas.isEmpty()) {
      return List.of();
    }
    var script = META.matcher(run(section)).replaceAll("");
    return SqlScript.statements(script).stream()
        .filter(
            piece ->
                Stream.of(
                        "SET ",
                        "SELECT pg_catalog.set_config(",
                        "CREATE SCHEMA ",
                        "COMMENT ON SCHEMA ")
                    .noneMatch(piece.summary()::startsWith))
        .toList();
  }

  private String run(Section section) {
    var line = new ArrayList<>(List.of(program.toString()));
    line.addAll(
        List.of(
            "--section=" + section.name,
            "--snapshot=" + snapshot,
            "--no-owner",
            "--no-privileges",
            "--no-publications",
            "--no-subscriptions",
            "--no-security-labels",
            "--no-tablespaces",
            "--encoding=UTF8"));
    // a name in quotes is no pattern
    schemas.forEach(schema -> line.add("--schema=" + SqlText.quote(schema)));
    line.add("--dbname=" + ClientPrograms.address(login.url()));
    line.add("--username=" + login.user());
    try {
      var errors = Files.createTempFile("stabbur-dump", ".err");
      try {
        var builder = new ProcessBuilder(line).redirectError(errors.toFile());
        builder.environment().put("PGPASSWORD", login.password().reveal());
        var process = builder.start();
        process.getOutputStream().close();
        var script = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
          throw new StartFailure(
              "The definitions cannot be read from the source: %s"
                  .formatted(firstLine(Files.readString(errors))));
        }
        return script;
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new StartFailure("%s cannot be run; check its permissions.".formatted(program), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted; run the command again to go on.", e);
    }
  }

  private static String firstLine(String errors) {
    return errors.lines().findFirst().orElse("pg_dump failed without a word.");
  }
}
