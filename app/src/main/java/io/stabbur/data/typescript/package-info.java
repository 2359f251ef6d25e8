/// Types of a database's schemas for TypeScript, in the form that supabase-js takes. Start at
/// [SchemaReader] for what is read and at [SchemaWriter] for what is written.
@NullMarked
package io.stabbur.data.typescript;

import org.jspecify.annotations.NullMarked;
