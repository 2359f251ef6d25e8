package io.stabbur.data;

import io.stabbur.data.typescript.SchemaReader;
import io.stabbur.data.typescript.SchemaWriter;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Set;

/// Types of a project's schemas for TypeScript, in the form that supabase-js takes: what
/// `createClient<Database>` wants.
@Singleton
public final class TypeScriptTypes {
  /// The text of a module.
  ///
  /// @param schemas those that are described; the ones that do not exist are left out
  public String of(Project project, Set<String> schemas) {
    return SchemaWriter.write(SchemaReader.read(project.admin(), schemas));
  }
}
