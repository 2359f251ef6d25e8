/// The embedded Postgres: unpacked binaries, one data folder, one supervised process. Start at
/// [EmbeddedPostgres].
@NullMarked
package io.stabbur.project.embedded;

import org.jspecify.annotations.NullMarked;
