/// Backups of a project and their proof by restore. Start at [Backups]; [BaseBackup] and
/// [RestoreRun] say in which order things are copied. The format of a repository is in
/// `repository`.
@NullMarked
package io.stabbur.operations.backup;

import org.jspecify.annotations.NullMarked;
