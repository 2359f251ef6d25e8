/// The place of a project's backups: sealed objects in a folder or an S3 bucket. Start at
/// [Repository]. Knows nothing of databases.
@NullMarked
package io.stabbur.operations.backup.repository;

import org.jspecify.annotations.NullMarked;
